//! A loaded model with its context: prompt in, pieces out.

use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use llama_cpp_2::context::LlamaContext;
use llama_cpp_2::context::params::LlamaContextParams;
use llama_cpp_2::llama_backend::LlamaBackend;
use llama_cpp_2::llama_batch::LlamaBatch;
use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::token::LlamaToken;

use super::host::{Control, Output};
use super::load::{Failure, Loaded};
use super::pieces::Pieces;
use super::sampling::{self, Sampler};
use super::template::Template;
use super::{alternatives, tokens};
use crate::chat::{Choice, Finish, Timings};
use crate::engine::fault::Fault;
use crate::engine::protocol::{Event, RequestId, Task, TemplateSource};
use crate::params::Sampling;

/// The most tokens of a prompt that are evaluated in one call; llama.cpp cannot be stopped
/// within one.
const MAX_CHUNK: usize = 512;

/// Chunks are a multiple of this, a size that matrix kernels like. The first one is this
/// small, as it is not known yet how fast this machine is.
const CHUNK_STEP: usize = 32;

/// The smallest chunk, where even [`CHUNK_STEP`] tokens take too long.
const MIN_CHUNK: usize = 4;

/// Prompts longer than this say how far they are.
const PROGRESS_FROM: usize = 128;

/// How long a chunk may take, so that a cancel is answered well within its deadline.
const CHUNK_TIME: Duration = Duration::from_secs(1);

/// The one sequence in use.
const SEQUENCE: i32 = 0;

/// A model that can answer.
pub(super) struct Engine<'m> {
    model: &'m LlamaModel,
    template: &'m Template,
    /// Holds where the user has set nothing.
    recommended: &'m Sampling,
    context: LlamaContext<'m>,
    batch: LlamaBatch<'static>,
    control: Control,
    /// The tokens whose keys and values the KV cache holds, in order.
    cached: Vec<LlamaToken>,
    /// How many tokens of a prompt to evaluate next, from how long the last ones took.
    chunk: usize,
}

impl<'m> Engine<'m> {
    pub(super) fn new(
        backend: &LlamaBackend,
        loaded: &'m Loaded,
        control: &Control,
    ) -> Result<Self, Fault> {
        let threads = i32::try_from(loaded.threads).unwrap_or(1);
        let chunk = u32::try_from(MAX_CHUNK).unwrap_or(u32::MAX);
        let params = LlamaContextParams::default()
            .with_n_ctx(NonZeroU32::new(loaded.context_tokens))
            .with_n_batch(chunk)
            .with_n_ubatch(chunk)
            .with_n_threads(threads)
            .with_n_threads_batch(threads);
        let context =
            loaded
                .model
                .new_context(backend, params)
                .map_err(|error| Fault::ContextFailed {
                    context_tokens: loaded.context_tokens,
                    reason: error.to_string(),
                })?;
        Ok(Self {
            model: &loaded.model,
            template: &loaded.template,
            recommended: &loaded.sampling,
            context,
            batch: LlamaBatch::new(MAX_CHUNK, 1),
            control: control.clone(),
            cached: Vec::new(),
            chunk: CHUNK_STEP,
        })
    }

    /// Tokens the context holds; llama.cpp rounds what it was asked for.
    pub(super) fn context_tokens(&self) -> u32 {
        self.context.n_ctx()
    }

    /// Writes the next message after the task's turns, event by event.
    pub(super) fn generate(
        &mut self,
        id: RequestId,
        task: &Task,
        output: &Output,
    ) -> Result<(), Failure> {
        let begun = Instant::now();
        let sampling = &task.sampling.or(self.recommended);
        let prompt = tokens::prompt(self.model, self.template, &task.turns)?;
        let (prompt_tokens, room) = (count(prompt.len()), self.context_tokens());
        if prompt_tokens >= room {
            return Err(Failure::Fault(Fault::PromptTooLong {
                prompt_tokens,
                context_tokens: room,
            }));
        }
        let mut timings = Timings {
            prompt_tokens,
            cached_tokens: count(self.keep_prefix(&prompt)),
            ..Timings::default()
        };
        let seed = sampling::seed(sampling);
        let mut sampler = Sampler::new(self.model, sampling, seed, &prompt)?;
        let prefill_begun = Instant::now();
        let finish = if self.prefill(id, &prompt, output)? {
            timings.prompt_ms = milliseconds(prefill_begun);
            self.decode(
                id,
                sampling,
                &mut sampler,
                task.alternatives,
                begun,
                &mut timings,
                output,
            )?
        } else {
            Finish::Cancelled
        };
        self.control.forget(id);
        output.emit(&Event::Done {
            id,
            finish,
            timings,
            seed,
            context_tokens: count(self.cached.len()),
        })?;
        Ok(())
    }

