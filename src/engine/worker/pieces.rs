//! From tokens' bytes to pieces of text: whole characters only, and nothing that may turn
//! out to be a stop string.

/// Collects the bytes of a reply and gives out its text.
#[derive(Debug, Default)]
pub(super) struct Pieces {
    /// The beginning of a character whose rest has not come yet.
    bytes: Vec<u8>,
    /// Text that may be the beginning of a stop string.
    held: String,
    stops: Vec<String>,
}

/// What a token has brought.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) text: String,
    /// Whether a stop string has come up; `text` ends before it.
    pub(super) is_stopped: bool,
}

impl Pieces {
    /// Empty stop strings are left out: they would end every reply at once.
    pub(super) fn new(stops: &[String]) -> Self {
        Self {
            stops: stops.iter().filter(|it| !it.is_empty()).cloned().collect(),
            ..Self::default()
        }
    }

    /// Adds the bytes of a token.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Piece {
        self.bytes.extend_from_slice(bytes);
        self.take_characters();
        if self.stops.is_empty() {
            return Piece {
                text: std::mem::take(&mut self.held),
                is_stopped: false,
            };
        }
        let found = self.stops.iter().filter_map(|stop| self.held.find(stop));
        if let Some(at) = found.min() {
            self.held.truncate(at);
            return Piece {
                text: std::mem::take(&mut self.held),
                is_stopped: true,
            };
        }
        let kept = self.undecided();
        let rest = self.held.split_off(self.held.len() - kept);
        Piece {
            text: std::mem::replace(&mut self.held, rest),
            is_stopped: false,
        }
    }

    /// What was held back, now that no more tokens come. A character that was cut off is
    /// left out: half of it is not what the model meant to write.
    pub(super) fn finish(&mut self) -> String {
        self.bytes.clear();
        std::mem::take(&mut self.held)
    }

    /// Moves whole characters from the bytes to the text.
    fn take_characters(&mut self) {
        loop {
            match std::str::from_utf8(&self.bytes) {
                Ok(text) => {
                    self.held.push_str(text);
                    self.bytes.clear();
                    return;
                }
                Err(error) => {
                    let (valid, rest) = self.bytes.split_at(error.valid_up_to());
                    self.held.push_str(&String::from_utf8_lossy(valid));
                    let Some(invalid) = error.error_len() else {
                        self.bytes = rest.to_vec();
                        return;
                    };
                    self.held.push(char::REPLACEMENT_CHARACTER);
                    self.bytes = rest.get(invalid..).unwrap_or_default().to_vec();
                }
            }
        }
    }

    /// How many bytes at the end of the text may begin a stop string.
    fn undecided(&self) -> usize {
        let begins_stop = |tail: &str| self.stops.iter().any(|stop| stop.starts_with(tail));
        self.held
            .char_indices()
            .map(|(at, _)| &self.held[at..])
            .find(|tail| begins_stop(tail))
            .map_or(0, str::len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pieces that come of `tokens`, and what is left at the end.
    fn check(stops: &[&str], tokens: &[&[u8]], pieces: &[&str], rest: &str, is_stopped: bool) {
        let stops: Vec<_> = stops.iter().map(|&it| it.to_owned()).collect();
        let mut all = Pieces::new(&stops);
        let got: Vec<_> = tokens.iter().map(|token| all.push(token)).collect();
        let texts: Vec<_> = got.iter().map(|piece| piece.text.as_str()).collect();
        assert_eq!(texts, pieces, "{tokens:?}");
        assert_eq!(got.iter().any(|piece| piece.is_stopped), is_stopped);
        assert_eq!(all.finish(), rest);
    }

    #[test]
    fn characters_come_whole() {
        let family = "👩‍👩‍👧";
        let (first, last) = family.as_bytes().split_at(6);
        check(
            &[],
            &[b"a", &first[..3], &first[3..], last],
            &["a", "", "👩", "\u{200d}👩\u{200d}👧"],
            "",
            false,
        );
        check(
            &[],
            &["ñ".as_bytes(), &[0xc3], &[0xb1]],
            &["ñ", "", "ñ"],
            "",
            false,
        );
        check(
            &[],
            &[b"x", &[0xff], b"y"],
            &["x", "\u{fffd}", "y"],
            "",
            false,
        );
        check(&[], &[b"x", &[0xe2, 0x82]], &["x", ""], "", false);
    }

    #[test]
    fn a_stop_string_is_never_shown() {
        check(&["END"], &[b"a E", b"N", b"D b"], &["a ", "", ""], "", true);
        check(
            &["END"],
            &[b"a E", b"N", b"O"],
            &["a ", "", "ENO"],
            "",
            false,
        );
        check(&["END"], &[b"EEN", b"D"], &["E", ""], "", true);
        check(&["\n\n", "x"], &[b"1\n", b"2x3"], &["1", "\n2"], "", true);
        check(&["END"], &[b"EN"], &[""], "EN", false);
        check(&[""], &[b"EN"], &["EN"], "", false);
        check(
            &["señal"],
            &["se".as_bytes(), "ñ".as_bytes(), b"or"],
            &["", "", "señor"],
            "",
            false,
        );
    }
}
