//! Names that this program does not know: a newer Charla has more of them.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A name as Charla writes it for a role or an ending, `end_of_reply` say, that this program
/// has no meaning for. It is kept as it is.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Word {
    bytes: [u8; Self::MOST_BYTES],
    length: u8,
}

impl Word {
    /// The longest name that any Charla gives.
    const MOST_BYTES: usize = 32;

    /// The name; `None` where no Charla can have given it.
    #[must_use]
    pub fn new(name: &str) -> Option<Self> {
        let is_plain = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'_';
        if name.is_empty() || !name.bytes().all(is_plain) {
            return None;
        }
        let mut bytes = [0; Self::MOST_BYTES];
        bytes
            .get_mut(..name.len())?
            .copy_from_slice(name.as_bytes());
        let length = u8::try_from(name.len()).ok()?;
        Some(Self { bytes, length })
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let bytes = self.bytes.get(..usize::from(self.length));
        str::from_utf8(bytes.unwrap_or_default()).unwrap_or_default()
    }
}

impl fmt::Debug for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

impl Serialize for Word {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(value: D) -> Result<Self, D::Error> {
        let name = String::deserialize(value)?;
        Self::new(&name)
            .ok_or_else(|| serde::de::Error::custom(format!("{name:?} is no name of Charla's")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::{Finish, Role};

    #[test]
    fn a_name_of_a_newer_charla_is_kept() {
        let read = |json: &str| serde_json::from_str::<(Role, Finish)>(json);
        let json = r#"["tool","tool_limit"]"#;
        let (role, finish) = read(json).unwrap();
        assert_eq!(role, Role::Other(Word::new("tool").unwrap()));
        assert_eq!(finish, Finish::Other(Word::new("tool_limit").unwrap()));
        assert_eq!(serde_json::to_string(&(role, finish)).unwrap(), json);
        let json = r#"["user","end_of_reply"]"#;
        assert_eq!(read(json).unwrap(), (Role::User, Finish::EndOfReply));
    }

    #[test]
    fn what_is_no_name_is_damage() {
        let long = "a".repeat(33);
        for bad in ["", "Tool", "us\u{1}r", "a b", "año", &long] {
            assert_eq!(Word::new(bad), None, "{bad}");
        }
    }
}
