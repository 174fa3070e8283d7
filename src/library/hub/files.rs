//! The files of a repository: what its listing says, as items that a person can choose from.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::names::{clean, is_gguf, is_repo_path, part_of, quantisation};
use gguf::Purpose;
use gguf::purpose_of;

/// A file of a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepoFile {
    /// Its path within the repository, with slashes.
    pub path: String,
    /// Its size.
    pub size_bytes: u64,
    /// SHA-256 of its content, 64 lower-case hexadecimal digits, where the Hub knows it.
    pub sha256: Option<String>,
}

/// What can be downloaded as one: a model in one file or in several, or what lies beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its file's name; of a set, the name without the numbers and with its ending.
    pub name: String,
    /// The quantisation that the name tells: "`Q4_K_M`".
    pub quantisation: Option<String>,
    /// Size of all its files.
    pub size_bytes: u64,
    /// Its files, in their order.
    pub files: Vec<RepoFile>,
    /// How many files it should have.
    pub expected_files: u32,
    /// What it is for, where its name says that it is none to chat with: a projector, a
    /// drafter, a calibration.
    pub beside: Option<Purpose>,
}

impl Item {
    /// Whether no file of a set is missing.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        u32::try_from(self.files.len()) == Ok(self.expected_files)
    }
}

/// One line of the Hub's listing; of what it may hold, what is needed.
#[derive(Debug, Deserialize)]
struct Listed {
    #[serde(default, rename = "type")]
    kind: Value,
    #[serde(default)]
    path: Value,
    #[serde(default)]
    size: Value,
    #[serde(default)]
    lfs: Value,
}

/// The model files of one page of a listing. What makes no sense is left out.
pub(super) fn parse(page: &[Value]) -> Vec<RepoFile> {
    page.iter().filter_map(file).collect()
}

fn file(value: &Value) -> Option<RepoFile> {
    let listed = Listed::deserialize(value).ok()?;
    let path = listed.path.as_str()?;
    if listed.kind.as_str() != Some("file") || !is_gguf(path) || !is_repo_path(path) {
        return None;
    }
    let lfs = &listed.lfs;
    // Beside an `lfs` the outer size may be that of the pointer, some 130 bytes.
    let size_bytes = lfs["size"].as_u64().or(listed.size.as_u64())?;
    let sha256 = lfs["oid"].as_str().or(lfs["sha256"].as_str());
    Some(RepoFile {
        path: path.to_owned(),
        size_bytes,
        sha256: sha256.and_then(sha256_of),
    })
}

/// A SHA-256 as it is compared: 64 hexadecimal digits, in small letters.
pub(in crate::library) fn sha256_of(text: &str) -> Option<String> {
    let is_hash = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hash.then(|| text.to_ascii_lowercase())
}

/// Files as items, the smallest first: sets are put together.
pub(super) fn group(files: Vec<RepoFile>) -> Vec<Item> {
    // What belongs together: the folder and name of a set and how many files it has.
    let mut groups: BTreeMap<(String, u32), BTreeMap<u32, RepoFile>> = BTreeMap::new();
    for file in files {
        let name = file_name(&file.path);
        let (key, part) = match part_of(name) {
            Some((stem, part, parts)) => {
                let folder = &file.path[..file.path.len() - name.len()];
                ((format!("{folder}{stem}.gguf"), parts), part)
            }
            None => ((file.path.clone(), 1), 1),
        };
        groups.entry(key).or_default().entry(part).or_insert(file);
    }
    let mut items: Vec<Item> = groups
        .into_iter()
        .map(|((path, expected_files), files)| {
            let name = clean(file_name(&path));
            let files: Vec<RepoFile> = files.into_values().collect();
            let sizes = files.iter().map(|file| file.size_bytes);
            Item {
                quantisation: files.first().and_then(|file| quantisation(&file.path)),
                size_bytes: sizes.fold(0, u64::saturating_add),
                beside: purpose_of(&name),
                name,
                files,
                expected_files,
            }
        })
        .collect();
    items.sort_by(|a, b| (a.size_bytes, &a.name).cmp(&(b.size_bytes, &b.name)));
    items
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
