//! The note beside a download in progress, `.download.<name>.json`: what is needed to go on
//! after anything. It is read as warily as what a server says.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::Error;
use crate::library::hub::{RepoId, is_file_name, is_gguf, is_repo_path, is_revision, sha256_of};

/// What files of a download in progress begin with. The library does not list such.
pub(super) const PREFIX: &str = ".download.";
const VERSION: u32 = 1;
/// Longest note that is read.
const MAX_NOTE_BYTES: u64 = 1024 * 1024;
/// Files that a set can have.
const MAX_FILES: usize = 1000;
/// Folders below the folder of models that are looked into, as in the library.
const MAX_DEPTH: usize = 4;

/// What is being downloaded, and how far it got.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Record {
    version: u32,
    /// The repository on the Hub; `None` for a plain address.
    pub(super) repo: Option<String>,
    pub(super) revision: String,
    pub(super) files: Vec<FileRecord>,
}

/// One file of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct FileRecord {
    /// Its path within the repository; its name where there is none.
    pub(super) path: String,
    /// The plain address.
    #[serde(default)]
    pub(super) url: Option<String>,
    #[serde(default)]
    pub(super) size_bytes: Option<u64>,
    #[serde(default)]
    pub(super) sha256: Option<String>,
    /// Whether the SHA-256 is what was asked for, not what the server said meanwhile.
    #[serde(default)]
    pub(super) is_pinned: bool,
    /// What the server calls this version of the file: a strong `ETag`, or a date.
    #[serde(default)]
    pub(super) validator: Option<String>,
    /// The commit that the revision stood for at the first request.
    #[serde(default)]
    pub(super) commit: Option<String>,
    /// Whether it is in its place, whole and checked.
    #[serde(default)]
    pub(super) is_done: bool,
    /// Whether it was so before this download.
    #[serde(default)]
    pub(super) was_there: bool,
}

impl FileRecord {
    /// Its name on the disk.
    pub(super) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// Where it comes to lie.
    pub(super) fn target(&self, folder: &Path) -> PathBuf {
        folder.join(self.name())
    }

    /// What there is of it until then.
    pub(super) fn partial(&self, folder: &Path) -> PathBuf {
        folder.join(format!("{PREFIX}{}.part", self.name()))
    }

    /// Forgets what the server said of a version of the file that is gone.
    pub(super) fn forget_version(&mut self) {
        self.validator = None;
        self.commit = None;
        if !self.is_pinned {
            self.sha256 = None;
            self.size_bytes = None;
        }
    }
}

impl Record {
    pub(super) fn new(repo: Option<&RepoId>, revision: &str, files: Vec<FileRecord>) -> Self {
        Self {
            version: VERSION,
            repo: repo.map(ToString::to_string),
            revision: revision.to_owned(),
            files,
        }
    }

    /// The name of its first file.
    pub(super) fn name(&self) -> &str {
        self.files.first().map_or("", FileRecord::name)
    }

    /// The note's path.
    pub(super) fn note(&self, folder: &Path) -> PathBuf {
        folder.join(format!("{PREFIX}{}.json", self.name()))
    }

    /// The path of the lock that says who writes.
    pub(super) fn lock(&self, folder: &Path) -> PathBuf {
        folder.join(format!("{PREFIX}{}.lock", self.name()))
    }

    /// Size of all files; `None` where one is unknown.
    pub(super) fn size_bytes(&self) -> Option<u64> {
        let sizes = self.files.iter().map(|file| file.size_bytes);
        sizes.reduce(|sum, size| Some(sum?.saturating_add(size?)))?
    }

    /// How much is on the disk.
    pub(super) fn received_bytes(&self, folder: &Path) -> u64 {
        let of = |file: &FileRecord| match file.is_done {
            true => file.size_bytes.unwrap_or(0),
            false => fs::metadata(file.partial(folder)).map_or(0, |it| it.len()),
        };
        self.files.iter().map(of).sum()
    }

