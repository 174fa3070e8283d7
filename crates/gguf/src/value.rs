//! Numbers of a header, of any of the format's types.

use std::fmt;
use std::io::{Read, Seek};

use super::error::Faulty;
use super::source::Source;

/// The type of a number (`gguf_type` in `gguf.h`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    U8,
    I8,
    U16,
    I16,
    U32,
    I32,
    F32,
    Bool,
    U64,
    I64,
    F64,
}

impl Kind {
    /// The type with this number, unless it is that of texts or arrays, or of nothing.
    pub(super) fn of(number: u32) -> Option<Self> {
        Some(match number {
            0 => Self::U8,
            1 => Self::I8,
            2 => Self::U16,
            3 => Self::I16,
            4 => Self::U32,
            5 => Self::I32,
            6 => Self::F32,
            7 => Self::Bool,
            10 => Self::U64,
            11 => Self::I64,
            12 => Self::F64,
            _ => return None,
        })
    }

    pub(super) fn size_bytes(self) -> u64 {
        match self {
            Self::U8 | Self::I8 | Self::Bool => 1,
            Self::U16 | Self::I16 => 2,
            Self::U32 | Self::I32 | Self::F32 => 4,
            Self::U64 | Self::I64 | Self::F64 => 8,
        }
    }
}

/// A number as it stands in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Scalar {
    kind: Kind,
    /// Its bytes, the rest zero.
    bytes: [u8; 8],
}

impl Scalar {
    pub(super) fn read<R: Read + Seek>(source: &mut Source<R>, kind: Kind) -> Faulty<Self> {
        let mut bytes = [0; 8];
        let (used, _) = bytes.split_at_mut(match kind.size_bytes() {
            1 => 1,
            2 => 2,
            4 => 4,
            _ => 8,
        });
        source.fill(used)?;
        Ok(Self { kind, bytes })
    }

    pub(super) fn kind(self) -> Kind {
        self.kind
    }

    /// Its value, where it is a whole number and not negative.
    pub(super) fn unsigned(self) -> Option<u64> {
        match self.kind {
            Kind::F32 | Kind::F64 => None,
            _ => u64::try_from(self.whole()).ok(),
        }
    }

    /// Its value, where it is a fraction of 32 bits.
    pub(super) fn float(self) -> Option<f32> {
        (self.kind == Kind::F32).then(|| f32::from_le_bytes(self.first_four()))
    }

    fn first_four(self) -> [u8; 4] {
        let [first, second, third, fourth, ..] = self.bytes;
        [first, second, third, fourth]
    }

    fn whole(self) -> i128 {
        let [first, second, ..] = self.bytes;
        match self.kind {
            Kind::I8 => i8::from_le_bytes([first]).into(),
            Kind::I16 => i16::from_le_bytes([first, second]).into(),
            Kind::I32 => i32::from_le_bytes(self.first_four()).into(),
            Kind::I64 => i64::from_le_bytes(self.bytes).into(),
            _ => u64::from_le_bytes(self.bytes).into(),
        }
    }
}

impl fmt::Display for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Kind::Bool => write!(f, "{}", self.bytes != [0; 8]),
            Kind::F32 => write!(f, "{}", f32::from_le_bytes(self.first_four())),
            Kind::F64 => write!(f, "{}", f64::from_le_bytes(self.bytes)),
            _ => write!(f, "{}", self.whole()),
        }
    }
}
