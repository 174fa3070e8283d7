//! Chooses the next token: llama.cpp's samplers in llama.cpp's order, each left out where it
//! is off, and a grammar that has the last word.

use std::hash::{BuildHasher, RandomState};

use llama_cpp_2::context::LlamaContext;
use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::sampling::LlamaSampler;
use llama_cpp_2::token::LlamaToken;
use llama_cpp_2::token::data::LlamaTokenData;
use llama_cpp_2::token::data_array::LlamaTokenDataArray;
use llama_cpp_2::token::logit_bias::LlamaLogitBias;
use llama_cpp_2::vocab::LlamaVocab;

use super::gate::{Chosen, Gate};
use super::grammar;
use crate::engine::fault::Fault;
use crate::params::{Biased, Sampling};

/// So unlikely that its logarithm is not a number one can go on with: typical-p compares
/// logarithms, and sorts by what is no number in no order at all.
const NEVER: f32 = 1e-30;

/// Chooses the tokens of one reply.
pub(super) struct Sampler<'m> {
    chain: LlamaSampler,
    grammar: Option<Held<'m>>,
}

impl<'m> Sampler<'m> {
    /// The sampler for the reply that follows `prompt`. A form holds from the `gate` on.
    ///
    /// # Errors
    /// [`Fault::GrammarInvalid`] and [`Fault::SchemaInvalid`].
    pub(super) fn new(
        model: &'m LlamaModel,
        sampling: &Sampling,
        seed: u32,
        prompt: &[LlamaToken],
        gate: Gate<'m>,
    ) -> Result<Self, Fault> {
        let grammar = grammar::compile(model, sampling)?;
        let mut chain = LlamaSampler::chain(samplers(model, sampling, seed), true);
        // Penalties and DRY look back into the prompt. The others do not mind.
        let penalties = if has_penalties(sampling) {
            sampling.repeat_last_n()
        } else {
            0
        };
        let dry = if has_dry(sampling) {
            sampling.dry_last_n()
        } else {
            0
        };
        let back = usize::try_from(penalties.max(dry)).unwrap_or(usize::MAX);
        let from = prompt.len().saturating_sub(back);
        chain.accept_many(prompt.get(from..).unwrap_or_default());
        Ok(Self {
            chain,
            grammar: grammar.map(|sampler| Held {
                sampler,
                gate,
                vocab: model.vocab(),
                candidates: LlamaTokenDataArray::new(Vec::new(), false),
                is_over: false,
            }),
        })
    }

    /// The next token, from the logits at `index` of the last batch; it counts as said.
    /// `None` where the grammar lets nothing follow, not even the end.
    pub(super) fn sample(&mut self, context: &LlamaContext<'_>, index: i32) -> Option<LlamaToken> {
        match &mut self.grammar {
            None => Some(self.chain.sample(context, index)),
            Some(held) => held.sample(&mut self.chain, context, index),
        }
    }
}

/// A grammar that a reply is held to.
struct Held<'m> {
    sampler: LlamaSampler,
    /// What tells from where on.
    gate: Gate<'m>,
    vocab: LlamaVocab<'m>,
    /// Kept for its memory.
    candidates: LlamaTokenDataArray,
    /// Whether it has come to its end. llama.cpp aborts when it is asked on.
    is_over: bool,
}

impl Held<'_> {
    fn sample(
        &mut self,
        chain: &mut LlamaSampler,
        context: &LlamaContext<'_>,
        index: i32,
    ) -> Option<LlamaToken> {
        if self.is_over {
            return None;
        }
        if let Some(token) = self.gate.take_next() {
            chain.accept(token);
            return Some(token);
        }
        self.fill(context, index);
        self.candidates.apply_sampler(chain);
        let chosen = self.candidates.selected_token();
        if let Some(token) = chosen.and_then(|token| self.before_form(token)) {
            chain.accept(token);
            return Some(token);
        }
        // Choosing first and asking the grammar about that one token is much faster than
        // asking it about them all, and nearly always the answer is yes.
        let token = chosen
            .filter(|token| lets_pass(&mut self.sampler, *token))
            .or_else(|| self.choose(chain, context, index));
        // A token that ends inside of one that the grammar names by number is the one
        // thing that passes the check and is refused here.
        let token = token.filter(|token| self.sampler.try_accept(*token).is_ok());
        self.is_over = token.is_none();
        chain.accept(token?);
        token
    }

    /// The token to write in place of the one that was chosen, where the form does not hold
    /// yet.
    fn before_form(&mut self, token: LlamaToken) -> Option<LlamaToken> {
        if self.gate.is_open() {
            return None;
        }
        let text = self.vocab.token_to_piece(token, true, None);
        let chosen = Chosen {
            token,
            text: &String::from_utf8_lossy(&text),
            is_end: self.vocab.is_eog(token),
            is_control: self.vocab.is_control(token),
        };
        let sampler = &mut self.sampler;
        self.gate.decide(chosen, || lets_pass(sampler, token))
    }

    /// A token out of those that the grammar lets pass.
    fn choose(
        &mut self,
        chain: &mut LlamaSampler,
        context: &LlamaContext<'_>,
        index: i32,
    ) -> Option<LlamaToken> {
        self.fill(context, index);
        self.candidates.apply_sampler(&mut self.sampler);
        // llama.cpp leaves them in, and samplers that count would count them.
        self.candidates.data.retain(is_possible);
        if self.candidates.data.is_empty() {
            return None;
        }
        self.candidates.apply_sampler(chain);
        self.candidates.selected_token()
    }

    fn fill(&mut self, context: &LlamaContext<'_>, index: i32) {
        self.candidates.data.clear();
        self.candidates.data.extend(context.candidates_ith(index));
        self.candidates.selected = None;
        self.candidates.sorted = false;
    }
}

