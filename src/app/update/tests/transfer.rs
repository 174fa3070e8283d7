//! Chats brought in beside everything else.

use std::fmt::Write as _;

use super::*;
use crate::app::state::Weight;

/// A file with so many chats, as OpenAI's fine-tuning takes them.
fn file(desk: &Desk, chats: usize) -> PathBuf {
    let mut lines = String::new();
    for chat in 0..chats {
        let said = format!(
            r#"{{"messages":[{{"role":"user","content":"Question {chat}"}},{{"role":"assistant","content":"Answer {chat}"}}]}}"#
        );
        writeln!(lines, "{said}").unwrap();
    }
    let path = desk.services.paths.chats().join("../many.jsonl");
    std::fs::write(&path, lines).unwrap();
    path
}

fn total(desk: &Desk) -> u32 {
    desk.stored(|store| store.list(false, 0, 1).unwrap().total)
}

#[test]
fn an_import_tells_how_far_it_is_and_holds_nobody_up() {
    let script = Script {
        replies: vec![vec![Step::Piece("On ".into()), Step::WaitForCancel]],
        ..Script::default()
    };
    let mut desk = Desk::new(script);
    let path = file(&desk, 130);
    desk.act(Command::Send("A question meanwhile".into()));
    desk.import(vec![path]);
    let mut seen = Vec::new();
    desk.wait("the import", |state| {
        if let Some(transfer) = &state.transfer
            && let Some(total) = transfer.total
        {
            seen.push((transfer.done, total));
        }
        state.transfer.is_none()
    });
    seen.dedup();
    assert_eq!(seen.last(), Some(&(130, 130)));
    assert!(!desk.state.replies.is_empty(), "the reply is not disturbed");
    let imported = desk.state.imported.clone().unwrap();
    assert_eq!(imported.report.chats_added, 130, "it is summed up once");
    assert_eq!(desk.state.notices.len() + desk.state.toasts.len(), 0);
    desk.act(Command::ForgetImport);
    assert_eq!(desk.state.imported, None);
    assert_eq!(total(&desk), 131);
    desk.wait("the list", |state| {
        state.shelves.page.as_ref().unwrap().total == 131
    });
}

#[test]
fn what_came_before_a_stop_stays_and_the_rest_comes_the_next_time() {
    let mut desk = Desk::new(saying(&["Hello."]));
    let path = file(&desk, 400);
    desk.import(vec![path.clone()]);
    desk.wait("the first batch", |state| {
        state.transfer.as_ref().is_none_or(|it| it.total.is_some())
    });
    desk.act(Command::CancelTransfer);
    desk.wait("the stop", |state| state.transfer.is_none());
    let came = total(&desk);
    assert!((50..400).contains(&came), "{came}");
    assert!(came.is_multiple_of(50), "whole batches: {came}");
    assert!(
        desk.state.imported.as_ref().unwrap().is_cancelled,
        "it is said"
    );
    desk.import(vec![path]);
    desk.wait("the import", |state| state.transfer.is_none());
    assert_eq!(total(&desk), 400, "nothing is there twice");
}

#[test]
fn nothing_comes_in_of_a_file_that_is_broken_at_its_end() {
    let mut desk = Desk::new(saying(&["Hello."]));
    let path = file(&desk, 120);
    let mut text = std::fs::read_to_string(&path).unwrap();
    text.push_str("{\"messages\":[");
    std::fs::write(&path, text).unwrap();
    desk.import(vec![path]);
    desk.wait("the refusal", |state| state.transfer.is_none());
    assert_eq!(desk.state.notices[0].weight, Weight::Error);
    assert_eq!(total(&desk), 0);
}

#[test]
fn what_another_program_brings_in_appears_by_itself() {
    let mut desk = Desk::new(saying(&["Hello."]));
    let path = file(&desk, 3);
    let mut other = Store::open(&desk.services.paths.chats()).unwrap();
    crate::store::transfer::import(&mut other, &path).unwrap();
    desk.wait("the chats in the list", |state| {
        state.shelves.page.as_ref().is_some_and(|it| it.total == 3)
    });
}

#[test]
fn what_is_moved_is_told_and_put_back() {
    let mut desk = Desk::new(saying(&["Hello."]));
    desk.say("first");
    let id = desk.current().id;
    desk.act(Command::MoveToNew(id, "Home".into()));
    let toast = desk.state.toasts[0].clone();
    let said = desk.state.i18n.text(&toast.text);
    assert_eq!(said, "Chat moved to “Home”");
    let folder =
        move |desk: &Desk| desk.stored(move |store| store.summary(id).unwrap().unwrap().folder);
    assert!(folder(&desk).is_some());
    desk.act(Command::TakeBack(toast.id));
    assert_eq!(folder(&desk), None);
    assert!(desk.state.toasts.iter().all(|it| it.undo.is_none()));

    desk.act(Command::Rename(id, "Mine".into()));
    desk.act(Command::Rename(id, "Yours".into()));
    let toast = desk.state.toasts.last().unwrap().id;
    desk.act(Command::TakeBack(toast));
    assert_eq!(desk.stored_chat(id).title.as_deref(), Some("Mine"));
}
