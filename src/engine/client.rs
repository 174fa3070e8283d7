//! The background worker thread in the window's process: it starts the engine, passes
//! requests and events on, and turns the end of the engine into an error with a name.
//!
//! The thread lives as long as the [`Client`]; it must, for on Linux the engine is told to
//! end when the thread that started it ends.

mod driver;
mod job;
mod process;
mod update;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use job::Model;
use tokio::sync::mpsc;

use super::fake::Script;
use super::fault::Error;
use super::protocol::{Opening, RequestId, StateFolder, Task, Turn};
use crate::params::LoadOptions;
pub use update::Update;

/// How many updates may wait for the window. When it does not take them, the engine is no
/// longer read, and so pauses; nothing is dropped and nothing piles up.
const UPDATES_WAITING: usize = 256;

/// Called after each update, from the client's thread. It must return at once.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

/// Sees each update before the client's owner does, on the client's thread, also while the
/// owner takes none. It must return at once.
pub type Observe = Arc<dyn Fn(&Update) + Send + Sync>;

/// Looks at a model file before the engine does; the error is passed on as it is.
pub type Inspect = Arc<dyn Fn(&Path) -> Result<(), Error> + Send + Sync>;

/// What to run as the engine.
#[derive(Debug, Clone)]
pub enum Launch {
    /// This program with the argument `engine`: Charla itself.
    Program(PathBuf),
    /// A script in this process, for tests of the window.
    Fake(Script),
}

impl Launch {
    /// This very program.
    ///
    /// # Errors
    /// Where the system does not say which file it runs.
    pub fn this_program() -> std::io::Result<Self> {
        std::env::current_exe().map(Self::Program)
    }
}

/// What the owner asks of the thread.
#[derive(Debug)]
enum Command {
    Load {
        id: RequestId,
        model: Model,
    },
    Generate {
        id: RequestId,
        task: Task,
    },
    Count {
        id: RequestId,
        turns: Vec<Turn>,
        opening: Opening,
    },
    Cancel(RequestId),
    CancelLoad,
    UnloadAfter(Option<Duration>),
    Unload,
    Probe,
}

/// The handle of the background worker thread. Dropping it ends the engine.
#[derive(Debug)]
pub struct Client {
    commands: Option<mpsc::UnboundedSender<Command>>,
    updates: mpsc::Receiver<Update>,
    next_id: AtomicU64,
    thread: Option<JoinHandle<()>>,
}

impl Client {
    /// Starts the thread. The engine itself is started with the first model.
    ///
    /// # Errors
    /// Where the system cannot start a thread or its event loop.
    pub fn start(launch: Launch, inspect: Inspect, wake: Wake) -> std::io::Result<Self> {
        Self::start_observed(launch, inspect, wake, Arc::new(|_| {}))
    }

    /// Starts the thread and has it show each update to `observe` first.
    ///
    /// # Errors
    /// Where the system cannot start a thread or its event loop.
    pub fn start_observed(
        launch: Launch,
        inspect: Inspect,
        wake: Wake,
        observe: Observe,
    ) -> std::io::Result<Self> {
        let (commands, command_queue) = mpsc::unbounded_channel();
        let (update_queue, updates) = mpsc::channel(UPDATES_WAITING);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let thread = thread::Builder::new()
            .name("engine-client".into())
            .spawn(move || {
                let driver = driver::Driver::new(launch, inspect, update_queue, (wake, observe));
                runtime.block_on(driver.run(command_queue));
            })?;
        Ok(Self {
            commands: Some(commands),
            updates,
            next_id: AtomicU64::new(1),
            thread: Some(thread),
        })
    }

    /// Loads a model in place of the one that is loaded, in a new process. Replies that are
    /// being written are stopped. The KV cache of chats is kept in `states`.
    ///
    /// The model that is loaded answers until the new one does, and on if that cannot be
    /// loaded, unless there is no room for both.
    pub fn load(&self, path: PathBuf, options: LoadOptions, states: Option<StateFolder>) {
        self.send_load(Model {
            path,
            options,
            states,
            is_forced: false,
        });
    }

