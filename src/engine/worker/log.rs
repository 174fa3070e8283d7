//! What llama.cpp says: shown on standard error, and kept to explain failures and to tell
//! which device holds what. The crate has no other way to ask for either.

use std::fmt::{self, Write as _};
use std::io::{self, Write as _};
use std::sync::{Arc, Mutex, PoisonError};

use tracing::field::{Field, Visit};
use tracing::span;
use tracing::{Event, Level, Metadata, Subscriber};

use super::memory::{CPU, Need, Needs};
use crate::engine::fault::Fault;
use crate::engine::protocol::{MemoryUse, Placement};

/// Set, it shows everything llama.cpp says, not only its complaints.
const LOG_VARIABLE: &str = "CHARLA_LOG";

/// How many errors and how many warnings are kept: the first ones say what is wrong.
const MOST_KEPT: usize = 20;

/// The worker's end of the log.
#[derive(Debug, Clone, Default)]
pub(super) struct Log(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    /// What it has said of errors, and of what is odd.
    errors: Vec<String>,
    warnings: Vec<String>,
    layers: Vec<String>,
    buffers: Vec<Buffer>,
    /// The devices of the layers that the next cache has, one for each layer.
    cache_layers: Vec<String>,
    /// The caches of a context: the devices of their layers, and their size.
    caches: Vec<(Vec<String>, u64)>,
    lock_failed: bool,
}

