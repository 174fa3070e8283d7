//! Runs a template's Jinja program on a limited amount of fuel. minijinja charges a unit
//! for about every instruction and every 64 bytes that a program makes, before it makes
//! them where it can, so fuel bounds time and memory alike.

use std::borrow::Cow;

use jiff::Zoned;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Value;
use minijinja::{Environment, Error, ErrorKind, State, context};

use super::json;
use crate::chat::Role;
use crate::engine::protocol::Turn;

/// Fuel for what a template does once: 6 MB, or a hundred thousand instructions.
const FUEL_BASE: u64 = 100_000;

/// Fuel for each message: far more than templates need, and little enough to stop one
/// that loops within a second.
const FUEL_A_MESSAGE: u64 = 5_000;

/// Fuel for each byte of the conversation: enough to look at it or copy it 64 times.
const FUEL_A_BYTE: u64 = 1;

/// Some templates add each message to a string that holds all before it, so that they
/// copy a long chat as often as it has messages. A gigabyte of such copying is paid for,
/// of which an honest template holds no more than a few copies at a time.
const FUEL_FOR_COPIES: u64 = 16_000_000;

/// Bytes of such copies that a unit of fuel pays for, at four copies a message.
const COPIED_BYTES_A_UNIT: u64 = 16;

/// The longest format of a date, in bytes; those of real templates have ten.
const DATE_FORMAT_BYTES: usize = 100;

const NAME: &str = "chat";

/// What a template sees.
#[derive(Debug, Clone, Copy)]
pub(super) struct Input<'a> {
    /// The conversation.
    pub(super) turns: &'a [Turn],
    /// Whether the prompt shall end with the beginning of a reply.
    pub(super) opens_reply: bool,
    /// Whether `tools` is none, as transformers passes it, rather than undefined.
    pub(super) has_tools_variable: bool,
    /// The roles whose content is a list of parts.
    pub(super) lists: &'a [Role],
    /// The text of the token that begins a text.
    pub(super) bos: &'a str,
    /// The text of the token that ends one.
    pub(super) eos: &'a str,
}

/// What the template `source` makes of `input`.
///
/// # Errors
/// minijinja's, or the template's own where it refuses.
pub(super) fn render(source: &str, input: &Input<'_>) -> Result<String, Error> {
    let source = without_generation_tags(source);
    let mut environment = environment(fuel(input.turns))?;
    environment.add_template(NAME, &source)?;
    let messages: Vec<Value> = input
        .turns
        .iter()
        .map(|turn| message(turn, input.lists.contains(&turn.role)))
        .collect();
    let tools = match input.has_tools_variable {
        true => Value::from(()),
        false => Value::UNDEFINED,
    };
    environment.get_template(NAME)?.render(context! {
        messages,
        tools,
        add_generation_prompt => input.opens_reply,
        bos_token => input.bos,
        eos_token => input.eos,
        documents => Value::from(()),
    })
}

fn fuel(turns: &[Turn]) -> u64 {
    let messages = turns.len() as u64;
    let bytes: u64 = turns
        .iter()
        .map(|turn| turn.content.len() + turn.reasoning.as_deref().map_or(0, str::len))
        .map(|bytes| bytes as u64)
        .sum();
    let copies = messages.saturating_mul(bytes) / COPIED_BYTES_A_UNIT;
    FUEL_BASE
        + FUEL_A_MESSAGE.saturating_mul(messages)
        + FUEL_A_BYTE.saturating_mul(bytes)
        + copies.min(FUEL_FOR_COPIES)
}

/// Thoughts go by three names; a template that knows none of them never sees them.
fn message(turn: &Turn, is_list: bool) -> Value {
    let role = match &turn.role {
        Role::System => "system",
        Role::User => "user",
        Role::Assistant => "assistant",
        Role::Other(name) => name.as_str(),
    };
    let text = turn.content.as_str();
    let content = match is_list {
        true => Value::from(vec![context! { type => "text", text }]),
        false => Value::from(text),
    };
    match turn.reasoning.as_deref().filter(|it| !it.is_empty()) {
        Some(thoughts) if turn.role == Role::Assistant => {
            context! {
                role,
                content,
                reasoning_content => thoughts,
                reasoning => thoughts,
                thinking => thoughts,
            }
        }
        _ => context! { role, content },
    }
}

