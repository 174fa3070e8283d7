//! What the window looks like, part by part. A view reads the state, keeps its own drafts,
//! and returns what the user asked for; it changes nothing else.

mod composer;
mod conversation;
mod keeping;
mod model_menu;
mod settings_panel;
mod shelf;
#[cfg(test)]
mod tests;
mod top_bar;
mod undo;
mod when;

use egui::{Area, CentralPanel, Frame, Id, Key, Margin, Order, Panel, Stroke, Ui, Vec2, pos2};

use super::command::{Action, Command};
use super::state::{Overlay, State};
use super::theme::{Palette, size};

/// What the views keep between frames.
#[derive(Default)]
pub(in crate::app) struct Views {
    composer: composer::Composer,
    conversation: conversation::Conversation,
    shelf: shelf::Panel,
}

impl Views {
    /// Puts the keyboard into the search of the left panel.
    pub(in crate::app) fn find(&mut self) {
        self.shelf.find();
    }

    /// Whether Escape is for something that is open over the conversation.
    pub(in crate::app) fn holds_escape(&self) -> bool {
        self.composer.holds_escape()
    }

    /// What is typed and has not been handed on to be kept yet, for when the window closes.
    pub(in crate::app) fn unkept_draft(&self) -> Option<Command> {
        self.composer.unkept()
    }

    /// Draws the window. Returns what the user asked for.
    pub(in crate::app) fn show(&mut self, ui: &mut Ui, state: &State) -> Vec<Command> {
        let palette = Palette::of(ui);
        let width = ui.available_width();
        let mut commands = Vec::new();
        let panel = Frame::new()
            .fill(palette.panel)
            .inner_margin(Margin::same(12));

        if width < size::VERY_NARROW {
            let contents = |ui: &mut Ui, state: &State| self.shelf.show(ui, state);
            overlay(ui, state, Overlay::Chats, &mut commands, contents);
        } else if state.shows_chats {
            let chats = Panel::left("chats")
                .resizable(false)
                .exact_size(size::LEFT_PANEL)
                .frame(panel)
                .show(ui, |ui| self.shelf.show(ui, state));
            commands.extend(chats.inner);
        }
        if width < size::NARROW {
            let settings = settings_panel::show;
            overlay(ui, state, Overlay::Settings, &mut commands, settings);
        } else if state.shows_settings {
            let settings = Panel::right("settings")
                .resizable(false)
                .exact_size(size::RIGHT_PANEL)
                .frame(panel.inner_margin(Margin::same(16)))
                .show(ui, |ui| settings_panel::show(ui, state));
            commands.extend(settings.inner);
        }
        let plain = Frame::new().fill(palette.background);
        let bar = Panel::top("top-bar")
            .exact_size(size::TOP_BAR)
            .frame(plain.inner_margin(Margin::symmetric(16, 9)))
            .show(ui, |ui| top_bar::show(ui, state));
        commands.extend(bar.inner);
        let composer = Panel::bottom("composer")
            .show_separator_line(false)
            .frame(plain.inner_margin(Margin {
                left: 16,
                right: 16,
                top: 4,
                bottom: 14,
            }))
            .show(ui, |ui| self.composer.show(ui, state));
        commands.extend(composer.inner);
        if keeping::is_needed(state) {
            let keeping = Panel::top("keeping")
                .show_separator_line(false)
                .frame(plain.inner_margin(Margin {
                    left: 16,
                    right: 16,
                    top: 12,
                    bottom: 4,
                }))
                .show(ui, |ui| column(ui, |ui| keeping::show(ui, state)));
            commands.extend(keeping.inner);
        }
        let above = composer.response.rect.center_top() - Vec2::new(0.0, 12.0);
        commands.extend(undo::show(ui, state, above));
        let conversation = CentralPanel::no_frame()
            .frame(plain)
            .show(ui, |ui| self.conversation.show(ui, state));
        commands.extend(conversation.inner);
        composer::dropping::show(ui, state);
        commands
    }
}

/// A panel that lies over the conversation, where the window is too narrow for both. A
/// click beside it puts it away, and so does Escape.
fn overlay(
    ui: &Ui,
    state: &State,
    which: Overlay,
    commands: &mut Vec<Command>,
    contents: impl FnOnce(&mut Ui, &State) -> Vec<Command>,
) {
    if state.overlay != Some(which) {
        return;
    }
    let palette = Palette::of(ui);
    let window = ui.max_rect();
    // The Escape that closes a menu of the panel closes no more than that.
    let has_menu = egui::Popup::is_any_open(ui.ctx());
    let (action, width, left) = match which {
        Overlay::Chats => (Action::ToggleChats, size::LEFT_PANEL, window.left()),
        Overlay::Settings => {
            let width = size::RIGHT_PANEL.min(window.width());
            (Action::ToggleSettings, width, window.right() - width)
        }
    };
    let shown = Area::new(Id::unique(("overlay", which)))
        .order(Order::Middle)
        .fixed_pos(pos2(left, window.top()))
        .show(ui.ctx(), |ui| {
            Frame::new()
                .fill(palette.panel)
                .stroke(Stroke::new(1.0, palette.line))
                .shadow(ui.visuals().popup_shadow)
                .inner_margin(Margin::same(16))
                .show(ui, |ui| {
                    ui.set_width(width - 32.0);
                    ui.set_height(window.height() - 32.0);
                    commands.extend(contents(ui, state));
                });
        });
    let clicked_beside = shown.response.clicked_elsewhere() && !egui::Popup::is_any_open(ui.ctx());
    // The click that opened it is beside it too, in the frame before it was there.
    let is_new = ui
        .ctx()
        .memory(|memory| !memory.areas().visible_last_frame(&shown.response.layer_id));
    let is_left =
        state.reply.is_none() && !has_menu && ui.input(|input| input.key_pressed(Key::Escape));
    if (clicked_beside || is_left) && !is_new {
        commands.push(Command::Do(action));
    }
}

/// The column in which everything of a conversation lies, centred.
fn column<R>(ui: &mut Ui, contents: impl FnOnce(&mut Ui) -> R) -> R {
    let available = ui.available_width();
    let width = available.min(size::COLUMN);
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        ui.add_space((available - width) / 2.0);
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.x = 8.0;
            ui.set_width(width);
            contents(ui)
        })
        .inner
    })
    .inner
}
