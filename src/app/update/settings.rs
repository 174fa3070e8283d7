//! What the settings panel asks for: values of a chat's own, presets, personas.

mod of_model;
mod shelf;
mod undo;

use std::time::{Duration, Instant};

use super::transfer::{dialog, wait_for};
use super::{Services, save};
use crate::app::command::{Command, PanelCommand};
use crate::app::jobs::Outcome;
use crate::app::state::{Checked, State, Topic, Weight};
use crate::chat::{Chat, ChatId};
use crate::engine::grammar;
use crate::i18n::{Localize, Text};
use crate::params::{LoadOptions, PresetId, Sampling};
use crate::presets::{self, Event, Item, Kind, Preset};
use crate::store::Write;
use of_model::{begin_with_model_preset, set_model_preset};
pub(super) use of_model::{follow_model, set_own_load, set_preset_of};
use shelf::{copy_name, delete, is_taken, put, rename, sort};
use undo::{offer, offer_reset, put_back, values, withdraw, withdraw_load};

/// A slider that is being dragged, or a text that is being typed, is kept once it has come
/// to rest.
const KEEP_AFTER: Duration = Duration::from_millis(400);

/// Acts on a command of the panel.
pub(super) fn act(state: &mut State, services: &mut Services, command: PanelCommand) {
    use PanelCommand as C;
    match command {
        C::SetChatSampling(chat, sampling) => {
            let (taken, before) = (values(state, Some(chat)), state.sampling_set(Some(chat)));
            set_own(state, services, chat, sampling);
            let undo = Command::Panel(C::PutBack(Box::new(taken)));
            let now = state.sampling_set(Some(chat));
            offer_reset(state, &before, &now, undo);
        }
        C::SetSystem(chat, system) => {
            let taken = values(state, chat);
            // What is typed can be taken back where it is typed.
            let is_reset = system.is_none() && state.system_of(chat).is_some();
            if chat.is_none() {
                state.settings.persona = None;
            }
            set_system(state, services, chat, system);
            if is_reset {
                offer(state, Text::new("system-cleared"), taken);
            }
        }
        C::ChoosePreset(chat, id) => choose_preset(state, services, chat, id),
        C::SavePreset(chat, preset) => save_preset(state, services, chat, *preset),
        C::DuplicatePreset(id) => {
            if let Some(mut preset) = state.panel.preset(&state.i18n, &id) {
                preset.name = copy_name(state, &preset.name, Kind::Preset);
                put(state, services, Item::Preset(preset));
            }
        }
        C::Rename(kind, name, new) => rename(state, services, kind, &name, &new),
        C::Delete(kind, name) => delete(state, services, kind, &name),
        C::PutBack(taken) => put_back(state, services, *taken),
        C::ImportPreset => {
            let file = dialog(&state.i18n, "dialog-import-preset")
                .add_filter(state.i18n.get("dialog-presets"), &["toml", "json"])
                .pick_file();
            wait_for(services, file, |file| {
                Outcome::PresetRead(presets::import(file.path()))
            });
        }
        C::ExportPreset(id) => ask_where(state, services, &id),
        C::SetModelPreset(id) => set_model_preset(state, services, id),
        C::ChoosePersona(chat, name) => choose_persona(state, services, chat, name.as_deref()),
        C::SavePersona(persona) => put(state, services, Item::Persona(persona)),
        C::DuplicatePersona(name) => {
            if let Some(mut persona) = state.panel.persona(&name).cloned() {
                persona.name = copy_name(state, &persona.name, Kind::Persona);
                put(state, services, Item::Persona(persona));
            }
        }
        C::PickDraft => {
            let file = dialog(&state.i18n, "dialog-draft")
                .add_filter(state.i18n.get("dialog-models"), &["gguf"])
                .pick_file();
            wait_for(services, file, |file| {
                Outcome::DraftPicked(file.path().to_owned())
            });
        }
        C::SetUnloadAfterMinutes(minutes) => {
            let before = std::mem::replace(&mut state.settings.unload_after_minutes, minutes);
            follow(state, services);
            let undo = Command::Panel(C::SetUnloadAfterMinutes(before));
            offer_number(state, before, minutes, undo);
        }
        C::SetStateLimitGb(limit) => {
            let before = std::mem::replace(&mut state.settings.state_limit_gb, limit);
            follow(state, services);
            let undo = Command::Panel(C::SetStateLimitGb(before));
            offer_number(state, before, limit, undo);
        }
        C::SetBinDays(days) => {
            let before = std::mem::replace(&mut state.settings.bin_days, days);
            save(state, services);
            let undo = Command::Panel(C::SetBinDays(before));
            offer_number(state, before, days, undo);
        }
    }
}

