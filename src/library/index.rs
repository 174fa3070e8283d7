//! What is known of the files that were looked at before: to read the headers of a thousand
//! models takes seconds, to see that none has changed does not.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use filekit::Stamp;
use serde::{Deserialize, Serialize};

use super::fingerprint::Fingerprint;
use gguf::Header;

/// Moves with every change to what is noted: what was noted by another Charla is read again.
const VERSION: u32 = 4;
/// A hundred times what ten thousand models take.
const MAX_INDEX_BYTES: u64 = 1 << 30;

/// What is known of a file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Known {
    stamps: Vec<Stamp>,
    pub(super) header: Header,
    pub(super) fingerprint: Fingerprint,
}

/// The notes, by the path of the first file.
#[derive(Debug, Default)]
pub(super) struct Index {
    known: HashMap<PathBuf, Known>,
    /// What was asked for or noted since it was opened: the rest is of files that are gone.
    used: HashMap<PathBuf, Known>,
    has_changed: bool,
}

#[derive(Serialize, Deserialize)]
struct Stored<T> {
    version: u32,
    models: T,
}

impl Index {
    /// Opens the notes. Where there are none, or they cannot be read, everything is read again.
    pub(super) fn open(path: &Path) -> Self {
        let read = || -> io::Result<HashMap<PathBuf, Known>> {
            if fs::metadata(path)?.len() > MAX_INDEX_BYTES {
                return Err(io::ErrorKind::FileTooLarge.into());
            }
            let stored: Stored<Vec<(PathBuf, Known)>> = serde_json::from_slice(&fs::read(path)?)?;
            match stored.version {
                VERSION => Ok(stored.models.into_iter().collect()),
                _ => Ok(HashMap::new()),
            }
        };
        Self {
            known: read().unwrap_or_default(),
            ..Self::default()
        }
    }

    /// What is known of the model in these files, unless one of them has changed since.
    pub(super) fn get(&mut self, path: &Path, stamps: &[Stamp]) -> Option<Known> {
        let known = self.known.get(path)?;
        if known.stamps != stamps {
            return None;
        }
        self.used.insert(path.to_owned(), known.clone());
        Some(known.clone())
    }

    /// Notes what was read of the model in these files.
    pub(super) fn note(
        &mut self,
        path: &Path,
        stamps: Vec<Stamp>,
        header: Header,
        fingerprint: Fingerprint,
    ) -> Known {
        let known = Known {
            stamps,
            header,
            fingerprint,
        };
        self.used.insert(path.to_owned(), known.clone());
        self.has_changed = true;
        known
    }

    /// Writes the notes, if there are others than before. That they cannot be written costs
    /// time only, so nobody is told.
    pub(super) fn close(self, path: &Path) {
        if !self.has_changed && self.used.len() == self.known.len() {
            return;
        }
        let mut models: Vec<(&PathBuf, &Known)> = self.used.iter().collect();
        models.sort_unstable_by_key(|(path, _)| *path);
        let stored = Stored {
            version: VERSION,
            models,
        };
        let write = || -> io::Result<()> {
            filekit::private_folder(filekit::folder_of(path))?;
            filekit::replace_with(path, |file| {
                let mut writer = io::BufWriter::new(file);
                serde_json::to_writer(&mut writer, &stored)?;
                io::Write::flush(&mut writer)
            })
        };
        let _ = write();
    }
}
