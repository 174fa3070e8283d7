//! What is told in passing, above the composer: what has gone well, the offer to take a
//! deletion back, and how far an import has come.

use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::time::Duration;

use egui::{
    Align2, Area, CornerRadius, FontId, Frame, Id, Label, Margin, Order, Pos2, RichText, Role,
    Sense, Stroke, Ui, Vec2, WidgetInfo,
};

use crate::app::command::{Action, Command};
use crate::app::components::{icon_button, plain_button, progress};
use crate::app::icons;
use crate::app::state::{State, Transfer};
use crate::app::theme::{Palette, font, radius};
use crate::i18n::{Arg, Text};
use crate::store::Target;

/// How long a toast stays where nobody points at it, in seconds.
const STAYS: f32 = 4.0;

/// The same for one that offers to take something back.
const STAYS_TO_UNDO: f32 = 8.0;

/// What one that takes longer to read stays for each letter beyond a short sentence.
const STAYS_PER_LETTER: f32 = 0.05;

/// The length of a short sentence.
const SHORT: usize = 40;

/// How long an appearance takes, in seconds.
const APPEARS: f32 = 0.14;

/// The widest that the words of a toast get.
const WIDEST: f32 = 440.0;

/// Space between two of them.
const GAP: f32 = 8.0;

/// How long each has been there without being pointed at, by its id.
#[derive(Default)]
pub(super) struct Toasts {
    ages: HashMap<u64, f32>,
}

/// What a card shows, from left to right.
struct Card<'a> {
    id: Id,
    icon: &'a str,
    text: String,
    /// How far work has come.
    fraction: Option<f32>,
    /// The name of what can be done, and the keys for it.
    action: Option<(String, String)>,
    action_icon: &'a str,
    /// What the action is called where the card is not seen.
    spoken: Option<String>,
    /// The name of what takes it away.
    dismiss: Option<String>,
}

/// What became of a card.
struct Shown {
    height: f32,
    is_pointed_at: bool,
    is_acted_on: bool,
    is_dismissed: bool,
}

impl Toasts {
    /// Draws them, the newest with the middle of its lower edge at `at`, the others above.
    pub(super) fn show(&mut self, ui: &Ui, state: &State, at: Pos2) -> Vec<Command> {
        let mut commands = Vec::new();
        let mut at = at;
        if let Some(transfer) = &state.transfer {
            let shown = show(ui, &import_card(state, transfer), at);
            if shown.is_acted_on {
                commands.push(Command::CancelTransfer);
            }
            at.y -= shown.height + GAP;
        }
        if let Some(undo) = &state.undo {
            let shown = show(ui, &undo_card(ui, state, &undo.target), at);
            if shown.is_acted_on {
                commands.push(Command::Do(Action::Undo));
            } else if shown.is_dismissed {
                commands.push(Command::ForgetUndo);
            } else if shown.is_pointed_at && undo.since.elapsed() > Duration::from_secs(1) {
                commands.push(Command::HoldUndo);
            }
            at.y -= shown.height + GAP;
        }
        let mut drawn = Vec::new();
        for toast in state.toasts.iter().rev() {
            let text = state.i18n.text(&toast.text);
            let beyond = text.chars().count().saturating_sub(SHORT);
            let least = match toast.undo {
                Some(_) => STAYS_TO_UNDO,
                None => STAYS,
            };
            let stays = least + STAYS_PER_LETTER * f32::from(u16::try_from(beyond).unwrap_or(0));
            let undo = state.i18n.get(Action::Undo.name());
            let card = Card {
                id: Id::unique(("toast", toast.id)),
                icon: icons::CHECK,
                text,
                fraction: None,
                action: toast.undo.is_some().then(|| (undo, String::new())),
                action_icon: icons::UNDO,
                spoken: None,
                dismiss: Some(state.i18n.get("dismiss")),
            };
            let shown = show(ui, &card, at);
            at.y -= shown.height + GAP;
            drawn.push((toast.id, shown, stays));
        }
        commands.extend(self.grow_old(ui, &drawn));
        self.ages
            .retain(|id, _| state.toasts.iter().any(|toast| toast.id == *id));
        commands
    }

    /// Notes for how long each has been there, and takes away those whose time is over. While
    /// one is pointed at, none goes: those above would come down under the pointer.
    fn grow_old(&mut self, ui: &Ui, drawn: &[(u64, Shown, f32)]) -> Vec<Command> {
        // The stable time is a guess after a pause, and these frames come after one.
        let time = ui.input(|input| input.unstable_dt).min(0.25);
        let is_held = drawn.iter().any(|(_, shown, _)| shown.is_pointed_at);
        let mut commands = Vec::new();
        for (id, shown, stays) in drawn {
            let age = self.ages.entry(*id).or_default();
            if !is_held {
                *age += time;
            }
            if shown.is_acted_on {
                commands.push(Command::TakeBack(*id));
            } else if shown.is_dismissed || *age >= *stays {
                commands.push(Command::DropToast(*id));
            } else if !is_held {
                // What a window measures between two frames is cut off above; so look often.
                let left = Duration::from_secs_f32((*stays - *age).min(0.2));
                ui.ctx().request_repaint_after(left);
            }
        }
        commands
    }
}

/// The offer to take a deletion back.
fn undo_card<'a>(ui: &Ui, state: &State, target: &Target) -> Card<'a> {
    let keys = Action::Undo.keys(ui.ctx(), &state.i18n);
    Card {
        id: Id::unique("undo"),
        icon: icons::TRASH,
        text: state.i18n.text(&deleted(target)),
        fraction: None,
        action: Some((state.i18n.get(Action::Undo.name()), keys)),
        action_icon: icons::UNDO,
        spoken: None,
        dismiss: Some(state.i18n.get("dismiss")),
    }
}

