//! The files of a model that comes in several, as llama.cpp names them.

use std::path::{Path, PathBuf};

/// "name-00002-of-00003" → ("name", 2, 3).
#[must_use]
pub fn part_of(stem: &str) -> Option<(&str, u32, u32)> {
    let (rest, parts) = stem.rsplit_once("-of-")?;
    let (name, part) = rest.rsplit_once('-')?;
    let number = |digits: &str| {
        (digits.len() == 5 && digits.bytes().all(|byte| byte.is_ascii_digit()))
            .then(|| digits.parse().ok())
            .flatten()
    };
    Some((name, number(part)?, number(parts)?))
}

/// The later parts of the split model whose first part this is; none of a whole one.
#[must_use]
pub fn other_parts(path: &Path) -> Vec<PathBuf> {
    /// A hundred times the parts of the largest models.
    const MOST: u32 = 1000;
    let ending = path.extension();
    let stem = file_stem(path);
    let Some((name, 1, parts @ ..=MOST)) = part_of(&stem) else {
        return Vec::new();
    };
    if ending.is_none_or(|it| !it.eq_ignore_ascii_case("gguf")) {
        return Vec::new();
    }
    (2..=parts)
        .map(|part| path.with_file_name(format!("{name}-{part:05}-of-{parts:05}.gguf")))
        .collect()
}

/// The files of the model whose first one this is, itself the first.
#[must_use]
pub fn parts(path: &Path) -> Vec<PathBuf> {
    std::iter::once(path.to_owned())
        .chain(other_parts(path))
        .collect()
}

pub(super) fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

fn file_stem(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default();
    stem.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_counted_from_the_first() {
        let first = Path::new("/m/big-00001-of-00003.gguf");
        let others = [2, 3].map(|part| PathBuf::from(format!("/m/big-0000{part}-of-00003.gguf")));
        assert_eq!(other_parts(first), others);
        assert_eq!(parts(first).first().map(PathBuf::as_path), Some(first));
    }

    #[test]
    fn only_what_llama_cpp_calls_a_part_is_one() {
        for alone in [
            "/m/big-00002-of-00003.gguf",
            "m-00001-of-99999.gguf",
            "m.gguf",
            "m-1-of-3.gguf",
            "m-00001-of-00001.gguf",
            "-of-.gguf",
            "m-00001-of-00003.bin",
        ] {
            assert_eq!(parts(Path::new(alone)), [Path::new(alone)]);
        }
    }
}
