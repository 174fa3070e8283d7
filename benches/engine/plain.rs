//! llama-cpp-2 without Charla, in a process of its own: the loop that every example of
//! llama.cpp has, and what batches cost.

use std::io::{self, BufRead, BufReader, Write};
use std::num::NonZeroU32;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Instant;

use llama_cpp_2::context::LlamaContext;
use llama_cpp_2::context::params::LlamaContextParams;
use llama_cpp_2::llama_backend::LlamaBackend;
use llama_cpp_2::llama_batch::LlamaBatch;
use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::model::params::LlamaModelParams;
use llama_cpp_2::sampling::LlamaSampler;
use llama_cpp_2::token::LlamaToken;
use serde::{Deserialize, Serialize};

use super::Outcome;
use super::report::median;

/// What both sides have: it holds one text, so that Charla keeps no older one.
pub(crate) const CONTEXT_TOKENS: u32 = 1024;

const BATCH_TOKENS: u32 = 512;

/// Sizes of batches whose cost is measured.
pub(crate) const SIZES: [usize; 7] = [1, 2, 4, 8, 16, 32, 48];

/// Tokens in the cache while batches are measured.
const DEPTH: usize = 256;

/// Tokens that each of several texts at once has room for.
pub(crate) const TOGETHER_TOKENS: u32 = 512;

#[derive(Debug, Serialize, Deserialize)]
struct Together {
    texts: Vec<String>,
    tokens: u32,
}

#[derive(Debug, Serialize, Deserialize)]
struct Job {
    text: String,
    tokens: u32,
}

/// What came of it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Run {
    pub(crate) text: String,
    pub(crate) prompt_tokens: u32,
    pub(crate) generated_tokens: u32,
    pub(crate) first_ms: f64,
    /// Tokens a second from the first token to the last.
    pub(crate) speed: f64,
}

/// The loop, waiting for texts.
pub(crate) struct Plain {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Plain {
    pub(crate) fn start(model: &Path, threads: u32) -> Outcome<Self> {
        let mut child = part("plain", model, threads)?
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let input = child.stdin.take().ok_or("no pipe")?;
        let output = BufReader::new(child.stdout.take().ok_or("no pipe")?);
        Ok(Self {
            child,
            input,
            output,
        })
    }

    pub(crate) fn run(&mut self, text: &str, tokens: u32) -> Outcome<Run> {
        let text = text.to_owned();
        writeln!(
            self.input,
            "{}",
            serde_json::to_string(&Job { text, tokens })?
        )?;
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        Ok(serde_json::from_str(&line)?)
    }
}

/// The loop with several texts at once, in a process that ends with it. Returns tokens a
/// second, from the first prompt to the last token.
pub(crate) fn together(model: &Path, threads: u32, texts: &[String], tokens: u32) -> Outcome<f64> {
    let mut child = part("plain-together", model, threads)?
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let texts = texts.to_vec();
    let job = serde_json::to_vec(&Together { texts, tokens })?;
    child.stdin.take().ok_or("no pipe")?.write_all(&job)?;
    let output = child.wait_with_output()?;
    Ok(serde_json::from_slice(&output.stdout)?)
}

impl Drop for Plain {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a batch of some tokens costs.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Cost {
    pub(crate) took_ms: f64,
    /// How far a logit is, at most, from that of the same token evaluated alone.
    pub(crate) difference: f32,
}

/// What a batch of each of [`SIZES`] costs.
pub(crate) fn costs(model: &Path, threads: u32) -> Outcome<Vec<Cost>> {
    let output = part("batches", model, threads)?
        .stderr(Stdio::inherit())
        .output()?;
    Ok(serde_json::from_slice(&output.stdout)?)
}

fn part(name: &str, model: &Path, threads: u32) -> io::Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["--be", name, "--threads", &threads.to_string(), "--model"]);
    command.arg(model);
    Ok(command)
}

