//! The client with a real engine that meets a bad end: killed, stopped, without its model,
//! without its parent.

use std::fs;
use std::io::Read;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::Arc;
use std::time::{Duration, Instant};

use charla::chat::Finish;
use charla::engine::client::Inspect;
use charla::engine::fault::During;
use charla::engine::{Error, Fault, Launch, Update};
use charla::params::LoadOptions;
use charla::session::Session;
use rustix::process::Signal;

use crate::support::engine::{long_prompt, task};
use crate::support::processes::{engine_of, has_ended, send};
use crate::support::{
    CHARLA, Home, LONG_STORY, PATIENCE, QUESTION, Running, SOON, model, options, until,
};
use crate::talk::{Talk, check_names};

/// A client whose engine can be told from those of other tests by its name.
struct Case {
    talk: Talk,
    program: PathBuf,
    home: Home,
}

impl Case {
    fn start() -> Self {
        Self::inspecting(Arc::new(|_: &Path| Ok(())))
    }

    fn inspecting(inspect: Inspect) -> Self {
        let home = Home::new();
        let program = home.path().join("charla");
        symlink(CHARLA, &program).unwrap();
        Self {
            talk: Talk::inspecting(Launch::Program(program.clone()), inspect),
            program,
            home,
        }
    }

    fn load(&mut self, path: &Path) {
        self.talk.client.load(path.to_owned(), options(), None);
        self.talk.loaded().unwrap();
    }

    fn pid(&self) -> i32 {
        engine_of(process::id(), &self.program).expect("the engine runs")
    }

    /// Begins a long reply; returns its id and what came of it so far.
    fn begin_story(&mut self) -> (u64, String) {
        let id = self.talk.client.generate(task(LONG_STORY, 2000));
        let text = self.talk.pieces(id, 5);
        (id, text)
    }

    #[track_caller]
    fn check_answers(&mut self) {
        let id = self.talk.client.generate(task(QUESTION, 32));
        let (reply, end) = self.talk.end_of(id);
        assert!(
            matches!(end, Ok(Finish::EndOfReply | Finish::Length)),
            "{end:?}"
        );
        assert!(reply.contains("Paris"), "{reply}");
    }

    #[track_caller]
    fn check_ends(self, pid: i32) {
        let Self { talk, home, .. } = self;
        drop(talk);
        until("the engine is gone", SOON, || has_ended(pid));
        drop(home);
    }
}

/// The header check of the window.
fn header_check() -> Inspect {
    Arc::new(|path: &Path| match gguf::read(path) {
        Ok(_) => Ok(()),
        Err(error) => Err(Error::Header {
            log: error.to_string(),
            text: charla::i18n::Localize::text(&error),
        }),
    })
}

#[test]
fn a_killed_engine_comes_back_and_loses_no_word() {
    let mut case = Case::start();
    case.load(&model());
    let (id, before) = case.begin_story();
    let pid = case.pid();
    send(pid, Signal::KILL);
    let (after, end) = case.talk.end_of(id);
    match end.unwrap_err() {
        Error::Signal {
            signal: 9,
            during: During::Reply,
            ..
        } => {}
        other => panic!("{other:?}"),
    }
    let said = before + &after;
    assert!(said.split(' ').count() > 3, "{said}");

    // By itself, and with the same model.
    let again = case.talk.loaded().unwrap();
    assert_eq!(again.path, model());
    assert!(has_ended(pid));
    case.check_answers();
    let pid = case.pid();
    case.check_ends(pid);
}

