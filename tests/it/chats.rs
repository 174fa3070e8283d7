//! `charla chats`: what comes in, what goes out, and what is refused.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::Value;

use crate::support::{Home, Outcome, Running, run};

fn fixture(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/import");
    folder.join(name).to_str().unwrap().to_owned()
}

/// Runs `charla chats` and returns what it printed; it must succeed.
#[track_caller]
fn chats(home: &Home, arguments: &[&str]) -> String {
    let outcome = try_chats(home, arguments);
    assert_eq!(outcome.code, Some(0), "{outcome:?}");
    assert_eq!(outcome.stderr, "");
    outcome.stdout
}

fn try_chats(home: &Home, arguments: &[&str]) -> Outcome {
    let arguments: Vec<&str> = ["chats"].iter().chain(arguments).copied().collect();
    run(home.charla(&arguments), b"")
}

#[track_caller]
fn json(home: &Home, arguments: &[&str]) -> Value {
    serde_json::from_str(&chats(home, arguments)).unwrap()
}

/// Runs `charla chats`, which must fail with one sentence; returns it.
#[track_caller]
fn refused(home: &Home, arguments: &[&str]) -> String {
    let outcome = try_chats(home, arguments);
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
    assert_eq!(outcome.stdout, "", "{outcome:?}");
    assert_eq!(outcome.stderr.lines().count(), 1, "{outcome:?}");
    outcome.stderr
}

/// The codes of the chats that are listed.
#[track_caller]
fn codes(home: &Home) -> Vec<String> {
    let list = json(home, &["list", "--json"]);
    let ids = list.as_array().unwrap().iter().map(|it| &it["id"]);
    ids.map(|it| it.as_str().unwrap().to_owned()).collect()
}

/// An export without its first line, which has the time.
fn without_time(text: &str) -> &str {
    text.split_once('\n').unwrap().1
}

#[test]
fn a_home_without_chats_stays_as_it_is() {
    let home = Home::new();
    assert_eq!(chats(&home, &["list"]), "");
    assert_eq!(chats(&home, &["bin"]), "");
    assert_eq!(chats(&home, &["search", "hello"]), "");
    for arguments in [["list", "--json"], ["bin", "--json"]] {
        assert_eq!(json(&home, &arguments), Value::Array(Vec::new()));
    }
    assert!(!home.path().join("data").exists());
    let empty = json(&home, &["export", "--all", "--format", "json"]);
    assert_eq!(empty["chats"], Value::Array(Vec::new()));
    assert!(refused(&home, &["show", "abc"]).contains("There is no chat “abc”"));
}

#[test]
fn every_format_comes_in_once() {
    let home = Home::new();
    let files = [
        ("chatgpt.json", 2, 8),
        ("open-webui.json", 1, 5),
        ("lm-studio", 2, 8),
        ("sharegpt.jsonl", 2, 5),
        ("sharegpt.json", 1, 2),
        ("openai.jsonl", 2, 4),
        ("charla.json", 2, 5),
    ];
    for (name, added, messages) in files {
        let arguments = ["import", &fixture(name), "--json"];
        let report = json(&home, &arguments);
        assert_eq!(report["chats_added"], added, "{name}: {report}");
        assert_eq!(report["messages_added"], messages, "{name}: {report}");
        let again = json(&home, &arguments);
        assert_eq!(again["already_here"], added, "{name}: {again}");
        assert_eq!(again["messages_added"], 0, "{name}: {again}");
        assert_eq!(again["chats_added"], 0, "{name}: {again}");
    }
    let list = chats(&home, &["list"]);
    assert_eq!(list.lines().count(), 10);
    assert!(
        list.lines().next().unwrap().starts_with("7h2k9m4p1 "),
        "{list}"
    );
    assert_eq!(chats(&home, &["list", "--archived"]).lines().count(), 2);
    assert_eq!(chats(&home, &["list", "-n", "3"]).lines().count(), 3);
    let cat = json(&home, &["show", "7h2k", "--json"]);
    assert_eq!(
        (&cat["leaf"], &cat["draft"]),
        (&"g4".into(), &"¿Y si es gata?".into())
    );
    assert_eq!(
        cat["messages"][1]["timings"]["prompt_ms"],
        101.123_456_789_012_34
    );
    let listed = json(&home, &["list", "--json"]);
    assert_eq!(listed[0]["folder"], "Casa");
    assert_eq!(listed[0]["pinned"], true);
}

