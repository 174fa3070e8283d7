//! How soon the first token comes while other programs compute: threads that follow the load
//! against each fixed number of them, for a prompt that is new and for one that is in the
//! KV cache but for its last token.

use charla::params::LoadOptions;

use super::busy::Others;
use super::report::{Pairs, Report, Table, Target};
use super::talk::{Talk, fixed, free};
use super::{Outcome, Setting};

/// A question as people ask them.
const PROMPT_TOKENS: u32 = 25;

/// So many are asked after each other while the same others compute.
const QUESTIONS: u32 = 5;

pub(crate) fn measure(setting: &Setting, report: &mut Report) -> Outcome<()> {
    let rounds = setting.pairs.min(setting.either(5, 1));
    println!(
        "First tokens of prompts of {PROMPT_TOKENS} tokens, {rounds} rounds of {QUESTIONS}, in \
         ms. Warm: all but the last token is in the cache. The ratio is that of threads that \
         follow the load to the fixed number.\n"
    );
    let numbers: Vec<Option<u32>> = [None]
        .into_iter()
        .chain((1..=setting.cores).map(Some))
        .collect();
    let mut talks = Vec::new();
    for threads in &numbers {
        let options = threads.map_or_else(LoadOptions::default, fixed);
        let mut talk = Talk::with(&setting.model, options)?;
        let text = talk.text(0, PROMPT_TOKENS)?;
        talk.ask(free(&text, 8))?;
        talks.push(talk);
    }
    let mut table = Table::new(&[
        "others",
        "prompt",
        "fixed threads",
        "fixed",
        "following",
        "ratio",
        "range",
    ]);
    let mut number = 1;
    for others in [0, 1, setting.cores] {
        // [cold, warm][setting][round]
        let mut times = [
            vec![Vec::new(); numbers.len()],
            vec![Vec::new(); numbers.len()],
        ];
        for round in 0..rounds {
            for turn in 0..numbers.len() {
                let at = (turn + round) % numbers.len();
                let busy = Others::start(others)?;
                for _ in 0..QUESTIONS {
                    let text = talks[at].text(number, PROMPT_TOKENS)?;
                    number += 1;
                    for times in &mut times {
                        times[at].push(talks[at].ask(free(&text, 8))?.first_ms);
                    }
                }
                drop(busy);
            }
        }
        for (name, times) in ["cold", "warm"].into_iter().zip(&times) {
            let pairs: Vec<Pairs> = times[1..]
                .iter()
                .map(|fixed| {
                    let mut pairs = Pairs::default();
                    for (following, fixed) in times[0].iter().zip(fixed) {
                        pairs.push(*following, *fixed);
                    }
                    pairs
                })
                .collect();
            for (threads, pairs) in numbers[1..].iter().zip(&pairs) {
                table.row([
                    others.to_string(),
                    name.into(),
                    threads.unwrap_or_default().to_string(),
                    format!("{:.1}", pairs.other()),
                    format!("{:.1}", pairs.ours()),
                    format!("**{:.3}**", pairs.ratio()),
                    pairs.range(),
                ]);
            }
            // Beside others, times are of two kinds: who was let in at once, and who waited for
            // a turn. The median of either kind says little; that of ratios counts both.
            // What could not be measured is greatest, and meets no target.
            let ratio = pairs.iter().map(Pairs::ratio).max_by(f64::total_cmp);
            report.check(
                format!("{name}, {others} busy, against the best fixed number"),
                ratio.unwrap_or(f64::NAN),
                Target::AtMost(1.3),
            );
        }
    }
    table.print();
    Ok(())
}
