//! What can be done with a message.

use super::*;
use crate::app::command::With;
use crate::app::state::Weight;
use crate::chat::Finish;
use crate::engine::{Fault, Update};
use crate::params::Sampling;
use crate::store::Target;

#[test]
fn a_branch_is_a_chat_of_its_own_at_once_and_on_disk() {
    let mut desk = Desk::new(saying(&["One.", "Two.", "Three."]));
    desk.say("first");
    let until = desk.last().id;
    desk.say("second");
    let source = desk.current().id;
    desk.act(Command::BranchToNewChat(source, until));
    let branch = desk.current().clone();
    assert_ne!(branch.id, source);
    assert_eq!(texts(&branch), ["first", "One."]);
    assert_eq!(branch.title.as_deref(), Some("Branch: first"));
    assert!(branch.path().all(|it| it.id > until));
    assert_eq!(
        branch.path().last().unwrap().finish,
        Some(Finish::EndOfReply)
    );
    let listed = &desk.state.shelves.page.as_ref().unwrap().chats;
    assert_eq!(listed[0].id, branch.id, "it stands first in the list");

    desk.say("third");
    let stored = desk.stored_chat(branch.id);
    assert_eq!(texts(&stored), ["first", "One.", "third", "Three."]);
    let timings = |chat: &Chat| chat.path().nth(1).unwrap().timings;
    assert_eq!(timings(&stored), timings(&branch));
    assert_eq!(
        texts(&desk.stored_chat(source)).len(),
        4,
        "the first stays as it was"
    );
}

#[test]
fn what_was_left_out_is_told_of_the_reply_it_is_true_of() {
    let steps = vec![Step::Piece("One.".into()), Step::WaitForCancel];
    let mut desk = Desk::new(Script {
        replies: vec![steps],
        ..Script::default()
    });
    desk.act(Command::Send("first".to_owned()));
    let reply = desk.state.current_reply().unwrap();
    let (id, of) = (reply.request, (reply.chat, reply.message));
    for tokens in [309, 482] {
        let left_out = Update::LeftOut {
            id,
            turns: vec![0, 1],
            omitted_turns: 0,
            tokens,
        };
        receive(&mut desk.state, &mut desk.services, left_out);
    }
    assert_eq!(desk.state.left_out.len(), 1);
    assert_eq!(desk.state.left_out[&of].count_of("tokens"), Some(482));
    assert!(desk.state.notices.is_empty(), "it is no news of the chat");
}

#[test]
fn a_question_deleted_before_it_is_on_disk_is_answered_for_nobody() {
    let mut desk = Desk::new(Script {
        // The first reply would hold the engine for ever.
        replies: vec![
            vec![Step::Piece("One.".into()), Step::WaitForCancel],
            vec![Step::Piece("Two.".into())],
        ],
        ..Script::default()
    });
    let (release, held) = std::sync::mpsc::channel::<()>();
    desk.services.keeper.run(move |_| {
        let _ = held.recv_timeout(PATIENCE);
    });
    desk.act(Command::Send("first".to_owned()));
    let chat = desk.current();
    let target = Target::Branch(chat.id, chat.path().next().unwrap().id);
    desk.act(Command::Delete(target));
    assert!(desk.state.replies.is_empty());
    release.send(()).unwrap();
    desk.settle();
    desk.say("second");
    assert_eq!(texts(desk.current()), ["second", "Two."]);
}

#[test]
fn a_file_that_was_asked_for_in_a_new_chat_goes_to_that_chat() {
    let mut desk = Desk::new(saying(&["One."]));
    let notes = desk.home.path().join("notas.txt");
    std::fs::write(&notes, "uno").unwrap();
    // The dialog is open while the first message goes.
    let to = desk.state.addressee();
    desk.state.attaching.push(None);
    desk.say("first");
    let chat = desk.current().id;
    assert_eq!(desk.state.attaching, [Some(chat)], "its next message waits");
    desk.state.attaching.clear();
    desk.act(Command::Do(crate::app::command::Action::NewChat));
    let outcome = Outcome::Attach(to, vec![notes]);
    finish_job(&mut desk.state, &mut desk.services, outcome);
    desk.wait("the file", |state| !state.attached.is_empty());
    assert_eq!(desk.state.attached[0].0, Some(chat));
    assert!(desk.state.attaching.is_empty());
}

