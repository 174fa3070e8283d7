//! The one place where the window's state changes: by a command of the user, an update of
//! the engine, or the outcome of a job.

use std::path::PathBuf;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use super::command::{Action, Command};
use super::jobs::{Jobs, Outcome};
use super::state::{Draft, ModelState, Overlay, Reply, State, Topic, Weight};
use super::theme::size;
use crate::chat::{Chat, ChatId, Finish, Role};
use crate::engine::protocol::{RequestId, TemplateSource};
use crate::engine::{Error, Fault, Update};
use crate::i18n::{I18n, Localize, Text};
use crate::library;
use crate::paths::Paths;
use crate::session::Session;
use crate::settings::Saver;

/// What acts on the world outside the window.
pub(in crate::app) struct Services {
    pub(in crate::app) session: Session,
    /// `None` where the system could not start its thread: settings then hold until the end.
    pub(in crate::app) saver: Option<Saver>,
    pub(in crate::app) jobs: Jobs,
    pub(in crate::app) paths: Paths,
}

impl Services {
    /// Reads the model folders again.
    pub(in crate::app) fn read_library(&self) {
        let paths = self.paths.clone();
        self.jobs
            .run(move || Some(Outcome::Library(library::scan(&paths.model_folders()))));
    }
}

/// Acts on a command.
pub(in crate::app) fn act(
    state: &mut State,
    services: &mut Services,
    ctx: &egui::Context,
    command: Command,
) {
    match command {
        Command::Do(Action::NewChat) => {
            state.draft = Draft::default();
            state.current = None;
            state.overlay = None;
        }
        Command::Do(Action::Stop) => stop(state, services),
        Command::Do(Action::OpenFile) => pick_file(&state.i18n, services),
        Command::Do(Action::ToggleChats) => {
            if is_narrower(ctx, size::VERY_NARROW) {
                toggle_overlay(state, Overlay::Chats);
            } else {
                state.shows_chats = !state.shows_chats;
            }
        }
        Command::Do(Action::ToggleSettings) => {
            if is_narrower(ctx, size::NARROW) {
                toggle_overlay(state, Overlay::Settings);
            } else {
                state.shows_settings = !state.shows_settings;
            }
        }
        Command::Send(text) => {
            // The count was that of the draft which is now sent.
            state.draft = Draft::default();
            send(state, services, text);
        }
        Command::Count(text) => {
            let chat = state.current_chat();
            state.draft.request = Some(services.session.count(chat, &text));
        }
        Command::SetOverflow(overflow) => {
            state.settings.overflow = overflow;
            services.session.follow(&state.settings, &services.paths);
            save(state, services);
        }
        Command::OpenChat(id) => {
            state.draft = Draft::default();
            state.current = Some(id);
            state.overlay = None;
        }
        Command::LoadModel(path) => load(state, services, path),
        Command::ReloadModel => {
            let path = match &state.model {
                ModelState::Loaded(model) => Some(model.path.clone()),
                ModelState::Failed { path } | ModelState::Asleep { path } => Some(path.clone()),
                ModelState::None | ModelState::Loading { .. } => None,
            };
            if let Some(path) = path {
                load(state, services, path);
            }
        }
        Command::ReadLibrary => services.read_library(),
        Command::CancelLoad => services.session.cancel_load(),
        Command::SetSampling(sampling) => {
            if let Some(reply) = &mut state.reply {
                reply.settings_changed |= state.settings.sampling != sampling;
            }
            state.settings.sampling = sampling;
            save(state, services);
        }
        Command::SetLoadOptions(options) => {
            state.settings.load = options;
            save(state, services);
        }
        Command::SetLanguage(language) => {
            state.settings.language = language;
            state.i18n = I18n::new(state.settings.language());
            save(state, services);
        }
        Command::SetTheme(theme) => {
            state.settings.theme = theme;
            save(state, services);
        }
        Command::Copy(text) => ctx.copy_text(text),
        Command::Dismiss(id) => state.notices.retain(|notice| notice.id != id),
    }
}

