//! How the next token is chosen: every sampler of llama.cpp, each off until it is set.

use serde::{Deserialize, Serialize};

/// How the next token is chosen. Defaults are those of llama.cpp's server. The methods give
/// the values in force, which are always numbers that llama.cpp can work with.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Sampling {
    /// Divides the logits; 0 always takes the likeliest token.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "number")]
    pub temperature: Option<f32>,
    /// How far the temperature may go up and down with the model's doubt; 0 is off.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "number")]
    pub dynamic_temperature_range: Option<f32>,
    /// How the doubt becomes a temperature; 1 is a straight line.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "number")]
    pub dynamic_temperature_exponent: Option<f32>,
    /// Keeps the likeliest tokens whose probabilities add up to this; 1 keeps all.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "number")]
    pub top_p: Option<f32>,
    /// Keeps this many of the likeliest tokens; 0 keeps all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_k: Option<u32>,
    /// Drops tokens less likely than this fraction of the likeliest; 0 keeps all.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "number")]
    pub min_p: Option<f32>,
    /// Keeps the tokens whose logits lie this many standard deviations below the best, or
    /// nearer; 0 keeps all.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "number")]
    pub top_n_sigma: Option<f32>,
    /// Keeps the tokens that are as surprising as was to be expected, up to this sum of
    /// probabilities; 1 keeps all.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "number")]
    pub typical_p: Option<f32>,
    /// How often the likeliest tokens are left out for the sake of variety; 0 is never.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "number")]
    pub xtc_probability: Option<f32>,
    /// The probability from which a token may be left out that way; above 0.5 none is.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "number")]
    pub xtc_threshold: Option<f32>,
    /// Divides the logits of tokens seen lately; 1 is off.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "number")]
    pub repeat_penalty: Option<f32>,
    /// Taken off a token's logit for each time it was seen lately; 0 is off.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "number")]
    pub frequency_penalty: Option<f32>,
    /// Taken off a token's logit once if it was seen lately; 0 is off.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "number")]
    pub presence_penalty: Option<f32>,
    /// How many tokens back is lately, for the three penalties; 0 turns them off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repeat_last_n: Option<u32>,
    /// How much a token is held back that would go on with a repeated passage ("don't
    /// repeat yourself"); 0 is off.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "number")]
    pub dry_multiplier: Option<f32>,
    /// By what that grows with each token of the passage.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "number")]
    pub dry_base: Option<f32>,
    /// The longest passage, in tokens, that may be repeated freely.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dry_allowed_length: Option<u32>,
    /// How many tokens back repetitions are looked for; 0 turns it off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dry_last_n: Option<u32>,
    /// Texts that no passage goes across.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dry_breakers: Option<Vec<String>>,
    /// Whether Mirostat 2 chooses, in place of all samplers but the bias and the temperature.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mirostat: Option<bool>,
    /// How surprising a token should be on average, in bits.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "number")]
    pub mirostat_tau: Option<f32>,
    /// How fast Mirostat learns.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "number")]
    pub mirostat_eta: Option<f32>,
    /// The start of the random numbers; a new one for each reply where it is not set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u32>,
    /// The longest reply, in tokens; as long as the context where it is not set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_tokens: Option<u32>,
    /// Texts that end the reply and are not part of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub stop: Vec<String>,
    /// What the reply must look like, as a grammar in llama.cpp's GBNF.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grammar: Option<String>,
    /// What the reply must look like, as a JSON schema.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub json_schema: Option<String>,
    /// Added to the logits of single tokens.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub logit_bias: Vec<LogitBias>,
    /// What a newer Charla has set and this one does not know. It goes along with the values
    /// to where they are kept, and nowhere else.
    #[serde(skip)]
    pub unknown: serde_json::Map<String, serde_json::Value>,
}

/// What is added to the logit of a token.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogitBias {
    /// Which one.
    pub token: Biased,
    /// What is added: −100 forbids it as good as ever, 100 forces it.
    pub bias: f32,
}

/// Which tokens a bias is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Biased {
    /// The one with this number.
    Token(i32),
    /// Each of those that this text is made of.
    Text(String),
}

impl LogitBias {
    /// More in either direction changes nothing any more.
    const MAX: f32 = 1000.0;

    /// The bias in force.
    #[must_use]
    pub fn bias(&self) -> f32 {
        match self.bias.is_nan() {
            true => 0.0,
            false => self.bias.clamp(-Self::MAX, Self::MAX),
        }
    }
}

