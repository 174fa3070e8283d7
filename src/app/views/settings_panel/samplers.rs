//! The samplers, group by group, and the drawing of what they make of an example.

use egui::Ui;

use super::sheet::{Count, Decimal, Sheet, count, decimal};
use crate::app::components::{
    Sampler, TextArea, TextChange, caption, distribution, fold, text_area,
};
use crate::i18n::{Arg, Text};
use crate::params::Sampling;

const TEMPERATURE: Decimal = decimal!("temperature", "temperature-hint", temperature, 0.0..=2.0);
const TOP_P: Decimal = decimal!("top-p", "top-p-hint", top_p, 0.0..=1.0);
const TOP_K: Count = count!("top-k", "top-k-hint", top_k, 1000);
const MIN_P: Decimal = decimal!("min-p", "min-p-hint", min_p, 0.0..=1.0);
const TOP_N_SIGMA: Decimal = decimal!("top-n-sigma", "top-n-sigma-hint", top_n_sigma, 0.0..=5.0);
const TYPICAL_P: Decimal = decimal!("typical-p", "typical-p-hint", typical_p, 0.0..=1.0);
const DYNAMIC_RANGE: Decimal = decimal!(
    "dynamic-range",
    "dynamic-range-hint",
    dynamic_temperature_range,
    0.0..=2.0
);
const DYNAMIC_EXPONENT: Decimal = decimal!(
    "dynamic-exponent",
    "dynamic-exponent-hint",
    dynamic_temperature_exponent,
    0.1..=5.0
);
const XTC_PROBABILITY: Decimal = decimal!(
    "xtc-probability",
    "xtc-probability-hint",
    xtc_probability,
    0.0..=1.0
);
const XTC_THRESHOLD: Decimal = decimal!(
    "xtc-threshold",
    "xtc-threshold-hint",
    xtc_threshold,
    0.0..=0.5
);
const REPEAT: Decimal = decimal!(
    "repeat-penalty",
    "repeat-penalty-hint",
    repeat_penalty,
    1.0..=2.0
);
const FREQUENCY: Decimal = decimal!(
    "frequency-penalty",
    "frequency-penalty-hint",
    frequency_penalty,
    -2.0..=2.0
);
const PRESENCE: Decimal = decimal!(
    "presence-penalty",
    "presence-penalty-hint",
    presence_penalty,
    -2.0..=2.0
);
const LAST_N: Count = count!(
    "repeat-last-n",
    "repeat-last-n-hint",
    repeat_last_n,
    Sampling::MAX_LAST_N
);
const DRY_MULTIPLIER: Decimal = decimal!(
    "dry-multiplier",
    "dry-multiplier-hint",
    dry_multiplier,
    0.0..=5.0
);
const DRY_BASE: Decimal = decimal!("dry-base", "dry-base-hint", dry_base, 1.0..=4.0);
const DRY_ALLOWED: Count = count!("dry-allowed", "dry-allowed-hint", dry_allowed_length, 1000);
const DRY_LAST_N: Count = count!(
    "dry-last-n",
    "dry-last-n-hint",
    dry_last_n,
    Sampling::MAX_LAST_N
);
const MIROSTAT_TAU: Decimal = decimal!(
    "mirostat-tau",
    "mirostat-tau-hint",
    mirostat_tau,
    0.0..=10.0
);
const MIROSTAT_ETA: Decimal =
    decimal!("mirostat-eta", "mirostat-eta-hint", mirostat_eta, 0.0..=1.0);

/// The two that are always in view, and what all of them together make of an example: the
/// one drawing that shows every change.
pub(super) fn main(ui: &mut Ui, sheet: &mut Sheet<'_>) {
    let samplers = together(&sheet.in_force());
    distribution(ui, &samplers, &sheet.i18n.get("drawing"), false);
    sheet.decimal(ui, &TEMPERATURE, false);
    ui.add_space(4.0);
    let now = sheet.in_force();
    let percent = Arg::Decimal(f64::from(now.top_p() * 100.0), 0);
    let hint = Text::new("top-p-hint").with("percent", percent);
    let hint = sheet.i18n.text(&hint);
    let is_off = chooses_otherwise(&now) || now.top_p() >= 1.0;
    sheet.decimal_hinted(ui, &TOP_P, hint, is_off);
}

