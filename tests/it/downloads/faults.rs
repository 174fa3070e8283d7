//! What servers, networks and disks do to a download.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use charla::library::download::{Error, Request, State};
use charla::library::hub::{self, Item, RepoFile};

use super::{check, config, done, downloads, failed, files, of_hub, plain, repo, serving};
use crate::hub_server::{COMMIT, File, Reply, Server};

const SIZE: usize = 3_000_000;

#[test]
fn a_file_arrives_whole_and_is_said_to_be_no_model() {
    let file = File::random(SIZE, 1);
    let server = serving(&file, |_, _, _| None);
    let home = tempfile::tempdir().unwrap();
    let all = downloads(home.path(), &server);
    let progress = done(&all, all.add(plain(&server, "a%20b.gguf?download=true")));
    check(&progress, &file);
    assert_eq!(files(home.path()), ["a b.gguf"]);
    let State::Done { problem } = progress.state else {
        panic!()
    };
    assert!(matches!(problem, Some(gguf::Error::NotGguf { .. })));
    assert_eq!(server.sent_bytes(), file.size_bytes());
    // Once more: nobody can tell whether it is the same, so it is left alone.
    let error = failed(&all, all.add(plain(&server, "a%20b.gguf")));
    assert!(matches!(error, Error::Exists { .. }), "{error}");
}

/// What goes on after a fault, and how many bytes that may cost.
#[test]
fn what_passes_is_tried_again_from_where_it_stands() {
    type Fault = fn(usize, Reply) -> Option<Reply>;
    let faults: [(&str, Fault, u64); 9] = [
        ("500", |n, _| (n < 2).then(|| Reply::status(500)), 0),
        ("503", |n, _| (n < 1).then(|| Reply::status(503)), 0),
        (
            "429",
            |n, _| (n < 1).then(|| Reply::status(429).header("retry-after", "0")),
            0,
        ),
        ("half", |n, it| (n < 1).then(|| it.cut(SIZE / 2)), 0),
        ("pieces", |n, it| (n < 6).then(|| it.cut(SIZE / 10)), 0),
        ("closed", |n, _| (n < 2).then(Reply::hang_up), 0),
        ("silent", |n, _| (n < 1).then(Reply::silence), 0),
        (
            "a length that is too long",
            |n, it| (n < 1).then(|| it.cut(SIZE / 2)),
            0,
        ),
        (
            "ranges are ignored",
            |n, it| Some(if n == 0 { it.cut(SIZE / 2) } else { it.whole() }),
            SIZE as u64 / 2,
        ),
    ];
    for (name, fault, extra) in faults {
        let file = File::random(SIZE, 2);
        let server = serving(&file, move |_, number, good| fault(number, good));
        let home = tempfile::tempdir().unwrap();
        let all = downloads(home.path(), &server);
        let progress = done(&all, all.add(plain(&server, "m.gguf")));
        check(&progress, &file);
        assert_eq!(server.sent_bytes(), file.size_bytes() + extra, "{name}");
        assert_eq!(files(home.path()), ["m.gguf"], "{name}");
    }
}

#[test]
fn a_part_that_is_not_the_missing_one_is_not_taken() {
    for range in [
        "bytes 0-2999999/3000000",
        "bytes 1500000-2999999/3000001",
        "bytes 1500000-2000000/3000000",
        "bytes 1500001-2999999/3000000",
        "nonsense",
    ] {
        let file = File::random(SIZE, 3);
        let server = serving(&file, move |_, number, good| match number {
            0 => Some(good.cut(SIZE / 2)),
            1 => Some(good.header("content-range", range)),
            _ => None,
        });
        let home = tempfile::tempdir().unwrap();
        let all = downloads(home.path(), &server);
        check(&done(&all, all.add(plain(&server, "m.gguf"))), &file);
        assert!(
            server.seen().last().unwrap().header("range").is_none(),
            "{range}"
        );
    }
}

