//! From a conversation to tokens, so that what people and models write stays text.
//!
//! A template puts control tokens around each message, as text. To turn that text into the
//! tokens the model was trained on, control tokens have to be looked for in it, and a
//! message that contains `<|im_end|>` would end itself. So messages that hold anything
//! like a control token are marked before rendering, and tokenised on their own. What a
//! vocabulary lists as user-defined tokens llama.cpp matches all the same.

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
    const BEGIN: char = '\u{e001}';
    const END: char = '\u{e002}';
    // Nobody can write a mark that is new each time.
    let secret = RandomState::new().hash_one(turns.len());
    let mark = format!("\u{e000}{secret:016x}");
    let marked: Vec<Turn> = turns
        .iter()
        .map(|turn| Turn {
            role: turn.role,
            content: format!("{mark}{BEGIN}{}{mark}{END}", turn.content),
            reasoning: None,
        })
        .collect();
    let text = template.render(&marked)?;
    let parts: Vec<&str> = text.split(&mark).collect();
    let mut tokens = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        // A template may cut a message, and a mark with it: those of models that think
        // leave out their thoughts. So its own words are only those between whole
        // messages, and all else stays text.
        let follows_message = index == 0 || part.starts_with(END);
        let leads_to_message = parts
            .get(index + 1)
            .is_none_or(|next| next.starts_with(BEGIN));
        let is_template = follows_message && leads_to_message;
        let words = match index {
            0 => part,
            _ => part.strip_prefix([BEGIN, END]).unwrap_or(part),
        };
        vocab.tokenize_into(words.as_bytes(), &mut tokens, false, is_template);
    }
    Ok(tokens)
}
