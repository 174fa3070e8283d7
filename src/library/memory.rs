//! What a model will take of memory, told from its header alone.

use super::gguf::Header;
use crate::params::KvType;

/// Tokens that are read at once (`n_ubatch`), and conversations that are kept apart
/// (`n_seq_max`): what the engine loads models with.
const CHUNK_TOKENS: u64 = 512;
const CONVERSATIONS: u64 = 8;
/// llama.cpp rounds contexts up to this.
const CONTEXT_STEP: u64 = 256;
/// What the engine's process takes without a model: its program and llama.cpp's tables.
const PROCESS_BYTES: u64 = 44 << 20;

/// What a model takes with a context of some size, in bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Estimate {
    /// The weights.
    pub weight_bytes: u64,
    /// The KV cache, with the state of recurrent layers.
    pub kv_bytes: u64,
    /// What computing needs beside them, as llama.cpp reserves it.
    pub compute_bytes: u64,
    /// The part of that which a chat really touches.
    pub touched_bytes: u64,
    /// A draft model beside it, with a context of its own.
    pub draft_bytes: u64,
}

impl Estimate {
    /// Estimates it for a context of `context_tokens` whose keys and values are kept as
    /// `kv_type`, with flash attention.
    #[must_use]
    pub fn of(header: &Header, context_tokens: u32, kv_type: KvType) -> Self {
        let shape = &header.shape;
        let context = u64::from(context_tokens.max(1)).next_multiple_of(CONTEXT_STEP);
        // The cells of layers with a window (`llama-kv-cache-iswa.cpp`).
        let window = shape
            .window_tokens
            .saturating_mul(CONVERSATIONS)
            .saturating_add(CHUNK_TOKENS)
            .min(context)
            .next_multiple_of(CONTEXT_STEP);
        let numbers = shape
            .attended_width
            .saturating_mul(context)
            .saturating_add(shape.windowed_width.saturating_mul(window));
        let kv_bytes = (numbers / 32).saturating_mul(kv_type.block_bytes());
        let state_bytes = shape.state_width.saturating_mul(4 * CONVERSATIONS);

        // One chunk between two layers, in the widest part of one, and which token sees which;
        // and a number for each word of the vocabulary, for every token of the chunk.
        let chunk = CHUNK_TOKENS.min(context);
        let widest = shape
            .feed_forward_length
            .saturating_mul(2)
            .saturating_add(shape.embedding_length);
        let mask_bytes = context.saturating_mul(chunk * 2);
        let touched_bytes = widest.saturating_mul(chunk * 4).saturating_add(mask_bytes);
        let words = header.vocab_size.unwrap_or(0);
        Self {
            weight_bytes: header.weight_bytes,
            kv_bytes: kv_bytes.saturating_add(state_bytes),
            compute_bytes: words
                .saturating_mul(chunk * 4)
                .saturating_add(touched_bytes),
            touched_bytes,
            draft_bytes: 0,
        }
    }

    /// What must be free for llama.cpp to load it.
    #[must_use]
    pub fn needed_bytes(&self) -> u64 {
        self.weight_bytes
            .saturating_add(self.kv_bytes)
            .saturating_add(self.compute_bytes)
            .saturating_add(self.draft_bytes)
    }

    /// What the engine's process holds once the context is full: llama.cpp reserves room for
    /// the odds of all words after every token of a chunk, and a chat asks for the last only.
    #[must_use]
    pub fn resident_bytes(&self) -> u64 {
        self.weight_bytes
            .saturating_add(self.kv_bytes)
            .saturating_add(self.touched_bytes)
            .saturating_add(self.draft_bytes)
            .saturating_add(PROCESS_BYTES)
    }
}

#[cfg(test)]
mod tests {
    use super::super::gguf::Shape;
    use super::*;

    fn header(shape: Shape) -> Header {
        Header {
            weight_bytes: 1000,
            vocab_size: Some(49_152),
            shape,
            ..Header::default()
        }
    }

    #[test]
    fn every_token_of_the_context_has_its_keys_and_values() {
        let header = header(Shape {
            attended_width: 11_520,
            ..Shape::default()
        });
        let kv = |context, kv_type| Estimate::of(&header, context, kv_type).kv_bytes;
        assert_eq!(kv(8192, KvType::F16), 8192 * 11_520 * 2);
        assert_eq!(kv(8192, KvType::Q8_0), 8192 * 11_520 / 32 * 34);
        assert_eq!(kv(1, KvType::F16), kv(256, KvType::F16));
    }

    #[test]
    fn windows_and_states_do_not_grow_with_the_context() {
        let header = header(Shape {
            windowed_width: 1024,
            window_tokens: 512,
            state_width: 100,
            ..Shape::default()
        });
        let kv = |context| Estimate::of(&header, context, KvType::F16).kv_bytes;
        let state = 100 * 4 * 8;
        assert_eq!(kv(1 << 20), (512 * 8 + 512) * 1024 * 2 + state);
        assert_eq!(kv(1024), 1024 * 1024 * 2 + state);
    }

    #[test]
    fn an_absurd_header_is_an_absurd_number_and_no_overflow() {
        let wide = Shape {
            embedding_length: u64::MAX,
            feed_forward_length: u64::MAX,
            head_count: u64::MAX,
            attended_width: u64::MAX,
            windowed_width: u64::MAX,
            window_tokens: u64::MAX,
            state_width: u64::MAX,
        };
        let estimate = Estimate::of(&header(wide), u32::MAX, KvType::F16);
        assert_eq!(estimate.needed_bytes(), u64::MAX);
        assert_eq!(estimate.resident_bytes(), u64::MAX);
    }
}
