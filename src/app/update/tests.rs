//! What commands come to, with a real store and a scripted engine behind the real client,
//! and nothing drawn.

mod messages;
mod models;
mod panel;
mod several;
mod titles;
mod transfer;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::{Services, act, begin, finish_job, receive};
use crate::app::command::Command;
use crate::app::jobs::{Jobs, Outcome};
use crate::app::state::{Keeping, ModelState, State};
use crate::chat::{Chat, ChatId, Message};
use crate::engine::Launch;
use crate::engine::fake::{Script, Step};
use crate::i18n::Language;
use crate::paths::Paths;
use crate::session::Session;
use crate::settings::Settings;
use crate::store::{Keeper, Store, Write};

/// How long anything may take before a test gives up.
const PATIENCE: Duration = Duration::from_secs(30);

/// A window without pictures.
struct Desk {
    state: State,
    services: Services,
    ctx: egui::Context,
    home: TempDir,
}

impl Desk {
    /// A window with a model of this script, and nothing in it yet.
    fn new(script: Script) -> Self {
        let mut desk = Self::bare(Settings::default(), script);
        let model = PathBuf::from("/models/first.gguf");
        begin(&mut desk.state, &mut desk.services, Some(model));
        desk.wait("the model", |state| {
            state.keeping == Keeping::Kept
                && state.shelves.page.is_some()
                && matches!(state.model, ModelState::Loaded(_))
        });
        desk.settle();
        desk
    }

    fn bare(settings: Settings, script: Script) -> Self {
        Self::bare_at(tempfile::tempdir().unwrap(), settings, script)
    }

    fn bare_at(home: TempDir, settings: Settings, script: Script) -> Self {
        let paths = Paths::below(home.path());
        let jobs = Jobs::new(Arc::new(|| {}));
        let report = jobs.reporter();
        let folder = paths.chats();
        let open = move || Store::open_or_memory(&folder);
        let heard = Arc::new(move |event| report(Outcome::Store(event)));
        let keeper = Arc::new(Keeper::start(open, heard).unwrap());
        let wake = Arc::new(|| {});
        let launch = Launch::Fake(script);
        let session = Session::keeping(launch, wake, Some(Arc::clone(&keeper))).unwrap();
        let settings = Settings {
            language: Some(Language::En),
            ..settings
        };
        Self {
            state: State::new(settings),
            services: Services {
                shelf: None,
                prompts: None,
                session,
                keeper,
                revision: std::cell::Cell::new(0),
                readings: std::cell::Cell::new(0),
                saver: None,
                jobs,
                checks: crate::app::update::Checks::default(),
                network: crate::app::update::Network::default(),
                watch: None,
                paths,
                disk: filekit::Saver::start("saver").ok(),
            },
            ctx: egui::Context::default(),
            home,
        }
    }

    /// Puts another engine in the place of the one there is.
    fn replace_engine(&mut self, script: Script) {
        let keeper = Some(Arc::clone(&self.services.keeper));
        let session = Session::keeping(Launch::Fake(script), Arc::new(|| {}), keeper);
        self.services.session = session.unwrap();
    }

    fn import(&mut self, paths: Vec<std::path::PathBuf>) {
        super::transfer::import_from(&mut self.state, &self.services, paths);
    }

    fn finish(&mut self, outcome: Outcome) {
        finish_job(&mut self.state, &mut self.services, outcome);
    }

    fn act(&mut self, command: Command) {
        act(&mut self.state, &mut self.services, &self.ctx, command);
    }

    /// Takes in what has happened until `is_so`.
    #[track_caller]
    fn wait(&mut self, what: &str, mut is_so: impl FnMut(&State) -> bool) {
        let begun = Instant::now();
        while !is_so(&self.state) {
            assert!(begun.elapsed() < PATIENCE, "waited for {what}");
            // One by one, so that a test sees what passes by.
            if let Some(update) = self.services.session.try_next() {
                receive(&mut self.state, &mut self.services, update);
            } else if let Some(outcome) = self.services.jobs.try_next() {
                finish_job(&mut self.state, &mut self.services, outcome);
            } else {
                std::thread::sleep(Duration::from_millis(2));
            }
        }
    }

    /// Says something and waits for the whole reply.
    #[track_caller]
    fn say(&mut self, text: &str) {
        self.act(Command::Send(text.to_owned()));
        self.wait("the reply", |state| state.replies.is_empty());
        self.settle();
    }

    /// Waits for what has been asked of the chats, and for what that led to.
    #[track_caller]
    fn settle(&mut self) {
        for round in ["settled", "settled again"] {
            self.stored(|_| ());
            let report = self.services.jobs.reporter();
            let models = vec![round.to_owned()];
            self.services
                .keeper
                .read(move |_| report(Outcome::Models(models)));
            self.wait(round, |state| state.shelves.models == [round]);
        }
    }

    fn current(&self) -> &Chat {
        self.state.current_chat().unwrap()
    }

    fn last(&self) -> &Message {
        self.current().path().next_back().unwrap()
    }

    /// Does something with the chats on disk once everything asked before is there.
    fn stored<T: Send + 'static>(&self, look: impl FnOnce(&Store) -> T + Send + 'static) -> T {
        let (sender, receiver) = std::sync::mpsc::channel();
        self.services.keeper.run(move |store| {
            let _ = sender.send(look(store));
        });
        receiver.recv_timeout(PATIENCE).unwrap()
    }

    fn stored_chat(&self, id: ChatId) -> Chat {
        self.stored(move |store| store.chat(id).unwrap())
    }
}

/// A script with one reply after another.
fn saying(replies: &[&str]) -> Script {
    let steps = |reply: &&str| vec![Step::Piece((*reply).to_owned())];
    Script {
        replies: replies.iter().map(steps).collect(),
        ..Script::default()
    }
}

fn texts(chat: &Chat) -> Vec<&str> {
    chat.path().map(|it| it.text.as_str()).collect()
}
