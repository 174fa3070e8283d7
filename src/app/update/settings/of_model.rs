//! The preset that a model begins with.

use std::path::Path;

use super::undo::offer_reset;
use crate::app::command::{Command, ModelsCommand};
use crate::app::state::State;
use crate::app::update::{Services, save};
use crate::params::{LoadOptions, PresetId};
use crate::settings::Displaced;

pub(super) fn set_model_preset(state: &mut State, services: &Services, id: Option<PresetId>) {
    if let Some(path) = state.settings.model.clone() {
        set_preset_of(state, services, &path, id);
    }
}

/// Keeps which preset the model of a file begins with.
pub(in crate::app::update) fn set_preset_of(
    state: &mut State,
    services: &Services,
    path: &Path,
    id: Option<PresetId>,
) {
    let Some(file) = file_name(path) else {
        return;
    };
    match id {
        Some(id) => state.settings.model_presets.insert(file, id),
        None => state.settings.model_presets.remove(&file),
    };
    save(state, services);
}

/// Keeps what is set for the model of a file alone.
pub(in crate::app::update) fn set_own_load(
    state: &mut State,
    services: &Services,
    path: &Path,
    options: &LoadOptions,
) {
    let Some(file) = file_name(path) else {
        return;
    };
    let before = match *options == LoadOptions::default() {
        true => state.settings.model_load.remove(&file),
        false => state.settings.model_load.insert(file, options.clone()),
    };
    save(state, services);
    let before = before.unwrap_or_default();
    let undo = ModelsCommand::SetLoad(path.to_owned(), before.clone());
    offer_reset(state, &before, options, Command::Models(undo));
}

fn file_name(path: &Path) -> Option<String> {
    Some(path.file_name()?.to_string_lossy().into_owned())
}

/// A model has been loaded. Where it takes another's place, what the other's preset had
/// displaced comes back, unless the user has changed it since, and its own preset begins.
/// The same model again changes nothing: not what the user has set since.
pub(in crate::app::update) fn follow_model(state: &mut State, path: &Path) {
    if state.settings.model.as_deref() == Some(path) {
        return;
    }
    let in_force = state.preset_in_force(None);
    let is_untouched = in_force.is_some_and(|it| !it.is_modified);
    if let Some(before) = state.settings.displaced.take()
        && is_untouched
    {
        state.settings.preset = before.preset;
        state.settings.sampling = before.sampling;
    }
    state.settings.model = Some(path.to_owned());
    match state.panel.are_read {
        true => begin_with_model_preset(state),
        false => state.panel.awaits_presets = true,
    }
}

pub(super) fn begin_with_model_preset(state: &mut State) {
    let file = state.settings.model.as_deref().and_then(file_name);
    let id = file.and_then(|file| state.settings.model_presets.get(&file).cloned());
    let Some(id) = id else { return };
    let Some(preset) = state.panel.preset(&state.i18n, &id) else {
        return;
    };
    if state.settings.sampling == preset.sampling {
        return;
    }
    state.settings.displaced = Some(Displaced {
        preset: state.settings.preset.replace(id),
        sampling: std::mem::replace(&mut state.settings.sampling, preset.sampling),
    });
}
