//! Which way each part of a text is read, and in which order its parts stand on the screen.

use unicode_bidi::{Level, ParagraphBidiInfo};

use super::scripts;

/// What stands for a box while directions are worked out.
const BOX: char = '\u{FFFC}';

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
