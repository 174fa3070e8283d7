//! The soft box around what the user wrote.

use egui::{CornerRadius, Pos2, Rect, Ui, Vec2};

use crate::app::theme::{Palette, radius};

/// The widest a bubble gets, as a part of the column.
pub(in crate::app) const WIDEST: f32 = 0.82;

/// The space around the words.
pub(in crate::app) const MARGIN: Vec2 = Vec2::new(14.0, 9.0);

/// Draws the box at the right edge of `column`, around words of this size. Returns where the
/// words begin.
pub(in crate::app) fn paint(ui: &Ui, column: Rect, top: f32, words: Vec2) -> Pos2 {
    let palette = Palette::of(ui);
    let size = words + 2.0 * MARGIN;
    let corner = Pos2::new(column.right() - size.x, top);
    let rect = Rect::from_min_size(corner, size);
    let corners = CornerRadius {
        nw: radius::CARD,
        ne: radius::CARD,
        sw: radius::CARD,
        se: 4,
    };
    ui.painter().rect_filled(rect, corners, palette.bubble);
    corner + MARGIN
}
