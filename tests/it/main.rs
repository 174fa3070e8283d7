//! The integration tests, one binary: the rules of the code, the texts, and the program
//! itself with the real model.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on has failed"
)]
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "read by who runs it"
)]

mod downloads;
#[cfg(target_os = "linux")]
mod durability;
mod hub_server;
mod i18n;
mod ordering;
mod source;
mod store;
mod store_files;
mod talk;
mod tidy;

// These compute, so they need a build with an engine.
#[cfg(feature = "llama")]
mod architectures;
#[cfg(feature = "llama")]
mod ask;
#[cfg(feature = "llama")]
mod bad_input;
#[cfg(feature = "llama")]
mod bench;
#[cfg(feature = "llama")]
mod chats;
#[cfg(all(feature = "llama", target_os = "linux"))]
mod client;
#[cfg(feature = "llama")]
mod context;
#[cfg(feature = "llama")]
mod doctor;
#[cfg(feature = "llama")]
mod engine;
#[cfg(feature = "llama")]
mod forms;
#[cfg(feature = "llama")]
mod headers;
#[cfg(feature = "llama")]
mod kv;
#[cfg(feature = "llama")]
mod memory;
#[cfg(feature = "llama")]
mod models;
#[cfg(feature = "llama")]
mod mutations;
#[cfg(feature = "llama")]
mod openings;
#[cfg(feature = "llama")]
mod sampling;
#[cfg(feature = "llama")]
mod speculation;
#[cfg(feature = "llama")]
mod states;
#[cfg(feature = "llama")]
mod support;
#[cfg(feature = "llama")]
mod templates;
#[cfg(feature = "llama")]
mod thinking;
#[cfg(feature = "llama")]
mod threads;
#[cfg(feature = "llama")]
mod titles;
#[cfg(feature = "llama")]
mod together;
#[cfg(feature = "gui")]
mod window;
#[cfg(feature = "gui")]
mod window_chats;
#[cfg(feature = "gui")]
mod window_composer;
#[cfg(all(feature = "gui", feature = "llama"))]
mod window_files;
#[cfg(feature = "gui")]
mod window_keys;
#[cfg(feature = "gui")]
mod window_panel;
