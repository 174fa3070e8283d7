//! The user's presets and personas: what is done to one is done to its file, and to
//! everything that names it.

use super::undo::offer;
use crate::app::command::{Command, PanelCommand, Taken};
use crate::app::state::State;
use crate::app::update::{Services, save};
use crate::i18n::Text;
use crate::params::PresetId;
use crate::presets::{self, Change, Item, Kind, Persona};

/// Keeps a preset or a persona, in place of the one of its name.
pub(super) fn put(state: &mut State, services: &Services, item: Item) {
    withdraw(state, &item);
    if let Some(shelf) = &services.shelf {
        shelf.change(Change::Put(item.clone()));
    }
    match item {
        Item::Preset(preset) => {
            state.panel.presets.retain(|it| it.name != preset.name);
            state.panel.presets.push(preset);
        }
        Item::Persona(persona) => {
            state.panel.personas.retain(|it| it.name != persona.name);
            state.panel.personas.push(persona);
        }
    }
    sort(state);
}

pub(super) fn sort(state: &mut State) {
    let panel = &mut state.panel;
    panel
        .presets
        .sort_by_cached_key(|it| it.name.to_lowercase());
    panel
        .personas
        .sort_by_cached_key(|it| it.name.to_lowercase());
}

fn take(state: &mut State, services: &Services, kind: Kind, name: &str) -> Option<Item> {
    let item = match kind {
        Kind::Preset => Item::Preset(state.panel.own_preset(name)?.clone()),
        Kind::Persona => Item::Persona(state.panel.persona(name)?.clone()),
    };
    state
        .panel
        .presets
        .retain(|it| kind != Kind::Preset || it.name != name);
    state
        .panel
        .personas
        .retain(|it| kind != Kind::Persona || it.name != name);
    if let Some(shelf) = &services.shelf {
        shelf.change(Change::Remove(kind, name.to_owned()));
    }
    Some(item)
}

pub(super) fn delete(state: &mut State, services: &Services, kind: Kind, name: &str) {
    let Some(item) = take(state, services, kind, name) else {
        return;
    };
    let said = Text::new("panel-deleted").word("name", name);
    offer(state, said, Taken::Item(item));
}

/// Offers no longer to bring back one whose name another has by now.
fn withdraw(state: &mut State, item: &Item) {
    let has_its_name = |other: &Item| match (item, other) {
        (Item::Preset(one), Item::Preset(other)) => one.name == other.name,
        (Item::Persona(one), Item::Persona(other)) => one.name == other.name,
        _ => false,
    };
    state.toasts.retain(|toast| match toast.undo.as_deref() {
        Some(Command::Panel(PanelCommand::PutBack(taken))) => {
            !matches!(&**taken, Taken::Item(other) if has_its_name(other))
        }
        _ => true,
    });
}

pub(super) fn is_taken(state: &State, kind: Kind, name: &str) -> bool {
    match kind {
        Kind::Preset => state.panel.own_preset(name).is_some(),
        Kind::Persona => state.panel.persona(name).is_some(),
    }
}

pub(super) fn copy_name(state: &State, name: &str, kind: Kind) -> String {
    let wished = state.i18n.text(&Text::new("copy-of").word("name", name));
    presets::free_name(&wished, |name| is_taken(state, kind, name))
}

/// Calls a preset or a persona something else, wherever it is named.
pub(super) fn rename(state: &mut State, services: &Services, kind: Kind, name: &str, new: &str) {
    let new = new.trim();
    if new.is_empty() || new == name {
        return;
    }
    let new = presets::free_name(new, |name| is_taken(state, kind, name));
    let mut item = match kind {
        Kind::Preset => state.panel.own_preset(name).cloned().map(Item::Preset),
        Kind::Persona => state.panel.persona(name).cloned().map(Item::Persona),
    };
    match &mut item {
        Some(Item::Preset(preset)) => preset.name.clone_from(&new),
        Some(Item::Persona(persona)) => persona.name.clone_from(&new),
        None => return,
    }
    // First the new file, then the old one: whatever happens, one of them is there.
    if let Some(item) = item {
        put(state, services, item);
    }
    take(state, services, kind, name);
    match kind {
        Kind::Preset => rename_preset(state, services, name, &new),
        Kind::Persona if state.settings.persona.as_deref() == Some(name) => {
            state.settings.persona = Some(new);
        }
        Kind::Persona => {}
    }
    save(state, services);
}

/// Everything that names the preset names it anew.
fn rename_preset(state: &mut State, services: &Services, name: &str, new: &str) {
    let follow = |id: &mut PresetId| {
        let is_it = matches!(id, PresetId::Own(own) if own == name);
        if is_it {
            *id = PresetId::Own(new.to_owned());
        }
        is_it
    };
    let settings = &mut state.settings;
    settings.preset.as_mut().map(follow);
    settings.model_presets.values_mut().for_each(|id| {
        follow(id);
    });
    let displaced = settings.displaced.as_mut();
    displaced.and_then(|it| it.preset.as_mut()).map(follow);
    state.panel.chat_presets.values_mut().for_each(|id| {
        follow(id);
    });
    let has_it = |persona: &mut Persona| persona.preset.as_mut().is_some_and(follow);
    let personas = state.panel.personas.iter_mut();
    let changed: Vec<Persona> = personas
        .filter_map(|it| has_it(it).then(|| it.clone()))
        .collect();
    for persona in changed {
        put(state, services, Item::Persona(persona));
    }
}
