//! Text that egui alone cannot lay out: lines that run from right to left, wholly or in
//! part, and lines with boxes in them. Each word is a galley of its own; the order of the
//! words follows the Unicode Bidirectional Algorithm (UAX #9).

use std::ops::Range;
use std::sync::Arc;

use egui::text::{LayoutJob, TextFormat};
use egui::{Color32, Galley, Painter, Pos2, Rect, Ui, Vec2};
use unicode_bidi::{BidiClass, BidiInfo, bidi_class};

use super::Inline;
use super::atoms::{Atom, Class, atoms};

/// Lines of words, laid out.
#[derive(Debug, Clone)]
pub(super) struct Flow {
    lines: Vec<Line>,
    size: Vec2,
    is_rtl: bool,
    boxes: Vec<Vec2>,
}

#[derive(Debug, Clone)]
struct Line {
    top: f32,
    height: f32,
    /// Where a line without words begins.
    left: f32,
    chars: Range<usize>,
    /// From left to right.
    pieces: Vec<Piece>,
}

/// A word, a space or a box.
#[derive(Debug, Clone)]
struct Piece {
    at: Vec2,
    width: f32,
    chars: Range<usize>,
    is_rtl: bool,
    /// None for a box.
    galley: Option<Arc<Galley>>,
}

/// What is measured of an atom.
struct Measured {
    atom: Atom,
    width: f32,
    ascent: f32,
    descent: f32,
    galley: Option<Arc<Galley>>,
}

/// Whether a text needs this.
pub(super) fn is_needed(text: &str) -> bool {
    let is_rtl = |char: char| {
        u32::from(char) >= 0x590
            && matches!(
                bidi_class(char),
                BidiClass::R
                    | BidiClass::AL
                    | BidiClass::AN
                    | BidiClass::RLE
                    | BidiClass::RLO
                    | BidiClass::RLI
            )
    };
    !text.is_ascii() && text.chars().any(is_rtl)
}

impl Flow {
    pub(super) fn new(ui: &Ui, job: &LayoutJob, inlines: &[Inline]) -> Self {
        let width = job.wrap.max_width;
        let mut flow = Self {
            lines: Vec::new(),
            size: Vec2::ZERO,
            is_rtl: false,
            boxes: vec![Vec2::ZERO; inlines.len()],
        };
        let strut = measure_text(ui, "x", &format_at(job, 0));
        let mut chars = 0;
        let mut bytes = 0;
        for paragraph in job.text.split('\n') {
            let info = BidiInfo::new(paragraph, None);
            let is_rtl = info.paragraphs.first().is_some_and(|it| it.level.is_rtl());
            flow.is_rtl |= is_rtl && flow.lines.is_empty();
            let atoms = atoms(paragraph, (bytes, chars), job, inlines, &info.levels);
            let measured: Vec<Measured> = atoms
                .into_iter()
                .flat_map(|atom| measure(ui, job, inlines, atom, width))
                .collect();
            let count = paragraph.chars().count();
            let mut begun = chars;
            let mut lines = break_lines(measured, width).into_iter().peekable();
            while let Some(line) = lines.next() {
                let end = match lines.peek() {
                    Some(_) => line.last().map_or(begun, |it| it.atom.chars.end),
                    None => chars + count,
                };
                flow.add(line, begun..end, (width, is_rtl), &strut);
                begun = end;
            }
            chars += count + 1;
            bytes += paragraph.len() + 1;
        }
        flow
    }

    fn add(
        &mut self,
        line: Vec<Measured>,
        chars: Range<usize>,
        (width, is_rtl): (f32, bool),
        strut: &Measured,
    ) {
        let top = self.size.y;
        let parts = || line.iter().chain(std::iter::once(strut));
        let ascent = parts().map(|it| it.ascent).fold(0.0, f32::max);
        let descent = parts().map(|it| it.descent).fold(0.0, f32::max);
        // Spaces at the end of a line hang over its edge.
        let ends = line.iter().rposition(|it| it.atom.class != Class::Space);
        let visible = ends.map_or(0, |at| at + 1);
        let used: f32 = line[..visible].iter().map(|it| it.width).sum();
        let left = match is_rtl && width.is_finite() {
            true => (width - used).max(0.0),
            false => 0.0,
        };
        let mut pieces = Vec::new();
        let mut x = left;
        for index in visual_order(&line[..visible], is_rtl) {
            let it = &line[index];
            if let Some(index) = it.atom.inline {
                let edge = ascent - it.ascent;
                self.boxes[index] = Vec2::new(x, top + edge);
            }
            pieces.push(Piece {
                at: Vec2::new(x, top + ascent - it.ascent),
                width: it.width,
                chars: it.atom.chars.clone(),
                is_rtl: it.atom.is_rtl(),
                galley: it.galley.clone(),
            });
            x += it.width;
        }
        self.size.x = self.size.x.max(match is_rtl && width.is_finite() {
            true => width,
            false => used,
        });
        self.size.y += ascent + descent;
        self.lines.push(Line {
            top,
            height: ascent + descent,
            left: match is_rtl && width.is_finite() {
                true => width,
                false => 0.0,
            },
            chars,
            pieces,
        });
    }

