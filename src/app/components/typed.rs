//! A line to type a name into, in the place of what it names.

use egui::text::{CCursor, CCursorRange};
use egui::text_edit::TextEditState;
use egui::{Align2, CornerRadius, Frame, Key, Margin, Response, Stroke, TextEdit, Ui};

use crate::app::theme::{Palette, font, radius};

/// What became of the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::app) enum Typed {
    /// It is being written.
    Going,
    /// Enter: this is it.
    Done,
    /// Escape: leave it as it was.
    Cancelled,
    /// The keyboard went elsewhere.
    Left,
}

/// Draws the line; it takes the keyboard where `wants_focus` says so, once.
pub(in crate::app) fn typed_line(
    ui: &mut Ui,
    text: &mut String,
    name: &str,
    wants_focus: &mut bool,
) -> (Response, Typed) {
    let palette = Palette::of(ui);
    let response = Frame::new()
        .fill(palette.card)
        .stroke(Stroke::new(1.5, palette.accent))
        .corner_radius(CornerRadius::same(radius::CONTROL))
        .inner_margin(Margin::symmetric(8, 1))
        .show(ui, |ui| {
            let edit = TextEdit::singleline(text)
                .frame(Frame::NONE)
                .margin(Margin::ZERO)
                .align(Align2::LEFT_CENTER)
                .desired_width(f32::INFINITY)
                .font(egui::FontId::proportional(font::SECONDARY));
            ui.add(edit).accessible_name(name)
        })
        .inner;
    if std::mem::take(wants_focus) {
        response.request_focus();
        // Whoever types writes another name; whoever moves changes the one there is.
        let mut state = TextEditState::load(ui.ctx(), response.id).unwrap_or_default();
        let all = CCursorRange::two(CCursor::new(0), CCursor::new(text.chars().count()));
        state.cursor.set_char_range(Some(all));
        state.store(ui.ctx(), response.id);
        return (response, Typed::Going);
    }
    let mut typed = Typed::Going;
    if response.lost_focus() {
        typed = ui.input_mut(|input| {
            if input.key_pressed(Key::Enter) {
                Typed::Done
            } else if input.key_pressed(Key::Escape) {
                // Nothing else is to be closed by the same key.
                input.consume_key(egui::Modifiers::NONE, Key::Escape);
                Typed::Cancelled
            } else {
                Typed::Left
            }
        });
    }
    (response, typed)
}
