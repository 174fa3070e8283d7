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
    let disk = filekit::Saver::start("saver").unwrap();
    let saver = Saver::new(disk.queue(), path.clone(), |error| panic!("{error}"));
    saver.save(&Settings::default());
    saver.save(&settings);
    drop(disk);
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
    for text in [&b"temperature = = warm"[..], b"theme = \"pi", b"\xff\xfe"] {
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

/// What a newer Charla might write.
const NEWER: &str = r#"version = 99
mood = "sunny"
theme = "pink"
titles = false

[sampling]
temperature = 0.25
mirostat_v9 = { tau = 3.0 }
top_k = "many"

[load]
threads = 3
kv_type = "q2_turbo"

[model_load."a.gguf"]
gpu_layers = 4
offload = "experts"
"#;

#[test]
fn what_is_not_known_is_told_and_stays_in_the_file() {
    let (_folder, path) = file(NEWER.as_bytes());
    let (mut settings, error) = Settings::load(&path);
    let Some(Error::Unknown { names, .. }) = error else {
        panic!("{error:?}");
    };
    let unknown = [
        "load.kv_type",
        "model_load.a.gguf.offload",
        "mood",
        "sampling.mirostat_v9.tau",
        "sampling.top_k",
        "theme",
    ];
    assert_eq!(names, unknown);
    assert_eq!(settings.sampling.temperature, Some(0.25));
    assert_eq!(settings.load.threads, Some(3));
    assert_eq!(settings.model_load["a.gguf"].gpu_layers, Some(4));
    assert!(!settings.titles);
    assert_eq!(Settings::language_at(&path), settings.language());

    // Nothing has changed, so nothing is written.
    settings.save(&path).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), NEWER);

    settings.load.threads = Some(2);
    settings.save(&path).unwrap();
    let table = |text: &str| toml::from_str::<toml::Table>(text).unwrap();
    let mut wanted = table(NEWER);
    wanted["load"]["threads"] = toml::Value::Integer(2);
    let mut written = table(&fs::read_to_string(&path).unwrap());
    // What always stands in the file of this version does so in this one.
    written.retain(|name, _| wanted.contains_key(name));
    assert_eq!(written, wanted);

    // What the user sets by hand in the window wins.
    settings.theme = Theme::Dark;
    settings.save(&path).unwrap();
    let (read, error) = Settings::load(&path);
    assert_eq!(read, settings);
    let Some(Error::Unknown { names, .. }) = error else {
        panic!("{error:?}");
    };
    assert_eq!(names, unknown[..5]);
}

#[test]
fn what_was_broken_by_hand_meanwhile_is_kept() {
    let (folder, path) = file(b"");
    let (mut settings, _) = Settings::load(&path);
    fs::write(&path, "theme = = 1").unwrap();
    settings.titles = false;
    settings.save(&path).unwrap();
    assert_eq!(Settings::load(&path).0, settings);
    let kept = fs::read_to_string(folder.path().join("settings.kept-1.toml"));
    assert_eq!(kept.unwrap(), "theme = = 1");
}

#[test]
fn words_of_the_users_own_are_written_over_only_by_a_change() {
    let own = "# mine\ntheme = 'dark' # always\n";
    let (_folder, path) = file(own.as_bytes());
    let (mut settings, error) = Settings::load(&path);
    assert!(error.is_none(), "{error:?}");
    settings.save(&path).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), own);
    settings.titles = false;
    settings.save(&path).unwrap();
    assert_eq!(Settings::load(&path).0, settings);
}

#[cfg(unix)]
#[test]
fn a_link_to_the_users_own_collection_stays_one() {
    let folder = tempfile::tempdir().unwrap();
    let (target, link) = (folder.path().join("own.toml"), folder.path().join("s.toml"));
    fs::write(&target, "titles = false").unwrap();
    std::os::unix::fs::symlink(&target, &link).unwrap();
    let (mut settings, _) = Settings::load(&link);
    settings.theme = Theme::Dark;
    settings.save(&link).unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(Settings::load(&target).0, settings);
    // Also where what it leads to makes no sense and is put aside.
    fs::write(&target, "theme = = 1").unwrap();
    let (_, error) = Settings::load(&link);
    assert!(matches!(error, Some(Error::Broken { .. })), "{error:?}");
    settings.save(&link).unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(Settings::load(&target).0, settings);
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
