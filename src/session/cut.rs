//! What of a chat can be handed to the engine at all. A chat may be brought in from elsewhere
//! and be far larger than what any model reads at a time; then its oldest part stays here,
//! where the user wants the oldest left out.

use std::ops::Range;

use crate::chat::Role;
use crate::engine::protocol::{MAX_FRAME_BYTES, Omitted, Turn};
use crate::params::Overflow;

/// No vocabulary packs a whole conversation so tightly: what has more bytes than this for
/// each token of the context does not fit, and need not be sent.
const MAX_BYTES_PER_TOKEN: usize = 64;

/// Of a frame, what the conversation may take; the rest is for settings, a grammar say.
const CONVERSATION_BYTES: usize = MAX_FRAME_BYTES - (2 << 20);

/// What JSON puts around a turn, at most.
const TURN_BYTES: usize = 64;

/// The most that JSON makes of a byte.
const BYTES_ESCAPED: usize = 6;

/// What can be sent to a model with a context of so many tokens, in bytes.
pub(super) fn limit_bytes(context_tokens: Option<u32>) -> usize {
    let tokens = context_tokens.and_then(|it| usize::try_from(it).ok());
    let readable = tokens.map(|it| it.saturating_mul(MAX_BYTES_PER_TOKEN));
    readable.map_or(CONVERSATION_BYTES, |it| it.min(CONVERSATION_BYTES))
}

/// Takes the oldest exchanges out of a conversation that has more than `limit_bytes`; says
/// what went. Instructions and the last question always stay.
///
/// What goes, goes in steps of half the limit, so that the engine sees the same beginning
/// turn after turn.
pub(super) fn cut(turns: &mut Vec<Turn>, limit_bytes: usize, overflow: Overflow) -> Omitted {
    let first = match overflow {
        Overflow::Stop => return Omitted::default(),
        Overflow::DropOldest => 0,
        Overflow::KeepEnds => 1,
    };
    let raw_bytes: usize = turns
        .iter()
        .map(|turn| turn.content.len() + reasoning_bytes(turn) + TURN_BYTES)
        .sum();
    if raw_bytes.saturating_mul(BYTES_ESCAPED) <= limit_bytes {
        return Omitted::default();
    }
    let sizes: Vec<usize> = turns.iter().map(sent_bytes).collect();
    let excess = sizes.iter().sum::<usize>().saturating_sub(limit_bytes);
    let step = (limit_bytes / 2).max(1);
    let wanted = excess.div_ceil(step) * step;
    let exchanges = exchanges(turns);
    let droppable = exchanges.len().saturating_sub(1).max(first);
    let mut spared = 0;
    let mut gone: Option<Range<usize>> = None;
    for exchange in exchanges.get(first..droppable).unwrap_or_default() {
        if spared >= wanted {
            break;
        }
        spared += sizes[exchange.clone()].iter().sum::<usize>();
        let from = gone.map_or(exchange.start, |gone| gone.start);
        gone = Some(from..exchange.end);
    }
    let mut omitted = Omitted::default();
    for turn in gone.map(|gone| turns.drain(gone)).into_iter().flatten() {
        omitted.turns += 1;
        omitted.bytes += turn.content.len() as u64;
    }
    omitted
}

/// The turns from each question to the next; what is at the beginning of all, instructions
/// but for them, belongs to the first.
fn exchanges(turns: &[Turn]) -> Vec<Range<usize>> {
    let begin = turns
        .iter()
        .take_while(|turn| turn.role == Role::System)
        .count();
    let is_question = |at: &usize| turns[*at].role == Role::User;
    let mut begins: Vec<usize> = (begin + 1..turns.len()).filter(is_question).collect();
    if begin < turns.len() {
        begins.insert(0, begin);
    }
    let ends = begins.iter().skip(1).copied().chain([turns.len()]);
    begins
        .iter()
        .zip(ends)
        .map(|(&from, to)| from..to)
        .collect()
}

fn reasoning_bytes(turn: &Turn) -> usize {
    turn.reasoning.as_deref().map_or(0, str::len)
}

