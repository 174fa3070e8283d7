//! Which chats are in the KV cache: the bookkeeping, without llama.cpp.

use std::collections::BTreeSet;

use crate::chat::ChatId;

use super::plan::{self, Held, Plan, Room, Wanted};

/// A sequence that is in use. `T` is a token.
#[derive(Debug)]
pub(super) struct Slot<T> {
    /// llama.cpp's number of the sequence.
    pub(super) sequence: i32,
    /// The chat it belongs to.
    pub(super) chat: Option<ChatId>,
    /// The tokens whose keys and values it holds, in order.
    pub(super) tokens: Vec<T>,
    /// The cell of each token. Sequences that share a beginning share its cells.
    cells: Vec<u32>,
    last_used: u64,
    pub(super) is_background: bool,
    /// Whether a reply is being written in it. It is not dropped then, nor cut for another.
    is_in_work: bool,
    /// How many of its tokens are on disk as well.
    pub(super) saved: usize,
}

impl<T> Slot<T> {
    /// Whether a reply is being written in it.
    pub(super) fn is_in_work(&self) -> bool {
        self.is_in_work
    }
}

/// All sequences, and the cells they take.
#[derive(Debug)]
pub(super) struct Cache<T> {
    slots: Vec<Slot<T>>,
    /// How many sequences use each cell; cells beyond its end have never been used.
    uses: Vec<u8>,
    /// The first of them is taken first, as llama.cpp does.
    free: BTreeSet<u32>,
    clock: u64,
    limits: Limits,
}

/// What the context can do.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// The most sequences.
    pub(super) sequences: usize,
    /// Tokens in all.
    pub(super) cells: usize,
    /// Sequences up to this long can lose their end and be used on. A recurrent model's
    /// cannot, and one with a sliding window forgets what is outside of it.
    pub(super) shrinks_to: usize,
}

