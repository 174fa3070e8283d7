//! The command line: one file for each subcommand.

pub mod ask;
pub mod bench;
pub mod chats;
pub mod doctor;
pub mod models;
pub mod sampling;
mod usage;
mod values;

use std::ffi::OsString;
use std::fmt::Display;
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::anyhow;
use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::engine;
use crate::i18n::{Arg, I18n, Localize as _, Text};

/// The exit status of a command that was used wrongly.
const WRONG_USE: u8 = 2;

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

/// Reads the command line.
///
/// # Errors
/// The exit status to end with, where it has been answered: with a page of help, the
/// version, or what is wrong with it.
pub fn parse(i18n: &I18n) -> Result<Arguments, ExitCode> {
    let typed: Vec<OsString> = std::env::args_os().collect();
    read(&typed, i18n).map_err(|answer| {
        // A closed stream changes nothing about the exit status.
        let _ = match answer.is_refusal {
            true => writeln!(io::stderr(), "{}", answer.text.trim_end()),
            false => write!(io::stdout(), "{}", answer.text),
        };
        match answer.is_refusal {
            true => ExitCode::from(WRONG_USE),
            false => ExitCode::SUCCESS,
        }
    })
}

/// What is said in place of doing anything.
#[derive(Debug)]
struct Answer {
    text: String,
    is_refusal: bool,
}

fn read(typed: &[OsString], i18n: &I18n) -> Result<Arguments, Answer> {
    let mut command = command(i18n);
    let matches = command.try_get_matches_from_mut(typed);
    let error = match matches.and_then(|matches| Arguments::from_arg_matches(&matches)) {
        Ok(arguments) => return Ok(arguments),
        Err(error) => error,
    };
    let is_page = matches!(
        error.kind(),
        ErrorKind::DisplayHelp
            | ErrorKind::DisplayVersion
            | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
    );
    let words = typed.iter().skip(1).map(|it| it.to_string_lossy().into());
    let text = match is_page {
        true => {
            let page = error.render();
            let page = match error.use_stderr() || !shows_styles() {
                true => page.to_string(),
                false => page.ansi().to_string(),
            };
            usage::translated(&page, i18n)
        }
        false => usage::explain(&error, &command, &words.collect::<Vec<_>>(), i18n),
    };
    Err(Answer {
        text,
        is_refusal: error.use_stderr(),
    })
}

/// Whether headings may be bold.
fn shows_styles() -> bool {
    let is_set = |name| std::env::var_os(name).is_some_and(|it: OsString| !it.is_empty());
    let is_dumb = std::env::var_os("TERM").is_none_or(|it| it == "dumb");
    io::stdout().is_terminal() && !is_dumb && !is_set("NO_COLOR")
}

/// Says what is wrong with the use of a subcommand that clap itself sees nothing wrong with.
fn say_wrong_use(subcommand: &str, sentence: &'static str, i18n: &I18n) -> ExitCode {
    let command = command(i18n);
    let name = format!("{} {subcommand}", command.get_name());
    let command = command.find_subcommand(subcommand).unwrap_or(&command);
    let refusal = usage::refusal(&i18n.get(sentence), command, &name, i18n);
    let _ = writeln!(io::stderr(), "{refusal}");
    ExitCode::from(WRONG_USE)
}

/// Says something on standard error, beside what a command is for. Where nobody reads that, the
/// command goes on all the same.
pub fn tell(text: impl Display) {
    let _ = writeln!(io::stderr(), "charla: {text}");
}

