//! What a request becomes, and what is said of what goes wrong.

use std::path::{Path, PathBuf};

use super::fetch::content_range;
use super::*;
use crate::i18n::{I18n, Language, Localize};
use crate::library::hub::{self, MAIN, RepoId};

fn config() -> Config {
    Config::new("https://hub.example", None).unwrap()
}

#[test]
fn a_request_knows_where_it_goes() {
    let repo = RepoId::new("Maker/Model-GGUF").unwrap();
    let place = |request: &Request| request.folder(Path::new("/m")).join(request.name());
    let of = |path: &str| Request::of_file(&repo, MAIN, path, None).map(|it| place(&it));
    let below = |path: &str| PathBuf::from("/m/Maker/Model-GGUF").join(path);
    assert_eq!(of("a.gguf").unwrap(), below("a.gguf"));
    assert_eq!(of("Q8_0/a.gguf").unwrap(), below("Q8_0/a.gguf"));
    // Deeper, and in hidden folders, the library would not find it.
    assert_eq!(of("x/y/z/a.gguf").unwrap(), below("a.gguf"));
    assert_eq!(of(".x/a.gguf").unwrap(), below("a.gguf"));
    for path in [
        "a.bin",
        ".a.gguf",
        "../a.gguf",
        "/a.gguf",
        "a\\b.gguf",
        "nul.gguf",
        ".gguf",
    ] {
        assert!(of(path).is_err(), "{path}");
    }
    let address = |url: &str| Request::of_address(&config(), url).map(|it| place(&it));
    let plain = PathBuf::from("/m/a b.gguf");
    assert_eq!(
        address("https://x.example/y/a%20b.gguf?d=1#f").unwrap(),
        plain
    );
    let kept = below("Q8_0/a.gguf");
    for url in [
        "blob/main/Q8_0/a.gguf",
        "resolve/main/Q8_0/a.gguf?download=true",
    ] {
        let url = format!("https://hub.example/Maker/Model-GGUF/{url}");
        assert_eq!(address(&url).unwrap(), kept, "{url}");
    }
    for url in [
        "http://x.example/a.gguf",
        "file:///a.gguf",
        "https://x.example/",
        "https://x.example/a.bin",
        "https://x.example/..%2Fa.gguf",
        "https://x.example/%00.gguf",
        "https://x.example/CON.gguf",
        "https://x.example/.a.gguf",
        "nonsense",
    ] {
        assert!(address(url).is_err(), "{url}");
    }
}

#[test]
fn ranges_are_read_warily() {
    for (text, range) in [
        ("bytes 5-9/10", Some((5, 9, Some(10)))),
        ("bytes 5-9/*", Some((5, 9, None))),
        ("bytes 5-10/10", None),
        ("bytes 9-5/10", None),
        ("bytes */10", None),
        ("items 5-9/10", None),
        ("", None),
    ] {
        assert_eq!(content_range(text), range, "{text}");
    }
}

#[test]
fn every_error_has_words_in_both_languages() {
    let path = || PathBuf::from("/models/a.gguf");
    let name = || "a.gguf".to_owned();
    let full = std::io::Error::from(std::io::ErrorKind::StorageFull);
    let errors = [
        Error::Server(hub::Error::NotFound { subject: name() }),
        Error::Exists { path: path() },
        Error::Busy { path: path() },
        Error::NoRoom {
            path: path(),
            needed_bytes: 2_000_000_000,
            free_bytes: 1,
        },
        Error::disk(&path(), &full),
        Error::WrongHash { name: name() },
        Error::WrongSize {
            name: name(),
            size_bytes: 1,
            expected_bytes: 2,
        },
        Error::Changed { name: name() },
        Error::Incomplete {
            name: name(),
            expected: 3,
            found: 2,
        },
        Error::Disk {
            path: path(),
            reason: "denied".into(),
        },
        Error::Thread {
            reason: "none".into(),
        },
    ];
    for language in Language::ALL {
        let i18n = I18n::new(language);
        for error in &errors {
            let words = i18n.text(&error.text());
            assert!(
                !words.contains("download-") && !words.contains('{'),
                "{words}"
            );
            assert!(!words.contains('\n') && words.ends_with('.'), "{words}");
        }
    }
}
