//! The KV cache: which chats are in it, what is evaluated, and what goes to disk or comes
//! from there. [`super::plan`] decides, [`super::cache`] keeps the books, and here it is
//! done.

use std::collections::BTreeMap;
use std::time::Duration;

use llama_cpp_2::token::LlamaToken;

use super::cache::{Cache, Limits, Slot};
use super::decoder::{Addition, Decoder, Logits, Problem, Sequence};
use super::plan::{Source, Wanted, common};
use super::states::States;
use crate::chat::ChatId;
use crate::engine::fault::Fault;
use crate::engine::notice::Notice;

/// Shorter chats are read again sooner than their state is written and read.
const SAVED_FROM_TOKENS: usize = 128;

/// A state on disk that lacks no more than this is as good as new.
const SAVED_SLACK_TOKENS: usize = 32;

/// How long the end may wait for the hash of the model.
const END_WAIT: Duration = Duration::from_secs(2);

/// The sequences of one model.
pub(super) struct Kv<'m> {
    decoder: Decoder<'m>,
    cache: Cache<LlamaToken>,
    states: Option<States>,
}

/// A sequence that has been made ready for a prompt.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ready {
    pub(super) sequence: Sequence,
    /// Tokens of the prompt that need not be evaluated.
    pub(super) kept: usize,
    /// How many of those came from disk.
    pub(super) restored: usize,
}

/// Why a prompt has no sequence.
pub(super) enum Unready {
    /// What others are at work on leaves no room now.
    Busy,
    /// There will be no room either once they are done.
    Fault(Fault),
}

/// Tokens to evaluate in a sequence.
#[derive(Debug, Clone, Copy)]
pub(super) struct More<'a> {
    pub(super) sequence: Sequence,
    pub(super) tokens: &'a [LlamaToken],
    pub(super) logits: Logits,
}

/// Why tokens could not be evaluated.
pub(super) enum Unevaluated {
    /// The sequences in work have no room for them beside each other. Nothing has changed.
    Full,
    /// llama.cpp's words; the cache is empty now.
    Failed(String),
}

impl From<Unevaluated> for Fault {
    fn from(problem: Unevaluated) -> Self {
        let reason = match problem {
            Unevaluated::Full => "the KV cache is full".into(),
            Unevaluated::Failed(reason) => reason,
        };
        Self::Decode { reason }
    }
}

impl<'m> Kv<'m> {
    pub(super) fn new(decoder: Decoder<'m>, limits: Limits, states: Option<States>) -> Self {
        Self {
            cache: Cache::new(limits),
            decoder,
            states,
        }
    }

