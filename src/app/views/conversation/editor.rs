//! A message that is being changed, in the place where it stands. What comes of it is
//! another version; the one there was stays.

use egui::{
    Align, CornerRadius, EventFilter, Frame, Id, Key, Layout, Margin, Modifiers, Stroke, TextEdit,
    Ui,
};

use super::actions::why_not;
use super::message::Drawn;
use crate::app::command::Command;
use crate::app::components::{plain_button, primary_button};
use crate::app::icons;
use crate::app::theme::{Palette, font, radius};
use crate::chat::{ChatId, Message, MessageId, Role};

/// What is being written in place of a message.
#[derive(Debug)]
pub(super) struct Editing {
    chat: ChatId,
    message: MessageId,
    text: String,
    wants_focus: bool,
}

impl Editing {
    /// Begins with the words of the message.
    pub(super) fn new(it: &Drawn<'_>) -> Self {
        Self::of(it.chat.id, it.message)
    }

    /// Begins with the words of this message.
    pub(super) fn of(chat: ChatId, message: &Message) -> Self {
        Self {
            chat,
            message: message.id,
            text: message.text.clone(),
            wants_focus: true,
        }
    }

    /// Whether this is the message.
    pub(super) fn is_of(&self, it: &Drawn<'_>) -> bool {
        (self.chat, self.message) == (it.chat.id, it.message.id)
    }
}

/// Draws the box and its buttons.
pub(super) fn show(ui: &mut Ui, it: &Drawn<'_>, editing: &mut Option<Editing>) -> Option<Command> {
    let palette = Palette::of(ui);
    let i18n = &it.state.i18n;
    let draft = editing.as_mut()?;
    let is_user = it.message.role == Role::User;
    // A changed reply is only kept; a changed message is answered.
    let why_not = why_not(it).filter(|_| is_user);
    let can_save = why_not.is_none() && !draft.text.trim().is_empty();
    let mut is_saved = false;
    let mut is_left = false;
    Frame::new()
        .fill(palette.card)
        .stroke(Stroke::new(1.0, palette.accent))
        .corner_radius(CornerRadius::same(radius::CARD))
        .inner_margin(Margin::symmetric(14, 10))
        .show(ui, |ui| {
            let id = Id::unique("edit").with((draft.chat, draft.message));
            let edit = TextEdit::multiline(&mut draft.text)
                .id(id)
                .desired_rows(2)
                .desired_width(f32::INFINITY)
                .frame(Frame::NONE)
                .margin(Margin::ZERO)
                .font(egui::FontId::proportional(font::BODY))
                .event_filter(EventFilter {
                    escape: true,
                    horizontal_arrows: true,
                    vertical_arrows: true,
                    tab: false,
                });
            // The keys are taken before the box sees them: this Enter is no new line.
            if ui.memory(|memory| memory.has_focus(id)) {
                ui.input_mut(|input| {
                    is_saved = can_save && input.consume_key(Modifiers::COMMAND, Key::Enter);
                    is_left = input.consume_key(Modifiers::NONE, Key::Escape);
                });
            }
            let response = ui.add(edit).accessible_name(i18n.get("edit-name"));
            if std::mem::take(&mut draft.wants_focus) {
                response.request_focus();
            }
            ui.add_space(4.0);
            ui.horizontal(|ui| {
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    let (name, icon) = match is_user {
                        true => ("edit-send", icons::CORNER_DOWN_LEFT),
                        false => ("edit-save", icons::CHECK),
                    };
                    let save = primary_button(ui, &i18n.get(name), icon, can_save);
                    let why = i18n.get(why_not.unwrap_or("send-empty"));
                    is_saved |= save.on_disabled_hover_text(why).clicked();
                    is_left |= plain_button(ui, &i18n.get("cancel"), "", true).clicked();
                });
            });
        });
    if is_saved {
        let draft = editing.take()?;
        // The same words would be the same version.
        let is_same = draft.text == it.message.text && !is_user;
        return (!is_same).then_some(Command::Edit(it.message.id, draft.text));
    }
    if is_left {
        *editing = None;
    }
    None
}
