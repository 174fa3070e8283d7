//! Where the characters of a text lie: its lines, and in them cells from left to right.

use std::ops::Range;

use egui::{Galley, Pos2, Rangef, Rect, Vec2};
use unicode_segmentation::UnicodeSegmentation as _;

/// What cannot be divided by a cursor: what a reader takes for one character, or a box.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Cell {
    /// The characters from here…
    pub(super) start: u32,
    /// …to here.
    pub(super) end: u32,
    pub(super) left: f32,
    pub(super) right: f32,
    /// Whether it is read from right to left.
    pub(super) is_rtl: bool,
}

impl Cell {
    /// Nothing where a text has more characters than can be counted here.
    pub(super) fn new(chars: Range<usize>, x: Rangef, is_rtl: bool) -> Option<Self> {
        Some(Self {
            start: u32::try_from(chars.start).ok()?,
            end: u32::try_from(chars.end).ok()?,
            left: x.min,
            right: x.max,
            is_rtl,
        })
    }

    pub(super) fn chars(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The place between characters that is nearest.
    fn place(&self, x: f32) -> usize {
        let is_left = x < self.left.midpoint(self.right);
        match is_left == self.is_rtl {
            true => self.end as usize,
            false => self.start as usize,
        }
    }
}

/// One line of a text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    /// Its characters, without the line break at its end.
    pub(super) chars: Range<usize>,
    pub(super) has_break: bool,
    pub(super) is_rtl: bool,
    pub(super) top: f32,
    pub(super) height: f32,
    /// Where it begins, on the left or on the right.
    pub(super) edge: f32,
    /// From left to right.
    pub(super) cells: Vec<Cell>,
}

impl Line {
    pub(super) fn bottom(&self) -> f32 {
        self.top + self.height
    }

    fn char_at(&self, x: f32) -> usize {
        let within = self.cells.iter().find(|cell| x < cell.right);
        match within.or(self.cells.last()) {
            Some(cell) => cell.place(x),
            None => self.chars.start,
        }
    }

    /// Tells of the space that some characters take in this line, and whether something
    /// stands to the right of it.
    fn each_rect(&self, chars: &Range<usize>, mut tell: impl FnMut(Rect, bool)) {
        let rect = |left: f32, right: f32| {
            Rect::from_min_max(Pos2::new(left, self.top), Pos2::new(right, self.bottom()))
        };
        if self.chars.is_empty() {
            if self.has_break && chars.contains(&self.chars.start) {
                let width = self.height * 0.25;
                let left = self.edge - if self.is_rtl { width } else { 0.0 };
                tell(rect(left, left + width), false);
            }
            return;
        }
        let mut open: Option<(f32, f32)> = None;
        for cell in &self.cells {
            let cells = cell.chars();
            let is_in = cells.start < chars.end && chars.start < cells.end;
            open = match (open, is_in) {
                (Some((left, right)), true) => Some((left, right.max(cell.right))),
                (None, true) => Some((cell.left, cell.right)),
                (Some((left, right)), false) => {
                    tell(rect(left, right), true);
                    None
                }
                (None, false) => None,
            };
        }
        if let Some((left, right)) = open {
            tell(rect(left, right), false);
        }
    }
}

/// The place between characters that is nearest to a point.
pub(super) fn char_at(lines: &[Line], at: Vec2) -> usize {
    // A little above the first line still means its characters, as in egui.
    const MARGIN: f32 = 5.0;
    let (Some(first), Some(last)) = (lines.first(), lines.last()) else {
        return 0;
    };
    if at.y < first.top - MARGIN {
        return first.chars.start;
    }
    if at.y > last.bottom() + MARGIN {
        return last.chars.end;
    }
    let below = lines.partition_point(|line| line.bottom() <= at.y);
    lines.get(below).unwrap_or(last).char_at(at.x)
}

/// The space that some characters take.
pub(super) fn rects(lines: &[Line], chars: &Range<usize>) -> Vec<Rect> {
    let mut rects = Vec::new();
    each_rect(lines, chars, |rect, _| rects.push(rect));
    rects
}

/// The boxes around some characters, which are so much wider than these. To the right of
/// those before others, that much was left free.
pub(super) fn boxes(lines: &[Line], chars: &Range<usize>, side: f32) -> Vec<Rect> {
    let mut boxes = Vec::new();
    each_rect(lines, chars, |mut rect, is_followed| {
        rect.min.x -= side;
        rect.max.x += if is_followed { 0.0 } else { side };
        boxes.push(rect);
    });
    boxes
}

fn each_rect(lines: &[Line], chars: &Range<usize>, mut tell: impl FnMut(Rect, bool)) {
    if chars.is_empty() {
        return;
    }
    let first = lines.partition_point(|line| line.chars.end < chars.start);
    for line in &lines[first..] {
        if line.chars.start >= chars.end {
            break;
        }
        line.each_rect(chars, &mut tell);
    }
}

/// The lines of a galley, where each of its glyphs stands for the character in its place.
/// Nothing where the shaper has put glyphs together, taken them apart or moved them.
pub(super) fn of_galley(galley: &Galley) -> Option<Vec<Line>> {
    let text = galley.text();
    let mut ends = text
        .graphemes(true)
        .scan(0, |end, grapheme| {
            *end += grapheme.chars().count();
            Some(*end)
        })
        .peekable();
    let mut chars = text.chars();
    let mut start = 0;
    let mut lines = Vec::with_capacity(galley.rows.len());
    for row in &galley.rows {
        let mut cells = Vec::with_capacity(row.glyphs.len());
        let mut from = start;
        let mut left = row.pos.x;
        for (at, glyph) in row.glyphs.iter().enumerate() {
            let is_as_written = chars.next() == Some(glyph.chr);
            if !is_as_written && !galley.elided {
                return None;
            }
            let next = start + at + 1;
            while ends.peek().is_some_and(|&end| end < next) {
                ends.next();
            }
            let is_last = at + 1 == row.glyphs.len();
            if !is_last && ends.peek() != Some(&next) {
                continue;
            }
            let right = match row.glyphs.get(at + 1) {
                Some(glyph) => row.pos.x + glyph.pos.x,
                None => row.pos.x + row.size.x.max(glyph.max_x()),
            };
            let right = right.max(left);
            cells.push(Cell::new(from..next, Rangef::new(left, right), false)?);
            (from, left) = (next, right);
        }
        let end = start + row.glyphs.len();
        lines.push(Line {
            chars: start..end,
            has_break: row.ends_with_newline,
            is_rtl: false,
            top: row.min_y(),
            height: row.height(),
            edge: row.pos.x,
            cells,
        });
        start = end;
        if row.ends_with_newline {
            chars.next();
            start += 1;
        }
    }
    (galley.elided || chars.next().is_none()).then_some(lines)
}
