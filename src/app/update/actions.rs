//! What is done by name.

use super::{Services, act, bin, chats, is_narrower, models, replies, toggle_overlay};
use crate::app::command::{Action, Command, ModelsCommand, Shelf};
use crate::app::state::{Overlay, State};
use crate::app::theme::size;
use crate::i18n::Language;
use crate::settings::Theme;

/// Does it, where it can be done now.
pub(super) fn perform(
    state: &mut State,
    services: &mut Services,
    ctx: &egui::Context,
    action: Action,
) {
    match action.meaning(state) {
        Ok(Command::Do(action)) => itself(state, services, ctx, action),
        Ok(command) => {
            if let Command::Show(_) = command {
                show_chats(state, ctx);
            }
            act(state, services, ctx, command);
        }
        Err(_) => {}
    }
}

/// Does what is about nothing in particular. The rest moves the keyboard or the view, which
/// is up to the views.
fn itself(state: &mut State, services: &mut Services, ctx: &egui::Context, action: Action) {
    if matches!(
        action,
        Action::NewChat | Action::FocusComposer | Action::PreviousChat | Action::NextChat
    ) {
        state.models.is_open = false;
    }
    match action {
        Action::NewChat => chats::leave(state),
        Action::Stop => {
            if let Some(chat) = state.current {
                replies::stop(state, services, chat);
            }
        }
        Action::ShowModels => {
            let show = ModelsCommand::Show(!state.models.is_open);
            act(state, services, ctx, Command::Models(show));
        }
        Action::OpenFile => models::pick_file(&state.i18n, services),
        Action::ToggleChats => {
            if is_narrower(ctx, size::VERY_NARROW) {
                toggle_overlay(state, Overlay::Chats);
            } else {
                state.shows_chats = !state.shows_chats;
            }
        }
        Action::ToggleSettings => {
            if is_narrower(ctx, size::NARROW) {
                toggle_overlay(state, Overlay::Settings);
            } else {
                state.shows_settings = !state.shows_settings;
            }
        }
        Action::Find => {
            show_chats(state, ctx);
            chats::show(state, services, Shelf::Chats);
        }
        // The views open it, once the panel is there.
        Action::Preferences => show_chats(state, ctx),
        Action::Undo => bin::undo(state, services),
        Action::ToggleTheme => {
            let next = match ctx.theme() {
                egui::Theme::Dark => Theme::Light,
                egui::Theme::Light => Theme::Dark,
            };
            act(state, services, ctx, Command::SetTheme(next));
        }
        Action::SwitchLanguage => {
            let next = match state.i18n.language() {
                Language::En => Language::Es,
                Language::Es => Language::En,
            };
            act(state, services, ctx, Command::SetLanguage(Some(next)));
        }
        Action::ZoomIn | Action::ZoomOut | Action::ZoomReset => {
            super::looks::zoom(state, services, action);
        }
        _ => {}
    }
}

/// Makes the left panel visible.
fn show_chats(state: &mut State, ctx: &egui::Context) {
    if is_narrower(ctx, size::VERY_NARROW) {
        state.overlay = Some(Overlay::Chats);
    }
    state.shows_chats = true;
}
