//! Text that is laid out once and kept: where its characters are, and which of them is at a
//! place.

mod atoms;
mod flow;
mod maths;

use std::ops::Range;
use std::sync::Arc;

use egui::text::LayoutJob;
use egui::{Color32, Galley, Painter, Pos2, Rect, Ui, Vec2};
use unicode_segmentation::UnicodeSegmentation;

use flow::Flow;
pub(in crate::app) use maths::Formula;

/// A box within a line, in place of some characters: a formula.
#[derive(Debug, Clone)]
pub(in crate::app) struct Inline {
    /// Which characters it stands for.
    pub(in crate::app) chars: Range<usize>,
    pub(in crate::app) size: Vec2,
    /// From its top to the line on which letters stand.
    pub(in crate::app) ascent: f32,
}

/// A text, laid out. Characters are counted as they are read (in logical order), places are
/// relative to its top left corner.
#[derive(Debug, Clone)]
pub(in crate::app) struct Shaped {
    body: Body,
    /// Where a character may be parted from the one before; all may where it is none.
    bounds: Option<Vec<usize>>,
}

#[derive(Debug, Clone)]
enum Body {
    /// As egui lays it out.
    Plain(Arc<Galley>),
    Flow(Flow),
    /// Room without words that stands for some characters.
    Space(Vec2, usize),
}

impl Shaped {
    /// Lays out a text; `job` says how wide it may get.
    pub(in crate::app) fn new(ui: &Ui, job: LayoutJob, inlines: &[Inline]) -> Self {
        let bounds = bounds(&job.text);
        let body = match inlines.is_empty() && !flow::is_needed(&job.text) {
            true => Body::Plain(ui.fonts_mut(|fonts| fonts.layout_job(job))),
            false => Body::Flow(Flow::new(ui, &job, inlines)),
        };
        Self { body, bounds }
    }

    /// Room without words that stands for some characters.
    pub(in crate::app) fn space(chars: usize, size: Vec2) -> Self {
        Self {
            body: Body::Space(size, chars),
            bounds: None,
        }
    }

    /// The room it takes.
    pub(in crate::app) fn size(&self) -> Vec2 {
        match &self.body {
            Body::Plain(galley) => galley.size(),
            Body::Flow(flow) => flow.size(),
            Body::Space(size, _) => *size,
        }
    }

    /// Whether it begins at the right.
    pub(in crate::app) fn is_rtl(&self) -> bool {
        matches!(&self.body, Body::Flow(flow) if flow.is_rtl())
    }

    /// Which character is at a place, or the nearest: a place between two, from 0 to the
    /// number of characters, and never within what is seen as one.
    pub(in crate::app) fn char_at(&self, at: Vec2) -> usize {
        let char = match &self.body {
            Body::Plain(galley) => galley.cursor_from_pos(at).index.0,
            Body::Flow(flow) => flow.char_at(at),
            Body::Space(size, chars) => chars * usize::from(at.x > size.x / 2.0),
        };
        match &self.bounds {
            Some(bounds) => {
                let next = bounds.partition_point(|it| *it < char);
                bounds.get(next).copied().unwrap_or(char)
            }
            None => char,
        }
    }

    /// The space that some characters take, line by line.
    pub(in crate::app) fn rects(&self, chars: Range<usize>) -> Vec<Rect> {
        match &self.body {
            Body::Plain(galley) => plain_rects(galley, &chars),
            Body::Flow(flow) => flow.rects(&chars),
            Body::Space(..) if chars.is_empty() => Vec::new(),
            Body::Space(size, _) => vec![Rect::from_min_size(Pos2::ZERO, *size)],
        }
    }

    /// Where the top left corner of each inline box is.
    pub(in crate::app) fn inline_places(&self) -> Vec<Vec2> {
        match &self.body {
            Body::Flow(flow) => flow.boxes(),
            Body::Plain(_) | Body::Space(..) => Vec::new(),
        }
    }

    /// Draws it with its top left corner at `at`; `fallback` colours what has no colour.
    pub(in crate::app) fn paint(&self, painter: &Painter, at: Pos2, fallback: Color32) {
        match &self.body {
            Body::Plain(galley) => {
                painter.galley(at, Arc::clone(galley), fallback);
            }
            Body::Flow(flow) => flow.paint(painter, at, fallback),
            Body::Space(..) => {}
        }
    }
}

/// Where graphemes begin and end, in characters; none where each character is one.
fn bounds(text: &str) -> Option<Vec<usize>> {
    if text.is_ascii() {
        return None;
    }
    let mut bounds = vec![0];
    let mut count = 0;
    for grapheme in text.graphemes(true) {
        count += grapheme.chars().count();
        bounds.push(count);
    }
    (bounds.len() != count + 1).then_some(bounds)
}

fn plain_rects(galley: &Galley, chars: &Range<usize>) -> Vec<Rect> {
    let mut rects = Vec::new();
    let mut begun = 0;
    for placed in &galley.rows {
        let shown = placed.char_count_excluding_newline().0;
        let end = begun + placed.char_count_including_newline().0;
        let from = chars.start.clamp(begun, begun + shown) - begun;
        let to = chars.end.clamp(begun, begun + shown) - begun;
        if chars.start < end.max(begun + 1) && chars.end > begun {
            let left = placed.pos.x + placed.x_offset(from.into());
            let right = placed.pos.x + placed.x_offset(to.into());
            // A line break that is selected is seen.
            let break_width = match chars.end > begun + shown && placed.ends_with_newline {
                true => 4.0,
                false => 0.0,
            };
            let y = placed.rect().y_range();
            let rect = Rect::from_x_y_ranges(left..=right + break_width, y);
            if rect.width() > 0.0 {
                rects.push(rect);
            }
        }
        begun = end;
    }
    rects
}

#[cfg(test)]
mod tests;
