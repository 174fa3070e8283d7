//! The samplers, group by group. Each drawing shows what one of them does to the same
//! example, whatever the others do.

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

/// The two that are always in view.
pub(super) fn main(ui: &mut Ui, sheet: &mut Sheet<'_>) {
    let hint = sheet.i18n.get(TEMPERATURE.hint);
    sheet.decimal_hinted(ui, &TEMPERATURE, hint.clone(), false);
    draw(
        ui,
        sheet,
        Sampler::Temperature(sheet.in_force().temperature()),
    );
    caption(ui, hint);
    ui.add_space(4.0);
    let p = sheet.in_force().top_p();
    let percent = Arg::Decimal(f64::from(p * 100.0), 0);
    let hint = Text::new("top-p-hint").with("percent", percent);
    let hint = sheet.i18n.text(&hint);
    sheet.decimal_hinted(ui, &TOP_P, hint.clone(), false);
    draw(ui, sheet, Sampler::TopP(sheet.in_force().top_p()));
    caption(ui, hint);
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
        sheet.count(ui, &TOP_K);
        draw(ui, sheet, Sampler::TopK(sheet.in_force().top_k()));
        sheet.decimal(ui, &MIN_P);
        draw(ui, sheet, Sampler::MinP(sheet.in_force().min_p()));
        sheet.decimal(ui, &TOP_N_SIGMA);
        draw(
            ui,
            sheet,
            Sampler::TopNSigma(sheet.in_force().top_n_sigma()),
        );
        sheet.decimal(ui, &TYPICAL_P);
        draw(ui, sheet, Sampler::TypicalP(sheet.in_force().typical_p()));
        sheet.decimal(ui, &DYNAMIC_RANGE);
        sheet.decimal(ui, &DYNAMIC_EXPONENT);
        let now = sheet.in_force();
        let sampler = Sampler::DynamicTemperature {
            temperature: now.temperature(),
            range: now.dynamic_temperature_range(),
            exponent: now.dynamic_temperature_exponent(),
        };
        draw(ui, sheet, sampler);
    });
}

/// The likeliest words left out now and then.
pub(super) fn surprises(ui: &mut Ui, sheet: &mut Sheet<'_>) {
    let own = &sheet.own;
    let summary = sheet.summary(&[own.xtc_probability.is_some(), own.xtc_threshold.is_some()]);
    fold(ui, sheet.i18n, "group-surprises", &summary, |ui| {
        caption(ui, sheet.i18n.get("group-surprises-hint"));
        sheet.decimal(ui, &XTC_PROBABILITY);
        sheet.decimal(ui, &XTC_THRESHOLD);
        let now = sheet.in_force();
        let sampler = Sampler::Xtc {
            probability: now.xtc_probability(),
            threshold: now.xtc_threshold(),
        };
        draw(ui, sheet, sampler);
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
        sheet.decimal(ui, &REPEAT);
        sheet.decimal(ui, &FREQUENCY);
        sheet.decimal(ui, &PRESENCE);
        let now = sheet.in_force();
        let is_on = now.repeat_last_n() > 0;
        let sampler = Sampler::Penalties {
            repeat: if is_on { now.repeat_penalty() } else { 1.0 },
            frequency: if is_on { now.frequency_penalty() } else { 0.0 },
            presence: if is_on { now.presence_penalty() } else { 0.0 },
        };
        draw(ui, sheet, sampler);
        sheet.count(ui, &LAST_N);
        sheet.decimal(ui, &DRY_MULTIPLIER);
        sheet.decimal(ui, &DRY_BASE);
        sheet.count(ui, &DRY_ALLOWED);
        sheet.count(ui, &DRY_LAST_N);
        breakers(ui, sheet);
    });
}

fn breakers(ui: &mut Ui, sheet: &mut Sheet<'_>) {
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
        sheet.decimal(ui, &MIROSTAT_TAU);
        let tau = sheet.in_force().mirostat_tau();
        draw(ui, sheet, Sampler::Mirostat { tau });
        sheet.decimal(ui, &MIROSTAT_ETA);
    });
}

fn draw(ui: &mut Ui, sheet: &Sheet<'_>, sampler: Sampler) {
    distribution(ui, sampler, &sheet.i18n.get("drawing"));
}
