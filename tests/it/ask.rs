//! `charla ask` as a shell sees it: text, exit status, standard error.

mod input;

use std::io::{Read, Write as _};
use std::time::Duration;

use serde_json::Value;

use crate::support::{Home, LONG_STORY, Outcome, PATIENCE, QUESTION, Running, SOON, run, until};
use crate::thinking::OPENS;

/// Asks with `arguments`, which must work without a word on standard error.
#[track_caller]
fn ask(arguments: &[&str], input: &str) -> String {
    let home = Home::new();
    let Outcome {
        code,
        stdout,
        stderr,
    } = run(home.ask(arguments), input.as_bytes());
    assert_eq!(
        (code, stderr.as_str()),
        (Some(0), ""),
        "{arguments:?}: {stdout}"
    );
    stdout
}

/// The same with `--json`.
#[track_caller]
fn ask_json(arguments: &[&str]) -> Value {
    let printed = ask(&[&["--json"], arguments].concat(), "");
    assert_eq!(printed.matches('\n').count(), 1, "one line: {printed}");
    serde_json::from_str(&printed).unwrap()
}

/// Checks that Charla ends with `code`, says nothing on standard output, and on standard
/// error all of `words`; with 1, in one line.
#[track_caller]
fn check_refusal(arguments: &[&str], input: &[u8], code: i32, words: &[&str]) {
    let home = Home::new();
    let outcome = run(home.charla(&[&["ask"], arguments].concat()), input);
    assert_eq!(outcome.code, Some(code), "{arguments:?}: {outcome:?}");
    assert_eq!(outcome.stdout, "", "{arguments:?}");
    for word in words {
        assert!(
            outcome.stderr.contains(word),
            "{arguments:?} should say {word:?}: {outcome:?}"
        );
    }
    if code == 1 {
        assert_eq!(outcome.stderr.lines().count(), 1, "{outcome:?}");
    }
}

#[test]
fn the_reply_is_all_that_is_printed() {
    let printed = ask(&["--temperature", "0", "-n", "32", QUESTION], "");
    assert!(printed.contains("Paris"), "{printed}");
    assert!(
        printed.ends_with('\n') && !printed.ends_with("\n\n"),
        "{printed:?}"
    );
    assert!(!printed.contains("<|"), "{printed}");
}

#[test]
fn a_question_can_come_through_a_pipe() {
    let printed = ask(
        &["--temperature", "0", "-n", "32", "-"],
        &format!("{QUESTION}\n"),
    );
    assert!(printed.contains("Paris"), "{printed}");
}

#[test]
fn json_tells_all() {
    let reply = ask_json(&["--temperature", "0", "-n", "4", QUESTION]);
    assert!(reply["model"].as_str().unwrap().contains("135M"), "{reply}");
    assert_eq!(reply["finish"], "length");
    assert_eq!(reply["timings"]["generated_tokens"], 4);
    assert_eq!(reply["timings"]["cached_tokens"], 0);
    assert!(!reply["text"].as_str().unwrap().is_empty(), "{reply}");
    assert!(reply["seed"].is_u64(), "{reply}");
    for rate in ["prompt_tokens_per_second", "tokens_per_second"] {
        assert!(reply[rate].as_f64().unwrap() > 0.0, "{rate}: {reply}");
    }
    for time in ["prompt_ms", "generation_ms", "first_token_ms"] {
        assert!(
            reply["timings"][time].as_f64().unwrap() > 0.0,
            "{time}: {reply}"
        );
    }
    let prompt_tokens = |reply: &Value| reply["timings"]["prompt_tokens"].as_u64().unwrap();
    let told = ask_json(&[
        "--system",
        "Answer like a pirate would, in rhymes, always, without \
        fail, and mention the sea at least once in each line.",
        "-n",
        "4",
        QUESTION,
    ]);
    assert!(
        prompt_tokens(&told) > prompt_tokens(&reply) + 5,
        "{told} {reply}"
    );
}

/// Runs `charla ask` with a copy of the model that has another template.
#[track_caller]
fn ask_with_template(template: &str, arguments: &[&str]) -> Outcome {
    let home = Home::new();
    let model = home.model_with_template(template);
    let mut command = home.charla(&["ask", "--threads", "1", "--temperature", "0", "-m"]);
    command.arg(model).args(arguments);
    let outcome = run(command, b"");
    assert_eq!(outcome.code, Some(0), "{arguments:?}: {outcome:?}");
    outcome
}