/// Takes in what came of the files of presets and personas.
pub(super) fn receive(state: &mut State, services: &mut Services, outcome: Outcome) {
    match outcome {
        Outcome::Presets(Event::Read(presets, personas)) => {
            state.panel.presets = presets;
            state.panel.personas = personas;
            sort(state);
            state.panel.are_read = true;
            if std::mem::take(&mut state.panel.awaits_presets) {
                begin_with_model_preset(state);
                save(state, services);
            }
        }
        Outcome::Presets(Event::Failed(error)) | Outcome::PresetRead(Err(error)) => {
            state.notify(Weight::Warning, error.text(), Topic::Settings);
        }
        Outcome::PresetRead(Ok(mut preset)) => {
            let is_taken = |name: &str| is_taken(state, Kind::Preset, name);
            preset.name = presets::free_name(&preset.name, is_taken);
            let text = Text::new("preset-imported").word("name", &preset.name);
            put(state, services, Item::Preset(preset));
            state.notify(Weight::Done, text, Topic::Settings);
        }
        // An answer to what is no longer asked is of no interest.
        Outcome::Checked(checked) => {
            let asked = &state.panel.checked;
            if asked.grammar == checked.grammar && asked.schema == checked.schema {
                state.panel.checked = checked;
            }
        }
        Outcome::DraftPicked(path) => {
            state.settings.load.draft_model = Some(path);
            save(state, services);
        }
        _ => {}
    }
}

/// Offers to take back the reset of a number of Charla's own.
fn offer_number(state: &mut State, before: Option<u32>, now: Option<u32>, undo: Command) {
    if before.is_some() && now.is_none() {
        state.toast(Text::new("panel-reset").count("count", 1_u32), Some(undo));
    }
}

/// These are the values of all chats.
pub(super) fn set_sampling(state: &mut State, services: &Services, sampling: Sampling) {
    let taken = values(state, None);
    if state.settings.sampling != sampling {
        note_change(state, None);
    }
    withdraw(state, None);
    let before = std::mem::replace(&mut state.settings.sampling, sampling);
    save(state, services);
    let now = state.settings.sampling.clone();
    let undo = Command::Panel(PanelCommand::PutBack(Box::new(taken)));
    offer_reset(state, &before, &now, undo);
}

/// So are models loaded from now on.
pub(super) fn set_load(state: &mut State, services: &Services, options: LoadOptions) {
    withdraw_load(state);
    let before = std::mem::replace(&mut state.settings.load, options);
    save(state, services);
    let now = state.settings.load.clone();
    let undo = Command::SetLoadOptions(before.clone());
    offer_reset(state, &before, &now, undo);
}

fn follow(state: &State, services: &mut Services) {
    services.session.follow(&state.settings, &services.paths);
    save(state, services);
}

/// What has been set for a chat is of the next reply, not of the one that is being written.
fn note_change(state: &mut State, chat: Option<ChatId>) {
    let chat = chat.or(state.current);
    let Some(reply) = chat.and_then(|chat| state.replies.in_chat_mut(chat)) else {
        return;
    };
    if !std::mem::replace(&mut reply.settings_changed, true) {
        state.toast(Text::new("settings-next-reply"), None);
    }
}

fn set_own(state: &mut State, services: &Services, chat: ChatId, sampling: Option<Sampling>) {
    withdraw(state, Some(chat));
    let sampling = sampling.filter(|it| *it != Sampling::default());
    if let Some(chat) = state.chat_mut(chat) {
        chat.sampling = sampling;
    }
    note_change(state, Some(chat));
    touch(state, services, chat);
}

fn set_system(
    state: &mut State,
    services: &Services,
    chat: Option<ChatId>,
    system: Option<String>,
) {
    withdraw(state, chat);
    let system = system.filter(|it| !it.is_empty());
    match chat {
        Some(id) => {
            if let Some(chat) = state.chat_mut(id) {
                chat.system = system;
            }
            note_change(state, Some(id));
            touch(state, services, id);
        }
        None => {
            state.settings.system = system;
            save(state, services);
        }
    }
}

/// Notes that a chat's own settings are to be kept. What was read of it before is old.
fn touch(state: &mut State, services: &Services, chat: ChatId) {
    if state.panel.unkept.is_some_and(|(other, _)| other != chat) {
        keep_own(state, services);
    }
    services.changed();
    state.panel.unkept = Some((chat, Instant::now()));
}

/// Has what replies are held to looked at where it has changed, on another thread: some
/// take their time.
fn check(state: &mut State, services: &Services) {
    let now = state.sampling_in_force();
    let checked = &state.panel.checked;
    if checked.grammar == now.grammar && checked.schema == now.json_schema {
        return;
    }
    let mut checked = Checked {
        grammar: now.grammar.clone(),
        schema: now.json_schema.clone(),
        fault: None,
    };
    state.panel.checked = checked.clone();
    services.jobs.run(move || {
        checked.fault = grammar::check(&now).err();
        Some(Outcome::Checked(checked))
    });
}

