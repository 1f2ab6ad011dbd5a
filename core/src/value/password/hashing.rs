//! The threads that hash passwords, and their memory.
//!
//! Hashing takes the memory and the time that it is meant to take. So there are few threads for it, each with memory of its own
//! that it uses again and again: a flood of sign-ins waits. The allocator is no help with that: asked for such large and aligned
//! pieces one after the other, glibc's keeps twenty of them.

use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::Duration;

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::password_hash::{Error as HashError, Result as HashResult};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use subtle::ConstantTimeEq as _;
use tokio::sync::oneshot;

use crate::error::{Error, Result};

/// Passwords hashed at the same time, on however many processors.
const MAX_THREADS: usize = 4;
/// How long a hash waits for others to end.
const MAX_WAIT: Duration = Duration::from_millis(1_500);
/// Bytes of a salt: what RFC 9106 recommends.
const SALT: usize = 16;

/// Some work, which answers its caller by itself.
type Job = Box<dyn FnOnce(&mut HashMemory) + Send>;

static JOBS: LazyLock<std::io::Result<Mutex<Sender<Job>>>> = LazyLock::new(|| {
    let (sender, receiver) = channel::<Job>();
    let receiver = Arc::new(Mutex::new(receiver));
    for number in 0..threads() {
        let receiver = Arc::clone(&receiver);
        let thread = std::thread::Builder::new().name(format!("entify-password-{number}"));
        thread.spawn(move || work_off(&receiver))?;
    }
    Ok(Mutex::new(sender))
});

fn threads() -> usize {
    std::thread::available_parallelism().map_or(2, NonZero::get).min(MAX_THREADS)
}

fn work_off(jobs: &Mutex<Receiver<Job>>) {
    let mut memory = HashMemory::default();
    loop {
        let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = job else { return };
        // A panic drops the caller's channel, which tells it.
        let _ = catch_unwind(AssertUnwindSafe(|| job(&mut memory)));
    }
}

/// What one thread hashes in: as much as the costliest hash has taken.
#[derive(Default)]
pub(super) struct HashMemory {
    blocks: Vec<Block>,
    /// Blocks that were filled, so far: what hashing costs, in KiB.
    filled: u64,
}

impl HashMemory {
    /// The hash of a text with a salt of its own, in PHC string format.
    pub(super) fn hash(&mut self, plain: &str, params: &Params) -> HashResult<String> {
        let mut salt = [0; SALT];
        getrandom::fill(&mut salt).map_err(|_| HashError::Crypto)?;
        let (algorithm, version) = (Algorithm::Argon2id, Version::V0x13);
        let output = self.compute(plain, &salt, algorithm, version, params)?;
        let hash = PasswordHash {
            algorithm: algorithm.ident(),
            version: Some(version.into()),
            params: ParamsString::try_from(params)?,
            salt: Some(Salt::new(&salt)?),
            hash: Some(Output::new(&output)?),
        };
        Ok(hash.to_string())
    }

    /// Whether a hash is that of a text.
    pub(super) fn verify(&mut self, plain: &str, hash: &PasswordHash) -> HashResult<bool> {
        let (Some(salt), Some(expected)) = (&hash.salt, &hash.hash) else { return Ok(false) };
        let algorithm = Algorithm::try_from(hash.algorithm.as_str())?;
        let version = hash.version.map(Version::try_from).transpose()?.unwrap_or_default();
        let output = self.compute(plain, salt, algorithm, version, &Params::try_from(hash)?)?;
        Ok(bool::from(output.as_slice().ct_eq(expected.as_ref())))
    }

    fn compute(
        &mut self,
        plain: &str,
        salt: &[u8],
        algorithm: Algorithm,
        version: Version,
        params: &Params,
    ) -> HashResult<Vec<u8>> {
        let blocks = params.block_count();
        if self.blocks.len() < blocks {
            // The old piece goes before the new one comes.
            self.blocks = Vec::new();
            self.blocks = vec![Block::new(); blocks];
        }
        let mut output = vec![0; params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN)];
        let argon2 = Argon2::new(algorithm, version, params.clone());
        let memory = &mut self.blocks[..blocks];
        argon2.hash_password_into_with_memory(plain.as_bytes(), salt, &mut output, memory)?;
        self.filled += blocks as u64 * u64::from(params.t_cost());
        Ok(output)
    }
}

/// Runs work on one of the threads, in the order of the calls. What is not waited for any more does not begin.
///
/// # Errors
/// [`Error::Unavailable`] when others take so long that it has not begun within [`MAX_WAIT`].
pub(super) async fn run<T: Send + 'static>(
    work: impl FnOnce(&mut HashMemory) -> Result<T> + Send + 'static,
) -> Result<T> {
    run_within(MAX_WAIT, work).await
}

