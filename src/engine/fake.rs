//! A scripted engine, for tests of the window only. It speaks the real protocol over
//! in-memory pipes, so the client's whole path is tested with it; it computes nothing.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream, duplex};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

use super::fault::Fault;
use super::notice::Notice;
use super::protocol::{
    Event, MemoryUse, ModelInfo, Placement, Request, RequestId, Task, TemplateSource, Turn,
};
use super::transport::{self, Line};
use crate::chat::{Finish, Timings};
use crate::params::Sampling;

/// Bytes that may wait in each in-memory pipe.
const PIPE_BYTES: usize = 64 * 1024;

/// What the engine does, whatever it is asked.
#[derive(Debug, Clone, Default)]
pub struct Script {
    /// Why loading fails; it succeeds where there is nothing.
    pub load_fault: Option<Fault>,
    /// Files that cannot be loaded the next time, and why; once for each.
    pub refusals: Arc<Mutex<Vec<(PathBuf, Fault)>>>,
    /// The replies, one after the other, also across restarts; then from the first again.
    pub replies: Vec<Vec<Step>>,
    /// What is written in the background, each time.
    pub background: Vec<Step>,
    /// How many times something was begun in the background.
    pub begun_in_background: Arc<AtomicUsize>,
    /// How many replies have been begun by all engines that play this script.
    pub begun: Arc<AtomicUsize>,
    /// What was said before each reply that was asked for.
    pub heard: Arc<Mutex<Vec<Vec<Turn>>>>,
    /// How many engines that play this script were asked to end.
    pub ended: Arc<AtomicUsize>,
    /// What was asked of all engines that play this script, one after the other.
    pub tasks: Arc<Mutex<Vec<Task>>>,
    /// What the user is told of a model that is loaded.
    pub notices: Vec<Notice>,
}

/// A step of a reply.
#[derive(Debug, Clone)]
pub enum Step {
    /// Write this.
    Piece(String),
    /// Write this, which may turn out to be thoughts.
    Untold(String),
    /// Tell that all so far were thoughts.
    WereThoughts,
    /// Think for so long.
    Wait(Duration),
    /// Wait for a cancel.
    WaitForCancel,
    /// End the process.
    Die,
}

impl Script {
    /// One reply, word by word.
    #[must_use]
    pub fn saying(reply: &str) -> Self {
        let words = reply.split_inclusive(' ');
        let steps = words.map(|word| Step::Piece(word.to_owned())).collect();
        Self {
            replies: vec![steps],
            ..Self::default()
        }
    }

    fn fault_of(&self, path: &Path) -> Option<Fault> {
        let once = self.refusals.lock().ok().and_then(|mut refusals| {
            let at = refusals.iter().position(|(refused, _)| refused == path)?;
            Some(refusals.remove(at).1)
        });
        once.or_else(|| self.load_fault.clone())
    }

    /// What comes next of what was asked for.
    fn steps_of(&self, task: Task) -> Vec<Step> {
        if task.background {
            self.begun_in_background.fetch_add(1, Ordering::Relaxed);
            return self.background.clone();
        }
        if let Ok(mut heard) = self.heard.lock() {
            heard.push(task.turns.clone());
        }
        if let Ok(mut tasks) = self.tasks.lock() {
            tasks.push(task);
        }
        let begun = self.begun.fetch_add(1, Ordering::Relaxed);
        let index = begun % self.replies.len().max(1);
        self.replies.get(index).cloned().unwrap_or_default()
    }

    /// Starts the engine on the runtime of the caller. Returns its input and its output.
    pub(super) fn start(&self) -> (DuplexStream, DuplexStream) {
        let (input, engine_input) = duplex(PIPE_BYTES);
        let (engine_output, output) = duplex(PIPE_BYTES);
        tokio::spawn(play(self.clone(), engine_input, engine_output));
        (input, output)
    }
}

async fn play(script: Script, input: DuplexStream, mut output: DuplexStream) {
    let mut lines = BufReader::new(input).lines();
    let (events, mut told) = mpsc::unbounded_channel();
    let mut replies = Replies::default();
    loop {
        let request = tokio::select! {
            Some(event) = told.recv() => {
                let is_heard = match event {
                    Told::Event(event) => say(&mut output, event).await,
                    Told::Death => false,
                };
                match is_heard {
                    true => continue,
                    false => return,
                }
            }
            line = lines.next_line() => match line {
                Ok(Some(line)) => match transport::parse::<Request>(line.as_bytes()) {
                    Line::Body(request) => request,
                    _ => continue,
                },
                _ => return,
            },
        };
        let answer = match request {
            Request::Hello => Event::Ready {
                version: env!("CARGO_PKG_VERSION").into(),
                devices: Vec::new(),
            },
            Request::Load { id, path, .. } => match script.fault_of(&path) {
                Some(fault) => Event::Failed {
                    id: Some(id),
                    fault,
                },
                None => Event::Loaded {
                    id,
                    model: model(path, script.notices.clone()),
                },
            },
            Request::Generate { id, task } => {
                let steps = script.steps_of(task);
                replies.begin(id, steps, &events);
                continue;
            }
            Request::Count { id, turns, .. } => counted(id, &turns),
            Request::Cancel { id } => {
                replies.cancel(id);
                continue;
            }
            Request::Shutdown => {
                script.ended.fetch_add(1, Ordering::Relaxed);
                return;
            }
        };
        if !say(&mut output, answer).await {
            return;
        }
    }
}

