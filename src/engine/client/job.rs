//! What the engine is working on for its client, and how long it has had nothing to do.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::Update;
use crate::chat::{Finish, Timings};
use crate::engine::fault::{During, Fault};
use crate::engine::protocol::{Event, MAX_FRAME_BYTES, Request, RequestId, StateFolder};
use crate::params::LoadOptions;

/// A model to load.
#[derive(Debug, Clone)]
pub(super) struct Model {
    pub(super) path: PathBuf,
    pub(super) options: LoadOptions,
    pub(super) states: Option<StateFolder>,
    /// Whether it is loaded however little memory there is.
    pub(super) is_forced: bool,
}

/// The request the engine is working on.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) id: RequestId,
    pub(super) kind: Kind,
    pub(super) stopping: Stopping,
    /// What the engine has told of a reply so far.
    pub(super) progress: Progress,
}

/// How far a request is on its way to an end that the user has asked for. The engine looks
/// for a cancel between two batches of tokens, and nobody knows how long one takes while
/// other programs compute. So the user is answered after a moment, and the engine finds its
/// way back in its own time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stopping {
    /// Nobody has asked for its end.
    No,
    /// The engine has been asked, and may answer until then.
    Asked(Instant),
    /// The user has been told that it is stopped. What the engine still says of it is
    /// dropped. It is taken for stuck if it has not come to an end by then.
    Told(Instant),
}

impl Stopping {
    /// When to lose patience.
    pub(super) fn deadline(self) -> Option<Instant> {
        match self {
            Self::No => None,
            Self::Asked(deadline) | Self::Told(deadline) => Some(deadline),
        }
    }
}

/// What is known of a reply that has not ended, by the client's own clock.
#[derive(Debug)]
pub(super) struct Progress {
    begun: Instant,
    /// When the engine last told of something done.
    last: Instant,
    /// When the first token was told of.
    first: Option<Instant>,
    /// When the last thought was.
    thought: Option<Instant>,
    prompt_tokens: u32,
    generated_tokens: u32,
    context_tokens: u32,
    /// The longest that it computed without a word.
    longest_step: Duration,
}

impl Progress {
    fn new() -> Self {
        let now = Instant::now();
        Self {
            begun: now,
            last: now,
            first: None,
            thought: None,
            prompt_tokens: 0,
            generated_tokens: 0,
            context_tokens: 0,
            longest_step: Duration::ZERO,
        }
    }

    pub(super) fn note(&mut self, event: &Event) {
        let now = Instant::now();
        match event {
            Event::Prefill {
                done_tokens,
                total_tokens,
                ..
            } => {
                self.context_tokens = *done_tokens;
                self.prompt_tokens = *total_tokens;
            }
            Event::Piece {
                generated_tokens,
                context_tokens,
                is_reasoning,
                ..
            } => {
                self.first.get_or_insert(now);
                if *is_reasoning {
                    self.thought = Some(now);
                }
                self.generated_tokens = *generated_tokens;
                self.context_tokens = *context_tokens;
            }
            _ => return,
        }
        self.longest_step = self.longest_step.max(now - self.last);
        self.last = now;
    }

    /// The longest that the engine computed without a word, this time included.
    pub(super) fn longest_step(&self) -> Duration {
        self.longest_step.max(self.last.elapsed())
    }

    fn timings(&self) -> Timings {
        let ms = |from: Instant, to: Instant| (to - from).as_secs_f64() * 1000.0;
        let first = self.first.unwrap_or(self.last);
        Timings {
            prompt_tokens: self.prompt_tokens,
            prompt_ms: ms(self.begun, first),
            generated_tokens: self.generated_tokens,
            generation_ms: ms(first, self.last),
            first_token_ms: self.first.map_or(0.0, |first| ms(self.begun, first)),
            reasoning_ms: self.thought.map_or(0.0, |thought| ms(first, thought)),
            ..Timings::default()
        }
    }
}

#[derive(Debug)]
pub(super) enum Kind {
    Load(Model),
    Reply,
    Count,
}

impl Job {
    pub(super) fn new(id: RequestId, kind: Kind) -> Self {
        Self {
            id,
            kind,
            stopping: Stopping::No,
            progress: Progress::new(),
        }
    }

    /// Whether the user has been told that it is stopped while the engine still works on it.
    pub(super) fn is_over_for_the_user(&self) -> bool {
        matches!(self.stopping, Stopping::Told(_))
    }

    /// That it has been stopped, for the user.
    pub(super) fn stopped(&self) -> Update {
        Update::Done {
            id: self.id,
            finish: Finish::Cancelled,
            timings: self.progress.timings(),
            seed: 0,
            context_tokens: self.progress.context_tokens,
        }
    }

    pub(super) fn is_reply(&self) -> bool {
        matches!(self.kind, Kind::Reply)
    }

    pub(super) fn is_load(&self) -> bool {
        matches!(self.kind, Kind::Load(_))
    }

    /// What to call it in an error.
    pub(super) fn during(&self) -> During {
        match &self.kind {
            Kind::Load(model) => During::Load(model.path.clone()),
            Kind::Reply | Kind::Count => During::Reply,
        }
    }
}

/// Why a request could not be written.
pub(super) fn not_sent(request: &Request, error: &io::Error) -> Fault {
    match error.kind() {
        io::ErrorKind::FileTooLarge => Fault::PromptTooLarge {
            size_bytes: serde_json::to_vec(request).map_or(0, |json| json.len() as u64),
            limit_bytes: MAX_FRAME_BYTES as u64,
        },
        _ => Fault::BadRequest {
            reason: error.to_string(),
        },
    }
}

/// When an engine that has nothing to do is ended.
#[derive(Debug)]
pub(super) struct Rest {
    /// After how long; never where there is nothing.
    pub(super) after: Option<Duration>,
    since: Instant,
}

impl Rest {
    pub(super) fn new() -> Self {
        Self {
            after: None,
            since: Instant::now(),
        }
    }

    /// Notes that something was just done or asked for.
    pub(super) fn interrupt(&mut self) {
        self.since = Instant::now();
    }

    /// When it has rested long enough.
    pub(super) fn end(&self) -> Option<Instant> {
        self.since.checked_add(self.after?)
    }
}

/// Waits until then; for ever where there is no such time.
pub(super) async fn at(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prompt_whose_reading_is_stopped_is_as_long_as_before() {
        let mut job = Job::new(1, Kind::Reply);
        job.progress.note(&Event::Prefill {
            id: 1,
            done_tokens: 256,
            total_tokens: 6314,
        });
        let Update::Done {
            timings,
            context_tokens,
            ..
        } = job.stopped()
        else {
            panic!("what is stopped has ended");
        };
        assert_eq!((timings.prompt_tokens, context_tokens), (6314, 256));
    }
}
