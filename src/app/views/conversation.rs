//! The conversation: messages in a column, the newest at the end. Only what is in view is
//! laid out; the heights of the rest are remembered, or guessed until they have been seen.

use std::collections::HashMap;

use egui::{
    Align, Align2, Color32, Label, Layout, Rect, RichText, ScrollArea, Sense, Ui, UiBuilder, Vec2,
    pos2,
};
use jiff::{Timestamp, tz::TimeZone};

use crate::app::command::{Action, Command};
use crate::app::components::{
    NoticeCard, bubble, caption, fold, icon_button, link_button, notice_card, primary_button,
    progress,
};
use crate::app::icons;
use crate::app::state::{ModelState, State};
use crate::app::theme::{Palette, font, size};
use crate::chat::{Chat, ChatId, Finish, Message, MessageId, Role};
use crate::i18n::{Arg, Text};

/// Space between two messages.
const GAP: f32 = 20.0;

/// Space above the first message and below the last.
const EDGE: f32 = 20.0;

/// Characters on a line of the full column, to guess the height of what was never drawn.
const CHARACTERS_A_LINE: usize = 95;

/// How far from the end the view may be and still count as being there.
const NEAR_END: f32 = 24.0;

/// The widest the text of an empty conversation gets.
const EMPTY_WIDTH: f32 = 420.0;

/// What the view keeps between frames.
#[derive(Default)]
pub(super) struct Conversation {
    heights: HashMap<(ChatId, MessageId), f32>,
    /// The width the heights were measured at.
    width: f32,
    wants_end: bool,
}

impl Conversation {
    /// Draws the chat in view, or what to do when there is none.
    pub(super) fn show(&mut self, ui: &mut Ui, state: &State) -> Vec<Command> {
        match state.current_chat() {
            Some(chat) => self.chat(ui, state, chat),
            None => empty(ui, state).into_iter().collect(),
        }
    }

    fn chat(&mut self, ui: &mut Ui, state: &State, chat: &Chat) -> Vec<Command> {
        let mut commands = Vec::new();
        let mut area = ScrollArea::vertical()
            .id_salt(("conversation", chat.id))
            .auto_shrink(false)
            .stick_to_bottom(true);
        if std::mem::take(&mut self.wants_end) {
            area = area.vertical_scroll_offset(f32::MAX);
        }
        let output = area.show_viewport(ui, |ui, viewport| {
            commands = self.messages(ui, state, chat, viewport);
        });
        let end = output.content_size.y - output.inner_rect.height();
        if end - output.state.clamped_offset().y > NEAR_END {
            self.wants_end = to_end_button(ui, state, output.inner_rect);
        }
        commands
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
        for message in chat.path() {
            if message.role == Role::System {
                continue;
            }
            let key = (chat.id, message.id);
            let is_growing = state
                .current_reply()
                .is_some_and(|it| it.message == message.id);
            if is_growing {
                self.heights.remove(&key);
            }
            let height = *self
                .heights
                .entry(key)
                .or_insert_with(|| guess(message, width));
            if top + height >= viewport.top() && top <= viewport.bottom() {
                let space = Rect::from_min_size(
                    pos2(left, origin.y + top),
                    Vec2::new(width, f32::INFINITY),
                );
                let builder = UiBuilder::new().max_rect(space).id_salt(key);
                let drawn = ui.scope_builder(builder, |ui| {
                    ui.spacing_mut().item_spacing.y = 6.0;
                    ui.set_width(width);
                    one(ui, state, chat, message)
                });
                commands.extend(drawn.inner);
                let height = drawn.response.rect.height();
                self.heights.insert(key, height);
                top += height + GAP;
            } else {
                top += height + GAP;
            }
        }
        ui.expand_to_include_rect(Rect::from_min_size(
            origin,
            Vec2::new(available, top - GAP + EDGE),
        ));
        commands
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
    lines.max(1) as f32 * font::BODY_LINE + 56.0
}

fn one(ui: &mut Ui, state: &State, chat: &Chat, message: &Message) -> Option<Command> {
    match message.role {
        Role::User => {
            bubble(ui, &message.text);
            None
        }
        _ => reply(ui, state, chat, message),
    }
}

fn reply(ui: &mut Ui, state: &State, chat: &Chat, message: &Message) -> Option<Command> {
    let palette = Palette::of(ui);
    let time = Timestamp::from_second(message.created_unix_s).ok();
    let time = time.map(|it| {
        it.to_zoned(TimeZone::system())
            .strftime("%H:%M")
            .to_string()
    });
    let head: Vec<_> = message.model.iter().cloned().chain(time).collect();
    caption(ui, head.join(" · "));

    let writing = state
        .current_reply()
        .filter(|reply| reply.message == message.id);
    if !message.reasoning.is_empty() {
        let name = match message.text.is_empty() && writing.is_some() {
            true => "reasoning-now",
            false => "reasoning",
        };
        ui.push_id(message.id, |ui| {
            fold(ui, &state.i18n.get(name), "", |ui| {
                caption(ui, &message.reasoning);
            });
        });
    }
    if !message.text.is_empty() {
        let text = RichText::new(&message.text)
            .size(font::BODY)
            .line_height(Some(font::BODY_LINE))
            .color(palette.ink);
        ui.add(Label::new(text).wrap().selectable(true));
    }
    if let Some(reply) = writing {
        if message.text.is_empty() && message.reasoning.is_empty() {
            waiting(ui, state, reply.prefill);
        }
        return None;
    }
    if let Some(failure) = state.failures.get(&(chat.id, message.id)) {
        let card = NoticeCard {
            icon: icons::CIRCLE_ALERT,
            color: palette.danger,
            text: state.i18n.text(failure),
            action: None,
            dismiss: None,
        };
        notice_card(ui, &card);
    }
    foot(ui, state, message)
}

/// What happens before the first word.
fn waiting(ui: &mut Ui, state: &State, prefill: Option<(u32, u32)>) {
    let (text, fraction) = match (&state.model, prefill) {
        (ModelState::Loading { fraction, .. }, _) => {
            (state.i18n.get("waiting-model"), Some(*fraction))
        }
        (_, Some((done, total))) => {
            let text = Text::new("waiting-prefill")
                .count("done", done)
                .count("total", total);
            #[expect(clippy::cast_precision_loss, reason = "for a bar of a few points")]
            let fraction = done as f32 / total.max(1) as f32;
            (state.i18n.text(&text), Some(fraction))
        }
        (_, None) => (state.i18n.get("waiting-first"), None),
    };
    ui.horizontal(|ui| {
        if let Some(fraction) = fraction {
            progress(ui, fraction, 120.0, &text);
        }
        caption(ui, text);
    });
}

/// How the reply ended, what it cost, and what can be done with it.
fn foot(ui: &mut Ui, state: &State, message: &Message) -> Option<Command> {
    let ending = match message.finish {
        Some(Finish::Length) => Some("finish-length"),
        Some(Finish::Cancelled) => Some("finish-cancelled"),
        Some(Finish::ContextFull) => Some("finish-context-full"),
        Some(Finish::Interrupted) => Some("finish-interrupted"),
        Some(Finish::EndOfReply | Finish::StopString) | None => None,
    };
    let mut command = None;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        if !message.text.is_empty() && link_button(ui, &state.i18n.get("copy")).clicked() {
            command = Some(Command::Copy(message.text.clone()));
        }
        if let Some(ending) = ending {
            ui.add_space(6.0);
            caption(ui, state.i18n.get(ending));
        }
        if let Some(timings) = message.timings.filter(|it| it.generated_tokens > 0) {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let tokens = timings.generated_tokens;
                let cost = match timings.tokens_per_second() {
                    Some(speed) => Text::new("reply-cost")
                        .count("tokens", tokens)
                        .with("speed", Arg::Decimal(speed, 0)),
                    // One token has taken no time that could be measured.
                    None => Text::new("reply-tokens").count("tokens", tokens),
                };
                caption(ui, state.i18n.text(&cost));
            });
        }
    });
    command
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

