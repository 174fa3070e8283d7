//! Language, colours, the titles of chats and the way to the shortcuts, at the foot of the
//! left panel.

use egui::{Popup, Response, Ui};

use crate::app::command::{Action, Command};
use crate::app::components::{icon_button, menu_item, nav_row};
use crate::app::icons;
use crate::app::state::State;
use crate::i18n::Language;
use crate::settings::Theme;

/// The height of the rows; in a low panel, of the one that has them all.
pub(super) fn height(is_low: bool) -> f32 {
    if is_low { 36.0 } else { 108.0 }
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

    let chosen = state.settings.theme;
    let themes = [
        (Theme::System, icons::MONITOR, "theme-system"),
        (Theme::Light, icons::SUN, "theme-light"),
        (Theme::Dark, icons::MOON, "theme-dark"),
    ];
    let (icon, name) = themes
        .iter()
        .find(|(theme, ..)| *theme == chosen)
        .map_or(("", String::new()), |(_, icon, name)| {
            (*icon, i18n.get(name))
        });
    let row = opener(ui, icon, &i18n.get("theme"), &name, is_low);
    Popup::menu(&row).width(220.0).show(|ui| {
        for (theme, _, name) in themes {
            let mark = if theme == chosen { icons::CHECK } else { "" };
            if menu_item(ui, mark, &i18n.get(name), "", true).clicked() {
                command = Some(Command::SetTheme(theme));
                ui.close();
            }
        }
    });

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
