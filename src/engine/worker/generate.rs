//! A loaded model with its context, and what it does for one reply or several: begin them,
//! read, write. Which of them is to have its turn is the business of [`super::scheduler`].

use std::time::{Duration, Instant};

use llama_cpp_2::llama_backend::LlamaBackend;
use llama_cpp_2::token::LlamaToken;

use super::cache::Limits;
use super::decoder::{Decoder, Logits, MAX_BATCH};
use super::draft::Draft;
use super::exactness::Exactness;
use super::gate::Gate;
use super::host::Output;
use super::kv::{Kv, More, Unevaluated, Unready};
use super::load::{Failure, Loaded};
use super::prompt::{Prompter, count};
use super::reasoning::{Marks, Place, Splitter};
use super::reply::Reply;
use super::sampling::{self, Sampler};
use super::speculation::Speculation;
use super::states::States;
use super::stops::Rules;
use super::threads::{Load, Pace};
use super::writing::{At, Beginning, Writing};
use super::{limits, load, tokens};
use crate::chat::Finish;
use crate::engine::fault::Fault;
use crate::engine::notice::Notice;
use crate::engine::protocol::{Event, Opening, RequestId, StateFolder, Task, Turn};

/// Texts longer than this say how far they have been read.
const PROGRESS_FROM: usize = 128;

/// A model that can answer.
pub(super) struct Engine<'m> {
    loaded: &'m Loaded,
    prompter: Prompter<'m>,
    kv: Kv<'m>,
    output: Output,
    /// How many tokens of a prompt are evaluated in one go.
    chunk: usize,
    threads: Option<(Pace, Load)>,
    draft: Option<Draft<'m>>,
    exactness: Exactness,
    begun: Instant,
    /// What the user should know about the draft model.
    notice: Option<Notice>,
}

