//! Several chats that write at once, against a loop that does nothing else; and how long a
//! message waits for its first token while three replies are written in the background.

use std::time::Instant;

use charla::chat::ChatId;
use charla::engine::protocol::Task;
use charla::params::{LoadOptions, Sampling};

use super::plain::{TOGETHER_TOKENS, together};
use super::report::{Pairs, Report, Table, Target};
use super::talk::{Talk, fixed, free, plain};
use super::{Outcome, Setting};

const PROMPT_TOKENS: u32 = 32;

/// The likeliest token each time, which nobody can know: so all are computed in one batch.
fn likeliest(text: &str, tokens: u32) -> Task {
    let task = free(text, tokens);
    Task {
        sampling: Sampling {
            top_k: Some(1),
            ..task.sampling
        },
        ..task
    }
}

pub(crate) fn measure(setting: &Setting, report: &mut Report) -> Outcome<()> {
    let reply_tokens = setting.either(128, 16);
    println!(
        "Prompts of {PROMPT_TOKENS} tokens and replies of {reply_tokens}, {} threads, {} pairs. \
         Speeds are medians in tokens/s of all replies together, prompts included.\n",
        setting.threads, setting.pairs
    );
    let mut table = Table::new(&["model", "chats", "plain loop", "Charla", "ratio", "range"]);
    for (name, model) in setting.models() {
        for chats in [2, 4, 8] {
            let options = LoadOptions {
                context_tokens: Some(chats * TOGETHER_TOKENS),
                ..fixed(setting.threads)
            };
            let mut talk = Talk::with(model, options)?;
            let mut pairs = Pairs::default();
            for pair in 0..=u32::try_from(setting.pairs)? {
                let texts: Outcome<Vec<_>> = (0..chats)
                    .map(|chat| talk.text(pair * chats + chat, PROMPT_TOKENS))
                    .collect();
                let texts = texts?;
                let mut ours = || -> Outcome<f64> {
                    let begun = Instant::now();
                    let ask = |(chat, text): (u64, &String)| {
                        talk.begin(Task {
                            chat: Some(ChatId(chat)),
                            ..likeliest(text, reply_tokens)
                        })
                    };
                    let ids: Vec<_> = (0..).zip(&texts).map(ask).collect();
                    let tokens = talk.end(&ids)?;
                    Ok(f64::from(tokens) / begun.elapsed().as_secs_f64())
                };
                let other = || together(model, setting.threads, &texts, reply_tokens);
                let (ours, other) = if pair % 2 == 0 {
                    let ours = ours()?;
                    (ours, other()?)
                } else {
                    let other = other()?;
                    (ours()?, other)
                };
                if pair > 0 {
                    pairs.push(ours, other);
                }
            }
            let [other, ours, ratio, range] = pairs.cells();
            table.row([name.into(), chats.to_string(), other, ours, ratio, range]);
            let what = format!("{chats} chats, {name} model");
            report.check(what, pairs.ratio(), Target::AtLeast(0.95));
        }
    }
    table.print();
    println!();
    first_beside_background(setting, report)
}

fn first_beside_background(setting: &Setting, report: &mut Report) -> Outcome<()> {
    let mut table = Table::new(&["model", "alone, ms", "beside three, ms", "ratio", "range"]);
    for (name, model) in setting.models() {
        let mut talk = Talk::with(model, fixed(setting.threads))?;
        let mut pairs = Pairs::default();
        for pair in 0..=u32::try_from(setting.pairs)? {
            let text = |talk: &mut Talk, at| talk.text(pair * 8 + at, PROMPT_TOKENS);
            let asked = text(&mut talk, 0)?;
            let alone = talk.ask(plain(&asked, 4))?.first_ms;
            let mut ids = Vec::new();
            for at in 1..4 {
                let story = free(&text(&mut talk, at)?, 2000);
                ids.push(talk.begin(Task {
                    background: true,
                    ..story
                }));
            }
            // They are at work once one of them has said something.
            talk.first(&ids)?;
            let asked = text(&mut talk, 4)?;
            let beside = talk.ask(plain(&asked, 4))?.first_ms;
            for id in ids {
                talk.stop(id)?;
            }
            if pair > 0 {
                pairs.push(beside, alone);
            }
        }
        let [other, ours, ratio, range] = pairs.cells();
        table.row([name.into(), other, ours, ratio, range]);
        let what = format!("first token beside three in the background, {name} model");
        report.check(what, pairs.ratio(), Target::AtMost(2.0));
    }
    println!("The first token of a message of {PROMPT_TOKENS} tokens.\n");
    table.print();
    Ok(())
}
