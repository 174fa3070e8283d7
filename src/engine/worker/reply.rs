//! A reply on its way out: tokens in, events out.

use llama_cpp_2::token::LlamaToken;
use llama_cpp_2::vocab::LlamaVocab;

use super::host::Output;
use super::load::Failure;
use super::pieces::Pieces;
use super::prompt::count;
use super::reasoning::{Kind, Place, Splitter};
use crate::chat::Choice;
use crate::engine::protocol::{Event, RequestId};

/// Writes the events of one reply.
pub(super) struct Reply<'a> {
    id: RequestId,
    output: &'a Output,
    vocab: LlamaVocab<'a>,
    pieces: Pieces,
    splitter: Splitter,
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
        stops: &[String],
        splitter: Splitter,
        marks: Vec<LlamaToken>,
    ) -> Self {
        Self {
            id,
            output,
            vocab,
            pieces: Pieces::new(stops),
            splitter,
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
        self.vocab
            .token_to_piece_into(token, &mut self.bytes, is_mark, None);
        let piece = self.pieces.push(&self.bytes);
        self.say(&piece.text, context_tokens)?;
        Ok(piece.is_stopped)
    }

    /// What was held back, now that nothing more comes.
    pub(super) fn finish(mut self, is_stopped: bool, context_tokens: usize) -> Result<(), Failure> {
        let rest = self.pieces.finish();
        if !is_stopped {
            self.say(&rest, context_tokens)?;
        }
        let none = Splitter::new(None, Place::Start);
        for (kind, text) in std::mem::replace(&mut self.splitter, none).finish() {
            self.emit(kind, text, context_tokens)?;
        }
        if !self.choices.is_empty() {
            self.emit(self.kind, String::new(), context_tokens)?;
        }
        Ok(())
    }

    fn say(&mut self, text: &str, context_tokens: usize) -> Result<(), Failure> {
        let parts = self.splitter.push(text);
        // A token may have no text of its own, but it was chosen all the same.
        if parts.is_empty() && !self.choices.is_empty() {
            return self.emit(self.kind, String::new(), context_tokens);
        }
        for (kind, text) in parts {
            self.emit(kind, text, context_tokens)?;
        }
        Ok(())
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
