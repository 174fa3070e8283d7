//! Moving through a long chat: by the wheel, by the bar, and from a find to its message.

use std::time::Duration;

use charla::engine::fake::Script;
use egui::{Key, Modifiers, MouseWheelUnit, Pos2, pos2};

use crate::driver::{MIDDLE, Window};
use crate::figures::Frames;
use crate::report::Report;
use crate::{NEW_VIEW_MS, Outcome, USUAL_MS, data, window_with_long_chat};

/// Where the bar of the conversation begins and ends, roughly.
const BAR_TOP: f32 = 80.0;
const BAR_BOTTOM: f32 = 640.0;

pub(crate) fn scroll(report: &mut Report) -> Outcome<()> {
    let mut table = Frames::new();
    let mut window = window_with_long_chat(Script::default())?;
    window.point(MIDDLE);
    window.paint();
    let before = window.conversation();
    let mut move_by = |what: &str, each: usize, unit, y: f32| {
        let mut frames = Vec::new();
        for at in 0..900 {
            if at % each == 0 {
                window.wheel(unit, y);
            }
            frames.push(window.paint());
        }
        table.check_p99(report, what, &frames, USUAL_MS);
    };
    move_by("up, fingers on a pad", 1, MouseWheelUnit::Point, 14.0);
    move_by("up, a notch now and then", 8, MouseWheelUnit::Line, 1.0);
    move_by("up, fast", 1, MouseWheelUnit::Line, 3.0);
    move_by("up, a page at a time", 12, MouseWheelUnit::Page, 1.0);
    move_by("down, a notch now and then", 8, MouseWheelUnit::Line, -1.0);
    move_by("down, fast", 1, MouseWheelUnit::Line, -3.0);
    if window.conversation() == before {
        return Err("the wheel did not move it".into());
    }
    let bar = bar(&mut window)?;
    let mut random = fastrand::Rng::with_seed(3);
    let mut jumps = Vec::new();
    for _ in 0..300 {
        let y = BAR_TOP + random.f32() * (BAR_BOTTOM - BAR_TOP);
        window.point(pos2(bar, y));
        jumps.push(window.paint());
    }
    table.check_most(
        report,
        "the bar dragged to a random place",
        &jumps,
        NEW_VIEW_MS,
    );
    let mut drag = Vec::new();
    for step in 0_u16..600 {
        window.point(pos2(bar, BAR_TOP + f32::from(step)));
        drag.push(window.paint());
    }
    table.check_most(
        report,
        "the bar dragged from top to end",
        &drag,
        NEW_VIEW_MS,
    );
    table.print();
    Ok(())
}

/// Finds the scroll bar of the conversation and takes hold of it.
fn bar(window: &mut Window) -> Outcome<f32> {
    window.settle()?;
    for x in (900_u16..1000).rev() {
        let x = f32::from(x);
        let at = |y: f32| pos2(x, y);
        let before = window.conversation();
        window.point(at(300.0));
        window.paint();
        window.paint();
        window.button(at(300.0), true);
        window.paint();
        window.point(at(420.0));
        window.paint();
        window.paint();
        if far_apart(&before, &window.conversation()) {
            return Ok(x);
        }
        window.button(at(420.0), false);
        window.paint();
    }
    Err("there is no bar to drag".into())
}

/// Whether nothing that is read in one view is where it was in the other.
fn far_apart(before: &str, after: &str) -> bool {
    // Names of buttons, and the way to the end that lies over the messages, are short.
    let is_text = |line: &&str| line.chars().count() > 30;
    let stays = |line: &str| after.lines().any(|it| it == line);
    after.lines().any(|it| is_text(&it)) && !before.lines().filter(is_text).any(stays)
}

/// From a find to the message that has it.
pub(crate) fn jump(report: &mut Report) -> Outcome<()> {
    let mut window = window_with_long_chat(Script::default())?;
    let (mut jumps, mut settling) = (Vec::new(), Vec::new());
    for number in [15, 3, 18, 1, 9, 12, 6] {
        let word = data::mark(number * data::MARKED);
        // The field takes the keyboard with the frame after the next.
        window.key(Key::F, Modifiers::COMMAND | Modifiers::SHIFT);
        for _ in 0..3 {
            window.paint();
        }
        window.key(Key::A, Modifiers::COMMAND);
        window.paint();
        window.text(&word);
        window.frames_until(|it| it.find_on_the_left(&word).is_some())?;
        window.settle()?;
        let hit = window.find_on_the_left(&word);
        window.click(hit.ok_or("the find has gone")?);
        jumps.extend(window.frames_until(|it| it.shows_in_conversation(&word))?);
        // With the first the heights around it become known, and the next moves them there.
        jumps.push(window.paint());
        settling.extend(window.live(Duration::from_secs(2)));
        if !window.shows_in_conversation(&word) {
            return Err("what was jumped to did not stay in view".into());
        }
    }
    let mut table = Frames::new();
    table.check_most(report, "to the message of a find", &jumps, NEW_VIEW_MS);
    table.check_p99(report, "while its mark fades", &settling, USUAL_MS);
    table.print();
    Ok(())
}

/// One frame of a reader who goes up and down, fast and slowly.
pub(crate) fn turn(window: &mut Window, number: usize) -> f64 {
    if number == 0 {
        window.point(MIDDLE);
    }
    let (unit, y) = match number / 50 % 4 {
        0 => (MouseWheelUnit::Line, 2.0),
        1 => (MouseWheelUnit::Page, 2.0),
        2 => (MouseWheelUnit::Line, -2.0),
        _ => (MouseWheelUnit::Page, -1.0),
    };
    window.wheel(unit, y);
    window.paint()
}

/// Goes all over the chat.
pub(crate) fn wander(window: &mut Window, frames: usize) {
    let at: Pos2 = MIDDLE;
    window.point(at);
    for number in 0..frames {
        turn(window, number);
    }
}