    pub(super) fn decoder(&self) -> &Decoder<'m> {
        &self.decoder
    }

    pub(super) fn context_tokens(&self) -> usize {
        self.decoder.context_tokens()
    }

    /// How many tokens a sequence holds.
    pub(super) fn len(&self, sequence: Sequence) -> usize {
        self.cache.tokens(sequence).len()
    }

    /// Whether a sequence can lose its last tokens, as a wrong guess wants it to.
    pub(super) fn can_shrink(&self) -> bool {
        self.cache.can_shrink(usize::MAX)
    }

    /// Cells that llama.cpp looks through for each token.
    pub(super) fn span(&self) -> usize {
        self.cache.span()
    }

    pub(super) fn take_notice(&mut self) -> Option<Notice> {
        self.states.as_mut()?.take_notice()
    }

    /// Makes a sequence ready for `prompt` in the cheapest way; its last token, at least,
    /// is left to be evaluated. The sequence counts as in work until [`Kv::release`].
    ///
    /// # Errors
    /// [`Fault::PromptTooLong`] where work in the background would have to drive the chat
    /// in front of the user out of memory, and [`Unready::Busy`].
    pub(super) fn prepare(
        &mut self,
        chat: Option<ChatId>,
        prompt: &[LlamaToken],
        is_background: bool,
    ) -> Result<Ready, Unready> {
        let ready = self.find_place(chat, prompt, is_background)?;
        self.cache.set_in_work(ready.sequence, true);
        Ok(ready)
    }

    /// Nobody works on a sequence any more; it stays for the next message.
    pub(super) fn release(&mut self, sequence: Sequence) {
        self.cache.set_in_work(sequence, false);
    }

    fn find_place(
        &mut self,
        chat: Option<ChatId>,
        prompt: &[LlamaToken],
        is_background: bool,
    ) -> Result<Ready, Unready> {
        let can_shrink = self.cache.can_shrink(prompt.len());
        let states = self.states.as_mut();
        let best = states.map(|it| it.best(prompt, can_shrink));
        let (saved, saved_cells) = best.unwrap_or_default();
        let mut wanted = Wanted {
            chat,
            prompt,
            is_background,
            saved,
            saved_cells,
        };
        loop {
            let plan = self.cache.plan(&wanted);
            let idle = self.cache.slots().iter().filter(|it| !it.is_in_work());
            let idle: Vec<_> = idle.map(|it| it.sequence).collect();
            if !plan.fits && !is_background && !idle.is_empty() {
                // Cells that several share are free only when all of them are gone.
                for sequence in idle {
                    self.leave(sequence);
                }
                continue;
            }
            if !plan.fits && self.cache.slots().len() > idle.len() {
                return Err(Unready::Busy);
            }
            if !plan.fits {
                return Err(Unready::Fault(Fault::PromptTooLong {
                    prompt_tokens: super::prompt::count(prompt.len()),
                    context_tokens: super::prompt::count(self.cache.free_cells()),
                    trained_context_tokens: self.decoder.trained_context_tokens(),
                }));
            }
            let number = |at: usize| self.cache.slots().get(at).map(|slot| slot.sequence);
            let drops: Vec<Sequence> = plan.drop.iter().filter_map(|&at| number(at)).collect();
            let (same, copied) = match plan.source {
                Source::Same(at) => (number(at), None),
                Source::Copied(at) => (None, number(at)),
                Source::Disk | Source::Nothing => (None, None),
            };
            for sequence in drops {
                self.leave(sequence);
            }
            if let Some(sequence) = same {
                if !self.cut(sequence, plan.kept) {
                    // The model could not forget a part after all: all of it is gone now.
                    continue;
                }
                self.cache.touch(sequence, chat, is_background);
                return Ok(Ready {
                    sequence,
                    kept: plan.kept,
                    restored: 0,
                });
            }
            let Some(sequence) = self.cache.open(chat, is_background) else {
                return Err(Unready::Fault(Fault::Decode {
                    reason: "no sequence is free".into(),
                }));
            };
            let mut ready = Ready {
                sequence,
                kept: 0,
                restored: 0,
            };
            if let Some(from) = copied {
                let is_whole = plan.kept == self.len(from);
                let part = (!is_whole).then_some(plan.kept);
                self.decoder.share(from, sequence, part);
                self.cache.share(from, sequence, plan.kept);
                ready.kept = plan.kept;
            } else if plan.source == Source::Disk {
                ready.kept = self.restore(sequence, prompt, can_shrink);
                ready.restored = ready.kept;
                if ready.kept == 0 {
                    // What is left in memory may still be of use.
                    self.cache.close(sequence);
                    wanted.saved = 0;
                    continue;
                }
            }
            return Ok(ready);
        }
    }

    /// Reads the best state on disk into an empty sequence. Returns how many tokens of the
    /// prompt are there then.
    fn restore(&mut self, sequence: Sequence, prompt: &[LlamaToken], can_shrink: bool) -> usize {
        let Some(states) = &mut self.states else {
            return 0;
        };
        let restored = states.restore(prompt, can_shrink, &mut self.decoder, sequence);
        let Some(tokens) = restored else {
            return 0;
        };
        let kept = common(&tokens, prompt).min(prompt.len().saturating_sub(1));
        self.cache.append(sequence, &tokens);
        if let Some(slot) = self.cache.slot_mut(sequence) {
            slot.saved = tokens.len();
        }
        match self.cut(sequence, kept) {
            true => kept,
            false => 0,
        }
    }

    /// Evaluates what is to be added to sequences in work, all of it in one go, and makes
    /// room where there is none: the least recently used chat goes to disk. Logits are found
    /// by the places of their tokens among all of them.
    pub(super) fn evaluate(&mut self, more: &[More<'_>]) -> Result<(), Unevaluated> {
        loop {
            let additions: Vec<_> = more.iter().map(|it| self.addition(it)).collect();
            let problem = match self.decoder.evaluate(&additions) {
                Ok(()) => {
                    // In the order in which llama.cpp takes cells for them.
                    for it in more {
                        self.cache.append(it.sequence, it.tokens);
                    }
                    return Ok(());
                }
                Err(problem) => problem,
            };
            let is_background = more.iter().all(|it| {
                let slot = self.cache.slot(it.sequence);
                slot.is_some_and(|slot| slot.is_background)
            });
            let least = self.cache.least_wanted(is_background);
            match (problem, least) {
                (Problem::Full, Some(other)) => self.leave(other),
                (Problem::Full, None) => return Err(Unevaluated::Full),
                (Problem::Failed(reason), _) => {
                    self.decoder.drop_all();
                    self.cache.close_all();
                    return Err(Unevaluated::Failed(reason));
                }
            }
        }
    }

    fn addition<'a>(&self, more: &More<'a>) -> Addition<'a> {
        Addition {
            sequence: more.sequence,
            position: self.len(more.sequence),
            tokens: more.tokens,
            logits: more.logits,
        }
    }

    /// Keeps what a sequence holds now under a number of its own, for a model that cannot
    /// go back: the next prompt goes on from there. It costs next to nothing, since cells
    /// are shared.
    pub(super) fn keep_checkpoint(&mut self, sequence: Sequence) {
        let Some(slot) = self.cache.slot(sequence) else {
            return;
        };
        let (chat, is_background) = (slot.chat, slot.is_background);
        let length = slot.tokens.len();
        let checkpoint = self.cache.open(chat, is_background).or_else(|| {
            let least = self.cache.least_wanted(is_background)?;
            self.leave(least);
            self.cache.open(chat, is_background)
        });
        if let Some(checkpoint) = checkpoint {
            self.decoder.share(sequence, checkpoint, None);
            self.cache.share(sequence, checkpoint, length);
            // The reply is what was used last.
            self.cache.touch(sequence, chat, is_background);
        }
    }

    /// Drops what follows the first `kept` tokens. `false` where the model cannot forget a
    /// part; the sequence is closed then.
    pub(super) fn cut(&mut self, sequence: Sequence, kept: usize) -> bool {
        let length = self.len(sequence);
        if kept >= length {
            return true;
        }
        if self.cache.can_shrink(length) && self.decoder.cut(sequence, kept) {
            self.cache.cut(sequence, kept);
            return true;
        }
        self.decoder.drop(sequence);
        self.cache.close(sequence);
        false
    }

    /// Moves everything to a context with another number of threads. What does not fit
    /// there as it did here, because shared cells are counted once only, is gone: those in
    /// work go first.
    pub(super) fn set_threads(&mut self, threads: u32) -> Result<(), Fault> {
        let mut order: Vec<Sequence> = self.cache.slots().iter().map(|it| it.sequence).collect();
        order.sort_by_key(|&it| {
            let is_in_work = self.cache.slot(it).is_some_and(Slot::is_in_work);
            (!is_in_work, std::cmp::Reverse(self.len(it)))
        });
        // Those that another one begins with need no state of their own.
        let mut sources = BTreeMap::new();
        for (at, &sequence) in order.iter().enumerate() {
            let length = self.len(sequence);
            let source = order[..at]
                .iter()
                .find(|&&it| self.cache.shared(it, sequence) == length && self.can_shrink());
            if let Some(&source) = source {
                sources.insert(sequence, source);
            }
        }
        let state = |sequence: &Sequence| match sources.contains_key(sequence) {
            true => None,
            false => self.decoder.state(*sequence),
        };
        let states: BTreeMap<_, _> = order
            .iter()
            .filter_map(|sequence| Some((*sequence, state(sequence)?)))
            .collect();
        if let Err(fault) = self.decoder.remake(threads) {
            self.cache.close_all();
            return Err(fault);
        }
        self.cache.vacate();
        for sequence in order {
            let length = self.len(sequence);
            let is_there = match (states.get(&sequence), sources.get(&sequence)) {
                (Some(state), _) => self.decoder.set_state(sequence, state, length),
                (None, Some(&source)) if self.cache.slot(source).is_some() => {
                    self.decoder.share(source, sequence, Some(length));
                    true
                }
                _ => false,
            };
            match is_there {
                true => {
                    let like = sources.get(&sequence).copied();
                    self.cache.place(sequence, like);
                }
                false => self.cache.close(sequence),
            }
        }
        Ok(())
    }

    /// Whether there is such a sequence still.
    pub(super) fn holds(&self, sequence: Sequence) -> bool {
        self.cache.slot(sequence).is_some()
    }

    /// A sequence leaves memory, by way of the disk where it is worth it.
    pub(super) fn leave(&mut self, sequence: Sequence) {
        self.save(sequence, SAVED_SLACK_TOKENS);
        self.decoder.drop(sequence);
        self.cache.close(sequence);
    }

    /// Writes every chat to disk that is worth it and not there yet, before the end.
    pub(super) fn save_all(&mut self) {
        // Without the hash of the model nothing can be sealed, and whoever waits for the end
        // does not wait for a large file to be hashed.
        let is_known = |states: &States| states.is_known_within(END_WAIT);
        if !self.states.as_ref().is_some_and(is_known) {
            return;
        }
        while self.save_next(|_| SAVED_SLACK_TOKENS) {}
        if let Some(states) = &mut self.states {
            states.settle();
        }
    }

    /// Writes one chat to disk that has grown by a quarter since it was: one that pauses
    /// after each message must not be written whole each time. `false` where there is none.
    pub(super) fn save_one(&mut self) -> bool {
        self.save_next(|saved| SAVED_SLACK_TOKENS.max(saved / 4))
    }

    /// Writes the first chat to disk that lacks more tokens there than `slack` allows of
    /// those that are there. `false` where none does, or none can be written.
    fn save_next(&mut self, slack: impl Fn(usize) -> usize) -> bool {
        let slots = self.cache.slots().iter();
        let slots: Vec<_> = slots.map(|slot| (slot.sequence, slot.saved)).collect();
        slots
            .into_iter()
            .any(|(sequence, saved)| self.save(sequence, slack(saved)))
    }

    /// Writes a chat to disk unless all but `slack` of its tokens are there. `true` where it
    /// has been written.
    fn save(&mut self, sequence: Sequence, slack: usize) -> bool {
        let Some(states) = &mut self.states else {
            return false;
        };
        let Some(slot) = self.cache.slot_mut(sequence) else {
            return false;
        };
        let length = slot.tokens.len();
        let is_worth_it =
            !slot.is_background && length >= SAVED_FROM_TOKENS && length > slot.saved + slack;
        let is_written = is_worth_it && states.save(&self.decoder, sequence, &slot.tokens);
        if is_written {
            slot.saved = length;
        }
        is_written
    }
}
