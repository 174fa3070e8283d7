//! The replies that are being written, of whichever chats.

use std::time::{Duration, Instant};

use crate::chat::{ChatId, MessageId};
use crate::engine::protocol::RequestId;

/// The replies that are being written: one in a chat at most.
#[derive(Debug, Default)]
pub(in crate::app) struct Replies(Vec<Reply>);

impl Replies {
    pub(in crate::app) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(in crate::app) fn iter(&self) -> impl Iterator<Item = &Reply> {
        self.0.iter()
    }

    /// The one that is being written in a chat.
    pub(in crate::app) fn in_chat(&self, chat: ChatId) -> Option<&Reply> {
        self.0.iter().find(|it| it.chat == chat)
    }

    pub(in crate::app) fn in_chat_mut(&mut self, chat: ChatId) -> Option<&mut Reply> {
        self.0.iter_mut().find(|it| it.chat == chat)
    }

    pub(in crate::app) fn get_mut(&mut self, request: RequestId) -> Option<&mut Reply> {
        self.0.iter_mut().find(|it| it.request == request)
    }

    pub(in crate::app) fn begin(&mut self, mut reply: Reply) {
        reply.is_alone = self.0.is_empty();
        for other in &mut self.0 {
            other.is_alone = false;
        }
        self.0.push(reply);
    }

    /// Takes out one that has ended.
    pub(in crate::app) fn end(&mut self, request: RequestId) -> Option<Reply> {
        let at = self.0.iter().position(|it| it.request == request)?;
        Some(self.0.remove(at))
    }

    /// Takes out those that will not go on.
    pub(in crate::app) fn take(&mut self, mut is_over: impl FnMut(&Reply) -> bool) -> Vec<Reply> {
        self.0.extract_if(.., |it| is_over(it)).collect()
    }
}

/// A reply that is being written.
#[derive(Debug)]
pub(in crate::app) struct Reply {
    pub(in crate::app) request: RequestId,
    pub(in crate::app) chat: ChatId,
    pub(in crate::app) message: MessageId,
    /// Tokens of the prompt that are read, and all of them.
    pub(in crate::app) prefill: Option<(u32, u32)>,
    /// When the first of them that were not known were heard of, and how many were read then.
    pub(in crate::app) prefill_since: Option<(Instant, u32)>,
    pub(in crate::app) generated_tokens: u32,
    pub(in crate::app) first_piece: Option<Instant>,
    /// Whether the user has moved a slider since it began.
    pub(in crate::app) settings_changed: bool,
    pub(in crate::app) is_stopping: bool,
    /// Whether it has been written alone so far: beside others, it is slower than the model.
    pub(in crate::app) is_alone: bool,
}

impl Reply {
    pub(in crate::app) fn new(request: RequestId, chat: ChatId, message: MessageId) -> Self {
        Self {
            request,
            chat,
            message,
            prefill: None,
            prefill_since: None,
            generated_tokens: 0,
            first_piece: None,
            settings_changed: false,
            is_stopping: false,
            is_alone: true,
        }
    }

    /// Tokens of the prompt read a second, and how long the rest takes at that rate; once
    /// there is enough to tell.
    pub(in crate::app) fn prefill_pace(&self) -> Option<(f64, Duration)> {
        let ((done, total), (since, before)) = (self.prefill?, self.prefill_since?);
        let rate = rate(done.saturating_sub(before), since.elapsed())?;
        let left = f64::from(total.saturating_sub(done)) / rate;
        Some((rate, Duration::try_from_secs_f64(left).ok()?))
    }

    /// Tokens a second so far, once there are enough to tell.
    pub(in crate::app) fn tokens_per_second(&self) -> Option<f64> {
        let elapsed = self.first_piece?.elapsed().as_secs_f64();
        (self.generated_tokens > 4 && elapsed > 0.1)
            .then(|| f64::from(self.generated_tokens - 1) / elapsed)
    }
}

/// How many a second; `None` where it is too early to tell.
fn rate(count: u32, elapsed: Duration) -> Option<f64> {
    let elapsed = elapsed.as_secs_f64();
    (count > 0 && elapsed > 0.5).then(|| f64::from(count) / elapsed)
}