    /// Drops from the KV cache what `prompt` does not begin with. Returns how many of its
    /// tokens are there already.
    fn keep_prefix(&mut self, prompt: &[LlamaToken]) -> usize {
        let common = self
            .cached
            .iter()
            .zip(prompt)
            .take_while(|(cached, wanted)| cached == wanted)
            .count();
        // The last token is evaluated in any case: sampling needs its logits.
        let kept = common.min(prompt.len().saturating_sub(1));
        if kept < self.cached.len() {
            let from = u32::try_from(kept).ok();
            let sequence = u32::try_from(SEQUENCE).ok();
            let removed = self.context.clear_kv_cache_seq(sequence, from, None);
            // A recurrent model cannot forget a part of what it has read.
            if !matches!(removed, Ok(true)) {
                self.forget_all();
                return 0;
            }
            self.cached.truncate(kept);
        }
        kept
    }

    /// Evaluates what the KV cache lacks of `prompt`. `false` where it was cancelled.
    fn prefill(
        &mut self,
        id: RequestId,
        prompt: &[LlamaToken],
        output: &Output,
    ) -> Result<bool, Failure> {
        while self.cached.len() < prompt.len() {
            if self.control.is_cancelled(id) {
                return Ok(false);
            }
            let from = self.cached.len();
            let to = prompt.len().min(from + self.chunk);
            let begun = Instant::now();
            self.evaluate(prompt.get(from..to).unwrap_or_default(), to == prompt.len())?;
            // A rest of a few tokens says little about the speed.
            if to - from >= self.chunk {
                self.chunk = next_chunk(to - from, begun.elapsed());
            }
            if prompt.len() > PROGRESS_FROM {
                output.emit(&Event::Prefill {
                    id,
                    done_tokens: count(to),
                    total_tokens: count(prompt.len()),
                })?;
            }
        }
        Ok(true)
    }

