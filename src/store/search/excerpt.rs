//! The part of a text around what was found in it.

use std::ops::Range;

/// How long it is, in characters.
const CHARS: usize = 160;

/// How much of it stands before what was found, in characters.
const BEFORE_CHARS: usize = 40;

/// How far a cut is moved to spare a word, in characters.
const WORD_CHARS: usize = 20;

/// The part of `text` around the first of `ranges`, on one line.
pub(super) fn excerpt(text: &str, first: Option<&Range<usize>>) -> String {
    let at = first.map_or(0, |it| it.start);
    let mut start = back(text, at, BEFORE_CHARS);
    if start > 0 {
        // The next word begins after a space, if one is near.
        let near = &text[start..at];
        start += near
            .char_indices()
            .find(|(_, it)| it.is_whitespace())
            .map_or(0, |(space, it)| space + it.len_utf8());
    }
    let mut end = text[start..]
        .char_indices()
        .nth(CHARS)
        .map_or(text.len(), |(length, _)| start + length);
    if end < text.len() {
        let least = first
            .map_or(start, |it| it.end)
            .min(end)
            .max(back(text, end, WORD_CHARS));
        if let Some(space) = text[least..end].rfind(char::is_whitespace) {
            end = least + space;
        }
    }
    let words: Vec<&str> = text[start..end].split_whitespace().collect();
    let cut = |is_cut: bool| if is_cut { "…" } else { "" };
    let (begins, ends) = (
        text[..start].trim().is_empty(),
        text[end..].trim().is_empty(),
    );
    format!("{}{}{}", cut(!begins), words.join(" "), cut(!ends))
}

/// So many characters before a place.
fn back(text: &str, at: usize, chars: usize) -> usize {
    let before = text[..at].char_indices().rev().take(chars).last();
    before.map_or(at, |(place, _)| place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_cut_between_words() {
        let text = format!(
            "{}\n\n needle\tin {}",
            "hay ".repeat(100),
            "more hay ".repeat(100)
        );
        let at = text.find("needle").unwrap();
        let part = excerpt(&text, Some(&(at..at + 6)));
        assert!(
            part.starts_with("…hay hay") && part.ends_with("hay…"),
            "{part}"
        );
        assert!(part.contains("hay needle in more"), "{part}");
        assert!(part.chars().count() <= CHARS + 2);
        assert_eq!(excerpt("whole\ntext", None), "whole text");
    }

    #[test]
    fn a_text_without_spaces_has_one_too() {
        let text = "語".repeat(1000);
        let part = excerpt(&text, Some(&(600..603)));
        assert_eq!(part.chars().count(), CHARS + 2);
    }
}
