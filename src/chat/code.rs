//! Ids as a person types and reads them: Crockford's base 32 in lower case, which has no
//! letters that look like digits (<https://www.crockford.com/base32.html>).

use super::{ChatId, FolderId, MessageId};

const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Digits that every 64-bit number fits into.
const MOST_DIGITS: usize = 13;

fn encode(mut number: u64) -> String {
    let mut digits = Vec::new();
    loop {
        digits.push(DIGITS[(number % 32) as usize]);
        number /= 32;
        if number == 0 {
            break;
        }
    }
    digits
        .iter()
        .rev()
        .map(|&digit| char::from(digit))
        .collect()
}

fn decode(code: &str) -> Option<u64> {
    if code.is_empty() || code.len() > MOST_DIGITS {
        return None;
    }
    code.bytes().try_fold(0_u64, |number, byte| {
        let digit = match byte.to_ascii_lowercase() {
            // What people read in their place.
            b'o' => 0,
            b'i' | b'l' => 1,
            byte => DIGITS.iter().position(|&digit| digit == byte)?,
        };
        number.checked_mul(32)?.checked_add(digit as u64)
    })
}

macro_rules! coded {
    ($($id:ident),*) => {$(
        impl $id {
            /// The id as a short word.
            #[must_use]
            pub fn code(self) -> String {
                encode(self.0)
            }

            /// Reads what [`code`](Self::code) has written, in either case.
            #[must_use]
            pub fn from_code(code: &str) -> Option<Self> {
                decode(code).map(Self)
            }
        }
    )*};
}

coded!(ChatId, MessageId, FolderId);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_again() {
        for number in [0, 31, 32, 1 << 52, u64::MAX] {
            assert_eq!(
                ChatId::from_code(&ChatId(number).code()),
                Some(ChatId(number))
            );
        }
        assert_eq!(ChatId(1 << 52).code(), "4000000000 0".replace(' ', ""));
        assert_eq!(MessageId::from_code("OiL"), Some(MessageId(33)));
        for bad in ["", "u", "zzzzzzzzzzzzz", "00000000000000", "ñ"] {
            assert_eq!(ChatId::from_code(bad), None, "{bad}");
        }
    }
}
