//! Each rule, proven on a few lines that keep it and a few that break it.

use super::{MAX_LINES, RULES, UNSAFE_FILE, broken};
use crate::source::File;

/// Checks that `code` in the file at `path` breaks one rule, and says `words`; none where
/// `words` is empty.
#[track_caller]
fn check(path: &str, code: &str, words: &str) {
    let found = broken(&File::new(path, &format!("//! Words.\n{code}")), &RULES);
    if words.is_empty() {
        assert!(found.is_empty(), "{code}: {found:?}");
    } else {
        assert_eq!(found.len(), 1, "{code}: {found:?}");
        assert!(found[0].contains(words), "{code}: {found:?}");
        assert!(found[0].starts_with(&format!("{path}:")), "{found:?}");
    }
}

#[test]
fn a_module_that_reaches_up_is_found() {
    check("src/session.rs", "use crate::engine::{Client, Error};", "");
    check(
        "src/engine/client.rs",
        "use crate::session::Session;",
        "`engine` must not use `session`",
    );
    check(
        "src/engine/client.rs",
        "use crate::library::{self, hub};",
        "`engine` must not use `library`",
    );
    check(
        "src/engine/client.rs",
        "use crate::{chat, settings};",
        "`engine` must not use `settings`",
    );
    check(
        "src/engine/client/driver.rs",
        "use super::super::super::store::Store;",
        "must not use `store`",
    );
    check(
        "src/engine/client/driver.rs",
        "use super::super::fault::Error;",
        "",
    );
    check(
        "src/params.rs",
        "fn f() { crate::chat::Chat::new() }",
        "`params` must not use `chat`",
    );
    check(
        "src/params.rs",
        "// crate::app::f()\nconst A: &str = \"crate::app\";",
        "",
    );
    check(
        "src/params.rs",
        "mod tests { use super::A; use super::super::chat::B; }",
        "must not use `chat`",
    );
    check(
        "src/cli/ask.rs",
        "use crate::app::run;",
        "`cli` must not use `app`",
    );
    check("src/main.rs", "use charla::app::run;", "");
    check(
        "src/chat.rs",
        "use crate::colour::Red;",
        "`colour` has no row",
    );
    check("src/colour.rs", "", "`colour` has no row");
    check("src/lib.rs", "pub mod chat; pub mod app;", "");
}

#[test]
fn a_hole_in_the_engines_wall_is_found() {
    check(
        "src/main.rs",
        "fn f() { charla::engine::worker::run(); }",
        "",
    );
    check(
        "src/cli/mod.rs",
        "fn f() { crate::engine::worker::run(); }",
        "only main.rs",
    );
    check(
        "src/engine/client.rs",
        "use super::worker::run;",
        "only main.rs",
    );
    check("src/engine/mod.rs", "pub mod worker;", "");
    check("src/engine/mod.rs", "pub use worker::run;", "only main.rs");
    check(
        "src/engine/worker/mod.rs",
        "use super::fault::Fault; use crate::chat::Role;",
        "",
    );
    check(
        "src/engine/worker/load.rs",
        "use super::log::Log; use crate::params::LoadOptions;",
        "",
    );
    check(
        "src/engine/worker/load.rs",
        "use crate::i18n::Text;",
        "the worker must not use `i18n::Text`",
    );
    check(
        "src/engine/worker/load.rs",
        "use crate::engine::client::Wake;",
        "the worker must not use",
    );
    check(
        "src/engine/worker/load.rs",
        "use llama_cpp_2::model::LlamaModel;",
        "",
    );
    check(
        "src/engine/client.rs",
        "use llama_cpp_2::model::LlamaModel;",
        "`llama_cpp_2` is used below",
    );
    check(
        "src/library/mod.rs",
        "fn f() { rusqlite::open() }",
        "`rusqlite` is used below",
    );
    check("src/cli/mod.rs", "use egui::Ui;", "`egui` is used below");
}

#[test]
fn a_view_that_does_more_than_show_is_found() {
    check(
        "src/app/views/chat.rs",
        "use super::super::components::button; use crate::app::state::State;",
        "",
    );
    check(
        "src/app/views/chat.rs",
        "use crate::app::update::Services;",
        "`app::views` must not use `app::update`",
    );
    check(
        "src/app/components/button.rs",
        "use super::super::state::State;",
        "`app::components` must not use `app::state`",
    );
    check(
        "src/app/components/button.rs",
        "use crate::app::{theme, views};",
        "`app::components` must not use `app::views`",
    );
    check(
        "src/app/theme.rs",
        "use super::components::button;",
        "`app::theme` must not use",
    );
    check(
        "src/app/views/chat.rs",
        "use std::{fs, path::PathBuf};",
        "must not use `std::fs`",
    );
    check(
        "src/app/views/chat.rs",
        "fn f() { std::net::TcpStream::connect() }",
        "must not use `std::net",
    );
    check(
        "src/app/views/chat.rs",
        "use crate::engine::Client;",
        "must not use `crate::engine::Client`",
    );
    check(
        "src/app/components/chat.rs",
        "fn f(lock: &Mutex<u8>) {}",
        "holds no locks",
    );
    check("src/app/update.rs", "use std::fs;", "");
}

#[test]
fn a_colour_out_of_place_is_found() {
    let literal = "fn f() -> Color32 { Color32::from_rgb(1, 2, 3) }";
    check("src/app/theme.rs", literal, "");
    check(
        "src/app/views/chat.rs",
        literal,
        "colours stand in app/theme.rs",
    );
    check(
        "src/app/views/chat.rs",
        "const A: Color32 = egui::Color32::RED;",
        "colours stand",
    );
    check(
        "src/app/views/chat.rs",
        "const A: Color32 = Color32::TRANSPARENT;",
        "",
    );
    check(
        "src/app/views/chat.rs",
        "const A: Color32 = hex_color!(\"#ffffff\");",
        "colours stand",
    );
}

#[test]
fn unsafe_code_is_found() {
    check(
        "src/chat.rs",
        "fn f() { unsafe { g() } }",
        "`unsafe` stands in",
    );
    check(UNSAFE_FILE, "fn f() { unsafe { g() } }", "");
    check(
        "src/chat.rs",
        "#[expect(unsafe_code, reason = \"unsafe\")]",
        "",
    );
}

#[test]
fn a_file_that_is_too_long_or_says_nothing_of_itself_is_found() {
    check(
        "src/chat.rs",
        &"\n".repeat(MAX_LINES),
        "more than 500 lines",
    );
    let found = broken(&File::new("src/chat.rs", "// Words.\n"), &RULES);
    assert_eq!(
        found,
        ["src/chat.rs:1: its first line is no `//!` that says what it is for"]
    );
}