/// How far an import has come, and what stops it.
fn import_card<'a>(state: &State, transfer: &Transfer) -> Card<'a> {
    let i18n = &state.i18n;
    let (text, fraction) = match transfer.total {
        None => {
            let text = Text::new("import-counting").count("found", transfer.done);
            (i18n.text(&text), 0.0)
        }
        Some(total) => {
            let text = Text::new("import-progress")
                .count("done", transfer.done)
                .count("total", total);
            let rate = transfer.per_second().map(|rate| {
                let rate = Text::new("import-rate").with("rate", Arg::Decimal(rate, 0));
                format!(" · {}", i18n.text(&rate))
            });
            let text = i18n.text(&text) + &rate.unwrap_or_default();
            let part = |count: u64| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
            #[expect(
                clippy::cast_possible_truncation,
                reason = "a bar of some hundred pixels needs no more"
            )]
            let fraction = (part(transfer.done) / part(total.max(1))) as f32;
            (text, fraction)
        }
    };
    let is_cancelled = transfer.is_cancelled.load(Ordering::Relaxed);
    Card {
        id: Id::unique("import"),
        icon: icons::DOWNLOAD,
        text: match is_cancelled {
            true => i18n.get("import-stopping"),
            false => text,
        },
        fraction: Some(fraction),
        action: (!is_cancelled).then(|| (i18n.get("cancel"), String::new())),
        action_icon: "",
        spoken: Some(i18n.get("import-cancel")),
        dismiss: None,
    }
}

fn show(ui: &Ui, card: &Card<'_>, at: Pos2) -> Shown {
    let palette = Palette::of(ui);
    // Where the system wants no motion, the style has none.
    let time = APPEARS.min(ui.style().animation_time);
    let is_new = ui
        .ctx()
        .memory(|memory| memory.area_rect(card.id).is_none());
    let grown = ui.ctx().animate_bool_with_time_and_easing(
        card.id,
        !is_new,
        time,
        egui::emath::easing::cubic_out,
    );
    let (mut is_acted_on, mut is_dismissed) = (false, false);
    let area = Area::new(card.id)
        .order(Order::Foreground)
        .pivot(Align2::CENTER_BOTTOM)
        .constrain(true)
        .fixed_pos(at + Vec2::new(0.0, 8.0 * (1.0 - grown)))
        .show(ui.ctx(), |ui| {
            ui.set_opacity(grown);
            let frame = Frame::new()
                .fill(palette.card)
                .stroke(Stroke::new(1.0, palette.line))
                .corner_radius(CornerRadius::same(radius::CARD))
                .shadow(ui.visuals().popup_shadow)
                .inner_margin(Margin {
                    left: 14,
                    right: 6,
                    top: 4,
                    bottom: 4,
                });
            frame.show(ui, |ui| {
                ui.horizontal(|ui| {
                    ui.set_min_height(32.0);
                    ui.spacing_mut().item_spacing.x = 10.0;
                    let icon = RichText::new(card.icon).font(font::icon(15.0));
                    let ink = palette.accent;
                    ui.add(Label::new(icon.color(ink)).selectable(false));
                    words(ui, card);
                    if let Some(fraction) = card.fraction {
                        progress(ui, fraction, 80.0, &card.text);
                    }
                    if let Some((name, keys)) = &card.action {
                        let button = plain_button(ui, name, card.action_icon, true);
                        let button = match &card.spoken {
                            Some(spoken) => button.accessible_name(spoken),
                            None => button,
                        };
                        is_acted_on = button.clicked();
                        if !keys.is_empty() {
                            let keys = RichText::new(keys).size(font::CAPTION);
                            ui.add(Label::new(keys.color(palette.soft)).selectable(false));
                        }
                    }
                    if let Some(name) = &card.dismiss {
                        is_dismissed = icon_button(ui, icons::X, name).clicked();
                    }
                });
            });
        });
    Shown {
        height: area.response.rect.height(),
        is_pointed_at: area.response.contains_pointer(),
        is_acted_on,
        is_dismissed,
    }
}

/// The words, over several lines where the window has no room for one.
fn words(ui: &mut Ui, card: &Card<'_>) {
    let palette = Palette::of(ui);
    let buttons = match (&card.action, card.fraction) {
        (Some(_), Some(_)) => 260.0,
        (Some(_), None) => 210.0,
        _ => 110.0,
    };
    let room = ui.ctx().content_rect().width() - buttons;
    let style = FontId::proportional(font::SECONDARY);
    let galley = ui.painter().layout(
        card.text.clone(),
        style,
        palette.ink,
        room.clamp(90.0, WIDEST),
    );
    let (rect, response) = ui.allocate_exact_size(galley.size(), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &card.text));
    // Whoever does not see it is told of it.
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_role(egui::accesskit::Role::Status);
        node.set_live(egui::accesskit::Live::Polite);
        node.set_label(card.text.as_str());
    });
    ui.painter().galley(rect.min, galley, palette.ink);
}

fn deleted(target: &Target) -> Text {
    match target {
        Target::Chats(chats) if chats.len() > 1 => {
            Text::new("undone-chats").count("chats", chats.len() as u64)
        }
        Target::Chats(_) => Text::new("undone-chat"),
        Target::AllChats => Text::new("undone-all"),
        Target::Message(..) => Text::new("undone-message"),
        Target::Branch(..) => Text::new("undone-branch"),
        Target::Folder { .. } => Text::new("undone-folder"),
    }
}
