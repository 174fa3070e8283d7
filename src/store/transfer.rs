//! Chats taken out into files and brought in from them.

mod batches;
mod chatgpt;
mod error;
mod files;
mod foreign;
mod input;
mod intake;
mod lines;
mod llama_cpp;
mod lm_studio;
mod markdown;
mod merge;
mod native;
mod open_webui;
mod report;
mod scan;
#[cfg(test)]
mod tests;

use std::io::Write;

use super::{Portable, Store};
use crate::chat::ChatId;

pub use batches::{Import, Progress, import_in_batches};
pub use error::{ExportError, Fault, ImportError};
pub use files::{export_to_file, export_to_folder};
pub use input::{import, import_all, import_reader};
pub use native::to_json;
pub use report::{Report, Skipped, Why};
pub use scan::MAX_CONVERSATION_BYTES;

/// What a chat can be taken out as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// The branch that is read, for people.
    Markdown,
    /// Everything, to be brought in again.
    Json,
    /// The branch that is read, one chat a line, as OpenAI's fine-tuning takes it.
    Jsonl,
}

impl Format {
    /// All of them, in the order in which a menu lists them.
    pub const ALL: [Self; 3] = [Self::Markdown, Self::Json, Self::Jsonl];

    /// What the command line calls it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Markdown => "markdown",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
        }
    }

    /// How the names of its files end.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Markdown => "md",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
        }
    }
}

/// Writes these chats, one after the other: never more than one of them is in memory.
///
/// # Errors
/// Where a chat cannot be read, or `out` does not take it.
pub fn export(
    store: &Store,
    chats: &[ChatId],
    format: Format,
    out: &mut dyn Write,
) -> Result<(), ExportError> {
    if format == Format::Json {
        native::begin(out)?;
    }
    for (index, &id) in chats.iter().enumerate() {
        let chat = store.portable(id)?;
        match format {
            Format::Markdown => markdown::write(&chat, index == 0, out)?,
            Format::Json => native::write(&chat, index == 0, out)?,
            Format::Jsonl => lines::write(&chat, out)?,
        }
    }
    if format == Format::Json {
        native::end(out)?;
    }
    out.flush()?;
    Ok(())
}

/// What a chat is called in a file that is for people; its code where it has no words.
fn name_of(portable: &Portable) -> String {
    let name = portable.chat.name();
    name.unwrap_or_else(|| portable.chat.id.code())
}
