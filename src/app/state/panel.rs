//! What the settings panel shows beside the settings: presets, personas, and which values
//! hold where.

use std::collections::HashMap;
use std::time::Instant;

use super::{ModelState, State};
use crate::chat::ChatId;
use crate::engine::Fault;
use crate::i18n::I18n;
use crate::params::{BuiltIn, PresetId, Sampling};
use crate::presets::{Persona, Preset};

/// The panel's part of the state.
#[derive(Debug, Default)]
pub(in crate::app) struct Panel {
    /// The user's own presets, by name.
    pub(in crate::app) presets: Vec<Preset>,
    /// The user's personas, by name.
    pub(in crate::app) personas: Vec<Persona>,
    /// Whether these have been read.
    pub(in crate::app) are_read: bool,
    /// Whether the preset of the model that was loaded waits for that.
    pub(in crate::app) awaits_presets: bool,
    /// The grammar and the schema that were looked at last, and what the engine would refuse
    /// them for.
    pub(in crate::app) checked: Checked,
    /// The preset that was chosen for a chat since the window was opened. It is not kept:
    /// after that, a chat has the preset whose values it has.
    pub(in crate::app) chat_presets: HashMap<ChatId, PresetId>,
    /// The chat whose own settings have changed and are not handed on to be kept, and since
    /// when.
    pub(in crate::app) unkept: Option<(ChatId, Instant)>,
}

/// Whether the engine would take what replies are held to.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in crate::app) struct Checked {
    pub(in crate::app) grammar: Option<String>,
    pub(in crate::app) schema: Option<String>,
    pub(in crate::app) fault: Option<Fault>,
}

/// The preset that was chosen, and whether the values are others by now.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::app) struct InForce {
    pub(in crate::app) id: PresetId,
    pub(in crate::app) is_modified: bool,
}

/// The message id of the name of a preset that comes with Charla.
fn built_in_name(preset: BuiltIn) -> &'static str {
    match preset {
        BuiltIn::Precise => "preset-precise",
        BuiltIn::Balanced => "preset-balanced",
        BuiltIn::Creative => "preset-creative",
        BuiltIn::Code => "preset-code",
    }
}

impl Panel {
    /// The user's own preset of this name.
    pub(in crate::app) fn own_preset(&self, name: &str) -> Option<&Preset> {
        self.presets.iter().find(|it| it.name == name)
    }

    /// The persona of this name.
    pub(in crate::app) fn persona(&self, name: &str) -> Option<&Persona> {
        self.personas.iter().find(|it| it.name == name)
    }

    /// A preset by its id; `None` where the user's own is no longer there.
    pub(in crate::app) fn preset(&self, i18n: &I18n, id: &PresetId) -> Option<Preset> {
        match id {
            PresetId::BuiltIn(built_in) => Some(Preset {
                name: i18n.get(built_in_name(*built_in)),
                system: None,
                sampling: built_in.sampling(),
                ..Preset::default()
            }),
            PresetId::Own(name) => self.own_preset(name).cloned(),
        }
    }

    /// All presets, those that come with Charla first.
    pub(in crate::app) fn preset_ids(&self) -> Vec<PresetId> {
        let built_in = BuiltIn::ALL.into_iter().map(PresetId::BuiltIn);
        let own = self.presets.iter().map(|it| PresetId::Own(it.name.clone()));
        built_in.chain(own).collect()
    }
}

impl State {
    /// What the maker of the model in the engine recommends.
    pub(in crate::app) fn recommended(&self) -> Sampling {
        match &self.model {
            ModelState::Loaded(model) => model.sampling.clone(),
            _ => Sampling::default(),
        }
    }

    /// The values that hold where a chat has none of its own.
    pub(in crate::app) fn sampling_of_all(&self) -> Sampling {
        self.settings.sampling.or(&self.recommended())
    }

    /// The values that the next reply in view is written with: the chat's own, those of all
    /// chats, and what the model's maker recommends, the first that is set.
    pub(in crate::app) fn sampling_in_force(&self) -> Sampling {
        let own = match self.current_chat() {
            Some(chat) => chat.sampling.clone(),
            None => self.sampling_of_new_chats(),
        };
        match own {
            Some(own) => own.or(&self.sampling_of_all()),
            None => self.sampling_of_all(),
        }
    }

    /// The values that a new chat begins with as its own: those of the persona's preset.
    pub(in crate::app) fn sampling_of_new_chats(&self) -> Option<Sampling> {
        let persona = self.panel.persona(self.settings.persona.as_deref()?)?;
        let preset = self.panel.preset(&self.i18n, persona.preset.as_ref()?)?;
        Some(preset.sampling)
    }

    /// The values that are set for a chat, or for all chats.
    pub(in crate::app) fn sampling_set(&self, chat: Option<ChatId>) -> Sampling {
        match chat {
            Some(chat) => {
                let own = self.chat(chat).and_then(|chat| chat.sampling.clone());
                own.unwrap_or_default()
            }
            None => self.settings.sampling.clone(),
        }
    }

    /// The instructions of a chat, or those that new chats begin with.
    pub(in crate::app) fn system_of(&self, chat: Option<ChatId>) -> Option<&str> {
        match chat {
            Some(chat) => self.chat(chat)?.system.as_deref(),
            None => self.settings.system.as_deref(),
        }
    }

    /// The preset of a chat, or of all chats.
    pub(in crate::app) fn preset_in_force(&self, chat: Option<ChatId>) -> Option<InForce> {
        let sampling = self.sampling_set(chat);
        let chosen = match chat {
            Some(chat) => self.panel.chat_presets.get(&chat),
            None => self.settings.preset.as_ref(),
        };
        if let Some(id) = chosen
            && let Some(preset) = self.panel.preset(&self.i18n, id)
        {
            let system = preset.system.as_deref();
            let is_told_otherwise = system.is_some() && system != self.system_of(chat);
            return Some(InForce {
                id: id.clone(),
                is_modified: preset.sampling != sampling || is_told_otherwise,
            });
        }
        if sampling == Sampling::default() {
            return None;
        }
        let has_its_values = |id: &PresetId| {
            let preset = self.panel.preset(&self.i18n, id);
            preset.is_some_and(|preset| preset.sampling == sampling)
        };
        let id = self.panel.preset_ids().into_iter().find(has_its_values)?;
        Some(InForce {
            id,
            is_modified: false,
        })
    }

    /// The persona whose instructions a chat has, or new chats begin with.
    pub(in crate::app) fn persona_in_force(&self, chat: Option<ChatId>) -> Option<&Persona> {
        let system = self.system_of(chat)?;
        let chosen = match chat {
            Some(_) => None,
            None => self.settings.persona.as_deref(),
        };
        let chosen = chosen.and_then(|name| self.panel.persona(name));
        let is_it = |it: &&Persona| it.prompt == system;
        chosen
            .filter(is_it)
            .or_else(|| self.panel.personas.iter().find(is_it))
    }
}
