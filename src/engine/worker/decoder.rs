//! The llama.cpp context: evaluates tokens and keeps their keys and values. What they mean
//! is the business of [`super::kv`].

use llama_cpp_2::DecodeError;
use llama_cpp_2::context::LlamaContext;
use llama_cpp_2::context::params::LlamaContextParams;
use llama_cpp_2::context::session::{LlamaStateSeqFlags, SeqState};
use llama_cpp_2::llama_backend::LlamaBackend;
use llama_cpp_2::llama_batch::LlamaBatch;
use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::token::LlamaToken;

use crate::engine::fault::Fault;

/// The most tokens that are evaluated in one call; llama.cpp cannot be stopped within one.
pub(super) const MAX_BATCH: usize = 512;

/// A sequence in the KV cache.
pub(super) type Sequence = i32;

/// Whose logits are wanted of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Logits {
    /// Nobody's: more of the prompt is to come.
    None,
    /// The last token's.
    Last,
    /// Every token's, to check what speculation proposed.
    All,
}

/// Tokens to evaluate at the end of a sequence.
#[derive(Debug, Clone, Copy)]
pub(super) struct Addition<'a> {
    pub(super) sequence: Sequence,
    /// How many tokens the sequence holds already.
    pub(super) position: usize,
    pub(super) tokens: &'a [LlamaToken],
    pub(super) logits: Logits,
}

/// Why tokens could not be evaluated.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Problem {
    /// The KV cache has no room for them. Nothing has changed.
    Full,
    /// llama.cpp's words. What the KV cache holds now is anybody's guess.
    Failed(String),
}

pub(super) struct Decoder<'m> {
    backend: &'m LlamaBackend,
    model: &'m LlamaModel,
    params: LlamaContextParams,
    /// Empty only after a context could not be made again.
    context: Option<LlamaContext<'m>>,
    batch: LlamaBatch<'static>,
    /// Threads for one token at a time.
    threads: u32,
    /// Threads for several at a time.
    batch_threads: u32,
}

impl<'m> Decoder<'m> {
    /// Makes a context with `params` but for the number of threads and the size of batches.
    pub(super) fn new(
        backend: &'m LlamaBackend,
        model: &'m LlamaModel,
        params: LlamaContextParams,
        threads: u32,
    ) -> Result<Self, Fault> {
        let size = u32::try_from(MAX_BATCH).unwrap_or(u32::MAX);
        let mut decoder = Self {
            backend,
            model,
            params: params.with_n_batch(size).with_n_ubatch(size),
            context: None,
            batch: LlamaBatch::new(MAX_BATCH, 1),
            threads,
            batch_threads: threads,
        };
        decoder.context = Some(decoder.make(threads)?);
        Ok(decoder)
    }

