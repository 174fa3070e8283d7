//! The child process: the only code that touches llama.cpp, and the only user of the
//! crate that wraps it.
//!
//! A reader thread takes requests from standard input, so that a cancel is seen while a
//! token is being computed; this thread does the work, a step at a time and whatever else
//! has come in between two of them, and writes the events.

mod alternatives;
mod cache;
mod decoder;
mod draft;
mod exactness;
mod fingerprint;
mod gate;
mod generate;
mod grammar;
mod host;
mod kv;
mod limits;
mod load;
mod log;
mod lookup;
mod memory;
mod overflow;
mod pieces;
mod plan;
mod prompt;
mod reasoning;
mod recommended;
mod rehearsal;
mod reply;
mod sampling;
mod scheduler;
mod sealing;
mod speculation;
mod states;
mod stops;
mod template;
mod threads;
mod tokens;
mod writing;

use std::io::{self, BufRead};
use std::sync::mpsc::{self, RecvTimeoutError, TryRecvError};
use std::thread;
use std::time::Duration;

use super::fault::Fault;
use super::protocol::{Device, Event, Request, RequestId};
use super::transport::{self, Line};
use generate::Engine;
use host::{Control, Output};
use llama_cpp_2::LlamaBackendDeviceType;
use llama_cpp_2::llama_backend::LlamaBackend;
use load::{Loaded, Wanted};
use log::Log;
use scheduler::{Question, Scheduler};

/// How long after the last request the KV cache of chats is written to disk.
const SAVED_AFTER: Duration = Duration::from_secs(20);

/// Runs the engine over this process's standard input and output, until the input ends.
///
/// # Errors
/// Where the process cannot be set up, or its output is closed.
pub fn run() -> io::Result<()> {
    let output = host::prepare()?;
    let control = Control::default();
    let reader_control = control.clone();
    let (sender, requests) = mpsc::channel();
    thread::Builder::new()
        .name("engine-reader".into())
        .spawn(move || {
            let is_asked = read(&mut io::stdin().lock(), &sender, &reader_control);
            // Dropping the sender tells an idle worker to leave. One that computes is
            // given a moment to do it in good order, since llama.cpp's Metal backend
            // wants its context freed first, and is then ended where it stands.
            drop(sender);
            host::end_soon(is_asked);
        })?;
    serve(&requests, &Output::new(output), &control)
}

/// Passes requests on until the input ends. A cancel is noted at once, whatever the worker
/// is doing.
///
/// Returns whether the worker was asked to end before that.
fn read(
    input: &mut impl BufRead,
    requests: &mpsc::Sender<Line<Request>>,
    control: &Control,
) -> bool {
    let mut is_asked = false;
    loop {
        match transport::read::<Request>(input) {
            Ok(Line::Body(Request::Cancel { id })) => control.cancel(id),
            Ok(Line::End) | Err(_) => break,
            Ok(line) => {
                is_asked |= line == Line::Body(Request::Shutdown);
                if requests.send(line).is_err() {
                    break;
                }
            }
        }
    }
    control.close();
    is_asked
}

/// The worker's loop.
fn serve(
    requests: &mpsc::Receiver<Line<Request>>,
    output: &Output,
    control: &Control,
) -> io::Result<()> {
    let log = log::install();
    let backend = LlamaBackend::init().map_err(io::Error::other)?;
    let mut next = requests.recv().ok();
    while let Some(line) = next {
        next = match line {
            Line::Body(Request::Load {
                id,
                path,
                options,
                states,
                is_forced,
            }) => {
                let wanted = Wanted {
                    id,
                    path: &path,
                    options: &options,
                    is_forced,
                };
                let loaded = load::load(&backend, &log, wanted, control, output);
                match loaded {
                    Ok(loaded) => {
                        let engine = Engine::new(&backend, &loaded, states.as_ref(), output);
                        serve_model(engine, &log, id, &loaded, control, requests, output)?
                    }
                    Err(fault) => {
                        control.forget(id);
                        output.fail(Some(id), fault)?;
                        None
                    }
                }
            }
            Line::Body(Request::Generate { id, .. } | Request::Count { id, .. }) => {
                output.fail(Some(id), Fault::NoModel)?;
                None
            }
            Line::Body(Request::Shutdown) => return Ok(()),
            line => {
                answer(line, output)?;
                None
            }
        }
        .or_else(|| requests.recv().ok());
    }
    Ok(())
}

