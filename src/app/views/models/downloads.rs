//! Downloads: how far each is, how fast, and how long it will take.

use egui::{CornerRadius, Frame, Margin, Popup, RichText, ScrollArea, Ui};

use super::list::BAR;
use crate::app::command::{Command, HubCommand, ModelsCommand};
use crate::app::components::{
    caption, closing_item, colored_caption, link_button, progress, quiet_button, title,
};
use crate::app::icons;
use crate::app::state::State;
use crate::app::theme::{Palette, font, radius};
use crate::app::views::when;
use crate::i18n::{Arg, I18n, Localize as _, Text};
use crate::library::download::{Progress, State as Stand};

/// What one takes, and how many are shown before one has to scroll.
const EACH: f32 = 106.0;
/// The room around its words, at the left and at the right.
const INSIDE: f32 = 14.0;
const SHOWN: usize = 3;
/// The line above them.
const HEAD: f32 = 30.0;
/// The choices for how fast they may be together, in megabytes a second.
const LIMITS_MB: [u64; 5] = [1, 2, 5, 10, 25];
/// The choices for how many are downloaded at once.
const AT_ONCE: [u8; 4] = [1, 2, 3, 4];

/// How far a button of words reaches beyond them.
const BUTTON_EDGE: f32 = 6.0;

/// The height of all that are shown at once.
#[expect(clippy::cast_precision_loss, reason = "three at most")]
pub(super) fn height(state: &State) -> f32 {
    HEAD + EACH * state.hub.downloads.len().min(SHOWN) as f32
}

/// Draws them one below the other.
pub(super) fn show(ui: &mut Ui, state: &State) -> Vec<Command> {
    let mut commands = Vec::new();
    commands.extend(head(ui, state));
    ScrollArea::vertical()
        .id_salt("downloads")
        .auto_shrink(false)
        .show(ui, |ui| {
            let width = ui.available_width() - 2.0 * INSIDE - BAR;
            for download in &state.hub.downloads {
                ui.push_id(download.id, |ui| {
                    commands.extend(one(ui, state, download, width));
                });
            }
        });
    commands
}

/// What follows, and how it is done: how many at once, and how fast.
fn head(ui: &mut Ui, state: &State) -> Option<Command> {
    let i18n = &state.i18n;
    let way = state.settings.downloads;
    let mut chosen = way;
    ui.horizontal(|ui| {
        ui.set_height(HEAD - 8.0);
        title(ui, i18n.get("hub-downloading"));
        let limit = way.limit_bytes_per_second;
        let words = [at_once(i18n, way.places()), limit_words(i18n, limit)];
        let button = quiet_button(ui, &words.join(" · "));
        Popup::menu(&button).width(220.0).show(|ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            for places in AT_ONCE {
                let is_it = usize::from(places) == way.places();
                let name = at_once(i18n, usize::from(places));
                if closing_item(ui, mark(is_it), &name, "", true).clicked() {
                    chosen.at_once = Some(places);
                }
            }
            ui.separator();
            let limits = LIMITS_MB.map(|megabytes| Some(megabytes * 1_000_000));
            for limit in std::iter::once(None).chain(limits) {
                let name = limit_words(i18n, limit);
                let is_it = limit == way.limit_bytes_per_second;
                if closing_item(ui, mark(is_it), &name, "", true).clicked() {
                    chosen.limit_bytes_per_second = limit;
                }
            }
        });
    });
    (chosen != way).then_some(Command::Hub(HubCommand::SetDownloading(chosen)))
}

fn mark(is_it: bool) -> &'static str {
    if is_it { icons::CHECK } else { "" }
}

fn at_once(i18n: &I18n, places: usize) -> String {
    i18n.text(&Text::new("hub-at-once").count("count", places as u64))
}

fn limit_words(i18n: &I18n, limit: Option<u64>) -> String {
    match limit {
        Some(rate) => i18n.text(&Text::new("hub-limit").with("rate", Arg::Bytes(rate))),
        None => i18n.get("hub-no-limit"),
    }
}