#[test]
fn what_does_not_pass_is_said() {
    use hub::Error as Of;
    type Expected = fn(&Error) -> bool;
    let cases: [(Reply, Expected); 9] = [
        (Reply::status(401), |it| {
            matches!(it, Error::Server(Of::NotPublic { .. }))
        }),
        (
            Reply::status(401).header("x-error-code", "GatedRepo"),
            |it| matches!(it, Error::Server(Of::NeedsToken { page }) if page.ends_with("/maker/model-GGUF")),
        ),
        (
            Reply::status(403),
            |it| matches!(it, Error::Server(Of::Forbidden { page }) if page.ends_with("/maker/model-GGUF")),
        ),
        (
            Reply::status(404),
            |it| matches!(it, Error::Server(Of::NotFound { subject }) if subject == "maker/model-GGUF/m.gguf"),
        ),
        (Reply::status(429).header("retry-after", "7200"), |it| {
            matches!(
                it,
                Error::Server(Of::Busy {
                    wait_s: Some(7200),
                    ..
                })
            )
        }),
        (Reply::status(500), |it| {
            matches!(it, Error::Server(Of::Server { status: 500, .. }))
        }),
        (Reply::body("text/html", "<html>Log in</html>"), |it| {
            matches!(it, Error::Server(Of::Unexpected { .. }))
        }),
        (Reply::redirect("/again"), |it| {
            matches!(it, Error::Server(Of::Circles { .. }))
        }),
        (Reply::redirect("http://192.0.2.1/m.gguf"), |it| {
            matches!(it, Error::Server(Of::UnsafeRedirect { .. }))
        }),
    ];
    for (reply, expected) in cases {
        let shown = format!("{reply:?}");
        let server = Server::start(move |_| reply.clone());
        let home = tempfile::tempdir().unwrap();
        let all = downloads(home.path(), &server);
        let error = failed(&all, all.add(of_hub("m.gguf")));
        assert!(expected(&error), "{shown}: {error:?}");
        // What may pass is found again; of all else, nothing is left.
        match error.may_pass() {
            true => assert!(files(home.path())[0].contains(".download.m.gguf.json")),
            false => assert_eq!(files(home.path()), [""; 0], "{shown}"),
        }
    }
}

#[test]
fn a_server_that_is_not_there_is_said_at_once() {
    let server = serving(&File::random(10, 4), |_, _, _| None);
    let request = plain(&server, "m.gguf");
    let home = tempfile::tempdir().unwrap();
    let url = server.url();
    drop(server);
    let config = config(&url, None);
    std::thread::sleep(std::time::Duration::from_millis(50));
    let all = charla::library::download::Downloads::start_with(
        home.path(),
        config,
        super::options(),
        Arc::new(|| {}),
    );
    let all = all.unwrap();
    let error = failed(&all, all.add(request));
    assert!(
        matches!(error, Error::Server(hub::Error::Refused { .. })),
        "{error:?}"
    );
}

/// A server that gives out the linked file, and what it says the hash is.
fn hub_with(file: &File, said: &File) -> Server {
    let (file, said) = (file.clone(), said.clone());
    Server::start(move |seen| Reply::file(seen, &file).linked(&said))
}

fn item(file: &File) -> Item {
    Item {
        name: "m.gguf".into(),
        quantisation: None,
        size_bytes: file.size_bytes(),
        files: vec![RepoFile {
            path: "m.gguf".into(),
            size_bytes: file.size_bytes(),
            sha256: Some(file.sha256.clone()),
        }],
        expected_files: 1,
        beside: None,
    }
}

#[test]
fn what_is_not_what_the_hub_has_is_dropped() {
    let (right, wrong) = (File::random(SIZE, 5), File::random(SIZE, 6));
    let home = tempfile::tempdir().unwrap();
    let server = hub_with(&wrong, &right);
    let all = downloads(home.path(), &server);
    let request = || Request::of_item(&repo(), "main", &item(&right)).unwrap();
    let error = failed(&all, all.add(request()));
    assert!(matches!(error, Error::WrongHash { .. }), "{error}");
    assert_eq!(files(home.path()), [""; 0]);
    drop(all);

    // The listing said something else than the server says now.
    let server = hub_with(&wrong, &wrong);
    let all = downloads(home.path(), &server);
    let error = failed(&all, all.add(request()));
    assert!(matches!(error, Error::Changed { .. }), "{error}");
    assert_eq!(server.gets(), 0);
    drop(all);

    // Another size than was announced.
    let (long, short) = (File::random(SIZE, 7), File::random(SIZE - 1, 7));
    let server = hub_with(&short, &long);
    let all = downloads(home.path(), &server);
    let error = failed(&all, all.add(of_hub("n.gguf")));
    assert!(matches!(error, Error::WrongSize { .. }), "{error}");
    drop(all);

    let server = hub_with(&right, &right);
    let all = downloads(home.path(), &server);
    check(&done(&all, all.add(request())), &right);
    let commit = format!("/maker/model-GGUF/resolve/{COMMIT}/m.gguf");
    assert_eq!(server.seen().last().unwrap().target, commit);
    drop(all);
    // The same file is not fetched twice, another one never written over.
    let all = downloads(home.path(), &server);
    let before = server.seen().len();
    check(&done(&all, all.add(request())), &right);
    assert_eq!(server.seen().len(), before);
    std::fs::write(home.path().join("maker/model-GGUF/m.gguf"), "mine").unwrap();
    drop(all);
    let all = downloads(home.path(), &server);
    let error = failed(&all, all.add(request()));
    assert!(matches!(error, Error::Exists { .. }), "{error}");
    let kept = std::fs::read_to_string(home.path().join("maker/model-GGUF/m.gguf"));
    assert_eq!(kept.unwrap(), "mine");
}

