//! A reply on its way out: tokens in, events out.

use llama_cpp_2::token::LlamaToken;
use llama_cpp_2::vocab::LlamaVocab;

use super::host::Output;
use super::load::Failure;
use super::pieces::Pieces;
use super::prompt::count;
use super::reasoning::{Kind, Place, Splitter};
use super::stops::{Rules, Stops};
use crate::chat::Choice;
use crate::engine::protocol::{Event, RequestId};

/// Writes the events of one reply.
pub(super) struct Reply<'a> {
    id: RequestId,
    output: &'a Output,
    vocab: LlamaVocab<'a>,
    pieces: Pieces,
    splitter: Splitter,
    rules: Rules,
    in_thoughts: Stops,
    answer: Stops,
    /// What the last piece was.
    kind: Kind,
    /// Control tokens that are shown as text, since the splitter looks for them.
    marks: Vec<LlamaToken>,
    bytes: Vec<u8>,
    choices: Vec<Choice>,
    pub(super) generated_tokens: u32,
}

impl<'a> Reply<'a> {
    pub(super) fn new(
        id: RequestId,
        output: &'a Output,
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
            rules,
            kind: Kind::Reply,
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

    /// What was held back, now that nothing more comes.
    pub(super) fn finish(mut self, is_stopped: bool, context_tokens: usize) -> Result<(), Failure> {
        if !is_stopped {
            let none = Splitter::new(None, Place::Start);
            let rest = std::mem::replace(&mut self.splitter, none).finish();
            if !self.say(rest, context_tokens)? {
                self.release(Kind::Reasoning, context_tokens)?;
                self.release(Kind::Reply, context_tokens)?;
            }
        }
        if !self.choices.is_empty() {
            self.emit(self.kind, String::new(), context_tokens)?;
        }
        Ok(())
    }

    /// Passes on what is no stop string; `true` where one has come up.
    fn say(&mut self, parts: Vec<(Kind, String)>, context_tokens: usize) -> Result<bool, Failure> {
        for (kind, text) in parts {
            let stops = match kind {
                Kind::Reasoning => &mut self.in_thoughts,
                Kind::Reply => &mut self.answer,
            };
            let checked = stops.push(&text);
            if kind == Kind::Reply {
                self.release(Kind::Reasoning, context_tokens)?;
            }
            if !checked.text.is_empty() {
                self.emit(kind, checked.text, context_tokens)?;
            }
            if checked.is_stopped {
                return Ok(true);
            }
        }
        // A token may have no text of its own, but it was chosen all the same.
        if !self.choices.is_empty() {
            self.emit(self.kind, String::new(), context_tokens)?;
        }
        Ok(false)
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

    /// Whether what was written last belongs to the thoughts.
    pub(super) fn is_thinking(&self) -> bool {
        self.kind == Kind::Reasoning
    }

    fn emit(&mut self, kind: Kind, text: String, context_tokens: usize) -> Result<(), Failure> {
        self.kind = kind;
        self.output.emit(&Event::Piece {
            id: self.id,
            text,
            is_reasoning: kind == Kind::Reasoning,
            choices: std::mem::take(&mut self.choices),
            generated_tokens: self.generated_tokens,
            context_tokens: count(context_tokens),
        })?;
        Ok(())
    }
}
