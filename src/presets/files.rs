//! One preset or persona in one file: TOML, or JSON where it comes from elsewhere.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Error, Persona, Preset};
use crate::lenient::{self, Rest};

/// What has a file of its own.
pub(super) trait Filed: Serialize + DeserializeOwned {
    /// What must be there.
    const REQUIRED: &'static [&'static str];

    /// What its file says beside.
    fn unknown(&mut self) -> &mut Rest;
}

impl Filed for Preset {
    const REQUIRED: &'static [&'static str] = &["name"];

    fn unknown(&mut self) -> &mut Rest {
        &mut self.unknown
    }
}

impl Filed for Persona {
    const REQUIRED: &'static [&'static str] = &["name", "prompt"];

    fn unknown(&mut self) -> &mut Rest {
        &mut self.unknown
    }
}

/// More than any preset has, with a long grammar in it.
const MAX_BYTES: u64 = 4 << 20;

/// Reads a preset that somebody gives the user: TOML or JSON, whatever the file is called.
///
/// # Errors
/// [`Error::Unreadable`] and [`Error::Broken`].
pub fn import(path: &Path) -> Result<Preset, Error> {
    let mut preset: Preset = read(path)?;
    preset.name = preset.name.trim().to_owned();
    if preset.name.is_empty() {
        let stem = path.file_stem().unwrap_or_default();
        preset.name = stem.to_string_lossy().into_owned();
    }
    Ok(preset)
}

/// Writes a preset to give it to somebody, as JSON where the file is called so.
///
/// # Errors
/// [`Error::Unwritable`]; what was there before is still there.
pub fn export(preset: &Preset, path: &Path) -> Result<(), Error> {
    let is_json = path
        .extension()
        .is_some_and(|it| it.eq_ignore_ascii_case("json"));
    let write = || -> io::Result<()> {
        let table = preset.unknown.with(preset).map_err(io::Error::other)?;
        let text = match is_json {
            true => serde_json::to_string_pretty(&table).map_err(io::Error::other)?,
            false => toml::to_string_pretty(&table).map_err(io::Error::other)?,
        };
        filekit::replace_with(path, |file| io::Write::write_all(file, text.as_bytes()))
    };
    write().map_err(|error| unwritable(path, &error))
}

pub(super) fn read<T: Filed>(path: &Path) -> Result<T, Error> {
    let broken = |reason: String| Error::Broken {
        path: path.to_owned(),
        reason,
    };
    let mut text = String::new();
    let read =
        fs::File::open(path).and_then(|file| file.take(MAX_BYTES + 1).read_to_string(&mut text));
    match read {
        Ok(bytes) if bytes as u64 > MAX_BYTES => {
            return Err(broken(format!("it has more than {MAX_BYTES} bytes")));
        }
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::InvalidData => {
            return Err(broken("it is not text in UTF-8".to_owned()));
        }
        Err(error) => {
            return Err(Error::Unreadable {
                path: path.to_owned(),
                reason: error.to_string(),
            });
        }
    }
    let (mut item, rest) = match text.trim_start().starts_with('{') {
        true => of_json::<T>(&text).map_err(broken)?,
        false => lenient::of_toml(&text, T::REQUIRED).map_err(|error| {
            let line = error.span().map(|span| text[..span.start].lines().count());
            broken(match line {
                Some(line) => format!("{} (line {})", error.message(), line.max(1)),
                None => error.message().to_owned(),
            })
        })?,
    };
    *item.unknown() = rest;
    Ok(item)
}

fn of_json<T: Filed>(text: &str) -> Result<(T, Rest), String> {
    let mut value: serde_json::Value = serde_json::from_str(text).map_err(|it| it.to_string())?;
    remove_nulls(&mut value);
    let table = toml::Table::try_from(value).map_err(|it| it.to_string())?;
    lenient::of_table(&table, T::REQUIRED).map_err(|error| {
        // Read from the text, an error knows its line.
        let of_text = serde_json::from_str::<T>(text).err();
        of_text.map_or_else(|| error.message().to_owned(), |it| it.to_string())
    })
}

/// JSON says in two ways that something is not set, TOML in one.
fn remove_nulls(value: &mut serde_json::Value) {
    if let serde_json::Value::Object(map) = value {
        map.retain(|_, value| !value.is_null());
        map.values_mut().for_each(remove_nulls);
    }
}

/// Writes one, and leaves in its file what that says beside.
pub(super) fn write<T: Filed + Clone>(path: &Path, item: &T) -> Result<(), Error> {
    let mut item = item.clone();
    let mut unknown = std::mem::take(item.unknown());
    if unknown.is_empty()
        && let Ok(mut before) = read::<T>(path)
    {
        unknown = std::mem::take(before.unknown());
    }
    let table = unknown.with(&item).map_err(io::Error::other);
    let text = table.and_then(|it| toml::to_string_pretty(&it).map_err(io::Error::other));
    text.and_then(|text| filekit::replace(path, text.as_bytes()))
        .map_err(|error| unwritable(path, &error))
}

