//! Generation through the whole of Charla (`charla ask --json`) against a plain loop over
//! `llama-cpp-2`: same model, prompt, threads and tokens, in alternation, each run in a
//! process of its own. README.md beside this file says how to read it.

use std::error::Error;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Instant;

use clap::Parser;
use llama_cpp_2::context::params::LlamaContextParams;
use llama_cpp_2::llama_backend::LlamaBackend;
use llama_cpp_2::llama_batch::LlamaBatch;
use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::model::params::LlamaModelParams;
use llama_cpp_2::sampling::LlamaSampler;
use serde::{Deserialize, Serialize};

const SYSTEM: &str = "You are a helpful assistant.";
const PROMPT: &str = "Write a very long story about a dragon and a girl, with many chapters.";

/// The context and the batch that Charla takes for the default model.
const CONTEXT_TOKENS: u32 = 8192;
const BATCH_TOKENS: u32 = 512;

type Outcome<T> = Result<T, Box<dyn Error>>;

#[derive(Debug, Parser)]
struct Arguments {
    /// A GGUF file whose chat template is ChatML.
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/models/SmolLM2-135M-Instruct.Q4_1.gguf"))]
    model: PathBuf,
    /// Threads that compute; the cores where it is not given.
    #[arg(long)]
    threads: Option<u32>,
    /// Tokens of each reply.
    #[arg(short = 'n', long, default_value_t = 128)]
    tokens: u32,
    /// Pairs of runs that count.
    #[arg(long, default_value_t = 7)]
    pairs: usize,
    /// Be the plain loop.
    #[arg(long, hide = true)]
    plain: bool,
    /// What `cargo bench` says.
    #[arg(long, hide = true)]
    bench: bool,
}

/// One run, as both sides print it. Charla prints more, which is left out.
#[derive(Debug, Serialize, Deserialize)]
struct Run {
    text: String,
    timings: Timings,
    tokens_per_second: f64,
}

#[derive(Debug, Serialize, Deserialize)]
struct Timings {
    prompt_tokens: usize,
    generated_tokens: u32,
    first_token_ms: f64,
}

fn main() -> Outcome<()> {
    let mut arguments = Arguments::parse();
    let cores = std::thread::available_parallelism()?.get();
    let threads = *arguments.threads.get_or_insert(u32::try_from(cores)?);
    if arguments.plain {
        println!("{}", serde_json::to_string(&plain(&arguments, threads)?)?);
        return Ok(());
    }
    if !arguments.model.is_file() {
        let model = arguments.model.display();
        return Err(format!("{model} is missing; script/bootstrap fetches it").into());
    }
    compare(&arguments, threads)
}

fn compare(arguments: &Arguments, threads: u32) -> Outcome<()> {
    let profile = match cfg!(debug_assertions) {
        true => "dev (llama.cpp is optimised, Charla is not)",
        false => "release",
    };
    println!(
        "{} tokens, {threads} threads, profile {profile}",
        arguments.tokens
    );
    // The first runs read the file into the page cache.
    let (warm_plain, warm_charla) = (
        run(plain_command(arguments)?)?,
        run(charla_command(arguments))?,
    );
    if warm_plain.text != warm_charla.text
        || warm_plain.timings.prompt_tokens != warm_charla.timings.prompt_tokens
    {
        return Err(format!("not the same work: {warm_plain:?}, {warm_charla:?}").into());
    }
    println!(
        "{:>4}  {:>9}  {:>9}  {:>6}  {:>14}",
        "pair", "plain t/s", "charla t/s", "ratio", "first word ms"
    );
    let mut ratios = Vec::new();
    for pair in 1..=arguments.pairs {
        // Who goes first takes turns as well.
        let (plain, charla) = if pair % 2 == 1 {
            let plain = run(plain_command(arguments)?)?;
            (plain, run(charla_command(arguments))?)
        } else {
            let charla = run(charla_command(arguments))?;
            (run(plain_command(arguments)?)?, charla)
        };
        let ratio = charla.tokens_per_second / plain.tokens_per_second;
        println!(
            "{pair:>4}  {:>9.1}  {:>10.1}  {ratio:>6.3}  {:>6.0} / {:>5.0}",
            plain.tokens_per_second,
            charla.tokens_per_second,
            plain.timings.first_token_ms,
            charla.timings.first_token_ms,
        );
        ratios.push(ratio);
    }
    ratios.sort_by(f64::total_cmp);
    let median = ratios.get(ratios.len() / 2).ok_or("no pairs")?;
    println!(
        "median ratio {median:.3}: charla generates at {:.1} % of the plain loop's speed",
        median * 100.0
    );
    Ok(())
}

