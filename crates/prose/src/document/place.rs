//! Places in a text, what lies between two of them, and how that is copied.

use std::ops::Range;

use egui::{Rangef, Vec2};

use super::Document;
use super::flow;
use crate::markdown::{Leaf, Unit, separator};

/// A place between two characters of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    unit: usize,
    char: usize,
}

impl Place {
    /// Before everything.
    pub const START: Self = Self { unit: 0, char: 0 };
    /// Behind the last character of any text.
    pub const END: Self = Self {
        unit: usize::MAX,
        char: usize::MAX,
    };

    /// Before the first character of a block.
    pub(super) fn start_of(unit: usize) -> Self {
        Self { unit, char: 0 }
    }
}

/// A part of a text, from one place to another one behind it.
pub type Picked = Range<Place>;

/// What is put on the clipboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// The words.
    Plain,
    /// What the words were made of.
    Markdown,
}

/// Which characters of a unit are picked.
pub(super) fn chars_of(picked: &Picked, index: usize) -> Option<Range<usize>> {
    if index < picked.start.unit || index > picked.end.unit {
        return None;
    }
    let start = match index == picked.start.unit {
        true => picked.start.char,
        false => 0,
    };
    let end = match index == picked.end.unit {
        true => picked.end.char,
        false => usize::MAX,
    };
    (start < end).then_some(start..end)
}

impl Document {
    /// The place nearest to a point, counted from the top left of the text. Only what is
    /// laid out can be pointed at.
    pub fn place_at(&self, at: Vec2) -> Place {
        let (visible, mut top) = self.visible(Rangef::new(at.y, at.y));
        let index = visible.start.min(self.slots.len().saturating_sub(1));
        if visible.start >= self.slots.len() {
            return Place::END;
        }
        if at.y < 0.0 {
            return Place::START;
        }
        top += flow::gap(self.units(), index, self.kind);
        let Some(laid) = &self.slots[index].laid else {
            return Place {
                unit: index,
                char: 0,
            };
        };
        let scrolled = self.scrolled.get(&self.head(index)).copied();
        let at = at - Vec2::new(laid.indent - scrolled.unwrap_or(0.0), top);
        // The nearest by lines, and among these the nearest to the side.
        let distance = |range: Rangef, at: f32| (range.min - at).max(at - range.max).max(0.0);
        let nearest = laid.fragments.iter().min_by(|one, other| {
            let far = |it: &super::lay::Fragment| {
                let size = it.text.size();
                let lines = Rangef::new(it.at.y, it.at.y + size.y);
                let sides = Rangef::new(it.at.x, it.at.x + size.x);
                (distance(lines, at.y), distance(sides, at.x))
            };
            let (one, other) = (far(one), far(other));
            one.0.total_cmp(&other.0).then(one.1.total_cmp(&other.1))
        });
        let char = nearest.map_or(0, |it| {
            let inside = it.text.char_at(at - it.at);
            it.chars.start + inside.min(it.chars.len())
        });
        Place { unit: index, char }
    }

    /// Where the text has what `find` finds in its blocks, as ranges of bytes.
    pub fn find(&self, find: impl Fn(&str) -> Vec<Range<usize>>) -> Vec<Picked> {
        let mut found = Vec::new();
        for (index, unit) in self.units().iter().enumerate() {
            let text = unit.text();
            let (mut bytes, mut chars) = (0, 0);
            for range in find(&text) {
                let mut place = |at: usize| {
                    chars += text[bytes..at].chars().count();
                    bytes = at;
                    Place {
                        unit: index,
                        char: chars,
                    }
                };
                found.push(place(range.start)..place(range.end));
            }
        }
        found
    }

    /// Makes a place one that can be seen: opens what is folded over it, and scrolls what is
    /// wide to the side. Returns how far down it is, as far as that is known.
    pub fn bring(&mut self, place: Place) -> f32 {
        let index = place.unit.min(self.slots.len().saturating_sub(1));
        self.open_fold(index);
        let above: f32 = self.slots.iter().take(index).map(|it| it.height).sum();
        let Some(laid) = self.slots.get(index).and_then(|it| it.laid.as_ref()) else {
            return above;
        };
        let top = above + flow::gap(self.units(), index, self.kind);
        let fragment = laid.fragments.iter().find(|it| it.chars.end > place.char);
        let rect = fragment.and_then(|it| {
            let char = place.char.saturating_sub(it.chars.start);
            let rect = it.text.rects(char..char + 1).into_iter().next()?;
            Some(rect.translate(it.at))
        });
        let Some(rect) = rect else { return top };
        let most = (laid.content_width - laid.width).max(0.0);
        let width = laid.width;
        let head = self.head(index);
        let scrolled = self.scrolled.get(&head).copied().unwrap_or(0.0);
        if most > 0.5 && !(scrolled..scrolled + width * 0.9).contains(&rect.left()) {
            let middle = (rect.left() - width / 2.0).clamp(0.0, most);
            self.scrolled.insert(head, middle);
        }
        top + rect.top()
    }