    /// The same, however little memory there is; the one that is loaded is ended first.
    pub fn load_anyway(&self, path: PathBuf, options: LoadOptions, states: Option<StateFolder>) {
        self.send_load(Model {
            path,
            options,
            states,
            is_forced: true,
        });
    }

    fn send_load(&self, model: Model) {
        let id = self.reserve();
        self.send(Command::Load { id, model });
    }

    /// Stops a load.
    pub fn cancel_load(&self) {
        self.send(Command::CancelLoad);
    }

    /// Ends the engine once it has had nothing to do for so long; never without a time,
    /// which is how a client begins. [`Update::Unloaded`] tells of it.
    pub fn unload_after(&self, time: Option<Duration>) {
        self.send(Command::UnloadAfter(time));
    }

    /// Ends the engine once what it was asked before is done. As after [`Self::unload_after`],
    /// the next message loads the model again.
    pub fn unload(&self) {
        self.send(Command::Unload);
    }

    /// Starts the engine without a model, which answers with [`Update::Ready`].
    pub fn probe(&self) {
        self.send(Command::Probe);
    }

    /// Asks for the next message of a conversation, beside others that are being written. It
    /// waits for a load that is under way.
    pub fn generate(&self, task: Task) -> RequestId {
        let id = self.reserve();
        self.send(Command::Generate { id, task });
        id
    }

    /// An id for a request that is made later.
    pub fn reserve(&self) -> RequestId {
        self.next_id.fetch_add(1, Ordering::Relaxed)
    }

    /// What asks for a message later, under an id that was reserved for it, and from
    /// whatever thread.
    pub fn starter(&self) -> Starter {
        Starter(self.commands.as_ref().map(mpsc::UnboundedSender::downgrade))
    }

    /// Asks how many tokens the prompt of a conversation has. Ends with [`Update::Counted`]
    /// or [`Update::Failed`]. It waits for the one asked before it; an older question that
    /// still waits is dropped without an answer.
    pub fn count(&self, turns: Vec<Turn>, opening: Opening) -> RequestId {
        let id = self.reserve();
        self.send(Command::Count { id, turns, opening });
        id
    }

    /// Stops a reply. It ends with [`Update::Done`] after half a second at the latest, whatever
    /// the engine is computing; one that is stuck is ended and started again.
    pub fn cancel(&self, id: RequestId) {
        self.send(Command::Cancel(id));
    }

    /// The next update, if there is one.
    pub fn try_next(&mut self) -> Option<Update> {
        self.updates.try_recv().ok()
    }

    /// Whether the thread has ended, which it should not while this handle lives. Updates
    /// may still wait.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.updates.is_closed()
    }

    /// Waits for the next update; `None` when the thread has ended.
    pub async fn next(&mut self) -> Option<Update> {
        self.updates.recv().await
    }

    fn send(&self, command: Command) {
        // The thread ends only when this handle is dropped, so the channel is open; if it
        // has panicked after all, `has_ended` and `next` say so.
        if let Some(commands) = &self.commands {
            let _ = commands.send(command);
        }
    }
}

/// Asks for a message on behalf of a client, as long as there is one.
#[derive(Debug, Clone)]
pub struct Starter(Option<mpsc::WeakUnboundedSender<Command>>);

impl Starter {
    /// Asks for the next message of a conversation, under an id that was reserved for it.
    pub fn generate(&self, id: RequestId, task: Task) {
        let client = self.0.as_ref().and_then(mpsc::WeakUnboundedSender::upgrade);
        if let Some(client) = client {
            let _ = client.send(Command::Generate { id, task });
        }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.commands.take();
        // A full queue would keep the thread from seeing that it is no longer wanted.
        self.updates.close();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
