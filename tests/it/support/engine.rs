//! Drives `charla engine` by its pipes, as the window does and a person could.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use charla::chat::{Choice, Finish, Role, Timings};
use charla::engine::Fault;
use charla::engine::protocol::{
    Event, ModelInfo, Opening, Request, RequestId, StateFolder, Task, Turn,
};
use charla::engine::transport::{self, Line};
use charla::params::{LoadOptions, Sampling};

use super::{CHARLA, PATIENCE, Running, model, options};

/// A running `charla engine`.
pub(crate) struct Engine {
    running: Running,
    input: Option<ChildStdin>,
    events: Receiver<Event>,
    last_id: RequestId,
    /// Where the models loaded from now on keep the KV cache of chats.
    pub(crate) states: Option<StateFolder>,
}

/// A whole reply.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) text: String,
    pub(crate) reasoning: String,
    pub(crate) choices: Vec<Choice>,
    pub(crate) left_out: Vec<u32>,
    pub(crate) seed: u32,
    pub(crate) pieces: usize,
    pub(crate) prefills: Vec<(u32, u32)>,
    /// [`Finish::Interrupted`] before its end.
    pub(crate) finish: Finish,
    pub(crate) timings: Timings,
    pub(crate) context_tokens: u32,
}

impl Reply {
    fn begun() -> Self {
        Self {
            text: String::new(),
            reasoning: String::new(),
            choices: Vec::new(),
            left_out: Vec::new(),
            seed: 0,
            pieces: 0,
            prefills: Vec::new(),
            finish: Finish::Interrupted,
            timings: Timings::default(),
            context_tokens: 0,
        }
    }

    /// Adds what an event tells of it; returns how it ended, once it has.
    #[track_caller]
    fn note(&mut self, event: Event) -> Option<Result<(), Fault>> {
        match event {
            Event::Prefill {
                done_tokens,
                total_tokens,
                ..
            } => self.prefills.push((done_tokens, total_tokens)),
            Event::LeftOut { turns, .. } => self.left_out = turns,
            Event::Piece {
                text,
                is_reasoning,
                choices,
                ..
            } => {
                match is_reasoning {
                    true => self.reasoning.push_str(&text),
                    false => self.text.push_str(&text),
                }
                self.choices.extend(choices);
                self.pieces += 1;
            }
            Event::WereThoughts { .. } => {
                assert_eq!(self.reasoning, "", "the thoughts come but once");
                self.text.trim().clone_into(&mut self.reasoning);
                self.text.clear();
            }
            Event::Done {
                finish,
                timings,
                seed,
                context_tokens,
                ..
            } => {
                self.finish = finish;
                self.timings = timings;
                self.seed = seed;
                self.context_tokens = context_tokens;
                return Some(Ok(()));
            }
            Event::Failed { fault, .. } => return Some(Err(fault)),
            _ => {}
        }
        None
    }
}

/// Which request an event is about.
fn id_of(event: &Event) -> Option<RequestId> {
    match event {
        Event::Done { id, .. } => Some(*id),
        Event::Failed { id, .. } => *id,
        part => part.reply(),
    }
}

impl Engine {
    pub(crate) fn start() -> Self {
        Self::with(Command::new(CHARLA))
    }

    /// Starts `command` with the argument `engine`. A line that is no event fails the test
    /// that waits for the next one.
    pub(crate) fn with(mut command: Command) -> Self {
        // As the client starts it.
        command
            .arg("engine")
            .env("GGML_NO_BACKTRACE", "1")
            .env("GOMP_SPINCOUNT", "300");
        let (sender, events) = mpsc::channel();
        let (started, start) = mpsc::channel();
        // Linux ends the engine with the thread that started it, and the thread of a test
        // may end before an engine that is shared.
        thread::spawn(move || {
            let mut running = Running::start(command.stderr(Stdio::null()));
            let output = running.0.stdout.take().unwrap();
            started.send(running).ok().unwrap();
            for line in BufReader::new(output).split(b'\n') {
                let line = line.unwrap();
                match transport::parse::<Event>(&line) {
                    Line::Body(event) => {
                        if sender.send(event).is_err() {
                            return;
                        }
                    }
                    bad => panic!("{:?}: {bad:?}", String::from_utf8_lossy(&line)),
                }
            }
            drop(sender);
            // An engine that has closed its output may still be about to end.
            thread::sleep(PATIENCE);
        });
        let mut running = start.recv().unwrap();
        Self {
            input: running.0.stdin.take(),
            running,
            events,
            last_id: 0,
            states: None,
        }
    }

