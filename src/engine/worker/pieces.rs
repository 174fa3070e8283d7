//! From tokens' bytes to text: whole characters only.

/// Collects the bytes of a reply and gives out its characters.
#[derive(Debug, Default)]
pub(super) struct Pieces {
    /// The beginning of a character whose rest has not come yet. At the end of a reply it is
    /// left out: half of it is not what the model meant to write.
    bytes: Vec<u8>,
}

impl Pieces {
    /// Adds the bytes of a token; the characters that are whole by now.
    pub(super) fn push(&mut self, bytes: &[u8]) -> String {
        self.bytes.extend_from_slice(bytes);
        let mut made = String::new();
        loop {
            match std::str::from_utf8(&self.bytes) {
                Ok(text) => {
                    made.push_str(text);
                    self.bytes.clear();
                    return made;
                }
                Err(error) => {
                    let (valid, rest) = self.bytes.split_at(error.valid_up_to());
                    made.push_str(&String::from_utf8_lossy(valid));
                    let Some(invalid) = error.error_len() else {
                        self.bytes = rest.to_vec();
                        return made;
                    };
                    made.push(char::REPLACEMENT_CHARACTER);
                    self.bytes = rest.get(invalid..).unwrap_or_default().to_vec();
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_come_whole() {
        let family = "👩‍👩‍👧";
        let (first, last) = family.as_bytes().split_at(6);
        let cases: [(&[&[u8]], &[&str]); 4] = [
            (
                &[b"a", &first[..3], &first[3..], last],
                &["a", "", "👩", "\u{200d}👩\u{200d}👧"],
            ),
            (&["ñ".as_bytes(), &[0xc3], &[0xb1]], &["ñ", "", "ñ"]),
            (&[b"x", &[0xff], b"y"], &["x", "\u{fffd}", "y"]),
            (&[b"x", &[0xe2, 0x82]], &["x", ""]),
        ];
        for (tokens, wanted) in cases {
            let mut pieces = Pieces::default();
            let got: Vec<_> = tokens.iter().map(|token| pieces.push(token)).collect();
            assert_eq!(got, wanted, "{tokens:?}");
        }
    }
}