    fn make(&self, threads: u32) -> Result<LlamaContext<'m>, Fault> {
        let count = |threads| i32::try_from(threads).unwrap_or(1);
        let params = self.params.clone();
        let params = params
            .with_n_threads(count(threads))
            .with_n_threads_batch(count(self.batch_threads));
        let context_tokens = params.n_ctx().map_or(0, std::num::NonZero::get);
        let made = self.model.new_context(self.backend, params);
        made.map_err(|_| Fault::ContextFailed {
            context_tokens,
            reason: None,
        })
    }

    /// Makes the context anew with another number of threads for single tokens, which
    /// llama.cpp's crate cannot change in one that lives. Batches keep theirs: their threads
    /// take work from each other, so that one which has to wait holds up little. All
    /// sequences are gone then; where the new context cannot be made, one with the old number
    /// is.
    pub(super) fn remake(&mut self, threads: u32) -> Result<(), Fault> {
        // Two contexts at a time may be more than the machine has memory for.
        self.context = None;
        let made = self.make(threads);
        self.context = match made {
            Ok(context) => {
                self.threads = threads;
                Some(context)
            }
            Err(_) => Some(self.make(self.threads)?),
        };
        Ok(())
    }

    pub(super) fn model(&self) -> &'m LlamaModel {
        self.model
    }

    /// Threads that compute a single token.
    pub(super) fn threads(&self) -> u32 {
        self.threads
    }

    /// The context, whose logits a sampler reads.
    pub(super) fn context(&self) -> Result<&LlamaContext<'m>, Fault> {
        self.context.as_ref().ok_or_else(gone)
    }

    /// Tokens the context holds; llama.cpp rounds what it was asked for.
    pub(super) fn context_tokens(&self) -> usize {
        let context = self.context.as_ref();
        context.map_or(0, |it| usize::try_from(it.n_ctx()).unwrap_or(usize::MAX))
    }

    /// Tokens the longest context holds that the model was trained for.
    pub(super) fn trained_context_tokens(&self) -> u32 {
        self.model.n_ctx_train()
    }

    /// Evaluates all additions in one go, at most [`MAX_BATCH`] tokens, of sequences that
    /// differ. Logits are then found by the places of their tokens among all of them.
    pub(super) fn evaluate(&mut self, additions: &[Addition<'_>]) -> Result<(), Problem> {
        let failed = |words: &dyn std::fmt::Display| Problem::Failed(words.to_string());
        self.batch.clear();
        for addition in additions {
            for (offset, &token) in addition.tokens.iter().enumerate() {
                let at = i32::try_from(addition.position + offset).map_err(|it| failed(&it))?;
                let is_last = offset + 1 == addition.tokens.len();
                let wants_logits = match addition.logits {
                    Logits::None => false,
                    Logits::Last => is_last,
                    Logits::All => true,
                };
                self.batch
                    .add(token, at, &[addition.sequence], wants_logits)
                    .map_err(|error| failed(&error))?;
            }
        }
        let Some(context) = &mut self.context else {
            return Err(failed(&"there is no context"));
        };
        match context.decode(&mut self.batch) {
            Ok(()) => {}
            Err(DecodeError::NoKvCacheSlot) => return Err(Problem::Full),
            Err(error) => return Err(failed(&error)),
        }
        // Decoding returns before a GPU is done; without this, times would be those of the
        // queueing.
        if self.batch.n_tokens() > 1 {
            context.synchronize();
        }
        Ok(())
    }

    /// Drops what follows the first `kept` tokens. `false` where the model cannot.
    pub(super) fn cut(&mut self, sequence: Sequence, kept: usize) -> bool {
        let (Ok(sequence), Ok(kept)) = (u32::try_from(sequence), u32::try_from(kept)) else {
            return false;
        };
        let context = self.context.as_mut();
        context.is_some_and(|it| {
            matches!(
                it.clear_kv_cache_seq(Some(sequence), Some(kept), None),
                Ok(true)
            )
        })
    }

    /// Has `to`, which is empty, share the first `tokens` of `from`; all where there is no
    /// number.
    pub(super) fn share(&mut self, from: Sequence, to: Sequence, tokens: Option<usize>) {
        let end = tokens.and_then(|tokens| u32::try_from(tokens).ok());
        if let Some(context) = &mut self.context {
            // It fails for numbers only that do not fit 31 bits, which no context holds.
            let _ = context.copy_kv_cache_seq(from, to, end.map(|_| 0), end);
        }
    }

    /// Empties a sequence.
    pub(super) fn drop(&mut self, sequence: Sequence) {
        self.cut(sequence, 0);
    }

    /// Empties all of them.
    pub(super) fn drop_all(&mut self) {
        if let Some(context) = &mut self.context {
            context.clear_kv_cache();
        }
    }

    /// What a sequence holds, in memory of its own.
    pub(super) fn state(&self, sequence: Sequence) -> Option<SeqState> {
        let context = self.context.as_ref()?;
        context
            .state_seq_get(sequence, LlamaStateSeqFlags::empty())
            .ok()
    }

    /// Puts a state into a sequence. `false` where it does not fit; the sequence is empty
    /// then.
    pub(super) fn set_state(
        &mut self,
        sequence: Sequence,
        state: &SeqState,
        tokens: usize,
    ) -> bool {
        let set = self
            .context
            .as_mut()
            .is_some_and(|it| it.state_seq_set(state, sequence).is_ok());
        set && self.ends_after(sequence, tokens) || self.give_up(sequence)
    }

    /// What [`Decoder::write_state`] would write, but for the tokens.
    pub(super) fn state_size_bytes(&self, sequence: Sequence) -> Option<u64> {
        let context = self.context.as_ref()?;
        let size = context.state_seq_get_size_ext(sequence, LlamaStateSeqFlags::empty());
        u64::try_from(size).ok().filter(|size| *size > 0)
    }

    /// Writes what a sequence holds to a file, in llama.cpp's format, with its tokens in
    /// front. `false` where it could not be written.
    pub(super) fn write_state(
        &self,
        sequence: Sequence,
        tokens: &[LlamaToken],
        path: &std::path::Path,
    ) -> bool {
        self.context.as_ref().is_some_and(|it| {
            it.state_seq_save_file(path, sequence, tokens)
                .is_ok_and(|size_bytes| size_bytes > 0)
        })
    }

    /// Reads such a file into a sequence that is empty. `false` where it does not hold
    /// exactly `tokens` or does not fit; the sequence is empty then.
    pub(super) fn read_state(
        &mut self,
        sequence: Sequence,
        tokens: &[LlamaToken],
        path: &std::path::Path,
    ) -> bool {
        let read = self.context.as_mut().is_some_and(|it| {
            matches!(
                it.state_seq_load_file(path, sequence, tokens.len()),
                Ok((read, _)) if read == tokens
            )
        });
        read && self.ends_after(sequence, tokens.len()) || self.give_up(sequence)
    }

    /// Whether a sequence ends with the token at place `tokens - 1`.
    fn ends_after(&self, sequence: Sequence, tokens: usize) -> bool {
        let last = self
            .context
            .as_ref()
            .map_or(-1, |it| it.kv_cache_seq_pos_max(sequence));
        usize::try_from(last + 1) == Ok(tokens)
    }

    fn give_up(&mut self, sequence: Sequence) -> bool {
        self.drop(sequence);
        false
    }
}

fn gone() -> Fault {
    Fault::Decode {
        reason: "there is no context".into(),
    }
}
