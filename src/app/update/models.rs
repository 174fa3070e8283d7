//! Loading models.

use std::path::{Path, PathBuf};
use std::time::Instant;

use super::{Services, models_page, save, settings, transfer};
use crate::app::command::{Command, ModelsCommand};
use crate::app::jobs::Outcome;
use crate::app::state::{Before, ModelState, State, Topic, Weight};
use crate::engine::protocol::{ModelInfo, TemplateSource};
use crate::engine::{During, Error, Fault, Update};
use crate::i18n::{Arg, I18n, Localize, Text};

/// Takes in what becomes of a load.
pub(super) fn receive(state: &mut State, services: &Services, update: Update) {
    match update {
        Update::Loading { path, fraction } => {
            if !matches!(state.model, ModelState::Loading { .. }) {
                state.loading_since = Some(Instant::now());
            }
            state.model = ModelState::Loading { path, fraction };
        }
        Update::Loaded(model) => {
            state.notices.retain(|notice| {
                matches!(
                    notice.topic,
                    Topic::Settings | Topic::Chats | Topic::Files | Topic::Prompts
                )
            });
            if model.template == TemplateSource::ChatMl {
                state.notify(Weight::Warning, Text::new("note-no-template"), Topic::Model);
            }
            for notice in &model.notices {
                state.notify(Weight::Warning, notice.text(), Topic::Model);
            }
            state.loaded_with.clone_from(&state.asked_with);
            state.before = None;
            state.doubt_context();
            settings::follow_model(state, &model.path);
            models_page::note_use(state, services, &model.path);
            // A file from elsewhere is one of the models from now on.
            if state.entry(&model.path).is_none() {
                services.read_library(&state.settings);
            }
            state.model = ModelState::Loaded(model);
            save(state, services);
        }
        Update::Kept(model) => {
            state.rewrite = None;
            keep(state, model);
        }
        Update::Unloaded { path } => state.model = ModelState::Asleep { path },
        Update::LoadFailed { path, error, kept } => {
            // A draft model, too, may have been what it died of.
            if is_death(&error) && state.asked_with.draft_model.is_none() {
                models_page::note_death(state, services, &path);
            }
            load_failed(state, &path, &error, kept);
        }
        _ => {}
    }
}

/// Whether the engine died of what it was loading. What was ended from outside says nothing
/// of the file.
fn is_death(error: &Error) -> bool {
    const KILLED: i32 = 9;
    const ASKED_TO_END: i32 = 15;
    match error {
        Error::Signal { signal, during, .. } => {
            let is_own = ![KILLED, ASKED_TO_END].contains(signal);
            is_own && matches!(during, During::Load(_))
        }
        Error::Exit { during, .. } => matches!(during, During::Load(_)),
        _ => false,
    }
}

/// Does not load what has ended the engine each time; the user may insist on its page.
pub(super) fn refuse(state: &mut State, services: &Services, path: PathBuf) {
    let text = Text::new("model-kills-engine").word("model", state.model_name(&path));
    // What is loaded goes on answering.
    let has_other = matches!(
        state.model,
        ModelState::Loaded(_) | ModelState::Asleep { .. }
    );
    if !has_other {
        services.session.cancel_load();
        state.model = ModelState::Failed { path };
    }
    state.notify(Weight::Error, text, Topic::Model);
}

/// Loads a model in place of the one that is loaded.
pub(super) fn load(state: &mut State, services: &mut Services, path: PathBuf) {
    if state.kills_engine(&path) {
        refuse(state, services, path);
        return;
    }
    begin(state, services, path);
}

/// The same, however little memory there is. It is loaded so until the window is closed.
pub(super) fn force(state: &mut State, services: &mut Services, path: PathBuf) {
    state.models.is_open = false;
    state.forced = Some(path.clone());
    load(state, services, path);
}

/// The same, whatever it has done to the engine.
pub(super) fn insist(state: &mut State, services: &mut Services, path: PathBuf) {
    state.models.is_open = false;
    begin(state, services, path);
}