/// What one of the replies has to tell.
enum Told {
    Event(Event),
    /// The process is to end.
    Death,
}

/// The replies that are being written. They end with this.
#[derive(Default)]
struct Replies {
    tasks: JoinSet<()>,
    cancels: HashMap<RequestId, oneshot::Sender<()>>,
}

impl Replies {
    fn begin(&mut self, id: RequestId, steps: Vec<Step>, told: &mpsc::UnboundedSender<Told>) {
        let (cancel, cancelled) = oneshot::channel();
        self.cancels.insert(id, cancel);
        self.tasks.spawn(reply(id, steps, told.clone(), cancelled));
    }

    fn cancel(&mut self, id: RequestId) {
        if let Some(cancel) = self.cancels.remove(&id) {
            // It may have ended meanwhile.
            let _ = cancel.send(());
        }
    }
}

/// Plays one reply.
async fn reply(
    id: RequestId,
    steps: Vec<Step>,
    told: mpsc::UnboundedSender<Told>,
    mut cancelled: oneshot::Receiver<()>,
) {
    let mut generated_tokens = 0;
    let mut finish = Finish::EndOfReply;
    for step in steps {
        let is_untold = matches!(step, Step::Untold(_));
        let (event, wait) = match step {
            Step::Piece(text) | Step::Untold(text) => {
                generated_tokens += 1;
                let piece = Event::Piece {
                    id,
                    text,
                    is_reasoning: false,
                    is_untold,
                    choices: Vec::new(),
                    generated_tokens,
                    context_tokens: 20 + generated_tokens,
                };
                (Some(Told::Event(piece)), Duration::ZERO)
            }
            Step::WereThoughts => (
                Some(Told::Event(Event::WereThoughts { id })),
                Duration::ZERO,
            ),
            Step::Wait(wait) => (None, wait),
            Step::WaitForCancel => (None, Duration::MAX),
            Step::Die => (Some(Told::Death), Duration::MAX),
        };
        if event.is_some_and(|event| told.send(event).is_err()) {
            return;
        }
        if let Ok(Ok(())) = tokio::time::timeout(wait, &mut cancelled).await {
            finish = Finish::Cancelled;
            break;
        }
    }
    let done = Event::Done {
        id,
        finish,
        timings: Timings {
            prompt_tokens: 20,
            cached_tokens: 0,
            prompt_ms: 100.0,
            generated_tokens,
            generation_ms: f64::from(generated_tokens) * 10.0,
            first_token_ms: 100.0,
            ..Timings::default()
        },
        seed: 1,
        context_tokens: 20 + generated_tokens,
    };
    let _ = told.send(Told::Event(done));
}

/// A token a word, which is as good as any count here.
fn counted(id: RequestId, turns: &[Turn]) -> Event {
    let turn_tokens: Vec<u32> = turns
        .iter()
        .map(|turn| u32::try_from(turn.content.split_whitespace().count()).unwrap_or(u32::MAX))
        .collect();
    Event::Counted {
        id,
        prompt_tokens: turn_tokens.iter().sum::<u32>() + 20,
        turn_tokens,
        tokens: Vec::new(),
    }
}

async fn say(output: &mut DuplexStream, event: Event) -> bool {
    match transport::encode(&event) {
        Ok(line) => output.write_all(&line).await.is_ok(),
        Err(_) => false,
    }
}

fn model(path: PathBuf, notices: Vec<Notice>) -> ModelInfo {
    ModelInfo {
        path,
        name: "Scripted".into(),
        architecture: "fake".into(),
        parameters: 135_000_000,
        size_bytes: 98_000_000,
        context_tokens: 2048,
        trained_context_tokens: 2048,
        threads: 2,
        sampling: Sampling::default(),
        notices,
        placement: vec![Placement {
            device: "CPU".into(),
            layers: 31,
            weight_bytes: 98_000_000,
        }],
        memory: MemoryUse {
            weight_bytes: 98_000_000,
            kv_bytes: 47_000_000,
            compute_bytes: 100_000_000,
        },
        template: TemplateSource::Model,
    }
}
