//! Lines of text that egui cannot lay out: with parts that are read from right to left, with
//! boxes, or in a script whose letters the shaper moves. Broken where they are read, then put
//! into the order in which they stand on the screen.

use std::ops::Range;
use std::sync::Arc;

use egui::emath::GuiRounding as _;
use egui::epaint::text::{FontsView, Glyph};
use egui::text::{LayoutJob, TextFormat};
use egui::{Align, Galley, Rangef, Vec2};
use unicode_bidi::Level;
use unicode_segmentation::UnicodeSegmentation as _;

use super::Inline;
use super::bidi::{self, Directions};
use super::lines::{Cell, Line};
use super::pieces;
use super::scripts::{self, Break};
use super::units::{self, Kind, Unit};

/// A text, laid out.
#[derive(Debug, Clone, Default)]
pub(super) struct Flow {
    pub(super) lines: Vec<Line>,
    /// What is drawn, and where.
    pub(super) pieces: Vec<(Vec2, Arc<Galley>)>,
    /// Where each box is.
    pub(super) places: Vec<Vec2>,
    pub(super) size: Vec2,
    /// How wide its widest line is.
    pub(super) text_width: f32,
    /// How far below the top the letters of the first line stand.
    pub(super) first_baseline: f32,
}

/// Lays a text out.
pub(super) fn flow(
    fonts: &mut FontsView<'_>,
    pixels_per_point: f32,
    job: &LayoutJob,
    inlines: Vec<Inline>,
) -> Flow {
    let chars: Vec<char> = job.text.chars().collect();
    let boxes = boxes(&inlines, chars.len());
    let sections = sections(job);
    let mut begins = vec![false; chars.len()];
    let mut start = 0;
    for grapheme in job.text.graphemes(true) {
        begins[start] = true;
        start += grapheme.chars().count();
    }
    for at in 1..chars.len() {
        begins[at] |= boxes[at] != boxes[at - 1] || sections[at] != sections[at - 1];
    }
    let places = vec![Vec2::ZERO; inlines.len()];
    let setter = Setter {
        heights: vec![None; job.sections.len()],
        fonts,
        pixels_per_point,
        job,
        inlines,
        chars,
        sections,
        boxes,
        begins,
        extents: Vec::new(),
        flow: Flow {
            places,
            ..Flow::default()
        },
    };
    setter.set()
}

/// For each character, the box that stands for it. Of boxes that overlap, the first.
fn boxes(inlines: &[Inline], chars: usize) -> Vec<Option<usize>> {
    let mut boxes = vec![None; chars];
    for (number, inline) in inlines.iter().enumerate() {
        if let Some(place) = boxes.get_mut(inline.chars.clone())
            && place.iter().all(Option::is_none)
        {
            place.fill(Some(number));
        }
    }
    boxes
}

/// For each character, its section.
fn sections(job: &LayoutJob) -> Vec<usize> {
    let mut section = 0;
    let section_at = |(at, _)| {
        while job
            .sections
            .get(section + 1)
            .is_some_and(|it| it.byte_range.start.0 <= at)
        {
            section += 1;
        }
        section
    };
    job.text.char_indices().map(section_at).collect()
}

/// How high the lines of a style are, and where its letters stand in them.
#[derive(Debug, Clone, Copy, Default)]
struct Height {
    whole: f32,
    ascent: f32,
}

/// How high a line is: its text, and what boxes need above and below that.
#[derive(Debug, Clone, Copy, Default)]
struct LineHeight {
    above: f32,
    text: f32,
    below: f32,
    /// Where letters stand, from the top of the text.
    baseline: f32,
}

/// What has to move when a line is set to a side.
struct Extent {
    pieces: Range<usize>,
    boxes: Vec<usize>,
    width: f32,
    /// How much of that is space beyond the last word.
    trailing: f32,
}

/// A text as it is being laid out.
struct Setter<'a, 'fonts> {
    fonts: &'a mut FontsView<'fonts>,
    pixels_per_point: f32,
    job: &'a LayoutJob,
    inlines: Vec<Inline>,
    chars: Vec<char>,
    /// For each character, its section.
    sections: Vec<usize>,
    /// For each character, its box.
    boxes: Vec<Option<usize>>,
    /// For each character, whether a reader takes it for the beginning of one.
    begins: Vec<bool>,
    /// For each section.
    heights: Vec<Option<Height>>,
    /// For each line.
    extents: Vec<Extent>,
    flow: Flow,
}

