//! The right panel: how the model answers, and how it is loaded.

mod format;
mod length;
mod lists;
mod loading;
mod naming;
mod persona;
mod presets;
mod samplers;
mod sheet;

pub(super) use loading::of_one;

use egui::{Response, ScrollArea, Ui, UiBuilder};

use crate::app::command::{Command, PanelCommand};
use crate::app::components::{link_button, segments, steady_caption, title};
use crate::app::state::State;
use crate::chat::ChatId;
use crate::i18n::Text;
use crate::params::Sampling;
use sheet::Sheet;

/// The room for the bar that scrolls.
const BAR: f32 = 10.0;

/// The panel, and what it keeps between frames.
#[derive(Debug, Default)]
pub(super) struct SettingsPanel {
    /// The chat for which the user said whether its own values are shown, and whether they
    /// are. Elsewhere they are where it has any.
    scope: Option<(ChatId, bool)>,
    presets: presets::Presets,
    instructions: persona::Instructions,
}

impl SettingsPanel {
    /// Draws the panel.
    pub(super) fn show(&mut self, ui: &mut Ui, state: &State) -> Vec<Command> {
        let i18n = &state.i18n;
        let mut commands = Vec::new();
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            // The bar has a place of its own, beside what can be clicked.
            ui.set_max_width(ui.available_width() - BAR);
            ui.spacing_mut().item_spacing.y = 10.0;
            title(ui, i18n.get("settings-title"));
            let chat = self.scope(ui, state, &mut commands);
            commands.extend(self.presets.show(ui, state, chat));
            ui.add_space(2.0);
            let mut sheet = Sheet {
                i18n,
                own: state.sampling_set(chat),
                base: match chat {
                    Some(_) => state.sampling_of_all(),
                    None => state.recommended(),
                },
                recommended: state.recommended(),
                is_chat: chat.is_some(),
            };
            samplers::main(ui, &mut sheet);
            ui.spacing_mut().item_spacing.y = 0.0;
            ui.add_space(12.0);
            let (asked, wants_chat) = self.instructions.show(ui, state, chat);
            commands.extend(asked);
            if let Some(chat) = state.current.filter(|_| wants_chat) {
                self.scope = Some((chat, true));
            }
            samplers::variety(ui, &mut sheet);
            samplers::surprises(ui, &mut sheet);
            samplers::repetition(ui, &mut sheet);
            samplers::mirostat(ui, &mut sheet);
            length::show(ui, &mut sheet);
            format::show(ui, state, &mut sheet);
            commands.extend(loading::show(ui, state));
            commands.extend(changed(state, chat, sheet.own));
        });
        commands
    }

    /// Whose values are shown: those of a chat, or those of all.
    fn scope(&mut self, ui: &mut Ui, state: &State, commands: &mut Vec<Command>) -> Option<ChatId> {
        let chat = state.current_chat()?;
        let i18n = &state.i18n;
        let is_own = match self.scope {
            Some((of, is_own)) if of == chat.id => is_own,
            _ => chat.sampling.is_some(),
        };
        let names = [i18n.get("scope-all"), i18n.get("scope-chat")];
        if let Some(index) = segments(ui, &i18n.get("scope"), &names, usize::from(is_own)) {
            self.scope = Some((chat.id, index == 1));
        }
        let all = state.sampling_of_all();
        let own = chat.sampling.as_ref();
        let count = own.map_or(0, |own| differences(own, &all));
        ui.scope(|ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            let of_count = |id| i18n.text(&Text::new(id).count("count", count));
            let texts = [
                i18n.get("scope-all-none"),
                of_count("scope-all-some"),
                i18n.get("scope-chat-none"),
                of_count("scope-chat-some"),
            ];
            let texts = texts.each_ref().map(String::as_str);
            let shown = 2 * usize::from(is_own) + usize::from(count > 0);
            steady_caption(ui, &texts, shown);
            let reset = i18n.get("scope-reset");
            if link_where(ui, &reset, own.is_some()).clicked() {
                let command = PanelCommand::SetChatSampling(chat.id, None);
                commands.push(Command::Panel(command));
            }
        });
        is_own.then_some(chat.id)
    }
}

/// A link whose words begin where other text does. Its padding hangs out to the left, which
/// would draw all that follows along with it; so only its words take room.
fn link(ui: &mut Ui, text: &str) -> Response {
    link_where(ui, text, true)
}

/// The same, in its place whether it can be clicked or not.
fn link_where(ui: &mut Ui, text: &str, is_enabled: bool) -> Response {
    let room = ui.available_rect_before_wrap();
    let mut child = ui.new_child(UiBuilder::new().max_rect(room));
    let response = child
        .add_enabled_ui(is_enabled, |ui| link_button(ui, text))
        .inner;
    let words = response.rect.with_min_x(room.left());
    ui.allocate_space(words.size());
    response
}

fn changed(state: &State, chat: Option<ChatId>, sampling: Sampling) -> Option<Command> {
    if sampling == state.sampling_set(chat) {
        return None;
    }
    Some(match chat {
        Some(chat) => Command::Panel(PanelCommand::SetChatSampling(chat, Some(sampling))),
        None => Command::SetSampling(sampling),
    })
}

/// How many values of a chat are others than those of all chats. They are compared as they
/// are written to a file, which is the one place that knows them all.
fn differences(own: &Sampling, all: &Sampling) -> u64 {
    let table = |sampling: &Sampling| match serde_json::to_value(sampling) {
        Ok(serde_json::Value::Object(table)) => table,
        _ => serde_json::Map::new(),
    };
    let (own, all) = (table(own), table(all));
    let differs = |(name, value): &(&String, &serde_json::Value)| all.get(*name) != Some(*value);
    own.iter().filter(differs).count() as u64
}
