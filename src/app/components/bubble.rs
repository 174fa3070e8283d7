//! The soft box around what the user wrote.

use egui::{Align, CornerRadius, Frame, Label, Layout, Margin, RichText, Ui};

use crate::app::theme::{Palette, font, radius};

/// The widest a bubble gets, as a part of the column.
const WIDEST: f32 = 0.82;

/// Draws a message of the user's at the right edge.
pub(in crate::app) fn bubble(ui: &mut Ui, text: &str) {
    let palette = Palette::of(ui);
    let width = ui.available_width() * WIDEST;
    ui.with_layout(Layout::right_to_left(Align::Min), |ui| {
        Frame::new()
            .fill(palette.bubble)
            .corner_radius(CornerRadius {
                nw: radius::CARD,
                ne: radius::CARD,
                sw: radius::CARD,
                se: 4,
            })
            .inner_margin(Margin::symmetric(14, 9))
            .show(ui, |ui| {
                ui.set_max_width(width);
                ui.with_layout(Layout::left_to_right(Align::Min), |ui| {
                    let text = RichText::new(text)
                        .size(font::BODY)
                        .line_height(Some(font::BODY_LINE))
                        .color(palette.ink);
                    ui.add(Label::new(text).wrap().selectable(true));
                });
            });
    });
}
