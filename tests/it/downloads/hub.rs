//! The client of the Hub: searching, listing, reading a page, and every answer that is none.

use std::future::Future;
use std::sync::Arc;

use charla::library::hub::{Config, Error, Gate, Hub, MAIN, Query, RepoId, Sort};

use super::{config, repo};
use crate::hub_server::{Reply, Server};

fn run<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(work)
}

fn hub(server: &Server, token: Option<&str>) -> Hub {
    Hub::new(config(&server.url(), token)).unwrap()
}

fn query(text: &str) -> Query {
    Query {
        text: text.into(),
        sort: Sort::Downloads,
        limit: 2,
    }
}

#[test]
fn a_search_goes_from_page_to_page() {
    let server = Server::start(|seen| {
        match seen.target.contains("cursor") {
        false => Reply::json(
            r#"[
              {"_id":"1","id":"maker/small-GGUF","author":"maker","gated":false,"likes":3,
               "lastModified":"2026-05-01T10:00:00.000Z","downloads":1200,"pipeline_tag":"text-generation",
               "tags":["gguf","license:apache-2.0","en\u202egpj"],"siblings":[],"new":{"field":[]}},
              {"id":"../../etc/passwd","downloads":5},
              {"id":"other/gated","gated":"manual","downloads":null},
              "nonsense", null
            ]"#,
        )
        .header(
            "link",
            "<https://elsewhere.example/api/models?limit=2&cursor=abc%3D>; rel=\"next\"",
        ),
        true => Reply::json(r#"[{"modelId":"third/auto","gated":"auto"}]"#),
    }
    });
    let hub = hub(&server, None);
    let page = run(hub.search(&query("small model & more"))).unwrap();
    assert_eq!(page.repositories.len(), 2);
    let first = &page.repositories[0];
    assert_eq!(first.id.to_string(), "maker/small-GGUF");
    assert_eq!((first.downloads, first.likes), (1200, 3));
    assert_eq!(first.licence.as_deref(), Some("apache-2.0"));
    assert_eq!(first.pipeline.as_deref(), Some("text-generation"));
    assert_eq!(first.modified_unix_ms, Some(1_777_629_600_000));
    assert_eq!(first.gate, Gate::Open);
    assert_eq!(first.tags[2], "engpj");
    assert_eq!(page.repositories[1].gate, Gate::Manual);
    let more = run(hub.more(&page.next.unwrap())).unwrap();
    assert_eq!(more.repositories[0].gate, Gate::Automatic);
    assert_eq!(more.next, None);
    let targets: Vec<String> = server.seen().into_iter().map(|it| it.target).collect();
    assert_eq!(
        targets,
        [
            "/api/models?search=small+model+%26+more&filter=gguf&sort=downloads&direction=-1\
             &limit=2&full=true",
            "/api/models?limit=2&cursor=abc%3D"
        ]
    );
}

#[test]
fn files_are_listed_as_what_can_be_chosen() {
    let hash = "A".repeat(64);
    let page = format!(
        r#"[{{"type":"directory","oid":"x","size":0,"path":"sub"}},
            {{"type":"file","oid":"x","size":135,"path":"big-Q8_0.gguf",
              "lfs":{{"oid":"{hash}","size":9000,"pointerSize":135}}}},
            {{"type":"file","oid":"x","size":10,"path":"../../.bashrc.gguf"}},
            {{"type":"file","oid":"x","size":10,"path":"/etc/x.gguf"}},
            {{"type":"file","oid":"x","size":10,"path":"a\\b.gguf"}},
            {{"type":"file","oid":"x","size":10,"path":"CON.gguf"}},
            {{"type":"file","size":10,"path":"README.md"}}]"#
    );
    let server = Server::start(move |seen| match seen.target.contains("cursor") {
        false => Reply::json(&page).header(
            "link",
            &format!("</api/models{}&cursor=2>; rel=\"next\"", seen.target),
        ),
        true => Reply::json(
            r#"[{"type":"file","size":500,"path":"sub/x-UD-Q4_K_XL-00002-of-00002.gguf"},
                {"type":"file","size":400,"path":"sub/x-UD-Q4_K_XL-00001-of-00002.gguf"},
                {"type":"file","size":700,"path":"y-IQ4_NL-00001-of-00003.gguf"},
                {"type":"file","size":50,"path":"mmproj-model-f16.gguf"}]"#,
        ),
    });
    let items = run(hub(&server, None).files(&repo(), MAIN)).unwrap();
    let shown: Vec<_> = items
        .iter()
        .map(|it| {
            let quantisation = it.quantisation.as_deref().unwrap_or("-");
            (
                it.name.as_str(),
                quantisation,
                it.size_bytes,
                it.is_complete(),
                it.beside.is_some(),
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            ("mmproj-model-f16.gguf", "F16", 50, true, true),
            ("y-IQ4_NL.gguf", "IQ4_NL", 700, false, false),
            ("x-UD-Q4_K_XL.gguf", "UD-Q4_K_XL", 900, true, false),
            ("big-Q8_0.gguf", "Q8_0", 9000, true, false),
        ]
    );
    assert_eq!(items[3].files[0].sha256, Some("a".repeat(64)));
    assert_eq!(items[2].files[0].size_bytes, 400);
    let first = &server.seen()[0].target;
    assert_eq!(
        first,
        "/api/models/maker/model-GGUF/tree/main?recursive=true"
    );
}

