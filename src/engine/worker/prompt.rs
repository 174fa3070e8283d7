//! From a task to the tokens of its prompt: the template's markup with control tokens,
//! what people and models wrote without.

use std::collections::HashMap;

use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::token::LlamaToken;

use super::overflow::{self, Budget, Size};
use super::reasoning::{Kind, Place};
use super::template::Template;
use super::tokens;
use crate::chat::Role;
use crate::engine::fault::Fault;
use crate::engine::protocol::{Opening, Task, Turn};
use crate::params::Overflow;

/// Room for the reply where the user has not said how long it may be: a quarter of the
/// context, at most this many tokens.
const RESERVE_TOKENS: usize = 1024;

/// Tokens that a template puts around a turn, where it does not show.
const MARKUP_TOKENS: usize = 6;

/// What a turn says to see what a template puts around it.
const PROBE: &str = "Hello";

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
        let is_too_long = |prompt: &Prompt| prompt.tokens.len() + reserve > room;
        if task.overflow != Overflow::Stop && is_too_long(&prompt) {
            let sizes = self.sizes(&task.turns);
            let (fixed_tokens, markup_tokens) = self.markup_tokens(task);
            let mut tokens = room.saturating_sub(reserve + fixed_tokens);
            // The sizes are close to what the turns take in a prompt, but not always equal.
            while is_too_long(&prompt) && tokens > 0 {
                let budget = Budget {
                    tokens,
                    markup_tokens,
                };
                let left_out = overflow::leave_out(&sizes, budget, task.overflow);
                if left_out.len() != prompt.left_out.len() {
                    prompt = self.prompt_without(task, left_out, &sizes)?;
                }
                tokens = tokens.saturating_sub((room / 8).max(1));
            }
        }
        prompt.left_out_tokens += self.omitted_tokens(task);
        if prompt.tokens.len() >= room {
            return Err(Fault::PromptTooLong {
                prompt_tokens: count(prompt.tokens.len()),
                context_tokens: count(room),
                trained_context_tokens: self.model.n_ctx_train(),
            });
        }
        Ok(prompt)
    }

    /// About how many tokens the turns would have taken that the client has left out: as many
    /// for their bytes as the others take for theirs.
    fn omitted_tokens(&mut self, task: &Task) -> usize {
        let omitted_bytes = usize::try_from(task.omitted.bytes).unwrap_or(usize::MAX);
        if omitted_bytes == 0 {
            return 0;
        }
        let tokens: usize = self.sizes(&task.turns).iter().map(|size| size.tokens).sum();
        let bytes: usize = task.turns.iter().map(|turn| turn.content.len()).sum();
        omitted_bytes.saturating_mul(tokens) / bytes.max(1)
    }

    /// The prompt of a task without these turns.
    fn prompt_without(
        &self,
        task: &Task,
        left_out: Vec<usize>,
        sizes: &[Size],
    ) -> Result<Prompt, Fault> {
        let is_kept = |at: &usize| !left_out.contains(at);
        let kept: Vec<Turn> = (0..task.turns.len())
            .filter(is_kept)
            .map(|at| task.turns[at].clone())
            .collect();
        let (tokens, place) = self.tokens(&kept, task.opening)?;
        Ok(Prompt {
            tokens,
            place,
            left_out_tokens: left_out.iter().map(|&at| sizes[at].tokens).sum(),
            left_out,
        })
    }

    /// What a prompt takes beside the words of the turns: as a whole, and for each turn.
    fn markup_tokens(&self, task: &Task) -> (usize, usize) {
        let system = task.turns.first().filter(|turn| turn.role == Role::System);
        let turn = |role| Turn::new(role, PROBE);
        let mut turns: Vec<Turn> = system.map(|_| turn(Role::System)).into_iter().collect();
        turns.push(turn(Role::User));
        let count = |turns: &[Turn]| Some(self.tokens(turns, Opening::Reply).ok()?.0.len());
        let short = count(&turns);
        let short_turns = turns.len();
        turns.extend([turn(Role::Assistant), turn(Role::User)]);
        let vocab = self.model.vocab();
        let words = vocab.tokenize(PROBE.as_bytes(), false, false).len();
        let (Some(short), Some(long)) = (short, count(&turns)) else {
            return (0, MARKUP_TOKENS);
        };
        // A token more, since words may be cut otherwise beside markup.
        let markup = long.saturating_sub(short).div_ceil(2).saturating_sub(words) + 1;
        (short.saturating_sub(short_turns * (words + markup)), markup)
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
