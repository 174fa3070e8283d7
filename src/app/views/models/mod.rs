//! The page of models: those on this machine, and one of them looked at closely.

mod details;
mod folders;
mod list;
mod menu;

use egui::{Align, CentralPanel, Frame, Key, Layout, Margin, Modifiers, Panel, Ui};

use crate::app::command::{Command, ModelsCommand};
use crate::app::components::{caption, icon_button, title};
use crate::app::icons;
use crate::app::state::State;
use crate::app::theme::size;
use crate::app::views::composer::notices;
use crate::i18n::{Arg, Text};

/// Below this width, the bar leaves out what the machine has.
const ROOMY: f32 = 640.0;

/// What the page keeps between frames.
#[derive(Default)]
pub(super) struct Models {
    list: list::List,
    details: details::Details,
}

impl Models {
    /// Draws the page in all the room there is.
    pub(super) fn show(&mut self, ui: &mut Ui, state: &State) -> Vec<Command> {
        let mut commands = Vec::new();
        let plain = Frame::new();
        let bar = Panel::top("models-bar")
            .exact_size(size::TOP_BAR)
            .frame(plain.inner_margin(Margin::symmetric(16, 9)))
            .show(ui, |ui| bar(ui, state));
        commands.extend(bar.inner);
        let mut others = Vec::new();
        if !state.notices.is_empty() {
            let notices = Panel::bottom("models-notices")
                .show_separator_line(false)
                .frame(plain.inner_margin(Margin::symmetric(20, 10)))
                .show(ui, |ui| notices::show(ui, state));
            others = notices.inner;
        }
        let page = CentralPanel::no_frame()
            .frame(plain.inner_margin(Margin {
                left: 20,
                right: 8,
                top: 14,
                bottom: 0,
            }))
            .show(ui, |ui| match &state.models.details {
                Some((path, read)) => self.details.show(ui, state, path, read.as_ref()),
                None => self.list.show(ui, state),
            });
        commands.extend(page.inner);
        let commands = commands.into_iter().map(Command::Models);
        commands.chain(others).collect()
    }

    /// The way back, by the key that nothing else has taken.
    pub(super) fn leave(ui: &Ui, state: &State) -> Option<Command> {
        let leaves = ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape));
        leaves.then_some(Command::Models(back(state)))
    }
}

/// One step back: from a model to the list, and from there to the conversation.
fn back(state: &State) -> ModelsCommand {
    match state.models.details {
        Some(_) => ModelsCommand::Close,
        None => ModelsCommand::Show(false),
    }
}

fn bar(ui: &mut Ui, state: &State) -> Option<ModelsCommand> {
    let i18n = &state.i18n;
    let mut command = None;
    let is_roomy = ui.available_width() >= ROOMY;
    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
        let name = match state.models.details {
            Some(_) => "models-back-list",
            None => "models-back",
        };
        if icon_button(ui, icons::CHEVRON_LEFT, &i18n.get(name)).clicked() {
            command = Some(back(state));
        }
        title(ui, i18n.get("models-title"));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if is_roomy && let Some(text) = machine(state) {
                caption(ui, text);
            }
        });
    });
    command
}

/// What this machine has, as far as it has been looked at.
fn machine(state: &State) -> Option<String> {
    let machine = state.models.machine.as_ref()?;
    let text = Text::new("models-machine")
        .with("memory", Arg::Bytes(machine.memory_total_bytes))
        .with("free", Arg::Bytes(machine.memory_free_bytes));
    let memory = state.i18n.text(&text);
    let Some(disk) = state.models.disk_free_bytes else {
        return Some(memory);
    };
    let disk = Text::new("models-disk").with("free", Arg::Bytes(disk));
    Some(format!("{memory} · {}", state.i18n.text(&disk)))
}
