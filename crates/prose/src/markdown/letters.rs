//! What single letters are to the grammar: whether their script separates words by spaces,
//! how wide they are, which way they are read.

use unicode_bidi::{BidiClass, bidi_class};

/// Whether it is a letter of a script whose words follow each other without a space, or take
/// their endings without one, as Korean does.
pub(super) fn is_unspaced(letter: char) -> bool {
    matches!(letter,
        '\u{e00}'..='\u{eff}' | '\u{f00}'..='\u{fff}' | '\u{1000}'..='\u{109f}'
        | '\u{1100}'..='\u{11ff}' | '\u{1780}'..='\u{17ff}' | '\u{2e80}'..='\u{2fdf}'
        | '\u{3005}'..='\u{3007}' | '\u{3021}'..='\u{302f}' | '\u{3031}'..='\u{3035}'
        | '\u{303b}'..='\u{303c}' | '\u{3041}'..='\u{30fa}' | '\u{30fc}'..='\u{31ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{a960}'..='\u{a97f}'
        | '\u{ac00}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}' | '\u{ff66}'..='\u{ffdc}'
        | '\u{1b000}'..='\u{1b16f}' | '\u{20000}'..='\u{3ffff}')
}

/// Whether it is one of the marks that are written among such letters.
pub(super) fn is_wide_punctuation(letter: char) -> bool {
    matches!(letter,
        '\u{3001}'..='\u{3004}' | '\u{3008}'..='\u{3020}' | '\u{3030}' | '\u{30fb}'
        | '\u{ff01}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff20}' | '\u{ff3b}'..='\u{ff40}'
        | '\u{ff5b}'..='\u{ff65}' | '“' | '”' | '‘' | '’' | '…' | '—')
}

/// Whether it is neither a letter, nor a digit, nor space.
pub(super) fn is_punctuation(letter: char) -> bool {
    !letter.is_alphanumeric()
        && !letter.is_whitespace()
        && !letter.is_control()
        && !unicode_normalization::char::is_combining_mark(letter)
}

/// Whether words follow it without a space.
pub(super) fn opens(letter: char) -> bool {
    "([{<（［｛〈《「『【〔〖“‘｢«‹¿¡".contains(letter)
}

/// Whether it follows words without a space.
pub(super) fn closes(letter: char) -> bool {
    ")]}>）］｝〉》」』】〕〗”’｣»›、。，．：；！？,.:;!?…".contains(letter)
}

/// How wide a text is in its widest line, in halves of an ideograph.
pub(super) fn widest_halves(text: &str) -> usize {
    let halves = |letter: char| match letter {
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff01}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}'
        | '\u{1f300}'..='\u{1faff}'
        | '\u{20000}'..='\u{3ffff}' => 2,
        _ => 1,
    };
    let line = |line: &str| line.chars().map(halves).sum();
    text.split('\n').map(line).max().unwrap_or(0)
}

/// Whether a text is read from right to left, by the first letter that says so.
pub(super) fn is_rtl(text: &str) -> Option<bool> {
    text.chars().find_map(|letter| match bidi_class(letter) {
        BidiClass::L => Some(false),
        BidiClass::R | BidiClass::AL => Some(true),
        _ => None,
    })
}
