//! Every format in, Charla's out, and whatever a damaged file may hold.

mod programs;

use std::io::Cursor;
use std::path::{Path, PathBuf};

use super::*;
use crate::chat::{Chat, Role};
use crate::store::{BinId, Error, Target, Write as Change};

const LIMIT_BYTES: usize = MAX_CONVERSATION_BYTES;

fn store() -> Store {
    let code = "the tests".to_owned();
    Store::in_memory(Path::new("memory"), Error::NoSuchChat { code }).unwrap()
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures/import")
        .join(name)
}

fn read(store: &mut Store, text: &[u8]) -> Result<Report, Fault> {
    let reader = Cursor::new(text);
    import_reader(store, reader, Path::new("a/file.json"), LIMIT_BYTES).map_err(|error| match error
    {
        ImportError::File { fault, .. } => fault,
        error => panic!("{error}"),
    })
}

/// Brings a fixture in, twice; returns what came of the first time and the chats.
#[track_caller]
fn bring(name: &str) -> (Report, Vec<Portable>) {
    let mut store = store();
    let first = import(&mut store, &fixture(name)).unwrap();
    let before = everything(&store);
    let second = import(&mut store, &fixture(name)).unwrap();
    assert_eq!((second.chats_added, second.messages_added), (0, 0));
    assert_eq!(second.already_here, first.chats_added);
    assert_eq!(before, everything(&store), "{name}");
    (first, before)
}

fn everything(store: &Store) -> Vec<Portable> {
    let ids = store.all_chats().unwrap();
    ids.iter().map(|&id| store.portable(id).unwrap()).collect()
}

