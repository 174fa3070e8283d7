//! What can be done with a message.

use super::*;
use crate::app::command::With;
use crate::app::state::Weight;
use crate::chat::Finish;
use crate::engine::Fault;
use crate::params::Sampling;

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
fn a_temperature_holds_for_one_reply() {
    let mut desk = Desk::new(saying(&["One.", "Two.", "Three."]));
    desk.say("first");
    let first = desk.last().id;
    let with = With {
        model: None,
        temperature: Some(1.5),
    };
    desk.act(Command::RegenerateWith(first, with));
    desk.wait("the reply", |state| state.reply.is_none());
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
    assert!(desk.state.reply.is_none(), "the model comes first");
    desk.wait("the other version", |state| {
        let last = state.current_chat().unwrap().path().next_back().unwrap();
        last.finish.is_some() && last.text == "Two."
    });
    let second = desk.last();
    assert_eq!(second.model.as_deref(), Some("other"));
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
fn a_reply_that_went_on_has_cost_all_of_it() {
    let mut desk = Desk::new(saying(&["On and", " on."]));
    desk.say("Go on");
    let first = desk.last().timings.unwrap();
    let (chat, reply) = (desk.current().id, desk.last().id);
    desk.act(Command::Continue(reply));
    desk.wait("the rest", |state| state.reply.is_none());
    desk.settle();
    assert_eq!(desk.last().text, "On and on.");
    let whole = desk.last().timings.unwrap();
    assert!(whole.generated_tokens > first.generated_tokens, "{whole:?}");
    assert_eq!(whole.generated_tokens, 2 * first.generated_tokens);
    let stored = desk.stored_chat(chat);
    let stored = stored.message(reply).unwrap().timings;
    assert_eq!(stored, Some(whole), "on disk, too");
}
