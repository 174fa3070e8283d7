//! `charla bench`: how fast a model reads and writes here, by the clock of whoever waits
//! for it. The engine is asked as the window asks it; `benches/` compares that with less.

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, anyhow, bail};
use clap::Args;
use serde::Serialize;

use super::values::whole;
use crate::chat::Role;
use crate::engine::protocol::{ModelInfo, Opening, RequestId, Task, Turn};
use crate::engine::{Launch, Update};
use crate::i18n::{Arg, I18n, Text};
use crate::params::{LoadOptions, Sampling};
use crate::paths::Paths;
use crate::session::{self, Session};
use crate::settings::Settings;

/// What a shell expects of a program that Ctrl-C has ended.
const INTERRUPTED: u8 = 130;

/// Words that most vocabularies have as one token each. A text that goes round and round
/// is one that a model goes on with, where a sentence may end its reply.
const WORDS: [&str; 12] = [
    "the", "river", "and", "the", "house", "and", "the", "tree", "and", "the", "road", "and",
];

/// A prompt that does not have its length after so many attempts has none that fits.
const ATTEMPTS: u32 = 8;

#[derive(Debug, Args)]
#[expect(missing_docs, reason = "their help texts say it in two languages")]
pub struct Arguments {
    #[arg(short, long, value_name = "MODEL")]
    pub model: Option<String>,
    #[arg(short, long, value_name = "N", default_value_t = 512,
        value_parser = whole(1..=MAX_TOKENS))]
    pub prompt_tokens: u32,
    // The first token comes out of the prompt, so one alone would say nothing.
    #[arg(short = 'n', long, value_name = "N", default_value_t = 128,
        value_parser = whole(2..=MAX_TOKENS))]
    pub reply_tokens: u32,
    #[arg(short, long, value_name = "N", default_value_t = 5,
        value_parser = whole(1..=1000))]
    pub repetitions: u32,
    #[arg(long, value_name = "N", value_parser = whole(1..=LoadOptions::MAX_THREADS))]
    pub threads: Option<u32>,
    #[arg(long)]
    pub force: bool,
    #[arg(long)]
    pub json: bool,
}

/// What fits the largest context, prompt and reply together.
const MAX_TOKENS: u32 = LoadOptions::MAX_CONTEXT_TOKENS / 2;

/// All that was measured; with `--json`, one object on one line.
#[derive(Debug, Serialize)]
struct Report {
    model: String,
    path: PathBuf,
    parameters: u64,
    size_bytes: u64,
    threads: u32,
    context_tokens: u32,
    prompt_tokens_per_second: Option<Spread>,
    tokens_per_second: Option<Spread>,
    first_token_ms: Option<Spread>,
    repetitions: Vec<Repetition>,
}

/// One prompt and its reply.
#[derive(Debug, Clone, Copy, Serialize)]
struct Repetition {
    prompt_tokens: u32,
    /// Found in the KV cache: a token that every text begins with, no more.
    cached_tokens: u32,
    generated_tokens: u32,
    /// From the request to the first piece of the reply.
    first_token_ms: f64,
    /// From then to the end of the reply.
    generation_ms: f64,
    prompt_tokens_per_second: f64,
    tokens_per_second: Option<f64>,
}

/// The middle of some figures and their range.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
struct Spread {
    median: f64,
    least: f64,
    most: f64,
}

impl Spread {
    fn of(figures: impl Iterator<Item = f64>) -> Option<Self> {
        let mut figures: Vec<f64> = figures.collect();
        figures.sort_by(f64::total_cmp);
        let (least, most) = (*figures.first()?, *figures.last()?);
        let (low, high) = ((figures.len() - 1) / 2, figures.len() / 2);
        Some(Self {
            median: f64::midpoint(figures[low], figures[high]),
            least,
            most,
        })
    }
}

