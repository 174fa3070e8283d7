//! What the window looks like, part by part. A view reads the state, keeps its own drafts,
//! and returns what the user asked for; it changes nothing else.

mod access;
mod announce;
mod composer;
mod conversation;
mod floating;
mod focus;
mod follow;
mod keeping;
mod model_menu;
mod models;
mod palette;
mod regions;
mod rename;
mod settings_panel;
mod shelf;
mod shortcuts;
#[cfg(test)]
mod tests;
mod toasts;
mod too_long;
mod top_bar;
mod when;

use egui::{
    Area, CentralPanel, Frame, Id, Key, Margin, Modal, Modifiers, Order, Panel, Rect, Stroke, Ui,
    UiBuilder, Vec2, pos2,
};

use super::command::{Action, Command, ModelsCommand, Shelf};
use super::state::{Overlay, State};
use super::theme::{Palette, radius, size};
use crate::chat::FolderId;
use crate::settings::{Reading, WindowState};
use regions::{Region, Regions};

/// What the views keep between frames.
#[derive(Default)]
pub(in crate::app) struct Views {
    composer: composer::Composer,
    /// How high the composer was when it was last drawn.
    composer_height: f32,
    conversation: conversation::Conversation,
    shelf: shelf::Panel,
    regions: Regions,
    dialog: Option<Open>,
    recent: palette::Recent,
    announcer: announce::Announcer,
    focus: focus::Focus,
    toasts: toasts::Toasts,
    settings: settings_panel::SettingsPanel,
    models: models::Models,
}

/// What lies over everything and has the keyboard.
enum Dialog {
    Palette(palette::Palette),
    Shortcuts(shortcuts::Shortcuts),
    Rename(rename::Rename),
}

/// A dialog that is open, and what had the keyboard before.
struct Open {
    dialog: Dialog,
    before: Option<Id>,
    /// Whether it has ended, and what came of it.
    is_over: bool,
    command: Option<Command>,
}

impl Views {
    /// As they were left.
    pub(in crate::app) fn as_left(left: &WindowState) -> Self {
        let mut views = Self::default();
        views.shelf.open_folders(&left.open_folders);
        if let (Some(chat), Some(reading)) = (left.chat, left.reading) {
            views.conversation.resume(chat, reading);
        }
        views
    }

    /// The folders of the left panel whose chats are shown.
    pub(in crate::app) fn open_folders(&self) -> Vec<FolderId> {
        self.shelf.opened_folders()
    }

    /// Where the chat in view is read, or is going to be; none where that is its end.
    pub(in crate::app) fn reading(&self, state: &State) -> Option<Reading> {
        self.conversation.reading(state)
    }

    /// Puts the keyboard into the search of the left panel.
    pub(in crate::app) fn find(&mut self) {
        self.shelf.find();
    }

    /// Whether Escape is for something that is open over the conversation.
    pub(in crate::app) fn holds_escape(&self) -> bool {
        self.composer.holds_escape() || self.conversation.holds_escape()
    }

    /// What is typed and has not been handed on to be kept yet, for when the window closes.
    pub(in crate::app) fn unkept_draft(&mut self) -> Option<Command> {
        self.composer.unkept(self.conversation.edits())
    }

