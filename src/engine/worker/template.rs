//! The chat template: a Jinja program out of the model file, and so untrusted code. It
//! runs here, in the engine's process, on a limited amount of fuel, and sees nothing but
//! the conversation.

use jiff::Zoned;
use llama_cpp_2::model::LlamaModel;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Kwargs, Value};
use minijinja::{Environment, Error, ErrorKind, context};
use serde::Serialize as _;

use crate::chat::Role;
use crate::engine::fault::Fault;
use crate::engine::protocol::{TemplateSource, Turn};

/// What a model without a template gets.
/// Source: <https://github.com/openai/openai-python/blob/release-v0.28.0/chatml.md>.
const CHATML: &str = "{% for message in messages %}<|im_start|>{{ message.role }}\n\
    {{ message.content }}<|im_end|>\n{% endfor %}\
    {% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";

/// Fuel for what a template does once; an instruction costs about one unit.
const FUEL_BASE: u64 = 100_000;

/// Fuel for each message: far more than templates need, and little enough to stop one
/// that loops within a second.
const FUEL_A_MESSAGE: u64 = 5_000;

const NAME: &str = "chat";

/// A model's chat template.
pub(super) struct Template {
    source: String,
    origin: TemplateSource,
    bos: String,
    eos: String,
}

impl Template {
    /// The template of a model, or ChatML where it has none.
    pub(super) fn of(model: &LlamaModel) -> Self {
        let vocab = model.vocab();
        let text = |token| {
            let bytes = vocab.token_to_piece(token, true, None);
            String::from_utf8_lossy(&bytes).into_owned()
        };
        // A vocabulary without the token answers -1, which is no token to ask for.
        let text_of = |token: llama_cpp_2::token::LlamaToken| {
            if token.0 < 0 {
                String::new()
            } else {
                text(token)
            }
        };
        let own = model.meta_val_str("tokenizer.chat_template").ok();
        let own = own.filter(|source| !source.trim().is_empty());
        let origin = match own {
            Some(_) => TemplateSource::Model,
            None => TemplateSource::ChatMl,
        };
        Self {
            source: own.unwrap_or_else(|| CHATML.into()),
            origin,
            bos: text_of(vocab.bos()),
            eos: text_of(vocab.eos()),
        }
    }

    pub(super) fn origin(&self) -> TemplateSource {
        self.origin
    }

    /// The prompt that asks for the message after `turns`.
    ///
    /// # Errors
    /// [`Fault::Template`] with the template's own words where it refuses.
    pub(super) fn render(&self, turns: &[Turn]) -> Result<String, Fault> {
        match self.try_render(turns) {
            Ok(prompt) => Ok(prompt),
            // Some templates know no system message: it goes into the user's first turn.
            Err(error) => match without_system(turns) {
                Some(turns) => self.try_render(&turns).map_err(|error| fault(&error)),
                None => Err(fault(&error)),
            },
        }
    }

    fn try_render(&self, turns: &[Turn]) -> Result<String, Error> {
        let environment = self.environment(turns.len())?;
        let messages: Vec<Value> = turns
            .iter()
            .map(|turn| {
                context! {
                    role => role_name(turn.role),
                    content => turn.content.as_str(),
                }
            })
            .collect();
        environment.get_template(NAME)?.render(context! {
            messages,
            add_generation_prompt => true,
            bos_token => self.bos.as_str(),
            eos_token => self.eos.as_str(),
            // Templates test these against none, as they are passed where they were made.
            tools => Value::from(()),
            documents => Value::from(()),
        })
    }

    fn environment(&self, messages: usize) -> Result<Environment<'_>, Error> {
        let mut environment = Environment::new();
        // These two are what Hugging Face's transformers set.
        let syntax = SyntaxConfig::builder()
            .trim_blocks(true)
            .lstrip_blocks(true)
            .build()?;
        environment.set_syntax(syntax);
        environment.set_fuel(Some(FUEL_BASE + FUEL_A_MESSAGE * messages as u64));
        environment
            .set_unknown_method_callback(minijinja_contrib::pycompat::unknown_method_callback);
        environment.add_function("raise_exception", raise_exception);
        environment.add_function("strftime_now", strftime_now);
        environment.add_filter("tojson", tojson);
        environment.add_template(NAME, &self.source)?;
        Ok(environment)
    }
}

fn role_name(role: Role) -> &'static str {
    match role {
        Role::System => "system",
        Role::User => "user",
        Role::Assistant => "assistant",
    }
}

/// The same turns with the system's words at the head of the user's first; `None` where
/// there is no system turn, or no user's.
fn without_system(turns: &[Turn]) -> Option<Vec<Turn>> {
    let (system, rest) = turns.split_first()?;
    let mut rest = rest.to_vec();
    let first = rest.iter_mut().find(|turn| turn.role == Role::User)?;
    if system.role != Role::System {
        return None;
    }
    first.content = format!("{}\n\n{}", system.content, first.content);
    Some(rest)
}

fn fault(error: &Error) -> Fault {
    let line = error.line().map(|line| format!(" (line {line})"));
    let words = error
        .detail()
        .map_or_else(|| error.kind().to_string(), str::to_owned);
    Fault::Template {
        reason: words + &line.unwrap_or_default(),
    }
}