#[test]
fn each_of_several_replies_has_its_own_end() {
    let mut case = Case::start();
    case.load(&model());
    let (first, _) = case.begin_story();
    let (second, _) = case.begin_story();
    case.talk.client.cancel(first);
    assert_eq!(case.talk.end_of(first).1, Ok(Finish::Cancelled));
    // The other one goes on, and a third comes beside it.
    case.talk.pieces(second, 3);
    case.check_answers();
    let (third, _) = case.begin_story();
    let pid = case.pid();
    send(pid, Signal::KILL);
    let mut ended = Vec::new();
    while ended.len() < 2 {
        let (id, error) = case.talk.find(|update| match update {
            Update::Failed { id, error } => Some((id, error)),
            Update::Done { id, .. } => panic!("{id} has ended"),
            _ => None,
        });
        assert!(
            matches!(error, Error::Signal { signal: 9, .. }),
            "{error:?}"
        );
        ended.push(id);
    }
    assert_eq!(ended, [second, third]);
    case.talk.loaded().unwrap();
    case.check_answers();
}

#[test]
fn an_idle_engine_that_is_killed_comes_back() {
    let mut case = Case::start();
    case.load(&model());
    send(case.pid(), Signal::ABORT);
    let error = case.talk.find(|update| match update {
        Update::Ended(error) => Some(error),
        _ => None,
    });
    let ended = matches!(
        error,
        Error::Signal {
            signal: 6,
            during: During::Idle,
            ..
        }
    );
    assert!(ended, "{error:?}");
    case.talk.loaded().unwrap();
    case.check_answers();
}

#[test]
fn a_model_that_is_gone_meanwhile_is_named() {
    for inspect in [header_check(), Arc::new(|_: &Path| Ok(())) as Inspect] {
        let mut case = Case::inspecting(inspect);
        let path = case.home.copy_of_model("copy.gguf");
        case.load(&path);
        let (id, _) = case.begin_story();
        let pid = case.pid();
        fs::remove_file(&path).unwrap();
        send(pid, Signal::KILL);
        let (_, end) = case.talk.end_of(id);
        assert!(
            matches!(end, Err(Error::Signal { signal: 9, .. })),
            "{end:?}"
        );

        let (failed, error) = case.talk.loaded().unwrap_err();
        assert_eq!(failed, path);
        let is_missing = match &error {
            Error::Header { .. } => true,
            Error::Refused(fault) => *fault == Fault::FileMissing { path: path.clone() },
            _ => false,
        };
        assert!(is_missing, "{error:?}");
        check_names(&error, &path);

        // Whoever asks now is told the same, and the file may come back.
        let id = case.talk.client.generate(task(QUESTION, 8));
        assert_eq!(case.talk.end_of(id).1, Err(error));
        fs::copy(model(), &path).unwrap();
        case.check_answers();
    }
}

#[test]
fn an_engine_that_does_not_answer_is_replaced() {
    let mut case = Case::start();
    case.load(&model());
    let (id, _) = case.begin_story();
    let pid = case.pid();
    send(pid, Signal::STOP);
    case.talk.client.cancel(id);
    // To whoever stopped it, it is stopped, whatever has become of the engine.
    assert_eq!(case.talk.end_of(id).1, Ok(Finish::Cancelled));
    // That one is stuck, and what comes next is not to wait for it for ever.
    case.talk.loaded().unwrap();
    assert!(has_ended(pid));
    case.check_answers();
}

#[test]
fn a_load_that_does_not_answer_is_stopped() {
    let mut case = Case::start();
    case.load(&model());
    let pid = case.pid();
    send(pid, Signal::STOP);
    // A new load takes a new engine; the one that hangs does not hold it up for long.
    let begun = Instant::now();
    case.load(&model());
    assert!(
        begun.elapsed() < Duration::from_secs(20),
        "{:?}",
        begun.elapsed()
    );
    assert!(has_ended(pid));
    case.check_answers();
}

#[test]
fn a_reply_is_cancelled_in_its_prompt_and_in_its_text() {
    let mut case = Case::start();
    case.load(&model());
    let (id, before) = case.begin_story();
    case.talk.client.cancel(id);
    let (after, end) = case.talk.end_of(id);
    assert_eq!(end, Ok(Finish::Cancelled), "{before}{after}");

    let id = case.talk.client.generate(task(&long_prompt(4000), 8));
    case.talk
        .find(|update| matches!(update, Update::Prefill { .. }).then_some(()));
    case.talk.client.cancel(id);
    assert_eq!(case.talk.end_of(id), (String::new(), Ok(Finish::Cancelled)));
    case.check_answers();
}

