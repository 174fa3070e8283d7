//! Whole files: whether one is what its publisher has published, and what is free beside it.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::catalog;
use super::discover::Entry;
use super::names::file_name;

/// The SHA-256 that a model's file should have, where somebody has said so: the catalogue, or
/// the name of the file itself in a cache that names its files by their content.
#[must_use]
pub fn expected(entry: &Entry) -> Option<String> {
    let by_name = entry.places.iter().find_map(|place| {
        let true_path = fs::canonicalize(&place.path).ok()?;
        let name = file_name(&true_path);
        let hash = name.strip_prefix("sha256-").unwrap_or(&name);
        is_hash(hash).then(|| hash.to_owned())
    });
    let by_catalogue = || {
        let places = entry.places.iter();
        let mut known = places.filter_map(|place| catalog::known(&place.path));
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
        let hash = self.0.finalize();
        hash.iter().fold(String::new(), |mut text, byte| {
            // Writing into a text cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}

/// Space on the disk that holds `path`, or would hold it, in bytes; nothing where the system
/// does not say.
#[must_use]
pub fn free_bytes(path: &Path) -> Option<u64> {
    let there = path.ancestors().find(|it| it.exists())?;
    let there = fs::canonicalize(there).ok()?;
    let disks = sysinfo::Disks::new_with_refreshed_list().ok()?;
    disks
        .iter()
        .filter(|disk| there.starts_with(disk.mount_point()))
        .max_by_key(|disk| disk.mount_point().as_os_str().len())
        .map(sysinfo::Disk::available_space)
}

#[cfg(test)]
mod tests {
    use super::*;

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