fn raise_exception(message: String) -> Result<Value, Error> {
    Err(Error::new(ErrorKind::InvalidOperation, message))
}

fn strftime_now(format: &str) -> Result<String, Error> {
    jiff::fmt::strtime::format(format, &Zoned::now())
        .map_err(|error| Error::new(ErrorKind::InvalidOperation, error.to_string()))
}

/// JSON as Python's `json.dumps` writes it, which is what templates were tested with:
/// a space after commas and colons, and no escapes for HTML.
#[expect(clippy::needless_pass_by_value, reason = "minijinja calls it so")]
fn tojson(value: &Value, indent: Option<usize>, options: Kwargs) -> Result<String, Error> {
    let indent = indent.or(options.get::<Option<usize>>("indent")?);
    let bad = |error: serde_json::Error| Error::new(ErrorKind::BadSerialization, error.to_string());
    let mut json = Vec::new();
    match indent {
        Some(width) => {
            let spaces = " ".repeat(width.min(16));
            let formatter = serde_json::ser::PrettyFormatter::with_indent(spaces.as_bytes());
            let mut serializer = serde_json::Serializer::with_formatter(&mut json, formatter);
            value.serialize(&mut serializer).map_err(bad)?;
        }
        None => {
            let mut serializer = serde_json::Serializer::with_formatter(&mut json, PythonStyle);
            value.serialize(&mut serializer).map_err(bad)?;
        }
    }
    String::from_utf8(json)
        .map_err(|error| Error::new(ErrorKind::BadSerialization, error.to_string()))
}

struct PythonStyle;

impl serde_json::ser::Formatter for PythonStyle {
    fn begin_array_value<W: ?Sized + std::io::Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> std::io::Result<()> {
        if first {
            Ok(())
        } else {
            writer.write_all(b", ")
        }
    }

    fn begin_object_key<W: ?Sized + std::io::Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> std::io::Result<()> {
        if first {
            Ok(())
        } else {
            writer.write_all(b", ")
        }
    }

    fn begin_object_value<W: ?Sized + std::io::Write>(
        &mut self,
        writer: &mut W,
    ) -> std::io::Result<()> {
        writer.write_all(b": ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(source: &str) -> Template {
        Template {
            source: source.into(),
            origin: TemplateSource::Model,
            bos: "<s>".into(),
            eos: "</s>".into(),
        }
    }

    fn turn(role: Role, content: &str) -> Turn {
        Turn::new(role, content)
    }

    #[test]
    fn templates_have_what_transformers_gives_them() {
        let turns = [turn(Role::System, "Be brief."), turn(Role::User, " Hi ")];
        let cases = [
            (
                CHATML,
                "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\n Hi <|im_end|>\n<|im_start|>assistant\n",
            ),
            (
                "{{ bos_token }}{{ messages[1]['content'].strip() }}{{ eos_token }}",
                "<s>Hi</s>",
            ),
            (
                "{{ messages[0]|tojson }}",
                r#"{"role": "system", "content": "Be brief."}"#,
            ),
            ("{{ ['<&>', 1]|tojson }}", r#"["<&>", 1]"#),
            (
                "{% if tools is not none %}tools{% endif %}{% if true %}\nx{% endif %}",
                "x",
            ),
            (
                "{% for m in messages %}{% if m.role.startswith('u') %}{{ loop.index0 }}{% endif %}{% endfor %}",
                "1",
            ),
            (
                "{% set ns = namespace(n=0) %}{% for m in messages %}{% set ns.n = ns.n + 1 %}{% endfor %}{{ ns.n }}",
                "2",
            ),
        ];
        for (source, prompt) in cases {
            assert_eq!(
                template(source).render(&turns).as_deref(),
                Ok(prompt),
                "{source}"
            );
        }
        let year = template("{{ strftime_now('%Y') }}").render(&turns).unwrap();
        assert!(year.parse::<u32>().unwrap() > 2025);
    }

    #[test]
    fn a_system_message_finds_its_place() {
        let source = "{% for m in messages %}{% if m.role == 'system' %}\
            {{ raise_exception('System role not supported') }}{% endif %}[{{ m.content }}]{% endfor %}";
        let turns = [turn(Role::System, "Be brief."), turn(Role::User, "Hi")];
        assert_eq!(
            template(source).render(&turns).as_deref(),
            Ok("[Be brief.\n\nHi]")
        );
    }

    #[test]
    fn a_template_that_refuses_or_loops_says_so() {
        let turns = [turn(Role::User, "Hi")];
        let cases = [
            ("{{ raise_exception('Only tools') }}", "Only tools"),
            (
                "{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}",
                "fuel",
            ),
            ("{% if %}", "(line 1)"),
            (
                "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
                "recursion",
            ),
        ];
        for (source, words) in cases {
            let Err(Fault::Template { reason }) = template(source).render(&turns) else {
                panic!("{source} was rendered");
            };
            assert!(reason.contains(words), "{source}: {reason}");
        }
    }
}