fn plain_command(arguments: &Arguments) -> Outcome<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("--plain").arg("--model").arg(&arguments.model);
    command.args(["--tokens".into(), arguments.tokens.to_string()]);
    command.args(
        arguments
            .threads
            .map(|threads| format!("--threads={threads}")),
    );
    Ok(command)
}

fn charla_command(arguments: &Arguments) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_charla"));
    command.args(["ask", "--json", "--temperature", "0", "--system", SYSTEM]);
    command.args(["-n".into(), arguments.tokens.to_string()]);
    command.args(
        arguments
            .threads
            .map(|threads| format!("--threads={threads}")),
    );
    command.arg("-m").arg(&arguments.model).arg(PROMPT);
    // The settings of whoever runs this are not what is measured.
    command.env("CHARLA_HOME", std::env::temp_dir().join("charla-bench"));
    command
}

fn run(mut command: Command) -> Outcome<Run> {
    let output = command.stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err(format!("{command:?} ended with {}", output.status).into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// The loop that every example of llama.cpp has, and no more.
fn plain(arguments: &Arguments, threads: u32) -> Outcome<Run> {
    let mut backend = LlamaBackend::init()?;
    backend.void_logs();
    let params = LlamaModelParams::default();
    let model = LlamaModel::load_from_file(&backend, &arguments.model, &params)?;
    let threads = i32::try_from(threads)?;
    let params = LlamaContextParams::default()
        .with_n_ctx(NonZeroU32::new(CONTEXT_TOKENS))
        .with_n_batch(BATCH_TOKENS)
        .with_n_ubatch(BATCH_TOKENS)
        .with_n_threads(threads)
        .with_n_threads_batch(threads);
    let mut context = model.new_context(&backend, params)?;
    let vocab = model.vocab();

    let begun = Instant::now();
    let prompt = format!(
        "<|im_start|>system\n{SYSTEM}<|im_end|>\n\
         <|im_start|>user\n{PROMPT}<|im_end|>\n<|im_start|>assistant\n"
    );
    let prompt = vocab.tokenize(prompt.as_bytes(), false, true);
    let mut batch = LlamaBatch::new(usize::try_from(BATCH_TOKENS)?, 1);
    for (position, token) in prompt.iter().enumerate() {
        let is_last = position + 1 == prompt.len();
        batch.add(*token, i32::try_from(position)?, &[0], is_last)?;
    }
    context.decode(&mut batch)?;

    let mut sampler = LlamaSampler::chain([LlamaSampler::greedy()], true);
    let mut bytes = Vec::new();
    let mut position = i32::try_from(prompt.len())?;
    let mut generated_tokens = 0;
    let mut first: Option<Instant> = None;
    let (mut first_token_ms, mut generation_s) = (0.0, 0.0);
    loop {
        let token = sampler.sample(&context, -1);
        if vocab.is_eog(token) {
            break;
        }
        let first = *first.get_or_insert_with(|| {
            first_token_ms = begun.elapsed().as_secs_f64() * 1000.0;
            Instant::now()
        });
        generated_tokens += 1;
        generation_s = first.elapsed().as_secs_f64();
        vocab.token_to_piece_into(token, &mut bytes, false, None);
        if generated_tokens >= arguments.tokens {
            break;
        }
        batch.clear();
        batch.add(token, position, &[0], true)?;
        context.decode(&mut batch)?;
        position += 1;
    }
    Ok(Run {
        text: String::from_utf8_lossy(&bytes).into_owned(),
        timings: Timings {
            prompt_tokens: prompt.len(),
            generated_tokens,
            first_token_ms,
        },
        // The first token comes out of the prompt's batch.
        tokens_per_second: f64::from(generated_tokens.saturating_sub(1)) / generation_s,
    })
}