fn one(ui: &mut Ui, state: &State, download: &Progress, width: f32) -> Option<Command> {
    let palette = Palette::of(ui);
    let i18n = &state.i18n;
    let id = download.id;
    let mut command = None;
    Frame::new()
        .fill(palette.panel)
        .corner_radius(CornerRadius::same(radius::CARD))
        .inner_margin(Margin::symmetric(14, 10))
        .show(ui, |ui| {
            ui.set_width(width);
            ui.set_height(EACH - 28.0);
            ui.spacing_mut().item_spacing.y = 5.0;
            ui.horizontal(|ui| {
                let name = RichText::new(&download.name).font(font::medium(font::SECONDARY));
                ui.add(egui::Label::new(name.color(palette.ink)).truncate());
                let layout = egui::Layout::right_to_left(egui::Align::Center);
                ui.with_layout(layout, |ui| caption(ui, amount(state, download)));
            });
            #[expect(clippy::cast_precision_loss, reason = "a bar of some hundred points")]
            let fraction = download.total_bytes.map_or(0.0, |total| {
                download.received_bytes as f32 / total.max(1) as f32
            });
            let text = i18n.text(&Text::new("hub-progress").word("name", &download.name));
            progress(ui, fraction, width, &text);
            ui.horizontal(|ui| {
                // The words of such a button stand where its edge would be.
                ui.add_space(BUTTON_EDGE);
                let mut act = |ui: &mut Ui, name: &'static str, wanted: HubCommand| {
                    if link_button(ui, &i18n.get(name)).clicked() {
                        command = Some(Command::Hub(wanted));
                    }
                };
                match &download.state {
                    Stand::Queued | Stand::Connecting | Stand::Downloading => {
                        act(ui, "hub-pause", HubCommand::Pause(id));
                    }
                    Stand::Paused => act(ui, "hub-resume", HubCommand::Resume(id)),
                    Stand::Waiting { .. } => {
                        act(ui, "hub-now", HubCommand::Retry(id));
                        act(ui, "hub-pause", HubCommand::Pause(id));
                    }
                    Stand::Failed(_) => act(ui, "hub-retry", HubCommand::Retry(id)),
                    Stand::Verifying | Stand::Done { .. } => {}
                }
                if let Stand::Done { problem } = &download.state {
                    let loads =
                        problem.is_none() && link_button(ui, &i18n.get("models-load")).clicked();
                    if loads {
                        let path = download.path.clone();
                        command = Some(Command::Models(ModelsCommand::Use(path)));
                    }
                    if quiet_button(ui, &i18n.get("hub-forget")).clicked() {
                        command = Some(Command::Hub(HubCommand::Forget(id)));
                    }
                } else if quiet_button(ui, &i18n.get("hub-cancel")).clicked() {
                    command = Some(Command::Hub(HubCommand::Cancel(id)));
                }
                stand(ui, state, download);
            });
        });
    command
}

/// "1.6 of 2.5 GB · 24 MB/s · 38 s left".
pub(super) fn amount(state: &State, download: &Progress) -> String {
    let i18n = &state.i18n;
    let received = i18n.bytes(download.received_bytes);
    let mut parts = vec![match download.total_bytes {
        Some(total) => i18n.text(
            &Text::new("hub-received")
                .word("received", received)
                .with("total", Arg::Bytes(total)),
        ),
        None => received,
    }];
    if let Some(rate) = download.rate_bytes_per_s {
        parts.push(i18n.text(&Text::new("hub-rate").with("rate", Arg::Bytes(rate))));
    }
    let left = download.remaining.and_then(|left| when::left(i18n, left));
    parts.extend(left);
    parts.join(" · ")
}

/// What it is doing, or why it does nothing.
fn stand(ui: &mut Ui, state: &State, download: &Progress) {
    let i18n = &state.i18n;
    let palette = Palette::of(ui);
    let (text, color) = match &download.state {
        Stand::Queued => (i18n.get("hub-queued"), palette.soft),
        Stand::Connecting => (i18n.get("hub-connecting"), palette.soft),
        Stand::Downloading => (i18n.get("hub-checked-at-end"), palette.soft),
        Stand::Verifying => (i18n.get("hub-verifying"), palette.soft),
        Stand::Paused => (i18n.get("hub-paused"), palette.soft),
        Stand::Waiting { error, .. } => {
            let text = Text::new("hub-waiting").with("reason", Arg::Text(Box::new(error.text())));
            (i18n.text(&text), palette.warning)
        }
        Stand::Done { problem: None } => (i18n.get("hub-in-place"), palette.accent),
        Stand::Done {
            problem: Some(problem),
        } => (i18n.say(problem), palette.danger),
        Stand::Failed(error) => (i18n.say(error), palette.danger),
    };
    colored_caption(ui, text, color);
}
