//! The second turn of a chat, in one chat and when four take turns: only what is new is
//! evaluated.

use charla::chat::Role;
use charla::engine::protocol::Turn;

use super::report::{Report, Table, Target, median};
use super::talk::{Answer, Talk, chat, fixed};
use super::{Outcome, Setting};

/// Tokens of the first message.
const FIRST_TOKENS: u32 = 400;

const REPLY_TOKENS: u32 = 32;

/// Chats that take turns.
const CHATS: u32 = 4;

struct Chat {
    number: u32,
    turns: Vec<Turn>,
    last: Answer,
}

impl Chat {
    fn begin(talk: &mut Talk, number: u32) -> Outcome<Self> {
        let text = talk.text(number, FIRST_TOKENS)?;
        let mut turns = vec![Turn::new(Role::User, text)];
        let asked = chat(Some(number.into()), turns.clone(), REPLY_TOKENS);
        let last = talk.ask(asked)?;
        turns.push(Turn::new(Role::Assistant, last.text.as_str()));
        Ok(Self {
            number,
            turns,
            last,
        })
    }

    /// Another turn. Returns its answer, and how many tokens of its prompt are new.
    fn go_on(&mut self, talk: &mut Talk) -> Outcome<(Answer, u32)> {
        self.turns.push(Turn::new(Role::User, "tell the story"));
        let asked = chat(Some(self.number.into()), self.turns.clone(), REPLY_TOKENS);
        let answer = talk.ask(asked)?;
        let before = self.last.timings.prompt_tokens + self.last.timings.generated_tokens;
        let new = answer.timings.prompt_tokens.saturating_sub(before);
        let reply = Turn::new(Role::Assistant, answer.text.as_str());
        self.turns.push(reply);
        self.last = answer.clone();
        Ok((answer, new))
    }
}

pub(crate) fn measure(setting: &Setting, report: &mut Report) -> Outcome<()> {
    println!(
        "A first message of {FIRST_TOKENS} tokens, {} threads. Excess is what was evaluated \
         beyond the new tokens and the last one of the reply, which nothing had been asked \
         of yet. Times are those to the first piece, in ms; the ratio is that of the turn to \
         the first turn of its chat.\n",
        setting.threads
    );
    let mut table = Table::new(&[
        "model",
        "turn",
        "chat",
        "prompt",
        "cached",
        "evaluated",
        "new",
        "excess",
        "first turn",
        "this turn",
        "ratio",
    ]);
    for (name, model) in setting.models() {
        let mut talk = Talk::with(model, fixed(setting.threads))?;
        // What the first request of all costs beside is no measure for it.
        let text = talk.text(9, FIRST_TOKENS)?;
        talk.ask(chat(None, vec![Turn::new(Role::User, text)], REPLY_TOKENS))?;
        let mut chats = vec![Chat::begin(&mut talk, 0)?];
        let firsts = |chats: &[Chat]| chats.iter().map(|it| it.last.first_ms).collect();
        let mut first_ms: Vec<f64> = firsts(&chats);
        let mut rounds = vec![("second", 0)];
        rounds.extend((0..CHATS).map(|at| ("second of four", at)));
        rounds.extend((0..CHATS).map(|at| ("third of four", at)));
        let (mut excesses, mut ratios) = (Vec::new(), Vec::new());
        for (what, at) in rounds {
            let at = usize::try_from(at)?;
            if what == "second of four" && at == 0 {
                for number in 1..CHATS {
                    chats.push(Chat::begin(&mut talk, number)?);
                }
                first_ms.truncate(1);
                first_ms.extend(chats[1..].iter().map(|it| it.last.first_ms));
            }
            let (answer, new) = chats[at].go_on(&mut talk)?;
            let excess = f64::from(answer.evaluated()) - f64::from(new) - 1.0;
            let ratio = answer.first_ms / first_ms[at];
            excesses.push(excess);
            ratios.push(ratio);
            table.row([
                name.into(),
                what.into(),
                (at + 1).to_string(),
                answer.timings.prompt_tokens.to_string(),
                answer.timings.cached_tokens.to_string(),
                answer.evaluated().to_string(),
                new.to_string(),
                format!("{excess:.0}"),
                format!("{:.0}", first_ms[at]),
                format!("{:.0}", answer.first_ms),
                format!("{ratio:.3}"),
            ]);
        }
        let most = excesses.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        // Words that make no sense are split otherwise when they are read again.
        if name == "default" {
            report.check("tokens evaluated in excess", most, Target::AtMost(0.0));
        }
        report.check(
            format!("time to first token of a later turn, {name} model"),
            median(&ratios),
            Target::AtMost(0.2),
        );
    }
    table.print();
    Ok(())
}
