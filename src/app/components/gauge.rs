//! Thin bars that say how far, or how full.

use egui::{CornerRadius, Rect, Response, Role, Sense, Ui, Vec2, WidgetInfo};

use crate::app::theme::Palette;

/// How full the context is; what says it in words stands beside it, or in a tooltip that the
/// caller adds. Accent, then warning near the end, then danger beyond it.
pub(in crate::app) fn gauge(ui: &mut Ui, fraction: f32, name: &str) -> Response {
    let palette = Palette::of(ui);
    let color = match fraction {
        full if full >= 1.0 => palette.danger,
        full if full > 0.8 => palette.warning,
        _ => palette.accent,
    };
    bar(ui, fraction, 90.0, color, name)
}

/// How far work has come.
pub(in crate::app) fn progress(ui: &mut Ui, fraction: f32, width: f32, name: &str) -> Response {
    let color = Palette::of(ui).accent;
    bar(ui, fraction, width, color, name)
}

fn bar(ui: &mut Ui, fraction: f32, width: f32, color: egui::Color32, name: &str) -> Response {
    let palette = Palette::of(ui);
    let fraction = fraction.clamp(0.0, 1.0);
    let (rect, response) = ui.allocate_exact_size(Vec2::new(width, 14.0), Sense::hover());
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::ProgressIndicator, true, name);
        info.value = Some(f64::from(fraction * 100.0));
        info
    });
    // In per cent: without a range a screen reader does not say how far it goes.
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_min_numeric_value(0.0);
        node.set_max_numeric_value(100.0);
    });
    let rail = Rect::from_center_size(rect.center(), Vec2::new(rect.width(), 4.0));
    let mut filled = rail;
    // Less than its own height would be a mark beside the rail.
    filled.set_width((rail.width() * fraction).max(rail.height()));
    let corners = CornerRadius::same(2);
    ui.painter().rect_filled(rail, corners, palette.line);
    if fraction > 0.0 {
        ui.painter().rect_filled(filled, corners, color);
    }
    response
}