    /// An engine with the real model.
    pub(crate) fn loaded(options: LoadOptions) -> (Self, ModelInfo) {
        let mut engine = Self::start();
        let (_, loaded) = engine.load(&model(), options);
        (engine, loaded.unwrap())
    }

    /// The most memory that its process has held so far.
    #[cfg(target_os = "linux")]
    pub(crate) fn peak_bytes(&self) -> u64 {
        let status = format!("/proc/{}/status", self.running.0.id());
        let status = std::fs::read_to_string(status).unwrap();
        let line = status.lines().find_map(|it| it.strip_prefix("VmHWM:"));
        let kib = line.unwrap().trim().trim_end_matches(" kB");
        kib.parse::<u64>().unwrap() * 1024
    }

    pub(crate) fn new_id(&mut self) -> RequestId {
        self.last_id += 1;
        self.last_id
    }

    /// Writes bytes as they are.
    pub(crate) fn write(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().unwrap();
        input.write_all(bytes).unwrap();
        input.flush().unwrap();
    }

    pub(crate) fn send(&mut self, request: &Request) {
        self.write(&transport::encode(request).unwrap());
    }

    /// The next event.
    #[track_caller]
    pub(crate) fn next(&mut self) -> Event {
        match self.next_or_end() {
            Some(event) => event,
            None => panic!("the engine has ended: {:?}", self.running.0.try_wait()),
        }
    }

    /// The next event; `None` where the engine has ended.
    #[track_caller]
    pub(crate) fn next_or_end(&mut self) -> Option<Event> {
        match self.events.recv_timeout(PATIENCE) {
            Ok(event) => Some(event),
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => panic!("no event came in {PATIENCE:?}"),
        }
    }

    /// Loads a model. Returns how far it said it was, and what came of it.
    #[track_caller]
    pub(crate) fn load(
        &mut self,
        path: &Path,
        options: LoadOptions,
    ) -> (Vec<f32>, Result<ModelInfo, Fault>) {
        let wanted = self.begin_load(path.to_owned(), options);
        let mut fractions = Vec::new();
        loop {
            match self.next() {
                Event::Loading { id, fraction } if id == wanted => fractions.push(fraction),
                Event::Loaded { id, model } if id == wanted => return (fractions, Ok(model)),
                Event::Failed { id, fault } if id == Some(wanted) => {
                    return (fractions, Err(fault));
                }
                _ => {}
            }
        }
    }

    pub(crate) fn begin_load(&mut self, path: PathBuf, options: LoadOptions) -> RequestId {
        let id = self.new_id();
        let states = self.states.clone();
        self.send(&Request::Load {
            is_forced: false,
            id,
            path,
            options,
            states,
        });
        id
    }

    pub(crate) fn begin(&mut self, turns: &[Turn], sampling: Sampling) -> RequestId {
        self.begin_task(Task {
            turns: turns.to_vec(),
            sampling,
            ..Task::default()
        })
    }

    pub(crate) fn begin_task(&mut self, task: Task) -> RequestId {
        let id = self.new_id();
        self.send(&Request::Generate { id, task });
        id
    }

    /// Reads the reply to the request `wanted` to its end.
    #[track_caller]
    pub(crate) fn finish(&mut self, wanted: RequestId) -> Result<Reply, Fault> {
        self.finish_all(&[wanted]).remove(0)
    }

    /// Reads the replies to several requests to their ends, whichever comes first.
    #[track_caller]
    pub(crate) fn finish_all(&mut self, wanted: &[RequestId]) -> Vec<Result<Reply, Fault>> {
        let mut replies: Vec<Reply> = wanted.iter().map(|_| Reply::begun()).collect();
        let mut ends: Vec<Option<Result<(), Fault>>> = vec![None; wanted.len()];
        while ends.iter().any(Option::is_none) {
            let event = self.next();
            let at = |id: &RequestId| wanted.iter().position(|it| it == id);
            if let Some(at) = id_of(&event).as_ref().and_then(at) {
                ends[at] = ends[at].take().or(replies[at].note(event));
            }
        }
        let ends = ends.into_iter().map(Option::unwrap);
        let replies = replies.into_iter();
        ends.zip(replies)
            .map(|(end, reply)| end.map(|()| reply))
            .collect()
    }

