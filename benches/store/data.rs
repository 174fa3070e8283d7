//! Chats as somebody may have after years, the same in every run: Spanish and English
//! sentences, trees with second versions, several models, folders and titles.

use std::fs;
use std::path::{Path, PathBuf};

use charla::chat::{ChatId, Finish, FolderId, Message, MessageId, Role, Timings};
use charla::store::{Store, Write};

use crate::Outcome;

/// Changes with what is generated, so that older files are not taken for it.
const VERSION: u32 = 2;

/// The chat that has more messages than any person has written into one.
pub(crate) const LONG_CHAT: ChatId = ChatId(1);

/// How many that are, in the largest store.
pub(crate) const LONG_MESSAGES: usize = 10_000;

const USUAL_MESSAGES: usize = 20;
const FOLDERS: u64 = 12;
const MODELS: [&str; 4] = [
    "Qwen3-8B-Q4_K_M",
    "gemma-3-12b-it-Q4_0",
    "Llama-3.2-3B-Instruct",
    "SmolLM2-135M",
];

/// 2025-01-01 UTC.
const BEGIN_UNIX_MS: i64 = 1_735_689_600_000;
/// Two years.
const SPAN_MS: i64 = 2 * 365 * 86_400_000;

const SMALL_ES: &[&str] = &[
    "el", "la", "de", "que", "y", "en", "un", "una", "los", "las", "por", "con", "para", "se",
    "no", "es", "su", "al", "más", "como",
];
const SMALL_EN: &[&str] = &[
    "the", "of", "and", "to", "a", "in", "is", "that", "it", "for", "you", "with", "on", "are",
    "be", "this", "as", "or", "can", "not",
];
const WORDS_ES: &[&str] = &[
    "función",
    "niños",
    "razón",
    "investigación",
    "código",
    "archivo",
    "mañana",
    "tiempo",
    "trabajo",
    "ciudad",
    "historia",
    "pregunta",
    "respuesta",
    "correr",
    "escribiendo",
    "mejores",
    "canción",
    "energía",
    "problema",
    "solución",
    "receta",
    "viaje",
    "casas",
    "médico",
    "reunión",
    "ejemplo",
    "número",
    "palabras",
    "lista",
    "explica",
];
const WORDS_EN: &[&str] = &[
    "function",
    "children",
    "reason",
    "research",
    "code",
    "file",
    "tomorrow",
    "time",
    "working",
    "city",
    "stories",
    "question",
    "answer",
    "running",
    "writing",
    "better",
    "song",
    "energy",
    "problem",
    "solutions",
    "recipe",
    "travel",
    "houses",
    "doctor",
    "meeting",
    "example",
    "number",
    "words",
    "list",
    "explain",
];
const SYLLABLES: &[&str] = &[
    "ba", "cer", "di", "fon", "gra", "lu", "men", "no", "par", "ques", "ri", "sol", "tan", "ver",
    "xi", "zo", "cla", "pre", "tri", "mon",
];

/// The folder of a store with so many messages; made where it is not there yet.
pub(crate) fn store(messages: usize) -> Outcome<PathBuf> {
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("target");
    let name = format!("bench-store-{VERSION}-{messages}");
    let folder = target.join(&name);
    if folder.is_dir() {
        return Ok(folder);
    }
    let unfinished = target.join(format!("{name}.unfinished"));
    if unfinished.is_dir() {
        fs::remove_dir_all(&unfinished)?;
    }
    fill(&unfinished, messages)?;
    fs::rename(&unfinished, &folder)?;
    Ok(folder)
}

