//! What a model will take of memory, told from its header alone.

use super::Header;

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
    /// Estimates it for a context of `context_tokens` whose keys and values take
    /// `kv_block_bytes` for 32 of their numbers, with flash attention.
    #[must_use]
    pub fn of(header: &Header, context_tokens: u32, kv_block_bytes: u64) -> Self {
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
        let kv_bytes = (numbers / 32).saturating_mul(kv_block_bytes);
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

/// How a model is going to compute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Computing {
    /// Tokens its context holds.
    pub context_tokens: u32,
    /// Bytes of 32 numbers of the KV cache.
    pub kv_block_bytes: u64,
    /// Tokens of a batch.
    pub batch_tokens: u64,
    /// Whether attention may come to be computed with its large intermediate result.
    pub may_lack_flash_attention: bool,
}

/// Never less than what the model of a header takes with such a context, in bytes, and often
/// much more: where so much is free, nobody need look closer. `None` for a model that keeps
/// something else than keys and values.
#[must_use]
pub fn upper_bound(header: &Header, computing: &Computing) -> Option<u64> {
    /// More words than most vocabularies have.
    const MOST_WORDS: u64 = 262_144;
    let shape = &header.shape;
    if shape.keeps_state || shape.embedding_length == 0 || shape.head_count == 0 {
        return None;
    }
    let context = u64::from(computing.context_tokens).next_multiple_of(CONTEXT_STEP);
    let batch = computing.batch_tokens;
    // As if no layer had a window.
    let per_token = shape.attended_width.saturating_add(shape.windowed_width);
    let kv_bytes = per_token
        .saturating_mul(context)
        .saturating_mul(computing.kv_block_bytes)
        / 32;
    // Without flash attention, each head has a number for each pair of a token of the batch
    // and one of the context, twice; with it, all heads share a mask.
    let scores = match computing.may_lack_flash_attention {
        true => shape.head_count.saturating_mul(2).saturating_add(2),
        false => 2,
    };
    let score_bytes = scores.saturating_mul(context).saturating_mul(batch * 4);
    // Where the file says nothing of it.
    let feed_forward_length = match shape.feed_forward_length {
        0 => shape.embedding_length.saturating_mul(8),
        length => length,
    };
    let widest = shape
        .embedding_length
        .saturating_add(feed_forward_length)
        .saturating_mul(8)
        .saturating_add(header.vocab_size.unwrap_or(MOST_WORDS));
    let compute_bytes = score_bytes.saturating_add(widest.saturating_mul(batch * 4));
    let sum = header.file_size_bytes.saturating_add(kv_bytes);
    Some(sum.saturating_add(compute_bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Shape;

    /// Bytes of 32 numbers of two bytes each, and of a packed type.
    const F16: u64 = 64;
    const Q8_0: u64 = 34;

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
        let kv = |context, block_bytes| Estimate::of(&header, context, block_bytes).kv_bytes;
        assert_eq!(kv(8192, F16), 8192 * 11_520 * 2);
        assert_eq!(kv(8192, Q8_0), 8192 * 11_520 / 32 * 34);
        assert_eq!(kv(1, F16), kv(256, F16));
    }

    #[test]
    fn windows_and_states_do_not_grow_with_the_context() {
        let header = header(Shape {
            windowed_width: 1024,
            window_tokens: 512,
            state_width: 100,
            ..Shape::default()
        });
        let kv = |context| Estimate::of(&header, context, F16).kv_bytes;
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
            keeps_state: true,
        };
        let estimate = Estimate::of(&header(wide), u32::MAX, F16);
        assert_eq!(estimate.needed_bytes(), u64::MAX);
        assert_eq!(estimate.resident_bytes(), u64::MAX);
    }

    #[test]
    fn the_bound_lies_above_what_llama_cpp_has_taken() {
        // The default model, SmolLM2 135M Q4_1.
        let smol = Header {
            file_size_bytes: 98_362_432,
            vocab_size: Some(49_152),
            shape: Shape {
                embedding_length: 576,
                feed_forward_length: 1536,
                head_count: 9,
                attended_width: 30 * 3 * 128,
                ..Shape::default()
            },
            ..Header::default()
        };
        // MiB of weights, KV cache and compute buffers as llama.cpp said, with flash
        // attention, in batches of 512.
        let said = [(512, F16, 205), (8192, F16, 381), (8192, Q8_0, 297_u64)];
        for (context_tokens, kv_block_bytes, mib) in said {
            let computing = Computing {
                context_tokens,
                kv_block_bytes,
                batch_tokens: 512,
                may_lack_flash_attention: kv_block_bytes == F16,
            };
            let bound = upper_bound(&smol, &computing).unwrap();
            let taken = mib << 20;
            assert!(bound > taken, "{context_tokens}: {bound} < {taken}");
            assert!(
                bound < taken * 4,
                "{context_tokens}: {bound} is far above {taken}"
            );
            let estimate = Estimate::of(&smol, context_tokens, kv_block_bytes);
            assert!(bound > estimate.needed_bytes());
        }
    }

    #[test]
    fn there_is_no_bound_for_what_is_not_known() {
        let computing = Computing {
            context_tokens: u32::MAX,
            kv_block_bytes: F16,
            batch_tokens: 512,
            may_lack_flash_attention: true,
        };
        let bound = |shape| upper_bound(&header(shape), &computing);
        let plain = Shape {
            embedding_length: 576,
            head_count: 9,
            ..Shape::default()
        };
        let with_length = Shape {
            feed_forward_length: 1536,
            ..plain
        };
        assert!(bound(plain) > bound(with_length), "the most is assumed");
        for shape in [
            Shape::default(),
            Shape {
                keeps_state: true,
                ..plain
            },
        ] {
            assert_eq!(bound(shape), None);
        }
        let absurd = Shape {
            attended_width: u64::MAX,
            embedding_length: u64::MAX,
            head_count: u64::MAX,
            ..plain
        };
        assert_eq!(bound(absurd), Some(u64::MAX));
    }
}
