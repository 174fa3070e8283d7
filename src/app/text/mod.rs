//! Text that is laid out once and kept: where its characters are, and which of them is at a
//! place.

mod lines;

use std::ops::Range;
use std::sync::Arc;

use egui::text::LayoutJob;
use egui::{Color32, Galley, Painter, Pos2, Rect, Ui, Vec2};

use lines::Line;

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
    galley: Arc<Galley>,
    lines: Vec<Line>,
}

impl Shaped {
    /// Lays out a text; `job` says how wide it may get.
    pub(in crate::app) fn new(ui: &Ui, job: LayoutJob, _inlines: Vec<Inline>) -> Self {
        let galley = ui.fonts_mut(|fonts| fonts.layout_job(job));
        let lines = lines::of_galley(&galley).unwrap_or_default();
        Self { galley, lines }
    }

    pub(in crate::app) fn size(&self) -> Vec2 {
        self.galley.size()
    }

    /// The text in reading order, for a screen reader.
    pub(in crate::app) fn galley(&self) -> &Arc<Galley> {
        &self.galley
    }

    /// Whether its first paragraph is read from right to left.
    pub(in crate::app) fn is_rtl(&self) -> bool {
        self.lines.first().is_some_and(|line| line.is_rtl)
    }

    /// Which character is at a place, or the nearest: a place between two, from 0 to the
    /// number of characters.
    pub(in crate::app) fn char_at(&self, at: Vec2) -> usize {
        lines::char_at(&self.lines, at)
    }

    /// The space that some characters take, line by line.
    pub(in crate::app) fn rects(&self, chars: Range<usize>) -> Vec<Rect> {
        lines::rects(&self.lines, &chars)
    }

    /// Where the top left corner of each inline box is.
    pub(in crate::app) fn inline_places(&self) -> Vec<Vec2> {
        Vec::new()
    }

    /// Draws it with its top left corner at `at`; `fallback` colours what has no colour.
    pub(in crate::app) fn paint(&self, painter: &Painter, at: Pos2, fallback: Color32) {
        painter.galley(at, Arc::clone(&self.galley), fallback);
    }
}
