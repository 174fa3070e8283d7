//! The Hub: words to search for, what was found, and one repository looked at closely.

use std::path::Path;

use egui::{Popup, Rangef, RichText, ScrollArea, Sense, TextEdit, Ui, Vec2};

use super::list::BAR;
use super::{WIDEST, tab_button};
use crate::app::command::{Command, HubCommand, ModelsCommand};
use crate::app::components::{
    ModelCard, caption, choice_box, closing_item, colored_caption, link_button, model_card,
    plain_button, primary_button,
};
use crate::app::icons;
use crate::app::state::{Open, State};
use crate::app::theme::{Palette, font};
use crate::app::views::when;
use crate::i18n::{Arg, I18n, Text};
use crate::library::hub::{Gate, Item, RepoId, Repository, Sort};
use crate::library::{Entry, Rough};
use prose::Highlighter;
use prose::{Act, Document, Kind, Shown};

/// Below this width, only the words and the button are shown.
const NARROW: f32 = 520.0;
/// The widest a card gets: it is read.
const COLUMN: f32 = 720.0;

const SORTS: [(Sort, &str); 3] = [
    (Sort::Downloads, "hub-by-downloads"),
    (Sort::Likes, "hub-by-likes"),
    (Sort::Modified, "hub-by-change"),
];

/// What can be looked through without a word to search for.
const BROWSED: [(Sort, &str); 2] = [
    (Sort::Downloads, "hub-popular"),
    (Sort::Modified, "hub-recent"),
];

/// What the page keeps between frames.
pub(super) struct Hub {
    typed: String,
    /// The pass in which it was drawn last: whoever comes to it finds the keyboard in the
    /// field.
    drawn: Option<u64>,
    sort: Sort,
    /// How much of its row stands beside the field: words differ from language to language.
    beside: f32,
    /// The card of this repository, as a text.
    card: Option<(RepoId, Document)>,
    highlighter: Option<Highlighter>,
}

impl Default for Hub {
    fn default() -> Self {
        Self {
            typed: String::new(),
            drawn: None,
            sort: Sort::Downloads,
            beside: 300.0,
            card: None,
            highlighter: None,
        }
    }
}

impl Hub {
    /// Draws it in all the room there is.
    pub(super) fn show(&mut self, ui: &mut Ui, state: &State) -> Vec<Command> {
        let pass = ui.ctx().cumulative_pass_nr();
        let is_new = self.drawn.is_none_or(|drawn| drawn + 1 < pass);
        self.drawn = Some(pass);
        if let Some(open) = &state.hub.open {
            return self.repository(ui, state, open);
        }
        let mut commands = Vec::new();
        let width = (ui.available_width() - BAR).min(WIDEST);
        commands.extend(self.head(ui, state, width, is_new));
        let i18n = &state.i18n;
        let is_browsed = state
            .hub
            .query
            .as_ref()
            .is_none_or(|(words, _)| words.is_empty());
        if is_browsed {
            commands.extend(self.browse(ui, state, width));
        }
        if let Some(text) = state.hub.broken.as_ref().or(state.hub.failure.as_ref()) {
            let danger = Palette::of(ui).danger;
            colored_caption(ui, i18n.text(text), danger);
            if plain_button(ui, &i18n.get("hub-retry"), icons::REFRESH, true).clicked() {
                let (words, sort) = state.hub.query.clone().unwrap_or_default();
                commands.push(HubCommand::Search(words, sort));
            }
        }
        if state.hub.is_waiting && state.hub.found.is_empty() {
            caption(ui, i18n.get("hub-searching"));
        } else if state.hub.found.is_empty() && state.hub.failure.is_none() {
            caption(ui, i18n.get("hub-nothing"));
        }
        ScrollArea::vertical()
            .id_salt("hub")
            .auto_shrink(false)
            .show(ui, |ui| {
                ui.set_max_width(width);
                ui.spacing_mut().item_spacing.y = 0.0;
                for repository in &state.hub.found {
                    commands.extend(found(ui, state, repository));
                }
                if state.hub.next.is_some() {
                    ui.add_space(4.0);
                    if plain_button(ui, &i18n.get("hub-more"), "", true).clicked() {
                        commands.push(HubCommand::More);
                    }
                } else if state.hub.is_waiting && !state.hub.found.is_empty() {
                    caption(ui, i18n.get("hub-searching"));
                }
                ui.add_space(20.0);
            });
        commands.into_iter().map(Command::Hub).collect()
    }