/// What stands there before the first message: what this place is for, and the next step.
fn empty(ui: &mut Ui, state: &State) -> Option<Command> {
    let palette = Palette::of(ui);
    let (title, text, offers_file) = match &state.model {
        ModelState::None => match &state.library {
            Some(entries) if entries.is_empty() => ("empty-no-model", "empty-no-model-text", true),
            _ => ("empty-choose", "empty-choose-text", true),
        },
        ModelState::Failed { .. } => ("empty-failed", "empty-failed-text", true),
        ModelState::Loading { .. } => ("empty-title", "empty-loading-text", false),
        ModelState::Loaded(_) | ModelState::Asleep { .. } => ("empty-title", "empty-text", false),
    };
    let mut command = None;
    let space = ui.available_height();
    ui.vertical_centered(|ui| {
        ui.add_space((space * 0.32).max(12.0));
        let (icon, _) = ui.allocate_exact_size(Vec2::splat(44.0), Sense::hover());
        mark(ui, icon, palette.accent);
        ui.add_space(6.0);
        let title = RichText::new(state.i18n.get(title)).font(font::semibold(20.0));
        ui.add(Label::new(title.color(palette.ink)).selectable(false));
        let text = RichText::new(state.i18n.get(text))
            .size(font::SECONDARY)
            .line_height(Some(20.0))
            .color(palette.soft);
        let width = EMPTY_WIDTH.min(ui.available_width() - 32.0);
        let layout = Layout::top_down(Align::Center);
        ui.allocate_ui_with_layout(Vec2::new(width, 0.0), layout, |ui| {
            ui.set_width(width);
            ui.add(Label::new(text).wrap().selectable(false));
        });
        if offers_file {
            ui.add_space(8.0);
            let name = state.i18n.get(Action::OpenFile.name());
            if primary_button(ui, &name, icons::FOLDER_OPEN, true).clicked() {
                command = Some(Command::Do(Action::OpenFile));
            }
        }
    });
    command
}

fn mark(ui: &Ui, space: Rect, color: Color32) {
    ui.painter().text(
        space.center(),
        Align2::CENTER_CENTER,
        icons::MESSAGE_SQUARE,
        font::icon(40.0),
        color,
    );
}