/// Memory that llama.cpp has taken, or would take.
#[derive(Debug)]
struct Buffer {
    name: String,
    holds: Holds,
    size_bytes: u64,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Holds {
    Weights,
    Cache,
    Compute,
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

    /// Forgets what was said of a context, as another one is about to be made.
    pub(super) fn start_context(&self) {
        let mut kept = self.kept();
        kept.errors.clear();
        kept.warnings.clear();
        kept.buffers.retain(|it| it.holds == Holds::Weights);
        kept.cache_layers.clear();
        kept.caches.clear();
    }

    /// Why it refused, in llama.cpp's own words, where it had any.
    pub(super) fn reason(&self) -> Option<String> {
        // The last lines only repeat that loading failed; the first says why. Oddities are
        // told of sound files too, so they count only where there is nothing else.
        let kept = self.kept();
        kept.errors.first().or(kept.warnings.first()).cloned()
    }

    /// Whether the system refused to lock the weights into memory.
    pub(super) fn lock_failed(&self) -> bool {
        self.kept().lock_failed
    }

    /// What the model and its context have taken.
    pub(super) fn memory(&self) -> MemoryUse {
        let kept = self.kept();
        let sum = |wanted| {
            let buffers = kept.buffers.iter().filter(|it| it.holds == wanted);
            buffers.map(|it| it.size_bytes).sum()
        };
        MemoryUse {
            weight_bytes: sum(Holds::Weights),
            kv_bytes: sum(Holds::Cache),
            compute_bytes: sum(Holds::Compute),
        }
    }

    /// What the model and the context of a rehearsal would take, device by device. Of a
    /// rehearsal, llama.cpp tells the size of no weights, so they are shared out by layers.
    pub(super) fn needs(&self, weight_bytes: u64) -> Vec<Need> {
        let kept = self.kept();
        let mut needs = Needs::default();
        share_out(weight_bytes, &kept.layers, |device, bytes| {
            needs.of(device).weight_bytes += bytes;
        });
        for (layers, size_bytes) in &kept.caches {
            share_out(*size_bytes, layers, |device, bytes| {
                needs.of(device).kv_bytes += bytes;
            });
        }
        for buffer in &kept.buffers {
            if buffer.holds == Holds::Compute {
                needs.of(device_of(&buffer.name)).compute_bytes += buffer.size_bytes;
            }
        }
        needs.0
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
        for buffer in kept.buffers.iter().filter(|it| it.holds == Holds::Weights) {
            bytes.push((at(device_of(&buffer.name)), buffer.size_bytes));
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
        let said = match level {
            Level::ERROR => Some(&mut kept.errors),
            Level::WARN => Some(&mut kept.warnings),
            _ => None,
        };
        if let Some(said) = said.filter(|it| it.len() < MOST_KEPT) {
            said.push(message.to_owned());
        }
        kept.lock_failed |= is_lock_failure(message);
        if let Some(device) = assigned_layer(message) {
            kept.layers.push(device.to_owned());
        } else if let Some(device) = cache_layer(message) {
            kept.cache_layers.push(device.to_owned());
        } else if let Some(size_bytes) = cache_size(message) {
            let layers = std::mem::take(&mut kept.cache_layers);
            kept.caches.push((layers, size_bytes));
        } else if let Some(buffer) = buffer(message) {
            kept.buffers.push(buffer);
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

/// The device in `layer   3: dev = CPU`.
fn cache_layer(message: &str) -> Option<&str> {
    let (before, device) = message.split_once(": dev = ")?;
    before.contains("layer ").then_some(device.trim())
}

/// The size in `size =  180.00 MiB (  8192 cells,  30 layers,  1/1 seqs), K (f16): …`, which
/// is told of a rehearsal as well.
fn cache_size(message: &str) -> Option<u64> {
    let (size, rest) = message
        .trim_start()
        .strip_prefix("size =")?
        .split_once('(')?;
    rest.contains(" cells,").then(|| mebibytes(size))?
}

/// The buffer in `CPU_Mapped model buffer size =    93.77 MiB`.
fn buffer(message: &str) -> Option<Buffer> {
    const KINDS: [(&str, Holds); 5] = [
        (" model buffer size =", Holds::Weights),
        (" KV buffer size =", Holds::Cache),
        (" RS buffer size =", Holds::Cache),
        (" compute buffer size =", Holds::Compute),
        (" output buffer size =", Holds::Compute),
    ];
    KINDS.iter().find_map(|(words, holds)| {
        let (before, after) = message.split_once(words)?;
        Some(Buffer {
            name: before.trim_end().rsplit([' ', ':']).next()?.to_owned(),
            holds: *holds,
            size_bytes: mebibytes(after)?,
        })
    })
}

/// The bytes in `93.77 MiB`.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a size in MiB with two decimals, as llama.cpp prints it"
)]
fn mebibytes(size: &str) -> Option<u64> {
    let size: f64 = size.trim().strip_suffix("MiB")?.trim().parse().ok()?;
    Some((size * 1024.0 * 1024.0) as u64)
}

/// Whether it could not lock memory; it goes on without.
fn is_lock_failure(message: &str) -> bool {
    [
        "failed to mlock",
        "failed to VirtualLock",
        "mlock not supported",
    ]
    .iter()
    .any(|words| message.contains(words))
}

/// Gives each layer's device its part of `bytes`; the machine itself has what no layer has.
fn share_out(bytes: u64, layers: &[String], mut give: impl FnMut(&str, u64)) {
    let count = layers.len().max(1) as u64;
    let part = bytes / count;
    for device in layers {
        give(device, part);
    }
    give(CPU, bytes - part * layers.len() as u64);
}

/// A device has buffers of several kinds: `CPU_Mapped` and `CPU_REPACK` are the CPU's.
/// A device's host buffers (`CUDA_Host`) are memory of the machine.
fn device_of(buffer: &str) -> &str {
    if buffer.ends_with("_Host") {
        return CPU;
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
            // Whoever started the engine may have ended; that is no fault of what is computed.
            let _ = writeln!(io::stderr(), "{}", message.0.trim_end());
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

    #[test]
    fn the_reason_is_the_first_error_and_no_oddity_before_it() {
        let log = Log::default();
        assert_eq!(log.reason(), None);
        log.hear(
            Level::WARN,
            "control-looking token:    212 '</s>' was not control-type\n",
        );
        assert!(log.reason().unwrap().starts_with("control-looking"));
        log.hear(
            Level::ERROR,
            "error loading model: wrong number of tensors\n",
        );
        log.hear(Level::ERROR, "failed to load model\n");
        assert_eq!(
            log.reason().as_deref(),
            Some("error loading model: wrong number of tensors")
        );
        log.start_context();
        assert_eq!(log.reason(), None);
    }

    #[test]
    fn what_memory_holds_is_read_from_what_llama_cpp_says() {
        let log = Log::default();
        for line in [
            "layer   0 assigned to device CPU, is_swa = 0",
            "layer   1 assigned to device CUDA0, is_swa = 0",
            "        CUDA0 model buffer size =     2.00 MiB",
            "layer   0: dev = CPU",
            "layer   1: dev = CUDA0",
            "       CPU KV buffer size =     3.00 MiB",
            "     CUDA0 KV buffer size =     3.00 MiB",
            "size =    6.00 MiB (  8192 cells,   2 layers,  1/1 seqs), K (f16):    3.00 MiB, \
             V (f16):    3.00 MiB",
            "     CUDA0 compute buffer size =   5.00 MiB",
            " CUDA_Host compute buffer size =   1.00 MiB",
            "       CPU  output buffer size =   1.00 MiB",
        ] {
            log.hear(Level::INFO, line);
        }
        let mib = |count: u64| count << 20;
        assert_eq!(
            log.memory(),
            MemoryUse {
                weight_bytes: mib(2),
                kv_bytes: mib(6),
                compute_bytes: mib(7),
            }
        );
        let needs: Vec<_> = log
            .needs(mib(10))
            .into_iter()
            .map(|it| (it.device, it.weight_bytes, it.kv_bytes, it.compute_bytes))
            .collect();
        assert_eq!(
            needs,
            [
                ("CPU".into(), mib(5), mib(3), mib(2)),
                ("CUDA0".into(), mib(5), mib(3), mib(5))
            ]
        );
        log.start_context();
        assert_eq!(log.memory().total_bytes(), mib(2));
        assert!(!log.lock_failed());
        log.hear(
            Level::WARN,
            "warning: failed to mlock 9-byte buffer (after previously locking 0 bytes): no\nTry",
        );
        assert!(log.lock_failed());
    }
}
