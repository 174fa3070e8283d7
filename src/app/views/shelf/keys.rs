//! The keyboard in the list of chats.

use std::time::{Duration, Instant};

use egui::{Event, EventFilter, InputState, Key, Modifiers, Ui};

/// What may stand between two letters that are looked for together.
const TYPED_WITHIN: Duration = Duration::from_millis(900);

/// What a key asks of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Press {
    /// Go there; with `extends`, choose what lies between.
    Go { to: Where, extends: bool },
    /// Take this chat in among the chosen ones, or out.
    Toggle,
    /// Choose all.
    All,
    /// Choose none.
    End,
    /// Delete the chosen ones.
    Delete,
    /// Write another name.
    Rename,
    /// Show what is in a folder, or no longer.
    Fold { is_open: bool },
    /// Go to what begins with this.
    Find(String),
}

/// Where the keyboard goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Where {
    First,
    Last,
    /// So many rows down; up where it is less than nothing.
    By(isize),
}

impl Where {
    /// The row, of `count` rows, that is reached from this one.
    pub(super) fn from(self, row: usize, count: usize) -> usize {
        let last = count.saturating_sub(1);
        match self {
            Self::First => 0,
            Self::Last => last,
            Self::By(rows) => row.saturating_add_signed(rows).min(last),
        }
    }
}

/// Letters that were typed one after the other.
#[derive(Default)]
pub(super) struct Keys {
    typed: String,
    last: Option<Instant>,
}

impl Keys {
    /// What a row that has the keyboard keeps for itself.
    pub(super) fn filter(is_choosing: bool) -> EventFilter {
        EventFilter {
            tab: false,
            horizontal_arrows: true,
            vertical_arrows: true,
            escape: is_choosing,
        }
    }

    /// Takes the keys that mean the list.
    pub(super) fn take(&mut self, ui: &Ui, page_rows: isize, is_choosing: bool) -> Vec<Press> {
        let is_new = self.last.is_none_or(|last| last.elapsed() > TYPED_WITHIN);
        if is_new {
            self.typed.clear();
        }
        let mut presses = Vec::new();
        let is_mac = ui.ctx().os().is_mac();
        ui.input_mut(|input| {
            for (key, to) in [
                (Key::ArrowDown, Where::By(1)),
                (Key::ArrowUp, Where::By(-1)),
                (Key::PageDown, Where::By(page_rows)),
                (Key::PageUp, Where::By(-page_rows)),
                (Key::Home, Where::First),
                (Key::End, Where::Last),
            ] {
                // The narrower pattern first: the other one takes Shift too.
                for (modifiers, extends) in [(Modifiers::SHIFT, true), (Modifiers::NONE, false)] {
                    for _ in 0..input.count_and_consume_key(modifiers, key) {
                        presses.push(Press::Go { to, extends });
                    }
                }
            }
            for (modifiers, key, press) in [
                (Modifiers::COMMAND, Key::A, Press::All),
                (Modifiers::COMMAND, Key::Space, Press::Toggle),
                (Modifiers::NONE, Key::F2, Press::Rename),
                (Modifiers::NONE, Key::Escape, Press::End),
                (
                    Modifiers::NONE,
                    Key::ArrowRight,
                    Press::Fold { is_open: true },
                ),
                (
                    Modifiers::NONE,
                    Key::ArrowLeft,
                    Press::Fold { is_open: false },
                ),
            ] {
                // Where nothing is chosen, Escape means something else.
                let is_ours = is_choosing || press != Press::End;
                if is_ours && input.consume_key(modifiers, key) {
                    presses.push(press);
                }
            }
            // One chat is not deleted by a bare key: it is only where the keyboard happens to be.
            if is_choosing && deletes(input, is_mac) {
                presses.push(Press::Delete);
            }
            let before = self.typed.len();
            let modifiers = input.modifiers;
            if !modifiers.command && !modifiers.alt {
                let typed = &mut self.typed;
                input.events.retain(|event| match event {
                    // A space begins no name: it presses the row.
                    Event::Text(text) if !typed.is_empty() || text != " " => {
                        typed.push_str(text);
                        false
                    }
                    _ => true,
                });
            }
            if self.typed.len() > before {
                input.consume_key(Modifiers::NONE, Key::Space);
                self.last = Some(Instant::now());
                presses.push(Press::Find(self.typed.clone()));
            }
        });
        presses
    }
}

/// Takes the key that deletes: a Mac's keyboard has it where others have Backspace.
pub(super) fn deletes(input: &mut InputState, is_mac: bool) -> bool {
    input.consume_key(Modifiers::NONE, Key::Delete)
        || is_mac && input.consume_key(Modifiers::NONE, Key::Backspace)
}

/// Whether a name begins with what was typed, whatever stands before its first letter.
pub(super) fn begins_with(name: &str, typed: &str) -> bool {
    let name = name.trim_start_matches(|it: char| !it.is_alphanumeric());
    let typed = typed.trim_start_matches(|it: char| !it.is_alphanumeric());
    let mut letters = name.chars().flat_map(char::to_lowercase);
    !typed.is_empty()
        && typed
            .chars()
            .flat_map(char::to_lowercase)
            .all(|it| letters.next() == Some(it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_begin_with_their_first_letter() {
        assert!(begins_with("¿Cómo suma un modelo?", "có"));
        assert!(begins_with("Éter", "é"));
        assert!(!begins_with("Carta", "cam"));
        assert!(!begins_with("Carta", ""));
    }

    #[test]
    fn rows_have_ends() {
        assert_eq!(Where::By(-3).from(1, 10), 0);
        assert_eq!(Where::By(12).from(1, 10), 9);
        assert_eq!(Where::Last.from(0, 0), 0);
    }
}