    /// Whether `other` means the same files, so that what there is of them can be kept.
    pub(super) fn goes_on_with(&self, other: &Self) -> bool {
        let is_same = |(a, b): (&FileRecord, &FileRecord)| {
            let hashes = (&a.sha256, &b.sha256);
            let differs = matches!(hashes, (Some(one), Some(two)) if one != two);
            a.path == b.path && a.url == b.url && !differs
        };
        self.repo == other.repo
            && self.files.len() == other.files.len()
            && self.files.iter().zip(&other.files).all(is_same)
    }

    /// Writes the note, all of it or nothing.
    pub(super) fn save(&self, folder: &Path) -> Result<(), Error> {
        let path = self.note(folder);
        let fault = |error: &std::io::Error| Error::disk(&path, error);
        let json = serde_json::to_vec(self).map_err(|error| fault(&error.into()))?;
        // Always the same name: what a kill leaves of it is written over by the next.
        let fresh = path.with_extension("json.tmp");
        let mut options = File::options();
        options.write(true).create(true).truncate(true);
        // An address may hold a key.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let written = options.open(&fresh).and_then(|mut file| {
            file.write_all(&json)?;
            file.sync_data()
        });
        written
            .and_then(|()| fs::rename(&fresh, &path))
            .map_err(|error| fault(&error))?;
        Ok(())
    }

    /// Reads a note; `None` where there is none that makes sense.
    pub(super) fn load(path: &Path) -> Option<Self> {
        let metadata = fs::metadata(path).ok()?;
        if !metadata.is_file() || metadata.len() > MAX_NOTE_BYTES {
            return None;
        }
        let record: Self = serde_json::from_slice(&fs::read(path).ok()?).ok()?;
        let is_file = |file: &FileRecord| {
            is_repo_path(&file.path)
                && is_gguf(&file.path)
                && is_file_name(file.name())
                && !file.name().starts_with('.')
                && file
                    .sha256
                    .as_deref()
                    .is_none_or(|it| sha256_of(it).is_some())
                && file.commit.as_deref().is_none_or(is_revision)
                && (record.repo.is_some() || file.url.is_some())
        };
        let makes_sense = record.version == VERSION
            && (1..=MAX_FILES).contains(&record.files.len())
            && is_revision(&record.revision)
            && record
                .repo
                .as_deref()
                .is_none_or(|it| RepoId::new(it).is_ok())
            && record.files.iter().all(is_file);
        // Its name says what it is for: nobody else's files are touched because of it.
        let is_in_place = path == record.note(path.parent()?);
        (makes_sense && is_in_place).then_some(record)
    }

    /// Removes everything of a download that is given up, also the files of a set that are in
    /// their places already: without the others they are of no use.
    pub(super) fn discard(&self, folder: &Path) {
        for file in &self.files {
            let _ = fs::remove_file(file.partial(folder));
            if file.is_done && !file.was_there {
                let _ = fs::remove_file(file.target(folder));
            }
        }
        let note = self.note(folder);
        let _ = fs::remove_file(note.with_extension("json.tmp"));
        let _ = fs::remove_file(note);
    }
}

/// The downloads that were left below `models`, each with its folder.
pub(super) fn find(models: &Path) -> Vec<(PathBuf, Record)> {
    let mut found = Vec::new();
    look(models, MAX_DEPTH, &mut found);
    found.sort_by(|a, b| (&a.0, a.1.name()).cmp(&(&b.0, b.1.name())));
    found
}

fn look(folder: &Path, depth: usize, found: &mut Vec<(PathBuf, Record)>) {
    let Ok(listing) = fs::read_dir(folder) else {
        return;
    };
    for item in listing.filter_map(Result::ok) {
        let name = item.file_name();
        let Some(name) = name.to_str() else { continue };
        // Links are not followed here: they may lead in circles, and nothing is left behind them.
        let is_folder = item.file_type().is_ok_and(|it| it.is_dir());
        if is_folder && !name.starts_with('.') && depth > 0 {
            look(&item.path(), depth - 1, found);
        } else if name.starts_with(PREFIX)
            && Path::new(name).extension().is_some_and(|it| it == "json")
            && let Some(record) = Record::load(&item.path())
        {
            found.push((folder.to_owned(), record));
        }
    }
}
