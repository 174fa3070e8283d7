//! The chain of samplers, in llama.cpp's order; a sampler that is off is left out.

use std::hash::{BuildHasher, RandomState};

use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::sampling::LlamaSampler;
use llama_cpp_2::token::LlamaToken;

use crate::params::Sampling;

/// How many of the last tokens the repeat penalty looks at.
const PENALTY_LAST_TOKENS: usize = 64;

/// Stand-in.
pub(super) struct Sampler(LlamaSampler);
impl Sampler {
    pub(super) fn new(
        model: &LlamaModel,
        sampling: &Sampling,
        seed: u32,
        prompt: &[LlamaToken],
    ) -> Result<Self, crate::engine::fault::Fault> {
        Ok(Self(chain(model, sampling, seed, prompt)))
    }
    pub(super) fn sample(
        &mut self,
        context: &llama_cpp_2::context::LlamaContext<'_>,
        index: i32,
    ) -> LlamaToken {
        self.0.sample(context, index)
    }
}

/// The chain for one reply that follows `prompt`.
pub(super) fn chain(
    model: &LlamaModel,
    sampling: &Sampling,
    seed: u32,
    prompt: &[LlamaToken],
) -> LlamaSampler {
    let mut samplers = Vec::new();
    let repeat_penalty = sampling.repeat_penalty();
    let has_penalty = (repeat_penalty - 1.0).abs() > f32::EPSILON;
    if has_penalty {
        samplers.push(LlamaSampler::penalties(
            model.n_vocab(),
            i32::try_from(PENALTY_LAST_TOKENS).unwrap_or(i32::MAX),
            repeat_penalty,
            0.0,
            0.0,
        ));
    }
    if sampling.temperature() <= 0.0 {
        // The likeliest token survives all the others, so they need not run.
        samplers.push(LlamaSampler::greedy());
    } else {
        if sampling.top_k() > 0 {
            let top_k = i32::try_from(sampling.top_k()).unwrap_or(i32::MAX);
            samplers.push(LlamaSampler::top_k(top_k));
        }
        if sampling.top_p() < 1.0 {
            samplers.push(LlamaSampler::top_p(sampling.top_p(), 1));
        }
        if sampling.min_p() > 0.0 {
            samplers.push(LlamaSampler::min_p(sampling.min_p(), 1));
        }
        samplers.push(LlamaSampler::temp(sampling.temperature()));
        samplers.push(LlamaSampler::dist(seed));
    }
    let mut chain = LlamaSampler::chain(samplers, true);
    if has_penalty {
        let from = prompt.len().saturating_sub(PENALTY_LAST_TOKENS);
        chain.accept_many(prompt.get(from..).unwrap_or_default());
    }
    chain
}

/// The seed the user set, or one that nobody can foresee.
pub(super) fn seed(sampling: &Sampling) -> u32 {
    sampling.seed.unwrap_or_else(|| {
        let random = RandomState::new().hash_one(std::process::id());
        u32::try_from(random % u64::from(Sampling::MAX_SEED)).unwrap_or_default()
    })
}