#[test]
fn a_temperature_holds_for_one_reply() {
    let mut desk = Desk::new(saying(&["One.", "Two.", "Three."]));
    desk.say("first");
    let first = desk.last().id;
    let with = With {
        model: None,
        temperature: Some(1.5),
    };
    desk.act(Command::RegenerateWith(first, with));
    desk.wait("the reply", |state| state.replies.is_empty());
    let second = desk.last();
    assert_eq!(second.text, "Two.");
    let temperature = |it: &Message| it.sampling.as_ref().and_then(|it| it.temperature);
    assert_eq!(temperature(second), Some(1.5));
    assert_eq!(desk.current().versions(first).len(), 2);
    let chat = desk.stored_chat(desk.current().id);
    assert_eq!(temperature(chat.path().last().unwrap()), Some(1.5));
    desk.say("second");
    assert_eq!(temperature(desk.last()), None, "later replies are as ever");
    assert_eq!(desk.state.settings.sampling, Sampling::default());
}

#[test]
fn another_model_is_loaded_and_writes_another_version() {
    let mut desk = Desk::new(saying(&["One.", "Two."]));
    desk.say("first");
    let first = desk.last().id;
    let other = PathBuf::from("/models/other.gguf");
    let with = With {
        model: Some(other.clone()),
        temperature: Some(0.2),
    };
    desk.act(Command::RegenerateWith(first, with));
    assert!(desk.state.replies.is_empty(), "the model comes first");
    desk.wait("the other version", |state| {
        let last = state.current_chat().unwrap().path().next_back().unwrap();
        last.finish.is_some() && last.text == "Two."
    });
    let second = desk.last();
    assert_eq!(second.model.as_deref(), Some("Other"));
    assert_eq!(second.sampling.as_ref().unwrap().temperature, Some(0.2));
    assert_eq!(desk.state.settings.model, Some(other));
}

#[test]
fn a_model_that_cannot_be_loaded_leaves_the_reply_as_it_was() {
    let mut desk = Desk::new(saying(&["One.", "Two."]));
    desk.say("first");
    let before = desk.current().clone();
    // The next engine of the desk refuses what it is to load.
    let refusing = Script {
        load_fault: Some(Fault::FileMissing {
            path: "/models/other.gguf".into(),
        }),
        ..saying(&["Two."])
    };
    desk.replace_engine(refusing);
    let with = With {
        model: Some("/models/other.gguf".into()),
        temperature: None,
    };
    desk.act(Command::RegenerateWith(before.leaf().unwrap(), with));
    desk.wait("the refusal", |state| {
        matches!(state.model, ModelState::Failed { .. })
    });
    assert_eq!(desk.current(), &before);
    assert_eq!(desk.state.rewrite, None);
    let told = |weight| desk.state.notices.iter().any(|it| it.weight == weight);
    assert!(told(Weight::Error), "the reason is shown");
}

#[test]
fn what_is_said_in_the_meantime_comes_in_place_of_the_rewriting() {
    let mut desk = Desk::new(saying(&["One.", "Two.", "Three."]));
    desk.say("first");
    let first = desk.last().id;
    let with = With {
        model: Some("/models/other.gguf".into()),
        temperature: None,
    };
    desk.act(Command::RegenerateWith(first, with));
    desk.say("second");
    desk.wait("the model", |state| {
        matches!(state.model, ModelState::Loaded(_))
    });
    assert_eq!(texts(desk.current()), ["first", "One.", "second", "Two."]);
    assert_eq!(desk.current().versions(first).len(), 1);
}

#[test]
fn what_is_said_in_another_chat_leaves_the_rewriting_alone() {
    let mut desk = Desk::new(saying(&["One.", "Two.", "Three."]));
    desk.say("first");
    let (chat, first) = (desk.current().id, desk.last().id);
    let with = With {
        model: Some("/models/other.gguf".into()),
        temperature: None,
    };
    desk.act(Command::RegenerateWith(first, with));
    // It is left before the model is there.
    desk.act(Command::Do(crate::app::command::Action::NewChat));
    desk.act(Command::Send("second".into()));
    desk.wait("both replies", |state| {
        state.rewrite.is_none() && state.replies.is_empty()
    });
    assert_eq!(desk.stored_chat(chat).versions(first).len(), 2);
    assert_eq!(texts(desk.current())[0], "second");
}

