//! What is said of a command line that makes no sense, and the pages of `--help`, in the
//! user's language. clap finds out what is wrong; its own words are English.

use std::error::Error as _;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::i18n::{I18n, Text};

/// clap's own words in help pages and lines of usage, and the messages that replace them.
const FRAME: [(&str, &str); 9] = [
    ("Usage:", "usage-heading"),
    ("Commands:", "usage-commands"),
    ("Arguments:", "usage-arguments"),
    ("Options:", "usage-options"),
    ("[OPTIONS]", "usage-options-placeholder"),
    ("<COMMAND>", "usage-command-placeholder"),
    ("[COMMAND]", "usage-command-optional-placeholder"),
    ("[default: ", "usage-default"),
    ("[possible values: ", "usage-possible-values"),
];

/// A page or a line of clap's with the words around it in the user's language.
pub(super) fn translated(page: &str, i18n: &I18n) -> String {
    FRAME.iter().fold(page.to_owned(), |page, (words, id)| {
        page.replace(words, &i18n.find(id).unwrap_or_else(|| (*words).to_owned()))
    })
}

/// What is wrong with `typed`, the words behind the name of the program, and how it is used.
pub(super) fn explain(
    error: &clap::Error,
    command: &clap::Command,
    typed: &[String],
    i18n: &I18n,
) -> String {
    let (command, name) = meant(command, typed);
    let sentences = match error.kind() {
        // clap does not say which one it was; what could not be read of it was replaced.
        ErrorKind::InvalidUtf8 => {
            let broken = typed
                .iter()
                .find(|it| it.contains(char::REPLACEMENT_CHARACTER));
            let broken = broken.map_or("", String::as_str);
            i18n.text(&Text::new("usage-not-utf8").word("argument", broken))
        }
        _ => sentences(error, &name, i18n).join(" "),
    };
    refusal(&sentences, command, &name, i18n)
}

/// A sentence about a wrong use of a command, and how it is used.
pub(super) fn refusal(sentence: &str, command: &clap::Command, name: &str, i18n: &I18n) -> String {
    let usage = command.clone().render_usage().to_string();
    let more = i18n.text(&Text::new("usage-help").word("command", name));
    format!(
        "charla: {sentence}\n\n{}\n{more}",
        translated(&usage, i18n).trim_end()
    )
}

/// The command that these words begin with, and what it is called.
fn meant<'a>(command: &'a clap::Command, typed: &[String]) -> (&'a clap::Command, String) {
    let mut name = command.get_name().to_owned();
    let mut command = command;
    for word in typed {
        let Some(subcommand) = command.find_subcommand(word) else {
            break;
        };
        command = subcommand;
        name = format!("{name} {word}");
    }
    (command, name)
}

fn sentences(error: &clap::Error, command: &str, i18n: &I18n) -> Vec<String> {
    let given = |kind| match error.get(kind) {
        Some(ContextValue::String(given)) => given.clone(),
        Some(ContextValue::Strings(given)) => given.join(", "),
        _ => String::new(),
    };
    let argument = given(ContextKind::InvalidArg);
    let value = given(ContextKind::InvalidValue);
    let about = |id| {
        Text::new(id)
            .word("argument", &argument)
            .word("command", command)
    };
    let mut sentences = match error.kind() {
        ErrorKind::UnknownArgument if argument.starts_with('-') => {
            vec![about("usage-unknown-option")]
        }
        ErrorKind::UnknownArgument if command == "charla ask" => {
            vec![about("usage-extra-word")]
        }
        ErrorKind::UnknownArgument => vec![about("usage-extra")],
        ErrorKind::InvalidSubcommand => {
            let given = given(ContextKind::InvalidSubcommand);
            vec![
                Text::new("usage-unknown-command")
                    .word("argument", given)
                    .word("command", command),
            ]
        }
        ErrorKind::InvalidValue if value.is_empty() => vec![about("usage-no-value")],
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            vec![about("usage-bad-value").word("value", &value)]
        }
        ErrorKind::TooManyValues => vec![about("usage-takes-no-value").word("value", &value)],
        ErrorKind::ArgumentConflict => {
            let other = given(ContextKind::PriorArg);
            match other == argument || other.is_empty() {
                true => vec![about("usage-twice")],
                false => vec![about("usage-conflict").word("other", other)],
            }
        }
        ErrorKind::MissingRequiredArgument => vec![about("usage-missing")],
        _ => vec![about("usage-other")],
    };
    sentences.extend(tips(error));
    sentences.iter().map(|it| i18n.text(it)).collect()
}

/// What could be written instead.
fn tips(error: &clap::Error) -> Vec<Text> {
    let mut tips = Vec::new();
    for kind in [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand] {
        let suggested = match error.get(kind) {
            Some(ContextValue::String(one)) => Some(one),
            Some(ContextValue::Strings(several)) => several.first(),
            _ => None,
        };
        tips.extend(suggested.map(|it| Text::new("usage-did-you-mean").word("suggestion", it)));
    }
    if error.kind() == ErrorKind::UnknownArgument
        && let Some(ContextValue::StyledStrs(_)) = error.get(ContextKind::Suggested)
    {
        tips.push(Text::new("usage-dashes"));
    }
    let allowed = match (error.get(ContextKind::ValidValue), error.source()) {
        (Some(ContextValue::Strings(values)), _) if !values.is_empty() => Some(values.join(", ")),
        // Our own parsers say what is allowed and nothing else (`values.rs`).
        (_, Some(allowed)) => Some(allowed.to_string()),
        _ => None,
    };
    tips.extend(allowed.map(|it| Text::new("usage-allowed").word("allowed", it)));
    tips
}
