//! The bytes of a file, in order, with every length checked against what is left of it.

use std::io::{BufReader, Read, Seek, SeekFrom};

use super::error::{Damage, Fault, Faulty};

/// Vocabularies are read word by word, and most words fit in a few bytes.
const BUFFER_BYTES: usize = 128 * 1024;
/// `GGUF_MAX_STRING_LENGTH` and `GGUF_MAX_ARRAY_ELEMENTS` of llama.cpp.
const MAX_LENGTH: u64 = 1 << 30;

/// A reader that knows where it is and where the file ends.
pub(super) struct Source<R> {
    reader: BufReader<R>,
    position: u64,
    size_bytes: u64,
}

impl<R: Read + Seek> Source<R> {
    pub(super) fn new(reader: R, size_bytes: u64) -> Self {
        Self {
            reader: BufReader::with_capacity(BUFFER_BYTES, reader),
            position: 0,
            size_bytes,
        }
    }

    pub(super) fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    pub(super) fn position(&self) -> u64 {
        self.position
    }

    /// Where the next `count` bytes end.
    fn end_of(&self, count: u64) -> Faulty<u64> {
        let end = self.position.saturating_add(count);
        if end > self.size_bytes {
            return Err(Fault::Truncated { needed_bytes: end });
        }
        Ok(end)
    }

    /// Fills the whole of `bytes`.
    pub(super) fn fill(&mut self, bytes: &mut [u8]) -> Faulty<()> {
        let end = self.end_of(bytes.len() as u64)?;
        self.reader.read_exact(bytes)?;
        self.position = end;
        Ok(())
    }

    /// Steps over `count` bytes.
    pub(super) fn skip(&mut self, count: u64) -> Faulty<()> {
        let end = self.end_of(count)?;
        let step = i64::try_from(count).map_err(|_| Fault::Truncated { needed_bytes: end })?;
        self.reader.seek_relative(step)?;
        self.position = end;
        Ok(())
    }

    /// Goes to a place that was passed before.
    pub(super) fn go_to(&mut self, position: u64) -> Faulty<()> {
        self.reader.seek(SeekFrom::Start(position))?;
        self.position = position;
        Ok(())
    }

    pub(super) fn u32(&mut self) -> Faulty<u32> {
        let mut bytes = [0; 4];
        self.fill(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    pub(super) fn u64(&mut self) -> Faulty<u64> {
        let mut bytes = [0; 8];
        self.fill(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    /// The length of a string or an array; `field` is what it is the length of.
    pub(super) fn length(&mut self, field: &str) -> Faulty<u64> {
        let length = self.u64()?;
        if length > MAX_LENGTH {
            return Err(Damage::overflow(field).into());
        }
        Ok(length)
    }

    /// A string into `bytes`, whose room is used again; `limit_bytes` is its greatest length.
    pub(super) fn string(
        &mut self,
        field: &str,
        limit_bytes: u64,
        bytes: &mut Vec<u8>,
    ) -> Faulty<()> {
        let length = self.length(field)?;
        self.check_room(length)?;
        let Some(size) = usize::try_from(length)
            .ok()
            .filter(|_| length <= limit_bytes)
        else {
            return Err(Damage::field(field).into());
        };
        bytes.resize(size, 0);
        self.fill(bytes)
    }

    /// The first `limit_bytes` of a string into `bytes`; the rest is stepped over. Returns how
    /// long it is.
    pub(super) fn start_of_string(
        &mut self,
        field: &str,
        limit_bytes: u64,
        bytes: &mut Vec<u8>,
    ) -> Faulty<u64> {
        let length = self.length(field)?;
        self.check_room(length)?;
        let kept = length.min(limit_bytes);
        bytes.resize(usize::try_from(kept).unwrap_or(0), 0);
        self.fill(bytes)?;
        self.skip(length - bytes.len() as u64)?;
        Ok(length)
    }

    /// Fails where the file does not hold `count` bytes more.
    pub(super) fn check_room(&self, count: u64) -> Faulty<()> {
        self.end_of(count).map(|_| ())
    }

    /// Steps over a string and says how long it was.
    pub(super) fn skip_string(&mut self, field: &str) -> Faulty<u64> {
        let length = self.length(field)?;
        self.skip(length)?;
        Ok(length)
    }
}