/// Takes in what the engine's client says.
pub(in crate::app) fn receive(state: &mut State, services: &mut Services, update: Update) {
    match update {
        Update::Ready { .. } => {}
        Update::Counted {
            id, prompt_tokens, ..
        } => {
            if state.draft.request == Some(id) {
                state.draft.prompt_tokens = Some(prompt_tokens);
            }
        }
        Update::Loading { path, fraction } => state.model = ModelState::Loading { path, fraction },
        Update::Loaded(model) => {
            state
                .notices
                .retain(|notice| notice.topic == Topic::Settings);
            if model.template == TemplateSource::ChatMl {
                state.notify(Weight::Warning, Text::new("note-no-template"), Topic::Model);
            }
            for notice in &model.notices {
                state.notify(Weight::Warning, notice.text(), Topic::Model);
            }
            state.loaded_with.clone_from(&state.asked_with);
            state.settings.model = Some(model.path.clone());
            state.model = ModelState::Loaded(model);
            save(state, services);
        }
        Update::Kept(model) => state.model = ModelState::Loaded(model),
        Update::Unloaded { path } => state.model = ModelState::Asleep { path },
        Update::LoadFailed { path, error } => load_failed(state, path, &error),
        Update::Prefill {
            id,
            done_tokens,
            total_tokens,
        } => {
            if let Some(reply) = reply(state, id) {
                reply.prefill = Some((done_tokens, total_tokens));
            }
        }
        Update::LeftOut { turns, tokens, .. } => {
            let text = Text::new("notice-left-out")
                .count("turns", turns.len() as u64)
                .count("tokens", tokens);
            state.notify(Weight::Warning, text, Topic::Engine);
        }
        Update::Notice { notice, .. } => {
            state.notify(Weight::Warning, notice.text(), Topic::Engine);
        }
        Update::Piece {
            id,
            text,
            is_reasoning,
            generated_tokens,
            context_tokens,
            ..
        } => {
            let Some(reply) = reply(state, id) else {
                return;
            };
            reply.prefill = None;
            reply.generated_tokens = generated_tokens;
            reply.first_piece.get_or_insert_with(Instant::now);
            let (chat, message) = (reply.chat, reply.message);
            state.context_tokens.insert(chat, context_tokens);
            if let Some(message) = state.chat_mut(chat).and_then(|it| it.message_mut(message)) {
                match is_reasoning {
                    true => message.reasoning.push_str(&text),
                    false => message.text.push_str(&text),
                }
            }
        }
        Update::Done {
            id,
            finish,
            timings,
            context_tokens,
            ..
        } => {
            if let Some(reply) = state.reply.take_if(|reply| reply.request == id) {
                if context_tokens > 0 {
                    state.context_tokens.insert(reply.chat, context_tokens);
                }
                let chat = state.chat_mut(reply.chat);
                if let Some(message) = chat.and_then(|it| it.message_mut(reply.message)) {
                    message.finish = Some(finish);
                    message.timings = Some(timings);
                }
            }
        }
        Update::Failed { id, error } => {
            if let Some(reply) = state.reply.take_if(|reply| reply.request == id) {
                reply_failed(state, &reply, &error);
            }
        }
        Update::Ended(error) => state.notify(Weight::Warning, error.text(), Topic::Engine),
    }
}

/// The thread that talks to the engine has ended, which is a fault in Charla: what is
/// being written will not go on.
pub(in crate::app) fn lose_session(state: &mut State) {
    let text = Text::new("cli-client-ended");
    if state.notices.iter().all(|notice| notice.text != text) {
        state.notify(Weight::Error, text, Topic::Settings);
    }
    if let Some(reply) = state.reply.take()
        && let Some(message) = state
            .chat_mut(reply.chat)
            .and_then(|chat| chat.message_mut(reply.message))
    {
        message.finish = Some(Finish::Interrupted);
    }
}

/// Takes in what came of a job.
pub(in crate::app) fn finish_job(state: &mut State, services: &mut Services, outcome: Outcome) {
    match outcome {
        Outcome::Library(entries) => state.library = Some(entries),
        Outcome::FirstModel(Some(path)) => {
            if matches!(state.model, ModelState::None) {
                load(state, services, path);
            }
        }
        Outcome::FirstModel(None) => {}
        Outcome::Picked(path) => load(state, services, path),
        Outcome::NotSaved(text) => state.notify(Weight::Warning, text, Topic::Settings),
    }
}

/// Begins with the model the user named, or with the one used last.
pub(in crate::app) fn begin(state: &mut State, services: &mut Services, file: Option<PathBuf>) {
    match file {
        Some(path) => load(state, services, path),
        None => {
            let (paths, settings) = (services.paths.clone(), state.settings.clone());
            services.jobs.run(move || {
                let chosen = crate::session::choose_model(&paths, &settings, None).ok();
                Some(Outcome::FirstModel(chosen))
            });
        }
    }
    services.read_library();
}

