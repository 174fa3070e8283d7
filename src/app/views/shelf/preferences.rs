//! At the foot of the left panel: how the window looks and speaks, what a key does and who
//! names the chats, in one menu; beside it the way to the shortcuts.

use egui::{Align, Layout, Popup, PopupCloseBehavior, ScrollArea, Ui, Vec2};

use crate::app::command::{Action, Command};
use crate::app::components::{caption, icon_button, link_button, nav_row, segments};
use crate::app::icons;
use crate::app::state::State;
use crate::app::theme::size;
use crate::app::views::composer::keys::{command_key, said};
use crate::i18n::{Language, Text};
use crate::library::download::{Progress, State as Stand};
use crate::settings::{Motion, SendWith, Theme};

const THEMES: [(Theme, &str); 3] = [
    (Theme::System, "theme-system"),
    (Theme::Light, "theme-light"),
    (Theme::Dark, "theme-dark"),
];

const MOTIONS: [(Motion, &str); 3] = [
    (Motion::System, "motion-system"),
    (Motion::On, "motion-on"),
    (Motion::Off, "motion-off"),
];

/// The height of both rows.
pub(super) const HEIGHT: f32 = 72.0;

const MENU_WIDTH: f32 = 316.0;

/// What the rows keep between frames.
#[derive(Debug, Default)]
pub(super) struct Preferences {
    /// Whether the menu is to open with the next frame.
    opens: bool,
}

impl Preferences {
    /// Opens the menu with the next frame.
    pub(super) fn open(&mut self) {
        self.opens = true;
    }

    /// Draws the row of models and, below it, that of the preferences.
    pub(super) fn show(&mut self, ui: &mut Ui, state: &State) -> Option<Command> {
        // From below upwards.
        let command = preferences(ui, state, std::mem::take(&mut self.opens));
        models(ui, state).or(command)
    }
}

fn models(ui: &mut Ui, state: &State) -> Option<Command> {
    let name = state.i18n.get("models-title");
    let right = match coming(state) {
        Some(text) => text,
        None => Action::ShowModels.keys(ui.ctx(), &state.i18n),
    };
    let row = nav_row(ui, icons::CPU, &name, &right, state.models.is_open);
    row.clicked().then_some(Command::Do(Action::ShowModels))
}

/// How far the downloads are, so that nobody need keep their page open.
fn coming(state: &State) -> Option<String> {
    let is_coming = |it: &&Progress| {
        let is_over = matches!(it.state, Stand::Done { .. } | Stand::Failed(_));
        !is_over && !matches!(it.state, Stand::Paused) && it.total_bytes.is_some()
    };
    let coming = || state.hub.downloads.iter().filter(is_coming);
    let total: u64 = coming().filter_map(|it| it.total_bytes).sum();
    let received: u64 = coming().map(|it| it.received_bytes).sum();
    let percent = received.saturating_mul(100).checked_div(total)?;
    let text = Text::new("models-coming").count("percent", percent);
    Some(state.i18n.text(&text))
}

fn preferences(ui: &mut Ui, state: &State, opens: bool) -> Option<Command> {
    let mut command = None;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        let shortcuts = Action::Shortcuts;
        let room = Vec2::new(ui.available_width() - size::CONTROL - 2.0, 34.0);
        let row = ui.allocate_ui(room, |ui| {
            ui.set_min_width(room.x);
            let name = state.i18n.get("preferences");
            nav_row(ui, icons::SETTINGS, &name, "", false)
        });
        if opens {
            // As if it had been pressed, so that the arrows lead into the menu.
            row.inner.request_focus();
            Popup::open_id(ui.ctx(), Popup::default_response_id(&row.inner));
        }
        // It stays open: what is chosen is seen at once, and perhaps taken back.
        Popup::menu(&row.inner)
            .width(MENU_WIDTH)
            .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
            .show(|ui| {
                let room = ui.ctx().content_rect().height() - 48.0;
                let area = ScrollArea::vertical().max_height(room);
                area.min_scrolled_height(room)
                    .show(ui, |ui| command = menu(ui, state));
            });
        let keys = shortcuts.keys(ui.ctx(), &state.i18n);
        let name = format!("{} ({keys})", state.i18n.get(shortcuts.name()));
        if icon_button(ui, shortcuts.icon(), &name).clicked() {
            command = Some(Command::Do(shortcuts));
        }
    });
    command
}

