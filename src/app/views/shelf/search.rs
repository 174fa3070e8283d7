//! The search: a field, what narrows it down, and what was found.

use std::time::{Duration, Instant};

use egui::text::{LayoutJob, TextWrapping};
use egui::{
    Align, Align2, CornerRadius, Frame, Id, Key, Label, Layout, Margin, Modifiers, Popup, RichText,
    Role, ScrollArea, Sense, Stroke, StrokeKind, TextEdit, Ui, Vec2, WidgetInfo,
};

use super::nothing;
use crate::app::command::{Action, Command};
use crate::app::components::{Ink, fold, icon_button, marked, menu_item, nav_row, one_line};
use crate::app::icons;
use crate::app::state::State;
use crate::app::theme::{Palette, font, radius};
use crate::app::views::when::{self, Span};
use crate::chat::Role as Who;
use crate::i18n::Text;
use crate::store::search::{Hit, Query};

/// Words are looked for once they have been as they are for this long.
const REST: Duration = Duration::from_millis(120);

/// The height of a message that was found: a chat, two lines, and who wrote them when.
const MESSAGE: f32 = 88.0;

/// The height of a title that was found.
const TITLE: f32 = 54.0;

/// What the search keeps between frames.
#[derive(Default)]
pub(super) struct Search {
    text: String,
    span: Span,
    model: Option<String>,
    folder: Option<crate::chat::FolderId>,
    wants_focus: bool,
    /// What was asked for last, and since when something else has been wanted.
    asked: Option<Query>,
    changed: Option<Instant>,
}

impl Search {
    /// Takes the keyboard with the next frame.
    pub(super) fn find(&mut self) {
        self.wants_focus = true;
    }

    /// Looks for these words, as if they had been typed.
    pub(super) fn look_for(&mut self, words: &str) {
        words.clone_into(&mut self.text);
        self.wants_focus = true;
    }

    /// Whether what was found stands in the place of the chats.
    pub(super) fn shows_hits(&self, state: &State) -> bool {
        // Until the first answer is there, the chats stay.
        !self.text.trim().is_empty() && state.shelves.hits.is_some()
    }

