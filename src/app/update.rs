//! The one place where the window's state changes: by a command of the user, an update of
//! the engine, or the outcome of a job.

mod actions;
mod bin;
mod branch;
mod chats;
mod composer;
mod hub;
mod looks;
mod models;
mod models_page;
mod replies;
mod settings;
mod several;
#[cfg(test)]
mod tests;
mod titles;
mod transfer;

use std::cell::Cell;
use std::path::PathBuf;
use std::sync::Arc;

use super::command::{Command, Each};
use super::jobs::{Jobs, Outcome};
use super::state::{Draft, ModelState, Overlay, State, Topic, Weight};
use super::theme::size;
use crate::chat::ChatId;
use crate::engine::Update;
use crate::i18n::{I18n, Localize, Text};
use crate::library;
use crate::library::watch::Watch;
use crate::paths::Paths;
use crate::presets;
use crate::prompts;
use crate::session::Session;
use crate::settings::{Saver, Settings};
use crate::store::Keeper;
pub(in crate::app) use bin::fade;
pub(in crate::app) use chats::{holds_back_close, keep_draft, look_again};
pub(in crate::app) use hub::Network;
pub(in crate::app) use models_page::Checks;
pub(in crate::app) use settings::{keep_own, settle};
pub(in crate::app) use transfer::cancel as cancel_transfer;

/// What acts on the world outside the window.
pub(in crate::app) struct Services {
    pub(in crate::app) session: Session,
    /// After the session: what it passes on last is still to be written.
    pub(in crate::app) keeper: Arc<Keeper>,
    /// Counts what this window has written: what was read before is old.
    pub(in crate::app) revision: Cell<u64>,
    /// Counts the readings of the model folders.
    pub(in crate::app) readings: Cell<u64>,
    /// The settings' file; `None` where it is not to be written.
    pub(in crate::app) saver: Option<Saver>,
    /// The files of presets and personas.
    pub(in crate::app) shelf: Option<presets::Shelf>,
    /// The saved prompts.
    pub(in crate::app) prompts: Option<prompts::Shelf>,
    pub(in crate::app) jobs: Jobs,
    /// The files that are being read through.
    pub(in crate::app) checks: models_page::Checks,
    /// The Hub and the downloads.
    pub(in crate::app) network: hub::Network,
    /// Looks whether models come or go; `None` where the system could not start its thread:
    /// they are then seen when the list is opened.
    pub(in crate::app) watch: Option<Watch>,
    pub(in crate::app) paths: Paths,
    /// The thread that writes small files, those above among them; `None` where the system
    /// could not start it: what is set holds until the end then. Last, for it writes what the
    /// others hand in.
    pub(in crate::app) disk: Option<filekit::Saver>,
}

impl Services {
    /// Reads the model folders again.
    pub(in crate::app) fn read_library(&self, settings: &Settings) {
        let (folders, opened) = (settings.library.clone(), settings.model.clone());
        let paths = self.paths.clone();
        let reading = self.readings.get() + 1;
        self.readings.set(reading);
        self.jobs.run(move || {
            let listing = library::look(&paths, &folders, opened.as_deref());
            Some(Outcome::Library(listing, reading))
        });
    }

    /// Whether anybody looks at the window.
    pub(in crate::app) fn attend(&self, is_attended: bool) {
        if let Some(watch) = &self.watch {
            watch.attend(is_attended);
        }
    }
}

