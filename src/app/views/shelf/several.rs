//! Several chats of the list at once: which are chosen, and the bar with what can be done
//! with them.

use std::collections::HashSet;

use egui::{Align, Response, Stroke, Ui};
use egui::{CornerRadius, Frame, Id, Label, Layout, Margin, Popup, PopupCloseBehavior, RichText};

use super::menu::{self, Choice, Menu, Page};
use crate::app::command::Command;
use crate::app::components::icon_button;
use crate::app::icons;
use crate::app::state::State;
use crate::app::theme::{Palette, font, radius};
use crate::chat::ChatId;
use crate::i18n::Text;
use crate::store::{Summary, Target};

/// The height of the bar, with the space above it.
pub(super) const BAR: f32 = 88.0;

/// The chats that are chosen.
#[derive(Default)]
pub(super) struct Several {
    chosen: HashSet<ChatId>,
    /// From where a range goes.
    anchor: Option<ChatId>,
    /// Whether those that have not been read yet are to be chosen too.
    wants_all: bool,
    menu: Option<Menu>,
}

impl Several {
    /// Whether there are any.
    pub(super) fn is_going(&self) -> bool {
        !self.chosen.is_empty()
    }

    /// Whether this is one of them.
    pub(super) fn has(&self, chat: ChatId) -> bool {
        self.chosen.contains(&chat)
    }

    /// Chooses none.
    pub(super) fn end(&mut self) {
        self.chosen.clear();
        self.wants_all = false;
    }

    /// Ranges go from here.
    pub(super) fn begin_at(&mut self, chat: ChatId) {
        self.end();
        self.anchor = Some(chat);
    }

    /// Takes one in, or out. The first one comes to the chat in view, `open`, which looks
    /// chosen already, where that is among these.
    pub(super) fn toggle(&mut self, chat: ChatId, open: Option<ChatId>, order: &[ChatId]) {
        if self.chosen.is_empty() {
            let open = open.filter(|it| *it != chat && order.contains(it));
            self.chosen.extend(open);
        }
        if !self.chosen.remove(&chat) {
            self.chosen.insert(chat);
        }
        self.anchor = Some(chat);
        self.wants_all = false;
    }

    /// Chooses all from the anchor to this one, of these in their order; from `open`, the
    /// chat in view, where there is no anchor among them.
    pub(super) fn extend_to(&mut self, chat: ChatId, open: Option<ChatId>, order: &[ChatId]) {
        let at = |chat: ChatId| order.iter().position(|&it| it == chat);
        let Some(end) = at(chat) else { return };
        let anchor = self.anchor.filter(|&it| at(it).is_some());
        let anchor = anchor.or_else(|| open.filter(|&it| at(it).is_some()));
        let anchor = anchor.unwrap_or(chat);
        let start = at(anchor).unwrap_or(end);
        self.anchor = Some(anchor);
        self.wants_all = false;
        self.chosen = order[start.min(end)..=start.max(end)]
            .iter()
            .copied()
            .collect();
    }

    /// Chooses all, those too that are still to be read. Returns what reads them.
    pub(super) fn all(&mut self, state: &State, order: &[ChatId]) -> Option<Command> {
        self.chosen = order.iter().copied().collect();
        let page = state.shelves.page.as_ref()?;
        self.wants_all = (page.total as usize) > page.chats.len();
        self.wants_all.then_some(Command::ListAll)
    }

    /// Follows the list: what is gone is not chosen, what came is where all are wanted.
    pub(super) fn follow(&mut self, chats: &[Summary], total: u32) {
        if self.chosen.is_empty() {
            return;
        }
        if self.wants_all && chats.len() >= total as usize {
            self.wants_all = false;
            self.chosen.extend(chats.iter().map(|chat| chat.id));
        }
        let present: HashSet<ChatId> = chats.iter().map(|chat| chat.id).collect();
        self.chosen.retain(|chat| present.contains(chat));
    }

    /// The chosen ones, in the order of the list.
    pub(super) fn chats<'a>(&self, state: &'a State) -> Vec<&'a Summary> {
        let listed = state.shelves.page.iter().flat_map(|page| &page.chats);
        listed.filter(|chat| self.has(chat.id)).collect()
    }

    /// Draws the bar.
    pub(super) fn bar(&mut self, ui: &mut Ui, state: &State) -> Option<Command> {
        let chats = self.chats(state);
        let palette = Palette::of(ui);
        let i18n = &state.i18n;
        let mut command = None;
        let mut is_over = false;
        Frame::new()
            .fill(palette.card)
            .stroke(Stroke::new(1.0, palette.line))
            .corner_radius(CornerRadius::same(radius::CARD))
            .inner_margin(Margin {
                left: 6,
                right: 6,
                top: 4,
                bottom: 6,
            })
            .show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = 2.0;
                ui.horizontal(|ui| {
                    let count = Text::new("several-count").count("chats", chats.len() as u64);
                    let count = RichText::new(i18n.text(&count))
                        .font(font::medium(font::SECONDARY))
                        .color(palette.ink);
                    ui.add_space(6.0);
                    ui.add(Label::new(count).selectable(false));
                    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                        is_over = icon_button(ui, icons::X, &i18n.get("several-end")).clicked();
                    });
                });
                ui.horizontal(|ui| {
                    ui.spacing_mut().item_spacing.x = 8.0;
                    let ids = || chats.iter().map(|chat| chat.id).collect::<Vec<_>>();
                    let (pin, pin_name) = menu::pin(&chats);
                    if icon_button(ui, icons::PIN, &i18n.get(pin_name)).clicked() {
                        command = Some(Command::Each(ids(), pin));
                    }
                    let folder = icon_button(ui, icons::FOLDER, &i18n.get("chat-move"));
                    command = command
                        .take()
                        .or_else(|| self.popup(&folder, state, Page::Folders, &chats));
                    let (archive, archive_name) = menu::archive(&chats);
                    if icon_button(ui, icons::ARCHIVE, &i18n.get(archive_name)).clicked() {
                        command = Some(Command::Each(ids(), archive));
                    }
                    let export = icon_button(ui, icons::UPLOAD, &i18n.get("chat-export"));
                    command = command
                        .take()
                        .or_else(|| self.popup(&export, state, Page::Export, &chats));
                    if icon_button(ui, icons::TRASH, &i18n.get("chat-delete")).clicked() {
                        command = Some(Command::Delete(Target::Chats(ids())));
                    }
                });
            });
        // What is archived or deleted is out of sight, and no longer chosen.
        if is_over || matches!(command, Some(Command::Delete(_) | Command::Each(..))) {
            self.end();
        }
        command
    }

    fn popup(
        &mut self,
        button: &Response,
        state: &State,
        page: Page,
        chats: &[&Summary],
    ) -> Option<Command> {
        if button.clicked() {
            self.menu = Some(Menu::at(page));
        }
        let menu = self.menu.as_mut();
        let shown = Popup::menu(button)
            .id(Id::unique(("several", page)))
            .width(220.0)
            .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
            .show(|ui| {
                ui.set_width(220.0);
                menu::of_several(ui, state, menu?, chats)
            });
        match shown?.inner? {
            Choice::Do(command) => Some(command),
            Choice::Rename => None,
        }
    }
}
