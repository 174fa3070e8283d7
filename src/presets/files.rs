//! One preset or persona in one file: TOML, or JSON where it comes from elsewhere.

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Error, Preset};

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
    let text = match is_json {
        true => serde_json::to_string_pretty(preset).map_err(io::Error::other),
        false => toml::to_string_pretty(preset).map_err(io::Error::other),
    };
    text.and_then(|text| write_text(path, &text))
        .map_err(|error| unwritable(path, &error))
}

pub(super) fn read<T: DeserializeOwned>(path: &Path) -> Result<T, Error> {
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
    match text.trim_start().starts_with('{') {
        true => serde_json::from_str(&text).map_err(|error| broken(error.to_string())),
        false => toml::from_str(&text).map_err(|error: toml::de::Error| {
            let line = error.span().map(|span| text[..span.start].lines().count());
            broken(match line {
                Some(line) => format!("{} (line {})", error.message(), line.max(1)),
                None => error.message().to_owned(),
            })
        }),
    }
}

pub(super) fn write(path: &Path, item: &impl Serialize) -> Result<(), Error> {
    let text = toml::to_string_pretty(item).map_err(io::Error::other);
    text.and_then(|text| write_text(path, &text))
        .map_err(|error| unwritable(path, &error))
}

/// All of it or nothing.
fn write_text(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
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
        let cases: [(&[u8], &str); 5] = [
            (
                b"name = \"A\"\n\n[sampling]\ntemperature = \"hot\"",
                "line 4",
            ),
            (b"{\"name\": 3}", "line 1"),
            (b"name = \"A\"\ncolour = 1", "colour"),
            (b"\xff\xfe", "UTF-8"),
            (b"prompt = \"x\"", "prompt"),
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
