//! The page of models: those on this machine, those to begin with, those on the Hub, and
//! downloads.

mod details;
mod downloads;
mod folders;
mod hub;
mod list;
mod menu;
mod recommended;

pub(super) use recommended::{offer, proposed};

use egui::{
    Align, Button, CentralPanel, Color32, CornerRadius, Frame, Key, Layout, Margin, Modifiers,
    Panel, RichText, Stroke, Ui, Vec2,
};

use crate::app::command::{Action, Command, HubCommand, ModelsCommand};
use crate::app::components::{caption, icon_button, title};
use crate::app::icons;
use crate::app::state::{State, Tab};
use crate::app::theme::{Palette, font, radius, size};
use crate::app::views::composer::notices;
use crate::i18n::{Arg, Text};

/// The widest each part of the page gets: a longer line is hard to follow.
const WIDEST: f32 = 980.0;
/// The part of the window's height that downloads take at most.
const MOST_FOR_DOWNLOADS: f32 = 0.4;
/// Below this width, the bar leaves out what the machine has.
const ROOMY: f32 = 800.0;
/// Below this width, it has room for the tabs only.
const NARROW: f32 = 540.0;

/// What the page keeps between frames.
#[derive(Default)]
pub(super) struct Models {
    list: list::List,
    details: details::Details,
    recommended: recommended::Recommended,
    hub: hub::Hub,
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
        if !state.notices.is_empty() || state.imported.is_some() {
            let notices = Panel::bottom("models-notices")
                .show_separator_line(false)
                .frame(plain.inner_margin(Margin::symmetric(20, 10)))
                .show(ui, |ui| notices::show(ui, state));
            commands.extend(notices.inner);
        }
        if !state.hub.downloads.is_empty() {
            // In a small window, the page they stand under keeps the larger part.
            let most = ui.ctx().content_rect().height() * MOST_FOR_DOWNLOADS;
            let downloads = Panel::bottom("downloads")
                .show_separator_line(false)
                .exact_size((downloads::height(state) + 16.0).min(most))
                .frame(plain.inner_margin(Margin::symmetric(20, 8)))
                .show(ui, |ui| downloads::show(ui, state));
            commands.extend(downloads.inner);
        }
        let page = CentralPanel::no_frame()
            .frame(plain.inner_margin(Margin {
                left: 20,
                right: 8,
                top: 14,
                bottom: 0,
            }))
            .show(ui, |ui| {
                let here: Vec<ModelsCommand> = match (&state.models.details, state.hub.tab) {
                    (Some((path, read)), _) => self.details.show(ui, state, path, read.as_ref()),
                    (None, Tab::Here) => self.list.show(ui, state),
                    (None, Tab::Recommended) => {
                        return self.recommended.show(ui, state).into_iter().collect();
                    }
                    (None, Tab::Hub) => return self.hub.show(ui, state),
                };
                here.into_iter().map(Command::Models).collect()
            });
        commands.extend(page.inner);
        commands
    }

    /// The way back, by the key that nothing else has taken.
    pub(super) fn leave(ui: &Ui, state: &State) -> Option<Command> {
        let leaves = ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape));
        leaves.then(|| back(state))
    }
}

/// One step back: from a model to the list, and from there to the conversation.
fn back(state: &State) -> Command {
    match (&state.models.details, state.hub.tab, &state.hub.open) {
        (Some(_), ..) => Command::Models(ModelsCommand::Close),
        (None, Tab::Hub, Some(_)) => Command::Hub(HubCommand::Close),
        _ => Command::Models(ModelsCommand::Show(false)),
    }
}

fn bar(ui: &mut Ui, state: &State) -> Option<Command> {
    let i18n = &state.i18n;
    let mut command = None;
    let is_roomy = ui.available_width() >= ROOMY;
    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
        let is_deep = back(state) != Command::Models(ModelsCommand::Show(false));
        let name = match is_deep {
            true => "models-back-list",
            false => "models-back",
        };
        // Where the chats lie over the page, nothing else leads to them.
        let toggle = Action::ToggleChats;
        let hides_chats = ui.ctx().content_rect().width() < size::VERY_NARROW || !state.shows_chats;
        if hides_chats && icon_button(ui, icons::PANEL_LEFT, &i18n.get(toggle.name())).clicked() {
            command = Some(Command::Do(toggle));
        }
        if icon_button(ui, icons::CHEVRON_LEFT, &i18n.get(name)).clicked() {
            command = Some(back(state));
        }
        let is_narrow = ui.available_width() < NARROW;
        if !is_narrow {
            title(ui, i18n.get("models-title"));
            ui.add_space(8.0);
        }
        let count = state.chat_models().count();
        let hub = match is_narrow {
            true => "models-tab-hub-short",
            false => "models-tab-hub",
        };
        let here = Text::new("models-tab-here").count("count", count as u64);
        for (tab, name) in [
            (Tab::Here, i18n.text(&here)),
            (Tab::Recommended, i18n.get("models-tab-recommended")),
            (Tab::Hub, i18n.get(hub)),
        ] {
            if tab_button(ui, &name, tab == state.hub.tab).clicked() {
                command = Some(Command::Hub(HubCommand::Tab(tab)));
            }
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if is_roomy && let Some(text) = machine(state) {
                caption(ui, text);
            }
        });
    });
    command
}

/// A way to another part of the page.
fn tab_button(ui: &mut Ui, name: &str, is_chosen: bool) -> egui::Response {
    let palette = Palette::of(ui);
    let (fill, ink) = match is_chosen {
        true => (palette.accent_wash, palette.ink),
        false => (Color32::TRANSPARENT, palette.soft),
    };
    let words = RichText::new(name).font(font::medium(font::SECONDARY));
    let button = Button::new(words.color(ink))
        .fill(fill)
        .stroke(Stroke::NONE)
        .corner_radius(CornerRadius::same(radius::CONTROL))
        .min_size(Vec2::new(0.0, 30.0));
    let response = ui.add(button);
    response.widget_info(|| egui::WidgetInfo::selected(egui::Role::Tab, true, is_chosen, name));
    response
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
