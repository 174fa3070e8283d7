//! What the keys do in the list of chats: go, choose, rename, fold.

use egui::{Key, Modifiers, Popup, Rect, Ui};

use super::keys::{Press, begins_with, deletes};
use super::lines::Line;
use super::list::{List, Named, chat_of, id_of, name_of, named};
use crate::app::command::Command;
use crate::app::state::State;
use crate::chat::ChatId;
use crate::store::Target;

/// The height of a row.
const ROW: f32 = 36.0;

impl List {
    /// Does what the keys ask. Returns a command, and what to scroll to.
    pub(super) fn keyboard(
        &mut self,
        ui: &Ui,
        state: &State,
        all: &[Line<'_>],
    ) -> (Option<Command>, Option<f32>) {
        let focused = ui.memory(egui::Memory::focused);
        let is_menu = Popup::is_any_open(ui.ctx());
        let is_choosing = self.several.is_going();
        let of = self.cursor.filter(|&it| focused == Some(id_of(it)));
        let Some(of) = of.filter(|_| !is_menu && self.renaming.is_none()) else {
            let is_free = focused.is_none() && !is_menu && is_choosing;
            if is_free && ui.input_mut(|it| it.consume_key(Modifiers::NONE, Key::Escape)) {
                self.several.end();
            }
            let is_mac = ui.ctx().os().is_mac();
            let deletes = is_free && ui.input_mut(|input| deletes(input, is_mac));
            return (deletes.then(|| self.delete_chosen(state)).flatten(), None);
        };
        let view = self.view.unwrap_or(Rect::ZERO);
        let presses = self.keys.take(ui, page_rows(view), is_choosing);
        if presses.is_empty() {
            return (None, None);
        }
        let rows: Vec<&Line<'_>> = all.iter().filter(|line| named(line).is_some()).collect();
        let Some(mut row) = rows.iter().position(|line| named(line) == Some(of)) else {
            return (None, None);
        };
        let order = || all.iter().filter_map(chat_of).collect::<Vec<ChatId>>();
        let mut command = None;
        let before = row;
        for press in presses {
            match press {
                Press::Go { to, extends } => {
                    let from = rows[row];
                    row = to.from(row, rows.len());
                    if let (true, Line::Chat(chat, _)) = (extends, rows[row]) {
                        if let (Line::Chat(from, _), false) = (from, self.several.is_going()) {
                            self.several.begin_at(from.id);
                        }
                        self.several.extend_to(chat.id, None, &order());
                    }
                }
                Press::Find(typed) => {
                    // One letter more looks at where it stands first, a first one beyond.
                    let skipped = usize::from(typed.chars().count() == 1);
                    let count = rows.len();
                    let found = (skipped..count + skipped)
                        .map(|it| (row + it) % count)
                        .find(|&it| begins_with(&name_of_line(state, rows[it]), &typed));
                    row = found.unwrap_or(row);
                }
                Press::All => command = self.several.all(state, &order()),
                Press::End => self.several.end(),
                Press::Delete => command = self.delete_chosen(state),
                Press::Toggle => {
                    if let Line::Chat(chat, _) = rows[row] {
                        self.several.toggle(chat.id, state.current, &order());
                    }
                }
                Press::Rename => {
                    if let Some(of) = named(rows[row]) {
                        self.rename(of, name_of_line(state, rows[row]));
                    }
                }
                Press::Fold { is_open } => match (rows[row], is_open) {
                    (Line::Folder(folder, _), true) => {
                        self.open.insert(folder.id);
                    }
                    (Line::Folder(folder, _), false) => {
                        self.open.remove(&folder.id);
                    }
                    // From within, to the folder.
                    (Line::Chat(_, true), false) => {
                        let above = |line: &&Line<'_>| matches!(line, Line::Folder(..));
                        row = rows[..row].iter().rposition(above).unwrap_or(row);
                    }
                    _ => {}
                },
            }
        }
        let Some(of) = named(rows[row]).filter(|_| row != before) else {
            return (command, None);
        };
        self.cursor = Some(of);
        ui.memory_mut(|memory| memory.request_focus(id_of(of)));
        (command, offset_to(all, of, view))
    }

    /// Moves the chosen chats to the bin, from where one key brings them back.
    fn delete_chosen(&mut self, state: &State) -> Option<Command> {
        let chosen = self.several.chats(state);
        let chats: Vec<ChatId> = chosen.iter().map(|chat| chat.id).collect();
        self.several.end();
        (!chats.is_empty()).then_some(Command::Delete(Target::Chats(chats)))
    }
}

fn name_of_line(state: &State, line: &Line<'_>) -> String {
    match line {
        Line::Chat(chat, _) => name_of(state, chat),
        Line::Folder(folder, _) => folder.name.clone(),
        Line::Heading(_) | Line::Empty(_) | Line::Older(_) => String::new(),
    }
}

/// How many rows a page has.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a window has room for some dozens of rows"
)]
fn page_rows(view: Rect) -> isize {
    ((view.height() / ROW).floor() as isize - 1).max(1)
}

/// What to scroll to, so that a row is in view; `None` where it is.
fn offset_to(all: &[Line<'_>], of: Named, view: Rect) -> Option<f32> {
    let at = all.iter().position(|line| named(line) == Some(of))?;
    let top: f32 = all[..at].iter().map(Line::height).sum();
    let bottom = top + all[at].height();
    if top - ROW < view.top() {
        // What stands above the first rows is seen too.
        Some(if top < 3.0 * ROW { 0.0 } else { top - ROW })
    } else if bottom + ROW > view.bottom() {
        Some(bottom + ROW - view.height())
    } else {
        None
    }
}
