//! A text as a screen reader takes it from egui: one glyph for each character, in reading
//! order, at the place where it is drawn.

use std::sync::Arc;

use egui::Galley;
use egui::epaint::text::{Glyph, PlacedRow, Row, RowVisuals};
use egui::{Pos2, Rect, Vec2};

use super::flow::Flow;
use super::lines::Line;

/// `galley` has the text and no lines yet.
pub(super) fn galley(galley: &Galley, flow: &Flow) -> Galley {
    let mut reading = galley.clone();
    // Glyphs and rows can only be had from egui.
    let rows = flow.pieces.iter().flat_map(|(_, piece)| &piece.rows);
    let mut seed = rows.filter_map(|row| Some((row.glyphs.first()?, &row.row)));
    if let Some((glyph, row)) = seed.next() {
        let chars: Vec<char> = galley.text().chars().collect();
        let rows = flow.lines.iter();
        reading.rows = rows.map(|line| placed(line, &chars, glyph, row)).collect();
    }
    reading.elided = false;
    reading.rect = Rect::from_min_size(Pos2::ZERO, flow.size);
    reading
}

fn placed(line: &Line, chars: &[char], glyph: &Glyph, row: &Row) -> PlacedRow {
    let left = line.cells.first().map_or(line.edge, |cell| cell.left);
    let right = line.cells.last().map_or(line.edge, |cell| cell.right);
    let mut cells = line.cells.clone();
    cells.sort_unstable_by_key(|cell| cell.start);
    let mut glyphs = Vec::with_capacity(line.chars.len());
    for cell in cells {
        for (at, &chr) in chars[cell.chars()].iter().enumerate() {
            let (x, advance_width) = match at {
                0 => (cell.left, cell.right - cell.left),
                _ => (cell.right, 0.0),
            };
            let mut glyph = *glyph;
            glyph.chr = chr;
            glyph.pos = Pos2::new(x - left, line.height);
            glyph.advance_width = advance_width;
            glyph.line_height = line.height;
            glyph.is_color = false;
            glyph.first_vertex = 0;
            glyphs.push(glyph);
        }
    }
    let mut row = row.clone();
    row.glyphs = glyphs;
    row.size = Vec2::new(right - left, line.height);
    row.visuals = RowVisuals::default();
    PlacedRow {
        pos: Pos2::new(left, line.top),
        row: Arc::new(row),
        ends_with_newline: line.has_break,
    }
}