    /// Draws the field. Returns the search that is wanted, once the words have come to rest.
    pub(super) fn field(&mut self, ui: &mut Ui, state: &State) -> Option<Command> {
        let palette = Palette::of(ui);
        let id = Id::unique("search-input");
        let has_focus = ui.memory(|memory| memory.has_focus(id));
        let edge = match has_focus {
            true => palette.accent,
            false => palette.line,
        };
        let mut command = None;
        Frame::new()
            .fill(if has_focus {
                palette.card
            } else {
                palette.panel
            })
            .stroke(Stroke::new(1.0, edge))
            .corner_radius(CornerRadius::same(radius::CONTROL))
            .inner_margin(Margin::symmetric(10, 0))
            .show(ui, |ui| {
                ui.horizontal(|ui| {
                    ui.set_height(34.0);
                    ui.set_width(ui.available_width());
                    let icon = RichText::new(icons::SEARCH).font(font::icon(15.0));
                    ui.add(Label::new(icon.color(palette.soft)).selectable(false));
                    command = self.input(ui, state, id);
                    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                        if self.text.is_empty() {
                            return;
                        }
                        let clear = icon_button(ui, icons::X, &state.i18n.get("search-clear"));
                        if clear.clicked() {
                            self.text.clear();
                            ui.memory_mut(|memory| memory.request_focus(id));
                        }
                    });
                });
            });
        if !self.text.trim().is_empty() {
            self.filters(ui, state);
        }
        self.wanted(ui).or(command)
    }

    fn input(&mut self, ui: &mut Ui, state: &State, id: Id) -> Option<Command> {
        let palette = Palette::of(ui);
        let name = state.i18n.get(Action::Find.name());
        let hint = RichText::new(&name)
            .size(font::SECONDARY)
            .color(palette.faint);
        let button = if self.text.is_empty() { 12.0 } else { 34.0 };
        let edit = TextEdit::singleline(&mut self.text)
            .id(id)
            .hint_text(hint)
            .frame(Frame::NONE)
            .margin(Margin::ZERO)
            .align(Align2::LEFT_CENTER)
            .desired_width(ui.available_width() - button)
            .font(egui::FontId::proportional(font::SECONDARY));
        let response = ui.add(edit).accessible_name(name);
        if std::mem::take(&mut self.wants_focus) {
            response.request_focus();
        }
        if !response.lost_focus() {
            return None;
        }
        let is_left = ui.input_mut(|input| {
            input.key_pressed(Key::Escape) && input.consume_key(Modifiers::NONE, Key::Escape)
        });
        if is_left {
            self.text.clear();
        }
        let is_enter = ui.input(|input| input.key_pressed(Key::Enter));
        let first = state.shelves.hits.as_ref().and_then(|hits| hits.first());
        first
            .filter(|_| is_enter && !self.text.trim().is_empty())
            .map(open)
    }

    /// Asks for what is wanted now, where that has been the same for a moment.
    fn wanted(&mut self, ui: &Ui) -> Option<Command> {
        let query = match self.text.trim().is_empty() {
            true => Query::default(),
            false => Query {
                text: self.text.trim().to_owned(),
                from_unix_ms: self.span.start_unix_ms(),
                until_unix_ms: None,
                model: self.model.clone(),
                folder: self.folder,
            },
        };
        let asked = self.asked.get_or_insert_default();
        if *asked == query {
            self.changed = None;
            return None;
        }
        // The end of a search, and another filter, need not wait for the next key.
        let is_typing = !query.text.is_empty() && asked.text != query.text;
        let since = *self.changed.get_or_insert_with(Instant::now);
        if is_typing && let Some(rest) = REST.checked_sub(since.elapsed()) {
            ui.ctx().request_repaint_after(rest);
            return None;
        }
        self.changed = None;
        self.asked = Some(query.clone());
        Some(Command::Search(query))
    }

    fn filters(&mut self, ui: &mut Ui, state: &State) {
        let i18n = &state.i18n;
        let chosen = [
            self.span != Span::Always,
            self.model.is_some(),
            self.folder.is_some(),
        ];
        let count = chosen.iter().filter(|it| **it).count() as u64;
        let summary = match count {
            0 => String::new(),
            count => i18n.integer(count),
        };
        ui.spacing_mut().item_spacing.y = 4.0;
        fold(ui, i18n, "filters", &summary, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            let row = nav_row(
                ui,
                "",
                &i18n.get("filter-span"),
                &i18n.get(self.span.name()),
                false,
            );
            Popup::menu(&row).width(200.0).show(|ui| {
                for span in Span::ALL {
                    if choice(ui, &i18n.get(span.name()), span == self.span) {
                        self.span = span;
                    }
                }
            });
            let every = i18n.get("filter-any");
            if !state.shelves.models.is_empty() {
                let name = self.model.as_ref().unwrap_or(&every);
                let row = nav_row(ui, "", &i18n.get("model"), &shortened(name), false);
                Popup::menu(&row).width(260.0).show(|ui| {
                    ui.set_width(260.0);
                    if choice(ui, &every, self.model.is_none()) {
                        self.model = None;
                    }
                    ScrollArea::vertical().max_height(240.0).show(ui, |ui| {
                        for model in &state.shelves.models {
                            if choice(ui, model, self.model.as_ref() == Some(model)) {
                                self.model = Some(model.clone());
                            }
                        }
                    });
                });
            }
            if !state.shelves.folders.is_empty() {
                let folders = &state.shelves.folders;
                let name = folders.iter().find(|it| Some(it.id) == self.folder);
                let name = name.map_or(&every, |it| &it.name);
                let row = nav_row(ui, "", &i18n.get("filter-folder"), &shortened(name), false);
                Popup::menu(&row).width(220.0).show(|ui| {
                    ui.set_width(220.0);
                    if choice(ui, &every, self.folder.is_none()) {
                        self.folder = None;
                    }
                    ScrollArea::vertical().max_height(240.0).show(ui, |ui| {
                        for folder in folders {
                            if choice(ui, &folder.name, self.folder == Some(folder.id)) {
                                self.folder = Some(folder.id);
                            }
                        }
                    });
                });
            }
        });
    }

    /// Draws what was found.
    pub(super) fn hits(&self, ui: &mut Ui, state: &State) -> Option<Command> {
        let hits = state.shelves.hits.as_deref().unwrap_or_default();
        if hits.is_empty() {
            let narrowed =
                self.span != Span::Always || self.model.is_some() || self.folder.is_some();
            let text = match narrowed {
                true => "search-none-filtered",
                false => "search-none",
            };
            nothing(ui, icons::SEARCH, state.i18n.get(text));
            return None;
        }
        let mut command = None;
        ScrollArea::vertical()
            .id_salt("hits")
            .auto_shrink(false)
            .show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = 2.0;
                for (index, it) in hits.iter().enumerate() {
                    if hit(ui, state, index, it) {
                        command = Some(open(it));
                    }
                }
            });
        command
    }
}

