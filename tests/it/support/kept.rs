//! Chats on the disk that the real engine writes in.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc;

use charla::chat::{Chat, ChatId, Message, MessageId, Role};
use charla::engine::protocol::{Opening, RequestId};
use charla::engine::{Launch, Update};
use charla::params::Sampling;
use charla::session::Session;
use charla::store::{Keeper, Store, Write};

use super::{CHARLA, Home, PATIENCE, options};

/// Where a reply goes.
pub(crate) type Place = (ChatId, MessageId);

/// A session whose replies go into chats on the disk, as those of the window do.
pub(crate) struct Kept {
    pub(crate) session: Session,
    pub(crate) keeper: Arc<Keeper>,
    runtime: tokio::runtime::Runtime,
    home: Home,
    program: PathBuf,
}

impl Kept {
    /// A session with the model that `model` makes.
    pub(crate) fn start(model: impl FnOnce(&Home) -> PathBuf) -> Self {
        let home = Home::new();
        // Told from the engines of other tests by its name.
        let program = home.path().join("charla");
        std::os::unix::fs::symlink(CHARLA, &program).unwrap();
        let store = Store::open(&home.path().join("chats")).unwrap();
        let keeper = Arc::new(Keeper::start(move || Ok(store), Arc::new(|_| {})).unwrap());
        let launch = Launch::Program(program.clone());
        let kept = Some(Arc::clone(&keeper));
        let mut session = Session::keeping(launch, Arc::new(|| {}), kept).unwrap();
        session.load(model(&home), options());
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        Self {
            session,
            keeper,
            runtime: runtime.unwrap(),
            home,
            program,
        }
    }

    /// Asks in a new chat; returns the request, and where the reply goes.
    pub(crate) fn ask(&mut self, asked: &str, sampling: Sampling) -> (RequestId, Place) {
        let mut chat = Chat::new(ChatId::fresh(), 0);
        let new = Write::NewChat {
            id: chat.id,
            folder: None,
            created_unix_ms: 0,
        };
        let now = charla::store::now_unix_ms();
        let question = chat.push(MessageId::fresh(), Role::User, asked.into(), now);
        let question = question.clone();
        let task = self.session.task(&chat, sampling, None, Opening::Reply);
        let answer = Message::new(
            MessageId::fresh(),
            Some(question.id),
            Role::Assistant,
            String::new(),
            now,
        );
        let into = answer.id;
        let messages = Write::Messages {
            chat: chat.id,
            messages: vec![question, answer],
        };
        self.keeper
            .write(vec![new, messages], |result| result.unwrap());
        let id = self.session.reserve();
        self.session.route(id, into).generate(id, task);
        (id, (chat.id, into))
    }

    #[track_caller]
    pub(crate) fn next(&mut self) -> Update {
        let next = async { tokio::time::timeout(PATIENCE, self.session.next()).await };
        self.runtime.block_on(next).unwrap().unwrap()
    }

    /// What is on the disk of a message by now.
    #[track_caller]
    pub(crate) fn stored(&self, (chat, message): Place) -> Message {
        let (sender, stored) = mpsc::channel();
        self.keeper.run(move |store| {
            let chat = store.chat(chat).unwrap();
            sender.send(chat.message(message).unwrap().clone()).unwrap();
        });
        stored.recv_timeout(PATIENCE).unwrap()
    }

    #[cfg(target_os = "linux")]
    pub(crate) fn kill_engine(&self) {
        use super::processes::{engine_of, send};
        let engine = engine_of(std::process::id(), &self.program).unwrap();
        send(engine, rustix::process::Signal::KILL);
    }

    /// Ends it as the window ends, and opens its chats anew.
    pub(crate) fn end(self) -> (Home, Store) {
        let Self {
            session,
            keeper,
            home,
            ..
        } = self;
        drop((session, keeper));
        let store = Store::open(&home.path().join("chats")).unwrap();
        (home, store)
    }
}
