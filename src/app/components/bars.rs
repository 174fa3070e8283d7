//! A small drawing of what top-p does: which words of an example may still be chosen.

use egui::{CornerRadius, Rect, Sense, Ui, Vec2, pos2};

use crate::app::theme::Palette;

/// Odds of the next word in an example, likeliest first. They add up to 1.
const EXAMPLE: [f32; 10] = [0.38, 0.22, 0.14, 0.09, 0.06, 0.04, 0.03, 0.02, 0.01, 0.01];

/// Draws the bars: those that top-p leaves in stand out.
pub(in crate::app) fn top_p_bars(ui: &mut Ui, top_p: f32) {
    let palette = Palette::of(ui);
    let (rect, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), 40.0), Sense::hover());
    let mut left = rect.left();
    let mut before = 0.0;
    for odds in EXAMPLE {
        // The word that reaches top-p is still in.
        let is_in = before < top_p || before == 0.0;
        before += odds;
        let height = (rect.height() * odds / EXAMPLE[0]).max(1.5);
        let bar = Rect::from_min_max(
            pos2(left, rect.bottom() - height),
            pos2(left + rect.width() / 10.0 - 3.0, rect.bottom()),
        );
        let color = if is_in { palette.accent } else { palette.line };
        let corners = CornerRadius {
            nw: 2,
            ne: 2,
            sw: 0,
            se: 0,
        };
        ui.painter().rect_filled(bar, corners, color);
        left += rect.width() / 10.0;
    }
}
