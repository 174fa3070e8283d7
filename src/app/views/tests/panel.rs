//! The settings panel: samplers, a chat's own values, presets and personas.

use egui::Vec2;
use egui::accesskit::Role;
use egui_kittest::kittest::Queryable as _;

use super::*;
use crate::app::command::PanelCommand;
use crate::app::state::{Checked, Overlay};
use crate::engine::Fault;
use crate::i18n::Text;
use crate::params::{Biased, BuiltIn, LoadOptions, LogitBias, PresetId, Sampling};
use crate::presets::{Kind, Persona, Preset};

/// What the panel asked for.
fn asked(window: &mut Window) -> Vec<PanelCommand> {
    let panel = |command| match command {
        Command::Panel(command) => Some(command),
        _ => None,
    };
    window.asked().into_iter().filter_map(panel).collect()
}

fn set(window: &mut Window, role: Role, name: &str, value: f64) {
    let node = window.0.get_by_role_and_label(role, name);
    node.set_value_accesskit(value);
    window.steps(4);
}

fn with_own_values(mut state: State) -> State {
    state.settings.sampling.temperature = Some(0.8);
    let chat = state.chats.first_mut().unwrap();
    chat.sampling = Some(Sampling {
        temperature: Some(0.9),
        ..Sampling::default()
    });
    state
}

fn with_presets(mut state: State) -> State {
    state.panel.presets = vec![Preset {
        name: "Cartas formales".into(),
        system: Some("Escribe cartas.".into()),
        sampling: Sampling {
            temperature: Some(0.5),
            min_p: Some(0.1),
            ..Sampling::default()
        },
        ..Preset::default()
    }];
    state.panel.personas = vec![Persona {
        name: "Profesora de álgebra".into(),
        prompt: "Eres una profesora de álgebra paciente. Explica cada paso y pregunta si se \
            ha entendido antes de seguir."
            .into(),
        preset: Some(PresetId::BuiltIn(BuiltIn::Precise)),
        ..Persona::default()
    }];
    state
}

#[test]
fn a_value_of_all_chats_is_set_and_taken_back() {
    let mut window = Window::new(english());
    window.click("Variety");
    set(&mut window, Role::Slider, "Unlikely words", 0.2);
    let wanted = Sampling {
        min_p: Some(0.2),
        ..Sampling::default()
    };
    assert_eq!(window.asked(), [Command::SetSampling(wanted.clone())]);
    window.state().settings.sampling = wanted;
    window.steps(2);
    window.click("Back to the default");
    assert_eq!(window.asked(), [Command::SetSampling(Sampling::default())]);
}

#[test]
fn a_value_of_one_chat_is_marked_and_can_be_taken_back() {
    let chat = ChatId(3);
    let mut window = Window::new(with_own_values(with_conversation(english())));
    assert!(window.shows("Only in this chat: 0.90 instead of 0.80"));
    assert!(
        window.shows("Temp. 0.90"),
        "the composer says what is in force"
    );
    window.click("Back to the value of all chats");
    let none = Some(Sampling::default());
    assert_eq!(
        asked(&mut window),
        [PanelCommand::SetChatSampling(chat, none)]
    );
    window.click("Use those of all chats again");
    assert_eq!(
        asked(&mut window),
        [PanelCommand::SetChatSampling(chat, None)]
    );

    window.click("All chats");
    assert!(!window.shows("Only in this chat:"));
    set(&mut window, Role::Slider, "Likely words", 0.5);
    let commands = window.asked();
    assert!(
        matches!(&commands[..], [Command::SetSampling(all)] if all.top_p == Some(0.5)),
        "{commands:?}"
    );
}

#[test]
fn what_the_model_recommends_is_said_where_nothing_is_set() {
    let mut window = Window::new(loaded(english()));
    assert!(window.shows("Recommended by the model."));
    assert!(window.shows("Temp. 0.60"));
    window.state().settings.sampling.temperature = Some(1.0);
    window.steps(2);
    assert!(window.shows("The model recommends 0.60."));
}

