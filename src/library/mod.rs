//! The models on disk and on the Hub: what a GGUF file says about itself, which files there
//! are, and how they come here.
//!
//! - [`gguf`] reads the header of one file and refuses what llama.cpp would abort on.
//! - [`catalog`] is the curated list that comes with Charla.
//! - [`discover`] lists the model files below the model folders and finds one by name.
//! - [`hub`] asks the Hugging Face Hub which models there are.
//! - [`download`] brings one of them here.
//!
//! Nothing here loads a model: the header is all that is ever read, and what is downloaded is
//! only hashed.

pub mod catalog;
pub mod discover;
pub mod download;
pub mod gguf;
pub mod hub;

pub use discover::{Entry, ResolveError, resolve, scan};
pub use gguf::{Damage, Header};
