//! What is known of a reply: who wrote it, with which settings, what it cost.

use egui::{Align, Grid, Label, Layout, Popup, PopupCloseBehavior, RichText, Ui};

use super::message::Drawn;
use crate::app::components::{quiet_button, title};
use crate::app::theme::{Palette, font};
use crate::app::views::when;
use crate::chat::Timings;
use crate::i18n::{Arg, I18n, Text};
use crate::params::Sampling;

/// Room for a date in full, and the name of a model, beside the longest name of a value.
const WIDTH: f32 = 376.0;

/// What a reply cost, in a few words that open the rest.
pub(super) fn cost(ui: &mut Ui, it: &Drawn<'_>) {
    let i18n = &it.state.i18n;
    let Some(timings) = it.message.timings.filter(|it| it.generated_tokens > 0) else {
        return;
    };
    let tokens = timings.generated_tokens;
    let cost = match timings.tokens_per_second() {
        Some(speed) => Text::new("reply-cost")
            .count("tokens", tokens)
            .with("speed", Arg::Decimal(speed, 0)),
        // One token has taken no time that could be measured.
        None => Text::new("reply-tokens").count("tokens", tokens),
    };
    let button = quiet_button(ui, &i18n.text(&cost)).on_hover_text(i18n.get("details"));
    it.note(&button);
    let width = WIDTH.min(ui.ctx().content_rect().width() - 48.0);
    Popup::menu(&button)
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .width(width)
        .gap(4.0)
        .show(|ui| {
            ui.set_width(width);
            egui::Frame::new().inner_margin(8).show(ui, |ui| {
                title(ui, i18n.get("details"));
                ui.add_space(4.0);
                rows(ui, it, &timings);
            });
        });
}

fn rows(ui: &mut Ui, it: &Drawn<'_>, timings: &Timings) {
    let i18n = &it.state.i18n;
    let mut rows: Vec<(&'static str, String)> = Vec::new();
    let message = it.message;
    rows.extend(message.model.clone().map(|name| ("detail-model", name)));
    rows.push(("detail-time", when::full(i18n, message.created_unix_ms)));
    if let Some(sampling) = &message.sampling {
        rows.extend(of_sampling(i18n, sampling));
    }
    rows.extend(of_timings(i18n, timings));
    let palette = Palette::of(ui);
    Grid::new("details")
        .num_columns(2)
        .spacing([12.0, 6.0])
        .show(ui, |ui| {
            for (name, value) in rows {
                let name = RichText::new(i18n.get(name))
                    .size(font::CAPTION)
                    .color(palette.soft);
                ui.add(Label::new(name).selectable(false));
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    let value = RichText::new(value).size(font::CAPTION).color(palette.ink);
                    ui.add(Label::new(value).truncate());
                });
                ui.end_row();
            }
        });
}

fn of_sampling(i18n: &I18n, sampling: &Sampling) -> Vec<(&'static str, String)> {
    let mut rows = vec![
        (
            "temperature",
            i18n.decimal(sampling.temperature().into(), 2),
        ),
        ("top-p", i18n.decimal(sampling.top_p().into(), 2)),
    ];
    if let Some(seed) = sampling.seed {
        rows.push(("seed", seed.to_string()));
    }
    for (name, value) in &sampling.unknown {
        rows.push(("detail-unknown", format!("{name} = {value}")));
    }
    rows
}

fn of_timings(i18n: &I18n, timings: &Timings) -> Vec<(&'static str, String)> {
    let count = |value: u32| i18n.integer(value.into());
    let speed = |speed: f64| i18n.text(&Text::new("speed").with("speed", Arg::Decimal(speed, 0)));
    let seconds = |ms: f64| {
        let value = Arg::Decimal(ms / 1000.0, 2);
        i18n.text(&Text::new("detail-seconds").with("seconds", value))
    };
    let mut rows = vec![
        ("detail-prompt", count(timings.prompt_tokens)),
        ("detail-cached", count(timings.cached_tokens)),
    ];
    rows.extend(
        timings
            .prompt_tokens_per_second()
            .map(|it| ("detail-prompt-speed", speed(it))),
    );
    rows.push(("detail-first", seconds(timings.first_token_ms)));
    rows.push(("detail-generated", count(timings.generated_tokens)));
    rows.extend(
        timings
            .tokens_per_second()
            .map(|it| ("detail-speed", speed(it))),
    );
    if timings.reasoning_ms > 0.0 {
        rows.push(("detail-thought", seconds(timings.reasoning_ms)));
    }
    if timings.drafted_tokens > 0 {
        let text = Text::new("detail-accepted")
            .count("accepted", timings.accepted_tokens)
            .count("drafted", timings.drafted_tokens);
        rows.push(("detail-drafted", i18n.text(&text)));
    }
    rows
}