fn json(store: &Store) -> String {
    let mut out = Vec::new();
    let ids = store.all_chats().unwrap();
    export(store, &ids, Format::Json, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    // The first line has the time.
    text.split_once('\n').unwrap().1.to_owned()
}

fn path(chat: &Chat) -> Vec<&str> {
    chat.path().map(|it| it.text.as_str()).collect()
}

fn counts(report: &Report) -> Vec<(Why, u64)> {
    let skipped = report.skipped.iter();
    skipped.map(|it| (it.why, it.count)).collect()
}

#[test]
fn chatgpt_keeps_its_branches() {
    let (report, chats) = bring("chatgpt.json");
    let left_out = [
        (Why::NoText, 1),
        (Why::Attachment, 1),
        (Why::Tool, 2),
        (Why::Hidden, 1),
    ];
    assert_eq!(counts(&report), left_out);
    assert_eq!(report.skipped[0].what, ["Sourdough for beginners"]);
    let bread = &chats[0].chat;
    assert_eq!(bread.created_unix_ms, 1_699_350_000_250);
    let texts = path(bread);
    assert_eq!(texts.len(), 4);
    assert_eq!(texts[3], "Yes: it floats, so it is ready. 🍞");
    let messages: Vec<_> = bread.path().collect();
    assert_eq!(
        messages[3].reasoning,
        "Bubbles mean gas.\n\nSo it is alive."
    );
    assert_eq!(messages[1].model.as_deref(), Some("gpt-4"));
    let versions = bread.versions(messages[1].id);
    assert_eq!(versions.len(), 2);
    assert_eq!(versions[0], messages[1].id);
    let haiku = &chats[1];
    assert!(haiku.archived_unix_ms.is_some());
    let [question, answer] = haiku.chat.path().collect::<Vec<_>>()[..] else {
        panic!("{haiku:?}");
    };
    assert!(answer.created_unix_ms > question.created_unix_ms);
}

#[test]
fn open_webui_is_read_where_it_was_read() {
    let (_, chats) = bring("open-webui.json");
    let moons = &chats[0].chat;
    assert_eq!(
        path(moons),
        ["Name three moons of Jupiter.", "Io, Europa and Ganymede."]
    );
    assert_eq!(moons.system.as_deref(), Some("Answer in one sentence."));
    assert!(chats[0].pinned_unix_ms.is_some());
    let other = moons.messages().iter().find(|it| !it.reasoning.is_empty());
    let other = other.unwrap();
    assert_eq!(other.reasoning, "Galileo saw four.\nAny three will do.");
    assert_eq!(other.text, "Callisto, Io and Europa.");

    // One chat may also come without what the server knows of it.
    let text = std::fs::read_to_string(fixture("open-webui.json")).unwrap();
    let list: serde_json::Value = serde_json::from_str(&text).unwrap();
    let mut store = store();
    let one = list[0]["chat"].to_string();
    assert_eq!(read(&mut store, one.as_bytes()).unwrap().chats_added, 1);
    assert_eq!(path(&everything(&store)[0].chat), path(moons));
}

#[test]
fn lm_studio_keeps_its_versions() {
    let (report, chats) = bring("lm-studio");
    assert_eq!(counts(&report), [(Why::Attachment, 1)]);
    let tomatoes = &chats[0].chat;
    assert_eq!(tomatoes.title.as_deref(), Some("Tomatoes"));
    assert_eq!(tomatoes.system.as_deref(), Some("You are a gardener."));
    assert_eq!(
        path(tomatoes),
        [
            "When do I plant tomatoes outside?",
            "After the last frost.",
            "Is this one healthy?",
            "It needs water.",
        ]
    );
    assert_eq!(tomatoes.messages().len(), 6);
    let answer = tomatoes.path().nth(1).unwrap();
    assert_eq!(answer.reasoning, "The user asks about frost.");
    assert_eq!(answer.model.as_deref(), Some("qwen3-4b"));
    let weeds = chats[1].chat.path().nth(1).unwrap();
    assert_eq!(
        (weeds.reasoning.as_str(), weeds.text.as_str()),
        ("Leaves are.", "Yes, the leaves are.")
    );
}

#[test]
fn lines_become_chats() {
    let (_, chats) = bring("sharegpt.jsonl");
    let sailor = chats.iter().find(|it| it.chat.system.is_some()).unwrap();
    assert_eq!(
        path(&sailor.chat),
        ["Where is the harbour?", "Hard to port, mate."]
    );
    assert_eq!(sailor.chat.name().as_deref(), Some("Where is the harbour?"));
    let (report, chats) = bring("openai.jsonl");
    assert_eq!(counts(&report), [(Why::Attachment, 1), (Why::Tool, 2)]);
    assert_eq!(chats.len(), 2);

    // The same number in another file is another chat.
    let mut store = store();
    import(&mut store, &fixture("sharegpt.jsonl")).unwrap();
    let report = import(&mut store, &fixture("sharegpt.json")).unwrap();
    assert_eq!(report.chats_added, 1);

    // One that has gone on is the same chat; one that goes on otherwise has branches.
    let mut store = self::store();
    let line = |last: &str| {
        let said = r#"{"from":"human","value":"a"},{"from":"gpt","value":"b"}"#;
        format!(r#"{{"id":7,"conversations":[{said}{last}]}}"#)
    };
    read(&mut store, line("").as_bytes()).unwrap();
    for last in ["c", "d"] {
        let more = line(&format!(r#",{{"from":"human","value":"{last}"}}"#));
        let report = read(&mut store, more.as_bytes()).unwrap();
        assert_eq!((report.chats_extended, report.messages_added), (1, 1));
    }
    let chat = &everything(&store)[0].chat;
    assert_eq!(chat.messages().len(), 4);
    assert_eq!(path(chat), ["a", "b", "c"], "what was read stays");
}

#[test]
fn charlas_own_format_loses_nothing() {
    let mut store = store();
    for name in ["charla.json", "chatgpt.json", "lm-studio", "openai.jsonl"] {
        import(&mut store, &fixture(name)).unwrap();
    }
    let first = json(&store);
    let whole = format!("{{\"format\":\"charla-chats\",\"version\":1,\"chats\":[\n{first}");
    let mut second = self::store();
    read(&mut second, whole.as_bytes()).unwrap();
    assert_eq!(first, json(&second));
    assert_eq!(everything(&store), everything(&second));

    // Other programs sort the keys.
    let value: serde_json::Value = serde_json::from_str(&whole).unwrap();
    let mut sorted = self::store();
    let text = format!(
        "{{\"chats\":{},\"format\":\"charla-chats\",\"version\":1}}",
        value["chats"]
    );
    read(&mut sorted, text.as_bytes()).unwrap();
    assert_eq!(first, json(&sorted));
}

#[test]
fn a_message_of_another_chat_is_not_taken_away() {
    let mut store = store();
    let chat = |id: &str, text: &str| {
        format!(
            r#"{{"format":"charla-chats","version":1,"chats":[{{"id":"{id}","created_unix_ms":1,
            "leaf":"b","messages":[
            {{"id":"a","role":"user","text":"{text}","created_unix_ms":1}},
            {{"id":"b","parent":"a","role":"assistant","text":"x","created_unix_ms":2}}]}}]}}"#
        )
    };
    for _ in 0..2 {
        read(&mut store, chat("1", "one").as_bytes()).unwrap();
        read(&mut store, chat("2", "two").as_bytes()).unwrap();
    }
    let chats = everything(&store);
    assert_eq!(path(&chats[0].chat), ["one", "x"]);
    assert_eq!(path(&chats[1].chat), ["two", "x"]);
}

