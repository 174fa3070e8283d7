//! A reply on its way out: tokens in, events out.

use llama_cpp_2::token::LlamaToken;
use llama_cpp_2::vocab::LlamaVocab;

use super::host::Output;
use super::load::Failure;
use super::pieces::Pieces;
use super::prompt::count;
use super::reasoning::{Kind, Part, Place, Splitter};
use super::stops::{Rules, Stops, shown};
use crate::chat::Choice;
use crate::engine::protocol::{Event, RequestId};

/// Writes the events of one reply.
pub(super) struct Reply<'a> {
    id: RequestId,
    output: Output,
    vocab: LlamaVocab<'a>,
    pieces: Pieces,
    splitter: Splitter,
    rules: Rules,
    in_thoughts: Stops,
    answer: Stops,
    /// Looks in what may be thoughts for what ends these, too.
    in_untold: Stops,
    /// Of what may be thoughts, the first stop string of the reply and all after it. It is
    /// given out if they are, and else it is where the reply has ended.
    beyond_stop: Option<String>,
    /// What the last piece was.
    kind: Kind,
    /// Whether that may turn out to be thoughts.
    is_untold: bool,
    /// Whether the last token has told that all before it were thoughts.
    were_thoughts: bool,
    /// Control tokens that are shown as text, since the splitter looks for them.
    marks: Vec<LlamaToken>,
    bytes: Vec<u8>,
    choices: Vec<Choice>,
    pub(super) generated_tokens: u32,
}

impl<'a> Reply<'a> {
    pub(super) fn new(
        id: RequestId,
        output: Output,
        vocab: LlamaVocab<'a>,
        rules: Rules,
        splitter: Splitter,
        marks: Vec<LlamaToken>,
    ) -> Self {
        Self {
            id,
            output,
            vocab,
            pieces: Pieces::default(),
            splitter,
            in_thoughts: rules.for_thoughts(),
            answer: rules.for_reply(),
            in_untold: rules.for_thoughts(),
            beyond_stop: None,
            rules,
            kind: Kind::Reply,
            is_untold: false,
            were_thoughts: false,
            marks,
            bytes: Vec::with_capacity(32),
            choices: Vec::new(),
            generated_tokens: 0,
        }
    }

    /// Adds a token; `context_tokens` are in the context by then. `true` where a stop
    /// string has come up.
    pub(super) fn push(
        &mut self,
        token: LlamaToken,
        choice: Option<Choice>,
        context_tokens: usize,
    ) -> Result<bool, Failure> {
        self.generated_tokens += 1;
        self.were_thoughts = false;
        self.choices.extend(choice);
        self.bytes.clear();
        let is_mark = self.marks.contains(&token);
        match self.rules.stand_in_of(token).filter(|_| !is_mark) {
            Some(stand_in) => {
                let stand_in = stand_in.encode_utf8(&mut [0; 4]).as_bytes().to_vec();
                self.bytes.extend(stand_in);
            }
            None => self
                .vocab
                .token_to_piece_into(token, &mut self.bytes, is_mark, None),
        }
        let text = self.pieces.push(&self.bytes);
        let parts = self.splitter.push(&text);
        self.say(parts, context_tokens)
    }

    /// What was held back, now that nothing more comes. Returns whether a stop string has
    /// ended the reply, which may be known only now.
    pub(super) fn finish(
        mut self,
        is_stopped: bool,
        context_tokens: usize,
    ) -> Result<bool, Failure> {
        let mut is_cut = is_stopped;
        if !is_stopped {
            let none = Splitter::new(None, Place::Start);
            let rest = std::mem::replace(&mut self.splitter, none).finish();
            is_cut = self.say(rest, context_tokens)? || self.beyond_stop.is_some();
            self.is_untold = false;
            if !is_cut {
                self.release(Kind::Reasoning, context_tokens)?;
                self.release(Kind::Reply, context_tokens)?;
            }
        }
        if !self.choices.is_empty() {
            self.emit(self.kind, String::new(), context_tokens)?;
        }
        Ok(is_cut)
    }

    /// Passes on what is no stop string; `true` where one has come up.
    fn say(&mut self, parts: Vec<Part>, context_tokens: usize) -> Result<bool, Failure> {
        for part in parts {
            let is_stopped = match part {
                Part::Said(kind, text) => self.say_as(kind, &text, context_tokens)?,
                Part::Untold(text) => self.say_untold(&text, context_tokens)?,
                Part::WereThoughts => {
                    self.rethink(context_tokens)?;
                    false
                }
            };
            if is_stopped {
                return Ok(true);
            }
        }
        // A token may have no text of its own, but it was chosen all the same.
        if !self.choices.is_empty() {
            self.emit(self.kind, String::new(), context_tokens)?;
        }
        Ok(false)
    }

    fn say_as(&mut self, kind: Kind, text: &str, context_tokens: usize) -> Result<bool, Failure> {
        let stops = match kind {
            Kind::Reasoning => &mut self.in_thoughts,
            Kind::Reply => &mut self.answer,
        };
        let checked = stops.push(text);
        if kind == Kind::Reply {
            self.release(Kind::Reasoning, context_tokens)?;
        }
        if !checked.text.is_empty() {
            self.emit(kind, checked.text, context_tokens)?;
        }
        Ok(checked.is_stopped)
    }

    /// Passes on what is a reply for all that is known. A stop string in it ends it only if
    /// it is one, so what follows the first is kept until that is known.
    fn say_untold(&mut self, text: &str, context_tokens: usize) -> Result<bool, Failure> {
        self.is_untold = true;
        let is_stopped = self.in_untold.push(text).is_stopped;
        if let Some(beyond) = &mut self.beyond_stop {
            beyond.push_str(&shown(text.to_owned()));
            return Ok(is_stopped);
        }
        let checked = self.answer.push(text);
        self.beyond_stop = checked.is_stopped.then_some(checked.rest);
        if !checked.text.is_empty() {
            self.emit(Kind::Reply, checked.text, context_tokens)?;
        }
        Ok(is_stopped)
    }

    /// All that was said so far were thoughts, and so is what was kept.
    fn rethink(&mut self, context_tokens: usize) -> Result<(), Failure> {
        let kept = self.answer.finish() + &self.beyond_stop.take().unwrap_or_default();
        if !kept.is_empty() {
            self.emit(Kind::Reply, kept, context_tokens)?;
        }
        self.is_untold = false;
        self.were_thoughts = true;
        self.output.emit(&Event::WereThoughts { id: self.id })?;
        Ok(())
    }

    /// Passes on what was held back and is no stop string after all.
    fn release(&mut self, kind: Kind, context_tokens: usize) -> Result<(), Failure> {
        let rest = match kind {
            Kind::Reasoning => self.in_thoughts.finish(),
            Kind::Reply => self.answer.finish(),
        };
        match rest.is_empty() {
            true => Ok(()),
            false => self.emit(kind, rest, context_tokens),
        }
    }

    /// Whether the last token belongs to the thoughts.
    pub(super) fn is_thinking(&self) -> bool {
        self.kind == Kind::Reasoning || self.were_thoughts
    }

    fn emit(&mut self, kind: Kind, text: String, context_tokens: usize) -> Result<(), Failure> {
        self.kind = kind;
        self.output.emit(&Event::Piece {
            id: self.id,
            text,
            is_reasoning: kind == Kind::Reasoning,
            is_untold: self.is_untold,
            choices: std::mem::take(&mut self.choices),
            generated_tokens: self.generated_tokens,
            context_tokens: count(context_tokens),
        })?;
        Ok(())
    }
}
