//! What the user chooses of the look; it is drawn with the next frame.

use super::{Services, save};
use crate::app::command::Action;
use crate::app::state::State;
use crate::settings::{Motion, Theme};

pub(super) fn set_theme(state: &mut State, services: &Services, theme: Theme) {
    state.settings.theme = theme;
    save(state, services);
}

pub(super) fn set_motion(state: &mut State, services: &Services, motion: Motion) {
    state.settings.motion = motion;
    save(state, services);
}

/// Makes everything a step larger or smaller, or its own size again.
pub(super) fn zoom(state: &mut State, services: &Services, action: Action) {
    let percent = match action {
        Action::ZoomIn => state.settings.zoom_stepped(true),
        Action::ZoomOut => state.settings.zoom_stepped(false),
        _ => 100,
    };
    state.settings.zoom_percent = Some(percent).filter(|percent| *percent != 100);
    save(state, services);
}
