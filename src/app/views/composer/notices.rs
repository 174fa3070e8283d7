//! What there is to tell above the box, and what there is to ask.

use egui::{CornerRadius, Frame, Label, Margin, RichText, Stroke, Ui};

use crate::app::command::{Action, Answer, Command};
use crate::app::components::{NoticeCard, NoticeChoice, icon_button, notice_card, plain_button};
use crate::app::icons;
use crate::app::state::{State, Topic, Weight};
use crate::app::theme::{Palette, font, radius};
use crate::i18n::Text;

/// Draws them one below the other.
pub(in crate::app::views) fn show(ui: &mut Ui, state: &State) -> Vec<Command> {
    let palette = Palette::of(ui);
    let mut commands = super::imported::show(ui, state);
    for notice in &state.notices {
        let (icon, color) = match notice.weight {
            Weight::Done => (icons::CHECK, palette.accent),
            Weight::Warning => (icons::TRIANGLE_ALERT, palette.warning),
            Weight::Error => (icons::CIRCLE_ALERT, palette.danger),
        };
        let mut ways = notice.ways.clone();
        if notice.topic == Topic::Model {
            let open = Action::OpenFile;
            ways.push((Text::new(open.name()), Command::Do(open)));
        }
        let card = NoticeCard {
            icon,
            color,
            text: state.i18n.text(&notice.text),
            actions: ways.iter().map(|(name, _)| state.i18n.text(name)).collect(),
            dismiss: Some(state.i18n.get("dismiss")),
        };
        match notice_card(ui, &card) {
            Some(NoticeChoice::Act(index)) => {
                commands.extend(ways.into_iter().nth(index).map(|(_, command)| command));
            }
            Some(NoticeChoice::Dismiss) => commands.push(Command::Dismiss(notice.id)),
            None => {}
        }
    }
    commands.extend(unsure(ui, state).map(Command::AnswerFiles));
    commands
}

/// Asks whether files are chats or texts.
fn unsure(ui: &mut Ui, state: &State) -> Option<Answer> {
    let first = state.unsure_files.first()?;
    let palette = Palette::of(ui);
    let i18n = &state.i18n;
    let name = first.file_name().unwrap_or(first.as_os_str());
    let text = Text::new("unsure")
        .count("files", state.unsure_files.len() as u64)
        .word("name", name.to_string_lossy());
    let mut answer = None;
    Frame::new()
        .fill(palette.card)
        .stroke(Stroke::new(1.0, palette.line))
        .corner_radius(CornerRadius::same(radius::CARD))
        .inner_margin(Margin::symmetric(12, 10))
        .show(ui, |ui| {
            ui.horizontal_top(|ui| {
                let icon = RichText::new(icons::MESSAGE_SQUARE)
                    .font(font::icon(16.0))
                    .color(palette.accent);
                ui.add(Label::new(icon).selectable(false));
                ui.vertical(|ui| {
                    ui.set_width((ui.available_width() - 36.0).max(80.0));
                    let text = RichText::new(i18n.text(&text))
                        .size(font::SECONDARY)
                        .color(palette.ink);
                    ui.add(Label::new(text).wrap());
                    ui.horizontal_wrapped(|ui| {
                        if plain_button(ui, &i18n.get("unsure-import"), "", true).clicked() {
                            answer = Some(Answer::Import);
                        }
                        if plain_button(ui, &i18n.get("unsure-attach"), "", true).clicked() {
                            answer = Some(Answer::Attach);
                        }
                    });
                });
                if icon_button(ui, icons::X, &i18n.get("dismiss")).clicked() {
                    answer = Some(Answer::Forget);
                }
            });
        });
    answer
}
