//! What can be drawn without deceiving or choking: the text on disk stays as it is.

use std::borrow::Cow;

use unicode_normalization::char::is_combining_mark;

/// More marks than this on one letter are left out.
const MOST_MARKS: usize = 8;

/// Deeper lists and quotes than this are flattened before they are parsed: the parser's
/// time grows with the square of the depth.
const DEEPEST: usize = 100;

/// The text in pieces; true for the visible name of a character that would deceive.
pub(super) fn pieces(text: &str) -> Vec<(Cow<'_, str>, bool)> {
    if text.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
        return vec![(Cow::Borrowed(text), false)];
    }
    let mut pieces: Vec<(Cow<'_, str>, bool)> = Vec::new();
    let mut plain = String::new();
    let mut marks = 0;
    for char in text.chars() {
        marks = match is_combining_mark(char) {
            true => marks + 1,
            false => 0,
        };
        match (control_name(char), marks > MOST_MARKS) {
            (Some(name), _) => {
                if !plain.is_empty() {
                    pieces.push((Cow::Owned(std::mem::take(&mut plain)), false));
                }
                if !name.is_empty() {
                    pieces.push((name, true));
                }
            }
            (None, true) => {}
            (None, false) => plain.push(if char == '\t' { ' ' } else { char }),
        }
    }
    if !plain.is_empty() {
        pieces.push((Cow::Owned(plain), false));
    }
    pieces
}

/// Text of code: tabs as spaces, controls by their names.
pub(super) fn code(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut column = 0;
    let mut marks = 0;
    for char in text.chars() {
        marks = match is_combining_mark(char) {
            true => marks + 1,
            false => 0,
        };
        match char {
            '\n' => {
                shown.push('\n');
                column = 0;
                continue;
            }
            '\t' => {
                let spaces = 4 - column % 4;
                shown.extend(std::iter::repeat_n(' ', spaces));
                column += spaces;
                continue;
            }
            '\r' => continue,
            _ => {}
        }
        match control_name(char) {
            Some(name) => shown.push_str(&name),
            None if marks > MOST_MARKS => {}
            None => shown.push(char),
        }
        column += 1;
    }
    shown
}

/// The name of a character that cannot be seen and would change how others are seen.
fn control_name(char: char) -> Option<Cow<'static, str>> {
    let name = match char {
        '\u{202a}' => "⟨LRE⟩",
        '\u{202b}' => "⟨RLE⟩",
        '\u{202c}' => "⟨PDF⟩",
        '\u{202d}' => "⟨LRO⟩",
        '\u{202e}' => "⟨RLO⟩",
        '\u{2066}' => "⟨LRI⟩",
        '\u{2067}' => "⟨RLI⟩",
        '\u{2068}' => "⟨FSI⟩",
        '\u{2069}' => "⟨PDI⟩",
        '\u{200e}' => "⟨LRM⟩",
        '\u{200f}' => "⟨RLM⟩",
        '\u{061c}' => "⟨ALM⟩",
        '\u{2028}' | '\u{2029}' => "⏎",
        '\n' | '\t' => return None,
        // The second stands for marks that were taken away.
        '\r' | '\u{2}' => "",
        '\0'..='\u{1f}' => {
            let picture = char::from_u32(0x2400 + u32::from(char))?;
            return Some(Cow::Owned(picture.to_string()));
        }
        '\u{7f}' => "␡",
        '\u{80}'..='\u{9f}' => return Some(Cow::Owned(format!("⟨{:02X}⟩", u32::from(char)))),
        _ => return None,
    };
    Some(Cow::Borrowed(name))
}

/// The text with the marks of very deep quotes and lists taken away, byte for byte as long.
pub(super) fn flatten(text: &str) -> Cow<'_, str> {
    // Space alone nests nothing; it is how pictures made of letters are set in.
    let nests = |line: &str, bytes: usize| {
        let (marks, rest) = line.split_at(bytes);
        !marks.trim_matches(' ').is_empty() || rest.starts_with(|it: char| it.is_ascii_digit())
    };
    let is_deep = |line: &str| {
        line.len() > 2 * DEEPEST && {
            let (marks, bytes) = depth(line);
            marks > DEEPEST && nests(line, bytes)
        }
    };
    if !text.split('\n').any(is_deep) {
        return Cow::Borrowed(text);
    }
    let mut flat = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        match is_deep(line) {
            true => {
                let (_, bytes) = depth(line);
                let (marks, rest) = line.split_at(bytes);
                // Letters that are not drawn stand in, for the places must stay the same.
                flat.extend(marks.chars().map(|_| '\u{2}'));
                flat.push_str(rest);
            }
            false => flat.push_str(line),
        }
    }
    Cow::Owned(flat)
}

/// How many marks of quotes and items a line begins with, or how far it is set in, and how
/// many bytes that takes.
fn depth(line: &str) -> (usize, usize) {
    let bytes = line.as_bytes();
    let mut marks = 0;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'>' => marks += 1,
            b'-' | b'*' | b'+' if bytes.get(at + 1) == Some(&b' ') => marks += 1,
            b' ' => marks += usize::from(at % 2 == 1),
            _ => break,
        }
        at += 1;
    }
    (marks, at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_deceives_is_shown_by_its_name() {
        let shown = |text: &str| {
            let pieces = pieces(text);
            pieces
                .iter()
                .map(|(text, _)| text.as_ref())
                .collect::<String>()
        };
        assert_eq!(shown("user\u{202e}nimda"), "user⟨RLO⟩nimda");
        assert_eq!(shown("a\0b\u{7f}c"), "a␀b␡c");
        assert_eq!(
            shown("👨\u{200d}👩\u{200d}👧 می\u{200c}خواهم"),
            "👨\u{200d}👩\u{200d}👧 می\u{200c}خواهم"
        );
        let zalgo = format!("a{}b", "\u{301}".repeat(500));
        assert_eq!(shown(&zalgo).chars().count(), 2 + MOST_MARKS);
        assert_eq!(code("a\tb\n\tc\r"), "a   b\n    c");
    }

    #[test]
    fn deep_marks_are_taken_away_and_places_stay() {
        for text in [">".repeat(10_000) + " end", "- ".repeat(10_000) + "end"] {
            let flat = flatten(&text);
            assert_eq!(flat.len(), text.len());
            assert!(flat.ends_with("end") && !flat.contains('>'));
        }
        let drawn = format!("```\n{}*\n```", " ".repeat(300) + "/\\");
        assert!(
            matches!(flatten(&drawn), Cow::Borrowed(_)),
            "nothing is nested"
        );
        let plain = "> - a\n\n    code";
        assert!(matches!(flatten(plain), Cow::Borrowed(_)));
    }
}
