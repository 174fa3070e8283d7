//! The window in which saved prompts are made, changed and deleted.

use egui::{
    Align, Align2, Frame, Id, Label, Layout, Margin, RichText, ScrollArea, Stroke, TextEdit, Ui,
};

use super::slash;
use crate::app::command::Command;
use crate::app::components::{
    caption, icon_button, link_button, plain_button, primary_button, title,
};
use crate::app::icons;
use crate::app::state::State;
use crate::app::theme::{Palette, font, radius};
use crate::app::views::dialog;
use crate::i18n::Text;
use crate::prompts::{Edit, Prompt};

/// The window while it is open.
#[derive(Debug, Default)]
pub(super) struct Manager {
    page: Option<Page>,
    /// What was deleted last, and where it stood.
    removed: Option<(usize, Prompt)>,
}

#[derive(Debug)]
enum Page {
    List,
    Form(Form),
}

/// A prompt that is being written.
#[derive(Debug, Default)]
struct Form {
    /// The name of the one that is changed; a new one has none.
    of: Option<String>,
    name: String,
    text: String,
    /// Whether it was opened from the list, and goes back there.
    is_of_list: bool,
    has_focused: bool,
}

/// Where to go next.
enum Step {
    To(Page),
    Close,
}

impl Manager {
    /// Shows all of them.
    pub(super) fn open(&mut self) {
        self.page = Some(Page::List);
        self.removed = None;
    }

    /// Makes a new one of this text.
    pub(super) fn save(&mut self, text: String) {
        self.page = Some(Page::Form(Form {
            text,
            ..Form::default()
        }));
    }

    pub(super) fn is_open(&self) -> bool {
        self.page.is_some()
    }

    /// Draws it over everything. Returns what was asked for, and whether it has been closed.
    pub(super) fn show(&mut self, ui: &Ui, state: &State) -> (Option<Command>, bool) {
        let Self { page, removed } = self;
        let Some(shown) = page else {
            return (None, false);
        };
        let window = ui.ctx().content_rect().size();
        let modal = dialog(ui, Id::unique("prompts-window")).show(ui.ctx(), |ui| {
            ui.set_width((window.x - 64.0).clamp(200.0, 520.0));
            let height = (window.y - 200.0).clamp(60.0, 360.0);
            match shown {
                Page::List => list(ui, state, removed, height),
                Page::Form(form) => write(ui, state, form, height),
            }
        });
        let is_left = modal.should_close();
        let (edit, mut step) = modal.inner;
        let is_of_list = matches!(shown, Page::Form(form) if form.is_of_list);
        if step.is_none() && is_left {
            step = Some(match is_of_list {
                true => Step::To(Page::List),
                false => Step::Close,
            });
        }
        match step {
            Some(Step::To(next)) => *page = Some(next),
            Some(Step::Close) => *page = None,
            None => {}
        }
        (edit.map(Command::EditPrompts), page.is_none())
    }
}

fn list(
    ui: &mut Ui,
    state: &State,
    removed: &mut Option<(usize, Prompt)>,
    height: f32,
) -> (Option<Edit>, Option<Step>) {
    let i18n = &state.i18n;
    let (mut edit, mut step) = (None, None);
    title(ui, i18n.get("prompts"));
    if state.prompts.is_empty() {
        caption(ui, i18n.get("prompts-none"));
    }
    let brought: Vec<Prompt> = slash::brought_along(state).collect();
    ScrollArea::vertical().max_height(height).show(ui, |ui| {
        for (index, prompt) in state.prompts.iter().enumerate() {
            match row(ui, state, prompt, true) {
                Some(Asked::Change) => {
                    step = Some(Step::To(Page::Form(Form {
                        of: Some(prompt.name.clone()),
                        name: prompt.name.clone(),
                        text: prompt.text.clone(),
                        is_of_list: true,
                        has_focused: false,
                    })));
                }
                Some(Asked::Delete) => {
                    *removed = Some((index, prompt.clone()));
                    edit = Some(Edit::Remove(prompt.name.clone()));
                }
                None => {}
            }
        }
        if !brought.is_empty() {
            caption(ui, i18n.get("prompts-brought"));
        }
        for prompt in &brought {
            // One that is changed is the user's own from then on.
            if row(ui, state, prompt, false).is_some() {
                step = Some(Step::To(Page::Form(Form {
                    name: prompt.name.clone(),
                    text: prompt.text.clone(),
                    is_of_list: true,
                    ..Form::default()
                })));
            }
        }
    });
    if let Some((index, prompt)) = removed {
        let mut is_wanted = false;
        ui.horizontal(|ui| {
            let text = Text::new("prompt-deleted").word("name", &prompt.name);
            caption(ui, i18n.text(&text));
            ui.add_space(8.0);
            is_wanted = link_button(ui, &i18n.get("action-undo")).clicked();
        });
        if is_wanted {
            edit = Some(Edit::Put(*index, prompt.clone()));
            *removed = None;
        }
    }
    ui.add_space(4.0);
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        if primary_button(ui, &i18n.get("attach-done"), icons::CHECK, true).clicked() {
            step = Some(Step::Close);
        }
        if plain_button(ui, &i18n.get("prompt-new"), icons::PLUS, true).clicked() {
            step = Some(Step::To(Page::Form(Form {
                is_of_list: true,
                ..Form::default()
            })));
        }
    });
    (edit, step)
}