#[test]
fn a_preset_is_chosen_saved_and_deleted() {
    let mut window = Window::new(with_presets(english()));
    window.click("Preset: The model’s own values");
    window.click("Cartas formales");
    let own = PresetId::Own("Cartas formales".into());
    let chosen = PanelCommand::ChoosePreset(None, Some(own.clone()));
    assert_eq!(asked(&mut window), [chosen]);

    let preset = window.state().panel.presets[0].clone();
    window.state().settings.preset = Some(own.clone());
    window.state().settings.sampling = preset.sampling.clone();
    window.state().settings.system = preset.system.clone();
    window.steps(2);
    assert!(!window.shows("modified"));
    window.state().settings.sampling.temperature = Some(0.4);
    window.steps(2);
    assert!(window.shows("Preset: Cartas formales, modified"));
    window.click("Back to the preset");
    let back = PanelCommand::ChoosePreset(None, Some(own));
    assert_eq!(asked(&mut window), [back]);
    window.click("Save the changes");
    let mut changed = preset;
    changed.sampling.temperature = Some(0.4);
    let saved = PanelCommand::SavePreset(None, Box::new(changed));
    assert_eq!(asked(&mut window), [saved]);
    window.click("More for presets");
    window.click_first("Delete");
    let deleted = PanelCommand::Delete(Kind::Preset, "Cartas formales".into());
    assert_eq!(asked(&mut window), [deleted]);
}

#[test]
fn the_values_of_a_chat_are_saved_under_a_name_with_those_of_all() {
    let mut state = with_own_values(with_conversation(english()));
    state.settings.sampling.min_p = Some(0.2);
    let mut window = Window::new(state);
    window.click("More for presets");
    window.click("Save as a preset…");
    window.type_text("Mine");
    window.click("Save");
    let wanted = Preset {
        name: "Mine".into(),
        system: None,
        sampling: Sampling {
            temperature: Some(0.9),
            min_p: Some(0.2),
            ..Sampling::default()
        },
        ..Preset::default()
    };
    let saved = PanelCommand::SavePreset(Some(ChatId(3)), Box::new(wanted));
    assert_eq!(asked(&mut window), [saved]);
}

#[test]
fn presets_that_come_with_charla_cannot_be_deleted() {
    let mut state = english();
    state.settings.preset = Some(PresetId::BuiltIn(BuiltIn::Code));
    state.settings.sampling = BuiltIn::Code.sampling();
    let mut window = Window::new(state);
    window.click("More for presets");
    assert!(window.shows("Duplicate") && window.shows("Export…"));
    assert!(window.0.query_by_label("Delete").is_none());
    assert!(window.0.query_by_label("Rename").is_none());
}

#[test]
fn instructions_are_typed_and_a_persona_is_chosen() {
    let chat = Some(ChatId(3));
    let mut window = Window::new(with_presets(with_conversation(english())));
    window.click("This chat");
    window.click("System prompt");
    assert!(window.shows("Instructions that hold for this whole chat."));
    assert!(window.shows("A change holds from the next reply on."));
    let field = window
        .0
        .get_by_role_and_label(Role::MultilineTextInput, "Instructions");
    field.focus();
    window.steps(2);
    window.type_text("Be brief.");
    let typed = PanelCommand::SetSystem(chat, Some("Be brief.".into()));
    assert_eq!(asked(&mut window), [typed]);
    window.click("Persona: None");
    window.click("Profesora de álgebra");
    let name = Some("Profesora de álgebra".into());
    assert_eq!(
        asked(&mut window),
        [PanelCommand::ChoosePersona(chat, name)]
    );
}

#[test]
fn a_persona_is_kept_with_its_preset_where_that_is_wanted() {
    let mut state = with_conversation(english());
    state.chats[0].system = Some("Be brief.".into());
    state.settings.preset = Some(PresetId::BuiltIn(BuiltIn::Code));
    state.chats[0].sampling = Some(BuiltIn::Code.sampling());
    let mut window = Window::new(state);
    window.click("System prompt");
    window.click("More for personas");
    window.click("Save as a persona…");
    window.type_text("Terse");
    let with = window
        .0
        .get_by_role_and_label(Role::Switch, "With the preset “Code”");
    with.click();
    window.steps(4);
    window.click("Save");
    let wanted = Persona {
        name: "Terse".into(),
        prompt: "Be brief.".into(),
        preset: Some(PresetId::BuiltIn(BuiltIn::Code)),
        ..Persona::default()
    };
    assert_eq!(asked(&mut window), [PanelCommand::SavePersona(wanted)]);
}

