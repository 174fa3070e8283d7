//! What was acknowledged is never lost: processes that are killed while they write, and
//! disks that fail at every moment there is.
//!
//! The process that is killed or betrayed is this test program again, which runs [`driver`]
//! over the same store code as the window.

#[cfg(feature = "llama")]
mod asks;
mod driver;
mod faults;
mod kills;

use std::collections::HashMap;
use std::io::BufRead;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use charla::chat::MessageId;
use charla::store::Store;

/// The variable that names the folder a driver works in.
const FOLDER: &str = "CHARLA_TEST_DRIVER";

/// How many rounds a loop has, where it is to be another number than in the everyday tests.
const ROUNDS: &str = "CHARLA_TEST_ROUNDS";

fn rounds(everyday: usize) -> usize {
    let wanted = std::env::var(ROUNDS).ok();
    wanted.map_or(everyday, |rounds| rounds.parse().unwrap())
}

/// What a driver has said so far.
#[derive(Debug, Default)]
struct Said {
    /// What is on the disk by its word: messages and what they begin with, or say.
    promised: HashMap<MessageId, Promise>,
    /// Sentences for the user.
    errors: Vec<String>,
    /// Whether it came to its end.
    is_done: bool,
}

#[derive(Debug, Clone, PartialEq)]
enum Promise {
    Whole(String),
    Begun(String),
    Gone,
}

impl Said {
    fn hear(&mut self, line: &str) {
        let mut words = line.splitn(3, ' ');
        let (kind, rest) = (words.next(), words.next().zip(words.next()));
        let promise =
            |text: &str, make: fn(String) -> Promise| make(serde_json::from_str(text).unwrap());
        match (kind, rest) {
            (Some("whole"), Some((id, text))) => {
                let id = MessageId::from_code(id).unwrap();
                self.promised.insert(id, promise(text, Promise::Whole));
            }
            (Some("begun"), Some((id, text))) => {
                let id = MessageId::from_code(id).unwrap();
                self.promised.insert(id, promise(text, Promise::Begun));
            }
            // A step that may have happened when the driver was killed.
            (Some("unsure"), Some((id, _))) => {
                self.promised.remove(&MessageId::from_code(id).unwrap());
            }
            (Some("gone"), Some((id, _))) => {
                let id = MessageId::from_code(id).unwrap();
                self.promised.insert(id, Promise::Gone);
            }
            (Some("error"), _) => self.errors.push(line["error ".len()..].to_owned()),
            (Some("done"), _) => self.is_done = true,
            // The test harness has words of its own.
            _ => {}
        }
    }

    /// Listens until the driver ends.
    fn hear_all(&mut self, output: impl BufRead) {
        for line in output.lines() {
            match line {
                Ok(line) => self.hear(&line),
                // The last line of one that was killed may be cut in a character.
                Err(_) => break,
            }
        }
    }
}

/// Starts this program as a driver of the given kind.
fn start(kind: &str, folder: &Path, set: impl FnOnce(&mut Command)) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "--ignored", "--nocapture", "--test-threads=1"])
        .arg(format!("durability::driver::{kind}"))
        .env(FOLDER, folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    set(&mut command);
    command.spawn().unwrap()
}

/// Opens the chats as the next start does, and holds what is there against what was
/// promised.
fn check(folder: &Path, promised: &HashMap<MessageId, Promise>) {
    let store = Store::open(folder).unwrap();
    let mut texts = HashMap::new();
    for chat in store.all_chats().unwrap() {
        for message in store.chat(chat).unwrap().messages() {
            assert!(
                message.role != charla::chat::Role::Assistant || message.finish.is_some(),
                "a reply without a writer has an end: {message:?}"
            );
            texts.insert(message.id, message.text.clone());
        }
    }
    for (id, promise) in promised {
        let text = texts.get(id);
        match promise {
            Promise::Whole(promised) => assert_eq!(text, Some(promised), "{id:?}"),
            Promise::Begun(promised) => assert!(
                text.is_some_and(|text| text.starts_with(promised)),
                "{id:?} is to begin with {promised:?} and is {text:?}"
            ),
            Promise::Gone => assert_eq!(text, None, "{id:?}"),
        }
    }
    let path = store.path().to_owned();
    drop(store);
    let db = rusqlite::Connection::open(path).unwrap();
    let verdict: String = db
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(verdict, "ok");
    for table in ["message_words", "title_words"] {
        let check = format!("INSERT INTO {table} ({table}) VALUES ('integrity-check')");
        db.execute(&check, []).unwrap();
    }
}
