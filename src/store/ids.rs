//! Ids that two programs do not both give out, though neither asks the other.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::chat::{ChatId, FolderId, MessageId};

/// 2025-01-01 UTC: ids count from here, so that they stay short.
const EPOCH_UNIX_MS: u64 = 1_735_689_600_000;

/// Random bits below the time.
const RANDOM_BITS: u32 = 21;

/// Bits of an id without a time; a number in JavaScript holds no more.
const CHAT_BITS: u32 = 53;

static LAST: AtomicU64 = AtomicU64::new(0);

/// Now, in milliseconds since 1970-01-01 UTC.
#[must_use]
pub fn now_unix_ms() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |elapsed| {
            elapsed.as_millis().try_into().unwrap_or(i64::MAX)
        })
}

/// Grows with time, so that new rows stand at the end of their table, also when the clock
/// is set back.
fn in_order() -> u64 {
    let elapsed_ms = u64::try_from(now_unix_ms())
        .unwrap_or(0)
        .saturating_sub(EPOCH_UNIX_MS);
    let fresh = ((elapsed_ms << RANDOM_BITS) | fastrand::u64(..1 << RANDOM_BITS)) & (u64::MAX >> 1);
    let next = |last: u64| Some(fresh.max(last + 1));
    match LAST.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next) {
        Ok(last) | Err(last) => fresh.max(last + 1),
    }
}

fn random() -> u64 {
    fastrand::u64(1..1 << CHAT_BITS)
}

impl ChatId {
    /// An id that no chat has.
    #[must_use]
    pub fn fresh() -> Self {
        Self(random())
    }
}

impl FolderId {
    /// An id that no folder has.
    #[must_use]
    pub fn fresh() -> Self {
        Self(random())
    }
}

impl MessageId {
    /// An id that no message has, greater than those that were given out before.
    #[must_use]
    pub fn fresh() -> Self {
        Self(in_order())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_messages_grow() {
        let ids: Vec<_> = (0..10_000).map(|_| MessageId::fresh()).collect();
        assert!(ids.is_sorted_by(|a, b| a < b));
        assert!(
            i64::try_from(ids[0].0).is_ok(),
            "SQLite's numbers have a sign"
        );
    }
}
