//! Which model a file holds, by its content: what was kept for one model must never be
//! given to another, whatever the two files are called.
//!
//! Hashing gigabytes takes seconds, so it is done once, on a thread of its own that gives way
//! to everything else, and noted beside the states with what the system says of the files:
//! their sizes and when they changed. Nobody who waits for a reply waits for it.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use blake3::Hash;
use filekit::Stamp;
use gguf::parts;
use serde::{Deserialize, Serialize};

/// The file that notes what has been hashed.
const INDEX: &str = "models.json";

/// The hash of a model, which may still be being computed. Clones are told of the same one.
#[derive(Clone)]
pub(super) struct Fingerprint(Arc<Shared>);

struct Shared {
    progress: Mutex<Progress>,
    changed: Condvar,
}

#[derive(Clone, Copy)]
enum Progress {
    Hashing,
    Known(Hash),
    /// The file could not be read, or changed meanwhile.
    Unknown,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Note {
    /// One for each part of the model.
    stamps: Vec<Stamp>,
    hash: String,
}

type Index = BTreeMap<PathBuf, Note>;

impl Fingerprint {
    /// The hash of the model whose first file is at `path`: at once where `folder` has it
    /// noted, else later.
    pub(super) fn of(path: &Path, folder: &Path) -> Self {
        let parts = parts(path);
        let stamps = stamps(&parts);
        let noted = read(folder).remove(path);
        if let Some(note) = noted
            && Some(&note.stamps) == stamps.as_ref()
            && let Ok(hash) = Hash::from_hex(&note.hash)
        {
            return Self::new(Progress::Known(hash));
        }
        let fingerprint = Self::new(Progress::Hashing);
        let (result, path, folder) = (fingerprint.clone(), path.to_owned(), folder.to_owned());
        let hashing = thread::Builder::new().name("fingerprint".into());
        let started = hashing.spawn(move || {
            give_way();
            let hash = hash(&parts).ok();
            // Files that changed meanwhile are not those that were hashed.
            let is_same = stamps.is_some() && stamps == self::stamps(&parts);
            let Some(hash) = hash.filter(|_| is_same) else {
                return result.set(Progress::Unknown);
            };
            let hex = hash.to_hex().to_string();
            let stamps = stamps.unwrap_or_default();
            let _ = note(&folder, path, Note { stamps, hash: hex });
            result.set(Progress::Known(hash));
        });
        if started.is_err() {
            // Without a thread there is no hash, and so no state is kept: slower, never wrong.
            fingerprint.set(Progress::Unknown);
        }
        fingerprint
    }

    /// One that is being computed until [`Fingerprint::settle`].
    #[cfg(test)]
    pub(super) fn pending() -> Self {
        Self::new(Progress::Hashing)
    }

    /// Says what became of it.
    #[cfg(test)]
    pub(super) fn settle(&self, hash: Option<Hash>) {
        self.set(hash.map_or(Progress::Unknown, Progress::Known));
    }

    fn new(progress: Progress) -> Self {
        Self(Arc::new(Shared {
            progress: Mutex::new(progress),
            changed: Condvar::new(),
        }))
    }

    fn set(&self, progress: Progress) {
        *self.progress() = progress;
        self.0.changed.notify_all();
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        let progress = self.0.progress.lock();
        progress.unwrap_or_else(PoisonError::into_inner)
    }

    /// The hash, if it is there by now.
    pub(super) fn get(&self) -> Option<Hash> {
        match *self.progress() {
            Progress::Known(hash) => Some(hash),
            Progress::Hashing | Progress::Unknown => None,
        }
    }

    /// The hash, waited for.
    pub(super) fn wait(&self) -> Option<Hash> {
        self.wait_for(Duration::MAX)
    }

    /// The hash, waited for as long as that.
    pub(super) fn wait_for(&self, time: Duration) -> Option<Hash> {
        let is_hashing = |progress: &mut Progress| matches!(progress, Progress::Hashing);
        let changed = &self.0.changed;
        let waited = changed.wait_timeout_while(self.progress(), time, is_hashing);
        drop(waited.unwrap_or_else(PoisonError::into_inner));
        self.get()
    }
}

/// Has the thread that calls it compute only when nothing else wants to: what is done for
/// the next start must not hold up this reply.
fn give_way() {
    // Linux keeps this by thread. Elsewhere it would slow the whole process down.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::setpriority_process(None, 19);
}

fn stamps(parts: &[PathBuf]) -> Option<Vec<Stamp>> {
    parts.iter().map(|path| Stamp::at(path)).collect()
}

fn hash(parts: &[PathBuf]) -> io::Result<Hash> {
    let mut hasher = blake3::Hasher::new();
    let mut buffer = vec![0; 1 << 20];
    for path in parts {
        let mut file = File::open(path)?;
        loop {
            match file.read(&mut buffer)? {
                0 => break,
                count => hasher.update(buffer.get(..count).unwrap_or_default()),
            };
        }
    }
    Ok(hasher.finalize())
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
    filekit::replace(&folder.join(INDEX), &serde_json::to_vec(&index)?)
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

    #[test]
    fn a_model_of_several_files_is_known_by_all_of_them() {
        let folder = tempfile::tempdir().unwrap();
        let part = |number: u32| folder.path().join(format!("m-{number:05}-of-00002.gguf"));
        fs::write(part(1), b"metadata").unwrap();
        fs::write(part(2), b"weights").unwrap();
        let one = Fingerprint::of(&part(1), folder.path()).wait();
        assert_eq!(one, Some(blake3::hash(b"metadataweights")));
        // Noted by now, and known to be another once the weights are.
        assert_eq!(Fingerprint::of(&part(1), folder.path()).get(), one);
        fs::write(part(2), b"other weights").unwrap();
        let other = Fingerprint::of(&part(1), folder.path()).wait();
        assert_eq!(other, Some(blake3::hash(b"metadataother weights")));
        fs::remove_file(part(2)).unwrap();
        assert_eq!(Fingerprint::of(&part(1), folder.path()).wait(), None);
    }
}
