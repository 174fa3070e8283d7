//! Drawing a formula onto whole pixels: each glyph's line is rounded relative to the
//! formula's own, so that a formula looks the same wherever it is scrolled to, and each bar
//! is at least a pixel thick.

use egui::epaint::Mesh;
use egui::text::{LayoutJob, LayoutSection, TextFormat, TextWrapping};
use egui::{Color32, FontId, Painter, Pos2, Rect, Shape, Stroke, Vec2, pos2, vec2};

use super::ink::Outline;
use super::marks::{Form, Mark, ROOT};

/// Glyphs are drawn at so many places within a pixel.
const STEPS: f32 = 4.0;

/// Dashes and the gaps between them, in thicknesses of the line.
const DASH: f32 = 4.0;

/// What is behind a part of a formula tints, and does not cover.
const WASH: f32 = 0.22;

/// A pass over the marks of a formula.
pub(super) struct Brush<'a> {
    painter: &'a Painter,
    pixels_per_point: f32,
    /// The left end of the formula's line, in pixels; its line is on a whole one.
    origin: Pos2,
    /// What is drawn, in pixels.
    clip: Rect,
    ink: Mesh,
}

impl<'a> Brush<'a> {
    /// A brush for a formula whose line begins at a place.
    pub(super) fn new(painter: &'a Painter, origin: Pos2) -> Self {
        let pixels_per_point = painter.ctx().pixels_per_point();
        let origin = origin.to_vec2() * pixels_per_point;
        Self {
            painter,
            pixels_per_point,
            origin: pos2(origin.x, origin.y.round()),
            clip: painter.clip_rect() * pixels_per_point,
            ink: Mesh::default(),
        }
    }

    /// Draws a mark; `inherited` is the colour of the text.
    pub(super) fn draw(&mut self, mark: &Mark, inherited: Color32) {
        let color = mark
            .color
            .map_or(inherited, |own| crate::legible(own, inherited));
        match &mark.form {
            Form::Glyph { glyph, font, at } => self.glyph(*glyph, font.clone(), *at, color),
            Form::Root { font, at, bar } => self.root(font.clone(), *at, *bar, color),
            Form::Bar { rect, is_dashed } => {
                let bar = self.bar(*rect);
                match is_dashed {
                    true => self.dashes(bar, color),
                    false => self.fill(bar, color),
                }
            }
            Form::Back(rect) => {
                let rect = *rect * self.pixels_per_point;
                let rect = rect.translate(self.origin.to_vec2()) / self.pixels_per_point;
                let color = match mark.color {
                    Some(_) => color.gamma_multiply(WASH),
                    None => color,
                };
                self.painter.rect_filled(rect, 0.0, color);
            }
            Form::Fill(outline) => {
                let mut outline = outline.scaled(self.pixels_per_point);
                outline.join();
                outline.translate(self.origin.to_vec2());
                for (rect, cover) in outline.coverage(self.clip) {
                    self.fill(rect, color.gamma_multiply(cover));
                }
            }
            Form::Stroke(outline) => self.stroke(outline, color),
        }
    }

    /// Lines lie above letters.
    pub(super) fn finish(self) {
        if !self.ink.is_empty() {
            self.painter.add(Shape::mesh(self.ink));
        }
    }

    fn glyph(&self, glyph: char, font: FontId, at: Pos2, color: Color32) {
        let at = at * self.pixels_per_point;
        let x = ((self.origin.x + at.x) * STEPS).round() / STEPS;
        let y = self.origin.y + at.y.round();
        self.text(glyph, font, pos2(x, y), color);
    }

    /// The sign grows or shrinks by less than a pixel, so that its top is that of the bar.
    fn root(&self, mut font: FontId, at: Pos2, bar: Rect, color: Color32) {
        let at = at * self.pixels_per_point;
        let y = at.y.round();
        let top = self.bar(bar).top() - self.origin.y;
        let height = at.y - bar.top() * self.pixels_per_point;
        if height > 0.0 {
            font.size *= (y - top) / height;
        }
        let x = ((self.origin.x + at.x) * STEPS).round() / STEPS;
        self.text(ROOT, font, pos2(x, self.origin.y + y), color);
    }

    /// A glyph whose line is at a place in pixels, whole but for a quarter in `x`.
    fn text(&self, glyph: char, font: FontId, at: Pos2, color: Color32) {
        let reach = Vec2::splat(4.0 * font.size * self.pixels_per_point);
        if !self
            .clip
            .intersects(Rect::from_center_size(at, 2.0 * reach))
        {
            return;
        }
        let text = glyph.to_string();
        let whole = at.x.floor();
        let section = LayoutSection {
            leading_space: (at.x - whole) / self.pixels_per_point,
            byte_range: egui::text::ByteIndex(0)..egui::text::ByteIndex(text.len()),
            format: TextFormat::simple(font, Color32::PLACEHOLDER),
        };
        let galley = self.painter.layout_job(LayoutJob {
            text,
            sections: vec![section],
            wrap: TextWrapping::no_max_width(),
            ..LayoutJob::default()
        });
        let row = galley.rows.first();
        let Some(drawn) = row.and_then(|row| row.glyphs.first()) else {
            return;
        };
        let top_left = pos2(whole, at.y) / self.pixels_per_point - vec2(0.0, drawn.pos.y);
        self.painter.galley(top_left, galley, color);
    }

    /// A bar in pixels, on whole ones across its length.
    fn bar(&self, rect: Rect) -> Rect {
        let rect = rect * self.pixels_per_point;
        let thickness = |size: f32| size.round().max(1.0);
        let (mut min, mut size) = (rect.min, rect.size());
        match size.x >= size.y {
            true => {
                let thick = thickness(size.y);
                min.y = (rect.center().y - thick / 2.0).round();
                size.y = thick;
            }
            false => {
                let thick = thickness(size.x);
                min.x = (rect.center().x - thick / 2.0 + self.origin.x).round() - self.origin.x;
                size.x = thick;
            }
        }
        let placed = Rect::from_min_size(min, size).translate(self.origin.to_vec2());
        Rect::from_min_max(placed.min.round(), placed.max.round())
    }

    fn dashes(&mut self, bar: Rect, color: Color32) {
        let is_level = bar.width() >= bar.height();
        let (thick, length) = match is_level {
            true => (bar.height(), bar.width()),
            false => (bar.width(), bar.height()),
        };
        let dash = DASH * thick;
        let mut from = 0.0;
        while from < length {
            let to = (from + dash).min(length);
            let part = match is_level {
                true => Rect::from_min_max(
                    pos2(bar.left() + from, bar.top()),
                    pos2(bar.left() + to, bar.bottom()),
                ),
                false => Rect::from_min_max(
                    pos2(bar.left(), bar.top() + from),
                    pos2(bar.right(), bar.top() + to),
                ),
            };
            self.fill(part, color);
            from += 2.0 * dash;
        }
    }

    fn stroke(&self, outline: &Outline, color: Color32) {
        let scaled = outline.scaled(self.pixels_per_point);
        let width = (scaled.pen() / self.pixels_per_point).max(1.0 / self.pixels_per_point);
        let stroke = Stroke::new(width, color);
        for line in scaled.lines() {
            let points = line
                .iter()
                .map(|at| (*at + self.origin.to_vec2()) / self.pixels_per_point);
            self.painter.add(Shape::line(points.collect(), stroke));
        }
    }

    /// A rectangle in pixels.
    fn fill(&mut self, rect: Rect, color: Color32) {
        if self.clip.intersects(rect) {
            self.ink
                .add_colored_rect(rect / self.pixels_per_point, color);
        }
    }
}
