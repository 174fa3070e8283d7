//! The state machine of the client's thread: one engine, one request at a time, the rest
//! waiting in a queue.

mod load;
mod stop;

use std::collections::VecDeque;

use tokio::sync::mpsc;

use super::job::{Job, Kind, Model, Rest, at, not_sent};
use super::process::{Process, next_line};
use super::{Command, Inspect, Launch, Observe, Update, Wake};
use crate::engine::fault::{During, Error, Fault};
use crate::engine::protocol::{Event, ModelInfo, Request, RequestId};
use crate::engine::transport::Line;
use load::Aside;

/// An engine that ends this often without finishing a reply is not brought back until the
/// user asks for something.
const MOST_RESTARTS: u32 = 3;

/// Loads that the driver itself asks for have ids from here on; those of the client count
/// up from 1.
const FIRST_OWN_ID: RequestId = 1 << 62;

pub(super) struct Driver {
    launch: Launch,
    inspect: Inspect,
    updates: mpsc::Sender<Update>,
    wake: Wake,
    observe: Observe,
    engine: Option<Process>,
    /// The engine that is given up once the one above has loaded its model.
    aside: Option<Aside>,
    /// Whether the engine has said anything yet. One that ends without a word failed to
    /// start.
    has_spoken: bool,
    /// The model that a reply needs; kept when the engine ends, so that it can come back.
    wanted: Option<Model>,
    /// The one that was wanted before, while another takes its place.
    before: Option<Model>,
    /// What is in the engine.
    loaded: Option<Box<ModelInfo>>,
    job: Option<Job>,
    queue: VecDeque<Command>,
    rest: Rest,
    /// How often the engine has been restarted since it last finished a reply.
    restarts: u32,
}

impl Driver {
    pub(super) fn new(
        launch: Launch,
        inspect: Inspect,
        updates: mpsc::Sender<Update>,
        (wake, observe): (Wake, Observe),
    ) -> Self {
        Self {
            launch,
            inspect,
            updates,
            wake,
            observe,
            engine: None,
            aside: None,
            has_spoken: false,
            wanted: None,
            before: None,
            loaded: None,
            job: None,
            queue: VecDeque::new(),
            rest: Rest::new(),
            restarts: 0,
        }
    }

    /// Works until the client is dropped, then ends the engine.
    pub(super) async fn run(mut self, mut commands: mpsc::UnboundedReceiver<Command>) {
        loop {
            while self.job.is_none()
                && let Some(command) = self.queue.pop_front()
            {
                self.begin(command).await;
            }
            let deadline = self.job.as_ref().and_then(|job| job.stopping.deadline());
            let is_idle = self.job.is_none() && self.loaded.is_some();
            let rested = self.rest.end().filter(|_| is_idle);
            tokio::select! {
                command = commands.recv() => match command {
                    Some(command) => self.take(command).await,
                    None => break,
                },
                line = next_line(&self.updates, &mut self.engine) => self.read(line).await,
                () = at(deadline) => self.overdue().await,
                () = at(rested) => self.unload().await,
            }
        }
        let is_idle = self.job.is_none();
        if let Some(engine) = self.engine.take() {
            engine.end(is_idle).await;
        }
        self.give_up_aside().await;
    }

    /// Acts on a command, or queues it behind the request in work.
    async fn take(&mut self, command: Command) {
        self.rest.interrupt();
        match command {
            Command::UnloadAfter(time) => self.rest.after = time,
            Command::Cancel(id) => self.cancel(id).await,
            Command::CancelLoad => self.cancel_load().await,
            Command::Load { id, model } => self.take_load(id, model).await,
            Command::Count { .. } => {
                // Of two questions about a draft, the later is about the newer draft.
                self.queue
                    .retain(|command| !matches!(command, Command::Count { .. }));
                self.queue.push_back(command);
            }
            Command::Generate { .. } | Command::Probe | Command::Unload => {
                self.queue.push_back(command);
            }
        }
    }

    async fn begin(&mut self, command: Command) {
        match command {
            Command::Load { id, model } => self.begin_load(id, model).await,
            Command::Count { id, turns, opening } => {
                if self.loaded.is_some() {
                    let request = Request::Count {
                        id,
                        turns,
                        opening,
                        list: false,
                    };
                    self.begin_job(id, Kind::Count, &request).await;
                } else {
                    self.fail(id, Fault::NoModel.into()).await;
                }
            }
            Command::Generate { id, task } => {
                if self.loaded.is_some() {
                    let request = Request::Generate { id, task };
                    self.begin_job(id, Kind::Reply, &request).await;
                } else if let Some(model) = self.wanted.clone() {
                    // The engine has ended since: bring it back, then answer.
                    let load_id = FIRST_OWN_ID + id;
                    self.queue.push_front(Command::Generate { id, task });
                    self.begin_load(load_id, model).await;
                } else {
                    self.fail(id, Fault::NoModel.into()).await;
                }
            }
            Command::Probe => match self.start_engine().await {
                Ok(engine) => self.engine = Some(engine),
                Err(error) => self.update(Update::Ended(error)).await,
            },
            Command::Unload => self.unload().await,
            // These act at once; they never wait in the queue.
            Command::Cancel(_) | Command::CancelLoad | Command::UnloadAfter(_) => {}
        }
    }

