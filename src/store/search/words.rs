//! Words as the search knows them: without accents and case, and cut down to what the forms
//! of a word have in common.

use std::collections::HashSet;
use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{canonical_combining_class, is_combining_mark};
use waken_snowball::{Algorithm, stem};

/// The longest word, in characters: more of it is not looked at.
pub(super) const LONGEST: usize = 64;

/// The shortest word that has other forms, in bytes.
const SHORTEST_STEMMED: usize = 3;

/// The longest word that has other forms, in bytes.
const LONGEST_STEMMED: usize = 40;

/// Classes of marks that are no accents: those of kana, and the virama of Indic scripts,
/// without which other words would be left.
const KEPT_CLASSES: [u8; 2] = [8, 9];

/// A word where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word<'a> {
    /// As it is written.
    pub(super) text: &'a str,
    /// Where, in bytes.
    pub(super) range: Range<usize>,
    /// Whether it is one character of a script that puts no spaces between words.
    pub(super) is_single: bool,
}

/// The words of a text.
pub(super) fn words(text: &str) -> impl Iterator<Item = Word<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = &text[at..];
        let start = at + rest.find(char::is_alphanumeric)?;
        let mut characters = text[start..].char_indices();
        let first = characters.next().map_or('\0', |(_, first)| first);
        let is_single = is_ideograph(first);
        let goes_on = |it: char| match is_single {
            true => is_mark(it),
            false => (it.is_alphanumeric() && !is_ideograph(it)) || is_mark(it),
        };
        let length = characters.find(|&(_, it)| !goes_on(it));
        let end = length.map_or(text.len(), |(length, _)| start + length);
        at = end;
        Some(Word {
            text: &text[start..end],
            range: start..end,
            is_single,
        })
    })
}

/// What stands above, below or within a word and belongs to it; a soft hyphen too.
fn is_mark(it: char) -> bool {
    !it.is_ascii() && (it == '\u{ad}' || is_combining_mark(it))
}

fn is_ideograph(it: char) -> bool {
    matches!(it,
        '\u{3041}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{ff66}'..='\u{ff9d}'
        | '\u{20000}'..='\u{3ffff}')
}

/// A word without accents and case. It has letters, digits and what belongs to letters only.
pub(super) fn fold(word: &str) -> String {
    if word.is_ascii() {
        let end = word.len().min(LONGEST);
        return word[..end].to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(word.len());
    for it in word.chars().take(LONGEST).nfkd() {
        let class = canonical_combining_class(it);
        let is_accent = class != 0 && !KEPT_CLASSES.contains(&class);
        if is_accent || !(it.is_alphanumeric() || is_combining_mark(it)) {
            continue;
        }
        for lower in it.to_lowercase() {
            match lower {
                'ß' => folded.push_str("ss"),
                'ς' => folded.push('σ'),
                'ı' => folded.push('i'),
                // What İ becomes has an accent again.
                '\u{307}' => {}
                lower => folded.push(lower),
            }
        }
    }
    folded
}

/// What the Spanish and the English forms of a folded word have in common.
pub(super) fn stems(folded: &str) -> [Option<String>; 2] {
    let is_word = (SHORTEST_STEMMED..=LONGEST_STEMMED).contains(&folded.len())
        && folded.bytes().all(|it| it.is_ascii_lowercase());
    if !is_word {
        return [None, None];
    }
    // The one accent that the stems of nouns need.
    let spanish = match folded.strip_suffix("ion") {
        Some(beginning) => fold(&stem(Algorithm::Spanish, &format!("{beginning}ión"))),
        None => fold(&stem(Algorithm::Spanish, folded)),
    };
    let english = stem(Algorithm::English, folded).into_owned();
    [spanish, english].map(|it| Some(it).filter(|it| !it.is_empty() && it != folded))
}

/// Two characters side by side, as one word.
pub(super) fn pair(before: &str, after: &str) -> String {
    format!("{before}{after}")
}

/// A text as the tables of the search take it: each word once, in all its forms.
pub(super) fn prepared(text: &str) -> String {
    let mut prepared = String::new();
    let mut spellings: HashSet<&str> = HashSet::new();
    let mut known: HashSet<String> = HashSet::new();
    let mut add = |form: String| {
        if !form.is_empty() && !known.contains(&form) {
            prepared.push_str(&form);
            prepared.push(' ');
            known.insert(form);
        }
    };
    let mut before: Option<(usize, String)> = None;
    for word in words(text) {
        if !word.is_single {
            before = None;
            if spellings.insert(word.text) {
                let folded = fold(word.text);
                stems(&folded).into_iter().flatten().for_each(&mut add);
                add(folded);
            }
            continue;
        }
        let folded = fold(word.text);
        if let Some((end, before)) = &before
            && *end == word.range.start
        {
            add(pair(before, &folded));
        }
        before = Some((word.range.end, folded.clone()));
        add(folded);
    }
    prepared
}

/// Words that say nothing where others are there, folded.
const COMMON: &str = " a about al an and are as at be but by como con cual de del do does el ella en \
    entre es esa ese eso esta este esto for from ha hay he how i if in is it its la las le les lo los mas me \
    mi my no not o of on or os para pero por que se si sin so sobre su sus te that the their then \
    there they this to tu un una uno unos unas was we were what when which who will with y ya yo you your ";

/// Whether a folded word is so common that it says nothing.
pub(super) fn is_common(folded: &str) -> bool {
    COMMON.split(' ').any(|it| it == folded)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forms(text: &str) -> HashSet<String> {
        prepared(text).split(' ').map(String::from).collect()
    }

    fn meet(one: &str, other: &str) -> bool {
        !forms(one).intersection(&forms(other)).all(String::is_empty)
    }

    #[test]
    fn forms_of_a_word_meet() {
        for (one, other) in [
            ("razon", "razón"),
            ("RAZÓN", "razones"),
            ("razon", "razones"),
            ("running", "run"),
            ("runs", "running"),
            ("niños", "niño"),
            ("niños", "ninos"),
            ("nino", "niños"),
            ("investigacion", "investigaciones"),
            ("investigación", "investigaciones"),
            ("canciones", "cancion"),
            ("stories", "story"),
            ("Straße", "STRASSE"),
            ("ΟΔΟΣ", "οδος"),
            ("İstanbul", "istanbul"),
            ("ﬁle", "file"),
            ("cafe\u{301}", "café"),
        ] {
            assert!(meet(one, other), "{one} and {other}");
        }
        assert!(!meet("perro", "gato"));
        assert!(!meet("कि", "क"), "a vowel is no accent");
    }

    #[test]
    fn scripts_without_spaces_are_split() {
        let found: Vec<_> = words("日本語 and 日-本, 한국").map(|it| it.text).collect();
        assert_eq!(found, ["日", "本", "語", "and", "日", "本", "한", "국"]);
        assert!(forms("日本語").contains("本語"));
        assert!(!forms("日-本").contains("日本"));
        assert_ne!(fold("が"), fold("か"));
    }

    #[test]
    fn a_word_without_an_end_costs_no_more_than_a_long_one() {
        let text = "é".repeat(500_000);
        let found = prepared(&text);
        assert!(found.len() < 1000, "{}", found.len());
    }
}
