//! `charla models download` as a process: what it prints, and what is left of it when it is
//! killed.

use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::files;
use crate::hub_server::{File, Reply, Server};

fn charla(home: &Path, server: &Server, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_charla"));
    command
        .args(["models", "download"])
        .args(arguments)
        .env("CHARLA_HOME", home)
        .env("HF_ENDPOINT", server.url())
        .env("HF_HOME", home)
        .env("NO_PROXY", "127.0.0.1,localhost")
        .env("LANG", "C.UTF-8")
        .env_remove("HF_TOKEN")
        .env_remove("HF_TOKEN_PATH")
        .env_remove("LC_ALL")
        .env_remove("LC_MESSAGES")
        .stdin(Stdio::null());
    command
}

fn said(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), text(&output.stderr))
}

/// A repository with these files, given out as the Hub does.
fn hub(files: Vec<(&'static str, File)>, pace: Option<(usize, u64)>) -> Server {
    Server::start(move |seen| {
        if seen
            .target
            .starts_with("/api/models/maker/model-GGUF/tree/main")
        {
            let listed: Vec<String> = files
                .iter()
                .map(|(path, file)| {
                    let (size, hash) = (file.size_bytes(), &file.sha256);
                    format!(
                        r#"{{"type":"file","size":{size},"path":"{path}","lfs":{{"oid":"{hash}","size":{size}}}}}"#
                    )
                })
                .collect();
            return Reply::json(&format!("[{}]", listed.join(",")));
        }
        let wanted = files.iter().find(|(path, _)| seen.target.ends_with(path));
        let Some((_, file)) = wanted else {
            return Reply::status(404);
        };
        let reply = Reply::file(seen, file).linked(file);
        match pace {
            Some((bytes, pause_ms)) => reply.pace(bytes, pause_ms),
            None => reply,
        }
    })
}

#[test]
fn a_model_is_chosen_by_what_is_typed() {
    let small = File::random(40_000, 50);
    let large = File::random(80_000, 51);
    let other = File::random(90_000, 53);
    let server = hub(
        vec![
            ("m-Q4_K_M.gguf", small.clone()),
            ("m-Q8_0.gguf", large.clone()),
            ("m-v2-Q8_0.gguf", other),
            ("mmproj-F16.gguf", File::random(10_000, 52)),
        ],
        None,
    );
    let home = tempfile::tempdir().unwrap();
    let run = |name: &str| {
        charla(home.path(), &server, &[name, "--json"])
            .output()
            .unwrap()
    };
    for (name, words) in [
        (
            "maker/model-GGUF",
            "Choose one: maker/model-GGUF:Q4_K_M (40 kB), maker/model-GGUF/m-Q8_0.gguf",
        ),
        (
            "maker/model-GGUF:Q2_K",
            "no such model. Choose one: maker/model-GGUF:Q4_K_M",
        ),
        (
            "maker/model-GGUF:q8_0",
            "Choose one: maker/model-GGUF/m-Q8_0.gguf (80 kB)",
        ),
        (
            "maker/model-GGUF/n.gguf",
            "There is no “maker/model-GGUF/n.gguf”",
        ),
        ("maker/nothing", "There is no “maker/nothing”"),
        ("SmolLM2 135M Instruct", "script/bootstrap brings it"),
        ("nonsense", "No model of the catalogue is called “nonsense”"),
        ("../..", "is not a name"),
        ("http://192.0.2.1/m.gguf", "https:// address"),
        ("ftp://127.0.0.1/m.gguf", "https:// address"),
    ] {
        let output = run(name);
        let (out, error) = said(&output);
        assert_eq!(output.status.code(), Some(1), "{name}: {out}{error}");
        assert!(error.contains(words), "{name}: {error}");
        assert_eq!(error.trim_end().lines().count(), 1, "{name}: {error}");
    }
    for (name, file, path) in [
        ("maker/model-GGUF:q4_k_m", &small, "m-Q4_K_M.gguf"),
        ("maker/model-GGUF/m-Q8_0.gguf", &large, "m-Q8_0.gguf"),
    ] {
        let output = run(name);
        let (out, error) = said(&output);
        assert!(output.status.success(), "{error}");
        let report: Value = serde_json::from_str(&out).unwrap();
        let path = home.path().join("data/models/maker/model-GGUF").join(path);
        assert_eq!(report["path"], path.display().to_string());
        assert_eq!(report["size_bytes"], file.size_bytes());
        assert_eq!(report["sha256"], file.sha256);
        assert!(std::fs::read(path).unwrap() == *file.bytes);
        assert!(error.contains("is not a GGUF model file"), "{error}");
    }
    // An address of the Hub is a file of a repository; --folder goes before all else.
    let folder = home.path().join("elsewhere");
    let url = format!("{}/maker/model-GGUF/blob/main/m-Q8_0.gguf", server.url());
    let folder_name = folder.to_str().unwrap();
    let output = charla(home.path(), &server, &[&url, "--folder", folder_name, "-q"]).output();
    assert!(output.unwrap().status.success());
    assert_eq!(files(&folder), ["maker/model-GGUF/m-Q8_0.gguf"]);
}

#[test]
fn a_token_that_is_refused_is_said_in_spanish_too() {
    let server = Server::start(|_| Reply::status(401));
    let home = tempfile::tempdir().unwrap();
    let output = charla(home.path(), &server, &["maker/model-GGUF"])
        .env("HF_TOKEN", "hf_wrong")
        .env("LANG", "es_ES.UTF-8")
        .output()
        .unwrap();
    let (_, error) = said(&output);
    assert!(
        error.contains("no acepta tu token de acceso. Pon uno válido en HF_TOKEN"),
        "{error}"
    );
    assert!(!error.contains("hf_wrong"), "{error}");
    let sent = server.seen()[0].header("authorization").map(str::to_owned);
    assert_eq!(sent.as_deref(), Some("Bearer hf_wrong"));
}

/// Whatever it is killed at, the next one goes on.
#[test]
fn twenty_kills_lose_little_and_damage_nothing() {
    const KILLS: usize = 20;
    let file = File::random(40_000_000, 60);
    let server = hub(vec![("m-Q8_0.gguf", file.clone())], Some((64 * 1024, 5)));
    let home = tempfile::tempdir().unwrap();
    let models = home.path().join("data/models");
    let mut random = fastrand::Rng::with_seed(61);
    let mut kills = 0;
    for _ in 0..KILLS {
        let mut child = charla(home.path(), &server, &["maker/model-GGUF", "-q"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        thread::sleep(Duration::from_millis(random.u64(20..160)));
        child.kill().unwrap();
        if child.wait().unwrap().code().is_none() {
            kills += 1;
        }
        let listed = super::models_in(&models);
        assert!(listed.is_empty() || files(&models) == ["maker/model-GGUF/m-Q8_0.gguf"]);
    }
    assert!(kills > KILLS / 2, "only {kills} came in time");
    let output = charla(home.path(), &server, &["maker/model-GGUF", "--json"]).output();
    let output = output.unwrap();
    let (out, error) = said(&output);
    assert!(output.status.success(), "{error}");
    let report: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(report["sha256"], file.sha256);
    let path = models.join("maker/model-GGUF/m-Q8_0.gguf");
    assert!(std::fs::read(path).unwrap() == *file.bytes);
    assert_eq!(files(&models), ["maker/model-GGUF/m-Q8_0.gguf"]);
    // What is sent when somebody is killed is not all written; that is all it costs.
    eprintln!(
        "{kills} kills: {} of {} bytes",
        server.sent_bytes(),
        file.size_bytes()
    );
    assert!(
        server.sent_bytes() < 3 * file.size_bytes(),
        "{}",
        server.sent_bytes()
    );
}

#[cfg(unix)]
#[test]
fn an_interrupt_keeps_what_has_arrived() {
    let file = File::random(20_000_000, 62);
    let server = hub(vec![("m-Q8_0.gguf", file.clone())], Some((64 * 1024, 10)));
    let home = tempfile::tempdir().unwrap();
    let child = charla(home.path(), &server, &["maker/model-GGUF"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let start = Instant::now();
    while server.sent_bytes() < 2_000_000 {
        assert!(start.elapsed() < super::PATIENCE);
        thread::sleep(Duration::from_millis(5));
    }
    // Meanwhile another one keeps away from it.
    let second = charla(home.path(), &server, &["maker/model-GGUF"])
        .output()
        .unwrap();
    let (_, error) = said(&second);
    assert!(
        error.contains("Another Charla is already downloading"),
        "{error}"
    );
    let id = child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-INT", &id])
            .status()
            .unwrap()
            .success()
    );
    let output = child.wait_with_output().unwrap();
    let (_, error) = said(&output);
    assert_eq!(output.status.code(), Some(130), "{error}");
    assert!(error.contains("What has arrived is kept"), "{error}");
    let left = files(&home.path().join("data/models/maker/model-GGUF"));
    assert_eq!(
        left,
        [".download.m-Q8_0.gguf.json", ".download.m-Q8_0.gguf.part"]
    );
}

#[cfg(target_os = "linux")]
fn can_mount() -> bool {
    let can = Command::new("unshare").args(["-m", "true"]).status();
    let can = can.is_ok_and(|it| it.success());
    if !can {
        eprintln!("NOT TESTED: disks cannot be mounted here");
    }
    can
}

/// Named by what starts this test again on a disk of its own.
#[cfg(target_os = "linux")]
const DISK: &str = "CHARLA_TEST_FULL_DISK";

/// The disk fills up while a file arrives whose size nobody has told.
#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_fills_up_keeps_what_has_arrived() {
    use charla::library::download::Error;

    if let Some(folder) = std::env::var_os(DISK) {
        let home = Path::new(&folder);
        let ballast = home.join("ballast");
        std::fs::write(&ballast, vec![0; 3_000_000]).unwrap();
        let whole = File::random(4_000_000, 64);
        let given = whole.clone();
        let server = Server::start(move |seen| match seen.is_head() {
            true => Reply::status(405),
            false => Reply::file(seen, &given).without_length(),
        });
        let all = super::downloads(home, &server);
        let id = all.add(super::plain(&server, "m.gguf"));
        let error = super::failed(&all, id);
        assert!(matches!(error, Error::NoRoom { .. }), "{error:?}");
        let part = home.join(".download.m.gguf.part");
        assert!(part.metadata().unwrap().len() > 500_000);
        std::fs::remove_file(ballast).unwrap();
        all.retry(id);
        super::check(&super::done(&all, id), &whole);
        return;
    }
    if !can_mount() {
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let output = Command::new("unshare")
        .args(["-m", "sh", "-c"])
        .arg(format!(
            "mount -t tmpfs -o size=5m none \"${DISK}\" || exit 9; exec \"$@\""
        ))
        .arg("sh")
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "--nocapture"])
        .arg("downloads::processes::a_disk_that_fills_up_keeps_what_has_arrived")
        .env(DISK, home.path())
        .output()
        .unwrap();
    let (out, error) = said(&output);
    assert!(output.status.success(), "{out}{error}");
    assert!(out.contains("1 passed"), "{out}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_is_too_small_is_said_before_it_is_full() {
    if !can_mount() {
        return;
    }
    let file = File::random(5_000_000, 63);
    let server = hub(vec![("m-Q8_0.gguf", file)], None);
    let home = tempfile::tempdir().unwrap();
    let inner = charla(home.path(), &server, &["maker/model-GGUF"]);
    let mut command = Command::new("unshare");
    command.args(["-m", "sh", "-c"]);
    command.arg("mount -t tmpfs -o size=900m none \"$CHARLA_HOME\" || exit 9; exec \"$@\"");
    command
        .arg("sh")
        .arg(inner.get_program())
        .args(inner.get_args());
    for (name, value) in inner.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    let output = command.output().unwrap();
    let (_, error) = said(&output);
    assert_eq!(output.status.code(), Some(1), "{error}");
    assert!(error.contains("needs 1.0 GB of free space"), "{error}");
    let is_fetch =
        |seen: &crate::hub_server::Seen| seen.is_get() && seen.target.contains("resolve");
    assert!(
        !server.seen().iter().any(is_fetch),
        "nothing was fetched in vain"
    );
}
