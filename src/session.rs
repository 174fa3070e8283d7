//! From a chat and a model to a stream of updates: what the window and the command line
//! share.

mod cut;
mod kept;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::chat::{Chat, Finish, Message, MessageId, Role, Timings};
use crate::engine::client::{Starter, Wake};
use crate::engine::memory::MainMemory;
use crate::engine::protocol::{Opening, RequestId, StateFolder, Task, Turn};
use crate::engine::{Client, Error, Launch, Update};
use crate::i18n::{Localize, Text};
use crate::library::{self, Machine};
use crate::params::{LoadOptions, Overflow, Sampling};
use crate::paths::Paths;
use crate::settings::Settings;
use crate::store::Keeper;
use kept::Kept;

/// A token of any language has fewer bytes than this on average.
const COUNTED_BYTES_PER_TOKEN: usize = 16;

/// A running conversation with the engine.
#[derive(Debug)]
pub struct Session {
    client: Client,
    /// The model that is loaded, or was until it was unloaded.
    model: Option<PathBuf>,
    /// The one that is to be loaded, and that answers what is asked from now on.
    coming: Option<PathBuf>,
    /// How many tokens the model that is loaded reads at a time.
    context_tokens: Option<u32>,
    states: Option<StateFolder>,
    overflow: Overflow,
    alternatives: Option<u32>,
    kept: Kept,
}

impl Session {
    /// Starts the thread that talks to the engine; `wake` is called there after each
    /// update. The KV cache of chats is not kept on disk until [`Session::follow`].
    ///
    /// # Errors
    /// Where the system cannot start a thread.
    pub fn start(launch: Launch, wake: Wake) -> std::io::Result<Self> {
        Self::keeping(launch, wake, None)
    }

    /// Starts the thread, which passes replies on to `keeper` as they come.
    ///
    /// # Errors
    /// Where the system cannot start a thread.
    pub fn keeping(
        launch: Launch,
        wake: Wake,
        keeper: Option<Arc<Keeper>>,
    ) -> std::io::Result<Self> {
        // A scripted engine reads no files, so there is none to look at.
        let inspect: crate::engine::client::Inspect = match launch {
            Launch::Program(_) => Arc::new(inspect),
            Launch::Fake(_) => Arc::new(|_: &Path| Ok(())),
        };
        let kept = Kept::new(keeper);
        let observe = {
            let kept = kept.clone();
            Arc::new(move |update: &Update| kept.observe(update))
        };
        Ok(Self {
            client: Client::start_observed(launch, inspect, wake, observe)?,
            model: None,
            coming: None,
            context_tokens: None,
            states: None,
            overflow: Overflow::default(),
            alternatives: None,
            kept,
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
        self.expect(&path);
        self.client.load(path, options, self.states.clone());
    }

    /// The same, however little memory there is.
    pub fn load_anyway(&mut self, path: PathBuf, options: LoadOptions) {
        self.expect(&path);
        self.client.load_anyway(path, options, self.states.clone());
    }

    /// This model answers what is asked from now on.
    fn expect(&mut self, path: &Path) {
        self.coming = Some(path.to_owned());
        // It may read more than the one before it.
        self.context_tokens = None;
    }

    /// Stops a load.
    pub fn cancel_load(&self) {
        self.client.cancel_load();
    }

    /// Gives the memory of the model back; the next message loads it again.
    pub fn unload(&self) {
        self.client.unload();
    }

    /// Starts the engine without a model, to ask what it can compute on.
    pub fn probe(&self) {
        self.client.probe();
    }

    /// Asks how many tokens the prompt of a chat would have, were this said next. The answer
    /// is [`Update::Counted`]. Of a chat that the context cannot hold by far, only so much is
    /// counted that the answer says so: the engine has better things to do.
    pub fn count(&self, chat: Option<&Chat>, draft: &str, context_tokens: u32) -> RequestId {
        let room_bytes = context_tokens as usize * COUNTED_BYTES_PER_TOKEN;
        let latest = |chat: &Chat| {
            let left_out = chat.path().len() - latest_within(chat.path(), room_bytes);
            turns(chat.path().skip(left_out), None, None)
        };
        let mut turns = chat.map(latest).unwrap_or_default();
        turns.push(Turn::new(Role::User, draft));
        self.client
            .count(self.instructed(chat, turns), Opening::Reply)
    }

    /// A conversation with the instructions of the chat, or with those that suit the model
    /// where it has none.
    fn instructed(&self, chat: Option<&Chat>, mut turns: Vec<Turn>) -> Vec<Turn> {
        let own = chat.and_then(|chat| chat.system.as_deref());
        if turns.first().is_none_or(|turn| turn.role != Role::System)
            && let Some(system) = own.or_else(|| self.system())
        {
            turns.insert(0, Turn::new(Role::System, system));
        }
        turns
    }

    /// What to ask for, to have the message `answer` of a chat written; or to have it go on
    /// where it ends. Without `answer`, it is the message after the chat's last.
    pub fn task(
        &self,
        chat: &Chat,
        sampling: Sampling,
        answer: Option<MessageId>,
        opening: Opening,
    ) -> Task {
        let (until, continued) = match opening {
            Opening::Continue => (None, answer),
            _ => (answer, None),
        };
        let turns = turns(chat.path(), until, continued);
        let mut turns = match opening {
            // Without a template, instructions would be a part of the text.
            Opening::Plain => turns,
            _ => self.instructed(Some(chat), turns),
        };
        let limit_bytes = cut::limit_bytes(self.context_tokens);
        Task {
            chat: Some(chat.id),
            omitted: cut::cut(&mut turns, limit_bytes, self.overflow),
            turns,
            sampling,
            opening,
            overflow: self.overflow,
            alternatives: self.alternatives,
            ..Task::default()
        }
    }

    /// What to ask for, to have a chat given a title in the background, where `request` asks
    /// for one and `begun` is how the answer begins: up to a quotation mark. It goes on from
    /// what the chat has in the KV cache, and leaves that alone.
    pub fn title_task(&self, chat: &Chat, request: &str, begun: &str) -> Task {
        /// Far more than a title has.
        const MAX_TOKENS: u32 = 40;
        let mut turns = turns(chat.path(), None, None);
        turns.push(Turn::new(Role::User, request));
        turns.push(Turn::new(Role::Assistant, begun));
        Task {
            chat: Some(chat.id),
            background: true,
            turns: self.instructed(Some(chat), turns),
            opening: Opening::Continue,
            sampling: Sampling {
                temperature: Some(0.0),
                max_tokens: Some(MAX_TOKENS),
                stop: vec!["\"".into(), "\n".into()],
                ..Sampling::default()
            },
            overflow: Overflow::Stop,
            ..Task::default()
        }
    }

    /// An id for [`Session::route`].
    pub fn reserve(&self) -> RequestId {
        self.client.reserve()
    }

    /// Has what is asked for under this id go into a message on disk as it comes. Returns
    /// what asks for it, once the question is on disk.
    pub fn route(&self, id: RequestId, into: MessageId) -> Starter {
        self.route_on(id, into, None)
    }

    /// The same for a message that goes on, given what it has cost before.
    pub fn route_on(&self, id: RequestId, into: MessageId, before: Option<Timings>) -> Starter {
        self.kept.route(id, into, before);
        self.client.starter()
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
                self.context_tokens = self.coming.is_none().then_some(model.context_tokens);
            }
            Update::LoadFailed { path, .. } => {
                self.coming.take_if(|coming| coming == path);
            }
            Update::Kept(model) => {
                self.coming = None;
                self.context_tokens = Some(model.context_tokens);
            }
            _ => {}
        }
    }
}

