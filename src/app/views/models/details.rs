//! One model looked at closely: what it is, what it takes, what its file says, and what can be
//! done with it.

use std::path::{Path, PathBuf};

use egui::{Grid, RichText, ScrollArea, TextEdit, Ui, Vec2};

use super::list;
use crate::app::command::ModelsCommand;
use crate::app::components::{
    caption, choice_row, colored_caption, danger_button, fold, plain_button, primary_button,
    progress, title,
};
use crate::app::icons;
use crate::app::state::{Check, Read, State};
use crate::app::theme::{Palette, font};
use crate::app::views::settings_panel::of_one;
use crate::i18n::{Arg, Text};
use crate::library::{Entry, Fingerprint, Fit, trash};
use crate::params::PresetId;

/// The widest the page gets.
const WIDEST: f32 = 760.0;
/// The widest a setting gets: its name and its value are read together.
const OWN_WIDTH: f32 = 360.0;

/// What the page keeps between frames.
#[derive(Debug, Default)]
pub(super) struct Details {
    /// The model whose tags are being typed.
    tags: Option<(Fingerprint, String)>,
    /// The model that is about to be deleted, once the user says so.
    asks: Option<PathBuf>,
    has_just_asked: bool,
}

impl Details {
    /// Draws the page of the model at `path`.
    pub(super) fn show(
        &mut self,
        ui: &mut Ui,
        state: &State,
        path: &Path,
        read: Option<&Read>,
    ) -> Vec<ModelsCommand> {
        let mut commands = Vec::new();
        ScrollArea::vertical()
            .id_salt(("model", path))
            .auto_shrink(false)
            .show(ui, |ui| {
                ui.set_max_width(WIDEST.min(ui.available_width() - 12.0));
                let entry = state.entry(path);
                self.head(ui, state, path, entry, &mut commands);
                match read {
                    None => {
                        caption(ui, state.i18n.get("models-details-reading"));
                    }
                    Some(Err(text)) => {
                        let danger = Palette::of(ui).danger;
                        colored_caption(ui, state.i18n.text(text), danger);
                    }
                    Some(Ok(details)) => {
                        facts(ui, state, entry, details);
                        commands.extend(check(ui, state, path));
                        ui.add_space(8.0);
                        if details.header.purpose.can_chat() {
                            commands.extend(own(ui, state, path));
                        }
                        contents(ui, state, details);
                    }
                }
                if let Some(entry) = entry {
                    commands.extend(self.delete(ui, state, entry));
                }
                ui.add_space(24.0);
            });
        commands
    }

