//! Replies on their way to the disk. They go there straight from the thread that hears the
//! engine, so that nothing is lost of what comes while a window is hidden or at work.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::chat::{Finish, MessageId, Timings};
use crate::engine::Update;
use crate::engine::protocol::RequestId;
use crate::store::{Keeper, Write};

/// Where a reply goes.
#[derive(Debug, Clone, Copy)]
struct Destination {
    message: MessageId,
    /// What the message has cost, where it goes on.
    before: Option<Timings>,
}

/// Which replies go where.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    keeper: Option<Arc<Keeper>>,
    replies: Arc<Mutex<HashMap<RequestId, Destination>>>,
}

impl Kept {
    pub(super) fn new(keeper: Option<Arc<Keeper>>) -> Self {
        Self {
            keeper,
            replies: Arc::default(),
        }
    }

    fn replies(&self) -> std::sync::MutexGuard<'_, HashMap<RequestId, Destination>> {
        // A map of numbers is whole, whatever became of the thread that held it.
        self.replies.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The reply to this request goes into that message, which has cost this before.
    pub(super) fn route(&self, id: RequestId, message: MessageId, before: Option<Timings>) {
        if self.keeper.is_some() {
            self.replies().insert(id, Destination { message, before });
        }
    }

    /// Passes on what belongs to a reply.
    pub(super) fn observe(&self, update: &Update) {
        let Some(keeper) = &self.keeper else {
            return;
        };
        match update {
            Update::Piece {
                id,
                text,
                is_reasoning,
                ..
            } => {
                let Some(&Destination { message, .. }) = self.replies().get(id) else {
                    return;
                };
                match is_reasoning {
                    true => keeper.append(message, "", text),
                    false => keeper.append(message, text, ""),
                }
            }
            Update::WereThoughts { id } => {
                let Some(&Destination { message, .. }) = self.replies().get(id) else {
                    return;
                };
                keeper.write(vec![Write::WereThoughts { message }], |_| {});
            }
            Update::Done {
                id,
                finish,
                timings,
                ..
            } => self.end(keeper, *id, *finish, Some(*timings)),
            Update::Failed { id, .. } => self.end(keeper, *id, Finish::Interrupted, None),
            _ => {}
        }
    }

    fn end(&self, keeper: &Keeper, id: RequestId, finish: Finish, timings: Option<Timings>) {
        if let Some(Destination { message, before }) = self.replies().remove(&id) {
            let timings = match (timings, before) {
                (Some(timings), Some(before)) => Some(timings.after(&before)),
                (timings, before) => timings.or(before),
            };
            let end = Write::Finish {
                message,
                finish,
                timings,
            };
            keeper.write(vec![end], |_| {});
        }
    }
}
