//! Where models are looked for, and what came of it.

use egui::{RichText, Ui};

use crate::app::command::ModelsCommand;
use crate::app::components::{caption, colored_caption, icon_button, plain_button, title};
use crate::app::icons;
use crate::app::state::State;
use crate::app::theme::{Palette, font};
use crate::i18n::Text;
use crate::library::{Listing, Origin};

/// Draws the folders.
pub(super) fn show(ui: &mut Ui, state: &State, listing: &Listing) -> Vec<ModelsCommand> {
    let i18n = &state.i18n;
    let palette = Palette::of(ui);
    let mut commands = Vec::new();
    ui.add_space(14.0);
    title(ui, i18n.get("models-folders"));
    ui.spacing_mut().item_spacing.y = 4.0;
    for looked in &listing.folders {
        let origin = looked.root.origin;
        // Programs that are not installed are of no interest.
        if !(origin.is_ours() || looked.exists || looked.problem.is_some()) {
            continue;
        }
        ui.horizontal(|ui| {
            let name = RichText::new(i18n.get(origin.message()));
            ui.label(name.font(font::medium(font::CAPTION)).color(palette.ink));
            let count = Text::new("models-count").count("count", looked.models as u64);
            let path = looked.root.path.display();
            caption(ui, format!("{path} · {}", i18n.text(&count)));
            if origin == Origin::Added {
                let forget = Text::new("models-forget").word("path", path);
                if icon_button(ui, icons::X, &i18n.text(&forget)).clicked() {
                    let path = looked.root.path.clone();
                    commands.push(ModelsCommand::ForgetFolder(path));
                }
            }
        });
        if let Some(error) = &looked.problem {
            let text = Text::new("library-folder-unreadable")
                .word("path", looked.root.path.display())
                .word("reason", error);
            colored_caption(ui, i18n.text(&text), palette.warning);
        }
    }
    ui.add_space(6.0);
    let add = i18n.get("models-add-folder");
    if plain_button(ui, &add, icons::PLUS, true).clicked() {
        commands.push(ModelsCommand::AddFolder);
    }
    ui.add_space(2.0);
    ui.scope(|ui| {
        ui.set_max_width(420.0);
        let mut is_on = !state.settings.library.without_others;
        let others = RichText::new(i18n.get("models-others")).size(font::SECONDARY);
        if ui.checkbox(&mut is_on, others).changed() {
            commands.push(ModelsCommand::UseOthers(is_on));
        }
        caption(ui, i18n.get("models-others-hint"));
    });
    commands
}