    /// The word around a place, or the whole block.
    pub fn around(&self, place: Place, is_block: bool) -> Picked {
        let Some(unit) = self.units().get(place.unit) else {
            return place..place;
        };
        let text: Vec<char> = unit.text().chars().collect();
        let at = |char: usize| Place {
            unit: place.unit,
            char,
        };
        if is_block {
            return at(0)..at(text.len());
        }
        let is_word = |char: &char| char.is_alphanumeric() || *char == '_' || *char == '\'';
        let char = place.char.min(text.len());
        let start = text[..char].iter().rposition(|it| !is_word(it));
        let end = text[char..].iter().position(|it| !is_word(it));
        at(start.map_or(0, |it| it + 1))..at(end.map_or(text.len(), |it| char + it))
    }

    /// What is picked, as text. `source` is what the document was made of.
    pub fn copy(&self, source: &str, picked: &Picked, form: Form) -> String {
        let mut copied = String::new();
        let mut before: Option<(&Unit, bool)> = None;
        let mut index = 0;
        // A block that was cut into pieces has one source.
        for block in self.units().chunk_by(|one, next| one.source == next.source) {
            let picks: Vec<_> = block
                .iter()
                .zip(index..)
                .map(|(unit, index)| (unit, chars_of(picked, index)))
                .collect();
            index += block.len();
            let is_whole = |unit: &Unit, chars: &Option<Range<usize>>| {
                let all = unit.text().chars().count();
                matches!(chars, Some(chars) if chars.start == 0 && chars.end >= all)
            };
            let is_source =
                form == Form::Markdown && picks.iter().all(|(unit, it)| is_whole(unit, it));
            for (unit, chars) in &picks {
                let Some(chars) = chars else { continue };
                let is_first = before.is_none();
                if let Some((before, was_source)) = before {
                    match was_source && is_source {
                        // What stands between two blocks in the source belongs to neither.
                        true => copied.push_str(
                            source
                                .get(before.source.end..unit.source.start)
                                .unwrap_or("\n\n"),
                        ),
                        false => copied.push_str(separator(before, unit)),
                    }
                }
                before = Some((unit, is_source));
                let text = unit.text();
                if is_source {
                    copied.push_str(source.get(unit.source.clone()).unwrap_or(&text));
                    break;
                }
                let is_whole = is_whole(unit, &Some(chars.clone()));
                if chars.start == 0 && !is_first || is_whole {
                    copied.push_str(&unit.prefix());
                }
                match &unit.leaf {
                    Leaf::Code(part) if is_whole => copied.push_str(part.code()),
                    _ => copied.extend(text.chars().skip(chars.start).take(chars.len())),
                }
            }
        }
        copied
    }
}

#[cfg(test)]
mod tests {
    use super::super::Kind;
    use super::*;

    fn copied(source: &str, picked: &Picked, form: Form) -> String {
        let mut document = Document::new(Kind::Markdown);
        document.set(source, false);
        document.copy(source, picked, form)
    }

    #[test]
    fn a_block_in_pieces_is_copied_once() {
        let code = "\tx = 1\n".repeat(150);
        let source = format!("Here:\n\n```py\n{code}```\n\n- **done**");
        let all = Place::START..Place {
            unit: usize::MAX,
            char: usize::MAX,
        };
        assert_eq!(copied(&source, &all, Form::Markdown), source);
        let plain = format!("Here:\n\n{code}\n• done");
        assert_eq!(copied(&source, &all, Form::Plain), plain);
        // Of a part of it, only that part.
        let some = Place { unit: 2, char: 0 }..Place { unit: 2, char: 5 };
        assert_eq!(copied(&source, &some, Form::Markdown), "    x");
    }
}
