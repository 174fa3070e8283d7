//! Which preset is in force, and what can be done with it.

use egui::{Align, Label, Layout, Popup, RichText, ScrollArea, Ui, Vec2};

use super::link;
use super::naming::{Named, Naming};
use crate::app::command::{Command, PanelCommand};
use crate::app::components::{choice_box, closing_item, icon_button};
use crate::app::icons;
use crate::app::state::{InForce, ModelState, State};
use crate::app::theme::{Palette, font};
use crate::chat::ChatId;
use crate::i18n::{Arg, Text};
use crate::params::{PresetId, Sampling};
use crate::presets::{Kind, Preset};

/// The room for the button beside a box.
const MORE: f32 = 40.0;

/// The height of the line below the box.
const STANDING: f32 = 28.0;

/// The part of the panel that is about presets.
#[derive(Debug, Default)]
pub(super) struct Presets {
    naming: Option<Naming>,
}

impl Presets {
    /// Draws it, for a chat or for all.
    pub(super) fn show(
        &mut self,
        ui: &mut Ui,
        state: &State,
        chat: Option<ChatId>,
    ) -> Vec<Command> {
        let in_force = state.preset_in_force(chat);
        let mut commands = Vec::new();
        ui.scope(|ui| {
            ui.spacing_mut().item_spacing.y = 6.0;
            ui.horizontal(|ui| {
                commands.extend(choice(ui, state, chat, in_force.as_ref()));
                commands.extend(self.more(ui, state, in_force.as_ref()));
            });
            commands.extend(self.standing(ui, state, chat, in_force.as_ref()));
            commands.extend(self.name(ui, state, chat));
        });
        commands.into_iter().map(Command::Panel).collect()
    }

    /// What the values are beside those of a preset, and the ways out. It is a line in any
    /// case: the sliders below it do not move when one of them is dragged.
    fn standing(
        &mut self,
        ui: &mut Ui,
        state: &State,
        chat: Option<ChatId>,
        in_force: Option<&InForce>,
    ) -> Option<PanelCommand> {
        let i18n = &state.i18n;
        let room = Vec2::new(ui.available_width(), STANDING);
        let layout = Layout::left_to_right(Align::Center);
        let mut command = None;
        ui.allocate_ui_with_layout(room, layout, |ui| {
            ui.set_min_size(room);
            match in_force {
                Some(in_force) if in_force.is_modified => {
                    command = self.modified(ui, state, chat, in_force);
                }
                Some(_) => {
                    one_line_caption(ui, i18n.get("preset-unchanged"));
                }
                None if state.sampling_set(chat) == Sampling::default() => {
                    one_line_caption(ui, i18n.get(nothing(chat).1));
                }
                None => {
                    one_line_caption(ui, i18n.get("preset-own-values-hint"));
                }
            }
        });
        command
    }

    /// The ways out of values that differ from their preset.
    fn modified(
        &mut self,
        ui: &mut Ui,
        state: &State,
        chat: Option<ChatId>,
        in_force: &InForce,
    ) -> Option<PanelCommand> {
        let i18n = &state.i18n;
        let mut command = None;
        match &in_force.id {
            PresetId::Own(name) => {
                if link(ui, &i18n.get("preset-save")).clicked() {
                    let preset = state.panel.own_preset(name);
                    let has_system = preset.is_some_and(|it| it.system.is_some());
                    let preset = now(state, chat, name.clone(), has_system);
                    command = Some(PanelCommand::SavePreset(chat, Box::new(preset)));
                }
            }
            PresetId::BuiltIn(_) => {
                if link(ui, &i18n.get("preset-save-as")).clicked() {
                    self.naming = Some(Naming::new());
                }
            }
        }
        ui.add_space(4.0);
        if link(ui, &i18n.get("preset-back")).clicked() {
            command = Some(PanelCommand::ChoosePreset(chat, Some(in_force.id.clone())));
        }
        command
    }

    fn more(
        &mut self,
        ui: &mut Ui,
        state: &State,
        in_force: Option<&InForce>,
    ) -> Option<PanelCommand> {
        let i18n = &state.i18n;
        let button = icon_button(ui, icons::ELLIPSIS, &i18n.get("preset-more"));
        let mut command = None;
        Popup::menu(&button).width(248.0).show(|ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            let item = |ui: &mut Ui, icon: &str, name: &'static str| {
                closing_item(ui, icon, &i18n.get(name), "", true).clicked()
            };
            if item(ui, icons::PLUS, "preset-save-as") {
                self.naming = Some(Naming::new());
            }
            let own = in_force.and_then(|it| match &it.id {
                PresetId::Own(name) => Some(name),
                PresetId::BuiltIn(_) => None,
            });
            if let Some(name) = own
                && item(ui, icons::PENCIL, "chat-rename")
            {
                self.naming = Some(Naming::again(name));
            }
            if let Some(InForce { id, .. }) = in_force {
                if item(ui, icons::COPY, "duplicate") {
                    command = Some(PanelCommand::DuplicatePreset(id.clone()));
                }
                if let Some(of_model) = of_model(ui, state, id) {
                    command = Some(of_model);
                }
                if item(ui, icons::UPLOAD, "preset-export") {
                    command = Some(PanelCommand::ExportPreset(id.clone()));
                }
            }
            if item(ui, icons::DOWNLOAD, "preset-import") {
                command = Some(PanelCommand::ImportPreset);
            }
            if let Some(name) = own {
                ui.separator();
                if item(ui, icons::TRASH, "delete") {
                    command = Some(PanelCommand::Delete(Kind::Preset, name.clone()));
                }
            }
        });
        command
    }

    fn name(&mut self, ui: &mut Ui, state: &State, chat: Option<ChatId>) -> Option<PanelCommand> {
        let naming = self.naming.as_mut()?;
        let has_system = state.system_of(chat).is_some();
        let more = has_system.then(|| state.i18n.get("preset-with-system"));
        let is_taken = |name: &str| state.panel.own_preset(name).is_some();
        let named = naming.show(ui, &state.i18n, "preset-name", more.as_deref(), is_taken)?;
        let naming = self.naming.take()?;
        let Named::Done(name) = named else {
            return None;
        };
        Some(match naming.renamed {
            Some(old) => PanelCommand::Rename(Kind::Preset, old, name),
            None => {
                let preset = now(state, chat, name, naming.is_with_more);
                PanelCommand::SavePreset(chat, Box::new(preset))
            }
        })
    }
}

