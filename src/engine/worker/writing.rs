//! A reply while it is written: all that it needs from one batch to the next.

use std::time::Instant;

use llama_cpp_2::token::LlamaToken;
use llama_cpp_2::vocab::LlamaVocab;

use super::alternatives;
use super::decoder::{Logits, Sequence};
use super::kv::{Kv, More, Ready};
use super::load::Failure;
use super::prompt::count;
use super::reply::Reply;
use super::sampling::Sampler;
use super::speculation::Speculation;
use crate::chat::{ChatId, Finish, Timings};
use crate::engine::fault::Fault;
use crate::engine::protocol::{Event, RequestId};

/// How far a reply is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum At {
    /// It has no place in the KV cache: not yet, or no longer, since another one that is
    /// wanted sooner has taken it.
    Waiting,
    /// What comes before its next token is being evaluated.
    Reading(Sequence),
    /// Its last token is to be evaluated, and the next one chosen.
    Writing(Sequence),
}

/// A reply that is being written.
pub(super) struct Writing<'m> {
    pub(super) id: RequestId,
    pub(super) chat: Option<ChatId>,
    pub(super) is_background: bool,
    /// Whether the same reply is to come every time: a greedy one, or one of a seed that the
    /// user has set.
    pub(super) is_repeatable: bool,
    pub(super) at: At,
    /// Whether it waits for another one to end: there is no room for both.
    pub(super) waits_for_room: bool,
    /// The tokens of the prompt, and then those of the reply. All but the last lie in the KV
    /// cache while it writes.
    pub(super) text: Vec<LlamaToken>,
    pub(super) speculation: Speculation,
    pub(super) timings: Timings,
    pub(super) seed: u32,
    sampler: Sampler<'m>,
    reply: Reply<'m>,
    vocab: LlamaVocab<'m>,
    alternatives: Option<u32>,
    /// The most tokens it may have.
    limit: u32,
    asked: Instant,
    read_since: Option<Instant>,
    first_token: Option<Instant>,
}

/// What a reply begins with.
pub(super) struct Beginning<'m> {
    pub(super) id: RequestId,
    pub(super) chat: Option<ChatId>,
    pub(super) is_background: bool,
    pub(super) is_repeatable: bool,
    pub(super) prompt: Vec<LlamaToken>,
    pub(super) seed: u32,
    pub(super) sampler: Sampler<'m>,
    pub(super) reply: Reply<'m>,
    pub(super) speculation: Speculation,
    pub(super) vocab: LlamaVocab<'m>,
    pub(super) alternatives: Option<u32>,
    pub(super) max_tokens: Option<u32>,
    pub(super) asked: Instant,
}

impl<'m> Writing<'m> {
    pub(super) fn new(beginning: Beginning<'m>) -> Self {
        let timings = Timings {
            prompt_tokens: count(beginning.prompt.len()),
            ..Timings::default()
        };
        Self {
            id: beginning.id,
            chat: beginning.chat,
            is_background: beginning.is_background,
            is_repeatable: beginning.is_repeatable,
            at: At::Waiting,
            waits_for_room: false,
            text: beginning.prompt,
            speculation: beginning.speculation,
            timings,
            seed: beginning.seed,
            sampler: beginning.sampler,
            reply: beginning.reply,
            vocab: beginning.vocab,
            alternatives: beginning.alternatives,
            limit: beginning.max_tokens.unwrap_or(u32::MAX).max(1),
            asked: beginning.asked,
            read_since: None,
            first_token: None,
        }
    }

    /// Its place in the KV cache.
    pub(super) fn sequence(&self) -> Option<Sequence> {
        match self.at {
            At::Waiting => None,
            At::Reading(sequence) | At::Writing(sequence) => Some(sequence),
        }
    }

    /// Goes on from what a sequence holds of its text.
    pub(super) fn read_from(&mut self, ready: Ready) {
        if self.read_since.is_none() {
            self.read_since = Some(Instant::now());
            self.timings.cached_tokens = count(ready.kept);
            self.timings.restored_tokens = count(ready.restored);
        }
        self.at = At::Reading(ready.sequence);
    }

    /// It has no place in the KV cache any more, and is read again.
    pub(super) fn wait(&mut self) {
        self.speculation.forget();
        self.at = At::Waiting;
    }

