//! Loading one model in place of another. The model that answers is kept until the new one is
//! loaded, and given up before that only where there is no room for both.

use super::Driver;
use crate::engine::client::Command;
use crate::engine::client::job::{Job, Kind, Model};
use crate::engine::client::process::Process;
use crate::engine::client::update::Update;
use crate::engine::fault::{Error, Fault};
use crate::engine::protocol::{ModelInfo, Request, RequestId};

/// The engine that answers until another model has been loaded in its place.
pub(super) struct Aside {
    engine: Process,
    model: Model,
    info: Box<ModelInfo>,
}

impl Driver {
    /// Has a model loaded as soon as what the engine does now has been stopped: it does that
    /// for a model that is no longer wanted. A reply is not cut off for a file that is none.
    pub(super) async fn take_load(&mut self, id: RequestId, model: Model) {
        self.queue
            .retain(|command| !matches!(command, Command::Load { .. }));
        if self.jobs.iter().any(Job::is_reply)
            && let Err(error) = self.look_at(&model).await
        {
            self.load_failed(id, model, error).await;
            return;
        }
        self.queue.push_front(Command::Load { id, model });
        self.cancel_jobs().await;
    }

    /// Starts a new engine for `model`. One engine holds one model in its life: ending it
    /// is the one sure way to get all its memory back.
    pub(super) async fn begin_load(&mut self, id: RequestId, model: Model) {
        self.update(Update::Loading {
            path: model.path.clone(),
            fraction: 0.0,
        })
        .await;
        if let Err(error) = self.look_at(&model).await {
            self.load_failed(id, model, error).await;
            return;
        }
        self.set_aside(model.is_forced).await;
        self.wanted = Some(model.clone());
        match self.start_engine().await {
            Ok(engine) => {
                self.engine = Some(engine);
                let request = Request::Load {
                    id,
                    path: model.path.clone(),
                    options: model.options.clone(),
                    states: model.states.clone(),
                    is_forced: model.is_forced,
                };
                self.begin_job(id, Kind::Load(model), &request).await;
            }
            Err(error) => self.load_failed(id, model, error).await,
        }
    }

    /// Has the files looked at before any engine sees them, and before anything is given up
    /// for them. A draft model could end the engine just as well.
    async fn look_at(&self, model: &Model) -> Result<(), Error> {
        let (inspect, path) = (self.inspect.clone(), model.path.clone());
        let draft = model.options.draft_model.clone();
        let inspected = tokio::task::spawn_blocking(move || {
            draft.iter().try_for_each(|draft| inspect(draft))?;
            inspect(&path)
        })
        .await;
        inspected.unwrap_or_else(|panic| {
            Err(Error::Garbled {
                reason: panic.to_string(),
            })
        })
    }

    /// Puts the engine that answers aside, or ends it where it cannot stay beside another, or
    /// where that one `needs_all` memory there is.
    async fn set_aside(&mut self, needs_all: bool) {
        let (loaded, model) = (self.loaded.take(), self.wanted.take());
        let Some(engine) = self.engine.take() else {
            self.before = self.before.take().or(model);
            return;
        };
        match (loaded, model) {
            (Some(info), Some(model)) if !needs_all && can_stay(&info) => {
                self.aside = Some(Aside {
                    engine,
                    model,
                    info,
                });
            }
            (_, model) => {
                self.before = self.before.take().or(model);
                engine.end(true).await;
            }
        }
    }

    /// A model has been loaded; the one before it is no longer needed.
    pub(super) async fn loaded(&mut self, id: RequestId, model: ModelInfo) {
        // Someone chose this load, so its engine may be restarted as often as any.
        if id < super::FIRST_OWN_ID {
            self.restarts = 0;
        }
        self.before = None;
        // It writes its chats' states to disk now. Where it is the same model with other
        // options, the new engine goes on from those, so it is heard of only afterwards.
        self.give_up_aside().await;
        let model = Box::new(model);
        self.loaded = Some(model.clone());
        self.update(Update::Loaded(model)).await;
    }

    pub(super) async fn give_up_aside(&mut self) {
        if let Some(aside) = self.aside.take() {
            aside.engine.end(true).await;
        }
    }

    /// A load has failed; so has the reply that waited for it, unless another load is to
    /// come. What answered before goes on answering, where it is still there.
    pub(super) async fn load_failed(&mut self, id: RequestId, model: Model, error: Error) {
        if !self.has_load_waiting()
            && let Some(aside) = &self.aside
            && fits_in_place_of(&error, &aside.info)
        {
            self.before = Some(aside.model.clone());
            self.give_up_aside().await;
            if let Some(engine) = self.engine.take() {
                engine.end(true).await;
            }
            self.queue.push_front(Command::Load { id, model });
            return;
        }
        let kept = self.take_back().await;
        if self.has_load_waiting() {
            if let Some(info) = kept.filter(|_| self.is_back_to_what_answers()) {
                self.queue.pop_front();
                self.update(Update::Kept(info)).await;
            }
            return;
        }
        let is_cancelled = error == Error::Refused(Fault::LoadCancelled);
        if let Some(info) = kept.clone().filter(|_| is_cancelled) {
            // What waits is answered by the model that stays.
            self.update(Update::Kept(info)).await;
            return;
        }
        if kept.is_none() {
            // The next message brings back what slept, or had to go for what nobody wants.
            let before = self.before.take();
            self.wanted = match is_cancelled {
                true => before,
                false => Some(model.clone()),
            };
        }
        self.update(Update::LoadFailed {
            path: model.path,
            error: error.clone(),
            kept: kept.clone(),
        })
        .await;
        if kept.is_some() {
            // What waits is answered by the model that stays.
            return;
        }
        let waiting: Vec<_> = self
            .queue
            .iter()
            .filter_map(|command| match command {
                Command::Generate { id, .. } => Some(*id),
                _ => None,
            })
            .collect();
        self.queue
            .retain(|command| !matches!(command, Command::Generate { .. }));
        for id in waiting {
            self.fail(id, error.clone()).await;
        }
    }

    /// Whether the load that waits is of the model that answers, loaded as it is.
    fn is_back_to_what_answers(&self) -> bool {
        let waiting = self.queue.front();
        matches!((waiting, &self.wanted), (Some(Command::Load { model, .. }), Some(wanted))
            if model.path == wanted.path && model.options == wanted.options)
    }

    /// Puts the engine that was set aside back in its place, and says which model answers
    /// now, if one does.
    async fn take_back(&mut self) -> Option<Box<ModelInfo>> {
        if let Some(aside) = self.aside.take() {
            if let Some(failed) = self.engine.replace(aside.engine) {
                failed.end(true).await;
            }
            self.has_spoken = true;
            self.wanted = Some(aside.model);
            self.loaded = Some(aside.info);
        }
        self.loaded.clone()
    }
}

/// Whether a model can stay in memory while another is loaded. What lies on a graphics
/// processor cannot: llama.cpp would fit the other one into what is left there, and it would
/// stay as slow as that when the first is gone.
fn can_stay(info: &ModelInfo) -> bool {
    info.placement
        .iter()
        .all(|it| it.layers == 0 || it.device == "CPU")
}

/// Whether the load was refused for want of memory that would be there without the model that
/// is loaded now.
fn fits_in_place_of(error: &Error, info: &ModelInfo) -> bool {
    match error {
        Error::Refused(Fault::NotEnoughMemory {
            needed_bytes,
            free_bytes,
            ..
        }) => *needed_bytes <= free_bytes.saturating_add(info.memory.total_bytes()),
        _ => false,
    }
}
