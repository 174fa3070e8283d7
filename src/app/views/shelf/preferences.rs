//! Looks and language, at the foot of the left panel.

use egui::{Align, Layout, Popup, PopupCloseBehavior, ScrollArea, Ui, Vec2};

use crate::app::command::{Action, Command};
use crate::app::components::{caption, icon_button, link_button, menu_item, nav_row};
use crate::app::icons;
use crate::app::state::State;
use crate::app::theme::size;
use crate::i18n::{Language, Text};
use crate::settings::{Motion, Theme};

/// Each with its icon and the message of its name.
const THEMES: [(Theme, &str, &str); 3] = [
    (Theme::System, icons::MONITOR, "theme-system"),
    (Theme::Light, icons::SUN, "theme-light"),
    (Theme::Dark, icons::MOON, "theme-dark"),
];

const MOTIONS: [(Motion, &str); 3] = [
    (Motion::System, "motion-system"),
    (Motion::On, "motion-on"),
    (Motion::Off, "motion-off"),
];

/// Where the names of a menu begin.
const INDENT: f32 = 36.0;

/// The height of both rows.
pub(super) const HEIGHT: f32 = 72.0;

/// Draws the rows, from the bottom up.
pub(super) fn show(ui: &mut Ui, state: &State) -> Option<Command> {
    let i18n = &state.i18n;
    let mut command = None;

    let (_, icon, name) = theme_of(state.settings.theme);
    let (look, colours) = (i18n.get("look"), i18n.get(name));
    let row = nav_row(ui, icon, &look, &colours, false);
    // It stays open: what is chosen is seen at once, and perhaps taken back.
    Popup::menu(&row)
        .width(240.0)
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .show(|ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            let room = ui.ctx().content_rect().height() - 48.0;
            let area = ScrollArea::vertical().max_height(room);
            area.min_scrolled_height(room).show(ui, |ui| {
                command = looks(ui, state);
            });
        });

    // Its name is in both languages, for those who cannot read the one they are in.
    let row = nav_row(
        ui,
        icons::LANGUAGES,
        &i18n.get("language"),
        i18n.language().native_name(),
        false,
    );
    Popup::menu(&row).width(220.0).show(|ui| {
        let choices = std::iter::once(None).chain(Language::ALL.map(Some));
        for language in choices {
            let is_chosen = state.settings.language == language;
            let mark = if is_chosen { icons::CHECK } else { "" };
            let name = match language {
                Some(language) => language.native_name().to_owned(),
                None => i18n.get("language-system"),
            };
            if menu_item(ui, mark, &name, "", true).clicked() {
                command = Some(Command::SetLanguage(language));
            }
        }
    });
    command
}

fn theme_of(chosen: Theme) -> (Theme, &'static str, &'static str) {
    let mut themes = THEMES.into_iter();
    themes
        .find(|(theme, ..)| *theme == chosen)
        .unwrap_or(THEMES[0])
}

/// Size, colours and motion.
fn looks(ui: &mut Ui, state: &State) -> Option<Command> {
    let mut command = zoom(ui, state);
    ui.separator();
    heading(ui, state, "theme");
    for (theme, _, name) in THEMES {
        if choice(ui, state, name, theme == state.settings.theme) {
            command = Some(Command::SetTheme(theme));
        }
    }
    ui.separator();
    heading(ui, state, "motion");
    for (motion, name) in MOTIONS {
        if choice(ui, state, name, motion == state.settings.motion) {
            command = Some(Command::SetMotion(motion));
        }
    }
    command
}

fn heading(ui: &mut Ui, state: &State, name: &'static str) {
    ui.horizontal(|ui| {
        ui.add_space(INDENT);
        caption(ui, state.i18n.get(name));
    });
}

fn choice(ui: &mut Ui, state: &State, name: &'static str, is_chosen: bool) -> bool {
    let mark = if is_chosen { icons::CHECK } else { "" };
    menu_item(ui, mark, &state.i18n.get(name), "", true).clicked()
}

/// Smaller, the size as it is, and larger.
fn zoom(ui: &mut Ui, state: &State) -> Option<Command> {
    let i18n = &state.i18n;
    let percent = state.settings.zoom_percent();
    let mut command = None;
    let size = Vec2::new(ui.available_width(), size::CONTROL);
    ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
        ui.add_space(INDENT);
        caption(ui, i18n.get("zoom"));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.add_space(4.0);
            let named = |action: Action| {
                let keys = ui.ctx().format_shortcut(&action.shortcut());
                format!("{} ({keys})", i18n.get(action.name()))
            };
            let actions = [Action::ZoomIn, Action::ZoomReset, Action::ZoomOut];
            let [larger, own, smaller] = actions.map(named);
            if icon_button(ui, "+", &larger).clicked() {
                command = Some(Command::Do(Action::ZoomIn));
            }
            let text = i18n.text(&Text::new("zoom-percent").count("percent", percent));
            if link_button(ui, &text).on_hover_text(own).clicked() {
                command = Some(Command::Do(Action::ZoomReset));
            }
            if icon_button(ui, "−", &smaller).clicked() {
                command = Some(Command::Do(Action::ZoomOut));
            }
        });
    });
    command
}
