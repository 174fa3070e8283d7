//! Which of several replies has its turn: those asked for last come first, for the user has
//! them in front of them; what is written in the background comes last, and only while
//! nobody waits for anything else.
//!
//! A step evaluates one part of a text that is still to be read, and one token of each reply
//! that is being written: all of these in one batch, but for those that are to be the same
//! to the last bit every time, whose batches are what they are alone.

use std::collections::VecDeque;
use std::io;
use std::time::{Duration, Instant};

use super::generate::Engine;
use super::host::{Control, Output};
use super::kv::Unevaluated;
use super::load::Failure;
use super::writing::{At, Writing};
use crate::chat::Finish;
use crate::engine::fault::Fault;
use crate::engine::protocol::{Opening, RequestId, Task, Turn};

/// A conversation that is to be counted.
pub(super) struct Question {
    pub(super) id: RequestId,
    pub(super) turns: Vec<Turn>,
    pub(super) opening: Opening,
    /// Whether to say which tokens.
    pub(super) lists: bool,
}

/// What a model is at work on.
pub(super) struct Scheduler<'m> {
    engine: Engine<'m>,
    /// The one to be served first stands first.
    writings: Vec<Writing<'m>>,
    questions: VecDeque<Question>,
    control: Control,
    output: Output,
    /// How long those who write are to go on before another part of a text is read that
    /// comes after them.
    writers_time: Duration,
}

impl<'m> Scheduler<'m> {
    pub(super) fn new(engine: Engine<'m>, control: &Control, output: &Output) -> Self {
        Self {
            engine,
            writings: Vec::new(),
            questions: VecDeque::new(),
            control: control.clone(),
            output: output.clone(),
            writers_time: Duration::ZERO,
        }
    }

    /// Whether there is nothing to do.
    pub(super) fn is_idle(&self) -> bool {
        self.writings.is_empty() && self.questions.is_empty()
    }

    /// Takes on a conversation to count.
    pub(super) fn count(&mut self, question: Question) {
        self.questions.push_back(question);
    }

    /// Takes on a task.
    pub(super) fn generate(&mut self, id: RequestId, task: &Task) -> io::Result<()> {
        match self.engine.begin(id, task) {
            Ok(writing) => {
                let at = place(self.ranks(), writing.is_background);
                self.writings.insert(at, writing);
                Ok(())
            }
            Err(failure) => self.fail(id, failure),
        }
    }

    /// Writes to disk what would have to be evaluated again, all of it.
    pub(super) fn save_all(&mut self) {
        self.engine.save_all();
    }

    /// Writes one chat to disk that has grown since it was; `false` where there is none.
    pub(super) fn save_one(&mut self) -> bool {
        self.engine.save_one()
    }

    /// Does the next piece of work, which takes as long as two batches at most.
    ///
    /// # Errors
    /// Where nobody reads the events any more, and where only a new process can help.
    pub(super) fn step(&mut self) -> io::Result<()> {
        self.end_cancelled()?;
        self.admit()?;
        self.read()?;
        self.write()?;
        self.answer()
    }

    /// How many of the replies have their turn now: those in the background have none beside
    /// others.
    fn turn(&self) -> usize {
        turn(self.ranks())
    }

    fn ranks(&self) -> impl Iterator<Item = bool> + Clone + use<'_, 'm> {
        self.writings.iter().map(|it| it.is_background)
    }

    fn first_cancelled(&self) -> Option<usize> {
        (self.writings.iter()).position(|it| self.control.is_cancelled(it.id))
    }

    fn end_cancelled(&mut self) -> io::Result<()> {
        while let Some(at) = self.first_cancelled() {
            self.end(at, Finish::Cancelled)?;
        }
        Ok(())
    }

    /// Finds places in the KV cache for those that wait. One that finds none takes that of
    /// one which comes after it, or waits for one before it to end.
    fn admit(&mut self) -> io::Result<()> {
        let mut at = 0;
        while at < self.turn() {
            let has_company = self.writings.iter().any(|it| it.sequence().is_some());
            let writing = &mut self.writings[at];
            if writing.at != At::Waiting || writing.waits_for_room && has_company {
                at += 1;
                continue;
            }
            match self.engine.admit(writing) {
                Ok(true) => at += 1,
                Ok(false) if self.displace_after(at) => {}
                Ok(false) => self.writings[at].waits_for_room = true,
                Err(failure) => self.fail_at(at, failure)?,
            }
        }
        Ok(())
    }

    /// Takes the place of the last of those after `at`; `false` where none of them has one.
    fn displace_after(&mut self, at: usize) -> bool {
        let mut after = self.writings[at + 1..].iter_mut().rev();
        match after.find(|it| it.sequence().is_some()) {
            Some(last) => {
                // Read again at once, it would be in the way again at once.
                last.waits_for_room = true;
                self.engine.displace(last);
                true
            }
            None => false,
        }
    }

