//! The arrows go from row to row, past the buttons that rows have.

use egui::{EventFilter, Id, Key, Modifiers, Response, Ui};

/// The rows of a list, as far as they have been drawn.
#[derive(Default)]
pub(super) struct Walk {
    rows: Vec<Id>,
    /// The row that had the keyboard, and how far from there it goes.
    step: Option<(Id, isize)>,
}

impl Walk {
    /// A row has been drawn.
    pub(super) fn row(&mut self, ui: &Ui, row: &Response) {
        self.rows.push(row.id);
        if !row.has_focus() {
            return;
        }
        let filter = EventFilter {
            vertical_arrows: true,
            ..EventFilter::default()
        };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(row.id, filter));
        let step = ui.input_mut(|input| {
            let mut takes = |key| {
                let is_bare = input.modifiers.is_none();
                is_bare && input.consume_key(Modifiers::NONE, key)
            };
            isize::from(takes(Key::ArrowDown)) - isize::from(takes(Key::ArrowUp))
        });
        if step != 0 {
            self.step = Some((row.id, step));
        }
    }

    /// All rows have been drawn.
    pub(super) fn end(&mut self, ui: &Ui) {
        let rows = std::mem::take(&mut self.rows);
        let next = self.step.take().and_then(|(from, step)| {
            let index = rows.iter().position(|id| *id == from)?;
            rows.get(index.checked_add_signed(step)?).copied()
        });
        if let Some(next) = next {
            ui.memory_mut(|memory| memory.request_focus(next));
        }
    }
}
