//! What a model is for, as far as its header shows.

use serde::{Deserialize, Serialize};

use super::error::Damage;
use super::metadata::Metadata;
use super::tensors::Tensors;

/// What a model file is made for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// To answer in a chat.
    #[default]
    Chat,
    /// To go on with a text: it was trained, but not taught to answer.
    Base,
    /// To turn texts into vectors that can be compared.
    Embedding,
    /// To tell how well a text answers a question.
    Reranking,
    /// To make pictures or sound readable for another model.
    Projector,
    /// To guess ahead for another model, of which it is a part.
    Draft,
    /// Something else: a model that paints, an adapter, a calibration.
    Other,
}

impl Purpose {
    /// Whether a chat can be had with it, well or badly.
    #[must_use]
    pub fn can_chat(self) -> bool {
        matches!(self, Self::Chat | Self::Base)
    }
}

/// `LLAMA_POOLING_TYPE_NONE` and `LLAMA_POOLING_TYPE_RANK` of llama.cpp.
const POOLING_NONE: u32 = 0;
const POOLING_RANK: u32 = 4;

/// Architectures that only read (`bert.cpp` and its like).
const ENCODERS: [&str; 12] = [
    "bert",
    "eurobert",
    "gemma-embedding",
    "jina-bert-v2",
    "jina-bert-v3",
    "llama-embed",
    "modern-bert",
    "neo-bert",
    "nomic-bert",
    "nomic-bert-moe",
    "t5encoder",
    "wavtokenizer-dec",
];

/// What other programs keep in the same format.
const OTHERS: [&str; 17] = [
    "aura",
    "chroma",
    "cosmos",
    "flux",
    "hidream",
    "hunyuan_video",
    "hyvid",
    "ltxv",
    "lumina2",
    "pig",
    "qwen_image",
    "sd1",
    "sd3",
    "sdxl",
    "wan",
    "whisper",
    "z_image",
];

/// Architectures that guess ahead for a model whose layers they use.
const DRAFTS: [&str; 3] = ["dflash", "eagle3", "gemma4-assistant"];

/// Reads it from the fields and the names of the tensors.
pub(super) fn purpose(
    metadata: &Metadata,
    architecture: &str,
    tensors: &Tensors,
) -> Result<Purpose, Damage> {
    match metadata.text("general.type")? {
        Some("mmproj") => return Ok(Purpose::Projector),
        Some("adapter" | "imatrix" | "vocab" | "controlvector") => return Ok(Purpose::Other),
        _ => {}
    }
    if matches!(architecture, "clip" | "mmproj") {
        return Ok(Purpose::Projector);
    }
    if OTHERS.contains(&architecture) || architecture == "imatrix" {
        return Ok(Purpose::Other);
    }
    if DRAFTS.contains(&architecture) {
        return Ok(Purpose::Draft);
    }
    let pooling = metadata.number(&format!("{architecture}.pooling_type"))?;
    if pooling == Some(POOLING_RANK) || tensors.classifies {
        return Ok(Purpose::Reranking);
    }
    if ENCODERS.contains(&architecture) || pooling.is_some_and(|kind| kind != POOLING_NONE) {
        return Ok(Purpose::Embedding);
    }
    let has_template = metadata.holds_text("tokenizer.chat_template");
    let name = metadata.text("general.name")?.unwrap_or("").to_lowercase();
    // Makers have forgotten the template, and have left one in models that were not taught.
    let says_so = name
        .split(|c: char| !c.is_alphanumeric())
        .any(|word| matches!(word, "instruct" | "chat" | "it" | "assistant"));
    let says_not = name
        .split(|c: char| !c.is_alphanumeric())
        .any(|word| word == "base");
    Ok(match (has_template, says_so, says_not) {
        (_, true, _) | (true, _, false) => Purpose::Chat,
        _ => Purpose::Base,
    })
}

/// What a model is for, where the name of its file says that it is not to be chatted with:
/// publishers put projectors, drafters and calibrations beside their models.
#[must_use]
pub fn purpose_of(file_name: &str) -> Option<Purpose> {
    let name = file_name.to_lowercase();
    if name.contains("mmproj") {
        Some(Purpose::Projector)
    } else if name.starts_with("mtp-") {
        Some(Purpose::Draft)
    } else if name.contains("imatrix") {
        Some(Purpose::Other)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_beside_a_model_is_none_to_chat_with() {
        for (name, purpose) in [
            ("mmproj-F16.gguf", Some(Purpose::Projector)),
            ("mtp-Qwen3.5-4B-Q8_0.gguf", Some(Purpose::Draft)),
            ("tiny.imatrix.gguf", Some(Purpose::Other)),
            ("tiny-mtp-Q8_0.gguf", None),
        ] {
            assert_eq!(purpose_of(name), purpose, "{name}");
        }
    }
}
