//! Files that are no good: what was in them, or in their backup, is there afterwards.

use std::fs;
use std::path::Path;

use charla::chat::ChatId;
use charla::store::{Error, Mode, Notice, Store};

use super::{chat, names};

/// Chats of which the first half are in a backup.
fn home_with_backup() -> (tempfile::TempDir, Vec<ChatId>, Vec<ChatId>) {
    let home = tempfile::tempdir().unwrap();
    let mut store = Store::open_for_window(home.path()).unwrap();
    let old = (0..40)
        .map(|it| chat(&mut store, &format!("old {it}"), 8))
        .collect();
    store.backup_if_due().unwrap().unwrap();
    let new = (0..40)
        .map(|it| chat(&mut store, &format!("new {it}"), 8))
        .collect();
    (home, old, new)
}

fn file(home: &Path) -> std::path::PathBuf {
    home.join("chats.sqlite3")
}

fn damaged(home: &Path) -> Vec<String> {
    let mut names = names(home);
    names.retain(|it| it.starts_with("chats.damaged-") && it.ends_with(".sqlite3"));
    names
}

/// How many of these chats have this many messages.
fn whole(store: &Store, chats: &[ChatId]) -> usize {
    let is_whole = |id: &&ChatId| store.chat(**id).is_ok_and(|it| it.messages().len() == 8);
    chats.iter().filter(is_whole).count()
}

#[test]
fn an_empty_file_gives_way_to_the_backup() {
    let (home, old, new) = home_with_backup();
    fs::write(file(home.path()), "").unwrap();
    let store = Store::open_or_memory(home.path()).unwrap();
    assert_eq!(store.mode(), &Mode::Kept);
    assert_eq!(whole(&store, &old), 40);
    assert_eq!(whole(&store, &new), 0);
    assert!(matches!(
        store.notices(),
        [Notice::WasEmpty {
            backup_unix_ms: Some(_),
            messages: 0,
            ..
        }]
    ));
    assert_eq!(damaged(home.path()).len(), 1);
    drop(store);
    let again = Store::open_or_memory(home.path()).unwrap();
    assert_eq!(again.notices(), [], "it is said once");
    assert!(
        !names(home.path())
            .iter()
            .any(|it| it.contains("new") || it.contains("part"))
    );
}

#[test]
fn what_is_no_database_is_kept_and_replaced() {
    let home = tempfile::tempdir().unwrap();
    fs::write(file(home.path()), "This is a letter. ".repeat(900)).unwrap();
    let store = Store::open_or_memory(home.path()).unwrap();
    assert_eq!(store.mode(), &Mode::Kept);
    assert!(matches!(
        store.notices(),
        [Notice::Recovered {
            backup_unix_ms: None,
            chats: 0,
            ..
        }]
    ));
    let kept = home.path().join(&damaged(home.path())[0]);
    assert!(
        fs::read_to_string(kept)
            .unwrap()
            .starts_with("This is a letter.")
    );
}

#[test]
fn the_first_page_can_be_lost() {
    for has_backup in [true, false] {
        let (home, old, new) = home_with_backup();
        if !has_backup {
            fs::remove_dir_all(home.path().join("backups")).unwrap();
        }
        let mut bytes = fs::read(file(home.path())).unwrap();
        bytes[..4096].fill(0);
        fs::write(file(home.path()), bytes).unwrap();
        let store = Store::open_or_memory(home.path()).unwrap();
        assert_eq!(whole(&store, &old), 40, "with a backup: {has_backup}");
        assert_eq!(whole(&store, &new), 40, "with a backup: {has_backup}");
    }
}

#[test]
fn random_bytes_lose_nothing_of_the_backup_and_little_else() {
    let (home, old, new) = home_with_backup();
    let clean = fs::read(file(home.path())).unwrap();
    let mut recovered = 0;
    for seed in 0..40 {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut bytes = clean.clone();
        for _ in 0..random.usize(1..5) {
            let length = random.usize(1..6000);
            let from = random.usize(..bytes.len() - length);
            random.fill(&mut bytes[from..from + length]);
        }
        let case = tempfile::tempdir().unwrap();
        fs::create_dir(case.path().join("backups")).unwrap();
        for name in names(&home.path().join("backups")) {
            let name = Path::new("backups").join(name);
            fs::copy(home.path().join(&name), case.path().join(&name)).unwrap();
        }
        fs::write(file(case.path()), &bytes).unwrap();
        let mut store = Store::open_or_memory(case.path()).unwrap();
        assert_eq!(store.mode(), &Mode::Kept, "seed {seed}");
        let later = store
            .check()
            .unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        let kept = whole(&store, &old);
        assert_eq!(kept, 40, "seed {seed}");
        let newer = whole(&store, &new);
        assert!(newer >= 20, "seed {seed}: {newer} of 40");
        recovered += newer;
        let was_replaced = later.is_some() || !store.notices().is_empty();
        assert_eq!(was_replaced, damaged(case.path()).len() == 1, "seed {seed}");
        if was_replaced {
            let saved = fs::read(case.path().join(&damaged(case.path())[0])).unwrap();
            assert_eq!(saved.len(), bytes.len());
        }
        assert_eq!(store.check().unwrap(), None, "seed {seed}");
    }
    assert!(recovered > 40 * 40 * 8 / 10, "{recovered} of {}", 40 * 40);
}

#[test]
fn a_truncated_file_gives_what_it_has() {
    let (home, old, _) = home_with_backup();
    let bytes = fs::read(file(home.path())).unwrap();
    for part in [1, 3, 5, 7] {
        for name in damaged(home.path()) {
            fs::remove_file(home.path().join(name)).unwrap();
        }
        fs::write(file(home.path()), &bytes[..bytes.len() * part / 8]).unwrap();
        let mut store = Store::open_or_memory(home.path()).unwrap();
        store.check().unwrap();
        assert_eq!(whole(&store, &old), 40, "{part} eighths");
        assert_eq!(damaged(home.path()).len(), 1);
    }
}

#[test]
fn a_damaged_file_that_others_use_is_left_alone() {
    let (home, old, _) = home_with_backup();
    let other = Store::open(home.path()).unwrap();
    let mut bytes = fs::read(file(home.path())).unwrap();
    let half = bytes.len() / 2;
    bytes[half..half + 9000].fill(0xA5);
    fs::write(file(home.path()), bytes).unwrap();
    let mut store = Store::open_for_window(home.path()).unwrap();
    assert!(matches!(store.check(), Err(Error::Busy { .. })));
    drop(other);
    let notice = store.check().unwrap();
    assert!(
        matches!(notice, Some(Notice::Recovered { .. })),
        "{notice:?}"
    );
    assert_eq!(whole(&store, &old), 40);
    assert_eq!(store.generation(), 1);
}

#[test]
fn an_exchange_that_was_cut_off_is_finished() {
    let (home, old, _) = home_with_backup();
    // The new file is whole, and the old one has been moved away.
    let new = home.path().join("chats.new.sqlite3");
    let backup = &names(&home.path().join("backups"))[0];
    fs::copy(home.path().join("backups").join(backup), &new).unwrap();
    fs::remove_file(file(home.path())).unwrap();
    let store = Store::open_or_memory(home.path()).unwrap();
    assert_eq!(whole(&store, &old), 40);
    assert!(!new.exists());
}
