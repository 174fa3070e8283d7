//! The box to write in, with what goes with the text and what is to be known before sending.

mod attachments;
mod count;
mod drafts;
pub(super) mod dropping;
mod foot;
mod history;
mod imported;
mod input;
pub(super) mod keys;
pub(super) mod notices;
mod prompts;
mod slash;

use egui::{CornerRadius, Event, Frame, Id, Margin, Pos2, ScrollArea, Stroke, Ui};

use crate::app::attachment::Attachment;
use crate::app::command::{Action, Command};
use crate::app::components::caption;
use crate::app::state::{ModelState, State};
use crate::app::theme::{Palette, radius};
use crate::app::views::conversation::Edits;
use crate::app::views::too_long::Way;
use crate::chat::ChatId;
use crate::params::Overflow;
use crate::prompts::Prompt;
pub(super) use attachments::Cards;
use drafts::Drafts;
pub(super) use drafts::Writing;

/// The part of the window's height that the notices may take.
const NOTICES_SHARE: f32 = 0.3;

/// What the box is known by.
const INPUT: &str = "composer-input";

/// What the composer keeps between frames.
#[derive(Default)]
pub(super) struct Composer {
    drafts: Drafts,
    cards: Cards,
    history: history::History,
    ime: keys::Ime,
    slash: slash::Slash,
    manager: prompts::Manager,
    counter: count::Counter,
    /// The chat that was in view in the last frame, and whether a reply was being written.
    /// When that changes, the box takes the focus.
    last: Option<(Option<ChatId>, bool)>,
    /// Whether the keyboard is to stay where it is: a name is being written.
    pub(super) yields: bool,
    /// Whether something lay over the window in the frame before the last.
    had_modal: bool,
    /// The draft that goes as soon as the reply that is being written has ended: its chat,
    /// and its revision, for what is changed is not sent without being asked again.
    early: Option<(Option<ChatId>, u64)>,
}

/// Puts the keyboard into the box.
pub(super) fn focus(ctx: &egui::Context) {
    ctx.memory_mut(|memory| memory.request_focus(Id::unique(INPUT)));
}

/// Whether the keyboard is in the box.
pub(super) fn has_focus(ctx: &egui::Context) -> bool {
    ctx.memory(|memory| memory.has_focus(Id::unique(INPUT)))
}

impl Composer {
    /// Whether something is written in it.
    pub(super) fn has_text(&self, state: &State) -> bool {
        self.drafts.has_text(state.current)
    }

    /// Draws the notices and the box below them.
    pub(super) fn show(&mut self, ui: &mut Ui, state: &State, edits: &mut Edits) -> Vec<Command> {
        if self.drafts.take_stored(state, edits) {
            let text = &self.drafts.of(state.current).text;
            input::put_cursor(ui.ctx(), Id::unique(INPUT), text.chars().count());
        }
        let mut commands = self.drafts.take_attached(state, edits);
        let drawn = super::column(ui, |ui| {
            // In a small window, what there is to say scrolls; the box stays on screen.
            let most = ui.ctx().content_rect().height() * NOTICES_SHARE;
            let mut commands = ScrollArea::vertical()
                .id_salt("notices")
                .max_height(most)
                .show(ui, |ui| notices::show(ui, state))
                .inner;
            commands.extend(self.show_box(ui, state));
            let writing = self.drafts.of(state.current);
            commands.extend(self.counter.ask(ui, state, writing));
            commands
        });
        commands.extend(drawn);
        commands.extend(self.drafts.keep(ui, state.current, edits));
        commands
    }

    /// Whether Escape is for something that is open here.
    pub(super) fn holds_escape(&self) -> bool {
        self.slash.is_open() || self.manager.is_open() || self.cards.is_open()
    }

    /// The draft of the chat in view and what is half changed in it, where it has not been
    /// handed on yet.
    pub(super) fn unkept(&self, edits: &Edits) -> Option<Command> {
        self.drafts.unkept(edits)
    }

