//! How a model is loaded, and how much memory and disk it may take.

use std::path::Path;

use egui::Ui;

use super::link_where;
use crate::app::command::{Command, ModelsCommand, PanelCommand};
use crate::app::components::{
    NumberRow, Origin, ToggleRow, caption, choice_row, fold, icon_button, number_row, plain_button,
    primary_button, steady_caption, toggle_row,
};
use crate::app::icons;
use crate::app::state::{ModelState, State};
use crate::engine::protocol::ModelInfo;
use crate::i18n::{Arg, I18n, Text};
use crate::params::{FlashAttention, KvType, LoadOptions, Overflow};

/// A number that Charla finds by itself where the user sets none.
struct Automatic {
    name: &'static str,
    hint: &'static str,
    start: u32,
    range: std::ops::RangeInclusive<u32>,
    speed: f64,
}

/// Draws the groups.
pub(super) fn show(ui: &mut Ui, state: &State) -> Vec<Command> {
    let i18n = &state.i18n;
    let mut options = state.settings.load.clone();
    let mut commands = Vec::new();
    let loaded = match &state.model {
        ModelState::Loaded(model) => Some(&**model),
        _ => None,
    };
    let summary = loaded.map(|it| i18n.integer(it.context_tokens.into()));
    let summary = summary.unwrap_or_default();
    fold(ui, i18n, "group-context", &summary, |ui| {
        context(ui, i18n, &mut options);
        commands.extend(overflow(ui, state));
        kv_type(ui, i18n, &mut options);
        commands.extend(own_of_model(ui, state, loaded));
    });
    fold(ui, i18n, "group-where", &where_summary(loaded), |ui| {
        place(ui, i18n, loaded, &mut options);
    });
    let is_ahead = options.draft_model.is_some() || options.speculation.is_some();
    let summary = match (is_ahead, options.speculation) {
        (_, Some(false)) => i18n.get("off"),
        (true, _) => i18n.get("on"),
        (false, _) => String::new(),
    };
    fold(ui, i18n, "group-ahead", &summary, |ui| {
        commands.extend(ahead(ui, i18n, &mut options));
    });
    fold(ui, i18n, "group-memory", "", |ui| {
        commands.extend(memory(ui, state));
    });
    if state.needs_reload() {
        ui.add_space(12.0);
        caption(ui, i18n.get("reload-why"));
        ui.add_space(6.0);
        if primary_button(ui, &i18n.get("reload"), icons::ROTATE_CCW, true).clicked() {
            commands.push(Command::ReloadModel);
        }
    }
    if options != state.settings.load {
        commands.push(Command::SetLoadOptions(options));
    }
    commands
}

/// Draws what can be set for one model alone, beside what holds for all; the type of the KV
/// cache only where that is wanted. Returns what was changed.
pub(in crate::app::views) fn of_one(
    ui: &mut Ui,
    state: &State,
    path: &Path,
    with_kv_type: bool,
) -> Option<LoadOptions> {
    let i18n = &state.i18n;
    let of_all = &state.settings.load;
    let own = state.settings.own_load_of(path);
    let mut options = own.clone();
    let as_all = |value: Option<u32>| match value {
        Some(value) => {
            let text = Text::new("as-for-all").count("value", value);
            i18n.text(&text)
        }
        None => i18n.get("automatic"),
    };
    let row = Automatic {
        hint: "",
        ..context_row()
    };
    if let Some(value) = number(
        ui,
        i18n,
        own.context_tokens,
        as_all(of_all.context_tokens),
        row,
    ) {
        options.context_tokens = value;
    }
    let row = Automatic {
        hint: "",
        ..layers_row()
    };
    if let Some(value) = number(ui, i18n, own.gpu_layers, as_all(of_all.gpu_layers), row) {
        options.gpu_layers = value;
    }
    if !with_kv_type {
        return (options != own).then_some(options);
    }
    let mut choices = kv_choices(i18n);
    if let (Some(shown), Some(first)) = (of_all.kv_type, choices.first_mut()) {
        let text = Text::new("as-for-all").word("value", shown.name());
        first.1 = i18n.text(&text);
    }
    let name = i18n.get("kv-type");
    choose(ui, (&name, ""), &choices, &mut options.kv_type);
    (options != own).then_some(options)
}

