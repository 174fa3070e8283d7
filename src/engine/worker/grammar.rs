//! From a grammar or a JSON schema to the sampler that holds a reply to it.

mod gbnf;
mod left;
mod pattern;
mod schema;

use std::thread;

use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::sampling::LlamaSampler;

use crate::engine::fault::Fault;
use crate::params::Sampling;

/// llama.cpp goes down into schemas and grammars by recursion; what is checked here may go
/// deeper than a thread's usual stack. Only what is used of it takes memory.
const STACK_BYTES: usize = 256 << 20;

/// The sampler for the form that is asked for, if one is.
///
/// # Errors
/// [`Fault::GrammarInvalid`] and [`Fault::SchemaInvalid`].
pub(super) fn compile(
    model: &LlamaModel,
    sampling: &Sampling,
) -> Result<Option<LlamaSampler>, Fault> {
    let set = |text: &Option<String>| text.clone().filter(|it| !it.is_empty());
    let (grammar, schema) = (set(&sampling.grammar), set(&sampling.json_schema));
    let work = || match (grammar, schema) {
        (None, None) => Ok(None),
        (Some(_), Some(_)) => Err(invalid("a JSON schema is set as well")),
        (Some(grammar), None) => of_grammar(model, &grammar).map(Some).map_err(invalid),
        (None, Some(schema)) => of_schema(model, &schema)
            .map(Some)
            .map_err(|reason| Fault::SchemaInvalid { reason }),
    };
    if sampling.grammar.is_none() && sampling.json_schema.is_none() {
        return Ok(None);
    }
    thread::scope(|scope| {
        let builder = thread::Builder::new().stack_size(STACK_BYTES);
        let working = builder
            .spawn_scoped(scope, work)
            .map_err(|error| invalid(error.to_string()))?;
        let ended = working.join();
        ended.unwrap_or_else(|_| Err(invalid("its check has failed")))
    })
}

fn invalid(reason: impl Into<String>) -> Fault {
    Fault::GrammarInvalid {
        reason: reason.into(),
    }
}

fn of_grammar(model: &LlamaModel, grammar: &str) -> Result<LlamaSampler, String> {
    gbnf::check(grammar)?;
    LlamaSampler::grammar(model, grammar, "root")
        // What is left is a token between angle brackets, which only the vocabulary knows,
        // and what llama.cpp is stricter about than it need be.
        .map_err(|_| "it has an unknown token, or left recursion".to_owned())
}

fn of_schema(model: &LlamaModel, schema: &str) -> Result<LlamaSampler, String> {
    schema::check(schema)?;
    let grammar = llama_cpp_2::json_schema_to_grammar(schema)
        .map_err(|_| "llama.cpp cannot make a grammar of it".to_owned())?;
    let made = of_grammar(model, &grammar);
    made.map_err(|reason| format!("the grammar llama.cpp makes of it is invalid: {reason}"))
}