#[test]
fn thoughts_are_no_part_of_the_reply() {
    let home = Home::new();
    let grammar = r#"root ::= "It is Paris.\n</think>\n\nParis.""#;
    let grammar = home.file("paris.gbnf", grammar.as_bytes());
    let grammar = grammar.to_str().unwrap();
    let ask = |more: &[&str]| {
        let arguments = [&["--grammar", grammar], more, &[QUESTION]].concat();
        ask_with_template(OPENS, &arguments)
    };
    let plain = ask(&[]);
    assert_eq!(
        (plain.stdout.as_str(), plain.stderr.as_str()),
        ("Paris.\n", "")
    );
    let shown = ask(&["--show-thinking"]);
    assert_eq!(shown.stdout, "Paris.\n");
    assert_eq!(shown.stderr, "It is Paris.\n\n");
    let json: Value = serde_json::from_str(&ask(&["--json"]).stdout).unwrap();
    assert_eq!(
        (json["text"].as_str(), json["reasoning"].as_str()),
        (Some("Paris."), Some("It is Paris."))
    );
    let cut = ask(&["-n", "3"]);
    assert_eq!(cut.stdout.trim(), "");
    assert!(cut.stderr.contains("among the model’s thoughts"), "{cut:?}");
}

#[test]
fn a_reply_is_whole_where_nobody_reads_the_thoughts() {
    let home = Home::new();
    let model = home.model_with_template(OPENS);
    let grammar = r#"root ::= "It is Paris.\n</think>\n\nParis.""#;
    let grammar = home.file("paris.gbnf", grammar.as_bytes());
    let mut command = home.charla(&["ask", "--threads", "1", "--temperature", "0"]);
    command.args(["--show-thinking", "--grammar"]).arg(grammar);
    command.arg("-m").arg(model).arg(QUESTION);
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut charla = Running::start_alone(command.stderr(writer));
    let mut reply = String::new();
    let stdout = charla.0.stdout.as_mut().unwrap();
    stdout.read_to_string(&mut reply).unwrap();
    assert_eq!(
        (reply.as_str(), charla.wait().code()),
        ("Paris.\n", Some(0))
    );
}

#[test]
fn a_reply_without_a_word_is_remarked_on() {
    let home = Home::new();
    let grammar = home.file("nothing.gbnf", b"root ::= \"\"");
    let grammar = grammar.to_str().unwrap();
    let outcome = run(home.ask(&["--grammar", grammar, QUESTION]), b"");
    assert_eq!((outcome.code, outcome.stdout.trim()), (Some(0), ""));
    assert!(outcome.stderr.contains("wrote nothing"), "{outcome:?}");
    assert!(!outcome.stderr.contains("--plain"), "{outcome:?}");
    let hi = home.file("hi.gbnf", b"root ::= \"Hi\"");
    let stop = ["--grammar", hi.to_str().unwrap(), "--stop", "H", QUESTION];
    let stopped = run(home.ask(&stop), b"");
    assert!(stopped.stderr.contains("stop text"), "{stopped:?}");
    // A model without a template may not be one for chats.
    let other = ask_with_template(" ", &["--grammar", grammar, QUESTION]);
    assert!(other.stderr.contains("ask --plain"), "{other:?}");
}

#[test]
fn a_text_can_go_on_without_a_template() {
    let text = "The capital of France is";
    let printed = ask(&["--temperature", "0", "-n", "8", "--plain", text], "");
    assert!(printed.contains("Paris"), "{printed}");
    let told = ask_json(&["--temperature", "0", "-n", "8", "--plain", text]);
    assert!(
        told["timings"]["prompt_tokens"].as_u64().unwrap() < 8,
        "{told}"
    );
    let outcome = ask_with_template(" ", &["-n", "8", "--plain", text]);
    assert_eq!((outcome.stdout, outcome.stderr.as_str()), (printed, ""));
    for other in [["--chat", "new"], ["--system", "Be brief."]] {
        check_refusal(&["--plain", other[0], other[1], text], b"", 2, &["--plain"]);
    }
}

#[test]
fn a_seed_gives_the_same_reply_again() {
    let with_seed = |seed: &str| {
        let warm = [
            "--temperature",
            "0.8",
            "-n",
            "24",
            "--seed",
            seed,
            "Tell me a story.",
        ];
        let reply = ask_json(&warm);
        assert_eq!(reply["seed"].to_string(), seed);
        reply["text"].to_string()
    };
    let first = with_seed("7");
    assert_eq!(first, with_seed("7"));
    assert_ne!(first, with_seed("8"), "another seed, another story");
}

