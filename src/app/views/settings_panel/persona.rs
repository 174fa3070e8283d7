//! The instructions of a chat, or of those that begin, and the personas they are kept as.

use egui::{Popup, ScrollArea, Ui};

use super::link;
use super::naming::{Named, Naming};
use crate::app::command::{Command, PanelCommand};
use crate::app::components::{
    Origin, TextArea, TextChange, caption, choice_box, closing_item, fold, icon_button,
    one_line_of, text_area,
};
use crate::app::icons;
use crate::app::state::State;
use crate::chat::ChatId;
use crate::i18n::Text;
use crate::presets::{Kind, Persona};

/// The room for the button beside a box.
const MORE: f32 = 40.0;

/// The part of the panel that is about instructions.
#[derive(Debug, Default)]
pub(super) struct Instructions {
    naming: Option<Naming>,
}

impl Instructions {
    /// Draws the group, for a chat or for those that begin. Returns what was asked for, and
    /// whether the user wants to see those of the chat in view.
    pub(super) fn show(
        &mut self,
        ui: &mut Ui,
        state: &State,
        chat: Option<ChatId>,
    ) -> (Vec<Command>, bool) {
        let i18n = &state.i18n;
        let mut wants_chat = false;
        let persona = state.persona_in_force(chat).map(|it| it.name.clone());
        let chosen = match (&persona, state.system_of(chat)) {
            (Some(name), _) => name.clone(),
            (None, Some(_)) => i18n.get("persona-own"),
            (None, None) => i18n.get("persona-none"),
        };
        let mut commands: Vec<PanelCommand> = Vec::new();
        let summary = one_line_of(&chosen, 18);
        fold(ui, i18n, "group-system", &summary, |ui| {
            let hint = match chat {
                Some(_) => "system-of-chat",
                None => "system-of-new",
            };
            caption(ui, i18n.get(hint));
            ui.spacing_mut().item_spacing.y = 8.0;
            if chat.is_none() && state.current_chat().is_some() {
                wants_chat = link(ui, &i18n.get("system-show-chat")).clicked();
            }
            ui.horizontal(|ui| {
                commands.extend(choice(ui, state, chat, &chosen, persona.as_deref()));
                commands.extend(self.more(ui, state, chat, persona.as_deref()));
            });
            commands.extend(self.name(ui, state, chat));
            ui.push_id(chat, |ui| commands.extend(edit(ui, state, chat)));
            let shown = chat.and_then(|chat| state.chat(chat));
            let has_messages = shown.is_some_and(|chat| chat.leaf().is_some());
            if has_messages {
                caption(ui, i18n.get("system-next-reply"));
            }
        });
        let commands = commands.into_iter().map(Command::Panel).collect();
        (commands, wants_chat)
    }

    fn more(
        &mut self,
        ui: &mut Ui,
        state: &State,
        chat: Option<ChatId>,
        persona: Option<&str>,
    ) -> Option<PanelCommand> {
        let i18n = &state.i18n;
        let button = icon_button(ui, icons::ELLIPSIS, &i18n.get("persona-more"));
        let has_system = state.system_of(chat).is_some();
        let mut command = None;
        Popup::menu(&button).width(248.0).show(|ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            let save = i18n.get("persona-save-as");
            if closing_item(ui, icons::PLUS, &save, "", has_system).clicked() {
                self.naming = Some(Naming::new());
            }
            let Some(name) = persona else { return };
            if closing_item(ui, icons::PENCIL, &i18n.get("chat-rename"), "", true).clicked() {
                self.naming = Some(Naming::again(name));
            }
            if closing_item(ui, icons::COPY, &i18n.get("duplicate"), "", true).clicked() {
                command = Some(PanelCommand::DuplicatePersona(name.to_owned()));
            }
            ui.separator();
            let hint = i18n.get("persona-delete-hint");
            if closing_item(ui, icons::TRASH, &i18n.get("delete"), &hint, true).clicked() {
                command = Some(PanelCommand::Delete(Kind::Persona, name.to_owned()));
            }
        });
        command
    }

    fn name(&mut self, ui: &mut Ui, state: &State, chat: Option<ChatId>) -> Option<PanelCommand> {
        let naming = self.naming.as_mut()?;
        let preset = state.preset_in_force(chat).map(|it| it.id);
        let named = preset
            .as_ref()
            .and_then(|id| state.panel.preset(&state.i18n, id));
        let more = named.map(|preset| {
            let text = Text::new("persona-with-preset").word("name", preset.name);
            state.i18n.text(&text)
        });
        let is_taken = |name: &str| state.panel.persona(name).is_some();
        let named = naming.show(ui, &state.i18n, "persona-name", more.as_deref(), is_taken)?;
        let naming = self.naming.take()?;
        let Named::Done(name) = named else {
            return None;
        };
        Some(match naming.renamed {
            Some(old) => PanelCommand::Rename(Kind::Persona, old, name),
            None => PanelCommand::SavePersona(Persona {
                name,
                prompt: state.system_of(chat)?.to_owned(),
                preset: preset.filter(|_| naming.is_with_more),
                ..Persona::default()
            }),
        })
    }
}

fn choice(
    ui: &mut Ui,
    state: &State,
    chat: Option<ChatId>,
    chosen: &str,
    persona: Option<&str>,
) -> Option<PanelCommand> {
    let i18n = &state.i18n;
    let width = ui.available_width() - MORE;
    let button = choice_box(ui, width, &i18n.get("persona"), chosen, "");
    let mut choice = None;
    Popup::menu(&button).width(width.max(240.0)).show(|ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        ScrollArea::vertical().max_height(320.0).show(ui, |ui| {
            let mark = |is_it: bool| if is_it { icons::CHECK } else { "" };
            let is_none = state.system_of(chat).is_none();
            let none = i18n.get("persona-none");
            if closing_item(ui, mark(is_none), &none, "", true).clicked() {
                choice = Some(None);
            }
            for it in &state.panel.personas {
                let icon = mark(persona == Some(&*it.name));
                let details = one_line_of(&it.prompt, 80);
                ui.push_id(&it.name, |ui| {
                    if closing_item(ui, icon, &it.name, &details, true).clicked() {
                        choice = Some(Some(it.name.clone()));
                    }
                });
            }
            if state.panel.personas.is_empty() {
                caption(ui, i18n.get("personas-none"));
            }
        });
    });
    choice.map(|name| PanelCommand::ChoosePersona(chat, name))
}

fn edit(ui: &mut Ui, state: &State, chat: Option<ChatId>) -> Option<PanelCommand> {
    let i18n = &state.i18n;
    let mut text = state.system_of(chat).unwrap_or_default().to_owned();
    let origin = Origin {
        reset: i18n.get("system-clear"),
        ..Origin::default()
    };
    let area = TextArea {
        name: &i18n.get("system-text"),
        hint: "",
        placeholder: &i18n.get("system-placeholder"),
        lines: 4,
        is_code: false,
        error: None,
        is_set: !text.is_empty(),
        is_off: false,
        origin: &origin,
    };
    match text_area(ui, &mut text, &area)? {
        TextChange::Typed => Some(PanelCommand::SetSystem(chat, Some(text))),
        TextChange::Reset => Some(PanelCommand::SetSystem(chat, None)),
    }
}
