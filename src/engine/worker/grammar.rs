//! From a grammar or a JSON schema to the sampler that holds a reply to it.

use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::sampling::LlamaSampler;

use crate::engine::fault::Fault;
use crate::engine::grammar::{self, Form};
use crate::params::Sampling;

/// The sampler for the form that is asked for, if one is.
///
/// # Errors
/// [`Fault::GrammarInvalid`] and [`Fault::SchemaInvalid`].
pub(super) fn compile(
    model: &LlamaModel,
    sampling: &Sampling,
) -> Result<Option<LlamaSampler>, Fault> {
    let Some(form) = grammar::form(sampling)? else {
        return Ok(None);
    };
    grammar::deep(|| {
        grammar::check_form(form)?;
        let made = match form {
            Form::Grammar(grammar) => of_grammar(model, grammar).map_err(grammar::invalid),
            Form::Schema(schema) => {
                of_schema(model, schema).map_err(|reason| Fault::SchemaInvalid { reason })
            }
        };
        made.map(Some)
    })
}

/// The sampler of a grammar that has been checked.
fn of_grammar(model: &LlamaModel, grammar: &str) -> Result<LlamaSampler, String> {
    LlamaSampler::grammar(model, grammar, "root")
        // What is left is a token between angle brackets, which only the vocabulary knows,
        // and what llama.cpp is stricter about than it need be.
        .map_err(|_| "it has an unknown token, or left recursion".to_owned())
}

/// The sampler of a schema that has been checked.
fn of_schema(model: &LlamaModel, schema: &str) -> Result<LlamaSampler, String> {
    let grammar = llama_cpp_2::json_schema_to_grammar(schema)
        .map_err(|_| "llama.cpp cannot make a grammar of it".to_owned())?;
    let made = grammar::check_made(&grammar).and_then(|()| of_grammar(model, &grammar));
    made.map_err(|reason| format!("the grammar llama.cpp makes of it is invalid: {reason}"))
}