fn choice(ui: &mut Ui, name: &str, is_chosen: bool) -> bool {
    let mark = if is_chosen { icons::CHECK } else { "" };
    menu_item(ui, mark, name, "", true).clicked()
}

/// As much of a name as a row has room for beside another.
fn shortened(name: &str) -> String {
    const MOST: usize = 18;
    if name.chars().count() <= MOST {
        return name.to_owned();
    }
    let kept: String = name.chars().take(MOST - 1).collect();
    format!("{}…", kept.trim_end())
}

fn open(hit: &Hit) -> Command {
    match hit.message {
        Some(message) => Command::OpenMessage(hit.chat, message),
        None => Command::OpenChat(hit.chat),
    }
}

/// Something that was found. Returns whether it was chosen.
fn hit(ui: &mut Ui, state: &State, index: usize, hit: &Hit) -> bool {
    let palette = Palette::of(ui);
    let height = match hit.message {
        Some(_) => MESSAGE,
        None => TITLE,
    };
    let size = Vec2::new(ui.available_width(), height);
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    let id = ui.scope_id().with(("hit", index));
    let response = ui.interact(rect, id, Sense::click());
    let name = match hit.chat_name.is_empty() {
        true => state.i18n.get(Action::NewChat.name()),
        false => hit.chat_name.clone(),
    };
    let spoken = match hit.message {
        Some(_) => format!("{name}: {}", hit.excerpt),
        None => name.clone(),
    };
    response.widget_info(|| WidgetInfo::labeled(Role::ListItem, true, &spoken));
    if response.gained_focus() {
        response.scroll_to_me(None);
    }
    if !ui.is_rect_visible(rect) {
        return response.clicked();
    }
    let corners = CornerRadius::same(radius::CONTROL);
    if response.hovered() {
        let fill = palette.hover();
        ui.painter().rect_filled(rect, corners, fill);
    }
    if response.has_focus() {
        let ring = Stroke::new(2.0, palette.accent);
        ui.painter()
            .rect_stroke(rect, corners, ring, StrokeKind::Inside);
    }
    let inside = rect.shrink2(Vec2::new(10.0, 8.0));
    let mut at = inside.min;
    let mut write = |galley: std::sync::Arc<egui::Galley>| {
        let height = galley.size().y;
        ui.painter().galley(at, galley, palette.soft);
        at.y += height + 2.0;
    };
    let lines = |text: &str, ink: &Ink, rows: usize| {
        // Line breaks would leave no room for the words.
        let text = text.replace(['\n', '\r', '\t'], " ");
        let mut job = marked(&text, &hit.marks, ink);
        job.wrap.max_width = inside.width();
        job.wrap.max_rows = rows;
        job.wrap.break_anywhere = rows == 1;
        ui.fonts_mut(|fonts| fonts.layout_job(job))
    };
    if hit.message.is_none() {
        write(lines(&hit.excerpt, &Ink::name(&palette), 1));
    } else {
        let font_id = font::medium(font::SECONDARY);
        let mut job = LayoutJob::simple_singleline(name, font_id, palette.ink);
        job.wrap = TextWrapping::truncate_at_width(inside.width());
        write(ui.fonts_mut(|fonts| fonts.layout_job(job)));
        write(lines(&hit.excerpt, &Ink::excerpt(&palette), 2));
    }
    let who = match hit.role {
        Some(Who::User) => Text::new("who-you"),
        Some(Who::Assistant) => Text::new("who-model"),
        Some(Who::System) => Text::new("who-system"),
        Some(Who::Other(name)) => Text::new("role-unknown").word("name", name),
        None => Text::new("who-title"),
    };
    let date = when::short(&state.i18n, hit.unix_ms);
    let who = format!("{} · {date}", state.i18n.text(&who));
    let font_id = egui::FontId::proportional(font::CAPTION);
    write(one_line(ui, &who, font_id, inside.width()));
    response.clicked()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_are_cut() {
        assert_eq!(shortened("short"), "short");
        let long = shortened("A model with a very long name indeed");
        assert_eq!(long.chars().count(), 18);
        assert!(long.ends_with('…'));
    }
}
