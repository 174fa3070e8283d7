//! A loaded model with its context: a task in, events out.

use std::time::Instant;

use llama_cpp_2::llama_backend::LlamaBackend;
use llama_cpp_2::token::LlamaToken;

use super::cache::Limits;
use super::decoder::{Decoder, Logits, MAX_BATCH, Sequence};
use super::draft::Draft;
use super::exactness::Exactness;
use super::gate::Gate;
use super::host::{Control, Output};
use super::kv::Kv;
use super::load::{Failure, Loaded};
use super::prompt::{Prompter, count};
use super::reasoning::{Marks, Place, Splitter};
use super::reply::Reply;
use super::sampling::{self, Sampler};
use super::speculation::Speculation;
use super::states::States;
use super::stops::Rules;
use super::threads::{Load, Pace};
use super::{alternatives, limits, load, tokens};
use crate::chat::{Choice, Finish, Timings};
use crate::engine::fault::Fault;
use crate::engine::notice::Notice;
use crate::engine::protocol::{Event, Opening, RequestId, StateFolder, Task, Turn};
use crate::params::Sampling;

/// Prompts longer than this say how far they are.
const PROGRESS_FROM: usize = 128;

/// A model that can answer.
pub(super) struct Engine<'m> {
    loaded: &'m Loaded,
    prompter: Prompter<'m>,
    kv: Kv<'m>,
    control: Control,
    /// How many tokens of a prompt are evaluated in one go.
    chunk: usize,
    threads: Option<(Pace, Load)>,
    draft: Option<Draft<'m>>,
    exactness: Exactness,
    begun: Instant,
    /// What the user should know about the draft model.
    notice: Option<Notice>,
}

/// What a reply needs while it is written.
struct Work<'a> {
    id: RequestId,
    task: &'a Task,
    sampling: &'a Sampling,
    sequence: Sequence,
    begun: Instant,
    seed: u32,
    /// Whether the same reply is to come every time: a greedy one, or one of a seed that the
    /// user has set.
    is_repeatable: bool,
    /// Where the prompt ends.
    place: Place,
    output: &'a Output,
}

impl<'m> Engine<'m> {
    pub(super) fn new(
        backend: &'m LlamaBackend,
        loaded: &'m Loaded,
        states: Option<&StateFolder>,
        control: &Control,
    ) -> Result<Self, Fault> {
        let params = loaded.context_params();
        let states = states.map(|place| {
            let context = limits::describe(&params);
            States::open(place, &loaded.path, context)
        });
        let decoder = Decoder::new(backend, &loaded.model, params, loaded.shape.threads)?;
        let limits = Limits {
            sequences: usize::try_from(load::SEQUENCES).unwrap_or(1),
            cells: decoder.context_tokens(),
            shrinks_to: limits::shrinks_to(loaded),
        };
        // With layers on a GPU, there is more to move than there is to gain.
        let follows_load = loaded.follows_load && loaded.shape.threads > 1 && !loaded.is_offloaded;
        let threads = Load::new().filter(|_| follows_load);
        let (draft, refused) = match Draft::new(backend, loaded, limits.cells) {
            Ok(draft) => (draft, None),
            Err(notice) => (None, Some(notice)),
        };
        Ok(Self {
            prompter: Prompter::new(&loaded.model, &loaded.template),
            kv: Kv::new(decoder, limits, states),
            control: control.clone(),
            chunk: limits::chunk(
                loaded.model.n_params(),
                loaded.shape.threads,
                loaded.is_offloaded,
            ),
            threads: threads.map(|load| (Pace::new(loaded.shape.threads), load)),
            draft,
            exactness: Exactness::default(),
            begun: Instant::now(),
            notice: refused,
            loaded,
        })
    }

    /// Tokens the context holds; llama.cpp rounds what it was asked for.
    pub(super) fn context_tokens(&self) -> u32 {
        count(self.kv.context_tokens())
    }

