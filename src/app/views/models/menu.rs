//! What can be done with a model beside using it.

use egui::Ui;

use crate::app::command::ModelsCommand as C;
use crate::app::components::closing_item;
use crate::app::icons;
use crate::app::state::State;
use crate::library::{Entry, trash};

/// Draws the menu.
pub(super) fn show(ui: &mut Ui, state: &State, entry: &Entry, is_favourite: bool) -> Option<C> {
    let i18n = &state.i18n;
    ui.spacing_mut().item_spacing.y = 2.0;
    let mut command = None;
    let mut item = |ui: &mut Ui, icon: &str, name: &'static str, chosen: C| {
        if closing_item(ui, icon, &i18n.get(name), "", true).clicked() {
            command = Some(chosen);
        }
    };
    if let Some(model) = &entry.fingerprint {
        let name = match is_favourite {
            true => "models-unfavour",
            false => "models-favour",
        };
        let chosen = C::Favour(model.clone(), !is_favourite);
        item(ui, icons::STAR, name, chosen);
    }
    item(ui, icons::INFO, "models-open", C::Open(entry.path.clone()));
    item(
        ui,
        icons::FOLDER_OPEN,
        "models-reveal",
        C::Reveal(entry.path.clone()),
    );
    if trash::files_of(entry).is_some() {
        // What goes, and how much, is shown before it does.
        item(
            ui,
            icons::TRASH,
            "models-delete",
            C::Open(entry.path.clone()),
        );
    }
    command
}
