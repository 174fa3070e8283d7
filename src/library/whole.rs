//! Whole files: whether one is what its publisher has published.

use std::fs;
use std::path::{Path, PathBuf};

use gguf::other_parts;
use sha2::{Digest as _, Sha256};

use super::catalog;
use super::discover::Entry;
use super::names::file_name;

/// The files of the model at `path`, each with the SHA-256 that it should have, where somebody
/// has said so: the catalogue, or the name of the file itself in a cache that names its files
/// by their content. `entry` is what the library knows of the model.
#[must_use]
pub fn files(path: &Path, entry: Option<&Entry>) -> Vec<(PathBuf, Option<String>)> {
    let places = entry.iter().flat_map(|entry| &entry.places);
    let mut paths: Vec<&Path> = places.map(|place| place.path.as_path()).collect();
    paths.push(path);
    let first = (path.to_owned(), expected(&paths));
    let others = other_parts(path).into_iter().map(|part| {
        let expected = expected(&[&part]);
        (part, expected)
    });
    std::iter::once(first).chain(others).collect()
}

/// What the content of a file that is at these places should be.
fn expected(places: &[&Path]) -> Option<String> {
    let by_name = places.iter().find_map(|place| {
        let true_path = fs::canonicalize(place).ok()?;
        let name = file_name(&true_path);
        let hash = name.strip_prefix("sha256-").unwrap_or(&name);
        is_hash(hash).then(|| hash.to_owned())
    });
    let by_catalogue = || {
        let mut known = places.iter().filter_map(|place| catalog::known(place));
        known.find_map(|known| known.sha256.clone())
    };
    by_name.or_else(by_catalogue)
}

fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Hashes a file piece by piece.
#[derive(Debug, Default)]
pub struct Hasher(Sha256);

impl Hasher {
    /// One that has seen nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next bytes in.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The SHA-256 of all of them, in lower case.
    #[must_use]
    pub fn finish(self) -> String {
        filekit::hex(&self.0.finalize())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_a_split_model_is_checked() {
        let path = Path::new("/m/big-00001-of-00003.gguf");
        let names: Vec<String> = files(path, None)
            .iter()
            .map(|(path, _)| file_name(path))
            .collect();
        let expected = [1, 2, 3].map(|part| format!("big-0000{part}-of-00003.gguf"));
        assert_eq!(names, expected);
        let folder = tempfile::tempdir().unwrap();
        let blob = folder.path().join("a".repeat(64));
        fs::write(&blob, b"x").unwrap();
        assert_eq!(files(&blob, None)[0].1, Some("a".repeat(64)));
    }

    #[test]
    fn a_hash_is_that_of_all_pieces() {
        let mut hasher = Hasher::new();
        hasher.update(b"a");
        hasher.update(b"bc");
        assert_eq!(
            hasher.finish(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
