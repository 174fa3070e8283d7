//! What llama.cpp says: shown on standard error, and kept to explain failures and to tell
//! which device holds what. The crate has no other way to ask for either.

use std::fmt::{self, Write as _};
use std::sync::{Arc, Mutex, PoisonError};

use tracing::field::{Field, Visit};
use tracing::span;
use tracing::{Event, Level, Metadata, Subscriber};

use crate::engine::fault::Fault;
use crate::engine::protocol::Placement;

/// Set, it shows everything llama.cpp says, not only its complaints.
const LOG_VARIABLE: &str = "CHARLA_LOG";

/// The worker's end of the log.
#[derive(Debug, Clone, Default)]
pub(super) struct Log(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    complaints: Vec<String>,
    layers: Vec<String>,
    buffers: Vec<(String, f64)>,
}

/// Listens to llama.cpp from now on. Once in a process.
pub(super) fn install() -> Log {
    let log = Log::default();
    let listener = Listener {
        log: log.clone(),
        shows_all: std::env::var_os(LOG_VARIABLE).is_some(),
    };
    if tracing::subscriber::set_global_default(listener).is_ok() {
        llama_cpp_2::send_logs_to_tracing(llama_cpp_2::LogOptions::default());
    }
    log
}

impl Log {
    /// Forgets what was said before, as another model is about to be loaded.
    pub(super) fn start(&self) {
        *self.kept() = Kept::default();
    }

    /// llama.cpp's last complaints, in one line.
    pub(super) fn reason(&self) -> String {
        let kept = self.kept();
        // The last lines only repeat that loading failed; the first says why.
        kept.complaints
            .first()
            .cloned()
            .unwrap_or_else(|| "llama.cpp gave no reason".into())
    }

    /// Puts llama.cpp's words into a fault that has a place for them.
    pub(super) fn explain(&self, fault: Fault) -> Fault {
        match fault {
            Fault::ContextFailed { context_tokens, .. } => Fault::ContextFailed {
                context_tokens,
                reason: self.reason(),
            },
            fault => fault,
        }
    }

    /// Which device holds how many layers and bytes of the model loaded last.
    pub(super) fn placement(&self) -> Vec<Placement> {
        let kept = self.kept();
        let mut placement: Vec<Placement> = Vec::new();
        let mut at = |device: &str| -> usize {
            match placement.iter().position(|it| it.device == device) {
                Some(index) => index,
                None => {
                    placement.push(Placement {
                        device: device.to_owned(),
                        layers: 0,
                        weight_bytes: 0,
                    });
                    placement.len() - 1
                }
            }
        };
        let mut layers = Vec::new();
        for device in &kept.layers {
            layers.push(at(device));
        }
        let mut bytes = Vec::new();
        for (buffer, size_mib) in &kept.buffers {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a size in MiB with two decimals, as llama.cpp prints it"
            )]
            let size_bytes = (size_mib * 1024.0 * 1024.0) as u64;
            bytes.push((at(device_of(buffer)), size_bytes));
        }
        for index in layers {
            placement[index].layers += 1;
        }
        for (index, size_bytes) in bytes {
            placement[index].weight_bytes += size_bytes;
        }
        placement
    }

    fn hear(&self, level: Level, message: &str) {
        let message = message.trim_end();
        let mut kept = self.kept();
        if level <= Level::WARN && kept.complaints.len() < 20 {
            kept.complaints.push(message.to_owned());
        }
        if let Some(device) = assigned_layer(message) {
            kept.layers.push(device.to_owned());
        } else if let Some((buffer, size_mib)) = model_buffer(message) {
            kept.buffers.push((buffer.to_owned(), size_mib));
        }
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The device in `layer   3 assigned to device CPU, is_swa = 0`.
fn assigned_layer(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("layer ")?;
    let (_, rest) = rest.split_once(" assigned to device ")?;
    Some(rest.split([',', ' ']).next().unwrap_or(rest))
}

/// The buffer and its size in MiB in `CPU_Mapped model buffer size =    93.77 MiB`.
fn model_buffer(message: &str) -> Option<(&str, f64)> {
    let (before, after) = message.split_once(" model buffer size =")?;
    let buffer = before.rsplit([' ', ':']).next()?;
    let size = after.trim().strip_suffix("MiB")?.trim();
    Some((buffer, size.parse().ok()?))
}

/// A device has buffers of several kinds: `CPU_Mapped` and `CPU_REPACK` are the CPU's.
/// A device's host buffers (`CUDA_Host`) are memory of the machine.
fn device_of(buffer: &str) -> &str {
    if buffer.ends_with("_Host") {
        return "CPU";
    }
    buffer.split('_').next().unwrap_or(buffer)
}

struct Listener {
    log: Log,
    shows_all: bool,
}

#[derive(Default)]
struct Message(String);

impl Visit for Message {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "message" {
            value.clone_into(&mut self.0);
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            self.0.clear();
            let _ = write!(self.0, "{value:?}");
        }
    }
}

impl Subscriber for Listener {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn event(&self, event: &Event<'_>) {
        let mut message = Message::default();
        event.record(&mut message);
        let level = *event.metadata().level();
        self.log.hear(level, &message.0);
        if self.shows_all || level <= Level::ERROR {
            eprintln!("{}", message.0.trim_end());
        }
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }
    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_placement_is_read_from_what_llama_cpp_says() {
        let log = Log::default();
        for line in [
            "layer   0 assigned to device CPU, is_swa = 0",
            "layer   1 assigned to device CUDA0, is_swa = 0",
            "layer   2 assigned to device CUDA0, is_swa = 0",
            "   CPU_Mapped model buffer size =    10.00 MiB",
            "        CUDA0 model buffer size =    20.50 MiB\n",
            "    CUDA_Host model buffer size =     1.00 MiB",
        ] {
            log.hear(Level::DEBUG, line);
        }
        let placed: Vec<_> = log
            .placement()
            .into_iter()
            .map(|it| (it.device, it.layers, it.weight_bytes))
            .collect();
        assert_eq!(
            placed,
            [("CPU".into(), 1, 11 << 20), ("CUDA0".into(), 2, 41 << 19)]
        );
    }
}
