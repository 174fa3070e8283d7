//! Finding words in the chat in view: a bar over the conversation, how often they are there,
//! and the way from one to the next. A long chat is looked through a part a frame.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;
use std::time::{Duration, Instant};

use egui::text::{CCursor, CCursorRange};
use egui::text_edit::TextEditState;
use egui::{
    Align, Align2, Context, CornerRadius, Frame, Id, Key, Label, Layout, Margin, Modifiers, Popup,
    Rect, RichText, Stroke, TextEdit, Ui, UiBuilder, Vec2, pos2,
};

use super::column::Column;
use super::matches::Needle;
use super::select::{Part, parts};
use crate::app::components::{colored_caption, icon_button};
use crate::app::icons;
use crate::app::theme::{Palette, font, radius};
use crate::chat::{Chat, ChatId, Message, MessageId};
use crate::i18n::{I18n, Text};
use prose::{Document, Picked};

/// How much of a frame goes into looking. What is begun then is finished.
const BUDGET: Duration = Duration::from_millis(1);

/// The room of the bar.
const SIZE: Vec2 = Vec2::new(400.0, 40.0);

/// Its distance from the top and from the sides.
const EDGE: f32 = 10.0;

/// The height that is kept free for it.
pub(super) const ROOM: f32 = SIZE.y + 2.0 * EDGE;

/// Texts of which it is known where they have the words. More are never in view.
const MAX_KNOWN: usize = 2000;

/// The longest selection that is looked for when the bar opens, in bytes.
const MAX_SELECTED_BYTES: usize = 100;

/// What the bar is known by.
const FIELD: &str = "find-in-chat";

/// The search in the chat in view.
#[derive(Debug, Default)]
pub(super) struct Finder {
    is_open: bool,
    /// Whether the keyboard was in it in the last frame.
    has_focus: bool,
    typed: String,
    needle: Needle,
    wants_focus: bool,
    /// What `counts` are of.
    of: Option<Of>,
    /// How often each message of the column has it, once it has been looked at.
    counts: Vec<Option<usize>>,
    /// Where the search began, and how many messages have been looked at from there on.
    from: usize,
    looked_at: usize,
    /// The find that is shown: which message of the column, and which find of that message.
    current: Option<(usize, usize)>,
    /// Where the finds of the message are that has the one that is shown.
    here: Option<(MessageId, Vec<(Part, Picked)>)>,
    known: RefCell<HashMap<String, Vec<Range<usize>>>>,
}

/// Which messages were looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Of {
    chat: ChatId,
    leaf: Option<MessageId>,
    messages: usize,
    /// A reply that grows is looked at again when it has ended.
    is_growing: bool,
    /// What it has said may have turned out to be thoughts.
    has_thoughts: bool,
}

/// What the user asked the bar for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    Next,
    Previous,
    Close,
}

/// What came of a frame.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// The find to bring into view.
    pub(super) shows: Option<(MessageId, Part, Picked)>,
    /// Whether the bar has just been closed.
    pub(super) is_closed: bool,
}

impl Finder {
    /// Opens the bar, or puts the keyboard into it. `selected` is what is looked for then.
    pub(super) fn open(&mut self, selected: Option<String>) {
        self.is_open = true;
        self.wants_focus = true;
        let selected = selected.filter(|it| {
            let is_short = it.len() <= MAX_SELECTED_BYTES && !it.contains('\n');
            is_short && !it.trim().is_empty()
        });
        if let Some(selected) = selected {
            self.typed = selected;
        }
        self.look_for(Needle::new(&self.typed));
    }

    pub(super) fn close(&mut self) {
        self.is_open = false;
        self.has_focus = false;
    }

    pub(super) fn is_open(&self) -> bool {
        self.is_open
    }

    /// Whether Escape is for the bar.
    pub(super) fn holds_escape(&self) -> bool {
        self.is_open && self.has_focus
    }

