//! Keys, drawn as they stand on a keyboard.

use egui::{Align2, CornerRadius, FontId, Pos2, Rect, Stroke, StrokeKind, Ui, Vec2};

use crate::app::theme::{Palette, font, radius};

/// The height of a key, the space beside its name, and between two keys.
const HEIGHT: f32 = 20.0;
const PADDING: f32 = 6.0;
const GAP: f32 = 3.0;

/// Draws keys, the last one's right edge in the middle of its height at `right`. Returns
/// their width.
pub(in crate::app) fn key_caps(ui: &Ui, right: Pos2, caps: &[String]) -> f32 {
    let palette = Palette::of(ui);
    let mut edge = right.x;
    for cap in caps.iter().rev() {
        let font_id = FontId::proportional(font::SMALL);
        let galley = ui
            .painter()
            .layout_no_wrap(cap.clone(), font_id, palette.soft);
        let width = (galley.size().x + 2.0 * PADDING).max(HEIGHT);
        let at = Pos2::new(edge - width, right.y - HEIGHT / 2.0);
        let rect = Rect::from_min_size(at, Vec2::new(width, HEIGHT));
        let corners = CornerRadius::same(radius::KEY);
        let line = Stroke::new(1.0, palette.line);
        ui.painter()
            .rect(rect, corners, palette.panel, line, StrokeKind::Inside);
        let at = Align2::CENTER_CENTER
            .align_size_within_rect(galley.size(), rect)
            .min;
        ui.painter().galley(at, galley, palette.soft);
        edge = rect.left() - GAP;
    }
    right.x - edge
}