/// Serves a model until another one is to be loaded or the engine is to end, and returns
/// the request to do so, or until the input ends, and returns `None`.
fn serve_model(
    engine: Result<Engine<'_>, Fault>,
    log: &Log,
    id: RequestId,
    loaded: &Loaded,
    control: &Control,
    requests: &mpsc::Receiver<Line<Request>>,
    output: &Output,
) -> io::Result<Option<Line<Request>>> {
    let mut engine = match engine {
        Ok(engine) => engine,
        Err(fault) => {
            output.fail(Some(id), log.explain(fault))?;
            return Ok(None);
        }
    };
    if control.is_cancelled(id) {
        control.forget(id);
        output.fail(Some(id), Fault::LoadCancelled)?;
        return Ok(None);
    }
    let mut model = load::describe(loaded, &engine, log);
    model.notices.extend(engine.take_notices());
    output.emit(&Event::Loaded { id, model })?;
    let mut scheduler = Scheduler::new(engine, control, output);
    loop {
        let line = match scheduler.is_idle() {
            true => match next_request(requests, &mut scheduler) {
                Some(line) => line,
                None => return Ok(None),
            },
            // Once the input has ended, all that is at work counts as cancelled.
            false => match requests.try_recv() {
                Ok(line) => line,
                Err(TryRecvError::Empty | TryRecvError::Disconnected) => {
                    scheduler.step()?;
                    continue;
                }
            },
        };
        match line {
            Line::Body(Request::Load { .. } | Request::Shutdown) => {
                while !scheduler.is_idle() {
                    scheduler.step()?;
                }
                scheduler.save_all();
                return Ok(Some(line));
            }
            Line::Body(Request::Generate { id, task }) => scheduler.generate(id, &task)?,
            Line::Body(Request::Count {
                id,
                turns,
                opening,
                list,
            }) => scheduler.count(Question {
                id,
                turns,
                opening,
                lists: list,
            }),
            line => answer(line, output)?,
        }
    }
}

/// The next request, waited for; `None` when the input has ended. Once nobody has asked for
/// anything for a while, chats are written to disk, for the machine may lose its power.
/// Whoever asks meanwhile waits for one of them at most.
fn next_request(
    requests: &mpsc::Receiver<Line<Request>>,
    scheduler: &mut Scheduler<'_>,
) -> Option<Line<Request>> {
    let waited = requests.recv_timeout(SAVED_AFTER);
    if waited != Err(RecvTimeoutError::Timeout) {
        return waited.ok();
    }
    loop {
        let is_done = !scheduler.save_one();
        match requests.try_recv() {
            Ok(line) => return Some(line),
            Err(TryRecvError::Disconnected) => return None,
            Err(TryRecvError::Empty) if is_done => return requests.recv().ok(),
            Err(TryRecvError::Empty) => {}
        }
    }
}

/// Answers what needs no model.
fn answer(line: Line<Request>, output: &Output) -> io::Result<()> {
    match line {
        Line::Body(Request::Hello) => output.emit(&Event::Ready {
            version: env!("CARGO_PKG_VERSION").into(),
            devices: devices(),
        }),
        Line::Bad { reason, id } => output.fail(id, Fault::BadRequest { reason }),
        _ => Ok(()),
    }
}

fn devices() -> Vec<Device> {
    llama_cpp_2::list_llama_ggml_backend_devices()
        .into_iter()
        .map(|device| Device {
            is_gpu: is_gpu(device.device_type),
            shares_memory: shares_memory(device.device_type, &device.backend),
            name: device.name,
            description: device.description,
            backend: device.backend,
            memory_total_bytes: device.memory_total as u64,
            memory_free_bytes: device.memory_free as u64,
        })
        .collect()
}

/// Apple's processors have one memory for all; llama.cpp calls theirs a GPU like any other.
fn shares_memory(kind: LlamaBackendDeviceType, backend: &str) -> bool {
    let is_apple = cfg!(target_arch = "aarch64") && matches!(backend, "Metal" | "MTL");
    matches!(kind, LlamaBackendDeviceType::IntegratedGpu) || is_apple
}

fn is_gpu(kind: LlamaBackendDeviceType) -> bool {
    matches!(
        kind,
        LlamaBackendDeviceType::Gpu | LlamaBackendDeviceType::IntegratedGpu
    )
}
