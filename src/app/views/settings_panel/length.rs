//! How long a reply is, what ends it, and whether it can be had again.

use egui::Ui;

use super::lists;
use super::sheet::Sheet;
use crate::app::components::{NumberRow, TextArea, TextChange, fold, number_row, text_area};
use crate::params::{LoadOptions, Sampling};

/// Draws the group.
pub(super) fn show(ui: &mut Ui, sheet: &mut Sheet<'_>) {
    let own = &sheet.own;
    let is_set = [
        own.max_tokens.is_some(),
        !own.stop.is_empty(),
        own.seed.is_some(),
    ];
    let summary = sheet.summary(&is_set);
    fold(ui, sheet.i18n, "group-length", &summary, |ui| {
        max_tokens(ui, sheet);
        stop(ui, sheet);
        seed(ui, sheet);
    });
}

fn max_tokens(ui: &mut Ui, sheet: &mut Sheet<'_>) {
    let i18n = sheet.i18n;
    let words = |value: u32| i18n.integer(value.into());
    let no_limit = i18n.get("no-limit");
    let unset = sheet.base.max_tokens.map_or(no_limit, words);
    let origin = sheet.origin(sheet.own.max_tokens.map(words), &unset, None);
    let row = NumberRow {
        name: i18n.get("max-tokens"),
        hint: i18n.get("max-tokens-hint"),
        value: sheet.own.max_tokens,
        start: sheet.base.max_tokens.unwrap_or(512),
        unset,
        range: 1..=LoadOptions::MAX_CONTEXT_TOKENS,
        speed: 4.0,
        is_grouped: true,
        is_off: false,
        origin,
        i18n,
    };
    if let Some(value) = number_row(ui, &row) {
        sheet.own.max_tokens = value;
    }
}

fn seed(ui: &mut Ui, sheet: &mut Sheet<'_>) {
    let i18n = sheet.i18n;
    let words = |value: u32| value.to_string();
    let unset = sheet.base.seed.map_or_else(|| i18n.get("random"), words);
    let origin = sheet.origin(sheet.own.seed.map(words), &unset, None);
    let row = NumberRow {
        name: i18n.get("seed"),
        hint: i18n.get("seed-hint"),
        value: sheet.own.seed,
        start: sheet.base.seed.unwrap_or(1),
        unset,
        range: 0..=Sampling::MAX_SEED,
        speed: 1.0,
        is_grouped: false,
        is_off: false,
        origin,
        i18n,
    };
    if let Some(value) = number_row(ui, &row) {
        sheet.own.seed = value;
    }
}

fn stop(ui: &mut Ui, sheet: &mut Sheet<'_>) {
    let i18n = sheet.i18n;
    let shown = |stop: &Vec<String>| lists::shown(stop.iter().map(String::as_str));
    let (own, base) = (shown(&sheet.own.stop), shown(&sheet.base.stop));
    let is_set = !sheet.own.stop.is_empty();
    let one_line = |text: &str| match text.is_empty() {
        true => i18n.get("none"),
        false => text.replace('\n', "  "),
    };
    let origin = sheet.origin(is_set.then(|| one_line(&own)), &one_line(&base), None);
    let name = i18n.get("stop");
    let mut typed = lists::draft(ui, &name, own);
    let area = TextArea {
        name: &name,
        hint: &i18n.get("stop-hint"),
        placeholder: &base,
        lines: 2,
        is_code: true,
        error: None,
        is_set,
        is_off: false,
        origin: &origin,
    };
    match text_area(ui, &mut typed, &area) {
        Some(TextChange::Typed) => {
            sheet.own.stop = lists::read(&typed);
            lists::keep(ui, &name, typed);
        }
        Some(TextChange::Reset) => sheet.own.stop.clear(),
        None => {}
    }
}