fn begin(state: &mut State, services: &mut Services, path: PathBuf) {
    let options = state.settings.load_of(&path);
    // What was said about the model before is no longer of interest.
    state.notices.retain(|notice| notice.topic != Topic::Model);
    state.asked_with.clone_from(&options);
    let before = |path: &PathBuf, was_asleep| Before {
        path: path.clone(),
        was_asleep,
    };
    match &state.model {
        ModelState::Loaded(model) => state.before = Some(before(&model.path, false)),
        ModelState::Asleep { path } => state.before = Some(before(path, true)),
        // One that did not come to anything has not been used in between.
        ModelState::None | ModelState::Loading { .. } | ModelState::Failed { .. } => {}
    }
    state.loading_since = Some(Instant::now());
    state.rewrite = None;
    state.model = ModelState::Loading {
        path: path.clone(),
        fraction: 0.0,
    };
    match state.forced.as_ref() == Some(&path) {
        true => services.session.load_anyway(path, options),
        false => services.session.load(path, options),
    }
}

/// Loads the same model again, with the settings as they are now.
pub(super) fn reload(state: &mut State, services: &mut Services) {
    let path = match &state.model {
        ModelState::Loaded(model) => Some(model.path.clone()),
        ModelState::Failed { path } | ModelState::Asleep { path } => Some(path.clone()),
        ModelState::None | ModelState::Loading { .. } => None,
    };
    if let Some(path) = path {
        load(state, services, path);
    }
}

/// Sees to it that a model will answer. The options may be others than those that failed,
/// or that it slept with; the file may be back.
pub(super) fn wake(state: &mut State, services: &mut Services) {
    if let ModelState::Failed { path } | ModelState::Asleep { path } = &state.model {
        let path = path.clone();
        load(state, services, path);
    }
}

/// The name of the model that will answer.
pub(super) fn name(state: &State) -> Option<String> {
    match &state.model {
        ModelState::Loaded(model) => Some(state.model_name(&model.path)),
        ModelState::Loading { path, .. }
        | ModelState::Failed { path }
        | ModelState::Asleep { path } => Some(state.model_name(path)),
        ModelState::None => None,
    }
}

/// A model goes on answering in place of the one that was to be loaded.
fn keep(state: &mut State, model: Box<ModelInfo>) {
    state.asked_with.clone_from(&state.loaded_with);
    state.before = None;
    state.model = ModelState::Loaded(model);
}

fn load_failed(state: &mut State, path: &Path, error: &Error, kept: Option<Box<ModelInfo>>) {
    state.rewrite.take_if(|it| it.model == *path);
    if *error == Error::Refused(Fault::LoadCancelled) {
        // The next message brings the one before back.
        state.model = match state.before.take() {
            Some(Before { path, .. }) => ModelState::Asleep { path },
            None => ModelState::None,
        };
        return;
    }
    let mut ways = Vec::new();
    let mut text = error.text();
    if let Some(what) = error.if_forced() {
        let way = ModelsCommand::Force(path.to_owned());
        ways.push((Text::new("models-insist"), Command::Models(way)));
        text = Text::new("load-anyway")
            .with("error", Arg::Text(Box::new(text)))
            .with("what", Arg::Text(Box::new(what)));
    }
    // Where a reply was waiting, its own failure says the same in a better place.
    let is_said = !state.replies.is_empty();
    if is_said {
        text = Text::new("load-failed-short").word("model", state.model_name(path));
    }
    if let Some(model) = kept {
        let name = state.model_name(&model.path);
        text = Text::new("load-failed-kept")
            .with("error", Arg::Text(Box::new(text)))
            .word("model", name);
        keep(state, model);
        state.offer(Weight::Error, text, Topic::Model, ways);
        return;
    }
    state.loaded_with.clone_from(&state.asked_with);
    state.model = match state.before.take() {
        // It gave up nothing: a message wakes it as before.
        Some(Before { path, was_asleep }) if was_asleep => ModelState::Asleep { path },
        Some(Before { path: before, .. }) if before != path => {
            let name = Text::new("load-back").word("model", state.model_name(&before));
            ways.push((name, Command::LoadModel(before)));
            ModelState::Failed {
                path: path.to_owned(),
            }
        }
        _ => ModelState::Failed {
            path: path.to_owned(),
        },
    };
    if !is_said || !ways.is_empty() {
        state.offer(Weight::Error, text, Topic::Model, ways);
    }
}

/// Asks which model to load.
pub(super) fn pick_file(i18n: &I18n, services: &Services) {
    let file = transfer::dialog(i18n, "dialog-open-model")
        .add_filter(i18n.get("dialog-models"), &["gguf"])
        .pick_file();
    transfer::wait_for(services, file, |file| {
        Outcome::Picked(file.path().to_owned())
    });
}