/// Runs the command.
///
/// # Errors
/// One sentence for the user, in their language.
pub fn run(
    arguments: &Arguments,
    paths: &Paths,
    settings: &Settings,
    i18n: &I18n,
) -> anyhow::Result<ExitCode> {
    let model = session::choose_model(paths, settings, arguments.model.as_deref())
        .map_err(|error| anyhow!(i18n.say(&error)))?;
    // It does not follow the settings: nothing is to come from the disk, or to go there.
    let mut session = Session::start(Launch::this_program()?, Arc::new(|| {}))?;
    let options = load_options(arguments, &settings.load_of(&model));
    match arguments.force {
        true => session.load_anyway(model, options),
        false => session.load(model, options),
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let measured = runtime.block_on(async {
        let mut bench = Bench { session, i18n };
        let progress = Progress {
            is_shown: io::stderr().is_terminal(),
        };
        tokio::select! {
            report = bench.measure(arguments, &progress) => report.map(Some),
            _ = tokio::signal::ctrl_c() => Ok(None),
        }
    })?;
    let Some(report) = measured else {
        return Ok(ExitCode::from(INTERRUPTED));
    };
    let mut text = match arguments.json {
        true => serde_json::to_string(&report)?,
        false => table(&report, arguments, i18n),
    };
    text.push('\n');
    let mut stdout = io::stdout().lock();
    match stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
    {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
        result => result.with_context(|| i18n.get("cli-output"))?,
    }
    Ok(ExitCode::SUCCESS)
}

fn load_options(arguments: &Arguments, settings: &LoadOptions) -> LoadOptions {
    LoadOptions {
        // No more than one repetition needs: texts that are kept beside it take time.
        context_tokens: Some(arguments.prompt_tokens + arguments.reply_tokens),
        threads: arguments.threads.or(settings.threads),
        // A text that repeats itself would be guessed, and be no measure for others.
        speculation: Some(false),
        ..settings.clone()
    }
}

struct Bench<'a> {
    session: Session,
    i18n: &'a I18n,
}

impl Bench<'_> {
    async fn measure(
        &mut self,
        arguments: &Arguments,
        progress: &Progress,
    ) -> anyhow::Result<Report> {
        let i18n = self.i18n;
        progress.show(&i18n.get("waiting-model"));
        let info = self.loaded().await?;
        let (prompt_tokens, reply_tokens) = (arguments.prompt_tokens, arguments.reply_tokens);
        let mut repetitions = Vec::new();
        // The first one warms the machine up: the weights come from the disk.
        for number in 0..=arguments.repetitions {
            progress.show(&match number {
                0 => i18n.get("bench-warm-up"),
                _ => i18n.text(
                    &Text::new("bench-progress")
                        .count("number", number)
                        .count("all", arguments.repetitions),
                ),
            });
            let text = self.text(number, prompt_tokens).await?;
            let repetition = self.repetition(text, reply_tokens).await?;
            if number > 0 {
                repetitions.push(repetition);
            }
        }
        let spread = |figure: fn(&Repetition) -> Option<f64>| {
            Spread::of(repetitions.iter().filter_map(figure))
        };
        Ok(Report {
            model: info.name,
            path: info.path,
            parameters: info.parameters,
            size_bytes: info.size_bytes,
            threads: info.threads,
            context_tokens: info.context_tokens,
            prompt_tokens_per_second: spread(|it| Some(it.prompt_tokens_per_second)),
            tokens_per_second: spread(|it| it.tokens_per_second),
            first_token_ms: spread(|it| Some(it.first_token_ms)),
            repetitions,
        })
    }

    async fn loaded(&mut self) -> anyhow::Result<ModelInfo> {
        loop {
            match self.next().await? {
                Update::Loaded(info) => return Ok(*info),
                Update::LoadFailed { error, .. } => bail!(super::said(&error, self.i18n)),
                _ => {}
            }
        }
    }

    /// A text of so many tokens, or as near as it gets, that begins as no other does.
    async fn text(&mut self, number: u32, wanted: u32) -> anyhow::Result<String> {
        let mut words = wanted.saturating_sub(1);
        let mut best = (u32::MAX, String::new());
        for _ in 0..ATTEMPTS {
            let text = text(number, words);
            let id = self.session.count_plain(&text);
            let tokens = self.counted(id).await?;
            let off = tokens.abs_diff(wanted);
            if off < best.0 {
                best = (off, text);
            }
            if off == 0 || words == 0 && tokens > wanted {
                break;
            }
            words = match tokens > wanted {
                true => words.saturating_sub(off),
                false => words + off,
            };
        }
        Ok(best.1)
    }

    async fn counted(&mut self, wanted: RequestId) -> anyhow::Result<u32> {
        loop {
            match self.next().await? {
                Update::Counted {
                    id, prompt_tokens, ..
                } if id == wanted => return Ok(prompt_tokens),
                Update::Failed { id, error } if id == wanted => bail!(self.i18n.say(&error)),
                _ => {}
            }
        }
    }

    async fn repetition(&mut self, text: String, tokens: u32) -> anyhow::Result<Repetition> {
        let task = Task {
            turns: vec![Turn::new(Role::User, text)],
            opening: Opening::Plain,
            sampling: Sampling {
                temperature: Some(0.0),
                max_tokens: Some(tokens),
                ..Sampling::default()
            },
            ..Task::default()
        };
        let begun = Instant::now();
        let wanted = self.session.generate(task);
        let mut first: Option<(Instant, u32)> = None;
        loop {
            match self.next().await? {
                Update::Piece {
                    id,
                    generated_tokens,
                    ..
                } if id == wanted => {
                    first.get_or_insert_with(|| (Instant::now(), generated_tokens));
                }
                Update::Done { id, timings, .. } if id == wanted => {
                    // A reply without a word has no first one.
                    let (first, first_tokens) = first.unwrap_or_else(|| (Instant::now(), 0));
                    let generation = first.elapsed();
                    let evaluated = timings.prompt_tokens - timings.cached_tokens;
                    let rest = timings.generated_tokens.saturating_sub(first_tokens);
                    return Ok(Repetition {
                        prompt_tokens: timings.prompt_tokens,
                        cached_tokens: timings.cached_tokens,
                        generated_tokens: timings.generated_tokens,
                        first_token_ms: milliseconds(first - begun),
                        generation_ms: milliseconds(generation),
                        prompt_tokens_per_second: f64::from(evaluated)
                            / (first - begun).as_secs_f64(),
                        tokens_per_second: (rest > 0)
                            .then(|| f64::from(rest) / generation.as_secs_f64()),
                    });
                }
                Update::Failed { id, error } if id == wanted => bail!(self.i18n.say(&error)),
                _ => {}
            }
        }
    }

    async fn next(&mut self) -> anyhow::Result<Update> {
        let next = self.session.next().await;
        next.ok_or_else(|| anyhow!(self.i18n.get("cli-client-ended")))
    }
}

