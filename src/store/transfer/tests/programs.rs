//! What the exports of other programs say beside their plainest form.

use super::*;

#[test]
fn the_web_page_of_llama_cpp_is_a_tree() {
    let (report, chats) = bring("llama-cpp.json");
    assert_eq!(counts(&report), [(Why::Attachment, 1), (Why::Tool, 2)]);
    let tides = &chats[1].chat;
    assert_eq!(tides.title.as_deref(), Some("Tides"));
    assert_eq!(tides.system.as_deref(), Some("Answer briefly."));
    assert_eq!(
        path(tides),
        [
            "Why are there tides?",
            "The moon pulls.",
            "And the sun?",
            "It pulls too."
        ]
    );
    let reply = tides.path().nth(1).unwrap();
    assert_eq!(reply.reasoning, "Moon, gravity.");
    assert_eq!(reply.model.as_deref(), Some("gemma-3-4b"));
    assert_eq!(reply.created_unix_ms, 1_760_000_002_000);
    let versions = tides.versions(reply.id);
    assert_eq!(versions.len(), 2);
    let other = tides.message(versions[1]).unwrap();
    assert_eq!(
        (other.text.as_str(), other.reasoning.as_str()),
        ("Gravity.", "Short.")
    );
    let sum = &chats[0].chat;
    assert_eq!(
        path(sum),
        [
            "`note.txt`:\n````text\nA ```fence```.\n````\n\nSum it up.",
            "A fence."
        ]
    );
}

#[test]
fn a_message_of_open_webui_without_a_parent_finds_its_place() {
    let chat = |messages: &str| {
        format!(r#"{{"chat":{{"history":{{"messages":{{{messages}}},"currentId":"d"}}}}}}"#)
    };
    let message = |key: &str, role: &str, rest: &str| {
        format!(r#""{key}":{{"id":"{key}","role":"{role}","content":"{key}"{rest}}}"#)
    };
    let cases = [
        // By the children that another names.
        (
            [
                ",\"childrenIds\":[\"b\"]",
                "",
                ",\"parentId\":\"b\"",
                ",\"parentId\":\"c\"",
            ],
            vec!["a", "b", "c", "d"],
            0,
        ),
        // By the time; a question and its reply may have the same second.
        (
            [
                ",\"timestamp\":1",
                ",\"timestamp\":1",
                ",\"timestamp\":2",
                ",\"timestamp\":2,\"parentId\":\"gone\"",
            ],
            vec!["a", "b", "c", "d"],
            0,
        ),
        // An edited first question is no follower of the reply to the one before.
        (
            [
                ",\"timestamp\":1,\"parentId\":null",
                ",\"timestamp\":2,\"parentId\":\"a\"",
                ",\"timestamp\":3,\"parentId\":null",
                ",\"timestamp\":4,\"parentId\":null",
            ],
            vec!["c", "d"],
            0,
        ),
        // Where nothing tells, that is said.
        (
            ["", ",\"parentId\":\"a\"", ",\"parentId\":\"b\"", ""],
            vec!["d"],
            2,
        ),
    ];
    for (rests, wanted, lost) in cases {
        let mut store = store();
        let roles = ["user", "assistant", "user", "assistant"];
        let keys = ["a", "b", "c", "d"];
        let parts = keys.iter().zip(roles).zip(rests);
        let messages: Vec<String> = parts
            .map(|((key, role), rest)| message(key, role, rest))
            .collect();
        let report = read(&mut store, chat(&messages.join(",")).as_bytes()).unwrap();
        assert_eq!(path(&everything(&store)[0].chat), wanted, "{rests:?}");
        let told = counts(&report);
        let wanted = if lost > 0 {
            vec![(Why::NoPlace, lost)]
        } else {
            Vec::new()
        };
        assert_eq!(told, wanted, "{rests:?}");
    }
}

#[test]
fn thousands_of_messages_of_open_webui_without_a_parent_find_their_places() {
    let mut store = store();
    let messages = (0..10_000).rev().map(|index| {
        let role = if index % 2 == 0 { "user" } else { "assistant" };
        let time = 1_000 + index / 2;
        format!(r#""{index}":{{"role":"{role}","content":"{index}","timestamp":{time}}}"#)
    });
    let messages = messages.collect::<Vec<_>>().join(",");
    let text =
        format!(r#"{{"chat":{{"history":{{"messages":{{{messages}}},"currentId":"9999"}}}}}}"#);
    let report = read(&mut store, text.as_bytes()).unwrap();
    assert_eq!(counts(&report), []);
    let all = everything(&store);
    let path = path(&all[0].chat);
    assert_eq!(path.len(), 10_000);
    assert!(
        (0..10_000)
            .zip(path)
            .all(|(index, text)| index.to_string() == text)
    );
}

#[test]
fn a_reply_of_chatgpt_without_a_model_was_written_by_the_conversations() {
    let mut store = store();
    let text = r#"[{"title":"T","default_model_slug":"gpt-5","is_starred":true,"mapping":{
        "a":{"message":{"author":{"role":"user"},"content":{"parts":["q"]},
            "metadata":{"attachments":[{"name":"a.pdf"},{"name":"b.pdf"}]}}},
        "b":{"parent":"a","message":{"author":{"role":"assistant"},"content":{"parts":["r"]}}},
        "c":{"parent":"b","message":{"author":{"role":"assistant"},"content":{"parts":["s"]},
            "metadata":{"default_model_slug":"o3"}}}},"current_node":"c"}]"#;
    let report = read(&mut store, text.as_bytes()).unwrap();
    assert_eq!(counts(&report), [(Why::Attachment, 2)]);
    let all = everything(&store);
    let models: Vec<_> = all[0].chat.path().map(|it| it.model.as_deref()).collect();
    assert_eq!(models, [None, Some("gpt-5"), Some("o3")]);
    assert!(all[0].pinned_unix_ms.is_some());
}

#[test]
fn what_stands_beside_the_words_is_read_or_told() {
    let mut store = store();
    let text = r#"{"messages":[
        {"role":"user","content":"look","images":["AA=="]},
        {"role":"assistant","content":"yes","thinking":"a cat","model":"m1",
         "tool_calls":[{"id":"1"},{"id":"2"}]},
        {"role":"assistant","content":null,"function_call":{"name":"f"}},
        {"role":"assistant","content":null,"refusal":"I cannot."}]}"#;
    let report = read(&mut store, text.replace('\n', "").as_bytes()).unwrap();
    assert_eq!(counts(&report), [(Why::Attachment, 1), (Why::Tool, 3)]);
    let chat = &everything(&store)[0].chat;
    assert_eq!(path(chat), ["look", "yes", "I cannot."]);
    let reply = chat.path().nth(1).unwrap();
    assert_eq!(
        (reply.reasoning.as_str(), reply.model.as_deref()),
        ("a cat", Some("m1"))
    );

    let text = r#"{"image":"a.jpg","conversations":[{"from":"human","value":"What?"}]}"#;
    let report = read(&mut store, text.as_bytes()).unwrap();
    assert_eq!(counts(&report), [(Why::Attachment, 1)]);

    let text = r#"{"createdAt":1720000000123,"clientInput":"to be sent","messages":[{"versions":[
        {"role":"assistant","steps":[{"type":"contentBlock","content":[{"type":"text","text":"a"}]},
        {"type":"debugInfoBlock"},{"type":"citations"}]}]}]}"#;
    let report = read(&mut store, text.as_bytes()).unwrap();
    assert_eq!(counts(&report), [(Why::Unknown, 1)]);
    assert!(everything(&store).iter().any(|it| it.draft == "to be sent"));
}