impl<T: PartialEq + Copy> Cache<T> {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            slots: Vec::new(),
            uses: Vec::new(),
            free: BTreeSet::new(),
            clock: 0,
            limits,
        }
    }

    pub(super) fn slots(&self) -> &[Slot<T>] {
        &self.slots
    }

    pub(super) fn slot(&self, sequence: i32) -> Option<&Slot<T>> {
        self.slots.iter().find(|slot| slot.sequence == sequence)
    }

    pub(super) fn slot_mut(&mut self, sequence: i32) -> Option<&mut Slot<T>> {
        self.slots.iter_mut().find(|slot| slot.sequence == sequence)
    }

    /// Tokens of a sequence; none where there is no such sequence.
    pub(super) fn tokens(&self, sequence: i32) -> &[T] {
        self.slot(sequence).map_or(&[], |slot| &slot.tokens)
    }

    /// Cells that are free.
    pub(super) fn free_cells(&self) -> usize {
        self.limits.cells - (self.uses.len() - self.free.len())
    }

    /// Cells up to the last one in use: what llama.cpp looks through for each token.
    pub(super) fn span(&self) -> usize {
        let last = self.uses.iter().rposition(|uses| *uses > 0);
        last.map_or(0, |last| last + 1)
    }

    /// Whether a sequence of this many tokens can lose its end and be used on.
    pub(super) fn can_shrink(&self, tokens: usize) -> bool {
        tokens <= self.limits.shrinks_to
    }

    /// The cheapest way to have a prompt in a sequence; places are those of
    /// [`Cache::slots`].
    pub(super) fn plan(&self, wanted: &Wanted<'_, T>) -> Plan {
        let held = self.held();
        let room = Room {
            sequences: self.limits.sequences,
            free_cells: self.free_cells(),
        };
        plan::plan(&held, wanted, room)
    }

    /// The sequence to drop when those in work need more room: the least recently used
    /// of the others. Work in the background leaves the chat in front alone.
    pub(super) fn least_wanted(&self, is_background: bool) -> Option<i32> {
        let held = self.held();
        let front = plan::front(&held).filter(|_| is_background);
        let others =
            (0..self.slots.len()).filter(|&at| !self.slots[at].is_in_work && Some(at) != front);
        let least = others.min_by_key(|&at| {
            let slot = &self.slots[at];
            (!slot.is_background, slot.last_used)
        })?;
        Some(self.slots[least].sequence)
    }

    fn held(&self) -> Vec<Held<'_, T>> {
        self.slots
            .iter()
            .map(|slot| Held {
                chat: slot.chat,
                tokens: &slot.tokens,
                own_cells: slot
                    .cells
                    .iter()
                    .filter(|&&it| self.uses_of(it) == 1)
                    .count(),
                last_used: slot.last_used,
                is_background: slot.is_background,
                is_in_work: slot.is_in_work,
                can_shrink: self.can_shrink(slot.tokens.len()),
            })
            .collect()
    }

    fn uses_of(&self, cell: u32) -> u8 {
        let at = usize::try_from(cell).unwrap_or(usize::MAX);
        self.uses.get(at).copied().unwrap_or_default()
    }

    /// A new, empty sequence; `None` where all are in use.
    pub(super) fn open(&mut self, chat: Option<ChatId>, is_background: bool) -> Option<i32> {
        let most = i32::try_from(self.limits.sequences).unwrap_or(i32::MAX);
        let sequence = (0..most).find(|&it| self.slot(it).is_none())?;
        self.clock += 1;
        self.slots.push(Slot {
            sequence,
            chat,
            tokens: Vec::new(),
            cells: Vec::new(),
            last_used: self.clock,
            is_background,
            is_in_work: false,
            saved: 0,
        });
        Some(sequence)
    }

    /// Notes that a reply is written in a sequence from now on, or no longer.
    pub(super) fn set_in_work(&mut self, sequence: i32, is_in_work: bool) {
        if let Some(slot) = self.slot_mut(sequence) {
            slot.is_in_work = is_in_work;
        }
    }

    /// Notes that a sequence is used, and for which chat.
    pub(super) fn touch(&mut self, sequence: i32, chat: Option<ChatId>, is_background: bool) {
        self.clock += 1;
        let now = self.clock;
        if let Some(slot) = self.slot_mut(sequence) {
            slot.last_used = now;
            slot.chat = chat;
            slot.is_background = is_background;
        }
    }

    /// Adds tokens to the end of a sequence, in cells of their own.
    pub(super) fn append(&mut self, sequence: i32, tokens: &[T]) {
        let cells: Vec<u32> = tokens.iter().map(|_| self.take_cell()).collect();
        if let Some(slot) = self.slot_mut(sequence) {
            slot.tokens.extend_from_slice(tokens);
            slot.cells.extend_from_slice(&cells);
        }
    }

    /// Has the empty sequence `to` share the first `tokens` of `from`.
    pub(super) fn share(&mut self, from: i32, to: i32, tokens: usize) {
        let Some(source) = self.slot(from) else {
            return;
        };
        let tokens = tokens.min(source.tokens.len());
        let shared = (
            source.tokens[..tokens].to_vec(),
            source.cells[..tokens].to_vec(),
        );
        for &cell in &shared.1 {
            self.add_use(cell, 1);
        }
        if let Some(slot) = self.slot_mut(to) {
            (slot.tokens, slot.cells) = shared;
            slot.saved = 0;
        }
    }

    /// Drops what follows the first `kept` tokens of a sequence.
    pub(super) fn cut(&mut self, sequence: i32, kept: usize) {
        let Some(slot) = self.slot_mut(sequence) else {
            return;
        };
        slot.tokens.truncate(kept);
        slot.saved = slot.saved.min(kept);
        let dropped = slot.cells.split_off(kept.min(slot.cells.len()));
        for cell in dropped {
            self.release(cell);
        }
    }

    /// Drops a sequence.
    pub(super) fn close(&mut self, sequence: i32) {
        self.cut(sequence, 0);
        self.slots.retain(|slot| slot.sequence != sequence);
    }

    /// Drops all of them.
    pub(super) fn close_all(&mut self) {
        self.slots.clear();
        self.uses.clear();
        self.free.clear();
    }

    /// All sequences are about to be placed anew, in a context that is empty.
    pub(super) fn vacate(&mut self) {
        self.uses.clear();
        self.free.clear();
        for slot in &mut self.slots {
            slot.cells.clear();
        }
    }

    /// Places a sequence: in cells of its own, or in those of the one that begins with it.
    pub(super) fn place(&mut self, sequence: i32, like: Option<i32>) {
        let count = self.tokens(sequence).len();
        let shared = like.and_then(|it| self.slot(it)?.cells.get(..count));
        let shared: Option<Vec<u32>> = shared.map(<[u32]>::to_vec);
        let cells = match shared {
            Some(cells) => {
                for &cell in &cells {
                    self.add_use(cell, 1);
                }
                cells
            }
            None => (0..count).map(|_| self.take_cell()).collect(),
        };
        if let Some(slot) = self.slot_mut(sequence) {
            slot.cells = cells;
        }
    }

    /// How many tokens at the beginning of two sequences lie in the same cells.
    pub(super) fn shared(&self, one: i32, other: i32) -> usize {
        let cells = |it| {
            self.slot(it)
                .map_or(&[][..], |slot: &Slot<T>| &slot.cells[..])
        };
        plan::common(cells(one), cells(other))
    }

    fn take_cell(&mut self) -> u32 {
        let cell = self.free.pop_first().unwrap_or_else(|| {
            self.uses.push(0);
            u32::try_from(self.uses.len() - 1).unwrap_or(u32::MAX)
        });
        self.add_use(cell, 1);
        cell
    }

    fn release(&mut self, cell: u32) {
        self.add_use(cell, -1);
        if self.uses_of(cell) == 0 {
            self.free.insert(cell);
        }
    }

    fn add_use(&mut self, cell: u32, by: i8) {
        let at = usize::try_from(cell).unwrap_or(usize::MAX);
        if let Some(uses) = self.uses.get_mut(at) {
            *uses = uses.saturating_add_signed(by);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cache() -> Cache<u8> {
        Cache::new(Limits {
            sequences: 3,
            cells: 100,
            shrinks_to: usize::MAX,
        })
    }

    #[test]
    fn shared_cells_are_counted_once() {
        let mut cache = cache();
        let one = cache.open(Some(ChatId(1)), false).unwrap();
        cache.append(one, &[7; 40]);
        let two = cache.open(Some(ChatId(1)), false).unwrap();
        cache.share(one, two, 30);
        cache.append(two, &[8; 5]);
        assert_eq!(cache.free_cells(), 55);
        assert_eq!(cache.shared(one, two), 30);
        assert_eq!(cache.tokens(two).len(), 35);
        cache.close(one);
        assert_eq!(cache.free_cells(), 65);
        cache.cut(two, 10);
        assert_eq!(cache.free_cells(), 90);
        cache.append(two, &[9; 90]);
        assert_eq!(cache.free_cells(), 0);
        cache.close(two);
        assert_eq!(cache.free_cells(), 100);
    }

    #[test]
    fn numbers_of_sequences_are_used_again() {
        let mut cache = cache();
        let opened: Vec<_> = (0..4).map(|_| cache.open(None, false)).collect();
        assert_eq!(opened, [Some(0), Some(1), Some(2), None]);
        cache.close(1);
        assert_eq!(cache.open(None, false), Some(1));
        cache.touch(0, Some(ChatId(1)), false);
        cache.set_in_work(1, true);
        assert_eq!(cache.least_wanted(false), Some(2));
        cache.set_in_work(2, true);
        cache.set_in_work(1, false);
        assert_eq!(cache.least_wanted(false), Some(1));
    }

    #[test]
    fn work_in_the_background_spares_the_chat_in_front() {
        let mut cache = cache();
        let front = cache.open(Some(ChatId(1)), false).unwrap();
        let title = cache.open(Some(ChatId(1)), true).unwrap();
        cache.set_in_work(title, true);
        assert_eq!(cache.least_wanted(true), None);
        cache.set_in_work(title, false);
        cache.set_in_work(front, true);
        assert_eq!(cache.least_wanted(false), Some(title));
    }
}
