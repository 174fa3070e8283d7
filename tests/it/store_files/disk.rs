//! Disks and folders that cannot be written, and full ones.

use std::fs;
use std::path::Path;
use std::process::Command;

use charla::chat::ChatId;
use charla::store::{Error, Mode, Notice, Store, Write};

use super::{chat, child, names};

/// The jobs that need a disk of their own.
pub(super) fn job(name: &str, folder: &Path) {
    match name {
        "full" => full(folder),
        "read-only" => read_only(folder),
        other => panic!("no job {other}"),
    }
}

/// Runs a job where it may mount disks that nobody else sees; says so where it cannot.
fn on_own_disk(job: &str, script: &str) {
    let home = tempfile::tempdir().unwrap();
    let can = Command::new("unshare").args(["-m", "true"]).status();
    if !can.is_ok_and(|it| it.success()) {
        eprintln!("NOT TESTED: {job}: disks cannot be mounted here");
        return;
    }
    let inner = child(job, home.path());
    let mut command = Command::new("unshare");
    command.args(["-m", "sh", "-c"]);
    command.arg(format!("{script}; exec \"$@\""));
    command
        .arg("sh")
        .arg(inner.get_program())
        .args(inner.get_args());
    command.env("HOME_OF_TEST", home.path());
    for (name, value) in inner.get_envs() {
        command.env(name, value.unwrap());
    }
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}\n{errors}");
    assert!(said.contains("1 passed"), "{said}");
}

#[test]
fn a_full_disk_loses_nothing() {
    on_own_disk(
        "full",
        "mount -t tmpfs -o size=3m none \"$HOME_OF_TEST\" || exit 1",
    );
}

fn full(folder: &Path) {
    let mut store = Store::open_for_window(folder).unwrap();
    let ballast = folder.join("ballast");
    fs::write(&ballast, vec![0; 600_000]).unwrap();
    let mut acknowledged: Vec<ChatId> = Vec::new();
    let error = loop {
        let id = ChatId::fresh();
        let mut writes = vec![Write::NewChat {
            id,
            folder: None,
            created_unix_ms: 1,
        }];
        let mut message = super::message("x");
        message.text = "word ".repeat(2000);
        writes.push(Write::Messages {
            chat: id,
            messages: vec![message],
        });
        match store.write(&writes) {
            Ok(()) => acknowledged.push(id),
            Err(error) => break error,
        }
    };
    assert!(matches!(error, Error::DiskFull { .. }), "{error}");
    assert!(matches!(
        store.backup_if_due(),
        Err(Error::NoRoom { .. } | Error::DiskFull { .. })
    ));
    assert_eq!(names(&folder.join("backups")), [""; 0]);
    drop(store);

    let mut store = Store::open_or_memory(folder).unwrap();
    assert_eq!(store.all_chats().unwrap().len(), acknowledged.len());
    if store.mode() != &Mode::Kept {
        let more = chat(&mut store, "in memory", 1);
        fs::remove_file(&ballast).unwrap();
        store.retry_open().unwrap();
        store.chat(more).unwrap();
    }
    let _ = fs::remove_file(ballast);
    assert_eq!(store.mode(), &Mode::Kept);
    for id in acknowledged {
        assert_eq!(store.chat(id).unwrap().messages().len(), 1);
    }
    chat(&mut store, "after", 2);
    assert_eq!(store.check().unwrap(), None);
}

#[test]
fn a_folder_that_may_not_be_written_can_be_read() {
    let bind = "mkdir \"$HOME_OF_TEST/chats\"; mount --bind \"$HOME_OF_TEST/chats\" \
                \"$HOME_OF_TEST/chats\" || exit 1";
    on_own_disk("read-only", bind);
}

fn remount(folder: &Path, how: &str) {
    let mut command = Command::new("mount");
    command
        .arg("-o")
        .arg(format!("remount,bind,{how}"))
        .arg(folder);
    assert!(command.status().unwrap().success());
}

fn read_only(home: &Path) {
    let folder = home.join("chats");
    // An empty one first.
    remount(&folder, "ro");
    let mut store = Store::open_or_memory(&folder).unwrap();
    assert!(
        matches!(store.mode(), Mode::Memory(Error::ReadOnly { .. })),
        "{:?}",
        store.mode()
    );
    let first = chat(&mut store, "first", 2);
    remount(&folder, "rw");
    store.retry_open().unwrap();
    assert_eq!(store.chat(first).unwrap().messages().len(), 2);

    // What another program left in the log is read too.
    let (file, log) = (
        folder.join("chats.sqlite3"),
        folder.join("chats.sqlite3-wal"),
    );
    let saved = (fs::read(&file).unwrap(), fs::read(&log).unwrap());
    drop(store);
    fs::write(&file, saved.0).unwrap();
    fs::write(&log, saved.1).unwrap();
    remount(&folder, "ro");
    let before = names(&folder);
    let mut store = Store::open_or_memory(&folder).unwrap();
    assert!(
        matches!(store.mode(), Mode::Memory(Error::ReadOnly { .. })),
        "{:?}",
        store.mode()
    );
    assert_eq!(store.notices(), []);
    assert_eq!(store.chat(first).unwrap().messages().len(), 2);
    let second = chat(&mut store, "second", 2);
    assert_eq!(names(&folder), before);
    assert!(matches!(Store::open(&folder), Err(Error::ReadOnly { .. })));
    remount(&folder, "rw");
    store.retry_open().unwrap();
    store.chat(second).unwrap();
    store.chat(first).unwrap();
}

#[test]
fn a_folder_in_the_place_of_the_file_is_left_alone() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("chats.sqlite3");
    fs::create_dir(&folder).unwrap();
    let mut store = Store::open_or_memory(home.path()).unwrap();
    assert!(matches!(store.mode(), Mode::Memory(Error::Unusable { .. })));
    let id = chat(&mut store, "kept", 2);
    fs::remove_dir(&folder).unwrap();
    store.retry_open().unwrap();
    store.chat(id).unwrap();
}

#[test]
fn a_folder_that_cannot_be_made_is_no_end() {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("data"), "a file").unwrap();
    let folder = home.path().join("data/chats");
    let mut store = Store::open_or_memory(&folder).unwrap();
    assert!(matches!(store.mode(), Mode::Memory(Error::Unusable { .. })));
    chat(&mut store, "kept", 2);
    fs::remove_file(home.path().join("data")).unwrap();
    store.retry_open().unwrap();
    assert_eq!(store.all_chats().unwrap().len(), 1);
}

#[test]
fn a_newer_file_is_not_touched() {
    let home = tempfile::tempdir().unwrap();
    let mut store = Store::open(home.path()).unwrap();
    chat(&mut store, "newer", 2);
    drop(store);
    let path = home.path().join("chats.sqlite3");
    let mut bytes = fs::read(&path).unwrap();
    bytes[60..64].copy_from_slice(&99_u32.to_be_bytes());
    fs::write(&path, &bytes).unwrap();
    assert!(matches!(
        Store::open(home.path()),
        Err(Error::Newer { version: 99, .. })
    ));
    let mut store = Store::open_or_memory(home.path()).unwrap();
    assert!(matches!(store.mode(), Mode::Memory(Error::Newer { .. })));
    assert!(matches!(store.notices(), [Notice::NotShown { .. }]));
    chat(&mut store, "kept in memory", 2);
    drop(store);
    assert!(fs::read(&path).unwrap() == bytes);
}