    fn show_box(&mut self, ui: &mut Ui, state: &State) -> Vec<Command> {
        let palette = Palette::of(ui);
        let id = Id::unique(INPUT);
        let has_focus = ui.memory(|memory| memory.has_focus(id));
        take_long_pastes(ui, id, has_focus, self.drafts.of(state.current));
        let wants_send = match has_focus {
            true => self.take_keys(ui, state, id),
            false => {
                self.ime.forget();
                false
            }
        };
        let edge = match has_focus {
            true => palette.accent,
            false => palette.line,
        };
        let has_list = self.slash.is_open();
        let writing = self.drafts.of(state.current);
        let drawn = Frame::new()
            .fill(palette.card)
            .stroke(Stroke::new(1.0, edge))
            .corner_radius(CornerRadius::same(radius::COMPOSER))
            .inner_margin(Margin::symmetric(14, 10))
            .show(ui, |ui| {
                self.cards.show(ui, &state.i18n, state.current, writing);
                input::show(ui, state, id, has_list, writing);
                let now = Some((state.current, writing.revision()));
                if wants_send && state.current_reply().is_some() && !writing.is_blank() {
                    self.early = now;
                } else if self.early != now {
                    self.early = None;
                }
                if self.early.is_some() && state.current_reply().is_some() {
                    caption(ui, state.i18n.get("send-waits"));
                }
                if is_attaching(state) {
                    caption(ui, state.i18n.get("send-attaching"));
                }
                // Enter does nothing then, and says why.
                if matches!(state.model, ModelState::None) && !writing.is_blank() {
                    caption(ui, state.i18n.get("send-no-model"));
                }
                let way = count::warn(ui, state, writing);
                let is_refused = self.counter.is_refused(state, writing);
                (way, is_refused, foot::show(ui, state, writing, is_refused))
            });
        let (way, is_refused, asked) = drawn.inner;
        let fitting = self.slash.fitting(state, &writing.text);
        let below = drawn.response.rect;
        let taken = self.slash.show(ui, &state.i18n, below, has_focus, &fitting);
        let mut is_closed = taken.is_some();
        if let Some(prompt) = taken {
            take_prompt(ui, id, writing, prompt);
        }
        let place = (id, state.current);
        is_closed |= self.cards.show_open(ui, &state.i18n, place, writing);
        match asked {
            Some(foot::Asked::Choose) => {
                writing.set(Vec::new(), slash::SLASH.to_string());
                input::put_cursor(ui.ctx(), id, 1);
                is_closed = true;
            }
            Some(foot::Asked::Save) => self.manager.save(writing.text.clone()),
            Some(foot::Asked::Manage) => self.manager.open(),
            _ => {}
        }
        let was_open = self.manager.is_open();
        let (edit, is_shut) = self.manager.show(ui, state);
        is_closed |= was_open && is_shut;
        let is_due = self.early.is_some() && state.current_reply().is_none();
        let is_sent = wants_send || is_due || asked == Some(foot::Asked::Send);
        let command = match asked {
            _ if is_sent && !is_refused && can_send(state, writing) && !has_drop(ui) => {
                self.early = None;
                let message = writing.message();
                writing.set(Vec::new(), String::new());
                self.history.push(message.clone());
                Some(Command::Send(message))
            }
            Some(foot::Asked::For(command)) => Some(command),
            _ => edit,
        };
        self.take_focus(ui, state, id, is_closed);
        way.map_or_else(
            || command.into_iter().collect(),
            |way| self.do_about_length(state, way),
        )
    }

    /// What is to be done about a draft that is too long for the context.
    fn do_about_length(&mut self, state: &State, way: Way) -> Vec<Command> {
        match way {
            Way::Longer(commands) => commands,
            Way::LeaveOut => vec![Command::SetOverflow(Overflow::DropOldest)],
            Way::NewChat => {
                let writing = self.drafts.of(state.current);
                let text = std::mem::take(&mut writing.text);
                let attachments = std::mem::take(&mut writing.attachments);
                writing.touch();
                // What waits in a new chat already stays, below.
                let new = self.drafts.of(None);
                let text = match new.text.trim().is_empty() {
                    true => text,
                    false => format!("{text}\n\n{}", new.text),
                };
                let already = std::mem::take(&mut new.attachments);
                new.set(attachments.into_iter().chain(already).collect(), text);
                vec![Command::Do(Action::NewChat)]
            }
        }
    }

