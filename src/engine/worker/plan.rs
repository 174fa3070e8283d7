//! What to do with the KV cache before a prompt is evaluated: a pure function of what the
//! cache holds and what is wanted, so that it can be tested without a model.

use crate::chat::ChatId;

/// Tokens that another sequence must spare beyond the chat's own before it is copied, and
/// that the disk must spare before it is read. Fewer are evaluated sooner.
const GAIN_TOKENS: usize = 32;

/// A tail of this length is worth keeping: another version of a chat, which the user may
/// come back to. So the prefix is copied, which costs no cells, and the tail stays.
const FORK_TOKENS: usize = 64;

/// Room for the reply that is made beforehand. A longer one makes more as it goes.
const REPLY_CELLS: usize = 128;

/// A sequence that is in memory.
#[derive(Debug, Clone, Copy)]
pub(super) struct Held<'a, T> {
    /// The chat it belongs to.
    pub(super) chat: Option<ChatId>,
    /// The tokens whose keys and values it holds, in order.
    pub(super) tokens: &'a [T],
    /// Cells of the cache that are free once it is gone; the others are shared.
    pub(super) own_cells: usize,
    /// When it was used; larger is later.
    pub(super) last_used: u64,
    /// Whether it belongs to work that the user does not wait for.
    pub(super) is_background: bool,
    /// Whether a reply is being written in it: then it stays as it is.
    pub(super) is_in_work: bool,
    /// Whether a part of it can be dropped and the rest used on.
    pub(super) can_shrink: bool,
}

/// A prompt that is to be in a sequence.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted<'a, T> {
    /// The chat it belongs to.
    pub(super) chat: Option<ChatId>,
    /// All of its tokens.
    pub(super) prompt: &'a [T],
    /// Whether it is work that the user does not wait for.
    pub(super) is_background: bool,
    /// How many of its first tokens the best state on disk has.
    pub(super) saved: usize,
    /// How many tokens that state has in all; they need room until the rest is cut off.
    pub(super) saved_cells: usize,
}

/// What the cache has room for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Room {
    /// The most sequences.
    pub(super) sequences: usize,
    /// Cells that are free.
    pub(super) free_cells: usize,
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Plan {
    /// Sequences to drop, by their places among those held.
    pub(super) drop: Vec<usize>,
    /// Where the beginning of the prompt comes from.
    pub(super) source: Source,
    /// How many tokens that spares; the rest is to be evaluated.
    pub(super) kept: usize,
    /// Whether the prompt and the beginning of a reply have room now.
    pub(super) fits: bool,
}

/// Where the beginning of a prompt comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// The same sequence goes on, cut to the tokens kept.
    Same(usize),
    /// A new sequence shares the cells of this one.
    Copied(usize),
    /// A state on disk.
    Disk,
    /// Nowhere.
    Nothing,
}

/// How many tokens two sequences have in common at their beginning.
pub(super) fn common<T: PartialEq>(one: &[T], other: &[T]) -> usize {
    one.iter().zip(other).take_while(|(a, b)| a == b).count()
}

/// The cheapest way to have `wanted` in a sequence.
///
/// The last token of the prompt is evaluated in any case, since sampling needs its logits.
pub(super) fn plan<T: PartialEq>(held: &[Held<'_, T>], wanted: &Wanted<'_, T>, room: Room) -> Plan {
    let most = wanted.prompt.len().saturating_sub(1);
    let usable = |it: &Held<'_, T>| {
        let shared = common(it.tokens, wanted.prompt).min(most);
        match it.can_shrink || shared == it.tokens.len() {
            true => shared,
            false => 0,
        }
    };
    // Of two that share as much, the chat's own, then the one that loses less.
    let best = (0..held.len()).max_by_key(|&at| {
        let it = &held[at];
        let shared = usable(it);
        (
            shared,
            is_own(it, wanted),
            std::cmp::Reverse(it.tokens.len() - shared),
        )
    });
    let own = (0..held.len()).filter(|&at| held[at].chat == wanted.chat && !held[at].is_in_work);
    let own = own.max_by_key(|&at| usable(&held[at]));
    // A copy costs a sequence: a few tokens more are no reason for one.
    let chosen = match (own, best) {
        (Some(own), Some(best)) if usable(&held[own]) + GAIN_TOKENS > usable(&held[best]) => {
            Some(own)
        }
        _ => best,
    };
    let shared = chosen.map_or(0, |at| usable(&held[at]));

    if wanted.saved.min(most) > shared + GAIN_TOKENS {
        let kept = wanted.saved.min(most);
        let restored = with_room(held, wanted, room, Source::Disk, kept);
        if restored.fits {
            return restored;
        }
    }
    let Some(at) = chosen.filter(|_| shared > 0) else {
        return with_room(held, wanted, room, Source::Nothing, 0);
    };
    let it = &held[at];
    let is_own = is_own(it, wanted);
    let tail = it.tokens.len() - shared;
    let forks = tail >= FORK_TOKENS && it.can_shrink;
    if is_own && !forks {
        return with_room(held, wanted, room, Source::Same(at), shared);
    }
    let copied = with_room(held, wanted, room, Source::Copied(at), shared);
    if copied.fits {
        return copied;
    }
    if is_own {
        return with_room(held, wanted, room, Source::Same(at), shared);
    }
    // Sharing would keep a sequence that has to go.
    with_room(held, wanted, room, Source::Nothing, 0)
}

