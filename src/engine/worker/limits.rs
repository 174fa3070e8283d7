//! What follows from a model and the machine before anything is asked of it: how much is
//! evaluated in one go, what can be taken back, and what its KV cache depends on.

use llama_cpp_2::context::params::LlamaContextParams;

use super::decoder::MAX_BATCH;
use super::load::Loaded;

/// The smallest chunk of a prompt, where even that takes long.
const MIN_CHUNK: usize = 32;

/// What a core of an old laptop computes in a second.
const FLOPS_A_THREAD: u64 = 32_000_000_000;

/// Everything that the values in the KV cache depend on beside model and tokens.
pub(super) fn describe(params: &LlamaContextParams) -> String {
    format!(
        "context {:?}, K {:?}, V {:?}, flash attention {:?}, whole windows {}",
        params.n_ctx(),
        params.type_k(),
        params.type_v(),
        params.flash_attention_policy(),
        params.swa_full()
    )
}

/// How long a sequence can be and still lose its end. A recurrent model never forgets a
/// part; one with a sliding window has already forgotten what lies outside of it.
pub(super) fn shrinks_to(loaded: &Loaded) -> usize {
    let model = &loaded.model;
    if model.is_recurrent() || model.is_hybrid() {
        return 0;
    }
    let architecture = model.meta_val_str("general.architecture");
    let key = architecture
        .as_ref()
        .map(|it| format!("{it}.attention.sliding_window"));
    let window = key.ok().and_then(|key| model.meta_val_str(&key).ok());
    let window = window.and_then(|it| it.parse().ok());
    // llama.cpp gives these a window whatever the file says.
    let fixed = match architecture.as_deref() {
        Ok("llama4") => Some(8192),
        Ok("gemma2" | "smallthinker" | "exaone4") => Some(4096),
        _ => None,
    };
    let window: Option<usize> = fixed.or(window).filter(|it| *it > 0);
    window.map_or(usize::MAX, |window| window - 1)
}

/// How many tokens of a prompt to evaluate in one go, so that a cancel is answered soon. It
/// follows from the model and the machine, not from a clock: flash attention gives slightly
/// other values for other chunks, and the same question is to get the same reply.
pub(super) fn chunk(parameters: u64, threads: u32, is_offloaded: bool) -> usize {
    let per_token = parameters.max(1) * 2;
    let fitting = FLOPS_A_THREAD * u64::from(threads) / per_token;
    let fitting = usize::try_from(fitting).unwrap_or(MAX_BATCH);
    match is_offloaded {
        true => MAX_BATCH,
        false => fitting.clamp(MIN_CHUNK, MAX_BATCH).next_power_of_two(),
    }
}

/// The same while others write, who are not to wait for long between two tokens.
pub(super) fn brief(chunk: usize) -> usize {
    (chunk / 4).max(MIN_CHUNK).min(chunk)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_follow_the_model_and_the_machine() {
        assert_eq!(chunk(135_000_000, 2, false), 256);
        assert_eq!(chunk(135_000_000, 8, false), 512);
        assert_eq!(chunk(8_000_000_000, 8, false), MIN_CHUNK);
        assert_eq!(chunk(8_000_000_000, 8, true), MAX_BATCH);
        assert_eq!(chunk(0, 1, false), MAX_BATCH);
    }
}