    /// How many more tokens it may have.
    pub(super) fn left(&self) -> usize {
        let left = self.limit.saturating_sub(self.timings.generated_tokens);
        usize::try_from(left).unwrap_or(usize::MAX)
    }

    /// What is to be evaluated for its next token; nothing where it does not write.
    pub(super) fn more(&self) -> Option<More<'_>> {
        let At::Writing(sequence) = self.at else {
            return None;
        };
        let tokens = self.speculation.chosen();
        let logits = match tokens.len() {
            1 => Logits::Last,
            _ => Logits::All,
        };
        Some(More {
            sequence,
            tokens,
            logits,
        })
    }

    /// Takes the tokens that follow from what was evaluated last, in which its own tokens
    /// begin at the place `from`. Returns why it has ended, if it has.
    pub(super) fn take(&mut self, kv: &mut Kv<'_>, from: usize) -> Result<Option<Finish>, Failure> {
        let At::Writing(sequence) = self.at else {
            return Ok(None);
        };
        if let Some(since) = self.read_since.filter(|_| self.first_token.is_none()) {
            self.timings.prompt_ms = milliseconds(since);
        }
        loop {
            let index = place(from) + self.speculation.index();
            let context = kv.decoder().context()?;
            let token = self.sampler.sample(context, index);
            let Some(token) = token.filter(|token| !self.vocab.is_eog(*token)) else {
                return Ok(Some(Finish::EndOfReply));
            };
            let choice = self.alternatives.map(|count| {
                let logits = context.get_logits_ith(index);
                alternatives::choice(logits, token, count, &self.vocab)
            });
            let first = *self.first_token.get_or_insert_with(|| {
                self.timings.first_token_ms = milliseconds(self.asked);
                Instant::now()
            });
            self.text.push(token);
            self.timings.generated_tokens += 1;
            self.timings.generation_ms = milliseconds(first);
            let is_evaluated = self.speculation.note(token);
            let context_tokens = kv.len(sequence) - self.speculation.open();
            let is_stopped = self.reply.push(token, choice, context_tokens)?;
            if self.reply.is_thinking() {
                self.timings.reasoning_ms = self.timings.generation_ms;
            }
            if is_stopped {
                return Ok(Some(Finish::StopString));
            }
            if self.timings.generated_tokens >= self.limit {
                return Ok(Some(Finish::Length));
            }
            if is_evaluated {
                continue;
            }
            self.drop_wrong_guesses(kv)?;
            let is_full = kv.len(sequence) >= kv.context_tokens();
            return Ok(is_full.then_some(Finish::ContextFull));
        }
    }

    /// Takes back what speculation has put into the KV cache and the model did not say.
    pub(super) fn drop_wrong_guesses(&mut self, kv: &mut Kv<'_>) -> Result<(), Fault> {
        let wrong = self.speculation.take_wrong();
        let Some(sequence) = self.sequence().filter(|_| wrong > 0) else {
            return Ok(());
        };
        match kv.cut(sequence, kv.len(sequence).saturating_sub(wrong)) {
            true => Ok(()),
            false => Err(Fault::Decode {
                reason: "the KV cache could not be cut".into(),
            }),
        }
    }

    /// Says what was held back, and that it has ended.
    pub(super) fn end(mut self, kv: &Kv<'_>, finish: Finish) -> Result<Event, Failure> {
        let context_tokens = match (self.sequence(), self.first_token) {
            (Some(sequence), _) => kv.len(sequence),
            (None, Some(_)) => self.text.len(),
            (None, None) => 0,
        };
        let (drafted, accepted) = self.speculation.counts();
        self.timings.drafted_tokens = drafted;
        self.timings.accepted_tokens = accepted;
        let is_stopped = finish == Finish::StopString;
        let is_cut = self.reply.finish(is_stopped, context_tokens)?;
        Ok(Event::Done {
            id: self.id,
            finish: match is_cut && finish != Finish::Cancelled {
                true => Finish::StopString,
                false => finish,
            },
            timings: self.timings,
            seed: self.seed,
            context_tokens: count(context_tokens),
        })
    }
}

fn place(index: usize) -> i32 {
    i32::try_from(index).unwrap_or(i32::MAX)
}

fn milliseconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1000.0
}