/// How long a turn is as JSON.
fn sent_bytes(turn: &Turn) -> usize {
    let text = |text: &str| -> usize {
        let escaped = |byte: u8| match byte {
            b'"' | b'\\' | b'\n' | b'\r' | b'\t' => 2,
            ..b' ' => BYTES_ESCAPED,
            _ => 1,
        };
        text.bytes().map(escaped).sum()
    };
    TURN_BYTES + text(&turn.content) + turn.reasoning.as_deref().map_or(0, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Turns by their letters, each of so many bytes as JSON.
    fn turns(letters: &str, bytes: usize) -> Vec<Turn> {
        let turn = |letter| {
            let role = match letter {
                's' => Role::System,
                'u' => Role::User,
                _ => Role::Assistant,
            };
            Turn::new(role, "x".repeat(bytes - TURN_BYTES))
        };
        letters.chars().map(turn).collect()
    }

    fn left(letters: &str, limit_bytes: usize, overflow: Overflow) -> (String, u32) {
        let mut turns = turns(letters, 100);
        let omitted = cut(&mut turns, limit_bytes, overflow);
        let letter = |turn: &Turn| match turn.role {
            Role::System => 's',
            Role::User => 'u',
            Role::Assistant | Role::Other(_) => 'a',
        };
        (turns.iter().map(letter).collect(), omitted.turns)
    }

    #[test]
    fn the_oldest_stays_at_home() {
        use Overflow::{DropOldest, KeepEnds, Stop};
        let cases = [
            ("suauau", 600, DropOldest, "suauau", 0),
            ("suauau", 599, Stop, "suauau", 0),
            ("suauau", 599, DropOldest, "su", 4),
            ("suauauauau", 900, DropOldest, "suau", 6),
            ("suauauauau", 900, KeepEnds, "suau", 6),
            ("auau", 399, DropOldest, "u", 3),
            ("aau", 10, DropOldest, "u", 2),
            ("sua", 10, DropOldest, "sua", 0),
            ("sua", 10, KeepEnds, "sua", 0),
            ("u", 10, KeepEnds, "u", 0),
        ];
        for (letters, limit, overflow, kept, gone) in cases {
            let got = left(letters, limit, overflow);
            assert_eq!(
                got,
                (kept.to_owned(), gone),
                "{letters} {limit} {overflow:?}"
            );
        }
    }

    #[test]
    fn thoughts_take_room_as_well() {
        let mut turns = turns("suauau", 100);
        for turn in turns.iter_mut().filter(|it| it.role == Role::Assistant) {
            turn.reasoning = Some("x".repeat(8_000));
        }
        assert_eq!(cut(&mut turns, 12_000, Overflow::DropOldest).turns, 2);
        assert!(serde_json::to_vec(&turns).unwrap().len() <= 12_000);
    }

    #[test]
    fn the_same_stays_at_home_turn_after_turn() {
        let mut gone = Vec::new();
        for exchanges in 60..90 {
            let letters = format!("s{}u", "ua".repeat(exchanges));
            gone.push(left(&letters, 8_000, Overflow::DropOldest).1);
        }
        gone.dedup();
        assert!(gone.len() <= 4, "{gone:?}");
    }

    #[test]
    fn what_is_left_fits_into_a_frame() {
        for byte in ["\u{1}", "\"", "x"] {
            let mut turns = turns("suauauauau", 1_000);
            for turn in &mut turns {
                turn.content = byte.repeat(1 << 20);
            }
            let limit = limit_bytes(None);
            cut(&mut turns, limit, Overflow::DropOldest);
            let sent = serde_json::to_vec(&turns).unwrap();
            assert!(sent.len() <= limit, "{byte:?}: {}", sent.len());
            assert!(!turns.is_empty());
        }
        assert_eq!(limit_bytes(Some(8192)), 8192 * MAX_BYTES_PER_TOKEN);
        assert_eq!(limit_bytes(Some(u32::MAX)), CONVERSATION_BYTES);
    }
}
