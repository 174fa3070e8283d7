//! Replies of which only a mark that closes thoughts tells that they began with some. They
//! are given out as they come, and so nothing of them is lost.

use std::process::{self, Stdio};

use charla::chat::{Finish, Role};
use charla::engine::Update;
use charla::engine::protocol::{Event, Opening, Task};
use charla::params::Sampling;
use charla::store::Store;
use serde_json::Value;

use super::{CUTS, reply, saying, with_template};
use crate::support::engine::{greedy, question, turn};
use crate::support::kept::Kept;
use crate::support::{CHARLA, Home, LONG_STORY, Outcome, PATIENCE, QUESTION, run};

const THOUGHT: &str = "It is Paris, I think, and no other.";
const CLOSED: &str = "It is Paris, I think, and no other.\n</think>\n\nParis.";

#[test]
fn they_come_before_the_mark_and_are_thoughts_from_then_on() {
    let home = Home::new();
    let mut engine = with_template(&home, CUTS);
    let id = engine.begin_task(Task {
        turns: question(QUESTION),
        sampling: saying(CLOSED),
        alternatives: Some(2),
        ..Task::default()
    });
    let (mut before, mut after, mut pieces) = (String::new(), String::new(), 0);
    let mut is_closed = false;
    let mut chosen = String::new();
    let timings = loop {
        match engine.next() {
            Event::Piece {
                text,
                is_reasoning,
                is_untold,
                choices,
                ..
            } => {
                assert!(!is_reasoning);
                assert!(text.is_empty() || is_untold != is_closed, "{text:?}");
                chosen.extend(choices.iter().map(|it| it.text.as_str()));
                match is_closed {
                    true => after += &text,
                    false => {
                        before += &text;
                        pieces += u32::from(!text.is_empty());
                    }
                }
            }
            Event::WereThoughts { id: of } => {
                assert!(!is_closed && of == id);
                is_closed = true;
            }
            Event::Done { timings, .. } => break timings,
            _ => {}
        }
    };
    assert!(is_closed && pieces > 5, "{pieces}: {before:?}");
    assert_eq!((before.trim(), after.as_str()), (THOUGHT, "Paris."));
    assert_eq!(chosen, CLOSED, "each token is told once");
    assert!(timings.reasoning_ms > 0.0);

    // A reply that was cut before the mark goes on to it.
    let mut cut = question(QUESTION);
    cut.push(turn(Role::Assistant, "It is Paris"));
    let rest = reply(
        &mut engine,
        cut.clone(),
        Opening::Continue,
        ", yes.\n</think>\n\nParis.",
    );
    let got = (rest.reasoning.as_str(), rest.text.as_str());
    assert_eq!(got, (", yes.", "Paris."));
    let plain = reply(&mut engine, cut, Opening::Continue, ", yes.");
    let got = (plain.reasoning.as_str(), plain.text.as_str());
    assert_eq!(got, ("", ", yes."));
}

#[test]
fn a_stop_string_and_a_form_hold_for_what_turns_out_to_be_the_reply() {
    let home = Home::new();
    let mut engine = with_template(&home, CUTS);
    let open = "It is Paris, I think.";
    let closed = "It is Paris.\n</think>\n\nParis it is.";
    let cases = [
        (closed, "Paris", "It is Paris.", "", Finish::StopString),
        (closed, "it", "It is Paris.", "Paris ", Finish::StopString),
        (
            closed,
            "x",
            "It is Paris.",
            "Paris it is.",
            Finish::EndOfReply,
        ),
        (open, "Paris", "", "It is ", Finish::StopString),
        (open, "x", "", open, Finish::EndOfReply),
        (open, "think.!", "", open, Finish::EndOfReply),
        // What is longer than the reply may be.
        (open, "It", "", "", Finish::StopString),
    ];
    for (words, stop, reasoning, text, finish) in cases {
        let task = Task {
            turns: question(QUESTION),
            sampling: Sampling {
                stop: vec![stop.into()],
                ..saying(words)
            },
            ..Task::default()
        };
        let reply = engine.carry_out(task).unwrap();
        let got = (reply.reasoning.as_str(), reply.text.as_str(), reply.finish);
        assert_eq!(got, (reasoning, text, finish), "{words:?} {stop:?}");
    }
    let form = Sampling {
        grammar: Some("root ::= \"yes\" | \"no\"".into()),
        ..greedy(40)
    };
    let reply = engine.reply(&question(QUESTION), form).unwrap();
    assert!(["yes", "no"].contains(&reply.text.as_str()), "{reply:?}");
    assert_eq!(reply.reasoning, "");
}

/// A session with a model whose template only cuts thoughts out.
fn kept() -> Kept {
    Kept::start(|home| home.model_with_template(CUTS))
}