    /// A chat that has just come into view, or whose reply has just ended, is there to be
    /// written in.
    fn take_focus(&mut self, ui: &Ui, state: &State, id: Id, is_closed: bool) {
        let now = Some((state.current, state.current_reply().is_some()));
        // What is closed keeps the keyboard from the rest for one more frame, and leaves it
        // nowhere.
        let has_modal = ui.memory(|memory| memory.top_modal_layer().is_some());
        let is_free = std::mem::replace(&mut self.had_modal, has_modal) && !has_modal;
        let mut wants_focus = is_closed;
        wants_focus |= is_free && ui.memory(|memory| memory.focused().is_none());
        if is_closed {
            ui.ctx().request_repaint();
        }
        if self.last != now {
            let is_new = self.last.map(|last| last.0) != Some(state.current);
            self.last = now;
            if is_new {
                let writing = self.drafts.of(state.current);
                // What was typed in another chat must not come back here.
                input::forget_changes(ui.ctx(), id, &writing.text);
            }
            // Whoever is typing somewhere else goes on there.
            wants_focus |= is_new || ui.memory(|memory| memory.focused().is_none());
        }
        if wants_focus && !self.yields {
            ui.memory_mut(|memory| memory.request_focus(id));
        }
    }

    /// Takes the keys that are not for the box itself. Returns whether one of them sends.
    fn take_keys(&mut self, ui: &Ui, state: &State, id: Id) -> bool {
        let writing = self.drafts.of(state.current);
        if ui.input_mut(|input| self.ime.take_enter(input)) {
            return false;
        }
        let fitting = self.slash.fitting(state, &writing.text);
        if let Some(prompt) = self.slash.take_keys(ui, &fitting) {
            take_prompt(ui, id, writing, prompt);
        }
        let (of, chat) = (state.current, state.current_chat());
        let is_walking =
            self.history.is_walking(of, writing) && input::is_at_end(ui.ctx(), id, &writing.text);
        let mut has_moved = false;
        if (is_walking || writing.is_empty()) && keys::take(ui, egui::Key::ArrowUp) {
            self.history.older(of, chat, writing);
            has_moved = true;
        } else if is_walking && keys::take(ui, egui::Key::ArrowDown) {
            self.history.newer(of, chat, writing);
            has_moved = true;
        }
        if has_moved {
            input::put_cursor(ui.ctx(), id, writing.text.chars().count());
        }
        ui.input_mut(|input| keys::take_send(input, state.settings.send_with))
    }
}

/// Takes what is pasted and too long for a box: it stands beside it. Where a short text finds no
/// room, what is there already does, and goes on with the short one.
pub(super) fn take_long_pastes(ui: &Ui, id: Id, has_focus: bool, writing: &mut Writing) {
    let is_paste =
        |event: &Event| matches!(event, Event::Paste(_) | Event::MiddleClickPaste { .. });
    if !ui.input(|input| input.events.iter().any(is_paste)) {
        return;
    }
    let place = ui.ctx().read_response(id).map(|it| it.rect);
    let typed_bytes = writing.text.len();
    let pasted = ui.input_mut(|input| {
        let is_for_box = |at: Option<Pos2>| match at {
            Some(at) => place.is_some_and(|place| place.contains(at)),
            None => has_focus,
        };
        keys::take_long_pastes(input, typed_bytes, is_for_box)
    });
    for text in pasted {
        match Attachment::is_long(&text) {
            true => writing.attachments.push(Attachment::new("", &text)),
            false => {
                writing.go_on(text);
                input::forget_changes(ui.ctx(), id, &writing.text);
            }
        }
        writing.touch();
        ui.memory_mut(|memory| memory.request_focus(id));
    }
}

/// Begins the message with a saved prompt.
fn take_prompt(ui: &Ui, id: Id, writing: &mut Writing, prompt: &Prompt) {
    let (text, chars) = prompt.fill();
    let attachments = std::mem::take(&mut writing.attachments);
    writing.set(attachments, text);
    input::put_cursor(ui.ctx(), id, chars);
}

/// A message can wait for a model that is being loaded, not for one nobody has chosen.
fn can_send(state: &State, writing: &Writing) -> bool {
    let has_model = !matches!(state.model, ModelState::None);
    state.current_reply().is_none() && has_model && !writing.is_blank() && !is_attaching(state)
}

/// Whether files for the message are still being read. Sent without them, it would leave
/// them to the next.
fn is_attaching(state: &State) -> bool {
    state.attaching.contains(&state.current)
}

/// Whether files have just been dropped, which `update` hears of after this frame.
fn has_drop(ui: &Ui) -> bool {
    ui.input(|input| !input.raw.dropped_files.is_empty())
}
