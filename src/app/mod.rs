//! The window. Engine events are drained in [`eframe::App::logic`]; `ui` only draws; views
//! return commands, and `update` acts on them.

mod attachment;
mod clipboard;
mod command;
mod components;
mod desktop;
mod fonts;
mod half_edits;
mod icons;
mod jobs;
mod pace;
mod remember;
mod renderer;
mod state;
mod theme;
mod update;
mod views;

use std::path::PathBuf;
use std::sync::Arc;

use eframe::{CreationContext, NativeOptions};
use egui::{Context, Ui, Visuals};

use crate::engine::Launch;
use crate::i18n::{Localize, Text};
use crate::library::watch::Watch;
use crate::paths::Paths;
use crate::presets;
use crate::prompts;
use crate::session::Session;
use crate::settings::{self, Saver, Settings, WindowSaver, WindowState};
use crate::store::{self, Keeper};
use clipboard::ClipboardKeys;
use command::{Action, Command};
use jobs::{Jobs, Outcome};
use pace::Pace;
use remember::Remember;
use renderer::Way;
use state::{State, Topic, Weight};
use update::Services;
use views::Views;

/// What the window begins with.
#[derive(Debug, Clone)]
pub struct Setup {
    /// What to run as the engine.
    pub launch: Launch,
    /// Where everything lies.
    pub paths: Paths,
    /// The settings, as read.
    pub settings: Settings,
    /// A model to open, in place of the one used last.
    pub file: Option<PathBuf>,
    /// Why the settings are not those of the file.
    pub settings_error: Option<Text>,
    /// Whether changed settings are saved; not over a file that could not be read.
    pub saves_settings: bool,
    /// How the window was left.
    pub left: WindowState,
}

/// Opens the window and returns when it is closed.
///
/// # Errors
/// Where the system gives no window, or cannot run this program again as the engine.
pub fn run(
    file: Option<PathBuf>,
    paths: Paths,
    settings: Settings,
    settings_error: Option<settings::Error>,
) -> eframe::Result {
    let setup = Setup {
        launch: Launch::this_program().map_err(|error| eframe::Error::AppCreation(error.into()))?,
        left: WindowState::load(&paths.window()),
        paths,
        settings,
        file,
        saves_settings: !matches!(settings_error, Some(settings::Error::Unreadable { .. })),
        settings_error: settings_error.map(|error| error.text()),
    };
    let mut opened = Ok(());
    for way in renderer::WAYS {
        opened = open(way, setup.clone());
        if !opened.as_ref().is_err_and(renderer::is_missing) {
            break;
        }
    }
    opened
}

fn open(way: Way, setup: Setup) -> eframe::Result {
    let icon = include_bytes!("../../assets/icon/charla-256.png");
    let mut viewport = remember::builder(&setup.left)
        .with_app_id("charla")
        .with_title("Charla");
    if let Ok(icon) = eframe::icon_data::from_png_bytes(icon) {
        viewport = viewport.with_icon(icon);
    }
    let mut options = NativeOptions {
        viewport,
        system_font_fallback: false,
        ..NativeOptions::default()
    };
    way.set(&mut options);
    eframe::run_native(
        "charla",
        options,
        Box::new(|creation: &CreationContext<'_>| {
            fonts::use_system(&creation.egui_ctx);
            remember::bring_back(creation, &setup.left);
            let app = App::new(&creation.egui_ctx, setup)?;
            app.follow_desktop();
            Ok(Box::new(app))
        }),
    )
}

/// The window's state, and what it acts through.
pub struct App {
    state: State,
    views: Views,
    clipboard: ClipboardKeys,
    pace: Pace,
    remember: Remember,
    services: Services,
}