fn text(number: u32, words: u32) -> String {
    let mut text = number.to_string();
    for (_, word) in (0..words).zip(WORDS.iter().cycle()) {
        text.push(' ');
        text.push_str(word);
    }
    text
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// One line that is written over again, where somebody sees it.
struct Progress {
    is_shown: bool,
}

impl Progress {
    fn show(&self, text: &str) {
        if self.is_shown {
            let _ = write!(io::stderr(), "\r\x1b[K{text}");
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.show("");
    }
}

fn table(report: &Report, arguments: &Arguments, i18n: &I18n) -> String {
    let tokens = |tokens: u32| i18n.text(&Text::new("bench-tokens").count("tokens", tokens));
    let range = |figures: Option<Spread>, decimals| match figures {
        Some(it) => i18n.text(
            &Text::new("bench-range")
                .with("median", Arg::Decimal(it.median, decimals))
                .with("least", Arg::Decimal(it.least, decimals))
                .with("most", Arg::Decimal(it.most, decimals)),
        ),
        None => i18n.get("bench-nothing"),
    };
    // What it really was, which need not be what was asked for.
    let fewest = |count: fn(&Repetition) -> u32| {
        let least = report.repetitions.iter().map(count).min();
        tokens(least.unwrap_or_default())
    };
    let rows = [
        (i18n.get("bench-model"), report.model.clone()),
        (
            i18n.get("bench-threads"),
            i18n.integer(report.threads.into()),
        ),
        (i18n.get("bench-context"), tokens(report.context_tokens)),
        (i18n.get("bench-prompt"), fewest(|it| it.prompt_tokens)),
        (i18n.get("bench-reply"), fewest(|it| it.generated_tokens)),
        (
            i18n.get("bench-prompt-speed"),
            range(report.prompt_tokens_per_second, 1),
        ),
        (
            i18n.get("bench-reply-speed"),
            range(report.tokens_per_second, 1),
        ),
        (
            i18n.get("bench-first-token"),
            range(report.first_token_ms, 0),
        ),
    ];
    let width = rows.iter().map(|(name, _)| name.chars().count()).max();
    let width = width.unwrap_or_default();
    let mut lines: Vec<String> = rows
        .iter()
        .map(|(name, value)| format!("{name:width$}  {value}"))
        .collect();
    let all = report.repetitions.iter();
    let ended = all.filter(|it| it.generated_tokens < arguments.reply_tokens);
    let ended = ended.count();
    if ended > 0 {
        let text = Text::new("bench-ended-early")
            .count("ended", ended as u64)
            .count("all", report.repetitions.len() as u64);
        lines.push(i18n.text(&text));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_lies_in_the_middle() {
        let spread = |figures: &[f64]| Spread::of(figures.iter().copied());
        let of = |median, least, most| {
            Some(Spread {
                median,
                least,
                most,
            })
        };
        assert_eq!(spread(&[3.0, 1.0, 2.0]), of(2.0, 1.0, 3.0));
        assert_eq!(spread(&[4.0, 1.0, 2.0, 3.0]), of(2.5, 1.0, 4.0));
        assert_eq!(spread(&[]), None);
    }

    #[test]
    fn no_text_begins_as_another() {
        assert_eq!(text(3, 2), "3 the river");
        assert_eq!(text(10, 0), "10");
        assert_eq!(text(1, 13).split(' ').count(), 14);
    }
}
