//! The conversation: messages in a column, the newest at the end. Only what is in view is
//! laid out; where the rest is, is remembered, or guessed until it has been seen.

mod actions;
mod again;
mod card;
mod column;
mod context_menu;
mod details;
mod editor;
mod empty;
mod find;
mod follow;
mod link;
mod matches;
mod message;
mod pointer;
mod reach;
mod select;
mod to_end;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::ops::Range;
use std::time::{Duration, Instant};

use egui::emath::GuiRounding as _;
use egui::{Id, Rangef, Rect, ScrollArea, Ui, UiBuilder, Vec2, pos2};

use super::super::command::Command;
use crate::app::state::State;
use crate::app::theme::{Palette, radius};
use crate::app::views::composer;
use crate::chat::{Chat, ChatId, Message, MessageId};
use crate::settings::Reading;
use crate::store::search;
use card::Card;
use column::Column;
pub(super) use editor::Edits;
use find::{Finder, View};
use link::Asked;
use message::Drawn;
use prose::Highlighter;
use prose::{Act, Place, Shown};
use select::{Part, Selection};

/// Below this width of the column, icons stand for the names of what can be done.
const ROOMY: f32 = 560.0;

/// How far from the end the view may be and still count as being there.
const NEAR_END: f32 = 24.0;

/// How long the message that was jumped to stands out, and how long that takes to fade.
const FLASH: Duration = Duration::from_millis(1200);
const FADE: Duration = Duration::from_millis(500);

/// Messages whose layout is kept though they are out of view, and those that keep at least
/// their parsed text.
const KEPT_LAID: u64 = 8;
const MOST_CARDS: usize = 64;

/// What the view keeps between frames.
#[derive(Default)]
pub(super) struct Conversation {
    column: Column,
    cards: HashMap<MessageId, Card>,
    /// The versions of messages that have been in view, until the chat changes.
    versions: HashMap<MessageId, Vec<MessageId>>,
    /// Where each chat was left.
    seats: HashMap<ChatId, Seat>,
    /// Where the first chat is to be read on.
    resume: Option<(ChatId, Reading)>,
    /// Where the chat in view is read; none where that is its end.
    reading: Option<Reading>,
    chat: Option<ChatId>,
    width: f32,
    frame: u64,
    highlighter: Option<Highlighter>,
    selection: Option<Selection>,
    /// The selection that was handed on to the desktop last.
    settled: Option<Selection>,
    /// Which message was pointed at when its menu opened.
    menu: Option<usize>,
    /// How far down the view was in the last frame.
    was: f32,
    /// How far a selection beyond the edge has pulled the view, for the next frame.
    pulled: f32,
    goes_to_start: bool,
    /// The words that were looked for, and where they stand in the texts of the message that
    /// was jumped to.
    marks: RefCell<Marks>,
    jump: Option<Jump>,
    /// The place to bring into view with the next frame.
    aim: Option<Aim>,
    finder: Finder,
    /// The room above the messages for the bar that finds words, in the last frame.
    bar_room: f32,
    /// How many finds further to go, forward or back.
    find_steps: isize,
    /// The jump that the state asked for last.
    asked: Option<(ChatId, MessageId)>,
    edits: Edits,
    /// A link that leads elsewhere than it says, and waits for an answer.
    link: Option<Asked>,
}

/// What was looked for, and where it stands in each text.
type Marks = (String, HashMap<String, Vec<Range<usize>>>);

/// Where a chat is read.
#[derive(Debug, Clone, Copy)]
struct Seat {
    /// Whether the end stays in view.
    is_at_end: bool,
    offset: f32,
}

/// The message that was jumped to, and its mark.
#[derive(Debug, Clone, Copy)]
struct Jump {
    target: (ChatId, MessageId),
    since: Instant,
    is_there: bool,
}

/// A place in a message that is to be in view.
#[derive(Debug, Clone, Copy)]
struct Aim {
    message: MessageId,
    part: Part,
    place: Place,
}

impl Jump {
    /// How much the message stands out.
    fn strength(&self) -> f32 {
        let faded = self.since.elapsed().saturating_sub(FLASH);
        (1.0 - faded.as_secs_f32() / FADE.as_secs_f32()).clamp(0.0, 1.0)
    }
}

impl Conversation {
    /// Draws the chat in view, or what to do when there is none.
    pub(super) fn show(&mut self, ui: &mut Ui, state: &State) -> Vec<Command> {
        match state.current_chat().filter(|chat| !chat.is_empty()) {
            Some(chat) => self.chat(ui, state, chat),
            // It is on its way from the disk; what comes before it would only flash by.
            None if state.current.is_none() && state.wanted.is_some() => Vec::new(),
            None => empty::empty(ui, state).into_iter().collect(),
        }
    }

