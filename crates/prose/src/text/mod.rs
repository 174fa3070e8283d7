//! Text that is laid out once and kept: where its characters are, and which of them is at a
//! place.

mod bidi;
mod emoji;
mod flow;
mod lines;
mod maths;
mod pieces;
mod reading;
mod scripts;
mod single;
mod units;

use std::ops::Range;
use std::sync::Arc;

use egui::text::LayoutJob;
use egui::{Color32, Galley, Painter, Pos2, Rect, Ui, Vec2};

use lines::Line;

pub(crate) use maths::Formula;
pub use single::one_line;

/// A box within a line, in place of some characters: a formula.
#[derive(Debug, Clone)]
pub(crate) struct Inline {
    /// Which characters it stands for.
    pub(crate) chars: Range<usize>,
    pub(crate) size: Vec2,
    /// From its top to the line on which letters stand.
    pub(crate) ascent: f32,
}

/// A text, laid out. Characters are counted as they are read (in logical order), places are
/// relative to its top left corner.
///
/// It holds places in the font texture, as a [`Galley`] does: what keeps one for more than a
/// frame lays it out again when [`epoch`] has changed.
#[derive(Debug, Clone)]
pub(crate) struct Shaped {
    /// The text as a screen reader reads it.
    galley: Arc<Galley>,
    lines: Vec<Line>,
    /// What is drawn, and where.
    pieces: Vec<(Vec2, Arc<Galley>)>,
    places: Vec<Vec2>,
    size: Vec2,
    text_width: f32,
    first_baseline: f32,
}

impl Shaped {
    /// Lays out a text; `job` says how wide it may get.
    pub(crate) fn new(ui: &Ui, mut job: LayoutJob, inlines: Vec<Inline>) -> Self {
        let pixels_per_point = ui.pixels_per_point();
        ui.fonts_mut(|fonts| {
            emoji::split(fonts, &mut job);
            // Most text, though a font may still have a surprise for it.
            if inlines.is_empty() && scripts::is_simple(&job.text) {
                let galley = fonts.layout_job(job.clone());
                if let Some(lines) = lines::of_galley(&galley) {
                    return Self {
                        lines,
                        pieces: vec![(Vec2::ZERO, Arc::clone(&galley))],
                        places: Vec::new(),
                        size: galley.size(),
                        text_width: galley.size().x,
                        first_baseline: baseline(&galley),
                        galley,
                    };
                }
            }
            let flow = flow::flow(fonts, pixels_per_point, &job, inlines);
            // egui takes the text, and lays nothing out.
            job.wrap.max_rows = 0;
            let empty = fonts.layout_job(job);
            Self {
                galley: Arc::new(reading::galley(&empty, &flow)),
                lines: flow.lines,
                pieces: flow.pieces,
                places: flow.places,
                size: flow.size,
                text_width: flow.text_width,
                first_baseline: flow.first_baseline,
            }
        })
    }

    pub(crate) fn size(&self) -> Vec2 {
        self.size
    }

    /// How wide its widest line is. Less than its size where a paragraph is set to the right.
    pub(crate) fn text_width(&self) -> f32 {
        self.text_width
    }

    /// The text in reading order, for a screen reader. It is not for drawing.
    #[cfg_attr(
        not(test),
        expect(
            dead_code,
            reason = "blocks are named as a whole; letters come with the view inside"
        )
    )]
    pub(crate) fn galley(&self) -> &Arc<Galley> {
        &self.galley
    }

    /// Whether its first paragraph is read from right to left.
    pub(crate) fn is_rtl(&self) -> bool {
        self.lines.first().is_some_and(|line| line.is_rtl)
    }

    /// Which character is at a place, or the nearest: a place between two, from 0 to the
    /// number of characters.
    pub(crate) fn char_at(&self, at: Vec2) -> usize {
        lines::char_at(&self.lines, at)
    }

    /// The space that some characters take, line by line.
    pub(crate) fn rects(&self, chars: Range<usize>) -> Vec<Rect> {
        lines::rects(&self.lines, &chars)
    }

    /// The boxes around some characters, line by line, which reach so far to either side of
    /// them. What stands behind such a section begins with that much space.
    pub(crate) fn boxes(&self, chars: Range<usize>, side: f32) -> Vec<Rect> {
        lines::boxes(&self.lines, &chars, side)
    }

    /// How far below its top the letters of its first line stand.
    pub(crate) fn first_baseline(&self) -> f32 {
        self.first_baseline
    }

    /// Where the top left corner of each inline box is.
    pub(crate) fn inline_places(&self) -> Vec<Vec2> {
        self.places.clone()
    }

    /// Draws it with its top left corner at `at`; `fallback` colours what has no colour.
    pub(crate) fn paint(&self, painter: &Painter, at: Pos2, fallback: Color32) {
        for (offset, galley) in &self.pieces {
            painter.galley(at + *offset, Arc::clone(galley), fallback);
        }
    }
}

/// How far below its top the letters of the first line of a galley stand.
pub(crate) fn baseline(galley: &Galley) -> f32 {
    let glyph = galley.rows.first().and_then(|row| row.glyphs.first());
    glyph.map_or(0.0, |glyph| glyph.pos.y)
}

/// A number that changes when what was laid out before must not be drawn any more: other
/// fonts, another size of the window's pixels, a font texture that was begun anew.
pub(crate) fn epoch(ui: &Ui) -> u64 {
    let id = egui::Id::unique("text epoch").with(ui.ctx().viewport_id());
    // egui forgets what it has laid out at just these times, and lays it out again.
    let font = egui::FontId::default();
    let probe =
        ui.fonts_mut(|fonts| fonts.layout_no_wrap("x".to_owned(), font, Color32::PLACEHOLDER));
    ui.data_mut(|data| {
        let (last, epoch) = data.get_temp_mut_or_insert_with(id, || (Arc::clone(&probe), 0_u64));
        if !Arc::ptr_eq(last, &probe) {
            *last = probe;
            *epoch += 1;
        }
        *epoch
    })
}

#[cfg(test)]
mod tests;
