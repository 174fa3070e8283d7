//! How Charla's types stand in columns.

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::chat::{ChatId, FolderId, MessageId, Timings};
use crate::lenient;
use crate::params::Sampling;

macro_rules! id_column {
    ($($id:ident),*) => {$(
        impl ToSql for $id {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                // Ids have 63 bits at most.
                Ok(self.0.cast_signed().into())
            }
        }

        impl FromSql for $id {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                value.as_i64().map(|number| Self(number.cast_unsigned()))
            }
        }
    )*};
}

id_column!(ChatId, MessageId, FolderId);

/// A unit enum as its serde name: `user`, `end_of_reply`.
pub(in crate::store) struct Name<T>(pub(in crate::store) T);

impl<T: Serialize> ToSql for Name<T> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        match serde_json::to_value(&self.0) {
            Ok(serde_json::Value::String(name)) => Ok(name.into()),
            Ok(_) => Err(rusqlite::Error::ToSqlConversionFailure("no name".into())),
            Err(error) => Err(rusqlite::Error::ToSqlConversionFailure(error.into())),
        }
    }
}

impl<T: DeserializeOwned> FromSql for Name<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let name = serde_json::Value::String(value.as_str()?.to_owned());
        serde_json::from_value(name)
            .map(Self)
            .map_err(FromSqlError::other)
    }
}

/// Names and values of JSON.
type Map = serde_json::Map<String, serde_json::Value>;

/// A value that is kept with what a newer Charla has added to it.
pub(in crate::store) trait Kept: Serialize + DeserializeOwned {
    /// What this program does not understand of it.
    fn unknown(&self) -> Option<&Map> {
        None
    }

    /// Takes that in.
    fn take_unknown(&mut self, _: Map) {}
}

impl Kept for Sampling {
    fn unknown(&self) -> Option<&Map> {
        Some(&self.unknown).filter(|it| !it.is_empty())
    }

    fn take_unknown(&mut self, unknown: Map) {
        self.unknown = unknown;
    }
}

// They are never written again, so that nothing of them can be lost.
impl Kept for Timings {}

/// A value as JSON.
#[derive(Debug, Clone, Copy)]
pub(in crate::store) struct Json<T>(pub(in crate::store) T);

impl<T: Kept> Serialize for Json<T> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let Some(unknown) = self.0.unknown() else {
            return self.0.serialize(out);
        };
        match serde_json::to_value(&self.0).map_err(serde::ser::Error::custom)? {
            serde_json::Value::Object(mut map) => {
                lenient::put_back(&mut map, unknown);
                map.serialize(out)
            }
            other => other.serialize(out),
        }
    }
}

impl<'de, T: Kept> Deserialize<'de> for Json<T> {
    fn deserialize<D: Deserializer<'de>>(value: D) -> Result<Self, D::Error> {
        let read = |map: &Map| T::deserialize(serde_json::Value::Object(map.clone()));
        let whole = Map::deserialize(value)?;
        if let Ok(value) = read(&whole) {
            return Ok(Self(value));
        }
        let (known, rest) = lenient::split(&whole, &[], &|map| read(map).is_ok());
        let mut value = read(&known).map_err(serde::de::Error::custom)?;
        value.take_unknown(rest);
        Ok(Self(value))
    }
}

impl<T: Kept> ToSql for Json<T> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        match serde_json::to_string(self) {
            Ok(json) => Ok(json.into()),
            Err(error) => Err(rusqlite::Error::ToSqlConversionFailure(error.into())),
        }
    }
}

impl<T: Kept> FromSql for Json<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let json = value.as_str()?;
        // Nearly all of them are understood at once, and a chat may have thousands.
        serde_json::from_str(json)
            .map(Self)
            .or_else(|_| serde_json::from_str::<Self>(json))
            .map_err(FromSqlError::other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_newer_charla_has_added_is_read_around_and_written_back() {
        let json = r#"{"mirostat":3,"seed":7,"smoothing":{"by":0.5},"temperature":0.5}"#;
        let read = |json: &str| {
            let value = ValueRef::Text(json.as_bytes());
            Json::<Sampling>::column_result(value).map(|it| it.0)
        };
        let mut sampling = read(json).unwrap();
        assert_eq!((sampling.seed, sampling.temperature), (Some(7), Some(0.5)));
        assert_eq!(sampling.mirostat, None);
        assert_eq!(sampling.unknown.len(), 2);
        assert_eq!(sorted(&sampling), json);
        sampling.mirostat = Some(true);
        let json = json.replace('3', "true");
        assert_eq!(sorted(&sampling), json);
        for damaged in ["{\"seed\":7", "7", ""] {
            assert!(read(damaged).is_err(), "{damaged}");
        }
        let timings = br#"{"prompt_tokens":3,"first_token_ms":"soon","watts":4}"#;
        let timings = Json::<Timings>::column_result(ValueRef::Text(timings)).unwrap();
        assert_eq!(timings.0.prompt_tokens, 3);
    }

    fn sorted(sampling: &Sampling) -> String {
        let value = serde_json::to_value(Json(sampling.clone())).unwrap();
        value.to_string()
    }
}
