//! Which model a file holds, by its content: what was kept for one model must never be
//! given to another, whatever the two files are called.
//!
//! Hashing gigabytes takes seconds, so it is done once, on a thread of its own, and noted
//! beside the states with what the system says of the file: its size and when it changed.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::UNIX_EPOCH;

use blake3::Hash;
use serde::{Deserialize, Serialize};

use crate::files;

/// The file that notes what has been hashed.
const INDEX: &str = "models.json";

/// The hash of a model file, which may still be being computed.
pub(super) struct Fingerprint {
    known: Option<Hash>,
    coming: Option<Receiver<Hash>>,
}

/// What a file was like when it was hashed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Stamp {
    size_bytes: u64,
    modified_ns: u128,
    /// Moves with every change on systems that have it, also when the time of the change
    /// is set back.
    changed_ns: i128,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Note {
    stamp: Stamp,
    hash: String,
}

type Index = BTreeMap<PathBuf, Note>;

impl Fingerprint {
    /// The hash of the file at `path`: at once where `folder` has it noted, else later.
    pub(super) fn of(path: &Path, folder: &Path) -> Self {
        let stamp = stamp(path);
        let noted = read(folder).remove(path);
        if let Some(note) = noted
            && Some(&note.stamp) == stamp.as_ref()
            && let Ok(hash) = Hash::from_hex(&note.hash)
        {
            return Self {
                known: Some(hash),
                coming: None,
            };
        }
        let (sender, coming) = mpsc::channel();
        let (path, folder) = (path.to_owned(), folder.to_owned());
        let hashing = thread::Builder::new().name("fingerprint".into());
        // Without a thread there is no hash, and so no state is kept: slower, never wrong.
        let _ = hashing.spawn(move || {
            let Ok(hash) = hash(&path) else { return };
            // A file that changed meanwhile is no file that was hashed.
            if let Some(stamp) = stamp.filter(|before| Some(before) == self::stamp(&path).as_ref())
            {
                let hex = hash.to_hex().to_string();
                let _ = note(&folder, path, Note { stamp, hash: hex });
                let _ = sender.send(hash);
            }
        });
        Self {
            known: None,
            coming: Some(coming),
        }
    }

    /// The hash, if it is there by now.
    pub(super) fn get(&mut self) -> Option<Hash> {
        if let Some(coming) = &self.coming
            && let Ok(hash) = coming.try_recv()
        {
            self.known = Some(hash);
            self.coming = None;
        }
        self.known
    }

    /// The hash, waited for.
    pub(super) fn wait(&mut self) -> Option<Hash> {
        if let Some(coming) = self.coming.take() {
            self.known = coming.recv().ok();
        }
        self.known
    }
}

fn stamp(path: &Path) -> Option<Stamp> {
    let metadata = fs::metadata(path).ok()?;
    let modified = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    #[cfg(unix)]
    let changed_ns = {
        use std::os::unix::fs::MetadataExt as _;
        i128::from(metadata.ctime()) * 1_000_000_000 + i128::from(metadata.ctime_nsec())
    };
    #[cfg(not(unix))]
    let changed_ns = 0;
    Some(Stamp {
        size_bytes: metadata.len(),
        modified_ns: modified.as_nanos(),
        changed_ns,
    })
}

fn hash(path: &Path) -> io::Result<Hash> {
    let mut file = File::open(path)?;
    let mut hasher = blake3::Hasher::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hasher.finalize()),
            count => hasher.update(buffer.get(..count).unwrap_or_default()),
        };
    }
}

/// What has been noted. An index that cannot be read is as good as none.
fn read(folder: &Path) -> Index {
    let json = fs::read(folder.join(INDEX)).unwrap_or_default();
    serde_json::from_slice(&json).unwrap_or_default()
}

fn note(folder: &Path, path: PathBuf, note: Note) -> io::Result<()> {
    let mut index = read(folder);
    // Models come and go; what is gone need not be remembered.
    index.retain(|path, _| path.exists());
    index.insert(path, note);
    files::replace(&folder.join(INDEX), &serde_json::to_vec(&index)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_by_its_content() {
        let folder = tempfile::tempdir().unwrap();
        let (one, two) = (folder.path().join("one"), folder.path().join("two"));
        fs::write(&one, b"weights").unwrap();
        fs::write(&two, b"weights").unwrap();
        let hash = Fingerprint::of(&one, folder.path()).wait().unwrap();
        assert_eq!(hash, blake3::hash(b"weights"));
        assert_eq!(Fingerprint::of(&two, folder.path()).wait(), Some(hash));
        // Noted by now, so nobody has to wait.
        assert_eq!(Fingerprint::of(&one, folder.path()).get(), Some(hash));
        fs::write(&one, b"changed").unwrap();
        let changed = Fingerprint::of(&one, folder.path()).wait();
        assert_eq!(changed, Some(blake3::hash(b"changed")));
        fs::remove_file(&one).unwrap();
        assert_eq!(Fingerprint::of(&one, folder.path()).wait(), None);
    }
}
