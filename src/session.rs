//! From a chat and a model to a stream of updates: what the window and the command line
//! share.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::chat::{Chat, Finish, Role};
use crate::engine::client::Wake;
use crate::engine::protocol::{RequestId, Turn};
use crate::engine::{Client, Error, Launch, Update};
use crate::i18n::{Localize, Text};
use crate::library::{self, gguf};
use crate::params::{LoadOptions, Sampling};
use crate::paths::Paths;
use crate::settings::Settings;

/// A running conversation with the engine.
#[derive(Debug)]
pub struct Session {
    client: Client,
    /// Instructions for chats that have none, as the catalogue recommends for the model.
    system: Option<String>,
}

impl Session {
    /// Starts the thread that talks to the engine; `wake` is called there after each
    /// update.
    ///
    /// # Errors
    /// Where the system cannot start a thread.
    pub fn start(launch: Launch, wake: Wake) -> std::io::Result<Self> {
        // A scripted engine reads no files, so there is none to look at.
        let inspect: crate::engine::client::Inspect = match launch {
            Launch::Program(_) => Arc::new(inspect),
            Launch::Fake(_) => Arc::new(|_: &Path| Ok(())),
        };
        Ok(Self {
            client: Client::start(launch, inspect, wake)?,
            system: None,
        })
    }

    /// Loads a model in place of the one that is loaded.
    pub fn load(&mut self, path: PathBuf, options: LoadOptions) {
        self.system = library::catalog::known(&path).and_then(|known| known.system.clone());
        self.client.load(path, options);
    }

    /// Stops a load.
    pub fn cancel_load(&self) {
        self.client.cancel_load();
    }

    /// Starts the engine without a model, to ask what it can compute on.
    pub fn probe(&self) {
        self.client.probe();
    }

    /// Asks for the next message of a chat.
    pub fn reply(&self, chat: &Chat, sampling: Sampling) -> RequestId {
        let mut turns = turns(chat);
        if let Some(system) = &self.system
            && turns.first().is_none_or(|turn| turn.role != Role::System)
        {
            let system = Turn {
                role: Role::System,
                content: system.clone(),
            };
            turns.insert(0, system);
        }
        self.client.generate(turns, sampling)
    }

    /// Stops a reply.
    pub fn cancel(&self, id: RequestId) {
        self.client.cancel(id);
    }

    /// The next update, if there is one.
    pub fn try_next(&mut self) -> Option<Update> {
        self.client.try_next()
    }

    /// Whether no update will come any more, because of a fault in Charla.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.client.has_ended()
    }

    /// Waits for the next update; `None` when there will be none.
    pub async fn next(&mut self) -> Option<Update> {
        self.client.next().await
    }
}

/// The conversation as the model is to see it. A reply that came to nothing is left out,
/// for templates want the user and the model to take turns; then so is the question that
/// got no answer.
fn turns(chat: &Chat) -> Vec<Turn> {
    let mut turns: Vec<Turn> = Vec::new();
    for message in chat.path() {
        let is_failed = message.role == Role::Assistant && message.text.is_empty();
        if is_failed && message.finish != Some(Finish::EndOfReply) {
            turns.pop_if(|turn| turn.role == Role::User);
            continue;
        }
        turns.push(Turn {
            role: message.role,
            content: message.text.clone(),
        });
    }
    turns
}

/// Refuses files that are no models, and those that would take the engine down.
fn inspect(path: &Path) -> Result<(), Error> {
    // Neither the protocol nor llama.cpp can name such a file.
    if path.to_str().is_none() {
        return Err(Error::Header {
            log: format!("{}: the path is not UTF-8", path.display()),
            text: Text::new("fault-path-not-utf8").word("path", path.display()),
        });
    }
    match gguf::read(path) {
        Ok(_) => Ok(()),
        Err(error) => Err(Error::Header {
            log: error.to_string(),
            text: error.text(),
        }),
    }
}

/// No model could be chosen.
#[derive(Debug, thiserror::Error)]
pub enum ChooseError {
    /// The one that was named is not there.
    #[error(transparent)]
    Named(#[from] library::ResolveError),
    /// None was named, and there is none to fall back on.
    #[error("there is no model in {}", folder.display())]
    Nothing {
        /// Where models are looked for first.
        folder: PathBuf,
    },
}

impl Localize for ChooseError {
    fn text(&self) -> Text {
        match self {
            Self::Named(error) => error.text(),
            Self::Nothing { folder } => {
                Text::new("choose-nothing").word("folder", folder.display())
            }
        }
    }
}

/// The model to use: the one named, else the one used last, else the catalogue's default,
/// else the first that can be read.
///
/// # Errors
/// [`ChooseError`] where there is none.
pub fn choose_model(
    paths: &Paths,
    settings: &Settings,
    wanted: Option<&str>,
) -> Result<PathBuf, ChooseError> {
    let folders = paths.model_folders();
    if let Some(wanted) = wanted {
        return Ok(library::resolve(&library::scan(&folders), wanted)?);
    }
    if let Some(last) = settings.model.as_ref().filter(|last| last.is_file()) {
        return Ok(last.clone());
    }
    let mut usable = library::scan(&folders);
    usable.retain(|entry| entry.problem.is_none());
    let is_default = |entry: &library::Entry| {
        library::catalog::known(&entry.path).is_some_and(|known| known.default)
    };
    let chosen = usable.iter().position(is_default).unwrap_or(0);
    match usable.into_iter().nth(chosen) {
        Some(entry) => Ok(entry.path),
        None => Err(ChooseError::Nothing {
            folder: folders.into_iter().next_back().unwrap_or_default(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::ChatId;

    #[test]
    fn a_question_without_an_answer_is_not_asked_again() {
        let mut chat = Chat::new(ChatId(1), 0);
        chat.push(Role::User, "one".into(), 0);
        chat.push(Role::Assistant, "1".into(), 0).finish = Some(Finish::EndOfReply);
        chat.push(Role::User, "two".into(), 0);
        chat.push(Role::Assistant, String::new(), 0).finish = Some(Finish::Interrupted);
        chat.push(Role::User, "three".into(), 0);
        let said: Vec<_> = turns(&chat).into_iter().map(|it| it.content).collect();
        assert_eq!(said, ["one", "1", "three"]);
    }
}