impl Setter<'_, '_> {
    fn set(mut self) -> Flow {
        let mut start = 0;
        loop {
            let is_end = |at: &usize| {
                self.job.break_on_newline && self.chars[*at] == '\n' && self.boxes[*at].is_none()
            };
            let end = (start..self.chars.len()).find(is_end);
            self.paragraph(start..end.unwrap_or(self.chars.len()), end.is_some());
            match end {
                Some(end) => start = end + 1,
                None => break,
            }
        }
        self.align();
        self.flow
    }

    fn paragraph(&mut self, chars: Range<usize>, has_break: bool) {
        let with_boxes = |at: usize| (self.chars[at], self.boxes[at].is_some());
        let directions = Directions::of(chars.clone().map(with_boxes));
        let units = self.units(&chars, &directions.levels);
        let room = self.job.effective_wrap_width();
        let rows = units::rows(&units, &self.job.wrap, room);
        let last = rows.len() - 1;
        for (at, row) in rows.into_iter().enumerate() {
            if self.flow.lines.len() >= self.job.wrap.max_rows {
                return;
            }
            let start = units
                .get(row.start)
                .map_or(chars.start, |unit| unit.chars.start);
            let has_break = has_break && at == last;
            self.line(start, &units[row], directions.base, has_break);
        }
    }

    /// The parts of a paragraph, in reading order.
    fn units(&mut self, chars: &Range<usize>, levels: &[Level]) -> Vec<Unit> {
        let mut units: Vec<Unit> = Vec::new();
        let mut start = chars.start;
        while start < chars.end {
            let level = levels[start - chars.start];
            let kind = self.kind(start, level);
            let goes_on =
                |at: usize| self.goes_on(start, at, kind, level == levels[at - chars.start]);
            let end = (start + 1..chars.end)
                .find(|&at| !goes_on(at))
                .unwrap_or(chars.end);
            let lead = self.lead(start, chars);
            let unit = |chars: Range<usize>, width: f32, is_space: bool| Unit {
                lead: if chars.start == start { lead } else { 0.0 },
                chars,
                width,
                level,
                kind,
                section: self.sections[start],
                is_space,
                after: Break::Anywhere,
            };
            if let Kind::Box(number) = kind {
                units.push(unit(start..end, self.inlines[number].size.x, false));
            } else {
                let cells = pieces::measure(
                    self.fonts,
                    self.text(start..end, level, kind),
                    &self.format(self.sections[start]),
                    kind == Kind::Word,
                );
                for (cell, x) in cells {
                    let cell = start + cell.start..start + cell.end;
                    let is_space = self.chars[cell.clone()].iter().all(|it| it.is_whitespace());
                    units.push(unit(cell, x.span(), is_space));
                }
            }
            start = end;
        }
        for at in 0..units.len() {
            let next = units
                .get(at + 1)
                .map(|next| self.edge(next, next.chars.start));
            let last = self.edge(&units[at], units[at].chars.end - 1);
            units[at].after = scripts::line_break(last, next);
        }
        units
    }

    /// The space before a section that begins here, unless it begins the paragraph.
    fn lead(&self, at: usize, paragraph: &Range<usize>) -> f32 {
        if at == paragraph.start || self.sections[at] == self.sections[at - 1] {
            return 0.0;
        }
        let section = self.job.sections.get(self.sections[at]);
        section.map_or(0.0, |it| it.leading_space)
    }

    /// A character of a unit, as it counts for line breaks.
    fn edge(&self, unit: &Unit, at: usize) -> char {
        match unit.kind {
            Kind::Box(_) => 'x',
            _ => self.chars[at],
        }
    }

    fn kind(&self, at: usize, level: Level) -> Kind {
        let chr = self.chars[at];
        match self.boxes[at] {
            Some(number) => Kind::Box(number),
            None if level.is_rtl() && scripts::is_rtl_letter(chr) => Kind::Word,
            None if level.is_ltr() && scripts::moves(chr) => Kind::Moved,
            None if level.is_ltr() && !scripts::is_of_rtl_script(chr) => Kind::Plain,
            None => Kind::Single,
        }
    }