    /// Draws the window. Returns what the user asked for.
    pub(in crate::app) fn show(&mut self, ui: &mut Ui, state: &State) -> Vec<Command> {
        floating::watch(ui.ctx());
        self.focus.begin(ui.ctx());
        self.regions.begin();
        access::name(ui.ctx(), &state.i18n);
        let regions = &mut self.regions;
        let palette = Palette::of(ui);
        let width = ui.available_width();
        let mut commands = Vec::new();
        let panel = panel_frame(&palette);

        if width < size::VERY_NARROW {
            let contents = |ui: &mut Ui, state: &State| {
                regions.enter(ui, state, Region::Chats);
                self.shelf.show(ui, state)
            };
            overlay(ui, state, Overlay::Chats, &mut commands, contents);
        } else if state.shows_chats {
            let chats = Panel::left("chats")
                .resizable(false)
                .exact_size(size::LEFT_PANEL)
                .frame(panel)
                .show(ui, |ui| {
                    regions.enter(ui, state, Region::Chats);
                    self.shelf.show(ui, state)
                });
            commands.extend(chats.inner);
        }
        if state.models.is_open {
            regions.enter(ui, state, Region::Conversation);
            commands.extend(self.models.show(ui, state));
            let below = ui.max_rect().center_bottom() - Vec2::new(0.0, 16.0);
            commands.extend(self.toasts.show(ui, state, below));
        } else {
            commands.extend(self.talk(ui, state));
        }
        commands.extend(self.show_dialog(ui, state));
        commands.extend(self.leave_shelf(ui, state));
        if commands.iter().any(leads_to_talk) {
            composer::focus(ui.ctx());
        }
        self.announcer.show(ui, state);
        self.focus.end(ui);
        composer::dropping::show(ui, state);
        commands
    }

    /// The conversation, with all that is about it.
    fn talk(&mut self, ui: &mut Ui, state: &State) -> Vec<Command> {
        let regions = &mut self.regions;
        let palette = Palette::of(ui);
        let panel = panel_frame(&palette);
        let width = ui.max_rect().width();
        let mut commands = Vec::new();
        if width < size::NARROW {
            let settings = |ui: &mut Ui, state: &State| {
                regions.enter(ui, state, Region::Settings);
                self.settings.show(ui, state)
            };
            overlay(ui, state, Overlay::Settings, &mut commands, settings);
        }
        // The keyboard goes through the parts in the order in which they are drawn, so those
        // at the right and at the bottom are left room for and come after the conversation.
        let has_settings = width >= size::NARROW && state.shows_settings;
        let outer = ui;
        let mut middle = outer.available_rect_before_wrap();
        if has_settings {
            middle.max.x -= size::RIGHT_PANEL;
        }
        let mut middle = outer.new_child(UiBuilder::new().max_rect(middle));
        let ui = &mut middle;
        // The window has been cleared with the background; to paint it again is what painting
        // costs most where there is no graphics processor.
        let plain = Frame::new();
        let bar = Panel::top("top-bar")
            .exact_size(size::TOP_BAR)
            .frame(plain.inner_margin(Margin::symmetric(16, 9)))
            .show(ui, |ui| {
                regions.enter(ui, state, Region::Bar);
                top_bar::show(ui, state)
            });
        commands.extend(bar.inner);
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
        let mut upper = ui.available_rect_before_wrap();
        upper.max.y = (upper.max.y - self.composer_height).max(upper.min.y);
        let mut upper = ui.new_child(UiBuilder::new().max_rect(upper));
        let conversation = CentralPanel::no_frame()
            .frame(plain)
            .show(&mut upper, |ui| {
                regions.enter(ui, state, Region::Conversation);
                self.conversation.show(ui, state)
            });
        commands.extend(conversation.inner);
        let composer = Panel::bottom("composer")
            .show_separator_line(false)
            .frame(plain.inner_margin(Margin {
                left: 16,
                right: 16,
                top: 4,
                bottom: 14,
            }))
            .show(ui, |ui| {
                regions.enter(ui, state, Region::Composer);
                self.composer.yields = self.shelf.is_renaming();
                self.composer.show(ui, state, self.conversation.edits())
            });
        commands.extend(composer.inner);
        let height = composer.response.rect.height();
        note_height(ui, &mut self.composer_height, height);
        let above = composer.response.rect.center_top() - Vec2::new(0.0, 12.0);
        commands.extend(self.toasts.show(ui, state, above));
        let ui = outer;
        if has_settings {
            commands.extend(settings(ui, state, panel, regions, &mut self.settings));
        }
        commands
    }

