//! From a chat and a model to a stream of updates: what the window and the command line
//! share.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::chat::{Chat, Finish, Role};
use crate::engine::client::Wake;
use crate::engine::protocol::{Opening, RequestId, StateFolder, Task, Turn};
use crate::engine::{Client, Error, Launch, Update};
use crate::i18n::{Localize, Text};
use crate::library::{self, gguf};
use crate::params::{LoadOptions, Overflow, Sampling};
use crate::paths::Paths;
use crate::settings::Settings;

/// A running conversation with the engine.
#[derive(Debug)]
pub struct Session {
    client: Client,
    /// The model that is loaded, or was until it was unloaded.
    model: Option<PathBuf>,
    /// The one that is to be loaded, and that answers what is asked from now on.
    coming: Option<PathBuf>,
    states: Option<StateFolder>,
    overflow: Overflow,
    alternatives: Option<u32>,
}

impl Session {
    /// Starts the thread that talks to the engine; `wake` is called there after each
    /// update. The KV cache of chats is not kept on disk until [`Session::follow`].
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
            model: None,
            coming: None,
            states: None,
            overflow: Overflow::default(),
            alternatives: None,
        })
    }

    /// Does as the settings say from now on, the folder of the KV cache from the next load.
    pub fn follow(&mut self, settings: &Settings, paths: &Paths) {
        self.overflow = settings.overflow;
        self.client.unload_after(settings.unload_after());
        let limit_bytes = settings.state_limit_bytes();
        self.states = (limit_bytes > 0).then(|| StateFolder {
            folder: paths.states(),
            limit_bytes,
        });
    }

    /// Has later replies tell, beside each token, this many of the likeliest.
    pub fn show_alternatives(&mut self, count: Option<u32>) {
        self.alternatives = count;
    }

    /// Loads a model in place of the one that is loaded.
    pub fn load(&mut self, path: PathBuf, options: LoadOptions) {
        self.coming = Some(path.clone());
        self.client.load(path, options, self.states.clone());
    }

    /// Stops a load.
    pub fn cancel_load(&self) {
        self.client.cancel_load();
    }

    /// Starts the engine without a model, to ask what it can compute on.
    pub fn probe(&self) {
        self.client.probe();
    }

    /// Asks how many tokens the prompt of a chat would have, were this said next. The answer
    /// is [`Update::Counted`].
    pub fn count(&self, chat: Option<&Chat>, draft: &str) -> RequestId {
        let mut turns = chat.map(turns).unwrap_or_default();
        turns.push(Turn::new(Role::User, draft));
        self.client.count(self.instructed(turns), Opening::Reply)
    }

    /// A conversation with the instructions that suit the model where it has none.
    fn instructed(&self, mut turns: Vec<Turn>) -> Vec<Turn> {
        if let Some(system) = self.system()
            && turns.first().is_none_or(|turn| turn.role != Role::System)
        {
            turns.insert(0, Turn::new(Role::System, system));
        }
        turns
    }

    /// Asks for the next message of a chat.
    pub fn reply(&self, chat: &Chat, sampling: Sampling) -> RequestId {
        let turns = self.instructed(turns(chat));
        self.client.generate(Task {
            chat: Some(chat.id),
            turns,
            sampling,
            overflow: self.overflow,
            alternatives: self.alternatives,
            ..Task::default()
        })
    }

    /// Asks for what a task says, word for word.
    pub fn generate(&self, task: Task) -> RequestId {
        self.client.generate(task)
    }

    /// Asks how many tokens a plain text has. The answer is [`Update::Counted`].
    pub fn count_plain(&self, text: &str) -> RequestId {
        let turns = vec![Turn::new(Role::User, text)];
        self.client.count(turns, Opening::Plain)
    }

    /// Stops a reply.
    pub fn cancel(&self, id: RequestId) {
        self.client.cancel(id);
    }

    /// The next update, if there is one.
    pub fn try_next(&mut self) -> Option<Update> {
        let update = self.client.try_next()?;
        self.note(&update);
        Some(update)
    }

    /// Whether no update will come any more, because of a fault in Charla.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.client.has_ended()
    }

    /// Waits for the next update; `None` when there will be none.
    pub async fn next(&mut self) -> Option<Update> {
        let update = self.client.next().await?;
        self.note(&update);
        Some(update)
    }

    /// Instructions for chats that have none, as the catalogue recommends for the model.
    fn system(&self) -> Option<&'static str> {
        let model = self.coming.as_ref().or(self.model.as_ref())?;
        library::catalog::known(model)?.system.as_deref()
    }

    /// A load may still fail or be given up; then the model before it is the one that
    /// answers.
    fn note(&mut self, update: &Update) {
        match update {
            Update::Loaded(model) => {
                self.coming.take_if(|coming| *coming == model.path);
                self.model = Some(model.path.clone());
            }
            Update::LoadFailed { path, .. } => {
                self.coming.take_if(|coming| coming == path);
            }
            Update::Kept(_) => self.coming = None,
            _ => {}
        }
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
            reasoning: (!message.reasoning.is_empty()).then(|| message.reasoning.clone()),
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
