//! Several replies at once, with the real model: which comes first, and that each says what
//! it would say alone.

use charla::chat::{ChatId, Finish};
use charla::engine::protocol::{Event, Opening, Request, Task};
use charla::params::Sampling;

use crate::support::engine::{Engine, question, shared, task};
use crate::support::{LONG_STORY, QUESTION, options};

/// A reply that goes on for so long that others come meanwhile.
fn story(chat: u64) -> Task {
    Task {
        chat: Some(ChatId(chat)),
        sampling: Sampling {
            max_tokens: Some(60),
            ..Sampling::default()
        },
        ..task(LONG_STORY, 60)
    }
}

fn in_background(task: Task) -> Task {
    Task {
        background: true,
        ..task
    }
}

/// The next of these to end.
fn first_done(engine: &mut Engine, ids: &[u64]) -> u64 {
    loop {
        match engine.next() {
            Event::Done { id, .. } if ids.contains(&id) => return id,
            Event::Failed { id, fault } => panic!("{id:?} has failed: {fault:?}"),
            _ => {}
        }
    }
}

#[test]
fn a_reply_that_is_to_be_the_same_is_the_same_beside_others() {
    let asked = [
        task("Why is the sky blue?", 40),
        Task {
            sampling: Sampling {
                seed: Some(7),
                max_tokens: Some(40),
                ..Sampling::default()
            },
            ..task("Tell me about the sea.", 40)
        },
    ];
    let told = |task: &Task| Task {
        alternatives: Some(5),
        ..task.clone()
    };
    // Its cache holds nothing else: what is read in other portions has other last bits.
    let (mut engine, _) = Engine::loaded(options());
    let alone: Vec<_> = asked
        .iter()
        .map(|it| engine.carry_out(told(it)).unwrap())
        .collect();
    let stories: Vec<_> = (50..53).map(|it| engine.begin_task(story(it))).collect();
    let ids: Vec<_> = asked.iter().map(|it| engine.begin_task(told(it))).collect();
    let beside = engine.finish_all(&[ids, stories].concat());
    for (alone, beside) in alone.iter().zip(beside) {
        let beside = beside.unwrap();
        assert!(beside.text.len() > 40, "{beside:?}");
        assert_eq!(beside.text, alone.text);
        // To the last bit, with what else there was.
        assert_eq!(beside.choices, alone.choices);
    }
}

#[test]
fn what_is_asked_last_is_read_first_and_all_go_on() {
    shared(|engine| {
        let stories: Vec<_> = (60..63).map(|it| engine.begin_task(story(it))).collect();
        for &id in &stories {
            engine.first_event(id);
        }
        let asked = engine.begin_task(task(QUESTION, 12));
        assert_eq!(
            first_done(engine, &[stories.clone(), vec![asked]].concat()),
            asked
        );
        for reply in engine.finish_all(&stories) {
            let reply = reply.unwrap();
            assert!(reply.timings.generated_tokens > 20, "{reply:?}");
        }
    });
}

#[test]
fn what_is_in_the_background_gives_way_and_goes_on_afterwards() {
    shared(|engine| {
        let background = engine.begin_task(in_background(story(70)));
        engine.first_event(background);
        let asked = engine.begin_task(story(71));
        engine.first_event(asked);
        // From now on, nothing comes of what is in the background until this has ended.
        loop {
            match engine.next() {
                Event::Piece { id, .. } => assert_eq!(id, asked),
                Event::Done { id, finish, .. } => {
                    assert_eq!((id, finish), (asked, Finish::Length));
                    break;
                }
                _ => {}
            }
        }
        let reply = engine.finish(background).unwrap();
        assert_eq!(reply.timings.generated_tokens, 60);
    });
}

#[test]
fn a_count_does_not_wait_for_a_reply() {
    shared(|engine| {
        let asked = engine.begin_task(story(80));
        engine.first_event(asked);
        let id = engine.new_id();
        engine.send(&Request::Count {
            id,
            turns: question(QUESTION),
            opening: Opening::Reply,
            list: false,
        });
        loop {
            match engine.next() {
                Event::Counted { id: counted, .. } if counted == id => break,
                Event::Done { .. } => panic!("the reply has ended before"),
                _ => {}
            }
        }
        engine.finish(asked).unwrap();
    });
}
