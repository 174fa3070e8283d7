//! The client's order of things, with an engine that plays a script: no model is needed.

use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::time::Duration;

use charla::chat::{Finish, Role};
use charla::engine::fake::{Script, Step};
use charla::engine::protocol::{Task, Turn};
use charla::engine::{Error, Fault, Launch, Update};
use charla::params::LoadOptions;

use crate::talk::Talk;

fn script(replies: Vec<Vec<Step>>) -> Script {
    Script {
        replies,
        ..Script::default()
    }
}

fn say(text: &str) -> Step {
    Step::Piece(text.into())
}

/// A client that has been told to load, and whose engine plays `script`.
fn loading(script: Script) -> Talk {
    let talk = Talk::start(Launch::Fake(script));
    talk.client.load(
        PathBuf::from("/models/a.gguf"),
        LoadOptions::default(),
        None,
    );
    talk
}

fn ask(talk: &Talk) -> u64 {
    talk.client.generate(Task {
        turns: vec![Turn::new(Role::User, "Hi")],
        ..Task::default()
    })
}

fn name(update: &Update) -> &'static str {
    match update {
        Update::Ready { .. } => "ready",
        Update::Loading { .. } => "loading",
        Update::Loaded(_) => "loaded",
        Update::Kept(_) => "kept",
        Update::Unloaded { .. } => "unloaded",
        Update::LoadFailed { .. } => "load failed",
        Update::Prefill { .. } => "prefill",
        Update::LeftOut { .. } => "left out",
        Update::Notice { .. } => "notice",
        Update::Counted { .. } => "counted",
        Update::Piece { .. } => "piece",
        Update::WereThoughts { .. } => "were thoughts",
        Update::Done { .. } => "done",
        Update::Failed { .. } => "failed",
        Update::Ended(_) => "ended",
    }
}

/// Checks the names of the next updates.
#[track_caller]
fn check(talk: &mut Talk, expected: &[&str]) {
    let names: Vec<_> = expected.iter().map(|_| name(&talk.next())).collect();
    assert_eq!(names, expected);
}

#[test]
fn a_reply_waits_for_the_load() {
    let mut talk = loading(Script::saying("Good day"));
    let id = ask(&talk);
    check(&mut talk, &["loading", "ready", "loaded"]);
    assert_eq!(talk.end_of(id), ("Good day".into(), Ok(Finish::EndOfReply)));
}

#[test]
fn replies_come_beside_each_other() {
    let mut talk = loading(script(vec![
        vec![say("one"), Step::WaitForCancel],
        vec![say("two")],
        vec![say("three"), Step::WaitForCancel],
    ]));
    let [first, second, third] = [ask(&talk), ask(&talk), ask(&talk)];
    let end = (String::from("two"), Ok(Finish::EndOfReply));
    assert_eq!(talk.end_of(second), end);
    // Each is stopped alone, in whatever order.
    for id in [third, first] {
        talk.client.cancel(id);
        assert_eq!(talk.end_of(id).1, Ok(Finish::Cancelled));
    }
}

#[test]
fn what_waits_can_be_cancelled() {
    let mut talk = loading(script(vec![vec![Step::WaitForCancel]]));
    // The model is still being loaded, so they wait.
    let (first, second) = (ask(&talk), ask(&talk));
    for id in [second, first] {
        talk.client.cancel(id);
        assert_eq!(talk.end_of(id), (String::new(), Ok(Finish::Cancelled)));
    }
    // What has ended cannot be cancelled any more.
    talk.client.cancel(first);
    let third = ask(&talk);
    talk.client.cancel(third);
    assert_eq!(talk.end_of(third).1, Ok(Finish::Cancelled));
}

#[test]
fn without_a_model_there_is_no_reply() {
    let mut talk = Talk::start(Launch::Fake(Script::saying("Good day")));
    let id = ask(&talk);
    assert_eq!(talk.end_of(id), (String::new(), Err(Fault::NoModel.into())));
}

#[test]
fn a_load_that_fails_fails_what_waits_for_it() {
    let fault = Fault::LoadFailed {
        path: PathBuf::from("/models/a.gguf"),
        reason: Some("no".into()),
    };
    let mut talk = loading(Script {
        load_fault: Some(fault.clone()),
        ..Script::default()
    });
    let (first, second) = (ask(&talk), ask(&talk));
    check(&mut talk, &["loading", "ready", "load failed"]);
    for id in [first, second] {
        assert_eq!(talk.end_of(id), (String::new(), Err(fault.clone().into())));
    }
}

