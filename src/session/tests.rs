//! What of a chat the model is told.

use super::*;
use crate::chat::{ChatId, MessageId};

/// A chat of these messages: who says what, and how it ended.
fn chat(messages: &[(Role, &str, &str, Option<Finish>)]) -> Chat {
    let mut chat = Chat::new(ChatId(1), 0);
    for (id, (role, text, reasoning, finish)) in (1..).zip(messages) {
        let message = chat.push(MessageId(id), *role, (*text).into(), 0);
        message.reasoning = (*reasoning).into();
        message.finish = *finish;
    }
    chat
}

#[test]
fn a_question_that_could_not_be_answered_is_not_asked_again() {
    let (user, assistant) = (Role::User, Role::Assistant);
    let ends = [
        (Finish::Interrupted, &["one", "1", "three"][..]),
        (Finish::Cancelled, &["one", "1", "two", "three"]),
        (Finish::Length, &["one", "1", "two", "three"]),
        (Finish::EndOfReply, &["one", "1", "two", "three"]),
    ];
    for (end, wanted) in ends {
        let chat = chat(&[
            (user, "one", "", None),
            (assistant, "1", "", Some(Finish::EndOfReply)),
            (user, "two", "", None),
            (assistant, "", "", Some(end)),
            (user, "three", "", None),
        ]);
        let turns = turns(chat.path(), None, None);
        let said: Vec<_> = turns.iter().map(|it| it.content.as_str()).collect();
        assert_eq!(said, wanted, "{end:?}");
    }
}

#[test]
fn a_reply_that_ended_among_its_thoughts_leaves_its_question() {
    for end in [Finish::Cancelled, Finish::Length, Finish::Interrupted] {
        let chat = chat(&[
            (Role::User, "one", "", None),
            (Role::Assistant, "", "hm", Some(end)),
            (Role::User, "two", "", None),
        ]);
        let said = |turns: Vec<Turn>| turns.into_iter().map(|it| it.content).collect();
        let all: Vec<String> = said(turns(chat.path(), None, None));
        assert_eq!(all, ["one", "two"], "{end:?}");
        // And its thoughts are what it goes on from.
        let begun = turns(chat.path().take(2), None, Some(MessageId(2)));
        assert_eq!(begun.len(), 2);
        assert_eq!(begun[1].reasoning.as_deref(), Some("hm"));
    }
}

#[test]
fn a_chat_that_no_frame_can_hold_is_cut_where_the_oldest_may_go() {
    let long = "x".repeat(9 << 20);
    let chat = chat(&[
        (Role::User, &long, "", None),
        (Role::Assistant, "1", "", Some(Finish::EndOfReply)),
        (Role::User, &long, "", None),
        (Role::Assistant, "2", "", Some(Finish::EndOfReply)),
        (Role::User, "three", "", None),
    ]);
    let launch = Launch::Fake(crate::engine::fake::Script::default());
    let mut session = Session::start(launch, Arc::new(|| {})).unwrap();
    for (overflow, turns, omitted) in [
        (Overflow::Stop, 5, 0),
        (Overflow::DropOldest, 3, 2),
        (Overflow::KeepEnds, 3, 2),
    ] {
        session.overflow = overflow;
        let task = session.task(&chat, Sampling::default(), None, Opening::Reply);
        assert_eq!((task.turns.len(), task.omitted.turns), (turns, omitted));
        let sent = crate::engine::transport::encode(&task);
        assert_eq!(sent.is_ok(), overflow != Overflow::Stop);
    }
}

#[test]
fn a_model_that_is_coming_may_read_more_than_the_one_before_it() {
    let launch = Launch::Fake(crate::engine::fake::Script::default());
    let mut session = Session::start(launch, Arc::new(|| {})).unwrap();
    for load in [Session::load, Session::load_anyway] {
        session.context_tokens = Some(2048);
        load(&mut session, "other.gguf".into(), LoadOptions::default());
        assert_eq!(session.context_tokens, None);
    }
}

#[test]
fn of_a_chat_that_is_far_too_long_the_end_is_counted() {
    let mut chat = Chat::new(ChatId(1), 0);
    for id in 1..=10 {
        chat.push(MessageId(id), Role::User, "x".repeat(100), 0);
    }
    let within = |room_bytes| latest_within(chat.path(), room_bytes);
    assert_eq!(within(0), 1, "what is too long itself says so");
    assert_eq!(within(250), 3);
    assert_eq!(within(899), 9);
    assert_eq!(within(5_000), 10);
}
