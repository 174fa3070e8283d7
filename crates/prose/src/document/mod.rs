//! A text of Markdown, drawn. Its blocks are laid out when they come into view and kept;
//! those that have not been seen have a guessed height, so that the first frame of a long
//! text costs no more than that of a short one.

mod back;
mod code;
mod flow;
mod folding;
mod frames;
mod heads;
mod lay;
mod paint;
mod parts;
mod place;
mod sideways;
mod table;
mod words;

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use egui::{Rangef, Ui};

use crate::markdown::{Growing, Leaf, Unit, parse_user};
use crate::text;
use crate::{Palette, size};
use folding::Folding;
use lay::Laid;
pub use paint::{Act, Shown};
pub use place::{Form, Picked, Place};

/// How a text is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// As Markdown.
    Markdown,
    /// As it was typed, but for code.
    Typed,
    /// As Markdown, in small print.
    Thoughts,
}

/// A text, its blocks, and how they are laid out.
#[derive(Debug)]
pub struct Document {
    kind: Kind,
    source: Source,
    units: Units,
    slots: Vec<Slot>,
    /// The height of all blocks, known and guessed.
    height: f32,
    look: Option<Look>,
    /// The code blocks whose lines are wrapped, by their first unit.
    wrapped: HashSet<usize>,
    /// The long parts of what a user wrote.
    folding: Folding,
    /// How far wide blocks are scrolled to the side, by their first unit.
    scrolled: HashMap<usize, f32>,
}

/// Which text it is: what is there is not read again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Source {
    at: usize,
    bytes: usize,
    is_growing: bool,
}

#[derive(Debug)]
enum Units {
    Growing(Growing),
    Fixed(Vec<Unit>),
}

/// A block, and where it is.
#[derive(Debug, Default)]
struct Slot {
    /// With the space above it.
    height: f32,
    laid: Option<Box<Laid>>,
}

/// Everything but the text that the layout depends on.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Look {
    width: f32,
    pixels_per_point: f32,
    palette: Palette,
    /// Changes when what was laid out can be drawn no more.
    epoch: u64,
}

impl Document {
    /// A text without words.
    pub fn new(kind: Kind) -> Self {
        Self {
            kind,
            source: Source::default(),
            units: match kind {
                Kind::Typed => Units::Fixed(Vec::new()),
                Kind::Markdown | Kind::Thoughts => Units::Growing(Growing::default()),
            },
            slots: Vec::new(),
            height: 0.0,
            look: None,
            wrapped: HashSet::new(),
            folding: Folding::default(),
            scrolled: HashMap::new(),
        }
    }

    /// Takes up the text as it is now. Blocks that have not changed keep their layout.
    pub fn set(&mut self, text: &str, is_growing: bool) {
        let source = Source {
            at: text.as_ptr().addr(),
            bytes: text.len(),
            is_growing,
        };
        if source == self.source {
            return;
        }
        self.source = source;
        let first = match &mut self.units {
            Units::Growing(growing) if is_growing => growing.grow(text),
            Units::Growing(growing) => growing.finish(text),
            Units::Fixed(units) => {
                *units = parse_user(text);
                self.folding.set(units);
                0
            }
        };
        self.slots.truncate(first);
        if let Some(look) = self.look {
            self.guess_rest(look.width);
        }
    }

    fn units(&self) -> &[Unit] {
        match &self.units {
            Units::Growing(growing) => growing.units(),
            Units::Fixed(units) => units,
        }
    }

    /// Gives the blocks that have no height yet a guessed one.
    fn guess_rest(&mut self, width: f32) {
        let from = self.slots.len();
        let units = self.units();
        let guessed: Vec<Slot> = (from..units.len())
            .map(|index| self.guessed(units, index, width))
            .collect();
        self.slots.extend(guessed);
        self.sum();
    }

    /// A block that has not been seen.
    fn guessed(&self, units: &[Unit], index: usize, width: f32) -> Slot {
        let height = match self.folding.hides(index) {
            true => 0.0,
            false => {
                flow::gap(units, index, self.kind)
                    + flow::guess(&units[index], width, self.body_size())
                    + self.row_below(index)
            }
        };
        Slot { height, laid: None }
    }

    /// The height of the line that opens or folds a part, where it stands below this block.
    fn row_below(&self, index: usize) -> f32 {
        match self.folding.below(index) {
            Some(_) => folding::ROW,
            None => 0.0,
        }
    }

    fn sum(&mut self) {
        self.height = self.slots.iter().map(|slot| slot.height).sum();
    }

    fn body_size(&self) -> f32 {
        match self.kind {
            Kind::Thoughts => size::SECONDARY,
            Kind::Markdown | Kind::Typed => size::BODY,
        }
    }

    /// The height of all blocks.
    pub fn height(&self) -> f32 {
        self.height
    }

    /// Whether there is nothing to draw.
    pub fn is_empty(&self) -> bool {
        self.units().is_empty()
    }

