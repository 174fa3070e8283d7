//! A row of a list in which one is chosen while the keyboard stays in the field above.

use std::ops::Range;

use egui::accesskit::Role;
use egui::{Align2, CornerRadius, FontId, Id, Rect, Response, Sense, Ui, WidgetInfo, pos2};

use super::{Ink, key_caps, marked, one_line};
use crate::app::theme::{Palette, font, radius};

/// What a row shows.
#[derive(Debug, Clone, Copy)]
pub(in crate::app) struct OptionRow<'a> {
    pub(in crate::app) icon: &'a str,
    pub(in crate::app) name: &'a str,
    /// The letters of the name that were typed, in bytes.
    pub(in crate::app) marks: &'a [Range<usize>],
    /// What it does, or why it cannot be done.
    pub(in crate::app) details: &'a str,
    /// Keys that do the same.
    pub(in crate::app) caps: &'a [String],
    pub(in crate::app) is_chosen: bool,
    pub(in crate::app) is_enabled: bool,
    /// Its number in the list, and how many there are; those out of view have no row.
    pub(in crate::app) place: (usize, usize),
}

/// Draws the row at a place of its own. It never takes the keyboard.
pub(in crate::app) fn option_row(ui: &Ui, rect: Rect, id: Id, row: &OptionRow<'_>) -> Response {
    let palette = Palette::of(ui);
    let response = ui.interact(rect, id, Sense::CLICK);
    let info = || WidgetInfo::labeled(Role::ListBoxOption, row.is_enabled, row.name);
    response.widget_info(info);
    ui.ctx().accesskit_node_builder(id, |node| {
        node.set_selected(row.is_chosen);
        node.set_position_in_set(row.place.0);
        node.set_size_of_set(row.place.1);
        if !row.details.is_empty() {
            node.set_description(row.details);
        }
        if !row.caps.is_empty() {
            node.set_keyboard_shortcut(row.caps.join("+"));
        }
    });
    let corners = CornerRadius::same(radius::CONTROL);
    if row.is_chosen {
        ui.painter().rect_filled(rect, corners, palette.accent_wash);
    }
    let middle = rect.center().y;
    ui.painter().text(
        pos2(rect.left() + 18.0, middle),
        Align2::CENTER_CENTER,
        row.icon,
        font::icon(15.0),
        palette.soft,
    );
    let left = rect.left() + 38.0;
    let mut right = rect.right() - 10.0;
    if !row.caps.is_empty() {
        right -= key_caps(ui, pos2(right, middle), row.caps) + 10.0;
    }
    let mut ink = Ink::name(&palette);
    ink.plain.0 = FontId::proportional(font::SECONDARY);
    // The row has a wash of its own where it is chosen; weight and colour tell the letters.
    ink.wash = egui::Color32::TRANSPARENT;
    ink.marked.1 = palette.accent;
    if !row.is_enabled {
        ink.plain.1 = palette.faint;
        ink.marked.1 = palette.faint;
    }
    let mut job = marked(row.name, row.marks, &ink);
    job.wrap = egui::text::TextWrapping::truncate_at_width((right - left).max(0.0));
    let name = ui.fonts_mut(|fonts| fonts.layout_job(job));
    let width = name.size().x;
    let at = pos2(left, middle - name.size().y / 2.0);
    ui.painter().galley(at, name, palette.ink);
    let left = left + width + 10.0;
    if !row.details.is_empty() && right - left > 24.0 {
        let small = FontId::proportional(font::CAPTION);
        let details = one_line(ui, row.details, small, right - left);
        let at = pos2(left, middle - details.size().y / 2.0 + 0.5);
        let ink = if row.is_chosen {
            palette.soft
        } else {
            palette.faint
        };
        ui.painter().galley(at, details, ink);
    }
    response
}

/// The height of a row, for those who place it.
pub(in crate::app) const OPTION_HEIGHT: f32 = 36.0;
