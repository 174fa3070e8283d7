//! `charla models`: the models on this machine, and those that can be had.

pub mod download;

use std::process::ExitCode;

use clap::{Args, Subcommand};

use crate::i18n::I18n;
use crate::paths::Paths;

#[derive(Debug, Args)]
#[command(disable_help_subcommand = true)]
#[expect(missing_docs, reason = "their help texts say it in two languages")]
pub struct Arguments {
    #[command(subcommand)]
    pub action: Action,
}

#[derive(Debug, Subcommand)]
#[expect(missing_docs, reason = "their help texts say it in two languages")]
pub enum Action {
    Download(download::Arguments),
}

/// Runs the command.
///
/// # Errors
/// One sentence for the user, in their language.
pub fn run(arguments: &Arguments, paths: &Paths, i18n: &I18n) -> anyhow::Result<ExitCode> {
    match &arguments.action {
        Action::Download(arguments) => download::run(arguments, paths, i18n),
    }
}
