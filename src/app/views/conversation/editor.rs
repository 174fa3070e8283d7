//! A message that is being changed, in the place where it stands. What comes of it is
//! another version; the one there was stays.

use std::collections::HashMap;

use egui::{
    Align, CornerRadius, EventFilter, Frame, Id, Key, KeyboardShortcut, Layout, Margin, Modifiers,
    Stroke, TextEdit, Ui,
};

use super::actions::why_not;
use super::message::Drawn;
use crate::app::command::{Command, written};
use crate::app::components::{caption, plain_button, primary_button};
use crate::app::icons;
use crate::app::theme::{Palette, font, radius};
use crate::app::views::composer;
use crate::chat::{ChatId, Message, MessageId, Role};
use crate::i18n::Text;

/// What is being written in place of a message.
#[derive(Debug)]
struct Editing {
    of: (ChatId, MessageId),
    text: String,
    /// The words it began with.
    before: String,
    wants_focus: bool,
}

/// The message that is being changed, and what was left half changed in others.
#[derive(Debug, Default)]
pub(super) struct Edits {
    open: Option<Editing>,
    left: HashMap<(ChatId, MessageId), String>,
}

impl Edits {
    /// Begins with what was left of an earlier change, or with the words of the message.
    pub(super) fn begin(&mut self, chat: ChatId, message: &Message) {
        let of = (chat, message.id);
        if self.open.as_ref().is_some_and(|open| open.of == of) {
            return;
        }
        self.leave();
        let text = self.left.remove(&of);
        self.open = Some(Editing {
            of,
            text: text.unwrap_or_else(|| message.text.clone()),
            before: message.text.clone(),
            wants_focus: true,
        });
    }

    /// Puts what is being written aside: it is there when the message is changed again.
    fn leave(&mut self) {
        if let Some(open) = self.open.take()
            && open.text != open.before
        {
            self.left.insert(open.of, open.text);
        }
    }

    /// Whether this is the message.
    pub(super) fn is_of(&self, it: &Drawn<'_>) -> bool {
        let of = (it.chat.id, it.message.id);
        self.open.as_ref().is_some_and(|open| open.of == of)
    }
}

/// Draws the box and its buttons.
pub(super) fn show(ui: &mut Ui, it: &Drawn<'_>, edits: &mut Edits) -> Option<Command> {
    let palette = Palette::of(ui);
    let i18n = &it.state.i18n;
    let draft = edits.open.as_mut()?;
    let is_user = it.message.role == Role::User;
    // A changed reply is only kept; a changed message is answered.
    let why_not = why_not(it.state).filter(|_| is_user);
    let can_save = why_not.is_none() && !draft.text.trim().is_empty();
    let mut is_saved = false;
    let (mut is_left, mut is_cancelled) = (false, false);
    Frame::new()
        .fill(palette.card)
        .stroke(Stroke::new(1.0, palette.accent))
        .corner_radius(CornerRadius::same(radius::CARD))
        .inner_margin(Margin::symmetric(14, 10))
        .show(ui, |ui| {
            let id = Id::unique("edit").with(draft.of);
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
                let keys = KeyboardShortcut::new(Modifiers::COMMAND, Key::Enter);
                let keys = written(keys, ui.ctx(), i18n);
                let keys = i18n.text(&Text::new("edit-keys").word("keys", keys));
                if !it.is_narrow {
                    caption(ui, keys);
                }
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    let name = match is_user {
                        true => "edit-send",
                        false => "edit-save",
                    };
                    let save = primary_button(ui, &i18n.get(name), icons::CHECK, can_save);
                    let why = i18n.get(why_not.unwrap_or("send-empty"));
                    is_saved |= save.on_disabled_hover_text(why).clicked();
                    is_cancelled |= plain_button(ui, &i18n.get("cancel"), "", true).clicked();
                });
            });
        });
    if is_saved || is_left || is_cancelled {
        // What is typed next is the next message.
        composer::focus(ui.ctx());
    }
    if is_saved {
        let draft = edits.open.take()?;
        // The same words would be the same version.
        let is_same = draft.text == it.message.text && !is_user;
        return (!is_same).then_some(Command::Edit(it.message.id, draft.text));
    }
    if is_left {
        edits.leave();
    }
    if is_cancelled {
        edits.open = None;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_left_half_changed_is_there_again() {
        let chat = ChatId(1);
        let message = |id| Message::new(MessageId(id), None, Role::User, "as it was".into(), 0);
        let mut edits = Edits::default();
        let text = |edits: &Edits| edits.open.as_ref().map(|open| open.text.clone());
        edits.begin(chat, &message(1));
        edits.open.as_mut().unwrap().text = "changed".into();
        edits.begin(chat, &message(1));
        assert_eq!(text(&edits).as_deref(), Some("changed"), "it goes on");
        edits.begin(chat, &message(2));
        assert_eq!(text(&edits).as_deref(), Some("as it was"));
        edits.begin(chat, &message(1));
        assert_eq!(text(&edits).as_deref(), Some("changed"));
        edits.leave();
        assert_eq!(text(&edits), None);
        assert_eq!(edits.left.len(), 1, "what was not changed is not kept");
    }
}
