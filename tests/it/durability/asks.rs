//! `charla ask --chat` with the real model, killed at random moments.

use std::io::Read as _;
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use charla::chat::{ChatId, Finish, Role};
use charla::store::Store;

use super::{Promise, Said, check, rounds};
use crate::support::{Home, LONG_STORY};

/// A checkpoint is due 250 ms after a piece came. A machine that is busy with other tests
/// is given this much before a piece counts as promised.
const PROMISED_AFTER: Duration = Duration::from_secs(1);

/// The longest one lives: the model is loaded in about half a second.
const LONGEST_MS: u64 = 3500;

/// Turns of one chat; more would not fit the context.
const TURNS: usize = 12;

fn new_chat(home: &Home) -> String {
    let new = home.ask(&["--chat", "new", "--json", "-n", "4", "Hi"]);
    let new = { new }.output().unwrap();
    let new: serde_json::Value = serde_json::from_slice(&new.stdout).unwrap();
    new["chat"].as_str().unwrap().to_owned()
}

#[test]
fn what_was_asked_and_answered_outlives_kill_9() {
    let home = Home::new();
    let folder = home.path().join("data/chats");
    let rounds = rounds(4);
    let (mut interrupted, mut kept_pieces) = (0, 0);
    let mut code = String::new();
    for round in 0..rounds {
        if round % TURNS == 0 {
            code = new_chat(&home);
        }
        let id = ChatId::from_code(&code).unwrap();
        let question = format!("{LONG_STORY} ({round})");
        let before = Store::open(&folder)
            .unwrap()
            .chat(id)
            .unwrap()
            .messages()
            .len();
        let mut ask = home
            // One branch would soon be too long for the context, so each is a new turn with
            // a few words and most of them are killed in their prefill or a little later.
            .ask(&["--chat", &code, "--context", "8192", "-n", "400", &question])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let heard: Arc<Mutex<Vec<(Instant, String)>>> = Arc::default();
        let listener = {
            let (heard, mut stdout) = (Arc::clone(&heard), ask.stdout.take().unwrap());
            thread::spawn(move || {
                let mut bytes = [0; 4096];
                while let Ok(size @ 1..) = stdout.read(&mut bytes) {
                    let text = String::from_utf8_lossy(&bytes[..size]).into_owned();
                    heard.lock().unwrap().push((Instant::now(), text));
                }
            })
        };
        thread::sleep(Duration::from_millis(fastrand::u64(1..LONGEST_MS)));
        let killed = Instant::now();
        ask.kill().unwrap();
        ask.wait().unwrap();
        listener.join().unwrap();
        let heard = heard.lock().unwrap();
        let promised: String = heard
            .iter()
            .filter(|(at, _)| *at + PROMISED_AFTER < killed)
            .map(|(_, text)| text.as_str())
            .collect();
        check(&folder, &Said::default().promised);
        let chat = Store::open(&folder).unwrap().chat(id).unwrap();
        let added = &chat.messages()[before..];
        if !heard.is_empty() {
            assert_eq!(
                added.len(),
                2,
                "the question was on disk before the engine spoke"
            );
        }
        if let [asked, answer] = added {
            assert_eq!((asked.role, &asked.text), (Role::User, &question));
            assert_eq!(answer.parent, Some(asked.id));
            // The end of the last line is not the model's.
            let promise = Promise::Begun(promised.trim_end().to_owned());
            check(&folder, &[(answer.id, promise)].into());
            interrupted += usize::from(answer.finish == Some(Finish::Interrupted));
            kept_pieces += usize::from(!promised.is_empty());
        }
    }
    println!(
        "{rounds} kills of `charla ask`: {interrupted} replies interrupted, \
         {kept_pieces} of them with words that were promised; none lost"
    );
}