    /// Whether a later character goes on with what begins at `start`.
    fn goes_on(&self, start: usize, at: usize, kind: Kind, is_same_level: bool) -> bool {
        if self.boxes[start] != self.boxes[at] || self.sections[start] != self.sections[at] {
            return false;
        }
        if !self.begins[at] {
            return true;
        }
        let chr = self.chars[at];
        match kind {
            Kind::Box(_) => true,
            Kind::Single => false,
            Kind::Word => is_same_level && scripts::is_rtl_letter(chr),
            Kind::Moved => is_same_level && (scripts::moves(chr) || chr == ' '),
            Kind::Plain => is_same_level && !scripts::is_of_rtl_script(chr) && !scripts::moves(chr),
        }
    }

    fn format(&self, section: usize) -> TextFormat {
        let section = self.job.sections.get(section);
        section.map(|it| it.format.clone()).unwrap_or_default()
    }

    /// What is given to the shaper.
    fn text(&self, chars: Range<usize>, level: Level, kind: Kind) -> String {
        let text = self.chars[chars].iter().copied();
        match kind {
            Kind::Single if level.is_rtl() => text.map(scripts::mirrored).collect(),
            _ => text.collect(),
        }
    }

    fn height(&mut self, section: usize) -> Height {
        if let Some(Some(height)) = self.heights.get(section) {
            return *height;
        }
        let probe = pieces::shape(self.fonts, "x".to_owned(), &self.format(section));
        let row = probe.rows.first();
        let height = row.map_or(Height::default(), |row| Height {
            whole: row.size.y,
            ascent: row.glyphs.first().map_or(row.size.y, |glyph| glyph.pos.y),
        });
        if let Some(place) = self.heights.get_mut(section) {
            *place = Some(height);
        }
        height
    }

    fn line_height(&mut self, start: usize, units: &[Unit]) -> LineHeight {
        let mut line = LineHeight::default();
        let here = self.sections.get(start).or(self.sections.last());
        let here = here.copied().unwrap_or_default();
        let mut last = None;
        for section in units.iter().map(|unit| unit.section).chain([here]) {
            if last.replace(section) == Some(section) {
                continue;
            }
            let height = self.height(section);
            if height.whole > line.text {
                line.text = height.whole;
                line.baseline = height.ascent;
            }
        }
        for unit in units {
            if let Kind::Box(number) = unit.kind {
                let inline = &self.inlines[number];
                let below = inline.size.y - inline.ascent - (line.text - line.baseline);
                line.above = line.above.max(inline.ascent - line.baseline);
                line.below = line.below.max(below);
            }
        }
        let whole = |points: f32| (points * self.pixels_per_point).ceil() / self.pixels_per_point;
        line.above = whole(line.above);
        line.below = whole(line.below);
        line
    }