    /// Generates until something ends the reply.
    #[expect(
        clippy::too_many_arguments,
        reason = "it is the second half of `generate`, cut off for its length"
    )]
    fn decode(
        &mut self,
        id: RequestId,
        sampling: &Sampling,
        sampler: &mut Sampler,
        alternatives: Option<u32>,
        begun: Instant,
        timings: &mut Timings,
        output: &Output,
    ) -> Result<Finish, Failure> {
        let vocab = self.model.vocab();
        let mut stops = sampling.stop.clone();
        if self.template.origin() == TemplateSource::ChatMl {
            // A model that was not trained on ChatML writes its marks as plain text, and
            // would go on to play both parts.
            stops.extend(["<|im_end|>", "<|im_start|>"].map(String::from));
        }
        let mut pieces = Pieces::new(&stops);
        let limit = sampling.max_tokens.unwrap_or(u32::MAX).max(1);
        let mut first_token = None;
        let mut bytes = Vec::with_capacity(32);
        let mut choices = Vec::new();
        let finish = loop {
            let Some(token) = sampler.sample(&self.context, -1) else {
                break Finish::EndOfReply;
            };
            if vocab.is_eog(token) {
                break Finish::EndOfReply;
            }
            let first = *first_token.get_or_insert_with(|| {
                timings.first_token_ms = milliseconds(begun);
                Instant::now()
            });
            timings.generated_tokens += 1;
            timings.generation_ms = milliseconds(first);
            if let Some(count) = alternatives {
                let logits = self.context.get_logits_ith(-1);
                choices.push(alternatives::choice(logits, token, count, &vocab));
            }
            bytes.clear();
            vocab.token_to_piece_into(token, &mut bytes, false, None);
            let piece = pieces.push(&bytes);
            if !piece.text.is_empty() || !choices.is_empty() {
                let choices = std::mem::take(&mut choices);
                self.emit_piece(id, piece.text, choices, timings.generated_tokens, output)?;
            }
            if piece.is_stopped {
                break Finish::StopString;
            }
            if timings.generated_tokens >= limit {
                break Finish::Length;
            }
            if self.control.is_cancelled(id) {
                break Finish::Cancelled;
            }
            if count(self.cached.len()) >= self.context_tokens() {
                break Finish::ContextFull;
            }
            self.evaluate(&[token], true)?;
        };
        let rest = pieces.finish();
        if !rest.is_empty() && finish != Finish::StopString {
            self.emit_piece(id, rest, Vec::new(), timings.generated_tokens, output)?;
        }
        Ok(finish)
    }

    fn emit_piece(
        &self,
        id: RequestId,
        text: String,
        choices: Vec<Choice>,
        generated_tokens: u32,
        output: &Output,
    ) -> Result<(), Failure> {
        output.emit(&Event::Piece {
            id,
            text,
            is_reasoning: false,
            choices,
            generated_tokens,
            context_tokens: count(self.cached.len()),
        })?;
        Ok(())
    }

    /// Evaluates `tokens` after those in the KV cache; at most [`MAX_CHUNK`] of them.
    fn evaluate(&mut self, tokens: &[LlamaToken], wants_logits: bool) -> Result<(), Fault> {
        let evaluated = self.try_evaluate(tokens, wants_logits);
        if let Err(reason) = evaluated {
            // What the KV cache holds now is anybody's guess.
            self.forget_all();
            return Err(Fault::Decode { reason });
        }
        self.cached.extend_from_slice(tokens);
        Ok(())
    }

    fn try_evaluate(&mut self, tokens: &[LlamaToken], wants_logits: bool) -> Result<(), String> {
        self.batch.clear();
        for (offset, &token) in tokens.iter().enumerate() {
            let position =
                i32::try_from(self.cached.len() + offset).map_err(|it| it.to_string())?;
            let is_last = offset + 1 == tokens.len();
            self.batch
                .add(token, position, &[SEQUENCE], wants_logits && is_last)
                .map_err(|error| error.to_string())?;
        }
        self.context
            .decode(&mut self.batch)
            .map_err(|error| error.to_string())?;
        // Decoding returns before a GPU is done; without this, times would be those of the
        // queueing.
        if tokens.len() > 1 {
            self.context.synchronize();
        }
        Ok(())
    }

    fn forget_all(&mut self) {
        self.context.clear_kv_cache();
        self.cached.clear();
    }
}

/// As many tokens as take [`CHUNK_TIME`] at the speed of the last chunk.
fn next_chunk(tokens: usize, took: Duration) -> usize {
    let fitting = tokens as u128 * CHUNK_TIME.as_nanos() / took.as_nanos().max(1);
    let fitting = usize::try_from(fitting).unwrap_or(MAX_CHUNK);
    match fitting {
        0..CHUNK_STEP => fitting.max(MIN_CHUNK),
        _ => (fitting / CHUNK_STEP * CHUNK_STEP).min(MAX_CHUNK),
    }
}

fn milliseconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1000.0
}

/// Counts of tokens are bounded by the context, far below the limit of the type.
fn count(tokens: usize) -> u32 {
    u32::try_from(tokens).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_follow_the_speed() {
        let second = Duration::from_secs(1);
        assert_eq!(next_chunk(128, second / 2), 256);
        assert_eq!(next_chunk(128, second / 100), MAX_CHUNK);
        assert_eq!(next_chunk(32, second * 2), 16);
        assert_eq!(next_chunk(32, second * 60), MIN_CHUNK);
        assert_eq!(next_chunk(128, Duration::ZERO), MAX_CHUNK);
    }
}
