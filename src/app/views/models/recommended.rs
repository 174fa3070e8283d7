//! The curated list: three that suit this machine, and all others, by what they are good for.

use egui::{Align, CornerRadius, Frame, Label, Layout, Margin, RichText, ScrollArea, Ui, Vec2};

use super::list::{BAR, ink};
use super::{WIDEST, tab_button};
use crate::app::command::{Command, HubCommand, ModelsCommand};
use crate::app::components::{
    caption, colored_caption, plain_button, primary_button, progress, title,
};
use crate::app::state::State;
use crate::app::theme::{Palette, font, radius};
use crate::app::views::when;
use crate::i18n::{Arg, Localize as _, Text};
use crate::library::catalog::{self, CatalogEntry, Kind, Role};
use crate::library::download::{Progress, State as Stand};
use crate::library::{Entry, Place, Rough};

/// The widest a sentence gets: it is read.
const SENTENCE: f32 = 620.0;
/// The room for the button at the right end of a card, and of a narrow one.
const DOING: f32 = 156.0;
const DOING_NARROW: f32 = 104.0;
const NARROW: f32 = 480.0;
/// What stays free on the disk, as downloads want it.
const RESERVE_BYTES: u64 = 1 << 30;

/// What the list keeps between frames.
#[derive(Debug, Default)]
pub(super) struct Recommended {
    wanted: Option<Kind>,
}

impl Recommended {
    /// Draws the list in all the room there is.
    pub(super) fn show(&mut self, ui: &mut Ui, state: &State) -> Option<Command> {
        let i18n = &state.i18n;
        let mut command = None;
        let width = (ui.available_width() - BAR).min(WIDEST);
        ui.allocate_ui(Vec2::new(width, 0.0), |ui| self.head(ui, state));
        ScrollArea::vertical()
            .id_salt("recommended")
            .auto_shrink(false)
            .show(ui, |ui| {
                ui.set_max_width(width);
                let proposed = match self.wanted {
                    None => proposed(state),
                    Some(_) => Vec::new(),
                };
                if !proposed.is_empty() {
                    ui.add_space(2.0);
                    title(ui, i18n.get("catalog-for-you"));
                    for (role, entry) in &proposed {
                        command = command.take().or(offer(ui, state, entry, Some(*role)));
                    }
                    ui.add_space(10.0);
                    title(ui, i18n.get("catalog-others"));
                }
                let mut entries: Vec<&CatalogEntry> = catalog::all()
                    .iter()
                    .filter(|it| self.wanted.is_none_or(|kind| it.is_for(kind)))
                    .filter(|it| !proposed.iter().any(|(_, known)| known.file == it.file))
                    // What cannot be downloaded is of interest only where it is here.
                    .filter(|it| it.source.repo.is_some() || here(state, it).is_some())
                    .collect();
                entries.sort_by_key(|it| (it.is_for(Kind::Embedding), it.size_bytes));
                for entry in entries {
                    command = command.take().or(offer(ui, state, entry, None));
                }
                ui.add_space(4.0);
                caption(ui, checked(state));
                ui.add_space(20.0);
            });
        command
    }

    fn head(&mut self, ui: &mut Ui, state: &State) {
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = Vec2::splat(4.0);
            let kinds = std::iter::once(None).chain(Kind::ALL.map(Some));
            for wanted in kinds {
                let name = wanted.map_or("catalog-all", Kind::message);
                let name = state.i18n.get(name);
                if tab_button(ui, &name, wanted == self.wanted).clicked() {
                    self.wanted = wanted;
                }
            }
        });
        ui.add_space(4.0);
    }
}

/// The day of the list, as far as the system's calendar knows it.
fn checked(state: &State) -> String {
    let day: Option<jiff::civil::Date> = catalog::checked().parse().ok();
    let day = day.map_or_else(String::new, |day| when::of_day(&state.i18n, day));
    let text = Text::new("catalog-checked").word("day", day);
    state.i18n.text(&text)
}

/// The models to begin with, once the machine has been looked at.
pub(in crate::app::views) fn proposed(state: &State) -> Vec<(Role, &'static CatalogEntry)> {
    let machine = state.models.machine.as_ref();
    machine.map_or_else(Vec::new, |machine| {
        catalog::proposals(machine, state.i18n.language())
    })
}