fn send(state: &mut State, services: &mut Services, text: String) {
    if state.reply.is_some() || text.trim().is_empty() {
        return;
    }
    // The options may be others than those that failed, or that it slept with; the file may
    // be back.
    if let ModelState::Failed { path } | ModelState::Asleep { path } = &state.model {
        let path = path.clone();
        load(state, services, path);
    }
    let now = now_unix_s();
    let model = match &state.model {
        ModelState::Loaded(model) => Some(state.model_name(&model.path)),
        ModelState::Loading { path, .. }
        | ModelState::Failed { path }
        | ModelState::Asleep { path } => Some(state.model_name(path)),
        ModelState::None => None,
    };
    let sampling = state.settings.sampling.clone();
    let chat = open_chat(state, now);
    chat.push(Role::User, text, now);
    let request = services.session.reply(chat, sampling);
    let answer = chat.push(Role::Assistant, String::new(), now);
    answer.model = model;
    let message = answer.id;
    let chat = chat.id;
    state.reply = Some(Reply {
        request,
        chat,
        message,
        prefill: None,
        generated_tokens: 0,
        first_piece: None,
        settings_changed: false,
        is_stopping: false,
    });
}

/// The chat in view, or a new one in its place.
fn open_chat(state: &mut State, now: i64) -> &mut Chat {
    let open = state
        .current
        .and_then(|id| state.chats.iter().position(|chat| chat.id == id));
    let index = open.unwrap_or_else(|| {
        let newest = state.chats.iter().map(|chat| chat.id.0).max();
        let id = ChatId(newest.map_or(0, |id| id + 1));
        state.chats.insert(0, Chat::new(id, now));
        state.current = Some(id);
        0
    });
    &mut state.chats[index]
}

fn stop(state: &mut State, services: &Services) {
    if let Some(reply) = &mut state.reply
        && !reply.is_stopping
    {
        reply.is_stopping = true;
        services.session.cancel(reply.request);
    }
}

fn load(state: &mut State, services: &mut Services, path: PathBuf) {
    let options = state.settings.load.clone();
    // What was said about the model before is no longer of interest.
    state.notices.retain(|notice| notice.topic != Topic::Model);
    state.asked_with.clone_from(&options);
    state.model = ModelState::Loading {
        path: path.clone(),
        fraction: 0.0,
    };
    services.session.load(path, options);
}

fn load_failed(state: &mut State, path: PathBuf, error: &Error) {
    if *error == Error::Refused(Fault::LoadCancelled) {
        state.model = ModelState::None;
        return;
    }
    state.loaded_with.clone_from(&state.asked_with);
    state.model = ModelState::Failed { path };
    // Where a reply was waiting, its own failure says the same in a better place.
    if state.reply.is_none() {
        state.notify(Weight::Error, error.text(), Topic::Model);
    }
}

fn reply_failed(state: &mut State, reply: &Reply, error: &Error) {
    let key = (reply.chat, reply.message);
    state.failures.insert(key, error.text());
    let chat = state.chat_mut(reply.chat);
    if let Some(message) = chat.and_then(|it| it.message_mut(reply.message)) {
        message.finish = Some(Finish::Interrupted);
    }
}

fn reply(state: &mut State, id: RequestId) -> Option<&mut Reply> {
    state.reply.as_mut().filter(|reply| reply.request == id)
}

/// Forgets the panel over the conversation once the window has room for it beside.
pub(in crate::app) fn fit(state: &mut State, ctx: &egui::Context) {
    let needed = match state.overlay {
        Some(Overlay::Chats) => size::VERY_NARROW,
        Some(Overlay::Settings) => size::NARROW,
        None => return,
    };
    if !is_narrower(ctx, needed) {
        state.overlay = None;
    }
}

fn is_narrower(ctx: &egui::Context, width: f32) -> bool {
    ctx.content_rect().width() < width
}

fn toggle_overlay(state: &mut State, overlay: Overlay) {
    state.overlay = match state.overlay == Some(overlay) {
        true => None,
        false => Some(overlay),
    };
}

fn save(state: &State, services: &Services) {
    if let Some(saver) = &services.saver {
        saver.save(&state.settings);
    }
}

/// Opens the system's dialog. It is made on this thread, as macOS wants it, and waited for
/// on another.
fn pick_file(i18n: &I18n, services: &Services) {
    let dialog = rfd::AsyncFileDialog::new()
        .set_title(i18n.get("dialog-open-model"))
        .add_filter(i18n.get("dialog-models"), &["gguf"])
        .pick_file();
    services.jobs.run(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().build().ok()?;
        let file = runtime.block_on(dialog)?;
        Some(Outcome::Picked(file.path().to_owned()))
    });
}

fn now_unix_s() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |elapsed| {
            elapsed.as_secs().try_into().unwrap_or(i64::MAX)
        })
}
