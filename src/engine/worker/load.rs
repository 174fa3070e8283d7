//! Loading a model: the file, the devices, the context's size, and what came of it.

use std::ffi::CString;
use std::fs::File;
use std::io::{self, ErrorKind};
use std::num::NonZeroU32;
use std::path::Path;
use std::pin::Pin;
use std::thread::available_parallelism;
use std::time::{Duration, Instant};

use llama_cpp_2::context::params::{KvCacheType, LlamaContextParams};
use llama_cpp_2::llama_backend::LlamaBackend;
use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::model::params::LlamaModelParams;

use super::decoder::MAX_BATCH;
use super::draft::{self, DraftModel};
use super::generate::Engine;
use super::host::{Control, Output};
use super::log::Log;
use super::memory::{CPU, Shape};
use super::recommended;
use super::rehearsal;
use super::template::Template;
use super::tokens;
use crate::engine::fault::Fault;
use crate::engine::notice::Notice;
use crate::engine::protocol::{Event, ModelInfo, Placement, RequestId};
use crate::params::{FlashAttention, KvType, LoadOptions, Sampling};

/// GPU memory left free for the desktop, as llama.cpp's own programs do.
const GPU_MARGIN_BYTES: usize = 1 << 30;

/// The least time between two progress events.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(50);

/// Chats that are warm at a time.
pub(super) const SEQUENCES: u32 = 8;

/// A model in memory, without a context yet.
pub(super) struct Loaded {
    pub(super) model: LlamaModel,
    pub(super) template: Template,
    pub(super) shape: Shape,
    /// Whether the number of threads follows the load of the machine.
    pub(super) follows_load: bool,
    /// Whether layers lie on a GPU.
    pub(super) is_offloaded: bool,
    /// Whether to guess tokens ahead.
    pub(super) speculates: bool,
    /// A smaller model that guesses for this one.
    pub(super) draft: Option<DraftModel>,
    /// What the user should know about all this.
    notices: Vec<Notice>,
    /// What lies where.
    placement: Vec<Placement>,
    /// What the model's maker recommends.
    pub(super) recommended: Sampling,
    pub(super) path: std::path::PathBuf,
}

impl Loaded {
    /// The parameters of its context.
    pub(super) fn context_params(&self) -> LlamaContextParams {
        context_params(&self.shape)
    }
}

/// A load that was asked for.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'a> {
    pub(super) id: RequestId,
    pub(super) path: &'a Path,
    pub(super) options: &'a LoadOptions,
    /// Whether to try it however little memory there is.
    pub(super) is_forced: bool,
}

