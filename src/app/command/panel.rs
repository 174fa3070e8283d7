//! What can be asked of the settings panel beside a change of the settings themselves.

use crate::chat::ChatId;
use crate::params::{PresetId, Sampling};
use crate::presets::{Item, Kind, Persona, Preset};
use crate::settings::Displaced;

/// What a part of the panel asks for. Where a chat is named, it is for that chat alone;
/// where none is, for all chats, or for new ones.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::app) enum PanelCommand {
    /// These are a chat's own values; `None` takes them all back.
    SetChatSampling(ChatId, Option<Sampling>),
    /// These are the instructions.
    SetSystem(Option<ChatId>, Option<String>),
    /// Take on the values of a preset; of none, all go back to what they are by default.
    ChoosePreset(Option<ChatId>, Option<PresetId>),
    /// Keep this preset, which is the one in force from now on.
    SavePreset(Option<ChatId>, Box<Preset>),
    /// Make a copy of a preset, under another name.
    DuplicatePreset(PresetId),
    /// Call a preset or a persona something else.
    Rename(Kind, String, String),
    /// Delete a preset or a persona.
    Delete(Kind, String),
    /// Bring back what the panel took away.
    PutBack(Box<Taken>),
    /// Bring in a preset from a file the user chooses.
    ImportPreset,
    /// Write a preset into a file the user chooses.
    ExportPreset(PresetId),
    /// Begin with this preset whenever the model that is loaded now takes another's place.
    SetModelPreset(Option<PresetId>),
    /// Take on the instructions of a persona, and its preset; of none, no instructions.
    ChoosePersona(Option<ChatId>, Option<String>),
    /// Keep this persona.
    SavePersona(Persona),
    /// Make a copy of a persona, under another name.
    DuplicatePersona(String),
    /// Choose the file of a model that drafts.
    PickDraft,
    /// After how many minutes a model that has nothing to do gives its memory back.
    SetUnloadAfterMinutes(Option<u32>),
    /// How much of the disk may spare the model reading chats again.
    SetStateLimitGb(Option<u32>),
    /// How long the bin keeps what is in it.
    SetBinDays(Option<u32>),
}

/// What comes back.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::app) enum Taken {
    /// A preset or a persona that was deleted.
    Item(Item),
    /// The values that others took the place of.
    Values {
        chat: Option<ChatId>,
        preset: Option<PresetId>,
        sampling: Box<Sampling>,
        system: Option<String>,
        persona: Option<String>,
        /// What a model's preset had taken the place of.
        displaced: Box<Option<Displaced>>,
    },
}