    /// The width of the text where it is one block of words, to wrap a box around it.
    pub fn natural_width(&self) -> Option<f32> {
        match &self.slots[..] {
            [slot] => {
                let is_words = matches!(self.units()[0].leaf, Leaf::Paragraph(_));
                let laid = slot.laid.as_ref().filter(|_| is_words)?;
                Some(laid.content_width)
            }
            _ => None,
        }
    }

    /// Lays out what `visible` shows, counted from the top of the text. Returns by how much
    /// what is above that has become higher than it was thought to be.
    pub fn prepare(&mut self, ui: &Ui, width: f32, visible: Rangef) -> f32 {
        let look = Look {
            width,
            pixels_per_point: ui.pixels_per_point(),
            palette: Palette::of(ui),
            epoch: text::epoch(ui),
        };
        if self.look != Some(look) {
            let is_as_wide = self.look.is_some_and(|it| (it.width - width).abs() < 0.5);
            match is_as_wide {
                true => self.slots.iter_mut().for_each(|slot| slot.laid = None),
                false => self.slots.clear(),
            }
            self.look = Some(look);
            self.guess_rest(width);
        }
        let mut top = 0.0;
        let mut above = 0.0;
        for index in 0..self.slots.len() {
            if top > visible.max {
                break;
            }
            let before = self.slots[index].height;
            let is_wanted = self.slots[index].laid.is_none() && !self.folding.hides(index);
            if top + before >= visible.min && is_wanted {
                self.lay(ui, index);
                if top < visible.min {
                    above += self.slots[index].height - before;
                }
            }
            top += self.slots[index].height;
        }
        above
    }

    fn lay(&mut self, ui: &Ui, index: usize) {
        let Some(look) = self.look else {
            return;
        };
        let head = self.head(index);
        let wraps = self.wrapped.contains(&head);
        let units = self.units();
        let gap = flow::gap(units, index, self.kind);
        let palette = Palette::of(ui);
        let style = lay::Style {
            palette: &palette,
            size: self.body_size(),
            ink: match self.kind {
                Kind::Thoughts => palette.soft,
                Kind::Markdown | Kind::Typed => palette.ink,
            },
            wraps,
        };
        let laid = lay::lay(ui, units, index, look.width, &style);
        let row = self.row_below(index);
        let slot = &mut self.slots[index];
        let height = gap + laid.height + row;
        self.height += height - slot.height;
        slot.height = height;
        slot.laid = Some(Box::new(laid));
    }

    /// The first unit of the block that this one is a part of.
    fn head(&self, index: usize) -> usize {
        let units = self.units();
        let mut head = index;
        while head > 0 && is_later(&units[head]) {
            head -= 1;
        }
        head
    }

    /// All units of the block that this unit is a part of, from this one on.
    fn parts(&self, index: usize) -> Range<usize> {
        let behind = &self.units()[index + 1..];
        let length = behind.iter().position(|unit| !is_later(unit));
        index..index + 1 + length.unwrap_or(behind.len())
    }

    /// Lays the lines of a code block out anew, wrapped or not.
    pub fn wrap(&mut self, head: usize) {
        if !self.wrapped.remove(&head) {
            self.wrapped.insert(head);
        }
        for index in self.parts(head) {
            self.slots[index].laid = None;
        }
    }

    /// Opens the long part that a block is in, or folds it.
    fn toggle_fold(&mut self, index: usize) {
        let (Some(units), Some(look)) = (self.folding.toggle(index), self.look) else {
            return;
        };
        for index in units {
            let slot = self.guessed(self.units(), index, look.width);
            self.slots[index] = slot;
        }
        self.sum();
    }

    /// Opens the long part in which a block is folded away.
    fn open_fold(&mut self, index: usize) {
        if self.folding.hides(index) {
            self.toggle_fold(index);
        }
    }

    /// Opens the long parts in which something is that `is_wanted` wants to be seen.
    pub fn unfold(&mut self, is_wanted: impl Fn(&str) -> bool) {
        for index in 0..self.units().len() {
            if self.folding.hides(index) && is_wanted(&self.units()[index].text()) {
                self.open_fold(index);
            }
        }
    }

    /// Drops what can be made again; the heights stay.
    pub fn rest(&mut self) {
        for slot in &mut self.slots {
            slot.laid = None;
        }
    }

    /// Which blocks a strip of the text shows, and the top of the first of them.
    fn visible(&self, strip: Rangef) -> (Range<usize>, f32) {
        let mut top = 0.0;
        let mut first = 0;
        while first < self.slots.len() && top + self.slots[first].height < strip.min {
            top += self.slots[first].height;
            first += 1;
        }
        let mut bottom = top;
        let mut end = first;
        while end < self.slots.len() && bottom <= strip.max {
            bottom += self.slots[end].height;
            end += 1;
        }
        (first..end, top)
    }
}

/// Whether it goes on with the block of the unit before.
fn is_later(unit: &Unit) -> bool {
    match &unit.leaf {
        Leaf::Code(part) => !part.is_first,
        Leaf::Table(part) => part.head.is_none(),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