    fn head(
        &mut self,
        ui: &mut Ui,
        state: &State,
        path: &Path,
        entry: Option<&Entry>,
        commands: &mut Vec<ModelsCommand>,
    ) {
        let i18n = &state.i18n;
        let palette = Palette::of(ui);
        let name = RichText::new(state.model_name(path)).font(font::semibold(20.0));
        ui.label(name.color(palette.ink));
        let Some(entry) = entry else { return };
        caption(ui, list::facts(state, entry));
        let is_loaded = state.is_loaded(entry);
        let verdict = state.verdict(entry).filter(|_| entry.is_for_chats());
        if is_loaded {
            let text = RichText::new(i18n.get("models-loaded")).size(font::SECONDARY);
            ui.label(text.color(palette.accent));
        } else if let Some(verdict) = &verdict {
            let ink = list::ink(&palette, verdict);
            let text = RichText::new(i18n.say(verdict)).size(font::SECONDARY);
            ui.label(text.color(ink));
        }
        let is_feared = state.kills_engine(path);
        if is_feared {
            colored_caption(ui, i18n.get("models-kills-engine-why"), palette.danger);
        }
        let never = verdict.filter(|it| it.fit == Fit::Never && !is_loaded);
        if let Some(verdict) = &never {
            caption(ui, i18n.text(&verdict.if_forced()));
        }
        ui.add_space(4.0);
        ui.horizontal_wrapped(|ui| {
            if is_loaded {
                if primary_button(ui, &i18n.get("models-talk"), "", true).clicked() {
                    commands.push(ModelsCommand::Show(false));
                }
            } else if is_feared {
                if plain_button(ui, &i18n.get("models-insist"), icons::PLAY, true).clicked() {
                    commands.push(ModelsCommand::Insist(entry.path.clone()));
                }
            } else if entry.is_for_chats() && entry.problem.is_none() {
                if never.is_some() {
                    let anyway = i18n.get("models-insist");
                    if plain_button(ui, &anyway, icons::PLAY, true).clicked() {
                        commands.push(ModelsCommand::Force(entry.path.clone()));
                    }
                } else if primary_button(ui, &i18n.get("models-load"), icons::PLAY, true).clicked()
                {
                    commands.push(ModelsCommand::Use(entry.path.clone()));
                }
            }
            if let Some(model) = &entry.fingerprint {
                let is_favourite = state.mark(entry).favourite;
                let name = match is_favourite {
                    true => "models-unfavour",
                    false => "models-favour",
                };
                if plain_button(ui, &i18n.get(name), icons::STAR, true).clicked() {
                    commands.push(ModelsCommand::Favour(model.clone(), !is_favourite));
                }
            }
            let reveal = i18n.get("models-reveal");
            if plain_button(ui, &reveal, icons::FOLDER_OPEN, true).clicked() {
                commands.push(ModelsCommand::Reveal(entry.path.clone()));
            }
        });
        commands.extend(self.tags(ui, state, entry));
    }

    /// The user's words, kept when the field is left.
    fn tags(&mut self, ui: &mut Ui, state: &State, entry: &Entry) -> Option<ModelsCommand> {
        let model = entry.fingerprint.as_ref()?;
        let kept = state.mark(entry).tags.join(", ");
        let typed = match &mut self.tags {
            Some((of, typed)) if of == model => typed,
            tags => &mut tags.insert((model.clone(), kept.clone())).1,
        };
        let name = state.i18n.get("models-tags");
        let response = ui
            .horizontal(|ui| {
                caption(ui, &name);
                let field = TextEdit::singleline(typed)
                    .hint_text(state.i18n.get("models-tags-hint"))
                    .desired_width(260.0);
                let field = ui.add(field);
                field.widget_info(|| {
                    let text = typed.as_str();
                    let mut info = egui::WidgetInfo::text_edit(true, text, text, &name);
                    info.label = Some(name.clone());
                    info
                });
                field
            })
            .inner;
        if response.has_focus() {
            return None;
        }
        if !response.lost_focus() {
            // They may have been changed elsewhere.
            typed.clone_from(&kept);
            return None;
        }
        let tags: Vec<String> = typed
            .split([',', '#'])
            .map(|tag| tag.trim().to_owned())
            .filter(|tag| !tag.is_empty())
            .collect();
        let is_changed = *typed != kept;
        // The next frame begins with what has been kept.
        self.tags = None;
        is_changed.then(|| ModelsCommand::Tag(model.clone(), tags))
    }

    /// What goes and how much, and then the button that does it.
    fn delete(&mut self, ui: &mut Ui, state: &State, entry: &Entry) -> Option<ModelsCommand> {
        let i18n = &state.i18n;
        let files = trash::files_of(entry)?;
        ui.add_space(16.0);
        if self.asks.as_ref() != Some(&entry.path) {
            let delete = i18n.get("models-delete");
            if plain_button(ui, &delete, icons::TRASH, true).clicked() {
                self.asks = Some(entry.path.clone());
                self.has_just_asked = true;
            }
            return None;
        }
        let question = Text::new("models-delete-ask")
            .count("count", files.len() as u64)
            .with("size", Arg::Bytes(entry.size_bytes));
        caption(ui, i18n.text(&question));
        for file in &files {
            caption(ui, file.display().to_string());
        }
        let mut command = None;
        let row = ui.horizontal(|ui| {
            if danger_button(ui, &i18n.get("models-delete-yes")).clicked() {
                command = Some(ModelsCommand::Delete(entry.path.clone()));
                self.asks = None;
            }
            if plain_button(ui, &i18n.get("models-delete-no"), "", true).clicked() {
                self.asks = None;
            }
        });
        // It comes in place of a button that may have stood at the very bottom.
        if std::mem::take(&mut self.has_just_asked) {
            row.response.scroll_to_me(None);
        }
        command
    }
}

