//! Search as a whole.

use std::path::Path;

use proptest::prelude::*;

use super::*;
use crate::chat::{Finish, Message};
use crate::store::{BinId, Target, Write};

fn store() -> Store {
    let reason = Error::Unusable {
        path: "test".into(),
        reason: String::new(),
    };
    Store::in_memory(Path::new("test"), reason).unwrap()
}

fn new_chat(store: &mut Store, id: u64) -> ChatId {
    let id = ChatId(id);
    let write = Write::NewChat {
        id,
        folder: None,
        created_unix_ms: 0,
    };
    store.write(&[write]).unwrap();
    id
}

fn say_at(store: &mut Store, chat: ChatId, text: &str, unix_ms: i64) -> MessageId {
    let id = MessageId::fresh();
    let messages = vec![Message::new(id, None, Role::User, text.into(), unix_ms)];
    store.write(&[Write::Messages { chat, messages }]).unwrap();
    id
}

fn say(store: &mut Store, text: &str) -> MessageId {
    let chat = new_chat(store, 1);
    say_at(store, chat, text, 0)
}

fn ask(store: &Store, text: &str) -> Vec<Hit> {
    let query = Query {
        text: text.into(),
        ..Query::default()
    };
    store.search(&query, 50).unwrap()
}

fn found(store: &Store, text: &str) -> Vec<MessageId> {
    ask(store, text)
        .iter()
        .filter_map(|it| it.message)
        .collect()
}

#[test]
fn any_form_of_a_word_is_found() {
    let mut store = store();
    for (text, queries) in [
        ("Tienes razón.", &["razon", "razón", "razones", "RAZÓN"][..]),
        ("Por varias razones", &["razon", "razón"]),
        ("She likes to run fast", &["running", "runs", "run"]),
        ("They were running", &["run"]),
        ("Un niño y su perro", &["niños", "nino", "ninos"]),
        (
            "Las investigaciones siguen",
            &["investigacion", "investigación", "investigac"],
        ),
        (
            "Naïve cafés 😀🎉 in Malmö",
            &["naive", "cafe", "MALMO", "😀 malmö"],
        ),
        ("我喜欢日本料理。", &["日本", "料理", "本"]),
        ("한국은 좋다", &["한국", "좋다"]),
    ] {
        let id = say(&mut store, text);
        for query in queries {
            assert!(found(&store, query).contains(&id), "{query} in {text}");
        }
    }
    assert!(found(&store, "喜日").is_empty(), "not side by side");
    assert!(
        found(&store, "niño gato").is_empty(),
        "all words are asked for"
    );
}

#[test]
fn the_last_word_may_be_a_beginning() {
    let mut store = store();
    let id = say(&mut store, "La fotosíntesis de las plantas");
    for query in ["fo", "foto", "fotosint", "plantas foto"] {
        assert_eq!(found(&store, query), [id], "{query}");
    }
    for query in ["foto plantas", "foto ", "f"] {
        assert!(found(&store, query).is_empty(), "{query}");
    }
    let hit = &ask(&store, "foto")[0];
    assert_eq!(&hit.excerpt[hit.marks[0].clone()], "fotosíntesis");
}

#[test]
fn a_phrase_is_honoured() {
    let mut store = store();
    let right = say(&mut store, "La casa de papel está aquí");
    let wrong = say(&mut store, "El papel de la casa está aquí");
    assert_eq!(found(&store, "\"casa de papel\""), [right]);
    assert_eq!(found(&store, "«CASA DE» papel"), [right]);
    assert_eq!(found(&store, "casa papel").len(), 2);
    assert_eq!(found(&store, "\"papel de la\" aqui"), [wrong]);
    let hit = &ask(&store, "\"casa de papel\"")[0];
    assert_eq!(&hit.excerpt[hit.marks[0].clone()], "casa de papel");
    assert_eq!(found(&store, "\"casa de").len(), 2, "not closed yet");
}

#[test]
fn the_best_comes_first() {
    let mut store = store();
    let now = crate::store::now_unix_ms();
    let chat = new_chat(&mut store, 1);
    let once = say_at(
        &mut store,
        chat,
        &format!("rust {}", "and other things ".repeat(60)),
        now,
    );
    let often = say_at(&mut store, chat, "Rust, and how Rust borrows, in rust", now);
    let old = say_at(&mut store, chat, "Rust, and how Rust borrows, in rust", 0);
    assert_eq!(found(&store, "rust"), [often, old, once]);
    let title = Some("Rust".to_owned());
    store.write(&[Write::Title { chat, title }]).unwrap();
    let hits = ask(&store, "rust");
    assert_eq!((hits[0].message, hits[0].role), (None, None));
    assert_eq!(
        (hits[0].excerpt.as_str(), hits[0].marks.clone()),
        ("Rust", vec![Range { start: 0, end: 4 }])
    );
    assert_eq!(hits[1].chat_name, "Rust");
    store.write(&[Write::Title { chat, title: None }]).unwrap();
    assert_eq!(ask(&store, "rust").len(), 3);
}