#[test]
fn what_is_left_out_is_told() {
    let home = Home::new();
    let said = chats(&home, &["import", &fixture("chatgpt.json")]);
    for words in [
        "2 new chats",
        "8 new messages",
        "1 message without text was left out (Sourdough for beginners)",
        "1 image or other attachment was left out",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    let mut command = home.charla(&["chats", "import", &fixture("openai.jsonl")]);
    command.env("LC_ALL", "es_ES.UTF-8");
    let said = run(command, b"").stdout;
    assert!(said.contains("2 charlas nuevas"), "{said}");
    assert!(said.contains("Se ha omitido 1 imagen"), "{said}");
}

#[test]
fn all_that_goes_out_comes_in_again() {
    let (home, other) = (Home::new(), Home::new());
    for name in [
        "chatgpt.json",
        "open-webui.json",
        "lm-studio",
        "charla.json",
    ] {
        chats(&home, &["import", &fixture(name)]);
    }
    let all = ["export", "--all", "--format", "json"];
    let first = chats(&home, &all);
    let file = home.file("all.json", first.as_bytes());
    chats(&other, &["import", file.to_str().unwrap()]);
    let second = chats(&other, &all);
    assert_eq!(without_time(&first), without_time(&second));

    // One file a chat does as well.
    let folder = home.path().join("taken out");
    let to = folder.to_str().unwrap();
    let said = chats(
        &home,
        &["export", "--all", "--format", "json", "--output", to],
    );
    assert!(said.contains("7 chats are in"), "{said}");
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 7);
    let third = Home::new();
    chats(&third, &["import", to]);
    assert_eq!(without_time(&first), without_time(&chats(&third, &all)));
}

#[test]
fn markdown_is_for_people() {
    let home = Home::new();
    chats(&home, &["import", &fixture("charla.json")]);
    let text = chats(&home, &["export", "7h2k9m4p1", "--format", "markdown"]);
    for line in [
        "# Nombres para el gato",
        "## System",
        "Responde en español.",
        "<summary>Reasoning</summary>",
        "Gris, como el humo.",
        "Humo.",
        "Otro, por favor.",
    ] {
        assert!(text.lines().any(|it| it == line), "{line}: {text}");
    }
    let heads = text
        .lines()
        .filter(|it| it.starts_with("## Assistant · SmolLM2 · 2025-"));
    assert_eq!(heads.count(), 1, "{text}");
    assert!(!text.contains("Ceniza."), "another branch: {text}");
    assert_eq!(chats(&home, &["show", "7h2k"]), text);
    let both = chats(&home, &["export", "7h2k", "5abc", "--format", "markdown"]);
    assert!(both.contains("\n---\n\n# Hola\n"), "{both}");
}

#[test]
fn no_file_is_replaced_by_mistake() {
    let home = Home::new();
    chats(&home, &["import", &fixture("charla.json")]);
    let path = home.file("mine.md", b"my own words");
    let to = path.to_str().unwrap();
    let arguments = ["export", "7h2k", "--format", "markdown", "--output", to];
    assert!(refused(&home, &arguments).contains("is there already"));
    assert_eq!(fs::read(&path).unwrap(), b"my own words");
    let with_force = [&arguments[..], &["--force"]].concat();
    assert!(chats(&home, &with_force).contains("1 chat is in"));
    assert!(fs::read_to_string(&path).unwrap().starts_with("# Nombres"));
    let nowhere = home.path().join("no/such/folder.md");
    let arguments = ["export", "7h2k", "--format", "markdown", "--output"];
    let arguments = [&arguments[..], &[nowhere.to_str().unwrap()]].concat();
    assert!(refused(&home, &arguments).contains("cannot be written"));
    // Nothing is left of what did not work.
    let names = fs::read_dir(home.path()).unwrap();
    let names: Vec<PathBuf> = names.map(|it| it.unwrap().path()).collect();
    assert_eq!(names.len(), 2, "{names:?}");
}