#[test]
fn what_the_engine_would_refuse_is_said_in_place() {
    let mut state = english();
    state.settings.sampling.json_schema = Some("{\"type\": ".into());
    let mut window = Window::new(state);
    window.click("Format");
    window.state().panel.checked = Checked {
        schema: Some("{\"type\": ".into()),
        grammar: None,
        fault: Some(Fault::SchemaInvalid {
            reason: "it is not JSON".into(),
        }),
    };
    window.steps(2);
    assert!(window.shows("The engine would refuse it: it is not JSON"));
    window.state().settings.sampling.grammar = Some("root ::= \"yes\"".into());
    window.steps(2);
    assert!(window.shows("Only one of the two can hold"));
    window.state().settings.sampling.json_schema = None;
    window.steps(2);
    assert!(!window.shows("Only one of the two") && !window.shows("would refuse"));
}

#[test]
fn a_loading_option_is_chosen() {
    let mut window = Window::new(english());
    window.click("Where it runs");
    let lock = "Lock in memory";
    window
        .0
        .get_by_role_and_label(Role::Switch, lock)
        .scroll_to_me();
    window.steps(10);
    window.0.get_by_role_and_label(Role::Switch, lock).click();
    window.steps(4);
    let wanted = LoadOptions {
        mlock: Some(true),
        ..LoadOptions::default()
    };
    assert_eq!(window.asked(), [Command::SetLoadOptions(wanted)]);
}

#[test]
fn the_panel_scrolls_in_a_window_that_is_low() {
    let mut state = with_conversation(english());
    state.overlay = Some(Overlay::Settings);
    let mut window = Window::sized(state, Vec2::new(640.0, 360.0));
    let group = window.0.get_by_label("Memory and disk");
    group.scroll_to_me();
    window.steps(10);
    window.click("Memory and disk");
    let days = window.0.get_by_label("Days in the bin");
    days.scroll_to_me();
    window.steps(10);
    set(&mut window, Role::SpinButton, "Days in the bin", 7.0);
    assert_eq!(asked(&mut window), [PanelCommand::SetBinDays(Some(7))]);
}

#[test]
fn instructions_are_those_of_the_place_whose_values_are_shown() {
    let mut state = with_conversation(english());
    state.chats[0].system = Some("Be brief.".into());
    let mut window = Window::new(state);
    window.click("System prompt");
    assert!(window.shows("Instructions that new chats begin with."));
    assert!(!window.shows("hold for this whole chat"));
    let field = |window: &Window| {
        let field = window
            .0
            .get_by_role_and_label(Role::MultilineTextInput, "Instructions");
        field.value().unwrap_or_default()
    };
    assert_eq!(field(&window), "");
    window.click("See those of this chat");
    assert!(window.shows("Instructions that hold for this whole chat."));
    assert_eq!(field(&window), "Be brief.");
    window.click("All chats");
    assert!(!window.shows("hold for this whole chat"));
}

/// Where what can be clicked in the panel stands.
fn places(window: &Window) -> Vec<f32> {
    let sliders = [Role::Slider, Role::SpinButton].into_iter();
    let sliders = sliders.flat_map(|role| window.0.query_all_by_role(role));
    let groups = window.0.query_all_by_role(Role::DisclosureTriangle);
    sliders.chain(groups).map(|it| it.rect().top()).collect()
}

#[test]
fn nothing_in_the_panel_moves_by_itself() {
    let spanish = || state(Language::Es, Theme::Light);
    let states = [
        english(),
        with_conversation(english()),
        spanish(),
        with_conversation(spanish()),
    ];
    for state in states {
        let mut window = Window::new(with_presets(state));
        let group = window.state().i18n.get("group-variety");
        window.click(crate::app::components::plain(&group));
        window.steps(12);
        let before = places(&window);
        assert!(before.len() > 12, "{before:?}");
        let check = |window: &mut Window, what: &str| {
            window.steps(4);
            assert_eq!(places(window), before, "{what}");
        };
        window.state().settings.sampling.temperature = Some(1.3);
        check(&mut window, "a value that is set");
        window.state().settings.preset = Some(PresetId::BuiltIn(BuiltIn::Creative));
        check(&mut window, "a preset that is modified");
        window.state().settings.sampling = BuiltIn::Creative.sampling();
        check(&mut window, "one that is not");
        let text = Text::new("preset-chosen").word("name", "Creative");
        window.state().toast(text, None);
        check(&mut window, "what is told");
        window.state().toasts.clear();
        check(&mut window, "and goes");
        if let Some(chat) = window.state().chats.first_mut() {
            chat.sampling = Some(Sampling {
                temperature: Some(0.9),
                top_k: Some(7),
                ..Sampling::default()
            });
        }
        for scope in ["scope-all", "scope-chat"] {
            let name = window.state().i18n.get(scope);
            let has_scopes = window.state().current_chat().is_some();
            if has_scopes {
                window.click(&name);
            }
            check(&mut window, scope);
        }
        if let Some(chat) = window.state().chats.first_mut() {
            chat.sampling = None;
        }
        check(&mut window, "and taken back");
    }
}

