//! Writing a reply again in another way: at another temperature, or by another model.

use egui::{Popup, ScrollArea, Ui};

use super::actions::writing_action;
use super::message::Drawn;
use crate::app::command::{Command, With};
use crate::app::components::{caption, menu_item};
use crate::app::icons;
use crate::app::state::ModelState;
use crate::i18n::{Arg, Text};

/// The temperatures offered, from the one that always says the same.
const TEMPERATURES: [(f32, &str); 4] = [
    (0.0, "again-coldest"),
    (0.4, "again-cold"),
    (0.8, "again-usual"),
    (1.2, "again-hot"),
];

/// A small button that opens the ways to write the reply again.
pub(super) fn menu(ui: &mut Ui, it: &Drawn<'_>) -> Option<Command> {
    let i18n = &it.state.i18n;
    let button = writing_action(ui, it, icons::CHEVRON_DOWN, "regenerate-with", true);
    let mut command = None;
    let message = it.message.id;
    Popup::menu(&button).width(260.0).gap(2.0).show(|ui| {
        ui.set_width(260.0);
        ui.spacing_mut().item_spacing.y = 2.0;
        heading(ui, i18n.get("again-temperature"));
        for (temperature, name) in TEMPERATURES {
            let value = Arg::Decimal(temperature.into(), 1);
            let text = i18n.text(&Text::new(name).with("value", value));
            if menu_item(ui, icons::THERMOMETER, &text, "", true).clicked() {
                let with = With {
                    temperature: Some(temperature),
                    ..With::default()
                };
                command = Some(Command::RegenerateWith(message, with));
            }
        }
        let loaded = match &it.state.model {
            ModelState::Loaded(model) => Some(model.path.as_path()),
            _ => None,
        };
        let others: Vec<_> = it
            .state
            .chat_models()
            .filter(|entry| entry.problem.is_none() && Some(entry.path.as_path()) != loaded)
            .collect();
        if others.is_empty() {
            return;
        }
        ui.add_space(4.0);
        heading(ui, i18n.get("again-model"));
        ScrollArea::vertical().max_height(200.0).show(ui, |ui| {
            for entry in others {
                if menu_item(ui, icons::BOT, &entry.name, "", true).clicked() {
                    let with = With {
                        model: Some(entry.path.clone()),
                        ..With::default()
                    };
                    command = Some(Command::RegenerateWith(message, with));
                }
            }
        });
    });
    command
}

fn heading(ui: &mut Ui, text: String) {
    ui.horizontal(|ui| {
        ui.add_space(8.0);
        caption(ui, text);
    });
}