impl Sampling {
    /// Temperature where the user set none.
    pub const TEMPERATURE: f32 = 0.8;
    /// Top-p where the user set none.
    pub const TOP_P: f32 = 0.95;
    /// Top-k where the user set none.
    pub const TOP_K: u32 = 40;
    /// Min-p where the user set none.
    pub const MIN_P: f32 = 0.05;
    /// XTC's threshold where the user set none; its probability is 0, so it is off.
    pub const XTC_THRESHOLD: f32 = 0.1;
    /// Repeat penalty where the user set none (off).
    pub const REPEAT_PENALTY: f32 = 1.0;
    /// How far back penalties and DRY look where the user did not say.
    pub const LAST_N: u32 = 64;
    /// DRY's base where the user set none.
    pub const DRY_BASE: f32 = 1.75;
    /// DRY's allowed length where the user set none.
    pub const DRY_ALLOWED_LENGTH: u32 = 2;
    /// DRY's breakers where the user set none.
    pub const DRY_BREAKERS: [&str; 4] = ["\n", ":", "\"", "*"];
    /// Mirostat's target where the user set none.
    pub const MIROSTAT_TAU: f32 = 5.0;
    /// Mirostat's rate of learning where the user set none.
    pub const MIROSTAT_ETA: f32 = 0.1;

    /// The largest seed; the one above it is llama.cpp's word for "any".
    pub const MAX_SEED: u32 = u32::MAX - 1;
    /// As far back as any context goes. llama.cpp sets memory aside for as much as is asked.
    pub const MAX_LAST_N: u32 = super::LoadOptions::MAX_CONTEXT_TOKENS;
    /// llama.cpp searches its whole vocabulary for each breaker.
    const MAX_DRY_BREAKERS: usize = 32;

    /// What is not set here follows `recommended`.
    #[must_use]
    pub fn or(&self, recommended: &Self) -> Self {
        let all = |own: &Vec<String>, other: &Vec<String>| match own.is_empty() {
            true => other.clone(),
            false => own.clone(),
        };
        let other = recommended;
        // A schema beside a grammar is an error of the one who set both, not of the two.
        let has_form = self.grammar.is_some() || self.json_schema.is_some();
        let form = if has_form { self } else { other };
        Self {
            temperature: self.temperature.or(other.temperature),
            dynamic_temperature_range: self
                .dynamic_temperature_range
                .or(other.dynamic_temperature_range),
            dynamic_temperature_exponent: self
                .dynamic_temperature_exponent
                .or(other.dynamic_temperature_exponent),
            top_p: self.top_p.or(other.top_p),
            top_k: self.top_k.or(other.top_k),
            min_p: self.min_p.or(other.min_p),
            top_n_sigma: self.top_n_sigma.or(other.top_n_sigma),
            typical_p: self.typical_p.or(other.typical_p),
            xtc_probability: self.xtc_probability.or(other.xtc_probability),
            xtc_threshold: self.xtc_threshold.or(other.xtc_threshold),
            repeat_penalty: self.repeat_penalty.or(other.repeat_penalty),
            frequency_penalty: self.frequency_penalty.or(other.frequency_penalty),
            presence_penalty: self.presence_penalty.or(other.presence_penalty),
            repeat_last_n: self.repeat_last_n.or(other.repeat_last_n),
            dry_multiplier: self.dry_multiplier.or(other.dry_multiplier),
            dry_base: self.dry_base.or(other.dry_base),
            dry_allowed_length: self.dry_allowed_length.or(other.dry_allowed_length),
            dry_last_n: self.dry_last_n.or(other.dry_last_n),
            dry_breakers: self
                .dry_breakers
                .clone()
                .or_else(|| other.dry_breakers.clone()),
            mirostat: self.mirostat.or(other.mirostat),
            mirostat_tau: self.mirostat_tau.or(other.mirostat_tau),
            mirostat_eta: self.mirostat_eta.or(other.mirostat_eta),
            seed: self.seed.or(other.seed),
            max_tokens: self.max_tokens.or(other.max_tokens),
            stop: all(&self.stop, &other.stop),
            grammar: form.grammar.clone(),
            json_schema: form.json_schema.clone(),
            logit_bias: match self.logit_bias.is_empty() {
                true => other.logit_bias.clone(),
                false => self.logit_bias.clone(),
            },
            unknown: match self.unknown.is_empty() {
                true => other.unknown.clone(),
                false => self.unknown.clone(),
            },
        }
    }

    /// The temperature in force, 0 or more.
    #[must_use]
    pub fn temperature(&self) -> f32 {
        finite(self.temperature, Self::TEMPERATURE).clamp(0.0, 10.0)
    }

    /// The range of the dynamic temperature in force; 0 is off.
    #[must_use]
    pub fn dynamic_temperature_range(&self) -> f32 {
        finite(self.dynamic_temperature_range, 0.0).clamp(0.0, 10.0)
    }

    /// The exponent of the dynamic temperature in force.
    #[must_use]
    pub fn dynamic_temperature_exponent(&self) -> f32 {
        finite(self.dynamic_temperature_exponent, 1.0).clamp(0.01, 10.0)
    }

    /// The top-p in force, 0 to 1.
    #[must_use]
    pub fn top_p(&self) -> f32 {
        finite(self.top_p, Self::TOP_P).clamp(0.0, 1.0)
    }

    /// The top-k in force; 0 keeps all tokens.
    #[must_use]
    pub fn top_k(&self) -> u32 {
        self.top_k.unwrap_or(Self::TOP_K)
    }