#[test]
fn what_does_nothing_says_so_by_its_looks_and_its_drawing_is_one() {
    let mut window = Window::new(english());
    for group in ["Variety", "Repetition", "Even surprise"] {
        window.0.get_by_label(group).scroll_to_me();
        window.steps(8);
        window.click(group);
    }
    let drawings = window.0.query_all_by_role(Role::Image).count();
    assert_eq!(drawings, 1, "six that are nearly the same teach nobody");
    assert!(window.shows("top-n-sigma"), "the field's term");
}

/// Pictures for a person to look at, as in [`super::pictures`].
#[test]
fn the_panel_can_be_drawn() {
    for (language, theme, kind) in pictures::KINDS {
        let start = || {
            let state = with_presets(with_conversation(with_chats(state(language, theme))));
            with_own_values(loaded(state))
        };
        let open = |window: &mut Window, groups: &[&'static str]| {
            for group in groups {
                let name = window.state().i18n.get(group);
                let name = crate::app::components::plain(&name);
                window.0.get_by_label(name).scroll_to_me();
                window.steps(8);
                window.click(name);
            }
        };
        let size = Vec2::new(920.0, 1500.0);
        let draw = pictures::draw;

        let mut window = Window::new(start());
        draw(&mut window, &format!("panel-{kind}"));

        let mut changed = start();
        changed.chats[0].sampling = None;
        changed.settings.preset = Some(PresetId::Own("Cartas formales".into()));
        changed.settings.sampling.top_k = Some(20);
        changed.settings.sampling.temperature = Some(1.4);
        changed.chats[0].system = Some(changed.panel.personas[0].prompt.clone());
        let mut window = Window::sized(changed, size);
        open(&mut window, &["group-system", "group-variety"]);
        draw(&mut window, &format!("panel-variety-{kind}"));

        let mut window = Window::sized(start(), size);
        window.state().settings.sampling.repeat_penalty = Some(1.3);
        window.state().settings.sampling.xtc_probability = Some(0.5);
        open(&mut window, &["group-surprises", "group-repetition"]);
        draw(&mut window, &format!("panel-repetition-{kind}"));

        let mut window = Window::sized(start(), size);
        window.state().settings.sampling.json_schema = Some("{\n  \"type\": ".into());
        window.state().settings.sampling.stop = vec!["\n\n".into(), "</s>".into()];
        window.state().settings.sampling.logit_bias = vec![LogitBias {
            token: Biased::Text("hola".into()),
            bias: -100.0,
        }];
        let all = window.state().i18n.get("scope-all");
        window.click(&all);
        open(
            &mut window,
            &["group-mirostat", "group-length", "group-format"],
        );
        draw(&mut window, &format!("panel-format-{kind}"));

        let mut window = Window::sized(start(), size);
        let groups = [
            "group-context",
            "group-where",
            "group-ahead",
            "group-memory",
        ];
        open(&mut window, &groups);
        draw(&mut window, &format!("panel-loading-{kind}"));

        let mut window = Window::new(start());
        let name = format!("{}: ", window.state().i18n.get("preset"));
        let boxes = window.0.query_all_by_label_contains(&name);
        boxes.last().unwrap().click();
        draw(&mut window, &format!("panel-presets-{kind}"));

        let mut window = Window::new(start());
        let more = window.state().i18n.get("preset-more");
        window.click(&more);
        draw(&mut window, &format!("panel-more-{kind}"));
        let save = window.state().i18n.get("preset-save-as");
        window.click(&save);
        window.type_text("Para Ana");
        draw(&mut window, &format!("panel-naming-{kind}"));

        let mut narrow = start();
        narrow.overlay = Some(Overlay::Settings);
        let mut window = Window::sized(narrow, Vec2::new(400.0, 360.0));
        draw(&mut window, &format!("panel-narrow-{kind}"));
    }
}