#[test]
fn an_engine_that_ends_in_a_reply_is_started_again() {
    let mut talk = loading(script(vec![vec![say("half a "), Step::Die]]));
    for _ in 0..3 {
        let id = ask(&talk);
        let (reply, end) = talk.end_of(id);
        assert_eq!(reply, "half a ");
        assert!(matches!(end, Err(Error::Exit { .. })), "{end:?}");
        check(&mut talk, &["loading", "ready", "loaded"]);
    }
}

#[test]
fn another_model_stops_the_reply() {
    let mut talk = loading(script(vec![vec![say("one"), Step::WaitForCancel]]));
    let id = ask(&talk);
    talk.pieces(id, 1);
    talk.client.load(
        PathBuf::from("/models/b.gguf"),
        LoadOptions::default(),
        None,
    );
    assert_eq!(talk.end_of(id).1, Ok(Finish::Cancelled));
    assert_eq!(talk.loaded().unwrap().path, PathBuf::from("/models/b.gguf"));
}

/// A client that has loaded `a.gguf` and is then told to load `b.gguf`, which fails so.
fn replacing(mut script: Script, fault: Fault) -> (Talk, Script) {
    script
        .refusals
        .lock()
        .unwrap()
        .push((PathBuf::from("/models/b.gguf"), fault));
    script.replies = vec![vec![say("still here")]];
    let mut talk = loading(script.clone());
    talk.loaded().unwrap();
    load_other(&talk);
    (talk, script)
}

fn load_other(talk: &Talk) {
    talk.client.load(
        PathBuf::from("/models/b.gguf"),
        LoadOptions::default(),
        None,
    );
}

#[track_caller]
fn check_still_answers(talk: &mut Talk, script: &Script) {
    let kept = talk.find(|update| match update {
        Update::LoadFailed { kept, .. } => Some(kept),
        _ => None,
    });
    assert_eq!(kept.unwrap().path, PathBuf::from("/models/a.gguf"));
    let id = ask(talk);
    check(talk, &["piece", "done"]);
    assert_eq!(script.begun.load(Ordering::Relaxed), 1, "{id}");
}

#[test]
fn a_model_that_answers_is_not_given_up_for_one_that_does_not_load() {
    let fault = Fault::LoadFailed {
        path: PathBuf::from("/models/b.gguf"),
        reason: Some("no".into()),
    };
    let (mut talk, script) = replacing(Script::default(), fault);
    check_still_answers(&mut talk, &script);
    assert_eq!(
        script.ended.load(Ordering::Relaxed),
        1,
        "the one that failed"
    );
    // The file may be whole the next time.
    load_other(&talk);
    assert_eq!(talk.loaded().unwrap().path, PathBuf::from("/models/b.gguf"));
    assert_eq!(script.ended.load(Ordering::Relaxed), 2, "the one before it");
}

#[test]
fn a_file_is_looked_at_before_anything_is_given_up_for_it() {
    let script = script(vec![vec![say("still here")]]);
    let junk = |path: &std::path::Path| match path.ends_with("b.gguf") {
        true => Err(Error::Garbled {
            reason: "junk".into(),
        }),
        false => Ok(()),
    };
    let mut talk = Talk::inspecting(Launch::Fake(script.clone()), std::sync::Arc::new(junk));
    let path = PathBuf::from("/models/a.gguf");
    talk.client.load(path, LoadOptions::default(), None);
    talk.loaded().unwrap();
    load_other(&talk);
    check_still_answers(&mut talk, &script);
    assert_eq!(script.ended.load(Ordering::Relaxed), 0);
}

fn short_of_memory(needed_bytes: u64) -> Fault {
    Fault::NotEnoughMemory {
        device: "CPU".into(),
        needed_bytes,
        free_bytes: 1_000_000_000,
        weight_bytes: needed_bytes,
        kv_bytes: 0,
        compute_bytes: 0,
        context_tokens: 512,
        fits: Vec::new(),
    }
}

#[test]
fn where_there_is_no_room_for_two_models_the_first_one_goes_first() {
    // The scripted model takes 245 MB.
    let (mut talk, script) = replacing(Script::default(), short_of_memory(1_200_000_000));
    assert_eq!(talk.loaded().unwrap().path, PathBuf::from("/models/b.gguf"));
    assert_eq!(
        script.ended.load(Ordering::Relaxed),
        2,
        "one that failed, one before"
    );
}

#[test]
fn what_would_not_fit_alone_takes_no_other_models_place() {
    let (mut talk, script) = replacing(Script::default(), short_of_memory(1_300_000_000));
    check_still_answers(&mut talk, &script);
}

