//! Selecting with the pointer, across messages.

use std::cell::Cell;

use egui::text_edit::TextEditState;
use egui::{
    CursorIcon, Event, Id, Key, Modifiers, OutputCommand, Popup, Rect, Response, Sense, Ui, Vec2,
};

use super::Conversation;
use super::message::Drawn;
use super::select::{Part, Selection, Spot};
use crate::app::state::State;
use crate::chat::{Chat, Message};
use prose::{Form, Place};

/// How fast the view follows a pointer that selects beyond its edge, in points a second for
/// each point beyond.
const PULL: f32 = 8.0;

/// The longest selection that is handed on without being copied, in bytes: all of a long chat
/// would hold a frame up.
const MAX_SETTLED_BYTES: usize = 256 * 1024;

impl Conversation {
    /// What lies behind all messages: it is there to be dragged over. Before the messages,
    /// so that what stands in them comes first.
    pub(super) fn background(ui: &Ui, view: Rect, chat: &Chat) -> Response {
        let id = Id::unique("conversation-background").with(chat.id);
        ui.interact(view, id, Sense::CLICK | Sense::DRAG)
    }

    /// Takes in what the pointer did, once everything is drawn.
    pub(super) fn pointer(
        &mut self,
        ui: &Ui,
        state: &State,
        chat: &Chat,
        back: &Response,
        view: Rect,
        offset: f32,
    ) {
        let pointed = back.hover_pos().or(back.interact_pointer_pos());
        let spot = pointed.and_then(|at| {
            let left = view.left() + (view.width() - self.width) / 2.0;
            let from_top = at - view.min;
            let point = Vec2::new(at.x - left, from_top.y + offset);
            self.spot(ui, state, chat, point)
        });
        if back.hovered() && spot.is_some_and(|(_, is_on_text)| is_on_text) {
            ui.ctx().set_cursor_icon(CursorIcon::Text);
        }
        let spot = spot.map(|(spot, _)| spot);
        let (shift, is_primary) = ui.input(|input| {
            (
                input.modifiers.shift,
                input.pointer.primary_pressed() || input.pointer.primary_down(),
            )
        });
        if back.contains_pointer()
            && ui.input(|input| input.pointer.primary_pressed())
            && back.is_pointer_button_down_on()
        {
            // The keyboard goes with the pointer: what is selected here is what is copied.
            if let Some(focused) = ui.memory(egui::Memory::focused) {
                ui.memory_mut(|memory| memory.surrender_focus(focused));
            }
            self.selection = match (self.selection, spot, shift) {
                (Some(selection), Some(head), true) => Some(Selection { head, ..selection }),
                (_, Some(spot), _) => Some(Selection {
                    anchor: spot,
                    head: spot,
                }),
                (_, None, _) => None,
            };
        } else if back.dragged() && is_primary {
            if let (Some(selection), Some(head)) = (&mut self.selection, spot) {
                selection.head = head;
            }
            self.pull(ui, chat, view, offset);
        }
        if back.triple_clicked() || back.double_clicked() {
            self.selection = spot.and_then(|spot| self.around(chat, spot, back.triple_clicked()));
        }
        // A press anywhere else ends the selection, as in any other text.
        let pressed_elsewhere = ui.input(|input| {
            input.pointer.primary_pressed()
                && input
                    .pointer
                    .interact_pos()
                    .is_some_and(|at| !view.contains(at))
        });
        if pressed_elsewhere {
            self.selection = None;
        }
        self.keys(ui, chat);
        self.settle_selection(ui, chat);
        if back.secondary_clicked() {
            self.menu = spot.map(|it| it.index);
        }
    }

    /// The place nearest to a point of the column, and whether the point is in a message.
    fn spot(&mut self, _: &Ui, state: &State, chat: &Chat, point: Vec2) -> Option<(Spot, bool)> {
        let index = self.column.visible(egui::Rangef::point(point.y)).start;
        let message = chat.message(self.column.id(index)?)?;
        let top = self.column.top(index);
        let drawn = Drawn {
            state,
            chat,
            message,
            versions: &[],
            is_hot: false,
            is_narrow: false,
            held: Cell::default(),
        };
        let card = self.cards.get(&message.id)?;
        let within = Vec2::new(point.x, point.y - top);
        let (part, place) = card.place_at(&drawn, self.width, within);
        let is_inside = within.y >= 0.0
            && within.y <= self.column.height(index) - 24.0
            && (0.0..=self.width).contains(&within.x);
        Some((Spot { index, part, place }, is_inside))
    }

