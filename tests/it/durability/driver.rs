//! The processes that are killed or betrayed. Each prints what is on the disk as soon as
//! it has been told so.

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::{Arc, mpsc};

use charla::chat::{ChatId, Finish, Message, MessageId, Role};
use charla::i18n::{I18n, Language, Localize as _};
use charla::store::{BinId, Error, Keeper, Store, Target, Write, now_unix_ms};

use super::FOLDER;

/// What a driver writes with, and how it says what came of it.
struct Driver {
    keeper: Keeper,
    i18n: I18n,
}

impl Driver {
    /// Opens the chats of the folder in the environment; says why where that fails.
    fn open() -> Option<Self> {
        // The test harness has left the line open.
        say("");
        let folder = PathBuf::from(std::env::var_os(FOLDER)?);
        let i18n = I18n::new(Language::En);
        match Store::open(&folder) {
            Ok(store) => Some(Self {
                keeper: Keeper::start(move || Ok(store), Arc::new(|_| {})).unwrap(),
                i18n,
            }),
            Err(error) => {
                say(&format!("error {}", i18n.say(&error)));
                None
            }
        }
    }

    /// Writes these; returns whether they are on the disk.
    fn write(&self, writes: Vec<Write>) -> bool {
        let (done, result) = mpsc::channel();
        self.keeper.write(writes, move |result| {
            let _ = done.send(result);
        });
        self.note(&result.recv().unwrap())
    }

    fn note(&self, result: &Result<(), Error>) -> bool {
        if let Err(error) = result {
            say(&format!("error {}", self.i18n.text(&error.text())));
        }
        result.is_ok()
    }
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    // In one go: a line that is there is whole.
    out.write_all(format!("{line}\n").as_bytes()).unwrap();
    out.flush().unwrap();
}

fn promise(kind: &str, id: MessageId, text: &str) {
    say(&format!(
        "{kind} {} {}",
        id.code(),
        serde_json::to_string(text).unwrap()
    ));
}

fn message(parent: Option<MessageId>, role: Role, text: &str) -> Message {
    Message::new(MessageId::fresh(), parent, role, text.into(), now_unix_ms())
}

/// Questions and replies at full speed, until somebody puts an end to it.
#[test]
#[ignore = "it runs only as the process that a test kills"]
fn writes_for_ever() {
    let Some(driver) = Driver::open() else {
        return;
    };
    say("ready");
    for round in 0_u32.. {
        let chat = ChatId::fresh();
        let question = message(None, Role::User, &format!("¿Qué es {round}? 🙂"));
        let reply = message(Some(question.id), Role::Assistant, "");
        let (asked, id) = (question.clone(), reply.id);
        let new = Write::NewChat {
            id: chat,
            folder: None,
            created_unix_ms: now_unix_ms(),
        };
        let messages = vec![question, reply];
        if driver.write(vec![new, Write::Messages { chat, messages }]) {
            promise("whole", asked.id, &asked.text);
        }
        let mut text = String::new();
        for piece in 0..fastrand::u32(1..6) {
            let more = format!(
                "{piece} y {} más. ",
                "muchísimo ".repeat(fastrand::usize(..40))
            );
            text.push_str(&more);
            let append = Write::Append {
                message: id,
                text: more,
                reasoning: String::new(),
            };
            if driver.write(vec![append]) {
                promise("begun", id, &text);
            }
        }
        // The one that streams as the window does: no word of it, but it must do no harm.
        driver.keeper.append(id, "cola", "");
        text.push_str("cola");
        let finish = Write::Finish {
            message: id,
            finish: Finish::EndOfReply,
            timings: None,
        };
        if driver.write(vec![finish]) {
            promise("whole", id, &text);
        }
        if round % 3 == 0 {
            let delete = Write::Delete {
                id: BinId::fresh(),
                target: Target::Message(chat, id),
            };
            // Killed before the answer comes, it may be gone or not.
            say(&format!("unsure {} -", id.code()));
            if driver.write(vec![delete]) {
                promise("gone", id, "");
            }
        }
    }
}

/// One session with everything a user does, each step once.
#[test]
#[ignore = "it runs only as the process that a test betrays"]
fn does_everything_once() {
    let Some(driver) = Driver::open() else {
        say("done");
        return;
    };
    let chat = ChatId::fresh();
    let question = message(None, Role::User, "¿Capital de Francia?");
    let reply = message(Some(question.id), Role::Assistant, "");
    let (asked, id) = (question.clone(), reply.id);
    let new = Write::NewChat {
        id: chat,
        folder: None,
        created_unix_ms: now_unix_ms(),
    };
    let messages = vec![question, reply];
    if driver.write(vec![new, Write::Messages { chat, messages }]) {
        promise("whole", asked.id, &asked.text);
    }
    let mut text = String::new();
    for piece in ["La capital ", "de Francia ", "es París."] {
        text.push_str(piece);
        let append = Write::Append {
            message: id,
            text: piece.into(),
            reasoning: "Pienso. ".repeat(400),
        };
        if driver.write(vec![append]) {
            promise("begun", id, &text);
        }
    }
    let finish = Write::Finish {
        message: id,
        finish: Finish::EndOfReply,
        timings: None,
    };
    if driver.write(vec![finish]) {
        promise("whole", id, &text);
    }
    let version = message(None, Role::User, "¿Capital de Italia?");
    let edited = version.clone();
    let messages = vec![version];
    if driver.write(vec![Write::Messages { chat, messages }]) {
        promise("whole", edited.id, &edited.text);
    }
    let title = Some("Capitales".to_owned());
    driver.write(vec![Write::Title { chat, title }]);
    driver.write(vec![Write::Draft {
        chat: Some(chat),
        text: "Y la de…".into(),
    }]);
    let bin = BinId::fresh();
    let target = Target::Chats(vec![chat]);
    // What could not be acknowledged may have happened all the same.
    for id in [asked.id, id, edited.id] {
        say(&format!("unsure {} -", id.code()));
    }
    driver.write(vec![Write::Delete { id: bin, target }]);
    if driver.write(vec![Write::Restore(bin)]) {
        promise("whole", asked.id, &asked.text);
        promise("whole", id, &text);
        promise("whole", edited.id, &edited.text);
    }
    let (send, result) = mpsc::channel();
    driver.keeper.run(move |store| {
        let _ = send.send(store.backup_if_due().map(drop));
    });
    let result = result.recv().unwrap();
    driver.note(&result);
    drop(driver);
    say("done");
}

/// Opens the chats, whatever has to be done for that, and leaves.
#[test]
#[ignore = "it runs only as the process that a test kills"]
fn opens() {
    drop(Driver::open());
    say("done");
}
