//! The state machine of the client's thread: one engine, which loads a model or works on
//! replies, as many as there are; a queue of what has to wait for one of these to end.

mod load;
mod stop;

use std::collections::VecDeque;

use tokio::sync::mpsc;

use super::job::{Job, Kind, Model, Rest, Stopping, at, not_sent};
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
    /// What the engine is at work on: a load alone, or replies and one question.
    jobs: Vec<Job>,
    /// What may have to wait for a load or for a stop.
    queue: VecDeque<Command>,
    /// The question that waits for the one before it.
    question: Option<Command>,
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
            jobs: Vec::new(),
            queue: VecDeque::new(),
            question: None,
            rest: Rest::new(),
            restarts: 0,
        }
    }

    /// Works until the client is dropped, then ends the engine.
    pub(super) async fn run(mut self, mut commands: mpsc::UnboundedReceiver<Command>) {
        loop {
            while let Some(command) = self.next_to_begin() {
                self.begin(command).await;
            }
            let deadlines = self.jobs.iter().filter_map(|job| job.stopping.deadline());
            let deadline = deadlines.min();
            let is_idle = self.jobs.is_empty() && self.loaded.is_some();
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
        let is_idle = self.jobs.is_empty();
        if let Some(engine) = self.engine.take() {
            engine.end(is_idle).await;
        }
        self.give_up_aside().await;
    }

    /// Acts on a command, or has it wait for its turn.
    async fn take(&mut self, command: Command) {
        self.rest.interrupt();
        match command {
            Command::UnloadAfter(time) => self.rest.after = time,
            Command::Cancel(id) => self.cancel(id).await,
            Command::CancelLoad => self.cancel_load().await,
            Command::Load { id, model } => self.take_load(id, model).await,
            Command::Count { .. } => {
                // Of two questions about a draft, the later is about the newer draft.
                self.question = Some(command);
            }
            Command::Generate { .. } | Command::Probe | Command::Unload => {
                self.queue.push_back(command);
            }
        }
    }

    /// What can be begun now.
    fn next_to_begin(&mut self) -> Option<Command> {
        let may_begin = match self.queue.front() {
            // A reply that is being stopped may be the last of an engine that is stuck.
            Some(Command::Generate { .. }) => {
                (self.jobs.iter()).all(|job| !job.is_load() && job.stopping == Stopping::No)
            }
            Some(_) => self.jobs.is_empty(),
            None => false,
        };
        if may_begin {
            return self.queue.pop_front();
        }
        let is_free = self.jobs.iter().all(Job::is_reply) && !self.has_load_waiting();
        self.question.take_if(|_| is_free)
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
        self.jobs.push(Job::new(id, kind));
        if let Err(error) = sent {
            self.finish(id, not_sent(request, &error).into()).await;
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
        self.has_spoken = true;
        self.rest.interrupt();
        match event {
            Event::Ready { version, .. } if version != env!("CARGO_PKG_VERSION") => {
                self.kill(Error::OtherVersion { version }).await;
            }
            Event::Ready { devices, .. } => self.update(Update::Ready { devices }).await,
            Event::Loading { id, fraction } if self.job(id).is_some() => {
                if let Some(model) = &self.wanted {
                    let path = model.path.clone();
                    self.update(Update::Loading { path, fraction }).await;
                }
            }
            Event::Loaded { id, model } => {
                if self.take_job(id).is_some() {
                    self.loaded(id, model).await;
                }
            }
            Event::Counted {
                id,
                prompt_tokens,
                turn_tokens,
                ..
            } => {
                if self.take_job(id).is_some() {
                    self.update(Update::Counted {
                        id,
                        prompt_tokens,
                        turn_tokens,
                    })
                    .await;
                }
            }
            Event::Done {
                id,
                finish,
                timings,
                seed,
                context_tokens,
            } => {
                let Some(job) = self.take_job(id) else { return };
                self.restarts = 0;
                if job.is_over_for_the_user() {
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
            Event::Failed {
                id: Some(id),
                fault,
            } => self.finish(id, fault.into()).await,
            // It could not be read, so it is what was sent last.
            Event::Failed { id: None, fault } => match self.jobs.last().map(|job| job.id) {
                Some(id) => self.finish(id, fault.into()).await,
                None => self.update(Update::Ended(fault.into())).await,
            },
            event => self.pass_on(event).await,
        }
    }

    /// Passes on what is a part of a reply; one that has been given up becomes nothing.
    async fn pass_on(&mut self, event: Event) {
        let job = event.reply().and_then(|id| self.job(id));
        let Some(job) = job.filter(|job| !job.is_over_for_the_user()) else {
            return;
        };
        job.progress.note(&event);
        if let Some(update) = Update::passing_on(event) {
            self.update(update).await;
        }
    }

    /// What the engine is at work on under this id.
    fn job(&mut self, id: RequestId) -> Option<&mut Job> {
        self.jobs.iter_mut().find(|job| job.id == id)
    }

    /// The same, which has ended.
    fn take_job(&mut self, id: RequestId) -> Option<Job> {
        let at = self.jobs.iter().position(|job| job.id == id)?;
        Some(self.jobs.remove(at))
    }

    /// Ends a request in work with an error.
    async fn finish(&mut self, id: RequestId, error: Error) {
        if let Some(job) = self.take_job(id) {
            self.finish_job(job, error).await;
        }
    }

    async fn finish_job(&mut self, job: Job, error: Error) {
        match job {
            Job {
                id,
                kind: Kind::Load(model),
                ..
            } => self.load_failed(id, model, error).await,
            job if job.is_over_for_the_user() => {}
            Job { id, .. } => self.fail(id, error).await,
        }
    }

    /// The engine is gone. A reply or an idle engine is worth a new start; a load that
    /// ended it would end it again.
    async fn ended(&mut self, error: Error) {
        let was_loaded = self.loaded.take().is_some();
        let jobs = std::mem::take(&mut self.jobs);
        if jobs.is_empty() && (was_loaded || !self.has_spoken) {
            self.update(Update::Ended(error)).await;
        } else {
            for job in jobs {
                self.finish_job(job, error.clone()).await;
            }
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
        match self.jobs.first() {
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
