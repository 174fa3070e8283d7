//! Figures, what they are to be, and the tables that show them.

/// Two things measured in turns, first the one that is judged, then what it is held
/// against. A ratio above 1 is to the first one's credit where figures are speeds.
#[derive(Debug, Default, Clone)]
pub(crate) struct Pairs(Vec<(f64, f64)>);

impl Pairs {
    pub(crate) fn push(&mut self, ours: f64, other: f64) {
        self.0.push((ours, other));
    }

    /// The middle of the ratios of each pair.
    pub(crate) fn ratio(&self) -> f64 {
        median(&self.ratios())
    }

    /// The least and the most of them.
    pub(crate) fn range(&self) -> String {
        range(&self.ratios())
    }

    /// What tables show of it: the other, ours, the ratio and its range.
    pub(crate) fn cells(&self) -> [String; 4] {
        [
            format!("{:.1}", self.other()),
            format!("{:.1}", self.ours()),
            format!("**{:.3}**", self.ratio()),
            self.range(),
        ]
    }

    pub(crate) fn ours(&self) -> f64 {
        median(&self.0.iter().map(|it| it.0).collect::<Vec<_>>())
    }

    pub(crate) fn other(&self) -> f64 {
        median(&self.0.iter().map(|it| it.1).collect::<Vec<_>>())
    }

    fn ratios(&self) -> Vec<f64> {
        self.0.iter().map(|(ours, other)| ours / other).collect()
    }
}

/// The middle of some figures; NaN where there are none, which no target accepts.
pub(crate) fn median(figures: &[f64]) -> f64 {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = |at: usize| sorted.get(at).copied().unwrap_or(f64::NAN);
    match sorted.len() {
        0 => f64::NAN,
        count => f64::midpoint(middle((count - 1) / 2), middle(count / 2)),
    }
}

fn range(figures: &[f64]) -> String {
    let least = figures.iter().copied().fold(f64::INFINITY, f64::min);
    let most = figures.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    format!("{least:.3}–{most:.3}")
}

/// What a figure is to be.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Target {
    AtLeast(f64),
    AtMost(f64),
}

struct Check {
    section: String,
    what: String,
    figure: f64,
    target: Target,
}

impl Check {
    fn holds(&self) -> bool {
        match self.target {
            Target::AtLeast(least) => self.figure >= least,
            Target::AtMost(most) => self.figure <= most,
        }
    }
}

/// All that was found out.
#[derive(Default)]
pub(crate) struct Report {
    section: String,
    checks: Vec<Check>,
}

impl Report {
    pub(crate) fn begin(&mut self, section: &str) {
        println!("\n### `{section}`\n");
        self.section = section.into();
    }

    /// Notes a figure and what it is to be.
    pub(crate) fn check(&mut self, what: impl Into<String>, figure: f64, target: Target) {
        self.checks.push(Check {
            section: self.section.clone(),
            what: what.into(),
            figure,
            target,
        });
    }

    /// Prints which targets hold.
    pub(crate) fn end(&self) {
        println!("\n### Targets\n");
        let mut table = Table::new(&["section", "what", "figure", "target", "holds"]);
        for check in &self.checks {
            let target = match check.target {
                Target::AtLeast(least) => format!("≥ {least}"),
                Target::AtMost(most) => format!("≤ {most}"),
            };
            table.row([
                check.section.clone(),
                check.what.clone(),
                format!("**{:.3}**", check.figure),
                target,
                match check.holds() {
                    true => "yes".into(),
                    false => "**no**".into(),
                },
            ]);
        }
        table.print();
        let held = self.checks.iter().filter(|it| it.holds()).count();
        println!("\n{held} of {} targets hold.", self.checks.len());
    }
}

/// A table in Markdown.
pub(crate) struct Table<const N: usize> {
    rows: Vec<[String; N]>,
}

impl<const N: usize> Table<N> {
    pub(crate) fn new(names: &[&str; N]) -> Self {
        Self {
            rows: vec![names.map(String::from), [const { String::new() }; N]],
        }
    }

    pub(crate) fn row(&mut self, cells: [String; N]) {
        self.rows.push(cells);
    }

    pub(crate) fn print(&self) {
        for (number, row) in self.rows.iter().enumerate() {
            match number {
                1 => println!("|{}", "---|".repeat(N)),
                _ => println!("| {} |", row.join(" | ")),
            }
        }
    }
}
