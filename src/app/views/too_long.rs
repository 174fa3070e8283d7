//! A chat that is longer than the context: what can be done about it, in place of trying
//! again in vain.

use egui::{Ui, Vec2};

use crate::app::command::{Command, ModelsCommand};
use crate::app::components::plain_button;
use crate::app::state::{ModelState, State};
use crate::engine::protocol::ModelInfo;
use crate::i18n::{I18n, Text};
use crate::params::Overflow;

/// The message of the fault that a reply fails with.
pub(super) const FAULT: &str = "fault-prompt-too-long";

/// What a reply wants of the context beside the prompt, in tokens.
const REPLY_TOKENS: u32 = 1024;
/// The least that makes a longer context worth loading the model again.
const LEAST_REPLY_TOKENS: u32 = 256;

/// What the user has chosen.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Way {
    /// A longer context: these make it so.
    Longer(Vec<Command>),
    /// A chat without all that came before.
    NewChat,
    /// The oldest messages left out, from now on.
    LeaveOut,
}

/// Draws what can help: a longer context where the model can have one, and the other two
/// where something stands before the message.
pub(super) fn ways(
    ui: &mut Ui,
    state: &State,
    prompt_tokens: Option<u32>,
    has_before: bool,
) -> Option<Way> {
    let i18n = &state.i18n;
    let mut way = None;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = Vec2::new(8.0, 6.0);
        if let Some((model, tokens)) = longer_here(state, prompt_tokens) {
            let name = longer_name(i18n, tokens);
            if plain_button(ui, &name, "", true).clicked() {
                way = Some(Way::Longer(load_longer(state, model, tokens)));
            }
        }
        if has_before && plain_button(ui, &i18n.get("too-long-new-chat"), "", true).clicked() {
            way = Some(Way::NewChat);
        }
        let may_leave_out = has_before && state.settings.overflow == Overflow::Stop;
        let name = i18n.get("too-long-leave-out");
        if may_leave_out && plain_button(ui, &name, "", true).clicked() {
            way = Some(Way::LeaveOut);
        }
    });
    way
}

/// Whether `ways` has any to offer.
pub(super) fn has_ways(state: &State, prompt_tokens: Option<u32>, has_before: bool) -> bool {
    has_before || longer_here(state, prompt_tokens).is_some()
}

/// The model in use, and the longer context that it can have.
fn longer_here(state: &State, prompt_tokens: Option<u32>) -> Option<(&ModelInfo, u32)> {
    let ModelState::Loaded(model) = &state.model else {
        return None;
    };
    Some((model, longer(model, prompt_tokens?)?))
}

fn longer_name(i18n: &I18n, tokens: u32) -> String {
    i18n.text(&Text::new("too-long-longer").count("tokens", tokens))
}

/// A context that has room for the prompt and a reply, as far as the model was trained for
/// one.
fn longer(model: &ModelInfo, prompt_tokens: u32) -> Option<u32> {
    let wanted = prompt_tokens.saturating_add(REPLY_TOKENS);
    let tokens = wanted
        .checked_next_power_of_two()?
        .min(model.trained_context_tokens);
    let is_enough = tokens >= prompt_tokens.saturating_add(LEAST_REPLY_TOKENS);
    (is_enough && tokens > model.context_tokens).then_some(tokens)
}

/// The model in use gets this context, others keep theirs.
fn load_longer(state: &State, model: &ModelInfo, tokens: u32) -> Vec<Command> {
    let mut options = state.settings.own_load_of(&model.path);
    options.context_tokens = Some(tokens);
    let set = ModelsCommand::SetLoad(model.path.clone(), options);
    vec![Command::Models(set), Command::ReloadModel]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::protocol::{MemoryUse, TemplateSource};

    #[test]
    fn a_longer_context_is_offered_as_far_as_the_model_goes() {
        let model = |context_tokens, trained_context_tokens| ModelInfo {
            path: "/models/a.gguf".into(),
            name: "A".into(),
            architecture: "llama".into(),
            parameters: 1,
            size_bytes: 1,
            context_tokens,
            trained_context_tokens,
            threads: 1,
            sampling: crate::params::Sampling::default(),
            notices: Vec::new(),
            placement: Vec::new(),
            memory: MemoryUse::default(),
            template: TemplateSource::Model,
        };
        assert_eq!(longer(&model(2048, 32_768), 3000), Some(4096));
        assert_eq!(longer(&model(2048, 32_768), 3500), Some(8192));
        assert_eq!(longer(&model(2048, 8192), 7500), Some(8192));
        assert_eq!(
            longer(&model(2048, 8192), 8100),
            None,
            "no room for a reply"
        );
        assert_eq!(longer(&model(8192, 8192), 9000), None, "it has no more");
    }
}
