//! What the window costs: processor time of each frame, with a chat that is longer than
//! people have, replies that grow, and replies that mean ill. README.md in the folder above
//! says how to read it.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "it is what a bench is for"
)]

mod blocks;
mod data;
mod driver;
mod figures;
mod hostile;
#[path = "../engine/report.rs"]
#[allow(dead_code, reason = "another benchmark compares in pairs")]
mod report;
mod scroll;
mod stream;
#[path = "../store/data.rs"]
#[allow(dead_code, reason = "only its words are needed")]
mod words;

use std::error::Error;
use std::process::Command;
use std::time::{Duration, Instant};
use std::{env, fs};

use charla::engine::fake::Script;
use clap::{Parser, ValueEnum};
use driver::Window;
use egui::{Key, Modifiers};
use figures::Frames;
use report::{Report, Table, Target, median};

pub(crate) type Outcome<T> = Result<T, Box<dyn Error>>;

/// What a frame may cost where nothing much changes, and where everything in view does.
pub(crate) const USUAL_MS: f64 = 2.0;
pub(crate) const NEW_VIEW_MS: f64 = 20.0;

/// Tries of what is done once.
const TRIES: usize = 5;

#[derive(Debug, Parser)]
struct Arguments {
    /// What to measure; all of it where nothing is named.
    sections: Vec<Section>,
    /// Be the process that is measured from outside.
    #[arg(long, hide = true)]
    be: Option<Section>,
    /// What `cargo bench` says.
    #[arg(long, hide = true)]
    bench: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Section {
    Open,
    Scroll,
    Jump,
    Stream,
    Typing,
    Idle,
    Memory,
    Start,
    Hostile,
}

fn main() -> Outcome<()> {
    let arguments = Arguments::parse();
    if let Some(section) = arguments.be {
        return be_measured(section);
    }
    let sections = match arguments.sections.is_empty() {
        true => Section::value_variants(),
        false => &arguments.sections[..],
    };
    let begun = Instant::now();
    drop(data::home()?);
    let (messages, seconds) = (data::LONG_MESSAGES, begun.elapsed().as_secs());
    println!("A chat of {messages} messages, there after {seconds} s.");
    let mut report = Report::default();
    for section in sections {
        let name = section.to_possible_value();
        report.begin(name.as_ref().map_or("", |it| it.get_name()));
        let result = match section {
            Section::Open => open(&mut report),
            Section::Scroll => scroll::scroll(&mut report),
            Section::Jump => scroll::jump(&mut report),
            Section::Stream => stream::stream(&mut report),
            Section::Typing => typing(&mut report),
            Section::Idle => idle(&mut report),
            Section::Memory => memory(&mut report),
            Section::Start => start(&mut report),
            Section::Hostile => harm(&mut report),
        };
        println!("\nThe yardstick took {:.1} ms.", yardstick_ms());
        // What one section could not do is no reason not to measure the others.
        if let Err(error) = result {
            println!("\nIt broke off: {error}");
            report.check(
                format!("measured to its end ({error})"),
                f64::NAN,
                Target::AtMost(0.0),
            );
        }
    }
    report.end();
    Ok(())
}

/// Work that is always the same. What it takes says how fast the machine is just now, for
/// neighbours slow a processor down without taking it away.
fn yardstick_ms() -> f64 {
    let figures: Vec<f64> = (0..5)
        .map(|_| {
            let mut random = fastrand::Rng::with_seed(1);
            let mut numbers: Vec<u64> = (0..200_000).map(|_| random.u64(..)).collect();
            let begun = driver::processor_time();
            std::hint::black_box(&mut numbers).sort_by(u64::cmp);
            driver::spent_since(begun).as_secs_f64() * 1000.0
        })
        .collect();
    median(&figures)
}

/// A window with the long chat open.
pub(crate) fn window_with_long_chat(script: Script) -> Outcome<Window> {
    let mut window = Window::open(script)?;
    window.open_chat(data::LONG_TITLE, data::LONG_END)?;
    Ok(window)
}

fn open(report: &mut Report) -> Outcome<()> {
    let (mut first, mut shown, mut again, mut clock_ms) = (vec![], vec![], vec![], vec![]);
    for _ in 0..TRIES {
        let mut window = Window::open(Script::default())?;
        let begun = Instant::now();
        window.click_text(data::LONG_TITLE)?;
        let frames = window.frames_until(|it| it.shows_in_conversation(data::LONG_END))?;
        clock_ms.push(begun.elapsed().as_secs_f64() * 1000.0);
        shown.extend(frames.last());
        first.extend(frames);
        window.settle()?;
        window.open_chat(data::SHORT_TITLE, data::SHORT_END)?;
        again.extend(window.open_chat(data::LONG_TITLE, data::LONG_END)?);
    }
    let mut table = Frames::new();
    table.check_most(report, "opened at its end", &first, NEW_VIEW_MS);
    table.row("of these, the one that shows it", &shown);
    table.check_most(report, "opened once more", &again, NEW_VIEW_MS);
    table.row("click to the end, on the clock", &clock_ms);
    table.print();
    Ok(())
}

fn typing(report: &mut Report) -> Outcome<()> {
    let mut window = window_with_long_chat(Script::default())?;
    window.click_text("Write a message")?;
    window.settle()?;
    let mut random = fastrand::Rng::with_seed(7);
    let text: Vec<char> = words::text(&mut random, 8).chars().collect();
    let (mut keys, mut between) = (Vec::new(), Vec::new());
    for part in text.chunks(40) {
        for letter in part {
            match letter {
                '\n' => window.key(Key::Enter, Modifiers::SHIFT),
                letter => window.text(&letter.to_string()),
            }
            keys.push(window.paint());
            between.extend([window.paint(), window.paint()]);
        }
        // A pause for thought, in which the draft is kept and counted.
        between.extend(window.live(Duration::from_millis(600)));
    }
    let mut table = Frames::new();
    table.check_p99(report, "with a letter each", &keys, USUAL_MS);
    table.check_p99(report, "between letters", &between, USUAL_MS);
    table.print();
    Ok(())
}

fn idle(report: &mut Report) -> Outcome<()> {
    let mut window = window_with_long_chat(Script::default())?;
    window.live(Duration::from_secs(2));
    let begun = driver::processor_time();
    let frames = window.live(Duration::from_secs(3));
    let used = driver::spent_since(begun);
    println!(
        "{} frames in 3 s, which looking for them included took",
        frames.len()
    );
    println!("{:.1} ms of processor time.", used.as_secs_f64() * 1000.0);
    if !frames.is_empty() {
        println!("The last was asked for by {}.", window.causes());
    }
    #[expect(clippy::cast_precision_loss, reason = "a few")]
    let count = frames.len() as f64;
    report.check("frames in 3 s", count, Target::AtMost(0.0));
    let is_asleep = window.sleeps == Duration::MAX;
    let asked = if is_asleep { 0.0 } else { 1.0 };
    report.check("frames asked for later", asked, Target::AtMost(0.0));
    Ok(())
}

/// Figures that a process of its own prints.
fn of_child(section: Section) -> Outcome<Vec<f64>> {
    let name = section.to_possible_value().ok_or("it has a name")?;
    let output = Command::new(env::current_exe()?)
        .args(["--be", name.get_name()])
        .output()?;
    let text = String::from_utf8(output.stdout)?;
    let figures: Result<Vec<f64>, _> = text.split_whitespace().map(str::parse).collect();
    match figures? {
        figures if figures.is_empty() => {
            Err(String::from_utf8_lossy(&output.stderr).into_owned().into())
        }
        figures => Ok(figures),
    }
}

fn memory(report: &mut Report) -> Outcome<()> {
    let mut table: Table<2> = Table::new(&["when", "MiB"]);
    let figures = of_child(Section::Memory)?;
    let names = ["before the long chat", "with it open", "scrolled through"];
    for (name, figure) in names.iter().zip(&figures) {
        table.row([(*name).into(), format!("{figure:.1}")]);
    }
    table.print();
    let open = figures.get(1).copied().unwrap_or(f64::NAN);
    let most = figures::most(&figures);
    report.check("MiB with the chat open", open, Target::AtMost(180.0));
    report.check("MiB after scrolling", most, Target::AtMost(180.0));
    Ok(())
}

fn start(report: &mut Report) -> Outcome<()> {
    let mut figures = Vec::new();
    for _ in 0..TRIES {
        figures.extend(of_child(Section::Start)?);
    }
    let mut table = Frames::new();
    table.row("start to first frame, on the clock", &figures);
    table.print();
    let what = "ms to the first frame, no screen";
    report.check(what, median(&figures), Target::AtMost(400.0));
    Ok(())
}

fn be_measured(section: Section) -> Outcome<()> {
    if section == Section::Start {
        let home = data::home()?;
        let begun = Instant::now();
        Window::new(home, Script::default())?.paint();
        println!("{}", begun.elapsed().as_secs_f64() * 1000.0);
        return Ok(());
    }
    let mut window = Window::open(Script::default())?;
    println!("{}", resident_mib()?);
    window.open_chat(data::LONG_TITLE, data::LONG_END)?;
    println!("{}", resident_mib()?);
    scroll::wander(&mut window, 2000);
    println!("{}", resident_mib()?);
    Ok(())
}

fn resident_mib() -> Outcome<f64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line
        .and_then(|it| it.split_whitespace().next())
        .ok_or("no VmRSS")?;
    Ok(number.parse::<f64>()? / 1024.0)
}

