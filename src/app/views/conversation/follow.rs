//! Where the view is: at the end while a reply grows, at the message that was asked for, or
//! where the user has scrolled to, whatever is measured above it.

use std::cell::Cell;
use std::time::{Duration, Instant};

use egui::{Rangef, Rect, Ui};

use super::card::Card;
use super::column::GAP;
use super::message::Drawn;
use super::{Aim, Conversation, ROOMY};
use crate::app::state::State;
use crate::app::theme::size;
use crate::chat::{Chat, ChatId};
use crate::store::search;

/// Heights settle within this many rounds; what is left then settles in the next frame.
const ROUNDS: usize = 6;

/// How much of a frame goes into what will soon be in view, so that no later frame has all
/// of it to do. What is begun then is finished.
const AHEAD_BUDGET: Duration = Duration::from_micros(250);

/// The space that a place has above and below it in the view when it is gone to.
const SEEN_ABOVE: f32 = 64.0;
const SEEN_BELOW: f32 = 48.0;

/// What lies ahead is looked at in strips of this height, about that of a line or two.
const AHEAD_STEP: f32 = 40.0;

impl Conversation {
    /// Lays out what will be in view, and returns how far down the view is to be. `was` is
    /// how far it is now.
    pub(super) fn place(
        &mut self,
        ui: &Ui,
        state: &State,
        chat: &Chat,
        view: Rect,
        was: Option<f32>,
    ) -> f32 {
        let width = (view.width() - 2.0 * 16.0).min(size::COLUMN);
        let is_new = self.chat != Some(chat.id);
        if is_new {
            self.chat = Some(chat.id);
            self.selection = None;
        }
        // What was read stays in view when the window gets wider or narrower.
        let mut kept = None;
        if (self.width - width).abs() > 0.5 {
            if !is_new && let Some(was) = was {
                let index = self.column.visible(Rangef::point(was)).start;
                let into = was - self.column.top(index);
                kept = Some((index, into / self.column.height(index).max(1.0)));
            }
            self.width = width;
            self.column.forget_heights();
        }
        let changed = self
            .column
            .follow(chat, |message| Card::guess(message, width));
        if changed {
            self.versions.clear();
        }
        if changed && !is_new && kept.is_none() {
            self.selection = None;
        }
        let wanted = self.jump_target(chat.id);
        let resumed = match is_new {
            true => self.take_resumed(chat.id).filter(|_| wanted.is_none()),
            false => None,
        };
        let aimed = self.aim.take().filter(|_| wanted.is_none());
        let aimed = aimed.and_then(|aim| Some((self.column.index(aim.message)?, aim)));
        let mut seat = self.seat(chat.id);
        seat.is_at_end &= resumed.is_none();
        // Whoever has sent something wants to see what becomes of it.
        if changed && !is_new && state.current_reply().is_some() {
            seat.is_at_end = true;
            self.seats.insert(chat.id, seat);
        }
        let mut offset = was.unwrap_or(seat.offset) + std::mem::take(&mut self.pulled);
        if std::mem::take(&mut self.goes_to_start) {
            offset = 0.0;
        }
        if aimed.is_some() {
            seat.is_at_end = false;
            self.seats.insert(chat.id, seat);
        }
        if let Some((index, part)) = kept {
            offset = self.column.top(index) + part * self.column.height(index);
        }
        let mut last = f32::NAN;
        for _ in 0..ROUNDS {
            offset = match (wanted, &aimed, resumed) {
                (Some(index), ..) => self.column.top(index) - 2.0 * GAP,
                (None, Some((index, aim)), _) => {
                    let height = view.height();
                    self.toward(state, chat, (*index, aim), (offset, height))
                }
                // Its height is a guess in the first round.
                (None, None, Some((index, part))) => {
                    self.column.top(index) + part * self.column.height(index)
                }
                (None, None, None) if seat.is_at_end => f32::MAX,
                (None, None, None) => offset,
            };
            let end = (self.column.total() - view.height()).max(0.0);
            offset = offset.clamp(0.0, end);
            let strip = Rangef::new(offset, offset + view.height());
            let (above, grown) = self.prepare(ui, state, chat, strip);
            if wanted.is_none() && resumed.is_none() && !seat.is_at_end {
                offset += above;
            }
            // Where a place is within its message is known once that has been laid out.
            let is_still = aimed.is_none() || (offset - last).abs() < 0.5;
            last = offset;
            if grown < 0.5 && is_still {
                break;
            }
        }
        if resumed.is_some() {
            seat.offset = offset;
            self.seats.insert(chat.id, seat);
        }
        if wanted.is_some() {
            let seat = super::Seat {
                is_at_end: false,
                offset,
            };
            self.seats.insert(chat.id, seat);
            if let Some(jump) = &mut self.jump {
                jump.is_there = true;
            }
        }
        if let Some(was) = was.filter(|_| wanted.is_none() && !seat.is_at_end) {
            offset += self.look_ahead(ui, state, chat, (was, offset, view.height()));
        }
        let end = (self.column.total() - view.height()).max(0.0);
        match seat.is_at_end && wanted.is_none() {
            true => end,
            false => offset.clamp(0.0, end),
        }
    }