/// The model on this machine that has the file of an entry.
fn here<'a>(state: &'a State, entry: &CatalogEntry) -> Option<&'a Entry> {
    let mut entries = state.library.iter().flat_map(|it| &it.entries);
    let is_it = |place: &Place| {
        let name = place.path.file_name();
        name.is_some_and(|name| name == entry.file.as_str())
    };
    // Anybody may call a file so; one of another size is another model.
    let is_as_large =
        |size_bytes: u64| size_bytes.abs_diff(entry.size_bytes) < entry.size_bytes / 5;
    entries.find(|it| {
        let is_sound = it.problem.is_none() && is_as_large(it.size_bytes);
        is_sound && it.places.iter().any(is_it)
    })
}

/// The download of an entry that is under way, or has failed.
fn coming<'a>(state: &'a State, entry: &CatalogEntry) -> Option<&'a Progress> {
    let mut downloads = state.hub.downloads.iter();
    // One that is over and sound is a model in the list, until that is deleted.
    let is_over = |it: &Progress| matches!(it.state, Stand::Done { problem: None });
    downloads
        .find(|it| it.repo == entry.source.repo && entry.file.ends_with(&it.name) && !is_over(it))
}

/// Draws the card of an entry, with the way to have it.
pub(in crate::app::views) fn offer(
    ui: &mut Ui,
    state: &State,
    entry: &'static CatalogEntry,
    role: Option<Role>,
) -> Option<Command> {
    let palette = Palette::of(ui);
    let mut command = None;
    // What is proposed may change between a press and its release.
    ui.push_id(("offer", &entry.file), |ui| {
        Frame::new()
            .fill(palette.card)
            .stroke(egui::Stroke::new(1.0, palette.line))
            .corner_radius(CornerRadius::same(radius::CARD))
            .inner_margin(Margin::symmetric(16, 12))
            .show(ui, |ui| {
                let width = ui.available_width();
                ui.spacing_mut().item_spacing.y = 3.0;
                ui.horizontal_top(|ui| {
                    let doing = if width < NARROW { DOING_NARROW } else { DOING };
                    let words = Vec2::new(width - doing, 0.0);
                    ui.allocate_ui_with_layout(words, Layout::top_down(Align::Min), |ui| {
                        ui.set_width(words.x);
                        told(ui, state, entry, role);
                    });
                    ui.with_layout(Layout::right_to_left(Align::Min), |ui| {
                        command = way(ui, state, entry, role);
                    });
                });
                if let Some(download) = coming(state, entry) {
                    ui.add_space(4.0);
                    follow(ui, state, download, width);
                }
            })
    });
    ui.add_space(2.0);
    command
}

/// What a model is, what it is good for, and whether it would fit.
fn told(ui: &mut Ui, state: &State, entry: &CatalogEntry, role: Option<Role>) {
    let i18n = &state.i18n;
    let palette = Palette::of(ui);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = Vec2::new(8.0, 0.0);
        let name = RichText::new(&entry.name).font(font::semibold(font::SECONDARY));
        ui.add(Label::new(name.color(palette.ink)).selectable(false));
        if let Some(role) = role {
            let name = RichText::new(i18n.get(role.message()))
                .font(font::medium(font::CAPTION))
                .color(palette.accent);
            ui.add(Label::new(name).selectable(false));
        }
    });
    let sentence = RichText::new(entry.description(i18n.language()))
        .size(font::SECONDARY)
        .line_height(Some(19.0))
        .color(palette.ink);
    ui.scope(|ui| {
        ui.set_max_width(SENTENCE.min(ui.available_width()));
        ui.add(Label::new(sentence).wrap().selectable(false));
    });
    let mut facts = vec![
        entry.maker.clone(),
        i18n.bytes(entry.size_bytes),
        entry.licence.clone(),
    ];
    // What is proposed is proposed for its role.
    if role.is_none() {
        let kinds: Vec<String> = entry
            .kinds
            .iter()
            .map(|kind| i18n.get(kind.message()))
            .collect();
        facts.push(kinds.join(", "));
    }
    caption(ui, facts.join(" · "));
    let (text, color) = verdict(state, entry, &palette);
    if !text.is_empty() {
        colored_caption(ui, text, color);
    }
}

