//! A card with something to tell, and what can be done about it.

use egui::{CornerRadius, FontId, Frame, Label, Margin, RichText, Stroke, Ui, UiBuilder};

use super::{icon_button, link_button};
use crate::app::icons;
use crate::app::theme::{Palette, font, radius};

/// What a notice shows.
pub(in crate::app) struct NoticeCard<'a> {
    pub(in crate::app) icon: &'a str,
    pub(in crate::app) color: egui::Color32,
    pub(in crate::app) text: String,
    /// The names of the ways out, the likeliest first.
    pub(in crate::app) actions: Vec<String>,
    /// The name of the button that takes it away, where it can be.
    pub(in crate::app) dismiss: Option<String>,
}

/// What the user chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::app) enum NoticeChoice {
    /// The way out at this place.
    Act(usize),
    Dismiss,
}

/// Whether several ways out stand side by side in the room there is.
fn is_room_for(ui: &Ui, actions: &[String]) -> bool {
    /// Around each name, and between two.
    const BESIDE: f32 = 28.0;
    let (font, ink) = (FontId::proportional(font::CAPTION), Palette::of(ui).ink);
    let width = |name: &String| {
        let galley = ui.painter().layout_no_wrap(name.clone(), font.clone(), ink);
        galley.size().x + BESIDE
    };
    actions.len() > 1 && actions.iter().map(width).sum::<f32>() <= ui.available_width()
}

/// Draws a notice across the column.
pub(in crate::app) fn notice_card(ui: &mut Ui, card: &NoticeCard<'_>) -> Option<NoticeChoice> {
    let palette = Palette::of(ui);
    let mut choice = None;
    Frame::new()
        .fill(palette.card)
        .stroke(Stroke::new(1.0, palette.line))
        .corner_radius(CornerRadius::same(radius::CARD))
        .inner_margin(Margin::symmetric(12, 10))
        .show(ui, |ui| {
            ui.horizontal_top(|ui| {
                let icon = RichText::new(card.icon)
                    .font(font::icon(16.0))
                    .color(card.color);
                ui.add(Label::new(icon).selectable(false));
                // The words keep clear of the button at the right.
                let width = ui.available_width() - if card.dismiss.is_some() { 36.0 } else { 0.0 };
                ui.vertical(|ui| {
                    ui.set_width(width.max(80.0));
                    let text = RichText::new(&card.text)
                        .size(font::SECONDARY)
                        .color(palette.ink);
                    ui.add(Label::new(text).wrap().selectable(true));
                    // One below the other where there is no room to stand side by side.
                    let in_a_row = is_room_for(ui, &card.actions);
                    let left = ui.cursor().left();
                    let mut buttons = |ui: &mut Ui| {
                        for (index, action) in card.actions.iter().enumerate() {
                            let button = match in_a_row || index == 0 {
                                true => link_button(ui, action),
                                false => {
                                    // The padding of the one above hangs out to the left.
                                    let mut place = ui.available_rect_before_wrap();
                                    place.min.x = left;
                                    let place = UiBuilder::new().max_rect(place);
                                    ui.scope_builder(place, |ui| link_button(ui, action)).inner
                                }
                            };
                            if button.clicked() {
                                choice = Some(NoticeChoice::Act(index));
                            }
                        }
                    };
                    match in_a_row {
                        // A row of nothing would still take its height.
                        _ if card.actions.is_empty() => {}
                        true => {
                            ui.horizontal(buttons);
                        }
                        false => buttons(ui),
                    }
                });
                if let Some(dismiss) = &card.dismiss
                    && icon_button(ui, icons::X, dismiss).clicked()
                {
                    choice = Some(NoticeChoice::Dismiss);
                }
            });
        });
    choice
}
