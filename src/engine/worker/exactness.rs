//! Whether this machine computes the same for several tokens at a time as for one by one.
//!
//! It should, but kernels add up in different orders: ggml's flash attention, for one, splits
//! the work of a single token over the threads, and that of several does not. Then a guess
//! that is checked changes the values that come after it, and with them, sooner or later, a
//! greedy reply. So it is tried out, once for each way of computing that is known to differ.

use std::collections::BTreeMap;

use llama_cpp_2::token::LlamaToken;

use super::decoder::{Logits, Sequence};
use super::kv::{Kv, More, Unevaluated};
use crate::engine::fault::Fault;

/// ggml's flash attention splits from 512 cells on, and llama.cpp rounds what is in use up
/// to a multiple of 256.
const SPLIT_FROM_CELLS: usize = 256;

/// Tokens that are tried out.
const TRIED: usize = 6;

/// What has been found.
#[derive(Debug, Default)]
pub(super) struct Exactness(BTreeMap<(u32, bool), bool>);

impl Exactness {
    /// Whether the logits of `batch` at the end of a sequence, evaluated in one go, are
    /// those of its tokens one by one, to the last bit. The sequence is left as it was.
    pub(super) fn of(
        &mut self,
        kv: &mut Kv<'_>,
        sequence: Sequence,
        batch: &[LlamaToken],
    ) -> Result<bool, Fault> {
        let splits = kv.span() >= SPLIT_FROM_CELLS;
        if !splits && kv.span() + batch.len() > SPLIT_FROM_CELLS {
            // Half of them would be computed one way, half the other.
            return Ok(false);
        }
        let way = (kv.decoder().threads(), splits);
        if let Some(&known) = self.0.get(&way) {
            return Ok(known);
        }
        let length = kv.len(sequence);
        let tried = batch.get(..TRIED.min(batch.len())).unwrap_or_default();
        if !evaluate(kv, sequence, tried, Logits::All)? {
            return Ok(false);
        }
        let mut together = Vec::new();
        for index in 0..tried.len() {
            together.push(logits(kv, index)?);
        }
        let mut is_exact = kv.cut(sequence, length);
        for (token, together) in tried.iter().zip(together) {
            is_exact &= evaluate(kv, sequence, &[*token], Logits::Last)?;
            is_exact &= logits(kv, 0)? == together;
        }
        is_exact &= kv.cut(sequence, length);
        self.0.insert(way, is_exact);
        Ok(is_exact)
    }
}

/// `false` where the KV cache has no room for them.
fn evaluate(
    kv: &mut Kv<'_>,
    sequence: Sequence,
    tokens: &[LlamaToken],
    logits: Logits,
) -> Result<bool, Fault> {
    let more = More {
        sequence,
        tokens,
        logits,
    };
    match kv.evaluate(&[more]) {
        Ok(()) => Ok(true),
        Err(Unevaluated::Full) => Ok(false),
        Err(problem) => Err(problem.into()),
    }
}

/// The bits of the logits at a place of the last batch.
fn logits(kv: &Kv<'_>, index: usize) -> Result<Vec<u32>, Fault> {
    let index = i32::try_from(index).unwrap_or(i32::MAX);
    let logits = kv.decoder().context()?.get_logits_ith(index);
    Ok(logits.iter().map(|logit| logit.to_bits()).collect())
}
