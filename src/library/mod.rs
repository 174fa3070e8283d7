//! The models on disk and on the Hub: which files there are, and how they come here. What one
//! of them says about itself is read by the crate [`gguf`].
//!
//! - [`catalog`] is the curated list that comes with Charla.
//! - [`sources`] knows where Charla, the user and other programs keep models.
//! - [`discover`] lists the models there, each content once.
//! - [`watch`] tells when the folders no longer hold what was seen in them.
//! - [`verdict`] tells whether this machine has what a model takes.
//! - [`mod@resolve`] finds the one that a name means.
//! - [`hub`] asks the Hugging Face Hub which models there are.
//! - [`download`] brings one of them here.
//!
//! Nothing here loads a model: the header is all that is ever read, and what is downloaded is
//! only hashed.

pub mod catalog;
pub mod discover;
pub mod download;
mod fingerprint;
pub mod hub;
mod index;
mod machine;
pub mod marks;
mod names;
pub mod resolve;
mod said;
pub mod sources;
pub mod trash;
pub mod verdict;
pub mod watch;
pub mod whole;

pub use discover::{Entry, Listing, Place, draft_of, look, scan};
pub use fingerprint::Fingerprint;
pub use machine::Machine;
pub use marks::{Mark, Marks};
pub use names::name_of;
pub use resolve::{ResolveError, resolve};
pub use sources::{Origin, Root, Surroundings, roots};
pub use verdict::{Fit, Rough, Verdict};
