//! Emoji within text: they are drawn by their own family, since a font of text may have a
//! part of them, such as the digit of a keycap.

use egui::epaint::text::FontsView;
use egui::text::{ByteIndex, LayoutJob, LayoutSection};
use egui::{FontFamily, FontId};
use unicode_segmentation::UnicodeSegmentation as _;

use super::scripts;

/// Gives emoji sections of their own.
pub(super) fn split(fonts: &mut FontsView<'_>, job: &mut LayoutJob) {
    // Most text has none, and what has none is left as it is.
    if !job.text.chars().any(may_be_part) {
        return;
    }
    let mut sections = Vec::with_capacity(job.sections.len() + 2);
    for section in &job.sections {
        let start = section.byte_range.start.0;
        let text = &job.text[start..section.byte_range.end.0];
        let mut parts: Vec<(bool, usize)> = Vec::new();
        for (at, grapheme) in text.grapheme_indices(true) {
            let is_emoji = scripts::is_emoji(grapheme);
            let end = at + grapheme.len();
            match parts.last_mut() {
                Some((was_emoji, last)) if *was_emoji == is_emoji => *last = end,
                _ => parts.push((is_emoji, end)),
            }
        }
        if !parts.iter().any(|part| part.0) {
            sections.push(section.clone());
            continue;
        }
        let mut from = 0;
        for (is_emoji, to) in parts {
            let mut part = LayoutSection {
                leading_space: if from == 0 {
                    section.leading_space
                } else {
                    0.0
                },
                byte_range: ByteIndex(start + from)..ByteIndex(start + to),
                format: section.format.clone(),
            };
            if is_emoji {
                let font = &section.format.font_id;
                // The line stays as high as its letters make it.
                let height = section.format.line_height;
                part.format.line_height = height.or_else(|| Some(fonts.row_height(font)));
                part.format.font_id =
                    FontId::new(font.size, FontFamily::Name(crate::fonts::EMOJI.into()));
                part.format.italics = false;
            }
            sections.push(part);
            from = to;
        }
    }
    job.sections = sections;
}

fn may_be_part(chr: char) -> bool {
    chr >= '\u{20E3}' && !('\u{2E80}'..='\u{D7FF}').contains(&chr)
}
