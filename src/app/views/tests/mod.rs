//! The views, each state of them made by hand and driven by accessible names.

mod choosing;
mod composer;
mod composer_pictures;
mod conversation;
mod encodings;
mod find;
mod floating;
mod keyboard;
mod long_texts;
mod looks;
mod message_actions;
mod models;
mod palette;
mod panel;
mod pictures;
mod prose;
mod reading;
mod recommended;
mod shelf;
mod toasts;
mod ways;

use std::ops::Range;
use std::path::PathBuf;
use std::time::Instant;

use egui::Vec2;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use super::Views;
use crate::app::command::Command;
use crate::app::state::{Keeping, ModelState, State, Undo};
use crate::app::theme;
use crate::chat::{Chat, ChatId, Finish, FolderId, Message, MessageId, Role, Timings};
use crate::engine::protocol::{MemoryUse, ModelInfo, Placement, TemplateSource};
use crate::i18n::Language;
use crate::params::Sampling;
use crate::settings::{Settings, Theme};
use crate::store::search::Hit;
use crate::store::{
    Backup, BinEntry, BinId, Error, Folder, Kind, Page, Summary, Target, now_unix_ms,
};

const DAY_MS: i64 = 24 * 3_600_000;

/// The views, what they are shown, and what they have asked for.
struct Bench {
    views: Views,
    state: State,
    commands: Vec<Command>,
}