/// What becomes of a command that passes errors of its output on as an [`io::Error`], and no
/// others. Whoever closed a pipe has seen enough.
fn concluded(result: anyhow::Result<()>, i18n: &I18n) -> anyhow::Result<()> {
    result.or_else(|error| match error.downcast_ref::<io::Error>() {
        Some(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Some(error) => {
            let text = Text::new("cli-output-refused").word("reason", error);
            Err(anyhow!(i18n.text(&text)))
        }
        None => Err(error),
    })
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
            // A number below zero reaches its reader, which says what is allowed.
            let takes_value = argument.get_long().is_some() && argument.get_action().takes_values();
            argument
                .help(help(format!("{prefix}-{id}")))
                .allow_negative_numbers(takes_value)
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

    /// Checks what is said of a command line, in one language and then in the other.
    #[track_caller]
    fn check(typed: &str, english: &[&str], spanish: &[&str]) {
        for (language, words) in [(Language::En, english), (Language::Es, spanish)] {
            let typed = typed.split(' ').map(OsString::from);
            let typed: Vec<_> = std::iter::once("charla".into()).chain(typed).collect();
            let answer = read(&typed, &I18n::new(language)).unwrap_err();
            assert!(answer.is_refusal);
            for word in words {
                assert!(answer.text.contains(word), "{word}: {}", answer.text);
            }
        }
    }

    #[test]
    fn what_is_wrong_is_said_in_the_language_of_the_user() {
        check(
            "ask --temprature 1 Hi",
            &[
                "“--temprature”",
                "Did you mean “--temperature”?",
                "Usage: charla ask [OPTIONS]",
            ],
            &[
                "«--temprature»",
                "¿Querías decir «--temperature»?",
                "Uso: charla ask [OPCIONES]",
            ],
        );
        check(
            "ask --seed -1 Hi",
            &["“-1”", "--seed <N>", "0 – 4294967294"],
            &["«-1»", "--seed <N>", "0 – 4294967294"],
        );
        check("ask -n -1 Hi", &["“-1”", "1 – 4294967295"], &["«-1»"]);
        check("ask -n 5000000000 Hi", &["1 – 4294967295"], &["Se admite"]);
        check("ask --temperature -0.5 Hi", &["0 – 10"], &["0 – 10"]);
        check(
            "ask --threads",
            &["--threads <N> needs a value"],
            &["necesita un valor"],
        );
        check(
            "ask --kv-type q5 Hi",
            &["“q5”", "Allowed: f16, q8_0, q4_0"],
            &["«q5»", "Se admite: f16, q8_0, q4_0"],
        );
        check("ask What is it", &["in quotes"], &["entre comillas"]);
        check("ask -5 + 3", &["“-5”", "“--”"], &["«-5»", "«--»"]);
        check(
            "ask --json=x Hi",
            &["takes no value"],
            &["no lleva ningún valor"],
        );
        check("ask --json --json Hi", &["only once"], &["una sola vez"]);
        check(
            "ask --grammar a --json-schema b Hi",
            &["cannot be used together with"],
            &["no se puede usar junto con"],
        );
        check(
            "chats show",
            &["<CHAT>", "is missing"],
            &["<CHAT>", "Falta"],
        );
        check(
            "chats paint",
            &["“paint” is not a command of “charla chats”"],
            &["«paint» no es ninguna orden de «charla chats»"],
        );
        check(
            "chats lst",
            &["Did you mean “list”?"],
            &["¿Querías decir «list»?"],
        );
        check(
            "doctor now",
            &["“now”", "Usage: charla doctor"],
            &["«now»", "Uso:"],
        );
        check("bench -r 0", &["1 – 1000"], &["1 – 1000"]);
        check("chats list -n -3", &["0 – 4294967295"], &["Se admite"]);
        check("models download a --limit-rate x", &["800k"], &["800k"]);
    }

    #[cfg(unix)]
    #[test]
    fn an_argument_that_is_no_text_is_refused() {
        use std::os::unix::ffi::OsStringExt as _;
        let typed = [
            "charla".into(),
            "ask".into(),
            OsString::from_vec(b"\xff".to_vec()),
        ];
        for (language, words) in [
            (Language::En, "not UTF-8"),
            (Language::Es, "no es texto UTF-8"),
        ] {
            let answer = read(&typed, &I18n::new(language)).unwrap_err();
            assert!(
                answer.is_refusal && answer.text.contains(words),
                "{}",
                answer.text
            );
        }
    }

    #[test]
    fn a_page_of_help_is_in_one_language() {
        fn pages(command: &clap::Command, before: &[OsString], all: &mut Vec<Vec<OsString>>) {
            let here = [before, &[command.get_name().into()]].concat();
            for subcommand in command.get_subcommands() {
                pages(subcommand, &here, all);
            }
            all.push([here, vec!["--help".into()]].concat());
        }

        let i18n = I18n::new(Language::Es);
        let mut all = Vec::new();
        pages(&command(&i18n), &[], &mut all);
        assert!(all.len() > 15, "{}", all.len());
        for typed in all {
            let answer = read(&typed, &i18n).unwrap_err();
            assert!(!answer.is_refusal);
            for words in [
                "Usage",
                "Options",
                "OPTIONS",
                "Commands",
                "COMMAND",
                "Arguments",
                "default",
                "possible values",
            ] {
                assert!(!answer.text.contains(words), "{words}: {}", answer.text);
            }
            assert!(answer.text.contains("Uso: charla"), "{}", answer.text);
        }
    }

    #[test]
    fn every_argument_has_help_in_every_language() {
        for language in Language::ALL {
            let mut command = command(&I18n::new(language));
            command.clone().debug_assert();
            check_help(&mut command, &I18n::new(language));
        }
    }

    fn check_help(command: &mut clap::Command, i18n: &I18n) {
        let page = command.render_help().to_string();
        assert!(!page.contains("cli-"), "{page}");
        assert!(page.contains(&i18n.get("cli-help")), "{page}");
        let subcommands = command.get_subcommands_mut();
        subcommands
            .filter(|it| !it.is_hide_set())
            .for_each(|subcommand| check_help(subcommand, i18n));
    }
}
