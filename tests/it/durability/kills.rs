//! `kill -9` at random moments of writing at full speed.

use std::collections::HashMap;
use std::io::BufReader;
use std::thread;
use std::time::Duration;

use super::{Promise, Said, check, rounds, start};

/// The longest a driver lives once it is writing.
const LONGEST_MS: u64 = 120;

#[test]
fn nothing_that_was_acknowledged_is_lost_to_kill_9() {
    let folder = tempfile::tempdir().unwrap();
    let mut promised = HashMap::new();
    let rounds = rounds(25);
    let mut writes = 0;
    for round in 0..rounds {
        let mut driver = start("writes_for_ever", folder.path(), |_| {});
        let output = BufReader::new(driver.stdout.take().unwrap());
        let listener = thread::spawn(move || {
            let mut said = Said::default();
            said.hear_all(output);
            said
        });
        // It may be killed while it still opens the chats, too.
        thread::sleep(Duration::from_millis(fastrand::u64(5..LONGEST_MS)));
        driver.kill().unwrap();
        driver.wait().unwrap();
        let said = listener.join().unwrap();
        assert!(said.errors.is_empty(), "{:?}", said.errors);
        writes += said.promised.len();
        promised.extend(said.promised);
        check(folder.path(), &promised);
        if round % 100 == 99 {
            println!("{} kills, {writes} messages promised", round + 1);
            // What is long since there is looked at once more, and then not every time.
            promised.retain(|_, promise| *promise == Promise::Gone || fastrand::u32(..10) == 0);
        }
    }
    println!("{rounds} kills, {writes} messages promised, none lost");
    assert!(
        writes > rounds,
        "the drivers were killed before they had written"
    );
}
