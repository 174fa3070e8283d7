//! Titles that the model gives chats.

use std::sync::atomic::Ordering;

use super::*;

/// A model that answers, and then calls the chat this.
fn calling(title: &str) -> Script {
    Script {
        background: vec![Step::Piece(title.to_owned())],
        ..saying(&["Mix and wait.", "Bake."])
    }
}

#[track_caller]
fn wait_for_title(desk: &mut Desk) -> Option<String> {
    desk.wait("the title", |state| state.titlings.is_empty());
    let id = desk.current().id;
    let stored = desk.stored_chat(id).title;
    assert_eq!(desk.current().title, stored);
    stored
}

#[test]
fn the_first_exchange_gives_a_chat_its_title() {
    let script = calling("**No-knead bread**");
    let begun = script.begun_in_background.clone();
    let mut desk = Desk::new(script);
    desk.say("How do I bake bread?");
    let title = wait_for_title(&mut desk);
    assert_eq!(title.as_deref(), Some("No-knead bread"));
    // A list that was read just before may come in just after.
    desk.wait("the title in the list", |state| {
        let page = state.shelves.page.as_ref();
        page.is_some_and(|page| page.chats[0].name == "No-knead bread")
    });
    desk.say("And then?");
    assert!(desk.state.titlings.is_empty(), "one is enough");
    assert_eq!(begun.load(Ordering::Relaxed), 1);
}

#[test]
fn nonsense_leaves_the_first_words() {
    let mut desk = Desk::new(calling("How do I bake bread?"));
    desk.say("How do I bake bread?");
    assert_eq!(wait_for_title(&mut desk), None);
    let page = desk.state.shelves.page.as_ref().unwrap();
    assert_eq!(page.chats[0].name, "How do I bake bread?");
    // And the preferences say so.
    let dropped = desk.state.dropped_title.as_deref();
    assert_eq!(dropped, Some("How do I bake bread?"));
}

#[test]
fn the_next_replies_are_occasions_for_a_title_too() {
    let script = calling("Amazing insights");
    let begun = script.begun_in_background.clone();
    let mut desk = Desk::new(script);
    for (count, said) in [
        "How do I bake bread?",
        "And then?",
        "And then?",
        "And then?",
    ]
    .iter()
    .enumerate()
    {
        desk.say(said);
        assert_eq!(wait_for_title(&mut desk), None);
        assert_eq!(begun.load(Ordering::Relaxed), (count + 1).min(3), "{said}");
    }
}

#[test]
fn what_the_user_says_does_not_end_a_title() {
    let script = Script {
        background: vec![
            Step::Wait(Duration::from_millis(300)),
            Step::Piece("Baking bread\n".into()),
        ],
        ..saying(&["Mix and wait.", "Bake."])
    };
    let mut desk = Desk::new(script);
    desk.say("How do I bake bread?");
    let first = desk.current().id;
    assert_eq!(desk.state.titlings.len(), 1);
    // Not in another chat either, which may have its own meanwhile.
    desk.act(Command::Do(crate::app::command::Action::NewChat));
    desk.say("And cake?");
    desk.wait("the titles", |state| state.titlings.is_empty());
    desk.settle();
    assert_eq!(
        desk.stored_chat(first).title.as_deref(),
        Some("Baking bread")
    );
}

#[test]
fn a_title_of_the_users_stands() {
    let script = Script {
        background: vec![Step::WaitForCancel],
        ..saying(&["Mix and wait."])
    };
    let mut desk = Desk::new(script);
    desk.say("How do I bake bread?");
    let id = desk.current().id;
    desk.act(Command::Rename(id, "Mine".into()));
    assert!(desk.state.titlings.is_empty(), "it is given up");
    assert_eq!(desk.stored_chat(id).title.as_deref(), Some("Mine"));
    let suggested = Write::SuggestTitle {
        chat: id,
        title: "Its".into(),
    };
    desk.services.write(vec![suggested]);
    assert_eq!(desk.stored_chat(id).title.as_deref(), Some("Mine"));
}

#[test]
fn who_wants_no_titles_gets_none() {
    let script = calling("Bread");
    let begun = script.begun_in_background.clone();
    let mut desk = Desk::new(script);
    desk.act(Command::SetTitles(false));
    desk.say("How do I bake bread?");
    assert!(desk.state.titlings.is_empty());
    assert_eq!(desk.current().title, None);
    assert_eq!(begun.load(Ordering::Relaxed), 0);
}

#[test]
fn a_chat_that_goes_to_the_bin_needs_none() {
    let script = Script {
        background: vec![Step::WaitForCancel],
        ..saying(&["Mix and wait."])
    };
    let mut desk = Desk::new(script);
    desk.say("How do I bake bread?");
    let id = desk.current().id;
    desk.act(Command::Delete(crate::store::Target::Chats(vec![id])));
    assert!(desk.state.titlings.is_empty());
}

#[test]
fn thoughts_that_were_not_marked_at_first_are_no_title() {
    let long = "It is about bread, I think.\n".repeat(20);
    let mut desk = Desk::new(Script {
        background: vec![
            Step::Untold(long),
            Step::WereThoughts,
            Step::Piece("No-knead bread".into()),
        ],
        ..saying(&["Mix and wait."])
    });
    desk.say("How do I bake bread?");
    assert_eq!(wait_for_title(&mut desk).as_deref(), Some("No-knead bread"));
}
