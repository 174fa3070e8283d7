//! From a conversation to tokens, so that what people and models write stays text.
//!
//! A template puts control tokens around each message, as text. To turn that text into the
//! tokens the model was trained on, control tokens have to be looked for in it, and a
//! message that contains `<|im_end|>` would end itself. So messages that hold anything
//! like a control token are marked before rendering, and tokenised on their own.

use std::hash::{BuildHasher, RandomState};

use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::token::LlamaToken;
use llama_cpp_2::vocab::LlamaVocab;

use super::template::Template;
use crate::engine::fault::Fault;
use crate::engine::protocol::Turn;

/// The tokens of the prompt that asks for the message after `turns`.
///
/// # Errors
/// [`Fault::Template`] where the template refuses the conversation.
pub(super) fn prompt(
    model: &LlamaModel,
    template: &Template,
    turns: &[Turn],
) -> Result<Vec<LlamaToken>, Fault> {
    let vocab = model.vocab();
    let is_plain = |turn: &Turn| {
        let text = turn.content.as_bytes();
        vocab.tokenize(text, false, true) == vocab.tokenize(text, false, false)
    };
    let text = template.render(turns)?;
    let mut tokens = if turns.iter().all(is_plain) {
        vocab.tokenize(text.as_bytes(), false, true)
    } else {
        apart(&vocab, template, turns)?
    };
    let bos = vocab.bos();
    if vocab.should_add_bos() && bos.0 >= 0 && tokens.first() != Some(&bos) {
        tokens.insert(0, bos);
    }
    if tokens.is_empty() {
        return Err(Fault::Template {
            reason: "it makes an empty prompt".into(),
        });
    }
    Ok(tokens)
}

/// Tokenises the template's own words with control tokens, and the messages without.
fn apart(
    vocab: &LlamaVocab<'_>,
    template: &Template,
    turns: &[Turn],
) -> Result<Vec<LlamaToken>, Fault> {
    // Nobody can write a mark that is new each time.
    let mark = format!(
        "\u{e000}{:016x}\u{e001}",
        RandomState::new().hash_one(turns.len())
    );
    let marked: Vec<Turn> = turns
        .iter()
        .map(|turn| Turn {
            role: turn.role,
            content: format!("{mark}{}{mark}", turn.content),
        })
        .collect();
    let text = template.render(&marked)?;
    let mut tokens = Vec::new();
    for (index, part) in text.split(&mark).enumerate() {
        let is_message = index % 2 == 1;
        vocab.tokenize_into(part.as_bytes(), &mut tokens, false, !is_message);
    }
    Ok(tokens)
}