    /// Where a text has the words, in bytes; `None` while nothing is looked for.
    pub(super) fn marks(&self, text: &str) -> Option<Vec<Range<usize>>> {
        if !self.is_open || self.needle.is_empty() {
            return None;
        }
        let mut known = self.known.borrow_mut();
        if let Some(marks) = known.get(text) {
            return Some(marks.clone());
        }
        if known.len() >= MAX_KNOWN {
            known.clear();
        }
        let marks = self.needle.all(text);
        known.insert(text.to_owned(), marks.clone());
        Some(marks)
    }

    /// The find that is shown, where it is in this message.
    pub(super) fn shown_in(&self, message: MessageId) -> Option<(Part, Picked)> {
        let (of, places) = self.here.as_ref().filter(|_| self.is_open)?;
        let (_, nth) = self.current?;
        places.get(nth).filter(|_| *of == message).cloned()
    }

    /// Takes up another search. Where the words before have been looked for already, a message
    /// that does not have those does not have more of them either.
    fn look_for(&mut self, needle: Needle) {
        if self.needle == needle {
            return;
        }
        let narrows = needle.narrows(&self.needle);
        for count in &mut self.counts {
            count.take_if(|count| !narrows || *count > 0);
        }
        // The search goes on from what is shown.
        if let Some((index, _)) = self.current {
            self.from = index;
        }
        self.needle = needle;
        self.looked_at = 0;
        self.current = None;
        self.here = None;
        self.known.get_mut().clear();
    }

    /// Looks at some more of the messages. `top` is the first that is in view.
    pub(super) fn look(&mut self, ctx: &Context, chat: &Chat, column: &Column, view: View) {
        let last = chat.leaf().and_then(|leaf| chat.message(leaf));
        let of = Of {
            chat: chat.id,
            leaf: chat.leaf(),
            messages: chat.messages().len(),
            is_growing: view.is_growing,
            has_thoughts: last.is_some_and(|it| !it.reasoning.is_empty()),
        };
        if !self.is_open {
            return;
        }
        if self.of != Some(of) || self.counts.len() != column.len() {
            self.of = Some(of);
            self.counts = vec![None; column.len()];
            self.looked_at = 0;
            // What is shown stays, where it is still there.
            let here = self.here.take().map(|(id, _)| id);
            let is_same = |index| here.is_some() && column.id(index) == here;
            self.current.take_if(|(index, _)| !is_same(*index));
            self.from = self.current.map_or(view.top, |(index, _)| index);
        }
        if self.needle.is_empty() || self.is_done() {
            return;
        }
        let begun = Instant::now();
        while !self.is_done() {
            let index = (self.from + self.looked_at) % self.counts.len();
            let message = column.id(index).and_then(|id| chat.message(id));
            if self.counts[index].is_none() {
                let places = message.map(|it| places(it, &self.needle));
                self.counts[index] = Some(places.map_or(0, |it| it.len()));
            }
            self.looked_at += 1;
            if begun.elapsed() >= BUDGET {
                break;
            }
        }
        if !self.is_done() {
            ctx.request_repaint();
        }
    }

    fn is_done(&self) -> bool {
        self.looked_at >= self.counts.len()
    }

    fn count(&self, index: usize) -> usize {
        self.counts.get(index).copied().flatten().unwrap_or(0)
    }

    fn total(&self) -> usize {
        self.counts.iter().flatten().sum()
    }

    /// How many finds there are up to the one that is shown.
    fn number(&self) -> usize {
        let Some((index, nth)) = self.current else {
            return 0;
        };
        let before = self.counts[..index].iter().flatten();
        before.sum::<usize>() + nth + 1
    }

    /// The find after the one that is shown, or before it, round the end of the chat.
    fn step(&mut self, is_next: bool) {
        let Some((index, nth)) = self.current else {
            return;
        };
        let count = self.counts.len();
        let within = match is_next {
            true => Some(nth + 1).filter(|nth| *nth < self.count(index)),
            false => nth.checked_sub(1),
        };
        if let Some(nth) = within {
            self.current = Some((index, nth));
            return;
        }
        let step = |by: usize| match is_next {
            true => (index + by) % count,
            false => (index + count - by) % count,
        };
        let next = (1..=count).map(step).find(|it| self.count(*it) > 0);
        self.current = next.map(|index| match is_next {
            true => (index, 0),
            false => (index, self.count(index) - 1),
        });
    }

