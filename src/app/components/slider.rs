//! A setting on a scale: its name, the value in a box, a way back to the default, the
//! slider, and one sentence about what it does.

use std::ops::RangeInclusive;

use egui::{DragValue, Response, Slider, SliderClamping, Stroke, Ui, Vec2, pos2};

use super::{Origin, caption};
use crate::app::theme::Palette;
use crate::i18n::{Arg, I18n, Text};

/// What a slider shows.
pub(in crate::app) struct SliderRow<'a> {
    pub(in crate::app) name: String,
    /// What it does, in one sentence.
    pub(in crate::app) hint: String,
    /// Whether the sentence stands below the slider, too, or only in the tooltip.
    pub(in crate::app) shows_hint: bool,
    /// The value the user set.
    pub(in crate::app) value: Option<f32>,
    /// The value in force where the user set none.
    pub(in crate::app) default: f32,
    pub(in crate::app) range: RangeInclusive<f32>,
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
                let label = row.origin.name(ui, &row.name);
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
        let visuals = ui.visuals_mut();
        visuals.selection.bg_fill = palette.accent;
        visuals.widgets.inactive.bg_fill = palette.line;
        for widget in [
            &mut visuals.widgets.inactive,
            &mut visuals.widgets.hovered,
            &mut visuals.widgets.active,
        ] {
            widget.fg_stroke = Stroke::new(2.0, palette.accent);
        }
        let slider = Slider::new(&mut value, row.range.clone())
            .show_value(false)
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
        paint_knob(ui, &response, fraction(value, &row.range));
        response.on_hover_ui(|ui| {
            ui.label(tooltip(row));
        });
        if row.shows_hint {
            caption(ui, &row.hint);
        }
        row.origin.note(ui);
    });
    changed.map(|value| value.map(|value| (value * 100.0).round() / 100.0))
}

/// What it does, and from where to where it goes.
fn tooltip(row: &SliderRow<'_>) -> String {
    let range = Text::new("range")
        .with("low", Arg::Decimal((*row.range.start()).into(), 2))
        .with("high", Arg::Decimal((*row.range.end()).into(), 2));
    format!("{}\n{}", row.hint, row.i18n.text(&range))
}

/// egui paints rail and knob in one colour; this is the knob again, as paper with a ring.
fn paint_knob(ui: &Ui, response: &Response, fraction: f32) {
    let palette = Palette::of(ui);
    // The radius and the travel are those of egui's own knob.
    let radius = response.rect.height() / 2.5;
    let travel = response.rect.x_range().shrink(radius);
    let center = pos2(
        travel.min + travel.span() * fraction,
        response.rect.center().y,
    );
    if response.has_focus() {
        ui.painter()
            .circle_filled(center, radius + 4.0, palette.accent_wash);
    }
    let ring = Stroke::new(2.0, palette.accent);
    ui.painter().circle(center, radius, palette.card, ring);
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
