//! What the store keeps, and what becomes of what is deleted.

use charla::chat::{Chat, ChatId, Finish, FolderId, Message, MessageId, Role, Timings};
use charla::params::Sampling;
use charla::store::{BinId, Error, Store, Target, Write, now_unix_ms};
use tempfile::TempDir;

struct Chats {
    store: Store,
    folder: TempDir,
}

impl Chats {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            store: Store::open(folder.path()).unwrap(),
            folder,
        }
    }

    /// Each write is done twice, which must be as good as once.
    fn write(&mut self, write: Write) {
        let twice = !matches!(write, Write::Append { .. });
        self.store.write(std::slice::from_ref(&write)).unwrap();
        if twice {
            self.store.write(&[write]).unwrap();
        }
    }

    fn new_chat(&mut self) -> ChatId {
        let id = ChatId::fresh();
        self.write(Write::NewChat {
            id,
            folder: None,
            created_unix_ms: 1_000,
        });
        id
    }

    fn say(&mut self, chat: ChatId, parent: Option<MessageId>, text: &str) -> MessageId {
        let id = MessageId::fresh();
        let message = Message::new(id, parent, Role::User, text.into(), now_unix_ms());
        let messages = vec![message];
        self.write(Write::Messages { chat, messages });
        id
    }

    /// A chat of three messages, one after the other.
    fn three(&mut self) -> (ChatId, [MessageId; 3]) {
        let chat = self.new_chat();
        let one = self.say(chat, None, "uno");
        let two = self.say(chat, Some(one), "dos");
        let three = self.say(chat, Some(two), "tres");
        (chat, [one, two, three])
    }

    fn delete(&mut self, target: Target) -> BinId {
        let id = BinId::fresh();
        self.write(Write::Delete { id, target });
        id
    }

    fn texts(&self, chat: ChatId) -> Vec<String> {
        let chat = self.store.chat(chat).unwrap();
        chat.path().map(|it| it.text.clone()).collect()
    }

    /// Closes and opens it, as the next start does.
    fn again(self) -> Self {
        drop(self.store);
        Self {
            store: Store::open(self.folder.path()).unwrap(),
            folder: self.folder,
        }
    }
}

#[test]
fn everything_of_a_chat_is_there_the_next_time() {
    let mut chats = Chats::new();
    let chat = chats.new_chat();
    let asked = chats.say(chat, None, "\n  ¿Cuánto es 36 + 59? \0 🙂\nDilo.");
    let mut reply = Message::new(
        MessageId::fresh(),
        Some(asked),
        Role::Assistant,
        String::new(),
        2_000,
    );
    reply.model = Some("SmolLM2".into());
    reply.sampling = Some(Sampling {
        temperature: Some(0.1),
        ..Sampling::default()
    });
    let id = reply.id;
    let messages = vec![reply.clone()];
    chats.write(Write::Messages { chat, messages });
    for text in ["Son ", "95."] {
        chats.write(Write::Append {
            message: id,
            text: text.into(),
            reasoning: "Sumo. ".into(),
        });
    }
    let timings = Timings {
        prompt_ms: 0.1 + 0.2,
        ..Timings::default()
    };
    chats.write(Write::Finish {
        message: id,
        finish: Finish::Length,
        timings: Some(timings),
    });
    let title = Some("Sumas".to_owned());
    chats.write(Write::Title { chat, title });
    let system = Some("Sé breve.".to_owned());
    chats.write(Write::System { chat, system });
    let sampling = Sampling {
        top_p: Some(0.5),
        ..Sampling::default()
    };
    chats.write(Write::Sampling {
        chat,
        sampling: Some(Box::new(sampling.clone())),
    });
    let (folder, name) = (FolderId::fresh(), "Clase".to_owned());
    chats.write(Write::NewFolder { id: folder, name });
    chats.write(Write::Move {
        chat,
        folder: Some(folder),
    });
    let is_pinned = true;
    chats.write(Write::Pin { chat, is_pinned });
    for (chat, text) in [(Some(chat), "¿Y 1?"), (None, "Otra cosa")] {
        let text = text.to_owned();
        chats.write(Write::Draft { chat, text });
    }

    let chats = chats.again();
    let read = chats.store.chat(chat).unwrap();
    reply.text = "Son 95.".into();
    reply.reasoning = "Sumo. Sumo. ".into();
    reply.finish = Some(Finish::Length);
    reply.timings = Some(timings);
    assert_eq!(read.message(id), Some(&reply));
    assert_eq!(read.leaf(), Some(id));
    assert_eq!(read.title.as_deref(), Some("Sumas"));
    assert_eq!(read.system.as_deref(), Some("Sé breve."));
    assert_eq!(read.sampling, Some(sampling));
    let summary = chats.store.summary(chat).unwrap().unwrap();
    assert!(summary.is_pinned && summary.has_title && summary.folder == Some(folder));
    assert_eq!(chats.store.draft(Some(chat)).unwrap(), "¿Y 1?");
    assert_eq!(chats.store.draft(None).unwrap(), "Otra cosa");
    assert_eq!(chats.store.find(&chat.code()[..4]).unwrap(), chat);
    let nobody = chats.store.find("0000").unwrap_err();
    assert!(matches!(nobody, Error::NoSuchChat { .. }), "{nobody:?}");
}