#[test]
fn filters_hold() {
    let mut store = store();
    let folder = FolderId(7);
    store
        .write(&[
            Write::NewFolder {
                id: folder,
                name: "Work".into(),
            },
            Write::NewChat {
                id: ChatId(2),
                folder: Some(folder),
                created_unix_ms: 0,
            },
        ])
        .unwrap();
    let first = new_chat(&mut store, 1);
    let early = say_at(&mut store, first, "the word", 1000);
    let late = say_at(&mut store, ChatId(2), "the word", 2000);
    let reply = MessageId::fresh();
    let messages = vec![Message {
        model: Some("tiny".into()),
        finish: Some(Finish::EndOfReply),
        ..Message::new(reply, Some(early), Role::Assistant, "a word".into(), 3000)
    }];
    let chat = first;
    store.write(&[Write::Messages { chat, messages }]).unwrap();
    let ask = |change: fn(&mut Query)| {
        let mut query = Query {
            text: "word".into(),
            ..Query::default()
        };
        change(&mut query);
        let hits = store.search(&query, 10).unwrap();
        let mut ids: Vec<_> = hits.iter().filter_map(|it| it.message).collect();
        ids.sort();
        ids
    };
    assert_eq!(ask(|_| {}), [early, late, reply]);
    assert_eq!(ask(|it| it.from_unix_ms = Some(2000)), [late, reply]);
    assert_eq!(ask(|it| it.until_unix_ms = Some(2000)), [early]);
    assert_eq!(ask(|it| it.folder = Some(FolderId(7))), [late]);
    assert_eq!(ask(|it| it.model = Some("tiny".into())), [reply]);
    assert!(ask(|it| it.model = Some("other".into())).is_empty());
    assert!(ask(|it| it.from_unix_ms = Some(9000)).is_empty());
    assert_eq!(store.models().unwrap(), ["tiny"]);
}

#[test]
fn the_bin_is_not_searched() {
    let mut store = store();
    let chat = new_chat(&mut store, 1);
    let message = say_at(&mut store, chat, "a secret", 0);
    let title = Some("Secrets".to_owned());
    let is_archived = true;
    store
        .write(&[
            Write::Title { chat, title },
            Write::Archive { chat, is_archived },
        ])
        .unwrap();
    assert_eq!(ask(&store, "secret").len(), 2, "archived chats are found");
    for (target, left) in [
        (Target::Message(chat, message), 1),
        (Target::Chats(vec![chat]), 0),
    ] {
        let id = BinId::fresh();
        store.write(&[Write::Delete { id, target }]).unwrap();
        assert_eq!(ask(&store, "secret").len(), left);
        store.write(&[Write::Restore(id)]).unwrap();
        assert_eq!(ask(&store, "secret").len(), 2);
    }
    let id = BinId::fresh();
    let target = Target::AllChats;
    store
        .write(&[Write::Delete { id, target }, Write::Destroy(id)])
        .unwrap();
    assert!(ask(&store, "secret").is_empty());
    let words: u32 = store
        .db
        .query_row("SELECT count(*) FROM message_words", [], |row| row.get(0))
        .unwrap();
    assert_eq!(words, 0);
}

#[test]
fn a_reply_is_found_when_it_is_whole() {
    let mut store = store();
    let chat = new_chat(&mut store, 1);
    let message = MessageId::fresh();
    let messages = vec![Message::new(
        message,
        None,
        Role::Assistant,
        String::new(),
        0,
    )];
    let append = Write::Append {
        message,
        text: "photosynthesis".into(),
        reasoning: String::new(),
    };
    store
        .write(&[Write::Messages { chat, messages }, append])
        .unwrap();
    assert!(found(&store, "photosynthesis").is_empty());
    let finish = Finish::EndOfReply;
    let timings = None;
    store
        .write(&[Write::Finish {
            message,
            finish,
            timings,
        }])
        .unwrap();
    assert_eq!(found(&store, "photosynthesis"), [message]);
}

#[test]
fn hostile_queries_do_no_harm() {
    let mut store = store();
    say(
        &mut store,
        "AND OR NOT NEAR words: \"quoted\" * ^ -column {x}",
    );
    let long = "word ".repeat(2000);
    let long_word = "w".repeat(10_000);
    for query in [
        "\"",
        "\"\"",
        "\"\"\"",
        "''",
        "*",
        "**",
        "AND",
        "x AND",
        "NEAR(a b)",
        "a NEAR/2 b",
        "OR OR",
        "NOT",
        "words:x",
        "-",
        "^a",
        "{",
        "(",
        "a\0b",
        "\0",
        "…¿?!",
        " ",
        "",
        "%",
        "\u{301}",
        "\u{ad}",
        "；",
        "𝔄",
        "½",
        "a\u{0}*",
        &long,
        &long_word,
    ] {
        let _ = ask(&store, query);
        let _ = marks("AND OR words \"quoted\"", query);
    }
    for query in ["", " ", "…¿?!", "*", "\"\"", "\0"] {
        assert!(ask(&store, query).is_empty(), "{query:?}");
    }
    assert_eq!(found(&store, "AND OR").len(), 1, "operators are words");
    assert_eq!(found(&store, "words:quoted").len(), 1);
}

#[test]
fn a_very_long_text_is_found_and_marked() {
    let mut store = store();
    let text = "Una línea de registro, y otra más\n".repeat(30_000) + "aguja";
    let id = say(&mut store, &text);
    assert_eq!(found(&store, "aguja"), [id]);
    assert!(ask(&store, "aguja")[0].excerpt.ends_with("aguja"));
    assert_eq!(marks(&text, "linea").len(), MOST_MARKS);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn own_words_are_found(text in "\\PC{1,60}", other in "\\PC{0,20}") {
        let mut store = store();
        let id = say(&mut store, &text);
        let own: Vec<&str> = words::words(&text)
            .filter(|it| !words::fold(it.text).is_empty())
            .map(|it| it.text)
            .collect();
        for word in &own {
            prop_assert_eq!(found(&store, word), vec![id], "{} in {}", word, &text);
        }
        for query in [text.as_str(), other.as_str()] {
            let mut end = 0;
            for mark in marks(&text, query) {
                prop_assert!(mark.start >= end && mark.start < mark.end);
                prop_assert!(text.get(mark.clone()).is_some());
                end = mark.end;
            }
            for hit in ask(&store, query) {
                prop_assert!(hit.marks.iter().all(|it| hit.excerpt.get(it.clone()).is_some()));
            }
        }
    }
}
