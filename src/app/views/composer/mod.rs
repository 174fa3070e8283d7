//! The box to write in, with what is to be known before sending.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use egui::{
    Align, CornerRadius, EventFilter, Frame, Id, Key, KeyboardShortcut, Layout, Margin, Modifiers,
    ScrollArea, Stroke, TextEdit, Ui,
};

use crate::app::command::{Action, Command};
use crate::app::components::{
    NoticeCard, NoticeChoice, caption, colored_caption, notice_card, primary_button,
};
use crate::app::icons;
use crate::app::state::{ModelState, State, Topic, Weight};
use crate::app::theme::{Palette, font, radius};
use crate::chat::ChatId;
use crate::i18n::{Arg, Text};

/// The tallest the box grows before it scrolls, in lines.
const MOST_LINES: f32 = 8.0;

/// The part of the window's height that the text may take, and the notices above it.
const INPUT_SHARE: f32 = 0.3;
const NOTICES_SHARE: f32 = 0.3;

/// What has been written and not sent, chat by chat.
#[derive(Default)]
pub(super) struct Composer {
    drafts: HashMap<Option<ChatId>, String>,
    /// The drafts as they were last handed on to be kept.
    kept: HashMap<Option<ChatId>, String>,
    /// The chats whose stored draft was taken.
    taken: HashSet<Option<ChatId>>,
    /// The chat in view, its draft, and since when that has been as it is.
    typed: Option<(Option<ChatId>, String, Instant)>,
    /// The chat that was in view in the last frame, and whether a reply was being written.
    /// When that changes, the box takes the focus.
    last: Option<(Option<ChatId>, bool)>,
    /// What was counted last, and since when it has been as it is.
    counted: Option<Counted>,
    changed: Option<(Counted, Instant)>,
}

/// Everything that the length of the next prompt depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Counted {
    chat: Option<ChatId>,
    messages: usize,
    draft: String,
    model: PathBuf,
}

/// What is typed is kept once it has come to rest.
const KEEP_AFTER: Duration = Duration::from_millis(300);

/// Nobody reads a number that changes with every key.
const COUNT_AFTER: Duration = Duration::from_millis(300);

impl Composer {
    /// Draws the notices and the box below them.
    pub(super) fn show(&mut self, ui: &mut Ui, state: &State) -> Vec<Command> {
        self.take_stored(state);
        let mut kept = super::column(ui, |ui| {
            // In a small window, what there is to say scrolls; the box stays on screen.
            let most = ui.ctx().content_rect().height() * NOTICES_SHARE;
            let mut commands = ScrollArea::vertical()
                .id_salt("notices")
                .max_height(most)
                .show(ui, |ui| notices(ui, state))
                .inner;
            commands.extend(self.input(ui, state));
            commands.extend(self.count(ui, state));
            commands
        });
        kept.extend(self.keep(ui, state));
        kept
    }

    /// Begins with the draft that was kept of the chat in view, where there is no newer one.
    fn take_stored(&mut self, state: &State) {
        let chat = state.current;
        let Some(stored) = state.stored_drafts.get(&chat) else {
            return;
        };
        if !self.taken.insert(chat) {
            return;
        }
        self.kept.insert(chat, stored.clone());
        let own = self.drafts.entry(chat).or_default();
        if own.is_empty() {
            own.clone_from(stored);
        }
    }

    /// Hands a draft on to be kept once it has come to rest, or its chat goes out of view.
    fn keep(&mut self, ui: &Ui, state: &State) -> Option<Command> {
        let chat = state.current;
        let left = self.typed.as_ref().filter(|(of, ..)| *of != chat);
        let left = left.and_then(|&(of, ..)| self.unkept_of(of));
        if let Some(Command::KeepDraft(of, text)) = &left {
            self.kept.insert(*of, text.clone());
        }
        let draft = self.drafts.get(&chat).cloned().unwrap_or_default();
        let since = match &self.typed {
            Some((of, text, since)) if *of == chat && *text == draft => *since,
            _ => Instant::now(),
        };
        self.typed = Some((chat, draft, since));
        if left.is_some() {
            // The draft of the chat in view has its turn in the next frame.
            return left;
        }
        let unkept = self.unkept_of(chat)?;
        if let Some(rest) = KEEP_AFTER.checked_sub(since.elapsed()) {
            ui.ctx().request_repaint_after(rest);
            return None;
        }
        if let Command::KeepDraft(of, text) = &unkept {
            self.kept.insert(*of, text.clone());
        }
        Some(unkept)
    }

