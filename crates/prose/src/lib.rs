//! Markdown that grows while it is read, in any script, with formulas and selection, for egui.

mod document;
pub mod fonts;
mod host;
pub mod link;
mod look;
mod markdown;
pub mod size;
#[cfg(test)]
mod testing;
mod text;

pub use document::{Act, Document, Form, Kind, Picked, Place, Shown};
pub use host::{Host, Word};
pub use look::{Palette, Syntax, contrast, legible};
pub use markdown::{Alert, Highlighter};
pub use text::one_line;
