//! What to leave out of a conversation that does not fit the context: a pure function.
//! Whole questions with their answers go, never a part of a message.

use std::ops::Range;

use crate::chat::Role;
use crate::params::Overflow;

/// A turn as far as it matters here.
#[derive(Debug, Clone, Copy)]
pub(super) struct Size {
    pub(super) role: Role,
    pub(super) tokens: usize,
}

/// What a conversation may take, in tokens.
#[derive(Debug, Clone, Copy)]
pub(super) struct Budget {
    /// All turns together.
    pub(super) tokens: usize,
    /// What a template puts around each turn.
    pub(super) markup_tokens: usize,
}

/// After turns have gone, there is room for so many more exchanges of the usual length.
const EXCHANGES_TO_COME: usize = 3;

/// The places of the turns to leave out so that the others are within the budget. Empty
/// where nothing may go; it may be less than what is needed.
///
/// Every turn that is left out moves the beginning of the prompt, and all of it has to be
/// evaluated again. So once the budget is spent, half of it is made free, or what the next
/// exchanges will take where they are long; until that is spent, the same turns stay out.
/// How the conversation has come to its length tells which: nothing need be remembered.
pub(super) fn leave_out(turns: &[Size], budget: Budget, policy: Overflow) -> Vec<usize> {
    let cost = |range: Range<usize>| -> usize {
        let tokens = turns[range.clone()].iter().map(|turn| turn.tokens);
        tokens.sum::<usize>() + range.len() * budget.markup_tokens
    };
    let exchanges = exchanges(turns);
    let first = match policy {
        Overflow::Stop => return Vec::new(),
        Overflow::DropOldest => 0,
        Overflow::KeepEnds => 1.min(exchanges.len()),
    };
    let Some(begin) = exchanges.get(first).map(|exchange| exchange.start) else {
        return Vec::new();
    };
    // The instructions, and the first exchange where that stays.
    let room = budget.tokens.saturating_sub(cost(0..begin));
    let mut kept_from = first;
    let mut held = 0;
    for (at, exchange) in exchanges.iter().enumerate().skip(first) {
        let question = exchange.start..exchange.start + 1;
        held += cost(question.clone());
        if held > room {
            let usual = held / (at - kept_from + 1);
            let wanted = room.saturating_sub(EXCHANGES_TO_COME * usual).min(room / 2);
            while kept_from < at && held > wanted {
                // A question without anything before it is understood only as a last resort.
                if kept_from + 1 == at && held <= room {
                    break;
                }
                held -= cost(exchanges[kept_from].clone());
                kept_from += 1;
            }
        }
        held += cost(question.end..exchange.end);
    }
    exchanges[first..kept_from]
        .iter()
        .cloned()
        .flatten()
        .collect()
}

/// The turns from each question to the next. Instructions at the beginning belong to none.
fn exchanges(turns: &[Size]) -> Vec<Range<usize>> {
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

    /// Turns by their letters: s, u, a, of 90 tokens each, and 100 with their markup.
    fn turns(letters: &str) -> Vec<Size> {
        let role = |letter| match letter {
            's' => Role::System,
            'u' => Role::User,
            _ => Role::Assistant,
        };
        let size = |letter| Size {
            role: role(letter),
            tokens: 90,
        };
        letters.chars().map(size).collect()
    }

    fn budget(tokens: usize) -> Budget {
        Budget {
            tokens,
            markup_tokens: 10,
        }
    }

    #[test]
    fn whole_exchanges_go_and_the_ends_stay() {
        use Overflow::{DropOldest, KeepEnds, Stop};
        let cases: [(&str, usize, Overflow, &[usize]); 12] = [
            ("suauau", 599, Stop, &[]),
            ("suauau", 600, DropOldest, &[]),
            // The last exchange before the question stays where there is room for it.
            ("suauau", 599, DropOldest, &[1, 2]),
            ("suauau", 399, DropOldest, &[1, 2, 3, 4]),
            ("suauau", 0, DropOldest, &[1, 2, 3, 4]),
            ("suauauau", 799, KeepEnds, &[3, 4]),
            ("suauau", 599, KeepEnds, &[3, 4]),
            ("uauau", 499, DropOldest, &[0, 1]),
            ("uuau", 399, DropOldest, &[0]),
            ("auau", 399, DropOldest, &[0]),
            ("su", 0, DropOldest, &[]),
            ("s", 0, KeepEnds, &[]),
        ];
        for (letters, tokens, policy, left_out) in cases {
            let got = leave_out(&turns(letters), budget(tokens), policy);
            assert_eq!(got, left_out, "{letters} {tokens} {policy:?}");
        }
    }

    /// How many of `count` turns of a chat have the beginning that the turn before had, after
    /// the first that does not fit.
    fn steady(count: usize, exchange_tokens: usize, room: usize, policy: Overflow) -> usize {
        let turn = |role| Size {
            role,
            tokens: exchange_tokens / 2,
        };
        let mut chat = vec![turn(Role::User)];
        let mut before = Vec::new();
        let mut steady = 0;
        let mut seen = 0;
        while seen < count {
            let left_out = leave_out(&chat, budget(room), policy);
            if !left_out.is_empty() {
                seen += 1;
                steady += usize::from(left_out == before);
            }
            before = left_out;
            chat.extend([turn(Role::Assistant), turn(Role::User)]);
        }
        steady
    }

    #[test]
    fn most_turns_keep_the_beginning_of_the_one_before() {
        for policy in [Overflow::DropOldest, Overflow::KeepEnds] {
            // From exchanges of a sixtieth of the room to some of a quarter.
            for (exchange_tokens, at_least) in [(64, 26), (256, 24), (400, 21), (800, 18)] {
                let steady = steady(30, exchange_tokens, 4000, policy);
                assert!(steady >= at_least, "{exchange_tokens} {policy:?}: {steady}");
            }
        }
    }

    #[test]
    fn what_was_left_out_stays_out() {
        let mut chat = vec![turns("s")[0]];
        let mut before = 0;
        for _ in 0..60 {
            chat.extend(turns("u"));
            let left_out = leave_out(&chat, budget(1234), Overflow::DropOldest);
            assert!(left_out.len() >= before);
            before = left_out.len();
            chat.extend(turns("a"));
        }
        assert!(before > 80);
    }
}
