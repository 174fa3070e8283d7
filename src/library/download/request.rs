//! What to download, from where, and which file it becomes.

use std::path::{Path, PathBuf};

use reqwest::Url;

use super::Error;
use super::record::{FileRecord, Record};
use crate::library::hub::{
    self, Config, Item, MAIN, RepoId, clean, file_address, invalid, is_file_name, is_gguf,
    is_repo_path, is_revision, sha256_of,
};

/// Folders within a repository that are kept on the disk; files that lie deeper would not be
/// found in the library.
const MAX_KEPT_FOLDERS: usize = 2;

/// Something to download: one file, or the files of a set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Where it goes, below the folder of models.
    pub(super) folders: Vec<String>,
    pub(super) record: Record,
}

impl Request {
    /// A model of a repository, as [`hub::Hub::files`] lists it. It goes to
    /// `<owner>/<repository>/<file>`.
    ///
    /// # Errors
    ///
    /// Where files of a set are missing, or a name cannot be used on every system.
    pub fn of_item(repo: &RepoId, revision: &str, item: &Item) -> Result<Self, Error> {
        if !item.is_complete() {
            return Err(Error::Incomplete {
                name: item.name.clone(),
                expected: item.expected_files,
                found: u32::try_from(item.files.len()).unwrap_or(u32::MAX),
            });
        }
        let files = item.files.iter().map(|file| FileRecord {
            path: file.path.clone(),
            size_bytes: Some(file.size_bytes),
            sha256: file.sha256.clone(),
            is_pinned: file.sha256.is_some(),
            ..FileRecord::default()
        });
        Self::of_repo(repo, revision, files.collect())
    }

    /// One file of a repository, of which only the name is known. With a SHA-256, nothing else
    /// is taken.
    ///
    /// # Errors
    ///
    /// Where a name cannot be used on every system.
    pub fn of_file(
        repo: &RepoId,
        revision: &str,
        path: &str,
        sha256: Option<&str>,
    ) -> Result<Self, Error> {
        let sha256 = sha256.and_then(sha256_of);
        let file = FileRecord {
            path: path.to_owned(),
            is_pinned: sha256.is_some(),
            sha256,
            ..FileRecord::default()
        };
        Self::of_repo(repo, revision, vec![file])
    }

    /// The file at an address. One of the Hub's own is taken as a file of its repository;
    /// any other goes right into the folder of models.
    ///
    /// # Errors
    ///
    /// Where it is no address of a GGUF file, or one in plain text of another machine.
    pub fn of_address(config: &Config, address: &str) -> Result<Self, Error> {
        let wrong = || hub::Error::Address {
            address: clean(address),
        };
        let mut url: Url = address.trim().parse().map_err(|_| wrong())?;
        url.set_fragment(None);
        if !config.may_ask(&url) {
            return Err(wrong().into());
        }
        let names: Option<Vec<String>> = url
            .path_segments()
            .map(|it| it.map(unescaped).collect::<Option<_>>())
            .ok_or_else(wrong)?;
        let names = names.ok_or_else(wrong)?;
        if config.is_own(&url)
            && let Some((repo, revision, path)) = of_hub(&names)
        {
            return Self::of_file(&repo, &revision, &path, None);
        }
        let name = names.last().cloned().unwrap_or_default();
        if !is_gguf(&name) {
            return Err(wrong().into());
        }
        if !is_file_name(&name) || name.starts_with('.') {
            return Err(invalid(&name).into());
        }
        let file = FileRecord {
            path: name,
            url: Some(url.into()),
            ..FileRecord::default()
        };
        Ok(Self {
            folders: Vec::new(),
            record: Record::new(None, MAIN, vec![file]),
        })
    }

    fn of_repo(repo: &RepoId, revision: &str, files: Vec<FileRecord>) -> Result<Self, Error> {
        if !is_revision(revision) {
            return Err(invalid(revision).into());
        }
        for file in &files {
            if !is_repo_path(&file.path) || !is_gguf(&file.path) || file.name().starts_with('.') {
                return Err(invalid(&file.path).into());
            }
        }
        let mut folders = vec![repo.owner().to_owned(), repo.name().to_owned()];
        let path = files.first().map(|file| file.path.as_str());
        let mut within: Vec<&str> = path.unwrap_or_default().split('/').collect();
        within.pop();
        // What begins with a dot is not looked into.
        if within.len() <= MAX_KEPT_FOLDERS && !within.iter().any(|it| it.starts_with('.')) {
            folders.extend(within.into_iter().map(str::to_owned));
        }
        Ok(Self {
            folders,
            record: Record::new(Some(repo), revision, files),
        })
    }

    /// What it is called: its first file.
    #[must_use]
    pub fn name(&self) -> &str {
        self.record.name()
    }

    /// The folder it goes to.
    pub(super) fn folder(&self, models: &Path) -> PathBuf {
        self.folders
            .iter()
            .fold(models.to_owned(), |path, it| path.join(it))
    }
}

/// `%20` and the like as what they stand for; `None` where that is no text.
fn unescaped(segment: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(segment.len());
    let mut rest = segment.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digit = |it: Option<u8>| char::from(it?).to_digit(16);
            let value = digit(rest.next())? * 16 + digit(rest.next())?;
            bytes.push(u8::try_from(value).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

/// "owner/name/resolve/main/file.gguf", or "blob" as the page of a file has it.
fn of_hub(names: &[String]) -> Option<(RepoId, String, String)> {
    let at = names
        .iter()
        .position(|it| it == "resolve" || it == "blob")
        .filter(|at| *at >= 2)?;
    let repo = RepoId::new(&names[at - 2..at].join("/")).ok()?;
    let revision = names.get(at + 1)?.clone();
    let path = names[at + 2..].join("/");
    (is_gguf(&path) && is_repo_path(&path)).then_some((repo, revision, path))
}

/// Where a file of a record is to be had. The commit that was seen first is asked for again,
/// so that a file cannot change while it is being downloaded.
pub(super) fn address(config: &Config, record: &Record, file: &FileRecord) -> Result<Url, Error> {
    let wrong = |address: &str| hub::Error::Address {
        address: clean(address),
    };
    if let Some(repo) = &record.repo {
        let repo = RepoId::new(repo)?;
        let revision = file.commit.as_deref().unwrap_or(&record.revision);
        return Ok(file_address(config, &repo, revision, &file.path)?);
    }
    let address = file.url.as_deref().unwrap_or_default();
    let url: Url = address.parse().map_err(|_| wrong(address))?;
    match config.may_ask(&url) {
        true => Ok(url),
        false => Err(wrong(address).into()),
    }
}
