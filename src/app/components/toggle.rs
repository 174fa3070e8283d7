//! A setting that is on or off, or left to Charla.

use egui::{CornerRadius, Response, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, pos2};

use super::{Origin, caption, plain};
use crate::app::theme::Palette;

/// What a toggle shows.
pub(in crate::app) struct ToggleRow<'a> {
    pub(in crate::app) name: &'a str,
    pub(in crate::app) hint: &'a str,
    /// What the user chose.
    pub(in crate::app) value: Option<bool>,
    /// What holds where the user chose nothing.
    pub(in crate::app) default: bool,
    pub(in crate::app) origin: &'a Origin,
}

/// Returns what the user chose, `Some(None)` for the default.
#[expect(
    clippy::option_option,
    reason = "the outer one is a change, the inner one the value"
)]
pub(in crate::app) fn toggle_row(ui: &mut Ui, row: &ToggleRow<'_>) -> Option<Option<bool>> {
    let is_on = row.value.unwrap_or(row.default);
    let mut changed = None;
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing = Vec2::new(6.0, 2.0);
        ui.horizontal(|ui| {
            row.origin.name(ui, row.name, false);
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                if switch(ui, plain(row.name), is_on).clicked() {
                    changed = Some(Some(!is_on));
                }
                if row.value.is_some() && row.origin.reset_button(ui) {
                    changed = Some(None);
                }
            });
        });
        if !row.hint.is_empty() {
            caption(ui, row.hint);
        }
        row.origin.note(ui);
    });
    changed
}

fn switch(ui: &mut Ui, name: &str, is_on: bool) -> Response {
    let palette = Palette::of(ui);
    let (rect, response) = ui.allocate_exact_size(Vec2::new(36.0, 28.0), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Switch, true, is_on, name));
    let rail = egui::Rect::from_center_size(rect.center(), Vec2::new(34.0, 20.0));
    let position = ui.ctx().animate_bool_responsive(response.id, is_on);
    let fill = match is_on {
        true => palette.accent,
        false => palette.line,
    };
    let corners = CornerRadius::same(10);
    ui.painter().rect_filled(rail, corners, fill);
    let travel = rail.x_range().shrink(10.0);
    let center = pos2(travel.min + travel.span() * position, rail.center().y);
    let edge = match is_on {
        true => palette.accent,
        false => palette.faint,
    };
    ui.painter()
        .circle(center, 8.0, palette.card, Stroke::new(1.0, edge));
    if response.has_focus() {
        let ring = Stroke::new(2.0, palette.accent);
        let corners = CornerRadius::same(13);
        ui.painter()
            .rect_stroke(rail.expand(3.0), corners, ring, StrokeKind::Inside);
    }
    response
}
