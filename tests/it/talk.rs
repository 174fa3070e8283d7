//! A client and its updates, read one by one.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use charla::chat::Finish;
use charla::engine::client::Inspect;
use charla::engine::protocol::{ModelInfo, RequestId};
use charla::engine::{Client, Error, Launch, Update};
use tokio::runtime::Runtime;
use tokio::time::timeout;

/// How long anything may take before a test gives up. It is this long because the machine
/// may be busy with other tests; nothing is expected to come near it.
pub(crate) const PATIENCE: Duration = Duration::from_secs(90);

/// A client whose updates are waited for.
pub(crate) struct Talk {
    pub(crate) client: Client,
    runtime: Runtime,
}

/// How a reply ended, and the text that came before.
pub(crate) type End = (String, Result<Finish, Error>);

impl Talk {
    /// A client that lets the engine have every file.
    pub(crate) fn start(launch: Launch) -> Self {
        Self::inspecting(launch, Arc::new(|_: &Path| Ok(())))
    }

    pub(crate) fn inspecting(launch: Launch, inspect: Inspect) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        Self {
            client: Client::start(launch, inspect, Arc::new(|| {})).unwrap(),
            runtime,
        }
    }

    /// The next update.
    #[track_caller]
    pub(crate) fn next(&mut self) -> Update {
        let next = async { timeout(PATIENCE, self.client.next()).await };
        match self.runtime.block_on(next) {
            Ok(Some(update)) => update,
            other => panic!("no update: {other:?}"),
        }
    }

    /// Reads updates until `wanted` makes something of one.
    #[track_caller]
    pub(crate) fn find<T>(&mut self, mut wanted: impl FnMut(Update) -> Option<T>) -> T {
        loop {
            if let Some(found) = wanted(self.next()) {
                return found;
            }
        }
    }

    /// Waits until a model is loaded or cannot be.
    #[track_caller]
    pub(crate) fn loaded(&mut self) -> Result<ModelInfo, (PathBuf, Error)> {
        self.find(|update| match update {
            Update::Loaded(model) => Some(Ok(*model)),
            Update::LoadFailed { path, error, .. } => Some(Err((path, error))),
            _ => None,
        })
    }

    /// Reads the reply `wanted` to its end.
    #[track_caller]
    pub(crate) fn end_of(&mut self, wanted: RequestId) -> End {
        let mut reply = String::new();
        let end = self.find(|update| match update {
            Update::Piece { id, text, .. } if id == wanted => {
                reply.push_str(&text);
                None
            }
            Update::Done { id, finish, .. } if id == wanted => Some(Ok(finish)),
            Update::Failed { id, error } if id == wanted => Some(Err(error)),
            _ => None,
        });
        (reply, end)
    }

    /// Reads pieces of the reply `wanted` until there are so many; returns their text.
    #[track_caller]
    pub(crate) fn pieces(&mut self, wanted: RequestId, count: usize) -> String {
        let mut reply = String::new();
        let mut left = count;
        self.find(|update| {
            match update {
                Update::Piece { id, text, .. } if id == wanted => {
                    reply.push_str(&text);
                    left -= 1;
                }
                Update::Done { id, .. } | Update::Failed { id, .. } if id == wanted => {
                    panic!("the reply ended early: {update:?}");
                }
                _ => {}
            }
            (left == 0).then_some(())
        });
        reply
    }
}

/// Checks that `error` names `path` in both languages, in one line.
#[cfg(feature = "llama")]
#[track_caller]
pub(crate) fn check_names(error: &Error, path: &Path) {
    use charla::i18n::{I18n, Language};
    for language in Language::ALL {
        let said = I18n::new(language).say(error);
        assert!(said.contains(path.to_str().unwrap()), "{said}");
        assert!(!said.contains('\n'), "{said}");
    }
}
