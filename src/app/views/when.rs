//! When something was, in few words or in full.

use std::sync::OnceLock;
use std::time::Duration;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _, Zoned, tz::TimeZone};

use crate::i18n::{I18n, Language, Text};

/// The part of the past that something is listed under.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Heading {
    Today,
    Yesterday,
    Week,
    Thirty,
    /// A month, with its year where that is another than this one.
    Month(u8, Option<i16>),
}

impl Heading {
    /// What it says.
    pub(super) fn text(self, i18n: &I18n) -> String {
        match self {
            Self::Today => i18n.get("day-today"),
            Self::Yesterday => i18n.get("day-yesterday"),
            Self::Week => i18n.get("day-week"),
            Self::Thirty => i18n.get("day-month"),
            Self::Month(month, year) => {
                let name = capitalized(&month_name(i18n, month));
                match year {
                    Some(year) => i18n.text(
                        &Text::new("heading-month")
                            .word("month", name)
                            .word("year", year),
                    ),
                    None => name,
                }
            }
        }
    }
}

/// The beginnings of the days that matter, so that a long list reads the clock once.
#[derive(Debug, Clone, Copy)]
pub(super) struct Days {
    date: Date,
    today: i64,
    yesterday: i64,
    week: i64,
    thirty: i64,
    /// The month that was asked for last, and when it begins: lists go back in time.
    month: Option<(Heading, i64)>,
}

impl Days {
    /// As of now.
    pub(super) fn now() -> Self {
        Self::at(Zoned::now().date())
    }

    fn at(date: Date) -> Self {
        Self {
            date,
            today: start_of(date),
            yesterday: days_ago(date, 1),
            week: days_ago(date, 7),
            thirty: days_ago(date, 30),
            month: None,
        }
    }

