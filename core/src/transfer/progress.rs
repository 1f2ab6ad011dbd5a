//! The progress of an import or an export.

use std::io::{self, Read};

/// Is notified of the progress of an import or an export: bytes read, or rows written.
pub trait Progress: Send + Sync + 'static {
    /// The total, where it is known.
    fn start(&self, total: u64);

    /// This many more are done.
    fn advance(&self, by: u64);

    /// All are done.
    fn finish(&self);
}

/// No progress is reported.
impl Progress for () {
    fn start(&self, _: u64) {}

    fn advance(&self, _: u64) {}

    fn finish(&self) {}
}

/// Reports how many bytes are read.
#[derive(Debug)]
pub(super) struct CountingReader<'p, R, P> {
    pub(super) reader: R,
    pub(super) progress: &'p P,
}

impl<R: Read, P: Progress> Read for CountingReader<'_, R, P> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.progress.advance(read as u64);
        Ok(read)
    }
}
