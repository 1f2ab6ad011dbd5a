//! A JWKS file that is read again when it changes, so that an issuer's keys can be exchanged without a restart.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

/// How often the file is looked at, at most.
const PAUSE: Duration = Duration::from_secs(30);

/// A file that is looked at now and then.
#[derive(Debug)]
pub(super) struct Watched {
    path: PathBuf,
    last: Mutex<Look>,
}

#[derive(Debug)]
struct Look {
    at: Instant,
    found: Option<(SystemTime, u64)>,
}

impl Watched {
    pub(super) fn new(path: PathBuf) -> Self {
        let look = Look { at: Instant::now(), found: found(&path) };
        Self { path, last: Mutex::new(look) }
    }

    /// Whether the file is another than when it was last looked at, if it is time to look again.
    pub(super) fn has_changed(&self) -> bool {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.at.elapsed() >= PAUSE && last.look(&self.path)
    }

    /// The same without a pause.
    #[cfg(test)]
    pub(super) fn has_changed_now(&self) -> bool {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).look(&self.path)
    }
}

impl Look {
    fn look(&mut self, path: &std::path::Path) -> bool {
        let before = std::mem::replace(self, Look { at: Instant::now(), found: found(path) });
        before.found != self.found
    }
}

/// When the file was written and how long it is.
fn found(path: &std::path::Path) -> Option<(SystemTime, u64)> {
    let metadata = std::fs::metadata(path).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}