    /// What the user should know about the draft model and the folder of states.
    pub(super) fn take_notices(&mut self) -> impl Iterator<Item = Notice> {
        self.notice.take().into_iter().chain(self.kv.take_notice())
    }

    /// Whether its context is gone for good, so that only a new process can help.
    pub(super) fn is_lost(&self) -> bool {
        self.kv.decoder().context().is_err()
    }

    /// Writes to disk what would have to be evaluated again, all of it.
    pub(super) fn save_all(&mut self) {
        self.kv.save_all();
    }

    /// Writes one chat to disk that has grown since it was; `false` where there is none.
    pub(super) fn save_one(&mut self) -> bool {
        self.kv.save_one()
    }

    /// Says how many tokens a conversation has.
    pub(super) fn count(
        &mut self,
        id: RequestId,
        turns: &[Turn],
        opening: Opening,
        lists: bool,
        output: &Output,
    ) -> Result<(), Failure> {
        let (tokens, _) = self.prompter.tokens(turns, opening)?;
        output.emit(&Event::Counted {
            id,
            prompt_tokens: count(tokens.len()),
            turn_tokens: self.prompter.turn_tokens(turns),
            tokens: match lists {
                true => tokens.iter().map(|token| token.0).collect(),
                false => Vec::new(),
            },
        })?;
        Ok(())
    }

    /// Carries a task out, event by event.
    pub(super) fn generate(
        &mut self,
        id: RequestId,
        task: &Task,
        output: &Output,
    ) -> Result<(), Failure> {
        let begun = Instant::now();
        if let Some((_, load)) = &mut self.threads {
            load.begin();
        }
        let prompt = self.prompter.prompt(task, self.kv.context_tokens())?;
        if !prompt.left_out.is_empty() || task.omitted.turns > 0 {
            output.emit(&Event::LeftOut {
                id,
                omitted_turns: task.omitted.turns,
                turns: prompt.left_out.iter().map(|&at| count(at)).collect(),
                tokens: count(prompt.left_out_tokens),
            })?;
        }
        let place = prompt.place;
        let prompt = prompt.tokens;
        let sampling = task.sampling.or(&self.loaded.recommended);
        let seed = sampling::seed(&sampling);
        // A grammar that makes no sense is refused before anything is evaluated.
        let room = self.kv.context_tokens().saturating_sub(prompt.len());
        let gate = Gate::new(self.loaded, task, &sampling, place, room);
        let sampler = Sampler::new(&self.loaded.model, &sampling, seed, &prompt, gate)?;
        let ready = self.kv.prepare(task.chat, &prompt, task.background)?;
        let mut timings = Timings {
            prompt_tokens: count(prompt.len()),
            cached_tokens: count(ready.kept),
            restored_tokens: count(ready.restored),
            ..Timings::default()
        };
        let work = Work {
            id,
            task,
            sampling: &sampling,
            sequence: ready.sequence,
            begun,
            seed,
            // Nobody compares what is written in the background, a title say.
            is_repeatable: !task.background
                && (sampling.temperature() <= 0.0 || sampling.seed.is_some()),
            place,
            output,
        };
        if work.is_repeatable {
            // Several threads split the work on a token otherwise than fewer do, which
            // changes the last bits of its logits and, sooner or later, a word.
            self.use_threads(self.loaded.shape.threads, work.sequence)?;
        }
        let prefill_begun = Instant::now();
        let finish = if self.prefill(&work, &prompt)? {
            timings.prompt_ms = milliseconds(prefill_begun);
            self.decode(&work, &prompt, sampler, &mut timings)?
        } else {
            Finish::Cancelled
        };
        self.control.forget(id);
        if let Some(notice) = self.kv.take_notice() {
            output.emit(&Event::Notice { id, notice })?;
        }
        output.emit(&Event::Done {
            id,
            finish,
            timings,
            seed: work.seed,
            context_tokens: count(self.kv.len(work.sequence)),
        })?;
        Ok(())
    }