impl App {
    /// Sets the window up and begins to load a model.
    ///
    /// # Errors
    /// Where the system cannot start a thread.
    pub fn new(ctx: &Context, setup: Setup) -> std::io::Result<Self> {
        theme::install(ctx);
        let pace = Pace::new();
        let (repaint, interval) = (ctx.clone(), pace.interval());
        let wake: Arc<dyn Fn() + Send + Sync> = Arc::new(move || {
            repaint.request_repaint_after(interval.get());
        });
        let jobs = Jobs::new(wake.clone());
        let report = jobs.reporter();
        let disk = filekit::Saver::start("saver").ok();
        let queue = || disk.as_ref().map(filekit::Saver::queue);
        let saver = queue().filter(|_| setup.saves_settings).map(|queue| {
            Saver::new(queue, setup.paths.settings(), move |error| {
                report(Outcome::NotSaved(error.text()));
            })
        });
        let window_saver = queue().map(|it| WindowSaver::new(it, setup.paths.window()));
        let report = jobs.reporter();
        let folders = presets::Folders {
            presets: setup.paths.presets(),
            personas: setup.paths.personas(),
        };
        let report_presets = move |event| report(Outcome::Presets(event));
        let shelf = queue().map(|it| presets::Shelf::new(it, folders, report_presets));
        let report = jobs.reporter();
        let report_prompts = move |read| report(Outcome::Prompts(read));
        let saved_prompts =
            queue().map(|it| prompts::Shelf::new(it, setup.paths.prompts(), report_prompts));
        let folder = setup.paths.chats();
        let report = jobs.reporter();
        let heard: store::Report = Arc::new(move |event| report(Outcome::Store(event)));
        let open = move || store::Store::open_or_memory(&folder);
        let keeper = Arc::new(Keeper::start(open, heard)?);
        let report = jobs.reporter();
        let watch = Watch::start(move || report(Outcome::FoldersChanged));
        let mut session = Session::keeping(setup.launch, wake, Some(Arc::clone(&keeper)))?;
        session.follow(&setup.settings, &setup.paths);
        let mut services = Services {
            session,
            keeper,
            revision: std::cell::Cell::new(0),
            readings: std::cell::Cell::new(0),
            saver,
            shelf,
            prompts: saved_prompts,
            jobs,
            checks: update::Checks::default(),
            network: update::Network::default(),
            watch: watch.ok(),
            paths: setup.paths,
            disk,
        };
        let mut state = State::new(setup.settings);
        theme::apply(ctx, desktop::look(&state.settings, state.desktop));
        if let Some(error) = setup.settings_error {
            state.notify(Weight::Warning, error, Topic::Settings);
        }
        state.resume(&setup.left);
        update::begin(&mut state, &mut services, setup.file);
        Ok(Self {
            state,
            services,
            views: Views::as_left(&setup.left),
            clipboard: ClipboardKeys::default(),
            pace,
            remember: Remember::new(window_saver, setup.left),
        })
    }

    /// Learns what the desktop says about looks, now and whenever it changes.
    fn follow_desktop(&self) {
        let report = self.services.jobs.reporter();
        desktop::follow(move |desktop| report(Outcome::Desktop(desktop)));
    }

    /// Takes in what has happened since the last frame.
    fn drain(&mut self) {
        while let Some(update) = self.services.session.try_next() {
            update::receive(&mut self.state, &mut self.services, update);
        }
        if self.services.session.has_ended() {
            update::lose_session(&mut self.state);
        }
        while let Some(outcome) = self.services.jobs.try_next() {
            update::finish_job(&mut self.state, &mut self.services, outcome);
        }
    }

