//! The models on disk: what a GGUF file says about itself, and which files there are.
//!
//! - [`gguf`] reads the header of one file and refuses what llama.cpp would abort on.
//! - [`catalog`] is the curated list that comes with Charla.
//! - [`sources`] knows where Charla, the user and other programs keep models.
//! - [`discover`] lists the models there, each content once.
//! - [`memory`] and [`verdict`] tell what a model takes, and whether this machine has it.
//! - [`resolve`] finds the one that a name means.
//!
//! Nothing here loads a model: the header is all that is ever read.

pub mod catalog;
pub mod discover;
mod fingerprint;
pub mod gguf;
mod index;
pub mod marks;
pub mod memory;
mod names;
pub mod resolve;
pub mod sources;
pub mod trash;
pub mod verdict;
pub mod whole;

pub use discover::{Entry, Listing, Place, look, scan};
pub use fingerprint::Fingerprint;
pub use gguf::{Damage, Header, Purpose};
pub use marks::{Mark, Marks};
pub use memory::Estimate;
pub use resolve::{ResolveError, resolve};
pub use sources::{Origin, Root, Surroundings, roots};
pub use verdict::{Fit, Machine, Verdict};
