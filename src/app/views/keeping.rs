//! Says, for as long as it is so, that what is written is not kept.

use egui::{Align, CornerRadius, Frame, Label, Layout, Margin, RichText, ScrollArea, Stroke, Ui};

use crate::app::command::Command;
use crate::app::components::{caption, plain_button};
use crate::app::icons;
use crate::app::state::{Keeping, State};
use crate::app::theme::{Palette, font, radius};

/// The part of the window's height that it may take.
const SHARE: f32 = 0.3;

/// From this width on, the button stands beside the title.
const ROOMY: f32 = 480.0;

/// Whether there is something to say.
pub(super) fn is_needed(state: &State) -> bool {
    matches!(state.keeping, Keeping::Memory(_) | Keeping::Unsaved(_))
}

/// Draws the banner.
pub(super) fn show(ui: &mut Ui, state: &State) -> Option<Command> {
    let (title, text, error) = match &state.keeping {
        Keeping::Opening | Keeping::Kept => return None,
        Keeping::Memory(error) => ("keeping-memory", "keeping-memory-text", error),
        Keeping::Unsaved(error) => ("keeping-unsaved", "keeping-unsaved-text", error),
    };
    let palette = Palette::of(ui);
    let i18n = &state.i18n;
    let most = ui.ctx().content_rect().height() * SHARE;
    let is_roomy = ui.available_width() >= ROOMY;
    let mut is_retry = false;
    Frame::new()
        .fill(palette.card)
        .stroke(Stroke::new(1.0, palette.warning))
        .corner_radius(CornerRadius::same(radius::CARD))
        .inner_margin(Margin::symmetric(14, 10))
        .show(ui, |ui| {
            let area = ScrollArea::vertical().max_height(most);
            area.min_scrolled_height(most).show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = 4.0;
                ui.horizontal(|ui| {
                    let icon = RichText::new(icons::TRIANGLE_ALERT)
                        .font(font::icon(16.0))
                        .color(palette.warning);
                    ui.add(Label::new(icon).selectable(false));
                    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                        if is_roomy {
                            is_retry = retry(ui, state);
                        }
                        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                            let title = RichText::new(i18n.get(title))
                                .font(font::semibold(font::SECONDARY))
                                .color(palette.ink);
                            ui.add(Label::new(title).truncate().selectable(false));
                        });
                    });
                });
                let reason = RichText::new(i18n.say(error))
                    .size(font::SECONDARY)
                    .color(palette.ink);
                ui.add(Label::new(reason).wrap().selectable(true));
                caption(ui, i18n.get(text));
                if !is_roomy {
                    is_retry = retry(ui, state);
                }
            });
        });
    is_retry.then_some(Command::RetryStore)
}

fn retry(ui: &mut Ui, state: &State) -> bool {
    let name = state.i18n.get("keeping-retry");
    plain_button(ui, &name, icons::REFRESH, true).clicked()
}
