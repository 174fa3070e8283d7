//! The right panel: how the model answers, and how it is loaded.

use egui::{ScrollArea, Ui};

use crate::app::command::Command;
use crate::app::components::{
    NumberRow, SliderRow, caption, fold, menu_item, number_row, primary_button, slider_row, title,
    top_p_bars,
};
use crate::app::icons;
use crate::app::state::{ModelState, State};
use crate::i18n::{Arg, I18n, Text};
use crate::params::{LoadOptions, Overflow, Sampling};

/// Draws the panel.
pub(super) fn show(ui: &mut Ui, state: &State) -> Vec<Command> {
    let i18n = &state.i18n;
    let mut sampling = state.settings.sampling.clone();
    let mut options = state.settings.load.clone();
    let mut commands = Vec::new();
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 10.0;
        title(ui, i18n.get("settings-title"));
        if state.reply.as_ref().is_some_and(|it| it.settings_changed) {
            caption(ui, i18n.get("settings-next-reply"));
        }
        main_sliders(ui, i18n, &mut sampling);
        ui.spacing_mut().item_spacing.y = 0.0;
        ui.add_space(8.0);
        fold(ui, &i18n.get("group-samplers"), "", |ui| {
            other_samplers(ui, i18n, &mut sampling);
        });
        fold(ui, &i18n.get("group-length"), "", |ui| {
            length(ui, i18n, &mut sampling);
        });
        fold(
            ui,
            &i18n.get("group-context"),
            &context_summary(state),
            |ui| {
                context(ui, state, &mut options);
                commands.extend(overflow(ui, state));
            },
        );
        fold(ui, &i18n.get("group-where"), &where_summary(state), |ui| {
            place(ui, state, &mut options);
        });
        if state.needs_reload() {
            ui.add_space(12.0);
            caption(ui, i18n.get("reload-why"));
            ui.add_space(6.0);
            if primary_button(ui, &i18n.get("reload"), icons::ROTATE_CCW, true).clicked() {
                commands.push(Command::ReloadModel);
            }
        }
    });
    if sampling != state.settings.sampling {
        commands.push(Command::SetSampling(sampling));
    }
    if options != state.settings.load {
        commands.push(Command::SetLoadOptions(options));
    }
    commands
}

fn main_sliders(ui: &mut Ui, i18n: &I18n, sampling: &mut Sampling) {
    let temperature = SliderRow {
        name: i18n.get("temperature"),
        hint: i18n.get("temperature-hint"),
        shows_hint: true,
        value: sampling.temperature,
        default: Sampling::TEMPERATURE,
        range: 0.0..=2.0,
        i18n,
    };
    if let Some(value) = slider_row(ui, &temperature) {
        sampling.temperature = value;
    }
    ui.add_space(4.0);
    let hint = Text::new("top-p-hint").with(
        "percent",
        Arg::Decimal(f64::from(sampling.top_p() * 100.0), 0),
    );
    let top_p = SliderRow {
        name: i18n.get("top-p"),
        hint: i18n.text(&hint),
        shows_hint: false,
        value: sampling.top_p,
        default: Sampling::TOP_P,
        range: 0.0..=1.0,
        i18n,
    };
    if let Some(value) = slider_row(ui, &top_p) {
        sampling.top_p = value;
    }
    top_p_bars(ui, sampling.top_p());
    caption(ui, i18n.text(&hint));
}

fn other_samplers(ui: &mut Ui, i18n: &I18n, sampling: &mut Sampling) {
    let top_k = NumberRow {
        name: i18n.get("top-k"),
        hint: i18n.get("top-k-hint"),
        value: sampling.top_k,
        start: Sampling::TOP_K,
        unset: Sampling::TOP_K.to_string(),
        range: 0..=1000,
        speed: 0.3,
        is_grouped: true,
        i18n,
    };
    if let Some(value) = number_row(ui, &top_k) {
        sampling.top_k = value;
    }
    let min_p = SliderRow {
        name: i18n.get("min-p"),
        hint: i18n.get("min-p-hint"),
        shows_hint: true,
        value: sampling.min_p,
        default: Sampling::MIN_P,
        range: 0.0..=1.0,
        i18n,
    };
    if let Some(value) = slider_row(ui, &min_p) {
        sampling.min_p = value;
    }
    let repeat_penalty = SliderRow {
        name: i18n.get("repeat-penalty"),
        hint: i18n.get("repeat-penalty-hint"),
        shows_hint: true,
        value: sampling.repeat_penalty,
        default: Sampling::REPEAT_PENALTY,
        range: 1.0..=2.0,
        i18n,
    };
    if let Some(value) = slider_row(ui, &repeat_penalty) {
        sampling.repeat_penalty = value;
    }
}

