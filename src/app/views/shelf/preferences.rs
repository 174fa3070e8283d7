//! Language and colours, at the foot of the left panel.

use egui::{Popup, Ui};

use crate::app::command::Command;
use crate::app::components::{menu_item, nav_row};
use crate::app::icons;
use crate::app::state::State;
use crate::app::views::composer::keys::{command_key, said};
use crate::i18n::{Language, Text};
use crate::settings::{SendWith, Theme};

/// The height of the rows.
pub(super) const HEIGHT: f32 = 106.0;

/// Draws the rows, from the bottom up.
pub(super) fn show(ui: &mut Ui, state: &State) -> Option<Command> {
    let i18n = &state.i18n;
    let mut command = None;

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
    let row = nav_row(ui, icon, &i18n.get("theme"), &name, false);
    Popup::menu(&row).width(220.0).show(|ui| {
        for (theme, _, name) in themes {
            let mark = if theme == chosen { icons::CHECK } else { "" };
            if menu_item(ui, mark, &i18n.get(name), "", true).clicked() {
                command = Some(Command::SetTheme(theme));
            }
        }
    });

    let chosen = state.settings.send_with;
    let name_of = |send_with| match send_with {
        SendWith::Enter => i18n.get("send-with-enter"),
        SendWith::CtrlEnter => {
            i18n.text(&Text::new("send-with-ctrl-enter").word("key", command_key()))
        }
    };
    let name = i18n.get("send-with");
    let row = nav_row(ui, icons::KEYBOARD, &name, &name_of(chosen), false);
    Popup::menu(&row).width(220.0).show(|ui| {
        for send_with in [SendWith::Enter, SendWith::CtrlEnter] {
            let mark = if send_with == chosen {
                icons::CHECK
            } else {
                ""
            };
            let (name, details) = (name_of(send_with), i18n.text(&said(send_with)));
            if menu_item(ui, mark, &name, &details, true).clicked() {
                command = Some(Command::SetSendWith(send_with));
            }
        }
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
