//! What a task ends with.

use crate::error::Result;

/// What a task may end with: nothing, or a [`Result`] whose error is logged.
pub trait TaskOutcome {
    /// The outcome as a result.
    ///
    /// # Errors
    /// The error of the task.
    fn into_result(self) -> Result<()>;
}

impl TaskOutcome for () {
    fn into_result(self) -> Result<()> {
        Ok(())
    }
}

impl TaskOutcome for Result<()> {
    fn into_result(self) -> Result<()> {
        self
    }
}