    /// How far down the view is to be for a place to be in it: as it is, where that is so.
    fn toward(
        &mut self,
        state: &State,
        chat: &Chat,
        (index, aim): (usize, &Aim),
        (offset, height): (f32, f32),
    ) -> f32 {
        let top = self.column.top(index);
        let card = self.cards.get_mut(&aim.message);
        let within = card.zip(chat.message(aim.message)).map(|(card, message)| {
            let drawn = Drawn {
                state,
                chat,
                message,
                versions: &[],
                is_hot: false,
                is_narrow: self.width < ROOMY,
                held: std::cell::Cell::default(),
            };
            card.bring(&drawn, aim.part, aim.place)
        });
        let at = top + within.unwrap_or(0.0);
        let seen = offset + SEEN_ABOVE..offset + height - SEEN_BELOW;
        match seen.contains(&at) {
            true => offset,
            false => at - height / 3.0,
        }
    }

    /// While the view moves, lays out a part of what comes next, up to a view further. Returns
    /// by how much what is above the view has grown.
    fn look_ahead(
        &mut self,
        ui: &Ui,
        state: &State,
        chat: &Chat,
        (was, offset, height): (f32, f32, f32),
    ) -> f32 {
        let moved = was - std::mem::replace(&mut self.was, was);
        if moved.abs() < 1.0 || moved.abs() > height {
            return 0.0;
        }
        let is_up = moved < 0.0;
        let begun = Instant::now();
        let known = self.column.total();
        let mut distance = 0.0;
        while distance < height && begun.elapsed() < AHEAD_BUDGET {
            let near = match is_up {
                // All of it is above the view, and pushes it down.
                true => offset + self.column.total() - known - distance - AHEAD_STEP,
                false => offset + height + distance,
            };
            self.prepare(ui, state, chat, Rangef::new(near, near + AHEAD_STEP));
            distance += AHEAD_STEP;
        }
        match is_up {
            true => self.column.total() - known,
            false => 0.0,
        }
    }

    /// The message that is still to be brought into view.
    fn jump_target(&self, chat: ChatId) -> Option<usize> {
        let jump = self.jump.filter(|it| it.target.0 == chat)?;
        (!jump.is_there).then(|| self.column.index(jump.target.1))?
    }

    /// Lays out what a strip shows. Returns by how much what is above it has grown, and by
    /// how much any height has changed.
    fn prepare(&mut self, ui: &Ui, state: &State, chat: &Chat, strip: Rangef) -> (f32, f32) {
        let mut above = 0.0;
        let mut changed = 0.0_f32;
        let mut index = self.column.visible(strip).start;
        while index < self.column.len() && self.column.top(index) <= strip.max {
            let Some(message) = self.column.id(index).and_then(|id| chat.message(id)) else {
                index += 1;
                continue;
            };
            let top = self.column.top(index);
            let before = self.column.height(index);
            let drawn = Drawn {
                state,
                chat,
                message,
                versions: &[],
                is_hot: false,
                is_narrow: self.width < ROOMY,
                held: Cell::default(),
            };
            let card = self
                .cards
                .entry(message.id)
                .or_insert_with(|| Card::new(message));
            card.seen = self.frame;
            // What was looked for must not be folded away.
            let words = state.shelves.query.text.as_str();
            let is_jump = |it: &super::Jump| it.target == (chat.id, message.id) && !it.is_there;
            if self.jump.as_ref().is_some_and(is_jump) && !words.is_empty() {
                card.unfold(|text| !search::marks(text, words).is_empty());
            }
            let is_edited = self.edits.is_of(&drawn);
            let part = Rangef::new(strip.min - top, strip.max - top);
            let (height, grown_above) = card.prepare(ui, &drawn, is_edited, self.width, part);
            let grown = self.column.set(index, height);
            changed += grown.abs();
            // A message whose guess ended above the view, or which begins above it.
            above += match top + before < strip.min {
                true => grown,
                false => grown_above,
            };
            index += 1;
        }
        (above, changed)
    }
}
