//! `charla models`: what is listed, told, added and removed.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::{Home, Outcome, model, run};

fn models(home: &Home, arguments: &[&str]) -> Outcome {
    run(home.charla(&[&["models"], arguments].concat()), b"")
}

#[track_caller]
fn check(outcome: &Outcome, code: i32, words: &[&str]) {
    assert_eq!(outcome.code, Some(code), "{outcome:?}");
    let said = match code {
        0 => &outcome.stdout,
        _ => &outcome.stderr,
    };
    for word in words {
        assert!(said.contains(word), "it should say {word:?}: {outcome:?}");
    }
}

/// The models in the home, without those of the checkout.
fn listed(home: &Home, arguments: &[&str]) -> Vec<Value> {
    let outcome = models(home, &[&["list", "--json"], arguments].concat());
    let all: Vec<Value> = serde_json::from_str(&outcome.stdout).unwrap();
    let is_here = |row: &Value| {
        let places = row["places"].as_array().unwrap();
        places.iter().any(|it| it["origin"] != "bundled")
    };
    all.into_iter().filter(is_here).collect()
}

fn link(from: &Path, to: &Path) {
    fs::create_dir_all(to.parent().unwrap()).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(from, to).unwrap();
    #[cfg(not(unix))]
    fs::copy(from, to).map(|_| ()).unwrap();
}

#[test]
fn a_model_is_described_in_every_way() {
    let home = Home::new();
    let info = |arguments: &[&str]| models(&home, &[&["info", "smollm2"], arguments].concat());
    let words = [
        "HuggingFaceTB",
        "135M",
        "Q4_1",
        "98 MB",
        "8,192 tokens",
        "apache-2.0",
    ];
    check(&info(&[]), 0, &words);
    check(
        &info(&["--metadata"]),
        0,
        &["llama.block_count = 30", "token_embd.weight  576"],
    );
    check(
        &info(&["--template"]),
        0,
        &["{% for message in messages %}"],
    );
    let details: Value = serde_json::from_str(&info(&["--json"]).stdout).unwrap();
    assert_eq!(details["header"]["purpose"], "chat");
    assert_eq!(details["header"]["shape"]["attended_width"], 11_520);
    assert_eq!(details["tensors"].as_array().unwrap().len(), 272);

    let broken = home.file("data/models/broken.gguf", b"GGUF");
    check(
        &models(&home, &["info", broken.to_str().unwrap()]),
        1,
        &["is incomplete"],
    );
    check(
        &models(&home, &["info", "nobody"]),
        1,
        &["No model is called"],
    );
    let list = models(&home, &["list"]);
    check(
        &list,
        0,
        &[
            "SmolLM2 135M Instruct",
            "tokens/s",
            "broken",
            "is incomplete",
        ],
    );
}

#[test]
fn a_home_that_is_a_file_has_no_empty_library() {
    let home = Home::new();
    let taken = home.file("taken", b"");
    for arguments in [&["models", "list"][..], &["models", "list", "--json"]] {
        let mut command = home.charla(arguments);
        command
            .env("CHARLA_HOME", &taken)
            .env_remove("CHARLA_BUNDLED_MODELS");
        let outcome = run(command, b"");
        check(&outcome, 1, &[taken.to_str().unwrap(), "cannot be listed"]);
        assert_eq!(outcome.stdout, "");
        let mut lines = outcome.stderr.lines();
        assert!(lines.all(|it| it.starts_with("charla: ")), "{outcome:?}");
    }
}

#[test]
fn a_folder_is_added_and_forgotten_and_its_files_stay() {
    let home = Home::new();
    let folder = home.path().join("mine");
    link(&model(), &folder.join("deep/in/here.gguf"));
    home.file(
        "data/models/other.gguf",
        &fs::read(model()).unwrap()[..4_000_000],
    );
    assert_eq!(listed(&home, &[]).len(), 1);
    let path = folder.to_str().unwrap();
    check(
        &models(&home, &["add", path]),
        0,
        &["is looked at from now on"],
    );
    check(&models(&home, &["add", path]), 0, &["is looked at already"]);
    // The same content as that of the checkout: one model, in both places.
    let found = listed(&home, &[]);
    assert_eq!(found.len(), 2, "{found:?}");
    let places = found[1]["places"].as_array().unwrap();
    assert_eq!(places[1]["origin"], "added");
    check(
        &models(&home, &["remove", path]),
        0,
        &["no longer looked at"],
    );
    assert_eq!(listed(&home, &[]).len(), 1);
    assert!(folder.join("deep/in/here.gguf").exists());

    let file = home.path().join("one.gguf");
    link(&model(), &file);
    check(
        &models(&home, &["add", file.to_str().unwrap()]),
        0,
        &["from now on"],
    );
    check(
        &models(&home, &["add", "/no/such/folder"]),
        1,
        &["There is no"],
    );
    let empty = home.path().join("empty");
    fs::create_dir(&empty).unwrap();
    check(
        &models(&home, &["add", empty.to_str().unwrap()]),
        1,
        &["no model in"],
    );
    let other = home.file("notes.txt", b"Dear diary");
    check(
        &models(&home, &["remove", other.to_str().unwrap()]),
        1,
        &["nothing to remove"],
    );
    let text = home.file("notes.gguf", b"Dear diary");
    check(
        &models(&home, &["add", text.to_str().unwrap()]),
        1,
        &["not a GGUF"],
    );
}