    fn unkept_of(&self, chat: Option<ChatId>) -> Option<Command> {
        let draft = self.drafts.get(&chat).map_or("", String::as_str);
        let kept = self.kept.get(&chat).map_or("", String::as_str);
        (draft != kept).then(|| Command::KeepDraft(chat, draft.to_owned()))
    }

    /// The draft of the chat in view, where it has not been handed on yet.
    pub(super) fn unkept(&self) -> Option<Command> {
        self.unkept_of(self.typed.as_ref()?.0)
    }

    /// Asks for the length of the next prompt once the draft has come to rest.
    fn count(&mut self, ui: &Ui, state: &State) -> Option<Command> {
        let ModelState::Loaded(model) = &state.model else {
            return None;
        };
        // The engine is busy, and the chat is about to change.
        if state.reply.is_some() {
            return None;
        }
        let draft = self.drafts.get(&state.current).cloned().unwrap_or_default();
        let now = Counted {
            chat: state.current,
            messages: state.current_chat().map_or(0, |chat| chat.path().len()),
            draft,
            model: model.path.clone(),
        };
        if self.counted.as_ref() == Some(&now) {
            return None;
        }
        let since = match &self.changed {
            Some((changed, since)) if *changed == now => *since,
            _ => Instant::now(),
        };
        if let Some(rest) = COUNT_AFTER.checked_sub(since.elapsed()) {
            ui.ctx().request_repaint_after(rest);
            self.changed = Some((now, since));
            return None;
        }
        self.changed = None;
        let draft = now.draft.clone();
        self.counted = Some(now);
        Some(Command::Count(draft))
    }

    fn input(&mut self, ui: &mut Ui, state: &State) -> Option<Command> {
        let palette = Palette::of(ui);
        let draft = self.drafts.entry(state.current).or_default();
        let id = Id::unique("composer-input");
        let has_focus = ui.memory(|memory| memory.has_focus(id));
        let edge = if has_focus {
            palette.accent
        } else {
            palette.line
        };
        let mut command = None;
        Frame::new()
            .fill(palette.card)
            .stroke(Stroke::new(1.0, edge))
            .corner_radius(CornerRadius::same(radius::COMPOSER))
            .inner_margin(Margin::symmetric(14, 10))
            .show(ui, |ui| {
                let is_enter = ScrollArea::vertical()
                    .max_height(tallest(ui))
                    .show(ui, |ui| editor(ui, state, id, draft))
                    .inner;
                let is_ready = can_send(state, draft);
                let mut is_sent = is_enter && is_ready;
                ui.horizontal(|ui| {
                    caption(ui, summary(state));
                    if let Some((text, is_too_long)) = length(state, draft) {
                        let color = match is_too_long {
                            true => palette.danger,
                            false => palette.soft,
                        };
                        colored_caption(ui, text, color);
                    }
                    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                        if state.reply.is_some() {
                            command = stop_button(ui, state);
                        } else {
                            is_sent |= send_button(ui, state, is_ready);
                        }
                    });
                });
                if is_sent {
                    command = Some(Command::Send(std::mem::take(draft)));
                }
            });
        // A chat that has just come into view, or whose reply has just ended, is there to
        // be written in.
        let now = Some((state.current, state.reply.is_some()));
        if self.last != now {
            let is_new = self.last.map(|last| last.0) != Some(state.current);
            self.last = now;
            // Whoever is typing somewhere else goes on there.
            if is_new || ui.memory(|memory| memory.focused().is_none()) {
                ui.memory_mut(|memory| memory.request_focus(id));
            }
        }
        command
    }
}

fn tallest(ui: &Ui) -> f32 {
    let share = ui.ctx().content_rect().height() * INPUT_SHARE;
    share.clamp(font::BODY_LINE, MOST_LINES * font::BODY_LINE)
}

