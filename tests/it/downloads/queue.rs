//! Who is downloaded when: the queue, pauses, and giving up.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use charla::library::download::{Downloads, Error, State};

use super::{check, config, done, downloads, failed, files, options, plain, serving, until};
use crate::hub_server::File;
use crate::talk::PATIENCE;

const SIZE: usize = 2_000_000;

/// A file that takes a second, so that something can be done meanwhile.
fn slow(seed: u64) -> (File, crate::hub_server::Server) {
    let file = File::random(SIZE, seed);
    let server = serving(&file, |_, _, good| Some(good.pace(20_000, 10)));
    (file, server)
}

#[test]
fn a_download_can_be_paused_and_goes_on_from_there() {
    let (file, server) = slow(30);
    let home = tempfile::tempdir().unwrap();
    let all = downloads(home.path(), &server);
    let id = all.add(plain(&server, "m.gguf"));
    until(&all, id, |it| it.received_bytes > SIZE as u64 / 4);
    all.pause(id);
    let paused = until(&all, id, |it| matches!(it.state, State::Paused));
    assert!(paused.rate_bytes_per_s.is_none());
    assert_eq!(
        files(home.path()),
        [".download.m.gguf.json", ".download.m.gguf.part"]
    );
    assert!(super::models_in(home.path()).is_empty());
    // Both at once, and more than once; the last word counts.
    all.resume(id);
    all.pause(id);
    all.resume(id);
    all.pause(id);
    std::thread::sleep(Duration::from_millis(100));
    let paused = super::find(&all, id).unwrap();
    assert!(matches!(paused.state, State::Paused), "{paused:?}");
    all.resume(id);
    all.pause(id);
    all.resume(id);
    all.resume(id);
    let progress = until(&all, id, |it| matches!(it.state, State::Done { .. }));
    check(&progress, &file);
    assert!(
        server.sent_bytes() < 2 * SIZE as u64,
        "{}",
        server.sent_bytes()
    );

    // It is found again after the program has ended, and goes on only when it is told to.
    let id = all.add(plain(&server, "n.gguf"));
    let before = until(&all, id, |it| it.received_bytes > SIZE as u64 / 4);
    drop(all);
    assert_eq!(charla::library::download::left_behind(home.path()), 1);
    let asked = server.seen().len();
    let all = downloads(home.path(), &server);
    let start = std::time::Instant::now();
    while all.snapshot().is_empty() && start.elapsed() < PATIENCE {
        std::thread::sleep(Duration::from_millis(5));
    }
    let found = all.snapshot().remove(0);
    assert!(matches!(found.state, State::Paused), "{found:?}");
    assert_eq!(
        (found.name.as_str(), found.total_bytes),
        ("n.gguf", before.total_bytes)
    );
    assert!(found.received_bytes > 0);
    assert_eq!(server.seen().len(), asked);
    assert_eq!(all.add(plain(&server, "n.gguf")), found.id);
    check(&done(&all, found.id), &file);
    assert_eq!(files(home.path()), ["m.gguf", "n.gguf"]);
}

#[test]
fn what_is_given_up_leaves_nothing_behind() {
    let (_, server) = slow(31);
    let home = tempfile::tempdir().unwrap();
    let all = downloads(home.path(), &server);
    let gone = |id| {
        let start = std::time::Instant::now();
        while super::find(&all, id).is_some() {
            assert!(start.elapsed() < super::PATIENCE);
            std::thread::sleep(Duration::from_millis(5));
        }
    };
    // While it runs, while it is paused, and while it waits for its turn.
    let running = all.add(super::of_hub("a.gguf"));
    until(&all, running, |it| it.received_bytes > 100_000);
    all.cancel(running);
    gone(running);
    assert_eq!(files(home.path()), [""; 0]);
    assert!(!home.path().join("maker").exists());

    let paused = all.add(plain(&server, "b.gguf"));
    until(&all, paused, |it| it.received_bytes > 100_000);
    all.pause(paused);
    until(&all, paused, |it| matches!(it.state, State::Paused));
    all.cancel(paused);
    gone(paused);

    all.set_places(1);
    let first = all.add(plain(&server, "c.gguf"));
    let queued = all.add(plain(&server, "d.gguf"));
    until(&all, first, |it| it.received_bytes > 100_000);
    all.cancel(queued);
    gone(queued);
    all.cancel(first);
    // Wanted after all, at once.
    let again = all.add(plain(&server, "c.gguf"));
    assert_ne!(first, again);
    done(&all, again);
    // What is done is not touched.
    all.cancel(again);
    all.forget(again);
    gone(again);
    assert_eq!(files(home.path()), ["c.gguf"]);
}

#[test]
fn only_so_many_run_at_once() {
    let file = File::random(400_000, 32);
    let now = Arc::new(AtomicUsize::new(0));
    let most = Arc::new(AtomicUsize::new(0));
    let (count, peak) = (Arc::clone(&now), Arc::clone(&most));
    let server = serving(&file, move |_, _, good| {
        let running = count.fetch_add(1, Ordering::SeqCst) + 1;
        peak.fetch_max(running, Ordering::SeqCst);
        let count = Arc::clone(&count);
        // As long as the body takes.
        std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(150));
            count.fetch_sub(1, Ordering::SeqCst);
        });
        Some(good.pace(20_000, 10))
    });
    let home = tempfile::tempdir().unwrap();
    let all = downloads(home.path(), &server);
    let names = ["a.gguf", "b.gguf", "c.gguf", "d.gguf"];
    let ids = names.map(|name| all.add(plain(&server, name)));
    // The same again, under a name that some disks take for the same.
    assert_eq!(all.add(plain(&server, "A.gguf")), ids[0]);
    let running = |all: &Downloads| {
        let all = all.snapshot();
        let is_on = |state: &State| !state.is_at_rest() && !matches!(state, State::Queued);
        all.iter().filter(|it| is_on(&it.state)).count()
    };
    while all.snapshot().iter().any(|it| !it.state.is_at_rest()) {
        assert!(running(&all) <= 2);
        std::thread::sleep(Duration::from_millis(5));
    }
    for id in ids {
        check(&done(&all, id), &file);
    }
    assert_eq!(most.load(Ordering::SeqCst), 2);
}

