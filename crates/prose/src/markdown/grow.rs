//! The units of a reply while it is written. Blocks that are finished are not read again.

use super::{Leaf, Unit, parse::parse_from};

/// A text that grows at its end.
#[derive(Debug, Default)]
pub(crate) struct Growing {
    units: Vec<Unit>,
    /// Up to here, in bytes, nothing changes any more, nor up to this unit.
    stable: usize,
    stable_units: usize,
    read: usize,
}

impl Growing {
    /// Takes the whole text so far, which goes on from the one before. Returns the first unit
    /// that has changed.
    pub(crate) fn grow(&mut self, text: &str) -> usize {
        if text.len() < self.read {
            *self = Self::default();
        }
        self.read = text.len();
        let (tail, stable) = parse_from(text, self.stable);
        let first = self.replace(self.stable_units, tail);
        if stable > self.stable {
            let finished = self.units[self.stable_units..]
                .iter()
                .take_while(|unit| unit.source.start < stable)
                .count();
            self.stable_units += finished;
            self.stable = stable;
        }
        first
    }

    /// Takes the whole text. The units are then what reading it at once gives. Returns the
    /// first unit that has changed.
    pub(crate) fn finish(&mut self, text: &str) -> usize {
        let units = super::parse(text);
        self.stable = 0;
        self.stable_units = 0;
        self.read = text.len();
        self.replace(0, units)
    }

    /// The units so far.
    pub(crate) fn units(&self) -> &[Unit] {
        &self.units
    }

    /// Puts these units in place of all from `from` on. Returns the first that is drawn in
    /// another way than before.
    fn replace(&mut self, from: usize, units: Vec<Unit>) -> usize {
        let before = &self.units[from..];
        let same = before
            .iter()
            .zip(&units)
            .take_while(|(before, now)| is_drawn_alike(before, now))
            .count();
        self.units.truncate(from);
        self.units.extend(units);
        from + same
    }
}

/// Whether two units look the same. The parts of a code block that grows do, all but the
/// last one.
fn is_drawn_alike(one: &Unit, other: &Unit) -> bool {
    match (&one.leaf, &other.leaf) {
        (Leaf::Code(before), Leaf::Code(now)) => {
            (&one.frames, one.is_rtl) == (&other.frames, other.is_rtl)
                && (before.is_first, before.is_last) == (now.is_first, now.is_last)
                && before.block.language == now.block.language
                && before.block.text[before.range.clone()] == now.block.text[now.range.clone()]
        }
        _ => one == other,
    }
}
