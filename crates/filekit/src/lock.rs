//! Who writes a file: a lock on an empty one beside it, which the system lets go of when its
//! holder ends, however it ends.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// The right to do something that only one program at a time may do.
#[derive(Debug)]
pub struct Lock {
    _file: File,
    path: PathBuf,
}

impl Lock {
    /// Takes the lock at `path`; `None` where somebody else has it. A disk without locks is
    /// used without them.
    ///
    /// # Errors
    /// Where the system does not let the file be made or opened.
    pub fn take(path: &Path) -> io::Result<Option<Self>> {
        loop {
            // Others of a group may share the folder, and the lock.
            let mut options = File::options();
            let file = options
                .write(true)
                .create(true)
                .truncate(false)
                .open(path)?;
            match file.try_lock() {
                Err(TryLockError::WouldBlock) => return Ok(None),
                Ok(()) | Err(TryLockError::Error(_)) => {}
            }
            // Whoever held it may have removed it between these two steps.
            if is_at(&file, path) {
                let path = path.to_owned();
                return Ok(Some(Self { _file: file, path }));
            }
        }
    }

    /// Whether somebody has the lock at `path` now.
    #[must_use]
    pub fn is_taken(path: &Path) -> bool {
        let file = File::options().write(true).open(path);
        file.is_ok_and(|file| matches!(file.try_lock(), Err(TryLockError::WouldBlock)))
    }

    /// Lets go, and leaves nothing behind.
    pub fn remove(self) {
        let _ = fs::remove_file(&self.path);
    }
}

/// Opens a file to lock it, and makes it where it is missing; only its user can.
///
/// # Errors
/// Where the system refuses.
pub fn open_lock(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    match (file.metadata(), fs::metadata(path)) {
        (Ok(held), Ok(there)) => (held.dev(), held.ino()) == (there.dev(), there.ino()),
        _ => false,
    }
}

#[cfg(not(unix))]
fn is_at(_: &File, path: &Path) -> bool {
    path.exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.lock");
        assert!(!Lock::is_taken(&path));
        let held = Lock::take(&path).unwrap().unwrap();
        assert!(Lock::take(&path).unwrap().is_none());
        assert!(Lock::is_taken(&path));
        held.remove();
        assert!(!path.exists());
        let again = Lock::take(&path).unwrap();
        assert!(again.is_some());
        drop(again);
        assert!(!Lock::is_taken(&path));
        let missing = folder.path().join("missing/a.lock");
        assert!(Lock::take(&missing).is_err());
    }
}