    /// What there is to look through before anything is searched for, and where it comes
    /// from.
    fn browse(&mut self, ui: &mut Ui, state: &State, width: f32) -> Option<HubCommand> {
        let i18n = &state.i18n;
        let mut command = None;
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            for (sort, name) in BROWSED {
                if tab_button(ui, &i18n.get(name), sort == self.sort).clicked() {
                    self.sort = sort;
                    command = Some(HubCommand::Search(String::new(), sort));
                }
            }
        });
        ui.scope(|ui| {
            ui.set_max_width(width);
            caption(ui, i18n.get("hub-what-for"));
        });
        command
    }

    fn head(&mut self, ui: &mut Ui, state: &State, width: f32, is_new: bool) -> Option<HubCommand> {
        let i18n = &state.i18n;
        let mut asks = false;
        let mut field_width = 0.0;
        let row = ui.horizontal(|ui| {
            let name = i18n.get("hub-search");
            let palette = Palette::of(ui);
            let field = TextEdit::singleline(&mut self.typed)
                .hint_text(RichText::new(&name).color(palette.faint))
                .font(egui::FontId::proportional(font::SECONDARY))
                .margin(egui::Margin::symmetric(10, 8))
                .desired_width((width - self.beside).max(120.0));
            let field = ui.add(field);
            if is_new {
                field.request_focus();
            }
            field.widget_info(|| {
                let text = self.typed.as_str();
                let mut info = egui::WidgetInfo::text_edit(true, text, text, &name);
                info.label = Some(name.clone());
                info
            });
            let enter = ui.input(|input| input.key_pressed(egui::Key::Enter));
            field_width = field.rect.width();
            if field.lost_focus() && enter {
                asks = true;
                // Another word may be what is looked for.
                field.request_focus();
            }
            asks |= primary_button(ui, &i18n.get("hub-find"), icons::SEARCH, true).clicked();
            // Where there is no room for it, the most downloaded come first.
            if width < NARROW {
                return;
            }
            let sort = SORTS.iter().find(|(sort, _)| *sort == self.sort);
            let shown = sort.map_or_else(String::new, |(_, name)| i18n.get(name));
            let order = choice_box(ui, 180.0, &i18n.get("models-order"), &shown, "");
            Popup::menu(&order).width(180.0).show(|ui| {
                for (sort, name) in SORTS {
                    let mark = if sort == self.sort { icons::CHECK } else { "" };
                    if closing_item(ui, mark, &i18n.get(name), "", true).clicked() {
                        self.sort = sort;
                        asks = true;
                    }
                }
            });
        });
        let beside = row.response.rect.width() - field_width;
        if (beside - self.beside).abs() > 0.5 {
            self.beside = beside;
            ui.ctx().request_repaint();
        }
        ui.add_space(4.0);
        let words = self.typed.trim().to_owned();
        asks.then_some(HubCommand::Search(words, self.sort))
    }

    /// One repository: its models with their sizes, and its card.
    fn repository(&mut self, ui: &mut Ui, state: &State, open: &Open) -> Vec<Command> {
        let i18n = &state.i18n;
        let palette = Palette::of(ui);
        let mut commands = Vec::new();
        ScrollArea::vertical()
            .id_salt(("repository", &open.id))
            .auto_shrink(false)
            .show_viewport(ui, |ui, view| {
                let width = (ui.available_width() - BAR).min(WIDEST);
                ui.set_max_width(width);
                let top = ui.cursor().top();
                let name = RichText::new(open.id.name()).font(font::semibold(20.0));
                ui.label(name.color(palette.ink));
                ui.horizontal(|ui| {
                    caption(ui, open.id.owner());
                    if link_button(ui, &i18n.get("hub-page")).clicked() {
                        let page = format!("{}/{}", page_of(state), open.id);
                        commands.push(Command::OpenLink(page));
                    }
                });
                let listed = state.hub.found.iter().find(|it| it.id == open.id);
                if let Some(gate) = listed.map(|it| it.gate).filter(|it| *it != Gate::Open) {
                    let text = i18n.get(gate_name(gate));
                    colored_caption(ui, text, palette.warning);
                }
                ui.add_space(6.0);
                ui.spacing_mut().item_spacing.y = 0.0;
                match &open.items {
                    None => {
                        caption(ui, i18n.get("hub-files-reading"));
                    }
                    Some(Err(text)) => {
                        colored_caption(ui, i18n.text(text), palette.danger);
                    }
                    Some(Ok(items)) if items.is_empty() => {
                        caption(ui, i18n.get("hub-no-files"));
                    }
                    Some(Ok(items)) => {
                        for item in items {
                            commands.extend(file(ui, state, &open.id, item));
                        }
                    }
                }
                ui.spacing_mut().item_spacing.y = 8.0;
                if let Some(card) = &open.card {
                    ui.add_space(10.0);
                    let command = self.card(ui, state, open, &card.markdown, (top, view.min.y));
                    commands.extend(command);
                    if card.is_cut {
                        caption(ui, i18n.get("hub-card-cut"));
                    }
                }
                ui.add_space(24.0);
            });
        commands
    }

    /// The card, laid out as far as it is in view. Pictures in it are not fetched.
    fn card(
        &mut self,
        ui: &mut Ui,
        state: &State,
        open: &Open,
        markdown: &str,
        (top, scrolled): (f32, f32),
    ) -> Option<Command> {
        if self.card.as_ref().is_none_or(|(id, _)| *id != open.id) {
            self.card = Some((open.id.clone(), Document::new(Kind::Markdown)));
        }
        let ctx = ui.ctx().clone();
        let highlighter = self
            .highlighter
            .get_or_insert_with(|| Highlighter::start(move || ctx.request_repaint()));
        let (_, document) = self.card.as_mut()?;
        document.set(markdown, false);
        let width = ui.available_width().min(COLUMN);
        let above = ui.cursor().top() - top - scrolled;
        let visible = ui.clip_rect().height();
        let strip = Rangef::new(-above, visible - above);
        document.prepare(ui, width, strip);
        let size = Vec2::new(width, document.height());
        let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
        let mut shown = Shown {
            host: &state.i18n,
            id: ui.scope_id().with("card"),
            highlighter,
            picked: None,
            marks: &|_| Vec::new(),
            found: None,
        };
        match document.show(ui, rect.min, strip, &mut shown)? {
            Act::Copy(text) => Some(Command::Copy(text)),
            // A card has no long part of a user's.
            Act::Folded(_) => None,
            // Only to pages, and only when it is plainly one.
            Act::Open { target, .. } => target
                .starts_with("https://")
                .then(|| Command::OpenLink(target.to_string())),
        }
    }
}

