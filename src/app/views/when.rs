//! When something was, in few words.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _, Zoned, tz::TimeZone};

use crate::i18n::{I18n, Text};

/// The beginnings of the days that matter, so that a long list reads the clock once.
#[derive(Debug, Clone, Copy)]
pub(super) struct Days {
    today: i64,
    yesterday: i64,
    week: i64,
}

impl Days {
    /// As of now.
    pub(super) fn now() -> Self {
        let today = Zoned::now().date();
        Self {
            today: start_of(today),
            yesterday: days_ago(today, 1),
            week: days_ago(today, 7),
        }
    }

    /// The message id of the heading under which a chat of this time stands.
    pub(super) fn heading(self, unix_ms: i64) -> &'static str {
        if unix_ms >= self.today {
            "day-today"
        } else if unix_ms >= self.yesterday {
            "day-yesterday"
        } else if unix_ms >= self.week {
            "day-week"
        } else {
            "day-earlier"
        }
    }
}

/// A span of time that ends now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Span {
    #[default]
    Always,
    Today,
    Week,
    Month,
    Year,
}

impl Span {
    /// All of them.
    pub(super) const ALL: [Self; 5] = [
        Self::Always,
        Self::Today,
        Self::Week,
        Self::Month,
        Self::Year,
    ];

    /// The message id of its name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Always => "span-always",
            Self::Today => "day-today",
            Self::Week => "span-week",
            Self::Month => "span-month",
            Self::Year => "span-year",
        }
    }

    /// When it begins.
    pub(super) fn start_unix_ms(self) -> Option<i64> {
        let today = Zoned::now().date();
        match self {
            Self::Always => None,
            Self::Today => Some(start_of(today)),
            Self::Week => Some(days_ago(today, 7)),
            Self::Month => Some(days_ago(today, 30)),
            Self::Year => Some(start_of(today.first_of_year())),
        }
    }
}

fn days_ago(today: Date, days: i64) -> i64 {
    start_of(today.saturating_sub(days.days()))
}

fn start_of(date: Date) -> i64 {
    date.to_zoned(TimeZone::system())
        .map_or(i64::MIN, |it| it.timestamp().as_millisecond())
}

/// The time of day.
pub(super) fn clock(unix_ms: i64) -> Option<String> {
    let time = Timestamp::from_millisecond(unix_ms).ok()?;
    let time = time.to_zoned(TimeZone::system());
    Some(time.strftime("%H:%M").to_string())
}

/// The time of day for what was today, else the date; with the year where it is another.
pub(super) fn short(i18n: &I18n, unix_ms: i64) -> String {
    let Ok(time) = Timestamp::from_millisecond(unix_ms) else {
        return String::new();
    };
    let date = time.to_zoned(TimeZone::system()).date();
    let today = Zoned::now().date();
    if date == today {
        return clock(unix_ms).unwrap_or_default();
    }
    day(i18n, date, today)
}

/// The day and the time of day.
pub(super) fn full(i18n: &I18n, unix_ms: i64) -> String {
    let Ok(time) = Timestamp::from_millisecond(unix_ms) else {
        return String::new();
    };
    let date = time.to_zoned(TimeZone::system()).date();
    let today = Zoned::now().date();
    let yesterday = today.saturating_sub(1.days());
    let date = match date {
        date if date == today => i18n.get("day-today"),
        date if date == yesterday => i18n.get("day-yesterday"),
        date => day(i18n, date, today),
    };
    match clock(unix_ms) {
        Some(clock) => format!("{date}, {clock}"),
        None => date,
    }
}

fn day(i18n: &I18n, date: Date, today: Date) -> String {
    let text = match date.year() == today.year() {
        true => Text::new("date-day"),
        false => Text::new("date-year").word("year", date.year()),
    };
    let text = text
        .word("day", date.day())
        .count("month", date.month().unsigned_abs());
    i18n.text(&text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Language;

    #[test]
    fn days_have_names_and_dates_their_order() {
        let now = Timestamp::now().as_millisecond();
        let days = Days::now();
        assert_eq!(days.heading(now), "day-today");
        assert_eq!(days.heading(now - 24 * 3_600_000), "day-yesterday");
        assert_eq!(days.heading(now - 4 * 24 * 3_600_000), "day-week");
        assert_eq!(days.heading(0), "day-earlier");
        let noon = 1_709_208_000_000;
        let (en, es) = (I18n::new(Language::En), I18n::new(Language::Es));
        assert_eq!(short(&en, noon), "29 Feb 2024");
        assert_eq!(short(&es, noon), "29 feb 2024");
        assert!(full(&es, now).starts_with("Hoy, "), "{}", full(&es, now));
        assert!(Span::Week.start_unix_ms() < Some(now));
        assert_eq!(Span::Always.start_unix_ms(), None);
    }
}
