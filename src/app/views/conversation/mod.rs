//! The conversation: messages in a column, the newest at the end. Only what is in view is
//! laid out; the heights of the rest are remembered, or guessed until they have been seen.

mod actions;
mod editor;
mod empty;
mod message;
mod reach;

use std::collections::HashMap;
use std::time::{Duration, Instant};

use egui::{Layout, Rect, ScrollArea, Ui, UiBuilder, Vec2, pos2};

use super::super::command::Command;
use crate::app::components::icon_button;
use crate::app::icons;
use crate::app::state::State;
use crate::app::theme::{Palette, font, radius, size};
use crate::chat::{Chat, ChatId, Message, MessageId, Role};
use crate::store::search;
use editor::Editing;
use message::Drawn;

/// Space between two messages.
const GAP: f32 = 20.0;

/// Space above the first message and below the last.
const EDGE: f32 = 20.0;

/// Characters on a line of the full column, to guess the height of what was never drawn.
const CHARACTERS_A_LINE: usize = 95;

/// Below this width of the column, icons stand for the names of what can be done.
const ROOMY: f32 = 560.0;

/// How far from the end the view may be and still count as being there.
const NEAR_END: f32 = 24.0;

/// How long the message that was jumped to stands out, and how long that takes to fade.
const FLASH: Duration = Duration::from_millis(1200);
const FADE: Duration = Duration::from_millis(500);

/// A jump ends after this many frames, also where the place moves on.
const MOST_FRAMES: u32 = 12;

/// What the view keeps between frames.
#[derive(Default)]
pub(super) struct Conversation {
    heights: HashMap<(ChatId, MessageId), Height>,
    /// The width the heights were measured at.
    width: f32,
    wants_end: bool,
    /// How much higher than guessed that turned out to be which is above the view.
    shift: f32,
    /// Where the view is to be with the next pass.
    offset: Option<f32>,
    jump: Option<Jump>,
    /// The jump that the state asked for last.
    asked: Option<(ChatId, MessageId)>,
    editing: Option<Editing>,
}

/// The height of a message.
#[derive(Debug, Clone, Copy)]
struct Height {
    points: f32,
    is_guess: bool,
}

