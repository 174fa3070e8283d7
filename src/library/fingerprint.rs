//! Which content a model file has, told fast: two copies of one model are one model.

use std::fmt;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// The whole header is hashed, up to this: those in use have a tenth of it.
const MAX_HEADER_BYTES: u64 = 64 << 20;
/// Samples of the weights, at equal distances, the last bytes among them.
const SAMPLES: u64 = 16;
const SAMPLE_BYTES: u64 = 4096;

/// A hash of what tells one model from another: the size, the header, and samples of the
/// weights. It is no proof that every byte is the same; see the check of a whole file for that.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fingerprint(String);

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Takes the fingerprint of the file at `path` and of the `others` that belong to it, whose
/// weights begin at `weights_start_bytes` of the first.
///
/// # Errors
/// Where one of them cannot be read.
pub(super) fn take(
    path: &Path,
    weights_start_bytes: u64,
    others: &[PathBuf],
) -> io::Result<Fingerprint> {
    let mut hasher = blake3::Hasher::new();
    let mut sample = Vec::new();
    for (path, header_bytes) in std::iter::once((path, weights_start_bytes))
        .chain(others.iter().map(|path| (path.as_path(), SAMPLE_BYTES)))
    {
        let mut file = File::open(path)?;
        let size_bytes = file.metadata()?.len();
        hasher.update(&size_bytes.to_le_bytes());
        let header_bytes = header_bytes.min(MAX_HEADER_BYTES).min(size_bytes);
        hasher.update_reader((&mut file).take(header_bytes))?;
        let weights_bytes = size_bytes - header_bytes;
        for index in 1..=SAMPLES {
            let end = header_bytes + weights_bytes / SAMPLES * index + weights_bytes % SAMPLES;
            let start = end.saturating_sub(SAMPLE_BYTES).max(header_bytes);
            file.seek(SeekFrom::Start(start))?;
            sample.clear();
            (&mut file).take(end - start).read_to_end(&mut sample)?;
            hasher.update(&sample);
        }
    }
    let mut text = hasher.finalize().to_hex().to_string();
    // 128 bits are plenty to tell models apart.
    text.truncate(32);
    Ok(Fingerprint(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(bytes: &[u8], start: u64) -> Fingerprint {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("m.gguf");
        std::fs::write(&path, bytes).unwrap();
        take(&path, start, &[]).unwrap()
    }

    #[test]
    fn what_tells_models_apart_is_in_it() {
        let plain = vec![7_u8; 1 << 20];
        let with = |place: usize| {
            let mut bytes = plain.clone();
            bytes[place] = 8;
            bytes
        };
        let print = of(&plain, 500_000);
        assert_eq!(of(&plain, 500_000), print);
        assert_ne!(of(&with(499_999), 500_000), print, "the header");
        assert_ne!(of(&with((1 << 20) - 1), 500_000), print, "the end");
        assert_ne!(of(&plain[1..], 499_999), print, "the size");
        assert_eq!(print.to_string().len(), 32);
        // Files that are smaller than a sample, or than they say.
        assert_ne!(of(b"", 0), of(b"x", 9));
    }
}