    fn around(&self, chat: &Chat, spot: Spot, is_block: bool) -> Option<Selection> {
        let message = chat.message(self.column.id(spot.index)?)?;
        let card = self.cards.get(&message.id)?;
        let picked = card.document(spot.part).around(spot.place, is_block);
        let at = |place: Place| Spot { place, ..spot };
        Some(Selection {
            anchor: at(picked.start),
            head: at(picked.end),
        })
    }

    /// Scrolls while the pointer selects beyond the edge of the view.
    fn pull(&mut self, ui: &Ui, chat: &Chat, view: Rect, offset: f32) {
        let Some(at) = ui.input(|input| input.pointer.interact_pos()) else {
            return;
        };
        let beyond = (at.y - view.bottom()).max(0.0) - (view.top() - at.y).max(0.0);
        if beyond == 0.0 {
            return;
        }
        let seconds = ui.input(|input| input.stable_dt).min(0.1);
        let mut seat = self.seat(chat.id);
        seat.is_at_end = false;
        seat.offset = offset;
        self.seats.insert(chat.id, seat);
        self.pulled = beyond * PULL * seconds;
        ui.ctx().request_repaint();
    }

    /// The keys that act on what is selected.
    fn keys(&mut self, ui: &Ui, chat: &Chat) {
        let is_free = ui.memory(|memory| memory.focused().is_none());
        if is_free && ui.input_mut(|input| input.consume_key(Modifiers::COMMAND, Key::A)) {
            self.select_all();
        }
        let Some(selection) = self.selection.filter(|it| !it.is_empty()) else {
            return;
        };
        let (copies, types) = ui.input(|input| {
            let is_text = |event: &Event| matches!(event, Event::Text(_) | Event::Paste(_));
            (
                input.events.contains(&Event::Copy),
                input.events.iter().any(is_text),
            )
        });
        if copies && !has_own_selection(ui) {
            let text = self.copied(chat, &selection, Form::Plain);
            ui.ctx().copy_text(text);
        }
        // The Escape that closes a menu over the selection closes no more than that.
        let is_free = is_free && !Popup::is_any_open(ui.ctx());
        if types || is_free && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape))
        {
            self.selection = None;
        }
    }

    /// Hands the selection on once it has come to rest: X11 and Wayland keep it for the middle
    /// button, as egui's own fields do with theirs.
    fn settle_selection(&mut self, ui: &Ui, chat: &Chat) {
        let is_moving = ui.input(|input| input.pointer.any_down());
        if is_moving || self.settled == self.selection {
            return;
        }
        self.settled = self.selection;
        let Some(selection) = self.selection.filter(|it| !it.is_empty()) else {
            return;
        };
        let is_nix = ui.ctx().os() == egui::os::OperatingSystem::Nix;
        if is_nix && selection.bytes(chat) <= MAX_SETTLED_BYTES {
            let text = self.copied(chat, &selection, Form::Plain);
            ui.ctx().send_cmd(OutputCommand::TextSelectionSettled(text));
        }
    }

    pub(super) fn select_all(&mut self) {
        let Some(last) = self.column.len().checked_sub(1) else {
            return;
        };
        self.selection = Some(whole(0, last));
    }

    pub(super) fn copied(&self, chat: &Chat, selection: &Selection, form: Form) -> String {
        let shows_thoughts = |message: &Message| {
            let card = self.cards.get(&message.id);
            card.is_some_and(|card| card.shows_thoughts)
        };
        selection.copy(chat, form, shows_thoughts)
    }
}

/// All of some messages.
pub(super) fn whole(first: usize, last: usize) -> Selection {
    Selection {
        anchor: Spot {
            index: first,
            part: Part::Thoughts,
            place: Place::START,
        },
        head: Spot {
            index: last,
            part: Part::Text,
            place: Place::END,
        },
    }
}

/// Whether what has the keyboard is a text with something selected in it, which is then what
/// is meant.
fn has_own_selection(ui: &Ui) -> bool {
    let focused = ui.memory(egui::Memory::focused);
    let text = focused.and_then(|id| TextEditState::load(ui.ctx(), id));
    let range = text.and_then(|text| text.cursor.char_range());
    range.is_some_and(|range| !range.is_empty())
}