    /// What a chat of this time stands under. Times are asked for from the newest on.
    pub(super) fn heading(&mut self, unix_ms: i64) -> Heading {
        if unix_ms >= self.today {
            return Heading::Today;
        } else if unix_ms >= self.yesterday {
            return Heading::Yesterday;
        } else if unix_ms >= self.week {
            return Heading::Week;
        } else if unix_ms >= self.thirty {
            return Heading::Thirty;
        }
        match self.month {
            Some((heading, start)) if unix_ms >= start => heading,
            _ => {
                let first = date_of(unix_ms).unwrap_or(self.date).first_of_month();
                let year = (first.year() != self.date.year()).then_some(first.year());
                let heading = Heading::Month(first.month().unsigned_abs(), year);
                self.month = Some((heading, start_of(first)));
                heading
            }
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

fn zoned(unix_ms: i64) -> Option<Zoned> {
    let time = Timestamp::from_millisecond(unix_ms).ok()?;
    Some(time.to_zoned(TimeZone::system()))
}

fn date_of(unix_ms: i64) -> Option<Date> {
    Some(zoned(unix_ms)?.date())
}

/// The time of day, as the user's country writes it.
pub(super) fn clock(i18n: &I18n, unix_ms: i64) -> Option<String> {
    static SYSTEM: OnceLock<bool> = OnceLock::new();
    // Spanish software writes 24 hours wherever it is.
    let has_noon =
        i18n.language() == Language::En && *SYSTEM.get_or_init(|| counts_to_twelve(&locale()));
    let time = zoned(unix_ms)?;
    Some(match has_noon {
        true => time.strftime("%-I:%M %p").to_string(),
        false => time.strftime("%H:%M").to_string(),
    })
}

/// What the system says of times: as for every tool, a variable wins over the desktop.
fn locale() -> String {
    ["LC_ALL", "LC_TIME", "LANG"]
        .iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|value| !value.is_empty())
        .or_else(sys_locale::get_locale)
        .unwrap_or_default()
}

/// Whether people there write 2:05 PM.
fn counts_to_twelve(locale: &str) -> bool {
    const REGIONS: [&str; 9] = ["US", "CA", "AU", "NZ", "IN", "PH", "PK", "MY", "EG"];
    let tag = locale.split(['.', '@']).next().unwrap_or_default();
    let region = tag.split(['_', '-']).next_back().unwrap_or_default();
    REGIONS.contains(&region)
}

/// The time of day for what was today, else the date; with the year where it is another.
pub(super) fn short(i18n: &I18n, unix_ms: i64) -> String {
    let Some(date) = date_of(unix_ms) else {
        return String::new();
    };
    let today = Zoned::now().date();
    if date == today {
        return clock(i18n, unix_ms).unwrap_or_default();
    }
    day(i18n, date, today)
}

/// The day, by its name where it has just been, and the time of day.
pub(super) fn near(i18n: &I18n, unix_ms: i64) -> String {
    let Some(date) = date_of(unix_ms) else {
        return String::new();
    };
    let today = Zoned::now().date();
    let yesterday = today.saturating_sub(1.days());
    let date = match date {
        date if date == today => i18n.get("day-today"),
        date if date == yesterday => i18n.get("day-yesterday"),
        date => day(i18n, date, today),
    };
    match clock(i18n, unix_ms) {
        Some(clock) => format!("{date}, {clock}"),
        None => date,
    }
}

/// When something was said: the time of day, and the day where that is not today. Nothing where
/// it is not known, as in chats of other programs.
pub(super) fn said(i18n: &I18n, unix_ms: i64) -> Option<String> {
    let date = date_of(unix_ms).filter(|_| unix_ms > 0)?;
    match date == Zoned::now().date() {
        true => clock(i18n, unix_ms),
        false => Some(near(i18n, unix_ms)),
    }
}

/// The whole date and the time of day: "23 November 2026, 14:05".
pub(super) fn full(i18n: &I18n, unix_ms: i64) -> String {
    let (Some(date), Some(clock)) = (date_of(unix_ms), clock(i18n, unix_ms)) else {
        return String::new();
    };
    let text = Text::new("date-full")
        .word("day", date.day())
        .word("month", month_name(i18n, date.month().unsigned_abs()))
        .word("year", date.year())
        .word("clock", clock);
    i18n.text(&text)
}

/// A day that was said by its date; with the year where it is another.
pub(super) fn of_day(i18n: &I18n, date: Date) -> String {
    day(i18n, date, Zoned::now().date())
}

/// How long something still takes, where that is long enough to say.
pub(super) fn left(i18n: &I18n, left: Duration) -> Option<String> {
    const WORTH_SAYING: Duration = Duration::from_secs(3);
    let seconds = left.as_secs();
    let text = match seconds {
        ..60 => Text::new("left-seconds").count("seconds", seconds),
        _ => Text::new("left-minutes").count("minutes", seconds.div_ceil(60)),
    };
    (left > WORTH_SAYING).then(|| i18n.text(&text))
}

fn month_name(i18n: &I18n, month: u8) -> String {
    i18n.text(&Text::new("month-name").count("month", month))
}

fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
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
    use jiff::civil::date;

    #[test]
    fn the_past_falls_into_days_weeks_and_months() {
        let (en, es) = (I18n::new(Language::En), I18n::new(Language::Es));
        let mut days = Days::at(date(2026, 11, 23));
        for (on, in_english, in_spanish) in [
            (date(2026, 11, 23), "Today", "Hoy"),
            (date(2026, 11, 22), "Yesterday", "Ayer"),
            (date(2026, 11, 16), "Last 7 days", "Últimos 7 días"),
            (date(2026, 11, 15), "Last 30 days", "Últimos 30 días"),
            (date(2026, 10, 24), "Last 30 days", "Últimos 30 días"),
            (date(2026, 10, 23), "October", "Octubre"),
            (date(2026, 10, 1), "October", "Octubre"),
            (date(2026, 9, 30), "September", "Septiembre"),
            (date(2026, 1, 1), "January", "Enero"),
            (date(2025, 12, 31), "December 2025", "Diciembre de 2025"),
            (date(2024, 2, 29), "February 2024", "Febrero de 2024"),
        ] {
            let heading = days.heading(start_of(on));
            assert_eq!(heading.text(&en), in_english, "{on}");
            assert_eq!(heading.text(&es), in_spanish, "{on}");
        }
    }

    #[test]
    fn dates_have_their_order() {
        let now = Timestamp::now().as_millisecond();
        let noon = 1_709_208_000_000;
        let (en, es) = (I18n::new(Language::En), I18n::new(Language::Es));
        assert_eq!(short(&en, noon), "29 Feb 2024");
        assert_eq!(short(&es, noon), "29 feb 2024");
        assert!(near(&es, now).starts_with("Hoy, "), "{}", near(&es, now));
        assert_eq!(said(&en, now), clock(&en, now));
        let old = said(&es, noon).unwrap();
        assert!(old.starts_with("29 feb 2024, "), "{old}");
        assert_eq!(said(&en, 0), None);
        let whole = full(&es, noon);
        assert!(whole.starts_with("29 de febrero de 2024, "), "{whole}");
        let whole = full(&en, noon);
        assert!(whole.starts_with("29 February 2024, "), "{whole}");
        assert!(Span::Week.start_unix_ms() < Some(now));
        assert_eq!(Span::Always.start_unix_ms(), None);
    }

    #[test]
    fn what_is_over_soon_is_not_counted_down() {
        let (en, es) = (I18n::new(Language::En), I18n::new(Language::Es));
        assert_eq!(left(&en, Duration::from_secs(3)), None);
        let some = left(&en, Duration::from_secs(40));
        assert_eq!(some.as_deref(), Some("about 40 s left"));
        let some = left(&es, Duration::from_secs(61));
        assert_eq!(some.as_deref(), Some("quedan unos 2 min"));
    }

    #[test]
    fn noon_divides_the_day_where_people_count_so() {
        for locale in ["en_US.UTF-8", "en-AU", "en_IN"] {
            assert!(counts_to_twelve(locale), "{locale}");
        }
        for locale in [
            "en_GB.UTF-8",
            "es_ES",
            "de-DE",
            "C.UTF-8",
            "POSIX",
            "",
            "en",
        ] {
            assert!(!counts_to_twelve(locale), "{locale}");
        }
    }
}