/// The conversation as the model is to see it, without the messages from `until` on. A reply
/// without words is left out, for many templates refuse it, unless it is `continued` and has
/// thoughts to go on from. Its question stays, but for one that the engine could not answer
/// at all: what it could not take then would fail every question after it. What somebody said
/// whom only a newer Charla knows is left out too.
fn turns<'a>(
    messages: impl Iterator<Item = &'a Message>,
    until: Option<MessageId>,
    continued: Option<MessageId>,
) -> Vec<Turn> {
    let mut turns: Vec<Turn> = Vec::new();
    for message in messages {
        if until == Some(message.id) {
            break;
        }
        if !message.role.is_known() {
            continue;
        }
        let has_thoughts = !message.reasoning.is_empty();
        let goes_on = has_thoughts && continued == Some(message.id);
        if message.role == Role::Assistant && message.text.is_empty() && !goes_on {
            let has_failed = matches!(message.finish, None | Some(Finish::Interrupted));
            if has_failed && !has_thoughts {
                turns.pop_if(|turn| turn.role == Role::User);
            }
            continue;
        }
        turns.push(Turn {
            role: message.role,
            content: message.text.clone(),
            reasoning: has_thoughts.then(|| message.reasoning.clone()),
        });
    }
    turns
}

/// How many of the last messages there are before their texts are longer than this; the one
/// that goes beyond it is among them.
fn latest_within<'a>(
    messages: impl DoubleEndedIterator<Item = &'a Message>,
    room_bytes: usize,
) -> usize {
    let mut taken_bytes = 0;
    let goes_on = |message: &&Message| {
        let is_within = taken_bytes <= room_bytes;
        taken_bytes += message.text.len() + message.reasoning.len();
        is_within
    };
    messages.rev().take_while(goes_on).count()
}

/// What this machine has for a model, by the arithmetic of the engine. It takes an eighth of
/// a second; graphics processors are the engine's to tell of.
#[must_use]
pub fn machine() -> Machine {
    let memory = MainMemory::look().unwrap_or_default();
    Machine::measured(memory.total_bytes, memory.free_bytes)
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
    let look = || library::look(paths, &settings.library, settings.model.as_deref()).entries;
    if let Some(wanted) = wanted {
        let wanted_path = PathBuf::from(wanted);
        // What is plainly a file needs no search.
        if wanted_path.is_file() {
            return Ok(wanted_path);
        }
        let mut entries = look();
        entries.retain(library::Entry::is_for_chats);
        return Ok(library::resolve(&entries, wanted)?);
    }
    if let Some(last) = settings.model.as_ref().filter(|last| last.is_file()) {
        return Ok(last.clone());
    }
    let mut usable = look();
    usable.retain(|entry| entry.problem.is_none() && entry.is_for_chats());
    let is_default = |entry: &library::Entry| {
        library::catalog::known(&entry.path).is_some_and(|known| known.default)
    };
    let chosen = usable.iter().position(is_default).unwrap_or(0);
    match usable.into_iter().nth(chosen) {
        Some(entry) => Ok(entry.path),
        None => Err(ChooseError::Nothing {
            folder: paths.own_models(),
        }),
    }
}