    /// A whole reply.
    #[track_caller]
    pub(crate) fn reply(&mut self, turns: &[Turn], sampling: Sampling) -> Result<Reply, Fault> {
        let id = self.begin(turns, sampling);
        self.finish(id)
    }

    /// A whole reply to a task.
    #[track_caller]
    pub(crate) fn carry_out(&mut self, task: Task) -> Result<Reply, Fault> {
        let id = self.begin_task(task);
        self.finish(id)
    }

    /// The tokens of a prompt, and how many each turn's words are.
    #[track_caller]
    pub(crate) fn count(&mut self, turns: &[Turn], opening: Opening) -> (Vec<i32>, Vec<u32>) {
        let wanted = self.new_id();
        self.send(&Request::Count {
            id: wanted,
            turns: turns.to_vec(),
            opening,
            list: true,
        });
        match self.next() {
            Event::Counted {
                id,
                prompt_tokens,
                turn_tokens,
                tokens,
            } if id == wanted => {
                assert_eq!(tokens.len(), prompt_tokens as usize);
                (tokens, turn_tokens)
            }
            other => panic!("{other:?}"),
        }
    }

    /// Has it write what is worth keeping, and end.
    #[track_caller]
    pub(crate) fn shut_down(mut self) -> ExitStatus {
        self.send(&Request::Shutdown);
        self.input.take();
        self.running.wait()
    }

    /// Waits for the first event of a request that has begun to answer.
    #[track_caller]
    pub(crate) fn first_event(&mut self, wanted: RequestId) -> Event {
        loop {
            let event = self.next();
            match event {
                Event::Prefill { id, .. } | Event::Piece { id, .. } | Event::Done { id, .. }
                    if id == wanted =>
                {
                    return event;
                }
                _ => {}
            }
        }
    }

    /// Closes its input; returns how long it took to end, and how it did.
    #[track_caller]
    pub(crate) fn close(mut self) -> (Duration, ExitStatus) {
        let begun = Instant::now();
        self.input.take();
        let status = self.running.wait();
        (begun.elapsed(), status)
    }

    /// Waits until it ends by itself.
    #[track_caller]
    pub(crate) fn end(mut self) -> ExitStatus {
        while self.next_or_end().is_some() {}
        self.running.wait()
    }
}

pub(crate) fn turn(role: Role, content: &str) -> Turn {
    Turn::new(role, content)
}

/// A chat of one question, with the instructions that `models/catalog.toml` gives the model.
pub(crate) fn question(content: &str) -> Vec<Turn> {
    vec![
        turn(Role::System, "You are a helpful assistant."),
        turn(Role::User, content),
    ]
}

/// The likeliest reply, of so many tokens at most.
pub(crate) fn greedy(max_tokens: u32) -> Sampling {
    Sampling {
        temperature: Some(0.0),
        max_tokens: Some(max_tokens),
        ..Sampling::default()
    }
}

/// A prompt of about as many tokens as there are words.
pub(crate) fn long_prompt(words: usize) -> String {
    "tell ".repeat(words)
}

/// Lends one engine with the real model to test after test: loading it takes longer than
/// most of what is tested.
pub(crate) fn shared<T>(test: impl FnOnce(&mut Engine) -> T) -> T {
    static SHARED: Mutex<Option<Engine>> = Mutex::new(None);
    let mut slot = SHARED.lock().unwrap_or_else(|poisoned: PoisonError<_>| {
        // The test before this one failed, and left the engine who knows how.
        SHARED.clear_poison();
        let mut slot = poisoned.into_inner();
        *slot = None;
        slot
    });
    test(slot.get_or_insert_with(|| Engine::loaded(options()).0))
}

/// The likeliest reply to one question.
pub(crate) fn task(content: &str, max_tokens: u32) -> Task {
    Task {
        turns: question(content),
        sampling: greedy(max_tokens),
        ..Task::default()
    }
}