#[test]
fn bad_files_get_a_sentence_and_change_nothing() {
    let home = Home::new();
    chats(&home, &["import", &fixture("sharegpt.json")]);
    let before = codes(&home);
    let good = r#"{"messages":[{"role":"user","content":"a"}]}"#;
    let deep = format!("{good}\n{}", "[".repeat(500));
    let sparse = home.path().join("sparse.json");
    fs::File::create(&sparse).unwrap().set_len(2 << 30).unwrap();
    fs::create_dir(home.path().join("folder")).unwrap();
    home.file("folder/notes.txt", b"a");
    home.file("folder/user.json", b"{\"id\":1}");
    for (name, text, words) in [
        ("missing.json", None, "is not there"),
        ("folder", None, "no conversations in the folder"),
        (
            "sparse.json",
            None,
            "holds no conversations that Charla knows",
        ),
        ("empty.json", Some(String::new()), "is empty"),
        (
            "other.json",
            Some("{\"a\":1}".into()),
            "holds no conversations",
        ),
        ("cut.json", Some(format!("[{good},")), "ends in the middle"),
        (
            "broken.jsonl",
            Some(format!("{good}\n{{\"messages\" 1}}")),
            "damaged at line 2, column 13",
        ),
        (
            "deep.jsonl",
            Some(deep),
            "too many brackets within brackets at line 2",
        ),
        ("zip.zip", Some("PK\u{3}\u{4}…".into()), "archive"),
        (
            "newer.json",
            Some("{\"format\":\"charla-chats\",\"version\":2,\"chats\":[]}".into()),
            "A newer Charla",
        ),
    ] {
        if let Some(text) = text {
            home.file(name, text.as_bytes());
        }
        let path = home.path().join(name);
        // A good file beside it does not come in either.
        let openai = fixture("openai.jsonl");
        let sentence = refused(&home, &["import", &openai, path.to_str().unwrap()]);
        assert!(sentence.contains(words), "{name}: {sentence}");
        assert!(sentence.contains(path.to_str().unwrap()), "{sentence}");
        assert_eq!(codes(&home), before, "{name}");
    }
}

#[test]
fn what_was_deleted_comes_back() {
    let home = Home::new();
    chats(&home, &["import", &fixture("charla.json")]);
    let said = chats(&home, &["delete", "7h2k"]);
    assert!(said.contains("charla chats restore 7h2k9m4p1"), "{said}");
    assert_eq!(codes(&home), [""; 0]);
    let bin = json(&home, &["bin", "--json"]);
    assert_eq!(bin[0]["name"], "Nombres para el gato");
    assert_eq!(
        (&bin[0]["kind"], &bin[0]["chats"]),
        (&"chats".into(), &1.into())
    );
    assert!(chats(&home, &["bin"]).contains("Chat: Nombres para el gato"));
    let report = json(&home, &["import", &fixture("charla.json"), "--json"]);
    assert_eq!(report["skipped"][0]["why"], "in_bin");
    assert_eq!(report["skipped"][0]["what"][0], "Nombres para el gato");
    chats(&home, &["restore", "7h2k9m4p1"]);
    assert_eq!(codes(&home), ["7h2k9m4p1"]);
    chats(&home, &["delete", "7h2k"]);
    let entry = json(&home, &["bin", "--json"])[0]["id"].clone();
    chats(&home, &["restore", entry.as_str().unwrap()]);
    assert_eq!(codes(&home), ["7h2k9m4p1"]);
    assert!(refused(&home, &["restore", "7h2k"]).contains("Nothing in the bin"));
}

#[test]
fn a_dash_is_standard_input_and_output() {
    let home = Home::new();
    let line = b"{\"messages\":[{\"role\":\"user\",\"content\":\"Uno\"}]}\n";
    let import = |arguments: &[&str], input: &[u8]| {
        let all = [&["chats", "import"], arguments].concat();
        run(home.charla(&all), input)
    };
    let outcome = import(&["-"], line);
    assert_eq!(outcome.code, Some(0), "{outcome:?}");
    let exported = chats(&home, &["export", "--all", "--format", "json", "-o", "-"]);
    assert!(exported.contains("\"Uno\""), "{exported}");
    assert!(!std::path::Path::new("-").exists());

    let other = Home::new();
    let all = ["chats", "import", "-", "-"];
    let outcome = run(other.charla(&all), exported.as_bytes());
    assert_eq!(outcome.code, Some(0), "{outcome:?}");
    assert_eq!(chats(&other, &["list"]).lines().count(), 1);

    for (input, words) in [(&b""[..], "empty"), (b"{\"a\": }", "line 1")] {
        let outcome = import(&["-"], input);
        assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(1), ""));
        assert!(outcome.stderr.contains("standard input"), "{outcome:?}");
        assert!(outcome.stderr.contains(words), "{outcome:?}");
        assert_eq!(outcome.stderr.lines().count(), 1, "{outcome:?}");
    }
}

