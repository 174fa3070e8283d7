//! What to leave out of a conversation that does not fit the context: a pure function.
//! Whole questions with their answers go, never a part of a message.

use crate::chat::Role;
use crate::params::Overflow;

/// A turn as far as it matters here.
#[derive(Debug, Clone, Copy)]
pub(super) struct Size {
    pub(super) role: Role,
    pub(super) tokens: usize,
}

/// Tokens that a template puts around a turn, about.
const MARKUP_TOKENS: usize = 6;

/// The places of the turns to leave out so that `excess` tokens are spared, of a context
/// of `room` tokens. Empty where nothing may go; it may be less than what is needed.
///
/// More goes than need be, in steps of an eighth of the context: otherwise each further
/// turn would move the beginning of the prompt, and all of it be evaluated again.
pub(super) fn leave_out(
    turns: &[Size],
    excess: usize,
    room: usize,
    policy: Overflow,
) -> Vec<usize> {
    let step = (room / 8).max(1);
    let wanted = excess.div_ceil(step) * step;
    let exchanges = exchanges(turns);
    // The last one is what is asked now.
    let droppable = exchanges.len().saturating_sub(1);
    let first = match policy {
        Overflow::Stop => return Vec::new(),
        Overflow::DropOldest => 0,
        Overflow::KeepEnds => 1,
    };
    let mut spared = 0;
    let mut left_out = Vec::new();
    for exchange in exchanges.iter().take(droppable).skip(first) {
        if spared >= wanted {
            break;
        }
        for at in exchange.clone() {
            spared += turns[at].tokens + MARKUP_TOKENS;
            left_out.push(at);
        }
    }
    left_out
}

/// The turns from each question to the next. Instructions at the beginning belong to none.
fn exchanges(turns: &[Size]) -> Vec<std::ops::Range<usize>> {
    let begins = (0..turns.len()).filter(|&at| {
        let is_first = turns[..at].iter().all(|turn| turn.role == Role::System);
        turns[at].role == Role::User || turns[at].role == Role::Assistant && is_first
    });
    let begins: Vec<usize> = begins.collect();
    let ends = begins.iter().skip(1).copied().chain([turns.len()]);
    begins
        .iter()
        .zip(ends)
        .map(|(&from, to)| from..to)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Turns by their letters: s, u, a, of 94 tokens each, so that 100 are spared by one.
    fn turns(letters: &str) -> Vec<Size> {
        let role = |letter| match letter {
            's' => Role::System,
            'u' => Role::User,
            _ => Role::Assistant,
        };
        let size = |letter| Size {
            role: role(letter),
            tokens: 100 - MARKUP_TOKENS,
        };
        letters.chars().map(size).collect()
    }

    #[test]
    fn whole_exchanges_go_and_the_ends_stay() {
        use Overflow::{DropOldest, KeepEnds, Stop};
        let cases: [(&str, usize, Overflow, &[usize]); 9] = [
            ("suauau", 150, Stop, &[]),
            ("suauau", 150, DropOldest, &[1, 2]),
            ("suauau", 201, DropOldest, &[1, 2, 3, 4]),
            ("suauau", 9999, DropOldest, &[1, 2, 3, 4]),
            ("suauau", 150, KeepEnds, &[3, 4]),
            ("uauau", 150, DropOldest, &[0, 1]),
            ("uuau", 150, DropOldest, &[0, 1, 2]),
            ("auau", 150, DropOldest, &[0, 1, 2]),
            ("su", 150, DropOldest, &[]),
        ];
        for (letters, excess, policy, left_out) in cases {
            let turns = turns(letters);
            let got = leave_out(&turns, excess, 8, policy);
            assert_eq!(got, left_out, "{letters} {excess} {policy:?}");
        }
    }

    #[test]
    fn the_beginning_does_not_move_with_each_turn() {
        let conversation = turns("suauauauauauauau");
        let left_out = |excess| leave_out(&conversation, excess, 4000, Overflow::DropOldest);
        assert_eq!(left_out(1), left_out(499));
        assert_ne!(left_out(1), left_out(501));
    }
}