#[test]
fn only_what_is_charlas_own_is_deleted_and_only_into_the_trash() {
    let home = Home::new();
    let own = home.file(
        "data/models/Own-1B.gguf",
        &fs::read(model()).unwrap()[..5_000_000],
    );
    let theirs = home.path().join(".lmstudio/models/pub/repo/Theirs-2B.gguf");
    home.file(".lmstudio/models/pub/repo/Theirs-2B.gguf", b"GGUF");
    check(
        &models(&home, &["remove", "theirs"]),
        1,
        &["belongs to LM Studio"],
    );
    assert!(theirs.exists());
    check(
        &models(&home, &["remove", "own"]),
        1,
        &["Own-1B.gguf", "5.0 MB", "--yes"],
    );
    assert!(own.exists());
    check(
        &models(&home, &["remove", "own", "--yes"]),
        0,
        &["is in the trash now"],
    );
    assert!(!own.exists());
    #[cfg(target_os = "linux")]
    assert!(
        home.path()
            .join(".local/share/Trash/files/Own-1B.gguf")
            .exists()
    );
}

/// As other programs leave them: found, listed once, and loaded where they are.
#[cfg(unix)]
#[test]
fn what_six_programs_have_downloaded_is_one_model_that_can_be_loaded() {
    let home = Home::new();
    let moved = home.path().join("disk/lms");
    home.file(".lmstudio-home-pointer", moved.to_str().unwrap().as_bytes());
    let hash = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53";
    let manifest = format!(
        r#"{{"layers":[{{"mediaType":"application/vnd.ollama.image.model","digest":"sha256:{hash}"}}]}}"#
    );
    home.file(
        ".ollama/models/manifests/registry.ollama.ai/library/smollm2/135m",
        manifest.as_bytes(),
    );
    home.file(
        ".local/share/Jan/data/llamacpp/models/smol/model.yml",
        b"model_path: llamacpp/models/smol/model.gguf\nname: Smol",
    );
    let hub = ".cache/huggingface/hub/models--HuggingFaceTB--SmolLM2";
    home.file(&format!("{hub}/refs/main"), b"0123");
    for place in [
        "disk/lms/models/pub/repo/smol.gguf".to_owned(),
        format!("{hub}/snapshots/0123/smol.gguf"),
        ".cache/llama.cpp/ggml-org_smol.gguf".into(),
        format!(".ollama/models/blobs/sha256-{hash}"),
        ".local/share/Jan/data/llamacpp/models/smol/model.gguf".into(),
        ".local/share/nomic.ai/GPT4All/smol.gguf".into(),
    ] {
        // Copies by another name would be six times as large: a hard link is another file.
        let place = home.path().join(place);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        if fs::hard_link(model(), &place).is_err() {
            fs::copy(model(), &place).unwrap();
        }
    }
    let found = listed(&home, &[]);
    assert_eq!(found.len(), 1, "{found:?}");
    let places = found[0]["places"].as_array().unwrap();
    let origins: Vec<&str> = places
        .iter()
        .map(|it| it["origin"].as_str().unwrap())
        .collect();
    assert_eq!(
        origins,
        [
            "bundled",
            "lm_studio",
            "hugging_face",
            "llama_cpp",
            "ollama",
            "jan",
            "gpt4all"
        ]
    );
    // Each of them can be loaded where it is.
    for place in &places[1..] {
        let path = place["path"].as_str().unwrap();
        let arguments = ["ask", "--threads", "1", "-n", "2", "-m", path, "Hi"];
        let outcome = run(home.charla(&arguments), b"");
        assert_eq!(outcome.code, Some(0), "{path}: {outcome:?}");
    }
}
