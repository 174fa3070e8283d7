//! How the reply is chosen, as arguments of any subcommand that asks for one.

use std::path::{Path, PathBuf};
use std::{fs, io};

use anyhow::anyhow;
use clap::Args;

use super::values::{between, bias, whole};
use crate::encoding;
use crate::i18n::{I18n, Text};
use crate::params::{LogitBias, Sampling};

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
    #[arg(long, value_name = "K", value_parser = whole(0..=u32::MAX))]
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
    #[arg(long, value_name = "F", value_parser = between(-10.0, 10.0))]
    pub frequency_penalty: Option<f32>,
    #[arg(long, value_name = "F", value_parser = between(-10.0, 10.0))]
    pub presence_penalty: Option<f32>,
    #[arg(long, value_name = "N", value_parser = whole(0..=u32::MAX))]
    pub repeat_last_n: Option<u32>,
    #[arg(long, value_name = "M", value_parser = between(0.0, 100.0))]
    pub dry_multiplier: Option<f32>,
    #[arg(long, value_name = "B", value_parser = between(1.0, 10.0))]
    pub dry_base: Option<f32>,
    #[arg(long, value_name = "N", value_parser = whole(0..=u32::MAX))]
    pub dry_allowed_length: Option<u32>,
    #[arg(long, value_name = "N", value_parser = whole(0..=u32::MAX))]
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
    #[arg(long, value_name = "N", value_parser = whole(0..=Sampling::MAX_SEED))]
    pub seed: Option<u32>,
    #[arg(short = 'n', long, value_name = "N", value_parser = whole(1..=u32::MAX))]
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
            read_text(path).map(Some).map_err(|error| {
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

/// Reads a file that must be text, with or without a byte order mark.
fn read_text(path: &Path) -> io::Result<String> {
    let bytes = fs::read(path)?;
    let decoded = encoding::decode(&bytes).filter(|it| !it.is_guess);
    let decoded = decoded.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidData))?;
    Ok(decoded.text)
}
