//! Loading a model: the file, the devices, the context's size, and what came of it.

use std::ffi::CString;
use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::Path;
use std::pin::Pin;
use std::thread::available_parallelism;
use std::time::{Duration, Instant};

use llama_cpp_2::context::params::LlamaContextParams;
use llama_cpp_2::llama_backend::LlamaBackend;
use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::model::params::LlamaModelParams;

use super::generate::Engine;
use super::host::{Control, Output};
use super::log::Log;
use super::recommended;
use super::template::Template;
use crate::engine::fault::Fault;
use crate::engine::protocol::{Event, ModelInfo, RequestId};
use crate::params::{LoadOptions, Sampling};

/// GPU memory left free for the desktop, as llama.cpp's own programs do.
const GPU_MARGIN_BYTES: usize = 1 << 30;

/// The least time between two progress events.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(50);

/// A model in memory, without a context yet.
pub(super) struct Loaded {
    pub(super) model: LlamaModel,
    pub(super) template: Template,
    pub(super) context_tokens: u32,
    pub(super) threads: u32,
    /// What its maker recommends.
    pub(super) sampling: Sampling,
    path: std::path::PathBuf,
}

/// Loads the model at `path`, with progress events under `id`.
///
/// # Errors
/// [`Fault`] where the file or llama.cpp refuses, or the user cancels.
pub(super) fn load(
    backend: &LlamaBackend,
    log: &Log,
    id: RequestId,
    path: &Path,
    options: &LoadOptions,
    control: &Control,
    output: &Output,
) -> Result<Loaded, Fault> {
    check_readable(path)?;
    let mut params = LlamaModelParams::default();
    if let Some(layers) = options.gpu_layers {
        params = params.with_n_gpu_layers(layers);
    } else if backend.supports_gpu_offload() {
        fit_to_gpu(&mut params, path, options);
    }
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
    // Fitting has loaded the header several times over, and said so.
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
    let trained = model.n_ctx_train();
    Ok(Loaded {
        template: Template::of(&model),
        context_tokens: context_tokens(options, trained),
        threads: threads(options),
        sampling: recommended::of(&model),
        path: path.to_owned(),
        model,
    })
}

/// What the window shows of a model.
pub(super) fn describe(loaded: &Loaded, engine: &Engine<'_>, log: &Log) -> ModelInfo {
    let model = &loaded.model;
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
        context_tokens: engine.context_tokens(),
        trained_context_tokens: model.n_ctx_train(),
        threads: loaded.threads,
        sampling: loaded.sampling.clone(),
        notices: Vec::new(),
        placement: log.placement(),
        template: loaded.template.origin(),
    }
}

/// llama.cpp says the same for every file it cannot open; the system says why.
fn check_readable(path: &Path) -> Result<(), Fault> {
    let unreadable = |reason: &str| Fault::FileUnreadable {
        path: path.to_owned(),
        reason: reason.to_owned(),
    };
    if path.to_str().is_none() {
        return Err(unreadable("its path is not UTF-8"));
    }
    match File::open(path).and_then(|file| file.metadata()) {
        Ok(metadata) if metadata.is_file() => Ok(()),
        Ok(_) => Err(unreadable("it is not a file")),
        Err(error) if error.kind() == ErrorKind::NotFound => Err(Fault::FileMissing {
            path: path.to_owned(),
        }),
        Err(error) => Err(unreadable(&error.to_string())),
    }
}

/// Chooses how many layers go where. What cannot be fitted is left to llama.cpp's default,
/// which tries to offload everything.
fn fit_to_gpu(params: &mut LlamaModelParams, path: &Path, options: &LoadOptions) {
    let Some(path) = path.to_str().and_then(|path| CString::new(path).ok()) else {
        return;
    };
    let wanted = options
        .context_tokens
        .unwrap_or(LoadOptions::DEFAULT_CONTEXT_TOKENS);
    let mut context = LlamaContextParams::default().with_n_ctx(wanted.try_into().ok());
    let mut margins = vec![GPU_MARGIN_BYTES; llama_cpp_2::max_devices()];
    // The level of GGML_LOG_LEVEL_ERROR: fitting loads the header several times over.
    let fitted = Pin::new(params).fit_params(&path, &mut context, &mut margins, wanted, 4);
    if let Err(error) = fitted {
        tracing::warn!("fitting to the GPU: {error}");
    }
}

fn context_tokens(options: &LoadOptions, trained: u32) -> u32 {
    options
        .context_tokens
        .unwrap_or(trained.min(LoadOptions::DEFAULT_CONTEXT_TOKENS))
        .clamp(
            LoadOptions::MIN_CONTEXT_TOKENS,
            LoadOptions::MAX_CONTEXT_TOKENS,
        )
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_context_follows_the_model_unless_the_user_says_otherwise() {
        let asked = |context_tokens| LoadOptions {
            context_tokens,
            ..LoadOptions::default()
        };
        assert_eq!(context_tokens(&asked(None), 2048), 2048);
        assert_eq!(context_tokens(&asked(None), 131_072), 8192);
        assert_eq!(context_tokens(&asked(Some(4096)), 2048), 4096);
        assert_eq!(context_tokens(&asked(Some(0)), 2048), 256);
        assert_eq!(context_tokens(&asked(Some(u32::MAX)), 2048), 1 << 20);
    }
}
