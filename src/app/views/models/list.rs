//! The models on this machine as cards: found, sorted, and used with one click.

use egui::{Color32, Popup, ScrollArea, TextEdit, Ui, Vec2};

use super::{WIDEST, folders, menu};
use crate::app::command::ModelsCommand;
use crate::app::components::{
    MODEL_CARD_HEIGHT, MODEL_ROW_HEIGHT, ModelCard, caption, choice_box, closing_item, icon_button,
    model_card, model_row, primary_button,
};
use crate::app::icons;
use crate::app::state::State;
use crate::app::theme::{Palette, font, size};
use crate::app::views::when;
use crate::i18n::{Arg, Localize as _, Text};
use crate::library::{Entry, Fit, Mark, Verdict};

/// What the scroll bar takes at the right.
pub(super) const BAR: f32 = 14.0;

/// What the list keeps between frames.
#[derive(Debug, Default)]
pub(super) struct List {
    typed: String,
    order: Order,
    wanted: Wanted,
}

/// In which order the models stand, the favourites above the others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Order {
    #[default]
    Name,
    LastUsed,
    Size,
    Fit,
}

impl Order {
    const ALL: [Self; 4] = [Self::Name, Self::LastUsed, Self::Size, Self::Fit];

    fn name(self) -> &'static str {
        match self {
            Self::Name => "models-by-name",
            Self::LastUsed => "models-by-use",
            Self::Size => "models-by-size",
            Self::Fit => "models-by-fit",
        }
    }
}

/// Which models are shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
enum Wanted {
    /// Those that a chat can be had with.
    #[default]
    Chats,
    /// All of them.
    All,
    /// Those with this tag.
    Tag(String),
}

/// A model with what decides its place.
struct Item<'a> {
    entry: &'a Entry,
    mark: Option<&'a Mark>,
}

impl Item<'_> {
    fn tags(&self) -> &[String] {
        self.mark.map_or(&[], |mark| &mark.tags)
    }

    fn is_favourite(&self) -> bool {
        self.mark.is_some_and(|mark| mark.favourite)
    }

    /// Whether each of these words, in small letters, is in what is shown of it.
    fn has(&self, words: &[String]) -> bool {
        let entry = self.entry;
        let maker = entry.maker.as_deref().unwrap_or_default();
        let parts = [entry.name.as_str(), maker, &entry.quantisation];
        let parts = parts
            .into_iter()
            .chain(self.tags().iter().map(String::as_str));
        let text: Vec<String> = parts.map(str::to_lowercase).collect();
        words
            .iter()
            .all(|word| text.iter().any(|part| part.contains(word)))
    }
}

impl List {
    /// Draws the list in all the room there is.
    pub(super) fn show(&mut self, ui: &mut Ui, state: &State) -> Vec<ModelsCommand> {
        let mut commands = Vec::new();
        let room = ui.available_size();
        let width = (room.x - BAR).min(WIDEST);
        ui.allocate_ui(room, |ui| {
            ui.set_width(room.x);
            let head = Vec2::new(width, 0.0);
            let in_lines = ui.allocate_ui(head, |ui| self.head(ui, state, width)).inner;
            commands.extend(in_lines.map(ModelsCommand::InLines));
            let Some(listing) = &state.library else {
                caption(ui, state.i18n.get("models-reading"));
                return;
            };
            let items = self.items(state, &listing.entries);
            let count = items.len();
            if items.is_empty() {
                let text = match listing.entries.is_empty() {
                    true => "models-nothing",
                    false => "models-no-match",
                };
                ui.add_space(8.0);
                caption(ui, state.i18n.get(text));
                if listing.entries.is_empty() {
                    let name = state.i18n.get("models-see-recommended");
                    if primary_button(ui, &name, "", true).clicked() {
                        commands.push(ModelsCommand::Recommend);
                    }
                }
            }
            let spacing = ui.spacing().item_spacing;
            ui.spacing_mut().item_spacing.y = 0.0;
            // The folders stand below the models, as one more row that is as high as it is.
            ScrollArea::vertical()
                .id_salt("models")
                .auto_shrink(false)
                .show_viewport(ui, |ui, view| {
                    ui.set_max_width(width);
                    let each = match state.settings.models_in_lines {
                        true => MODEL_ROW_HEIGHT,
                        false => MODEL_CARD_HEIGHT,
                    };
                    let first = rows(view.top(), each);
                    let last = (rows(view.bottom(), each) + 1).min(count);
                    ui.add_space(height(first.min(count), each));
                    for item in items.get(first..last).unwrap_or_default() {
                        ui.push_id(&item.entry.path, |ui| {
                            commands.extend(card(ui, state, item));
                        });
                    }
                    let below = count - last.max(first.min(count));
                    ui.add_space(height(below, each));
                    ui.spacing_mut().item_spacing = spacing;
                    commands.extend(folders::show(ui, state, listing));
                    ui.add_space(20.0);
                });
        });
        commands
    }