/// Opens chats that were made to be hard on whoever shows them.
fn harm(report: &mut Report) -> Outcome<()> {
    let mut table = Frames::new();
    let (mut dearest, mut after) = (Vec::new(), Vec::new());
    for (title, _) in hostile::chats() {
        let mut window = Window::open(Script::default())?;
        window.click_text(title)?;
        let is_there = |it: &Window| {
            it.shows_in_conversation(hostile::END) || it.shows_in_conversation(hostile::START)
        };
        let frames = match window.frames_until(is_there) {
            Ok(frames) => frames,
            Err(error) => {
                println!("“{title}”: {error}");
                dearest.push(f64::NAN);
                continue;
            }
        };
        table.row(&format!("{title}: opened"), &frames);
        dearest.push(figures::most(&frames));
        let mut frames = Vec::new();
        let begun = Instant::now();
        while frames.len() < 200 && begun.elapsed() < Duration::from_secs(10) {
            frames.push(scroll::turn(&mut window, frames.len()));
        }
        table.row(&format!("{title}: scrolled"), &frames);
        after.push(figures::p99(&frames));
    }
    table.print();
    report.check(
        "dearest ms, any opened",
        figures::most(&dearest),
        Target::AtMost(400.0),
    );
    report.check(
        "p99 ms, any scrolled",
        figures::most(&after),
        Target::AtMost(NEW_VIEW_MS),
    );
    Ok(())
}