/// Acts on a command.
#[expect(
    clippy::too_many_lines,
    reason = "one table: with a rest for another, a forgotten command would go unseen"
)]
pub(in crate::app) fn act(
    state: &mut State,
    services: &mut Services,
    ctx: &egui::Context,
    command: Command,
) {
    // What a chat has of its own is on its way to the disk before the chat is used or left.
    if !matches!(command, Command::Panel(_)) {
        settings::keep_own(state, services);
    }
    // Whoever asks for a chat wants to see it.
    if matches!(
        command,
        Command::OpenChat(_) | Command::OpenMessage(..) | Command::LoadModel(_)
    ) {
        state.models.is_open = false;
    }
    match command {
        Command::Panel(command) => settings::act(state, services, command),
        Command::Do(action) => actions::perform(state, services, ctx, action),
        Command::All(commands) => {
            for command in commands {
                act(state, services, ctx, command);
            }
        }
        Command::StopIn(chat) => replies::stop(state, services, chat),
        Command::Send(text) => {
            // The count was that of the draft which is now sent.
            state.draft = Draft::default();
            replies::send(state, services, text);
        }
        Command::Edit(message, text) => replies::edit(state, services, message, text),
        Command::Regenerate(message) => replies::regenerate(state, services, message),
        Command::Continue(message) => replies::go_on(state, services, message),
        Command::Count(text) => {
            if let ModelState::Loaded(model) = &state.model {
                let new = settings::new_chat(state, ChatId(0), 0);
                let chat = state.current_chat().unwrap_or(&new);
                let context_tokens = model.context_tokens;
                let request = services.session.count(Some(chat), &text, context_tokens);
                state.draft.request = Some(request);
            }
        }
        Command::SetOverflow(overflow) => {
            state.settings.overflow = overflow;
            services.session.follow(&state.settings, &services.paths);
            save(state, services);
        }
        Command::KeepDraft(chat, text) => chats::keep_draft(state, services, chat, text),
        Command::OpenChat(id) => {
            state.jump = None;
            chats::open(state, services, id);
        }
        Command::OpenMessage(chat, message) => {
            state.jump = Some((chat, message));
            chats::open(state, services, chat);
        }
        Command::Arrived => state.jump = None,
        Command::ChooseVersion(message) => chats::choose_version(state, services, message),
        Command::MoreChats => chats::more(state, services),
        Command::Show(shelf) => chats::show(state, services, shelf),
        Command::ReadTitles => chats::read_titles(services),
        Command::Search(query) => chats::search(state, services, query),
        Command::Rename(chat, title) => chats::rename(state, services, chat, &title),
        Command::Pin(chat, is_pinned) => chats::pin(state, services, chat, is_pinned),
        Command::Archive(chat, is_archived) => {
            several::each(state, services, &[chat], Each::Archive(is_archived));
        }
        Command::Move(chat, folder) => several::each(state, services, &[chat], Each::Move(folder)),
        Command::MoveToNew(chat, name) => {
            several::each(state, services, &[chat], Each::MoveToNew(name));
        }
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
        Command::UnloadModel => services.session.unload(),
        Command::ReadLibrary => services.read_library(&state.settings),
        Command::Models(command) => models_page::act(state, services, command),
        Command::Hub(command) => hub::act(state, services, command),
        Command::CancelLoad => services.session.cancel_load(),
        Command::SetSampling(sampling) => settings::set_sampling(state, services, sampling),
        Command::SetLoadOptions(options) => settings::set_load(state, services, options),
        Command::SetLanguage(language) => {
            state.settings.language = language;
            state.i18n = I18n::new(state.settings.language());
            save(state, services);
        }
        Command::SetTheme(theme) => looks::set_theme(state, services, theme),
        Command::SetMotion(motion) => looks::set_motion(state, services, motion),
        Command::OpenLink(target) => ctx.open_url(egui::OpenUrl::new_tab(target)),
        Command::Dismiss(id) => state.notices.retain(|notice| notice.id != id),
        Command::RegenerateWith(message, with) => {
            replies::regenerate_with(state, services, message, with);
        }
        Command::BranchToNewChat(chat, message) => branch::branch(state, services, chat, message),
        Command::Each(chats, each) => several::each(state, services, &chats, each),
        Command::ListAll => chats::list_all(state, services),
        Command::SetTitles(titles) => {
            if !titles {
                titles::give_up(state, services, |_| true);
            }
            state.settings.titles = titles;
            save(state, services);
        }
        Command::CancelTransfer => transfer::cancel(state),
        Command::ForgetImport => state.imported = None,
        Command::Copy(text) => {
            ctx.copy_text(text);
            state.notify(Weight::Done, Text::new("toast-copied"), Topic::Chats);
        }
        Command::DropToast(id) => state.toasts.retain(|toast| toast.id != id),
        Command::HoldUndo => bin::hold(state),
        Command::ForgetUndo => state.undo = None,
        Command::TakeBack(id) => {
            let toast = state.toasts.iter().position(|toast| toast.id == id);
            let undo = toast.and_then(|at| state.toasts.remove(at).undo);
            if let Some(undo) = undo {
                let known: Vec<u64> = state.toasts.iter().map(|toast| toast.id).collect();
                act(state, services, ctx, *undo);
                // To take back the taking back is one step too many.
                let is_old = |id| known.contains(&id);
                state
                    .toasts
                    .retain(|toast| toast.undo.is_none() || is_old(toast.id));
            }
        }
        Command::DropFiles(paths) => composer::take_dropped(state, services, paths),
        Command::PickAttachments => composer::pick(state, services),
        Command::TookAttachments => state.attached.clear(),
        Command::AnswerFiles(answer) => composer::answer(state, services, answer),
        Command::EditPrompts(edit) => services.change_prompts(edit),
        Command::SetSendWith(send_with) => {
            state.settings.send_with = send_with;
            save(state, services);
        }
    }
}