/// All preferences, one below the other.
fn menu(ui: &mut Ui, state: &State) -> Option<Command> {
    let i18n = &state.i18n;
    let settings = &state.settings;
    ui.set_width(MENU_WIDTH);
    ui.spacing_mut().item_spacing.y = 4.0;
    let mut command = zoom(ui, state);

    let themes = THEMES.map(|(theme, name)| (theme, i18n.get(name)));
    command = command.or(one_of(ui, state, "theme", themes, settings.theme).map(Command::SetTheme));

    // The languages go by their own names, for those who cannot read the one they are in.
    let system = (None, i18n.get("language-system"));
    let named = Language::ALL.map(|it| (Some(it), it.native_name().to_owned()));
    let languages = std::iter::once(system).chain(named);
    let language = one_of(ui, state, "language", languages, settings.language);
    command = command.or(language.map(Command::SetLanguage));

    let motions = MOTIONS.map(|(motion, name)| (motion, i18n.get(name)));
    let motion = one_of(ui, state, "motion", motions, settings.motion);
    command = command.or(motion.map(Command::SetMotion));

    let with_control = Text::new("send-with-ctrl-enter").word("key", command_key());
    let keys = [
        (SendWith::Enter, i18n.get("send-with-enter")),
        (SendWith::CtrlEnter, i18n.text(&with_control)),
    ];
    let send_with = one_of(ui, state, "send-with", keys, settings.send_with);
    command = command.or(send_with.map(Command::SetSendWith));
    note(ui, &i18n.text(&said(settings.send_with)));

    let titles = [
        (true, i18n.get("titles-model")),
        (false, i18n.get("titles-words")),
    ];
    let titles = one_of(ui, state, "titles", titles, settings.titles);
    command = command.or(titles.map(Command::SetTitles));
    if settings.titles {
        note(ui, &i18n.get("titles-model-hint"));
        if let Some(said) = &state.dropped_title {
            let dropped = Text::new("titles-dropped").word("said", said);
            note(ui, &i18n.text(&dropped));
        }
    }
    ui.add_space(4.0);
    command
}

/// A preference of a few values, by name. Returns the one that was chosen.
fn one_of<T: PartialEq + Copy>(
    ui: &mut Ui,
    state: &State,
    name: &'static str,
    choices: impl IntoIterator<Item = (T, String)>,
    chosen: T,
) -> Option<T> {
    let (values, names): (Vec<T>, Vec<String>) = choices.into_iter().unzip();
    let name = state.i18n.get(name);
    ui.add_space(8.0);
    indented(ui, |ui| {
        caption(ui, name.as_str());
        let index = values.iter().position(|it| *it == chosen);
        let index = segments(ui, &name, &names, index.unwrap_or(0))?;
        values.get(index).copied()
    })
}

/// What the choice above comes to.
fn note(ui: &mut Ui, text: &str) {
    indented(ui, |ui| caption(ui, text));
}

fn indented<R>(ui: &mut Ui, contents: impl FnOnce(&mut Ui) -> R) -> R {
    let inside = ui.horizontal(|ui| {
        ui.add_space(8.0);
        ui.vertical(|ui| {
            ui.set_width(MENU_WIDTH - 16.0);
            contents(ui)
        })
        .inner
    });
    inside.inner
}

/// Smaller, the size as it is, and larger.
fn zoom(ui: &mut Ui, state: &State) -> Option<Command> {
    let i18n = &state.i18n;
    let percent = state.settings.zoom_percent();
    let mut command = None;
    let size = Vec2::new(ui.available_width(), size::CONTROL);
    ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
        ui.add_space(8.0);
        caption(ui, i18n.get("zoom"));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.add_space(4.0);
            let named = |action: Action| {
                let keys = action.keys(ui.ctx(), i18n);
                format!("{} ({keys})", i18n.get(action.name()))
            };
            let actions = [Action::ZoomIn, Action::ZoomReset, Action::ZoomOut];
            let [larger, own, smaller] = actions.map(named);
            if icon_button(ui, "+", &larger).clicked() {
                command = Some(Command::Do(Action::ZoomIn));
            }
            let text = i18n.text(&Text::new("zoom-percent").count("percent", percent));
            if link_button(ui, &text).on_hover_text(own).clicked() {
                command = Some(Command::Do(Action::ZoomReset));
            }
            if icon_button(ui, "−", &smaller).clicked() {
                command = Some(Command::Do(Action::ZoomOut));
            }
        });
    });
    command
}