#[test]
fn a_home_that_is_a_file_is_told() {
    let home = Home::new();
    let taken = home.file("taken", b"");
    for arguments in [
        &["chats", "list"][..],
        &["chats", "list", "--json"],
        &["chats", "search", "x"],
        &["chats", "bin"],
        &["chats", "backups"],
        &["chats", "show", "x"],
    ] {
        let mut command = home.charla(arguments);
        command.env("CHARLA_HOME", &taken);
        let outcome = run(command, b"");
        assert_eq!(
            (outcome.code, outcome.stdout.as_str()),
            (Some(1), ""),
            "{arguments:?}"
        );
        assert!(
            outcome.stderr.contains(taken.to_str().unwrap()),
            "{outcome:?}"
        );
        assert_eq!(outcome.stderr.lines().count(), 1, "{outcome:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_written_is_named_as_the_user_does() {
    let home = Home::new();
    let line = b"{\"messages\":[{\"role\":\"user\",\"content\":\"Uno\"}]}\n";
    let path = home.file("one.jsonl", line);
    chats(&home, &["import", path.to_str().unwrap()]);
    let target = home.path().join("missing/all.json");
    let outcome = try_chats(
        &home,
        &[
            "export",
            "--all",
            "--format",
            "json",
            "-o",
            target.to_str().unwrap(),
        ],
    );
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
    assert!(
        outcome.stderr.contains(target.to_str().unwrap()),
        "{outcome:?}"
    );
    // As the library for temporary files says which one it was.
    assert!(!outcome.stderr.contains("at path"), "{outcome:?}");
}

/// The pipe of a full disk, as Linux plays it.
#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_told_in_a_sentence() {
    let home = Home::new();
    for arguments in [
        &["chats", "list", "--json"][..],
        &["models", "list"],
        &["doctor"],
    ] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full");
        let outcome = home
            .charla(arguments)
            .stdout(full.unwrap())
            .output()
            .unwrap();
        let said = String::from_utf8(outcome.stderr).unwrap();
        assert_eq!(outcome.status.code(), Some(1), "{arguments:?}: {said}");
        assert!(
            said.contains("Standard output cannot be written to"),
            "{arguments:?}: {said}"
        );
        assert_eq!(said.lines().count(), 1, "{said}");
    }
}

#[test]
fn a_reader_that_leaves_is_no_failure() {
    let home = Home::new();
    let said: String = (0..3000).fold(String::new(), |all, number| {
        let text = format!("{number} ").repeat(20);
        format!("{all}{{\"messages\":[{{\"role\":\"user\",\"content\":\"{text}\"}}]}}\n")
    });
    let path = home.file("many.jsonl", said.as_bytes());
    chats(&home, &["import", path.to_str().unwrap()]);
    for arguments in [
        &["chats", "list"][..],
        &["chats", "export", "--all", "--format", "jsonl"],
        &["chats", "export", "--all", "--format", "markdown"],
    ] {
        let mut child = Running::start(home.charla(arguments).stderr(Stdio::piped()));
        let mut stdout = child.0.stdout.take().unwrap();
        stdout.read_exact(&mut [0; 10]).unwrap();
        drop(stdout);
        assert_eq!(child.wait().code(), Some(0), "{arguments:?}");
        let mut stderr = String::new();
        let mut pipe = child.0.stderr.take().unwrap();
        pipe.read_to_string(&mut stderr).unwrap();
        assert_eq!(stderr, "");
    }
}

#[test]
fn a_command_that_makes_no_sense_ends_with_two() {
    let home = Home::new();
    for arguments in [
        &[][..],
        &["export", "--format", "json"],
        &["export", "--all"],
        &["export", "--all", "a", "--format", "json"],
        &["export", "--all", "--format", "pdf"],
        &["import"],
        &["search"],
        &["paint"],
    ] {
        let outcome = try_chats(&home, arguments);
        assert_eq!(outcome.code, Some(2), "{arguments:?}: {outcome:?}");
    }
}