/// Whether something other than the samplers that leave words out chooses the next one:
/// temperature 0 takes the likeliest, and Mirostat goes its own way.
fn chooses_otherwise(now: &Sampling) -> bool {
    now.temperature() <= 0.0 || now.mirostat()
}

/// What chooses the next word, in the order of the engine. XTC acts at some words only, and
/// what penalties do depends on what was said: they are left out.
fn together(now: &Sampling) -> Vec<Sampler> {
    let temperature = match now.dynamic_temperature_range() > 0.0 && now.temperature() > 0.0 {
        true => Sampler::DynamicTemperature {
            temperature: now.temperature(),
            range: now.dynamic_temperature_range(),
            exponent: now.dynamic_temperature_exponent(),
        },
        false => Sampler::Temperature(now.temperature()),
    };
    if now.temperature() <= 0.0 {
        return vec![temperature];
    }
    if now.mirostat() {
        let tau = now.mirostat_tau();
        return vec![
            Sampler::Temperature(now.temperature()),
            Sampler::Mirostat { tau },
        ];
    }
    vec![
        Sampler::TopNSigma(now.top_n_sigma()),
        Sampler::TopK(now.top_k()),
        Sampler::TypicalP(now.typical_p()),
        Sampler::TopP(now.top_p()),
        Sampler::MinP(now.min_p()),
        temperature,
    ]
}

/// How many words a reply chooses among.
pub(super) fn variety(ui: &mut Ui, sheet: &mut Sheet<'_>) {
    let own = &sheet.own;
    let summary = sheet.summary(&[
        own.top_k.is_some(),
        own.min_p.is_some(),
        own.top_n_sigma.is_some(),
        own.typical_p.is_some(),
        own.dynamic_temperature_range.is_some(),
        own.dynamic_temperature_exponent.is_some(),
    ]);
    fold(ui, sheet.i18n, "group-variety", &summary, |ui| {
        caption(ui, sheet.i18n.get("group-variety-hint"));
        let now = sheet.in_force();
        let rests = chooses_otherwise(&now);
        sheet.count(ui, &TOP_K, rests || now.top_k() == 0);
        sheet.decimal(ui, &MIN_P, rests || now.min_p() <= 0.0);
        sheet.decimal(ui, &TOP_N_SIGMA, rests || now.top_n_sigma() <= 0.0);
        sheet.decimal(ui, &TYPICAL_P, rests || now.typical_p() >= 1.0);
        let is_off = rests || now.dynamic_temperature_range() <= 0.0;
        sheet.decimal(ui, &DYNAMIC_RANGE, is_off);
        sheet.decimal(ui, &DYNAMIC_EXPONENT, is_off);
    });
}

/// The likeliest words left out now and then.
pub(super) fn surprises(ui: &mut Ui, sheet: &mut Sheet<'_>) {
    let own = &sheet.own;
    let summary = sheet.summary(&[own.xtc_probability.is_some(), own.xtc_threshold.is_some()]);
    fold(ui, sheet.i18n, "group-surprises", &summary, |ui| {
        caption(ui, sheet.i18n.get("group-surprises-hint"));
        let now = sheet.in_force();
        // It takes the likeliest away, which is easier seen than said.
        let xtc = Sampler::Xtc {
            probability: now.xtc_probability(),
            threshold: now.xtc_threshold(),
        };
        let is_off = chooses_otherwise(&now) || now.xtc_probability() <= 0.0;
        distribution(ui, &[xtc], &sheet.i18n.get("drawing-xtc"), is_off);
        sheet.decimal(ui, &XTC_PROBABILITY, is_off);
        sheet.decimal(ui, &XTC_THRESHOLD, is_off);
    });
}

