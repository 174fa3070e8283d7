//! The backups: the chats as they were, day by day.

use egui::{Align, Label, Layout, RichText, ScrollArea, Stroke, Ui, Vec2};

use super::bin::confirm;
use super::nothing;
use crate::app::command::Command;
use crate::app::components::{caption, plain_button};
use crate::app::icons;
use crate::app::state::State;
use crate::app::theme::{Palette, font};
use crate::app::views::when;
use crate::store::Backup;

/// What the shelf keeps between frames.
#[derive(Default)]
pub(super) struct Backups {
    /// The backup whose restoring waits for a yes.
    asks: Option<String>,
}

impl Backups {
    /// Draws the backups in all the height there is.
    pub(super) fn show(&mut self, ui: &mut Ui, state: &State) -> Option<Command> {
        let backups = state.shelves.backups.as_deref()?;
        if backups.is_empty() {
            nothing(ui, icons::HISTORY, state.i18n.get("backups-empty"));
            return None;
        }
        caption(ui, state.i18n.get("backups-hint"));
        let mut command = None;
        ScrollArea::vertical()
            .id_salt("backups")
            .auto_shrink(false)
            .show(ui, |ui| {
                for backup in backups {
                    ui.push_id(&backup.name, |ui| {
                        if let Some(it) = self.one(ui, state, backup) {
                            command = Some(it);
                        }
                    });
                }
            });
        command
    }

    fn one(&mut self, ui: &mut Ui, state: &State, backup: &Backup) -> Option<Command> {
        let palette = Palette::of(ui);
        let i18n = &state.i18n;
        ui.spacing_mut().item_spacing = Vec2::new(6.0, 3.0);
        let line = Stroke::new(1.0, palette.line);
        let top = ui.cursor().top();
        ui.painter().hline(ui.max_rect().x_range(), top, line);
        ui.add_space(8.0);
        let asks = self.asks.as_ref() == Some(&backup.name);
        let mut command = None;
        ui.horizontal(|ui| {
            ui.vertical(|ui| {
                let date = RichText::new(when::near(i18n, backup.created_unix_ms))
                    .font(font::medium(font::SECONDARY))
                    .color(palette.ink);
                ui.add(Label::new(date).truncate().selectable(false));
                caption(ui, i18n.bytes(backup.size_bytes));
            });
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let name = i18n.get("bin-restore");
                if !asks && plain_button(ui, &name, icons::UNDO, true).clicked() {
                    self.asks = Some(backup.name.clone());
                }
            });
        });
        if asks {
            let yes = i18n.get("backup-yes");
            let answer = confirm(ui, i18n.get("backup-ask"), &yes, false, state);
            if answer.is_some() {
                self.asks = None;
            }
            if answer == Some(true) {
                command = Some(Command::RestoreBackup(backup.name.clone()));
            }
        }
        ui.add_space(8.0);
        command
    }
}
