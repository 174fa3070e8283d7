//! One message: what the user wrote in a bubble, what a model wrote across the column.

use std::ops::Range;

use egui::{Label, Ui};

use super::actions;
use super::editor::{self, Editing};
use crate::app::command::Command;
use crate::app::components::{
    Ink, NoticeCard, bubble, caption, fold, marked, notice_card, progress,
};
use crate::app::icons;
use crate::app::state::{ModelState, State};
use crate::app::theme::Palette;
use crate::app::views::when;
use crate::chat::{Chat, Message, Role};
use crate::i18n::Text;

/// A message and what is to be known to draw it.
pub(super) struct Drawn<'a> {
    pub(super) state: &'a State,
    pub(super) chat: &'a Chat,
    pub(super) message: &'a Message,
    /// The words that were looked for.
    pub(super) marks: Vec<Range<usize>>,
    /// Whether it is pointed at.
    pub(super) is_hot: bool,
    /// Whether there is no room for the names of what can be done.
    pub(super) is_narrow: bool,
}

/// Draws a message and what can be done with it.
pub(super) fn show(ui: &mut Ui, it: &Drawn<'_>, editing: &mut Option<Editing>) -> Option<Command> {
    let is_edited = editing.as_ref().is_some_and(|editing| editing.is_of(it));
    match it.message.role {
        Role::User if is_edited => editor::show(ui, it, editing),
        Role::User => {
            bubble(ui, &it.message.text, &it.marks);
            actions::of_user(ui, it, editing)
        }
        _ => reply(ui, it, editing, is_edited),
    }
}

fn reply(
    ui: &mut Ui,
    it: &Drawn<'_>,
    editing: &mut Option<Editing>,
    is_edited: bool,
) -> Option<Command> {
    let palette = Palette::of(ui);
    let (state, message) = (it.state, it.message);
    let time = when::clock(&state.i18n, message.created_unix_ms);
    let edited = message.edited_unix_ms.map(|_| state.i18n.get("edited"));
    let head: Vec<_> = message
        .model
        .iter()
        .cloned()
        .chain(time)
        .chain(edited)
        .collect();
    caption(ui, head.join(" · "));
    if is_edited {
        return editor::show(ui, it, editing);
    }
    let writing = state
        .current_reply()
        .filter(|reply| reply.message == message.id);
    if !message.reasoning.is_empty() {
        let name = match message.text.is_empty() && writing.is_some() {
            true => "reasoning-now",
            false => "reasoning",
        };
        ui.push_id(message.id, |ui| {
            fold(ui, &state.i18n.get(name), "", |ui| {
                caption(ui, &message.reasoning);
            });
        });
    }
    if !message.text.is_empty() {
        let job = marked(&message.text, &it.marks, &Ink::body(&palette));
        ui.add(Label::new(job).wrap().selectable(true));
    }
    if let Some(reply) = writing {
        if message.text.is_empty() && message.reasoning.is_empty() {
            waiting(ui, state, reply.prefill);
        }
        return None;
    }
    if let Some(failure) = state.failures.get(&(it.chat.id, message.id)) {
        let card = NoticeCard {
            icon: icons::CIRCLE_ALERT,
            color: palette.danger,
            text: state.i18n.text(failure),
            action: None,
            dismiss: None,
        };
        notice_card(ui, &card);
    }
    actions::of_reply(ui, it, editing)
}

/// What happens before the first word.
fn waiting(ui: &mut Ui, state: &State, prefill: Option<(u32, u32)>) {
    let (text, fraction) = match (&state.model, prefill) {
        (ModelState::Loading { fraction, .. }, _) => {
            (state.i18n.get("waiting-model"), Some(*fraction))
        }
        (_, Some((done, total))) => {
            let text = Text::new("waiting-prefill")
                .count("done", done)
                .count("total", total);
            #[expect(clippy::cast_precision_loss, reason = "for a bar of a few points")]
            let fraction = done as f32 / total.max(1) as f32;
            (state.i18n.text(&text), Some(fraction))
        }
        (_, None) => (state.i18n.get("waiting-first"), None),
    };
    ui.horizontal(|ui| {
        if let Some(fraction) = fraction {
            progress(ui, fraction, 120.0, &text);
        }
        caption(ui, text);
    });
}