#[test]
fn a_page_is_cut_and_its_front_matter_set_apart() {
    let long = format!("---\nlicense: mit\n---\n\n# Model\n{}", "é".repeat(400_000));
    let server = Server::start(move |_| Reply::body("text/plain; charset=utf-8", long.clone()));
    let card = run(hub(&server, None).card(&repo(), MAIN)).unwrap();
    assert_eq!(card.front_matter, "license: mit\n");
    assert!(card.markdown.starts_with("# Model\né"));
    assert!(card.markdown.ends_with('é') && card.is_cut);
    assert!(card.markdown.len() <= 512 * 1024);
    assert_eq!(
        server.seen()[0].target,
        "/maker/model-GGUF/resolve/main/README.md"
    );
}

#[test]
fn answers_that_are_none_are_told_apart() {
    type Expected = fn(&Error) -> bool;
    let huge = "[".repeat(17 * 1024 * 1024);
    let cases: Vec<(Reply, Option<&str>, Expected)> = vec![
        (Reply::status(401), None, |it| {
            matches!(it, Error::NotPublic { .. })
        }),
        (Reply::status(401), Some("hf_x"), |it| {
            matches!(it, Error::Token { .. })
        }),
        (
            Reply::status(401).header("x-error-code", "GatedRepo"),
            None,
            |it| matches!(it, Error::NeedsToken { .. }),
        ),
        (
            Reply::status(403).header("x-error-code", "GatedRepo"),
            Some("hf_x"),
            |it| matches!(it, Error::Forbidden { page } if page.ends_with("/maker/model-GGUF")),
        ),
        (Reply::status(404), None, |it| {
            matches!(it, Error::NotFound { .. })
        }),
        (Reply::status(429).header("retry-after", "7"), None, |it| {
            it.wait_s() == Some(7)
        }),
        (
            Reply::status(429).header("ratelimit", "\"api\";r=0;t=55"),
            None,
            |it| it.wait_s() == Some(55),
        ),
        (Reply::status(502), None, |it| {
            matches!(it, Error::Server { status: 502, .. })
        }),
        (Reply::status(418), None, |it| {
            matches!(it, Error::Status { status: 418, .. })
        }),
        (Reply::body("text/html", "<html></html>"), None, |it| {
            matches!(it, Error::Unexpected { .. })
        }),
        (Reply::json("{\"error\":1}"), None, |it| {
            matches!(it, Error::Unexpected { .. })
        }),
        (Reply::json("[1,"), None, |it| {
            matches!(it, Error::Unexpected { .. })
        }),
        (Reply::json("[1,2,3]").cut(3), None, |it| {
            matches!(it, Error::CutShort { .. })
        }),
        (Reply::json(&huge), None, |it| {
            matches!(it, Error::TooLarge { .. })
        }),
        (Reply::redirect("/a"), None, |it| {
            matches!(it, Error::Circles { .. })
        }),
        (Reply::redirect("file:///etc/passwd"), None, |it| {
            matches!(it, Error::UnsafeRedirect { .. })
        }),
        (Reply::silence(), None, |it| {
            matches!(it, Error::Silent { .. })
        }),
        (Reply::hang_up(), None, |it| {
            matches!(it, Error::Broken { .. } | Error::CutShort { .. })
        }),
    ];
    for (reply, token, expected) in cases {
        let mut shown = format!("{reply:?}");
        shown.truncate(200);
        let server = Server::start(move |_| reply.clone());
        let mut config = config(&server.url(), token);
        config.connect_timeout = std::time::Duration::from_millis(100);
        let hub = Hub::new(config).unwrap();
        let error = run(hub.files(&repo(), MAIN)).unwrap_err();
        assert!(expected(&error), "{shown}: {error:?}");
    }
}

#[test]
fn what_cannot_be_asked_is_said_before_anything_is_sent() {
    for endpoint in ["", "huggingface.co", "ftp://example.com", "file:///tmp"] {
        assert!(Config::new(endpoint, None).is_err(), "{endpoint}");
    }
    // A name that nobody has; reserved for that.
    let hub = Hub::new(config("http://no-such-host.invalid", None)).unwrap();
    let error = run(hub.search(&query(""))).unwrap_err();
    assert!(matches!(error, Error::Offline { .. }), "{error:?}");
    for id in [
        "", "a", "a/b/c", "../b", "a/..", "a/b?c", "a\\b/c", "a b/c", "a/nul",
    ] {
        assert!(RepoId::new(id).is_err(), "{id}");
    }
    let server = Server::start(|_| Reply::json("[]"));
    let hub = super::hub::hub(&server, None);
    for revision in ["", "..", "a/../b", "a?b", "a#b"] {
        let error = run(hub.files(&repo(), revision)).unwrap_err();
        assert!(matches!(error, Error::Name { .. }), "{revision}");
    }
    assert!(server.seen().is_empty());
}

#[test]
fn what_is_no_tls_is_said_so() {
    use std::io::{Read, Write};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 1000]);
        let _ = stream.write_all(b"HTTP/1.1 400 Plain HTTP here\r\n\r\n");
    });
    let hub = Hub::new(config(&url, None)).unwrap();
    let error = run(hub.search(&query(""))).unwrap_err();
    assert!(matches!(error, Error::Tls { .. }), "{error:?}");
}

#[test]
fn a_search_that_is_dropped_is_given_up() {
    let server = Server::start(|_| Reply::silence());
    let home = tempfile::tempdir().unwrap();
    let all = super::downloads(home.path(), &server);
    let hub = all.hub().clone();
    let ended = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let flag = Arc::clone(&ended);
    let work = all.spawn(async move {
        let _ = hub.search(&query("")).await;
        flag.store(true, std::sync::atomic::Ordering::Relaxed);
    });
    while server.seen().is_empty() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    drop(work);
    drop(all);
    assert!(!ended.load(std::sync::atomic::Ordering::Relaxed));
}
