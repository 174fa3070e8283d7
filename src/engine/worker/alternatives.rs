//! Stand-in.
use crate::chat::Choice;
use llama_cpp_2::token::LlamaToken;
use llama_cpp_2::vocab::LlamaVocab;
pub(super) fn choice(_: &[f32], token: LlamaToken, _: u32, _: &LlamaVocab<'_>) -> Choice {
    Choice {
        token: token.0,
        text: String::new(),
        probability: 0.0,
        alternatives: vec![],
    }
}
