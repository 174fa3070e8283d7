//! How work is stopped: a reply that the user no longer wants, a load that another takes the
//! place of, and an engine that does not answer.

use std::time::Duration;

use tokio::time::Instant;

use super::super::job::{Job, Kind, Stopping};
use super::super::{Command, Update};
use super::Driver;
use crate::chat::{Finish, Timings};
use crate::engine::fault::Error;
use crate::engine::protocol::{Request, RequestId};

/// How long the engine may take to answer a cancel before the user is answered without it.
const ANSWER_TIME: Duration = Duration::from_millis(500);

/// How long it may then take to come to the end of what it is computing before it is taken
/// for stuck: nobody waits for it but who asks for something else, and ending it would cost
/// what it has read. A batch takes a second or so; of a large model beside other programs, it
/// may take many.
const STUCK_TIME: Duration = Duration::from_secs(30);

/// The same as a multiple of the longest that this reply has computed without a word.
const STUCK_STEPS: u32 = 4;

/// The same where it does nothing that anybody wants any more, since a model is to be loaded.
const CANCEL_DEADLINE: Duration = Duration::from_secs(2);

impl Driver {
    /// Stops a reply, whether it has begun or waits.
    pub(super) async fn cancel(&mut self, id: RequestId) {
        let is_wanted = |command: &Command| matches!(command, Command::Generate { id: other, .. } if *other == id);
        if let Some(at) = self.queue.iter().position(is_wanted) {
            self.queue.remove(at);
            self.cancelled_before_it_began(id).await;
        } else {
            self.cancel_job(id).await;
        }
    }

    /// Stops a load, and forgets those that wait.
    pub(super) async fn cancel_load(&mut self) {
        let had_load_waiting = self.has_load_waiting();
        self.queue
            .retain(|command| !matches!(command, Command::Load { .. }));
        let is_loading = self.jobs.iter().any(Job::is_load);
        if is_loading {
            self.cancel_jobs().await;
        } else if had_load_waiting && let Some(model) = self.loaded.clone() {
            // It had not begun: what was loaded before still is, and as it was.
            self.update(Update::Kept(model)).await;
        }
        if self.loaded.is_none() && !is_loading {
            // The next message does not bring back what nobody wants any more.
            self.wanted = None;
        }
    }

    /// Asks the engine to stop all that it is doing.
    pub(super) async fn cancel_jobs(&mut self) {
        let ids: Vec<_> = self.jobs.iter().map(|job| job.id).collect();
        for id in ids {
            self.cancel_job(id).await;
        }
    }

    /// Asks the engine to stop something that it is doing.
    async fn cancel_job(&mut self, id: RequestId) {
        let is_replaced = self.has_load_waiting();
        let Some(job) = self.job(id) else { return };
        match job.stopping {
            Stopping::No => {}
            Stopping::Told(deadline) if is_replaced => {
                let sooner = Instant::now() + CANCEL_DEADLINE;
                job.stopping = Stopping::Told(deadline.min(sooner));
                return;
            }
            Stopping::Asked(_) | Stopping::Told(_) => return,
        }
        let time = match job.kind {
            Kind::Reply => ANSWER_TIME,
            Kind::Load(_) | Kind::Count => CANCEL_DEADLINE,
        };
        job.stopping = Stopping::Asked(Instant::now() + time);
        if let Some(engine) = &mut self.engine {
            let _ = engine.send(&Request::Cancel { id }).await;
        }
    }

    /// The engine has not answered a cancel in time.
    pub(super) async fn overdue(&mut self) {
        let is_replaced = self.has_load_waiting();
        let is_stopped = |job: &&mut Job| job.stopping.deadline().is_some();
        let stopped = self.jobs.iter_mut().filter(is_stopped);
        match stopped.min_by_key(|job| job.stopping.deadline()) {
            Some(job) if job.is_reply() && !job.is_over_for_the_user() => {
                let time = match is_replaced {
                    true => CANCEL_DEADLINE,
                    false => STUCK_TIME.max(job.progress.longest_step() * STUCK_STEPS),
                };
                job.stopping = Stopping::Told(Instant::now() + time);
                let stopped = job.stopped();
                self.update(stopped).await;
            }
            _ => {
                let during = self.during();
                self.kill(Error::Unresponsive { during }).await;
            }
        }
    }

    async fn cancelled_before_it_began(&mut self, id: RequestId) {
        self.update(Update::Done {
            id,
            finish: Finish::Cancelled,
            timings: Timings::default(),
            seed: 0,
            context_tokens: 0,
        })
        .await;
    }
}