    /// Starts an engine and greets it.
    async fn start_engine(&mut self) -> Result<Process, Error> {
        self.has_spoken = false;
        let spawn_error = |error: std::io::Error| Error::Spawn {
            reason: error.to_string(),
        };
        let mut engine = Process::start(&self.launch).map_err(spawn_error)?;
        engine.send(&Request::Hello).await.map_err(spawn_error)?;
        Ok(engine)
    }

    async fn begin_job(&mut self, id: RequestId, kind: Kind, request: &Request) {
        let Some(engine) = &mut self.engine else {
            return;
        };
        let sent = engine.send(request).await;
        self.job = Some(Job::new(id, kind));
        if let Err(error) = sent {
            self.finish(not_sent(request, &error).into()).await;
        }
    }

    async fn read(&mut self, line: Line<Event>) {
        match line {
            Line::Body(event) => self.event(event).await,
            Line::Bad { reason, .. } => self.kill(Error::Garbled { reason }).await,
            Line::End => {
                let during = self.during();
                if let Some(engine) = self.engine.take() {
                    let error = engine.autopsy(during).await;
                    self.ended(error).await;
                }
            }
        }
    }

    async fn event(&mut self, event: Event) {
        let job_id = self.job.as_ref().map(|job| job.id);
        self.has_spoken = true;
        self.rest.interrupt();
        match event {
            Event::Ready { version, .. } if version != env!("CARGO_PKG_VERSION") => {
                self.kill(Error::OtherVersion { version }).await;
            }
            Event::Ready { devices, .. } => self.update(Update::Ready { devices }).await,
            Event::Loading { id, fraction } if job_id == Some(id) => {
                if let Some(model) = &self.wanted {
                    let path = model.path.clone();
                    self.update(Update::Loading { path, fraction }).await;
                }
            }
            Event::Loaded { id, model } if job_id == Some(id) => {
                self.loaded(id, model).await;
            }
            Event::Counted {
                id,
                prompt_tokens,
                turn_tokens,
                ..
            } if job_id == Some(id) => {
                self.job = None;
                self.update(Update::Counted {
                    id,
                    prompt_tokens,
                    turn_tokens,
                })
                .await;
            }
            Event::Done {
                id,
                finish,
                timings,
                seed,
                context_tokens,
            } if job_id == Some(id) => {
                let job = self.job.take();
                self.restarts = 0;
                if job.is_some_and(|job| job.is_over_for_the_user()) {
                    return;
                }
                self.update(Update::Done {
                    id,
                    finish,
                    timings,
                    seed,
                    context_tokens,
                })
                .await;
            }
            Event::Failed { id, fault } if self.job.is_some() && (id == job_id || id.is_none()) => {
                self.finish(fault.into()).await;
            }
            Event::Failed { id: None, fault } => self.update(Update::Ended(fault.into())).await,
            event => {
                // One of a request that has been given up becomes nothing.
                let job = self.job.as_mut();
                let wanted = match job.filter(|job| !job.is_over_for_the_user()) {
                    Some(job) => {
                        job.progress.note(&event);
                        job.id
                    }
                    None => RequestId::default(),
                };
                if let Some(update) = Update::passing_on(event, wanted) {
                    self.update(update).await;
                }
            }
        }
    }

    /// Ends the request in work with an error.
    async fn finish(&mut self, error: Error) {
        match self.job.take() {
            Some(Job {
                id,
                kind: Kind::Load(model),
                ..
            }) => self.load_failed(id, model, error).await,
            Some(job) if job.is_over_for_the_user() => {}
            Some(Job { id, .. }) => self.fail(id, error).await,
            None => {}
        }
    }

    /// The engine is gone. A reply or an idle engine is worth a new start; a load that
    /// ended it would end it again.
    async fn ended(&mut self, error: Error) {
        let was_loaded = self.loaded.take().is_some();
        if self.job.is_some() {
            self.finish(error).await;
        } else if was_loaded || !self.has_spoken {
            self.update(Update::Ended(error)).await;
        }
        if was_loaded
            && !self.has_load_waiting()
            && self.restarts < MOST_RESTARTS
            && let Some(model) = self.wanted.clone()
        {
            self.restarts += 1;
            let id = RequestId::MAX;
            self.queue.push_front(Command::Load { id, model });
        }
    }

    /// Ends an engine that nobody has wanted for long. The model stays wanted, so that the
    /// next message loads it again.
    async fn unload(&mut self) {
        let Some(model) = self.loaded.take() else {
            return;
        };
        if let Some(engine) = self.engine.take() {
            engine.end(true).await;
        }
        self.update(Update::Unloaded { path: model.path }).await;
    }

    fn has_load_waiting(&self) -> bool {
        self.queue
            .iter()
            .any(|command| matches!(command, Command::Load { .. }))
    }

    /// What the engine is doing.
    fn during(&self) -> During {
        match &self.job {
            _ if !self.has_spoken => During::Start,
            Some(job) => job.during(),
            None => During::Idle,
        }
    }

    /// Ends an engine that is of no more use, for this reason.
    async fn kill(&mut self, reason: Error) {
        if let Some(engine) = self.engine.take() {
            engine.kill().await;
        }
        self.ended(reason).await;
    }

    async fn fail(&mut self, id: RequestId, error: Error) {
        self.update(Update::Failed { id, error }).await;
    }

    async fn update(&mut self, update: Update) {
        (self.observe)(&update);
        // The receiver is closed only by a client that is being dropped.
        if self.updates.send(update).await.is_ok() {
            (self.wake)();
        }
    }
}