/// Where the pages of repositories are.
fn page_of(state: &State) -> String {
    state.hub.address.clone()
}

fn gate_name(gate: Gate) -> &'static str {
    match gate {
        Gate::Open => "hub-open",
        Gate::Automatic => "hub-gated",
        Gate::Manual => "hub-gated-by-hand",
    }
}

fn found(ui: &mut Ui, state: &State, repository: &Repository) -> Option<HubCommand> {
    let i18n = &state.i18n;
    let palette = Palette::of(ui);
    let count = |name: &'static str, value: u64| {
        i18n.text(&Text::new(name).word("count", rough(i18n, value)))
    };
    let changed = repository.modified_unix_ms.map(|it| when::short(i18n, it));
    let facts = [
        Some(repository.id.owner().to_owned()),
        repository.licence.clone(),
        changed,
    ];
    let facts: Vec<String> = facts.into_iter().flatten().collect();
    let is_open = repository.gate == Gate::Open;
    let gate = match is_open {
        true => String::new(),
        false => i18n.get(gate_name(repository.gate)),
    };
    let card = ModelCard {
        name: repository.id.name(),
        facts: &facts.join(" · "),
        places: &gate,
        verdict: &format!(
            "{} · {}",
            count("hub-downloads", repository.downloads),
            count("hub-likes", repository.likes)
        ),
        verdict_color: palette.soft,
        is_favourite: false,
        action: &i18n.get("hub-choose"),
        is_enabled: true,
        more: "",
    };
    let card = model_card(ui, &card);
    let is_opened = card.acts || card.open.clicked();
    is_opened.then(|| HubCommand::Open(repository.id.clone()))
}

