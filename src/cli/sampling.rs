//! How the reply is chosen, as arguments of any subcommand that asks for one.

use std::fs;
use std::path::PathBuf;

use anyhow::anyhow;
use clap::Args;

use crate::i18n::{I18n, Text};
use crate::params::{Biased, LogitBias, Sampling};

#[derive(Debug, Args)]
// Else its name would be a group, as that of the arguments it is a part of is.
#[group(skip)]
#[expect(missing_docs, reason = "their help texts say it in two languages")]
pub struct Arguments {
    #[arg(long, value_name = "T", value_parser = between(0.0, 10.0))]
    pub temperature: Option<f32>,
    #[arg(long, value_name = "R", value_parser = between(0.0, 10.0))]
    pub dynamic_temperature: Option<f32>,
    #[arg(long, value_name = "E", value_parser = between(0.01, 10.0))]
    pub dynamic_temperature_exponent: Option<f32>,
    #[arg(long, value_name = "P", value_parser = between(0.0, 1.0))]
    pub top_p: Option<f32>,
    #[arg(long, value_name = "K")]
    pub top_k: Option<u32>,
    #[arg(long, value_name = "P", value_parser = between(0.0, 1.0))]
    pub min_p: Option<f32>,
    #[arg(long, value_name = "N", value_parser = between(0.0, 100.0))]
    pub top_n_sigma: Option<f32>,
    #[arg(long, value_name = "P", value_parser = between(0.0, 1.0))]
    pub typical_p: Option<f32>,
    #[arg(long, value_name = "P", value_parser = between(0.0, 1.0))]
    pub xtc_probability: Option<f32>,
    #[arg(long, value_name = "P", value_parser = between(0.0, 1.0))]
    pub xtc_threshold: Option<f32>,
    #[arg(long, value_name = "R", value_parser = between(0.1, 10.0))]
    pub repeat_penalty: Option<f32>,
    #[arg(long, value_name = "F", allow_negative_numbers = true, value_parser = between(-10.0, 10.0))]
    pub frequency_penalty: Option<f32>,
    #[arg(long, value_name = "F", allow_negative_numbers = true, value_parser = between(-10.0, 10.0))]
    pub presence_penalty: Option<f32>,
    #[arg(long, value_name = "N")]
    pub repeat_last_n: Option<u32>,
    #[arg(long, value_name = "M", value_parser = between(0.0, 100.0))]
    pub dry_multiplier: Option<f32>,
    #[arg(long, value_name = "B", value_parser = between(1.0, 10.0))]
    pub dry_base: Option<f32>,
    #[arg(long, value_name = "N")]
    pub dry_allowed_length: Option<u32>,
    #[arg(long, value_name = "N")]
    pub dry_last_n: Option<u32>,
    #[arg(long, value_name = "TEXT")]
    pub dry_breaker: Vec<String>,
    #[arg(long)]
    pub mirostat: bool,
    #[arg(long, value_name = "T", value_parser = between(0.0, 100.0))]
    pub mirostat_tau: Option<f32>,
    #[arg(long, value_name = "E", value_parser = between(0.0, 1.0))]
    pub mirostat_eta: Option<f32>,
    #[arg(long, value_name = "TOKEN=B", value_parser = bias)]
    pub logit_bias: Vec<LogitBias>,
    #[arg(long, value_name = "FILE", conflicts_with = "json_schema")]
    pub grammar: Option<PathBuf>,
    #[arg(long, value_name = "FILE")]
    pub json_schema: Option<PathBuf>,
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(
        ..=i64::from(Sampling::MAX_SEED)))]
    pub seed: Option<u32>,
    #[arg(short = 'n', long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub max_tokens: Option<u32>,
    #[arg(long, value_name = "TEXT")]
    pub stop: Vec<String>,
}

impl Arguments {
    /// What was given; what was not is not set.
    ///
    /// # Errors
    /// One sentence for the user, where a file cannot be read.
    pub fn read(&self, i18n: &I18n) -> anyhow::Result<Sampling> {
        let content = |path: &Option<PathBuf>| {
            let Some(path) = path else { return Ok(None) };
            fs::read_to_string(path).map(Some).map_err(|error| {
                let text = Text::new("cli-file-unreadable")
                    .word("file", path.display())
                    .word("reason", error);
                anyhow!(i18n.text(&text))
            })
        };
        Ok(Sampling {
            temperature: self.temperature,
            dynamic_temperature_range: self.dynamic_temperature,
            dynamic_temperature_exponent: self.dynamic_temperature_exponent,
            top_p: self.top_p,
            top_k: self.top_k,
            min_p: self.min_p,
            top_n_sigma: self.top_n_sigma,
            typical_p: self.typical_p,
            xtc_probability: self.xtc_probability,
            xtc_threshold: self.xtc_threshold,
            repeat_penalty: self.repeat_penalty,
            frequency_penalty: self.frequency_penalty,
            presence_penalty: self.presence_penalty,
            repeat_last_n: self.repeat_last_n,
            dry_multiplier: self.dry_multiplier,
            dry_base: self.dry_base,
            dry_allowed_length: self.dry_allowed_length,
            dry_last_n: self.dry_last_n,
            dry_breakers: (!self.dry_breaker.is_empty()).then(|| self.dry_breaker.clone()),
            mirostat: self.mirostat.then_some(true),
            mirostat_tau: self.mirostat_tau,
            mirostat_eta: self.mirostat_eta,
            seed: self.seed,
            max_tokens: self.max_tokens,
            stop: self.stop.clone(),
            grammar: content(&self.grammar)?,
            json_schema: content(&self.json_schema)?,
            logit_bias: self.logit_bias.clone(),
            unknown: serde_json::Map::new(),
        })
    }
}

/// Reads a number in a range; the error names the range.
fn between(low: f32, high: f32) -> impl Fn(&str) -> Result<f32, String> + Clone + Send + Sync {
    move |typed| match typed.parse::<f32>() {
        Ok(value) if (low..=high).contains(&value) => Ok(value),
        _ => Err(format!("{low} – {high}")),
    }
}

/// Reads a token's number or its text, an equals sign, and the bias.
fn bias(typed: &str) -> Result<LogitBias, String> {
    // A text may have an equals sign of its own.
    let parts = typed
        .rsplit_once('=')
        .map(|(token, bias)| (token, bias.parse()));
    match parts {
        Some((token, Ok(bias))) if !token.is_empty() && f32::is_finite(bias) => Ok(LogitBias {
            token: match token.parse() {
                Ok(number) => Biased::Token(number),
                Err(_) => Biased::Text(token.to_owned()),
            },
            bias,
        }),
        _ => Err("TOKEN=-100 – TOKEN=100".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bias_is_a_token_and_a_number() {
        let cases = [
            ("42=-100", Biased::Token(42), -100.0),
            (" the=1.5", Biased::Text(" the".into()), 1.5),
            ("a=b=2", Biased::Text("a=b".into()), 2.0),
        ];
        for (typed, token, value) in cases {
            let wanted = LogitBias { token, bias: value };
            assert_eq!(bias(typed), Ok(wanted), "{typed}");
        }
        for typed in ["", "42", "=1", "42=", "42=much", "42=NaN", "42=inf"] {
            bias(typed).unwrap_err();
        }
    }
}