fn environment<'a>(fuel: u64) -> Result<Environment<'a>, Error> {
    let mut environment = Environment::new();
    // These two are what Hugging Face's transformers set.
    let syntax = SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .build()?;
    environment.set_syntax(syntax);
    environment.set_fuel(Some(fuel));
    environment.set_unknown_method_callback(method);
    environment.add_function("raise_exception", raise_exception);
    environment.add_function("strftime_now", strftime_now);
    environment.add_filter("tojson", json::tojson);
    // They make many times as many bytes as they are given before fuel is charged. No
    // template can miss them: Jinja has neither of the first two, and nobody prints
    // values for debugging into a prompt.
    for name in ["split", "lines", "pprint"] {
        environment.remove_filter(name);
    }
    environment.remove_global("debug");
    Ok(environment)
}

/// transformers lets templates mark what the model has written, for training. The tags
/// change nothing that is rendered, so blocks take their place that always are.
fn without_generation_tags(source: &str) -> Cow<'_, str> {
    let mut made = String::new();
    let mut copied = 0;
    for (start, _) in source.match_indices("{%") {
        let inner = start + 2;
        let Some(length) = source[inner..].find("%}") else {
            break;
        };
        let tag = &source[inner..inner + length];
        let word = tag.trim_matches(|it: char| matches!(it, '-' | '+') || it.is_whitespace());
        let block = match word {
            "generation" => "if true",
            "endgeneration" => "endif",
            _ => continue,
        };
        made.push_str(&source[copied..inner]);
        made.push_str(&tag.replace(word, block));
        copied = inner + length;
    }
    if copied == 0 {
        return Cow::Borrowed(source);
    }
    made.push_str(&source[copied..]);
    Cow::Owned(made)
}

/// Python's methods. Those that can make far more bytes than they are given pay first,
/// since fuel is charged only once they are done.
fn method(state: &mut State, value: &Value, name: &str, args: &[Value]) -> Result<Value, Error> {
    if let Some(text) = value.as_str() {
        match name {
            "replace" => {
                let args: Vec<Value> = std::iter::once(value).chain(args).cloned().collect();
                return state.apply_filter("replace", &args);
            }
            "join" => {
                let values = args.first().cloned().unwrap_or_default();
                return state.apply_filter("join", &[values, value.clone()]);
            }
            "split" | "splitlines" => {
                let pieces = match args.first().and_then(Value::as_str) {
                    Some(separator) => text.matches(separator).count(),
                    None => text.matches(char::is_whitespace).count(),
                };
                state.consume_fuel(pieces as u64)?;
            }
            // A width asks for as many bytes as it has digits to say.
            "format" => return Err(Error::from(ErrorKind::UnknownMethod)),
            _ => {}
        }
    }
    minijinja_contrib::pycompat::unknown_method_callback(state, value, name, args)
}

fn raise_exception(message: &Value) -> Result<Value, Error> {
    // A list can be short to write and long to print.
    let message = message.as_str().unwrap_or("it refuses the conversation");
    Err(Error::new(ErrorKind::InvalidOperation, message.to_owned()))
}

fn strftime_now(format: &str) -> Result<String, Error> {
    let refused = |reason: String| Error::new(ErrorKind::InvalidOperation, reason);
    if format.len() > DATE_FORMAT_BYTES {
        return Err(refused("the format of a date is too long".into()));
    }
    jiff::fmt::strtime::format(format, &Zoned::now()).map_err(|error| refused(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generation_tags_become_blocks() {
        let cases = [
            (
                "a{% generation %}b{% endgeneration %}c",
                "a{% if true %}b{% endif %}c",
            ),
            (
                "{%- generation -%}{%+endgeneration+%}",
                "{%- if true -%}{%+endif+%}",
            ),
            ("{% set generation = 1 %}{%", "{% set generation = 1 %}{%"),
        ];
        for (source, made) in cases {
            assert_eq!(without_generation_tags(source), made);
        }
    }
}