#[test]
fn a_file_that_changes_meanwhile_is_begun_anew() {
    let (old, new) = (File::random(SIZE, 8), File::random(SIZE, 9));
    let is_new = Arc::new(AtomicBool::new(false));
    let (before, after, flag) = (old, new.clone(), Arc::clone(&is_new));
    let server = Server::start(move |seen| match flag.load(Ordering::Relaxed) {
        false if seen.is_get() => Reply::file(seen, &before).cut(SIZE / 2),
        false => Reply::file(seen, &before),
        true => Reply::file(seen, &after),
    });
    let home = tempfile::tempdir().unwrap();
    let all = downloads(home.path(), &server);
    let id = all.add(plain(&server, "m.gguf"));
    super::until(&all, id, |it| it.received_bytes >= SIZE as u64 / 2);
    drop(all);
    is_new.store(true, Ordering::Relaxed);
    let all = downloads(home.path(), &server);
    let id = all.add(plain(&server, "m.gguf"));
    check(&done(&all, id), &new);
}

#[test]
fn the_token_stays_with_the_hub() {
    let file = File::random(SIZE, 10);
    let stored = file.clone();
    let storage = Server::start(move |seen| Reply::file(seen, &stored));
    let to = format!("{}/storage/m", storage.other_url());
    let linked = file.clone();
    let tries = AtomicUsize::new(0);
    let server = Server::start(move |_| {
        // One hop within the Hub first, as for a repository that was renamed.
        match tries.fetch_add(1, Ordering::Relaxed) % 2 {
            0 => Reply::status(307).header("location", "/renamed/m.gguf"),
            _ => Reply::redirect(&to).linked(&linked),
        }
    });
    let home = tempfile::tempdir().unwrap();
    let all = charla::library::download::Downloads::start_with(
        home.path(),
        config(&server.url(), Some("hf_secret")),
        super::options(),
        Arc::new(|| {}),
    );
    let all = all.unwrap();
    check(&done(&all, all.add(of_hub("m.gguf"))), &file);
    for seen in server.seen() {
        assert_eq!(seen.header("authorization"), Some("Bearer hf_secret"));
        assert!(seen.header("user-agent").unwrap().starts_with("charla/"));
    }
    assert_eq!(storage.gets(), 1);
    for seen in storage.seen() {
        assert_eq!(seen.header("authorization"), None, "{seen:?}");
        assert!(seen.is_get(), "the address is signed for GET alone");
    }
}

