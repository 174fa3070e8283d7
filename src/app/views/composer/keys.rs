//! The keys that mean something else in the box than to write: which send, and when an input
//! method has them.

use egui::{Event, ImeEvent, InputState, Key, KeyboardShortcut, Modifiers, Pos2, Ui};

use crate::app::attachment::{self, Attachment};
use crate::i18n::Text;
use crate::settings::SendWith;

/// Whether an input method composes a character: its Enter sends nothing.
#[derive(Debug, Default)]
pub(super) struct Ime {
    is_composing: bool,
}

impl Ime {
    /// Takes each Enter out of the input that is the input method's. Returns whether it has
    /// the other keys too.
    ///
    /// Some systems pass the Enter on that ends a composition, before or after what came of
    /// it. One that comes right after may be another press, and then is lost; to send half a
    /// sentence would be worse.
    pub(super) fn take_enter(&mut self, input: &mut InputState) -> bool {
        let had_keys = self.is_composing;
        let mut is_composing = self.is_composing;
        let mut has_just_ended = false;
        input.events.retain(|event| match event {
            Event::Ime(ImeEvent::Preedit { text, .. }) => {
                has_just_ended |= is_composing && text.is_empty();
                is_composing = !text.is_empty();
                true
            }
            Event::Ime(ImeEvent::Commit(_)) => {
                has_just_ended = true;
                is_composing = false;
                true
            }
            Event::Key {
                key: Key::Enter,
                pressed: true,
                ..
            } => !is_composing && !std::mem::take(&mut has_just_ended),
            Event::Key { pressed: true, .. } | Event::Text(_) => {
                has_just_ended = false;
                true
            }
            _ => true,
        });
        self.is_composing = is_composing;
        had_keys || is_composing
    }

    /// The keyboard is elsewhere.
    pub(super) fn forget(&mut self) {
        self.is_composing = false;
    }
}

/// The key that makes a new line, for the box itself to take. Enter with Shift does in either
/// case: without a modifier here, the box takes it with and without.
pub(super) fn new_line(send_with: SendWith) -> KeyboardShortcut {
    match send_with {
        SendWith::Enter => KeyboardShortcut::new(Modifiers::SHIFT, Key::Enter),
        SendWith::CtrlEnter => KeyboardShortcut::new(Modifiers::NONE, Key::Enter),
    }
}

/// Takes the keys that send out of the input. Ctrl+Enter does in either case.
pub(super) fn take_send(input: &mut InputState, send_with: SendWith) -> bool {
    let before = input.events.len();
    input.events.retain(|event| {
        let Event::Key {
            key: Key::Enter,
            pressed: true,
            modifiers,
            ..
        } = event
        else {
            return true;
        };
        let sends = match modifiers.command {
            true => !modifiers.shift && !modifiers.alt,
            false => modifiers.is_none() && send_with == SendWith::Enter,
        };
        !sends
    });
    input.events.len() != before
}

/// Takes what is pasted and too long for the box out of the input: by itself, or together with
/// the bytes that are typed there. `is_for_box` says it of a place that the middle button
/// pastes at, and without one of what the keys paste.
pub(super) fn take_long_pastes(
    input: &mut InputState,
    typed_bytes: usize,
    is_for_box: impl Fn(Option<Pos2>) -> bool,
) -> Vec<String> {
    let mut pasted = Vec::new();
    input.events.retain(|event| {
        let (text, at) = match event {
            Event::Paste(text) => (text, None),
            Event::MiddleClickPaste { pos, text } => (text, Some(*pos)),
            _ => return true,
        };
        let is_long =
            Attachment::is_long(text) || !attachment::is_typeable(typed_bytes + text.len());
        let is_taken = is_long && is_for_box(at);
        if is_taken {
            pasted.push(text.clone());
        }
        !is_taken
    });
    pasted
}

/// Takes a key that is pressed alone out of the input.
pub(super) fn take(ui: &Ui, wanted: Key) -> bool {
    ui.input_mut(|input| {
        let before = input.events.len();
        input.events.retain(|event| {
            !matches!(
                event,
                Event::Key { key, pressed: true, modifiers, .. }
                    if *key == wanted && modifiers.is_none()
            )
        });
        input.events.len() != before
    })
}

/// What the keys do that send and begin a new line.
pub(in crate::app::views) fn said(send_with: SendWith) -> Text {
    match send_with {
        SendWith::Enter => Text::new("send-keys-enter"),
        SendWith::CtrlEnter => Text::new("send-keys-ctrl-enter").word("key", command_key()),
    }
}

/// What the key is called that commands are given with.
pub(in crate::app::views) fn command_key() -> &'static str {
    match cfg!(target_os = "macos") {
        true => "Cmd",
        false => "Ctrl",
    }
}
