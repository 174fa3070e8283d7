//! What the engine is working on for its client.

use std::path::PathBuf;

use tokio::time::Instant;

use crate::engine::fault::During;
use crate::engine::protocol::{RequestId, StateFolder};
use crate::params::LoadOptions;

/// A model to load.
#[derive(Debug, Clone)]
pub(super) struct Model {
    pub(super) path: PathBuf,
    pub(super) options: LoadOptions,
    pub(super) states: Option<StateFolder>,
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
