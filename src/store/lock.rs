//! Who uses the chats, as locks on two empty files beside them. The system lets go of a lock
//! when its holder ends, however it ends.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use super::Error;

/// How long another program may take to put the chats in order before this one gives up.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long a window that is gone may still seem to be there: one that was killed lets go only once
/// the system has taken all its memory back, and a child holds what its parent held until it has
/// become another program.
const LINGERING: Duration = Duration::from_secs(1);

/// How long to wait before a lock is tried again.
const PAUSE: Duration = Duration::from_millis(20);

/// What this program holds. Clones hold it together; it ends with the last of them.
#[derive(Debug, Clone)]
pub(in crate::store) struct Lock {
    /// Held by every program that uses the chats: alone by one that puts them in order,
    /// together by all others.
    chats: Arc<File>,
    /// Held by the one window that writes.
    _window: Option<Arc<File>>,
    path: PathBuf,
    is_alone: bool,
    /// Whether the disk has locks: without them, nobody knows who else is there.
    is_sure: bool,
}

impl Lock {
    /// Takes the locks of the chats in `folder`; alone where nobody else uses them.
    pub(in crate::store) fn take(folder: &Path, is_window: bool) -> Result<Self, Error> {
        let window = if is_window {
            let file = open(&folder.join("window.lock"))?;
            // A disk without locks is used without them.
            if !waits_for(LINGERING, || is_free(&file.try_lock())) {
                let path = folder.join(super::FILE);
                return Err(Error::OtherWindow { path });
            }
            Some(Arc::new(file))
        } else {
            None
        };
        let path = folder.join("chats.lock");
        let mut lock = Self {
            chats: Arc::new(open(&path)?),
            _window: window,
            path,
            is_alone: false,
            is_sure: true,
        };
        if !lock.try_alone() {
            lock.share()?;
        }
        Ok(lock)
    }

    /// Whether nobody else uses the chats, and nobody begins to until [`Self::share`]. On a
    /// disk without locks it is believed, for somebody must put the chats in order.
    pub(in crate::store) fn is_alone(&self) -> bool {
        self.is_alone
    }

    /// Whether that is known, and not only believed.
    pub(in crate::store) fn is_sure(&self) -> bool {
        self.is_sure
    }

    /// Tries to be alone; where that fails, this may hold nothing until [`Self::share`].
    pub(in crate::store) fn try_alone(&mut self) -> bool {
        // A file that is locked already must not be locked again in another way
        // (`File::try_lock`).
        let _ = self.chats.unlock();
        let locked = self.chats.try_lock();
        self.is_sure = !matches!(locked, Err(TryLockError::Error(_)));
        self.is_alone = !matches!(locked, Err(TryLockError::WouldBlock));
        self.is_alone
    }

    /// Lets others use the chats too. Waits for one that puts them in order.
    pub(in crate::store) fn share(&mut self) -> Result<(), Error> {
        let _ = self.chats.unlock();
        self.is_alone = false;
        match waits_for(PATIENCE, || is_free(&self.chats.try_lock_shared())) {
            true => Ok(()),
            false => Err(Error::Busy {
                path: self.path.clone(),
            }),
        }
    }
}

fn is_free(locked: &Result<(), TryLockError>) -> bool {
    !matches!(locked, Err(TryLockError::WouldBlock))
}

/// Waits until it is so; `false` where it is not in that time.
fn waits_for(time: Duration, mut is_so: impl FnMut() -> bool) -> bool {
    let begun = Instant::now();
    while !is_so() {
        if begun.elapsed() > time {
            return false;
        }
        thread::sleep(PAUSE);
    }
    true
}

fn open(path: &Path) -> Result<File, Error> {
    filekit::open_lock(path).map_err(|source| Error::of_io(path, &source))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_that_is_about_to_let_go_is_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let held = Lock::take(folder.path(), true).unwrap();
        let (end, ended) = std::sync::mpsc::channel::<()>();
        let other = thread::spawn(move || {
            // It lets go once the other one has begun to wait.
            let _ = ended.recv_timeout(LINGERING / 5);
            drop(held);
        });
        assert!(Lock::take(folder.path(), true).is_ok());
        drop(end);
        other.join().unwrap();
    }

    #[test]
    fn a_window_that_stays_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let _held = Lock::take(folder.path(), true).unwrap();
        let refused = Lock::take(folder.path(), true);
        assert!(matches!(refused, Err(Error::OtherWindow { .. })));
    }
}
