//! Speculation on and off: where a reply repeats what stands in the context, where it does
//! not, and what batches cost, which decides it.

use charla::chat::Role;
use charla::engine::protocol::{Task, Turn};
use charla::params::{LoadOptions, Sampling};

use super::plain::{SIZES, costs};
use super::report::{Pairs, Report, Table, Target};
use super::talk::{Answer, Talk, chat, fixed};
use super::{Outcome, Setting};

const TABLE: &str = include_str!("repeated.txt");

struct Case {
    what: &'static str,
    task: Task,
    target: f64,
    /// A word that the reply must have.
    must_say: &'static str,
}

fn asked(text: String, tokens: u32) -> Task {
    chat(None, vec![Turn::new(Role::User, text)], tokens)
}

fn cases(setting: &Setting) -> [Case; 3] {
    let story = "Write a long story about a dragon and a girl, with many chapters.";
    let free_tokens = setting.either(200, 64);
    [
        Case {
            what: "repeated with one change, greedy",
            task: asked(TABLE.into(), 100),
            target: 1.5,
            must_say: "Lisbon",
        },
        Case {
            what: "a story, greedy",
            task: asked(story.into(), free_tokens),
            target: 0.97,
            must_say: "",
        },
        Case {
            what: "a story, temperature 0.8",
            task: Task {
                sampling: Sampling {
                    temperature: Some(0.8),
                    seed: Some(7),
                    max_tokens: Some(free_tokens),
                    ..Sampling::default()
                },
                ..asked(story.into(), free_tokens)
            },
            target: 0.97,
            must_say: "",
        },
    ]
}

pub(crate) fn measure(setting: &Setting, report: &mut Report) -> Outcome<()> {
    println!(
        "{} threads, {} pairs, tokens/s.\n",
        setting.threads, setting.pairs
    );
    let with = |speculation| LoadOptions {
        speculation: Some(speculation),
        ..fixed(setting.threads)
    };
    // New engines for each pair, for what other chats hold decides how attention is computed,
    // and their first tokens tell whether guesses are exact.
    let answer = |speculation, task: &Task| -> Outcome<Answer> {
        let mut talk = Talk::with(&setting.model, with(speculation))?;
        let mut first = task.clone();
        first.sampling.max_tokens = Some(60);
        talk.ask(first)?;
        talk.ask(task.clone())
    };
    let mut table = Table::new(&[
        "text", "tokens", "guessed", "right", "off", "on", "ratio", "range", "same",
    ]);
    for case in cases(setting) {
        let mut pairs = Pairs::default();
        let mut last: Option<(Answer, Answer)> = None;
        for pair in 0..=setting.pairs {
            let (guessed, plain) = if pair % 2 == 0 {
                let guessed = answer(true, &case.task)?;
                (guessed, answer(false, &case.task)?)
            } else {
                let plain = answer(false, &case.task)?;
                (answer(true, &case.task)?, plain)
            };
            if pair > 0 {
                pairs.push(guessed.speed, plain.speed);
            }
            if !guessed.text.contains(case.must_say) {
                return Err(format!("it does not do as it is told: {}", guessed.text).into());
            }
            last = Some((guessed, plain));
        }
        let (guessed, plain) = last.ok_or("no pairs")?;
        let is_same = guessed.text == plain.text;
        table.row([
            case.what.into(),
            guessed.timings.generated_tokens.to_string(),
            guessed.timings.drafted_tokens.to_string(),
            guessed.timings.accepted_tokens.to_string(),
            format!("{:.1}", pairs.other()),
            format!("{:.1}", pairs.ours()),
            format!("**{:.3}**", pairs.ratio()),
            pairs.range(),
            match is_same {
                true => "yes".into(),
                false => "**no**".into(),
            },
        ]);
        report.check(case.what, pairs.ratio(), Target::AtLeast(case.target));
        if case.task.sampling.temperature == Some(0.0) {
            report.check(
                format!("{}: the same text", case.what),
                f64::from(u8::from(is_same)),
                Target::AtLeast(1.0),
            );
        }
    }
    table.print();

    batches(setting)
}

/// What batches cost, which decides when a guess pays.
fn batches(setting: &Setting) -> Outcome<()> {
    println!(
        "\nWhat a batch costs, in ms and as a multiple of one token, and how far its logits \
         are, at most, from those of the same tokens one by one:\n"
    );
    let names = ["model", "tokens", "1 thread", "", "all cores", "", "logits"];
    let mut table = Table::new(&names);
    for (name, model) in setting.models() {
        let one = costs(model, 1)?;
        let all = costs(model, setting.cores)?;
        for (at, size) in SIZES.iter().enumerate() {
            table.row([
                name.into(),
                size.to_string(),
                format!("{:.1}", one[at].took_ms),
                format!("{:.2}", one[at].took_ms / one[0].took_ms),
                format!("{:.1}", all[at].took_ms),
                format!("{:.2}", all[at].took_ms / all[0].took_ms),
                format!("{:.5}", one[at].difference.max(all[at].difference)),
            ]);
        }
    }
    table.print();
    Ok(())
}