#[test]
fn a_limit_holds_all_of_them_and_can_be_lifted() {
    let file = File::random(1_000_000, 33);
    let server = serving(&file, |_, _, _| None);
    let home = tempfile::tempdir().unwrap();
    let all = downloads(home.path(), &server);
    all.set_limit(Some(50_000));
    let ids = [
        all.add(plain(&server, "a.gguf")),
        all.add(plain(&server, "b.gguf")),
    ];
    until(&all, ids[0], |it| it.received_bytes > 0);
    std::thread::sleep(Duration::from_millis(600));
    for id in ids {
        let progress = super::find(&all, id).unwrap();
        assert!(matches!(progress.state, State::Downloading), "{progress:?}");
        assert!(progress.received_bytes < 1_000_000, "{progress:?}");
    }
    all.set_limit(None);
    for id in ids {
        check(&done(&all, id), &file);
    }
}

#[test]
fn wakes_are_few_and_the_last_one_comes() {
    let (file, server) = slow(34);
    let home = tempfile::tempdir().unwrap();
    let wakes = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&wakes);
    let wake = Arc::new(move || {
        counter.fetch_add(1, Ordering::Relaxed);
    });
    let config = config(&server.url(), None);
    let all = Downloads::start_with(home.path(), config, options(), wake).unwrap();
    let start = std::time::Instant::now();
    let id = all.add(plain(&server, "m.gguf"));
    check(&done(&all, id), &file);
    std::thread::sleep(Duration::from_millis(250));
    let most = start.elapsed().as_millis() / 100 + 2;
    let count = wakes.load(Ordering::Relaxed);
    assert!(
        (2..=usize::try_from(most).unwrap()).contains(&count),
        "{count}"
    );
    // Nothing happens, and nobody is woken.
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(wakes.load(Ordering::Relaxed), count);
}

#[test]
fn two_writers_do_not_meet() {
    let (file, server) = slow(35);
    let home = tempfile::tempdir().unwrap();
    let one = downloads(home.path(), &server);
    let id = one.add(plain(&server, "m.gguf"));
    until(&one, id, |it| it.received_bytes > 0);
    let left_behind = charla::library::download::left_behind;
    assert_eq!(left_behind(home.path()), 0, "somebody is at it");
    let other = downloads(home.path(), &server);
    let second = other.add(plain(&server, "m.gguf"));
    let error = failed(&other, second);
    assert!(matches!(error, Error::Busy { .. }), "{error}");
    // Giving it up here does not take it away from there.
    other.cancel(second);
    check(&done(&one, id), &file);
}

#[test]
fn a_set_goes_on_with_the_file_it_was_at_and_can_be_given_up_whole() {
    use charla::library::download::Request;
    use charla::library::hub::{Item, RepoFile};

    let parts: Vec<File> = (0..3)
        .map(|part| File::random(SIZE / 4, 40 + part))
        .collect();
    let name = |part: usize| format!("big-{part:05}-of-00003.gguf");
    let given = parts.clone();
    let server = crate::hub_server::Server::start(move |seen| {
        let part = (1..=3).find(|part| seen.target.ends_with(&name(*part)));
        let file = &given[part.unwrap() - 1];
        let reply = crate::hub_server::Reply::file(seen, file).linked(file);
        reply.pace(20_000, 5)
    });
    let files_of = parts.iter().enumerate().map(|(index, file)| RepoFile {
        path: name(index + 1),
        size_bytes: file.size_bytes(),
        sha256: Some(file.sha256.clone()),
    });
    let set = Item {
        name: "big.gguf".into(),
        quantisation: None,
        size_bytes: 3 * SIZE as u64 / 4,
        files: files_of.collect(),
        expected_files: 3,
        beside: None,
    };
    let request = || Request::of_item(&super::repo(), "main", &set).unwrap();
    let home = tempfile::tempdir().unwrap();
    let total = set.size_bytes;
    for is_given_up in [true, false] {
        let before = server.sent_bytes();
        let all = downloads(home.path(), &server);
        let id = all.add(request());
        let first = until(&all, id, |it| it.received_bytes > total / 2);
        assert_eq!(first.total_bytes, Some(total));
        drop(all);
        assert!(super::models_in(home.path()).is_empty());
        let all = downloads(home.path(), &server);
        let id = all.add(request());
        if is_given_up {
            all.cancel(id);
            while super::find(&all, id).is_some() {
                std::thread::sleep(Duration::from_millis(5));
            }
            assert_eq!(files(home.path()), [""; 0]);
        } else {
            let progress = done(&all, id);
            assert_eq!(progress.received_bytes, total);
            assert_eq!(progress.path, progress.files[0].path);
            for (file, part) in progress.files.iter().zip(&parts) {
                assert!(std::fs::read(&file.path).unwrap() == *part.bytes);
            }
            let cost = server.sent_bytes() - before;
            assert!(cost < total + SIZE as u64 / 4, "{cost}");
        }
    }
}
