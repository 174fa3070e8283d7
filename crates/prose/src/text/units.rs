//! The parts of a paragraph that stay whole, and which of them go into which line.

use std::ops::Range;

use egui::text::TextWrapping;
use unicode_bidi::Level;

use super::scripts::Break;

/// What is measured, and what may be moved to the next line, as one.
#[derive(Debug, Clone)]
pub(super) struct Unit {
    pub(super) chars: Range<usize>,
    pub(super) width: f32,
    /// The space before it, unless it begins a line.
    pub(super) lead: f32,
    pub(super) level: Level,
    pub(super) kind: Kind,
    pub(super) section: usize,
    pub(super) is_space: bool,
    /// How good it is to end a line after it.
    pub(super) after: Break,
}

/// What it is shaped with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Its neighbours, from left to right.
    Plain,
    /// Likewise, in a script whose font may have its own idea of where letters stand.
    Moved,
    /// The letters of its word, from right to left.
    Word,
    /// Nothing.
    Single,
    /// It is an inline box, of this number.
    Box(usize),
}

/// Which units go into which line.
pub(super) fn rows(units: &[Unit], wrap: &TextWrapping, room: f32) -> Vec<Range<usize>> {
    let mut rows = Vec::new();
    let mut start = 0;
    let mut x = 0.0;
    // The best place to end the line, of those seen so far in it.
    let mut best: Option<(Break, usize)> = None;
    let mut at = 0;
    while let Some(unit) = units.get(at) {
        let lead = if at > start { unit.lead } else { 0.0 };
        if x + lead + unit.width > room && !unit.is_space && at > start {
            let end = best.map_or(at, |(_, end)| end);
            rows.push(start..end);
            (start, at, x, best) = (end, end, 0.0, None);
            continue;
        }
        x += lead + unit.width;
        at += 1;
        let after = match unit.after {
            Break::Never => continue,
            after if wrap.break_anywhere => after.min(Break::Anywhere),
            after => after,
        };
        if best.is_none_or(|(found, _)| after >= found) {
            best = Some((after, at));
        }
    }
    rows.push(start..units.len());
    rows
}

/// Units that are drawn as one, and their level.
#[derive(Debug, Clone)]
pub(super) struct Group {
    pub(super) level: Level,
    pub(super) units: Range<usize>,
}

/// The groups of a line, in reading order.
pub(super) fn groups(units: &[Unit], base: Level) -> Vec<Group> {
    let is_trailing = |unit: &Unit| unit.is_space;
    let inked = units.iter().rposition(|unit| !is_trailing(unit));
    let inked = inked.map_or(0, |last| last + 1);
    let mut groups: Vec<Group> = Vec::new();
    for (at, unit) in units.iter().enumerate() {
        // What trails at the end of a line lies beyond its last word, whichever way that
        // word is read.
        let level = if at < inked { unit.level } else { base };
        if let Some(group) = groups.last_mut() {
            let last = &units[group.units.end - 1];
            let is_shaped_together = matches!(unit.kind, Kind::Plain | Kind::Moved | Kind::Word)
                && unit.kind == last.kind
                && unit.section == last.section;
            if is_shaped_together && group.level == level {
                group.units.end = at + 1;
                continue;
            }
        }
        groups.push(Group {
            level,
            units: at..at + 1,
        });
    }
    groups
}
