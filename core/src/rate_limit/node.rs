//! What clients have used, in the memory of one node.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use quick_cache::Weighter;
use quick_cache::sync::Cache;

use crate::rate_limit::gcra::{Decision, Gcra};

/// Bytes of all clients: some 60,000 of them. Those that come most are kept; who is forgotten has all of its requests again.
const MAX_BYTES: u64 = 8 * 1024 * 1024;
/// Bytes of one: the key, the time with its counters, and what the cache keeps beside an entry.
const ENTRY: u64 = 16 + 32 + 80;
/// How many clients to make room for at first.
const EXPECTED: usize = 1024;

/// The times of clients, by their digests.
pub(super) struct NodeStore {
    /// When nothing counts any more, in nanoseconds since the start.
    clients: Cache<[u8; 16], Arc<AtomicU64>, EntryWeighter>,
    start: Instant,
}

#[derive(Debug, Clone)]
struct EntryWeighter;

impl Weighter<[u8; 16], Arc<AtomicU64>> for EntryWeighter {
    fn weight(&self, _: &[u8; 16], _: &Arc<AtomicU64>) -> u64 {
        ENTRY
    }
}

impl Default for NodeStore {
    fn default() -> Self {
        Self { clients: Cache::with_weighter(EXPECTED, MAX_BYTES, EntryWeighter), start: Instant::now() }
    }
}

impl std::fmt::Debug for NodeStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NodeStore").field("clients", &self.clients.len()).finish_non_exhaustive()
    }
}

impl NodeStore {
    /// Counts a request of a client, unless it has none left.
    pub(super) fn count(&self, key: [u8; 16], gcra: Gcra) -> Decision {
        let now = u64::try_from(self.start.elapsed().as_nanos()).unwrap_or(u64::MAX);
        let client =
            self.clients.get_or_insert_with(&key, || Ok::<_, std::convert::Infallible>(Arc::default()));
        let client = match client {
            Ok(client) => client,
            Err(never) => match never {},
        };
        // Requests that come at the same time are counted one by one.
        let counted =
            client.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |full_at| gcra.next(full_at, now));
        match counted {
            Ok(before) => gcra.decision(gcra.next(before, now).unwrap_or(before) - now, true),
            Err(full_at) => gcra.decision(full_at.saturating_sub(now), false),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_million_clients_stay_within_the_bound() {
        let (store, gcra) = (NodeStore::default(), Gcra::of("5/1h".parse().unwrap()));
        for number in 0..1_000_000_u128 {
            assert_eq!(store.count(number.to_be_bytes(), gcra).wait, None);
        }
        assert!(store.clients.weight() <= MAX_BYTES, "{store:?}");
        assert!(store.clients.len() > 10_000, "{store:?}");
    }

    #[test]
    fn who_comes_all_the_time_is_not_forgotten_for_others() {
        let (store, gcra) = (NodeStore::default(), Gcra::of("5/1h".parse().unwrap()));
        let mut taken = 0;
        for number in 0..500_000_u128 {
            store.count((number + 1).to_be_bytes(), gcra);
            if number % 100 == 0 {
                taken += u32::from(store.count([0xff; 16], gcra).wait.is_none());
            }
        }
        assert_eq!(taken, 5);
    }

    #[test]
    fn requests_at_the_same_time_are_all_counted() {
        let (store, gcra) = (NodeStore::default(), Gcra::of("100/1h".parse().unwrap()));
        let taken: usize = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|_| {
                    scope.spawn(|| (0..50).filter(|_| store.count([1; 16], gcra).wait.is_none()).count())
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert_eq!(taken, 100);
    }
}