fn length(ui: &mut Ui, i18n: &I18n, sampling: &mut Sampling) {
    let max_tokens = NumberRow {
        name: i18n.get("max-tokens"),
        hint: i18n.get("max-tokens-hint"),
        value: sampling.max_tokens,
        start: 512,
        unset: i18n.get("no-limit"),
        range: 1..=LoadOptions::MAX_CONTEXT_TOKENS,
        speed: 4.0,
        is_grouped: true,
        i18n,
    };
    if let Some(value) = number_row(ui, &max_tokens) {
        sampling.max_tokens = value;
    }
    let seed = NumberRow {
        name: i18n.get("seed"),
        hint: i18n.get("seed-hint"),
        value: sampling.seed,
        start: 1,
        unset: i18n.get("random"),
        range: 0..=Sampling::MAX_SEED,
        speed: 1.0,
        is_grouped: false,
        i18n,
    };
    if let Some(value) = number_row(ui, &seed) {
        sampling.seed = value;
    }
}

fn context(ui: &mut Ui, state: &State, options: &mut LoadOptions) {
    let i18n = &state.i18n;
    let context = NumberRow {
        name: i18n.get("context-length"),
        hint: i18n.get("context-length-hint"),
        value: options.context_tokens,
        start: LoadOptions::DEFAULT_CONTEXT_TOKENS,
        unset: i18n.get("automatic"),
        range: LoadOptions::MIN_CONTEXT_TOKENS..=LoadOptions::MAX_CONTEXT_TOKENS,
        speed: 32.0,
        is_grouped: true,
        i18n,
    };
    if let Some(value) = number_row(ui, &context) {
        options.context_tokens = value;
    }
}

/// What to do with a chat that has become too long.
fn overflow(ui: &mut Ui, state: &State) -> Option<Command> {
    caption(ui, state.i18n.get("overflow"));
    let mut chosen = None;
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        for (overflow, name) in [
            (Overflow::Stop, "overflow-stop"),
            (Overflow::DropOldest, "overflow-drop-oldest"),
            (Overflow::KeepEnds, "overflow-keep-ends"),
        ] {
            let icon = match state.settings.overflow == overflow {
                true => icons::CHECK,
                false => "",
            };
            if menu_item(ui, icon, &state.i18n.get(name), "", true).clicked() {
                chosen = Some(Command::SetOverflow(overflow));
            }
        }
    });
    chosen
}

fn place(ui: &mut Ui, state: &State, options: &mut LoadOptions) {
    let i18n = &state.i18n;
    let loaded = match &state.model {
        ModelState::Loaded(model) => Some(model),
        _ => None,
    };
    let threads = NumberRow {
        name: i18n.get("threads"),
        hint: i18n.get("threads-hint"),
        value: options.threads,
        start: loaded.map_or(1, |model| model.threads),
        unset: i18n.get("automatic"),
        range: 1..=LoadOptions::MAX_THREADS,
        speed: 0.1,
        is_grouped: true,
        i18n,
    };
    if let Some(value) = number_row(ui, &threads) {
        options.threads = value;
    }
    let gpu_layers = NumberRow {
        name: i18n.get("gpu-layers"),
        hint: i18n.get("gpu-layers-hint"),
        value: options.gpu_layers,
        start: 0,
        unset: i18n.get("automatic"),
        range: 0..=1000,
        speed: 0.2,
        is_grouped: true,
        i18n,
    };
    if let Some(value) = number_row(ui, &gpu_layers) {
        options.gpu_layers = value;
    }
    for placement in loaded.iter().flat_map(|model| &model.placement) {
        let text = Text::new("placement")
            .word("device", &placement.device)
            .count("layers", placement.layers)
            .with("size", Arg::Bytes(placement.weight_bytes));
        caption(ui, i18n.text(&text));
    }
}

fn context_summary(state: &State) -> String {
    match &state.model {
        ModelState::Loaded(model) => state.i18n.integer(model.context_tokens.into()),
        _ => String::new(),
    }
}

fn where_summary(state: &State) -> String {
    match &state.model {
        ModelState::Loaded(model) => {
            let most = model.placement.iter().max_by_key(|it| it.layers);
            most.map(|it| it.device.clone()).unwrap_or_default()
        }
        _ => String::new(),
    }
}
