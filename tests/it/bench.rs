//! `charla bench` as a shell sees it.

use serde_json::Value;

use crate::support::{Home, Outcome, model, run};

const SMALL: [&str; 8] = ["-p", "64", "-n", "8", "-r", "2", "--threads", "1"];

#[track_caller]
fn bench(arguments: &[&str]) -> Outcome {
    let home = Home::new();
    run(home.charla(&[&["bench"], arguments].concat()), b"")
}

/// The same with the real model; it must work without a word on standard error.
#[track_caller]
fn measure(arguments: &[&str]) -> String {
    let model = model();
    let model = model.to_str().unwrap();
    let outcome = bench(&[&SMALL, arguments, &["-m", model]].concat());
    assert_eq!(
        (outcome.code, outcome.stderr.as_str()),
        (Some(0), ""),
        "{outcome:?}"
    );
    outcome.stdout
}

#[test]
fn json_has_every_repetition() {
    let printed = measure(&["--json"]);
    assert_eq!(printed.matches('\n').count(), 1, "one line: {printed}");
    let report: Value = serde_json::from_str(&printed).unwrap();
    assert!(
        report["model"].as_str().unwrap().contains("135M"),
        "{report}"
    );
    assert_eq!(report["threads"], 1);
    assert!(report["context_tokens"].as_u64().unwrap() >= 256);
    let repetitions = report["repetitions"].as_array().unwrap();
    assert_eq!(repetitions.len(), 2, "the first one does not count");
    for repetition in repetitions {
        assert_eq!(repetition["prompt_tokens"], 64, "{report}");
        assert_eq!(repetition["cached_tokens"], 0, "{report}");
        assert_eq!(repetition["generated_tokens"], 8, "{report}");
        let rate = repetition["tokens_per_second"].as_f64().unwrap();
        let took_ms = repetition["generation_ms"].as_f64().unwrap();
        assert!(
            (rate * took_ms / 1000.0 - 7.0).abs() < 1e-6,
            "seven tokens came after the first: {report}"
        );
        let rate = repetition["prompt_tokens_per_second"].as_f64().unwrap();
        let took_ms = repetition["first_token_ms"].as_f64().unwrap();
        assert!((rate * took_ms / 1000.0 - 64.0).abs() < 1e-6, "{report}");
    }
    for figure in [
        "prompt_tokens_per_second",
        "tokens_per_second",
        "first_token_ms",
    ] {
        let of = |name: &str| report[figure][name].as_f64().unwrap();
        assert!(0.0 < of("least"), "{report}");
        assert!(of("least") <= of("median") && of("median") <= of("most"));
    }
}

#[test]
fn people_get_a_table() {
    let printed = measure(&[]);
    for words in ["135M", "64 tokens", "8 tokens", "tokens/s", " to "] {
        assert!(printed.contains(words), "{words}: {printed}");
    }
    assert!(!printed.contains('\u{1b}'), "no progress: {printed:?}");
    assert!(!printed.contains("bench-"), "{printed}");
}

#[test]
fn nothing_is_kept_on_disk() {
    let home = Home::new();
    let model = model();
    let once = [
        "bench",
        "-p",
        "200",
        "-n",
        "2",
        "-r",
        "1",
        "-m",
        model.to_str().unwrap(),
    ];
    assert_eq!(run(home.charla(&once), b"").code, Some(0));
    assert!(!home.path().join("cache/states").exists());
}

#[test]
fn wrong_usage_is_told_from_failure() {
    for wrong in [
        ["-p", "0"],
        ["-n", "1"],
        ["-r", "0"],
        ["--threads", "0"],
        ["-n", "many"],
    ] {
        let outcome = bench(&wrong);
        assert_eq!(outcome.code, Some(2), "{wrong:?}: {outcome:?}");
        assert_eq!(outcome.stdout, "");
    }
    let outcome = bench(&["-m", "no-such-model.gguf"]);
    assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(1), ""));
    assert!(outcome.stderr.contains("no-such-model.gguf"), "{outcome:?}");
    assert_eq!(outcome.stderr.lines().count(), 1, "{outcome:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn ctrl_c_ends_it_at_once() {
    use rustix::process::Signal;

    use crate::support::{PATIENCE, Running, processes, until};

    let home = Home::new();
    let model = model();
    let mut command = home.charla(&["bench", "-r", "1000", "-m", model.to_str().unwrap()]);
    let mut charla = Running::start(&mut command);
    let pid = charla.0.id();
    let program = std::path::Path::new(crate::support::CHARLA);
    let mut engine = None;
    until("the engine runs", PATIENCE, || {
        engine = processes::engine_of(pid, program);
        engine.is_some()
    });
    processes::send(i32::try_from(pid).unwrap(), Signal::INT);
    assert_eq!(charla.wait().code(), Some(130));
    let engine = engine.unwrap();
    until("the engine ends", PATIENCE, || processes::has_ended(engine));
}
