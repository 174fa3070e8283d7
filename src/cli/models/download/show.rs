//! What `charla models download` shows while it works.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use crate::i18n::{Arg, I18n, Text};
use crate::library::download::{Progress, State};
use crate::library::hub::Item;

/// How often a line is written where none can be written over.
const LINE_PAUSE: Duration = Duration::from_secs(5);
/// Choices that a message lists before it says that there are more.
const MAX_LISTED: usize = 40;

/// The line on standard error.
pub(super) struct Line {
    is_quiet: bool,
    is_terminal: bool,
    is_dirty: bool,
    written: Option<Instant>,
}

impl Line {
    pub(super) fn new(is_quiet: bool) -> Self {
        Self {
            is_quiet,
            is_terminal: io::stderr().is_terminal(),
            is_dirty: false,
            written: None,
        }
    }

    pub(super) fn show(&mut self, progress: &Progress, i18n: &I18n) {
        let is_early = self.written.is_some_and(|it| it.elapsed() < LINE_PAUSE);
        if self.is_quiet || (is_early && !self.is_terminal) {
            return;
        }
        let line = line(progress, i18n);
        let mut out = io::stderr().lock();
        // Where nobody can read it, the download goes on all the same.
        let _ = match self.is_terminal {
            true => write!(out, "\r\u{1b}[K{line}").and_then(|()| out.flush()),
            false => writeln!(out, "{line}"),
        };
        self.is_dirty = true;
        self.written = Some(Instant::now());
    }

    /// Makes room for what is said at the end.
    pub(super) fn clear(&mut self) {
        if self.is_dirty && self.is_terminal {
            let _ = write!(io::stderr(), "\r\u{1b}[K");
        }
        self.is_dirty = false;
    }
}

fn line(progress: &Progress, i18n: &I18n) -> String {
    let name = &progress.name;
    let received = Arg::Bytes(progress.received_bytes);
    let total = match progress.total_bytes {
        Some(total) => i18n.bytes(total),
        None => "?".to_owned(),
    };
    let of = |text: Text| {
        i18n.text(
            &text
                .word("name", name)
                .with("received", received.clone())
                .word("total", &total),
        )
    };
    match &progress.state {
        State::Verifying => of(Text::new("models-verifying")),
        State::Waiting { until, error } => {
            let wait = until.saturating_duration_since(Instant::now());
            let text = Text::new("models-waiting")
                .word("error", i18n.say(error))
                .count("seconds", wait.as_secs() + 1);
            i18n.text(&text)
        }
        State::Downloading => match (progress.rate_bytes_per_s, progress.remaining) {
            (Some(rate), Some(remaining)) => {
                let text = Text::new("models-progress")
                    .word("name", name)
                    .with("received", received)
                    .word("total", total)
                    .with("rate", Arg::Bytes(rate))
                    .word("remaining", clock(remaining));
                i18n.text(&text)
            }
            _ => of(Text::new("models-received")),
        },
        _ => {
            let text = Text::new("models-connecting").word("name", name);
            i18n.text(&text)
        }
    }
}

/// "1:05", "2:03:10".
fn clock(time: Duration) -> String {
    let seconds = time.as_secs();
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match hours {
        0 => format!("{minutes}:{seconds:02}"),
        _ => format!("{hours}:{minutes:02}:{seconds:02}"),
    }
}

/// Models of a repository as they can be typed, with their sizes.
pub(super) fn choices(repo: &str, items: &[Item], i18n: &I18n) -> String {
    let is_only = |item: &Item| {
        let same = items
            .iter()
            .filter(|it| it.quantisation == item.quantisation);
        item.quantisation.is_some() && same.count() == 1
    };
    let mut shown: Vec<String> = items
        .iter()
        .take(MAX_LISTED)
        .map(|item| {
            let typed = match &item.quantisation {
                Some(quantisation) if is_only(item) => format!("{repo}:{quantisation}"),
                _ => {
                    let path = item.files.first().map_or("", |file| &file.path);
                    format!("{repo}/{path}")
                }
            };
            format!("{typed} ({})", i18n.bytes(item.size_bytes))
        })
        .collect();
    if items.len() > MAX_LISTED {
        shown.push("…".to_owned());
    }
    shown.join(", ")
}