/// "1,234", "56k", "7.8M".
#[expect(
    clippy::cast_precision_loss,
    reason = "two digits of a count are shown"
)]
fn rough(i18n: &I18n, count: u64) -> String {
    match count {
        0..10_000 => i18n.integer(count),
        10_000..1_000_000 => format!("{}k", i18n.integer(count / 1000)),
        _ => format!("{}M", i18n.decimal(count as f64 / 1e6, 1)),
    }
}

fn file(ui: &mut Ui, state: &State, repo: &RepoId, item: &Item) -> Option<Command> {
    let i18n = &state.i18n;
    let palette = Palette::of(ui);
    let in_parts = (item.expected_files > 1)
        .then(|| i18n.text(&Text::new("hub-parts").count("count", u64::from(item.expected_files))));
    let facts = [Some(i18n.bytes(item.size_bytes)), in_parts];
    let facts: Vec<String> = facts.into_iter().flatten().collect();
    let here = here(state, item);
    let (verdict, color) = match here {
        Some(entry) if state.is_loaded(entry) => (i18n.get("models-loaded"), palette.accent),
        Some(_) => (i18n.get("catalog-here"), palette.accent),
        None => verdict(state, item, &palette),
    };
    let name = item.quantisation.as_deref().unwrap_or(&item.name);
    let known = state.hub.downloads.iter().find(|it| {
        it.repo.as_deref() == Some(&repo.to_string())
            && item
                .files
                .iter()
                .any(|file| file.path == it.name || file.path.ends_with(&format!("/{}", it.name)))
    });
    let (action, command) = match (here, known) {
        (Some(entry), _) if !entry.is_for_chats() => (String::new(), None),
        (Some(entry), _) if state.is_loaded(entry) => {
            let talk = Command::Models(ModelsCommand::Show(false));
            (i18n.get("models-talk"), Some(talk))
        }
        (Some(entry), _) => {
            let load = Command::Models(ModelsCommand::Use(entry.path.clone()));
            (i18n.get("models-load"), Some(load))
        }
        (None, Some(_)) => (String::new(), None),
        (None, None) => {
            let download = HubCommand::Download(repo.clone(), Box::new(item.clone()));
            (i18n.get("hub-download"), Some(Command::Hub(download)))
        }
    };
    let card = ModelCard {
        name,
        facts: &facts.join(" · "),
        places: &item.name,
        verdict: &verdict,
        verdict_color: color,
        is_favourite: false,
        action: &action,
        is_enabled: item.is_complete(),
        more: "",
    };
    let acts = model_card(ui, &card).acts;
    command.filter(|_| acts)
}

/// The model on this machine that has this file: nobody else's file of that name has as many
/// bytes.
fn here<'a>(state: &'a State, item: &Item) -> Option<&'a Entry> {
    let file = Path::new(&item.files.first()?.path).file_name()?;
    let mut entries = state.library.iter().flat_map(|it| &it.entries);
    entries.find(|it| {
        let is_whole = it.problem.is_none() && it.size_bytes == item.size_bytes;
        is_whole && it.places.iter().any(|it| it.path.file_name() == Some(file))
    })
}

/// Whether it would fit: only the size is known before the header is here.
fn verdict(state: &State, item: &Item, palette: &Palette) -> (String, egui::Color32) {
    let i18n = &state.i18n;
    if !item.is_complete() {
        return (i18n.get("hub-incomplete"), palette.danger);
    }
    if let Some(purpose) = item.beside {
        return (i18n.say(&purpose), palette.soft);
    }
    let disk = state.models.disk_free_bytes;
    if let Some(short) = disk.and_then(|free| (item.size_bytes + (1 << 30)).checked_sub(free)) {
        let text = Text::new("hub-no-room").with("short", Arg::Bytes(short));
        return (i18n.text(&text), palette.danger);
    }
    let Some(machine) = &state.models.machine else {
        return (String::new(), palette.soft);
    };
    let rough = machine.roughly(item.size_bytes);
    let text = i18n.get(rough.message());
    let color = match rough {
        Rough::Never => palette.danger,
        Rough::Tight => palette.warning,
        Rough::Gpu | Rough::Well => palette.accent,
    };
    (text, color)
}
