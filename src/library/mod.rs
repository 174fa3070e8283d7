//! The models on disk: what a GGUF file says about itself, and which files there are.
//!
//! - [`gguf`] reads the header of one file and refuses what llama.cpp would abort on.
//! - [`catalog`] is the curated list that comes with Charla.
//! - [`discover`] lists the model files below the model folders and finds one by name.
//!
//! Nothing here loads a model: the header is all that is ever read.

pub mod catalog;
pub mod discover;
pub mod gguf;

pub use discover::{Entry, ResolveError, resolve, scan};
pub use gguf::{Damage, Header};
