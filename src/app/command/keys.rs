//! Keys as they are pressed, and as they are written on the user's keyboard.

use egui::{Context, Event, InputState, Key, KeyboardShortcut, Modifiers};

use super::Action;
use crate::i18n::{I18n, Language};

impl Action {
    /// The names of its keys, as they stand on the keyboard; none where it has no keys.
    pub(in crate::app) fn caps(self, ctx: &Context, i18n: &I18n) -> Vec<String> {
        match self.shortcut() {
            Some(keys) => caps(keys, ctx.os().is_mac(), i18n.language()),
            None => Vec::new(),
        }
    }

    /// The names of its keys in one word.
    pub(in crate::app) fn keys(self, ctx: &Context, i18n: &I18n) -> String {
        self.shortcut()
            .map_or_else(String::new, |keys| written(keys, ctx, i18n))
    }

    /// Those whose keys have been pressed, in the order of the keystrokes, as far as
    /// `is_wanted` says; their keystrokes are taken out of the input.
    pub(in crate::app) fn take_pressed(
        input: &mut InputState,
        is_wanted: impl Fn(Self) -> bool,
    ) -> Vec<Self> {
        let mut pressed = Vec::new();
        input.events.retain(|event| {
            let Event::Key {
                key,
                pressed: true,
                repeat,
                modifiers,
                ..
            } = event
            else {
                return true;
            };
            let is_meant = |action: &Self| {
                let keys = action.shortcut();
                keys.is_some_and(|keys| fits(keys, *key, *modifiers)) && is_wanted(*action)
            };
            let action = Self::all().find(is_meant);
            // A key that is held down does it once, but for what goes step by step.
            pressed.extend(action.filter(|action| !repeat || action.repeats()));
            action.is_none()
        });
        pressed
    }
}

/// The names of the keys of a shortcut in one word.
pub(in crate::app) fn written(keys: KeyboardShortcut, ctx: &Context, i18n: &I18n) -> String {
    let is_mac = ctx.os().is_mac();
    caps(keys, is_mac, i18n.language()).join(if is_mac { "" } else { "+" })
}

/// Whether these keys are the shortcut. Some layouts need Shift to write a mark, so that
/// Ctrl+/ is Ctrl+Shift+7; and `AltGr` arrives as Ctrl+Alt, which is no Ctrl.
fn fits(shortcut: KeyboardShortcut, key: Key, modifiers: Modifiers) -> bool {
    let wanted = shortcut.modifiers;
    // Plus and the sign of equality share a key on many keyboards; either makes things larger.
    let key = if key == Key::Equals { Key::Plus } else { key };
    let may_need_shift = matches!(key, Key::Slash | Key::Comma | Key::Plus);
    key == shortcut.logical_key
        && modifiers.cmd_ctrl_matches(wanted)
        && modifiers.alt == wanted.alt
        && (modifiers.shift == wanted.shift || may_need_shift)
}

fn caps(shortcut: KeyboardShortcut, is_mac: bool, language: Language) -> Vec<String> {
    let held = shortcut.modifiers;
    let shift = match (is_mac, language) {
        (true, _) => "⇧",
        (false, Language::En) => "Shift",
        (false, Language::Es) => "Mayús",
    };
    let command = if is_mac { "⌘" } else { "Ctrl" };
    let modifiers = [
        (held.ctrl, if is_mac { "⌃" } else { "Ctrl" }),
        (held.command && !is_mac, command),
        (held.alt, if is_mac { "⌥" } else { "Alt" }),
        (held.shift, shift),
        (held.command && is_mac, command),
    ];
    let modifiers = modifiers.into_iter().filter(|(is_held, _)| *is_held);
    let key = std::iter::once(name(shortcut.logical_key, language));
    modifiers
        .map(|(_, name)| name)
        .chain(key)
        .map(Into::into)
        .collect()
}

/// What stands on a key.
fn name(key: Key, language: Language) -> &'static str {
    match (key, language) {
        (Key::ArrowUp, _) => "↑",
        (Key::ArrowDown, _) => "↓",
        (Key::ArrowLeft, _) => "←",
        (Key::ArrowRight, _) => "→",
        (Key::Comma, _) => ",",
        (Key::Slash, _) => "/",
        (Key::Plus, _) => "+",
        (Key::Minus, _) => "−",
        (Key::Escape, _) => "Esc",
        (Key::Enter, Language::Es) => "Intro",
        (Key::Backspace, Language::Es) => "Retroceso",
        (Key::PageUp, Language::En) => "Page Up",
        (Key::PageDown, Language::En) => "Page Down",
        (Key::PageUp, Language::Es) => "Re Pág",
        (Key::PageDown, Language::Es) => "Av Pág",
        (Key::Home, Language::Es) => "Inicio",
        (Key::End, Language::Es) => "Fin",
        _ => key.name(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pressed(events: &[(Key, Modifiers)]) -> (Vec<Action>, usize) {
        let mut input = InputState::default();
        for &(key, modifiers) in events {
            input.events.push(Event::Key {
                key,
                physical_key: None,
                pressed: true,
                repeat: false,
                modifiers,
            });
        }
        let actions = Action::take_pressed(&mut input, |_| true);
        (actions, input.events.len())
    }

    #[test]
    fn a_key_that_is_held_deletes_one_chat() {
        let mut input = InputState::default();
        for (repeat, action) in [
            (false, Action::DeleteChat),
            (true, Action::DeleteChat),
            (true, Action::NextChat),
        ] {
            let keys = action.shortcut().unwrap();
            input.events.push(Event::Key {
                key: keys.logical_key,
                physical_key: None,
                pressed: true,
                repeat,
                modifiers: keys.modifiers,
            });
        }
        let done = Action::take_pressed(&mut input, |_| true);
        assert_eq!(done, [Action::DeleteChat, Action::NextChat]);
        assert!(input.events.is_empty());
    }

    #[test]
    fn each_action_is_done_by_its_own_keys_and_by_no_others() {
        for action in Action::all() {
            let Some(keys) = action.shortcut() else {
                continue;
            };
            let done = pressed(&[(keys.logical_key, keys.modifiers)]);
            assert_eq!(done, (vec![action], 0));
        }
        let ctrl = Modifiers::COMMAND | Modifiers::CTRL;
        assert_eq!(pressed(&[(Key::N, ctrl | Modifiers::SHIFT)]).0, []);
        let alt_graph = ctrl | Modifiers::ALT;
        assert_eq!(pressed(&[(Key::N, alt_graph)]), (vec![], 1));
        let spanish_slash = ctrl | Modifiers::SHIFT;
        assert_eq!(
            pressed(&[(Key::Slash, spanish_slash)]).0,
            [Action::Shortcuts]
        );
    }

    #[test]
    fn keys_are_named_as_on_the_keyboard() {
        let keys = Action::DeleteChat.shortcut().unwrap();
        assert_eq!(
            caps(keys, false, Language::En),
            ["Ctrl", "Shift", "Backspace"]
        );
        assert_eq!(
            caps(keys, false, Language::Es),
            ["Ctrl", "Mayús", "Retroceso"]
        );
        assert_eq!(caps(keys, true, Language::Es), ["⇧", "⌘", "Retroceso"]);
    }
}