/// Says whether values of the model in the engine hold in place of these, and leads to them.
fn own_of_model(ui: &mut Ui, state: &State, loaded: Option<&ModelInfo>) -> Option<Command> {
    let i18n = &state.i18n;
    let path = loaded.map(|loaded| &loaded.path);
    let has_own =
        path.is_some_and(|path| state.settings.own_load_of(path) != LoadOptions::default());
    let mut clicked = false;
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        let (none, some) = (i18n.get("model-has-none"), i18n.get("model-has-own"));
        steady_caption(ui, &[none.as_str(), some.as_str()], usize::from(has_own));
        clicked = link_where(ui, &i18n.get("model-own-show"), path.is_some()).clicked();
    });
    let path = path.filter(|_| clicked)?;
    Some(Command::Models(ModelsCommand::Open(path.clone())))
}

fn origin(i18n: &I18n) -> Origin {
    Origin {
        reset: i18n.get("reset"),
        ..Origin::default()
    }
}

#[expect(
    clippy::option_option,
    reason = "the outer one is a change, the inner one the value"
)]
fn number(
    ui: &mut Ui,
    i18n: &I18n,
    value: Option<u32>,
    unset: String,
    row: Automatic,
) -> Option<Option<u32>> {
    let row = NumberRow {
        name: i18n.get(row.name),
        hint: match row.hint {
            "" => String::new(),
            hint => i18n.get(hint),
        },
        value,
        start: row.start,
        unset,
        range: row.range,
        speed: row.speed,
        is_grouped: true,
        is_off: false,
        origin: origin(i18n),
        i18n,
    };
    number_row(ui, &row)
}

fn context_row() -> Automatic {
    Automatic {
        name: "context-length",
        hint: "context-length-hint",
        start: LoadOptions::DEFAULT_CONTEXT_TOKENS,
        range: LoadOptions::MIN_CONTEXT_TOKENS..=LoadOptions::MAX_CONTEXT_TOKENS,
        speed: 32.0,
    }
}

fn layers_row() -> Automatic {
    Automatic {
        name: "gpu-layers",
        hint: "gpu-layers-hint",
        start: 0,
        range: 0..=1000,
        speed: 0.2,
    }
}

fn context(ui: &mut Ui, i18n: &I18n, options: &mut LoadOptions) {
    let automatic = i18n.get("automatic");
    if let Some(value) = number(ui, i18n, options.context_tokens, automatic, context_row()) {
        options.context_tokens = value;
    }
}

/// What to do with a chat that has become too long.
fn overflow(ui: &mut Ui, state: &State) -> Option<Command> {
    let i18n = &state.i18n;
    let choices = [
        (Overflow::Stop, "overflow-stop"),
        (Overflow::DropOldest, "overflow-drop-oldest"),
        (Overflow::KeepEnds, "overflow-keep-ends"),
    ];
    let names = choices.map(|(_, name)| i18n.get(name));
    let is_it = |(overflow, _): &(Overflow, _)| *overflow == state.settings.overflow;
    let chosen = choices.iter().position(is_it).unwrap_or(0);
    let choice = choice_row(ui, &i18n.get("overflow"), "", &names, chosen)?;
    Some(Command::SetOverflow(choices.get(choice)?.0))
}

/// A choice that is made where the user makes none: that is the first of the list.
fn choose<T: Copy + PartialEq>(
    ui: &mut Ui,
    (name, hint): (&str, &str),
    choices: &[(Option<T>, String)],
    value: &mut Option<T>,
) {
    let names: Vec<String> = choices.iter().map(|it| it.1.clone()).collect();
    let chosen = choices.iter().position(|it| it.0 == *value).unwrap_or(0);
    let choice = choice_row(ui, name, hint, &names, chosen);
    if let Some((choice, _)) = choice.and_then(|index| choices.get(index)) {
        *value = *choice;
    }
}

fn kv_choices(i18n: &I18n) -> [(Option<KvType>, String); 4] {
    [
        (None, i18n.get("kv-automatic")),
        (Some(KvType::F16), i18n.get("kv-f16")),
        (Some(KvType::Q8_0), i18n.get("kv-q8")),
        (Some(KvType::Q4_0), i18n.get("kv-q4")),
    ]
}

fn kv_type(ui: &mut Ui, i18n: &I18n, options: &mut LoadOptions) {
    let words = (&*i18n.get("kv-type"), &*i18n.get("kv-type-hint"));
    choose(ui, words, &kv_choices(i18n), &mut options.kv_type);
}

