//! The smallest parts of a text that are laid out by themselves: words and spaces in one
//! style and one direction, and boxes.

use std::ops::Range;

use egui::text::LayoutJob;
use unicode_bidi::{BidiClass, Level, bidi_class};
use unicode_segmentation::UnicodeSegmentation;

use super::Inline;

/// What an atom is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Class {
    #[default]
    Word,
    Space,
    Box,
}

/// A part of a text.
#[derive(Debug, Clone, Default)]
pub(super) struct Atom {
    /// Its characters, in the whole text.
    pub(super) chars: Range<usize>,
    /// As it is handed to the shaper: punctuation that runs from the right is turned round.
    pub(super) shown: String,
    pub(super) section: usize,
    pub(super) class: Class,
    pub(super) level: u8,
    /// Which box it is.
    pub(super) inline: Option<usize>,
}

impl Atom {
    pub(super) fn is_rtl(&self) -> bool {
        self.level % 2 == 1
    }

    /// Whether a line may end behind it though no space follows.
    pub(super) fn is_cjk(&self) -> bool {
        self.shown.chars().next_back().is_some_and(is_cjk)
    }

    /// Its first and its second half, cut between graphemes.
    pub(super) fn halves(self) -> (Self, Self) {
        let graphemes: Vec<&str> = self.shown.graphemes(true).collect();
        let (one, other) = graphemes.split_at((graphemes.len() / 2).max(1));
        let (one, other) = (one.concat(), other.concat());
        let middle = self.chars.start + one.chars().count();
        let first = Self {
            chars: self.chars.start..middle,
            shown: one,
            ..self.clone()
        };
        let second = Self {
            chars: middle..self.chars.end,
            shown: other,
            ..self
        };
        (first, second)
    }
}

/// The atoms of a paragraph that begins at these bytes and characters of the text.
pub(super) fn atoms(
    paragraph: &str,
    (bytes, chars): (usize, usize),
    job: &LayoutJob,
    inlines: &[Inline],
    levels: &[Level],
) -> Vec<Atom> {
    let mut atoms: Vec<Atom> = Vec::new();
    let mut last_key = None;
    let mut section = 0;
    let mut char_index = chars;
    for (at, grapheme) in paragraph.grapheme_indices(true) {
        let count = grapheme.chars().count();
        let range = char_index..char_index + count;
        char_index += count;
        let byte = bytes + at;
        while section + 1 < job.sections.len() && job.sections[section].byte_range.end.0 <= byte {
            section += 1;
        }
        let level = levels.get(at).map_or(0, Level::number);
        let inline = inlines
            .iter()
            .position(|it| it.chars.contains(&range.start));
        let first = grapheme.chars().next().unwrap_or(' ');
        let class = match (inline, first.is_whitespace()) {
            (Some(_), _) => Class::Box,
            (None, true) => Class::Space,
            (None, false) => Class::Word,
        };
        // Right-to-left letters join and are turned by the shaper; what stands between them
        // is turned here.
        let is_core = level % 2 == 1
            && matches!(
                bidi_class(first),
                BidiClass::R | BidiClass::AL | BidiClass::NSM
            );
        let key = (section, level, class, inline, is_core);
        let joins = last_key == Some(key) && !(is_cjk(first) && class == Class::Word);
        last_key = Some(key);
        match atoms.last_mut().filter(|last| joins && !last.is_cjk()) {
            Some(last) => {
                last.chars.end = range.end;
                match last.is_rtl() && !is_core && class == Class::Word {
                    true => last.shown.insert_str(0, &mirrored(grapheme)),
                    false => last.shown.push_str(grapheme),
                }
            }
            None => atoms.push(Atom {
                chars: range,
                shown: match level % 2 == 1 && !is_core && class == Class::Word {
                    true => mirrored(grapheme),
                    false => grapheme.to_owned(),
                },
                section,
                class,
                level,
                inline,
            }),
        }
    }
    atoms
}

/// Brackets open to the other side where the text runs from the right.
fn mirrored(grapheme: &str) -> String {
    const PAIRS: [(char, char); 9] = [
        ('(', ')'),
        ('[', ']'),
        ('{', '}'),
        ('<', '>'),
        ('«', '»'),
        ('‹', '›'),
        ('⟨', '⟩'),
        ('≤', '≥'),
        ('“', '”'),
    ];
    let mirror = |char: char| {
        PAIRS
            .iter()
            .find_map(|&(open, close)| match char {
                it if it == open => Some(close),
                it if it == close => Some(open),
                _ => None,
            })
            .unwrap_or(char)
    };
    grapheme.chars().map(mirror).collect()
}

fn is_cjk(char: char) -> bool {
    matches!(u32::from(char),
        0x2E80..=0x2FFF | 0x3040..=0x30FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF
        | 0xAC00..=0xD7AF | 0xF900..=0xFAFF | 0x20000..=0x3FFFF)
}