    /// What is looked for, in which order, and how it is shown: whether a line each, where
    /// that is to be another way.
    fn head(&mut self, ui: &mut Ui, state: &State, width: f32) -> Option<bool> {
        let i18n = &state.i18n;
        let mut in_lines = None;
        ui.horizontal(|ui| {
            let toggle = size::CONTROL + 8.0;
            let boxes = 170_f32.min((width - toggle - 136.0) / 2.0);
            let room = (width - toggle - 2.0 * (boxes + 8.0)).max(120.0);
            let name = i18n.get("models-search");
            let palette = Palette::of(ui);
            let field = TextEdit::singleline(&mut self.typed)
                .hint_text(egui::RichText::new(&name).color(palette.faint))
                .font(egui::FontId::proportional(font::SECONDARY))
                .margin(egui::Margin::symmetric(10, 8))
                .desired_width(room);
            let field = ui.add(field);
            field.widget_info(|| {
                let text = self.typed.as_str();
                let mut info = egui::WidgetInfo::text_edit(true, text, text, &name);
                info.label = Some(name.clone());
                info
            });
            self.wanted_box(ui, state, boxes);
            let order = i18n.get(self.order.name());
            let shown = choice_box(ui, boxes, &i18n.get("models-order"), &order, "");
            Popup::menu(&shown).width(boxes).show(|ui| {
                for order in Order::ALL {
                    let name = i18n.get(order.name());
                    let mark = if order == self.order {
                        icons::CHECK
                    } else {
                        ""
                    };
                    if closing_item(ui, mark, &name, "", true).clicked() {
                        self.order = order;
                    }
                }
            });
            let is_in_lines = state.settings.models_in_lines;
            let name = match is_in_lines {
                true => "models-in-cards",
                false => "models-in-lines",
            };
            if icon_button(ui, icons::LIST, &i18n.get(name)).clicked() {
                in_lines = Some(!is_in_lines);
            }
        });
        ui.add_space(4.0);
        in_lines
    }

    fn wanted_box(&mut self, ui: &mut Ui, state: &State, width: f32) {
        let i18n = &state.i18n;
        let named = |wanted: &Wanted| match wanted {
            Wanted::Chats => i18n.get("models-for-chats"),
            Wanted::All => i18n.get("models-all"),
            Wanted::Tag(tag) => tag.clone(),
        };
        let shown = choice_box(
            ui,
            width,
            &i18n.get("models-shown"),
            &named(&self.wanted),
            "",
        );
        Popup::menu(&shown).width(width).show(|ui| {
            let tags = state.models.marks.tags().into_iter().map(Wanted::Tag);
            for wanted in [Wanted::Chats, Wanted::All].into_iter().chain(tags) {
                let mark = if wanted == self.wanted {
                    icons::CHECK
                } else {
                    ""
                };
                if closing_item(ui, mark, &named(&wanted), "", true).clicked() {
                    self.wanted = wanted;
                }
            }
        });
    }

    fn items<'a>(&self, state: &'a State, entries: &'a [Entry]) -> Vec<Item<'a>> {
        let words: Vec<String> = self
            .typed
            .split_whitespace()
            .map(str::to_lowercase)
            .collect();
        let mut items: Vec<Item<'a>> = entries
            .iter()
            .map(|entry| Item {
                mark: state.mark_of(entry),
                entry,
            })
            .filter(|item| match &self.wanted {
                Wanted::Chats => item.entry.is_for_chats(),
                Wanted::All => true,
                Wanted::Tag(tag) => item.tags().contains(tag),
            })
            .filter(|item| words.is_empty() || item.has(&words))
            .collect();
        match self.order {
            // As the library has sorted them.
            Order::Name => {}
            Order::LastUsed => {
                let used = |it: &Item<'_>| it.mark.and_then(|mark| mark.last_used_unix_s);
                items.sort_by_key(|it| std::cmp::Reverse(used(it)));
            }
            Order::Size => items.sort_by_key(|it| it.entry.size_bytes),
            Order::Fit => items.sort_by_cached_key(|it| {
                let fit = state.verdict(it.entry).map(|verdict| verdict.fit);
                (fit.is_none(), fit)
            }),
        }
        items.sort_by_key(|it| !it.is_favourite());
        items
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a count of rows in a window"
)]
fn rows(y: f32, each: f32) -> usize {
    (y.max(0.0) / each) as usize
}

#[expect(clippy::cast_precision_loss, reason = "the height of a list of files")]
fn height(rows: usize, each: f32) -> f32 {
    rows as f32 * each
}

