//! The one place where the window's state changes: by a command of the user, an update of
//! the engine, or the outcome of a job.

mod bin;
mod chats;
mod composer;
mod models;
mod replies;
mod transfer;

use std::cell::Cell;
use std::path::PathBuf;
use std::sync::Arc;

use super::command::{Action, Command, Shelf};
use super::jobs::{Jobs, Outcome};
use super::state::{Draft, Overlay, State, Topic, Weight};
use super::theme::size;
use crate::engine::Update;
use crate::i18n::{I18n, Localize, Text};
use crate::library;
use crate::paths::Paths;
use crate::prompts;
use crate::session::Session;
use crate::settings::Saver;
use crate::store::Keeper;
pub(in crate::app) use bin::fade;
pub(in crate::app) use chats::{holds_back_close, keep_draft, look_again};

/// What acts on the world outside the window.
pub(in crate::app) struct Services {
    pub(in crate::app) session: Session,
    /// After the session: what it passes on last is still to be written.
    pub(in crate::app) keeper: Arc<Keeper>,
    /// Counts what this window has written: what was read before is old.
    pub(in crate::app) revision: Cell<u64>,
    /// `None` where the system could not start its thread: settings then hold until the end.
    pub(in crate::app) saver: Option<Saver>,
    /// `None` where the system could not start its thread: no prompts are saved then.
    pub(in crate::app) prompts: Option<prompts::Shelf>,
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
        Command::Do(Action::NewChat) => chats::leave(state),
        Command::Do(Action::Stop) => replies::stop(state, services),
        Command::Do(Action::OpenFile) => models::pick_file(&state.i18n, services),
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
        Command::Do(Action::Find) => {
            if is_narrower(ctx, size::VERY_NARROW) {
                state.overlay = Some(Overlay::Chats);
            }
            state.shows_chats = true;
            chats::show(state, services, Shelf::Chats);
        }
        Command::Do(Action::Undo) => bin::undo(state, services),
        Command::Send(text) => {
            // The count was that of the draft which is now sent.
            state.draft = Draft::default();
            replies::send(state, services, text);
        }
        Command::Edit(message, text) => replies::edit(state, services, message, text),
        Command::Regenerate(message) => replies::regenerate(state, services, message),
        Command::Continue(message) => replies::go_on(state, services, message),
        Command::Count(text) => {
            let chat = state.current_chat();
            state.draft.request = Some(services.session.count(chat, &text));
        }
        Command::SetOverflow(overflow) => {
            state.settings.overflow = overflow;
            services.session.follow(&state.settings, &services.paths);
            save(state, services);
        }
        Command::KeepDraft(chat, text) => chats::keep_draft(state, services, chat, text),
        Command::OpenChat(id) => chats::open(state, services, id),
        Command::OpenMessage(chat, message) => {
            state.jump = Some((chat, message));
            chats::open(state, services, chat);
        }
        Command::Arrived => state.jump = None,
        Command::ChooseVersion(message) => chats::choose_version(state, services, message),
        Command::MoreChats => chats::more(state, services),
        Command::Show(shelf) => chats::show(state, services, shelf),
        Command::Search(query) => chats::search(state, services, query),
        Command::Rename(chat, title) => chats::rename(state, services, chat, &title),
        Command::Pin(chat, is_pinned) => chats::pin(state, services, chat, is_pinned),
        Command::Archive(chat, is_archived) => chats::archive(services, chat, is_archived),
        Command::Move(chat, folder) => chats::put_into(services, chat, folder),
        Command::MoveToNew(chat, name) => chats::put_into_new(services, chat, name),
        Command::RenameFolder(folder, name) => chats::rename_folder(services, folder, name),
        Command::Delete(target) => bin::delete(state, services, target),
        Command::Restore(deletion) => bin::restore(state, services, deletion),
        Command::Destroy(deletion) => bin::destroy(state, services, deletion),
        Command::EmptyBin => bin::empty_bin(state, services),
        Command::Export(chats, format) => transfer::ask_where(state, services, chats, format),
        Command::Import => transfer::ask_which(state, services),
        Command::RestoreBackup(name) => chats::restore_backup(state, services, name),
        Command::RetryStore => chats::retry(state, services),
        Command::LoadModel(path) => models::load(state, services, path),
        Command::ReloadModel => models::reload(state, services),
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
        Command::DropFiles(_)
        | Command::PickAttachments
        | Command::TookAttachments
        | Command::AnswerFiles(_)
        | Command::EditPrompts(_)
        | Command::SetSendWith(_) => composer::act(state, services, command),
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
        Update::Loading { .. }
        | Update::Loaded(_)
        | Update::Kept(_)
        | Update::Unloaded { .. }
        | Update::LoadFailed { .. } => models::receive(state, services, update),
        Update::Notice { notice, .. } => {
            state.notify(Weight::Warning, notice.text(), Topic::Engine);
        }
        Update::Ended(error) => state.notify(Weight::Warning, error.text(), Topic::Engine),
        Update::Prefill { .. }
        | Update::LeftOut { .. }
        | Update::Piece { .. }
        | Update::Done { .. }
        | Update::Failed { .. } => replies::receive(state, update),
    }
}

/// The thread that talks to the engine has ended, which is a fault in Charla: what is
/// being written will not go on.
pub(in crate::app) fn lose_session(state: &mut State) {
    let text = Text::new("cli-client-ended");
    if state.notices.iter().all(|notice| notice.text != text) {
        state.notify(Weight::Error, text, Topic::Settings);
    }
    replies::interrupt(state);
}

/// Takes in what came of a job.
pub(in crate::app) fn finish_job(state: &mut State, services: &mut Services, outcome: Outcome) {
    match outcome {
        Outcome::Library(entries) => state.library = Some(entries),
        Outcome::FirstModel(Some(path)) => {
            if matches!(state.model, super::state::ModelState::None) {
                models::load(state, services, path);
            }
        }
        Outcome::FirstModel(None) => {}
        Outcome::Picked(path) => models::load(state, services, path),
        Outcome::Asked(request) => replies::asked(state, services, request),
        Outcome::NotSaved(text) => state.notify(Weight::Warning, text, Topic::Settings),
        Outcome::ExportTo(path, chats, format) => {
            transfer::export_to(services, path, chats, format);
        }
        Outcome::ImportFrom(paths) => transfer::import_from(state, services, paths),
        Outcome::Prompts(read) => composer::take_prompts(state, read),
        Outcome::Files(files) => composer::take_files(state, services, files),
        Outcome::Attach(chat, paths) => composer::attach(services, chat, paths),
        Outcome::Over(text) => state.notices.retain(|notice| notice.text != text),
        Outcome::Told(weight, text) => state.notify(weight, text, Topic::Chats),
        outcome => chats::receive(state, services, outcome),
    }
}

/// Begins with the model the user named, or with the one used last.
pub(in crate::app) fn begin(state: &mut State, services: &mut Services, file: Option<PathBuf>) {
    match file {
        Some(path) => models::load(state, services, path),
        None => {
            let (paths, settings) = (services.paths.clone(), state.settings.clone());
            services.jobs.run(move || {
                let chosen = crate::session::choose_model(&paths, &settings, None).ok();
                Some(Outcome::FirstModel(chosen))
            });
        }
    }
    services.read_library();
    chats::begin(services);
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
