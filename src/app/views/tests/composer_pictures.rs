//! Pictures of the composer, as in `pictures.rs`.

use egui::{Key, Vec2};

use super::pictures::{KINDS, draw};
use super::*;
use crate::app::attachment::Attachment;
use crate::engine::protocol::{MemoryUse, ModelInfo, TemplateSource};
use crate::i18n::Text;
use crate::params::Sampling;
use crate::prompts::Prompt;

fn model() -> ModelInfo {
    ModelInfo {
        path: "/models/SmolLM2-135M.gguf".into(),
        name: "SmolLM2 135M".into(),
        architecture: "llama".into(),
        parameters: 135_000_000,
        size_bytes: 98_000_000,
        context_tokens: 8192,
        trained_context_tokens: 8192,
        threads: 2,
        sampling: Sampling::default(),
        notices: Vec::new(),
        placement: Vec::new(),
        memory: MemoryUse::default(),
        template: TemplateSource::Model,
    }
}

fn attached(window: &mut Window, attachments: Vec<Attachment>) {
    let chat = window.state().current;
    window.state().attached = attachments.into_iter().map(|it| (chat, it)).collect();
    window.steps(1);
    window.state().attached.clear();
    window.steps(3);
}

fn files() -> Vec<Attachment> {
    let text = "El arrendatario pagará la renta dentro de los siete primeros días.\n".repeat(58);
    vec![
        Attachment::new("contrato de alquiler, versión definitiva.txt", &text),
        Attachment::new("", &text),
        Attachment::new("main.rs", "fn main() {}\n"),
    ]
}

#[test]
fn every_state_of_the_composer_can_be_drawn() {
    for (language, theme, kind) in KINDS {
        for (size, wide) in [
            (Vec2::new(1280.0, 820.0), "wide"),
            (Vec2::new(480.0, 360.0), "narrow"),
        ] {
            let name = |what: &str| format!("composer-{what}-{wide}-{kind}");
            let start = || {
                let mut state = with_conversation(with_chats(state(language, theme)));
                state.model = ModelState::Loaded(Box::new(model()));
                state.draft.prompt_tokens = Some(1240);
                state.prompts = vec![
                    Prompt {
                        name: "Carta formal".into(),
                        text: "Escribe una carta a {{text}}, en tono cordial y sin tuteo.".into(),
                    },
                    Prompt {
                        name: "Acta de la reunión de los lunes por la mañana".into(),
                        text: "Haz un acta con los acuerdos de esta reunión.".into(),
                    },
                ];
                state
            };
            let mut window = Window::sized(start(), size);
            draw(&mut window, &name("empty"));
            window.type_text("Resume estos textos y dime en qué se contradicen.");
            attached(&mut window, files());
            window.state().draft.prompt_tokens = Some(7100);
            draw(&mut window, &name("files"));
            window.state().draft.prompt_tokens = Some(9100);
            let open = Text::new("attach-open").word("name", "main.rs");
            let open = window.state().i18n.text(&open);
            draw(&mut window, &name("too-long"));
            window.click(&open);
            draw(&mut window, &name("open"));

            let mut window = Window::sized(start(), size);
            let words = "Съешь же ещё этих мягких французских булок.\n".repeat(20);
            let readme = Attachment::new("main.rs", "fn main() {}\n");
            attached(&mut window, vec![super::encodings::misread(&words), readme]);
            let encoding = Text::new("attach-encoding")
                .word("name", "notes.txt")
                .word("encoding", "windows-1252");
            let encoding = window.state().i18n.text(&encoding);
            window.click(&encoding);
            draw(&mut window, &name("encodings"));

            let mut window = Window::sized(start(), size);
            window.type_text("/");
            window.0.key_press(Key::ArrowDown);
            draw(&mut window, &name("slash"));
            window.0.key_press(Key::Escape);
            window.steps(2);
            let prompts = window.state().i18n.get("prompts");
            window.click(&prompts);
            draw(&mut window, &name("menu"));
            let manage = window.state().i18n.get("prompts-manage");
            window.click(&manage);
            draw(&mut window, &name("prompts"));
            let new = window.state().i18n.get("prompt-new");
            window.click(&new);
            draw(&mut window, &name("prompt"));

            let mut window = Window::sized(start(), size);
            super::conversation::writing(window.state());
            window.state().unsure_files = vec!["/tmp/conversations.json".into()];
            let text = Text::new("attach-binary").word("name", "foto de la playa.png");
            window.state().notify(
                crate::app::state::Weight::Warning,
                text,
                crate::app::state::Topic::Files,
            );
            window.type_text("¿Y después?");
            window.0.key_press(Key::Enter);
            draw(&mut window, &name("waits"));
            window.0.input_mut().hovered_files = vec![egui::HoveredFile::default()];
            draw(&mut window, &name("drop"));
        }
    }
}