    /// Evaluates what the KV cache lacks of `prompt`. `false` where it was cancelled.
    ///
    /// The last token goes on its own: then a reply is the same to the last bit when the
    /// prompt is asked again and all else is in the cache.
    fn prefill(&mut self, work: &Work<'_>, prompt: &[LlamaToken]) -> Result<bool, Failure> {
        let body = prompt.len().saturating_sub(1);
        loop {
            let from = self.kv.len(work.sequence);
            // Also before the first batch, which takes long on a busy machine.
            if prompt.len() > PROGRESS_FROM {
                work.output.emit(&Event::Prefill {
                    id: work.id,
                    done_tokens: count(from),
                    total_tokens: count(prompt.len()),
                })?;
            }
            if self.control.is_cancelled(work.id) {
                return Ok(false);
            }
            if from >= body {
                break;
            }
            let to = body.min(from + self.chunk);
            let tokens = prompt.get(from..to).unwrap_or_default();
            self.kv.evaluate(work.sequence, tokens, Logits::None)?;
        }
        if !self.kv.can_shrink() {
            self.kv.keep_checkpoint(work.sequence);
        }
        let last = prompt.get(body..).unwrap_or_default();
        self.kv.evaluate(work.sequence, last, Logits::Last)?;
        Ok(true)
    }

    /// Generates until something ends the reply.
    fn decode(
        &mut self,
        work: &Work<'_>,
        prompt: &[LlamaToken],
        mut sampler: Sampler,
        timings: &mut Timings,
    ) -> Result<Finish, Failure> {
        let vocab = self.loaded.model.vocab();
        let (splitter, marks) = self.splitter(work);
        let mut reply = Reply::new(
            work.id,
            work.output,
            self.loaded.model.vocab(),
            Rules::new(self.loaded, work.task, &work.sampling.stop),
            splitter,
            marks,
        );
        let limit = work.sampling.max_tokens.unwrap_or(u32::MAX).max(1);
        let mut speculation = self.speculation(prompt);
        if let Some((pace, load)) = self.threads.as_mut().filter(|_| !work.is_repeatable) {
            pace.begin(load.idle_cores());
        }
        let mut first_token = None;
        let finish = loop {
            let context = self.kv.decoder().context()?;
            let token = sampler.sample(context, speculation.index());
            let Some(token) = token.filter(|token| !vocab.is_eog(*token)) else {
                break Finish::EndOfReply;
            };
            let choice = self.choice(work.task, token, speculation.index())?;
            let first = *first_token.get_or_insert_with(|| {
                timings.first_token_ms = milliseconds(work.begun);
                Instant::now()
            });
            timings.generated_tokens += 1;
            timings.generation_ms = milliseconds(first);
            let is_evaluated = speculation.note(token);
            let context_tokens = self.kv.len(work.sequence) - speculation.open();
            let is_stopped = reply.push(token, choice, context_tokens)?;
            if reply.is_thinking() {
                timings.reasoning_ms = timings.generation_ms;
            }
            if is_stopped {
                break Finish::StopString;
            }
            if timings.generated_tokens >= limit {
                break Finish::Length;
            }
            if self.control.is_cancelled(work.id) {
                break Finish::Cancelled;
            }
            if is_evaluated {
                continue;
            }
            self.drop_wrong_guesses(work.sequence, &mut speculation)?;
            let length = self.kv.len(work.sequence);
            if length >= self.kv.context_tokens() {
                break Finish::ContextFull;
            }
            // Here, for a new context has no logits of the token before.
            if let Some(threads) = self.better_threads().filter(|_| !work.is_repeatable) {
                self.use_threads(threads, work.sequence)?;
            }
            let room = self.kv.context_tokens() - length - 1;
            let left = usize::try_from(limit - timings.generated_tokens).unwrap_or(usize::MAX);
            let most = room.min(left).min(MAX_BATCH - 1);
            let batch = speculation.batch(token, most, self.draft.as_mut());
            // Sampled without a seed, so another reply is as good.
            if batch.len() > 1
                && work.is_repeatable
                && !self.exactness.of(&mut self.kv, work.sequence, batch)?
            {
                speculation.drop_guess();
            }
            let batch = speculation.chosen();
            let logits = match batch.len() {
                1 => Logits::Last,
                _ => Logits::All,
            };
            let begun = Instant::now();
            self.kv.evaluate(work.sequence, batch, logits)?;
            let took_ms = milliseconds(begun);
            if speculation.took(took_ms) == 1 && !work.is_repeatable {
                self.pace(took_ms);
            }
        };
        self.drop_wrong_guesses(work.sequence, &mut speculation)?;
        (timings.drafted_tokens, timings.accepted_tokens) = speculation.counts();
        let is_stopped = finish == Finish::StopString;
        let is_cut = reply.finish(is_stopped, self.kv.len(work.sequence))?;
        Ok(match is_cut && finish != Finish::Cancelled {
            true => Finish::StopString,
            false => finish,
        })
    }

