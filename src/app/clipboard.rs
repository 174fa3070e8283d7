//! The keys for the clipboard that X11 and Windows have beside Ctrl+C, Ctrl+X and Ctrl+V:
//! Ctrl+Insert, Shift+Delete and Shift+Insert. egui knows them on Windows only; elsewhere
//! Shift+Delete would delete what it should cut.

use egui::{Context, Event, Key, Modifiers, ViewportCommand};

/// Keys that were pressed after Shift+Insert and before the text of the clipboard arrived.
#[derive(Debug, Default)]
pub(in crate::app) struct ClipboardKeys {
    held: Vec<Event>,
}

/// What one of these keys means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meaning {
    Copy,
    Cut,
    Paste,
}

impl ClipboardKeys {
    /// Puts what the keys mean in their place, before anything reads the input. The text of
    /// the clipboard comes with the next frame; the keys behind it wait for it, so that an
    /// Enter does not send a message without what was pasted into it.
    pub(in crate::app) fn translate(&mut self, ctx: &Context) {
        // A Mac has other keys for it, and its Delete key is another one.
        if ctx.os().is_mac() {
            return;
        }
        let held = std::mem::take(&mut self.held);
        let waits = ctx.input_mut(|input| {
            put_after_paste(&mut input.events, held);
            let mut waiting = false;
            let held = &mut self.held;
            input.events.retain_mut(|event| {
                if waiting {
                    let is_held = is_of_keyboard(event);
                    if is_held {
                        held.push(event.clone());
                    }
                    return !is_held;
                }
                match meaning(event) {
                    Some(Meaning::Copy) => *event = Event::Copy,
                    Some(Meaning::Cut) => *event = Event::Cut,
                    Some(Meaning::Paste) => {
                        waiting = true;
                        return false;
                    }
                    None => {}
                }
                true
            });
            waiting
        });
        if waits {
            ctx.send_viewport_cmd(ViewportCommand::RequestPaste);
            ctx.request_repaint();
        }
    }
}

fn meaning(event: &Event) -> Option<Meaning> {
    let Event::Key {
        key,
        pressed: true,
        modifiers,
        ..
    } = event
    else {
        return None;
    };
    match (key, *modifiers) {
        (Key::Insert, held) if held.command_only() => Some(Meaning::Copy),
        (Key::Insert, held) if held == Modifiers::SHIFT => Some(Meaning::Paste),
        (Key::Delete, held) if held == Modifiers::SHIFT => Some(Meaning::Cut),
        _ => None,
    }
}

fn is_of_keyboard(event: &Event) -> bool {
    matches!(
        event,
        Event::Key { .. }
            | Event::Text(_)
            | Event::Ime(_)
            | Event::Copy
            | Event::Cut
            | Event::Paste(_)
    )
}

/// Puts the keys that waited right behind the text they waited for; first, where the clipboard
/// had none.
fn put_after_paste(events: &mut Vec<Event>, held: Vec<Event>) {
    let pasted = events.iter().position(|it| matches!(it, Event::Paste(_)));
    let at = pasted.map_or(0, |at| at + 1);
    events.splice(at..at, held);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(key: Key, modifiers: Modifiers) -> Event {
        Event::Key {
            key,
            physical_key: None,
            pressed: true,
            repeat: false,
            modifiers,
        }
    }

    /// What is left of the input of one frame, and whether the clipboard was asked for.
    fn frame(keys: &mut ClipboardKeys, events: Vec<Event>) -> (Vec<Event>, bool) {
        let ctx = Context::default();
        ctx.set_os(egui::os::OperatingSystem::Nix);
        let mut left = Vec::new();
        let input = egui::RawInput {
            events,
            ..egui::RawInput::default()
        };
        let mut output = ctx.run_ui(input, |ui| {
            keys.translate(ui.ctx());
            left = ui.input(|input| input.events.clone());
        });
        output.textures_delta.clear();
        let asked = output.viewport_output.values().any(|it| {
            let mut commands = it.commands.iter();
            commands.any(|it| matches!(it, ViewportCommand::RequestPaste))
        });
        (left, asked)
    }

    #[test]
    fn the_old_keys_of_the_clipboard_mean_what_the_new_ones_do() {
        let ctrl = Modifiers::COMMAND | Modifiers::CTRL;
        let mut keys = ClipboardKeys::default();
        let (left, asked) = frame(
            &mut keys,
            vec![
                key(Key::Insert, ctrl),
                key(Key::Delete, Modifiers::SHIFT),
                key(Key::Backspace, Modifiers::NONE),
            ],
        );
        let kept = key(Key::Backspace, Modifiers::NONE);
        assert_eq!(left, [Event::Copy, Event::Cut, kept]);
        assert!(!asked);
    }

    #[test]
    fn what_is_typed_behind_a_paste_stays_behind_it() {
        let mut keys = ClipboardKeys::default();
        let text = |it: &str| Event::Text(it.into());
        let enter = key(Key::Enter, Modifiers::NONE);
        let insert = key(Key::Insert, Modifiers::SHIFT);
        let events = vec![
            text("a"),
            insert,
            text("b"),
            enter.clone(),
            Event::PointerGone,
        ];
        let (left, asked) = frame(&mut keys, events);
        assert_eq!(left, [text("a"), Event::PointerGone]);
        assert!(asked);
        let pasted = Event::Paste("p".into());
        let (left, asked) = frame(&mut keys, vec![pasted.clone(), text("c")]);
        assert_eq!(left, [pasted, text("b"), enter, text("c")]);
        assert!(!asked);
    }

    #[test]
    fn nothing_is_held_back_by_an_empty_clipboard() {
        let mut keys = ClipboardKeys::default();
        let insert = key(Key::Insert, Modifiers::SHIFT);
        let text = |it: &str| Event::Text(it.into());
        frame(&mut keys, vec![insert, text("b")]);
        assert_eq!(frame(&mut keys, vec![text("c")]).0, [text("b"), text("c")]);
    }
}
