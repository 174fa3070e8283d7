//! What the panel takes away is offered back in passing, where other deletions are: a notice
//! in the panel itself would push the controls below it under the pointer.

use serde::Serialize;

use super::shelf::put;
use super::{put_values, set_system};
use crate::app::command::{Command, PanelCommand, Taken};
use crate::app::state::State;
use crate::app::update::{Services, save};
use crate::chat::ChatId;
use crate::i18n::Text;

/// What is set now in this place, to be brought back.
pub(super) fn values(state: &State, chat: Option<ChatId>) -> Taken {
    let preset = match chat {
        Some(chat) => state.panel.chat_presets.get(&chat).cloned(),
        None => state.settings.preset.clone(),
    };
    Taken::Values {
        chat,
        preset,
        sampling: Box::new(state.sampling_set(chat)),
        system: state.system_of(chat).map(str::to_owned),
        persona: state.settings.persona.clone(),
        displaced: Box::new(state.settings.displaced.clone()),
    }
}

/// Says what was done, and offers to take it back. One at a time: the panel's last.
pub(super) fn offer(state: &mut State, said: Text, taken: Taken) {
    state.toasts.retain(|toast| {
        let undo = toast.undo.as_deref();
        !matches!(undo, Some(Command::Panel(PanelCommand::PutBack(_))))
    });
    let undo = Command::Panel(PanelCommand::PutBack(Box::new(taken)));
    state.toast(said, Some(undo));
}

/// Offers to take a reset back, where that is what a change was.
pub(super) fn offer_reset<T: Serialize>(state: &mut State, before: &T, now: &T, undo: Command) {
    let count = lost(before, now);
    if count > 0 {
        state.toast(Text::new("panel-reset").count("count", count), Some(undo));
    }
}

/// How many values were set and are not any more. They are compared as they are written to a
/// file, which is the one place that knows them all.
fn lost<T: Serialize>(before: &T, now: &T) -> u64 {
    let table = |values: &T| match serde_json::to_value(values) {
        Ok(serde_json::Value::Object(table)) => table,
        _ => serde_json::Map::new(),
    };
    let (before, now) = (table(before), table(now));
    before
        .keys()
        .filter(|name| !now.contains_key(*name))
        .count() as u64
}

/// Offers no longer what would undo more than it says: something else was set since.
pub(super) fn withdraw(state: &mut State, place: Option<ChatId>) {
    state.toasts.retain(|toast| {
        let offers_it = match toast.undo.as_deref() {
            Some(Command::Panel(PanelCommand::PutBack(taken))) => {
                matches!(&**taken, Taken::Values { chat, .. } if *chat == place)
            }
            _ => false,
        };
        !offers_it
    });
}

/// Offers no longer to take back how models are loaded: it was set otherwise since.
pub(super) fn withdraw_load(state: &mut State) {
    state
        .toasts
        .retain(|toast| !matches!(toast.undo.as_deref(), Some(Command::SetLoadOptions(_))));
}

/// Brings back what was taken.
pub(super) fn put_back(state: &mut State, services: &Services, taken: Taken) {
    match taken {
        Taken::Item(item) => put(state, services, item),
        Taken::Values {
            chat,
            preset,
            sampling,
            system,
            persona,
            displaced,
        } => {
            put_values(state, services, chat, preset, *sampling);
            if chat.is_none() {
                state.settings.displaced = *displaced;
            }
            state.settings.persona = persona;
            set_system(state, services, chat, system);
            save(state, services);
        }
    }
}