/// Loads a model, with progress events under the id of what asks for it.
///
/// # Errors
/// [`Fault`] where the file or llama.cpp refuses, or the user cancels.
pub(super) fn load(
    backend: &LlamaBackend,
    log: &Log,
    wanted: Wanted<'_>,
    control: &Control,
    output: &Output,
) -> Result<Loaded, Fault> {
    let Wanted {
        id, path, options, ..
    } = wanted;
    check_readable(path)?;
    // The client has had the file looked at. Of one that is refused here all the same nothing
    // is known, and llama.cpp says why.
    let header = gguf::read(path).ok();
    let trained = header.as_ref().and_then(|it| it.context_length);
    let trained = trained.and_then(|it| u32::try_from(it).ok());
    let trained = trained.unwrap_or(u32::MAX);
    let shape = Shape::new(options, trained, threads(options))?;
    let draft_problem = match wanted.is_forced {
        true => None,
        false => rehearsal::check(backend, log, path, options, header.as_ref(), &shape)?,
    };
    let mut params = model_params(backend, path, options, &shape);
    let (progress_control, progress_output) = (control.clone(), output.clone());
    let mut last_sent = Instant::now();
    params = params.with_progress_callback(move |fraction| {
        if last_sent.elapsed() >= PROGRESS_INTERVAL {
            last_sent = Instant::now();
            // A closed pipe is seen by the reader thread, which ends the process.
            let _ = progress_output.emit(&Event::Loading { id, fraction });
        }
        !progress_control.is_cancelled(id)
    });
    // Fitting and rehearsing have loaded the header several times over, and said so.
    log.start();
    let model = LlamaModel::load_from_file(backend, path, &params);
    if control.is_cancelled(id) {
        control.forget(id);
        return Err(Fault::LoadCancelled);
    }
    let model = model.map_err(|_| Fault::LoadFailed {
        path: path.to_owned(),
        reason: log.reason(),
    })?;
    // Such a model turns text into one vector; llama.cpp aborts when asked for a word.
    let architecture = model.meta_val_str("general.architecture");
    let architecture = architecture.unwrap_or_default();
    let causal = model.meta_val_str(&format!("{architecture}.attention.causal"));
    if causal.as_deref() == Ok("false") {
        return Err(Fault::NotForChat {
            path: path.to_owned(),
        });
    }
    let placement = log.placement();
    let mut notices = Vec::new();
    let draft = options
        .draft_model
        .as_ref()
        .map(|draft| match draft_problem {
            Some(reason) => Err(Notice::DraftRefused {
                path: draft.clone(),
                reason,
            }),
            None => draft::load(backend, log, draft, options, &model),
        });
    let draft = match draft.transpose() {
        Ok(draft) => draft,
        Err(notice) => {
            notices.push(notice);
            None
        }
    };
    // A context that cannot be made is not explained by what was said of the model.
    log.start_context();
    Ok(Loaded {
        template: tokens::template_of(&model),
        shape: Shape::new(options, model.n_ctx_train(), shape.threads)?,
        follows_load: options.threads.is_none(),
        is_offloaded: placement.iter().any(|it| it.device != CPU && it.layers > 0),
        speculates: options.speculation.unwrap_or(true),
        draft,
        notices,
        placement,
        recommended: recommended::of(&model),
        path: path.to_owned(),
        model,
    })
}

/// What the window shows of a model.
pub(super) fn describe(loaded: &Loaded, engine: &Engine<'_>, log: &Log) -> ModelInfo {
    let model = &loaded.model;
    let (context_tokens, trained) = (engine.context_tokens(), model.n_ctx_train());
    let mut notices = loaded.notices.clone();
    if context_tokens > trained {
        notices.push(Notice::ContextBeyondTraining {
            context_tokens,
            trained_context_tokens: trained,
        });
    }
    if log.lock_failed() {
        notices.push(Notice::NotLocked);
    }
    let file_name = loaded.path.file_stem().unwrap_or_default();
    let said = |key| {
        let value = model.meta_val_str(key).ok()?;
        (!value.trim().is_empty()).then_some(value)
    };
    ModelInfo {
        path: loaded.path.clone(),
        name: said("general.name").unwrap_or_else(|| file_name.to_string_lossy().into_owned()),
        architecture: said("general.architecture").unwrap_or_default(),
        parameters: model.n_params(),
        size_bytes: model.size(),
        context_tokens,
        trained_context_tokens: trained,
        threads: loaded.shape.threads,
        sampling: loaded.recommended.clone(),
        notices,
        placement: loaded.placement.clone(),
        memory: log.memory(),
        template: loaded.template.origin(),
    }
}

/// How the weights are to be loaded.
pub(super) fn model_params(
    backend: &LlamaBackend,
    path: &Path,
    options: &LoadOptions,
    shape: &Shape,
) -> LlamaModelParams {
    let mut params = LlamaModelParams::default();
    if let Some(layers) = options.gpu_layers {
        params = params.with_n_gpu_layers(layers);
    } else if backend.supports_gpu_offload() {
        fit_to_gpu(&mut params, path, shape);
    }
    // Where nothing is said, llama.cpp maps what the devices can use so.
    if let Some(mmap) = options.mmap {
        params = params.with_use_mmap(mmap);
    }
    match options.mlock {
        Some(true) => params.with_use_mlock(true),
        _ => params,
    }
}