    /// Draws everything and acts on what the user did.
    fn frame(&mut self, ui: &mut Ui) {
        let ctx = ui.ctx().clone();
        theme::apply(
            &ctx,
            desktop::look(&self.state.settings, self.state.desktop),
        );
        self.pace.note(!self.state.replies.is_empty());
        if ctx.input(|input| input.viewport().close_requested()) {
            match update::holds_back_close(&mut self.state, &self.services) {
                true => ctx.send_viewport_cmd(egui::ViewportCommand::CancelClose),
                // The engine may take seconds to write what it keeps; nobody is to watch.
                false => ctx.send_viewport_cmd(egui::ViewportCommand::Visible(false)),
            }
        }
        if let Some(left) = update::fade(&mut self.state) {
            ctx.request_repaint_after(left);
        }
        update::settle(&mut self.state, &self.services, &ctx);
        if ctx.input(|input| input.events.contains(&egui::Event::WindowFocused(false))) {
            self.services.attend(false);
        }
        if ctx.input(|input| input.events.contains(&egui::Event::WindowFocused(true))) {
            self.services.attend(true);
            update::keep_own(&mut self.state, &self.services);
            update::look_again(&mut self.state, &self.services);
            self.services.change_prompts(prompts::Edit::Read);
        }
        update::fit(&mut self.state, &ctx);
        self.clipboard.translate(&ctx);
        let mut commands = self.shortcuts(&ctx);
        commands.extend(dropped_files(&ctx));
        commands.extend(self.views.show(ui, &self.state));
        for command in commands {
            let meant = match command {
                Command::Do(action) => self.views.follow(&ctx, &self.state, action),
                _ => None,
            };
            let command = meant.unwrap_or(command);
            update::act(&mut self.state, &mut self.services, &ctx, command);
            // What was just done is to be seen at once.
            ctx.request_repaint();
        }
        self.remember.note(&ctx, &self.state, &self.views);
    }

    fn shortcuts(&self, ctx: &Context) -> Vec<Command> {
        // The key of the plus sign makes an equals sign without Shift.
        let plus = ctx
            .input_mut(|input| input.consume_key(egui::Modifiers::COMMAND, egui::Key::Equals))
            .then_some(Command::Do(Action::ZoomIn));
        let is_mac = ctx.os().is_mac();
        let is_typing = self.views.is_typing(ctx, &self.state);
        let has_dialog = self.views.has_dialog();
        let has_menu = egui::Popup::is_any_open(ctx) || self.views.holds_escape();
        let is_wanted = |action: Action| match action {
            Action::Palette | Action::Shortcuts => true,
            _ if has_dialog => false,
            // Escape closes menus; it stops a reply only while there is one.
            Action::Stop => self.state.current_reply().is_some() && !has_menu,
            // Else the keys take back what was typed.
            Action::Undo => self.state.undo.as_ref().is_some_and(|undo| undo.by_keys),
            _ => !(is_typing && action.yields_to_text(is_mac)),
        };
        let pressed = ctx.input_mut(|input| Action::take_pressed(input, is_wanted));
        pressed.into_iter().map(Command::Do).chain(plus).collect()
    }
}

impl Drop for App {
    /// What was typed last is kept too.
    fn drop(&mut self) {
        update::cancel_transfer(&self.state);
        update::keep_own(&mut self.state, &self.services);
        if let Some(Command::KeepDraft(chat, text)) = self.views.unkept_draft() {
            update::keep_draft(&mut self.state, &self.services, chat, text);
        }
    }
}

impl eframe::App for App {
    fn logic(&mut self, _: &Context, _: &mut eframe::Frame) {
        self.drain();
    }

    fn clear_color(&self, visuals: &Visuals) -> [f32; 4] {
        visuals.panel_fill.to_normalized_gamma_f32()
    }

    fn ui(&mut self, ui: &mut Ui, frame: &mut eframe::Frame) {
        // Without a window, nothing has been cleared.
        if frame.wgpu_render_state().is_none() && frame.gl().is_none() {
            let background = ui.visuals().panel_fill;
            ui.painter().rect_filled(ui.max_rect(), 0, background);
        }
        self.frame(ui);
    }
}

/// Files that were dropped on the window.
fn dropped_files(ctx: &Context) -> Option<Command> {
    let paths: Vec<PathBuf> = ctx.input(|input| {
        let files = &input.raw.dropped_files;
        files.iter().map(|file| file.path().to_owned()).collect()
    });
    (!paths.is_empty()).then_some(Command::DropFiles(paths))
}