/// A window with a state and nothing behind it.
struct Window(Harness<'static, Bench>);

impl Window {
    fn new(state: State) -> Self {
        Self::sized(state, Vec2::new(1280.0, 820.0))
    }

    fn sized(state: State, size: Vec2) -> Self {
        let theme = match state.settings.theme {
            Theme::Dark => egui::Theme::Dark,
            _ => egui::Theme::Light,
        };
        let bench = Bench {
            views: Views::default(),
            state,
            commands: Vec::new(),
        };
        let harness = Harness::builder()
            .with_size(size)
            .with_max_steps(64)
            .with_theme(theme)
            .with_context_setup(theme::install)
            .build_ui_state(
                |ui, bench: &mut Bench| {
                    // A window is cleared with it.
                    let background = ui.visuals().panel_fill;
                    ui.painter().rect_filled(ui.max_rect(), 0, background);
                    let commands = bench.views.show(ui, &bench.state);
                    bench.commands.extend(commands);
                },
                bench,
            );
        let mut window = Self(harness);
        window.steps(6);
        window
    }

    fn steps(&mut self, steps: usize) {
        self.0.run_steps(steps);
    }

    fn click(&mut self, label: &str) {
        self.0.get_by_label(label).click();
        self.steps(4);
    }

    /// Clicks the first of several that have this name.
    fn click_first(&mut self, label: &str) {
        let first = self.0.query_all_by_label(label).next();
        first.expect(label).click();
        self.steps(4);
    }

    fn type_text(&mut self, text: &str) {
        self.0.event(egui::Event::Text(text.to_owned()));
        self.steps(3);
    }

    fn shows(&self, label: &str) -> bool {
        self.0.query_all_by_label_contains(label).next().is_some()
    }

    fn state(&mut self) -> &mut State {
        &mut self.0.state_mut().state
    }

    /// What was asked for since the last call, but for what views ask of their own accord.
    fn asked(&mut self) -> Vec<Command> {
        let mut commands = std::mem::take(&mut self.0.state_mut().commands);
        let is_own = |it: &Command| {
            matches!(
                it,
                Command::Count(_) | Command::KeepDraft(..) | Command::HoldUndo
            )
        };
        commands.retain(|it| !is_own(it));
        commands
    }

    /// Steps until something has been asked for.
    fn wait(&mut self) -> Vec<Command> {
        let begun = Instant::now();
        loop {
            self.steps(1);
            let asked = self.asked();
            if !asked.is_empty() {
                return asked;
            }
            assert!(begun.elapsed().as_secs() < 20, "nothing was asked for");
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
    }
}

fn state(language: Language, theme: Theme) -> State {
    let settings = Settings {
        language: Some(language),
        theme,
        ..Settings::default()
    };
    let mut state = State::new(settings);
    state.keeping = Keeping::Kept;
    state.model = ModelState::Asleep {
        path: PathBuf::from("/models/SmolLM2-135M.gguf"),
    };
    state
}

fn english() -> State {
    state(Language::En, Theme::Light)
}

/// A model in the engine, whose maker recommends a temperature.
fn loaded(mut state: State) -> State {
    state.model = ModelState::Loaded(Box::new(ModelInfo {
        path: PathBuf::from("/models/SmolLM2-135M.gguf"),
        name: "SmolLM2 135M".into(),
        architecture: "llama".into(),
        parameters: 135_000_000,
        size_bytes: 98_000_000,
        context_tokens: 8192,
        trained_context_tokens: 8192,
        threads: 2,
        sampling: Sampling {
            temperature: Some(0.6),
            ..Sampling::default()
        },
        notices: Vec::new(),
        placement: vec![Placement {
            device: "CPU".into(),
            layers: 31,
            weight_bytes: 98_000_000,
        }],
        memory: MemoryUse::default(),
        template: TemplateSource::Model,
    }));
    state
}

fn summary(id: u64, name: &str, days: i64) -> Summary {
    let updated_unix_ms = now_unix_ms() - days * DAY_MS;
    Summary {
        id: ChatId(id),
        name: name.to_owned(),
        has_title: false,
        folder: None,
        is_pinned: false,
        is_archived: false,
        created_unix_ms: updated_unix_ms,
        updated_unix_ms,
    }
}

/// A list with a pinned chat, a folder, and chats of several days.
fn with_chats(mut state: State) -> State {
    let mut pinned = summary(1, "Ideas para la novela", 3);
    pinned.is_pinned = true;
    let mut inside = summary(2, "Resumen del contrato", 9);
    inside.folder = Some(FolderId(7));
    let chats = vec![
        pinned,
        summary(3, "¿Cómo suma un modelo?", 0),
        summary(4, "Carta al casero, tono cordial", 0),
        summary(
            5,
            "Una receta de pan sin amasar que salga bien también en un horno pequeño",
            1,
        ),
        summary(6, "Regex para fechas ISO", 4),
        inside,
        summary(8, "Plan de estudio de álgebra", 40),
    ];
    state.shelves.page = Some(Page {
        total: u32::try_from(chats.len()).unwrap(),
        chats,
    });
    state.shelves.folders = vec![
        Folder {
            id: FolderId(7),
            name: "Trabajo".into(),
        },
        Folder {
            id: FolderId(8),
            name: "Recetas".into(),
        },
    ];
    state.shelves.models = vec!["SmolLM2 135M".into(), "Qwen3 4B Instruct 2507".into()];
    state.current = Some(ChatId(3));
    state
}

/// A chat in view in which the reply has two versions, and the last one broke off.
fn with_conversation(mut state: State) -> State {
    let mut chat = Chat::new(ChatId(3), now_unix_ms());
    let message = |id: u64, parent: Option<u64>, role, text: &str| {
        let parent = parent.map(MessageId);
        Message::new(MessageId(id), parent, role, text.into(), now_unix_ms())
    };
    let written = |mut message: Message, finish| {
        message.model = Some("SmolLM2 135M".into());
        message.finish = Some(finish);
        message.timings = Some(Timings {
            generated_tokens: 96,
            generation_ms: 650.0,
            ..Timings::default()
        });
        message
    };
    chat.add(message(
        1,
        None,
        Role::User,
        "¿Cuánto es 36 + 59 y cómo lo has calculado?",
    ));
    let wrong = message(2, Some(1), Role::Assistant, "36 + 59 = 94.");
    chat.add(written(wrong, Finish::EndOfReply));
    let text = "36 + 59 = 95. Primero se suman las unidades, 6 + 9 = 15, y se lleva una \
        decena; después, las decenas: 3 + 5 + 1 = 9.";
    let right = message(3, Some(1), Role::Assistant, text);
    chat.add(written(right, Finish::EndOfReply));
    chat.add(message(4, Some(3), Role::User, "¿Y la capital de Francia?"));
    let broken = message(
        5,
        Some(4),
        Role::Assistant,
        "La capital de Francia es la ciudad de",
    );
    chat.add(written(broken, Finish::Interrupted));
    state.current = Some(chat.id);
    state.chats.push(chat);
    state
}

/// One word that was found, from this byte on.
fn mark(at: usize, word: &str) -> Vec<Range<usize>> {
    std::iter::once(at..at + word.len()).collect()
}

fn hits() -> Vec<Hit> {
    let excerpt = "…36 + 59 = 95. Primero se suman las unidades, 6 + 9 = 15, y se lleva una decena";
    let at = excerpt.find("suman").unwrap();
    vec![
        Hit {
            chat: ChatId(3),
            chat_name: "¿Cómo suma un modelo?".into(),
            message: None,
            role: None,
            excerpt: "¿Cómo suma un modelo?".into(),
            marks: mark("¿Cómo ".len(), "suma"),
            unix_ms: now_unix_ms(),
        },
        Hit {
            chat: ChatId(3),
            chat_name: "¿Cómo suma un modelo?".into(),
            message: Some(MessageId(3)),
            role: Some(Role::Assistant),
            excerpt: excerpt.into(),
            marks: mark(at, "suman"),
            unix_ms: now_unix_ms(),
        },
        Hit {
            chat: ChatId(8),
            chat_name: "Plan de estudio de álgebra para los meses de verano".into(),
            message: Some(MessageId(90)),
            role: Some(Role::User),
            excerpt: "Quiero repasar la suma\nde fracciones antes de septiembre".into(),
            marks: mark(18, "suma"),
            unix_ms: now_unix_ms() - 400 * DAY_MS,
        },
    ]
}

fn bin() -> Vec<BinEntry> {
    let entry = |id: u64, kind, name: &str, chats, messages| BinEntry {
        id: BinId(id),
        kind,
        name: name.into(),
        chat: Some(ChatId(30)),
        chats,
        messages,
        deleted_unix_ms: now_unix_ms() - i64::try_from(id).unwrap() * DAY_MS,
    };
    vec![
        entry(
            1,
            Kind::Chats,
            "Lista de la compra para la cena del sábado con amigos",
            1,
            12,
        ),
        entry(2, Kind::Branch, "¿Y si probamos de otra manera?", 0, 4),
        entry(3, Kind::Message, "Una pregunta que sobraba", 0, 1),
        entry(9, Kind::Folder, "Viajes", 3, 60),
    ]
}

fn backups() -> Vec<Backup> {
    (0..4)
        .map(|day| Backup {
            name: format!("charla-{day}.db"),
            created_unix_ms: now_unix_ms() - day * DAY_MS,
            size_bytes: 5_300_000,
        })
        .collect()
}

fn undo() -> Undo {
    Undo {
        id: BinId(1),
        target: Target::Chats(vec![ChatId(9)]),
        since: Instant::now(),
        by_keys: true,
    }
}

fn disk_full() -> Error {
    Error::DiskFull {
        path: "/home/ana/.local/share/charla/chats.db".into(),
    }
}