/// The way to a message, and its mark once it is there.
#[derive(Debug, Clone, Copy)]
struct Jump {
    target: (ChatId, MessageId),
    since: Instant,
    /// Where the view was last put, and for how many frames.
    offset: f32,
    frames: u32,
    is_there: bool,
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
            None => empty::empty(ui, state).into_iter().collect(),
        }
    }

    fn chat(&mut self, ui: &mut Ui, state: &State, chat: &Chat) -> Vec<Command> {
        let mut commands = self.begin_jump(state, chat);
        let mut area = ScrollArea::vertical()
            .id_salt(("conversation", chat.id))
            .auto_shrink(false)
            .stick_to_bottom(self.jump.is_none_or(|jump| jump.is_there));
        if std::mem::take(&mut self.wants_end) {
            area = area.vertical_scroll_offset(f32::MAX);
        } else if let Some(offset) = self.jump_offset(chat).or(self.offset.take()) {
            area = area.vertical_scroll_offset(offset);
        }
        self.shift = 0.0;
        let output = area.show_viewport(ui, |ui, viewport| {
            commands.extend(self.messages(ui, state, chat, viewport));
        });
        let end = output.content_size.y - output.inner_rect.height();
        let offset = output.state.clamped_offset().y;
        let is_jumping = self.follow_jump(ui, chat, end);
        if end - offset > NEAR_END {
            self.wants_end = to_end_button(ui, state, output.inner_rect);
            // What is read stays where it is when something above it gets its true height.
            if self.shift.abs() > 0.5 && !is_jumping {
                self.offset = Some(offset + self.shift);
                ui.ctx()
                    .request_discard("a message above the view was measured");
            }
        }
        commands
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
            offset: f32::MAX,
            frames: 0,
            is_there: false,
        });
    }

    /// Where the view has to be for the message that is jumped to, as far as is known.
    fn jump_offset(&mut self, chat: &Chat) -> Option<f32> {
        let jump = self
            .jump
            .filter(|it| !it.is_there && it.target.0 == chat.id)?;
        let width = if self.width > 0.0 {
            self.width
        } else {
            size::COLUMN
        };
        let mut top = EDGE;
        for message in chat.path().filter(|it| it.role != Role::System) {
            if message.id == jump.target.1 {
                return Some((top - 2.0 * GAP).max(0.0));
            }
            top += self.height(chat, message, width).points + GAP;
        }
        None
    }

    /// Sees whether the jump has come to rest. Returns whether it still moves.
    fn follow_jump(&mut self, ui: &Ui, chat: &Chat, end: f32) -> bool {
        let next = self.jump_offset(chat).map(|it| it.min(end.max(0.0)));
        let Some(jump) = &mut self.jump else {
            return false;
        };
        if jump.is_there {
            if jump.strength() > 0.0 {
                ui.ctx().request_repaint();
            }
            return false;
        }
        jump.frames += 1;
        let next = next.unwrap_or(jump.offset);
        if (next - jump.offset).abs() < 0.5 || jump.frames > MOST_FRAMES {
            jump.is_there = true;
            jump.since = Instant::now();
        }
        jump.offset = next;
        ui.ctx().request_repaint();
        true
    }

    fn height(&mut self, chat: &Chat, message: &Message, width: f32) -> Height {
        let guessed = || Height {
            points: guess(message, width),
            is_guess: true,
        };
        *self
            .heights
            .entry((chat.id, message.id))
            .or_insert_with(guessed)
    }

    /// Lays out the messages that `viewport` shows, in a space as high as all of them.
    fn messages(
        &mut self,
        ui: &mut Ui,
        state: &State,
        chat: &Chat,
        viewport: Rect,
    ) -> Vec<Command> {
        let origin = ui.min_rect().min;
        let available = ui.available_width();
        let width = (available - 2.0 * 16.0).min(size::COLUMN);
        let left = origin.x + (available - width) / 2.0;
        if (self.width - width).abs() > 0.5 {
            self.heights.clear();
            self.width = width;
        }
        let mut commands = Vec::new();
        let mut top = EDGE;
        for message in chat.path().filter(|it| it.role != Role::System) {
            let key = (chat.id, message.id);
            let is_growing = state
                .current_reply()
                .is_some_and(|it| it.message == message.id);
            if is_growing {
                self.heights.remove(&key);
            }
            let height = self.height(chat, message, width);
            if top + height.points >= viewport.top() && top <= viewport.bottom() {
                let at = pos2(left, origin.y + top);
                let space = Rect::from_min_size(at, Vec2::new(width, f32::INFINITY));
                let before = Rect::from_min_size(at, Vec2::new(width, height.points));
                let builder = UiBuilder::new().max_rect(space).id_salt(key);
                let drawn = ui.scope_builder(builder, |ui| {
                    ui.spacing_mut().item_spacing.y = 6.0;
                    ui.set_width(width);
                    self.one(ui, state, chat, message, before)
                });
                commands.extend(drawn.inner);
                let points = drawn.response.rect.height();
                if height.is_guess && !is_growing && top < viewport.top() {
                    self.shift += points - height.points;
                }
                let measured = Height {
                    points,
                    is_guess: false,
                };
                self.heights.insert(key, measured);
                top += points + GAP;
            } else {
                top += height.points + GAP;
            }
        }
        ui.expand_to_include_rect(Rect::from_min_size(
            origin,
            Vec2::new(available, top - GAP + EDGE),
        ));
        commands
    }

    /// Draws a message, which took up `before` in the last frame.
    fn one(
        &mut self,
        ui: &mut Ui,
        state: &State,
        chat: &Chat,
        message: &Message,
        before: Rect,
    ) -> Option<Command> {
        let jump = self.jump.filter(|it| it.target == (chat.id, message.id));
        if let Some(jump) = jump.filter(|it| it.strength() > 0.0) {
            let fill = Palette::of(ui)
                .accent_wash
                .gamma_multiply(0.5 * jump.strength());
            ui.painter()
                .rect_filled(before.expand2(Vec2::new(12.0, 8.0)), radius::CARD, fill);
        }
        let marks = match jump.is_some() && !state.shelves.query.text.is_empty() {
            true => search::marks(&message.text, &state.shelves.query.text),
            false => Vec::new(),
        };
        let drawn = Drawn {
            state,
            chat,
            message,
            marks,
            is_hot: ui.rect_contains_pointer(before.expand(6.0)),
            is_narrow: before.width() < ROOMY,
        };
        message::show(ui, &drawn, &mut self.editing)
    }
}

/// The height of a message that has not been drawn at this width yet.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it is a guess"
)]
fn guess(message: &Message, width: f32) -> f32 {
    let a_line = (width / size::COLUMN * CHARACTERS_A_LINE as f32).max(10.0) as usize;
    let lines: usize = message
        .text
        .lines()
        .map(|line| line.chars().count() / a_line + 1)
        .sum();
    lines.max(1) as f32 * font::BODY_LINE + 64.0
}

/// A way back to the end, for those who have scrolled up.
fn to_end_button(ui: &mut Ui, state: &State, view: Rect) -> bool {
    let at = view.center_bottom() - Vec2::new(0.0, 28.0);
    let space = Rect::from_center_size(at, Vec2::splat(size::CONTROL));
    let palette = Palette::of(ui);
    let shadow = ui.visuals().popup_shadow.as_shape(space, 16);
    ui.painter().add(shadow);
    ui.painter().rect_filled(space, 16, palette.card);
    let builder = UiBuilder::new()
        .max_rect(space)
        .layout(Layout::centered_and_justified(egui::Direction::TopDown))
        .id_salt("to-end");
    let name = state.i18n.get("to-end");
    ui.scope_builder(builder, |ui| icon_button(ui, icons::ARROW_DOWN, &name))
        .inner
        .clicked()
}