    fn chat(&mut self, ui: &mut Ui, state: &State, chat: &Chat) -> Vec<Command> {
        self.frame += 1;
        if self.highlighter.is_none() {
            let ctx = ui.ctx().clone();
            self.highlighter = Some(Highlighter::start(move || ctx.request_repaint()));
        }
        let salt = ("conversation", chat.id);
        let area_id = ui.make_persistent_id(egui::IdSalt::new(salt));
        let mut commands = self.begin_jump(state, chat);
        self.edits.reopen(chat);
        if self.chat != Some(chat.id) {
            self.finder.close();
        }
        let bar = ui.available_rect_before_wrap();
        self.make_room_for_bar(ui, chat);
        let view = ui.available_rect_before_wrap();
        let was = egui::scroll_area::State::load(ui.ctx(), area_id).map(|it| it.clamped_offset().y);
        let offset = self.place(ui, state, chat, view, was);
        let back = Self::background(ui, view, chat);
        // What is set beyond the last end is a new end, not a pull at the old one.
        ui.spacing_mut().scroll.kinetic.rubber_band = false;
        let mut area = ScrollArea::vertical().id_salt(salt).auto_shrink(false);
        if was.is_none_or(|was| (was - offset).abs() > 0.01) {
            area = area.vertical_scroll_offset(offset);
        }
        let mut drawn = offset;
        let output = area.show_viewport(ui, |ui, viewport| {
            drawn = viewport.top();
            commands.extend(self.messages(ui, state, chat, viewport));
        });
        let end = (self.column.total() - view.height()).max(0.0);
        let now = output.state.clamped_offset().y;
        let mut seat = self.seat(chat.id);
        // The wheel and the bar move away from the end, and back to it.
        seat.is_at_end = match seat.is_at_end {
            true => now > drawn - 1.0 || now >= end - NEAR_END,
            false => now >= end - 2.0 && now > drawn,
        };
        seat.offset = now;
        if !seat.is_at_end && end - now > NEAR_END && to_end::show(ui, state, output.inner_rect) {
            seat.is_at_end = true;
            ui.ctx().request_repaint();
        }
        self.seats.insert(chat.id, seat);
        self.reading = match seat.is_at_end {
            true => None,
            false => self.reading_at(now),
        };
        self.find(ui, state, chat, (bar, now));
        self.pointer(ui, state, chat, &back, view, now);
        commands.extend(self.menu(&back, state, chat));
        commands.extend(self.ask_about_link(ui, state));
        self.tidy();
        commands
    }

    /// What is half changed, which is kept with the drafts.
    pub(super) fn edits(&mut self) -> &mut Edits {
        &mut self.edits
    }

    /// Whether Escape is for something that is open here.
    pub(super) fn holds_escape(&self) -> bool {
        self.edits.holds_escape() || self.finder.holds_escape()
    }

    /// Keeps free what the bar that finds words takes, so that it never lies on what was found.
    fn make_room_for_bar(&mut self, ui: &mut Ui, chat: &Chat) {
        let room = match self.finder.is_open() {
            true => find::ROOM,
            false => 0.0,
        };
        let before = std::mem::replace(&mut self.bar_room, room);
        // What is read stays where it is on the screen when the bar comes and goes.
        if self.chat == Some(chat.id) {
            self.pulled += room - before;
        }
        ui.add_space(room);
    }

    /// Looks for words in the chat, where the user wants that, with a bar at the top of `view`.
    fn find(&mut self, ui: &mut Ui, state: &State, chat: &Chat, (view, offset): (Rect, f32)) {
        let steps = std::mem::take(&mut self.find_steps);
        let shown = View {
            top: self.column.visible(Rangef::point(offset)).start,
            is_growing: state.current_reply().is_some(),
        };
        self.finder.look(ui.ctx(), chat, &self.column, shown);
        let at = (view, steps);
        let outcome = self.finder.show(ui, &state.i18n, chat, &self.column, at);
        if let Some((message, part, found)) = outcome.shows {
            let place = found.start;
            self.aim = Some(Aim {
                message,
                part,
                place,
            });
            ui.ctx().request_repaint();
        }
        if outcome.is_closed {
            // What was found last can be copied.
            if let Some((index, part, found)) = self.finder.current() {
                self.selection = Some(Selection::new(index, part, found));
            }
            composer::focus(ui.ctx());
        }
    }

    fn seat(&self, chat: ChatId) -> Seat {
        let end = Seat {
            is_at_end: true,
            offset: 0.0,
        };
        self.seats.get(&chat).copied().unwrap_or(end)
    }

    /// Takes up the jump that the state asks for, once.
    fn begin_jump(&mut self, state: &State, chat: &Chat) -> Vec<Command> {
        let is_here = |&(in_chat, message): &(ChatId, MessageId)| {
            in_chat == chat.id && chat.path().any(|it| it.id == message)
        };
        let wanted = state.jump.filter(is_here);
        if wanted == self.asked {
            return Vec::new();
        }
        self.asked = wanted;
        let Some(target) = wanted else {
            return Vec::new();
        };
        self.jump_to(target.0, target.1);
        vec![Command::Arrived]
    }

