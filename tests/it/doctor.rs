//! `charla doctor`, and what becomes of settings that make no sense.

use std::fs;
use std::process::Command;

use charla::i18n::{I18n, Language};
use serde_json::Value;

use crate::support::{Home, Outcome, model, run};

/// Runs `doctor --json`; returns its report and its exit status.
#[track_caller]
fn report(home: &Home, language: &str) -> (Value, i32) {
    let mut command: Command = home.charla(&["doctor", "--json"]);
    command.env("LC_ALL", language);
    let Outcome {
        code,
        stdout,
        stderr,
    } = run(command, b"");
    assert_eq!(stderr, "", "all is in the report: {stdout}");
    (serde_json::from_str(&stdout).unwrap(), code.unwrap())
}

/// A home with a model.
fn furnished() -> Home {
    let home = Home::new();
    let models = home.path().join("data/models");
    fs::create_dir_all(&models).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(model(), models.join("Small-Q4_1.gguf")).unwrap();
    #[cfg(not(unix))]
    fs::copy(model(), models.join("Small-Q4_1.gguf")).unwrap();
    home
}

/// The problems of a report, but for a disk that is full, which no test can help.
fn problems(report: &Value) -> Vec<String> {
    let listed = report["problems"].as_array().unwrap().iter();
    let texts = listed.map(|it| it.as_str().unwrap().to_owned());
    texts.filter(|it| !it.contains("little space")).collect()
}

#[test]
fn a_healthy_machine_is_said_to_be_so() {
    let home = furnished();
    let (report, code) = report(&home, "C.UTF-8");
    assert_eq!(problems(&report), [""; 0]);
    let has_space = report["problems"].as_array().unwrap().is_empty();
    assert_eq!(code, i32::from(!has_space), "{report}");

    assert_eq!(report["version"], env!("CARGO_PKG_VERSION"));
    let features = report["features"].as_array().unwrap();
    assert!(features.contains(&"llama".into()), "{report}");
    let devices = report["devices"].as_array().unwrap();
    assert!(devices.iter().any(|it| it["name"] == "CPU"), "{report}");
    let names = |list: &str| -> Vec<String> {
        let names = report[list].as_array().unwrap().iter();
        names.map(|it| it.as_str().unwrap().to_owned()).collect()
    };
    let (has, uses) = (names("cpu_features"), names("engine_cpu_features"));
    assert!(
        uses.iter().all(|it| has.contains(it)),
        "{uses:?} of {has:?}"
    );
    let models = report["models"].as_array().unwrap();
    let ours = models
        .iter()
        .find(|it| it["path"].as_str().unwrap().ends_with("Small-Q4_1.gguf"));
    let ours = ours.unwrap();
    assert_eq!(
        (&ours["name"], &ours["problem"]),
        (&"Small".into(), &Value::Null)
    );
    assert_eq!(ours["size_bytes"], 98_362_432);
    let folders = report["folders"].as_array().unwrap();
    let below_home = |it: &&Value| {
        it["path"]
            .as_str()
            .unwrap()
            .starts_with(home.path().to_str().unwrap())
    };
    assert!(folders.iter().filter(below_home).count() >= 4, "{report}");
    assert!(
        report["memory_total_bytes"].as_u64() > Some(1 << 29),
        "{report}"
    );
}

#[test]
fn the_report_can_be_read_by_people() {
    for (tag, language) in [("C.UTF-8", Language::En), ("es_ES.UTF-8", Language::Es)] {
        let mut command = furnished().charla(&["doctor"]);
        command.env("LC_ALL", tag);
        let outcome = run(command, b"");
        let i18n = I18n::new(language);
        for id in ["doctor-devices", "doctor-folders", "doctor-models-found"] {
            assert!(outcome.stdout.contains(&i18n.get(id)), "{id}: {outcome:?}");
        }
    }
}