fn card(ui: &mut Ui, state: &State, item: &Item<'_>) -> Option<ModelsCommand> {
    let i18n = &state.i18n;
    let palette = Palette::of(ui);
    let entry = item.entry;
    let verdict = state.verdict(entry);
    let (text, color) = match (&entry.problem, &verdict) {
        (Some(gguf::Error::Architecture { .. }), _) => {
            (i18n.get("models-unknown-architecture"), palette.danger)
        }
        (Some(_), _) => (i18n.get("models-broken"), palette.danger),
        (None, Some(verdict)) => {
            let color = ink(&palette, verdict);
            (i18n.text(&verdict.text()), color)
        }
        (None, None) => (String::new(), palette.soft),
    };
    let is_loaded = state.is_loaded(entry);
    let is_for_chats = entry.is_for_chats();
    let is_feared = item.mark.is_some_and(Mark::kills_engine);
    let (text, color) = match is_feared {
        true => (i18n.get("models-kills-engine"), palette.danger),
        false => (text, color),
    };
    let (text, color) = match (is_loaded, is_for_chats) {
        (true, _) => (i18n.get("models-loaded"), palette.accent),
        (false, true) => (text, color),
        (false, false) => (i18n.say(&entry.purpose()), palette.soft),
    };
    let action = match (
        is_loaded,
        is_for_chats && entry.problem.is_none() && !is_feared,
    ) {
        (true, _) => i18n.get("models-talk"),
        (false, true) => i18n.get("models-load"),
        (false, false) => String::new(),
    };
    let places = places(state, item);
    let shown = ModelCard {
        name: &entry.name,
        facts: &facts(state, entry),
        places: &places,
        verdict: &text,
        verdict_color: color,
        is_favourite: item.is_favourite(),
        action: &action,
        is_enabled: verdict.is_none_or(|it| it.fit != Fit::Never),
        more: &i18n.text(&Text::new("models-more").word("name", &entry.name)),
    };
    let card = match state.settings.models_in_lines {
        true => model_row(ui, &shown),
        false => model_card(ui, &shown),
    };
    let mut command = None;
    if card.open.clicked() {
        command = Some(ModelsCommand::Open(entry.path.clone()));
    }
    if card.acts {
        command = Some(match is_loaded {
            true => ModelsCommand::Show(false),
            false => ModelsCommand::Use(entry.path.clone()),
        });
    }
    card.open.on_hover_text(match &entry.problem {
        Some(problem) => i18n.say(problem),
        None => entry.path.display().to_string(),
    });
    if let Some(more) = &card.more {
        Popup::menu(more).width(240.0).show(|ui| {
            if let Some(chosen) = menu::show(ui, state, entry, item.is_favourite()) {
                command = Some(chosen);
            }
        });
    }
    command
}

/// The colour that echoes a verdict.
pub(super) fn ink(palette: &Palette, verdict: &Verdict) -> Color32 {
    match (verdict.fit, verdict.is_tight || verdict.is_less) {
        (Fit::Never, _) => palette.danger,
        (Fit::NotNow, _) | (_, true) => palette.warning,
        _ => palette.accent,
    }
}

/// Who made it, how it is packed, how large it is, and how far it looks back.
pub(super) fn facts(state: &State, entry: &Entry) -> String {
    let i18n = &state.i18n;
    let context = entry.context_length.map(|tokens| {
        let text = Text::new("models-context").with("tokens", Arg::Decimal(thousands(tokens), 0));
        i18n.text(&text)
    });
    let template = entry
        .header
        .as_ref()
        .filter(|it| !it.has_chat_template && it.purpose.can_chat());
    let parts = [
        entry.maker.clone(),
        Some(entry.quantisation.clone()),
        Some(i18n.bytes(entry.size_bytes)),
        context,
        template.map(|_| i18n.get("models-no-template")),
    ];
    let parts: Vec<String> = parts
        .into_iter()
        .flatten()
        .filter(|part| !part.is_empty())
        .collect();
    parts.join(" · ")
}

/// Contexts are counted in steps of 1,024, and called by that.
#[expect(clippy::cast_precision_loss, reason = "no context has 2^52 tokens")]
fn thousands(tokens: u64) -> f64 {
    (tokens as f64 / 1024.0).round().max(1.0)
}

/// Where it is, when it was used, and the user's words.
fn places(state: &State, item: &Item<'_>) -> String {
    let i18n = &state.i18n;
    let mut names: Vec<String> = Vec::new();
    for place in &item.entry.places {
        let name = i18n.get(place.origin.message());
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let mut parts = vec![names.join(", ")];
    if let Some(used) = item.mark.and_then(|it| it.last_used_unix_s) {
        parts.push(when::near(i18n, used.saturating_mul(1000)));
    }
    parts.extend(item.tags().iter().map(|tag| format!("#{tag}")));
    parts.join(" · ")
}
