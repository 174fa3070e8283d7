//! A block, laid out: pieces of text and formulas at their places, and what is drawn behind.

use std::ops::Range;
use std::sync::Arc;

use egui::text::{LayoutJob, TextFormat};
use egui::{Color32, FontId, Rangef, Ui, Vec2};

use super::flow;
use super::{code, table, words};
use crate::Palette;
use crate::markdown::{Leaf, Side, Unit};
use crate::text::{Formula, Inline, Shaped};

/// How words are written.
pub(super) struct Style<'a> {
    pub(super) palette: &'a Palette,
    pub(super) size: f32,
    pub(super) ink: Color32,
    /// Whether long lines of code are wrapped.
    pub(super) wraps: bool,
}

/// A block, laid out. Places are relative to its top left corner, which lies at its indent.
#[derive(Debug)]
pub(super) struct Laid {
    /// Without the space above.
    pub(super) height: f32,
    /// How far it is set in on the left.
    pub(super) indent: f32,
    /// The room it has.
    pub(super) width: f32,
    /// The room it takes; where that is more, it is scrolled to the side.
    pub(super) content_width: f32,
    pub(super) fragments: Vec<Fragment>,
    pub(super) formulas: Vec<(Vec2, Formula)>,
    pub(super) links: Vec<Link>,
    pub(super) back: Back,
}

/// A piece of text.
#[derive(Debug)]
pub(super) struct Fragment {
    pub(super) at: Vec2,
    pub(super) text: Shaped,
    /// Which characters of the unit it has.
    pub(super) chars: Range<usize>,
    /// Which of its own characters stand in a box, and whether that is a key.
    pub(super) boxed: Vec<(Range<usize>, bool)>,
}

impl Fragment {
    /// The rectangles of some characters of the unit, as far as they are its own, from its
    /// corner.
    pub(super) fn rects(&self, chars: &Range<usize>) -> Vec<egui::Rect> {
        let from = self.chars.start;
        let start = chars.start.max(from);
        let end = chars.end.min(self.chars.end);
        match start < end {
            true => self.text.rects(start - from..end - from),
            false => Vec::new(),
        }
    }
}

/// A part of a text that leads somewhere.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) fragment: usize,
    /// Which characters of the fragment.
    pub(super) chars: Range<usize>,
    pub(super) words: String,
    pub(super) target: Arc<str>,
}

/// What is drawn behind the text.
#[derive(Debug)]
pub(super) enum Back {
    Nothing,
    Code {
        is_first: bool,
        is_last: bool,
        /// How many tokens had a colour when it was laid out.
        colours: usize,
    },
    Table {
        /// The edges of the table.
        sides: Rangef,
        /// The top of each row, and the bottom of the last.
        rows: Vec<f32>,
        has_head: bool,
        is_last: bool,
    },
    Rule,
}

/// Lays out a unit.
pub(super) fn lay(ui: &Ui, units: &[Unit], index: usize, width: f32, style: &Style<'_>) -> Laid {
    let unit = &units[index];
    let indent = flow::indent(unit);
    let width = (width - indent).max(60.0);
    // What is read from the left stands on the right, too, among what is not.
    let align = match unit.is_rtl {
        true => Side::End,
        false => Side::Start,
    };
    let mut laid = match &unit.leaf {
        // An item whose words are still to come has the line of its mark.
        Leaf::Paragraph(spans) if spans.text.is_empty() && !unit.frames.is_empty() => Laid {
            height: flow::line_height(style.size),
            ..Laid::empty(width)
        },
        Leaf::Paragraph(spans) => words::block(ui, spans, width, style.size, false, align, style),
        Leaf::Heading(level, spans) => {
            let size = flow::heading_size(*level, style.size);
            words::block(ui, spans, width, size, true, align, style)
        }
        Leaf::Code(part) => code::block(ui, part, width, style, &[]),
        Leaf::Table(part) => table::block(ui, part, width, unit.is_rtl, style),
        Leaf::Maths(tex) => maths(ui, unit, tex, width, style),
        Leaf::Rule => Laid {
            height: 1.0,
            back: Back::Rule,
            ..Laid::empty(width)
        },
    };
    laid.indent = match unit.is_rtl {
        true => 0.0,
        false => indent,
    };
    laid
}

impl Laid {
    pub(super) fn empty(width: f32) -> Self {
        Self {
            height: 0.0,
            indent: 0.0,
            width,
            content_width: 0.0,
            fragments: Vec::new(),
            formulas: Vec::new(),
            links: Vec::new(),
            back: Back::Nothing,
        }
    }
}

/// A formula of its own, centred; as it was written where it makes no sense.
fn maths(ui: &Ui, unit: &Unit, tex: &str, width: f32, style: &Style<'_>) -> Laid {
    let size = style.size;
    let Some(formula) = Formula::new(ui.ctx(), tex, size, true) else {
        return words::source(ui, &unit.text(), width, style);
    };
    let room = formula.size();
    let left = ((width - room.x) / 2.0).max(0.0);
    let edge = 4.0;
    let chars = 0..unit.text().chars().count();
    // A line of one box: it can be selected, and is copied as TeX.
    let format = TextFormat::simple(FontId::proportional(style.size), style.ink);
    let job = LayoutJob::single_section(unit.text().into_owned(), format);
    let inline = Inline {
        chars: chars.clone(),
        size: room,
        ascent: formula.ascent(),
    };
    let text = Shaped::new(ui, job, vec![inline]);
    let room = text.size();
    let place = text.inline_places().first().copied().unwrap_or_default();
    let at = Vec2::new(left, edge);
    Laid {
        height: room.y + 2.0 * edge,
        content_width: room.x,
        fragments: vec![Fragment {
            at,
            text,
            chars,
            boxed: Vec::new(),
        }],
        formulas: vec![(at + place, formula)],
        ..Laid::empty(width)
    }
}