/// The context for a shape: one definition for the rehearsal, the fitting and the real one,
/// for a size told of another context would be of no use.
pub(super) fn context_params(shape: &Shape) -> LlamaContextParams {
    let chunk = u32::try_from(MAX_BATCH).unwrap_or(u32::MAX);
    let threads = i32::try_from(shape.threads).unwrap_or(1);
    let kv_type = match shape.kv_type {
        KvType::F16 => KvCacheType::F16,
        KvType::Q8_0 => KvCacheType::Q8_0,
        KvType::Q4_0 => KvCacheType::Q4_0,
    };
    // llama.cpp's numbers; the crate that names them is not ours to use.
    let flash_attention = match shape.flash_attention {
        FlashAttention::Auto => -1,
        FlashAttention::Off => 0,
        FlashAttention::On => 1,
    };
    LlamaContextParams::default()
        .with_n_ctx(NonZeroU32::new(shape.context_tokens))
        .with_n_batch(chunk)
        .with_n_ubatch(chunk)
        .with_n_threads(threads)
        .with_n_threads_batch(threads)
        .with_type_k(kv_type)
        .with_type_v(kv_type)
        .with_flash_attention_policy(flash_attention)
        .with_n_seq_max(SEQUENCES)
        .with_kv_unified(true)
        // Cells of full size for layers that look back a short way only would cost memory
        // for nothing; chats of such models go on from checkpoints.
        .with_swa_full(false)
}

/// llama.cpp says the same for every file it cannot open; the system says why.
fn check_readable(path: &Path) -> Result<(), Fault> {
    let path = path.to_owned();
    match File::open(&path).and_then(|file| file.metadata()) {
        Ok(metadata) if metadata.is_file() => Ok(()),
        Ok(_) => Err(Fault::NotAFile { path }),
        Err(error) if error.kind() == ErrorKind::NotFound => Err(Fault::FileMissing { path }),
        Err(error) => Err(Fault::FileUnreadable {
            path,
            reason: error.to_string(),
        }),
    }
}

/// Chooses how many layers go where. Where llama.cpp finds no way, none go to a GPU: its
/// default would offload everything, and abort.
fn fit_to_gpu(params: &mut LlamaModelParams, path: &Path, shape: &Shape) {
    let Some(path) = path.to_str().and_then(|path| CString::new(path).ok()) else {
        return;
    };
    let mut context = context_params(shape);
    let mut margins = vec![GPU_MARGIN_BYTES; llama_cpp_2::max_devices()];
    // The level of GGML_LOG_LEVEL_ERROR: fitting loads the header several times over.
    let wanted = shape.context_tokens;
    let fitted = Pin::new(&mut *params).fit_params(&path, &mut context, &mut margins, wanted, 4);
    if let Err(error) = fitted {
        tracing::warn!("fitting to the GPU: {error}");
        *params = LlamaModelParams::default().with_n_gpu_layers(0);
    }
}

fn threads(options: &LoadOptions) -> u32 {
    let automatic = || {
        // Two threads on one core only wait for each other; a container may be allowed
        // fewer cores than there are.
        let allowed = available_parallelism().map_or(1, std::num::NonZero::get);
        u32::try_from(num_cpus::get_physical().min(allowed)).unwrap_or(1)
    };
    options
        .threads
        .unwrap_or_else(automatic)
        .clamp(1, LoadOptions::MAX_THREADS)
}

/// A pipe that fails ends the worker; a fault ends only the request.
#[derive(Debug)]
pub(super) enum Failure {
    /// The request could not be carried out.
    Fault(Fault),
    /// Nobody reads the events any more.
    Pipe(io::Error),
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Pipe(error)
    }
}
