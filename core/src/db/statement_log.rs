//! The statements that a request runs, where somebody who may asks for them.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The most statements that are noted; what runs later is not.
const MOST: usize = 500;

/// A statement that has run, without its values.
#[derive(Debug, Clone)]
pub(crate) struct RanStatement {
    pub(crate) sql: Arc<str>,
    pub(crate) time: Duration,
}

/// The statements of one request.
#[derive(Debug, Clone, Default)]
pub(crate) struct StatementLog(Arc<Mutex<Vec<RanStatement>>>);

impl StatementLog {
    /// Takes what was noted so far, in the order in which it ended.
    #[cfg_attr(not(feature = "graphql"), allow(dead_code))]
    pub(crate) fn take(&self) -> Vec<RanStatement> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Notes a statement when the answer is dropped.
    pub(super) fn begin(&self, sql: &Arc<str>) -> RunningStatement {
        RunningStatement { log: self.clone(), sql: Arc::clone(sql), begun: Instant::now() }
    }
}

/// A statement that is noted when this is dropped.
#[derive(Debug)]
pub(crate) struct RunningStatement {
    log: StatementLog,
    sql: Arc<str>,
    begun: Instant,
}

impl Drop for RunningStatement {
    fn drop(&mut self) {
        let ran = RanStatement { sql: Arc::clone(&self.sql), time: self.begun.elapsed() };
        let mut noted = self.log.0.lock().unwrap_or_else(PoisonError::into_inner);
        if noted.len() < MOST {
            noted.push(ran);
        }
    }
}
