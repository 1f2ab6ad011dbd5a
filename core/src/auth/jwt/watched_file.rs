//! A JWKS file that is checked for changes, so that an issuer's keys can be replaced without a restart.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

/// How long a check of the file is valid.
const CHECK_INTERVAL: Duration = Duration::from_secs(30);

/// A file that is checked for changes from time to time.
#[derive(Debug)]
pub(super) struct WatchedFile {
    path: PathBuf,
    last_check: Mutex<FileCheck>,
}

#[derive(Debug)]
struct FileCheck {
    at: Instant,
    stamp: Option<(SystemTime, u64)>,
}

impl WatchedFile {
    pub(super) fn new(path: PathBuf) -> Self {
        let check = FileCheck { at: Instant::now(), stamp: file_stamp(&path) };
        Self { path, last_check: Mutex::new(check) }
    }

    /// Whether the file has changed since the last check; false when the next check is not due yet.
    pub(super) fn has_changed(&self) -> bool {
        let mut last = self.last_check.lock().unwrap_or_else(PoisonError::into_inner);
        last.at.elapsed() >= CHECK_INTERVAL && last.update(&self.path)
    }

    /// The same, due at once.
    #[cfg(test)]
    pub(super) fn has_changed_now(&self) -> bool {
        self.last_check.lock().unwrap_or_else(PoisonError::into_inner).update(&self.path)
    }
}

impl FileCheck {
    fn update(&mut self, path: &std::path::Path) -> bool {
        let before = std::mem::replace(self, Self { at: Instant::now(), stamp: file_stamp(path) });
        before.stamp != self.stamp
    }
}

/// When the file was modified, and its length.
fn file_stamp(path: &std::path::Path) -> Option<(SystemTime, u64)> {
    let metadata = std::fs::metadata(path).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}
