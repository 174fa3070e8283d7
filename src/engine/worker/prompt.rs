//! From a task to the tokens of its prompt: the template's markup with control tokens,
//! what people and models wrote without.

use std::collections::HashMap;

use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::token::LlamaToken;

use super::overflow::{self, Size};
use super::reasoning::{Kind, Place};
use super::template::Template;
use super::tokens;
use crate::engine::fault::Fault;
use crate::engine::protocol::{Opening, Task, Turn};
use crate::params::Overflow;

/// Room for the reply where the user has not said how long it may be: a quarter of the
/// context, at most this many tokens.
const RESERVE_TOKENS: usize = 1024;

/// Texts whose lengths are remembered. A chat is counted again with every turn.
const REMEMBERED_TEXTS: usize = 4096;

/// A prompt, and what had to be left out of it.
#[derive(Debug)]
pub(super) struct Prompt {
    pub(super) tokens: Vec<LlamaToken>,
    /// Where it ends.
    pub(super) place: Place,
    /// The places of the turns that are not in it.
    pub(super) left_out: Vec<usize>,
    /// What they would have taken.
    pub(super) left_out_tokens: usize,
}

/// Makes prompts for one model.
pub(super) struct Prompter<'m> {
    model: &'m LlamaModel,
    template: &'m Template,
    /// Tokens of texts that were counted before.
    counted: HashMap<blake3::Hash, usize>,
}

impl<'m> Prompter<'m> {
    pub(super) fn new(model: &'m LlamaModel, template: &'m Template) -> Self {
        Self {
            model,
            template,
            counted: HashMap::new(),
        }
    }

    /// The prompt of a task in a context of `room` tokens.
    ///
    /// # Errors
    /// [`Fault::PromptTooLong`] where it does not fit and nothing may be left out, and
    /// [`Fault::Template`] where the template refuses the conversation.
    pub(super) fn prompt(&mut self, task: &Task, room: usize) -> Result<Prompt, Fault> {
        let (tokens, place) = self.tokens(&task.turns, task.opening)?;
        let mut prompt = Prompt {
            tokens,
            place,
            left_out: Vec::new(),
            left_out_tokens: 0,
        };
        let limit = task.sampling.max_tokens.map_or(usize::MAX, saturated);
        let reserve = limit.min(room / 4).clamp(1, RESERVE_TOKENS);
        let sizes = match task.overflow {
            Overflow::Stop => Vec::new(),
            _ => self.sizes(&task.turns),
        };
        let mut excess = 0;
        while prompt.tokens.len() + reserve > room {
            excess += prompt.tokens.len() + reserve - room;
            let left_out = overflow::leave_out(&sizes, excess, room, task.overflow);
            // As much as may go is gone.
            if left_out.len() == prompt.left_out.len() {
                break;
            }
            let is_kept = |at: &usize| !left_out.contains(at);
            let kept: Vec<Turn> = (0..task.turns.len())
                .filter(is_kept)
                .map(|at| task.turns[at].clone())
                .collect();
            let (tokens, place) = self.tokens(&kept, task.opening)?;
            prompt = Prompt {
                tokens,
                place,
                left_out_tokens: left_out.iter().map(|&at| sizes[at].tokens).sum(),
                left_out,
            };
        }
        if prompt.tokens.len() >= room {
            return Err(Fault::PromptTooLong {
                prompt_tokens: count(prompt.tokens.len()),
                context_tokens: count(room),
            });
        }
        Ok(prompt)
    }

    /// All tokens of a conversation, and where it ends.
    pub(super) fn tokens(
        &self,
        turns: &[Turn],
        opening: Opening,
    ) -> Result<(Vec<LlamaToken>, Place), Fault> {
        match opening {
            Opening::Plain => Ok((tokens::plain(self.model, turns), Place::Within(Kind::Reply))),
            _ => tokens::conversation(self.model, self.template, turns, opening),
        }
    }

    /// The tokens of each turn's words.
    pub(super) fn turn_tokens(&mut self, turns: &[Turn]) -> Vec<u32> {
        let sizes = self.sizes(turns);
        sizes.iter().map(|size| count(size.tokens)).collect()
    }

    fn sizes(&mut self, turns: &[Turn]) -> Vec<Size> {
        if self.counted.len() > REMEMBERED_TEXTS {
            self.counted.clear();
        }
        let vocab = self.model.vocab();
        let mut size = |turn: &Turn| {
            let text = turn.content.as_bytes();
            let tokens = self.counted.entry(blake3::hash(text));
            Size {
                role: turn.role,
                tokens: *tokens.or_insert_with(|| vocab.tokenize(text, false, false).len()),
            }
        };
        turns.iter().map(&mut size).collect()
    }
}

fn saturated(count: u32) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

/// Counts of tokens are bounded by the context, far below the limit of the type.
pub(super) fn count(tokens: usize) -> u32 {
    u32::try_from(tokens).unwrap_or(u32::MAX)
}