/// Whether a grammar lets a token come next.
fn lets_pass(grammar: &mut LlamaSampler, token: LlamaToken) -> bool {
    let mut alone = LlamaTokenDataArray::new(vec![LlamaTokenData::new(token, 1.0, 0.0)], false);
    alone.apply_sampler(grammar);
    alone.data.iter().any(is_possible)
}

fn is_possible(candidate: &LlamaTokenData) -> bool {
    candidate.logit() > f32::NEG_INFINITY
}

fn samplers(model: &LlamaModel, sampling: &Sampling, seed: u32) -> Vec<LlamaSampler> {
    let mut samplers = Vec::new();
    let biases = biases(model, sampling);
    if !biases.is_empty() {
        samplers.push(LlamaSampler::logit_bias(model.n_vocab(), &biases));
    }
    let temperature = sampling.temperature();
    if sampling.mirostat() && temperature > 0.0 {
        samplers.push(LlamaSampler::temp(temperature));
        let (tau, eta) = (sampling.mirostat_tau(), sampling.mirostat_eta());
        samplers.push(LlamaSampler::mirostat_v2(seed, tau, eta));
        return samplers;
    }
    if has_penalties(sampling) {
        samplers.push(LlamaSampler::penalties(
            model.n_vocab(),
            signed(sampling.repeat_last_n()),
            sampling.repeat_penalty(),
            sampling.frequency_penalty(),
            sampling.presence_penalty(),
        ));
    }
    if has_dry(sampling) {
        samplers.push(LlamaSampler::dry(
            model,
            sampling.dry_multiplier(),
            sampling.dry_base(),
            signed(sampling.dry_allowed_length()),
            signed(sampling.dry_last_n()),
            sampling.dry_breakers(),
        ));
    }
    if temperature <= 0.0 {
        // The likeliest token survives all the others, so they need not run.
        samplers.push(LlamaSampler::greedy());
        return samplers;
    }
    if sampling.top_n_sigma() > 0.0 {
        samplers.push(LlamaSampler::top_n_sigma(sampling.top_n_sigma()));
    }
    if sampling.top_k() > 0 {
        samplers.push(LlamaSampler::top_k(signed(sampling.top_k())));
    }
    if sampling.typical_p() < 1.0 {
        samplers.push(LlamaSampler::min_p(NEVER, 1));
        samplers.push(LlamaSampler::typical(sampling.typical_p(), 1));
    }
    if sampling.top_p() < 1.0 {
        samplers.push(LlamaSampler::top_p(sampling.top_p(), 1));
    }
    if sampling.min_p() > 0.0 {
        samplers.push(LlamaSampler::min_p(sampling.min_p(), 1));
    }
    if sampling.xtc_probability() > 0.0 && sampling.xtc_threshold() <= 0.5 {
        let (probability, threshold) = (sampling.xtc_probability(), sampling.xtc_threshold());
        samplers.push(LlamaSampler::xtc(probability, threshold, 1, seed));
    }
    let range = sampling.dynamic_temperature_range();
    samplers.push(if range > 0.0 {
        let exponent = sampling.dynamic_temperature_exponent();
        LlamaSampler::temp_ext(temperature, range, exponent)
    } else {
        LlamaSampler::temp(temperature)
    });
    samplers.push(LlamaSampler::dist(seed));
    samplers
}

/// What the user favours and forbids, and the tokens that the model's file says must not be
/// written. A text stands for all of its tokens, as in llama.cpp's server.
fn biases(model: &LlamaModel, sampling: &Sampling) -> Vec<LlamaLogitBias> {
    let vocab = model.vocab();
    let mut biases = Vec::new();
    for wanted in &sampling.logit_bias {
        let tokens = match &wanted.token {
            Biased::Token(token) => vec![LlamaToken::new(*token)],
            Biased::Text(text) => vocab.tokenize(text.as_bytes(), false, false),
        };
        let known = tokens
            .into_iter()
            .filter(|token| (0..vocab.n_tokens()).contains(&token.0));
        biases.extend(known.map(|token| LlamaLogitBias::new(token, wanted.bias())));
    }
    let never = vocab.suppress_tokens().iter();
    biases.extend(never.map(|token| LlamaLogitBias::new(*token, f32::NEG_INFINITY)));
    biases
}

fn has_penalties(sampling: &Sampling) -> bool {
    let is_on = |value: f32, off: f32| (value - off).abs() > f32::EPSILON;
    sampling.repeat_last_n() > 0
        && (is_on(sampling.repeat_penalty(), 1.0)
            || is_on(sampling.frequency_penalty(), 0.0)
            || is_on(sampling.presence_penalty(), 0.0))
}

fn has_dry(sampling: &Sampling) -> bool {
    sampling.dry_multiplier() > 0.0 && sampling.dry_last_n() > 0
}

fn signed(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// The seed the user set, or one that nobody can foresee.
pub(super) fn seed(sampling: &Sampling) -> u32 {
    let unforeseen = || {
        let random = RandomState::new().hash_one(std::process::id());
        u32::try_from(random % u64::from(Sampling::MAX_SEED)).unwrap_or_default()
    };
    // llama.cpp takes the largest for "any", and would not say which it took.
    let set = sampling.seed.map(|seed| seed.min(Sampling::MAX_SEED));
    set.unwrap_or_else(unforeseen)
}