#[test]
fn one_fault_is_said_once() {
    let home = Home::new();
    let not_a_folder = home.file("taken", b"");
    let mut command = home.charla(&["doctor", "--json"]);
    command.env("CHARLA_HOME", &not_a_folder);
    let outcome = run(command, b"");
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
    let report: Value = serde_json::from_str(&outcome.stdout).unwrap();
    let problems = problems(&report);
    let path = not_a_folder.to_str().unwrap();
    let about = problems.iter().filter(|it| it.contains(path));
    assert_eq!(about.count(), 1, "{problems:?}");
    assert!(!problems[0].contains("at path"), "{problems:?}");
}

#[test]
fn a_model_that_is_damaged_is_a_problem() {
    let home = furnished();
    home.file("data/models/broken.gguf", b"Dear diary");
    let (report, code) = report(&home, "C.UTF-8");
    assert_eq!(code, 1);
    let problems = problems(&report);
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(problems[0].contains("broken.gguf"), "{problems:?}");
}

#[test]
fn settings_that_make_no_sense_are_kept_and_told() {
    for (language, words) in [
        ("C.UTF-8", "make no sense"),
        ("es_ES.UTF-8", "no se entienden"),
    ] {
        let home = furnished();
        let text = b"theme = \"dark\n";
        let path = home.file("config/settings.toml", text);
        let (report_one, code) = report(&home, language);
        assert_eq!(code, 1);
        let problems_one = problems(&report_one);
        let [problem] = problems_one.as_slice() else {
            panic!("{problems_one:?}");
        };
        let kept = home.path().join("config/settings.kept-1.toml");
        for word in [words, path.to_str().unwrap(), kept.to_str().unwrap()] {
            assert!(problem.contains(word), "{word}: {problem}");
        }
        assert_eq!(fs::read(&kept).unwrap(), text);
        assert!(!path.exists());

        // Told once; the file stays.
        assert!(problems(&report(&home, "C.UTF-8").0).is_empty());
        assert_eq!(fs::read(&kept).unwrap(), text);
    }
}

#[test]
fn settings_that_are_not_known_are_told_and_stay() {
    for (language, words) in [
        ("C.UTF-8", "not known to this version"),
        ("es_ES.UTF-8", "no conoce algunos ajustes"),
    ] {
        let home = furnished();
        let text = b"mood = 1\ntheme = \"pink\"\n[sampling]\nmirostat_v9 = true\n";
        let path = home.file("config/settings.toml", text);
        // As often as it is asked for, since it may be a slip of the pen.
        for _ in 0..2 {
            let (report, code) = report(&home, language);
            assert_eq!(code, 1);
            let problems = problems(&report);
            let [problem] = problems.as_slice() else {
                panic!("{problems:?}");
            };
            let names = "mood, sampling.mirostat_v9, theme";
            for word in [words, path.to_str().unwrap(), names] {
                assert!(problem.contains(word), "{word}: {problem}");
            }
            assert_eq!(fs::read(&path).unwrap(), text);
        }
    }
}

#[test]
fn settings_choose_the_language_and_hold_for_a_question() {
    let home = furnished();
    home.file(
        "config/settings.toml",
        b"language = \"es\"\n[sampling]\nmax_tokens = 2\n",
    );
    let outcome = run(home.charla(&["--help"]), b"");
    assert!(outcome.stdout.contains("Charla privada"), "{outcome:?}");
    let outcome = run(home.ask(&["--json", "Hi"]), b"");
    let reply: Value = serde_json::from_str(&outcome.stdout).unwrap();
    assert_eq!(reply["timings"]["generated_tokens"], 2, "{reply}");

    home.file("config/settings.toml", b"theme = 1\n");
    let outcome = run(home.ask(&["-n", "2", "Hi"]), b"");
    assert_eq!(outcome.code, Some(0), "{outcome:?}");
    assert!(outcome.stderr.contains("stay in the file"), "{outcome:?}");
}