    pub(super) fn size(&self) -> Vec2 {
        self.size
    }

    pub(super) fn is_rtl(&self) -> bool {
        self.is_rtl
    }

    pub(super) fn boxes(&self) -> Vec<Vec2> {
        self.boxes.clone()
    }

    pub(super) fn char_at(&self, at: Vec2) -> usize {
        let line = self.lines.iter().find(|line| at.y < line.top + line.height);
        let Some(line) = line.or(self.lines.last()) else {
            return 0;
        };
        let far = |piece: &Piece| (piece.at.x - at.x).max(at.x - piece.at.x - piece.width);
        let nearest = line
            .pieces
            .iter()
            .min_by(|one, other| far(one).total_cmp(&far(other)));
        nearest.map_or(line.chars.start, |piece| piece.char_at(at.x - piece.at.x))
    }

    pub(super) fn rects(&self, chars: &Range<usize>) -> Vec<Rect> {
        let mut rects: Vec<Rect> = Vec::new();
        for line in &self.lines {
            let y = line.top..=line.top + line.height;
            let mut is_new = true;
            for piece in &line.pieces {
                let start = chars.start.max(piece.chars.start);
                let end = chars.end.min(piece.chars.end);
                if start >= end {
                    is_new = true;
                    continue;
                }
                let (left, right) = piece.sides(start - piece.chars.start..end - piece.chars.start);
                match rects
                    .last_mut()
                    .filter(|last| !is_new && (last.right() - left).abs() < 0.6)
                {
                    Some(last) => last.set_right(right),
                    None => rects.push(Rect::from_x_y_ranges(left..=right, y.clone())),
                }
                is_new = false;
            }
            let is_blank = line.pieces.is_empty();
            if is_blank && chars.start <= line.chars.start && chars.end > line.chars.start {
                let sliver = line.left..=line.left + 4.0;
                rects.push(Rect::from_x_y_ranges(sliver, y));
            }
        }
        rects
    }

    pub(super) fn paint(&self, painter: &Painter, at: Pos2, fallback: Color32) {
        for piece in self.lines.iter().flat_map(|line| &line.pieces) {
            if let Some(galley) = &piece.galley {
                painter.galley(at + piece.at, galley.clone(), fallback);
            }
        }
    }
}

impl Piece {
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "words are short"
    )]
    fn char_at(&self, x: f32) -> usize {
        let count = self.chars.len();
        let inside = match (&self.galley, self.is_rtl) {
            (None, _) => count * usize::from((x > self.width / 2.0) != self.is_rtl),
            (Some(galley), false) => galley.cursor_from_pos(Vec2::new(x, 0.0)).index.0,
            // egui places the letters of such a word as a whole; they share its width.
            (Some(_), true) => {
                let part = 1.0 - (x / self.width.max(1.0)).clamp(0.0, 1.0);
                (part * count as f32).round() as usize
            }
        };
        self.chars.start + inside.min(count)
    }

    /// From where to where some of its characters are.
    #[expect(clippy::cast_precision_loss, reason = "words are short")]
    fn sides(&self, chars: Range<usize>) -> (f32, f32) {
        let left = self.at.x;
        let count = self.chars.len().max(1) as f32;
        match (&self.galley, self.is_rtl) {
            (None, _) => (left, left + self.width),
            (Some(galley), false) => {
                let row = galley.rows.first();
                let x = |char: usize| row.map_or(0.0, |row| row.pos.x + row.x_offset(char.into()));
                (left + x(chars.start), left + x(chars.end))
            }
            (Some(_), true) => {
                let x = |char: usize| left + self.width * (1.0 - char as f32 / count);
                (x(chars.end), x(chars.start))
            }
        }
    }
}

