//! Looks at what a reply is to be held to, a grammar or a JSON schema, before llama.cpp
//! does: both in the engine, and in the window while it is typed.

mod gbnf;
mod left;
mod pattern;
mod schema;

use std::thread;

use super::Fault;
use crate::params::Sampling;

/// llama.cpp goes down into schemas and grammars by recursion; what is checked here may go
/// deeper than a thread's usual stack. Only what is used of it takes memory.
const STACK_BYTES: usize = 256 << 20;

/// What a reply is held to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form<'a> {
    /// A grammar in llama.cpp's GBNF.
    Grammar(&'a str),
    /// A JSON schema.
    Schema(&'a str),
}

/// What is asked for, if anything is. An empty text asks for nothing.
///
/// # Errors
/// [`Fault::GrammarInvalid`] where both are asked for.
pub fn form(sampling: &Sampling) -> Result<Option<Form<'_>>, Fault> {
    let set = |text: &'_ Option<String>| text.as_ref().is_some_and(|it| !it.is_empty());
    match (set(&sampling.grammar), set(&sampling.json_schema)) {
        (true, true) => Err(invalid("a JSON schema is set as well")),
        (true, false) => Ok(sampling.grammar.as_deref().map(Form::Grammar)),
        (false, true) => Ok(sampling.json_schema.as_deref().map(Form::Schema)),
        (false, false) => Ok(None),
    }
}

/// Checks what is asked for, as far as that can be told without a model's vocabulary.
///
/// # Errors
/// [`Fault::GrammarInvalid`] and [`Fault::SchemaInvalid`].
pub fn check(sampling: &Sampling) -> Result<(), Fault> {
    match form(sampling)? {
        Some(form) => deep(|| check_form(form)),
        None => Ok(()),
    }
}

/// Checks this, on a stack that is deep enough.
pub(super) fn check_form(form: Form<'_>) -> Result<(), Fault> {
    match form {
        Form::Grammar(grammar) => gbnf::check(grammar).map_err(invalid),
        Form::Schema(schema) => {
            schema::check(schema).map_err(|reason| Fault::SchemaInvalid { reason })
        }
    }
}

/// Checks a grammar that llama.cpp has made, on a stack that is deep enough.
#[cfg(feature = "llama")]
pub(super) fn check_made(grammar: &str) -> Result<(), String> {
    gbnf::check(grammar)
}

/// Runs this with a stack for texts that go deep.
pub(super) fn deep<T: Send>(work: impl FnOnce() -> Result<T, Fault> + Send) -> Result<T, Fault> {
    thread::scope(|scope| {
        let builder = thread::Builder::new().stack_size(STACK_BYTES);
        let working = builder
            .spawn_scoped(scope, work)
            .map_err(|error| invalid(error.to_string()))?;
        let ended = working.join();
        ended.unwrap_or_else(|_| Err(invalid("its check has failed")))
    })
}

pub(super) fn invalid(reason: impl Into<String>) -> Fault {
    Fault::GrammarInvalid {
        reason: reason.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_told_without_a_model() {
        let with = |grammar: Option<&str>, schema: Option<&str>| {
            check(&Sampling {
                grammar: grammar.map(str::to_owned),
                json_schema: schema.map(str::to_owned),
                ..Sampling::default()
            })
        };
        assert_eq!(with(None, None), Ok(()));
        assert_eq!(with(Some(""), Some("{}")), Ok(()));
        assert_eq!(with(Some("root ::= \"yes\" | \"no\""), None), Ok(()));
        let both = with(Some("root ::= \"yes\""), Some("{}"));
        assert!(
            matches!(both, Err(Fault::GrammarInvalid { .. })),
            "{both:?}"
        );
        let grammar = with(Some("root ::= \"a\"{5,2}"), None);
        assert!(
            matches!(grammar, Err(Fault::GrammarInvalid { .. })),
            "{grammar:?}"
        );
        let schema = with(None, Some("{"));
        assert!(
            matches!(schema, Err(Fault::SchemaInvalid { .. })),
            "{schema:?}"
        );
    }
}