/// A preset of the values as they are now. Of a chat, those of all chats are a part of them.
fn now(state: &State, chat: Option<ChatId>, name: String, with_system: bool) -> Preset {
    let set = state.sampling_set(chat);
    let sampling = match chat {
        Some(_) => set.or(&state.settings.sampling),
        None => set,
    };
    let system = state.system_of(chat).map(str::to_owned);
    Preset {
        name,
        system: system.filter(|_| with_system),
        sampling,
        ..Preset::default()
    }
}

/// Small print that never takes a second line.
fn one_line_caption(ui: &mut Ui, text: String) {
    let soft = Palette::of(ui).soft;
    let text = RichText::new(text).size(font::CAPTION).color(soft);
    ui.add(Label::new(text).truncate().selectable(false));
}

/// What it is called when nothing is set, and what holds then.
fn nothing(chat: Option<ChatId>) -> (&'static str, &'static str) {
    match chat {
        Some(_) => ("preset-none-chat", "preset-none-chat-hint"),
        None => ("preset-none", "preset-none-hint"),
    }
}

/// Whether the model in the engine begins with this preset.
fn of_model(ui: &mut Ui, state: &State, id: &PresetId) -> Option<PanelCommand> {
    let ModelState::Loaded(model) = &state.model else {
        return None;
    };
    let file = model.path.file_name()?.to_string_lossy();
    let is_it = state.settings.model_presets.get(&*file) == Some(id);
    let icon = if is_it { icons::CHECK } else { "" };
    let name = state.i18n.get("preset-of-model");
    let details = state.model_name(&model.path);
    closing_item(ui, icon, &name, &details, true)
        .clicked()
        .then(|| PanelCommand::SetModelPreset((!is_it).then(|| id.clone())))
}

fn choice(
    ui: &mut Ui,
    state: &State,
    chat: Option<ChatId>,
    in_force: Option<&InForce>,
) -> Option<PanelCommand> {
    let i18n = &state.i18n;
    let set = state.sampling_set(chat);
    let (none, none_hint) = nothing(chat);
    let unnamed = match set == Sampling::default() {
        true => i18n.get(none),
        false => i18n.get("preset-own-values"),
    };
    let name_of = |id: &PresetId| {
        let preset = state.panel.preset(i18n, id);
        preset.map_or_else(String::new, |preset| preset.name)
    };
    let chosen = in_force.map_or(unnamed, |it| name_of(&it.id));
    let modified = match in_force.is_some_and(|it| it.is_modified) {
        true => i18n.get("preset-modified"),
        false => String::new(),
    };
    let width = ui.available_width() - MORE;
    let button = choice_box(ui, width, &i18n.get("preset"), &chosen, &modified);
    let mut choice = None;
    Popup::menu(&button).width(width.max(240.0)).show(|ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        ScrollArea::vertical().max_height(380.0).show(ui, |ui| {
            let mark = |is_it: bool| if is_it { icons::CHECK } else { "" };
            let is_none = in_force.is_none() && set == Sampling::default();
            let (name, hint) = (i18n.get(none), i18n.get(none_hint));
            if closing_item(ui, mark(is_none), &name, &hint, true).clicked() {
                choice = Some(None);
            }
            for id in state.panel.preset_ids() {
                let Some(preset) = state.panel.preset(i18n, &id) else {
                    continue;
                };
                let is_it = in_force.is_some_and(|it| it.id == id);
                let details = summary(state, &preset.sampling);
                ui.push_id(&id, |ui| {
                    if closing_item(ui, mark(is_it), &preset.name, &details, true).clicked() {
                        choice = Some(Some(id.clone()));
                    }
                });
            }
        });
    });
    choice.map(|id| PanelCommand::ChoosePreset(chat, id))
}

/// The values of a preset that say most about it.
fn summary(state: &State, sampling: &Sampling) -> String {
    let text = Text::new("composer-summary")
        .with(
            "temperature",
            Arg::Decimal(sampling.temperature().into(), 2),
        )
        .with("topp", Arg::Decimal(sampling.top_p().into(), 2));
    state.i18n.text(&text)
}
