//! What Charla costs and what it gains, each figure as a ratio measured in turns within one
//! run, through the same client that the window has. README.md in the folder above says how
//! to read it.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "it is what a bench is for"
)]

mod alternatives;
mod busy;
mod first;
mod lookup;
mod plain;
mod report;
mod speed;
mod states;
mod talk;
mod together;
mod turns;

/// The models with random weights that the tests have as well.
#[path = "../../tests/it/support"]
mod support {
    #[allow(
        dead_code,
        clippy::unwrap_used,
        reason = "a generator that the tests share, and has more than is needed here"
    )]
    pub(crate) mod tiny;
}

use std::error::Error;
use std::path::PathBuf;
use std::time::Instant;

use clap::{Parser, ValueEnum};
use report::Report;
use support::tiny::{Shape, Tiny, Weights};

pub(crate) type Outcome<T> = Result<T, Box<dyn Error>>;

#[derive(Debug, Parser)]
struct Arguments {
    /// What to measure; all of it where nothing is named.
    sections: Vec<Section>,
    /// Pairs of runs that count.
    #[arg(long, default_value_t = 7)]
    pairs: usize,
    /// Short and few runs, to see whether it works. Its figures mean nothing.
    #[arg(long)]
    quick: bool,
    /// Threads that compute, where the section does not say otherwise; the physical cores
    /// where it is not given.
    #[arg(long)]
    threads: Option<u32>,
    /// The default model, or another one in its place.
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/models/SmolLM2-135M-Instruct.Q4_1.gguf"))]
    model: PathBuf,
    /// Be a part of this benchmark that needs a process of its own.
    #[arg(long = "be", hide = true)]
    part: Option<Part>,
    /// What `cargo bench` says.
    #[arg(long, hide = true)]
    bench: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Section {
    Speed,
    Turns,
    States,
    Busy,
    First,
    Lookup,
    Alternatives,
    Together,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Part {
    /// The loop over llama-cpp-2 that Charla is compared with.
    Plain,
    /// The same loop with several texts at once.
    PlainTogether,
    /// Batches of several sizes.
    Batches,
    /// A program that has something else to do.
    Busy,
}

/// What every section is given.
pub(crate) struct Setting {
    /// The default model.
    pub(crate) model: PathBuf,
    /// Another one, of random weights.
    pub(crate) other: PathBuf,
    pub(crate) cores: u32,
    pub(crate) threads: u32,
    pub(crate) pairs: usize,
    pub(crate) is_quick: bool,
}

impl Setting {
    /// The models by the names that tables give them.
    pub(crate) fn models(&self) -> [(&'static str, &PathBuf); 2] {
        [("default", &self.model), ("other", &self.other)]
    }

    /// One of two numbers.
    pub(crate) fn either<T>(&self, whole: T, quick: T) -> T {
        match self.is_quick {
            true => quick,
            false => whole,
        }
    }
}

/// As large as models come that a small machine runs at a reading speed.
const OTHER: Shape = Shape {
    embedding: 768,
    layers: 20,
    heads: 12,
    kv_heads: 4,
    feed_forward: 2048,
    words: 32_000,
};

fn main() -> Outcome<()> {
    let arguments = Arguments::parse();
    let cores = u32::try_from(num_cpus::get_physical())?;
    let threads = arguments.threads.unwrap_or(cores);
    match arguments.part {
        Some(Part::Plain) => return plain::serve(&arguments.model, threads),
        Some(Part::PlainTogether) => return plain::serve_together(&arguments.model, threads),
        Some(Part::Batches) => return plain::batches(&arguments.model, threads),
        Some(Part::Busy) => busy::spin(),
        None => {}
    }
    if !arguments.model.is_file() {
        let model = arguments.model.display();
        return Err(format!("{model} is missing; script/bootstrap fetches it").into());
    }
    let folder = tempfile::tempdir()?;
    let setting = Setting {
        model: arguments.model,
        other: folder.path().join("other.gguf"),
        cores,
        threads,
        pairs: match arguments.quick {
            true => arguments.pairs.min(2),
            false => arguments.pairs,
        },
        is_quick: arguments.quick,
    };
    let sections = match arguments.sections.is_empty() {
        true => Section::value_variants(),
        false => &arguments.sections[..],
    };
    let needs_other = |it: &Section| !matches!(it, Section::Busy | Section::First);
    if sections.iter().any(needs_other) {
        let tiny = Tiny {
            control: &["<|im_start|>", "<|im_end|>"],
            context_tokens: 8192,
            shape: OTHER,
            weights: Weights::Q4_0,
            ..Tiny::default()
        };
        tiny.write(&setting.other);
    }
    let profile = match cfg!(debug_assertions) {
        true => "dev (llama.cpp is optimised, Charla is not)",
        false => "release",
    };
    println!("{cores} cores, {threads} threads, profile {profile}");
    if setting.is_quick {
        println!("\n**Quick: these figures mean nothing.**");
    }
    let mut report = Report::default();
    for section in sections {
        let begun = Instant::now();
        let name = section.to_possible_value();
        let name = name.as_ref().map_or("", |it| it.get_name());
        report.begin(name);
        match section {
            Section::Speed => speed::measure(&setting, &mut report)?,
            Section::Turns => turns::measure(&setting, &mut report)?,
            Section::States => states::measure(&setting, &mut report)?,
            Section::Busy => busy::measure(&setting, &mut report)?,
            Section::First => first::measure(&setting, &mut report)?,
            Section::Lookup => lookup::measure(&setting, &mut report)?,
            Section::Alternatives => alternatives::measure(&setting, &mut report)?,
            Section::Together => together::measure(&setting, &mut report)?,
        }
        println!("\nThis took {:.0} s.", begun.elapsed().as_secs_f64());
    }
    report.end();
    Ok(())
}
