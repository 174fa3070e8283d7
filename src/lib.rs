//! Charla: private chat with GGUF models on the user's own machine.
//!
//! The map of the modules; ARCHITECTURE.md says what each may use and must never do.

#[cfg(feature = "gui")]
pub mod app;
pub mod chat;
pub mod cli;
pub mod encoding;
pub mod engine;
pub mod i18n;
pub mod lenient;
pub mod library;
pub mod params;
pub mod paths;
pub mod presets;
pub mod prompts;
pub mod session;
pub mod settings;
pub mod store;
