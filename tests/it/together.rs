//! Several replies at once, with the real model: which comes first, and that each says what
//! it would say alone.

use std::collections::HashMap;

use charla::chat::{Chat, ChatId, Finish, MessageId, Role};
use charla::engine::Update;
use charla::engine::protocol::{Event, Opening, Request, RequestId, Task};
use charla::params::Sampling;

use crate::support::engine::{Engine, greedy, long_prompt, question, shared, task};
use crate::support::kept::Kept;
use crate::support::{LONG_STORY, QUESTION, model, options};

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
fn a_message_does_not_wait_for_a_long_text_to_be_read() {
    shared(|engine| {
        let long = engine.begin(&question(&long_prompt(3000)), greedy(8));
        engine.first_event(long);
        let asked = engine.begin_task(task(QUESTION, 4));
        let (mut read, mut whole) = (0, u32::MAX);
        loop {
            match engine.next() {
                Event::Prefill {
                    id,
                    done_tokens,
                    total_tokens,
                } if id == long => (read, whole) = (done_tokens, total_tokens),
                Event::Done { id, .. } => break assert_eq!(id, asked),
                Event::Piece { id, .. } => assert_eq!(id, asked, "the text was read first"),
                _ => {}
            }
        }
        // The last token of a text is read on its own.
        assert!(read + 1 < whole, "{read} of {whole}");
        engine.send(&Request::Cancel { id: long });
        engine.finish(long).unwrap();
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

/// What became of one request.
#[derive(Default)]
struct Told {
    said: String,
    /// [`Finish::Interrupted`] where it has failed.
    end: Option<Finish>,
}

#[cfg(target_os = "linux")]
#[test]
fn every_word_is_where_it_belongs_whatever_else_is_written_and_ends() {
    let mut kept = Kept::start(|_| model());
    let mut first = Chat::new(ChatId(1), 0);
    first.push(MessageId(1), Role::User, QUESTION.into(), 0);
    let answer = first.push(MessageId(2), Role::Assistant, "It is Paris.".into(), 0);
    answer.finish = Some(Finish::EndOfReply);
    let titles = ["Write a short title", "Name this chat"].map(|request| {
        let task = kept.session.title_task(&first, request, "Title: \"");
        kept.session.generate(task)
    });
    let asked: Vec<_> = ["a river", "a dragon", "the moon"]
        .map(|about| {
            kept.ask(
                &format!("Write a very long story about {about}."),
                endless(),
            )
        })
        .into();
    let count = kept.session.count_plain("one two three");

    let mut stories: HashMap<RequestId, Told> = HashMap::new();
    let requests = asked.iter().map(|(id, _)| *id).chain(titles);
    let requests: Vec<_> = requests.collect();
    let (mut counted, mut is_cancelled, mut is_killed) = (false, false, false);
    while requests
        .iter()
        .any(|id| stories.get(id).is_none_or(|it| it.end.is_none()))
    {
        match kept.next() {
            Update::Piece { id, text, .. } => stories.entry(id).or_default().said += &text,
            Update::Counted { id, .. } => counted |= id == count,
            Update::Done { id, finish, .. } => {
                stories.entry(id).or_default().end = Some(finish);
            }
            Update::Failed { id, .. } => {
                stories.entry(id).or_default().end = Some(Finish::Interrupted);
            }
            _ => {}
        }
        let words = |id: &RequestId| stories.get(id).map_or(0, |it| it.said.len());
        let all_write = asked.iter().all(|(id, _)| words(id) > 40);
        if all_write && !is_cancelled {
            kept.session.cancel(asked[0].0);
            is_cancelled = true;
        }
        let is_stopped = stories.get(&asked[0].0).is_some_and(|it| it.end.is_some());
        if is_stopped && counted && !is_killed && words(&asked[1].0) > 120 {
            kept.kill_engine();
            is_killed = true;
        }
    }
    assert!(is_killed);
    // The titles waited for all of them; the end of the engine was theirs too.
    for title in titles {
        let told = &stories[&title];
        assert_eq!(told.end, Some(Finish::Interrupted), "{}", told.said);
    }
    let (_home, store) = kept.end();
    for (at, (id, (chat, message))) in asked.into_iter().enumerate() {
        let chat = store.chat(chat).unwrap();
        let stored = chat.message(message).unwrap();
        let told = &stories[&id];
        assert_eq!(stored.text, told.said, "of {at}");
        let finish = match at {
            0 => Finish::Cancelled,
            _ => Finish::Interrupted,
        };
        assert_eq!((told.end, stored.finish), (Some(finish), Some(finish)));
    }
}

fn endless() -> Sampling {
    Sampling {
        max_tokens: Some(2000),
        ..Sampling::default()
    }
}
