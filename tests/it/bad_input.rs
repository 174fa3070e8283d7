//! Model files that are wrong: each is refused in one line that names the file and the
//! cause, and none takes more down than the engine.

use std::fs::{self, OpenOptions};
use std::path::Path;

use charla::chat::Finish;
use charla::engine::fault::During;
use charla::engine::{Error, Fault, Launch};

use crate::support::engine::{Engine, greedy, question, task};
use crate::support::gguf::{Places, overwrite};
use crate::support::{CHARLA, Home, Outcome, QUESTION, model, options, run};
use crate::talk::{Talk, check_names};

/// Checks that `ask` with the model at `path` says all of `words` in one line of
/// `language`, names the file, and says nothing else.
#[track_caller]
fn check_in(language: &str, home: &Home, path: &Path, words: &[&str]) {
    let mut command = home.charla(&["ask", "--threads", "1", "-m"]);
    command.arg(path).arg("Hi").env("LC_ALL", language);
    check_refused(&run(command, b""), path, words);
}

#[track_caller]
fn check(home: &Home, path: &Path, words: &[&str]) {
    check_in("C.UTF-8", home, path, words);
}

#[track_caller]
fn check_refused(outcome: &Outcome, path: &Path, words: &[&str]) {
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
    assert_eq!(outcome.stdout, "");
    assert_eq!(outcome.stderr.lines().count(), 1, "{outcome:?}");
    for word in words.iter().chain(&[path.to_str().unwrap()]) {
        assert!(
            outcome.stderr.contains(word),
            "it should say {word:?}: {outcome:?}"
        );
    }
}

/// A copy of the model with two words of its vocabulary the same.
pub(crate) fn with_duplicate_word(home: &Home) -> std::path::PathBuf {
    let path = home.copy_of_model("twice.gguf");
    let places = Places::of(&path);
    let (word, other) = places.two_words();
    overwrite(&path, other, &word.bytes);
    path
}

/// A copy of the model that claims to have no layers.
pub(crate) fn without_layers(home: &Home) -> std::path::PathBuf {
    let path = home.copy_of_model("flat.gguf");
    overwrite(&path, Places::of(&path).value("llama.block_count"), &[0; 4]);
    path
}

pub(crate) fn truncated(home: &Home) -> std::path::PathBuf {
    let path = home.copy_of_model("short.gguf");
    let file = OpenOptions::new().write(true).open(&path).unwrap();
    file.set_len(50_000_000).unwrap();
    path
}

#[test]
fn what_is_no_model_is_refused() {
    let home = Home::new();
    check(
        &home,
        &home.file("notes.gguf", b"Dear diary"),
        &["is not a GGUF model file"],
    );
    let empty = home.file("empty.gguf", b"");
    check(&home, &empty, &["is empty"]);
    check_in(
        "es_ES.UTF-8",
        &home,
        &empty,
        &["está vacío. Descárgalo de nuevo."],
    );
    check(&home, home.path(), &["is a folder"]);
    check(&home, &home.path().join("gone.gguf"), &["does not exist"]);
    check(
        &home,
        &home.file("old.gguf", b"GGUF\x01\0\0\0"),
        &["version 1"],
    );
    check(
        &home,
        &home.file("cut.gguf", b"GGUF\x03\0\0\0"),
        &["is incomplete"],
    );
}

#[test]
fn a_truncated_model_is_refused() {
    let home = Home::new();
    let path = truncated(&home);
    check(&home, &path, &["is incomplete", "98,362,432", "50,000,000"]);
    check_in(
        "es_ES.UTF-8",
        &home,
        &path,
        &["está incompleto", "98.362.432"],
    );
}

#[test]
fn a_model_that_would_kill_the_engine_is_refused() {
    let home = Home::new();
    check(
        &home,
        &with_duplicate_word(&home),
        &["its vocabulary has the word", "twice"],
    );
    check(&home, &without_layers(&home), &["0 layers", "1 to 512"]);
}

#[cfg(unix)]
#[test]
fn a_file_without_permission_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;
    const NOBODY: u32 = 65_534;

    let home = Home::new();
    let path = home.file("secret.gguf", b"GGUF");
    let allow = |path: &Path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    allow(&path, 0o000);
    // Root may read everything, so it lets somebody else try, who may need a program that
    // does not lie in root's own folders.
    let program = home.path().join("charla");
    fs::copy(CHARLA, &program).unwrap();
    allow(home.path(), 0o777);
    let mut command = home.set_up(std::process::Command::new(program), &["ask", "-m"]);
    command.arg(&path).arg("Hi").current_dir(home.path());
    if rustix::process::geteuid().is_root() {
        command.uid(NOBODY).gid(NOBODY);
    }
    check_refused(
        &run(command, b""),
        &path,
        &["You do not have permission to read"],
    );
}

