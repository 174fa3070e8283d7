//! Where the form that a reply is held to begins: behind the model's thoughts, which are
//! free. What comes between the two is written for the model, so that the form begins at
//! a token of its own; and a model that would end, or fill the context, among its thoughts
//! is led on to the reply that was asked for.

use std::collections::VecDeque;

use llama_cpp_2::token::LlamaToken;

use super::load::Loaded;
use super::reasoning::{Kind, Marks, Place, first_mark};
use crate::engine::protocol::Task;
use crate::params::Sampling;

/// The most room that is kept for the reply, in tokens.
const RESERVE_TOKENS: usize = 1024;

/// Makes tokens of markup.
type Tokenize<'a> = Box<dyn Fn(&str) -> Vec<LlamaToken> + 'a>;

/// A token that the model has chosen without the form.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chosen<'a> {
    pub(super) token: LlamaToken,
    /// Its text; a mark has one, too.
    pub(super) text: &'a str,
    /// Whether it ends the reply.
    pub(super) is_end: bool,
    /// Whether it is a control token.
    pub(super) is_control: bool,
}

/// Tells when the form begins.
pub(super) struct Gate<'a> {
    at: At,
    marks: Option<&'a Marks>,
    tokenize: Tokenize<'a>,
    /// What is to be written next, whatever the model would choose.
    next: VecDeque<LlamaToken>,
    /// The end of the thoughts, as far as it may belong to a mark.
    tail: String,
    /// How many more tokens of thoughts there is room for.
    room: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    /// Before the first token.
    Start,
    Thoughts,
    /// In the reply, to which the form applies.
    Reply,
}

impl<'a> Gate<'a> {
    /// One that lets the form begin at once.
    fn open() -> Self {
        Self {
            at: At::Reply,
            marks: None,
            tokenize: Box::new(|_| Vec::new()),
            next: VecDeque::new(),
            tail: String::new(),
            room: 0,
        }
    }

    /// The gate behind the prompt of a task, which ends at `place` and leaves `room` tokens.
    pub(super) fn new(
        loaded: &'a Loaded,
        task: &Task,
        sampling: &Sampling,
        place: Place,
        room: usize,
    ) -> Self {
        let grammar = sampling.grammar.as_deref().unwrap_or_default();
        // A grammar that names the marks of the thoughts speaks of them, too.
        let is_bound =
            |marks: &Marks| grammar.contains(marks.open) || grammar.contains(marks.close);
        match loaded.template.marks_for(task.opening) {
            Some(marks) if !is_bound(marks) => {
                let limit = sampling.max_tokens.and_then(|it| usize::try_from(it).ok());
                let room = room.min(limit.unwrap_or(usize::MAX));
                let vocab = loaded.model.vocab();
                let tokenize = move |text: &str| vocab.tokenize(text.as_bytes(), false, true);
                Self::behind(marks, place, room, Box::new(tokenize))
            }
            _ => Self::open(),
        }
    }

    /// The gate behind a prompt that ends at `place`, of a reply that may have `room` tokens.
    fn behind(marks: &'a Marks, place: Place, room: usize, tokenize: Tokenize<'a>) -> Self {
        let reserve = (room / 4).min(RESERVE_TOKENS);
        Self {
            at: match place {
                Place::Start => At::Start,
                Place::Open | Place::Within(Kind::Reasoning) => At::Thoughts,
                Place::Untold | Place::Within(Kind::Reply) => At::Reply,
            },
            marks: Some(marks),
            tokenize,
            room: room - reserve,
            ..Self::open()
        }
    }

    /// The token that has to come now, where that is settled.
    pub(super) fn take_next(&mut self) -> Option<LlamaToken> {
        self.next.pop_front()
    }

    /// Whether the form holds for the next token.
    pub(super) fn is_open(&self) -> bool {
        self.at == At::Reply
    }

    /// The token to write, given the one that the model has chosen; `None` where the form
    /// begins here and is to choose. `fits` tells whether the form lets that token pass.
    pub(super) fn decide(
        &mut self,
        chosen: Chosen<'_>,
        fits: impl FnOnce() -> bool,
    ) -> Option<LlamaToken> {
        let marks = self.marks?;
        match self.at {
            At::Start => self.start(marks, chosen, fits),
            At::Thoughts => Some(self.think(marks, chosen)),
            At::Reply => None,
        }
    }

    fn start(
        &mut self,
        marks: &Marks,
        chosen: Chosen<'_>,
        fits: impl FnOnce() -> bool,
    ) -> Option<LlamaToken> {
        let opening = (self.tokenize)(marks.open);
        let text = chosen.text.trim_start();
        let is_mark = opening.first() == Some(&chosen.token)
            && (chosen.is_control || opening.len() == 1)
            || text.starts_with(marks.open);
        // Words that open thoughts could be the first of a reply as well.
        let opens = is_mark
            || marks.opens_untold() && !text.is_empty() && marks.open.starts_with(text) && !fits();
        if opens {
            self.at = At::Thoughts;
            return self.lead(opening);
        }
        self.at = At::Reply;
        let head = (self.tokenize)(marks.reply_head());
        self.lead(head)
    }

