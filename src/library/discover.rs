//! Which model files there are, and which of them a name on the command line means.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::gguf::{self, Error, is_quantisation};
use crate::i18n::{Localize, Text};

/// Folders below a model folder that are looked into: publisher, model, and two to spare.
const MAX_DEPTH: usize = 4;
/// Names that a message lists before it says that there are more.
const MAX_LISTED: usize = 10;

/// A model file in the library.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The file; of a split model, its first.
    pub path: PathBuf,
    /// What to call it.
    pub name: String,
    /// See [`gguf::Header::quantisation`]; empty where there is a problem.
    pub quantisation: String,
    /// Size of the file; of a split model, of all its files.
    pub size_bytes: u64,
    /// Weights; 0 where there is a problem.
    pub parameters: u64,
    /// Tokens of context it was trained for.
    pub context_length: Option<u64>,
    /// Why it cannot be loaded.
    pub problem: Option<Error>,
}

impl Entry {
    /// The name of the file without its ending.
    fn stem(&self) -> String {
        file_stem(&self.path)
    }
}

/// Why no model could be told from what the user wrote.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ResolveError {
    /// Nothing fits.
    #[error("no model named {wanted:?}")]
    None {
        /// What was asked for.
        wanted: String,
        /// What there is.
        known: Vec<String>,
    },
    /// More than one model fits.
    #[error("{wanted:?} names {} models", matches.len())]
    Several {
        /// What was asked for.
        wanted: String,
        /// What fits.
        matches: Vec<String>,
    },
}

impl Localize for ResolveError {
    fn text(&self) -> Text {
        match self {
            Self::None { wanted, known } if known.is_empty() => {
                Text::new("library-no-models").word("wanted", wanted)
            }
            Self::None { wanted, known } => Text::new("library-unknown-model")
                .word("wanted", wanted)
                .word("known", listed(known)),
            Self::Several { wanted, matches } => Text::new("library-several-models")
                .word("wanted", wanted)
                .word("matches", listed(matches)),
        }
    }
}

fn listed(names: &[String]) -> String {
    let mut shown: Vec<&str> = names.iter().take(MAX_LISTED).map(String::as_str).collect();
    if names.len() > MAX_LISTED {
        shown.push("…");
    }
    shown.join(", ")
}

/// Lists the models below these folders, by name. What cannot be listed is left out; a file
/// that is listed and cannot be used says why.
#[must_use]
pub fn scan(folders: &[PathBuf]) -> Vec<Entry> {
    let mut seen = HashSet::new();
    let mut entries = Vec::new();
    for folder in folders {
        scan_folder(folder, MAX_DEPTH, &mut seen, &mut entries);
    }
    entries.sort_by_cached_key(|entry| (entry.name.to_lowercase(), entry.path.clone()));
    entries
}

/// `seen` holds what was visited, by its true path: links may lead in circles, and two of them
/// to one file.
fn scan_folder(folder: &Path, depth: usize, seen: &mut HashSet<PathBuf>, entries: &mut Vec<Entry>) {
    let Ok(true_path) = fs::canonicalize(folder) else {
        return;
    };
    let Ok(listing) = fs::read_dir(folder) else {
        return;
    };
    if !seen.insert(true_path) {
        return;
    }
    // Sorted, so that of two links to one file it is always the same that is listed.
    let mut paths: Vec<PathBuf> = listing
        .filter_map(|item| Some(item.ok()?.path()))
        .filter(|path| !file_name(path).starts_with('.'))
        .collect();
    paths.sort_unstable();

    for path in paths {
        let Ok(metadata) = fs::metadata(&path) else {
            continue;
        };
        if metadata.is_dir() {
            if let Some(depth) = depth.checked_sub(1) {
                scan_folder(&path, depth, seen, entries);
            }
        } else if metadata.is_file() && is_model_name(&file_name(&path)) {
            let is_new = fs::canonicalize(&path).is_ok_and(|true_path| seen.insert(true_path));
            if is_new {
                entries.extend(entry(path, metadata.len()));
            }
        }
    }
}

/// What the library says about one file; nothing for a projector, which is no model.
fn entry(path: PathBuf, file_size_bytes: u64) -> Option<Entry> {
    let size_bytes = file_size_bytes.saturating_add(size_of_other_parts(&path));
    let stem = file_stem(&path);
    match gguf::read(&path) {
        Ok(header) if header.architecture == "clip" => None,
        Ok(header) => Some(Entry {
            name: display_name(&stem, header.name.as_deref()),
            path,
            quantisation: header.quantisation,
            size_bytes,
            parameters: header.parameters,
            context_length: header.context_length,
            problem: None,
        }),
        Err(problem) => Some(Entry {
            name: display_name(&stem, None),
            path,
            quantisation: String::new(),
            size_bytes,
            parameters: 0,
            context_length: None,
            problem: Some(problem),
        }),
    }
}