#[test]
fn a_model_without_a_chat_template_works_and_says_so() {
    let home = Home::new();
    let path = home.copy_of_model("plain.gguf");
    overwrite(
        &path,
        Places::of(&path).name("tokenizer.chat_template"),
        b"tokenizer.chat_tEmPlAtE",
    );
    let mut command = home.charla(&[
        "ask",
        "--threads",
        "1",
        "--temperature",
        "0",
        "-n",
        "32",
        "-m",
    ]);
    command.arg(&path).arg(QUESTION);
    let outcome = run(command, b"");
    assert_eq!(outcome.code, Some(0), "{outcome:?}");
    assert!(outcome.stdout.contains("Paris"), "{outcome:?}");
    assert_eq!(
        outcome.stderr,
        "charla: This model has no chat template, so ChatML is used. Its replies may be worse for it.\n"
    );
}

#[test]
fn a_prompt_longer_than_the_context_is_refused_with_both_numbers() {
    let home = Home::new();
    let command = home.ask(&[
        "--context",
        "256",
        &crate::support::engine::long_prompt(1500),
    ]);
    let outcome = run(command, b"");
    assert_eq!(
        (outcome.code, outcome.stdout.as_str()),
        (Some(1), ""),
        "{outcome:?}"
    );
    assert_eq!(outcome.stderr.lines().count(), 1, "{outcome:?}");
    let (_, rest) = outcome.stderr.split_once("The conversation has ").unwrap();
    let (tokens, rest) = rest.split_once(" tokens").unwrap();
    let tokens: u32 = tokens.replace(',', "").parse().unwrap();
    assert!((1500..1600).contains(&tokens), "{outcome:?}");
    assert!(rest.contains("the context holds 256."), "{outcome:?}");
}

/// What llama.cpp does with these files when nobody has looked at them before, and that
/// the next engine is as good as new.
#[test]
fn a_file_that_kills_the_engine_kills_nothing_else() {
    let home = Home::new();
    let mut talk = Talk::start(Launch::Program(CHARLA.into()));
    for path in [with_duplicate_word(&home), without_layers(&home)] {
        let mut engine = Engine::start();
        engine.begin_load(path.clone(), options());
        let status = engine.end();
        assert!(!status.success(), "{}: {status}", path.display());

        talk.client.load(path.clone(), options(), None);
        let (failed, error) = talk.loaded().unwrap_err();
        assert_eq!(failed, path);
        let during = match &error {
            Error::Signal { during, .. } | Error::Exit { during, .. } => during,
            other => panic!("{}: {other:?}", path.display()),
        };
        assert_eq!(*during, During::Load(path.clone()));
        check_names(&error, &path);
    }
    // A reply that needs the model that failed is told so, and does not wait for ever.
    let id = talk.client.generate(task("Hi", 4));
    let (reply, end) = talk.end_of(id);
    assert!(end.is_err(), "{reply}");

    talk.client.load(model(), options(), None);
    talk.loaded().unwrap();
    let id = talk.client.generate(task(QUESTION, 32));
    let (reply, end) = talk.end_of(id);
    assert!(
        matches!(end, Ok(Finish::EndOfReply | Finish::Length)),
        "{end:?}"
    );
    assert!(reply.contains("Paris"), "{reply}");
}

/// What llama.cpp refuses by itself leaves the engine as it was.
#[test]
fn a_file_that_llama_cpp_refuses_is_told_by_the_engine() {
    let home = Home::new();
    let mut engine = Engine::start();
    let mut check = |path: &Path| match engine.load(path, options()).1 {
        Err(
            Fault::LoadFailed { path: told, .. }
            | Fault::FileMissing { path: told }
            | Fault::NotAFile { path: told }
            | Fault::FileUnreadable { path: told, .. },
        ) => assert_eq!(told, path),
        other => panic!("{}: {other:?}", path.display()),
    };
    check(&truncated(&home));
    check(&home.file("notes.gguf", b"Dear diary"));
    check(&home.file("empty.gguf", b""));
    check(home.path());
    check(&home.path().join("gone.gguf"));
    let (_, loaded) = engine.load(&model(), options());
    loaded.unwrap();
    let reply = engine.reply(&question(QUESTION), greedy(32)).unwrap();
    assert!(reply.text.contains("Paris"), "{reply:?}");
}
