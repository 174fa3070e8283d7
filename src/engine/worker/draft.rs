//! A smaller model of the same vocabulary that guesses what the large one will say.

use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use llama_cpp_2::llama_backend::LlamaBackend;
use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::model::params::LlamaModelParams;
use llama_cpp_2::token::LlamaToken;

use super::decoder::{Addition, Decoder, Logits, MAX_BATCH};
use super::load::Loaded;
use super::log::Log;
use super::plan::common;
use crate::engine::notice::{DraftProblem, Notice};
use crate::params::LoadOptions;

/// A guess that the small model is less sure of is not made: a wrong one costs the large
/// model's time.
const SURE: f32 = 0.6;

/// The one sequence of its context.
const SEQUENCE: i32 = 0;

/// A draft model in memory, without a context yet.
pub(super) struct DraftModel {
    model: LlamaModel,
    path: PathBuf,
}

/// The small model with a context of its own.
pub(super) struct Draft<'m> {
    decoder: Decoder<'m>,
    /// The tokens it has evaluated.
    tokens: Vec<LlamaToken>,
    guess: Vec<LlamaToken>,
}

impl<'m> Draft<'m> {
    /// Makes the context of the draft model of `loaded`; `None` where it has none. A reply
    /// is the same without it, so the notice says why there is none where it cannot be made.
    pub(super) fn new(
        backend: &'m LlamaBackend,
        loaded: &'m Loaded,
        context_tokens: usize,
    ) -> Result<Option<Self>, Notice> {
        let Some(draft) = &loaded.draft else {
            return Ok(None);
        };
        let context_tokens = u32::try_from(context_tokens).unwrap_or(u32::MAX);
        let params = loaded
            .context_params()
            .with_n_ctx(NonZeroU32::new(context_tokens));
        let decoder = Decoder::new(backend, &draft.model, params, loaded.shape.threads);
        let decoder = decoder.map_err(|fault| Notice::DraftRefused {
            path: draft.path.clone(),
            reason: DraftProblem::NotLoaded {
                reason: fault.to_string(),
            },
        })?;
        Ok(Some(Self {
            decoder,
            tokens: Vec::new(),
            guess: Vec::new(),
        }))
    }

    /// At most `most` tokens to go on with after `text`. Where the small model fails, it
    /// has nothing to say.
    pub(super) fn guess(&mut self, text: &[LlamaToken], most: usize) -> &[LlamaToken] {
        self.guess.clear();
        if self.follow(text).is_none() {
            self.decoder.drop_all();
            self.tokens.clear();
            return &[];
        }
        while self.guess.len() < most
            && self.tokens.len() < self.decoder.context_tokens()
            && let Some(token) = self.likeliest()
        {
            self.guess.push(token);
            if self.guess.len() == most || self.evaluate(&[token]).is_none() {
                break;
            }
        }
        &self.guess
    }

    /// Evaluates what it lacks of `text`.
    fn follow(&mut self, text: &[LlamaToken]) -> Option<()> {
        let most = text.len().checked_sub(1)?;
        let kept = common(&self.tokens, text).min(most);
        if kept < self.tokens.len() {
            self.tokens.truncate(kept);
            if !self.decoder.cut(SEQUENCE, kept) {
                self.decoder.drop_all();
                self.tokens.clear();
            }
        }
        while self.tokens.len() < text.len() {
            let from = self.tokens.len();
            let to = text.len().min(from + MAX_BATCH);
            self.evaluate(text.get(from..to)?)?;
        }
        Some(())
    }

    fn evaluate(&mut self, tokens: &[LlamaToken]) -> Option<()> {
        let position = self.tokens.len();
        let addition = Addition {
            sequence: SEQUENCE,
            position,
            tokens,
            logits: Logits::Last,
        };
        self.decoder.evaluate(&[addition]).ok()?;
        self.tokens.extend_from_slice(tokens);
        Some(())
    }

    /// The likeliest next token, where the model is sure of it.
    fn likeliest(&self) -> Option<LlamaToken> {
        let logits = self.decoder.context().ok()?.get_logits_ith(-1);
        let (at, best) = logits
            .iter()
            .enumerate()
            .max_by(|(_, one), (_, other)| one.total_cmp(other))?;
        // The probability of the best is one over this sum.
        let sum: f32 = logits.iter().map(|logit| (logit - best).exp()).sum();
        let token = LlamaToken(i32::try_from(at).ok()?);
        let ends = self.decoder.model().vocab().is_eog(token);
        (!ends && sum * SURE <= 1.0).then_some(token)
    }
}

/// Loads the draft model that the user has chosen for `model`; the notice says why it is
/// of no use, where it is not.
pub(super) fn load(
    backend: &LlamaBackend,
    log: &Log,
    path: &Path,
    options: &LoadOptions,
    model: &LlamaModel,
) -> Result<DraftModel, Notice> {
    let refused = |reason| Notice::DraftRefused {
        path: path.to_owned(),
        reason,
    };
    log.start_context();
    let draft = LlamaModel::load_from_file(backend, path, &model_params(options));
    let draft = draft.map_err(|error| {
        let reason = log.reason().unwrap_or_else(|| error.to_string());
        refused(DraftProblem::NotLoaded { reason })
    })?;
    match same_vocabulary(model, &draft) {
        true => Ok(DraftModel {
            model: draft,
            path: path.to_owned(),
        }),
        false => Err(refused(DraftProblem::OtherVocabulary)),
    }
}

/// How the weights of a draft model are loaded.
pub(super) fn model_params(options: &LoadOptions) -> LlamaModelParams {
    let params = LlamaModelParams::default();
    match options.gpu_layers {
        Some(layers) => params.with_n_gpu_layers(layers),
        None => params,
    }
}

/// Whether two models have the same words under the same numbers.
fn same_vocabulary(one: &LlamaModel, other: &LlamaModel) -> bool {
    let (one, other) = (one.vocab(), other.vocab());
    one.n_tokens() == other.n_tokens()
        && (0..one.n_tokens()).all(|at| one.text(LlamaToken(at)) == other.text(LlamaToken(at)))
}