#[test]
fn a_bad_line_among_others_is_named() {
    let good = r#"{"messages":[{"role":"user","content":"a"}]}"#;
    let open = r#"{"messages":[{"role":"user","content":"a"}]"#;
    let text = r#"{"messages":[{"role":"user","content":"a}]}"#;
    let lines = |lines: &[&str]| lines.join("\n").into_bytes();
    let broken = |line, column| Fault::Broken { line, column };
    for (bytes, fault) in [
        (lines(&[good, open, good, good]), broken(2, 43)),
        (lines(&[good, good, text, good]), broken(3, 43)),
        (lines(&[good, open, ""]), broken(2, 43)),
        // A document over several lines has no bad line; it just ends.
        (lines(&["{", "\"messages\":["]), Fault::CutOff),
        (lines(&[good, open]), Fault::CutOff),
    ] {
        let found = read(&mut store(), &bytes).unwrap_err();
        assert_eq!(found, fault, "{}", String::from_utf8_lossy(&bytes));
    }
    // The name of the file says it too.
    let bytes = Cursor::new(lines(&[open, good]));
    let error = import_reader(&mut store(), bytes, Path::new("a.jsonl"), LIMIT_BYTES);
    assert_eq!(error.unwrap_err(), broken(1, 43).at(Path::new("a.jsonl")));
}

#[test]
fn what_a_newer_charla_has_added_is_kept_or_told() {
    let mut store = store();
    let text = r#"{"format":"charla-chats","version":1,"chats":[{"id":"1","created_unix_ms":1,
        "mood":"sunny","sampling":{"seed":7,"smoothing":0.5},"leaf":"b","messages":[
        {"id":"a","role":"user","text":"q","created_unix_ms":1,"stars":5},
        {"id":"c","parent":"a","role":"tool","text":"42","created_unix_ms":2},
        {"id":"b","parent":"c","role":"assistant","text":"r","created_unix_ms":2,
         "finish":"tool_limit","sampling":{"smoothing":0.25}}]}]}"#;
    let report = read(&mut store, text.as_bytes()).unwrap();
    assert_eq!(counts(&report), [(Why::Unknown, 2)]);
    assert!(store.is_sound(), "it is no damage");
    let out = json(&store);
    for kept in [
        r#""smoothing":0.5"#,
        r#""smoothing":0.25"#,
        r#""role":"tool""#,
        r#""finish":"tool_limit""#,
    ] {
        assert!(out.contains(kept), "{kept}: {out}");
    }
    let chat = &everything(&store)[0].chat;
    assert_eq!(path(chat), ["q", "42", "r"]);
    assert_eq!(chat.sampling.as_ref().unwrap().seed, Some(7));
}