enum Asked {
    Change,
    Delete,
}

/// One prompt; only those of the user's own can be deleted.
fn row(ui: &mut Ui, state: &State, prompt: &Prompt, is_own: bool) -> Option<Asked> {
    let palette = Palette::of(ui);
    let i18n = &state.i18n;
    let mut asked = None;
    ui.horizontal(|ui| {
        let width = ui.available_width() - 80.0;
        ui.vertical(|ui| {
            ui.set_width(width);
            ui.spacing_mut().item_spacing.y = 0.0;
            let name = RichText::new(&prompt.name).font(font::medium(font::SECONDARY));
            ui.add(Label::new(name.color(palette.ink)).truncate());
            let first = prompt.text.lines().next().unwrap_or("");
            let first = RichText::new(first).size(font::CAPTION).color(palette.soft);
            ui.add(Label::new(first).truncate());
        });
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let delete = Text::new("prompt-delete").word("name", &prompt.name);
            if is_own && icon_button(ui, icons::TRASH, &i18n.text(&delete)).clicked() {
                asked = Some(Asked::Delete);
            }
            let change = Text::new("prompt-change").word("name", &prompt.name);
            if icon_button(ui, icons::PENCIL, &i18n.text(&change)).clicked() {
                asked = Some(Asked::Change);
            }
        });
    });
    ui.add_space(2.0);
    asked
}

fn write(ui: &mut Ui, state: &State, form: &mut Form, height: f32) -> (Option<Edit>, Option<Step>) {
    let i18n = &state.i18n;
    let (mut edit, mut step) = (None, None);
    let head = match form.of {
        Some(_) => "prompt-edit",
        None => "prompt-new",
    };
    title(ui, i18n.get(head));
    caption(ui, i18n.get("prompt-name"));
    let name = boxed(ui, 2, |ui| {
        let edit = TextEdit::singleline(&mut form.name)
            .desired_width(f32::INFINITY)
            .frame(Frame::NONE)
            .margin(Margin::ZERO)
            .align(Align2::LEFT_CENTER)
            .font(egui::FontId::proportional(font::SECONDARY));
        ui.add(edit).accessible_name(i18n.get("prompt-name"))
    });
    if !std::mem::replace(&mut form.has_focused, true) {
        name.request_focus();
    }
    caption(ui, i18n.get("prompt-text"));
    boxed(ui, 7, |ui| {
        ScrollArea::vertical()
            .max_height((height - 60.0).max(50.0))
            .show(ui, |ui| {
                let edit = TextEdit::multiline(&mut form.text)
                    .desired_width(f32::INFINITY)
                    .desired_rows(4)
                    .frame(Frame::NONE)
                    .margin(Margin::ZERO)
                    .font(egui::FontId::proportional(font::SECONDARY));
                ui.add(edit).accessible_name(i18n.get("prompt-text"));
            });
    });
    let place = Text::new("prompt-place").word("place", "{{text}}");
    caption(ui, i18n.text(&place));
    let why_not = why_not(state, form);
    ui.add_space(4.0);
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        let save = primary_button(
            ui,
            &i18n.get("prompt-save"),
            icons::CHECK,
            why_not.is_none(),
        );
        let save = match why_not {
            Some(why) => save.on_disabled_hover_text(i18n.get(why)),
            None => save,
        };
        let next = match form.is_of_list {
            true => Step::To(Page::List),
            false => Step::Close,
        };
        if plain_button(ui, &i18n.get("cancel"), "", true).clicked() {
            step = Some(next);
        } else if save.clicked() {
            let prompt = Prompt {
                name: form.name.trim().to_owned(),
                text: form.text.clone(),
            };
            edit = Some(match form.of.take() {
                Some(name) => Edit::Replace(name, prompt),
                None => Edit::Put(usize::MAX, prompt),
            });
            step = Some(next);
        }
    });
    (edit, step)
}

/// Why a prompt cannot be saved as it is.
fn why_not(state: &State, form: &Form) -> Option<&'static str> {
    let name = form.name.trim();
    let is_own = form.of.as_deref() == Some(name);
    let is_taken = !is_own && state.prompts.iter().any(|it| it.name == name);
    match (name.is_empty(), form.text.trim().is_empty(), is_taken) {
        (true, ..) => Some("prompt-no-name"),
        (_, true, _) => Some("prompt-no-text"),
        (.., true) => Some("prompt-taken"),
        _ => None,
    }
}

fn boxed<R>(ui: &mut Ui, above: i8, contents: impl FnOnce(&mut Ui) -> R) -> R {
    let palette = Palette::of(ui);
    Frame::new()
        .fill(palette.background)
        .stroke(Stroke::new(1.0, palette.line))
        .corner_radius(radius::CONTROL)
        .inner_margin(Margin::symmetric(10, above))
        .show(ui, contents)
        .inner
}
