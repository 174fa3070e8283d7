//! A chat that is longer than the context: what can be done about it, in place of trying
//! again in vain.

use egui::{Ui, Vec2};

use crate::app::command::{Command, ModelsCommand};
use crate::app::components::plain_button;
use crate::app::state::{ModelState, State};
use crate::engine::fault::can_be_held;
use crate::engine::protocol::ModelInfo;
use crate::i18n::{I18n, Text};
use crate::params::Overflow;

/// The messages of the fault that a reply fails with.
const FAULTS: [&str; 2] = ["fault-prompt-too-long", "fault-prompt-too-long-for-model"];

/// What a reply wants of the context beside the prompt, in tokens.
const REPLY_TOKENS: u32 = 1024;

/// Whether a reply failed since the chat is longer than the context.
pub(super) fn is_why(failure: &Text) -> bool {
    FAULTS.iter().any(|fault| failure.is(fault))
}

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

/// What can help: a longer context where the model can have one, and the other two where
/// something stands before the message.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ways<'a> {
    longer: Option<(&'a ModelInfo, u32)>,
    may_begin_anew: bool,
    may_leave_out: bool,
}

impl<'a> Ways<'a> {
    pub(super) fn of(state: &'a State, prompt_tokens: Option<u32>, has_before: bool) -> Self {
        let longer = match (&state.model, prompt_tokens) {
            (ModelState::Loaded(model), Some(prompt)) => {
                longer(model, prompt).map(|tokens| (&**model, tokens))
            }
            _ => None,
        };
        Self {
            longer,
            may_begin_anew: has_before,
            may_leave_out: has_before && state.settings.overflow == Overflow::Stop,
        }
    }

    pub(super) fn are_none(&self) -> bool {
        self.longer.is_none() && !self.may_begin_anew && !self.may_leave_out
    }

    /// Draws a button for each.
    pub(super) fn show(&self, ui: &mut Ui, state: &State) -> Option<Way> {
        if self.are_none() {
            return None;
        }
        let i18n = &state.i18n;
        let mut way = None;
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = Vec2::new(8.0, 6.0);
            if let Some((model, tokens)) = self.longer {
                let name = longer_name(i18n, tokens);
                if plain_button(ui, &name, "", true).clicked() {
                    way = Some(Way::Longer(load_longer(state, model, tokens)));
                }
            }
            let name = i18n.get("too-long-new-chat");
            if self.may_begin_anew && plain_button(ui, &name, "", true).clicked() {
                way = Some(Way::NewChat);
            }
            let name = i18n.get("too-long-leave-out");
            if self.may_leave_out && plain_button(ui, &name, "", true).clicked() {
                way = Some(Way::LeaveOut);
            }
        });
        way
    }
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
    (can_be_held(prompt_tokens, tokens) && tokens > model.context_tokens).then_some(tokens)
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
    use crate::engine::fault::Fault;
    use crate::engine::protocol::{MemoryUse, TemplateSource};
    use crate::i18n::{Language, Localize as _};

    #[test]
    fn a_longer_context_is_advised_only_where_the_model_can_have_one() {
        let why = |prompt_tokens| {
            let fault = Fault::PromptTooLong {
                prompt_tokens,
                context_tokens: 2048,
                trained_context_tokens: 8192,
            };
            let text = fault.text();
            assert!(is_why(&text), "{text:?}");
            text
        };
        let english = I18n::new(Language::En);
        let advises = |tokens| english.text(&why(tokens)).contains("set a longer context");
        assert!(advises(3000));
        assert!(!advises(8000), "there would be no room for a reply");
        assert!(!advises(8192), "there is no longer one");
        assert_eq!(why(9000).count_of("prompt"), Some(9000));
        assert_eq!(why(9000).count_of("context"), Some(8192));
    }

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