/// Whether a sequence is the wanted chat's, and free to go on otherwise.
fn is_own<T>(it: &Held<'_, T>, wanted: &Wanted<'_, T>) -> bool {
    it.chat == wanted.chat && it.is_background == wanted.is_background && !it.is_in_work
}

/// Finds what has to go so that the prompt has room: the least recently used first.
fn with_room<T: PartialEq>(
    held: &[Held<'_, T>],
    wanted: &Wanted<'_, T>,
    room: Room,
    source: Source,
    kept: usize,
) -> Plan {
    let mut free = room.free_cells;
    let mut sequences = held.len();
    let prompt = match source {
        // A state on disk shares no cells with what is in memory.
        Source::Disk | Source::Nothing => wanted.prompt.len(),
        Source::Copied(_) => wanted.prompt.len() - kept,
        Source::Same(at) => {
            free += held[at].own_cells.min(held[at].tokens.len() - kept);
            wanted.prompt.len() - kept
        }
    };
    let least = match source {
        Source::Disk => prompt.max(wanted.saved_cells),
        _ => prompt,
    };
    let needed = least.max(prompt + REPLY_CELLS);
    if !matches!(source, Source::Same(_)) {
        sequences += 1;
    }
    let spared = match source {
        Source::Same(at) | Source::Copied(at) => Some(at),
        Source::Disk | Source::Nothing => None,
    };
    let front = wanted.is_background.then(|| front(held)).flatten();
    let mut droppable: Vec<usize> = (0..held.len())
        .filter(|at| Some(*at) != spared && Some(*at) != front && !held[*at].is_in_work)
        .collect();
    droppable.sort_by_key(|&at| (!held[at].is_background, held[at].last_used));
    let mut drop = Vec::new();
    for at in droppable {
        if free >= needed && sequences <= room.sequences {
            break;
        }
        free += held[at].own_cells;
        sequences -= 1;
        drop.push(at);
    }
    Plan {
        drop,
        source,
        kept,
        // The reply's room is a wish, the prompt's is not.
        fits: free >= least && sequences <= room.sequences,
    }
}

/// The sequence of the chat that the user has in front of them.
pub(super) fn front<T>(held: &[Held<'_, T>]) -> Option<usize> {
    (0..held.len())
        .filter(|&at| !held[at].is_background)
        .max_by_key(|&at| held[at].last_used)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: Room = Room {
        sequences: 4,
        free_cells: 100_000,
    };

    fn held(chat: u64, tokens: &str, last_used: u64) -> Held<'_, u8> {
        Held {
            chat: Some(ChatId(chat)),
            tokens: tokens.as_bytes(),
            own_cells: tokens.len(),
            last_used,
            is_background: false,
            is_in_work: false,
            can_shrink: true,
        }
    }

    fn wanted(chat: u64, prompt: &str) -> Wanted<'_, u8> {
        Wanted {
            chat: Some(ChatId(chat)),
            prompt: prompt.as_bytes(),
            is_background: false,
            saved: 0,
            saved_cells: 0,
        }
    }

    #[track_caller]
    fn check(held: &[Held<'_, u8>], wanted: &Wanted<'_, u8>, source: Source, kept: usize) {
        let plan = plan(held, wanted, ROOM);
        assert_eq!((plan.source, plan.kept), (source, kept));
        assert_eq!(plan.drop, [] as [usize; 0]);
        assert!(plan.fits);
    }

    #[test]
    fn the_next_turn_goes_on_where_the_last_one_ended() {
        let long = "x".repeat(200);
        let one = format!("{long}question answer");
        let two = format!("{long}question answer next");
        check(&[], &wanted(1, "ab"), Source::Nothing, 0);
        check(
            &[held(1, &one, 1)],
            &wanted(1, &two),
            Source::Same(0),
            one.len(),
        );
        // The same prompt again: its last token is evaluated for its logits.
        check(
            &[held(1, &one, 1)],
            &wanted(1, &one),
            Source::Same(0),
            one.len() - 1,
        );
        check(
            &[held(1, "abc", 1), held(2, "xyz", 2)],
            &wanted(2, "xyzzy"),
            Source::Same(1),
            3,
        );
    }

    #[test]
    fn another_version_of_a_chat_keeps_the_first() {
        let (start, tail) = ("s".repeat(100), "t".repeat(FORK_TOKENS));
        let first = format!("{start}{tail}");
        let second = format!("{start}other");
        let memory = [held(1, &first, 1)];
        check(&memory, &wanted(1, &second), Source::Copied(0), 100);
        // A short tail is not worth a sequence.
        let memory = [held(1, &first[..120], 1)];
        check(&memory, &wanted(1, &second), Source::Same(0), 100);
        // Another chat is never cut, however short its tail is.
        check(&memory, &wanted(2, &second), Source::Copied(0), 100);
        // Without room for both, the tail goes.
        let memory = [held(1, &first, 1)];
        let full = Room {
            sequences: 1,
            free_cells: 1000,
        };
        let plan = plan(&memory, &wanted(1, &second), full);
        assert_eq!((plan.source, plan.fits), (Source::Same(0), true));
    }

    #[test]
    fn a_chat_that_shares_a_little_goes_when_both_have_no_room() {
        let start = "s".repeat(40);
        let (one, two) = (start.clone() + &"1".repeat(2960), start + &"2".repeat(2960));
        let memory = [held(1, &one, 1)];
        let room = Room {
            sequences: 4,
            free_cells: 1096,
        };
        let plan = plan(&memory, &wanted(2, &two), room);
        assert_eq!((plan.source, plan.fits), (Source::Nothing, true));
        assert_eq!(plan.drop, [0]);
    }

    #[test]
    fn a_few_tokens_are_no_reason_for_a_copy_or_the_disk() {
        let other = "a".repeat(GAIN_TOKENS - 1) + "bbb";
        let prompt = "a".repeat(GAIN_TOKENS + 100);
        let memory = [held(1, "", 1), held(2, &other, 2)];
        let plan_of = |saved| {
            let wanted = Wanted {
                saved,
                saved_cells: 500,
                ..wanted(1, &prompt)
            };
            plan(&memory, &wanted, ROOM)
        };
        let small = Room {
            sequences: 4,
            free_cells: 400,
        };
        let wanted = Wanted {
            saved: GAIN_TOKENS + 50,
            saved_cells: 500,
            ..wanted(1, &prompt)
        };
        assert_eq!(plan(&memory[..1], &wanted, small).source, Source::Nothing);
        assert_eq!(plan_of(0).source, Source::Nothing);
        assert_eq!(plan_of(GAIN_TOKENS).source, Source::Nothing);
        let restored = plan_of(GAIN_TOKENS + 50);
        assert_eq!(
            (restored.source, restored.kept),
            (Source::Disk, GAIN_TOKENS + 50)
        );
    }

    #[test]
    fn what_cannot_be_cut_is_used_whole_or_not_at_all() {
        let recurrent = |tokens| Held {
            can_shrink: false,
            ..held(1, tokens, 1)
        };
        check(
            &[recurrent("abcd")],
            &wanted(1, "abcdef"),
            Source::Same(0),
            4,
        );
        check(
            &[recurrent("abcd")],
            &wanted(1, "abcxef"),
            Source::Nothing,
            0,
        );
    }

    #[test]
    fn the_least_recently_used_leaves_first() {
        let tokens: Vec<String> = (0..4).map(|at| at.to_string().repeat(100)).collect();
        let memory: Vec<_> = [3, 1, 4, 2]
            .iter()
            .zip(&tokens)
            .map(|(&used, tokens)| held(used, tokens, used))
            .collect();
        let plan_with = |sequences, free_cells, background| {
            let prompt = "p".repeat(150);
            let wanted = Wanted {
                is_background: background,
                ..wanted(9, &prompt)
            };
            let room = Room {
                sequences,
                free_cells,
            };
            let plan = plan(&memory, &wanted, room);
            (plan.drop, plan.fits)
        };
        // The one used at 1 stands at place 1, the one used at 2 at place 3.
        assert_eq!(plan_with(4, 10_000, false), (vec![1], true));
        assert_eq!(plan_with(8, 100, false), (vec![1, 3], true));
        assert_eq!(plan_with(8, 0, false), (vec![1, 3, 0], true));
        // Work in the background leaves the chat in front, used at 4, alone.
        assert_eq!(plan_with(1, 0, true), (vec![1, 3, 0], false));
        assert_eq!(plan_with(2, 0, true), (vec![1, 3, 0], true));
    }

    #[test]
    fn work_in_the_background_leaves_first() {
        let mut memory = vec![held(1, "aaa", 1), held(1, "bbb", 9)];
        memory[1].is_background = true;
        let room = Room {
            sequences: 2,
            free_cells: 1000,
        };
        let plan = plan(&memory, &wanted(2, "ccc"), room);
        assert_eq!(plan.drop, [1]);
    }
}
