//! How much of the context the next prompt takes.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use egui::{FontId, Ui};

use super::drafts::Writing;
use crate::app::command::Command;
use crate::app::components::{colored_caption, gauge};
use crate::app::state::{ModelState, State};
use crate::app::theme::{Palette, font};
use crate::app::views::model_menu::text_width;
use crate::app::views::too_long::{Way, Ways};
use crate::chat::{Chat, ChatId, MessageId};
use crate::i18n::Text;
use crate::params::Overflow;

/// Nobody reads a number that changes with every key.
const COUNT_AFTER: Duration = Duration::from_millis(300);

/// Why a message that is longer than the context is not sent.
pub(super) const REFUSED: &str = "too-long-stop";

/// Below this width of the foot, the number stands without its bar.
const WITH_BAR: f32 = 400.0;
/// How wide the bar is, and what the button at the end takes at most; with the space around
/// them.
const BAR: f32 = 98.0;
const BUTTON: f32 = 120.0;

/// Everything that the length of the next prompt depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Counted {
    chat: Option<ChatId>,
    leaf: Option<MessageId>,
    messages: usize,
    revision: u64,
    size_bytes: usize,
    /// A hash of them: they may be long.
    instructions: u64,
    model: PathBuf,
    context_tokens: u32,
}

impl Counted {
    /// Whether `later` is the same but for words that have been added to the draft.
    fn has_grown_to(&self, later: &Self) -> bool {
        let same_draft = Self {
            revision: self.revision,
            size_bytes: self.size_bytes,
            ..later.clone()
        };
        *self == same_draft && later.size_bytes >= self.size_bytes
    }
}

/// What was counted last, and what has changed since.
#[derive(Debug, Default)]
pub(super) struct Counter {
    counted: Option<Counted>,
    changed: Option<(Counted, Instant)>,
    /// How it is now, and how it was when the answer came that is known.
    now: Option<Counted>,
    answered: Option<Counted>,
}

impl Counter {
    /// Asks for the length of the next prompt once the draft has come to rest.
    pub(super) fn ask(&mut self, ui: &Ui, state: &State, writing: &Writing) -> Option<Command> {
        let ModelState::Loaded(model) = &state.model else {
            return None;
        };
        // The engine is busy, and the chat is about to change.
        if state.current_reply().is_some() {
            return None;
        }
        let chat = state.current_chat();
        let now = Counted {
            chat: state.current,
            leaf: chat.and_then(Chat::leaf),
            messages: chat.map_or(0, |chat| chat.path().len()),
            revision: writing.revision(),
            size_bytes: writing.size_bytes(),
            instructions: hash_of(state.system_of(state.current)),
            model: model.path.clone(),
            context_tokens: model.context_tokens,
        };
        self.now = Some(now.clone());
        if is_answered(state) && self.changed.is_none() {
            self.answered = self.counted.clone();
        }
        // What was asked for another chat meanwhile may have taken the answer's place.
        let is_asked = state.draft.request.is_some();
        if is_asked && self.counted.as_ref() == Some(&now) {
            // What was changed is as it was before.
            self.changed = None;
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
        self.counted = Some(now);
        Some(Command::Count(writing.message()))
    }
}

impl Counter {
    /// Whether the draft is known to be longer than the context, and would be refused. What
    /// has been changed since the engine counted it is not known, unless it has only grown.
    pub(super) fn is_refused(&self, state: &State, writing: &Writing) -> bool {
        let known = self.answered.as_ref().zip(self.now.as_ref());
        let is_as_long = known.is_some_and(|(answered, now)| {
            now.revision == writing.revision() && answered.has_grown_to(now)
        });
        is_as_long && state.settings.overflow == Overflow::Stop && is_too_long(state, writing)
    }
}

/// Whether the engine has answered what it was asked last.
fn is_answered(state: &State) -> bool {
    let draft = &state.draft;
    draft.request.is_some() && draft.answered == draft.request
}

fn hash_of(instructions: Option<&str>) -> u64 {
    let mut hasher = DefaultHasher::new();
    instructions.hash(&mut hasher);
    hasher.finish()
}

fn is_too_long(state: &State, writing: &Writing) -> bool {
    tokens(state, writing).is_some_and(|(prompt, context)| prompt >= context)
}

/// What the next prompt takes, and what the context holds.
fn tokens(state: &State, writing: &Writing) -> Option<(u32, u32)> {
    let ModelState::Loaded(model) = &state.model else {
        return None;
    };
    let prompt_tokens = state.draft.prompt_tokens.filter(|_| !writing.is_blank())?;
    Some((prompt_tokens, model.context_tokens))
}

/// Draws the number, with a bar where there is room for it.
pub(super) fn show(ui: &mut Ui, state: &State, writing: &Writing, width: f32) {
    let Some((prompt_tokens, context_tokens)) = tokens(state, writing) else {
        return;
    };
    let palette = Palette::of(ui);
    // Of what is far too long not all is counted.
    let most = context_tokens.saturating_mul(2);
    let message = match prompt_tokens > most {
        true => "composer-tokens-over",
        false => "composer-tokens",
    };
    let text = Text::new(message)
        .count("tokens", prompt_tokens.min(most))
        .count("context", context_tokens);
    let text = state.i18n.text(&text);
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a fraction for a bar 90 points wide"
    )]
    let fraction = (f64::from(prompt_tokens) / f64::from(context_tokens.max(1))) as f32;
    let color = match fraction {
        full if full >= 1.0 => palette.danger,
        full if full > 0.8 => palette.warning,
        _ => palette.soft,
    };
    let beside = BAR + text_width(ui, &text, FontId::proportional(font::CAPTION)) + BUTTON;
    if width >= WITH_BAR && ui.available_width() >= beside {
        gauge(ui, fraction, &text);
    }
    colored_caption(ui, text, color);
}

/// What will happen where the prompt is longer than the context. Returns what the user does
/// about it.
pub(super) fn warn(ui: &mut Ui, state: &State, writing: &Writing) -> Option<Way> {
    if !is_too_long(state, writing) {
        return None;
    }
    let palette = Palette::of(ui);
    let prompt_tokens = tokens(state, writing).map(|(prompt, _)| prompt);
    let has_before = state
        .current_chat()
        .is_some_and(|chat| chat.leaf().is_some());
    let ways = Ways::of(state, prompt_tokens, has_before);
    let (text, color) = match state.settings.overflow {
        Overflow::Stop if ways.are_none() => (REFUSED, palette.danger),
        Overflow::Stop => ("too-long-choose", palette.danger),
        Overflow::DropOldest => ("too-long-drop-oldest", palette.warning),
        Overflow::KeepEnds => ("too-long-keep-ends", palette.warning),
    };
    colored_caption(ui, state.i18n.get(text), color);
    match state.settings.overflow {
        Overflow::Stop => ways.show(ui, state),
        Overflow::DropOldest | Overflow::KeepEnds => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_has_grown_is_as_long_as_it_was() {
        let counted = Counted {
            chat: Some(ChatId(1)),
            leaf: None,
            messages: 2,
            revision: 7,
            size_bytes: 100,
            instructions: 0,
            model: PathBuf::from("a.gguf"),
            context_tokens: 2048,
        };
        let later = |size_bytes, context_tokens| Counted {
            revision: 8,
            size_bytes,
            context_tokens,
            ..counted.clone()
        };
        assert!(counted.has_grown_to(&later(101, 2048)));
        assert!(counted.has_grown_to(&later(100, 2048)));
        assert!(!counted.has_grown_to(&later(99, 2048)));
        assert!(!counted.has_grown_to(&later(101, 4096)), "there is room");
    }
}