impl<'m> Engine<'m> {
    pub(super) fn new(
        backend: &'m LlamaBackend,
        loaded: &'m Loaded,
        states: Option<&StateFolder>,
        output: &Output,
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
            output: output.clone(),
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
    ) -> Result<(), Failure> {
        let (tokens, _) = self.prompter.tokens(turns, opening)?;
        self.output.emit(&Event::Counted {
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

    /// Makes a reply of a task, which waits for its turn.
    pub(super) fn begin(&mut self, id: RequestId, task: &Task) -> Result<Writing<'m>, Failure> {
        let asked = Instant::now();
        if let Some((_, load)) = &mut self.threads {
            load.begin();
        }
        let prompt = self.prompter.prompt(task, self.kv.context_tokens())?;
        if !prompt.left_out.is_empty() || task.omitted.turns > 0 {
            self.output.emit(&Event::LeftOut {
                id,
                omitted_turns: task.omitted.turns,
                turns: prompt.left_out.iter().map(|&at| count(at)).collect(),
                tokens: count(prompt.left_out_tokens),
            })?;
        }
        let loaded = self.loaded;
        let (place, prompt) = (prompt.place, prompt.tokens);
        let sampling = task.sampling.or(&loaded.recommended);
        let seed = sampling::seed(&sampling);
        // A grammar that makes no sense is refused before anything is evaluated.
        let room = self.kv.context_tokens().saturating_sub(prompt.len());
        let gate = Gate::new(loaded, task, &sampling, place, room);
        let sampler = Sampler::new(&loaded.model, &sampling, seed, &prompt, gate)?;
        let (splitter, marks) = self.splitter(task.opening, place);
        let reply = Reply::new(
            id,
            self.output.clone(),
            loaded.model.vocab(),
            Rules::new(loaded, task, &sampling.stop),
            splitter,
            marks,
        );
        Ok(Writing::new(Beginning {
            id,
            chat: task.chat,
            is_background: task.background,
            // Nobody compares what is written in the background, a title say.
            is_repeatable: !task.background
                && (sampling.temperature() <= 0.0 || sampling.seed.is_some()),
            speculation: self.speculation(&prompt),
            prompt,
            seed,
            sampler,
            reply,
            vocab: loaded.model.vocab(),
            alternatives: task.alternatives,
            max_tokens: sampling.max_tokens,
            asked,
        }))
    }

    /// Finds a waiting reply a place in the KV cache.
    ///
    /// `false` where those in work leave it none now.
    pub(super) fn admit(&mut self, writing: &mut Writing<'m>) -> Result<bool, Failure> {
        let (chat, is_background) = (writing.chat, writing.is_background);
        match self.kv.prepare(chat, &writing.text, is_background) {
            Ok(ready) => writing.read_from(ready),
            Err(Unready::Busy) => return Ok(false),
            Err(Unready::Fault(fault)) => return Err(fault.into()),
        }
        self.tell_progress(writing)?;
        Ok(true)
    }

    /// Takes the place of a reply away, which waits from now on.
    pub(super) fn displace(&mut self, writing: &mut Writing<'m>) {
        if let Some(sequence) = writing.sequence() {
            self.kv.release(sequence);
            self.kv.leave(sequence);
        }
        writing.wait();
    }

    /// Has those wait whose place is gone with all that was in the KV cache.
    pub(super) fn note_loss(&self, writings: &mut [Writing<'m>]) {
        for writing in writings {
            if writing.sequence().is_some_and(|it| !self.kv.holds(it)) {
                writing.wait();
            }
        }
    }

    /// Evaluates the next part of what the KV cache lacks of a reply's text, but for its last
    /// token; `briefly` where others wait who are to wait less. Returns how long it took.
    ///
    /// The last token goes on its own: then a reply is the same to the last bit when the
    /// prompt is asked again and all else is in the cache.
    pub(super) fn read(
        &mut self,
        writing: &mut Writing<'m>,
        briefly: bool,
    ) -> Result<Result<Duration, Unevaluated>, Failure> {
        let begun = Instant::now();
        let At::Reading(sequence) = writing.at else {
            return Ok(Ok(Duration::ZERO));
        };
        let body = writing.text.len().saturating_sub(1);
        let from = self.kv.len(sequence);
        if from < body {
            // Values depend on how much is evaluated at a time.
            let chunk = match briefly && !writing.is_repeatable {
                true => limits::brief(self.chunk),
                false => self.chunk,
            };
            let to = body.min(from + chunk);
            let more = More {
                sequence,
                tokens: writing.text.get(from..to).unwrap_or_default(),
                logits: Logits::None,
            };
            if let Err(problem) = self.kv.evaluate(&[more]) {
                return Ok(Err(problem));
            }
            self.tell_progress(writing)?;
            if to < body {
                return Ok(Ok(begun.elapsed()));
            }
        }
        if !self.kv.can_shrink() {
            self.kv.keep_checkpoint(sequence);
        }
        writing.at = At::Writing(sequence);
        Ok(Ok(begun.elapsed()))
    }

    fn tell_progress(&self, writing: &Writing<'m>) -> Result<(), std::io::Error> {
        let total = writing.text.len();
        let Some(sequence) = writing.sequence().filter(|_| total > PROGRESS_FROM) else {
            return Ok(());
        };
        self.output.emit(&Event::Prefill {
            id: writing.id,
            done_tokens: count(self.kv.len(sequence)),
            total_tokens: count(total),
        })
    }

    /// Settles what is to be evaluated for the next token of a reply. Guesses are made for
    /// one that writes alone: beside others, the processor has enough to do.
    pub(super) fn choose(
        &mut self,
        writing: &mut Writing<'m>,
        is_alone: bool,
    ) -> Result<(), Fault> {
        let (At::Writing(sequence), Some(&last)) = (writing.at, writing.text.last()) else {
            return Ok(());
        };
        if !writing.speculation.chosen().is_empty() {
            return Ok(());
        }
        let room = self.kv.context_tokens() - self.kv.len(sequence) - 1;
        let most = match is_alone {
            true => room.min(writing.left()).min(MAX_BATCH - 1),
            false => 0,
        };
        let draft = self.draft.as_mut().filter(|_| is_alone);
        let batch = writing.speculation.batch(last, most, draft);
        // Sampled without a seed, so another reply is as good.
        if batch.len() > 1
            && writing.is_repeatable
            && !self.exactness.of(&mut self.kv, sequence, batch)?
        {
            writing.speculation.drop_guess();
        }
        Ok(())
    }

    /// Evaluates what has been settled for all of these, in one go.
    pub(super) fn evaluate(&mut self, writings: &[&mut Writing<'m>]) -> Result<(), Unevaluated> {
        let more: Vec<_> = writings.iter().filter_map(|it| it.more()).collect();
        self.kv.evaluate(&more)
    }

    /// Chooses the next tokens of these replies, from what was evaluated for all of them.
    /// Returns why each of them has ended, if it has.
    pub(super) fn take(
        &mut self,
        writings: &mut [&mut Writing<'m>],
    ) -> Vec<Result<Option<Finish>, Failure>> {
        let mut from = 0;
        let mut taken = Vec::new();
        for writing in writings {
            let tokens = writing.speculation.chosen().len();
            taken.push(writing.take(&mut self.kv, from));
            from += tokens;
        }
        taken
    }

    /// Says that a reply has ended, and leaves what it has in the KV cache for the next.
    pub(super) fn end(&mut self, mut writing: Writing<'m>, finish: Finish) -> Result<(), Failure> {
        writing.drop_wrong_guesses(&mut self.kv)?;
        if let Some(sequence) = writing.sequence() {
            self.kv.release(sequence);
        }
        let id = writing.id;
        let done = writing.end(&self.kv, finish)?;
        if let Some(notice) = self.kv.take_notice() {
            self.output.emit(&Event::Notice { id, notice })?;
        }
        self.output.emit(&done)?;
        Ok(())
    }

    /// Leaves the place of a reply that has failed.
    pub(super) fn abandon(&mut self, mut writing: Writing<'m>) {
        if writing.drop_wrong_guesses(&mut self.kv).is_ok()
            && let Some(sequence) = writing.sequence()
        {
            self.kv.release(sequence);
        }
    }

    /// Finds out with how many threads tokens come fastest, for a reply that begins to write.
    pub(super) fn begin_pace(&mut self) {
        if let Some((pace, load)) = self.threads.as_mut() {
            pace.begin(load.idle_cores());
        }
    }

    /// Computes single tokens with as many threads as fit the load of the machine.
    pub(super) fn follow_load(&mut self) -> Result<(), Fault> {
        match self.better_threads() {
            Some(threads) => self.use_threads(threads),
            None => Ok(()),
        }
    }

    /// Computes single tokens with all threads from now on: several threads split the work
    /// on a token otherwise than fewer do, which changes the last bits of its logits and,
    /// sooner or later, a word.
    pub(super) fn use_all_threads(&mut self) -> Result<(), Fault> {
        self.use_threads(self.loaded.shape.threads)
    }

    /// Computes single tokens with so many threads from now on.
    fn use_threads(&mut self, threads: u32) -> Result<(), Fault> {
        if self.threads.is_none() || self.kv.decoder().threads() == threads {
            return Ok(());
        }
        self.kv.set_threads(threads)?;
        if self.kv.decoder().threads() != threads {
            // There was no memory for it, and there will not be next time.
            self.threads = None;
        }
        Ok(())
    }

    /// Notes what a token took that was computed alone.
    pub(super) fn pace(&mut self, took: Duration) {
        let token_ms = took.as_secs_f64() * 1000.0;
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

    fn speculation(&self, prompt: &[LlamaToken]) -> Speculation {
        // A model that cannot forget a part cannot take a guess back.
        match self.loaded.speculates && self.kv.can_shrink() {
            true => Speculation::new(prompt),
            false => Speculation::none(),
        }
    }

    /// What tells thoughts from the reply, and the control tokens it has to see.
    fn splitter(&self, opening: Opening, place: Place) -> (Splitter, Vec<LlamaToken>) {
        let marks = self.loaded.template.marks_for(opening);
        let texts = marks.map_or(&[][..], Marks::special_texts);
        let shown = tokens::control_tokens(&self.loaded.model, texts);
        (Splitter::new(marks, place), shown)
    }
}
