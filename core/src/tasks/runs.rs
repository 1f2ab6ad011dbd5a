//! How the tasks of this process have run so far.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};

/// The runs of all tasks of this process, by their names. Clones share them.
#[derive(Debug, Clone, Default)]
pub(crate) struct TaskRuns(Arc<Mutex<BTreeMap<String, TaskRun>>>);

/// The runs of one task.
#[derive(Debug, Clone, Copy, Default)]
#[cfg_attr(not(feature = "server"), allow(dead_code))]
pub(crate) struct TaskRun {
    pub(crate) runs: u64,
    pub(crate) failures: u64,
    /// Of all runs together.
    pub(crate) took: Duration,
    /// When the last one ended.
    pub(crate) last: DateTime<Utc>,
}

impl TaskRuns {
    pub(super) fn ended(&self, task: &str, failed: bool, took: Duration, now: DateTime<Utc>) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let run = all.entry(task.to_owned()).or_default();
        run.runs += 1;
        run.failures += u64::from(failed);
        run.took += took;
        run.last = now;
    }

    /// Something of each task.
    #[cfg_attr(not(feature = "server"), allow(dead_code))]
    pub(crate) fn each(&self, read: impl Fn(&TaskRun) -> f64) -> Vec<(String, f64)> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.iter().map(|(name, run)| (name.clone(), read(run))).collect()
    }
}
