//! What file names say: which files are models, which belong together, what to call them.

use std::path::Path;

use gguf::{is_quantisation, part_of};

/// Whether a file of this name is offered: not a download that has not ended, or a later part
/// of a split model.
pub(super) fn is_model_name(file_name: &str) -> bool {
    let name = file_name.to_lowercase();
    let Some(stem) = name.strip_suffix(".gguf") else {
        return false;
    };
    let is_later_part = part_of(stem).is_some_and(|(_, part, _)| part != 1);
    !name.starts_with("incomplete-") && !name.starts_with('.') && !is_later_part
}

pub(super) fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

pub(super) fn has_ending(path: &Path) -> bool {
    path.extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("gguf"))
}

pub(super) fn file_stem(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default();
    stem.to_string_lossy().into_owned()
}

/// What to call a model of which no more is known than its file.
#[must_use]
pub fn name_of(path: &Path) -> String {
    display_name(&file_stem(path), None)
}

/// What to call a model.
///
/// The file's name without its quantisation: that is what its publisher and its user call it.
/// `general.name` is often made up by a converter from the name of a training folder
/// ("Smollm2 135M 8k Mix1 Ep2"), so it counts only where the file's name says nothing.
pub(super) fn display_name(stem: &str, general_name: Option<&str>) -> String {
    let stem = part_of(stem).map_or(stem, |(name, ..)| name);
    let model = without_quantisation(stem);
    let words = tidy(&model.replace(['-', '_'], " "));
    let says_nothing = matches!(
        words.to_lowercase().as_str(),
        "" | "model" | "ggml model" | "gguf model"
    ) || is_quantisation(model);
    match general_name.map(tidy).filter(|name| !name.is_empty()) {
        Some(name) if says_nothing => name,
        _ if words.is_empty() => stem.to_owned(),
        _ if says_nothing => words,
        _ => tidied(&words),
    }
}

/// A name with each word written as its maker would write it.
pub(super) fn tidied(name: &str) -> String {
    name.split(' ').map(written).collect::<Vec<_>>().join(" ")
}

/// "Tiny-UD-Q4_K_XL" → "Tiny". What stands before the quantisation and says how that was made
/// goes with it.
fn without_quantisation(stem: &str) -> &str {
    let parts = stem.match_indices(['.', '-', '_']);
    let found = parts.map(|(at, _)| stem.split_at(at)).find(|(_, rest)| {
        // The separator itself is one byte.
        rest.get(1..).is_some_and(is_quantisation)
    });
    let Some((mut model, _)) = found else {
        return stem;
    };
    while let Some((rest, last)) = model.rsplit_once(['.', '-', '_'])
        && matches!(
            last.to_lowercase().as_str(),
            "ud" | "i1" | "imat" | "imatrix" | "gguf"
        )
    {
        model = rest;
    }
    model
}

/// A word of a name as its maker would write it: publishers of files write names in small
/// letters, and one model is not to look like another kind of thing than the next.
fn written(word: &str) -> String {
    /// Written so by those who have made them.
    const SMALL: [&str; 4] = ["gpt", "oss", "it", "of"];
    let has_capitals = word.chars().any(char::is_uppercase);
    let is_version = word.strip_prefix('v').is_some_and(|rest| {
        let mut letters = rest.chars();
        letters.next().is_some_and(|it| it.is_ascii_digit())
    });
    let is_size = |letter: char| matches!(letter, 'b' | 'm' | 'k');
    let digits = word.strip_prefix(['a', 'e']).unwrap_or(word);
    let digits = digits.strip_suffix(is_size);
    let is_count = digits.is_some_and(|it| {
        let is_part = |c: char| c.is_ascii_digit() || matches!(c, '.' | 'x');
        it.starts_with(|c: char| c.is_ascii_digit()) && it.chars().all(is_part)
    });
    match word {
        _ if has_capitals => word.to_owned(),
        _ if SMALL.contains(&word) || is_version => word.to_owned(),
        _ if is_count => word.to_uppercase().replace('X', "x"),
        _ => {
            let mut letters = word.chars();
            let first = letters.next().into_iter().flat_map(char::to_uppercase);
            first.chain(letters).collect()
        }
    }
}

/// One space between words and nothing that is not text.
pub(super) fn tidy(name: &str) -> String {
    let is_gap = |c: char| c.is_whitespace() || c.is_control();
    let words: Vec<&str> = name.split(is_gap).filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_tidy() {
        let check = |stem: &str, general_name: Option<&str>, expected: &str| {
            assert_eq!(display_name(stem, general_name), expected, "{stem}");
        };
        check(
            "SmolLM2-135M-Instruct.Q4_1",
            Some("Smollm2 135M 8k Lc100K Mix1 Ep2"),
            "SmolLM2 135M Instruct",
        );
        check(
            "Llama-3.2-3B-Instruct-Q4_K_M",
            None,
            "Llama 3.2 3B Instruct",
        );
        check("Qwen3-4B-iq4_xs", None, "Qwen3 4B");
        check("gpt-oss-20b-mxfp4", None, "gpt oss 20B");
        check("Smol-UD-Q4_K_XL", None, "Smol");
        check("Smol.i1-Q4_K_M", None, "Smol");
        check("smol_q8_0", None, "Smol");
        check(
            "qwen2.5-coder-0.5b-instruct-q4_k_m",
            None,
            "Qwen2.5 Coder 0.5B Instruct",
        );
        check("qwen3-30b-a3b-Q2_K_L", None, "Qwen3 30B A3B");
        check(
            "mixtral-8x7b-instruct-v0.1.Q4_K_M",
            None,
            "Mixtral 8x7B Instruct v0.1",
        );
        check("gemma-3-4b-it-IQ4_XS", None, "Gemma 3 4B it");
        check("Qwen2.5-0.5B", None, "Qwen2.5 0.5B");
        check("big-Q8_0-00001-of-00003", None, "Big");
        check("ggml-model-f16", Some(" Tiny\n Llama "), "Tiny Llama");
        check("model", None, "model");
        check("Q8_0", Some("Tiny"), "Tiny");
        check("--", None, "--");
    }

    #[test]
    fn only_first_parts_of_whole_files_are_models() {
        for name in ["big-00002-of-00003.gguf", ".big.gguf", "big.gguf.part"] {
            assert!(!is_model_name(name), "{name}");
        }
    }
}