    /// Computes single tokens with so many threads from now on.
    fn use_threads(&mut self, threads: u32, sequence: Sequence) -> Result<(), Fault> {
        if self.threads.is_none() || self.kv.decoder().threads() == threads {
            return Ok(());
        }
        self.kv.set_threads(threads, sequence)?;
        if self.kv.decoder().threads() != threads {
            // There was no memory for it, and there will not be next time.
            self.threads = None;
        }
        Ok(())
    }

    /// Notes what a token took.
    fn pace(&mut self, token_ms: f64) {
        if let Some((pace, load)) = &mut self.threads {
            pace.note(token_ms, load.idle_cores(), self.begun.elapsed());
        }
    }

    /// The number of threads to go on with, where it is another one.
    fn better_threads(&self) -> Option<u32> {
        let (pace, _) = self.threads.as_ref()?;
        let now = self.kv.decoder().threads();
        Some(pace.threads()).filter(|threads| *threads != now)
    }

    /// Takes back what speculation has put into the KV cache and the model did not say.
    fn drop_wrong_guesses(
        &mut self,
        sequence: Sequence,
        speculation: &mut Speculation,
    ) -> Result<(), Fault> {
        let wrong = speculation.take_wrong();
        let kept = self.kv.len(sequence).saturating_sub(wrong);
        match self.kv.cut(sequence, kept) {
            true => Ok(()),
            false => Err(Fault::Decode {
                reason: "the KV cache could not be cut".into(),
            }),
        }
    }

    fn speculation(&self, prompt: &[LlamaToken]) -> Speculation {
        // A model that cannot forget a part cannot take a guess back.
        match self.loaded.speculates && self.kv.can_shrink() {
            true => Speculation::new(prompt),
            false => Speculation::none(),
        }
    }

    fn choice(&self, task: &Task, token: LlamaToken, index: i32) -> Result<Option<Choice>, Fault> {
        let Some(count) = task.alternatives else {
            return Ok(None);
        };
        let logits = self.kv.decoder().context()?.get_logits_ith(index);
        let vocab = self.loaded.model.vocab();
        Ok(Some(alternatives::choice(logits, token, count, &vocab)))
    }

    /// What tells thoughts from the reply, and the control tokens it has to see.
    fn splitter(&self, work: &Work<'_>) -> (Splitter, Vec<LlamaToken>) {
        let marks = self.loaded.template.marks_for(work.task.opening);
        let texts = marks.map_or(&[][..], Marks::special_texts);
        let shown = tokens::control_tokens(&self.loaded.model, texts);
        (Splitter::new(marks, work.place), shown)
    }
}

fn milliseconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1000.0
}
