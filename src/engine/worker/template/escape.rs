//! Keeps what people and models write apart from what the template writes, all the way
//! through the template: a character that begins a dangerous literal is rendered as a
//! stand-in, and becomes text again afterwards. A template may trim, cut and test what it
//! is given; a conversation without such literals goes through untouched.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use super::Part;
use super::literals::Literals;
use crate::engine::protocol::Turn;

/// The private-use planes: no template, and hardly a text, has characters of these.
const SPARE: [RangeInclusive<char>; 2] = ['\u{f0000}'..='\u{ffffd}', '\u{100000}'..='\u{10fffd}'];

/// Which characters are rendered as stand-ins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Care {
    /// Those that begin a literal, or what the template's own words could make one.
    Literals,
    /// All that a literal could begin with, so that none can come together out of a
    /// text's pieces.
    FirstCharacters,
}

/// The stand-ins of one rendering.
#[derive(Debug)]
pub(super) struct Escape<'a> {
    literals: &'a Literals,
    /// Private-use characters that are taken.
    used: BTreeSet<char>,
    /// Each character that has a stand-in, and that.
    stand_ins: Vec<(char, char)>,
}

/// All private-use characters are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NoStandIn;

impl<'a> Escape<'a> {
    /// `texts` are all that the rendering may hold: the template and the conversation.
    pub(super) fn new<'b>(
        literals: &'a Literals,
        texts: impl IntoIterator<Item = &'b str>,
    ) -> Self {
        let is_spare = |it: &char| *it >= *SPARE[0].start();
        Self {
            literals,
            used: texts
                .into_iter()
                .flat_map(str::chars)
                .filter(is_spare)
                .collect(),
            stand_ins: Vec::new(),
        }
    }

    /// The turn as the template may see it.
    ///
    /// # Errors
    /// [`NoStandIn`] where the conversation has every private-use character there is.
    pub(super) fn turn(&mut self, turn: &Turn, care: Care) -> Result<Turn, NoStandIn> {
        let reasoning = turn.reasoning.as_deref();
        Ok(Turn {
            role: turn.role,
            content: self.text(&turn.content, care)?,
            reasoning: reasoning.map(|it| self.text(it, care)).transpose()?,
        })
    }

    fn text(&mut self, text: &str, care: Care) -> Result<String, NoStandIn> {
        let mut made = String::with_capacity(text.len());
        let mut copied = 0;
        for at in self.places(text, care) {
            let Some(character) = text[at..].chars().next() else {
                continue;
            };
            made.push_str(&text[copied..at]);
            made.push(self.stand_in(character)?);
            copied = at + character.len_utf8();
        }
        made.push_str(&text[copied..]);
        Ok(made)
    }

    /// Where stand-ins go, in bytes.
    fn places(&self, text: &str, care: Care) -> BTreeSet<usize> {
        let mut places: BTreeSet<usize> = match care {
            Care::Literals => self.literals.starts(text).collect(),
            Care::FirstCharacters => text
                .char_indices()
                .filter(|&(_, character)| self.literals.is_first(character))
                .map(|(at, _)| at)
                .collect(),
        };
        // What stands beside the template's own words, once it has trimmed the text.
        for end in [text, text.trim_end()] {
            places.extend(self.literals.unfinished(end));
        }
        for head in [text, text.trim_start()] {
            if self.literals.completes(head) {
                places.insert(text.len() - head.len());
            }
        }
        places
    }

    fn stand_in(&mut self, character: char) -> Result<char, NoStandIn> {
        if let Some(&(_, stand_in)) = self.stand_ins.iter().find(|(it, _)| *it == character) {
            return Ok(stand_in);
        }
        let free = SPARE
            .into_iter()
            .flatten()
            .find(|it| !self.used.contains(it));
        let stand_in = free.ok_or(NoStandIn)?;
        self.used.insert(stand_in);
        self.stand_ins.push((character, stand_in));
        Ok(stand_in)
    }

    /// Whether a text holds a character that [`Care::FirstCharacters`] would not leave.
    pub(super) fn may_hide(&self, turns: &[Turn]) -> bool {
        turns
            .iter()
            .flat_map(|turn| [Some(&turn.content), turn.reasoning.as_ref()])
            .flatten()
            .any(|text| text.contains(|it| self.literals.is_first(it)))
    }

    /// The parts of what was rendered.
    pub(super) fn split(&self, rendered: String) -> Vec<Part> {
        if self.stand_ins.is_empty() {
            return vec![Part::Markup(rendered)];
        }
        let original = |character: char| {
            let found = self.stand_ins.iter().find(|(_, it)| *it == character)?;
            Some(found.0)
        };
        let mut parts = Vec::new();
        let mut rest = rendered.as_str();
        while let Some((at, stand_in, character)) = rest
            .char_indices()
            .find_map(|(at, it)| Some((at, it, original(it)?)))
        {
            if at > 0 {
                parts.push(Part::Markup(rest[..at].to_owned()));
            }
            parts.push(Part::Text(character.to_string()));
            rest = &rest[at + stand_in.len_utf8()..];
        }
        if parts.is_empty() {
            parts.push(Part::Markup(rendered));
        } else if !rest.is_empty() {
            parts.push(Part::Markup(rest.to_owned()));
        }
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(care: Care, text: &str, parts: &[Part]) {
        let literals = Literals::new(["<|a|>", "|>x"].map(str::to_owned));
        let mut escape = Escape::new(&literals, [text, "\u{f0000}"]);
        let escaped = escape.text(text, care).unwrap();
        assert_eq!(escape.split(escaped), parts, "{text}");
    }

    #[test]
    fn only_what_is_dangerous_becomes_text() {
        let markup = |it: &str| Part::Markup(it.into());
        let text = |it: &str| Part::Text(it.into());
        check(Care::Literals, "", &[markup("")]);
        check(
            Care::Literals,
            "a < b | c \u{f0001}",
            &[markup("a < b | c \u{f0001}")],
        );
        check(
            Care::Literals,
            "<<|a|>x",
            &[
                markup("<"),
                text("<"),
                markup("|a"),
                text("|"),
                markup(">x"),
            ],
        );
        check(Care::Literals, "<|a \n", &[text("<"), markup("|a \n")]);
        check(
            Care::Literals,
            " a|> <|.",
            &[markup(" "), text("a"), markup("|> <|.")],
        );
        check(
            Care::FirstCharacters,
            "a<b|",
            &[markup("a"), text("<"), markup("b"), text("|")],
        );
    }

    #[test]
    fn a_text_with_every_spare_character_is_refused() {
        let all: String = SPARE.into_iter().flatten().collect();
        let literals = Literals::new(["<s>".to_owned()]);
        let mut escape = Escape::new(&literals, [all.as_str()]);
        assert_eq!(escape.text("<s>", Care::Literals), Err(NoStandIn));
    }
}
