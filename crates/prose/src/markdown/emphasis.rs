//! Bold and struck words beside CJK brackets. Whether a mark opens or closes follows from
//! space and punctuation around it, and scripts without spaces have none: `**주의(필독)**를`
//! would keep its asterisks. The rules are those of the amendment for CJK that other parsers
//! have; the letters that decide are hidden behind such as lead to them.

use super::letters::{closes, is_punctuation, is_unspaced, is_wide_punctuation, opens};
use super::outline::Outline;

/// Whether a text has marks that may be taken in a wrong way.
pub(super) fn is_doubtful(text: &str) -> bool {
    !text.is_ascii()
        && (text.contains('*') || text.contains("~~"))
        && text.contains(|it| is_unspaced(it) || is_wide_punctuation(it))
}

/// What is put in place of a letter.
#[derive(Debug, Clone, Copy)]
enum As {
    Letter,
    Punctuation,
}

/// Hides what would keep marks from opening or closing.
pub(super) fn help(text: &str, outline: &Outline, bytes: &mut [u8]) {
    let source = text.as_bytes();
    for words in &outline.words {
        let mut opaque = outline
            .opaque
            .partition_point(|it| it.end <= words.range.start);
        let mut at = words.range.start;
        while at < words.range.end {
            while outline.opaque.get(opaque).is_some_and(|it| it.end <= at) {
                opaque += 1;
            }
            if let Some(skipped) = outline.opaque.get(opaque).filter(|it| it.start <= at) {
                at = skipped.end;
                continue;
            }
            let byte = source[at];
            let length = match byte {
                b'\\' => 2,
                b'*' | b'~' => source[at..].iter().take_while(|&&it| it == byte).count(),
                _ => 1,
            };
            if byte == b'*' || byte == b'~' && length == 2 {
                let end = (at + length).min(words.range.end);
                run(
                    text,
                    (words.range.start, at, end, words.range.end),
                    outline,
                    bytes,
                );
            }
            at += length;
        }
    }
}

fn run(
    text: &str,
    (from, start, end, to): (usize, usize, usize, usize),
    outline: &Outline,
    bytes: &mut [u8],
) {
    let (Some(before), Some(after)) = (
        text[from..start].chars().next_back(),
        text[end..to].chars().next(),
    ) else {
        return;
    };
    let is_letter = |it: char| is_unspaced(it) && it.is_alphanumeric();
    let is_mark = |it: char| is_punctuation(it) && it != '*' && it != '~';
    let before_at = start - before.len_utf8();
    let (at, letter, stands_for) = if is_mark(before) && !opens(before) && is_letter(after) {
        (end, after, As::Punctuation)
    } else if is_letter(before) && is_mark(after) && !closes(after) {
        (before_at, before, As::Punctuation)
    } else if is_wide_punctuation(before) && !opens(before) && after.is_alphanumeric() {
        (before_at, before, As::Letter)
    } else if before.is_alphanumeric() && is_wide_punctuation(after) && !closes(after) {
        (end, after, As::Letter)
    } else {
        return;
    };
    let ranges = &outline.opaque;
    let next = ranges.partition_point(|it| it.end <= at);
    if ranges.get(next).is_some_and(|it| it.start <= at) {
        return;
    }
    let stand_in = match (stands_for, letter.len_utf8()) {
        (As::Punctuation, 3) => "、",
        (As::Punctuation, 4) => "\u{10100}",
        (As::Letter, 3) => "一",
        _ => return,
    };
    bytes[at..at + stand_in.len()].copy_from_slice(stand_in.as_bytes());
}
