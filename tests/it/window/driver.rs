//! A window that a test drives by accessible names.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant};

use charla::app::{App, Setup};
use charla::engine::Launch;
use charla::engine::fake::Script;
use charla::i18n::{I18n, Language};
use charla::paths::Paths;
use charla::settings::{Settings, Theme, WindowState};
use egui::accesskit::Role;
use egui::{DroppedFile, Key, Vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use tempfile::TempDir;

/// Longer than anything here takes on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// A file that the user lets go of over the window.
#[derive(Debug)]
struct Dropped(PathBuf);

impl DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        std::fs::read(&self.0).map_err(|error| error.to_string())
    }
}

/// A window with an engine, a scripted one in most tests, and a home of its own.
pub(crate) struct Window {
    pub(crate) harness: Harness<'static, App>,
    pub(crate) i18n: I18n,
    pub(crate) home: TempDir,
}

impl Window {
    pub(crate) fn open(script: Script, language: Language) -> Self {
        Self::with(script, language, Theme::Light, Some("/models/test.gguf"))
    }

    pub(crate) fn with(
        script: Script,
        language: Language,
        theme: Theme,
        file: Option<&str>,
    ) -> Self {
        let settings = Settings {
            language: Some(language),
            theme,
            ..Settings::default()
        };
        Self::start(Launch::Fake(script), settings, file.map(PathBuf::from))
    }

    /// Opens a window that runs `launch` as its engine.
    pub(crate) fn start(launch: Launch, settings: Settings, file: Option<PathBuf>) -> Self {
        Self::start_in(tempfile::tempdir().unwrap(), launch, settings, file)
    }

    /// Opens a window in a home that may have been lived in.
    pub(crate) fn start_in(
        home: TempDir,
        launch: Launch,
        settings: Settings,
        file: Option<PathBuf>,
    ) -> Self {
        Self::of(Paths::below(home.path()), home, launch, settings, file)
    }

    fn of(
        paths: Paths,
        home: TempDir,
        launch: Launch,
        settings: Settings,
        file: Option<PathBuf>,
    ) -> Self {
        let i18n = I18n::new(settings.language());
        let setup = Setup {
            left: WindowState::load(&paths.window()),
            launch,
            paths,
            settings,
            file,
            settings_error: None,
            saves_settings: true,
        };
        let harness = Harness::builder()
            .with_size(Vec2::new(1280.0, 820.0))
            .with_max_steps(64)
            .build_eframe(move |creation| App::new(&creation.egui_ctx, setup).unwrap());
        Self {
            harness,
            i18n,
            home,
        }
    }

    /// Opens a second window on the chats of another.
    pub(crate) fn beside(paths: Paths, launch: Launch, settings: Settings) -> Self {
        let file = Some("/models/test.gguf".into());
        let home = tempfile::tempdir().unwrap();
        Self::of(paths, home, launch, settings, file)
    }

    /// Steps until something is so.
    pub(crate) fn wait_until(&mut self, what: &str, mut is_so: impl FnMut(&Self) -> bool) {
        let begun = Instant::now();
        loop {
            self.harness.step();
            if is_so(self) {
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "{what} never came");
            sleep(Duration::from_millis(5));
        }
    }

    /// Writes into the composer.
    pub(crate) fn type_in(&mut self, text: &str) {
        let name = self.text("composer-name");
        let field = |harness: &Harness<'static, App>| {
            let role = Role::MultilineTextInput;
            harness.get_by_role_and_label(role, &name).focus();
        };
        field(&self.harness);
        self.harness.run_steps(2);
        self.harness
            .get_by_role_and_label(Role::MultilineTextInput, &name)
            .type_text(text);
        self.harness.run_steps(2);
    }

    /// Lets go of files over the window.
    pub(crate) fn drop_files(&mut self, files: &[&Path]) {
        let input = self.harness.input_mut();
        for &file in files {
            let dropped = Arc::new(Dropped(file.to_owned()));
            input.dropped_files.push(dropped);
        }
        self.harness.run_steps(2);
    }

    /// Sends what the composer has.
    pub(crate) fn send(&mut self) {
        let name = self.text("send");
        self.click(&name);
    }

    /// Closes it and leaves its home.
    pub(crate) fn close(self) -> TempDir {
        drop(self.harness);
        self.home
    }

    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    /// Clicks the first of those that have this name.
    pub(crate) fn click_first(&mut self, label: &str) {
        self.harness.run_steps(3);
        let first = self.harness.get_all_by_label(label).next();
        first.unwrap().click();
        self.harness.run_steps(3);
    }

    pub(crate) fn text(&self, id: &'static str) -> String {
        self.i18n.get(id)
    }

    /// Steps until there is something with this text.
    pub(crate) fn wait_for(&mut self, label: &str) {
        self.wait(label, |harness| {
            harness.query_all_by_label_contains(label).next().is_some()
        });
    }

    pub(crate) fn wait(
        &mut self,
        what: &str,
        mut is_there: impl FnMut(&Harness<'static, App>) -> bool,
    ) {
        let begun = Instant::now();
        loop {
            self.harness.step();
            if is_there(&self.harness) {
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "“{what}” never came");
            sleep(Duration::from_millis(5));
        }
    }

    pub(crate) fn shows(&self, label: &str) -> bool {
        self.harness
            .query_all_by_label_contains(label)
            .next()
            .is_some()
    }

    /// Clicks what has this name, once it is there, and lets the window act on it.
    pub(crate) fn click(&mut self, label: &str) {
        self.wait_until(label, |window| {
            window.harness.query_all_by_label(label).next().is_some()
        });
        // What has just appeared may still be moving to its place, and what a disk says may
        // take it away for a frame.
        self.harness.run_steps(3);
        self.wait_until(label, |window| {
            window.harness.query_all_by_label(label).next().is_some()
        });
        self.harness.get_by_label(label).click();
        self.harness.run_steps(3);
    }

    /// Writes a message and presses Enter.
    pub(crate) fn say(&mut self, text: &str) {
        let name = self.text("composer-name");
        let field = self
            .harness
            .get_by_role_and_label(Role::MultilineTextInput, &name);
        field.focus();
        self.harness.run_steps(2);
        self.harness
            .get_by_role_and_label(Role::MultilineTextInput, &name)
            .type_text(text);
        self.harness.run_steps(2);
        self.harness.key_press(Key::Enter);
        self.harness.run_steps(3);
    }

    pub(crate) fn draft(&self) -> String {
        let name = self.text("composer-name");
        self.harness
            .get_by_role_and_label(Role::MultilineTextInput, &name)
            .value()
            .unwrap_or_default()
    }

    pub(crate) fn saved_settings(&self) -> String {
        let begun = Instant::now();
        let path = self.home.path().join("config/settings.toml");
        loop {
            match std::fs::read_to_string(&path) {
                Ok(text) if !text.is_empty() => return text,
                _ => assert!(begun.elapsed() < PATIENCE, "no settings were saved"),
            }
            sleep(Duration::from_millis(5));
        }
    }
}
