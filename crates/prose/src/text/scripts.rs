//! What a character is to the layout: which way it is read, whether it is an emoji, and
//! whether a line may end beside it.

use unicode_bidi::{BidiClass, bidi_class};

/// The first character that may be read from right to left; those before are not looked up.
const FIRST_RTL: char = '\u{590}';

/// Whether a text needs to be put into display order.
pub(super) fn has_rtl(text: &str) -> bool {
    text.chars().any(|chr| {
        use BidiClass::{AL, AN, R, RLE, RLI, RLO};
        chr >= FIRST_RTL && matches!(bidi_class(chr), R | AL | AN | RLE | RLO | RLI)
    })
}

/// Whether a text is read from left to right in scripts whose letters stand where they are
/// written.
pub(super) fn is_simple(text: &str) -> bool {
    !text.chars().any(moves) && !has_rtl(text)
}

/// Whether it is of a script whose letters the shaper moves.
pub(super) fn moves(chr: char) -> bool {
    matches!(chr,
        '\u{900}'..='\u{109F}' | '\u{1700}'..='\u{1AAF}' | '\u{1B00}'..='\u{1C4F}'
        | '\u{A800}'..='\u{ABFF}' | '\u{11000}'..='\u{11FFF}')
}

/// Whether the shaper takes a text that begins with this character for one that is read from
/// right to left.
pub(super) fn is_of_rtl_script(chr: char) -> bool {
    matches!(chr,
        '\u{590}'..='\u{8FF}'
        | '\u{FB1D}'..='\u{FDFF}'
        | '\u{FE70}'..='\u{FEFE}'
        | '\u{10800}'..='\u{10FFF}'
        | '\u{1E800}'..='\u{1EFFF}')
}

/// Whether it is a letter of a script that is read from right to left.
pub(super) fn is_rtl_letter(chr: char) -> bool {
    is_of_rtl_script(chr) && matches!(bidi_class(chr), BidiClass::R | BidiClass::AL)
}

/// Whether a paragraph ends at it, as Unicode sees it. Here only `\n` ends one.
pub(super) fn is_separator(chr: char) -> bool {
    bidi_class(chr) == BidiClass::B
}

/// Pairs of which each is the other's image in a mirror.
const MIRRORED: [(char, char); 32] = [
    ('(', ')'),
    ('[', ']'),
    ('{', '}'),
    ('<', '>'),
    ('«', '»'),
    ('‹', '›'),
    ('≤', '≥'),
    ('≪', '≫'),
    ('⊂', '⊃'),
    ('⊆', '⊇'),
    ('∈', '∋'),
    ('∉', '∌'),
    ('≺', '≻'),
    ('⊏', '⊐'),
    ('⊢', '⊣'),
    ('⌈', '⌉'),
    ('⌊', '⌋'),
    ('⁅', '⁆'),
    ('⟦', '⟧'),
    ('⟨', '⟩'),
    ('⟪', '⟫'),
    ('⦃', '⦄'),
    ('〈', '〉'),
    ('《', '》'),
    ('「', '」'),
    ('『', '』'),
    ('【', '】'),
    ('〔', '〕'),
    ('（', '）'),
    ('［', '］'),
    ('｛', '｝'),
    ('＜', '＞'),
];

/// How a character looks in a text that is read from right to left.
pub(super) fn mirrored(chr: char) -> char {
    let pair = MIRRORED.iter().find(|pair| pair.0 == chr || pair.1 == chr);
    match pair {
        Some(&(left, right)) if left == chr => right,
        Some(&(left, _)) => left,
        None => chr,
    }
}

/// Whether what a reader takes for one character is to be drawn by a font of emoji, though
/// a font of text may have its parts.
pub(super) fn is_emoji(grapheme: &str) -> bool {
    const AS_TEXT: char = '\u{FE0E}';
    const AS_EMOJI: char = '\u{FE0F}';
    const KEYCAP: char = '\u{20E3}';
    let Some(first) = grapheme.chars().next() else {
        return false;
    };
    if first.is_ascii() && first.len_utf8() == grapheme.len() || grapheme.contains(AS_TEXT) {
        return false;
    }
    grapheme.contains([AS_EMOJI, KEYCAP]) || is_emoji_by_itself(first)
}