#[test]
fn they_are_on_the_disk_before_the_mark_and_thoughts_there_after_it() {
    let mut kept = kept();
    let (_, place) = kept.ask(QUESTION, saying(CLOSED));
    let mut said = String::new();
    loop {
        match kept.next() {
            Update::Piece { text, .. } => said += &text,
            Update::WereThoughts { .. } => {
                // Whatever has come since, the thoughts are there.
                assert_eq!(said.trim(), THOUGHT);
                assert_eq!(kept.stored(place).reasoning, THOUGHT);
            }
            Update::Done { finish, .. } => break assert_eq!(finish, Finish::EndOfReply),
            Update::Failed { error, .. } => panic!("{error:?}"),
            _ => {}
        }
    }
    let stored = kept.stored(place);
    let got = (stored.text.as_str(), stored.reasoning.as_str());
    assert_eq!(got, ("Paris.", THOUGHT));
}

#[cfg(target_os = "linux")]
#[test]
fn an_engine_that_is_killed_before_the_mark_takes_nothing_along() {
    let mut kept = kept();
    let (_, place) = kept.ask(LONG_STORY, greedy(2000));
    let (mut said, mut pieces) = (String::new(), 0);
    loop {
        match kept.next() {
            Update::Piece {
                text, is_untold, ..
            } => {
                assert!(is_untold);
                said += &text;
                pieces += 1;
                if pieces == 5 {
                    let stored = kept.stored(place);
                    assert!(stored.text.starts_with(&said), "{said:?} {stored:?}");
                    kept.kill_engine();
                }
            }
            Update::Failed { .. } => break,
            Update::Done { .. } => panic!("it was to be killed"),
            _ => {}
        }
    }
    let (_home, store) = kept.end();
    let chat = store.chat(place.0).unwrap();
    let stored = chat.message(place.1).unwrap();
    assert_eq!(stored.text, said);
    assert_eq!(stored.finish, Some(Finish::Interrupted));
}

/// Runs `charla ask` with a copy of the model whose template only cuts thoughts out.
fn asking(home: &Home, arguments: &[&str]) -> process::Command {
    let model = home.model_with_template(CUTS);
    let mut command = home.charla(&["ask", "--threads", "1", "--temperature", "0", "-m"]);
    command.arg(model).args(arguments);
    command
}

#[test]
fn a_shell_gets_the_reply_alone() {
    let home = Home::new();
    let ask = |words: &str, more: &[&str]| -> Outcome {
        let grammar = format!("root ::= \"{}\"", words.replace('\n', "\\n"));
        let grammar = home.file("words.gbnf", grammar.as_bytes());
        let grammar = ["--grammar", grammar.to_str().unwrap()];
        let outcome = run(asking(&home, &[&grammar, more, &[QUESTION]].concat()), b"");
        assert_eq!(outcome.code, Some(0), "{outcome:?}");
        outcome
    };
    let plain = ask(CLOSED, &[]);
    let got = (plain.stdout.as_str(), plain.stderr.as_str());
    assert_eq!(got, ("Paris.\n", ""));
    let shown = ask(CLOSED, &["--show-thinking"]);
    assert_eq!(shown.stdout, "Paris.\n");
    assert_eq!(shown.stderr, format!("{THOUGHT}\n\n"));
    for (words, text, reasoning) in [
        (CLOSED, "Paris.", Some(THOUGHT)),
        ("Paris.", "Paris.", None),
    ] {
        let json = ask(words, &["--json"]).stdout;
        let json: Value = serde_json::from_str(&json).unwrap();
        assert_eq!(json["text"], text, "{json}");
        assert_eq!(json["reasoning"].as_str(), reasoning, "{json}");
    }
    assert_eq!(ask("Paris.\n", &[]).stdout, "Paris.\n");
}

/// What `charla ask` has printed where it meets its end in the middle of a reply.
#[cfg(target_os = "linux")]
fn printed_after(end: impl FnOnce(i32)) -> (Option<i32>, String) {
    use std::io::Read as _;

    use crate::support::{Running, until};
    let home = Home::new();
    let mut command = asking(&home, &["-n", "2000", "--chat", "new", LONG_STORY]);
    let mut charla = Running::start_alone(command.stderr(Stdio::null()));
    let folder = charla::paths::Paths::below(home.path()).chats();
    let has_words = || {
        let store = Store::open(&folder).ok()?;
        let chat = store.chat(*store.all_chats().ok()?.first()?).ok()?;
        let last = chat.path().next_back()?;
        Some(last.role == Role::Assistant && last.text.len() > 20)
    };
    until("there are words", PATIENCE, || has_words() == Some(true));
    end(i32::try_from(charla.0.id()).unwrap());
    let mut printed = String::new();
    let mut pipe = charla.0.stdout.take().unwrap();
    pipe.read_to_string(&mut printed).unwrap();
    (charla.wait().code(), printed)
}

#[cfg(target_os = "linux")]
#[test]
fn a_shell_gets_what_was_said_when_it_breaks_off() {
    use std::path::Path;

    use rustix::process::Signal;

    use crate::support::processes::{engine_of, send};
    let (code, printed) = printed_after(|charla| send(charla, Signal::INT));
    assert_eq!(code, Some(130));
    assert!(printed.len() > 20 && printed.ends_with('\n'), "{printed:?}");
    let (code, printed) = printed_after(|charla| {
        let engine = engine_of(u32::try_from(charla).unwrap(), Path::new(CHARLA));
        send(engine.unwrap(), Signal::KILL);
    });
    assert_eq!(code, Some(1));
    assert!(printed.len() > 20, "{printed:?}");
}
