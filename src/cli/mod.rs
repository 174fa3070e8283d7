//! The command line: one file for each subcommand.

pub mod ask;
pub mod bench;
pub mod chats;
pub mod doctor;
pub mod models;
pub mod sampling;

use std::path::PathBuf;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::engine;
use crate::i18n::{Arg, I18n, Localize as _, Text};

// Help texts are not written here but in `assets/i18n/*/cli.ftl`, under names made of the
// subcommand and the argument; a test makes sure that none is missing.

#[derive(Debug, Parser)]
#[command(
    name = "charla",
    version,
    args_conflicts_with_subcommands = true,
    disable_help_subcommand = true
)]
#[expect(missing_docs, reason = "their help texts say it in two languages")]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Option<Command>,
    pub file: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
#[expect(missing_docs, reason = "their help texts say it in two languages")]
pub enum Command {
    Ask(ask::Arguments),
    Bench(bench::Arguments),
    Chats(chats::Arguments),
    Doctor(doctor::Arguments),
    Models(models::Arguments),
    #[command(hide = true)]
    Engine,
}

/// Reads the command line. Ends the process with status 2 where it makes no sense, and
/// with 0 after `--help` and `--version`.
#[must_use]
pub fn parse(i18n: &I18n) -> Arguments {
    let matches = command(i18n).get_matches();
    Arguments::from_arg_matches(&matches).unwrap_or_else(|error| error.exit())
}

/// The command line with its help in the user's language.
#[must_use]
pub fn command(i18n: &I18n) -> clap::Command {
    let mut command = localized(Arguments::command(), "cli", i18n);
    // clap adds these two after the fact, so they are set on the built command.
    command.build();
    command
        .mut_args(|argument| match argument.get_id().as_str() {
            "help" => argument.help(i18n.get("cli-help")),
            "version" => argument.help(i18n.get("cli-version")),
            _ => argument,
        })
        .mut_subcommands(|subcommand| explain_help(subcommand, i18n))
}

/// Gives the help of `--help` itself to a subcommand and to those below it.
fn explain_help(command: clap::Command, i18n: &I18n) -> clap::Command {
    command
        .mut_args(|argument| match argument.get_id().as_str() {
            "help" => argument.help(i18n.get("cli-help")),
            _ => argument,
        })
        .mut_subcommands(|subcommand| explain_help(subcommand, i18n))
}

fn localized(command: clap::Command, prefix: &str, i18n: &I18n) -> clap::Command {
    let help = |id: String| i18n.find(&id).unwrap_or(id);
    command
        .about(help(format!("{prefix}-about")))
        .mut_args(|argument| {
            let id = argument.get_id().as_str().replace('_', "-");
            argument.help(help(format!("{prefix}-{id}")))
        })
        .mut_subcommands(|subcommand| {
            let prefix = format!("{prefix}-{}", subcommand.get_name());
            localized(subcommand, &prefix, i18n)
        })
}

/// What has gone wrong in the engine, and what can be said on the command line against it.
fn said(error: &engine::Error, i18n: &I18n) -> String {
    match error.if_forced() {
        Some(what) => {
            let text = Text::new("cli-force")
                .with("error", Arg::Text(Box::new(error.text())))
                .with("what", Arg::Text(Box::new(what)));
            i18n.text(&text)
        }
        None => i18n.say(error),
    }
}

/// A text without what could move the cursor of a terminal or worse.
fn harmless(text: &str) -> String {
    let is_harmful = |it: char| it.is_control() && !matches!(it, '\n' | '\t');
    text.replace("\r\n", "\n").replace(is_harmful, "\u{fffd}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Language;

    #[test]
    fn every_argument_has_help_in_every_language() {
        for language in Language::ALL {
            let mut command = command(&I18n::new(language));
            command.clone().debug_assert();
            check(&mut command, &I18n::new(language));
        }
    }

    fn check(command: &mut clap::Command, i18n: &I18n) {
        let page = command.render_help().to_string();
        assert!(!page.contains("cli-"), "{page}");
        assert!(page.contains(&i18n.get("cli-help")), "{page}");
        let subcommands = command.get_subcommands_mut();
        subcommands
            .filter(|it| !it.is_hide_set())
            .for_each(|subcommand| check(subcommand, i18n));
    }
}