    /// Reads a part of the first text that is still to be read. Where others write that come
    /// before it, they have half of the time.
    fn read(&mut self) -> io::Result<()> {
        let turn = self.turn();
        let turn = &mut self.writings[..turn];
        let Some(at) = turn.iter().position(|it| matches!(it.at, At::Reading(_))) else {
            self.writers_time = Duration::ZERO;
            return Ok(());
        };
        let writes = |it: &Writing<'m>| matches!(it.at, At::Writing(_));
        let is_after_others = turn[..at].iter().any(writes);
        if is_after_others && !self.writers_time.is_zero() {
            return Ok(());
        }
        match self.engine.read(&mut turn[at], is_after_others) {
            Ok(Ok(took)) => {
                self.writers_time = match is_after_others {
                    true => took,
                    false => Duration::ZERO,
                };
                Ok(())
            }
            Ok(Err(problem)) => self.make_room(vec![at], problem),
            Err(failure) => self.fail_at(at, failure),
        }
    }

    /// Writes the next token of each reply that is being written.
    fn write(&mut self) -> io::Result<()> {
        let turn = self.turn();
        let writes = |at: &usize| matches!(self.writings[*at].at, At::Writing(_));
        let writing: Vec<usize> = (0..turn).filter(writes).collect();
        let is_only_one = writing.len() == 1;
        let begun = Instant::now();
        if let Err(failure) = self.settle_threads(&writing) {
            self.engine.note_loss(&mut self.writings);
            return self.fail_all(writing, failure);
        }
        for group in self.groups(&writing) {
            // A group before this one may have taken the place of one of these.
            let still = |id: &RequestId| {
                let at = self.writings.iter().position(|it| it.id == *id)?;
                matches!(self.writings[at].at, At::Writing(_)).then_some(at)
            };
            let group: Vec<usize> = group.iter().filter_map(still).collect();
            self.write_together(group, is_only_one)?;
        }
        self.writers_time = self.writers_time.saturating_sub(begun.elapsed());
        Ok(())
    }

    /// Those that write, as their tokens are evaluated: together, but for those that are to
    /// be the same every time.
    fn groups(&self, writing: &[usize]) -> Vec<Vec<RequestId>> {
        let writing = writing.iter().map(|at| &self.writings[*at]);
        let (alone, together): (Vec<_>, Vec<_>) = writing.partition(|it| it.is_repeatable);
        let mut groups: Vec<Vec<RequestId>> = alone.iter().map(|it| vec![it.id]).collect();
        groups.push(together.iter().map(|it| it.id).collect());
        groups
    }

    /// Writes the next token of these replies, in one batch.
    fn write_together(&mut self, group: Vec<usize>, is_only_one: bool) -> io::Result<()> {
        if group.is_empty() {
            return Ok(());
        }
        for &at in &group {
            if let Err(fault) = self.engine.choose(&mut self.writings[at], is_only_one) {
                return self.fail_all(group, fault.into());
            }
        }
        let mut members = members(&mut self.writings, &group);
        let begun = Instant::now();
        if let Err(problem) = self.engine.evaluate(&members) {
            return self.make_room(group, problem);
        }
        if is_only_one && let [only] = &mut members[..] {
            let took = begun.elapsed();
            let tokens = only.speculation.took(took.as_secs_f64() * 1000.0);
            if tokens == 1 && !only.is_repeatable {
                self.engine.pace(took);
            }
        }
        let taken = self.engine.take(&mut members);
        for (at, taken) in group.into_iter().zip(taken).rev() {
            match taken {
                Ok(None) => {}
                Ok(Some(finish)) => self.end(at, finish)?,
                Err(failure) => self.fail_at(at, failure)?,
            }
        }
        Ok(())
    }

    /// A reply that writes alone has its tokens computed with as many threads as come out
    /// fastest, unless one is at work that is to be the same every time.
    fn settle_threads(&mut self, writing: &[usize]) -> Result<(), Failure> {
        let turn = self.turn();
        if self.writings[..turn].iter().any(|it| it.is_repeatable) {
            self.engine.use_all_threads()?;
        } else if let [only] = writing {
            if self.writings[*only].timings.generated_tokens == 0 {
                self.engine.begin_pace();
            }
            self.engine.follow_load()?;
        }
        self.engine.note_loss(&mut self.writings);
        Ok(())
    }