#[test]
fn what_is_in_the_bin_stays_there() {
    let mut store = store();
    import(&mut store, &fixture("charla.json")).unwrap();
    let ids = store.all_chats().unwrap();
    let messages = store.chat(ids[0]).unwrap();
    let gone = messages.leaf().unwrap();
    let delete = |target| Change::Delete {
        id: BinId::fresh(),
        target,
    };
    let writes = [
        delete(Target::Message(ids[0], gone)),
        delete(Target::Chats(vec![ids[1]])),
    ];
    store.write(&writes).unwrap();
    let before = everything(&store);
    let report = import(&mut store, &fixture("charla.json")).unwrap();
    assert_eq!(counts(&report), [(Why::InBin, 1)]);
    assert_eq!(report.already_here, 1);
    assert_eq!(before, everything(&store));
}

#[test]
fn an_archive_is_looked_into() {
    use std::io::Write as _;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("export.zip");
    let pack = |names: &[&str]| {
        let mut zip = zip::ZipWriter::new(std::fs::File::create(&path).unwrap());
        for name in names {
            let options = zip::write::SimpleFileOptions::default();
            zip.start_file(*name, options).unwrap();
            let text = match name.ends_with("conversations.json") {
                true => std::fs::read(fixture("chatgpt.json")).unwrap(),
                false => b"{\"id\":1}".to_vec(),
            };
            zip.write_all(&text).unwrap();
        }
        zip.finish().unwrap();
    };
    pack(&["user.json", "chat.html", "x/conversations.json"]);
    let mut store = store();
    assert_eq!(import(&mut store, &path).unwrap().chats_added, 2);
    let whole = std::fs::read(&path).unwrap();
    let mut random = fastrand::Rng::with_seed(7);
    for _ in 0..60 {
        let mut damaged = whole.clone();
        damaged[random.usize(4..whole.len())] ^= 1 << random.u8(..8);
        damaged.truncate(random.usize(whole.len() / 2..=whole.len()));
        std::fs::write(&path, &damaged).unwrap();
        let mut store = self::store();
        if import(&mut store, &path).is_err() {
            assert!(everything(&store).is_empty());
        }
    }
    pack(&["user.json"]);
    let error = import(&mut store, &path).unwrap_err();
    assert_eq!(error, Fault::NothingInZip.at(&path));
    std::fs::write(&path, b"PK\x03\x04 and nothing else").unwrap();
    let error = import(&mut store, &path).unwrap_err();
    let is_broken = |error| {
        matches!(
            error,
            ImportError::File {
                fault: Fault::BrokenZip { .. },
                ..
            }
        )
    };
    assert!(is_broken(error));
}

#[test]
fn bad_files_are_refused_whole() {
    let good = r#"{"messages":[{"role":"user","content":"a"}]}"#;
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    let broken = |line, column| Fault::Broken { line, column };
    let mut not_utf8 = format!("{good}\n").into_bytes();
    not_utf8.extend_from_slice(b"{\"messages\":[{\"role\":\"user\",\"content\":\"\xff\"}]}");
    let cases: Vec<(Vec<u8>, Fault)> = vec![
        (b"".to_vec(), Fault::Empty),
        (b"\xEF\xBB\xBF  \n".to_vec(), Fault::Empty),
        (b"\0\0\0\0".to_vec(), Fault::Unknown),
        (b"Dear diary".to_vec(), Fault::Unknown),
        (b"SQLite format 3\0".to_vec(), Fault::Unknown),
        (b"{\"a\":1}".to_vec(), Fault::Unknown),
        (b"[1,2,3]".to_vec(), Fault::Unknown),
        (b"[[]]".to_vec(), Fault::Unknown),
        (b"\xFF\xFE[\0".to_vec(), Fault::NotUtf8 { line: 1 }),
        (not_utf8, Fault::NotUtf8 { line: 2 }),
        (format!("[{good}").into_bytes(), Fault::CutOff),
        (format!("[{good},").into_bytes(), Fault::CutOff),
        (good.as_bytes()[..20].to_vec(), Fault::CutOff),
        (
            format!("[{good},]").into_bytes(),
            broken(1, good.len() as u64 + 3),
        ),
        (format!("{good}\n{{\"a\" 1}}").into_bytes(), broken(2, 6)),
        (format!("[{good}]\n]").into_bytes(), broken(2, 1)),
        (format!("{good}\n\0\0").into_bytes(), broken(2, 1)),
        (
            format!("{good}\n{deep}").into_bytes(),
            Fault::TooDeep { line: 2 },
        ),
        (
            b"{\"format\":\"charla-chats\",\"version\":9,\"chats\":[]}".to_vec(),
            Fault::Newer { version: 9 },
        ),
        (
            b"{\"format\":\"charla-chats\",\"version\":1,\"chats\":[{}]}".to_vec(),
            broken(1, 48),
        ),
    ];
    for (text, fault) in cases {
        let mut store = store();
        let found = read(&mut store, &text).unwrap_err();
        let shown = String::from_utf8_lossy(&text).into_owned();
        assert_eq!(found, fault, "{shown}");
        assert!(everything(&store).is_empty(), "{shown}");
    }
}