fn context<'m>(
    backend: &LlamaBackend,
    model: &'m LlamaModel,
    threads: u32,
) -> Outcome<LlamaContext<'m>> {
    let params = params(threads)?.with_n_ctx(NonZeroU32::new(CONTEXT_TOKENS));
    Ok(model.new_context(backend, params)?)
}

fn params(threads: u32) -> Outcome<LlamaContextParams> {
    let threads = i32::try_from(threads)?;
    Ok(LlamaContextParams::default()
        .with_n_batch(BATCH_TOKENS)
        .with_n_ubatch(BATCH_TOKENS)
        .with_n_threads(threads)
        .with_n_threads_batch(threads))
}

fn load(path: &Path) -> Outcome<(LlamaBackend, LlamaModel)> {
    let mut backend = LlamaBackend::init()?;
    backend.void_logs();
    let model = LlamaModel::load_from_file(&backend, path, &LlamaModelParams::default())?;
    Ok((backend, model))
}

/// Is the loop: a text a line, and what came of it on another.
pub(crate) fn serve(path: &Path, threads: u32) -> Outcome<()> {
    let (backend, model) = load(path)?;
    let mut context = context(&backend, &model, threads)?;
    for line in io::stdin().lines() {
        let job: Job = serde_json::from_str(&line?)?;
        context.clear_kv_cache();
        let run = generate(&model, &mut context, &job)?;
        println!("{}", serde_json::to_string(&run)?);
    }
    Ok(())
}

fn generate(model: &LlamaModel, context: &mut LlamaContext<'_>, job: &Job) -> Outcome<Run> {
    let vocab = model.vocab();
    let begun = Instant::now();
    let prompt = vocab.tokenize(job.text.as_bytes(), true, false);
    let mut batch = LlamaBatch::new(usize::try_from(BATCH_TOKENS)?, 1);
    for (number, tokens) in prompt.chunks(usize::try_from(BATCH_TOKENS)?).enumerate() {
        batch.clear();
        let from = number * usize::try_from(BATCH_TOKENS)?;
        for (offset, token) in tokens.iter().enumerate() {
            let at = from + offset;
            batch.add(*token, i32::try_from(at)?, &[0], at + 1 == prompt.len())?;
        }
        context.decode(&mut batch)?;
    }
    let mut sampler = LlamaSampler::chain([LlamaSampler::greedy()], true);
    let mut bytes = Vec::new();
    let mut position = i32::try_from(prompt.len())?;
    let mut generated_tokens = 0;
    let mut first: Option<Instant> = None;
    let (mut first_ms, mut generation_s) = (0.0, 0.0);
    loop {
        let token = sampler.sample(context, -1);
        if vocab.is_eog(token) {
            break;
        }
        let first = *first.get_or_insert_with(|| {
            first_ms = begun.elapsed().as_secs_f64() * 1000.0;
            Instant::now()
        });
        generated_tokens += 1;
        generation_s = first.elapsed().as_secs_f64();
        vocab.token_to_piece_into(token, &mut bytes, false, None);
        if generated_tokens >= job.tokens {
            break;
        }
        batch.clear();
        batch.add(token, position, &[0], true)?;
        context.decode(&mut batch)?;
        position += 1;
    }
    Ok(Run {
        text: String::from_utf8_lossy(&bytes).into_owned(),
        prompt_tokens: u32::try_from(prompt.len())?,
        generated_tokens,
        first_ms,
        // The first token comes out of the prompt's batch.
        speed: f64::from(generated_tokens.saturating_sub(1)) / generation_s,
    })
}

