//! The soft box around what the user wrote.

use std::ops::Range;

use egui::{
    Align, CornerRadius, Frame, Label, Layout, Margin, TextStyle, TextWrapMode, Ui, WidgetText,
};

use super::{Ink, marked};
use crate::app::theme::{Palette, radius};

/// The widest a bubble gets, as a part of the column.
const WIDEST: f32 = 0.82;

/// Draws a message of the user's at the right edge, as wide as its text needs, with a wash
/// behind these parts of it.
pub(in crate::app) fn bubble(ui: &mut Ui, text: &str, marks: &[Range<usize>]) {
    let palette = Palette::of(ui);
    let margin = Margin::symmetric(14, 9);
    let widest = ui.available_width() * WIDEST - margin.sum().x;
    let text = marked(text, marks, &Ink::body(&palette));
    let wrap = Some(TextWrapMode::Wrap);
    let galley = WidgetText::from(text).into_galley(ui, wrap, widest, TextStyle::Body);
    ui.with_layout(Layout::top_down(Align::Max), |ui| {
        Frame::new()
            .fill(palette.bubble)
            .corner_radius(CornerRadius {
                nw: radius::CARD,
                ne: radius::CARD,
                sw: radius::CARD,
                se: 4,
            })
            .inner_margin(margin)
            .show(ui, |ui| ui.add(Label::new(galley).selectable(true)));
    });
}