    /// Shows the first find from where the search began, once there is one.
    fn settle(&mut self) {
        if self.current.is_none() && !self.needle.is_empty() && !self.counts.is_empty() {
            let mut order = (0..self.looked_at).map(|it| (self.from + it) % self.counts.len());
            let first = order.find(|it| self.count(*it) > 0);
            self.current = first.map(|index| (index, 0));
        }
    }

    /// Draws the bar over the conversation, and goes where the user asks it to.
    pub(super) fn show(
        &mut self,
        ui: &mut Ui,
        i18n: &I18n,
        chat: &Chat,
        column: &Column,
        (view, steps): (Rect, isize),
    ) -> Outcome {
        let mut outcome = Outcome::default();
        if !self.is_open {
            return outcome;
        }
        let before = self.current;
        let asked = keys(ui).or(self.bar(ui, i18n, view));
        self.settle();
        let is_new = before != self.current;
        match asked {
            Some(Asked::Close) => {
                self.close();
                outcome.is_closed = true;
            }
            // The first one is what was just found.
            Some(Asked::Next) if !is_new => self.step(true),
            Some(Asked::Previous) => self.step(false),
            _ => {}
        }
        for _ in 0..steps.unsigned_abs() {
            self.step(steps > 0);
        }
        if self.current != before {
            outcome.shows = self.place(chat, column);
        } else if self.current.is_some()
            && self.here.is_none()
            && self.place(chat, column).is_none()
        {
            self.current = None;
        }
        outcome
    }

    /// Where the find is that is shown.
    fn place(&mut self, chat: &Chat, column: &Column) -> Option<(MessageId, Part, Picked)> {
        let (index, nth) = self.current?;
        let message = column.id(index).and_then(|id| chat.message(id))?;
        if self.here.as_ref().is_none_or(|(of, _)| *of != message.id) {
            self.here = Some((message.id, places(message, &self.needle)));
        }
        let (_, places) = self.here.as_ref()?;
        let (part, picked) = places.get(nth)?;
        Some((message.id, *part, picked.clone()))
    }

    /// The find that is shown, to be selected.
    pub(super) fn current(&self) -> Option<(usize, Part, Picked)> {
        let (index, nth) = self.current?;
        let (part, picked) = self.here.as_ref()?.1.get(nth)?.clone();
        Some((index, part, picked))
    }

