//! Where a text has some words, whatever their case and accents: "telefono" finds "Teléfono".

use std::ops::Range;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// What is looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Needle {
    folded: String,
    /// Its letters and digits between anything else, to pass over most texts quickly.
    words: Vec<String>,
}

impl Needle {
    /// The words as they were typed; the spaces around them say nothing.
    pub(super) fn new(typed: &str) -> Self {
        let folded = fold(typed.trim());
        let words = folded.split(|it: char| !it.is_alphanumeric());
        let words = words.filter(|it| !it.is_empty()).map(Into::into).collect();
        Self { folded, words }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.folded.is_empty()
    }

    /// Whether every text that has this has the other one too.
    pub(super) fn narrows(&self, other: &Self) -> bool {
        !other.is_empty() && self.folded.contains(&other.folded)
    }

    /// Whether the words that a source of Markdown makes may have it. The marks of its styles
    /// may stand within a word, so only letters and digits count.
    pub(super) fn may_be_in(&self, source: &str) -> bool {
        if self.words.is_empty() {
            return true;
        }
        let mut letters = fold(source);
        letters.retain(char::is_alphanumeric);
        self.words
            .iter()
            .all(|word| letters.contains(word.as_str()))
    }

    /// Where a text has it, in bytes, one after the other.
    pub(super) fn all(&self, text: &str) -> Vec<Range<usize>> {
        if self.is_empty() {
            return Vec::new();
        }
        let mut folded = String::with_capacity(text.len());
        // Where the character begins that each byte was made of.
        let mut starts = Vec::with_capacity(text.len());
        for (at, char) in text.char_indices() {
            fold_char(char, &mut folded);
            starts.resize(folded.len(), at);
        }
        let end_of = |last: usize| {
            let next = starts[last..].iter().find(|it| **it > starts[last]);
            next.copied().unwrap_or(text.len())
        };
        let found = folded.match_indices(self.folded.as_str());
        found
            .map(|(at, found)| starts[at]..end_of(at + found.len() - 1))
            .collect()
    }
}

/// A text without case and accents, and with one kind of space.
fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for char in text.chars() {
        fold_char(char, &mut folded);
    }
    folded
}

fn fold_char(char: char, folded: &mut String) {
    if char.is_ascii() {
        let is_space = char.is_ascii_whitespace();
        folded.push(if is_space {
            ' '
        } else {
            char.to_ascii_lowercase()
        });
        return;
    }
    if char.is_whitespace() {
        folded.push(' ');
        return;
    }
    let letters = std::iter::once(char).nfd().flat_map(char::to_lowercase);
    folded.extend(letters.filter(|it| !is_combining_mark(*it)));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found<'a>(text: &'a str, typed: &str) -> Vec<&'a str> {
        let ranges = Needle::new(typed).all(text);
        ranges.into_iter().map(|it| &text[it]).collect()
    }

    #[test]
    fn case_and_accents_make_no_difference() {
        for (text, typed, expected) in [
            (
                "El Teléfono y el TELEFONO",
                "telefono",
                vec!["Teléfono", "TELEFONO"],
            ),
            ("El telefono", "TELÉFONO", vec!["telefono"]),
            (
                "año, an\u{303}o, ano",
                "ano",
                vec!["año", "an\u{303}o", "ano"],
            ),
            ("ΣΊΣΥΦΟΣ", "σισυφος", vec![]),
            ("два ДВА", "Два", vec!["два", "ДВА"]),
            (
                "one\ntwo\u{a0}three",
                "one two three",
                vec!["one\ntwo\u{a0}three"],
            ),
            ("aaaa", "aa", vec!["aa", "aa"]),
            ("한글", "하", vec!["한"]),
            ("a*b", "*", vec!["*"]),
            ("anything", "  ", vec![]),
        ] {
            assert_eq!(found(text, typed), expected, "{typed:?} in {text:?}");
        }
    }

    #[test]
    fn no_text_is_passed_over_that_shows_the_words() {
        for (source, typed) in [
            ("a **bo**ld word", "bold word"),
            ("see the [docs](https://x.y) page", "docs page"),
            ("`código`", "CODIGO"),
            ("any **", "**"),
        ] {
            assert!(
                Needle::new(typed).may_be_in(source),
                "{typed:?} in {source:?}"
            );
        }
        assert!(!Needle::new("bolder").may_be_in("a **bo**ld word"));
    }

    #[test]
    fn a_longer_search_is_found_in_no_more_texts() {
        assert!(Needle::new("python").narrows(&Needle::new("PYT")));
        assert!(!Needle::new("pyt").narrows(&Needle::new("python")));
        assert!(!Needle::new("pyt").narrows(&Needle::default()));
    }
}