#[test]
fn a_message_leaves_what_follows_it_and_a_branch_does_not() {
    let mut chats = Chats::new();
    let (chat, [_, two, three]) = chats.three();
    let other = chats.say(chat, Some(two), "otro");
    let deleted = chats.delete(Target::Message(chat, two));
    assert_eq!(chats.texts(chat), ["uno", "otro"]);
    chats.write(Write::Restore(deleted));
    assert_eq!(chats.texts(chat), ["uno", "dos", "otro"]);
    let deleted = chats.delete(Target::Branch(chat, two));
    assert_eq!(chats.texts(chat), ["uno"]);
    let [entry] = &chats.store.bin().unwrap()[..] else {
        panic!("one deletion is one entry");
    };
    assert_eq!((entry.name.as_str(), entry.messages), ("dos", 3));
    chats.write(Write::Restore(deleted));
    let read: Chat = chats.store.chat(chat).unwrap();
    assert!(read.message(three).is_some() && read.message(other).is_some());
}

#[test]
fn what_went_before_its_chat_stays_gone_when_the_chat_comes_back() {
    let mut chats = Chats::new();
    let (chat, [_, two, _]) = chats.three();
    let message = chats.delete(Target::Message(chat, two));
    let whole = chats.delete(Target::Chats(vec![chat]));
    assert!(matches!(
        chats.store.chat(chat),
        Err(Error::NoSuchChat { .. })
    ));
    assert_eq!(chats.store.list(false, 0, 9).unwrap().total, 0);
    chats.write(Write::Restore(whole));
    assert_eq!(chats.texts(chat), ["uno", "tres"]);
    // A message brings its chat with it.
    chats.delete(Target::Chats(vec![chat]));
    chats.write(Write::Restore(message));
    assert_eq!(chats.texts(chat), ["uno", "dos", "tres"]);
    assert!(chats.store.bin().unwrap().is_empty());
}

#[test]
fn a_folder_goes_with_its_chats_or_without() {
    let mut chats = Chats::new();
    let (chat, _) = chats.three();
    let (id, name) = (FolderId::fresh(), "Viajes".to_owned());
    chats.write(Write::NewFolder { id, name });
    let folder = Some(id);
    chats.write(Write::Move { chat, folder });
    let alone = chats.delete(Target::Folder {
        id,
        with_chats: false,
    });
    assert!(chats.store.folders().unwrap().is_empty());
    assert_eq!(chats.store.summary(chat).unwrap().unwrap().folder, None);
    chats.write(Write::Restore(alone));
    assert_eq!(chats.store.summary(chat).unwrap().unwrap().folder, folder);
    let both = chats.delete(Target::Folder {
        id,
        with_chats: true,
    });
    assert!(chats.store.summary(chat).unwrap().is_none());
    chats.write(Write::Destroy(both));
    assert!(chats.store.bin().unwrap().is_empty());
    // What comes for a chat that was destroyed meanwhile is not lost.
    let late = chats.say(chat, None, "tarde");
    assert_eq!(chats.store.chat(chat).unwrap().leaf(), Some(late));
}

#[test]
fn what_is_destroyed_is_gone_and_its_place_is_closed() {
    let mut chats = Chats::new();
    let (chat, [one, two, three]) = chats.three();
    let first = chats.delete(Target::Message(chat, one));
    let second = chats.delete(Target::Message(chat, two));
    chats.write(Write::Destroy(second));
    assert_eq!(chats.texts(chat), ["tres"]);
    chats.write(Write::Restore(first));
    assert_eq!(chats.texts(chat), ["uno", "tres"]);
    let read = chats.store.chat(chat).unwrap();
    assert_eq!(read.message(three).unwrap().parent, Some(one));
    let all = chats.delete(Target::AllChats);
    let old = Write::Purge {
        before_unix_ms: now_unix_ms() - 60_000,
    };
    chats.write(old);
    assert_eq!(chats.store.bin().unwrap().len(), 1, "it is not old yet");
    chats.write(Write::Purge {
        before_unix_ms: now_unix_ms() + 1,
    });
    chats.write(Write::Restore(all));
    assert!(chats.store.all_chats().unwrap().is_empty());
}

#[test]
fn what_comes_back_is_read_again() {
    let mut chats = Chats::new();
    let (chat, [one, two, three]) = chats.three();
    for target in [Target::Message(chat, three), Target::Branch(chat, two)] {
        let parent = match target {
            Target::Branch(..) => one,
            _ => two,
        };
        let deleted = chats.delete(target);
        // As the window does.
        chats.write(Write::Leaf {
            chat,
            leaf: Some(parent),
        });
        chats.write(Write::Restore(deleted));
        assert_eq!(chats.texts(chat), ["uno", "dos", "tres"]);
    }
}

#[test]
fn what_is_written_in_a_deleted_chat_brings_it_back() {
    let mut chats = Chats::new();
    let (chat, [.., three]) = chats.three();
    chats.delete(Target::Chats(vec![chat]));
    chats.say(chat, Some(three), "cuatro");
    assert_eq!(chats.texts(chat), ["uno", "dos", "tres", "cuatro"]);
    assert!(chats.store.bin().unwrap().is_empty());
}
