//! The whole path against the plain loop: what Charla adds is to cost next to nothing.

use charla::params::LoadOptions;

use super::plain::{CONTEXT_TOKENS, Plain};
use super::report::{Pairs, Report, Table, Target};
use super::talk::{Talk, fixed, plain};
use super::{Outcome, Setting};

const PROMPT_TOKENS: u32 = 512;

pub(crate) fn measure(setting: &Setting, report: &mut Report) -> Outcome<()> {
    let reply_tokens = setting.either(128, 32);
    println!(
        "A prompt of {PROMPT_TOKENS} tokens and a reply of {reply_tokens}, {} threads, \
         {} pairs. Speeds are medians in tokens/s.\n",
        setting.threads, setting.pairs
    );
    let mut table = Table::new(&["model", "what", "plain loop", "Charla", "ratio", "range"]);
    let mut notes = Vec::new();
    for (name, model) in setting.models() {
        let options = LoadOptions {
            context_tokens: Some(CONTEXT_TOKENS),
            ..fixed(setting.threads)
        };
        let mut talk = Talk::with(model, options)?;
        let mut loop_ = Plain::start(model, setting.threads)?;
        let (mut prompts, mut replies) = (Pairs::default(), Pairs::default());
        let mut same_texts = 0;
        for pair in 0..=u32::try_from(setting.pairs)? {
            let text = talk.text(pair, PROMPT_TOKENS)?;
            // Who goes first takes turns as well.
            let (ours, other) = if pair % 2 == 0 {
                let ours = talk.ask(plain(&text, reply_tokens))?;
                (ours, loop_.run(&text, reply_tokens)?)
            } else {
                let other = loop_.run(&text, reply_tokens)?;
                (talk.ask(plain(&text, reply_tokens))?, other)
            };
            let done = (ours.evaluated(), ours.timings.generated_tokens);
            if done != (other.prompt_tokens, other.generated_tokens) {
                return Err(format!("not the same work: {ours:?}, {other:?}").into());
            }
            // The first pair reads the file into memory.
            if pair > 0 {
                let tokens = f64::from(other.prompt_tokens) * 1000.0;
                prompts.push(tokens / ours.first_ms, tokens / other.first_ms);
                replies.push(ours.speed, other.speed);
                same_texts += usize::from(ours.text == other.text);
            }
        }
        for (what, pairs) in [("prompt", prompts), ("reply", replies)] {
            let [other, ours, ratio, range] = pairs.cells();
            table.row([name.into(), what.into(), other, ours, ratio, range]);
            report.check(
                format!("{what}, {name} model"),
                pairs.ratio(),
                Target::AtLeast(0.98),
            );
        }
        notes.push(format!(
            "{name} model: {same_texts} of {} texts are the same.",
            setting.pairs
        ));
    }
    table.print();
    println!("\n{}", notes.join("\n"));
    Ok(())
}