    /// The min-p in force, 0 to 1.
    #[must_use]
    pub fn min_p(&self) -> f32 {
        finite(self.min_p, Self::MIN_P).clamp(0.0, 1.0)
    }

    /// The top-n-sigma in force; 0 is off.
    #[must_use]
    pub fn top_n_sigma(&self) -> f32 {
        finite(self.top_n_sigma, 0.0).clamp(0.0, 100.0)
    }

    /// The typical-p in force, 0 to 1; 1 is off.
    #[must_use]
    pub fn typical_p(&self) -> f32 {
        finite(self.typical_p, 1.0).clamp(0.0, 1.0)
    }

    /// XTC's probability in force, 0 to 1; 0 is off.
    #[must_use]
    pub fn xtc_probability(&self) -> f32 {
        finite(self.xtc_probability, 0.0).clamp(0.0, 1.0)
    }

    /// XTC's threshold in force, 0 to 1; above 0.5 is off.
    #[must_use]
    pub fn xtc_threshold(&self) -> f32 {
        finite(self.xtc_threshold, Self::XTC_THRESHOLD).clamp(0.0, 1.0)
    }

    /// The repeat penalty in force, above 0; 1 is off.
    #[must_use]
    pub fn repeat_penalty(&self) -> f32 {
        finite(self.repeat_penalty, Self::REPEAT_PENALTY).clamp(0.1, 10.0)
    }

    /// The frequency penalty in force; 0 is off, below it repeating is rewarded.
    #[must_use]
    pub fn frequency_penalty(&self) -> f32 {
        finite(self.frequency_penalty, 0.0).clamp(-10.0, 10.0)
    }

    /// The presence penalty in force; 0 is off, below it repeating is rewarded.
    #[must_use]
    pub fn presence_penalty(&self) -> f32 {
        finite(self.presence_penalty, 0.0).clamp(-10.0, 10.0)
    }

    /// How far back the penalties look; 0 is off.
    #[must_use]
    pub fn repeat_last_n(&self) -> u32 {
        let asked = self.repeat_last_n.unwrap_or(Self::LAST_N);
        asked.min(Self::MAX_LAST_N)
    }

    /// DRY's multiplier in force; 0 is off.
    #[must_use]
    pub fn dry_multiplier(&self) -> f32 {
        finite(self.dry_multiplier, 0.0).clamp(0.0, 100.0)
    }

    /// DRY's base in force, 1 or more: llama.cpp turns it off below.
    #[must_use]
    pub fn dry_base(&self) -> f32 {
        finite(self.dry_base, Self::DRY_BASE).clamp(1.0, 10.0)
    }

    /// DRY's allowed length in force.
    #[must_use]
    pub fn dry_allowed_length(&self) -> u32 {
        let asked = self.dry_allowed_length.unwrap_or(Self::DRY_ALLOWED_LENGTH);
        asked.min(Self::MAX_LAST_N)
    }

    /// How far back DRY looks; 0 is off.
    #[must_use]
    pub fn dry_last_n(&self) -> u32 {
        let asked = self.dry_last_n.unwrap_or(Self::LAST_N);
        asked.min(Self::MAX_LAST_N)
    }

    /// DRY's breakers in force: none is empty or has a NUL, which C would end it at.
    #[must_use]
    pub fn dry_breakers(&self) -> Vec<&str> {
        let asked: Vec<&str> = match &self.dry_breakers {
            Some(breakers) => breakers.iter().map(String::as_str).collect(),
            None => Self::DRY_BREAKERS.to_vec(),
        };
        let usable = |it: &&str| !it.is_empty() && !it.contains('\0');
        let usable = asked.into_iter().filter(usable);
        usable.take(Self::MAX_DRY_BREAKERS).collect()
    }

    /// Whether Mirostat chooses.
    #[must_use]
    pub fn mirostat(&self) -> bool {
        self.mirostat.unwrap_or(false)
    }

    /// Mirostat's target in force.
    #[must_use]
    pub fn mirostat_tau(&self) -> f32 {
        finite(self.mirostat_tau, Self::MIROSTAT_TAU).clamp(0.0, 100.0)
    }

    /// Mirostat's rate of learning in force.
    #[must_use]
    pub fn mirostat_eta(&self) -> f32 {
        finite(self.mirostat_eta, Self::MIROSTAT_ETA).clamp(0.0, 1.0)
    }
}

/// llama.cpp's samplers must never see a NaN, which a hand-written file may hold.
/// Refuses what TOML can write and nobody can work with: infinity, and what is no number.
fn number<'de, D: serde::Deserializer<'de>>(value: D) -> Result<Option<f32>, D::Error> {
    let value: Option<f32> = Deserialize::deserialize(value)?;
    match value {
        Some(value) if !value.is_finite() => Err(serde::de::Error::custom(format!(
            "{value} is no number that can be used"
        ))),
        value => Ok(value),
    }
}

fn finite(value: Option<f32>, default: f32) -> f32 {
    value.filter(|value| value.is_finite()).unwrap_or(default)
}

#[cfg(test)]
mod tests;
