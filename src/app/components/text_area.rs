//! A setting that is a text: its name, a box of a few lines, and what is wrong with it.

use egui::{CornerRadius, FontId, Frame, Margin, ScrollArea, Stroke, TextEdit, Ui, Vec2};

use super::{Origin, caption, colored_caption, plain};
use crate::app::theme::{Palette, font, radius};

/// The tallest the box grows before it scrolls, in points.
const TALLEST: f32 = 180.0;

/// What the box shows.
pub(in crate::app) struct TextArea<'a> {
    pub(in crate::app) name: &'a str,
    pub(in crate::app) hint: &'a str,
    /// What stands in the box while it is empty.
    pub(in crate::app) placeholder: &'a str,
    /// How many lines it has at least.
    pub(in crate::app) lines: usize,
    /// Whether it is code.
    pub(in crate::app) is_code: bool,
    /// What is wrong with it.
    pub(in crate::app) error: Option<&'a str>,
    /// Whether the user has set it.
    pub(in crate::app) is_set: bool,
    /// Whether it does nothing as things are.
    pub(in crate::app) is_off: bool,
    pub(in crate::app) origin: &'a Origin,
}

/// What the user did with the box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::app) enum TextChange {
    /// The text is another.
    Typed,
    /// It is to go back to the default.
    Reset,
}

/// Draws the box; `text` is what the user makes of it.
pub(in crate::app) fn text_area(
    ui: &mut Ui,
    text: &mut String,
    area: &TextArea<'_>,
) -> Option<TextChange> {
    let mut change = None;
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing = Vec2::new(6.0, 4.0);
        ui.horizontal(|ui| {
            area.origin.name(ui, area.name, area.is_off);
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                if area.is_set && area.origin.reset_button(ui) {
                    change = Some(TextChange::Reset);
                }
            });
        });
        if edit(ui, text, area) {
            change = Some(TextChange::Typed);
        }
        // In the place of the hint: what is typed must not push what stands below.
        match area.error {
            Some(error) => {
                let danger = Palette::of(ui).danger;
                colored_caption(ui, error, danger);
            }
            None if area.hint.is_empty() => {}
            None => {
                caption(ui, area.hint);
            }
        }
        area.origin.note(ui);
    });
    change
}

fn edit(ui: &mut Ui, text: &mut String, area: &TextArea<'_>) -> bool {
    let palette = Palette::of(ui);
    let id = ui.make_persistent_id(("text-area", area.name));
    let has_focus = ui.memory(|memory| memory.has_focus(id));
    let edge = match (area.error.is_some(), has_focus) {
        (true, _) => palette.danger,
        (false, true) => palette.accent,
        (false, false) => palette.line,
    };
    let font_id = match area.is_code {
        true => FontId::monospace(font::CAPTION),
        false => FontId::proportional(font::SECONDARY),
    };
    let hint = egui::RichText::new(area.placeholder)
        .font(font_id.clone())
        .color(palette.faint);
    Frame::new()
        .fill(palette.card)
        .stroke(Stroke::new(1.0, edge))
        .corner_radius(CornerRadius::same(radius::CONTROL))
        .inner_margin(Margin::symmetric(10, 6))
        .show(ui, |ui| {
            ScrollArea::vertical()
                .id_salt(id)
                .max_height(TALLEST)
                .show(ui, |ui| {
                    let edit = TextEdit::multiline(text)
                        .id(id)
                        .hint_text(hint)
                        .desired_rows(area.lines)
                        .desired_width(f32::INFINITY)
                        .frame(Frame::NONE)
                        .margin(Margin::ZERO)
                        .font(font_id);
                    ui.add(edit).accessible_name(plain(area.name)).changed()
                })
                .inner
        })
        .inner
}
