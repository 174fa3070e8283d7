//! The texts of tokens that a conversation must not be able to write: an index that finds
//! them in a text, however many a vocabulary has.

use std::collections::HashSet;

/// Texts, found by narrowing a sorted list byte by byte.
#[derive(Debug, Default)]
pub(super) struct Literals {
    sorted: Vec<String>,
    /// Each text with its characters the other way round.
    reversed: Vec<String>,
    /// What literals begin with: a bit for each ASCII character, and the others.
    ascii_firsts: u128,
    other_firsts: HashSet<char>,
    longest_chars: usize,
}

/// What stands at the beginning of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    /// A literal of this many bytes.
    Whole(usize),
    /// Two characters or more that begin a literal; the text ends there.
    Beginning,
    Nothing,
}

impl Literals {
    pub(super) fn new(texts: impl IntoIterator<Item = String>) -> Self {
        let mut sorted: Vec<String> = texts.into_iter().filter(|it| !it.is_empty()).collect();
        sorted.sort_unstable();
        sorted.dedup();
        let mut reversed: Vec<String> =
            sorted.iter().map(|it| it.chars().rev().collect()).collect();
        reversed.sort_unstable();
        let firsts = || sorted.iter().filter_map(|it| it.chars().next());
        Self {
            ascii_firsts: firsts()
                .filter(char::is_ascii)
                .fold(0, |bits, it| bits | 1 << u32::from(it)),
            other_firsts: firsts().filter(|it| !it.is_ascii()).collect(),
            longest_chars: sorted
                .iter()
                .map(|it| it.chars().count())
                .max()
                .unwrap_or(0),
            sorted,
            reversed,
        }
    }

    /// Whether a literal begins with this character.
    pub(super) fn is_first(&self, character: char) -> bool {
        match character.is_ascii() {
            true => self.ascii_firsts >> u32::from(character) & 1 == 1,
            false => self.other_firsts.contains(&character),
        }
    }

    /// Where in `text` a literal begins, in bytes, overlapping ones included.
    pub(super) fn starts<'a>(&'a self, text: &'a str) -> impl Iterator<Item = usize> + 'a {
        self.candidates(text)
            .filter(|&at| matches!(self.find(&text[at..]), Found::Whole(_)))
    }

    /// The shortest literal at each place where one begins.
    pub(super) fn matches<'a>(&'a self, text: &'a str) -> impl Iterator<Item = &'a str> + 'a {
        self.candidates(text)
            .filter_map(move |at| match self.find(&text[at..]) {
                Found::Whole(length) => Some(&text[at..at + length]),
                Found::Beginning | Found::Nothing => None,
            })
    }

    /// Where the end of `text` may begin a literal that what comes next completes.
    pub(super) fn unfinished<'a>(&'a self, text: &'a str) -> impl Iterator<Item = usize> + 'a {
        let before_tail = text.char_indices().rev().nth(self.longest_chars);
        let tail = before_tail.map_or(0, |(at, character)| at + character.len_utf8());
        self.candidates(&text[tail..])
            .map(move |at| tail + at)
            .filter(|&at| self.find(&text[at..]) == Found::Beginning)
    }

    /// Whether `text` begins with the end of a literal, two characters or more, that what
    /// comes before may have begun.
    pub(super) fn completes(&self, text: &str) -> bool {
        let mut backwards = String::new();
        text.chars()
            .take(self.longest_chars.saturating_sub(1))
            .any(|character| {
                backwards.insert(0, character);
                backwards.len() > character.len_utf8() && self.ends_one(&backwards)
            })
    }

    /// Whether a literal ends with this, read backwards, and has something before it.
    fn ends_one(&self, backwards: &str) -> bool {
        let from = self.reversed.partition_point(|it| it.as_str() < backwards);
        self.reversed[from..]
            .iter()
            .take_while(|it| it.starts_with(backwards))
            .any(|it| it.len() > backwards.len())
    }

    fn candidates<'a>(&'a self, text: &'a str) -> impl Iterator<Item = usize> + 'a {
        text.char_indices()
            .filter(|&(_, character)| self.is_first(character))
            .map(|(at, _)| at)
    }

    fn find(&self, text: &str) -> Found {
        let mut range = &self.sorted[..];
        for (at, byte) in text.bytes().enumerate() {
            // All in the range begin alike, and none of them ends here.
            let there = |it: &String| it.as_bytes().get(at).copied();
            let from = range.partition_point(|it| there(it) < Some(byte));
            let count = range[from..].partition_point(|it| there(it) == Some(byte));
            range = &range[from..from + count];
            match range.first() {
                None => return Found::Nothing,
                Some(literal) if literal.len() == at + 1 => return Found::Whole(at + 1),
                Some(_) => {}
            }
        }
        match text.chars().nth(1) {
            Some(_) => Found::Beginning,
            None => Found::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_are_found_wherever_they_begin() {
        let all = ["<|a|>", "<|ab|>", "|><|", "[X]", "ñu"];
        let literals = Literals::new(all.map(str::to_owned));
        let cases: [(&str, &[usize], &[usize], bool); 9] = [
            ("", &[], &[], false),
            ("plain < text", &[], &[], false),
            ("<|a|><|ab|>", &[0, 3, 5], &[9], true),
            ("<<|a|>", &[1], &[4], false),
            ("x<|a", &[], &[1], false),
            ("x<", &[], &[], false),
            ("b|>", &[], &[1], true),
            ("X]", &[], &[], true),
            ("]ñu", &[1], &[], false),
        ];
        for (text, starts, unfinished, completes) in cases {
            assert_eq!(literals.starts(text).collect::<Vec<_>>(), starts, "{text}");
            assert_eq!(
                literals.unfinished(text).collect::<Vec<_>>(),
                unfinished,
                "{text}"
            );
            assert_eq!(literals.completes(text), completes, "{text}");
        }
    }
}