fn place(ui: &mut Ui, i18n: &I18n, loaded: Option<&ModelInfo>, options: &mut LoadOptions) {
    let threads = Automatic {
        name: "threads",
        hint: "threads-hint",
        start: loaded.map_or(1, |model| model.threads),
        range: 1..=LoadOptions::MAX_THREADS,
        speed: 0.1,
    };
    let automatic = i18n.get("automatic");
    if let Some(value) = number(ui, i18n, options.threads, automatic.clone(), threads) {
        options.threads = value;
    }
    if let Some(value) = number(ui, i18n, options.gpu_layers, automatic, layers_row()) {
        options.gpu_layers = value;
    }
    let choices = [
        (None, i18n.get("automatic")),
        (Some(FlashAttention::Auto), i18n.get("flash-auto")),
        (Some(FlashAttention::On), i18n.get("on")),
        (Some(FlashAttention::Off), i18n.get("off")),
    ];
    let words = (&*i18n.get("flash"), &*i18n.get("flash-hint"));
    choose(ui, words, &choices, &mut options.flash_attention);
    toggle(ui, i18n, ("mmap", "mmap-hint"), true, &mut options.mmap);
    toggle(ui, i18n, ("mlock", "mlock-hint"), false, &mut options.mlock);
    // Last: it comes and goes with the model.
    for placement in loaded.iter().flat_map(|model| &model.placement) {
        let text = Text::new("placement")
            .word("device", &placement.device)
            .count("layers", placement.layers)
            .with("size", Arg::Bytes(placement.weight_bytes));
        caption(ui, i18n.text(&text));
    }
}

fn toggle(
    ui: &mut Ui,
    i18n: &I18n,
    (name, hint): (&'static str, &'static str),
    default: bool,
    value: &mut Option<bool>,
) {
    let row = ToggleRow {
        name: &i18n.get(name),
        hint: &i18n.get(hint),
        value: *value,
        default,
        origin: &origin(i18n),
    };
    if let Some(changed) = toggle_row(ui, &row) {
        *value = changed;
    }
}

/// What guesses ahead.
fn ahead(ui: &mut Ui, i18n: &I18n, options: &mut LoadOptions) -> Option<Command> {
    let words = ("speculation", "speculation-hint");
    let default = options.draft_model.is_some();
    toggle(ui, i18n, words, default, &mut options.speculation);
    let mut command = None;
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = 4.0;
        Origin::default().name(ui, &i18n.get("draft-model"), false);
        match options.draft_model.clone() {
            Some(path) => {
                ui.horizontal(|ui| {
                    let name = path.file_name().unwrap_or(path.as_os_str());
                    let room = ui.available_width() - 34.0;
                    ui.scope(|ui| {
                        ui.set_max_width(room);
                        let name = caption(ui, name.to_string_lossy());
                        name.on_hover_text(path.display().to_string());
                    });
                    if icon_button(ui, icons::X, &i18n.get("draft-none")).clicked() {
                        options.draft_model = None;
                    }
                });
            }
            None => {
                let choose = i18n.get("draft-choose");
                if plain_button(ui, &choose, icons::FOLDER_OPEN, true).clicked() {
                    command = Some(Command::Panel(PanelCommand::PickDraft));
                }
            }
        }
        caption(ui, i18n.get("draft-model-hint"));
    });
    command
}

fn memory(ui: &mut Ui, state: &State) -> Vec<Command> {
    let (i18n, settings) = (&state.i18n, &state.settings);
    let mut commands = Vec::new();
    let mut row = |value, unset, row, command: fn(Option<u32>) -> PanelCommand| {
        if let Some(value) = number(ui, i18n, value, unset, row) {
            commands.push(Command::Panel(command(value)));
        }
    };
    let minutes = Automatic {
        name: "unload-after",
        hint: "unload-after-hint",
        start: 30,
        range: 0..=10_000,
        speed: 0.2,
    };
    let value = settings.unload_after_minutes;
    let unset = i18n.integer(30);
    row(value, unset, minutes, PanelCommand::SetUnloadAfterMinutes);
    let limit = Automatic {
        name: "state-limit",
        hint: "state-limit-hint",
        start: 8,
        range: 0..=10_000,
        speed: 0.1,
    };
    let value = settings.state_limit_gb;
    row(value, i18n.integer(8), limit, PanelCommand::SetStateLimitGb);
    let days = Automatic {
        name: "bin-days",
        hint: "bin-days-hint",
        start: 30,
        range: 0..=10_000,
        speed: 0.2,
    };
    let value = settings.bin_days;
    row(value, i18n.integer(30), days, PanelCommand::SetBinDays);
    commands
}

fn where_summary(loaded: Option<&ModelInfo>) -> String {
    let placement = loaded.and_then(|it| it.placement.iter().max_by_key(|it| it.layers));
    placement.map(|it| it.device.clone()).unwrap_or_default()
}
