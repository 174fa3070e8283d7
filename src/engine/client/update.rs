//! What the client tells its owner.

use std::path::PathBuf;

use crate::chat::{Choice, Finish, Timings};
use crate::engine::fault::Error;
use crate::engine::notice::Notice;
use crate::engine::protocol::{Device, Event, ModelInfo, RequestId};
use crate::i18n::Text;

/// What the client tells its owner. Each [`super::Client::generate`] ends with exactly one of
/// [`Update::Done`] and [`Update::Failed`] under its id.
#[derive(Debug, Clone, PartialEq)]
pub enum Update {
    /// The engine is up.
    Ready {
        /// What it can compute on.
        devices: Vec<Device>,
    },
    /// A model is being loaded.
    Loading {
        /// The file.
        path: PathBuf,
        /// How far, 0 to 1.
        fraction: f32,
    },
    /// The model can be used.
    Loaded(Box<ModelInfo>),
    /// A load was stopped; this model is loaded as before.
    Kept(Box<ModelInfo>),
    /// The model has been unused for so long that its memory was given back. The next
    /// message loads it again.
    Unloaded {
        /// The file.
        path: PathBuf,
    },
    /// It cannot.
    LoadFailed {
        /// The file.
        path: PathBuf,
        /// Why.
        error: Error,
        /// The model that answers as before, where one does.
        kept: Option<Box<ModelInfo>>,
    },
    /// The prompt is being read.
    Prefill {
        /// The request.
        id: RequestId,
        /// Tokens in the KV cache by now.
        done_tokens: u32,
        /// Tokens of the prompt.
        total_tokens: u32,
    },
    /// These turns did not fit the context and were left out.
    LeftOut {
        /// The request.
        id: RequestId,
        /// Their places in the request's turns.
        turns: Vec<u32>,
        /// How many the request had left out before.
        omitted_turns: u32,
        /// What they would have taken.
        tokens: u32,
    },
    /// Something the user should know about a reply that goes on.
    Notice {
        /// The request.
        id: RequestId,
        /// What.
        notice: Notice,
    },
    /// The answer to [`super::Client::count`].
    Counted {
        /// The request.
        id: RequestId,
        /// Tokens of the whole prompt.
        prompt_tokens: u32,
        /// Tokens of each turn's words alone.
        turn_tokens: Vec<u32>,
    },
    /// The next piece of a reply.
    Piece {
        /// The request.
        id: RequestId,
        /// What to append.
        text: String,
        /// Whether it belongs to the thoughts before the reply.
        is_reasoning: bool,
        /// Whether it may turn out to: then [`Update::WereThoughts`] comes.
        is_untold: bool,
        /// The tokens since the last piece, where alternatives were asked for.
        choices: Vec<Choice>,
        /// Tokens of the reply so far.
        generated_tokens: u32,
        /// Tokens in the context.
        context_tokens: u32,
    },
    /// All that the message says so far were thoughts.
    WereThoughts {
        /// The request.
        id: RequestId,
    },
    /// A reply has ended.
    Done {
        /// The request.
        id: RequestId,
        /// Why.
        finish: Finish,
        /// What it cost.
        timings: Timings,
        /// The seed it was sampled with.
        seed: u32,
        /// Tokens in the context.
        context_tokens: u32,
    },
    /// A reply could not be had, or not to its end. What had arrived stays.
    Failed {
        /// The request.
        id: RequestId,
        /// Why.
        error: Error,
    },
    /// The engine ended while it had nothing to do. It is being restarted.
    Ended(Error),
}

impl Update {
    /// What to say of turns that were left out.
    #[must_use]
    pub fn left_out(&self) -> Option<Text> {
        match self {
            Self::LeftOut {
                turns,
                omitted_turns,
                tokens,
                ..
            } => {
                let turns = turns.len() as u64 + u64::from(*omitted_turns);
                let text = Text::new("notice-left-out").count("turns", turns);
                Some(text.count("tokens", *tokens))
            }
            _ => None,
        }
    }

    /// The update that an event of a reply becomes without any doing of the client's own;
    /// `None` for those that begin or end something.
    pub(super) fn passing_on(event: Event) -> Option<Self> {
        match event {
            Event::Prefill {
                id,
                done_tokens,
                total_tokens,
            } => Some(Self::Prefill {
                id,
                done_tokens,
                total_tokens,
            }),
            Event::LeftOut {
                id,
                turns,
                omitted_turns,
                tokens,
            } => Some(Self::LeftOut {
                id,
                turns,
                omitted_turns,
                tokens,
            }),
            Event::Notice { id, notice } => Some(Self::Notice { id, notice }),
            Event::Piece {
                id,
                text,
                is_reasoning,
                is_untold,
                choices,
                generated_tokens,
                context_tokens,
            } => Some(Self::Piece {
                id,
                text,
                is_reasoning,
                is_untold,
                choices,
                generated_tokens,
                context_tokens,
            }),
            Event::WereThoughts { id } => Some(Self::WereThoughts { id }),
            _ => None,
        }
    }
}
