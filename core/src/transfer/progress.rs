//! How far an import or an export has come.

use std::io::{self, Read};

/// Hears how far an import or an export has come: bytes read, or rows written.
pub trait Progress: Send + Sync + 'static {
    /// There are so many in all, as far as that is known.
    fn start(&self, total: u64);

    /// So many more are done.
    fn advance(&self, by: u64);

    /// All are done.
    fn finish(&self);
}

/// Nobody listens.
impl Progress for () {
    fn start(&self, _: u64) {}

    fn advance(&self, _: u64) {}

    fn finish(&self) {}
}

/// Reads from another and tells how much.
#[derive(Debug)]
pub(super) struct Counted<'p, R, P> {
    pub(super) reader: R,
    pub(super) progress: &'p P,
}

impl<R: Read, P: Progress> Read for Counted<'_, R, P> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.progress.advance(read as u64);
        Ok(read)
    }
}
