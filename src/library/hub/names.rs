//! Names that come from a user or a server, checked before they become part of an address or
//! of a path on the disk.

use std::fmt;

use super::Error;
use gguf::is_quantisation;

/// Longest name of a file or folder; more than the Hub allows, less than any file system does.
const MAX_NAME_BYTES: usize = 200;
/// Longest path within a repository.
const MAX_PATH_BYTES: usize = 1000;

/// A repository on the Hub: "owner/name".
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RepoId {
    owner: String,
    name: String,
}

impl RepoId {
    /// Reads "owner/name".
    ///
    /// # Errors
    ///
    /// Where it is none that the Hub could have: letters, digits, `-`, `_` and `.` on both
    /// sides of one slash.
    pub fn new(id: &str) -> Result<Self, Error> {
        let is_name = |part: &str| {
            let is_plain = |it: char| it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '.');
            part.chars().all(is_plain) && is_file_name(part) && !part.starts_with('.')
        };
        match id.split_once('/') {
            Some((owner, name)) if is_name(owner) && is_name(name) => Ok(Self {
                owner: owner.to_owned(),
                name: name.to_owned(),
            }),
            _ => Err(invalid(id)),
        }
    }

    /// Who it belongs to.
    #[must_use]
    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// Its name, without its owner's.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl fmt::Display for RepoId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.owner, self.name)
    }
}

/// That a name cannot be used; what is shown of it is cut and harmless.
pub(in crate::library) fn invalid(name: &str) -> Error {
    let name: String = clean(name).chars().take(MAX_NAME_BYTES).collect();
    Error::Name { name }
}

/// Whether every system takes this as the name of one file or folder.
pub(in crate::library) fn is_file_name(name: &str) -> bool {
    let is_bad = |it: char| it.is_control() || is_direction(it) || r#"/\:*?"<>|"#.contains(it);
    !name.is_empty()
        && name.len() <= MAX_NAME_BYTES
        && !name.chars().any(is_bad)
        && !name.ends_with(['.', ' '])
        && !name.starts_with(' ')
        && !is_reserved(name)
}

/// The names that are devices on Windows, whatever their ending.
fn is_reserved(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end();
    let upper = stem.to_ascii_uppercase();
    let is_numbered = |prefix: &str| {
        upper.strip_prefix(prefix).is_some_and(|rest| {
            let mut rest = rest.chars();
            matches!(rest.next(), Some('0'..='9' | '¹' | '²' | '³')) && rest.next().is_none()
        })
    };
    matches!(
        upper.as_str(),
        "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$"
    ) || is_numbered("COM")
        || is_numbered("LPT")
}

/// Whether this is a path within a repository that leads nowhere else: names with slashes
/// between them, none of them `..`.
pub(in crate::library) fn is_repo_path(path: &str) -> bool {
    path.len() <= MAX_PATH_BYTES && path.split('/').all(is_file_name)
}

/// Whether this is a revision that can stand in an address: a branch, a tag or a commit.
pub(in crate::library) fn is_revision(revision: &str) -> bool {
    let is_plain = |it: char| it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '.' | '/');
    is_repo_path(revision) && revision.chars().all(is_plain)
}

/// Whether a file is a model or a part of one, by its name.
pub(in crate::library) fn is_gguf(path: &str) -> bool {
    let bytes = path.as_bytes();
    let ending = bytes.len().checked_sub(5).map(|at| &bytes[at..]);
    bytes.len() > 5 && ending.is_some_and(|it| it.eq_ignore_ascii_case(b".gguf"))
}

/// Text from a server without what could change how the text around it is read: control
/// characters become spaces, marks of direction go.
#[must_use]
pub fn clean(text: &str) -> String {
    let seen = text.chars().filter(|it| !is_direction(*it));
    seen.map(|it| if it.is_control() { ' ' } else { it })
        .collect()
}

fn is_direction(letter: char) -> bool {
    matches!(
        letter,
        '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'
            | '\u{2028}' | '\u{2029}' | '\u{FEFF}'
    )
}

/// "name-00002-of-00003.gguf" → ("name", 2, 3).
pub(in crate::library) fn part_of(file_name: &str) -> Option<(&str, u32, u32)> {
    let stem = is_gguf(file_name).then(|| &file_name[..file_name.len() - 5])?;
    let found = gguf::part_of(stem)?;
    let (_, part, parts) = found;
    (1 <= part && part <= parts).then_some(found)
}

/// The quantisation that a file's name tells, as the name writes it but in capitals; with the
/// "UD-" before it that tells one publisher's mixes from llama.cpp's own.
pub(in crate::library) fn quantisation(path: &str) -> Option<String> {
    let file = path.rsplit('/').next().unwrap_or(path);
    let stem = match part_of(file) {
        Some((name, ..)) => name,
        None if is_gguf(file) => &file[..file.len() - 5],
        None => file,
    };
    // The last that fits: "Q4-model-Q8_0.gguf" has 8 bits. A name may use `_` between words,
    // as quantisations do within them, so every word that begins somewhere is tried to its end.
    let starts = stem
        .char_indices()
        .filter(|(at, _)| *at == 0 || matches!(stem.as_bytes()[at - 1], b'-' | b'.' | b'_'));
    let found = starts
        .filter_map(|(at, _)| {
            let word = stem[at..].split(['-', '.']).next()?;
            is_quantisation(word).then(|| with_make(&stem[..at], word))
        })
        .max_by_key(String::len);
    // Sets are at times in a folder of their quantisation's name.
    found.or_else(|| {
        let folder = path.rsplit('/').nth(1)?;
        let name = folder.strip_prefix("UD-").unwrap_or(folder);
        is_quantisation(name).then(|| folder.to_ascii_uppercase())
    })
}

fn with_make(before: &str, quantisation: &str) -> String {
    let made = match before.to_ascii_uppercase().ends_with("-UD-") {
        true => "UD-",
        false => "",
    };
    format!("{made}{}", quantisation.to_ascii_uppercase())
}
