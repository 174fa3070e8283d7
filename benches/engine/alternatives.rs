//! Ten alternatives beside each token against none.

use charla::engine::protocol::Task;

use super::report::{Pairs, Report, Table, Target};
use super::talk::{Talk, fixed, plain};
use super::{Outcome, Setting};

const ALTERNATIVES: u32 = 10;

pub(crate) fn measure(setting: &Setting, report: &mut Report) -> Outcome<()> {
    let tokens = setting.either(128, 32);
    println!(
        "Replies of {tokens} tokens, {} threads, {} pairs, tokens/s.\n",
        setting.threads, setting.pairs
    );
    let mut table = Table::new(&["model", "without", "with", "ratio", "range"]);
    for (name, model) in setting.models() {
        let mut talk = Talk::with(model, fixed(setting.threads))?;
        let text = talk.text(0, 32)?;
        let mut pairs = Pairs::default();
        for pair in 0..=setting.pairs {
            let mut speed = |alternatives| -> Outcome<f64> {
                let asked = Task {
                    alternatives,
                    ..plain(&text, tokens)
                };
                Ok(talk.ask(asked)?.speed)
            };
            let (with, without) = if pair % 2 == 0 {
                let with = speed(Some(ALTERNATIVES))?;
                (with, speed(None)?)
            } else {
                let without = speed(None)?;
                (speed(Some(ALTERNATIVES))?, without)
            };
            if pair > 0 {
                pairs.push(with, without);
            }
        }
        let [other, ours, ratio, range] = pairs.cells();
        table.row([name.into(), other, ours, ratio, range]);
        report.check(
            format!("{ALTERNATIVES} alternatives, {name} model"),
            pairs.ratio(),
            Target::AtLeast(0.97),
        );
    }
    table.print();
    Ok(())
}