fn row(ui: &mut Ui, name: String, value: String) {
    if value.is_empty() {
        return;
    }
    let palette = Palette::of(ui);
    let name = RichText::new(name).size(font::CAPTION).color(palette.soft);
    ui.label(name);
    let value = RichText::new(value).size(font::CAPTION).color(palette.ink);
    ui.add(egui::Label::new(value).wrap());
    ui.end_row();
}

fn facts(ui: &mut Ui, state: &State, entry: Option<&Entry>, details: &gguf::Details) {
    let header = &details.header;
    let i18n = &state.i18n;
    let number = |value: Option<u64>| value.map_or_else(String::new, |it| i18n.integer(it));
    ui.add_space(10.0);
    Grid::new("facts")
        .num_columns(2)
        .min_row_height(18.0)
        .spacing(Vec2::new(24.0, 6.0))
        .show(ui, |ui| {
            let maker = entry.and_then(|it| it.maker.clone());
            let maker = maker.or_else(|| header.maker.clone());
            row(ui, i18n.get("models-info-maker"), maker.unwrap_or_default());
            let purpose = i18n.say(&header.purpose);
            row(ui, i18n.get("models-info-purpose"), purpose);
            let licence = header.licence.clone().unwrap_or_default();
            row(ui, i18n.get("models-info-licence"), licence);
            let architecture = header.architecture.clone();
            row(ui, i18n.get("models-info-architecture"), architecture);
            let parameters = i18n.parameters(header.parameters);
            row(ui, i18n.get("models-info-parameters"), parameters);
            let quantisation = header.quantisation.clone();
            row(ui, i18n.get("models-info-quantisation"), quantisation);
            row(ui, i18n.get("models-info-types"), details.types());
            let layers = number(header.block_count);
            row(ui, i18n.get("models-info-layers"), layers);
            let context = number(header.context_length);
            row(ui, i18n.get("models-info-context"), context);
            let vocabulary = number(header.vocab_size);
            row(ui, i18n.get("models-info-vocabulary"), vocabulary);
            if let Some(verdict) = entry.and_then(|entry| state.verdict(entry)) {
                let memory = i18n.text(&verdict.memory_text());
                row(ui, i18n.get("models-info-memory"), memory);
            }
            for place in entry.iter().flat_map(|entry| &entry.places) {
                let name = i18n.get(place.origin.message());
                row(ui, name, place.path.display().to_string());
            }
        });
}

/// What holds for this model alone.
fn own(ui: &mut Ui, state: &State, path: &Path) -> Option<ModelsCommand> {
    let i18n = &state.i18n;
    let file = path.file_name()?.to_string_lossy();
    let begins_with = state.settings.model_presets.get(&*file);
    let has_own = begins_with.is_some() || state.settings.model_load.contains_key(&*file);
    let summary = match has_own {
        true => i18n.get("models-own-set"),
        false => String::new(),
    };
    let mut command = None;
    fold(ui, i18n, "models-own", &summary, |ui| {
        ui.set_max_width(OWN_WIDTH);
        let presets = state.panel.preset_ids();
        let named = presets.iter().map(|id| {
            let preset = state.panel.preset(i18n, id);
            preset.map_or_else(String::new, |preset| preset.name)
        });
        let none = i18n.get("preset-none");
        let choices: Vec<String> = std::iter::once(none).chain(named).collect();
        let is_it = |id: &PresetId| Some(id) == begins_with;
        let chosen = presets.iter().position(is_it).map_or(0, |index| index + 1);
        let name = i18n.get("models-own-preset");
        if let Some(index) = choice_row(ui, &name, "", &choices, chosen) {
            let id = index
                .checked_sub(1)
                .and_then(|index| presets.get(index).cloned());
            command = Some(ModelsCommand::SetPreset(path.to_owned(), id));
        }
        ui.add_space(6.0);
        if let Some(options) = of_one(ui, state, path, true) {
            command = Some(ModelsCommand::SetLoad(path.to_owned(), options));
        }
        caption(ui, i18n.get("models-own-hint"));
    });
    command
}