async fn run_within<T: Send + 'static>(
    wait: Duration,
    work: impl FnOnce(&mut HashMemory) -> Result<T> + Send + 'static,
) -> Result<T> {
    let (sender, result) = oneshot::channel();
    let (begins, begun) = oneshot::channel();
    // A panic is logged with its request.
    let span = tracing::Span::current();
    let job = move |memory: &mut HashMemory| {
        if !sender.is_closed() {
            let _ = begins.send(());
            let before = memory.filled;
            let done = span.in_scope(|| work(memory));
            let _ = sender.send((done, memory.filled - before));
        }
    };
    let jobs = JOBS.as_ref().map_err(Error::internal)?;
    let sent = jobs.lock().unwrap_or_else(PoisonError::into_inner).send(Box::new(job));
    sent.map_err(Error::internal)?;
    if tokio::time::timeout(wait, begun).await.is_err() {
        return Err(Error::Unavailable);
    }
    let (done, filled) = result.await.map_err(Error::internal)?;
    tracing::trace!(target: "entify::password", filled, "hashed");
    done
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::testing::own_process::{peak, run_alone};
    use crate::types::PasswordCost;

    #[tokio::test]
    async fn as_many_run_at_once_as_there_are_threads() {
        static RUNNING: AtomicUsize = AtomicUsize::new(0);
        static MOST: AtomicUsize = AtomicUsize::new(0);
        let work = |_: &mut HashMemory| {
            MOST.fetch_max(RUNNING.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            std::thread::sleep(Duration::from_millis(5));
            RUNNING.fetch_sub(1, Ordering::SeqCst);
            Ok(())
        };
        let all = futures_util::future::join_all((0..50).map(|_| run(work))).await;
        assert!(all.iter().all(Result::is_ok));
        assert_eq!(MOST.load(Ordering::SeqCst), threads());
    }

    #[tokio::test]
    async fn work_waits_for_others_and_not_for_long() {
        let hold = (0..threads()).map(|_| {
            run(|_| {
                std::thread::sleep(Duration::from_millis(300));
                Ok(())
            })
        });
        let hold: Vec<_> = hold.map(tokio::spawn).collect();
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert_eq!(run_within(Duration::from_millis(50), |_| Ok(())).await, Err(Error::Unavailable));
        for held in hold {
            held.await.expect("a task").expect("work");
        }
        assert_eq!(run(|_| Ok(())).await, Ok(()));
    }

    #[tokio::test]
    async fn what_nobody_waits_for_does_not_begin() {
        static BEGUN: AtomicUsize = AtomicUsize::new(0);
        let hold = (0..threads()).map(|_| {
            run(|_| {
                std::thread::sleep(Duration::from_millis(200));
                Ok(())
            })
        });
        let hold: Vec<_> = hold.map(tokio::spawn).collect();
        tokio::time::sleep(Duration::from_millis(20)).await;
        let given_up = (0..100).map(|_| {
            run(|_| {
                BEGUN.fetch_add(1, Ordering::SeqCst);
                Ok(())
            })
        });
        let gave_up =
            tokio::time::timeout(Duration::from_millis(50), futures_util::future::join_all(given_up)).await;
        assert!(gave_up.is_err());
        for held in hold {
            held.await.expect("a task").expect("work");
        }
        run(|_| Ok(())).await.expect("work");
        assert_eq!(BEGUN.load(Ordering::SeqCst), 0);
        let panicked = run::<()>(|_| panic!("on purpose")).await;
        assert_eq!(panicked, Err(Error::Internal));
    }

    #[test]
    fn a_flood_of_passwords_stays_within_the_bound() {
        run_alone("value::password::hashing::tests::a_flood_of_passwords");
    }

    #[tokio::test(flavor = "multi_thread")]
    #[ignore = "run by `a_flood_of_passwords_stays_within_the_bound`"]
    async fn a_flood_of_passwords() {
        let before = peak();
        let params = PasswordCost::default().params().expect("parameters");
        let hash = |_| {
            let params = params.clone();
            // However slow the machine is, none gives up.
            let wait = Duration::from_secs(120);
            tokio::spawn(run_within(wait, move |memory| memory.hash("x", &params).map_err(Error::internal)))
        };
        let hashing: Vec<_> = (0..40).map(hash).collect();
        for hashed in hashing {
            hashed.await.expect("a task").expect("a hash");
        }
        if let (Some(before), Some(after)) = (before, peak()) {
            let (grown, one) = (after.saturating_sub(before), 19 * 1024 * 1024);
            println!("{grown} bytes for 40 passwords, {} at once", threads());
            assert!(grown < (threads() as u64 + 1) * one, "the process grew by {grown} bytes");
        }
    }
}
