//! A long chat that comes back from disk: after a restart, and after another model.

use std::path::Path;
use std::time::Instant;

use charla::chat::Role;
use charla::engine::protocol::{StateFolder, Turn};
use charla::params::LoadOptions;

use super::report::{Report, Table, Target, median};
use super::talk::{Answer, Talk, chat, fixed};
use super::{Outcome, Setting};

const REPLY_TOKENS: u32 = 8;

/// The ways in which a chat comes back, in the order in which they are measured, and what
/// each may take of the time that reading it all takes.
const WAYS: [(&str, f64); 4] = [
    ("restarted, model loaded", 0.01),
    ("from the start of the process", 0.05),
    ("switched back, model loaded", 0.01),
    ("from the request to switch back", 0.05),
];

struct Round {
    cold: Answer,
    /// For each of [`WAYS`].
    ratios: [f64; 4],
    times_ms: [f64; 4],
    restored_tokens: u32,
}

pub(crate) fn measure(setting: &Setting, report: &mut Report) -> Outcome<()> {
    let tokens = setting.either(4000, 600);
    println!(
        "A chat of {tokens} tokens, {} threads. Times to the first piece; the ratio is that \
         to the time of the chat read for the first time.\n",
        setting.threads
    );
    let mut table = Table::new(&["model", "what", "restored", "ms", "ratio"]);
    for (name, model) in setting.models() {
        let other = match name {
            "default" => &setting.other,
            _ => &setting.model,
        };
        // Reading 4000 tokens takes long, and what comes back is far from its limit.
        let count = match name {
            "default" => setting.either(2, 1),
            _ => 1,
        };
        let rounds: Vec<Round> = (0..count)
            .map(|number| round(setting, model, other, number, tokens))
            .collect::<Outcome<_>>()?;
        let cold: Vec<f64> = rounds.iter().map(|it| it.cold.first_ms).collect();
        table.row([
            name.into(),
            "read for the first time".into(),
            "0".into(),
            format!("{:.0}", median(&cold)),
            "1".into(),
        ]);
        for (at, (what, most)) in WAYS.into_iter().enumerate() {
            let of = |figures: fn(&Round) -> &[f64; 4]| {
                median(&rounds.iter().map(|it| figures(it)[at]).collect::<Vec<_>>())
            };
            let ratio = of(|it| &it.ratios);
            table.row([
                name.into(),
                what.into(),
                rounds[0].restored_tokens.to_string(),
                format!("{:.0}", of(|it| &it.times_ms)),
                format!("**{ratio:.4}**"),
            ]);
            report.check(format!("{what}, {name} model"), ratio, Target::AtMost(most));
        }
    }
    table.print();
    Ok(())
}

fn round(
    setting: &Setting,
    model: &Path,
    other: &Path,
    number: u32,
    tokens: u32,
) -> Outcome<Round> {
    let folder = tempfile::tempdir()?;
    let states = StateFolder {
        folder: folder.path().join("states"),
        limit_bytes: 8_000_000_000,
    };
    let options = || LoadOptions {
        context_tokens: Some(8192),
        ..fixed(setting.threads)
    };
    let mut talk = Talk::new()?;
    talk.load(model, options(), Some(&states))?;
    let text = talk.text(number, tokens)?;
    let turns = vec![Turn::new(Role::User, text)];
    let ask = |talk: &mut Talk, turns: &[Turn]| {
        talk.ask(chat(Some(number.into()), turns.to_vec(), REPLY_TOKENS))
    };
    let cold = ask(&mut talk, &turns)?;
    // The engine writes it to disk when it ends.
    drop(talk);

    let mut restored = Vec::new();
    let mut come_back = |talk: &mut Talk| -> Outcome<f64> {
        let answer = ask(talk, &turns)?;
        restored.push(answer.timings.restored_tokens);
        Ok(answer.first_ms)
    };
    let mut talk = Talk::new()?;
    talk.load(model, options(), Some(&states))?;
    let restarted = come_back(&mut talk)?;
    drop(talk);

    let begun = Instant::now();
    let mut talk = Talk::new()?;
    talk.load(model, options(), Some(&states))?;
    let loaded_ms = begun.elapsed().as_secs_f64() * 1000.0;
    let started = loaded_ms + come_back(&mut talk)?;

    talk.load(other, options(), Some(&states))?;
    let begun = Instant::now();
    talk.load(model, options(), Some(&states))?;
    let loaded_ms = begun.elapsed().as_secs_f64() * 1000.0;
    let switched = come_back(&mut talk)?;

    let times_ms = [restarted, started, switched, loaded_ms + switched];
    let restored_tokens = restored.iter().copied().min().unwrap_or_default();
    // The last token is always evaluated, for its logits.
    if restored_tokens + 1 < cold.timings.prompt_tokens {
        println!("Not all came from disk: {restored:?} tokens of {tokens}.\n");
    }
    Ok(Round {
        ratios: times_ms.map(|it| it / cold.first_ms),
        cold,
        times_ms,
        restored_tokens,
    })
}
