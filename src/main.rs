//! Parses the command line, runs what it asks for, and prints an error once.

use std::process::ExitCode;

use charla::cli::{self, Command};
use charla::i18n::I18n;
#[cfg(feature = "gui")]
use charla::i18n::Text;
use charla::paths::Paths;
use charla::settings::Settings;

fn main() -> ExitCode {
    let paths = Paths::of_user();
    // The engine is given its settings by its parent, and starts without reading any.
    if std::env::args_os().nth(1).is_some_and(|it| it == "engine") {
        return engine();
    }
    // An older Charla left what the user has written there for everybody to read.
    filekit::make_tree_private(&paths.config);
    let i18n = I18n::new(Settings::language_at(&paths.settings()));
    let arguments = match cli::parse(&i18n) {
        Ok(arguments) => arguments,
        Err(code) => return code,
    };
    let (settings, settings_error) = Settings::load(&paths.settings());
    let result = match arguments.command {
        Some(Command::Ask(ask)) => {
            tell(settings_error.as_ref(), &i18n);
            cli::ask::run(&ask, &paths, &settings, &i18n)
        }
        Some(Command::Bench(bench)) => {
            tell(settings_error.as_ref(), &i18n);
            cli::bench::run(&bench, &paths, &settings, &i18n)
        }
        Some(Command::Chats(chats)) => cli::chats::run(&chats, &paths, &i18n),
        Some(Command::Doctor(doctor)) => cli::doctor::run(
            &doctor,
            &paths,
            &settings.library,
            settings_error.as_ref(),
            &i18n,
        ),
        Some(Command::Models(models)) => {
            tell(settings_error.as_ref(), &i18n);
            cli::models::run(&models, &paths, settings, &i18n)
        }
        Some(Command::Engine) => return engine(),
        None => window(arguments.file, paths, settings, settings_error, &i18n),
    };
    match result {
        Ok(code) => code,
        Err(error) => {
            cli::tell(format_args!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// Tells why the settings are not the user's own, before a command goes on with the defaults.
fn tell(error: Option<&charla::settings::Error>, i18n: &I18n) {
    if let Some(error) = error {
        cli::tell(i18n.say(error));
    }
}

#[cfg(feature = "gui")]
fn window(
    file: Option<std::path::PathBuf>,
    paths: Paths,
    settings: Settings,
    settings_error: Option<charla::settings::Error>,
    i18n: &I18n,
) -> anyhow::Result<ExitCode> {
    if let Some(file) = &file
        && !file.exists()
    {
        let text = Text::new("cli-no-such-file").word("file", file.display());
        anyhow::bail!(i18n.text(&text));
    }
    if !has_screen() {
        anyhow::bail!(i18n.get("cli-no-screen"));
    }
    // It is remembered, and must be found again from another folder.
    let file = file.map(|file| std::path::absolute(&file).unwrap_or(file));
    match charla::app::run(file, paths, settings, settings_error) {
        Ok(()) => Ok(ExitCode::SUCCESS),
        Err(error) => {
            let reason = without_source_place(&error.to_string());
            let text = Text::new("cli-window-failed").word("reason", reason);
            anyhow::bail!(i18n.text(&text))
        }
    }
}

/// Whether there is anything that a window could be shown on. Elsewhere than on the desktops
/// of X11 and Wayland there always is.
#[cfg(feature = "gui")]
fn has_screen() -> bool {
    let is_named =
        |name| std::env::var_os(name).is_some_and(|it: std::ffi::OsString| !it.is_empty());
    cfg!(not(target_os = "linux"))
        || ["DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET"]
            .into_iter()
            .any(is_named)
}

/// What an error says behind the line of source that some libraries begin with, which is a
/// place on the machine that Charla was built on.
#[cfg(feature = "gui")]
fn without_source_place(error: &str) -> String {
    let words: Vec<&str> = error.split(' ').collect();
    let place = words.iter().rposition(|word| word.contains(".rs:"));
    words[place.map_or(0, |index| index + 1)..].join(" ")
}

#[cfg(not(feature = "gui"))]
fn window(
    _: Option<std::path::PathBuf>,
    _: Paths,
    _: Settings,
    _: Option<charla::settings::Error>,
    i18n: &I18n,
) -> anyhow::Result<ExitCode> {
    anyhow::bail!(i18n.get("cli-no-window"))
}

/// The engine's own errors go to standard error in plain words: its parent reads them.
#[cfg(feature = "llama")]
fn engine() -> ExitCode {
    use std::io::Write as _;
    match charla::engine::worker::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

/// Without llama.cpp there is no engine; whoever started it is told so in the protocol.
#[cfg(not(feature = "llama"))]
fn engine() -> ExitCode {
    use charla::engine::protocol::Event;
    use charla::engine::{Fault, transport};
    let event = Event::Failed {
        id: None,
        fault: Fault::NoEngine,
    };
    let _ = transport::write(&mut std::io::stdout(), &event);
    ExitCode::FAILURE
}

#[cfg(all(test, feature = "gui"))]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_no_file_of_the_machine_it_was_built_on() {
        for (said, kept) in [
            (
                "winit EventLoopError: os error at /home/a/linux/mod.rs:765: no display",
                "no display",
            ),
            ("WGPU error: no adapter", "WGPU error: no adapter"),
        ] {
            assert_eq!(without_source_place(said), kept);
        }
    }
}