/// What keeps a reply from saying the same again.
pub(super) fn repetition(ui: &mut Ui, sheet: &mut Sheet<'_>) {
    let own = &sheet.own;
    let summary = sheet.summary(&[
        own.repeat_penalty.is_some(),
        own.frequency_penalty.is_some(),
        own.presence_penalty.is_some(),
        own.repeat_last_n.is_some(),
        own.dry_multiplier.is_some(),
        own.dry_base.is_some(),
        own.dry_allowed_length.is_some(),
        own.dry_last_n.is_some(),
        own.dry_breakers.is_some(),
    ]);
    fold(ui, sheet.i18n, "group-repetition", &summary, |ui| {
        caption(ui, sheet.i18n.get("group-repetition-hint"));
        let now = sheet.in_force();
        // Mirostat with a temperature goes its own way; temperature 0 still heeds them.
        let rests = now.mirostat() && now.temperature() > 0.0;
        let is_off = rests || now.repeat_last_n() == 0;
        let is_near = |value: f32, off: f32| (value - off).abs() < 0.005;
        sheet.decimal(ui, &REPEAT, is_off || is_near(now.repeat_penalty(), 1.0));
        let frequency = now.frequency_penalty();
        sheet.decimal(ui, &FREQUENCY, is_off || is_near(frequency, 0.0));
        sheet.decimal(
            ui,
            &PRESENCE,
            is_off || is_near(now.presence_penalty(), 0.0),
        );
        sheet.count(ui, &LAST_N, is_off);
        let has_none = now.dry_multiplier() <= 0.0;
        let is_off = rests || has_none || now.dry_last_n() == 0;
        sheet.decimal(ui, &DRY_MULTIPLIER, is_off);
        sheet.decimal(ui, &DRY_BASE, is_off);
        sheet.count(ui, &DRY_ALLOWED, is_off);
        sheet.count(ui, &DRY_LAST_N, rests || has_none);
        breakers(ui, sheet, is_off);
    });
}

fn breakers(ui: &mut Ui, sheet: &mut Sheet<'_>, is_off: bool) {
    let i18n = sheet.i18n;
    let shown = |breakers: Vec<&str>| super::lists::shown(breakers.into_iter());
    let base = shown(sheet.base.dry_breakers());
    let own = sheet.own.dry_breakers.as_ref();
    let own = own.map(|own| super::lists::shown(own.iter().map(String::as_str)));
    let one_line = |text: String| text.replace('\n', "  ");
    let origin = sheet.origin(own.clone().map(one_line), &one_line(base.clone()), None);
    let name = i18n.get("dry-breakers");
    let mut typed = super::lists::draft(ui, &name, own.unwrap_or(base));
    let area = TextArea {
        name: &name,
        hint: &i18n.get("dry-breakers-hint"),
        placeholder: "",
        lines: 3,
        is_code: true,
        error: None,
        is_set: sheet.own.dry_breakers.is_some(),
        is_off,
        origin: &origin,
    };
    match text_area(ui, &mut typed, &area) {
        Some(TextChange::Typed) => {
            sheet.own.dry_breakers = Some(super::lists::read(&typed));
            super::lists::keep(ui, &name, typed);
        }
        Some(TextChange::Reset) => sheet.own.dry_breakers = None,
        None => {}
    }
}

/// One sampler in place of the others.
pub(super) fn mirostat(ui: &mut Ui, sheet: &mut Sheet<'_>) {
    let own = &sheet.own;
    let summary = match sheet.in_force().mirostat() {
        true => sheet.i18n.get("on"),
        false => sheet.summary(&[
            own.mirostat.is_some(),
            own.mirostat_tau.is_some(),
            own.mirostat_eta.is_some(),
        ]),
    };
    fold(ui, sheet.i18n, "group-mirostat", &summary, |ui| {
        sheet.mirostat(ui);
        let now = sheet.in_force();
        let is_off = !now.mirostat() || now.temperature() <= 0.0;
        sheet.decimal(ui, &MIROSTAT_TAU, is_off);
        sheet.decimal(ui, &MIROSTAT_ETA, is_off);
    });
}
