//! The random numbers of a tiny model, and the types they are stored in.

use std::io::Write;

/// What matrices are stored in; everything else is F32.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weights {
    F32,
    F16,
    /// Blocks of 32 signed bytes with a scale.
    Q8_0,
    /// Blocks of 32 half bytes with a scale.
    Q4_0,
}

/// How a type is stored, as in ggml's `ggml.h` and `ggml-common.h`.
struct Storage {
    /// Of `enum ggml_type`.
    type_id: u32,
    /// Of `enum llama_ftype` in `llama.h`.
    file_type: u32,
    block_elements: usize,
    block_bytes: usize,
    /// The deviation of the weights in a block whose scale is 1 and whose bits are random.
    deviation: f32,
}

impl Weights {
    fn storage(self) -> Storage {
        let (type_id, file_type, block_elements, block_bytes, deviation) = match self {
            Self::F32 => (0, 0, 1, 4, 1.0),
            Self::F16 => (1, 1, 1, 2, 1.0),
            Self::Q8_0 => (8, 7, 32, 34, 73.9),
            Self::Q4_0 => (2, 2, 32, 18, 4.6),
        };
        Storage {
            type_id,
            file_type,
            block_elements,
            block_bytes,
            deviation,
        }
    }

    pub(super) fn file_type(self) -> u32 {
        self.storage().file_type
    }

    /// The bytes of a row of `length` weights with this deviation.
    fn row(self, length: usize, deviation: f32, random: &mut Random) -> Vec<u8> {
        let mut real = || deviation * random.real();
        match self {
            Self::F32 => (0..length).flat_map(|_| real().to_le_bytes()).collect(),
            Self::F16 => (0..length)
                .flat_map(|_| half(real()).to_le_bytes())
                .collect(),
            Self::Q8_0 | Self::Q4_0 => self.blocks(length, deviation, random),
        }
    }

    fn blocks(self, length: usize, deviation: f32, random: &mut Random) -> Vec<u8> {
        let storage = self.storage();
        let count = length / storage.block_elements;
        let mut bytes = Vec::with_capacity(count * storage.block_bytes);
        for _ in 0..count {
            // A scale below zero is as good as one above, and keeps the mean at zero.
            let scale = random.real().signum() * deviation / storage.deviation;
            bytes.extend(half(scale).to_le_bytes());
            for _ in 0..(storage.block_bytes - 2) / 8 {
                bytes.extend(random.bits().to_le_bytes());
            }
        }
        bytes
    }
}

/// What is in a tensor.
#[derive(Debug, Clone)]
pub(super) enum Fill {
    /// The same number everywhere.
    Constant(f32),
    /// The same number in the first half of the row, and zeros.
    Half(f32),
    /// Numbers with this deviation, in a tensor that is never quantised.
    Random(f32),
    /// Each row times an input of deviation 1 gives a number of this deviation.
    Matrix(f32),
    /// A row for each word, with numbers of this deviation.
    Embedding(f32),
    /// A matrix that makes the logits, of this deviation. A word that is not to be said has
    /// a row of zeros: its logit is zero, which is far below that of the likeliest word.
    Output { deviation: f32, is_said: Vec<bool> },
    /// How fast each state of a channel is forgotten: the slowest over hundreds of tokens.
    Rates,
}

/// A tensor to be written. Its first length is that of its rows.
pub(super) struct Tensor {
    pub(super) name: String,
    pub(super) lengths: Vec<usize>,
    pub(super) fill: Fill,
}

impl Tensor {
    fn weights(&self, matrices: Weights) -> Weights {
        match self.fill {
            Fill::Constant(_) | Fill::Half(_) | Fill::Random(_) | Fill::Rates => Weights::F32,
            Fill::Matrix(_) | Fill::Embedding(_) | Fill::Output { .. } => matrices,
        }
    }

    /// The number of its type, and its size in bytes.
    pub(super) fn storage(&self, matrices: Weights) -> (u32, usize) {
        let storage = self.weights(matrices).storage();
        let elements: usize = self.lengths.iter().product();
        let size_bytes = elements / storage.block_elements * storage.block_bytes;
        (storage.type_id, size_bytes)
    }

    pub(super) fn write(&self, matrices: Weights, random: &mut Random, file: &mut impl Write) {
        let weights = self.weights(matrices);
        let length = self.lengths[0];
        // So that a sum over the row has the deviation 1.
        let share = f32::from(u16::try_from(length).unwrap()).sqrt().recip();
        for row in 0..self.lengths[1..].iter().product() {
            let bytes = match &self.fill {
                Fill::Constant(number) => number.to_le_bytes().repeat(length),
                Fill::Half(number) => {
                    let mut bytes = number.to_le_bytes().repeat(length / 2);
                    bytes.resize(4 * length, 0);
                    bytes
                }
                Fill::Rates => (1_u16..)
                    .take(length)
                    .flat_map(|state| (f32::from(state) / -64.0).to_le_bytes())
                    .collect(),
                Fill::Random(deviation) | Fill::Embedding(deviation) => {
                    weights.row(length, *deviation, random)
                }
                Fill::Matrix(deviation) => weights.row(length, deviation * share, random),
                Fill::Output { deviation, is_said } => {
                    let mut bytes = weights.row(length, deviation * share, random);
                    if !is_said[row] {
                        bytes.fill(0);
                    }
                    bytes
                }
            };
            file.write_all(&bytes).unwrap();
        }
    }
}

/// `SplitMix64`: the same numbers for the same seed, on every machine.
/// Source: <https://prng.di.unimi.it/splitmix64.c>.
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// A number with the mean 0 and the deviation 1.
    fn real(&mut self) -> f32 {
        let fraction = u32::try_from(self.bits() >> 41).unwrap();
        // From 2 to 4: the bits of a fraction behind the exponent of 2.
        let number = f32::from_bits(2.0_f32.to_bits() | fraction);
        (number - 3.0) * 3.0_f32.sqrt()
    }
}

/// The bits of the next 16-bit number toward zero; those too small for one become zero.
fn half(number: f32) -> u16 {
    let bits = number.to_bits();
    let sign = (bits >> 16) & 0x8000;
    // The exponents of the two differ by 112, which is 127 less 15.
    let magnitude = ((bits & 0x7fff_ffff) >> 13).saturating_sub(112 << 10);
    let normal = if magnitude < 1 << 10 { 0 } else { magnitude };
    u16::try_from(sign | normal).unwrap()
}
