//! Rows of samplers: for all chats or for one, with a mark where that one differs.

use std::ops::RangeInclusive;

use egui::Ui;

use crate::app::components::{
    NumberRow, Origin, SliderRow, ToggleRow, number_row, slider_row, toggle_row,
};
use crate::i18n::{I18n, Text};
use crate::params::Sampling;

/// The values that are being set, and what holds where one is not.
pub(super) struct Sheet<'a> {
    pub(super) i18n: &'a I18n,
    /// What the user has set, in this chat or for all.
    pub(super) own: Sampling,
    /// What holds where that says nothing.
    pub(super) base: Sampling,
    /// What the maker of the model recommends.
    pub(super) recommended: Sampling,
    /// Whether `own` is of one chat.
    pub(super) is_chat: bool,
}

/// A sampler whose value is a decimal.
pub(super) struct Decimal {
    pub(super) name: &'static str,
    pub(super) hint: &'static str,
    pub(super) set: fn(&Sampling) -> Option<f32>,
    pub(super) field: fn(&mut Sampling) -> &mut Option<f32>,
    pub(super) in_force: fn(&Sampling) -> f32,
    pub(super) range: RangeInclusive<f32>,
}

/// A sampler whose value is a count.
pub(super) struct Count {
    pub(super) name: &'static str,
    pub(super) hint: &'static str,
    pub(super) set: fn(&Sampling) -> Option<u32>,
    pub(super) field: fn(&mut Sampling) -> &mut Option<u32>,
    pub(super) in_force: fn(&Sampling) -> u32,
    pub(super) most: u32,
}

/// The row of a decimal field of [`Sampling`], which has a method of its name.
macro_rules! decimal {
    ($name:literal, $hint:literal, $field:ident, $range:expr) => {
        super::sheet::Decimal {
            name: $name,
            hint: $hint,
            set: |it| it.$field,
            field: |it| &mut it.$field,
            in_force: Sampling::$field,
            range: $range,
        }
    };
}

/// The row of a field that is a count.
macro_rules! count {
    ($name:literal, $hint:literal, $field:ident, $most:expr) => {
        super::sheet::Count {
            name: $name,
            hint: $hint,
            set: |it| it.$field,
            field: |it| &mut it.$field,
            in_force: Sampling::$field,
            most: $most,
        }
    };
}

pub(super) use {count, decimal};

impl Sheet<'_> {
    /// The values in force.
    pub(super) fn in_force(&self) -> Sampling {
        self.own.or(&self.base)
    }

    /// Where a value comes from, given as words: what the user has set, what holds
    /// otherwise, and what is recommended.
    pub(super) fn origin(
        &self,
        own: Option<String>,
        base: &str,
        recommended: Option<String>,
    ) -> Origin {
        let i18n = self.i18n;
        let is_set = own.is_some();
        let differs = |own: &String| self.is_chat && own != base;
        let mark = own.filter(differs).map(|own| {
            let text = Text::new("only-here").word("value", own);
            i18n.text(&text.word("other", base))
        });
        // Where there is a line, it stays: what stands below would move else.
        let note = recommended.map(|value| match is_set {
            false if value == base => i18n.get("recommended"),
            _ => i18n.text(&Text::new("recommended-value").word("value", value)),
        });
        let reset = match self.is_chat {
            true => i18n.get("reset-to-all"),
            false => i18n.get("reset"),
        };
        Origin { mark, note, reset }
    }

    /// A slider, with its sentence below it; `is_off` says that it does nothing as things
    /// are.
    pub(super) fn decimal(&mut self, ui: &mut Ui, row: &Decimal, is_off: bool) {
        let hint = self.i18n.get(row.hint);
        self.decimal_hinted(ui, row, hint, is_off);
    }

    /// A slider with a sentence that says more than its message alone.
    pub(super) fn decimal_hinted(
        &mut self,
        ui: &mut Ui,
        row: &Decimal,
        hint: String,
        is_off: bool,
    ) {
        let i18n = self.i18n;
        let words = |value: f32| i18n.decimal(value.into(), 2);
        let default = (row.in_force)(&self.base);
        let origin = self.origin(
            (row.set)(&self.own).map(words),
            &words(default),
            (row.set)(&self.recommended).map(words),
        );
        let slider = SliderRow {
            name: i18n.get(row.name),
            hint,
            value: (row.set)(&self.own),
            default,
            range: row.range.clone(),
            is_off,
            origin,
            i18n,
        };
        if let Some(value) = slider_row(ui, &slider) {
            *(row.field)(&mut self.own) = value;
        }
    }

    /// A number that can be dragged and typed; `is_off` as for [`Self::decimal`].
    pub(super) fn count(&mut self, ui: &mut Ui, row: &Count, is_off: bool) {
        let i18n = self.i18n;
        let words = |value: u32| i18n.integer(value.into());
        let default = (row.in_force)(&self.base);
        let unset = words(default);
        let origin = self.origin(
            (row.set)(&self.own).map(words),
            &unset,
            (row.set)(&self.recommended).map(words),
        );
        let number = NumberRow {
            name: i18n.get(row.name),
            hint: i18n.get(row.hint),
            value: (row.set)(&self.own),
            start: default,
            unset,
            range: 0..=row.most,
            speed: 0.3,
            is_grouped: true,
            is_off,
            origin,
            i18n,
        };
        if let Some(value) = number_row(ui, &number) {
            *(row.field)(&mut self.own) = value;
        }
    }

    /// Whether Mirostat chooses.
    pub(super) fn mirostat(&mut self, ui: &mut Ui) {
        let i18n = self.i18n;
        let words = |is_on: bool| match is_on {
            true => i18n.get("on"),
            false => i18n.get("off"),
        };
        let default = self.base.mirostat();
        let origin = self.origin(
            self.own.mirostat.map(words),
            &words(default),
            self.recommended.mirostat.map(words),
        );
        let row = ToggleRow {
            name: &i18n.get("mirostat"),
            hint: &i18n.get("mirostat-hint"),
            value: self.own.mirostat,
            default,
            origin: &origin,
        };
        if let Some(value) = toggle_row(ui, &row) {
            self.own.mirostat = value;
        }
    }

    /// What a folded group says of how many of its values are set.
    pub(super) fn summary(&self, is_set: &[bool]) -> String {
        match is_set.iter().filter(|it| **it).count() {
            0 => String::new(),
            count => {
                let text = Text::new("values-set").count("count", count as u64);
                self.i18n.text(&text)
            }
        }
    }
}