fn fill(folder: &Path, total: usize) -> Outcome<()> {
    let mut store = Store::open(folder)?;
    let folders = (1..=FOLDERS).map(|id| Write::NewFolder {
        id: FolderId(id),
        name: format!("Carpeta {id}"),
    });
    store.write(&folders.collect::<Vec<_>>())?;
    let mut random = fastrand::Rng::with_seed(20_260_101);
    let step_ms = SPAN_MS / i64::try_from(total)?;
    let (mut written, mut number) = (0, LONG_CHAT.0);
    let mut writes = Vec::new();
    while written < total {
        let wanted = match ChatId(number) == LONG_CHAT {
            true => LONG_MESSAGES.min(total / 20),
            // What the long chat has more than others is spread over them.
            false => random.usize(2..2 * (USUAL_MESSAGES - 1)),
        };
        let count = wanted.min(total - written);
        let begun_unix_ms = BEGIN_UNIX_MS + step_ms * i64::try_from(written)?;
        chat(
            &mut writes,
            &mut random,
            ChatId(number),
            count,
            begun_unix_ms,
            step_ms,
        );
        written += count;
        number += 1;
        if writes.len() > 500 {
            store.write(&writes)?;
            writes.clear();
        }
    }
    store.write(&writes)?;
    Ok(())
}

fn chat(
    writes: &mut Vec<Write>,
    random: &mut fastrand::Rng,
    chat: ChatId,
    count: usize,
    begun_unix_ms: i64,
    step_ms: i64,
) {
    let folder = (random.u8(..10) < 3).then(|| FolderId(random.u64(1..=FOLDERS)));
    writes.push(Write::NewChat {
        id: chat,
        folder,
        created_unix_ms: begun_unix_ms,
    });
    let mut messages: Vec<Message> = Vec::with_capacity(count);
    let mut created_unix_ms = begun_unix_ms;
    for index in 0..count {
        created_unix_ms += step_ms;
        let id = (created_unix_ms - BEGIN_UNIX_MS).cast_unsigned() << 21 | index as u64;
        let is_reply = index % 2 == 1;
        // Now and then a second version of what has been said.
        let back = if index > 3 && random.u8(..10) == 0 {
            3
        } else {
            1
        };
        let parent = index.checked_sub(back).map(|at| messages[at].id);
        let sentences = if is_reply {
            random.usize(2..18)
        } else {
            random.usize(1..5)
        };
        let role = if is_reply {
            Role::Assistant
        } else {
            Role::User
        };
        let text = text(random, sentences);
        let mut message = Message::new(MessageId(id), parent, role, text, created_unix_ms);
        if is_reply {
            message.model = Some(MODELS[random.usize(..MODELS.len())].into());
            message.finish = Some(Finish::EndOfReply);
            message.timings = Some(Timings::default());
        }
        messages.push(message);
    }
    writes.push(Write::Messages { chat, messages });
    if random.bool() {
        let title = text(random, 1).chars().take(50).collect();
        writes.push(Write::Title {
            chat,
            title: Some(title),
        });
    }
}

/// Some sentences, about sixty bytes each.
pub(crate) fn text(random: &mut fastrand::Rng, sentences: usize) -> String {
    let (small, words) = match random.bool() {
        true => (SMALL_ES, WORDS_ES),
        false => (SMALL_EN, WORDS_EN),
    };
    let mut text = String::new();
    for _ in 0..sentences {
        for _ in 0..random.usize(5..16) {
            match random.u8(..100) {
                ..45 => text.push_str(small[skewed(random, small.len())]),
                45..75 => text.push_str(words[skewed(random, words.len())]),
                _ => {
                    // A vocabulary of many words, most of them rare.
                    let mut number = skewed(random, 40_000) + SYLLABLES.len();
                    while number > 0 {
                        text.push_str(SYLLABLES[number % SYLLABLES.len()]);
                        number /= SYLLABLES.len();
                    }
                }
            }
            text.push(' ');
        }
        text.pop();
        text.push_str(if random.u8(..5) == 0 { ".\n\n" } else { ". " });
    }
    text.truncate(text.trim_end().len());
    text
}

/// A number below `end`, the small ones far more often.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "a place in a short list"
)]
fn skewed(random: &mut fastrand::Rng, end: usize) -> usize {
    let at = (end as f64).powf(random.f64()) - 1.0;
    (at as usize).min(end - 1)
}
