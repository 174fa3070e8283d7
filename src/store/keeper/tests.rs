//! What the keeper does with a disk that is full, and how fast it is for who asks.

use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;

use super::*;
use crate::chat::{Chat, ChatId, Finish, FolderId, Message, Role};
use crate::store::now_unix_ms;

const PATIENCE: Duration = Duration::from_secs(20);

struct Bench {
    keeper: Keeper,
    events: mpsc::Receiver<Event>,
}

impl Bench {
    fn open(folder: &Path) -> Self {
        let (send, events) = mpsc::channel();
        let folder = folder.to_owned();
        let report: Report = Arc::new(move |event| {
            let _ = send.send(event);
        });
        let keeper = Keeper::start(move || Store::open(&folder), report).unwrap();
        Self { keeper, events }
    }

    fn write(&self, writes: Vec<Write>) -> Result<(), Error> {
        let (done, result) = mpsc::channel();
        self.keeper
            .write(writes, move |result| done.send(result).unwrap());
        result.recv_timeout(PATIENCE).unwrap()
    }

    fn wait_for(&self, wanted: &Event) {
        while self.events.recv_timeout(PATIENCE).unwrap() != *wanted {}
    }

    /// Lets the file grow by so many pages and no more; for as long as it will where there
    /// is no number.
    fn limit(&self, pages: Option<u32>) {
        let (done, result) = mpsc::channel();
        self.keeper.run(move |store| {
            let now: u32 = store
                .db
                .pragma_query_value(None, "page_count", |row| row.get(0))
                .unwrap();
            let most = pages.map_or(1_000_000, |pages| now + pages);
            store
                .db
                .pragma_update(None, "max_page_count", most)
                .unwrap();
            done.send(()).unwrap();
        });
        result.recv_timeout(PATIENCE).unwrap();
    }
}

fn new_chat() -> (ChatId, Vec<Write>) {
    let id = ChatId::fresh();
    let new = Write::NewChat {
        id,
        folder: None,
        created_unix_ms: now_unix_ms(),
    };
    (id, vec![new])
}

fn message(role: Role, parent: Option<MessageId>, text: String) -> Message {
    Message::new(MessageId::fresh(), parent, role, text, now_unix_ms())
}

fn read(folder: &Path, chat: ChatId) -> Chat {
    Store::open(folder).unwrap().chat(chat).unwrap()
}

#[test]
fn what_does_not_fit_the_disk_waits_and_comes_later_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let bench = Bench::open(folder.path());
    let (chat, mut writes) = new_chat();
    let question = message(Role::User, None, "¿Qué tal?".into());
    let reply = message(Role::Assistant, Some(question.id), String::new());
    let (asked, answer) = (question.id, reply.id);
    let messages = vec![question, reply];
    writes.push(Write::Messages { chat, messages });
    bench.write(writes).unwrap();

    bench.limit(Some(1));
    let long = "muy ".repeat(20_000);
    bench.keeper.append(answer, &long, "");
    let end = |message| Write::Finish {
        message,
        finish: Finish::EndOfReply,
        timings: None,
    };
    let error = bench.write(vec![end(answer)]).unwrap_err();
    assert!(matches!(error, Error::DiskFull { .. }), "{error:?}");
    bench.wait_for(&Event::Unsaved(error.clone()));
    // What comes after it is not written before it.
    let later = message(Role::User, Some(answer), "¿Y ahora?".into());
    let last = later.id;
    let messages = vec![later];
    let after = bench.write(vec![Write::Messages { chat, messages }]);
    assert_eq!(after.unwrap_err(), error);
    let now = read(folder.path(), chat);
    assert!(now.message(last).is_none() && now.message(asked).is_some());

    bench.limit(None);
    bench.wait_for(&Event::Saved);
    let now = read(folder.path(), chat);
    assert!(now.message(answer).unwrap().text == long, "all of it");
    assert_eq!(
        now.message(answer).unwrap().finish,
        Some(Finish::EndOfReply)
    );
    assert_eq!(now.leaf(), Some(last));
}