    fn bar(&mut self, ui: &mut Ui, i18n: &I18n, view: Rect) -> Option<Asked> {
        let palette = Palette::of(ui);
        let width = SIZE.x.min(view.width() - 2.0 * EDGE);
        let corner = pos2(view.right() - EDGE - width, view.top() + EDGE);
        let rect = Rect::from_min_size(corner, Vec2::new(width, SIZE.y));
        let corners = CornerRadius::same(radius::CARD);
        let shadow = ui.visuals().popup_shadow.as_shape(rect, corners);
        ui.painter().add(shadow);
        let line = Stroke::new(1.0, palette.line);
        let painter = ui.painter();
        painter.rect(rect, corners, palette.card, line, egui::StrokeKind::Inside);
        // What lies below it is not pressed through it.
        ui.interact(rect, Id::unique("find-bar"), egui::Sense::CLICK);
        let builder = UiBuilder::new()
            .max_rect(rect.shrink2(Vec2::new(10.0, 5.0)))
            .layout(Layout::right_to_left(Align::Center))
            .id_salt("find-bar");
        let mut asked = None;
        ui.scope_builder(builder, |ui| {
            ui.spacing_mut().item_spacing.x = 2.0;
            for (icon, name, what) in [
                (icons::X, "find-close", Asked::Close),
                (icons::CHEVRON_DOWN, "action-find-next", Asked::Next),
                (icons::CHEVRON_UP, "action-find-previous", Asked::Previous),
            ] {
                if icon_button(ui, icon, &i18n.get(name)).clicked() {
                    asked = Some(what);
                }
            }
            ui.add_space(6.0);
            if let Some(said) = self.said(i18n) {
                colored_caption(ui, said, palette.soft);
                ui.add_space(6.0);
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.spacing_mut().item_spacing.x = 8.0;
                let icon = RichText::new(icons::SEARCH).font(font::icon(14.0));
                ui.add(Label::new(icon.color(palette.soft)).selectable(false));
                self.field(ui, i18n);
            });
        });
        asked
    }

    fn field(&mut self, ui: &mut Ui, i18n: &I18n) {
        let id = Id::unique(FIELD);
        if std::mem::take(&mut self.wants_focus) {
            ui.memory_mut(|memory| memory.request_focus(id));
            // What is typed takes the place of what was looked for before.
            let mut state = TextEditState::load(ui.ctx(), id).unwrap_or_default();
            let end = CCursor::new(self.typed.chars().count());
            let all = CCursorRange::two(CCursor::new(0), end);
            state.cursor.set_char_range(Some(all));
            state.store(ui.ctx(), id);
        }
        let palette = Palette::of(ui);
        let hint = RichText::new(i18n.get("find-name"))
            .size(font::SECONDARY)
            .color(palette.faint);
        let edit = TextEdit::singleline(&mut self.typed)
            .id(id)
            .hint_text(hint)
            .desired_width(f32::INFINITY)
            .frame(Frame::NONE)
            .margin(Margin::ZERO)
            .align(Align2::LEFT_CENTER)
            .font(egui::FontId::proportional(font::SECONDARY));
        let response = ui.add(edit).accessible_name(i18n.get("find-name"));
        self.has_focus = response.has_focus();
        if response.changed() {
            self.look_for(Needle::new(&self.typed));
        }
    }

    /// How many there are, and which of them is shown.
    fn said(&self, i18n: &I18n) -> Option<String> {
        if self.needle.is_empty() {
            return None;
        }
        let total = self.total();
        if total == 0 {
            return Some(match self.is_done() {
                true => i18n.get("find-none"),
                false => "…".to_owned(),
            });
        }
        let text = Text::new("find-count")
            .count("number", self.number() as u64)
            .count("total", total as u64);
        let more = if self.is_done() { "" } else { "…" };
        Some(i18n.text(&text) + more)
    }
}

/// What else is to be known of the chat that is looked through.
#[derive(Debug, Clone, Copy)]
pub(super) struct View {
    /// The first message that is in view.
    pub(super) top: usize,
    /// Whether a reply is being written in it.
    pub(super) is_growing: bool,
}

/// Where a message has the words, in the order in which it is read.
fn places(message: &Message, needle: &Needle) -> Vec<(Part, Picked)> {
    let mut places = Vec::new();
    for (part, source, kind) in parts(message) {
        if needle.may_be_in(source) {
            let mut document = Document::new(kind);
            document.set(source, false);
            let found = document.find(|text| needle.all(text));
            places.extend(found.into_iter().map(|it| (part, it)));
        }
    }
    places
}

/// Takes the keys that are for the bar.
fn keys(ui: &Ui) -> Option<Asked> {
    let focused = ui.memory(egui::Memory::focused);
    let has_focus = focused == Some(Id::unique(FIELD));
    // Elsewhere, Escape is for what has the keyboard.
    let is_elsewhere = focused.is_some() && !has_focus;
    if is_elsewhere || Popup::is_any_open(ui.ctx()) {
        return None;
    }
    ui.input_mut(|input| {
        if input.consume_key(Modifiers::NONE, Key::Escape) {
            return Some(Asked::Close);
        }
        if !has_focus {
            return None;
        }
        if input.consume_key(Modifiers::SHIFT, Key::Enter) {
            return Some(Asked::Previous);
        }
        let is_next = input.consume_key(Modifiers::NONE, Key::Enter);
        is_next.then_some(Asked::Next)
    })
}