    /// These could not be evaluated. Where that is for want of room, guesses are given up, then
    /// the place of the last that comes after them or among them; else they have failed, or
    /// wait for those before them.
    fn make_room(&mut self, group: Vec<usize>, problem: Unevaluated) -> io::Result<()> {
        if matches!(problem, Unevaluated::Full) {
            let guesses = members(&mut self.writings, &group);
            let has_guessed = guesses.into_iter().any(|it| it.speculation.drop_guess());
            let first = group.first().copied().unwrap_or_default();
            if has_guessed || self.displace_after(first) {
                return Ok(());
            }
            let others = self.writings.iter().enumerate();
            if others
                .filter(|(at, _)| *at != first)
                .any(|(_, it)| it.sequence().is_some())
            {
                let writing = &mut self.writings[first];
                writing.waits_for_room = true;
                self.engine.displace(writing);
                return Ok(());
            }
        }
        self.engine.note_loss(&mut self.writings);
        let fault = Fault::from(problem);
        self.fail_all(group, fault.into())
    }

    /// Counts a conversation, unless somebody waits for the first word of a reply.
    fn answer(&mut self) -> io::Result<()> {
        let turn = self.turn();
        let is_awaited = |it: &Writing<'m>| it.timings.generated_tokens == 0;
        let is_busy = self.writings[..turn]
            .iter()
            .any(|it| !it.is_background && is_awaited(it));
        if is_busy {
            return Ok(());
        }
        let Some(question) = self.questions.pop_front() else {
            return Ok(());
        };
        let Question {
            id,
            turns,
            opening,
            lists,
        } = question;
        match self.engine.count(id, &turns, opening, lists) {
            Ok(()) => Ok(()),
            Err(failure) => self.fail(id, failure),
        }
    }

    fn end(&mut self, at: usize, finish: Finish) -> io::Result<()> {
        let writing = self.remove(at);
        let id = writing.id;
        self.control.forget(id);
        match self.engine.end(writing, finish) {
            Ok(()) => Ok(()),
            Err(failure) => self.fail(id, failure),
        }
    }

    fn fail_all(&mut self, group: Vec<usize>, failure: Failure) -> io::Result<()> {
        let fault = match failure {
            Failure::Fault(fault) => fault,
            Failure::Pipe(error) => return Err(error),
        };
        for at in group.into_iter().rev() {
            self.fail_at(at, fault.clone().into())?;
        }
        Ok(())
    }

    fn fail_at(&mut self, at: usize, failure: Failure) -> io::Result<()> {
        let writing = self.remove(at);
        let id = writing.id;
        self.engine.abandon(writing);
        self.fail(id, failure)
    }

    /// Takes one off the list: there may be room for another now.
    fn remove(&mut self, at: usize) -> Writing<'m> {
        for writing in &mut self.writings {
            writing.waits_for_room = false;
        }
        self.writings.remove(at)
    }

    fn fail(&mut self, id: RequestId, failure: Failure) -> io::Result<()> {
        self.control.forget(id);
        match failure {
            // The client takes this for the end that it is, and starts anew.
            Failure::Fault(fault) if self.engine.is_lost() => Err(io::Error::other(fault)),
            Failure::Fault(fault) => self.output.fail(Some(id), fault),
            Failure::Pipe(error) => Err(error),
        }
    }
}

/// How many of these have their turn, given which of them are in the background: all up to
/// the first that is, or all where there is nothing else.
fn turn(are_background: impl Iterator<Item = bool> + Clone) -> usize {
    let before = are_background.clone().take_while(|it| !it).count();
    match before {
        0 => are_background.count(),
        before => before,
    }
}

/// Where a new one stands among these: before all others, or behind them where it is in the
/// background.
fn place(are_background: impl Iterator<Item = bool>, is_background: bool) -> usize {
    match is_background {
        true => are_background.count(),
        false => 0,
    }
}

/// These of all replies, in their order.
fn members<'a, 'm>(writings: &'a mut [Writing<'m>], group: &[usize]) -> Vec<&'a mut Writing<'m>> {
    let all = writings.iter_mut().enumerate();
    all.filter(|(at, _)| group.contains(at))
        .map(|(_, writing)| writing)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_the_background_has_its_turn_alone() {
        let turn_of = |ranks: &[bool]| turn(ranks.iter().copied());
        assert_eq!(turn_of(&[]), 0);
        assert_eq!(turn_of(&[false, false, true, true]), 2);
        assert_eq!(turn_of(&[true, true]), 2);
    }

    #[test]
    fn what_was_asked_for_last_comes_first() {
        let mut ranks: Vec<(u32, bool)> = Vec::new();
        for (id, is_background) in [(1, true), (2, false), (3, true), (4, false)] {
            let at = place(ranks.iter().map(|it| it.1), is_background);
            ranks.insert(at, (id, is_background));
        }
        let ids: Vec<u32> = ranks.into_iter().map(|it| it.0).collect();
        assert_eq!(ids, [4, 2, 1, 3]);
    }
}
