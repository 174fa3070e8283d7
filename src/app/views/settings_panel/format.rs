//! What a reply must look like, and words that are made likelier or less likely.

use egui::{DragValue, TextEdit, Ui, Vec2};

use super::sheet::Sheet;
use crate::app::components::{Origin, TextArea, TextChange, caption, fold, icon_button, text_area};
use crate::app::icons;
use crate::app::state::State;
use crate::app::theme::font;
use crate::engine::Fault;
use crate::i18n::{I18n, Text};
use crate::params::{Biased, LogitBias};

/// The bias that forbids or forces a token.
const STRONGEST: f32 = 100.0;

/// Draws the group.
pub(super) fn show(ui: &mut Ui, state: &State, sheet: &mut Sheet<'_>) {
    let i18n = sheet.i18n;
    let summary = match (&sheet.own.grammar, &sheet.own.json_schema) {
        (Some(_), _) => "GBNF".to_owned(),
        (None, Some(_)) => "JSON".to_owned(),
        (None, None) => sheet.summary(&[!sheet.own.logit_bias.is_empty()]),
    };
    fold(ui, i18n, "group-format", &summary, |ui| {
        caption(ui, i18n.get("group-format-hint"));
        let now = sheet.in_force();
        let both = (sheet.own.grammar.is_some() && sheet.own.json_schema.is_some())
            .then(|| i18n.get("format-both"));
        let error = both.clone();
        let error = error.or_else(|| refused(state, now.json_schema.as_ref(), true));
        if let Some(schema) = form(
            ui,
            sheet,
            ("json-schema", "json-schema-hint"),
            error.as_deref(),
            |it| &mut it.json_schema,
        ) {
            sheet.own.json_schema = schema;
        }
        let error = both.or_else(|| refused(state, now.grammar.as_ref(), false));
        if let Some(grammar) = form(
            ui,
            sheet,
            ("grammar", "grammar-hint"),
            error.as_deref(),
            |it| &mut it.grammar,
        ) {
            sheet.own.grammar = grammar;
        }
        biases(ui, sheet);
    });
}

/// A text that the reply is held to. Returns what the user made of it.
#[expect(
    clippy::option_option,
    reason = "the outer one is a change, the inner one the value"
)]
fn form(
    ui: &mut Ui,
    sheet: &Sheet<'_>,
    (name, hint): (&'static str, &'static str),
    error: Option<&str>,
    field: fn(&mut crate::params::Sampling) -> &mut Option<String>,
) -> Option<Option<String>> {
    let i18n = sheet.i18n;
    let own = field(&mut sheet.own.clone()).clone();
    let base = field(&mut sheet.base.clone()).clone().unwrap_or_default();
    let reset = match sheet.is_chat {
        true => i18n.get("reset-to-all"),
        false => i18n.get("reset"),
    };
    let mark = (sheet.is_chat && own.as_ref().is_some_and(|own| *own != base))
        .then(|| i18n.get("only-here-text"));
    let origin = Origin {
        mark,
        note: None,
        reset,
    };
    let mut text = own.clone().unwrap_or_default();
    let area = TextArea {
        name: &i18n.get(name),
        hint: &i18n.get(hint),
        placeholder: &base,
        lines: 3,
        is_code: true,
        error,
        is_set: own.is_some(),
        is_off: false,
        origin: &origin,
    };
    match text_area(ui, &mut text, &area)? {
        TextChange::Typed => Some(Some(text).filter(|it| !it.is_empty())),
        TextChange::Reset => Some(None),
    }
}

/// What the engine would refuse a text for, where that is the one it has looked at.
fn refused(state: &State, text: Option<&String>, is_schema: bool) -> Option<String> {
    let checked = &state.panel.checked;
    let looked_at = match is_schema {
        true => checked.schema.as_ref(),
        false => checked.grammar.as_ref(),
    };
    let reason = match checked.fault.as_ref()? {
        Fault::SchemaInvalid { reason } if is_schema => reason,
        Fault::GrammarInvalid { reason } if !is_schema => reason,
        _ => return None,
    };
    let said = Text::new("grammar-refused").word("reason", reason);
    (text.is_some() && text == looked_at).then(|| state.i18n.text(&said))
}

fn biases(ui: &mut Ui, sheet: &mut Sheet<'_>) {
    let i18n = sheet.i18n;
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing = Vec2::new(6.0, 4.0);
        let reset = match sheet.is_chat {
            true => i18n.get("reset-to-all"),
            false => i18n.get("reset"),
        };
        let mark = (sheet.is_chat
            && !sheet.own.logit_bias.is_empty()
            && sheet.own.logit_bias != sheet.base.logit_bias)
            .then(|| i18n.get("only-here-text"));
        let origin = Origin {
            mark,
            note: None,
            reset,
        };
        ui.horizontal(|ui| {
            origin.name(ui, &i18n.get("logit-bias"), false);
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                if !sheet.own.logit_bias.is_empty() && origin.reset_button(ui) {
                    sheet.own.logit_bias.clear();
                }
            });
        });
        let mut removed = None;
        let added = ui.scope_id().with("bias added");
        let is_new = ui
            .data_mut(|data| data.remove_temp::<bool>(added))
            .is_some();
        let last = sheet.own.logit_bias.len().saturating_sub(1);
        for (index, bias) in sheet.own.logit_bias.iter_mut().enumerate() {
            ui.push_id(index, |ui| {
                if bias_row(ui, i18n, (index, is_new && index == last), bias) {
                    removed = Some(index);
                }
            });
        }
        if let Some(index) = removed {
            sheet.own.logit_bias.remove(index);
        }
        if super::link(ui, &i18n.get("logit-bias-add")).clicked() {
            sheet.own.logit_bias.push(LogitBias {
                token: Biased::Text(String::new()),
                bias: -STRONGEST,
            });
            ui.data_mut(|data| data.insert_temp(added, true));
        }
        caption(ui, i18n.get("logit-bias-hint"));
    });
}

/// One word and its bias, by its number and whether it has just been added; whether it is
/// to go.
fn bias_row(
    ui: &mut Ui,
    i18n: &I18n,
    (index, is_new): (usize, bool),
    bias: &mut LogitBias,
) -> bool {
    let number = index as u64 + 1;
    let named = |id: &'static str| i18n.text(&Text::new(id).count("number", number));
    ui.horizontal(|ui| {
        let mut text = match &bias.token {
            Biased::Text(text) => text.clone(),
            Biased::Token(token) => format!("#{token}"),
        };
        let width = ui.available_width() - 100.0;
        let edit = TextEdit::singleline(&mut text)
            .desired_width(width.max(60.0))
            .hint_text(i18n.get("logit-bias-word"))
            .font(egui::FontId::proportional(font::SECONDARY));
        let edit = ui.add(edit).accessible_name(named("logit-bias-text"));
        if is_new {
            edit.request_focus();
        }
        if edit.changed() {
            // A number sign and digits are the token of that number.
            let token = text.strip_prefix('#').and_then(|it| it.parse().ok());
            bias.token = token.map_or(Biased::Text(text), Biased::Token);
        }
        let drag = DragValue::new(&mut bias.bias)
            .range(-STRONGEST..=STRONGEST)
            .clamp_existing_to_range(false)
            .speed(0.5)
            .custom_formatter(|value, _| i18n.decimal(value, 0))
            .custom_parser(|typed| i18n.parse_decimal(typed));
        ui.add_sized(Vec2::new(52.0, 28.0), drag)
            .accessible_name(named("logit-bias-value"));
        icon_button(ui, icons::X, &named("logit-bias-remove")).clicked()
    })
    .inner
}