/// Whether a file of this name is offered: not a projector, a download that has not ended, or
/// a later part of a split model.
fn is_model_name(file_name: &str) -> bool {
    let name = file_name.to_lowercase();
    let Some(stem) = name.strip_suffix(".gguf") else {
        return false;
    };
    let is_later_part = part_of(stem).is_some_and(|(_, part, _)| part != 1);
    !name.starts_with("incomplete-") && !name.contains("mmproj") && !is_later_part
}

/// "name-00002-of-00003" → ("name", 2, 3).
fn part_of(stem: &str) -> Option<(&str, u32, u32)> {
    let (rest, parts) = stem.rsplit_once("-of-")?;
    let (name, part) = rest.rsplit_once('-')?;
    let number = |digits: &str| {
        (digits.len() == 5 && digits.bytes().all(|byte| byte.is_ascii_digit()))
            .then(|| digits.parse().ok())
            .flatten()
    };
    Some((name, number(part)?, number(parts)?))
}

fn size_of_other_parts(path: &Path) -> u64 {
    let stem = file_stem(path);
    let Some((name, 1, parts)) = part_of(&stem) else {
        return 0;
    };
    // A missing part counts for nothing; llama.cpp says so when the model is loaded.
    (2..=parts)
        .map_while(|part| {
            let file = format!("{name}-{part:05}-of-{parts:05}.gguf");
            Some(fs::metadata(path.with_file_name(file)).ok()?.len())
        })
        .sum()
}

fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

fn has_ending(path: &Path) -> bool {
    path.extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("gguf"))
}

fn file_stem(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default();
    stem.to_string_lossy().into_owned()
}

/// What to call a model.
///
/// The file's name without its quantisation: that is what its publisher and its user call it.
/// `general.name` is often made up by a converter from the name of a training folder
/// ("Smollm2 135M 8k Mix1 Ep2"), so it counts only where the file's name says nothing.
fn display_name(stem: &str, general_name: Option<&str>) -> String {
    let stem = part_of(stem).map_or(stem, |(name, ..)| name);
    let model = match stem.rsplit_once(['.', '-']) {
        Some((model, last)) if is_quantisation(last) => model,
        _ => stem,
    };
    let words = tidy(&model.replace(['-', '_'], " "));
    let says_nothing = matches!(
        words.to_lowercase().as_str(),
        "" | "model" | "ggml model" | "gguf model"
    ) || is_quantisation(model);
    match general_name.map(tidy).filter(|name| !name.is_empty()) {
        Some(name) if says_nothing => name,
        _ if words.is_empty() => stem.to_owned(),
        _ => words,
    }
}

/// One space between words and nothing that is not text.
fn tidy(name: &str) -> String {
    let is_gap = |c: char| c.is_whitespace() || c.is_control();
    let words: Vec<&str> = name.split(is_gap).filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

/// The file that `wanted` means: a path, a name, or a part of a name that fits only one model.
///
/// # Errors
///
/// Where nothing fits, or several models do. A path is not opened: it may not exist.
pub fn resolve(entries: &[Entry], wanted: &str) -> Result<PathBuf, ResolveError> {
    let path = PathBuf::from(wanted);
    if wanted.contains(std::path::is_separator) || path.is_file() {
        return Ok(path);
    }

    let lower = wanted.trim().to_lowercase();
    let names_of = |entry: &Entry| {
        [
            entry.name.to_lowercase(),
            entry.stem().to_lowercase(),
            file_name(&entry.path).to_lowercase(),
        ]
    };
    let exact = |entry: &&Entry| names_of(entry).contains(&lower);
    let partial = |entry: &&Entry| names_of(entry).iter().any(|name| name.contains(&lower));

    let mut matches: Vec<&Entry> = entries.iter().filter(exact).collect();
    if matches.is_empty() && !lower.is_empty() {
        matches = entries.iter().filter(partial).collect();
    }
    match matches.as_slice() {
        [entry] => Ok(entry.path.clone()),
        // A file that is not there is better told than a model of that name.
        [] if has_ending(&path) => Ok(path),
        [] => Err(ResolveError::None {
            wanted: wanted.to_owned(),
            known: entries.iter().map(Entry::stem).collect(),
        }),
        several => Err(ResolveError::Several {
            wanted: wanted.to_owned(),
            matches: told_apart(several),
        }),
    }
}

/// File names, or paths where two files have the same name.
fn told_apart(entries: &[&Entry]) -> Vec<String> {
    let stems: Vec<String> = entries.iter().map(|entry| entry.stem()).collect();
    let distinct: HashSet<&String> = stems.iter().collect();
    if distinct.len() == stems.len() {
        return stems;
    }
    let path = |entry: &&Entry| entry.path.display().to_string();
    entries.iter().map(path).collect()
}

#[cfg(test)]
mod tests;