    /// The way back from the bin and its like, by the key that nothing else has taken.
    fn leave_shelf(&self, ui: &Ui, state: &State) -> Option<Command> {
        let is_free = self.dialog.is_none() && !self.is_typing(ui.ctx(), state);
        if state.models.is_open && is_free {
            // The Escape that closes a menu closes no more than that.
            let has_menu = self.focus.has_menu() || egui::Popup::is_any_open(ui.ctx());
            return (!has_menu)
                .then(|| models::Models::leave(ui, state))
                .flatten();
        }
        let is_elsewhere = state.shelves.shown != Shelf::Chats;
        let leaves = is_elsewhere
            && is_free
            && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape));
        leaves.then_some(Command::Show(Shelf::Chats))
    }

    fn show_dialog(&mut self, ui: &Ui, state: &State) -> Option<Command> {
        let open = self.dialog.as_mut()?;
        // What lies below takes the keyboard only in a frame after one without the dialog.
        if open.is_over {
            let command = open.command.take();
            self.close(ui.ctx());
            return command;
        }
        let (is_over, command) = match &mut open.dialog {
            Dialog::Palette(palette) => {
                let (is_over, what) = palette.show(ui, state, &mut self.recent);
                if let Some(palette::What::Search(words)) = &what {
                    self.shelf.look_for(words);
                }
                (is_over, what.map(|what| palette::command(state, what)))
            }
            Dialog::Shortcuts(shortcuts) => (shortcuts.show(ui, state), None),
            Dialog::Rename(rename) => rename.show(ui, state),
        };
        if is_over {
            open.is_over = true;
            open.command = command;
            ui.ctx().request_repaint();
        }
        None
    }
}

/// Whether what comes next is likely a message: who has chosen a model wants to talk to it, and
/// who leaves the page of models goes back to the conversation.
fn leads_to_talk(command: &Command) -> bool {
    matches!(
        command,
        Command::LoadModel(_)
            | Command::Models(
                ModelsCommand::Use(_) | ModelsCommand::Insist(_) | ModelsCommand::Show(false)
            )
    )
}

/// Remembers how high the composer is: what is above it is drawn first.
fn note_height(ui: &Ui, known: &mut f32, height: f32) {
    if (height - *known).abs() > 0.5 {
        // Nothing is drawn twice for a line more; only the first frame must be right.
        match *known > 0.0 {
            true => ui.ctx().request_repaint(),
            false => ui.ctx().request_discard("the composer has its height now"),
        }
        *known = height;
    }
}

/// What a panel lies in.
fn panel_frame(palette: &Palette) -> Frame {
    Frame::new()
        .fill(palette.panel)
        .inner_margin(Margin::same(12))
}

/// The panel at the right.
fn settings(
    ui: &mut Ui,
    state: &State,
    panel: Frame,
    regions: &mut Regions,
    panel_of: &mut settings_panel::SettingsPanel,
) -> Vec<Command> {
    let shown = Panel::right("settings")
        .resizable(false)
        .exact_size(size::RIGHT_PANEL)
        .frame(panel.inner_margin(Margin {
            right: 6,
            ..Margin::same(16)
        }))
        .show(ui, |ui| {
            regions.enter(ui, state, Region::Settings);
            panel_of.show(ui, state)
        });
    shown.inner
}

/// A dialog over everything: the same veil and the same card for each of them.
fn dialog(ui: &Ui, id: Id) -> Modal {
    Modal::new(id)
        .backdrop_color(Palette::of(ui).veil())
        .frame(dialog_frame(ui).inner_margin(Margin::same(16)))
}

/// What a dialog lies in.
fn dialog_frame(ui: &Ui) -> Frame {
    let palette = Palette::of(ui);
    Frame::new()
        .fill(palette.card)
        .stroke(Stroke::new(1.0, palette.line))
        .corner_radius(radius::CARD)
        .shadow(ui.visuals().window_shadow)
}

/// A panel that lies over the conversation, where the window is too narrow for both. A
/// press beside it puts it away, and so does Escape. It leaves the bar with its button free.
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
    let mut window = ui.max_rect();
    window.min.y += size::TOP_BAR;
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
    let layer = shown.response.layer_id;
    floating::note(ui.ctx(), layer, Rect::NOTHING);
    let is_left = state.current_reply().is_none()
        && !has_menu
        && ui.input(|input| input.key_pressed(Key::Escape));
    if is_left || floating::is_dismissed(ui.ctx(), layer) {
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
