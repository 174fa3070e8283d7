//! Text in which some words are marked: those that were looked for.

use std::ops::Range;

use egui::text::{LayoutJob, TextFormat};
use egui::{Color32, FontId};

use crate::app::theme::{Palette, font};

/// How the words are written.
#[derive(Debug, Clone)]
pub(in crate::app) struct Ink {
    /// The height of a line.
    pub(in crate::app) line: f32,
    pub(in crate::app) plain: (FontId, Color32),
    /// Heavier than the rest, so that colour is not all that tells them apart.
    pub(in crate::app) marked: (FontId, Color32),
    pub(in crate::app) wash: Color32,
}

impl Ink {
    /// Of a name in a list.
    pub(in crate::app) fn name(palette: &Palette) -> Self {
        Self {
            line: 18.0,
            plain: (font::medium(font::SECONDARY), palette.ink),
            marked: (font::semibold(font::SECONDARY), palette.ink),
            wash: palette.mark,
        }
    }

    /// Of a part of a message in a list.
    pub(in crate::app) fn excerpt(palette: &Palette) -> Self {
        Self {
            line: 17.0,
            plain: (FontId::proportional(font::CAPTION), palette.soft),
            marked: (font::semibold(font::CAPTION), palette.ink),
            wash: palette.mark,
        }
    }
}

/// The text with these parts marked, given in bytes and in order.
pub(in crate::app) fn marked(text: &str, marks: &[Range<usize>], ink: &Ink) -> LayoutJob {
    let mut job = LayoutJob::default();
    let mut add = |part: &str, is_marked: bool| {
        if part.is_empty() {
            return;
        }
        let (font_id, color) = match is_marked {
            true => ink.marked.clone(),
            false => ink.plain.clone(),
        };
        let format = TextFormat {
            line_height: Some(ink.line),
            background: match is_marked {
                true => ink.wash,
                false => Color32::TRANSPARENT,
            },
            ..TextFormat::simple(font_id, color)
        };
        job.append(part, 0.0, format);
    };
    let mut done = 0;
    for mark in marks {
        // A mark that overlaps the one before, or cuts a character, is left out.
        let (Some(before), Some(part)) = (text.get(done..mark.start), text.get(mark.clone()))
        else {
            continue;
        };
        add(before, false);
        add(part, true);
        done = mark.end;
    }
    add(text.get(done..).unwrap_or_default(), false);
    job
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_stays_whole_however_it_is_marked() {
        let ink = Ink {
            line: 20.0,
            plain: (FontId::proportional(12.0), Color32::TRANSPARENT),
            marked: (FontId::proportional(12.0), Color32::TRANSPARENT),
            wash: Color32::PLACEHOLDER,
        };
        let text = "El año que viene";
        let cases: [&[(usize, usize)]; 4] = [
            &[],
            &[(3, 7)],
            &[(3, 7), (5, 9), (8, 11)],
            &[(5, 6), (40, 90)],
        ];
        for case in cases {
            let marks: Vec<_> = case.iter().map(|&(from, to)| from..to).collect();
            assert_eq!(marked(text, &marks, &ink).text, text, "{marks:?}");
        }
        let job = marked(text, &[3..7, 8..11], &ink);
        let washed = job
            .sections
            .iter()
            .filter(|it| it.format.background == ink.wash);
        assert_eq!(washed.count(), 2);
    }
}
