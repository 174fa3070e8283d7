//! Whether a file is still the one that was read.

use std::fs::{self, Metadata};
use std::path::Path;
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

/// What a file was like when it was read. One that has the same stamp later has not been
/// changed since, short of somebody's effort to hide it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// Its size.
    pub size_bytes: u64,
    modified_ns: u128,
    /// Moves with every change on systems that have it, also when the time of the change is
    /// set back.
    changed_ns: i128,
}

impl Stamp {
    /// What the system says of a file that was opened or looked at.
    #[must_use]
    pub fn of(metadata: &Metadata) -> Self {
        let modified = metadata.modified().ok();
        let modified = modified.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        Self {
            size_bytes: metadata.len(),
            modified_ns: modified.map_or(0, |time| time.as_nanos()),
            changed_ns: changed_ns(metadata),
        }
    }

    /// That of the file at `path`; `None` where there is none that can be looked at.
    #[must_use]
    pub fn at(path: &Path) -> Option<Self> {
        fs::metadata(path).ok().map(|it| Self::of(&it))
    }
}

#[cfg(unix)]
fn changed_ns(metadata: &Metadata) -> i128 {
    use std::os::unix::fs::MetadataExt as _;
    i128::from(metadata.ctime()) * 1_000_000_000 + i128::from(metadata.ctime_nsec())
}

#[cfg(not(unix))]
fn changed_ns(_: &Metadata) -> i128 {
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_the_same_size_and_time_is_another_once_it_was_changed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        assert_eq!(Stamp::at(&path), None);
        fs::write(&path, "one").unwrap();
        let before = Stamp::at(&path).unwrap();
        assert_eq!(before.size_bytes, 3);
        let time = fs::metadata(&path).unwrap().modified().unwrap();
        // Clocks of file systems are coarse.
        std::thread::sleep(std::time::Duration::from_millis(20));
        fs::write(&path, "two").unwrap();
        let file = fs::File::options().write(true).open(&path).unwrap();
        file.set_modified(time).unwrap();
        drop(file);
        assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), time);
        #[cfg(unix)]
        assert_ne!(Stamp::at(&path), Some(before));
    }
}
