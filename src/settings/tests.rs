//! Settings are kept, and what makes no sense in them is found.

use super::*;

fn file(text: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("settings.toml");
    fs::write(&path, text).unwrap();
    (folder, path)
}

#[test]
fn what_is_saved_is_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep/settings.toml");
    let mut settings = Settings {
        language: Some(Language::Es),
        ..Settings::default()
    };
    settings.sampling.temperature = Some(0.25);
    settings.load.threads = Some(3);
    let saver = Saver::start(path.clone(), |error| panic!("{error}")).unwrap();
    saver.save(&Settings::default());
    saver.save(&settings);
    drop(saver);
    let (read, error) = Settings::load(&path);
    assert!(error.is_none());
    assert_eq!(read, settings);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains("temperature = 0.25"), "{text}");
    assert!(
        !text.contains("top_p"),
        "what is not set is not written: {text}"
    );
}

#[test]
fn a_model_rests_after_half_an_hour_unless_told_otherwise() {
    let with = |unload_after_minutes| Settings {
        unload_after_minutes,
        ..Settings::default()
    };
    let minutes = |count: u64| Some(Duration::from_secs(count * 60));
    assert_eq!(with(None).unload_after(), minutes(30));
    assert_eq!(with(Some(5)).unload_after(), minutes(5));
    assert_eq!(with(Some(0)).unload_after(), None);
}

#[test]
fn the_bin_keeps_things_for_a_month_unless_told_otherwise() {
    let with = |bin_days| Settings {
        bin_days,
        ..Settings::default()
    };
    let days = |count: u64| Some(Duration::from_secs(count * 86_400));
    assert_eq!(with(None).bin_keeps(), days(30));
    assert_eq!(with(Some(7)).bin_keeps(), days(7));
    assert_eq!(with(Some(0)).bin_keeps(), None);
}

#[test]
fn a_file_that_makes_no_sense_is_kept() {
    for text in [
        &b"temperature = warm"[..],
        b"theme = \"pink\"",
        b"\xff\xfe",
        b"no_such = 1",
    ] {
        let (folder, path) = file(text);
        let (settings, error) = Settings::load(&path);
        assert_eq!(settings, Settings::default());
        let Some(Error::Broken { kept, .. }) = error else {
            panic!("{error:?}");
        };
        assert_eq!(fs::read(&kept).unwrap(), text);
        assert!(!path.exists());
        drop(folder);
    }
}

#[test]
fn a_newer_file_is_kept() {
    let (_folder, path) = file(b"version = 99\nmood = \"sunny\"");
    let (settings, error) = Settings::load(&path);
    assert_eq!(settings, Settings::default());
    assert!(
        matches!(error, Some(Error::Newer { version: 99, .. })),
        "{error:?}"
    );
    let (_, error) = Settings::load(&path);
    assert!(
        error.is_none(),
        "the second start has nothing to say: {error:?}"
    );
}

#[test]
fn a_folder_in_its_place_is_no_reason_to_stop() {
    let folder = tempfile::tempdir().unwrap();
    let (settings, error) = Settings::load(folder.path());
    assert_eq!(settings, Settings::default());
    assert!(matches!(error, Some(Error::Unreadable { .. })), "{error:?}");
    let error = settings.save(folder.path()).unwrap_err();
    assert!(matches!(error, Error::Unwritable { .. }), "{error:?}");
}