#[test]
fn a_stop_string_ends_the_reply_and_is_not_shown() {
    let whole = ask_json(&["--temperature", "0", "-n", "32", QUESTION]);
    let whole = whole["text"].as_str().unwrap();
    let word = whole.split(' ').nth(3).unwrap();
    let (before, _) = whole.split_once(word).unwrap();
    let stopped = ask_json(&[
        "--temperature",
        "0",
        "-n",
        "32",
        "--stop",
        "never said",
        "--stop",
        word,
        QUESTION,
    ]);
    assert_eq!(stopped["text"], before, "{whole} stopped at {word}");
    assert_eq!(stopped["finish"], "stop_string");
}

#[test]
fn the_reply_comes_word_by_word() {
    let home = Home::new();
    let mut charla =
        Running::start_alone(&mut home.ask(&["-n", "40", "--temperature", "0", LONG_STORY]));
    let mut pipe = charla.0.stdout.take().unwrap();
    let (mut reads, mut bytes) = (0, [0; 4096]);
    while pipe.read(&mut bytes).unwrap() > 0 {
        reads += 1;
        if reads == 1 {
            assert!(
                charla.0.try_wait().unwrap().is_none(),
                "the first word comes before the end"
            );
        }
    }
    assert!(reads > 3, "{reads} reads");
    assert!(charla.wait().success());
}

#[test]
fn nobody_reading_on_is_no_error() {
    for arguments in [&["-n", "4000"][..], &["-n", "400", "--json"]] {
        let home = Home::new();
        let mut command = home.ask(&[arguments, &["--temperature", "0", LONG_STORY]].concat());
        let mut charla = Running::start_alone(command.stderr(std::process::Stdio::piped()));
        let mut pipe = charla.0.stdout.take().unwrap();
        if !arguments.contains(&"--json") {
            pipe.read_exact(&mut [0]).unwrap();
        }
        drop(pipe);
        let mut stderr = String::new();
        charla
            .0
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut stderr)
            .unwrap();
        assert_eq!(
            (charla.wait().code(), stderr.as_str()),
            (Some(0), ""),
            "{arguments:?}"
        );
    }
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_the_reply_and_keeps_what_was_said() {
    use rustix::process::{Pid, Signal, kill_process};
    let home = Home::new();
    let mut command = home.ask(&["-n", "2000", "--temperature", "0", LONG_STORY]);
    let mut charla = Running::start_alone(command.stderr(std::process::Stdio::piped()));
    let mut pipe = charla.0.stdout.take().unwrap();
    let mut said = vec![0; 8];
    pipe.read_exact(&mut said).unwrap();
    kill_process(Pid::from_child(&charla.0), Signal::INT).unwrap();
    let mut status = None;
    until("charla ends", SOON, || {
        status = charla.0.try_wait().unwrap();
        status.is_some()
    });
    assert_eq!(status.unwrap().code(), Some(130));
    pipe.read_to_end(&mut said).unwrap();
    let said = String::from_utf8(said).unwrap();
    assert!(
        said.ends_with('\n'),
        "the shell's prompt begins on a line of its own: {said:?}"
    );
    let mut stderr = String::new();
    charla
        .0
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut stderr)
        .unwrap();
    assert_eq!(stderr, "");
}

/// An interrupt counts also when it comes while Charla waits for a reader that is slow.
#[cfg(target_os = "linux")]
#[test]
fn an_interrupt_is_not_lost_while_nobody_reads() {
    use rustix::process::{Pid, Signal, kill_process};
    let home = Home::new();
    let (mut reader, writer) = std::io::pipe().unwrap();
    let mut filler = writer.try_clone().unwrap();
    // As much as a pipe takes.
    let filling = std::thread::spawn(move || filler.write_all(&vec![b'\n'; 1 << 16]).unwrap());
    let mut command = home.ask(&["-n", "2000", "--temperature", "0", LONG_STORY]);
    let mut child = command.stdout(writer).spawn().unwrap();
    drop(command);
    // Time enough to come to the first word, which there is no room for. Should it not be,
    // then the interrupt comes in another moment, and counts as well.
    std::thread::sleep(Duration::from_secs(2));
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    let mut said = Vec::new();
    reader.read_to_end(&mut said).unwrap();
    filling.join().unwrap();
    assert_eq!(
        child.wait().unwrap().code(),
        Some(130),
        "{} bytes",
        said.len()
    );
}

