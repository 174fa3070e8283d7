//! The engine: another process that computes, and the client that talks to it.
//!
//! [`client`] runs in the window's process (and in `charla ask`); the worker runs in the
//! child. Between them lie the [`protocol`] and its [`transport`]. Nothing else in Charla
//! talks to llama.cpp.

pub mod client;
mod exit;
pub mod fake;
pub mod fault;
pub mod grammar;
pub mod memory;
pub mod notice;
pub mod protocol;
pub mod transport;
#[cfg(feature = "llama")]
pub mod worker;

pub use client::{Client, Launch, Update};
pub use fault::{During, Error, Fault};
pub use notice::Notice;