/// Rule L2: from the highest level down to the lowest odd one, what is at that level or
/// above is turned round.
fn visual_order(line: &[Measured], is_rtl: bool) -> Vec<usize> {
    let levels: Vec<u8> = line.iter().map(|it| it.atom.level).collect();
    let mut order: Vec<usize> = (0..line.len()).collect();
    let highest = levels.iter().copied().max().unwrap_or(0);
    for level in (1..=highest.max(u8::from(is_rtl))).rev() {
        let mut from = 0;
        while from < order.len() {
            if levels[order[from]] < level {
                from += 1;
                continue;
            }
            let run = order[from..]
                .iter()
                .take_while(|&&it| levels[it] >= level)
                .count();
            order[from..from + run].reverse();
            from += run;
        }
    }
    order
}

fn format_at(job: &LayoutJob, section: usize) -> TextFormat {
    job.sections
        .get(section)
        .map(|it| it.format.clone())
        .unwrap_or_default()
}

fn measure(ui: &Ui, job: &LayoutJob, inlines: &[Inline], atom: Atom, width: f32) -> Vec<Measured> {
    if let Some(inline) = atom.inline.and_then(|it| inlines.get(it)) {
        return vec![Measured {
            width: inline.size.x,
            ascent: inline.ascent,
            descent: inline.size.y - inline.ascent,
            galley: None,
            atom,
        }];
    }
    let format = format_at(job, atom.section);
    let mut measured = measure_text(ui, &atom.shown, &format);
    if measured.width > width && atom.chars.len() > 1 && atom.class == Class::Word {
        // A word that no line can hold is cut in half until its parts fit.
        let (one, other) = atom.halves();
        let mut parts = measure(ui, job, inlines, one, width);
        parts.extend(measure(ui, job, inlines, other, width));
        return parts;
    }
    measured.atom = atom;
    vec![measured]
}

fn measure_text(ui: &Ui, text: &str, format: &TextFormat) -> Measured {
    let job = LayoutJob::single_section(text.to_owned(), format.clone());
    let galley = ui.fonts_mut(|fonts| fonts.layout_job(job));
    let baseline = galley.rows.first().and_then(|row| {
        let glyph = row.glyphs.first()?;
        Some(row.pos.y + glyph.pos.y)
    });
    let height = galley.size().y;
    let ascent = baseline.unwrap_or(height * 0.75);
    Measured {
        atom: Atom::default(),
        width: galley.size().x,
        ascent,
        descent: height - ascent,
        galley: Some(galley),
    }
}

/// Fills lines with what may not be parted: atoms up to the next space, or one by one where
/// they are too wide together.
fn break_lines(measured: Vec<Measured>, width: f32) -> Vec<Vec<Measured>> {
    let mut lines: Vec<Vec<Measured>> = vec![Vec::new()];
    let mut used = 0.0;
    let mut group: Vec<Measured> = Vec::new();
    let mut place = |group: &mut Vec<Measured>, used: &mut f32| {
        let wide: f32 = group.iter().map(|it| it.width).sum();
        let spaces: f32 = group
            .iter()
            .rev()
            .take_while(|it| it.atom.class == Class::Space)
            .map(|it| it.width)
            .sum();
        let is_whole = wide - spaces <= width;
        if *used > 0.0 && *used + wide - spaces > width && is_whole {
            lines.push(Vec::new());
            *used = 0.0;
        }
        for it in group.drain(..) {
            let is_space = it.atom.class == Class::Space;
            if !is_whole && *used > 0.0 && *used + it.width > width && !is_space {
                lines.push(Vec::new());
                *used = 0.0;
            }
            *used += it.width;
            if let Some(line) = lines.last_mut() {
                line.push(it);
            }
        }
    };
    for it in measured {
        let ends = it.atom.class != Class::Word || it.atom.is_cjk();
        let is_space = it.atom.class == Class::Space;
        group.push(it);
        if ends && (is_space || group.last().is_some_and(|it| it.atom.inline.is_none())) {
            place(&mut group, &mut used);
        }
    }
    place(&mut group, &mut used);
    lines
}