#[test]
fn a_fault_of_ours_holds_nothing_up() {
    let folder = tempfile::tempdir().unwrap();
    let bench = Bench::open(folder.path());
    bench.keeper.run(|store| {
        let trigger = "CREATE TEMP TRIGGER fault BEFORE INSERT ON folders
             BEGIN SELECT raise(ABORT, 'a fault of ours'); END";
        store.db.execute_batch(trigger).unwrap();
    });
    let (id, name) = (FolderId::fresh(), "Viajes".to_owned());
    let error = bench.write(vec![Write::NewFolder { id, name }]);
    assert!(matches!(error, Err(Error::Internal { .. })), "{error:?}");
    let (chat, writes) = new_chat();
    bench.write(writes).unwrap();
    assert!(read(folder.path(), chat).is_empty());
}

#[test]
fn a_reply_is_on_the_disk_while_it_is_being_written() {
    let folder = tempfile::tempdir().unwrap();
    let bench = Bench::open(folder.path());
    let (chat, mut writes) = new_chat();
    let reply = message(Role::Assistant, None, String::new());
    let id = reply.id;
    let messages = vec![reply];
    writes.push(Write::Messages { chat, messages });
    bench.write(writes).unwrap();
    let mut text = String::new();
    for piece in 0..20 {
        let piece = format!("{piece} ");
        bench.keeper.append(id, &piece, "pienso ");
        text.push_str(&piece);
        std::thread::sleep(Duration::from_millis(20));
    }
    let (send, read) = mpsc::channel();
    bench
        .keeper
        .read(move |store| send.send(store.chat(chat)).unwrap());
    let now = read.recv_timeout(PATIENCE).unwrap().unwrap();
    let growing = now.message(id).unwrap();
    assert!(
        !growing.text.is_empty() && text.starts_with(&growing.text),
        "{growing:?}"
    );
    assert!(growing.finish.is_none() && growing.reasoning.starts_with("pienso "));
    // Whoever leaves without a word leaves nothing behind that was given to the keeper.
    drop(bench);
    assert_eq!(
        self::read(folder.path(), chat).message(id).unwrap().text,
        text
    );
}

#[test]
fn a_fault_is_told_and_the_work_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let bench = Bench::open(folder.path());
    let told = |bench: &Bench, words: &str| loop {
        match bench.events.recv_timeout(PATIENCE).unwrap() {
            Event::Told(text) if format!("{text:?}").contains(words) => return,
            _ => {}
        }
    };
    let (id, new) = new_chat();
    bench.keeper.read(|_| panic!("a read"));
    told(&bench, "a read");
    bench.keeper.read_apart(|_| panic!("a read apart"));
    told(&bench, "a read apart");
    bench.keeper.run(|_| panic!("a job"));
    told(&bench, "a job");
    bench.keeper.write(new, |_| panic!("an answer"));
    told(&bench, "an answer");
    let (_, another) = new_chat();
    bench.write(another).unwrap();
    let (send, read) = mpsc::channel();
    bench
        .keeper
        .read(move |store| send.send(store.summary(id)).unwrap());
    assert!(read.recv_timeout(PATIENCE).unwrap().unwrap().is_some());
    // Its own thread panics where a write does; here, the write is the panic.
    let error = guarded(Path::new("x"), || -> Result<(), Error> { panic!("{}", 7) });
    let reason = "7".to_owned();
    assert_eq!(
        error,
        Err(Error::Internal {
            path: "x".into(),
            reason
        })
    );
}

#[test]
fn what_another_program_writes_is_noticed_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let bench = Bench::open(folder.path());
    bench.wait_for(&Event::Opened(Mode::Kept));
    let look = || {
        bench.keeper.send(Job::Look);
        bench.write(Vec::new()).unwrap();
        bench
            .events
            .try_iter()
            .filter(|it| *it == Event::Changed)
            .count()
    };
    bench.write(new_chat().1).unwrap();
    assert_eq!(look(), 0, "it is its own writing");
    let mut other = Store::open(folder.path()).unwrap();
    other.write(&new_chat().1).unwrap();
    // Who looks after the chats finds out by itself, or this does.
    bench.keeper.send(Job::Look);
    bench.wait_for(&Event::Changed);
    assert_eq!(look(), 0, "it is told once");
    other.write(&new_chat().1).unwrap();
    bench.wait_for(&Event::Changed);
}
