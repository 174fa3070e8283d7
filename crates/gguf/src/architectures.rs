//! Which architectures the llama.cpp of this build knows, and which tensors it reads of each.
//!
//! The table beside this file has a line for each architecture: its name, then its tensors
//! without their last part ("weight", "bias"), `*` standing for `blk.` and the number of a
//! layer. A test holds it against llama.cpp's source; what differs there is written to a file
//! that can take its place.

use std::collections::HashMap;
use std::sync::LazyLock;

static TABLE: LazyLock<HashMap<&str, Vec<&str>>> = LazyLock::new(|| {
    let lines = include_str!("architectures.txt").lines();
    lines
        .filter_map(|line| {
            let mut words = line.split(' ');
            Some((words.next()?, words.collect()))
        })
        .collect()
});

/// Whether llama.cpp can load models of this architecture.
pub(super) fn is_known(architecture: &str) -> bool {
    TABLE.contains_key(architecture)
}

/// Whether llama.cpp reads tensors of this kind of such models. It refuses a file with a tensor
/// that nothing reads.
pub(super) fn has_tensor(architecture: &str, kind: &str) -> bool {
    let Some(kinds) = TABLE.get(architecture) else {
        return true;
    };
    let (stem, last) = kind.rsplit_once('.').unwrap_or((kind, ""));
    // Scales of packed weights go with the weights, whichever tensor those are.
    matches!(last, "scale" | "input_scale") || kinds.contains(&kind) || kinds.contains(&stem)
}

/// What kind of tensor a name stands for: `blk.3.ffn_gate.7.weight` → `*ffn_gate.%d.weight`.
pub(super) fn kind_of(name: &str) -> String {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|it| it.is_ascii_digit());
    let parts: Vec<&str> = name
        .split('.')
        .map(|part| match is_number(part) {
            true => "%d",
            false => part,
        })
        .collect();
    let kind = parts.join(".");
    match kind.strip_prefix("blk.%d.") {
        Some(in_layer) => format!("*{in_layer}"),
        None => kind,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_kinds() {
        for (name, kind) in [
            ("output.weight", "output.weight"),
            ("blk.11.attn_q.weight", "*attn_q.weight"),
            ("blk.3.ffn_gate.7.weight", "*ffn_gate.%d.weight"),
            ("blk..x", "blk..x"),
        ] {
            assert_eq!(kind_of(name), kind);
        }
    }

    #[test]
    fn tensors_belong_to_architectures() {
        assert!(is_known("llama") && is_known("gpt-oss") && !is_known("gptj"));
        assert!(has_tensor("llama", "output.weight"));
        assert!(!has_tensor("gemma", "output.weight"), "it uses its words");
        assert!(has_tensor("mamba", "*ssm_a"), "without a last part");
        assert!(has_tensor("gemma", "*attn_q.scale"));
        assert!(!has_tensor("qwen3", "*ffn_gate.%d.weight"));
    }
}
