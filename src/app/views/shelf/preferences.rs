//! Language, colours, the titles of chats and the way to the shortcuts, at the foot of the
//! left panel.

use egui::{Align, Layout, Popup, PopupCloseBehavior, Response, ScrollArea, Ui, Vec2};

use crate::app::command::{Action, Command};
use crate::app::components::{caption, icon_button, link_button, menu_item, nav_row};
use crate::app::icons;
use crate::app::state::State;
use crate::app::theme::size;
use crate::app::views::composer::keys::{command_key, said};
use crate::i18n::{Language, Text};
use crate::settings::{Motion, SendWith, Theme};

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

/// The height of the rows; in a low panel, of the one that has them all.
pub(super) fn height(is_low: bool) -> f32 {
    if is_low { 36.0 } else { 144.0 }
}

/// Draws the rows, from the bottom up; in a low panel, their icons side by side.
pub(super) fn show(ui: &mut Ui, state: &State, is_low: bool) -> Option<Command> {
    match is_low {
        true => {
            let icons = |ui: &mut Ui| {
                ui.set_min_height(34.0);
                ui.spacing_mut().item_spacing.x = 6.0;
                ui.add_space(4.0);
                choices(ui, state, true)
            };
            ui.horizontal(icons).inner
        }
        false => choices(ui, state, false),
    }
}

/// What opens the menu of a preference.
fn opener(ui: &mut Ui, icon: &str, name: &str, value: &str, is_low: bool) -> Response {
    match is_low {
        true => icon_button(ui, icon, name).on_hover_text(value),
        false => nav_row(ui, icon, name, value, false),
    }
}

fn choices(ui: &mut Ui, state: &State, is_low: bool) -> Option<Command> {
    let i18n = &state.i18n;
    let mut command = None;

    let shortcuts = Action::Shortcuts;
    let keys = shortcuts.keys(ui.ctx(), i18n);
    let row = nav_row(
        ui,
        shortcuts.icon(),
        &i18n.get(shortcuts.name()),
        &keys,
        false,
    );
    if row.clicked() {
        command = Some(Command::Do(shortcuts));
    }

    let (_, icon, name) = theme_of(state.settings.theme);
    let (look, colours) = (i18n.get("look"), i18n.get(name));
    let row = opener(ui, icon, &look, &colours, is_low);
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

    command = command.or(sending(ui, state, is_low));

    // Its name is in both languages, for those who cannot read the one they are in.
    let row = opener(
        ui,
        icons::LANGUAGES,
        &i18n.get("language"),
        i18n.language().native_name(),
        is_low,
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
                ui.close();
            }
        }
    });
    let by_model = state.settings.titles;
    let chosen = match by_model {
        true => "titles-model-short",
        false => "titles-words-short",
    };
    let row = opener(
        ui,
        icons::PENCIL,
        &i18n.get("titles"),
        &i18n.get(chosen),
        is_low,
    );
    Popup::menu(&row).width(240.0).show(|ui| {
        for (is_by_model, name, hint) in [
            (true, "titles-model", "titles-model-hint"),
            (false, "titles-words", ""),
        ] {
            let mark = match is_by_model == by_model {
                true => icons::CHECK,
                false => "",
            };
            let hint = match hint.is_empty() {
                true => String::new(),
                false => i18n.get(hint),
            };
            if menu_item(ui, mark, &i18n.get(name), &hint, true).clicked() {
                command = Some(Command::SetTitles(is_by_model));
            }
        }
    });
    command
}

/// Which key sends.
fn sending(ui: &mut Ui, state: &State, is_low: bool) -> Option<Command> {
    let i18n = &state.i18n;
    let mut command = None;
    let chosen = state.settings.send_with;
    let name_of = |send_with| match send_with {
        SendWith::Enter => i18n.get("send-with-enter"),
        SendWith::CtrlEnter => {
            i18n.text(&Text::new("send-with-ctrl-enter").word("key", command_key()))
        }
    };
    let name = i18n.get("send-with");
    let row = opener(ui, icons::CORNER_DOWN_LEFT, &name, &name_of(chosen), is_low);
    Popup::menu(&row).width(220.0).show(|ui| {
        for send_with in [SendWith::Enter, SendWith::CtrlEnter] {
            let mark = match send_with == chosen {
                true => icons::CHECK,
                false => "",
            };
            let (name, details) = (name_of(send_with), i18n.text(&said(send_with)));
            if menu_item(ui, mark, &name, &details, true).clicked() {
                command = Some(Command::SetSendWith(send_with));
                ui.close();
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
                let keys = action.keys(ui.ctx(), i18n);
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
