//! The chats that the window is measured with: a long one of everything that models write,
//! and some that mean no good.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use charla::chat::{ChatId, Finish, Message, MessageId, Role};
use charla::paths::Paths;
use charla::store::{Store, Write};
use fastrand::Rng;
use tempfile::TempDir;

use crate::{Outcome, blocks, hostile};

/// Changes with what is generated, so that older files are not taken for it.
const VERSION: u32 = 1;

/// The title of the chat that has more messages than any person has written into one.
pub(crate) const LONG_TITLE: &str = "Long as a life";

/// The title of an ordinary chat, and what its last message says.
pub(crate) const SHORT_TITLE: &str = "Short and plain";
pub(crate) const SHORT_END: &str = "Zanzibarshort";

/// What the last message of the long one says.
pub(crate) const LONG_END: &str = "Zanzibarend";

/// How many messages that one has.
pub(crate) const LONG_MESSAGES: usize = 10_000;

/// One of its messages in so many has a word of its own.
pub(crate) const MARKED: usize = 500;

/// 2026-01-01 UTC.
const BEGIN_UNIX_MS: i64 = 1_767_225_600_000;
const STEP_MS: i64 = 60_000;

/// The word that only this message has.
pub(crate) fn mark(index: usize) -> String {
    let letter = |it: usize| char::from(b'a' + u8::try_from(it % 26).unwrap_or_default());
    let number = index / MARKED;
    format!("quirl{}{}om", letter(number), letter(number / 26 + 7))
}

/// A home with a copy of all chats, which goes when it is dropped.
pub(crate) fn home() -> Outcome<TempDir> {
    let source = store()?;
    // Beside the data, so that it is on a disk and not in memory.
    let home = tempfile::tempdir_in(source.parent().unwrap_or(&source))?;
    let folder = Paths::below(home.path()).chats();
    fs::create_dir_all(&folder)?;
    let name = "chats.sqlite3";
    fs::copy(source.join(name), folder.join(name))?;
    Ok(home)
}

/// The folder with the chats; made where it is not there yet.
fn store() -> Outcome<PathBuf> {
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("target");
    let name = format!("bench-window-{VERSION}");
    let folder = target.join(&name);
    if folder.is_dir() {
        return Ok(folder);
    }
    let unfinished = target.join(format!("{name}.unfinished"));
    if unfinished.is_dir() {
        fs::remove_dir_all(&unfinished)?;
    }
    fill(&unfinished)?;
    fs::rename(&unfinished, &folder)?;
    Ok(folder)
}

fn fill(folder: &Path) -> Outcome<()> {
    let mut store = Store::open(folder)?;
    let mut random = Rng::with_seed(20_261_123);
    let texts = (0..LONG_MESSAGES).map(|index| long_text(&mut random, index));
    chat(&mut store, 1, LONG_TITLE, texts)?;
    let texts = [blocks::question(&mut random), SHORT_END.into()];
    chat(&mut store, 2, SHORT_TITLE, texts.into_iter())?;
    for (number, (title, text)) in (3..).zip(hostile::chats()) {
        let question = format!("Please write this: {title}");
        chat(&mut store, number, title, [question, text].into_iter())?;
    }
    Ok(())
}

fn long_text(random: &mut Rng, index: usize) -> String {
    let mut text = match index % 2 {
        0 => blocks::question(random),
        _ => blocks::reply(random),
    };
    if index.is_multiple_of(MARKED) && index > 0 {
        let _ = write!(text, "\n\nThe word is {}.", mark(index));
    }
    if index + 1 == LONG_MESSAGES {
        let _ = write!(text, "\n\nThis is the end: {LONG_END}.");
    }
    text
}

fn chat(
    store: &mut Store,
    number: u64,
    title: &str,
    texts: impl Iterator<Item = String>,
) -> Outcome<()> {
    let begun_unix_ms = BEGIN_UNIX_MS + i64::try_from(number)?;
    let mut parent = None;
    let mut messages = Vec::new();
    for (index, text) in (0_i64..).zip(texts) {
        let id = MessageId(number << 32 | index.cast_unsigned());
        let role = match index % 2 {
            0 => Role::User,
            _ => Role::Assistant,
        };
        let mut message = Message::new(id, parent, role, text, begun_unix_ms + index * STEP_MS);
        if role == Role::Assistant {
            message.model = Some("Scripted".into());
            message.finish = Some(Finish::EndOfReply);
        }
        parent = Some(id);
        messages.push(message);
    }
    store.write(&[
        Write::NewChat {
            id: ChatId(number),
            folder: None,
            created_unix_ms: begun_unix_ms,
        },
        Write::Title {
            chat: ChatId(number),
            title: Some(title.into()),
        },
        Write::Messages {
            chat: ChatId(number),
            messages,
        },
    ])?;
    Ok(())
}
