//! Refuses what does not fit before llama.cpp asks the system for it, since it aborts where
//! memory is short.
//!
//! First comes a guess from the file's header. Where that is not far below what is free, the
//! load is rehearsed: llama.cpp lays model and context out without taking memory for them,
//! and says in its log what they would take.

use std::path::Path;

use gguf::{Header, upper_bound};
use llama_cpp_2::llama_backend::LlamaBackend;
use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::model::params::LlamaModelParams;

use super::draft;
use super::load::{context_params, model_params};
use super::log::Log;
use super::memory::{self, CPU, Free, Need, Shape};
use crate::engine::fault::{Fault, Fit};
use crate::engine::memory::MainMemory;
use crate::engine::notice::DraftProblem;
use crate::params::LoadOptions;

/// Checks that a model fits with this shape, and says what keeps its draft model out where
/// that does not fit beside it.
///
/// # Errors
/// [`Fault::NotEnoughMemory`] where it does not. What llama.cpp refuses for another reason
/// is well here: loading it says why.
pub(super) fn check(
    backend: &LlamaBackend,
    log: &Log,
    path: &Path,
    options: &LoadOptions,
    header: Option<&Header>,
    shape: &Shape,
) -> Result<Option<DraftProblem>, Fault> {
    let mut free = free();
    // Layers that nobody has counted out are fitted to the GPUs by llama.cpp, which knows
    // better than the rehearsal where each weight will lie.
    if options.gpu_layers.is_none_or(|layers| layers == 0) {
        free.retain(|it| it.device == CPU);
    }
    let bound = |header: &Header| upper_bound(header, &shape.computing());
    let draft = options.draft_model.as_deref();
    let of_draft = draft.map_or(Some(0), |draft| bound(&gguf::read(draft).ok()?));
    if let (Some(bound), Some(of_draft)) = (header.and_then(bound), of_draft)
        && free
            .iter()
            .all(|it| it.holds_with_ease(bound.saturating_add(of_draft)))
    {
        return Ok(None);
    }
    let stage = Stage {
        backend,
        log,
        path,
        options,
        free,
    };
    let Some(model) = stage.model(None, shape) else {
        return Ok(None);
    };
    let Some(needs) = stage.needs(&model, shape) else {
        return Ok(None);
    };
    let Some((need, usable)) = memory::shortage(&needs, &stage.free) else {
        return Ok(draft.and_then(|draft| stage.draft_problem(draft, shape, needs)));
    };
    let mut fits = Vec::new();
    let layers = log.placement();
    if let Some(placed) = layers.iter().find(|it| it.device == need.device)
        && need.device != CPU
    {
        let all: u32 = layers
            .iter()
            .filter(|it| it.device != CPU)
            .map(|it| it.layers)
            .sum();
        let stay = memory::layers_that_fit(need, usable, placed.layers);
        fits.extend(stage.gpu_layers(all - (placed.layers - stay), shape));
    }
    fits.extend(stage.contexts(&model, shape));
    Err(memory::refusal(need, usable, shape, fits))
}

/// Where loads are rehearsed.
struct Stage<'a> {
    backend: &'a LlamaBackend,
    log: &'a Log,
    path: &'a Path,
    options: &'a LoadOptions,
    free: Vec<Free>,
}

impl Stage<'_> {
    /// The model without its weights, with this many layers on GPUs or as asked for.
    fn model(&self, gpu_layers: Option<u32>, shape: &Shape) -> Option<LlamaModel> {
        let params = match gpu_layers {
            Some(layers) => LlamaModelParams::default().with_n_gpu_layers(layers),
            None => model_params(self.backend, self.path, self.options, shape),
        };
        self.log.start();
        LlamaModel::load_from_file(self.backend, self.path, &params.with_no_alloc(true)).ok()
    }

    /// What the model and a context would take; `None` where llama.cpp makes no such context.
    fn needs(&self, model: &LlamaModel, shape: &Shape) -> Option<Vec<Need>> {
        self.log.start_context();
        let context = model.new_context(self.backend, context_params(shape));
        drop(context.ok()?);
        Some(self.log.needs(model.size()))
    }

    /// What keeps a draft model out that is to lie beside what takes `needs`.
    fn draft_problem(&self, draft: &Path, shape: &Shape, needs: Vec<Need>) -> Option<DraftProblem> {
        self.log.start();
        let params = draft::model_params(self.options).with_no_alloc(true);
        // Why it cannot be loaded at all is said when that is tried.
        let model = LlamaModel::load_from_file(self.backend, draft, &params).ok()?;
        let together = memory::together(needs, self.needs(&model, shape)?);
        let (need, usable) = memory::shortage(&together, &self.free)?;
        Some(DraftProblem::NoRoom {
            short_bytes: need.total_bytes().saturating_sub(usable),
        })
    }

    fn fits(&self, model: &LlamaModel, shape: &Shape) -> bool {
        let needs = self.needs(model, shape);
        needs.is_some_and(|needs| memory::shortage(&needs, &self.free).is_none())
    }

    /// The contexts that would fit: one for each KV type that allows for more than the last.
    fn contexts(&self, model: &LlamaModel, shape: &Shape) -> Vec<Fit> {
        let mut fits = Vec::new();
        let mut most = 0;
        for shapes in shape.smaller() {
            let Some(shape) = memory::largest(&shapes, |shape| self.fits(model, shape)) else {
                continue;
            };
            if shape.context_tokens > most {
                most = shape.context_tokens;
                fits.push(Fit::Context {
                    context_tokens: shape.context_tokens,
                    kv_type: shape.kv_type,
                });
            }
        }
        fits
    }

    /// So many layers on GPUs, if all else then fits.
    fn gpu_layers(&self, gpu_layers: u32, shape: &Shape) -> Option<Fit> {
        let model = self.model(Some(gpu_layers), shape)?;
        self.fits(&model, shape)
            .then_some(Fit::GpuLayers { gpu_layers })
    }
}

/// What is free on each device.
fn free() -> Vec<Free> {
    let mut free: Vec<Free> = llama_cpp_2::list_llama_ggml_backend_devices()
        .into_iter()
        // One that tells no total tells nothing.
        .filter(|it| super::is_gpu(it.device_type) && it.memory_total > 0)
        .map(|device| Free {
            device: device.name,
            bytes: device.memory_free as u64,
        })
        .collect();
    free.extend(MainMemory::look().map(|memory| Free {
        device: CPU.to_owned(),
        bytes: memory.free_bytes,
    }));
    free
}