#[test]
fn of_many_loads_the_last_one_counts() {
    let mut talk = loading(Script::saying("Good day"));
    for name in ["b", "c", "d"] {
        talk.client.load(
            PathBuf::from(format!("/models/{name}.gguf")),
            LoadOptions::default(),
            None,
        );
    }
    let id = ask(&talk);
    let mut last = None;
    let reply = talk.find(|update| match update {
        Update::Loaded(model) => {
            last = Some(model.path);
            None
        }
        Update::Done {
            id: done, finish, ..
        } if done == id => Some(finish),
        _ => None,
    });
    assert_eq!(reply, Finish::EndOfReply);
    assert_eq!(last, Some(PathBuf::from("/models/d.gguf")));
}

#[test]
fn a_load_that_is_cancelled_while_it_waits_leaves_no_trace() {
    let mut talk = loading(script(vec![
        vec![say("one"), Step::Wait(Duration::from_secs(1))],
        vec![say("two")],
    ]));
    let first = talk.loaded().unwrap();
    let id = ask(&talk);
    talk.pieces(id, 1);
    talk.client.load(
        PathBuf::from("/models/b.gguf"),
        LoadOptions {
            threads: Some(7),
            ..LoadOptions::default()
        },
        None,
    );
    let waiting = ask(&talk);
    talk.client.cancel_load();
    // What is loaded is told again, for whoever shows that something else is being loaded;
    // what waited is answered by it.
    let mut kept = None;
    let end = talk.find(|update| match update {
        Update::Kept(model) => {
            kept = Some(*model);
            None
        }
        Update::Loading { .. } | Update::Loaded(_) | Update::LoadFailed { .. } => {
            panic!("a trace of it: {update:?}")
        }
        Update::Done { id, finish, .. } if id == waiting => Some(finish),
        _ => None,
    });
    assert_eq!(end, Finish::EndOfReply);
    assert_eq!(kept, Some(first));
    // Nor does it come back with the engine.
    talk.client.unload_after(Some(Duration::from_millis(50)));
    check(&mut talk, &["unloaded"]);
    ask(&talk);
    assert_eq!(talk.loaded().unwrap().path, PathBuf::from("/models/a.gguf"));
}

#[test]
fn a_model_that_nobody_uses_is_unloaded_until_it_is_wanted() {
    let pause = Step::Wait(Duration::from_millis(300));
    let script = script(vec![vec![say("Good "), pause, say("day")]]);
    let ended = script.ended.clone();
    let mut talk = loading(script);
    talk.client.unload_after(Some(Duration::from_millis(100)));
    talk.loaded().unwrap();
    for turn in 1..=3 {
        // A reply that takes longer than that is work all the same.
        let id = ask(&talk);
        assert_eq!(talk.end_of(id), ("Good day".into(), Ok(Finish::EndOfReply)));
        let path = PathBuf::from("/models/a.gguf");
        assert_eq!(talk.next(), Update::Unloaded { path });
        assert_eq!(ended.load(Ordering::Relaxed), turn, "it was asked to end");
    }
    // Asleep, it says nothing; and it sleeps no more once it is told not to.
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(talk.client.try_next(), None);
    talk.client.unload_after(None);
    let id = ask(&talk);
    assert_eq!(talk.end_of(id).1, Ok(Finish::EndOfReply));
    std::thread::sleep(Duration::from_millis(400));
    assert_eq!(talk.client.try_next(), None);
}

#[test]
fn a_window_that_is_busy_loses_no_word() {
    let words: Vec<String> = (0..1000).map(|number| format!("{number} ")).collect();
    let steps = words.iter().map(|word| say(word)).collect();
    let mut talk = loading(script(vec![steps]));
    let id = ask(&talk);
    // Longer than the queue is.
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(talk.end_of(id), (words.concat(), Ok(Finish::EndOfReply)));
}

#[test]
fn a_client_can_be_dropped_at_any_time() {
    let endless: Vec<Step> = (0..100_000).map(|_| say("more ")).collect();
    let scripts = [
        script(vec![endless]),
        script(vec![vec![Step::WaitForCancel]]),
        script(vec![vec![Step::Die]]),
    ];
    for script in scripts {
        let talk = loading(script);
        ask(&talk);
        std::thread::sleep(Duration::from_millis(100));
        drop(talk);
    }
}

#[test]
fn a_probe_needs_no_model() {
    let mut talk = Talk::start(Launch::Fake(Script::saying("Good day")));
    talk.client.probe();
    check(&mut talk, &["ready"]);
}
