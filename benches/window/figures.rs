//! The distribution of what frames cost.

use crate::report::{Report, Table, Target, median};

/// What so many of a hundred do not exceed.
fn percentile(figures: &[f64], percent: usize) -> f64 {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted.get(at).copied().unwrap_or(f64::NAN)
}

pub(crate) fn p99(figures: &[f64]) -> f64 {
    percentile(figures, 99)
}

pub(crate) fn most(figures: &[f64]) -> f64 {
    percentile(figures, 100)
}

/// The frames of a section, in milliseconds.
pub(crate) struct Frames(Table<5>);

impl Frames {
    pub(crate) fn new() -> Self {
        Self(Table::new(&["what", "frames", "median", "p99", "most"]))
    }

    pub(crate) fn row(&mut self, what: &str, figures: &[f64]) {
        self.0.row([
            what.into(),
            figures.len().to_string(),
            format!("{:.2}", median(figures)),
            format!("{:.2}", p99(figures)),
            format!("{:.2}", most(figures)),
        ]);
    }

    /// Adds a row whose p99 has a target.
    pub(crate) fn check_p99(
        &mut self,
        report: &mut Report,
        what: &str,
        figures: &[f64],
        most_ms: f64,
    ) {
        self.row(what, figures);
        report.check(
            format!("p99 ms, {what}"),
            p99(figures),
            Target::AtMost(most_ms),
        );
    }

    /// Adds a row whose dearest frame has a target.
    pub(crate) fn check_most(
        &mut self,
        report: &mut Report,
        what: &str,
        figures: &[f64],
        most_ms: f64,
    ) {
        self.row(what, figures);
        report.check(
            format!("dearest ms, {what}"),
            most(figures),
            Target::AtMost(most_ms),
        );
    }

    pub(crate) fn print(&self) {
        self.0.print();
    }
}
