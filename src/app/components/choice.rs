//! Settings with a few values to choose from: a box that opens a menu, and a row of
//! segments where there is room to show all.

use egui::{
    Align2, CornerRadius, FontId, Popup, Response, Role, Sense, Stroke, StrokeKind, Ui, UiBuilder,
    Vec2, WidgetInfo, pos2,
};

use super::{caption, closing_item, one_line, plain};
use crate::app::icons;
use crate::app::theme::{Palette, font, radius, size};

/// A box with what is chosen in it, and a note at its right end; a click opens a menu.
pub(in crate::app) fn choice_box(
    ui: &mut Ui,
    width: f32,
    name: &str,
    chosen: &str,
    note: &str,
) -> Response {
    let palette = Palette::of(ui);
    let room = Vec2::new(width, size::CONTROL);
    let (rect, response) = ui.allocate_exact_size(room, Sense::click());
    let spoken = match note.is_empty() {
        true => format!("{name}: {chosen}"),
        false => format!("{name}: {chosen}, {note}"),
    };
    response.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, &spoken));
    let edge = match (response.has_focus(), response.hovered()) {
        (true, _) => Stroke::new(2.0, palette.accent),
        (false, true) => Stroke::new(1.0, palette.faint),
        (false, false) => Stroke::new(1.0, palette.line),
    };
    let corners = CornerRadius::same(radius::CONTROL);
    let painter = ui.painter();
    painter.rect(rect, corners, palette.card, edge, StrokeKind::Inside);
    let arrow = pos2(rect.right() - 10.0, rect.center().y);
    let drawn = painter.text(
        arrow,
        Align2::RIGHT_CENTER,
        icons::CHEVRON_DOWN,
        font::icon(14.0),
        palette.soft,
    );
    let mut right = drawn.left() - 6.0;
    if !note.is_empty() {
        let at = pos2(right, rect.center().y);
        let font_id = FontId::proportional(font::CAPTION);
        let drawn = painter.text(at, Align2::RIGHT_CENTER, note, font_id, palette.accent);
        right = drawn.left() - 6.0;
    }
    let left = rect.left() + 10.0;
    let font_id = FontId::proportional(font::SECONDARY);
    let galley = one_line(ui, chosen, font_id, right - left);
    let is_cut = galley.elided;
    let at = pos2(left, rect.center().y - galley.size().y / 2.0);
    ui.painter().galley(at, galley, palette.ink);
    match is_cut {
        true => response.on_hover_text(chosen),
        false => response,
    }
}

/// A setting with a few values: its name, the box, and one sentence. Returns the index of
/// the one that was chosen.
pub(in crate::app) fn choice_row(
    ui: &mut Ui,
    name: &str,
    hint: &str,
    choices: &[String],
    chosen: usize,
) -> Option<usize> {
    let mut choice = None;
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = 4.0;
        // What is chosen stands below it.
        ui.horizontal(|ui| super::Origin::default().name_beside(ui, name, false, 0.0));
        let current = choices.get(chosen).map_or("", String::as_str);
        let width = ui.available_width();
        let button = choice_box(ui, width, plain(name), current, "");
        Popup::menu(&button).width(width).show(|ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            for (index, name) in choices.iter().enumerate() {
                let icon = if index == chosen { icons::CHECK } else { "" };
                if closing_item(ui, icon, name, "", true).clicked() {
                    choice = Some(index);
                }
            }
        });
        if !hint.is_empty() {
            caption(ui, hint);
        }
    });
    choice.filter(|index| *index != chosen)
}

/// A few choices side by side. Returns the index of the one that was clicked.
pub(in crate::app) fn segments(
    ui: &mut Ui,
    name: &str,
    choices: &[String],
    chosen: usize,
) -> Option<usize> {
    let palette = Palette::of(ui);
    let room = Vec2::new(ui.available_width(), size::CONTROL);
    let (rect, group) = ui.allocate_exact_size(room, Sense::hover());
    group.widget_info(|| WidgetInfo::labeled(Role::RadioGroup, true, name));
    let corners = CornerRadius::same(radius::CONTROL);
    ui.painter()
        .rect_filled(rect, corners, palette.line.gamma_multiply(0.6));
    #[expect(clippy::cast_precision_loss, reason = "two or three")]
    let step = rect.width() / choices.len() as f32;
    let mut clicked = None;
    // Several groups may have a choice of the same name: each lies inside its group.
    let inside = UiBuilder::new().max_rect(rect);
    let ui = &mut ui.new_child(inside.accessibility_parent(group.id));
    let mut left = rect.left();
    for (index, name) in choices.iter().enumerate() {
        let top_left = pos2(left, rect.top());
        let place = egui::Rect::from_min_size(top_left, Vec2::new(step, rect.height()));
        left += step;
        let response = ui.interact(place, group.id.with(index), Sense::click());
        let is_chosen = index == chosen;
        response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, is_chosen, name));
        let face = place.shrink(2.0);
        let inner = CornerRadius::same(radius::CONTROL - 2);
        if is_chosen {
            ui.painter().rect_filled(face, inner, palette.accent_wash);
        }
        if response.has_focus() {
            let ring = Stroke::new(2.0, palette.accent);
            ui.painter()
                .rect_stroke(face, inner, ring, StrokeKind::Inside);
        }
        let (font_id, ink) = match (is_chosen, response.hovered()) {
            (true, _) => (font::medium(font::SECONDARY), palette.ink),
            (false, true) => (FontId::proportional(font::SECONDARY), palette.ink),
            (false, false) => (FontId::proportional(font::SECONDARY), palette.soft),
        };
        let galley = one_line(ui, name, font_id, face.width() - 12.0);
        let at = face.center() - galley.size() / 2.0;
        ui.painter().galley(at, galley, ink);
        if response.clicked() {
            clicked = Some(index);
        }
    }
    clicked.filter(|index| *index != chosen)
}
