//! The chat that a question belongs to: one on disk, or one that nobody keeps.

use std::path::Path;
use std::sync::Arc;

use anyhow::{anyhow, bail};
use tokio::sync::oneshot;

use super::{Arguments, tell};
use crate::chat::{Chat, ChatId, Finish, Message, MessageId, Role};
use crate::i18n::{I18n, Text};
use crate::params::Sampling;
use crate::paths::Paths;
use crate::store::{Error, Keeper, Store, Write, now_unix_ms};

/// What `--chat` takes in place of the code of a chat.
const NEW: &str = "new";

/// A chat with a question at its end.
pub(super) struct Talk {
    pub(super) chat: Chat,
    /// `None` where nobody keeps it.
    pub(super) keeper: Option<Arc<Keeper>>,
    /// What is to be on disk before the engine hears of the question.
    writes: Vec<Write>,
}

impl Talk {
    /// Opens the chat that the user named, or a new one, and asks the question in it.
    pub(super) fn open(
        arguments: &Arguments,
        prompt: String,
        paths: &Paths,
        i18n: &I18n,
    ) -> anyhow::Result<Self> {
        let now = now_unix_ms();
        let mut talk = match arguments.chat.as_deref() {
            None => Self {
                chat: Chat::new(ChatId(0), now),
                keeper: None,
                writes: Vec::new(),
            },
            Some(code) => {
                let say = |error: Error| anyhow!(i18n.say(&error));
                Self::stored(code, paths, now).map_err(say)?
            }
        };
        if let Some(system) = &arguments.system {
            talk.chat.system = Some(system.clone());
            talk.writes.push(Write::System {
                chat: talk.chat.id,
                system: Some(system.clone()),
            });
        }
        let question = talk.next(Role::User, prompt);
        talk.add(question);
        if arguments.chat.is_some() && !arguments.json {
            let note = Text::new("note-chat").word("code", talk.chat.id.code());
            tell(i18n.text(&note));
        }
        Ok(talk)
    }

    fn stored(code: &str, paths: &Paths, now: i64) -> Result<Self, Error> {
        let store = Store::open(&paths.chats())?;
        let (chat, writes) = match code {
            NEW => {
                let id = ChatId::fresh();
                let new = Write::NewChat {
                    id,
                    folder: None,
                    created_unix_ms: now,
                };
                (Chat::new(id, now), vec![new])
            }
            code => (store.chat(store.find(code)?)?, Vec::new()),
        };
        let path = store.path().to_owned();
        let keeper = Keeper::start(move || Ok(store), Arc::new(|_| {}))
            .map_err(|source| Error::of_io(&path, &source))?;
        Ok(Self {
            chat,
            keeper: Some(Arc::new(keeper)),
            writes,
        })
    }

    fn add(&mut self, message: Message) {
        self.writes.push(Write::Messages {
            chat: self.chat.id,
            messages: vec![message.clone()],
        });
        self.chat.add(message);
    }

    fn next(&self, role: Role, text: String) -> Message {
        let parent = self.chat.leaf();
        Message::new(MessageId::fresh(), parent, role, text, now_unix_ms())
    }

    /// Adds the empty answer, which the model at this path is to write.
    pub(super) fn answer(&mut self, model: &Path, sampling: Sampling) -> MessageId {
        let mut answer = self.next(Role::Assistant, String::new());
        let name = model.file_stem().map(|name| name.to_string_lossy());
        answer.model = name.map(std::borrow::Cow::into_owned);
        answer.sampling = Some(sampling);
        let id = answer.id;
        self.add(answer);
        id
    }

    /// Puts everything that was added on the disk.
    pub(super) async fn keep(&mut self, i18n: &I18n) -> anyhow::Result<()> {
        let writes = std::mem::take(&mut self.writes);
        self.write(writes, i18n).await
    }

    /// Waits until the reply is on the disk to its end, wherever that is.
    pub(super) async fn end(self, reply: MessageId, i18n: &I18n) -> anyhow::Result<()> {
        // Where it has ended already, this changes nothing.
        let end = Write::Finish {
            message: reply,
            finish: Finish::Cancelled,
            timings: None,
        };
        self.write(vec![end], i18n).await?;
        if let Some(keeper) = &self.keeper {
            // Those who never open the window have a copy of the day too; one that fails
            // is tried again with the next question.
            keeper.run(|store| drop(store.backup_if_due()));
        }
        Ok(())
    }

    async fn write(&self, writes: Vec<Write>, i18n: &I18n) -> anyhow::Result<()> {
        let Some(keeper) = &self.keeper else {
            return Ok(());
        };
        let (done, result) = oneshot::channel();
        keeper.write(writes, |result| {
            let _ = done.send(result);
        });
        match result.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => bail!(i18n.say(&error)),
            Err(_) => bail!(i18n.get("cli-client-ended")),
        }
    }
}
