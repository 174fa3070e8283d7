//! A model on one line, for those who have many: the same as its card, in columns.

use egui::{
    Align, Align2, CornerRadius, FontId, Layout, Rect, Role, Sense, Ui, UiBuilder, Vec2,
    WidgetInfo, pos2,
};

use super::model_card::{ModelCard, ModelCardResponse};
use super::{icon_button, link_button, one_line};
use crate::app::icons;
use crate::app::theme::{Palette, font, radius};

/// What a line takes of a list.
pub(in crate::app) const MODEL_ROW_HEIGHT: f32 = 34.0;

/// Below this width, there is room for the name and the verdict only.
const NARROW: f32 = 620.0;
/// The room for what can be done, at the right end.
const DOING: f32 = 112.0;

/// Draws a line as wide as there is room.
pub(in crate::app) fn model_row(ui: &mut Ui, row: &ModelCard<'_>) -> ModelCardResponse {
    let palette = Palette::of(ui);
    let size = Vec2::new(ui.available_width(), MODEL_ROW_HEIGHT);
    let (rect, open) = ui.allocate_exact_size(size, Sense::click());
    open.widget_info(|| WidgetInfo::labeled(Role::Button, true, row.words()));
    if open.hovered() || open.has_focus() {
        let fill = palette.line.gamma_multiply(0.6);
        let corners = CornerRadius::same(radius::CONTROL);
        ui.painter().rect_filled(rect, corners, fill);
    }
    let line = egui::Stroke::new(1.0, palette.line);
    ui.painter()
        .hline(rect.x_range(), rect.bottom() - 0.5, line);

    let is_narrow = rect.width() < NARROW;
    let left = rect.left() + 10.0;
    let right = rect.right() - DOING;
    let (facts, verdict) = match is_narrow {
        true => (left, left + (right - left) * 0.55),
        false => (left + (right - left) * 0.34, left + (right - left) * 0.68),
    };
    let middle = rect.center().y;
    let mut name_left = left;
    if row.is_favourite {
        let (at, icon) = (pos2(left + 6.0, middle), font::icon(12.0));
        let painter = ui.painter();
        painter.text(
            at,
            Align2::CENTER_CENTER,
            icons::STAR,
            icon,
            palette.warning,
        );
        name_left += 18.0;
    }
    let caption = || FontId::proportional(font::CAPTION);
    let put = |from: f32, to: f32, text: &str, font: FontId, ink| {
        let galley = one_line(ui, text, font, (to - from - 12.0).max(20.0));
        let at = pos2(from, middle - galley.size().y / 2.0);
        ui.painter().galley(at, galley, ink);
    };
    let name = font::medium(font::SECONDARY);
    let name_right = if is_narrow { verdict } else { facts };
    put(name_left, name_right, row.name, name, palette.ink);
    if !is_narrow {
        put(facts, verdict, row.facts, caption(), palette.soft);
    }
    put(verdict, right, row.verdict, caption(), row.verdict_color);

    let doing = Rect::from_min_max(pos2(right, rect.top()), rect.right_bottom());
    let layout = Layout::right_to_left(Align::Center);
    let mut doing = ui.new_child(UiBuilder::new().max_rect(doing).layout(layout));
    doing.spacing_mut().item_spacing.x = 4.0;
    let more = (!row.more.is_empty()).then(|| icon_button(&mut doing, icons::ELLIPSIS, row.more));
    let acts = !row.action.is_empty()
        && row.is_enabled
        && link_button(&mut doing, row.action)
            .accessible_name(format!("{}: {}", row.action, row.name))
            .clicked();
    ModelCardResponse { open, acts, more }
}
