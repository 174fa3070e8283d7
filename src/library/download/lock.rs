//! Who writes a file in progress: a lock beside it, which the system lets go of when its
//! holder ends, however it ends.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use super::Error;

/// The right to write the files of one download.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
    path: PathBuf,
}

impl Lock {
    /// Takes the lock at `path`, which is that of `target`.
    pub(super) fn take(path: &Path, target: &Path) -> Result<Self, Error> {
        loop {
            let file = File::options()
                .create(true)
                .truncate(false)
                .write(true)
                .open(path)
                .map_err(|error| Error::disk(path, &error))?;
            match file.try_lock() {
                Err(TryLockError::WouldBlock) => {
                    let path = target.to_owned();
                    return Err(Error::Busy { path });
                }
                // A disk without locks is used without them.
                Ok(()) | Err(TryLockError::Error(_)) => {}
            }
            // Whoever held it may have removed it between these two steps.
            if is_at(&file, path) {
                return Ok(Self {
                    _file: file,
                    path: path.to_owned(),
                });
            }
        }
    }

    /// Whether somebody has the lock at `path` now.
    pub(super) fn is_taken(path: &Path) -> bool {
        let file = File::options().write(true).open(path);
        file.is_ok_and(|file| matches!(file.try_lock(), Err(TryLockError::WouldBlock)))
    }

    /// Lets go, and leaves nothing behind.
    pub(super) fn remove(self) {
        let _ = fs::remove_file(&self.path);
    }
}

#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (file.metadata(), fs::metadata(path)) {
        (Ok(held), Ok(there)) => (held.dev(), held.ino()) == (there.dev(), there.ino()),
        _ => false,
    }
}

#[cfg(not(unix))]
fn is_at(_: &File, path: &Path) -> bool {
    path.exists()
}