/// Whether the whole file is what it should be.
fn check(ui: &mut Ui, state: &State, path: &Path) -> Option<ModelsCommand> {
    let i18n = &state.i18n;
    let palette = Palette::of(ui);
    ui.add_space(10.0);
    let known = state.models.checks.get(path);
    if let Some(Check::Over(text, is_well)) = known {
        let color = if *is_well {
            palette.accent
        } else {
            palette.danger
        };
        colored_caption(ui, i18n.text(text), color);
    }
    if let Some(Check::Reading(done, total)) = known {
        let mut command = None;
        ui.horizontal(|ui| {
            let text = Text::new("models-checking")
                .with("done", Arg::Bytes(*done))
                .with("total", Arg::Bytes(*total));
            let text = i18n.text(&text);
            #[expect(clippy::cast_precision_loss, reason = "a bar of 120 points")]
            let fraction = *done as f32 / (*total).max(1) as f32;
            progress(ui, fraction, 120.0, &text);
            caption(ui, text);
            if plain_button(ui, &i18n.get("models-check-stop"), icons::X, true).clicked() {
                command = Some(ModelsCommand::StopCheck(path.to_owned()));
            }
        });
        return command;
    }
    let name = i18n.get("models-check");
    let clicked = plain_button(ui, &name, icons::CIRCLE_CHECK, true).clicked();
    clicked.then(|| ModelsCommand::Check(path.to_owned()))
}

/// The template and every field of the header, as they stand in the file.
fn contents(ui: &mut Ui, state: &State, details: &gguf::Details) {
    let i18n = &state.i18n;
    if let Some(template) = &details.chat_template {
        let summary = i18n.bytes(template.len() as u64);
        fold(ui, i18n, "models-template", &summary, |ui| {
            let mut text = template.as_str();
            let name = i18n.get("models-template");
            let code = TextEdit::multiline(&mut text)
                .code_editor()
                .desired_width(f32::INFINITY)
                .desired_rows(8);
            ui.add(code)
                .widget_info(|| egui::WidgetInfo::text_edit(true, template, template, &name));
        });
    }
    let count = i18n.integer(details.fields.len() as u64);
    fold(ui, i18n, "models-fields", &count, |ui| {
        Grid::new("fields")
            .num_columns(2)
            .min_row_height(16.0)
            .striped(true)
            .spacing(Vec2::new(20.0, 4.0))
            .show(ui, |ui| {
                for field in &details.fields {
                    let count = field.count.map(|count| format!(" [{count}]"));
                    let name = format!("{}{}", field.name, count.unwrap_or_default());
                    // A text of a megabyte is not for the eye.
                    let value: String = field.value.chars().take(400).collect();
                    row(ui, name, value);
                }
            });
    });
    let count = i18n.integer(details.tensors.len() as u64);
    fold(ui, i18n, "models-tensors", &count, |ui| {
        title(ui, i18n.get("models-tensors-what"));
        let height = font::CAPTION + 6.0;
        ScrollArea::vertical()
            .id_salt("tensors")
            .max_height(320.0)
            .show_rows(ui, height, details.tensors.len(), |ui, rows| {
                for tensor in details.tensors.get(rows).unwrap_or_default() {
                    let shape: Vec<String> = tensor.shape.iter().map(ToString::to_string).collect();
                    let line = format!("{}   {}   {}", tensor.name, shape.join(" × "), tensor.kind);
                    let palette = Palette::of(ui);
                    let line = RichText::new(line).monospace().size(12.0);
                    ui.add(egui::Label::new(line.color(palette.soft)).truncate());
                }
            });
    });
}
