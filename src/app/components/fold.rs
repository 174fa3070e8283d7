//! A group that is folded until it is needed: a line, a name, and what it says while
//! folded.

use egui::{Align2, FontId, Role, Sense, Stroke, Ui, Vec2, WidgetInfo};

use crate::app::icons;
use crate::app::theme::{Palette, font};
use crate::i18n::I18n;

/// Draws the head, whose name is this message, and, when open, the contents. What is open
/// stays open in another language.
pub(in crate::app) fn fold(
    ui: &mut Ui,
    i18n: &I18n,
    message: &'static str,
    summary: &str,
    contents: impl FnOnce(&mut Ui),
) {
    let name = &*i18n.get(message);
    let palette = Palette::of(ui);
    let id = ui.scope_id().with(("fold", message));
    let mut is_open = ui.data(|data| data.get_temp::<bool>(id)).unwrap_or(false);
    let (rect, response) =
        ui.allocate_exact_size(Vec2::new(ui.available_width(), 36.0), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::DisclosureTriangle, true, is_open, name));
    if response.clicked() {
        is_open = !is_open;
        ui.data_mut(|data| data.insert_temp(id, is_open));
    }
    let painter = ui.painter();
    let line = Stroke::new(1.0, palette.line);
    painter.hline(rect.x_range(), rect.top(), line);
    let ink = match response.hovered() || is_open {
        true => palette.ink,
        false => palette.soft,
    };
    let text_font = FontId::proportional(font::SECONDARY);
    painter.text(
        rect.left_center(),
        Align2::LEFT_CENTER,
        name,
        text_font,
        ink,
    );
    let icon = match is_open {
        true => icons::CHEVRON_DOWN,
        false => icons::CHEVRON_RIGHT,
    };
    let right = rect.right_center();
    painter.text(
        right,
        Align2::RIGHT_CENTER,
        icon,
        font::icon(14.0),
        palette.soft,
    );
    if !is_open && !summary.is_empty() {
        painter.text(
            right - Vec2::new(20.0, 0.0),
            Align2::RIGHT_CENTER,
            summary,
            FontId::proportional(font::CAPTION),
            palette.soft,
        );
    }
    let openness = ui.ctx().animate_bool_responsive(id.with("motion"), is_open);
    if is_open {
        ui.scope(|ui| {
            ui.set_opacity(openness.max(0.2));
            ui.spacing_mut().item_spacing.y = 14.0;
            contents(ui);
            ui.add_space(10.0);
        });
    }
}