#[test]
fn sets_come_as_one_and_are_listed_only_when_they_are_whole() {
    let parts: Vec<File> = (0..3)
        .map(|part| File::random(SIZE / 3, 20 + part))
        .collect();
    let name = |part: usize| format!("Q8_0/big-Q8_0-{part:05}-of-00003.gguf");
    let given = parts.clone();
    let folder = Arc::new(Mutex::new(std::path::PathBuf::new()));
    let looked = Arc::clone(&folder);
    let server = Server::start(move |seen| {
        let listed = super::models_in(&looked.lock().unwrap());
        assert!(listed.is_empty(), "{listed:?}");
        let part = (1..=3).find(|part| seen.target.ends_with(&name(*part)));
        let file = &given[part.unwrap() - 1];
        Reply::file(seen, file).linked(file)
    });
    let home = tempfile::tempdir().unwrap();
    *folder.lock().unwrap() = home.path().to_owned();
    let files_of = |range: std::ops::RangeInclusive<usize>| -> Vec<RepoFile> {
        range
            .map(|part| RepoFile {
                path: name(part),
                size_bytes: parts[part - 1].size_bytes(),
                sha256: Some(parts[part - 1].sha256.clone()),
            })
            .collect()
    };
    let mut set = Item {
        name: "big-Q8_0.gguf".into(),
        quantisation: Some("Q8_0".into()),
        size_bytes: SIZE as u64,
        files: files_of(1..=3),
        expected_files: 3,
        beside: None,
    };
    let all = downloads(home.path(), &server);
    let id = all.add(Request::of_item(&repo(), "main", &set).unwrap());
    let progress = done(&all, id);
    assert_eq!(progress.received_bytes, progress.total_bytes.unwrap());
    let names: Vec<String> = (1..=3)
        .map(|part| format!("maker/model-GGUF/{}", name(part)))
        .collect();
    assert_eq!(files(home.path()), names);
    assert_eq!(super::models_in(home.path()).len(), 1);

    set.files = files_of(1..=2);
    let error = Request::of_item(&repo(), "main", &set).unwrap_err();
    assert!(matches!(
        error,
        Error::Incomplete {
            expected: 3,
            found: 2,
            ..
        }
    ));
}

#[test]
fn a_length_that_is_not_the_files_is_not_believed() {
    for (length, has_head) in [
        (SIZE + 1000, true),
        (SIZE - 1000, true),
        (SIZE + 1000, false),
    ] {
        let file = File::random(SIZE, 12);
        let server = Server::start(move |seen| match seen.is_head() {
            true if has_head => Reply::file(seen, &file),
            true => Reply::status(405),
            false => Reply::file(seen, &file).claim_length(length),
        });
        let home = tempfile::tempdir().unwrap();
        let all = downloads(home.path(), &server);
        let error = failed(&all, all.add(plain(&server, "m.gguf")));
        let is_short = matches!(error, Error::Server(hub::Error::CutShort { .. }));
        let is_wrong = matches!(error, Error::WrongSize { .. });
        assert!(
            if has_head {
                is_wrong
            } else {
                is_short || is_wrong
            },
            "{error:?}"
        );
        assert!(!home.path().join("m.gguf").exists());
    }
}

#[test]
fn a_note_that_somebody_has_tampered_with_leads_nowhere() {
    let file = File::random(SIZE, 13);
    let server = serving(&file, |_, _, _| None);
    let home = tempfile::tempdir().unwrap();
    let models = home.path().join("models");
    std::fs::create_dir(&models).unwrap();
    let victim = home.path().join("victim.gguf");
    std::fs::write(&victim, "mine").unwrap();
    let note = |path: &str, url: &str| {
        format!(
            r#"{{"version":1,"repo":null,"revision":"main","files":[{{"path":"{path}","url":"{url}"}}]}}"#
        )
    };
    for (index, note) in [
        note("../victim.gguf", &server.url()),
        note("m.gguf", "file:///etc/passwd"),
        note("m.gguf", "http://192.0.2.1/m.gguf"),
        "{}".to_owned(),
        "nonsense".to_owned(),
    ]
    .iter()
    .enumerate()
    {
        let path = models.join(".download.m.gguf.json");
        std::fs::write(&path, note).unwrap();
        let all = downloads(&models, &server);
        std::thread::sleep(std::time::Duration::from_millis(100));
        for found in all.snapshot() {
            all.resume(found.id);
            let error = failed(&all, found.id);
            assert!(
                matches!(error, Error::Server(hub::Error::Address { .. })),
                "{index}: {error:?}"
            );
            all.cancel(found.id);
        }
        drop(all);
        assert_eq!(std::fs::read_to_string(&victim).unwrap(), "mine");
        assert!(server.seen().is_empty());
    }
}

#[test]
fn a_file_of_unknown_size_and_a_server_without_head() {
    let file = File::random(SIZE, 11);
    let given = file.clone();
    let server = Server::start(move |seen| match seen.is_head() {
        true => Reply::status(405),
        false => Reply::file(seen, &given).without_length(),
    });
    let home = tempfile::tempdir().unwrap();
    let all = downloads(home.path(), &server);
    check(&done(&all, all.add(plain(&server, "m.gguf"))), &file);
}
