//! Downloads, against a server on this machine that misbehaves on command.

mod faults;
mod hub;
mod processes;
mod queue;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use charla::library::download::{DownloadId, Downloads, Error, Options, Progress, Request, State};
use charla::library::hub::{Config, MAIN, RepoId, Token};

use crate::hub_server::{File, Reply, Seen, Server};

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(20);

fn config(url: &str, token: Option<&str>) -> Config {
    let mut config = Config::new(url, token.and_then(Token::new)).unwrap();
    config.connect_timeout = Duration::from_secs(2);
    config.silence_timeout = Duration::from_millis(400);
    config.is_direct = true;
    config
}

fn options() -> Options {
    Options {
        places: 2,
        reserve_bytes: 0,
        attempts: 3,
        first_pause: Duration::from_millis(10),
        longest_pause: Duration::from_millis(40),
    }
}

fn downloads(folder: &Path, server: &Server) -> Downloads {
    let config = config(&server.url(), None);
    Downloads::start_with(folder, config, options(), Arc::new(|| {})).unwrap()
}

fn repo() -> RepoId {
    RepoId::new("maker/model-GGUF").unwrap()
}

/// A file of the repository, of which the name is all that is known.
fn of_hub(path: &str) -> Request {
    Request::of_file(&repo(), MAIN, path, None).unwrap()
}

fn plain(server: &Server, path: &str) -> Request {
    let config = config(&server.url(), None);
    Request::of_address(&config, &format!("{}/{path}", server.url())).unwrap()
}

fn find(downloads: &Downloads, id: DownloadId) -> Option<Progress> {
    downloads.snapshot().into_iter().find(|it| it.id == id)
}

/// Waits for a download to be as wanted.
fn until(downloads: &Downloads, id: DownloadId, is_it: impl Fn(&Progress) -> bool) -> Progress {
    let start = Instant::now();
    loop {
        let progress = find(downloads, id).expect("it is in the list");
        if is_it(&progress) {
            return progress;
        }
        assert!(start.elapsed() < PATIENCE, "{progress:?}");
        thread::sleep(Duration::from_millis(5));
    }
}

fn at_rest(downloads: &Downloads, id: DownloadId) -> Progress {
    until(downloads, id, |it| it.state.is_at_rest())
}

fn done(downloads: &Downloads, id: DownloadId) -> Progress {
    let progress = at_rest(downloads, id);
    assert!(matches!(progress.state, State::Done { .. }), "{progress:?}");
    progress
}

fn failed(downloads: &Downloads, id: DownloadId) -> Error {
    match at_rest(downloads, id).state {
        State::Failed(error) => error,
        other => panic!("{other:?}"),
    }
}

/// All files below a folder, hidden ones too.
fn files(folder: &Path) -> Vec<String> {
    fn look(folder: &Path, found: &mut Vec<PathBuf>) {
        for item in std::fs::read_dir(folder).into_iter().flatten() {
            let path = item.unwrap().path();
            match path.is_dir() {
                true => look(&path, found),
                false => found.push(path),
            }
        }
    }
    let mut found = Vec::new();
    look(folder, &mut found);
    let mut names: Vec<String> = found
        .iter()
        .map(|it| {
            it.strip_prefix(folder)
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    names.sort();
    names
}

/// A server with one file, whose GETs are answered by `answer` as long as that wants.
fn serving(
    file: &File,
    answer: impl Fn(&Seen, usize, Reply) -> Option<Reply> + Send + Sync + 'static,
) -> Server {
    let file = file.clone();
    let gets = std::sync::atomic::AtomicUsize::new(0);
    Server::start(move |seen| {
        let good = Reply::file(seen, &file);
        if seen.is_head() {
            return good;
        }
        let number = gets.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        answer(seen, number, good.clone()).unwrap_or(good)
    })
}

fn check(progress: &Progress, file: &File) {
    assert_eq!(progress.files[0].sha256, file.sha256);
    assert_eq!(progress.received_bytes, file.size_bytes());
    assert_eq!(progress.total_bytes, Some(file.size_bytes()));
    assert!(std::fs::read(&progress.path).unwrap() == *file.bytes);
}

/// The models that the library would list there.
fn models_in(folder: &std::path::Path) -> Vec<charla::library::Entry> {
    let root = charla::library::Root::added(folder.to_owned());
    let never = std::sync::atomic::AtomicBool::new(false);
    charla::library::scan(&[root], None, &never).entries
}
