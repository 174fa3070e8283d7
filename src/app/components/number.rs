//! A setting that is a whole number, or left to Charla.

use std::cell::Cell;
use std::ops::RangeInclusive;

use egui::{DragValue, Ui, Vec2};

use super::{Origin, caption};
use crate::i18n::I18n;

/// What a number shows.
pub(in crate::app) struct NumberRow<'a> {
    pub(in crate::app) name: String,
    pub(in crate::app) hint: String,
    /// The value the user set.
    pub(in crate::app) value: Option<u32>,
    /// Where the value begins when the user takes it in hand.
    pub(in crate::app) start: u32,
    /// What stands in the box while the user has set none.
    pub(in crate::app) unset: String,
    pub(in crate::app) range: RangeInclusive<u32>,
    /// How much a drag of one point changes it.
    pub(in crate::app) speed: f64,
    /// Whether thousands are set apart; not in a seed, which is a name rather than a count.
    pub(in crate::app) is_grouped: bool,
    /// Whether it does nothing as things are.
    pub(in crate::app) is_off: bool,
    pub(in crate::app) origin: Origin,
    pub(in crate::app) i18n: &'a I18n,
}

/// Returns what the user set it to, `Some(None)` for "not set".
#[expect(
    clippy::option_option,
    reason = "the outer one is a change, the inner one the value"
)]
pub(in crate::app) fn number_row(ui: &mut Ui, row: &NumberRow<'_>) -> Option<Option<u32>> {
    let mut changed = None;
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing = Vec2::new(6.0, 2.0);
        ui.horizontal(|ui| {
            let label = row.origin.name(ui, &row.name, row.is_off);
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                let (i18n, is_set) = (row.i18n, row.value.is_some());
                let mut number = row.value.unwrap_or(row.start);
                let is_typed = Cell::new(false);
                let response = ui.add(
                    DragValue::new(&mut number)
                        .range(row.range.clone())
                        .clamp_existing_to_range(false)
                        .speed(row.speed)
                        .custom_formatter(|value, _| match (is_set, row.is_grouped) {
                            (false, _) => row.unset.clone(),
                            (true, true) => i18n.integer(whole(value)),
                            (true, false) => whole(value).to_string(),
                        })
                        .custom_parser(|typed| {
                            let digits: String =
                                typed.chars().filter(char::is_ascii_digit).collect();
                            is_typed.set(!digits.is_empty());
                            digits.parse().ok()
                        }),
                );
                let response = response.labelled_by(label.id);
                // Whoever types the number at which the box begins has set it, too, though
                // it is no change to the box.
                if response.changed() || (!is_set && is_typed.get()) {
                    changed = Some(Some(number));
                }
                if is_set && row.origin.reset_button(ui) {
                    changed = Some(None);
                }
            });
        });
        if !row.hint.is_empty() {
            caption(ui, &row.hint);
        }
        row.origin.note(ui);
    });
    changed
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "egui hands whole numbers of a range of u32 around as f64"
)]
fn whole(value: f64) -> u64 {
    value as u64
}