#[test]
fn another_model_is_another_engine() {
    let mut case = Case::start();
    case.load(&model());
    let first = case.pid();
    let copy = case.home.copy_of_model("copy.gguf");
    let (id, _) = case.begin_story();
    let small = LoadOptions {
        context_tokens: Some(512),
        ..options()
    };
    case.talk.client.load(copy.clone(), small, None);
    assert_eq!(case.talk.end_of(id).1, Ok(Finish::Cancelled));
    let loaded = case.talk.loaded().unwrap();
    assert_eq!((loaded.path, loaded.context_tokens), (copy, 512));
    assert!(has_ended(first), "its memory is returned");
    case.check_answers();
}

#[test]
fn an_engine_that_nobody_uses_gives_its_memory_back() {
    let mut case = Case::start();
    case.load(&model());
    case.check_answers();
    let pid = case.pid();
    case.talk
        .client
        .unload_after(Some(Duration::from_millis(200)));
    let path = case.talk.find(|update| match update {
        Update::Unloaded { path } => Some(path),
        _ => None,
    });
    assert_eq!(path, model());
    assert!(has_ended(pid), "before it is told");
    assert_eq!(engine_of(process::id(), &case.program), None);
    // Who asks again is answered, by another engine.
    case.check_answers();
}

#[test]
fn no_client_no_engine() {
    let mut case = Case::start();
    case.load(&model());
    let pid = case.pid();
    case.check_ends(pid);

    let mut case = Case::start();
    case.load(&model());
    case.begin_story();
    let pid = case.pid();
    case.check_ends(pid);

    let case = Case::start();
    case.talk.client.load(model(), options(), None);
    until("the engine has begun to load", PATIENCE, || {
        engine_of(process::id(), &case.program).is_some()
    });
    let pid = case.pid();
    case.check_ends(pid);
}

#[test]
fn no_parent_no_engine() {
    let home = Home::new();
    let mut parent = Running::start_alone(&mut home.ask(&["-n", "4000", LONG_STORY]));
    let mut first = [0];
    parent
        .0
        .stdout
        .take()
        .unwrap()
        .read_exact(&mut first)
        .unwrap();
    let engine = engine_of(parent.0.id(), Path::new(CHARLA)).expect("the engine runs");
    parent.0.kill().unwrap();
    parent.wait();
    until("the engine is gone", SOON, || has_ended(engine));
}

#[test]
fn a_program_that_is_no_engine_is_told() {
    let home = Home::new();
    let case = |program: &Path| {
        let mut talk = Talk::start(Launch::Program(program.to_owned()));
        talk.client.load(model(), options(), None);
        talk.loaded().unwrap_err().1
    };
    let error = case(&home.path().join("gone"));
    assert!(matches!(error, Error::Spawn { .. }), "{error:?}");
    // It repeats what it is told, which no engine does.
    let error = case(Path::new("/bin/echo"));
    assert!(matches!(error, Error::Garbled { .. }), "{error:?}");
    let error = case(Path::new("/bin/false"));
    assert!(matches!(error, Error::Exit { code: 1, .. }), "{error:?}");
}

/// The window's own way: the header check, then the engine.
#[test]
fn a_session_refuses_what_would_kill_the_engine() {
    let home = Home::new();
    let path = home.file("notes.gguf", b"Dear diary");
    let launch = Launch::Program(CHARLA.into());
    let mut session = Session::start(launch, Arc::new(|| {})).unwrap();
    session.load(path.clone(), options());
    let mut error = None;
    until("the load fails", PATIENCE, || {
        if let Some(Update::LoadFailed { error: told, .. }) = session.try_next() {
            error = Some(told);
        }
        error.is_some()
    });
    let error = error.unwrap();
    assert!(matches!(error, Error::Header { .. }), "{error:?}");
    check_names(&error, &path);
}