fn verdict(state: &State, entry: &CatalogEntry, palette: &Palette) -> (String, egui::Color32) {
    let i18n = &state.i18n;
    // Of a model that is here, the same is said as in the list of those that are.
    if let Some(known) = here(state, entry).filter(|it| it.is_for_chats()) {
        if state.is_loaded(known) {
            return (i18n.get("models-loaded"), palette.accent);
        }
        if let Some(verdict) = state.verdict(known) {
            return (i18n.say(&verdict), ink(palette, &verdict));
        }
    }
    let is_away = here(state, entry).is_none() && coming(state, entry).is_none();
    let disk = state.models.disk_free_bytes.filter(|_| is_away);
    let needed = entry.size_bytes + RESERVE_BYTES;
    if let Some(short) = disk
        .and_then(|free| needed.checked_sub(free))
        .filter(|it| *it > 0)
    {
        let text = Text::new("hub-no-room").with("short", Arg::Bytes(short));
        return (i18n.text(&text), palette.danger);
    }
    let Some(machine) = &state.models.machine else {
        return (String::new(), palette.soft);
    };
    let color = match machine.roughly(entry.size_bytes) {
        Rough::Never => palette.danger,
        Rough::Tight => palette.warning,
        Rough::Gpu | Rough::Well => palette.accent,
    };
    let text = match entry.is_for(Kind::Embedding) {
        true => Text::new(machine.roughly(entry.size_bytes).message()),
        false => machine.rough_text(entry.size_bytes, entry.active_bytes()),
    };
    (i18n.text(&text), color)
}

/// The button: have it, hold it, or use it.
fn way(
    ui: &mut Ui,
    state: &State,
    entry: &'static CatalogEntry,
    role: Option<Role>,
) -> Option<Command> {
    let i18n = &state.i18n;
    if let Some(known) = here(state, entry) {
        let is_loaded = state.is_loaded(known);
        if !known.is_for_chats() {
            caption(ui, i18n.get("catalog-here"));
            return None;
        }
        let (name, command) = match is_loaded {
            true => ("models-talk", ModelsCommand::Show(false)),
            false => ("models-load", ModelsCommand::Use(known.path.clone())),
        };
        let button = named_button(ui, &i18n.get(name), entry, role.is_some());
        return button.then_some(Command::Models(command));
    }
    let (name, command) = match coming(state, entry) {
        None => ("hub-download", HubCommand::Get(entry)),
        Some(download) => match &download.state {
            Stand::Queued | Stand::Connecting | Stand::Downloading => {
                ("hub-pause", HubCommand::Pause(download.id))
            }
            Stand::Paused => ("hub-resume", HubCommand::Resume(download.id)),
            Stand::Waiting { .. } => ("hub-now", HubCommand::Retry(download.id)),
            Stand::Failed(_) => ("hub-retry", HubCommand::Retry(download.id)),
            Stand::Verifying => return None,
            Stand::Done { .. } => ("hub-forget", HubCommand::Forget(download.id)),
        },
    };
    // One of them stands out: a page full of calls calls for nothing.
    let is_first = name == "hub-download" && role == Some(Role::Balanced);
    let pressed = named_button(ui, &i18n.get(name), entry, is_first);
    pressed.then_some(Command::Hub(command))
}

/// A button whose name says which model it is for.
fn named_button(ui: &mut Ui, text: &str, entry: &CatalogEntry, is_first: bool) -> bool {
    let button = match is_first {
        true => primary_button(ui, text, "", true),
        false => plain_button(ui, text, "", true),
    };
    button
        .accessible_name(format!("{text}: {}", entry.name))
        .clicked()
}

/// How far a download is.
fn follow(ui: &mut Ui, state: &State, download: &Progress, width: f32) {
    let i18n = &state.i18n;
    #[expect(clippy::cast_precision_loss, reason = "a bar of some hundred points")]
    let fraction = download.total_bytes.map_or(0.0, |total| {
        download.received_bytes as f32 / total.max(1) as f32
    });
    let name = i18n.text(&Text::new("hub-progress").word("name", &download.name));
    progress(ui, fraction, width, &name);
    match &download.state {
        Stand::Failed(error) => {
            let danger = Palette::of(ui).danger;
            colored_caption(ui, i18n.text(&error.text()), danger);
        }
        Stand::Done {
            problem: Some(problem),
        } => {
            let danger = Palette::of(ui).danger;
            colored_caption(ui, i18n.say(problem), danger);
        }
        _ => {
            caption(ui, super::downloads::amount(state, download));
        }
    }
}
