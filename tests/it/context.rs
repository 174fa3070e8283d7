//! The context: how long a conversation is, and what is left out of one that is too long.

use charla::chat::{ChatId, Role};
use charla::engine::Fault;
use charla::engine::protocol::{Event, Omitted, Opening, Request, Task, Turn};
use charla::params::{LoadOptions, Overflow};

use crate::support::engine::{Engine, greedy, long_prompt, question, shared, turn};
use crate::support::tiny::Tiny;
use crate::support::{QUESTION, options};

/// An engine with a tiny model and a context of 512 tokens.
fn tiny() -> Engine {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tiny.gguf");
    let tiny = Tiny {
        control: &["<|im_start|>", "<|im_end|>"],
        ..Tiny::default()
    };
    tiny.write(&path);
    let mut engine = Engine::start();
    let options = LoadOptions {
        context_tokens: Some(512),
        ..options()
    };
    engine.load(&path, options).1.unwrap();
    engine
}

/// Instructions, then questions and answers of about fifty tokens each, the last one a
/// question.
fn conversation(exchanges: usize) -> Vec<Turn> {
    let mut turns = vec![turn(Role::System, "tell the story")];
    for number in 0..exchanges {
        turns.push(turn(
            Role::User,
            &format!("{number}{}", " dragon".repeat(46)),
        ));
        turns.push(turn(
            Role::Assistant,
            &format!("{number}{}", " moon".repeat(46)),
        ));
    }
    turns.push(turn(Role::User, "tell of fire"));
    turns
}

#[test]
fn the_engine_counts_what_a_prompt_takes() {
    shared(|engine| {
        let turns = question(QUESTION);
        let (tokens, by_turn) = engine.count(&turns, Opening::Reply);
        let reply = engine.reply(&turns, greedy(2)).unwrap();
        assert_eq!(tokens.len(), reply.timings.prompt_tokens as usize);
        assert_eq!(by_turn.len(), 2);
        let words: u32 = by_turn.iter().sum();
        assert!(tokens.len() > words as usize && words > 8, "{by_turn:?}");
        let (longer, _) = engine.count(&question(&long_prompt(2000)), Opening::Reply);
        assert!(longer.len() > 2000);
    });
}

/// Checks what is left out of a conversation of `exchanges` exchanges, and that the prompt
/// is that of the turns that stay.
#[track_caller]
fn check(engine: &mut Engine, exchanges: usize, overflow: Overflow, left_out: &[u32]) {
    let turns = conversation(exchanges);
    let task = Task {
        turns: turns.clone(),
        sampling: greedy(16),
        overflow,
        ..Task::default()
    };
    let reply = engine.carry_out(task).unwrap();
    assert_eq!(reply.left_out, left_out, "{exchanges} {overflow:?}");
    let kept: Vec<Turn> = (0_u32..)
        .zip(turns)
        .filter(|(at, _)| !left_out.contains(at))
        .map(|(_, turn)| turn)
        .collect();
    let (tokens, _) = engine.count(&kept, Opening::Reply);
    assert_eq!(reply.timings.prompt_tokens as usize, tokens.len());
}

#[test]
fn what_does_not_fit_is_left_out_as_the_user_wants_it() {
    let mut engine = tiny();
    for overflow in [Overflow::Stop, Overflow::DropOldest, Overflow::KeepEnds] {
        check(&mut engine, 2, overflow, &[]);
    }
    // Room is made for the next exchanges, too.
    check(&mut engine, 5, Overflow::DropOldest, &[1, 2, 3, 4, 5, 6]);
    check(&mut engine, 5, Overflow::KeepEnds, &[3, 4, 5, 6]);
    check(&mut engine, 7, Overflow::DropOldest, &[1, 2, 3, 4, 5, 6]);

    let too_long = |engine: &mut Engine, turns, overflow| {
        let task = Task {
            turns,
            sampling: greedy(16),
            overflow,
            ..Task::default()
        };
        match engine.carry_out(task).unwrap_err() {
            Fault::PromptTooLong {
                prompt_tokens,
                context_tokens: 512,
                ..
            } => assert!(prompt_tokens > 512),
            other => panic!("{other:?}"),
        }
    };
    too_long(&mut engine, conversation(5), Overflow::Stop);
    // One message is never cut.
    for overflow in [Overflow::DropOldest, Overflow::KeepEnds] {
        let mut turns = conversation(2);
        turns.push(turn(Role::Assistant, "moon"));
        turns.push(turn(Role::User, &"dragon ".repeat(600)));
        too_long(&mut engine, turns, overflow);
    }
    check(&mut engine, 1, Overflow::Stop, &[]);
}

#[test]
fn most_turns_of_a_chat_that_does_not_fit_read_only_what_is_new() {
    let mut engine = tiny();
    for (id, overflow) in [(1, Overflow::DropOldest), (2, Overflow::KeepEnds)] {
        let mut turns = vec![turn(Role::System, "tell the story")];
        let (mut beyond, mut anew) = (0, 0);
        let (mut evaluated, mut all) = (0, 0);
        for number in 0..24 {
            let words = |word: &str, count| format!("{number}{}", format!(" {word}").repeat(count));
            turns.push(turn(Role::User, &words("dragon", 40)));
            let task = Task {
                chat: Some(ChatId(id)),
                turns: turns.clone(),
                sampling: greedy(4),
                overflow,
                ..Task::default()
            };
            let reply = engine.carry_out(task).unwrap();
            turns.push(turn(Role::Assistant, &words("moon", 40)));
            if reply.left_out.is_empty() {
                continue;
            }
            // The reply and the question, with what is around them, are new each time.
            let read = reply.timings.prompt_tokens - reply.timings.cached_tokens;
            beyond += 1;
            anew += u32::from(read > 130);
            evaluated += read;
            all += reply.timings.prompt_tokens;
        }
        assert!(beyond >= 15, "{beyond} of 24 do not fit");
        assert!(2 * anew < beyond, "{anew} of {beyond} were read anew");
        assert!(2 * evaluated < all, "{evaluated} of {all} tokens");
    }
}

#[test]
fn what_was_never_sent_is_among_what_was_left_out() {
    let mut engine = tiny();
    let id = engine.new_id();
    engine.send(&Request::Generate {
        id,
        task: Task {
            turns: vec![turn(Role::User, "tell of fire")],
            sampling: greedy(4),
            overflow: Overflow::DropOldest,
            omitted: Omitted {
                turns: 2,
                bytes: 1200,
            },
            ..Task::default()
        },
    });
    match engine.next() {
        Event::LeftOut {
            turns,
            omitted_turns: 2,
            tokens,
            ..
        } => assert!(turns.is_empty() && tokens > 100, "{tokens}"),
        other => panic!("{other:?}"),
    }
    engine.finish(id).unwrap();
}