pub(super) fn unwritable(path: &Path, error: &io::Error) -> Error {
    Error::Unwritable {
        path: path.to_owned(),
        reason: error.to_string(),
    }
}

/// A file in `folder` that is not there yet, called much like `name`.
pub(super) fn free_path(folder: &Path, name: &str) -> PathBuf {
    let plain: String = name
        .chars()
        .map(|it| if it.is_alphanumeric() { it } else { ' ' })
        .flat_map(char::to_lowercase)
        .take(60)
        .collect();
    let words: Vec<_> = plain.split_whitespace().collect();
    let stem = match words.is_empty() {
        true => "unnamed".to_owned(),
        false => words.join("-"),
    };
    let first = folder.join(format!("{stem}.toml"));
    if !first.exists() {
        return first;
    }
    let mut numbered = (2..10_000_u32).map(|count| folder.join(format!("{stem}-{count}.toml")));
    numbered.find(|path| !path.exists()).unwrap_or(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::params::Sampling;

    fn letters() -> Preset {
        Preset {
            name: "Cartas".into(),
            system: Some("Escribe\ncartas.".into()),
            sampling: Sampling {
                temperature: Some(0.7),
                stop: vec!["\n\n".into()],
                ..Sampling::default()
            },
            ..Preset::default()
        }
    }

    #[test]
    fn what_is_exported_can_be_imported_in_both_formats() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a.toml", "a.json"] {
            let path = folder.path().join(name);
            export(&letters(), &path).unwrap();
            assert_eq!(import(&path).unwrap(), letters());
            let text = fs::read_to_string(&path).unwrap();
            assert!(text.contains("0.7\n") || text.contains("0.7,"), "{text}");
        }
    }

    #[test]
    fn a_file_that_is_no_preset_is_refused_with_a_reason() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.toml");
        let cases: [(&[u8], &str); 4] = [
            (b"\n\nname = [\"A\"]\ncolour = 1", "line 3"),
            (b"{\"name\": 3}", "line 1"),
            (b"\xff\xfe", "UTF-8"),
            (b"prompt = \"x\"", "`name`"),
        ];
        for (bytes, reason) in cases {
            fs::write(&path, bytes).unwrap();
            let error = import(&path).unwrap_err();
            assert!(error.to_string().contains(reason), "{error}");
        }
        let missing = import(&folder.path().join("none.toml")).unwrap_err();
        assert!(matches!(missing, Error::Unreadable { .. }), "{missing}");
    }

    #[test]
    fn what_a_newer_charla_has_added_goes_along() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.toml");
        let text = "name = \"A\"\ncolour = 1\n\n[sampling]\nseed = 7\n\
            smoothing = 0.5\ntemperature = \"auto\"\n";
        let table = |path: &Path| {
            toml::from_str::<toml::Table>(&fs::read_to_string(path).unwrap()).unwrap()
        };
        fs::write(&path, text).unwrap();
        let wanted = table(&path);
        let mut preset = import(&path).unwrap();
        assert_eq!(
            (preset.sampling.seed, preset.sampling.temperature),
            (Some(7), None)
        );
        let names = ["colour", "sampling.smoothing", "sampling.temperature"];
        assert_eq!(preset.unknown.names(), names);

        // Out as JSON, and in again.
        let copy = folder.path().join("b.json");
        export(&preset, &copy).unwrap();
        let again = import(&copy).unwrap();
        assert_eq!(again.unknown.names(), names);
        write(&copy.with_extension("toml"), &again).unwrap();
        assert_eq!(table(&copy.with_extension("toml")), wanted);

        // The window saves values alone.
        preset.unknown = Rest::default();
        preset.sampling.temperature = Some(0.5);
        write(&path, &preset).unwrap();
        let written = table(&path);
        assert_eq!(written["colour"], wanted["colour"]);
        assert_eq!(
            written["sampling"]["smoothing"],
            wanted["sampling"]["smoothing"]
        );
        assert_eq!(written["sampling"]["temperature"].as_float(), Some(0.5));
    }

    #[test]
    fn names_become_files_that_every_system_takes() {
        let folder = tempfile::tempdir().unwrap();
        let named = |name: &str| free_path(folder.path(), name);
        assert_eq!(
            named("../Código: ¡sí!"),
            folder.path().join("código-sí.toml")
        );
        assert_eq!(named("///"), folder.path().join("unnamed.toml"));
        fs::write(folder.path().join("a.toml"), "").unwrap();
        assert_eq!(named("A"), folder.path().join("a-2.toml"));
    }
}
