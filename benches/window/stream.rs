//! A reply that grows by a hundred tokens a second, at the end of a long chat.

use std::thread::sleep;
use std::time::{Duration, Instant};

use charla::engine::fake::{Script, Step};

use crate::driver::Window;
use crate::figures::Frames;
use crate::report::{Report, Target, median};
use crate::{Outcome, USUAL_MS, blocks, window_with_long_chat};

/// Between two tokens.
const TOKEN: Duration = Duration::from_millis(10);

/// Between two frames of a window that costs little.
const INTERVAL: Duration = Duration::from_millis(40);

/// How long a reply grows while it is measured.
const MEASURED: Duration = Duration::from_secs(10);

/// Letters of a token.
const LETTERS: usize = 4;

pub(crate) fn stream(report: &mut Report) -> Outcome<()> {
    let sizes = [20, 200];
    let script = Script {
        replies: sizes.map(|kilobytes| reply(kilobytes * 1000)).into(),
        ..Script::default()
    };
    let mut window = window_with_long_chat(script)?;
    let mut table = Frames::new();
    let mut medians = Vec::new();
    for kilobytes in sizes {
        let question = format!("Please write {kilobytes} KB");
        let sent = window.say(&question)?;
        paint_for(&mut window, Duration::from_secs(2));
        let frames = paint_for(&mut window, MEASURED);
        table.row(&format!("sending, for {kilobytes} KB"), &sent);
        let what = format!("a reply of {kilobytes} KB grows");
        table.check_p99(report, &what, &frames, USUAL_MS);
        medians.push(median(&frames));
        // It ends by itself.
        paint_for(&mut window, Duration::from_secs(3));
        window.wait_for("Send")?;
        window.settle()?;
    }
    table.print();
    let ratio = match medians[..] {
        [small, large] => large / small,
        _ => f64::NAN,
    };
    report.check("median ms of 200 KB over 20 KB", ratio, Target::AtMost(1.2));
    Ok(())
}

/// A reply that is this long at once, and then grows.
fn reply(bytes: usize) -> Vec<Step> {
    let mut random = fastrand::Rng::with_seed(11);
    let mut text = blocks::of_length(&mut random, bytes);
    let mut steps = Vec::new();
    while !text.is_empty() {
        let at = text.floor_char_boundary(4000);
        let rest = text.split_off(at);
        steps.push(Step::Piece(text));
        text = rest;
    }
    let tokens = (MEASURED + Duration::from_secs(4)).as_millis() / TOKEN.as_millis();
    let count = usize::try_from(tokens).unwrap_or_default();
    let grows: Vec<char> = blocks::of_length(&mut random, count * LETTERS * 2)
        .chars()
        .collect();
    for token in grows.chunks(LETTERS).take(count) {
        steps.push(Step::Wait(TOKEN));
        steps.push(Step::Piece(token.iter().collect()));
    }
    steps
}

/// Paints as often as the window does while a reply is written.
fn paint_for(window: &mut Window, span: Duration) -> Vec<f64> {
    let end = Instant::now() + span;
    let mut figures = Vec::new();
    while Instant::now() < end {
        let begun = Instant::now();
        figures.push(window.paint_after(INTERVAL));
        sleep(INTERVAL.saturating_sub(begun.elapsed()));
    }
    figures
}
