//! What knowing the models costs: a header with a large vocabulary, a thousand models at the
//! start, and ten thousand files looked at again. README.md in the folder above says how to
//! read it.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "it is what a bench is for"
)]

#[path = "../engine/report.rs"]
#[allow(dead_code, reason = "the other benchmark compares in pairs")]
mod report;

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use charla::library::{Root, scan};
use report::{Report, Table, Target, median};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// The words of Gemma's vocabulary, the largest in use.
const WORDS: usize = 262_144;
const MODELS: usize = 1000;
const FILES: usize = 10_000;
const ROUNDS: usize = 9;

fn text(bytes: &mut Vec<u8>, text: &str) {
    bytes.extend((text.len() as u64).to_le_bytes());
    bytes.extend(text.as_bytes());
}

fn field(bytes: &mut Vec<u8>, name: &str, kind: u32) {
    text(bytes, name);
    bytes.extend(kind.to_le_bytes());
}

/// A header like that of a model of this name, with so many words, their scores and types.
fn model(name: &str, words: usize) -> Vec<u8> {
    let mut bytes = b"GGUF".to_vec();
    bytes.extend(3_u32.to_le_bytes());
    bytes.extend(1_u64.to_le_bytes());
    bytes.extend(13_u64.to_le_bytes());
    for (key, value) in [
        ("general.architecture", "qwen3"),
        ("general.name", name),
        ("general.organization", "Bench"),
        ("general.license", "apache-2.0"),
        ("tokenizer.ggml.model", "gpt2"),
        ("tokenizer.chat_template", "{{ messages }}"),
    ] {
        field(&mut bytes, key, 8);
        text(&mut bytes, value);
    }
    for (key, value) in [
        ("qwen3.block_count", 36_u32),
        ("qwen3.context_length", 40_960),
        ("qwen3.embedding_length", 4096),
        ("qwen3.attention.head_count", 32),
    ] {
        field(&mut bytes, key, 4);
        bytes.extend(value.to_le_bytes());
    }
    let count = (words as u64).to_le_bytes();
    field(&mut bytes, "tokenizer.ggml.tokens", 9);
    bytes.extend(8_u32.to_le_bytes());
    bytes.extend(count);
    for word in 0..words {
        text(&mut bytes, &format!("word{word}"));
    }
    field(&mut bytes, "tokenizer.ggml.scores", 9);
    bytes.extend(6_u32.to_le_bytes());
    bytes.extend(count);
    bytes.resize(bytes.len() + words * 4, 0);
    field(&mut bytes, "tokenizer.ggml.token_type", 9);
    bytes.extend(5_u32.to_le_bytes());
    bytes.extend(count);
    bytes.resize(bytes.len() + words * 4, 0);
    // One tensor of 32 numbers.
    text(&mut bytes, "token_embd.weight");
    bytes.extend(1_u32.to_le_bytes());
    bytes.extend(32_u64.to_le_bytes());
    bytes.extend(0_u32.to_le_bytes());
    bytes.extend(0_u64.to_le_bytes());
    bytes.resize(bytes.len().next_multiple_of(32) + 128, 0);
    bytes
}

/// Has the system forget what it has read of a file, where it can.
fn forget(path: &Path) -> Outcome<()> {
    #[cfg(target_os = "linux")]
    {
        let file = fs::File::open(path)?;
        file.sync_all()?;
        rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::DontNeed)?;
    }
    #[cfg(not(target_os = "linux"))]
    let _ = path;
    Ok(())
}

fn timed<T>(work: impl FnOnce() -> Outcome<T>) -> Outcome<(T, f64)> {
    let begun = Instant::now();
    let done = work()?;
    Ok((done, begun.elapsed().as_secs_f64() * 1000.0))
}

fn look(folder: &Path, index: &Path) -> usize {
    let root = Root::added(folder.to_owned());
    scan(&[root], Some(index), &AtomicBool::new(false))
        .entries
        .len()
}

fn header(folder: &Path, report: &mut Report) -> Outcome<()> {
    report.begin("header");
    let path: PathBuf = folder.join("large/large.gguf");
    fs::create_dir_all(folder.join("large"))?;
    fs::write(&path, model("Large", WORDS))?;
    let index = folder.join("large.json");
    let (mut cold, mut warm, mut known) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        forget(&path)?;
        cold.push(timed(|| Ok(gguf::read(&path)?))?.1);
        warm.push(timed(|| Ok(gguf::read(&path)?))?.1);
        look(&folder.join("large"), &index);
        known.push(timed(|| Ok(look(&folder.join("large"), &index)))?.1);
    }
    let mut table = Table::new(&["a header of 262,144 words", "ms"]);
    for (what, figures, most) in [
        ("cold", &cold, Some(150.0)),
        ("warm", &warm, None),
        ("from the index", &known, Some(5.0)),
    ] {
        table.row([what.to_owned(), format!("{:.1}", median(figures))]);
        if let Some(most) = most {
            report.check(what, median(figures), Target::AtMost(most));
        }
    }
    table.print();
    Ok(())
}

fn many(folder: &Path, count: usize, report: &mut Report, most_ms: f64) -> Outcome<()> {
    let what = format!("{count} models");
    report.begin(&what);
    let models = folder.join(count.to_string());
    for number in 0..count {
        let place = models.join(format!("maker{}/repo{number}", number % 50));
        fs::create_dir_all(&place)?;
        let name = format!("Model {number}");
        fs::write(
            place.join(format!("model-{number}-Q4_K_M.gguf")),
            model(&name, 64),
        )?;
    }
    let index = folder.join(format!("{count}.json"));
    let (found, first) = timed(|| Ok(look(&models, &index)))?;
    if found != count {
        return Err(format!("{found} of {count} models were found").into());
    }
    let mut again = Vec::new();
    for _ in 0..ROUNDS {
        again.push(timed(|| Ok(look(&models, &index)))?.1);
    }
    let mut table = Table::new(&[what.as_str(), "ms"]);
    table.row(["for the first time".to_owned(), format!("{first:.0}")]);
    table.row([
        "from the index".to_owned(),
        format!("{:.1}", median(&again)),
    ]);
    table.print();
    report.check("from the index", median(&again), Target::AtMost(most_ms));
    Ok(())
}

fn main() -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let mut report = Report::default();
    header(folder.path(), &mut report)?;
    many(folder.path(), MODELS, &mut report, 100.0)?;
    many(folder.path(), FILES, &mut report, 2000.0)?;
    report.end();
    Ok(())
}