    /// Sets one line, as if it were set to the left.
    fn line(&mut self, start: usize, units: &[Unit], base: Level, has_break: bool) {
        let groups = units::groups(units, base);
        let levels: Vec<Level> = groups.iter().map(|group| group.level).collect();
        let height = self.line_height(start, units);
        let top = self.flow.size.y;
        if self.flow.lines.is_empty() {
            self.flow.first_baseline = height.above + height.baseline;
        }
        let mut line = Line {
            chars: start..units.last().map_or(start, |unit| unit.chars.end),
            has_break,
            is_rtl: base.is_rtl(),
            top,
            height: height.above + height.text + height.below,
            edge: 0.0,
            cells: Vec::with_capacity(units.len()),
        };
        let first_piece = self.flow.pieces.len();
        let mut boxes = Vec::new();
        let mut x = 0.0;
        let mut beside: Option<usize> = None;
        for index in bidi::visual_order(&levels) {
            let group = &groups[index];
            if let Some(beside) = beside.replace(index) {
                // The space before a section lies between it and what was read before it.
                let lead = units[groups[beside.max(index)].units.start].lead;
                if let Some(cell) = line.cells.last_mut() {
                    cell.right += lead;
                }
                x += lead;
            }
            let units = &units[group.units.clone()];
            let (Some(first), Some(last)) = (units.first(), units.last()) else {
                continue;
            };
            let chars = first.chars.start..last.chars.end;
            if let Kind::Box(number) = first.kind {
                let inline = &self.inlines[number];
                let y = top + height.above + height.baseline - inline.ascent;
                self.flow.places[number] = Vec2::new(x, y);
                boxes.push(number);
                let span = Rangef::new(x, x + inline.size.x);
                line.cells
                    .extend(Cell::new(chars, span, group.level.is_rtl()));
                x += inline.size.x;
                continue;
            }
            let format = self.format(first.section);
            let text = self.text(chars.clone(), first.level, first.kind);
            let galley = pieces::shape(self.fonts, text, &format);
            let own = self.height(first.section);
            // What stands on the line has its foot where the words have theirs.
            let is_low = format.line_height.is_some_and(|it| it + 0.5 < height.text);
            let sink = match format.valign {
                Align::BOTTOM if !is_low => height.baseline - own.ascent,
                valign => valign.to_factor() * (height.text - own.whole),
            };
            let sink = sink + own.ascent - foot(&galley, first.kind).unwrap_or(own.ascent);
            let sink = sink.round_to_pixels(self.pixels_per_point);
            let at = Vec2::new(x, top + height.above + sink);
            // At the edges of what a line has of a longer text, letters may be shaped anew.
            let width = pieces::width(&galley);
            let measured: f32 = units.iter().map(|unit| unit.width).sum();
            let stretch = if measured > 0.0 {
                width / measured
            } else {
                1.0
            };
            self.flow.pieces.push((at, galley));
            let right = x + width;
            let mut add = |unit: &Unit| {
                let span = Rangef::new(x, x + unit.width * stretch);
                x = span.max;
                line.cells
                    .extend(Cell::new(unit.chars.clone(), span, group.level.is_rtl()));
            };
            match first.kind == Kind::Word {
                true => units.iter().rev().for_each(&mut add),
                false => units.iter().for_each(&mut add),
            }
            x = right;
        }
        let trailing = units.iter().rev().take_while(|unit| unit.is_space);
        self.extents.push(Extent {
            pieces: first_piece..self.flow.pieces.len(),
            boxes,
            width: x,
            trailing: trailing.map(|unit| unit.width).sum(),
        });
        self.flow.size.y += line.height;
        self.flow.lines.push(line);
    }

    /// Sets each line to its side.
    fn align(&mut self) {
        let inked = |extent: &Extent| extent.width - extent.trailing;
        let widest = self.extents.iter().map(inked).fold(0.0, f32::max);
        let room = match self.job.wrap.max_width {
            room if room.is_finite() => room,
            _ => widest,
        };
        let mut right = widest;
        for (line, extent) in self.flow.lines.iter_mut().zip(&self.extents) {
            let before = if line.is_rtl { extent.trailing } else { 0.0 };
            let shift = match self.job.halign {
                Align::LEFT if line.is_rtl => {
                    right = room;
                    room - extent.width
                }
                Align::LEFT => 0.0,
                Align::Center => -inked(extent) / 2.0 - before,
                Align::RIGHT => -inked(extent) - before,
            };
            let shift = (shift * self.pixels_per_point).floor() / self.pixels_per_point;
            line.edge = if line.is_rtl {
                extent.width + shift
            } else {
                shift
            };
            for cell in &mut line.cells {
                cell.left += shift;
                cell.right += shift;
            }
            for (at, _) in &mut self.flow.pieces[extent.pieces.clone()] {
                at.x += shift;
            }
            for &number in &extent.boxes {
                self.flow.places[number].x += shift;
            }
        }
        self.flow.text_width = widest;
        self.flow.size.x = right.max(widest);
    }
}

/// Where the letters of a script stand that has a font of its own. egui puts the middles of
/// fonts on one line, which lifts some scripts above the letters beside them.
fn foot(galley: &Galley, kind: Kind) -> Option<f32> {
    let glyphs = &galley.rows.first()?.glyphs;
    let is_inked = |glyph: &&Glyph| scripts::moves(glyph.chr) && !glyph.uv_rect.is_nothing();
    let glyph = glyphs.iter().find(is_inked)?;
    (kind == Kind::Moved).then_some(glyph.pos.y)
}