/// Takes in what the engine's client says.
pub(in crate::app) fn receive(state: &mut State, services: &mut Services, update: Update) {
    match update {
        Update::Ready { devices } => models_page::take_devices(state, services, devices),
        Update::Counted {
            id, prompt_tokens, ..
        } => {
            if state.draft.request == Some(id) {
                state.draft.prompt_tokens = Some(prompt_tokens);
                state.draft.answered = Some(id);
            }
        }
        Update::Loading { .. }
        | Update::Loaded(_)
        | Update::Kept(_)
        | Update::Unloaded { .. }
        | Update::LoadFailed { .. } => {
            models::receive(state, services, update);
            replies::model_loaded(state, services);
        }
        Update::Notice { notice, .. } => {
            state.notify(Weight::Warning, notice.text(), Topic::Engine);
        }
        Update::Ended(error) => state.notify(Weight::Warning, error.text(), Topic::Engine),
        Update::Prefill { id, .. }
        | Update::Piece { id, .. }
        | Update::WereThoughts { id }
        | Update::Done { id, .. }
        | Update::Failed { id, .. }
            if titles::is_about(state, id) =>
        {
            titles::receive(state, services, update);
        }
        Update::Done {
            id, ref timings, ..
        } => {
            let reply = state.replies.get_mut(id);
            let reply = reply.map(|reply| (reply.chat, reply.is_alone));
            let timings = *timings;
            replies::receive(state, update);
            if let Some((chat, is_alone)) = reply {
                if is_alone {
                    models_page::note_speed(state, services, &timings);
                }
                titles::consider(state, services, chat);
            }
        }
        Update::Prefill { .. }
        | Update::LeftOut { .. }
        | Update::Piece { .. }
        | Update::WereThoughts { .. }
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
        // One that was begun earlier took longer: it is older than what is shown.
        Outcome::Library(_, reading) if reading < state.library_reading => {}
        Outcome::Library(mut listing, reading) => {
            state.library_reading = reading;
            if let Some(watch) = &services.watch {
                watch.follow(std::mem::take(&mut listing.seen));
            }
            let before = state.library.replace(listing);
            services.jobs.discard(before);
            state.learn_speed();
            // Who has no model yet is offered some that fit.
            if state.is_new_here() && state.models.machine.is_none() {
                if matches!(state.model, ModelState::None) {
                    // Only the engine knows of graphics processors.
                    services.session.probe();
                }
                models_page::look_at_machine(services);
            }
        }
        Outcome::FoldersChanged => services.read_library(&state.settings),
        Outcome::FirstModel(Some(path)) => {
            if matches!(state.model, ModelState::None) {
                models::load(state, services, path);
            }
        }
        Outcome::FirstModel(None) => {}
        Outcome::FearedModel(path) => {
            if matches!(state.model, ModelState::None) {
                models::refuse(state, services, path);
            }
        }
        Outcome::Machine(..)
        | Outcome::Marks(_)
        | Outcome::Details(..)
        | Outcome::Checking(..)
        | Outcome::AddFolder(_)
        | Outcome::Trashed(_) => models_page::receive(state, services, outcome),
        Outcome::Downloads(_)
        | Outcome::LeftBehind(_)
        | Outcome::Downloading
        | Outcome::HubFound(..)
        | Outcome::HubFiles(..)
        | Outcome::HubCard(..) => hub::receive(state, services, outcome),
        Outcome::Picked(path) => models::load(state, services, path),
        Outcome::Presets(_)
        | Outcome::PresetRead(_)
        | Outcome::Checked(_)
        | Outcome::DraftPicked(_) => {
            settings::receive(state, services, outcome);
        }
        Outcome::Asked(request) => replies::asked(state, services, request),
        Outcome::Desktop(desktop) => state.desktop = desktop,
        Outcome::NotSaved(text) => state.notify(Weight::Warning, text, Topic::Settings),
        Outcome::ExportTo(path, chats, format) => {
            transfer::export_to(services, path, chats, format);
        }
        Outcome::ImportFrom(paths) => transfer::import_from(state, services, paths),
        Outcome::Transferring(progress) => transfer::progressed(state, services, progress),
        Outcome::Transferred(imported) => transfer::over(state, services, imported),
        Outcome::Prompts(read) => composer::take_prompts(state, read),
        Outcome::Files(files) => composer::take_files(state, services, files),
        Outcome::Attach(to, paths) => composer::attach(state, services, to, paths),
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
                let marks = library::Marks::load(&paths.model_marks());
                let fears = |path: &PathBuf| marks.is_ok_and(|it| it.fear(path));
                Some(match chosen {
                    Some(path) if fears(&path) => Outcome::FearedModel(path),
                    chosen => Outcome::FirstModel(chosen),
                })
            });
        }
    }
    services.read_library(&state.settings);
    models_page::begin(services);
    chats::begin(state, services);
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