/// The text itself. Returns whether the user asked to send it by key.
fn editor(ui: &mut Ui, state: &State, id: Id, draft: &mut String) -> bool {
    let palette = Palette::of(ui);
    let hint = egui::RichText::new(state.i18n.get("composer-hint"))
        .size(font::BODY)
        .color(palette.faint);
    let edit = TextEdit::multiline(draft)
        .id(id)
        .hint_text(hint)
        .desired_rows(1)
        .desired_width(f32::INFINITY)
        .frame(Frame::NONE)
        .font(egui::FontId::proportional(font::BODY))
        // Escape stops a reply; the keyboard stays here.
        .event_filter(EventFilter {
            escape: true,
            horizontal_arrows: true,
            vertical_arrows: true,
            tab: false,
        })
        .return_key(KeyboardShortcut::new(Modifiers::SHIFT, Key::Enter));
    let response = ui
        .add(edit)
        .accessible_name(state.i18n.get("composer-name"));
    response.has_focus() && ui.input_mut(takes_bare_enter)
}

/// Takes Enter out of the input where no other key is held: Shift+Enter is a new line.
fn takes_bare_enter(input: &mut egui::InputState) -> bool {
    let before = input.events.len();
    input.events.retain(|event| {
        let egui::Event::Key {
            key: Key::Enter,
            pressed: true,
            modifiers,
            ..
        } = event
        else {
            return true;
        };
        !modifiers.is_none()
    });
    input.events.len() != before
}

/// A message can wait for a model that is being loaded, not for one nobody has chosen.
fn can_send(state: &State, draft: &str) -> bool {
    let has_model = !matches!(state.model, ModelState::None);
    state.reply.is_none() && has_model && !draft.trim().is_empty()
}

fn send_button(ui: &mut Ui, state: &State, is_ready: bool) -> bool {
    let name = state.i18n.get("send");
    let button = primary_button(ui, &name, icons::CORNER_DOWN_LEFT, is_ready);
    let why = match state.model {
        ModelState::None => "send-no-model",
        _ => "send-empty",
    };
    button.on_disabled_hover_text(state.i18n.get(why)).clicked()
}

fn stop_button(ui: &mut Ui, state: &State) -> Option<Command> {
    let is_stopping = state.reply.as_ref().is_some_and(|reply| reply.is_stopping);
    let name = state.i18n.get(Action::Stop.name());
    primary_button(ui, &name, icons::SQUARE, !is_stopping)
        .clicked()
        .then_some(Command::Do(Action::Stop))
}

/// The settings that shape the reply most, at a glance.
fn summary(state: &State) -> String {
    let sampling = &state.settings.sampling;
    let text = Text::new("composer-summary")
        .with(
            "temperature",
            Arg::Decimal(sampling.temperature().into(), 2),
        )
        .with("topp", Arg::Decimal(sampling.top_p().into(), 2));
    state.i18n.text(&text)
}

/// How much of the context the next prompt takes, and whether it is too much.
fn length(state: &State, draft: &str) -> Option<(String, bool)> {
    let ModelState::Loaded(model) = &state.model else {
        return None;
    };
    let prompt_tokens = state
        .draft
        .prompt_tokens
        .filter(|_| !draft.trim().is_empty())?;
    let text = Text::new("composer-tokens")
        .count("tokens", prompt_tokens)
        .count("context", model.context_tokens);
    let is_too_long = prompt_tokens >= model.context_tokens;
    Some((state.i18n.text(&text), is_too_long))
}

fn notices(ui: &mut Ui, state: &State) -> Vec<Command> {
    let palette = Palette::of(ui);
    let mut commands = Vec::new();
    for notice in &state.notices {
        let (icon, color) = match notice.weight {
            Weight::Done => (icons::CHECK, palette.accent),
            Weight::Warning => (icons::TRIANGLE_ALERT, palette.warning),
            Weight::Error => (icons::CIRCLE_ALERT, palette.danger),
        };
        let action = Action::OpenFile.name();
        let card = NoticeCard {
            icon,
            color,
            text: state.i18n.text(&notice.text),
            action: (notice.topic == Topic::Model).then(|| state.i18n.get(action)),
            dismiss: Some(state.i18n.get("dismiss")),
        };
        match notice_card(ui, &card) {
            Some(NoticeChoice::Act) => commands.push(Command::Do(Action::OpenFile)),
            Some(NoticeChoice::Dismiss) => commands.push(Command::Dismiss(notice.id)),
            None => {}
        }
    }
    commands
}