#[test]
fn wrong_usage_is_told_with_status_2() {
    let cases: [(&[&str], &[&str]); 9] = [
        (&["--no-such-flag", "Hi"], &["--no-such-flag", "Usage:"]),
        (&[], &["Usage:"]),
        (&["--temperature", "hot", "Hi"], &["--temperature", "hot"]),
        (&["--temperature", "NaN", "Hi"], &["--temperature", "NaN"]),
        (&["--top-p", "7", "Hi"], &["--top-p", "7", "0 – 1"]),
        (&["-n", "0", "Hi"], &["--max-tokens", "0"]),
        (&["--context", "10", "Hi"], &["--context", "10", "256"]),
        (&["--threads", "0", "Hi"], &["--threads"]),
        (&["--seed", "-3", "Hi"], &["-3", "0 – 4294967294"]),
    ];
    for (arguments, words) in cases {
        check_refusal(arguments, b"", 2, words);
    }
}

#[test]
fn what_cannot_be_asked_is_told_with_status_1() {
    check_refusal(&["-m", "no-such-model", "Hi"], b"", 1, &["“no-such-model”"]);
    check_refusal(
        &["-m", "./no-such.gguf", "Hi"],
        b"",
        1,
        &["“./no-such.gguf”", "does not exist"],
    );
    check_refusal(&["  \n"], b"", 1, &["The question is empty"]);
    check_refusal(&["-"], b"", 1, &["The question is empty"]);
    check_refusal(&["-"], b"\x7fELF\x02\x01\x01\0\0", 1, &["is no text"]);
    check_refusal(&["Hi"], b"GIF89a\0\x01\0\x01", 1, &["is no text"]);
    let folder = std::fs::File::open("/").unwrap();
    let mut command = Home::new().ask(&["Hi"]);
    let outcome = command.stdin(folder).output().unwrap();
    let said = String::from_utf8(outcome.stderr).unwrap();
    assert!(said.contains("Standard input cannot be read"), "{said}");
    assert_eq!((outcome.status.code(), said.lines().count()), (Some(1), 1));
}

/// The program lies in a checkout, whose models are those of `script/run` alone.
#[cfg(unix)]
#[test]
fn a_model_is_found_by_a_part_of_its_name() {
    let home = Home::new();
    let ask = |arguments: &[&str]| {
        let mut command = home.charla(&[&["ask"], arguments].concat());
        command.env_remove("CHARLA_BUNDLED_MODELS");
        run(command, b"")
    };
    let outcome = ask(&["Hi"]);
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
    let models = home.path().join("data/models");
    assert!(
        outcome.stderr.contains(models.to_str().unwrap()),
        "{outcome:?}"
    );

    std::fs::create_dir_all(&models).unwrap();
    std::os::unix::fs::symlink(crate::support::model(), models.join("Small-Q4_1.gguf")).unwrap();
    for arguments in [&["-m", "smal"][..], &["-m", "Small-Q4_1.gguf"], &[]] {
        let outcome = ask(&[&["--threads", "1", "-n", "1"], arguments, &["Hi"]].concat());
        assert_eq!(
            (outcome.code, outcome.stderr.as_str()),
            (Some(0), ""),
            "{outcome:?}"
        );
    }
}

#[test]
fn spanish_is_spoken_to_those_who_speak_it() {
    let home = Home::new();
    let check = |arguments: &[&str], code: i32, words: &str| {
        let mut command = home.charla(arguments);
        command.env("LC_ALL", "es_ES.UTF-8");
        let outcome = run(command, b"");
        assert_eq!(outcome.code, Some(code), "{outcome:?}");
        let said = outcome.stdout.clone() + &outcome.stderr;
        assert!(said.contains(words), "{words}: {outcome:?}");
    };
    check(&["--help"], 0, "Charla privada con modelos GGUF");
    check(&["ask", "--help"], 0, "Longitud máxima de la respuesta");
    check(
        &["ask", "-m", "ninguno", "Hola"],
        1,
        "Ningún modelo se llama «ninguno»",
    );
    check(&["ask", " "], 1, "La pregunta está vacía");
    check(&["ask"], 2, "No hay ninguna pregunta");
    check(
        &["--version"],
        0,
        concat!("charla ", env!("CARGO_PKG_VERSION")),
    );
}

/// The pipe of a full disk, as Linux plays it.
#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_an_error() {
    let home = Home::new();
    let full = std::fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let mut command = home.ask(&["-n", "4", QUESTION]);
    command.stdout(full).stderr(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut status = None;
    until("charla ends", PATIENCE, || {
        status = child.try_wait().unwrap();
        status.is_some()
    });
    let mut stderr = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut stderr)
        .unwrap();
    assert_eq!(status.unwrap().code(), Some(1), "{stderr}");
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
}
