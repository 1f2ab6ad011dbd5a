//! Files that appear when they are whole, and one process at a time in a folder.

use std::fs::{File, TryLockError};
use std::io::{BufWriter, Result, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// A file that is written under another name in its folder, and gets its own with [`WholeFile::finish`]: who reads it
/// never reads a part. Dropped before, nothing is left of it, and a file of that name is as it was.
#[derive(Debug)]
pub(crate) struct WholeFile {
    path: PathBuf,
    /// None for a device or a pipe, as in `--out /dev/stdout`, which is written to as it is.
    temporary: Option<PathBuf>,
    file: BufWriter<File>,
}

/// Numbers the temporary names of this process.
static NEXT: AtomicU64 = AtomicU64::new(0);

impl WholeFile {
    pub(crate) fn create(path: &Path) -> Result<Self> {
        if path.metadata().is_ok_and(|file| !file.is_file()) {
            let file = BufWriter::new(File::options().write(true).open(path)?);
            return Ok(Self { path: path.to_owned(), temporary: None, file });
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let temporary = path.with_file_name(format!(".{name}.{}-{number}.part", std::process::id()));
        let file = BufWriter::new(File::create(&temporary)?);
        Ok(Self { path: path.to_owned(), temporary: Some(temporary), file })
    }

    /// Renames it, once all of it is on the disk.
    pub(crate) fn finish(mut self) -> Result<()> {
        self.flush()?;
        if let Some(temporary) = &self.temporary {
            self.file.get_ref().sync_all()?;
            std::fs::rename(temporary, &self.path)?;
            self.temporary = None;
        }
        Ok(())
    }
}

impl Write for WholeFile {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> Result<()> {
        self.file.flush()
    }
}

impl Drop for WholeFile {
    fn drop(&mut self) {
        if let Some(temporary) = &self.temporary {
            let _ = std::fs::remove_file(temporary);
        }
    }
}

/// Writes a whole file.
pub(crate) fn write(path: &Path, text: &str) -> Result<()> {
    let mut file = WholeFile::create(path)?;
    file.write_all(text.as_bytes())?;
    file.finish()
}

/// Waits until no other process holds the folder, and holds it until dropped. The lock ends with the process. Where
/// folders cannot be locked there is none.
pub(crate) fn lock_folder(folder: &Path) -> Result<Option<File>> {
    std::fs::create_dir_all(folder)?;
    let Ok(handle) = File::open(folder) else { return Ok(None) };
    match handle.try_lock() {
        Ok(()) => Ok(Some(handle)),
        Err(TryLockError::WouldBlock) => handle.lock().map(|()| Some(handle)),
        Err(TryLockError::Error(_)) => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn a_file_appears_when_it_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.sql");
        std::fs::write(&path, "old").unwrap();
        let mut file = WholeFile::create(&path).unwrap();
        file.write_all(&[b'x'; 100_000]).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "old");
        file.finish().unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap().len(), 100_000);
        assert_eq!(names(folder.path()), ["a.sql"]);
    }

    #[test]
    fn nothing_is_left_of_one_that_is_given_up() {
        let folder = tempfile::tempdir().unwrap();
        let mut file = WholeFile::create(&folder.path().join("a.sql")).unwrap();
        file.write_all(b"half").unwrap();
        drop(file);
        assert!(names(folder.path()).is_empty());
    }
}
