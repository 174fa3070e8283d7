//! What is asked: the question, and what comes through standard input.

use std::fs;
use std::io::Read as _;

use serde_json::Value;

use super::ask_json;
use crate::support::{CHARLA, Home, QUESTION, Running, run};

/// What a question was put together from shows in the chat that is kept.
#[track_caller]
fn asked(arguments: &[&str], input: &[u8]) -> (String, String) {
    let home = Home::new();
    let arguments = [&["--chat", "new", "-n", "1"], arguments].concat();
    let outcome = run(home.ask(&arguments), input);
    assert_eq!(outcome.code, Some(0), "{outcome:?}");
    let exported = run(
        home.charla(&["chats", "export", "--all", "--format", "jsonl"]),
        b"",
    );
    let chat: Value = serde_json::from_str(exported.stdout.trim()).unwrap();
    let question = chat["messages"][0]["content"].as_str().unwrap().to_owned();
    // The first line names the chat.
    let notes = outcome
        .stderr
        .lines()
        .filter(|it| !it.contains("charla ask --chat"))
        // One word may well be none.
        .filter(|it| !it.contains("The model wrote nothing"));
    (question, notes.collect::<Vec<_>>().join("\n"))
}

#[test]
fn a_text_and_a_question_go_together() {
    let table: [(&[&str], &[u8], &str); 7] = [
        (&["Sum up"], b"one\ntwo\n", "one\ntwo\n\nSum up"),
        (&["Sum up"], b"", "Sum up"),
        (&["Sum up"], b" \n", "Sum up"),
        (&["Sum up"], b"\xef\xbb\xbfone\r\n", "one\n\nSum up"),
        (&[], b"\xef\xbb\xbfone?\n", "one?"),
        (&["-"], b"\xef\xbb\xbfone?\n", "one?"),
        (&["\u{feff}one?"], b"", "one?"),
    ];
    for (arguments, input, question) in table {
        let (asked, notes) = asked(arguments, input);
        assert_eq!((asked.as_str(), notes.as_str()), (question, ""));
    }
}

#[test]
fn a_text_in_another_encoding_is_read_and_the_guess_is_told() {
    let words = "Съешь же ещё этих мягких французских булок";
    let (russian, ..) = encoding_rs::WINDOWS_1251.encode(words);
    let (asked_one, notes) = asked(&["Translate"], &russian);
    assert_eq!(asked_one, format!("{words}\n\nTranslate"));
    assert!(notes.contains("windows-1251"), "{notes}");
    let (japanese, ..) = encoding_rs::SHIFT_JIS.encode("猫");
    let (asked_one, notes) = asked(&["--encoding", "sjis"], &japanese);
    assert_eq!((asked_one.as_str(), notes.as_str()), ("猫", ""));
    let marked: Vec<u8> = "\u{feff}¿Qué?\r\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let (asked_one, notes) = asked(&[], &marked);
    assert_eq!((asked_one.as_str(), notes.as_str()), ("¿Qué?", ""));
}

/// As a program gets it that another one starts and never writes to. A shell's pipe is waited
/// for however long it is silent, so that no text is lost.
#[cfg(target_os = "linux")]
#[test]
fn a_pipe_that_stays_open_holds_up_no_question() {
    let home = Home::new();
    let mut command = home.ask(&["-n", "1", QUESTION]);
    let mut held = Running::start(command.stderr(std::process::Stdio::piped()));
    assert_eq!(held.wait().code(), Some(0));
    let mut said = String::new();
    let mut stderr = held.0.stderr.take().unwrap();
    stderr.read_to_string(&mut said).unwrap();
    assert!(said.contains("asked without it"), "{said}");

    let ask = home.ask(&["-n", "1", "--json", "Sum up"]);
    let arguments = ask.get_args().map(|it| it.to_str().unwrap());
    let arguments: Vec<String> = arguments.map(|it| format!("'{it}'")).collect();
    // The text comes once it has been said that it is waited for, however long that takes.
    let said = home.path().join("said");
    let said = said.display();
    let script = format!(
        "(until grep -q 'Waiting for standard input' '{said}'; do sleep 0.1; done; echo late) | \
         '{CHARLA}' {} 2>'{said}'",
        arguments.join(" ")
    );
    fs::write(home.path().join("said"), "").unwrap();
    let shell = home.set_up(std::process::Command::new("sh"), &["-c", &script]);
    let outcome = run(shell, b"");
    let reply: Value = serde_json::from_str(&outcome.stdout).unwrap();
    let with_text = reply["timings"]["prompt_tokens"].as_u64().unwrap();
    let without = ask_json(&["-n", "1", "Sum up"]);
    assert!(with_text > without["timings"]["prompt_tokens"].as_u64().unwrap());
}