/// Keeps what has been set for a chat once it has come to rest.
pub(in crate::app) fn settle(state: &mut State, services: &Services, ctx: &egui::Context) {
    check(state, services);
    let Some((_, since)) = state.panel.unkept else {
        return;
    };
    match KEEP_AFTER.checked_sub(since.elapsed()) {
        Some(rest) => ctx.request_repaint_after(rest),
        None => keep_own(state, services),
    }
}

/// Keeps what has been set for a chat.
pub(in crate::app) fn keep_own(state: &mut State, services: &Services) {
    let Some((id, _)) = state.panel.unkept.take() else {
        return;
    };
    if let Some(chat) = state.chat(id) {
        services.write(vec![
            Write::System {
                chat: id,
                system: chat.system.clone(),
            },
            Write::Sampling {
                chat: id,
                sampling: chat.sampling.clone().map(Box::new),
            },
        ]);
    }
}

/// A chat that begins: with a copy of the instructions that new chats have, and the values
/// of their persona's preset.
pub(super) fn new_chat(state: &State, id: ChatId, now: i64) -> Chat {
    let mut chat = Chat::new(id, now);
    chat.system.clone_from(&state.settings.system);
    chat.sampling = state.sampling_of_new_chats();
    chat
}

/// What is to be written of a chat that begins, beside the chat itself.
pub(super) fn writes_of(chat: &Chat) -> impl Iterator<Item = Write> + use<> {
    let id = chat.id;
    let system = chat.system.clone().map(|system| Write::System {
        chat: id,
        system: Some(system),
    });
    let sampling = chat.sampling.clone().map(|sampling| Write::Sampling {
        chat: id,
        sampling: Some(Box::new(sampling)),
    });
    system.into_iter().chain(sampling)
}

fn choose_preset(
    state: &mut State,
    services: &Services,
    chat: Option<ChatId>,
    id: Option<PresetId>,
) {
    let preset = match &id {
        Some(id) => state.panel.preset(&state.i18n, id),
        None => Some(Preset::default()),
    };
    let Some(preset) = preset else { return };
    let taken = values(state, chat);
    let said = match (&id, chat) {
        (Some(_), _) => Text::new("preset-chosen").word("name", &preset.name),
        (None, None) => Text::new("preset-taken-off"),
        (None, Some(_)) => Text::new("preset-taken-off-chat"),
    };
    put_values(state, services, chat, id, preset.sampling);
    if preset.system.is_some() {
        set_system(state, services, chat, preset.system);
    }
    offer(state, said, taken);
}

fn put_values(
    state: &mut State,
    services: &Services,
    chat: Option<ChatId>,
    preset: Option<PresetId>,
    sampling: Sampling,
) {
    match chat {
        Some(chat) => {
            match preset {
                Some(id) => state.panel.chat_presets.insert(chat, id),
                None => state.panel.chat_presets.remove(&chat),
            };
            set_own(state, services, chat, Some(sampling));
        }
        None => {
            withdraw(state, None);
            state.settings.preset = preset;
            state.settings.sampling = sampling;
            state.settings.displaced = None;
            note_change(state, None);
            save(state, services);
        }
    }
}

fn save_preset(state: &mut State, services: &Services, chat: Option<ChatId>, preset: Preset) {
    let id = PresetId::Own(preset.name.clone());
    put_values(state, services, chat, Some(id), preset.sampling.clone());
    put(state, services, Item::Preset(preset));
}

fn ask_where(state: &State, services: &Services, id: &PresetId) {
    let Some(preset) = state.panel.preset(&state.i18n, id) else {
        return;
    };
    let file = dialog(&state.i18n, "dialog-export-preset")
        .add_filter("TOML", &["toml"])
        .add_filter("JSON", &["json"])
        .set_file_name(format!("{}.toml", preset.name))
        .save_file();
    wait_for(services, file, move |file| {
        let path = file.path();
        match presets::export(&preset, path) {
            Ok(()) => {
                let text = Text::new("preset-exported").word("path", path.display());
                Outcome::Told(Weight::Done, text)
            }
            Err(error) => Outcome::Told(Weight::Error, error.text()),
        }
    });
}

fn choose_persona(
    state: &mut State,
    services: &Services,
    chat: Option<ChatId>,
    name: Option<&str>,
) {
    let persona = name.and_then(|name| state.panel.persona(name).cloned());
    if name.is_some() && persona.is_none() {
        return;
    }
    let taken = values(state, chat);
    let said = match &persona {
        Some(persona) => Text::new("persona-chosen").word("name", &persona.name),
        None => Text::new("system-cleared"),
    };
    if chat.is_none() {
        state.settings.persona = persona.as_ref().map(|it| it.name.clone());
    }
    let preset = persona.as_ref().and_then(|it| it.preset.clone());
    set_system(state, services, chat, persona.map(|it| it.prompt));
    // What new chats begin with is looked up when they do.
    if let (Some(chat), Some(id)) = (chat, preset)
        && let Some(preset) = state.panel.preset(&state.i18n, &id)
    {
        put_values(state, services, Some(chat), Some(id), preset.sampling);
    }
    offer(state, said, taken);
}
