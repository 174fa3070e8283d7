//! What the engine is working on for its client, and how long it has had nothing to do.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::engine::fault::{During, Fault};
use crate::engine::protocol::{MAX_FRAME_BYTES, Request, RequestId, StateFolder};
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
    /// When the engine is killed; set by a cancel.
    pub(super) deadline: Option<Instant>,
}

#[derive(Debug)]
pub(super) enum Kind {
    Load(Model),
    Reply,
    Count,
}

impl Job {
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
