//! What keeping chats costs: times on the clock and memory, with far more chats than most
//! people have. README.md in the folder above says how to read it.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "it is what a bench is for"
)]

mod data;
#[path = "../engine/report.rs"]
#[allow(dead_code, reason = "the other benchmark compares in pairs")]
mod report;

use std::error::Error;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;
use std::{env, fs};

use charla::chat::{ChatId, FolderId, Message, MessageId, Role};
use charla::store::search::Query;
use charla::store::{Keeper, Store, Write, now_unix_ms};
use clap::{Parser, ValueEnum};
use report::{Report, Table, Target, median};

pub(crate) type Outcome<T> = Result<T, Box<dyn Error>>;

const LARGE: usize = 200_000;
const HALF: usize = 100_000;
const SMALL: usize = 20_000;

/// What a piece of a reply has, in bytes.
const PIECE_BYTES: usize = 100;

const QUERIES: [&str; 16] = [
    "the",
    "de",
    "de la",
    "f",
    "fu",
    "func",
    "funct",
    "invest",
    "function",
    "niño",
    "investigaciones energia",
    "running code exam",
    "the solution of the problem",
    "\"of the\"",
    "gratanver",
    "zzzz nothing",
];

#[derive(Debug, Parser)]
struct Arguments {
    /// What to measure; all of it where nothing is named.
    sections: Vec<Section>,
    /// Be the process whose memory is measured, with a store of so many messages.
    #[arg(long = "be", hide = true)]
    messages: Option<usize>,
    /// What `cargo bench` says.
    #[arg(long, hide = true)]
    bench: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Section {
    Open,
    Chat,
    Checkpoint,
    Search,
    Memory,
}

fn main() -> Outcome<()> {
    let arguments = Arguments::parse();
    if let Some(messages) = arguments.messages {
        return be_measured(messages);
    }
    let sections = match arguments.sections.is_empty() {
        true => Section::value_variants(),
        false => &arguments.sections[..],
    };
    for messages in [SMALL, HALF, LARGE] {
        let begun = Instant::now();
        let bytes = fs::metadata(data::store(messages)?.join("chats.sqlite3"))?.len();
        let (mib, seconds) = (bytes >> 20, begun.elapsed().as_secs());
        println!("A store of {messages} messages: {mib} MiB, there after {seconds} s.");
    }
    let mut report = Report::default();
    for section in sections {
        let name = section.to_possible_value();
        report.begin(name.as_ref().map_or("", |it| it.get_name()));
        match section {
            Section::Open => open(&mut report)?,
            Section::Chat => chat(&mut report)?,
            Section::Checkpoint => checkpoint(&mut report)?,
            Section::Search => search(&mut report)?,
            Section::Memory => memory(&mut report)?,
        }
    }
    report.end();
    Ok(())
}

/// The milliseconds that something takes, each time.
fn times<T>(count: usize, mut what: impl FnMut() -> Outcome<T>) -> Outcome<Vec<f64>> {
    (0..count)
        .map(|_| {
            let begun = Instant::now();
            let kept = what()?;
            let elapsed_ms = begun.elapsed().as_secs_f64() * 1000.0;
            drop(kept);
            Ok(elapsed_ms)
        })
        .collect()
}

/// What so many of a hundred do not exceed.
fn percentile(figures: &[f64], percent: usize) -> f64 {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted.get(at).copied().unwrap_or(f64::NAN)
}

fn new_table() -> Table<4> {
    Table::new(&["what", "median", "p99", "most"])
}

fn row(table: &mut Table<4>, what: &str, figures: &[f64]) {
    table.row([
        what.into(),
        format!("{:.2}", median(figures)),
        format!("{:.2}", percentile(figures, 99)),
        format!("{:.2}", percentile(figures, 100)),
    ]);
}

fn open(report: &mut Report) -> Outcome<()> {
    let folder = data::store(LARGE)?;
    let opening = || {
        let store = Store::open(&folder)?;
        let page = store.list(false, 0, 200)?;
        Ok((page, store.folders()?, store))
    };
    times(1, opening)?;
    let figures = times(21, opening)?;
    let mut table = new_table();
    row(&mut table, "open, first page, folders", &figures);
    table.print();
    report.check(
        "ms to the first page",
        median(&figures),
        Target::AtMost(100.0),
    );
    Ok(())
}

fn chat(report: &mut Report) -> Outcome<()> {
    let store = Store::open(&data::store(LARGE)?)?;
    let opening = || Ok(store.chat(data::LONG_CHAT)?);
    let count = opening()?.messages().len();
    if count < data::LONG_MESSAGES {
        return Err(format!("it has {count} messages only").into());
    }
    let figures = times(21, opening)?;
    let mut table = new_table();
    row(&mut table, &format!("a chat of {count} messages"), &figures);
    table.print();
    report.check("ms to open it", median(&figures), Target::AtMost(100.0));
    Ok(())
}

fn checkpoint(report: &mut Report) -> Outcome<()> {
    // Beside the data, so that it is on a disk and not in memory.
    let source = data::store(LARGE)?;
    let folder = tempfile::tempdir_in(source.parent().unwrap_or(&source))?;
    fs::copy(
        source.join("chats.sqlite3"),
        folder.path().join("chats.sqlite3"),
    )?;
    let mut store = Store::open(folder.path())?;
    let mut random = fastrand::Rng::with_seed(1);
    let mut table = new_table();
    for kilobytes in [20, 200] {
        let id = begin_reply(&mut store)?;
        let mut piece = || Write::Append {
            message: id,
            text: data::text(&mut random, 4)
                .chars()
                .take(PIECE_BYTES)
                .collect(),
            reasoning: String::new(),
        };
        let before: Vec<_> = (0..kilobytes * 1000 / PIECE_BYTES)
            .map(|_| piece())
            .collect();
        store.write(&before)?;
        let pieces: Vec<_> = (0..500).map(|_| [piece()]).collect();
        let mut pieces = pieces.iter();
        let figures = times(pieces.len(), || {
            let piece = pieces.next().ok_or("no piece is left")?;
            Ok(store.write(piece)?)
        })?;
        row(
            &mut table,
            &format!("{PIECE_BYTES} bytes more to {kilobytes} KB"),
            &figures,
        );
        let what = |it: &str| format!("{it} ms, {kilobytes} KB");
        report.check(what("median"), median(&figures), Target::AtMost(5.0));
        report.check(what("p99"), percentile(&figures, 99), Target::AtMost(5.0));
    }
    let id = begin_reply(&mut store)?;
    let keeper = Keeper::start(move || Ok(store), Arc::new(|_| {}))?;
    let piece = "x".repeat(PIECE_BYTES);
    let figures = times(5000, || {
        keeper.append(id, &piece, "");
        Ok(())
    })?;
    row(&mut table, "the same for who asks the keeper", &figures);
    table.print();
    report.check(
        "p99 ms of who asks",
        percentile(&figures, 99),
        Target::AtMost(0.1),
    );
    Ok(())
}

fn begin_reply(store: &mut Store) -> Outcome<MessageId> {
    let (chat, id, created_unix_ms) = (ChatId::fresh(), MessageId::fresh(), now_unix_ms());
    let message = Message::new(id, None, Role::Assistant, String::new(), created_unix_ms);
    store.write(&[
        Write::NewChat {
            id: chat,
            folder: None,
            created_unix_ms,
        },
        Write::Messages {
            chat,
            messages: vec![message],
        },
    ])?;
    Ok(id)
}

fn search(report: &mut Report) -> Outcome<()> {
    for messages in [HALF, LARGE] {
        let store = Store::open(&data::store(messages)?)?;
        let mut table: Table<5> = Table::new(&["query", "hits", "median", "p99", "most"]);
        let mut all = Vec::new();
        for (name, query) in queries() {
            let hits = store.search(&query, 50)?.len();
            let figures = times(20, || Ok(store.search(&query, 50)?))?;
            table.row([
                name,
                hits.to_string(),
                format!("{:.1}", median(&figures)),
                format!("{:.1}", percentile(&figures, 99)),
                format!("{:.1}", percentile(&figures, 100)),
            ]);
            all.extend(figures);
        }
        println!("\n{messages} messages, in ms:\n");
        table.print();
        let what = |it: &str| format!("{it} ms, {messages} messages");
        report.check(what("p50"), percentile(&all, 50), Target::AtMost(50.0));
        report.check(what("p99"), percentile(&all, 99), Target::AtMost(50.0));
    }
    Ok(())
}

fn queries() -> Vec<(String, Query)> {
    let of = |text: &str| Query {
        text: text.into(),
        ..Query::default()
    };
    let mut queries: Vec<_> = QUERIES.map(|text| (text.to_owned(), of(text))).into();
    queries.extend([
        (
            "function, in a folder".into(),
            Query {
                folder: Some(FolderId(3)),
                ..of("function")
            },
        ),
        (
            "the, of a model".into(),
            Query {
                model: Some("SmolLM2-135M".into()),
                ..of("the")
            },
        ),
        (
            "the, in the first month".into(),
            Query {
                until_unix_ms: Some(1_738_368_000_000),
                ..of("the")
            },
        ),
    ]);
    queries
}

fn memory(report: &mut Report) -> Outcome<()> {
    let mut table: Table<2> = Table::new(&["messages", "MiB more"]);
    let mut grown = Vec::new();
    for messages in [SMALL, LARGE] {
        let output = Command::new(env::current_exe()?)
            .args(["--be", &messages.to_string()])
            .output()?;
        let kib: f64 = String::from_utf8(output.stdout)?.trim().parse()?;
        table.row([messages.to_string(), format!("{:.1}", kib / 1024.0)]);
        grown.push(kib / 1024.0);
    }
    table.print();
    let more = grown
        .last()
        .zip(grown.first())
        .map_or(f64::NAN, |(large, small)| large - small);
    report.check(
        "MiB more for ten times the messages",
        more,
        Target::AtMost(8.0),
    );
    Ok(())
}

/// Opens, lists and searches, and says how much larger the process is for it, in KiB.
fn be_measured(messages: usize) -> Outcome<()> {
    let folder = data::store(messages)?;
    let before = resident_kib()?;
    let store = Store::open(&folder)?;
    let mut kept = Vec::new();
    kept.push(store.list(false, 0, 200)?.total);
    for (_, query) in queries() {
        kept.push(u32::try_from(store.search(&query, 50)?.len())?);
    }
    println!("{}", resident_kib()? - before);
    Ok(())
}

fn resident_kib() -> Outcome<u64> {
    let status = fs::read_to_string(Path::new("/proc/self/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line
        .and_then(|it| it.split_whitespace().next())
        .ok_or("no VmRSS")?;
    Ok(number.parse()?)
}
