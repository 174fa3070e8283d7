//! A message that is being changed, in the place where it stands. What comes of it is
//! another version; the one there was stays.

use std::collections::{HashMap, HashSet};

use egui::{
    Align, CornerRadius, EventFilter, Frame, Id, Key, KeyboardShortcut, Layout, Margin, Modifiers,
    Stroke, TextEdit, Ui,
};

use super::actions::why_not;
use super::message::Drawn;
use crate::app::attachment;
use crate::app::command::{Command, written};
use crate::app::components::{caption, plain_button, primary_button};
use crate::app::half_edits::HalfEdit;
use crate::app::icons;
use crate::app::theme::{Palette, font, radius};
use crate::app::views::composer::{self, Cards, Writing};
use crate::chat::{Chat, ChatId, Message, MessageId, Role};
use crate::i18n::Text;

/// What is being written in place of a message. A long text that was pasted into it, or a
/// file, stands beside the words as it does in the composer.
#[derive(Debug)]
struct Editing {
    of: (ChatId, MessageId),
    writing: Writing,
    cards: Cards,
    /// The message it began with.
    before: String,
    wants_focus: bool,
}

impl Editing {
    fn is_changed(&self) -> bool {
        self.writing.message() != self.before
    }
}

/// The message that is being changed, and what was left half changed in others.
#[derive(Debug, Default)]
pub(in crate::app::views) struct Edits {
    open: Option<Editing>,
    left: HashMap<(ChatId, MessageId), String>,
    /// The boxes that were open when the window was closed, until their chat is in view.
    reopens: HashSet<(ChatId, MessageId)>,
    /// Counts the changes in each chat, so that nothing needs to compare texts.
    revisions: HashMap<ChatId, u64>,
}

impl Edits {
    /// Begins with what was left of an earlier change, or with the words of the message.
    pub(super) fn begin(&mut self, chat: ChatId, message: &Message) {
        let of = (chat, message.id);
        if self.open.as_ref().is_some_and(|open| open.of == of) {
            return;
        }
        self.leave();
        let before = taken_apart(message, &message.text).message();
        let text = self.left.remove(&of);
        let text = text.as_deref().unwrap_or(&message.text);
        self.open = Some(Editing {
            of,
            writing: taken_apart(message, text),
            cards: Cards::default(),
            before,
            wants_focus: true,
        });
        self.touch(chat);
    }

    /// Puts what is being written aside: it is there when the message is changed again.
    fn leave(&mut self) {
        if let Some(open) = self.open.take() {
            self.touch(open.of.0);
            if open.is_changed() {
                self.left.insert(open.of, open.writing.message());
            }
        }
    }

    /// Whether this is the message.
    pub(super) fn is_of(&self, it: &Drawn<'_>) -> bool {
        let of = (it.chat.id, it.message.id);
        self.open.as_ref().is_some_and(|open| open.of == of)
    }

    /// Whether something lies over the conversation that Escape is for.
    pub(super) fn holds_escape(&self) -> bool {
        self.open.as_ref().is_some_and(|open| open.cards.is_open())
    }

    fn touch(&mut self, chat: ChatId) {
        *self.revisions.entry(chat).or_default() += 1;
    }

    /// Changes with what is half changed in this chat.
    pub(in crate::app::views) fn revision(&self, chat: Option<ChatId>) -> u64 {
        let known = chat.and_then(|chat| self.revisions.get(&chat));
        known.copied().unwrap_or(0)
    }

    /// All that is half changed in a chat.
    pub(in crate::app::views) fn of(&self, chat: Option<ChatId>) -> Vec<HalfEdit> {
        let left = self
            .left
            .iter()
            .map(|(of, text)| (*of, text.clone(), false));
        let open = self.open.iter().filter(|open| open.is_changed());
        let open = open.map(|open| (open.of, open.writing.message(), true));
        let mut edits: Vec<_> = left
            .chain(open)
            .filter(|(of, ..)| Some(of.0) == chat)
            .map(|((_, message), text, is_open)| HalfEdit {
                message,
                text,
                is_open,
            })
            .collect();
        edits.sort_by_key(|edit| edit.message);
        edits
    }

