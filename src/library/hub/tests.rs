//! What is read of answers, and what is made of names.

use super::http::next_link;
use super::names::{is_file_name, is_repo_path, is_revision, part_of, quantisation};
use super::*;
use crate::i18n::{I18n, Language, Localize};

#[test]
fn the_next_page_is_found_in_a_link_header() {
    for (header, next) in [
        (r#"<https://a/b?c=1>; rel="next""#, Some("https://a/b?c=1")),
        (
            r#"<https://a/1>; rel="prev", <https://a/2>; rel="next""#,
            Some("https://a/2"),
        ),
        ("<https://a/x,y;z>; rel=next", Some("https://a/x,y;z")),
        (r#"<https://a>; rel="last next""#, Some("https://a")),
        (r#"<https://a>; rel="last""#, None),
        ("<https://a", None),
        ("", None),
    ] {
        assert_eq!(next_link(header), next, "{header}");
    }
}

#[test]
fn names_are_those_that_every_system_takes() {
    for name in [
        "a",
        "m-Q4_K_M.gguf",
        "é ü",
        "CONSOLE",
        "COM10",
        "com",
        "a.b.c",
    ] {
        assert!(is_file_name(name), "{name}");
    }
    let long = "x".repeat(201);
    for name in [
        "",
        ".",
        "..",
        "a/b",
        "a\\b",
        "a\0",
        "a\n",
        "a:b",
        "a?",
        "a ",
        "a.",
        " a",
        "CON",
        "nul.gguf",
        "Com1.x",
        "lpt9",
        "COM¹",
        "aux .txt",
        "a\u{202e}b",
        "*",
        "\"",
        "<",
        "|",
        &long,
    ] {
        assert!(!is_file_name(name), "{name:?}");
    }
    assert!(is_repo_path("a/b/c.gguf"));
    for path in ["/a", "a//b", "a/../b", "./a", "a/", "C:/a"] {
        assert!(!is_repo_path(path), "{path}");
    }
    assert!(is_revision("refs/pr/1") && !is_revision("a b") && !is_revision("../x"));
}

#[test]
fn text_of_strangers_cannot_change_what_stands_around_it() {
    assert_eq!(clean("a\u{1b}[31m\r\nb\u{202e}c\u{2066}d"), "a [31m  bcd");
    let id = "x\u{202e}\n".repeat(500);
    let error = RepoId::new(&id).unwrap_err();
    let Error::Name { name } = &error else {
        panic!("{error:?}")
    };
    assert!(name.chars().count() <= 200 && !name.contains('\n'));
}

#[test]
fn a_repository_is_known_by_its_address() {
    let config = super::Config::new("http://hub.test:8080", None).unwrap();
    for (typed, expected) in [
        (
            "hf.co/maker/tiny-GGUF:Q4_K_M",
            Some("maker/tiny-GGUF:Q4_K_M"),
        ),
        ("HF.co/maker/tiny-GGUF/", Some("maker/tiny-GGUF")),
        (
            "https://huggingface.co/maker/tiny-GGUF?not-for-all=true",
            Some("maker/tiny-GGUF"),
        ),
        (
            "https://huggingface.co/maker/tiny-GGUF/tree/main",
            Some("maker/tiny-GGUF"),
        ),
        ("hf.co/maker/tiny/sub/x.gguf", Some("maker/tiny/sub/x.gguf")),
        ("http://hub.test:8080/maker/tiny", Some("maker/tiny")),
        // A file has its own way, and what others have is none of the Hub's.
        ("https://huggingface.co/m/t/resolve/main/x.gguf", None),
        ("https://huggingface.co/m", None),
        ("https://example.org/maker/tiny", None),
        ("maker/tiny-GGUF", None),
        ("hub.test:8080/maker", None),
    ] {
        assert_eq!(config.repository(typed).as_deref(), expected, "{typed}");
    }
}

#[test]
fn a_name_tells_the_quantisation_and_the_part() {
    for (name, expected) in [
        ("model-Q4_K_M.gguf", Some("Q4_K_M")),
        ("model.q8_0.gguf", Some("Q8_0")),
        ("Model_IQ4_NL.gguf", Some("IQ4_NL")),
        ("model-UD-Q2_K_XL-00001-of-00002.gguf", Some("UD-Q2_K_XL")),
        ("UD-Q4_K_XL/model-00001-of-00002.gguf", Some("UD-Q4_K_XL")),
        ("model-F16.gguf", Some("F16")),
        ("model-fp16.gguf", Some("FP16")),
        ("Q6_K/model-00001-of-00009.gguf", Some("Q6_K")),
        ("MXFP4/x.gguf", Some("MXFP4")),
        ("model.gguf", None),
        ("model-7B-v1_5.gguf", None),
    ] {
        assert_eq!(quantisation(name).as_deref(), expected, "{name}");
    }
    assert_eq!(part_of("a-b-00002-of-00003.gguf"), Some(("a-b", 2, 3)));
    for name in [
        "a-00004-of-00003.gguf",
        "a-00000-of-00003.gguf",
        "a-1-of-3.gguf",
        "é.gguf",
        "a",
    ] {
        assert_eq!(part_of(name), None, "{name}");
    }
}

#[test]
fn front_matter_is_what_stands_between_the_first_two_lines() {
    let split = |text: &str| {
        let card = card::parse(text.as_bytes(), false);
        (card.front_matter, card.markdown)
    };
    let two = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(
        split("---\na: 1\n---\n\n# T\n---\n"),
        two("a: 1\n", "# T\n---\n")
    );
    assert_eq!(
        split("\u{feff}---\r\na: 1\r\n---\r\nb"),
        two("a: 1\r\n", "b")
    );
    assert_eq!(split("# T\n---\na\n---\n"), two("", "# T\n---\na\n---\n"));
    assert_eq!(split("---\nno end"), two("", "---\nno end"));
    assert_eq!(split(""), two("", ""));
}

#[test]
fn only_the_hub_sees_the_token_and_only_safely() {
    let token = || Token::new(" hf_x\n");
    assert!(Token::new("a b").is_none() && Token::new("\n").is_none());
    let config = Config::new("https://hub.example/base/", token()).unwrap();
    assert!(!format!("{config:?}").contains("hf_x"));
    let knows = |config: &Config, url: &str| config.may_know_token(&url.parse().unwrap());
    assert!(knows(&config, "https://hub.example/x"));
    for url in [
        "http://hub.example/x",
        "https://hub.example:8443/x",
        "https://cdn.hub.example/x",
        "https://hub.example.evil/x",
        "https://hub.example@evil/x",
    ] {
        assert!(!knows(&config, url), "{url}");
    }
    let lan = Config::new("http://10.0.0.1:80", token()).unwrap();
    assert!(!knows(&lan, "http://10.0.0.1/x"));
    assert!(lan.may_ask(&"http://10.0.0.1/x".parse().unwrap()));
    assert!(!lan.may_ask(&"http://10.0.0.2/x".parse().unwrap()));
    let repo = RepoId::new("a/b").unwrap();
    let url = file_address(&config, &repo, "refs/pr/1", "sub/é #1.gguf").unwrap();
    assert_eq!(
        url.as_str(),
        "https://hub.example/base/a/b/resolve/refs%2Fpr%2F1/sub/%C3%A9%20%231.gguf"
    );
}

#[test]
fn every_error_has_words_in_both_languages() {
    let host = || "hub.example".to_owned();
    let subject = || "a/b".to_owned();
    let page = || "https://hub.example/a/b".to_owned();
    let errors = [
        Error::Offline { host: host() },
        Error::Refused { host: host() },
        Error::Tls {
            host: host(),
            reason: "expired".into(),
        },
        Error::Silent {
            host: host(),
            seconds: 30,
        },
        Error::Broken {
            host: host(),
            reason: "reset".into(),
        },
        Error::CutShort { host: host() },
        Error::NotPublic { subject: subject() },
        Error::Token { host: host() },
        Error::NeedsToken { page: page() },
        Error::Forbidden { page: page() },
        Error::NotFound { subject: subject() },
        Error::Busy {
            host: host(),
            wait_s: None,
        },
        Error::Busy {
            host: host(),
            wait_s: Some(1),
        },
        Error::Server {
            host: host(),
            status: 503,
        },
        Error::Status {
            host: host(),
            status: 418,
        },
        Error::Unexpected { host: host() },
        Error::TooLarge {
            host: host(),
            limit_bytes: 16_000_000,
        },
        Error::Circles { host: host() },
        Error::UnsafeRedirect { address: page() },
        Error::Name { name: subject() },
        Error::Address { address: page() },
        Error::Setup {
            reason: "none".into(),
        },
    ];
    for language in Language::ALL {
        let i18n = I18n::new(language);
        for error in &errors {
            let words = i18n.text(&error.text());
            assert!(!words.contains("hub-") && !words.contains('{'), "{words}");
            assert!(!words.contains('\n') && words.ends_with('.'), "{words}");
        }
    }
}

#[test]
fn an_error_of_the_public_hub_names_no_variable_of_the_environment() {
    let errors = |host: &str| {
        let host = || host.to_owned();
        [
            Error::Offline { host: host() },
            Error::Refused { host: host() },
            Error::Unexpected { host: host() },
            Error::TooLarge {
                host: host(),
                limit_bytes: 1,
            },
            Error::Circles { host: host() },
        ]
    };
    for language in Language::ALL {
        let i18n = I18n::new(language);
        let names_it =
            |host: &str| errors(host).map(|error| i18n.text(&error.text()).contains("HF_ENDPOINT"));
        for host in ["huggingface.co", "cdn-lfs.hf.co", "huggingface.co:443"] {
            assert_eq!(names_it(host), [false; 5], "{host}");
        }
        for host in ["mirror.example", "127.0.0.1:8080", "nothuggingface.co"] {
            assert_eq!(names_it(host), [true; 5], "{host}");
        }
    }
}
