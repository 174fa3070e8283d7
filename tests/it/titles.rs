//! A title in the background, with the real model: it costs the chat nothing.

use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant};

use charla::chat::{Chat, ChatId, Finish, MessageId, Role, Timings};
use charla::engine::protocol::{Opening, Task};
use charla::engine::{Launch, Update};
use charla::params::Sampling;
use charla::session::Session;

use crate::support::{CHARLA, QUESTION, model, options};
use crate::talk::PATIENCE;

/// What a task says, and what that cost.
fn carry_out(session: &mut Session, task: Task) -> (String, Timings) {
    let request = session.generate(task);
    let begun = Instant::now();
    let mut said = String::new();
    loop {
        match session.try_next() {
            Some(Update::Piece { id, text, .. }) if id == request => said.push_str(&text),
            Some(Update::Done { id, timings, .. }) if id == request => return (said, timings),
            Some(Update::Failed { error, .. }) => panic!("{error:?}"),
            Some(_) => {}
            None => sleep(Duration::from_millis(5)),
        }
        assert!(begun.elapsed() < PATIENCE, "no reply: {said:?}");
    }
}

#[test]
fn a_title_goes_on_from_the_chat_and_leaves_it_warm() {
    let launch = Launch::Program(CHARLA.into());
    let mut session = Session::start(launch, Arc::new(|| {})).unwrap();
    session.load(model(), options());
    let sampling = Sampling {
        temperature: Some(0.0),
        max_tokens: Some(24),
        ..Sampling::default()
    };
    let mut chat = Chat::new(ChatId(1), 0);
    chat.push(MessageId(1), Role::User, QUESTION.into(), 0);
    let first = session.task(&chat, sampling.clone(), None, Opening::Reply);
    let (reply, first) = carry_out(&mut session, first);
    chat.push(MessageId(2), Role::Assistant, reply, 0).finish = Some(Finish::EndOfReply);

    let request = "Write a short title for our conversation so far.";
    let title = session.title_task(&chat, request, "Title: \"");
    let (title, cost) = carry_out(&mut session, title);
    assert!(
        !title.trim().is_empty() && !title.contains(['"', '\n']),
        "{title}"
    );
    assert!(
        cost.cached_tokens >= first.prompt_tokens,
        "what the chat has is not read again: {cost:?}"
    );

    chat.push(MessageId(3), Role::User, "And of Italy?".into(), 0);
    let next = session.task(&chat, sampling, None, Opening::Reply);
    let (_, next) = carry_out(&mut session, next);
    let known = first.prompt_tokens + first.generated_tokens;
    assert!(
        next.cached_tokens + 1 >= known,
        "{next:?} after {first:?}: the title took nothing away"
    );
}
