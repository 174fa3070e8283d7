//! Lossless speculation: several tokens are guessed and evaluated in one go, and each is
//! kept only if the sampler chooses it as well. So a reply is the same with and without.

use llama_cpp_2::token::LlamaToken;

use super::draft::Draft;
use super::lookup::{Lookup, Trust};

/// The longest guess of a draft model, which takes time of its own for each token.
const DRAFT_TOKENS: usize = 16;

/// The guesses of one reply.
pub(super) struct Speculation {
    lookup: Option<Lookup<LlamaToken>>,
    trust: Trust,
    /// The token that was chosen, then what was guessed to follow it.
    batch: Vec<LlamaToken>,
    /// How many of the guesses have turned out right.
    right: usize,
    /// What the evaluation of one token takes, and of the batch.
    single_ms: Option<f64>,
    batch_ms: f64,
    drafted: usize,
    accepted: usize,
}

impl Speculation {
    /// One that guesses from what stands in the context.
    pub(super) fn new(prompt: &[LlamaToken]) -> Self {
        Self {
            lookup: Some(Lookup::new(prompt)),
            ..Self::none()
        }
    }

    /// One that never guesses.
    pub(super) fn none() -> Self {
        Self {
            lookup: None,
            trust: Trust::new(),
            batch: Vec::new(),
            right: 0,
            single_ms: None,
            batch_ms: 0.0,
            drafted: 0,
            accepted: 0,
        }
    }

    /// The place in the last batch whose logits say what comes next.
    pub(super) fn index(&self) -> i32 {
        i32::try_from(self.right).unwrap_or(i32::MAX)
    }

    /// Guesses that nothing is known of yet.
    pub(super) fn open(&self) -> usize {
        self.batch.len().saturating_sub(1 + self.right)
    }

    /// Notes the token that was chosen; `true` where it had been guessed, and so has been
    /// evaluated.
    pub(super) fn note(&mut self, token: LlamaToken) -> bool {
        if let Some(lookup) = &mut self.lookup {
            lookup.push(token);
        }
        let is_right = self.batch.get(self.right + 1) == Some(&token);
        self.right += usize::from(is_right);
        is_right
    }

    /// Ends the batch. Returns how many tokens at its end were guessed wrong.
    pub(super) fn take_wrong(&mut self) -> usize {
        let wrong = self.open();
        let guessed = self.batch.len().saturating_sub(1);
        if guessed > 0 {
            self.drafted += guessed;
            self.accepted += self.right;
            #[expect(clippy::cast_precision_loss, reason = "a batch has 512 tokens at most")]
            let spared_ms = self.single_ms.unwrap_or(f64::MAX) * (self.right + 1) as f64;
            self.trust
                .note(guessed, self.right, self.batch_ms < spared_ms);
        }
        self.batch.clear();
        self.right = 0;
        wrong
    }

    /// What to evaluate next: the token that was chosen and at most `most` guesses. Where
    /// nothing like it stands in the context, `draft` is asked.
    pub(super) fn batch(
        &mut self,
        token: LlamaToken,
        most: usize,
        draft: Option<&mut Draft<'_>>,
    ) -> &[LlamaToken] {
        self.batch.push(token);
        // The first tokens tell what one costs.
        let (Some(_), Some(lookup)) = (self.single_ms, &mut self.lookup) else {
            return &self.batch;
        };
        let (guess, same) = lookup.guess(most);
        if !guess.is_empty() {
            let length = self.trust.length(same).min(guess.len());
            self.batch.extend_from_slice(&guess[..length]);
        } else if let Some(draft) = draft {
            let most = self.trust.length(0).min(DRAFT_TOKENS).min(most);
            // While guessing pauses, the draft model rests as well.
            if most > 0 {
                let guess = draft.guess(lookup.tokens(), most);
                self.batch.extend_from_slice(guess);
            }
        }
        &self.batch
    }

    /// What [`Speculation::batch`] has chosen.
    pub(super) fn chosen(&self) -> &[LlamaToken] {
        &self.batch
    }

    /// Takes back what has been guessed and not evaluated; `false` where nothing has been.
    pub(super) fn drop_guess(&mut self) -> bool {
        let has_guessed = self.batch.len() > 1;
        self.batch.truncate(1);
        has_guessed
    }

    /// Takes back all that has not been evaluated.
    pub(super) fn forget(&mut self) {
        self.batch.clear();
        self.right = 0;
    }

    /// Notes how long the evaluation took. Returns how many tokens there were.
    pub(super) fn took(&mut self, took_ms: f64) -> usize {
        match self.batch.len() {
            1 => {
                let before = self.single_ms.unwrap_or(took_ms);
                self.single_ms = Some(before * 0.8 + took_ms * 0.2);
            }
            _ => self.batch_ms = took_ms,
        }
        self.batch.len()
    }

    /// Tokens guessed, and those of them that were right.
    pub(super) fn counts(&self) -> (u32, u32) {
        let count = |it| u32::try_from(it).unwrap_or(u32::MAX);
        (count(self.drafted), count(self.accepted))
    }
}
