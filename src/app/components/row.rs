//! Rows that fill the width: in the list of chats, and in menus.

use egui::{
    Align2, CornerRadius, FontId, Id, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, Vec2,
    WidgetInfo, pos2,
};

use crate::app::icons;
use crate::app::theme::{Palette, font, radius};
pub(in crate::app) use prose::one_line;

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
        let at = pos2(right_edge, rect.center().y);
        let drawn = painter.text(
            at,
            Align2::RIGHT_CENTER,
            right,
            FontId::proportional(font::CAPTION),
            palette.soft,
        );
        right_edge = drawn.left() - 8.0;
    }
    let text_font = match is_chosen {
        true => font::medium(font::SECONDARY),
        false => FontId::proportional(font::SECONDARY),
    };
    let galley = one_line(ui, name, text_font, right_edge - left.x);
    let at = pos2(left.x, rect.center().y - galley.size().y / 2.0);
    ui.painter().galley(at, galley, palette.ink);
    response
}

/// How a row of a list stands out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::app) enum Standing {
    /// As one of many.
    Plain,
    /// What it names is in view.
    Current,
    /// It is one of several that something is to be done with.
    Marked,
}

/// What a row of a list shows.
#[derive(Debug, Clone, Copy)]
pub(in crate::app) struct ListRow<'a> {
    pub(in crate::app) icon: &'a str,
    pub(in crate::app) name: &'a str,
    pub(in crate::app) standing: Standing,
    /// Whether work is being done in what it names.
    pub(in crate::app) is_busy: bool,
    /// How far its name stands to the right of the others'.
    pub(in crate::app) indent: f32,
    /// The name of the button at its right end.
    pub(in crate::app) more: &'a str,
    /// Whether the menu of that button is open.
    pub(in crate::app) is_open: bool,
    /// Whether it can be dragged to another place.
    pub(in crate::app) can_move: bool,
}

/// A row at a place of its own, which keeps its id wherever it is scrolled to. Returns the
/// row and the button at its right end, which shows while the row is pointed at.
pub(in crate::app) fn list_row(
    ui: &Ui,
    rect: Rect,
    id: Id,
    row: &ListRow<'_>,
) -> (Response, Response) {
    let palette = Palette::of(ui);
    let sense = match row.can_move {
        true => Sense::click_and_drag(),
        false => Sense::click(),
    };
    let response = ui.interact(rect, id, sense);
    let kind = Role::ListItem;
    let stands_out = row.standing != Standing::Plain;
    let info = || WidgetInfo::selected(kind, true, stands_out, row.name);
    response.widget_info(info);
    let square = Vec2::splat(rect.height() - 6.0);
    let place = Rect::from_center_size(
        rect.right_center() - Vec2::new(square.x / 2.0 + 3.0, 0.0),
        square,
    );
    let more = ui.interact(place, id.with("more"), Sense::click());
    more.widget_info(|| WidgetInfo::labeled(Role::Button, true, row.more));
    let is_hot = response.hovered() || more.hovered();
    let shows_more = is_hot || response.has_focus() || more.has_focus() || row.is_open;

    let corners = CornerRadius::same(radius::CONTROL);
    if stands_out {
        ui.painter().rect_filled(rect, corners, palette.accent_wash);
    } else if is_hot || row.is_open {
        let fill = palette.hover();
        ui.painter().rect_filled(rect, corners, fill);
    }
    let ring = Stroke::new(2.0, palette.accent);
    if response.has_focus() {
        ui.painter()
            .rect_stroke(rect, corners, ring, StrokeKind::Inside);
    }
    let mut left = rect.left() + 10.0 + row.indent;
    let (icon, icon_ink) = match row.standing == Standing::Marked {
        true => (icons::CHECK, palette.accent),
        false => (row.icon, palette.soft),
    };
    if !icon.is_empty() {
        ui.painter().text(
            pos2(left + 8.0, rect.center().y),
            Align2::CENTER_CENTER,
            icon,
            font::icon(15.0),
            icon_ink,
        );
        left += 24.0;
    }
    let mut right = rect.right() - 10.0;
    if shows_more {
        right = place.left() - 4.0;
        let ink = match more.hovered() || row.is_open {
            true => palette.ink,
            false => palette.soft,
        };
        if more.hovered() || row.is_open {
            ui.painter().rect_filled(place, corners, palette.line);
        }
        if more.has_focus() {
            ui.painter()
                .rect_stroke(place, corners, ring, StrokeKind::Inside);
        }
        ui.painter().text(
            place.center(),
            Align2::CENTER_CENTER,
            icons::ELLIPSIS,
            font::icon(16.0),
            ink,
        );
    } else if row.is_busy {
        let at = pos2(right - 4.0, rect.center().y);
        ui.painter().circle_filled(at, 4.0, palette.accent);
        right = at.x - 12.0;
    }
    let text_font = match row.standing == Standing::Current {
        true => font::medium(font::SECONDARY),
        false => FontId::proportional(font::SECONDARY),
    };
    let galley = one_line(ui, row.name, text_font, right - left);
    let is_cut = galley.elided;
    let at = pos2(left, rect.center().y - galley.size().y / 2.0);
    ui.painter().galley(at, galley, palette.ink);
    let response = match is_cut {
        true => response.on_hover_text(row.name),
        false => response,
    };
    (response, more.on_hover_text(row.more))
}

/// An item of a menu that has done its part when it is chosen, by a click or by a key.
pub(in crate::app) fn closing_item(
    ui: &mut Ui,
    icon: &str,
    name: &str,
    details: &str,
    is_enabled: bool,
) -> Response {
    let response = menu_item(ui, icon, name, details, is_enabled);
    if response.clicked() {
        ui.close();
    }
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
    let details = one_line(ui, details, FontId::proportional(font::CAPTION), width);
    let text_height = match has_details {
        true => name.size().y + details.size().y + 2.0,
        false => name.size().y,
    };
    let mut at = pos2(left, rect.center().y - text_height / 2.0);
    let name_height = name.size().y;
    ui.painter().galley(at, name, ink);
    at.y += name_height + 2.0;
    if has_details {
        ui.painter().galley(at, details, palette.soft);
    }
    response
}

fn paint_behind(ui: &Ui, response: &Response, rect: Rect, is_chosen: bool) {
    let palette = Palette::of(ui);
    let corners = CornerRadius::same(radius::CONTROL);
    if is_chosen {
        ui.painter().rect_filled(rect, corners, palette.accent_wash);
    } else if response.hovered() {
        ui.painter().rect_filled(rect, corners, palette.hover());
    }
    if response.has_focus() {
        let ring = Stroke::new(2.0, palette.accent);
        ui.painter()
            .rect_stroke(rect, corners, ring, StrokeKind::Inside);
    }
}

/// The beginning of a text, on one line: at most so many letters.
pub(in crate::app) fn one_line_of(text: &str, most: usize) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ");
    match line.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
        None => line,
    }
}