#[test]
fn other_chats_that_are_deleted_leave_the_count_of_this_one_alone() {
    let mut desk = Desk::new(saying(&["One.", "Two."]));
    desk.say("first");
    let other = desk.current().id;
    desk.act(Command::Do(crate::app::command::Action::NewChat));
    desk.say("second");
    desk.state.context_tokens.clear();
    desk.state.draft.prompt_tokens = Some(612);
    assert_eq!(desk.state.context_taken(), Some(612));
    desk.act(Command::Delete(crate::store::Target::Chats(vec![other])));
    assert_eq!(desk.state.context_taken(), Some(612));
}

#[test]
fn a_prompt_whose_reading_was_stopped_takes_all_of_its_tokens() {
    let mut desk = Desk::new(saying(&["One.", "Two."]));
    desk.say("first");
    let message = desk.last().id;
    let chat = desk.current().id;
    let mut reply = crate::app::state::Reply::new(77, chat, message);
    reply.prefill = Some((840, 6795));
    reply.is_stopping = true;
    desk.state.replies.begin(reply);
    let update = crate::engine::Update::Done {
        id: 77,
        finish: Finish::Cancelled,
        timings: crate::chat::Timings {
            prompt_tokens: 6795,
            ..crate::chat::Timings::default()
        },
        seed: 1,
        context_tokens: 840,
    };
    receive(&mut desk.state, &mut desk.services, update);
    assert_eq!(desk.state.context_taken(), Some(6795));
}

#[test]
fn a_reply_that_went_on_has_cost_all_of_it() {
    let mut desk = Desk::new(saying(&["On and", " on."]));
    desk.say("Go on");
    let first = desk.last().timings.unwrap();
    let (chat, reply) = (desk.current().id, desk.last().id);
    desk.act(Command::Continue(reply));
    desk.wait("the rest", |state| state.replies.is_empty());
    desk.settle();
    assert_eq!(desk.last().text, "On and on.");
    let whole = desk.last().timings.unwrap();
    assert!(whole.generated_tokens > first.generated_tokens, "{whole:?}");
    assert_eq!(whole.generated_tokens, 2 * first.generated_tokens);
    let stored = desk.stored_chat(chat);
    let stored = stored.message(reply).unwrap().timings;
    assert_eq!(stored, Some(whole), "on disk, too");
}

#[test]
fn what_was_said_may_turn_out_to_be_thoughts() {
    let untold = |text: &str| Step::Untold(text.to_owned());
    let thinking = vec![
        untold("\nhm"),
        untold(", so\n"),
        Step::WereThoughts,
        Step::Piece("Yes.".into()),
    ];
    let mut desk = Desk::new(Script {
        replies: vec![
            thinking,
            vec![untold("hm"), Step::WaitForCancel],
            vec![untold(", so"), Step::WereThoughts],
            vec![untold("cut"), Step::Die],
        ],
        ..Script::default()
    });
    let said = |message: &crate::chat::Message| (message.text.clone(), message.reasoning.clone());
    let wanted = |text: &str, reasoning: &str| (text.to_owned(), reasoning.to_owned());
    let check = |desk: &Desk, text: &str, reasoning: &str| {
        let last = desk.last();
        assert_eq!(said(last), wanted(text, reasoning));
        let stored = desk.stored_chat(desk.current().id);
        assert_eq!(said(stored.message(last.id).unwrap()), said(last));
    };
    desk.act(Command::Send("Is it?".into()));
    desk.wait("the first words", |state| {
        let chat = state.current_chat();
        let last = chat.and_then(|it| it.path().next_back());
        last.is_some_and(|it| said(it) == wanted("\nhm", ""))
    });
    desk.wait("the reply", |state| state.replies.is_empty());
    desk.settle();
    check(&desk, "Yes.", "hm, so");

    // Stopped before it was clear what they are, the words are there; when the reply goes
    // on, it may become clear.
    desk.act(Command::Send("And now?".into()));
    desk.wait("the first words", |state| {
        let chat = state.current_chat();
        let last = chat.and_then(|it| it.path().next_back());
        last.is_some_and(|it| it.text == "hm")
    });
    desk.act(Command::Do(crate::app::command::Action::Stop));
    desk.wait("the end", |state| state.replies.is_empty());
    check(&desk, "hm", "");
    let reply = desk.last().id;
    desk.act(Command::Continue(reply));
    desk.wait("the rest", |state| state.replies.is_empty());
    check(&desk, "", "hm, so");

    // An engine that dies takes nothing along.
    desk.say("And then?");
    check(&desk, "cut", "");
}
