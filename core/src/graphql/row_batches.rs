//! Rows that the user's resolvers answer one by one, read together.
//!
//! async-graphql resolves the rows of a list side by side, each by itself. The first that comes starts a batch and lets
//! the others come; then it reads the rows of all.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use tokio::sync::oneshot;

use crate::error::Result;
use crate::graphql::json_writer::WrittenJson;
use crate::value::Value;

/// The JSON of a row; none when it is absent.
pub(super) type RowJson = Option<WrittenJson>;

/// What the rows of a batch have in common: the entity, and the selection by where it lies in the document.
pub(super) type BatchKey = (usize, usize);

/// The batches of an operation that have not been read yet.
#[derive(Debug, Default)]
pub(super) struct RowBatches(Mutex<HashMap<BatchKey, Batch>>);

/// The keys to read, each with who waits for its row.
type Batch = Vec<(Value, oneshot::Sender<Result<RowJson>>)>;

/// Who waits for a row. It ends without one when who has read for others is dropped.
pub(super) type Waiting = oneshot::Receiver<Result<RowJson>>;

impl RowBatches {
    /// Adds a key. Who is the first gets the batch, to let others come and to read the rows of all.
    pub(super) fn join(&self, batch: BatchKey, key: Value) -> (Option<OpenBatch<'_>>, Waiting) {
        let (sender, receiver) = oneshot::channel();
        let mut batches = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let joined = batches.entry(batch).or_default();
        joined.push((key, sender));
        let is_first = joined.len() == 1;
        drop(batches);
        // Not made for others: dropped, it would close the batch.
        let opened = is_first.then(|| OpenBatch { batches: self, key: batch, is_open: true });
        (opened, receiver)
    }
}

/// A batch that others may still join. It closes when it is read, and when who has opened it is dropped.
pub(super) struct OpenBatch<'a> {
    batches: &'a RowBatches,
    key: BatchKey,
    is_open: bool,
}

impl OpenBatch<'_> {
    /// Lets those come that ask at the same time, and closes the batch: later ones are of another.
    pub(super) async fn gather(mut self) -> GatheredBatch {
        tokio::task::yield_now().await;
        let (keys, waiting) = self.close().into_iter().unzip();
        GatheredBatch { keys, waiting }
    }

    fn close(&mut self) -> Batch {
        if !std::mem::take(&mut self.is_open) {
            return Batch::new();
        }
        let mut batches = self.batches.0.lock().unwrap_or_else(PoisonError::into_inner);
        batches.remove(&self.key).unwrap_or_default()
    }
}

impl Drop for OpenBatch<'_> {
    fn drop(&mut self) {
        drop(self.close());
    }
}

/// The keys of a batch, and who waits for their rows.
pub(super) struct GatheredBatch {
    pub(super) keys: Vec<Value>,
    waiting: Vec<oneshot::Sender<Result<RowJson>>>,
}

impl GatheredBatch {
    /// Hands out the rows, in the order of the keys.
    pub(super) fn answer(self, rows: Result<Vec<RowJson>>) {
        let rows: Vec<Result<RowJson>> = match rows {
            Ok(rows) => rows.into_iter().map(Ok).collect(),
            Err(error) => self.waiting.iter().map(|_| Err(error.clone())).collect(),
        };
        for (waiting, row) in self.waiting.into_iter().zip(rows) {
            // Who does not wait any more does not need it.
            let _ = waiting.send(row);
        }
    }
}
