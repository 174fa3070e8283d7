//! The list of prompts above the box, for as long as what is typed begins with a slash.

use std::borrow::Cow;

use egui::{Align2, Area, Frame, Id, Key, Margin, Order, Rect, ScrollArea, Ui, Vec2};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use super::keys;
use crate::app::components::{caption, suggestion};
use crate::app::state::State;
use crate::app::views::floating;
use crate::i18n::I18n;
use crate::prompts::Prompt;

/// What begins a search among the prompts.
pub(super) const SLASH: char = '/';

/// The longest search; what is longer is a message.
const MAX_CHARS: usize = 60;

/// The widest the list gets, and the tallest.
const MAX_WIDTH: f32 = 560.0;
const MAX_HEIGHT: f32 = 280.0;

/// The prompts that Charla brings along: their names and what they ask.
const BUILT_IN: [(&str, &str); 6] = [
    ("prompt-summarise", "prompt-summarise-text"),
    ("prompt-spanish", "prompt-spanish-text"),
    ("prompt-english", "prompt-english-text"),
    ("prompt-explain", "prompt-explain-text"),
    ("prompt-spelling", "prompt-spelling-text"),
    ("prompt-list", "prompt-list-text"),
];

/// The list while it is open.
#[derive(Debug, Default)]
pub(super) struct Slash {
    /// Which of those that fit is chosen, and for which search.
    chosen: usize,
    search: String,
    /// Whether the user has closed it, until the slash is gone.
    is_dismissed: bool,
    /// Where it was drawn last; nowhere while it is closed.
    drawn: Option<Rect>,
    has_moved: bool,
}

impl Slash {
    /// Whether it is there.
    pub(super) fn is_open(&self) -> bool {
        self.drawn.is_some()
    }

    /// The prompts that fit what is typed, the user's own first. None where it is no search.
    pub(super) fn fitting<'a>(&mut self, state: &'a State, typed: &str) -> Vec<Cow<'a, Prompt>> {
        let search = typed.strip_prefix(SLASH).filter(|it| !it.contains('\n'));
        let Some(search) = search.filter(|it| it.chars().nth(MAX_CHARS).is_none()) else {
            self.is_dismissed = false;
            return Vec::new();
        };
        if self.is_dismissed {
            return Vec::new();
        }
        if self.search != search {
            search.clone_into(&mut self.search);
            self.chosen = 0;
        }
        let search = folded(search.trim());
        let own = state.prompts.iter().map(Cow::Borrowed);
        let mut fitting: Vec<_> = own
            .chain(brought_along(state).map(Cow::Owned))
            .filter_map(|prompt| Some((folded(&prompt.name).find(&search)?, prompt)))
            .collect();
        // What begins with what is looked for comes first; the order stays otherwise.
        fitting.sort_by_key(|(at, _)| *at > 0);
        fitting.into_iter().map(|(_, prompt)| prompt).collect()
    }

    /// Takes the keys that are for the list. Returns the prompt that was taken.
    pub(super) fn take_keys<'a>(
        &mut self,
        ui: &Ui,
        fitting: &'a [Cow<'_, Prompt>],
    ) -> Option<&'a Prompt> {
        if fitting.is_empty() {
            return None;
        }
        let last = fitting.len() - 1;
        if keys::take(ui, Key::ArrowUp) {
            self.chosen = self.chosen.checked_sub(1).unwrap_or(last);
            self.has_moved = true;
        }
        if keys::take(ui, Key::ArrowDown) {
            self.chosen = if self.chosen < last {
                self.chosen + 1
            } else {
                0
            };
            self.has_moved = true;
        }
        if keys::take(ui, Key::Escape) {
            self.is_dismissed = true;
            return None;
        }
        let is_taken = keys::take(ui, Key::Tab) || keys::take(ui, Key::Enter);
        fitting
            .get(self.chosen.min(last))
            .filter(|_| is_taken)
            .map(AsRef::as_ref)
    }

    /// Draws the list above the box. Returns the prompt that was clicked.
    pub(super) fn show<'a>(
        &mut self,
        ui: &Ui,
        i18n: &I18n,
        below: Rect,
        has_focus: bool,
        fitting: &'a [Cow<'_, Prompt>],
    ) -> Option<&'a Prompt> {
        // The press that is going to be a click takes the keyboard out of the box.
        let pointer = ui.ctx().pointer_latest_pos();
        let is_pointed_at = self
            .drawn
            .zip(pointer)
            .is_some_and(|(it, at)| it.contains(at));
        if fitting.is_empty() || !(has_focus || is_pointed_at) {
            self.drawn = None;
            return None;
        }
        let chosen = self.chosen.min(fitting.len() - 1);
        let has_moved = std::mem::take(&mut self.has_moved);
        let mut taken = None;
        let gap = 6.0;
        let room = below.top() - gap - ui.ctx().content_rect().top();
        let shown = Area::new(Id::unique("prompts"))
            .order(Order::Foreground)
            .pivot(Align2::LEFT_BOTTOM)
            .fixed_pos(below.left_top() - Vec2::new(0.0, gap))
            .show(ui.ctx(), |ui| {
                Frame::popup(ui.style())
                    .inner_margin(Margin::same(6))
                    .show(ui, |ui| {
                        ui.set_width((below.width() - 14.0).min(MAX_WIDTH));
                        ui.spacing_mut().item_spacing.y = 0.0;
                        ScrollArea::vertical()
                            .max_height(MAX_HEIGHT.min(room - 60.0).max(34.0))
                            .show(ui, |ui| {
                                for (index, prompt) in fitting.iter().enumerate() {
                                    let is_chosen = index == chosen;
                                    let first = prompt.text.lines().next().unwrap_or("");
                                    let row = suggestion(ui, &prompt.name, first, is_chosen);
                                    if is_chosen && has_moved {
                                        row.scroll_to_me(None);
                                    }
                                    if row.clicked() {
                                        taken = Some(prompt.as_ref());
                                    }
                                }
                            });
                        ui.add_space(4.0);
                        ui.horizontal(|ui| {
                            ui.add_space(10.0);
                            caption(ui, i18n.get("prompts-keys"));
                        });
                    });
            });
        self.drawn = Some(shown.response.rect);
        let layer = shown.response.layer_id;
        floating::note(ui.ctx(), layer, below);
        if floating::is_dismissed(ui.ctx(), layer) {
            self.is_dismissed = true;
            ui.ctx().request_repaint();
        }
        taken
    }
}

/// The prompts that Charla brings along, but for those that the user has one of that name in
/// place of.
pub(super) fn brought_along(state: &State) -> impl Iterator<Item = Prompt> + '_ {
    let is_free = |it: &Prompt| state.prompts.iter().all(|own| own.name != it.name);
    built_in(&state.i18n).filter(is_free)
}

fn built_in(i18n: &I18n) -> impl Iterator<Item = Prompt> {
    BUILT_IN.into_iter().map(|(name, text)| Prompt {
        name: i18n.get(name),
        text: format!("{}\n\n{{{{text}}}}", i18n.get(text)),
    })
}

/// Letters without case and accents: who types quickly leaves both out.
fn folded(text: &str) -> String {
    let letters = text.nfd().filter(|&it| !is_combining_mark(it));
    letters.flat_map(char::to_lowercase).collect()
}
