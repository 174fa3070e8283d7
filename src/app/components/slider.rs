//! A setting on a scale: its name, the value in a box, a way back to the default, the
//! slider, and one sentence about what it does.

use std::ops::RangeInclusive;

use egui::{
    CornerRadius, DragValue, Rect, Response, Slider, SliderClamping, Stroke, Ui, Vec2, pos2,
};

use super::{Origin, caption};
use crate::app::theme::Palette;
use crate::i18n::{Arg, I18n, Text};

/// What a slider shows.
pub(in crate::app) struct SliderRow<'a> {
    pub(in crate::app) name: String,
    /// What it does, in one sentence.
    pub(in crate::app) hint: String,
    /// The value the user set.
    pub(in crate::app) value: Option<f32>,
    /// The value in force where the user set none.
    pub(in crate::app) default: f32,
    pub(in crate::app) range: RangeInclusive<f32>,
    /// Whether it does nothing as things are. It can be moved all the same.
    pub(in crate::app) is_off: bool,
    pub(in crate::app) origin: Origin,
    pub(in crate::app) i18n: &'a I18n,
}

/// Returns what the user set it to, `Some(None)` for the default.
#[expect(
    clippy::option_option,
    reason = "the outer one is a change, the inner one the value"
)]
pub(in crate::app) fn slider_row(ui: &mut Ui, row: &SliderRow<'_>) -> Option<Option<f32>> {
    let palette = Palette::of(ui);
    let mut value = row.value.unwrap_or(row.default);
    let mut changed = None;
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing = Vec2::new(6.0, 2.0);
        let label = ui
            .horizontal(|ui| {
                let label = row.origin.name(ui, &row.name, row.is_off);
                ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                    let i18n = row.i18n;
                    let decimals = 2;
                    let mut typed = value;
                    let response = ui.add(
                        DragValue::new(&mut typed)
                            .range(row.range.clone())
                            // A value that was set elsewhere stays until it is touched.
                            .clamp_existing_to_range(false)
                            .speed(0.01)
                            .custom_formatter(|value, _| i18n.decimal(value, decimals))
                            .custom_parser(|typed| i18n.parse_decimal(typed)),
                    );
                    let response = response.labelled_by(label.id);
                    if response.changed() {
                        changed = Some(Some(typed));
                    }
                    if row.value.is_some() && row.origin.reset_button(ui) {
                        changed = Some(None);
                    }
                });
                label
            })
            .inner;
        ui.spacing_mut().slider_width = ui.available_width();
        ui.spacing_mut().interact_size.y = 20.0;
        ui.visuals_mut().widgets.inactive.bg_fill = palette.line;
        let slider = Slider::new(&mut value, row.range.clone())
            .show_value(false)
            .trailing_fill(false)
            .clamping(SliderClamping::Edits)
            .step_by(0.01);
        let response = ui.add(slider).labelled_by(label.id);
        // A press that ends in the frame it began in moves nothing by itself.
        let click = ui.input(|input| {
            let is_click = input.pointer.primary_clicked();
            input.pointer.interact_pos().filter(|_| is_click)
        });
        if let Some(at) = click.filter(|_| response.contains_pointer()) {
            value = value_at(at.x, &response, &row.range);
        }
        if response.changed() || click.is_some_and(|_| response.contains_pointer()) {
            changed = Some(Some(value));
        }
        paint(ui, &response, filled(value, &row.range), row.is_off);
        // What it does stands below it; a tooltip over that would say it twice.
        response.on_hover_ui(|ui| {
            ui.label(from_to(row));
        });
        caption(ui, &row.hint);
        row.origin.note(ui);
    });
    changed.map(|value| value.map(|value| (value * 100.0).round() / 100.0))
}

/// From where to where it goes.
fn from_to(row: &SliderRow<'_>) -> String {
    let range = Text::new("range")
        .with("low", Arg::Decimal((*row.range.start()).into(), 2))
        .with("high", Arg::Decimal((*row.range.end()).into(), 2));
    row.i18n.text(&range)
}

/// egui paints rail and knob in one colour, and fills from the left: this is the part that
/// is filled, and the knob again, as paper with a ring.
fn paint(ui: &Ui, response: &Response, (from, to): (f32, f32), is_off: bool) {
    let palette = Palette::of(ui);
    let ink = match is_off {
        true => palette.faint,
        false => palette.accent,
    };
    // The radius and the travel are those of egui's own knob.
    let radius = response.rect.height() / 2.5;
    let travel = response.rect.x_range().shrink(radius);
    let at = |fraction: f32| travel.min + travel.span() * fraction;
    let height = ui.spacing().slider_rail_height;
    let left = match from.min(to) {
        0.0 => response.rect.left(),
        first => at(first),
    };
    let (low, high) = (pos2(left, response.rect.center().y), at(from.max(to)));
    let fill = Rect::from_min_max(
        pos2(low.x, low.y - height / 2.0),
        pos2(high, low.y + height / 2.0),
    );
    let corners = CornerRadius::same(2);
    ui.painter().rect_filled(fill, corners, ink);
    let center = pos2(at(to), response.rect.center().y);
    if response.has_focus() {
        ui.painter()
            .circle_filled(center, radius + 4.0, palette.accent_wash);
    }
    let ring = Stroke::new(2.0, ink);
    ui.painter().circle(center, radius, palette.card, ring);
}

/// Where the filled part of the rail begins, and where the knob is. A scale that goes to
/// both sides of 0 is filled from there: at 0 it does nothing.
fn filled(value: f32, range: &RangeInclusive<f32>) -> (f32, f32) {
    let from = 0_f32.clamp(*range.start(), *range.end());
    (fraction(from, range), fraction(value, range))
}

/// The value of the place on the rail where the pointer is.
fn value_at(x: f32, response: &Response, range: &RangeInclusive<f32>) -> f32 {
    let travel = response.rect.x_range().shrink(response.rect.height() / 2.5);
    let fraction = ((x - travel.min) / travel.span()).clamp(0.0, 1.0);
    egui::lerp(range.clone(), fraction)
}

fn fraction(value: f32, range: &RangeInclusive<f32>) -> f32 {
    ((value - range.start()) / (range.end() - range.start())).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_around_zero_is_filled_from_zero() {
        let around = -2.0..=2.0;
        assert_eq!(filled(0.0, &around), (0.5, 0.5), "nothing is filled");
        assert_eq!(filled(1.0, &around), (0.5, 0.75));
        assert_eq!(filled(-2.0, &around), (0.5, 0.0), "to the left");
        assert_eq!(filled(0.5, &(0.0..=2.0)), (0.0, 0.25));
        assert_eq!(
            filled(1.5, &(1.0..=2.0)),
            (0.0, 0.5),
            "from where it begins"
        );
    }
}
