//! Which way each part of a text is read, and in which order its parts stand on the screen.

use std::borrow::Cow;

use unicode_bidi::{Level, ParagraphBidiInfo};
use unicode_segmentation::UnicodeSegmentation as _;

use super::scripts;

/// What stands for a box while directions are worked out.
const BOX: char = '\u{FFFC}';

/// A space without width.
const NOTHING: char = '\u{200B}';

/// The directions of a paragraph.
pub(super) struct Directions {
    /// One for each character.
    pub(super) levels: Vec<Level>,
    pub(super) base: Level,
}

impl Directions {
    /// Each character comes with whether it is part of a box.
    pub(super) fn of(chars: impl Iterator<Item = (char, bool)>) -> Self {
        let text: String = chars
            .map(|(chr, is_box)| match (is_box, scripts::is_separator(chr)) {
                (true, _) => BOX,
                // The rest of the paragraph would begin anew after it.
                (false, true) => ' ',
                (false, false) => chr,
            })
            .collect();
        let info = ParagraphBidiInfo::new(&text, None);
        let levels = text.char_indices().map(|(at, _)| info.levels[at]).collect();
        Self {
            levels,
            base: info.paragraph_level,
        }
    }
}

/// The order from left to right of parts with these levels.
pub(super) fn visual_order(levels: &[Level]) -> Vec<usize> {
    ParagraphBidiInfo::reorder_visual(levels)
}

/// A single line in the order in which it stands on the screen, for what egui itself lays
/// out: words that are read from right to left keep their letters in the order in which
/// they are read, since the shaper turns each of them round.
pub(in crate::app) fn display_order(line: &str) -> Cow<'_, str> {
    if !scripts::has_rtl(line) {
        return Cow::Borrowed(line);
    }
    let info = Directions::of(line.chars().map(|chr| (chr, false)));
    let mut parts: Vec<(Level, bool, String)> = Vec::new();
    let mut at = 0;
    for grapheme in line.graphemes(true) {
        let level = info.levels.get(at).copied().unwrap_or(info.base);
        at += grapheme.chars().count();
        let Some(first) = grapheme.chars().next() else {
            continue;
        };
        let is_letter = scripts::is_rtl_letter(first) && level.is_rtl();
        let is_plain = level.is_ltr() && !scripts::is_of_rtl_script(first);
        match parts.last_mut() {
            Some((last, was_letter, text))
                if *last == level && *was_letter == is_letter && (is_letter || is_plain) =>
            {
                text.push_str(grapheme);
            }
            _ if level.is_rtl() && !is_letter => {
                let mirrored = grapheme.chars().map(scripts::mirrored).collect();
                parts.push((level, is_letter, mirrored));
            }
            _ => parts.push((level, is_letter, grapheme.to_owned())),
        }
    }
    let levels: Vec<Level> = parts.iter().map(|part| part.0).collect();
    let mut text = String::with_capacity(line.len() + 8);
    for part in visual_order(&levels) {
        let part = parts[part].2.as_str();
        let is_rtl = |chr: Option<char>| chr.is_some_and(scripts::is_of_rtl_script);
        if is_rtl(text.chars().next_back()) && is_rtl(part.chars().next()) {
            // Else the shaper would turn both round as one.
            text.push(NOTHING);
        }
        text.push_str(part);
    }
    Cow::Owned(text)
}