fn is_emoji_by_itself(chr: char) -> bool {
    matches!(chr,
        '\u{231A}'..='\u{231B}' | '\u{23E9}'..='\u{23EC}' | '\u{23F0}' | '\u{23F3}'
        | '\u{25FD}'..='\u{25FE}' | '\u{2614}'..='\u{2615}' | '\u{2648}'..='\u{2653}'
        | '\u{267F}' | '\u{2693}' | '\u{26A1}' | '\u{26AA}'..='\u{26AB}'
        | '\u{26BD}'..='\u{26BE}' | '\u{26C4}'..='\u{26C5}' | '\u{26CE}' | '\u{26D4}'
        | '\u{26EA}' | '\u{26F2}'..='\u{26F3}' | '\u{26F5}' | '\u{26FA}' | '\u{26FD}'
        | '\u{2705}' | '\u{270A}'..='\u{270B}' | '\u{2728}' | '\u{274C}' | '\u{274E}'
        | '\u{2753}'..='\u{2755}' | '\u{2757}' | '\u{2795}'..='\u{2797}' | '\u{27B0}'
        | '\u{27BF}' | '\u{2B1B}'..='\u{2B1C}' | '\u{2B50}' | '\u{2B55}'
        | '\u{1F004}' | '\u{1F0CF}' | '\u{1F18E}' | '\u{1F191}'..='\u{1F19A}'
        | '\u{1F1E6}'..='\u{1F1FF}' | '\u{1F201}' | '\u{1F21A}' | '\u{1F22F}'
        | '\u{1F232}'..='\u{1F236}' | '\u{1F238}'..='\u{1F23A}' | '\u{1F250}'..='\u{1F251}'
        | '\u{1F300}'..='\u{1F64F}' | '\u{1F680}'..='\u{1F6FF}' | '\u{1F7E0}'..='\u{1F7F0}'
        | '\u{1F900}'..='\u{1F9FF}' | '\u{1FA70}'..='\u{1FAFF}')
}

/// How good it is to end a line after a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Break {
    /// It would part what belongs together.
    Never,
    /// Where nothing better is to be had, in a word that is wider than the line.
    Anywhere,
    /// In a long address, say.
    Punctuation,
    Dash,
    /// Between words.
    Word,
}

/// How good it is to end a line between two characters.
pub(super) fn line_break(last: char, next: Option<char>) -> Break {
    const HARD_SPACES: [char; 3] = ['\u{A0}', '\u{202F}', '\u{2007}'];
    let is_space = last.is_whitespace() && !HARD_SPACES.contains(&last);
    if is_space || last == '\u{200B}' {
        return Break::Word;
    }
    let Some(next) = next else {
        return Break::Anywhere;
    };
    if no_line_begins_with(next) || no_line_ends_with(last) {
        return Break::Never;
    }
    if is_cjk(last) || is_cjk(next) {
        return Break::Word;
    }
    match last {
        '-' => Break::Dash,
        _ if last.is_ascii_punctuation() => Break::Punctuation,
        _ => Break::Anywhere,
    }
}

fn is_cjk(chr: char) -> bool {
    matches!(chr,
        '\u{3000}'..='\u{30FF}' | '\u{31F0}'..='\u{31FF}' | '\u{3400}'..='\u{4DBF}'
        | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{FF00}'..='\u{FFEF}'
        | '\u{20000}'..='\u{3FFFF}')
}

fn no_line_begins_with(chr: char) -> bool {
    const CJK: &str = "）］｝｠〉》」』】〕〙〗〟、。，．・：；？！…‥ー々〻ゝゞヽヾ\
        ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶ";
    // Vowels that belong to the letter before, in Thai and Lao.
    const THAI: &str = "ะาำๅๆฯะາຳ";
    !chr.is_ascii() && (CJK.contains(chr) || THAI.contains(chr))
}

fn no_line_ends_with(chr: char) -> bool {
    // Opening brackets, and the vowels of Thai and Lao that stand before their letter.
    !chr.is_ascii() && "（［｛｟〈《「『【〔〘〖〝เแโใไເແໂໃໄ".contains(chr)
}
