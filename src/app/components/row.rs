//! Rows that fill the width: in the list of chats, and in menus.

use egui::{Align2, CornerRadius, Response, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo};

use crate::app::theme::{Palette, font, radius};

/// A row of the left panel: an icon, a name, and what is said at its right end.
pub(in crate::app) fn nav_row(
    ui: &mut Ui,
    icon: &str,
    name: &str,
    right: &str,
    is_chosen: bool,
) -> Response {
    let palette = Palette::of(ui);
    let (rect, response) =
        ui.allocate_exact_size(Vec2::new(ui.available_width(), 34.0), Sense::click());
    let kind = Role::ListItem;
    response.widget_info(|| WidgetInfo::selected(kind, true, is_chosen, name));
    if !ui.is_rect_visible(rect) {
        return response;
    }
    paint_behind(ui, &response, rect, is_chosen);
    let painter = ui.painter();
    let mut left = rect.left_center() + Vec2::new(10.0, 0.0);
    if !icon.is_empty() {
        painter.text(
            left + Vec2::new(8.0, 0.0),
            Align2::CENTER_CENTER,
            icon,
            font::icon(16.0),
            palette.soft,
        );
        left.x += 26.0;
    }
    let mut right_edge = rect.right() - 10.0;
    if !right.is_empty() {
        let at = egui::pos2(right_edge, rect.center().y);
        let drawn = painter.text(
            at,
            Align2::RIGHT_CENTER,
            right,
            egui::FontId::proportional(font::CAPTION),
            palette.soft,
        );
        right_edge = drawn.left() - 8.0;
    }
    let text_font = match is_chosen {
        true => font::medium(font::SECONDARY),
        false => egui::FontId::proportional(font::SECONDARY),
    };
    let galley = one_line(ui, name, text_font, right_edge - left.x);
    let at = egui::pos2(left.x, rect.center().y - galley.size().y / 2.0);
    ui.painter().galley(at, galley, palette.ink);
    response
}

/// An item of a menu: a name, a line of small print below it, and a mark when chosen.
pub(in crate::app) fn menu_item(
    ui: &mut Ui,
    icon: &str,
    name: &str,
    details: &str,
    is_enabled: bool,
) -> Response {
    let palette = Palette::of(ui);
    let height = if details.is_empty() { 34.0 } else { 48.0 };
    let sense = if is_enabled {
        Sense::click()
    } else {
        Sense::hover()
    };
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), height), sense);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, is_enabled, name));
    if !ui.is_rect_visible(rect) {
        return response;
    }
    paint_behind(ui, &response, rect, false);
    let ink = if is_enabled {
        palette.ink
    } else {
        palette.faint
    };
    let center = rect.left_center() + Vec2::new(18.0, 0.0);
    ui.painter().text(
        center,
        Align2::CENTER_CENTER,
        icon,
        font::icon(16.0),
        palette.accent,
    );
    let left = rect.left() + 36.0;
    let width = rect.right() - 10.0 - left;
    let name = one_line(ui, name, font::medium(font::SECONDARY), width);
    let has_details = !details.is_empty();
    let details = one_line(
        ui,
        details,
        egui::FontId::proportional(font::CAPTION),
        width,
    );
    let text_height = match has_details {
        true => name.size().y + details.size().y + 2.0,
        false => name.size().y,
    };
    let mut at = egui::pos2(left, rect.center().y - text_height / 2.0);
    let name_height = name.size().y;
    ui.painter().galley(at, name, ink);
    at.y += name_height + 2.0;
    if has_details {
        ui.painter().galley(at, details, palette.soft);
    }
    response
}

fn paint_behind(ui: &Ui, response: &Response, rect: egui::Rect, is_chosen: bool) {
    let palette = Palette::of(ui);
    let corners = CornerRadius::same(radius::CONTROL);
    if is_chosen {
        ui.painter().rect_filled(rect, corners, palette.accent_wash);
    } else if response.hovered() {
        ui.painter()
            .rect_filled(rect, corners, palette.line.gamma_multiply(0.6));
    }
    if response.has_focus() {
        let ring = Stroke::new(2.0, palette.accent);
        ui.painter()
            .rect_stroke(rect, corners, ring, StrokeKind::Inside);
    }
}

/// Text on one line, its end cut off where it does not fit.
fn one_line(
    ui: &Ui,
    text: &str,
    font_id: egui::FontId,
    width: f32,
) -> std::sync::Arc<egui::Galley> {
    let mut job = egui::text::LayoutJob::simple_singleline(
        text.to_owned(),
        font_id,
        egui::Color32::PLACEHOLDER,
    );
    job.wrap = egui::text::TextWrapping::truncate_at_width(width.max(0.0));
    ui.fonts_mut(|fonts| fonts.layout_job(job))
}