    fn jump_to(&mut self, chat: ChatId, message: MessageId) {
        self.jump = Some(Jump {
            target: (chat, message),
            since: Instant::now(),
            is_there: false,
        });
    }

    /// Draws the messages that `viewport` shows, in a space as high as all of them.
    fn messages(
        &mut self,
        ui: &mut Ui,
        state: &State,
        chat: &Chat,
        viewport: Rect,
    ) -> Vec<Command> {
        let origin = ui.min_rect().min;
        let available = ui.available_width();
        let left = (origin.x + (available - self.width) / 2.0).round_ui();
        let strip = viewport.y_range();
        let mut commands = Vec::new();
        for index in self.column.visible(strip) {
            let Some(message) = self.column.id(index).and_then(|id| chat.message(id)) else {
                continue;
            };
            let top = self.column.top(index);
            let size = Vec2::new(self.width, self.column.height(index));
            let rect = Rect::from_min_size(pos2(left, origin.y + top), size);
            let strip = Rangef::new(strip.min - top, strip.max - top);
            let builder = UiBuilder::new()
                .max_rect(rect)
                .id_salt((chat.id, message.id));
            let done = ui
                .scope_builder(builder, |ui| {
                    self.one(ui, state, chat, (index, message), rect, strip)
                })
                .inner;
            commands.extend(done.command);
            match done.act {
                Some(Act::Copy(text)) => commands.push(Command::Copy(text)),
                Some(Act::Open { words, target }) => commands.extend(self.follow(words, &target)),
                Some(Act::Folded(place)) => {
                    let message = message.id;
                    let part = Part::Text;
                    self.aim = Some(Aim {
                        message,
                        part,
                        place,
                    });
                }
                None => {}
            }
        }
        let size = Vec2::new(available, self.column.total());
        ui.expand_to_include_rect(Rect::from_min_size(origin, size));
        commands
    }

    /// Draws a message.
    fn one(
        &mut self,
        ui: &mut Ui,
        state: &State,
        chat: &Chat,
        (index, message): (usize, &Message),
        rect: Rect,
        strip: Rangef,
    ) -> card::Done {
        let jump = self.jump.filter(|it| it.target == (chat.id, message.id));
        if let Some(jump) = jump.filter(|it| it.strength() > 0.0) {
            let fill = Palette::of(ui)
                .accent_wash
                .gamma_multiply(0.5 * jump.strength());
            ui.painter()
                .rect_filled(rect.expand2(Vec2::new(12.0, 8.0)), radius::CARD, fill);
            ui.ctx().request_repaint();
        }
        let query = match jump.is_some() {
            true => state.shelves.query.text.as_str(),
            false => "",
        };
        let known = &self.marks;
        let finder = &self.finder;
        let marks = |text: &str| -> Vec<Range<usize>> {
            if let Some(marks) = finder.marks(text) {
                return marks;
            }
            if query.is_empty() {
                return Vec::new();
            }
            let mut known = known.borrow_mut();
            if known.0 != query {
                *known = (query.to_owned(), HashMap::new());
            }
            if let Some(marks) = known.1.get(text) {
                return marks.clone();
            }
            let marks = search::marks(text, query);
            known.1.insert(text.to_owned(), marks.clone());
            marks
        };
        let (Some(card), Some(highlighter)) =
            (self.cards.get_mut(&message.id), &mut self.highlighter)
        else {
            return card::Done::default();
        };
        let versions = self
            .versions
            .entry(message.id)
            .or_insert_with(|| chat.versions(message.id));
        let drawn = Drawn {
            state,
            chat,
            message,
            versions,
            is_hot: card.is_held || ui.rect_contains_pointer(rect.expand(6.0)),
            is_narrow: rect.width() < ROOMY,
            held: Cell::default(),
        };
        let mut shown = Shown {
            host: &state.i18n,
            id: Id::unique("message").with((chat.id, message.id)),
            highlighter,
            picked: None,
            marks: &marks,
            found: None,
        };
        let found = finder.shown_in(message.id);
        let selection = self.selection;
        let picks = |part| {
            let found = found.as_ref().filter(|(of, _)| *of == part);
            let found = found.map(|(_, place)| place.clone());
            (selection.and_then(|it| it.of(index, part)), found)
        };
        let done = card.show(ui, &drawn, rect, strip, &mut self.edits, &mut shown, picks);
        if std::mem::replace(&mut card.is_held, drawn.held.get()) != card.is_held {
            ui.ctx().request_repaint();
        }
        done
    }

    /// Drops what was laid out for messages that went out of view.
    fn tidy(&mut self) {
        let frame = self.frame;
        for card in self.cards.values_mut() {
            if card.seen + KEPT_LAID == frame {
                card.rest();
            }
        }
        if self.cards.len() > MOST_CARDS {
            let mut seen: Vec<u64> = self.cards.values().map(|it| it.seen).collect();
            seen.sort_unstable();
            let oldest = seen[seen.len() - MOST_CARDS / 2];
            self.cards.retain(|_, card| card.seen >= oldest);
        }
    }
}
