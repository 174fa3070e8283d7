//! What llama.cpp takes for granted of a header, and ends its process over.

use super::error::Damage;
use super::metadata::Metadata;
use super::shape::Windowed;

/// `LLAMA_MAX_LAYERS` of llama.cpp.
const MAX_LAYERS: u32 = 512;
/// `LLAMA_MAX_EXPERTS` of llama.cpp.
const MAX_EXPERTS: u32 = 1024;

/// Checks the assertions of `load_hparams` that every architecture passes through, and those
/// that follow from them when a context is made.
pub(super) fn check(
    metadata: &Metadata,
    architecture: &str,
    block_count: Option<u32>,
) -> Result<(), Damage> {
    if let Some(value) = block_count.filter(|count| !(1..=MAX_LAYERS).contains(count)) {
        return Err(Damage::BlockCount { value });
    }
    let fields = Fields {
        metadata,
        architecture,
    };
    fields.check_sizes(block_count)?;
    fields.check_experts()?;
    fields.check_windows(block_count)?;
    check_words(metadata)
}

struct Fields<'a> {
    metadata: &'a Metadata,
    architecture: &'a str,
}

impl Fields<'_> {
    fn key(&self, field: &str) -> String {
        format!("{}.{field}", self.architecture)
    }

    fn number(&self, field: &str) -> Result<u32, Damage> {
        Ok(self.metadata.number(&self.key(field))?.unwrap_or(0))
    }

    fn wrong(&self, field: &str) -> Damage {
        Damage::field(&self.key(field))
    }

    fn check_sizes(&self, block_count: Option<u32>) -> Result<(), Damage> {
        if self.number("nextn_predict_layers")? > block_count.unwrap_or(u32::MAX) {
            return Err(self.wrong("nextn_predict_layers"));
        }
        // Positions are counted with a sign.
        if i32::try_from(self.number("context_length")?).is_err() {
            return Err(self.wrong("context_length"));
        }
        // Pairs of numbers are turned.
        if !self.number("rope.dimension_count")?.is_multiple_of(2) {
            return Err(self.wrong("rope.dimension_count"));
        }
        for field in [
            "attention.layer_norm_rms_epsilon",
            "attention.layer_norm_epsilon",
        ] {
            let epsilon = self.metadata.float(&self.key(field))?.unwrap_or(0.0);
            if !(0.0..=f32::MAX).contains(&epsilon) {
                return Err(self.wrong(field));
            }
        }
        let scaling = self.metadata.text(&self.key("rope.scaling.type"))?;
        match scaling {
            None | Some("none" | "linear" | "yarn" | "longrope") => Ok(()),
            Some(_) => Err(self.wrong("rope.scaling.type")),
        }
    }

    fn check_experts(&self) -> Result<(), Damage> {
        let experts = self.number("expert_count")?;
        if experts > MAX_EXPERTS {
            return Err(self.wrong("expert_count"));
        }
        let used = self.metadata.numbers(&self.key("expert_used_count"))?;
        let used = used.into_iter().flatten().max().unwrap_or(0);
        // The Hunyuan family may name one expert and have none.
        let has_none = experts <= 1 && self.architecture.starts_with("hunyuan");
        if !has_none && (used > experts || (used == 0 && experts > 0)) {
            return Err(self.wrong("expert_used_count"));
        }
        let groups = self.number("expert_group_count")?;
        if groups > 0 && (groups >= experts || !experts.is_multiple_of(groups)) {
            return Err(self.wrong("expert_group_count"));
        }
        let used_groups = self.number("expert_group_used_count")?;
        if groups > 1 && !(1..groups).contains(&used_groups) {
            return Err(self.wrong("expert_group_used_count"));
        }
        Ok(())
    }

    /// Room is made for layers that look back a short way, and to make room for none aborts.
    fn check_windows(&self, block_count: Option<u32>) -> Result<(), Damage> {
        let windows = Windowed::read(self.metadata, self.architecture)?;
        let layers = block_count.unwrap_or(0);
        let is_missing = windows.is_expected(self.architecture)
            && layers > 0
            && !(0..layers).any(|layer| windows.includes(layer));
        // A model of one or two layers may end before the pattern comes to them.
        match is_missing
            && self
                .metadata
                .has(&self.key("attention.sliding_window_pattern"))
        {
            true => Err(self.wrong("attention.sliding_window_pattern")),
            false => Ok(()),
        }
    }
}

fn check_words(metadata: &Metadata) -> Result<(), Damage> {
    metadata.check_tokens()?;
    let tokenizer = metadata.text("tokenizer.ggml.model")?;
    let Some(vocabulary) = metadata.vocabulary() else {
        return Ok(());
    };
    if matches!(tokenizer, Some("none" | "no_vocab")) {
        return Ok(());
    }
    if let Some(word) = &vocabulary.duplicate {
        let word = word.clone();
        return Err(Damage::DuplicateToken { word });
    }
    match tokenizer {
        // Text that is in no word is written byte by byte.
        Some("llama") if !vocabulary.has_every_byte() => Err(Damage::NoBytes),
        // These have another way, and no words that stand for bytes.
        Some("bert" | "gpt2") if metadata.has_byte_tokens() => {
            Err(Damage::field("tokenizer.ggml.token_type"))
        }
        _ => Ok(()),
    }
}