    fn think(&mut self, marks: &Marks, chosen: Chosen<'_>) -> LlamaToken {
        let seam = marks.seam();
        if chosen.is_end || self.room == 0 {
            return self.end_thoughts(seam, chosen.token);
        }
        self.room -= 1;
        let before = self.tail.len();
        self.tail.push_str(chosen.text);
        let Some((at, length)) = first_mark(&self.tail, marks.closers()) else {
            let longest = marks.closers().iter().map(|mark| mark.len()).max();
            let kept = (self.tail.len() + 1).saturating_sub(longest.unwrap_or(0));
            let kept = (kept..=self.tail.len()).find(|at| self.tail.is_char_boundary(*at));
            self.tail.drain(..kept.unwrap_or(0));
            return chosen.token;
        };
        if self.tail[at..at + length] != *marks.close {
            return self.end_thoughts(seam, chosen.token);
        }
        let (_, behind) = seam.split_once(marks.close).unwrap_or(("", ""));
        let written = &self.tail[at + length..];
        if let Some(rest) = behind.strip_prefix(written) {
            self.at = At::Reply;
            self.next = (self.tokenize)(rest).into();
            return chosen.token;
        }
        // What hangs on the mark in one token would be a part of the reply.
        let closing = format!("{}{behind}", &self.tail[before..at + length]);
        self.end_thoughts(&closing, chosen.token)
    }

    /// Goes on with the reply behind this; with `instead` where it has no tokens.
    fn end_thoughts(&mut self, seam: &str, instead: LlamaToken) -> LlamaToken {
        self.at = At::Reply;
        let seam = (self.tokenize)(seam);
        self.lead(seam).unwrap_or(instead)
    }

    /// Writes these tokens; returns the first.
    fn lead(&mut self, tokens: Vec<LlamaToken>) -> Option<LlamaToken> {
        self.next = tokens.into();
        self.next.pop_front()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A character is a token.
    fn tokenize(text: &str) -> Vec<LlamaToken> {
        let number = |it| LlamaToken(i32::try_from(u32::from(it)).unwrap());
        text.chars().map(number).collect()
    }

    fn text_of(token: LlamaToken) -> char {
        char::from_u32(u32::try_from(token.0).unwrap()).unwrap()
    }

    const END: &str = "<end>";

    /// What is written where the model chooses these texts, a token each, until the form
    /// begins; and whether it has.
    fn written(marks: &Marks, place: Place, room: usize, chosen: &[&str]) -> (String, bool) {
        let mut gate = Gate::behind(marks, place, room, Box::new(tokenize));
        let mut said = String::new();
        let mut chosen = chosen.iter();
        loop {
            if let Some(token) = gate.take_next() {
                said.push(text_of(token));
                continue;
            }
            if gate.is_open() {
                return (said, true);
            }
            let Some(&text) = chosen.next() else {
                return (said, false);
            };
            // A token with a text of its own, which is none of those of a character.
            let token = LlamaToken(0);
            let chosen = Chosen {
                token,
                text,
                is_end: text == END,
                is_control: false,
            };
            match gate.decide(chosen, || false) {
                Some(it) if it == token => said.push_str(text),
                Some(it) => said.push(text_of(it)),
                None => {}
            }
        }
    }

    fn marks(source: &str, prompt: &str) -> Marks {
        Marks::detect(source, prompt, "", ("R", "C"))
    }

    #[test]
    fn the_form_begins_behind_the_thoughts() {
        let think = marks("<think></think>", "");
        let cases: [(Place, &[&str], &str); 9] = [
            (Place::Open, &["hm", "</think>"], "hm</think>\n\n"),
            (Place::Open, &["hm</th", "ink>\n"], "hm</think>\n\n"),
            (Place::Open, &["hm", "</think>\n\n"], "hm</think>\n\n"),
            // What hangs on the mark is not written.
            (Place::Open, &["hm</", "think>{"], "hm</think>\n\n"),
            (Place::Open, &["a.</think>{"], "a.</think>\n\n"),
            // The model would end here.
            (Place::Open, &["hm", END], "hm\n</think>\n\n"),
            (Place::Within(Kind::Reply), &[], ""),
            (
                Place::Start,
                &["<think>", "hm", END],
                "<think>hm\n</think>\n\n",
            ),
            (Place::Start, &["Hi"], ""),
        ];
        for (place, chosen, said) in cases {
            assert_eq!(
                written(&think, place, 100, chosen),
                (said.to_owned(), true),
                "{chosen:?}"
            );
        }
        assert_eq!(
            written(&think, Place::Open, 100, &["a", "<b"]),
            ("a<b".into(), false)
        );
    }

    #[test]
    fn thoughts_leave_room_for_the_reply() {
        let think = marks("<think></think>", "");
        let all = written(&think, Place::Open, 8, &["a"; 20]);
        assert_eq!(all, ("aaaaaa\n</think>\n\n".to_owned(), true));
    }

    #[test]
    fn what_comes_before_a_reply_is_written_for_the_model() {
        let harmony = marks("<|channel|>analysis<|message|> <|end|>", "");
        let head = "<|channel|>final<|message|>";
        let seam = format!("<|end|><|start|>assistant{head}");
        let cases: [(Place, &[&str], String); 4] = [
            (Place::Open, &["hm", "<|end|>"], format!("hm{seam}")),
            (Place::Open, &["hm", "<|start|>"], format!("hm{seam}")),
            (Place::Open, &["hm", END], format!("hm{seam}")),
            (Place::Start, &["Hi"], head.into()),
        ];
        for (place, chosen, said) in cases {
            assert_eq!(
                written(&harmony, place, 100, chosen),
                (said, true),
                "{chosen:?}"
            );
        }
        let apriel = marks("[BEGIN FINAL RESPONSE]", "");
        let (said, _) = written(&apriel, Place::Start, 100, &["Here"]);
        assert_eq!(said, "Here are my reasoning steps:");
    }

    #[test]
    fn without_marks_the_form_begins_at_once() {
        assert!(Gate::open().is_open());
    }
}