/// Is the loop with several texts: as `llama-batched-bench` has it, a sequence a text with
/// cells of its own, and one token of each in every batch.
pub(crate) fn serve_together(path: &Path, threads: u32) -> Outcome<()> {
    let job: Together = serde_json::from_reader(io::stdin())?;
    let (backend, model) = load(path)?;
    let count = u32::try_from(job.texts.len())?;
    let params = params(threads)?
        .with_n_ctx(NonZeroU32::new(count * TOGETHER_TOKENS))
        .with_n_seq_max(count);
    let mut context = model.new_context(&backend, params)?;
    let vocab = model.vocab();
    let mut batch = LlamaBatch::new(usize::try_from(BATCH_TOKENS)?, 1);
    // The first batch of a process reads the file into memory.
    batch.add(LlamaToken(100), 0, &[0], true)?;
    context.decode(&mut batch)?;
    context.clear_kv_cache();
    let mut sampler = LlamaSampler::chain([LlamaSampler::greedy()], true);
    let begun = Instant::now();
    // Of each text: its sequence, its last token, and where that stands.
    let mut going = Vec::new();
    for (sequence, text) in (0..).zip(&job.texts) {
        let prompt = vocab.tokenize(text.as_bytes(), true, false);
        batch.clear();
        for (at, token) in prompt.iter().enumerate() {
            let is_last = at + 1 == prompt.len();
            batch.add(*token, i32::try_from(at)?, &[sequence], is_last)?;
        }
        context.decode(&mut batch)?;
        let token = sampler.sample(&context, -1);
        going.push((sequence, token, i32::try_from(prompt.len())?));
    }
    let mut generated = going.len();
    for _ in 1..job.tokens {
        going.retain(|(_, token, _)| !vocab.is_eog(*token));
        if going.is_empty() {
            break;
        }
        batch.clear();
        for (sequence, token, at) in &going {
            batch.add(*token, *at, &[*sequence], true)?;
        }
        context.decode(&mut batch)?;
        for (place, (_, token, at)) in (0..).zip(&mut going) {
            *token = sampler.sample(&context, place);
            *at += 1;
        }
        generated += going.len();
    }
    let generated = f64::from(u32::try_from(generated)?);
    println!("{}", generated / begun.elapsed().as_secs_f64());
    Ok(())
}

/// Measures batches whose logits are all wanted, as speculation does, and how far their
/// logits are from those of single tokens.
pub(crate) fn batches(path: &Path, threads: u32) -> Outcome<()> {
    let (backend, model) = load(path)?;
    let mut context = context(&backend, &model, threads)?;
    let mut batch = LlamaBatch::new(usize::try_from(BATCH_TOKENS)?, 1);
    let mut decode = |context: &mut LlamaContext<'_>, from: usize, count: usize| {
        batch.clear();
        for at in from..from + count {
            // Any tokens will do that are not the same again and again.
            let token = LlamaToken(i32::try_from(100 + at * 37 % 150)?);
            batch.add(token, i32::try_from(at)?, &[0], from > 0)?;
        }
        context.clear_kv_cache_seq(Some(0), Some(u32::try_from(from)?), None)?;
        let begun = Instant::now();
        context.decode(&mut batch)?;
        Outcome::Ok(begun.elapsed().as_secs_f64() * 1000.0)
    };
    decode(&mut context, 0, DEPTH)?;
    let mut singly = Vec::new();
    for at in 0..SIZES[SIZES.len() - 1] {
        decode(&mut context, DEPTH + at, 1)?;
        singly.push(context.get_logits_ith(0).to_vec());
    }
    let mut costs: Vec<Cost> = Vec::new();
    let mut times = vec![Vec::new(); SIZES.len()];
    // In turns, so that a hiccup of the machine does not meet one size only.
    for round in 0..16 {
        for (size, times) in SIZES.iter().zip(&mut times) {
            let took_ms = decode(&mut context, DEPTH, *size)?;
            if round > 0 {
                times.push(took_ms);
                continue;
            }
            let mut difference: f32 = 0.0;
            for (at, alone) in singly.iter().enumerate().take(*size) {
                let together = context.get_logits_ith(i32::try_from(at)?);
                let pairs = alone.iter().zip(together);
                difference = pairs.fold(difference, |most, (one, other)| {
                    most.max((one - other).abs())
                });
            }
            costs.push(Cost {
                took_ms: 0.0,
                difference,
            });
        }
    }
    for (cost, times) in costs.iter_mut().zip(&times) {
        cost.took_ms = median(times);
    }
    println!("{}", serde_json::to_string(&costs)?);
    Ok(())
}