#[test]
fn one_conversation_may_not_be_too_large() {
    let mut store = store();
    let small = r#"{"messages":[{"role":"user","content":"a"}]}"#;
    let many = format!("[{}]", vec![small; 50].join(","));
    let name = Path::new("a.json");
    let limit = small.len();
    let read = |store: &mut Store, text: &str| {
        import_reader(store, Cursor::new(text.as_bytes().to_vec()), name, limit)
    };
    read(&mut store, &many).unwrap();
    let large = small.replace("\"a\"", "\"ab\"");
    let error = read(&mut store, &format!("[{small},{large}]")).unwrap_err();
    let limit_bytes = limit as u64;
    assert_eq!(error, Fault::TooLarge { limit_bytes }.at(name));
    // Numbers are small in a file and large in memory.
    let numbers = format!("[{}0]", "0,".repeat(2_000_001));
    let error = super::import_reader(&mut store, Cursor::new(numbers), name, LIMIT_BYTES);
    assert!(error.is_err());
}

#[test]
fn oddities_are_told() {
    let mut store = store();
    let text = r#"[{"title":"Half \ud83d","mapping":{
        "a":{"parent":"b","message":{"author":{"role":"user"},"content":{"parts":["x\u0000y"]}}},
        "b":{"parent":"a","message":{"author":{"role":"assistant"},"content":{"parts":["z"]}}},
        "c":{"parent":"gone","message":{"author":{"role":"user"},"content":{"parts":["w"]}}}},
        "current_node":"b"}, {"mapping":{}}, 7, {"other":true}]"#;
    let report = read(&mut store, text.as_bytes()).unwrap();
    let told = [
        (Why::EmptyChat, 1),
        (Why::NoConversation, 2),
        (Why::NoPlace, 2),
        (Why::Nul, 1),
    ];
    assert_eq!(counts(&report), told);
    let chat = &everything(&store)[0].chat;
    assert_eq!(chat.title.as_deref(), Some("Half \u{fffd}"));
    let texts: Vec<_> = chat.messages().iter().map(|it| &it.text).collect();
    assert!(texts.iter().any(|it| *it == "x\u{fffd}y"), "{texts:?}");
}

#[test]
fn no_damage_brings_it_down_or_comes_in_half() {
    let mut random = fastrand::Rng::with_seed(20);
    let names = [
        "chatgpt.json",
        "open-webui.json",
        "lm-studio/1720000000123.conversation.json",
        "llama-cpp.json",
        "sharegpt.jsonl",
        "openai.jsonl",
        "charla.json",
    ];
    let marks = b"[]{},:\"\\0aeu\x00\xff\n-";
    for name in names {
        let whole = std::fs::read(fixture(name)).unwrap();
        let mut store = store();
        for round in 0..150 {
            let mut text = whole.clone();
            match round % 3 {
                0 => text.truncate(random.usize(..whole.len())),
                1 => {
                    for _ in 0..random.usize(1..6) {
                        let at = random.usize(..text.len());
                        text[at] = marks[random.usize(..marks.len())];
                    }
                }
                _ => {
                    let (a, b) = (random.usize(..text.len()), random.usize(..text.len()));
                    text.drain(a.min(b)..a.max(b));
                }
            }
            let before = store.all_chats().unwrap();
            match read(&mut store, &text) {
                Ok(_) => {
                    let all = everything(&store);
                    assert!(all.iter().all(|it| it.chat.path().count() <= 40));
                }
                Err(_) => assert_eq!(before, store.all_chats().unwrap()),
            }
        }
        // What came in of it goes out, and in again.
        let text = format!(
            "{{\"format\":\"charla-chats\",\"version\":1,\"chats\":[{}",
            json(&store)
        );
        let mut second = self::store();
        read(&mut second, text.as_bytes()).unwrap();
        assert_eq!(json(&second), json(&store));
    }
}

#[test]
fn the_branch_that_is_read_goes_out_as_a_line() {
    let mut store = store();
    import(&mut store, &fixture("charla.json")).unwrap();
    let ids = store.all_chats().unwrap();
    let mut out = Vec::new();
    export(&store, &ids, Format::Jsonl, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    let first: serde_json::Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    let roles: Vec<Role> = first["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| serde_json::from_value(it["role"].clone()).unwrap())
        .collect();
    let expected = [Role::System, Role::User, Role::Assistant, Role::User];
    assert_eq!(roles, expected);
    assert_eq!(text.lines().count(), 2);
    let mut second = self::store();
    assert_eq!(read(&mut second, text.as_bytes()).unwrap().chats_added, 2);
}