    /// Takes up what was kept of a chat.
    pub(in crate::app::views) fn restore(&mut self, chat: ChatId, edits: Vec<HalfEdit>) {
        for edit in edits {
            let of = (chat, edit.message);
            self.left.entry(of).or_insert(edit.text);
            if edit.is_open {
                self.reopens.insert(of);
            }
        }
    }

    /// Opens the box that was open in this chat when the window was closed.
    pub(super) fn reopen(&mut self, chat: &Chat) {
        if self.reopens.is_empty() || self.open.is_some() {
            return;
        }
        let is_here = |of: &(ChatId, MessageId)| of.0 == chat.id;
        let reopened: Vec<_> = self.reopens.extract_if(is_here).collect();
        for (_, id) in reopened {
            if let Some(message) = chat.path().find(|it| it.id == id) {
                self.begin(chat.id, message);
            }
            if let Some(open) = &mut self.open {
                open.wants_focus = false;
            }
        }
    }
}

/// A message as it is written: of the user's, what was attached stands beside the words.
fn taken_apart(message: &Message, text: &str) -> Writing {
    let mut writing = Writing::default();
    match message.role {
        Role::User => {
            let (attachments, text) = attachment::from_message(text);
            writing.set(attachments, text);
        }
        _ => text.clone_into(&mut writing.text),
    }
    writing
}

/// Draws the box and its buttons.
pub(super) fn show(ui: &mut Ui, it: &Drawn<'_>, edits: &mut Edits) -> Option<Command> {
    let palette = Palette::of(ui);
    let i18n = &it.state.i18n;
    let draft = edits.open.as_mut()?;
    let before = draft.writing.revision();
    let is_user = it.message.role == Role::User;
    // A changed reply is only kept; a changed message is answered.
    let why_not = why_not(it.state).filter(|_| is_user);
    let can_save = why_not.is_none() && !draft.writing.is_blank();
    let mut is_saved = false;
    let (mut is_left, mut is_cancelled) = (false, false);
    Frame::new()
        .fill(palette.card)
        .stroke(Stroke::new(1.0, palette.accent))
        .corner_radius(CornerRadius::same(radius::CARD))
        .inner_margin(Margin::symmetric(14, 10))
        .show(ui, |ui| {
            let id = Id::unique("edit").with(draft.of);
            let writing = &mut draft.writing;
            if is_user {
                let has_focus = ui.memory(|memory| memory.has_focus(id));
                composer::take_long_pastes(ui, id, has_focus, writing);
                draft.cards.show(ui, i18n, Some(it.chat.id), writing);
            }
            let edit = TextEdit::multiline(&mut writing.text)
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
            if response.changed() {
                writing.touch();
            }
            let place = (id, Some(it.chat.id));
            if draft.cards.show_open(ui, i18n, place, writing) {
                draft.wants_focus = true;
                ui.ctx().request_repaint();
            }
            // What lies over the window keeps the keyboard from the box.
            let has_modal = ui.memory(|memory| memory.top_modal_layer().is_some());
            if !has_modal && std::mem::take(&mut draft.wants_focus) {
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
        edits.touch(it.chat.id);
        let text = draft.writing.message();
        // The same words would be the same version.
        let is_same = text == it.message.text && !is_user;
        return (!is_same).then_some(Command::Edit(it.message.id, text));
    }
    if draft.writing.revision() != before {
        edits.touch(it.chat.id);
    }
    if is_left {
        edits.leave();
    }
    if is_cancelled {
        edits.open = None;
        edits.touch(it.chat.id);
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
        let text = |edits: &Edits| edits.open.as_ref().map(|open| open.writing.text.clone());
        edits.begin(chat, &message(1));
        edits.open.as_mut().unwrap().writing.text = "changed".into();
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
