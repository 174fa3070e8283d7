//! What the settings panel takes away can be had back.

use super::*;
use crate::app::command::PanelCommand;
use crate::params::{BuiltIn, LoadOptions, PresetId, Sampling};

impl Desk {
    /// Takes back what was told last.
    #[track_caller]
    fn take_back(&mut self) {
        let toast = self.state.toasts.last().expect("something was told");
        assert!(toast.undo.is_some(), "{toast:?} can be taken back");
        let id = toast.id;
        self.act(Command::TakeBack(id));
        assert!(self.state.toasts.iter().all(|toast| toast.undo.is_none()));
    }

    fn panel(&mut self, command: PanelCommand) {
        self.act(Command::Panel(command));
    }
}

fn warm(temperature: f32) -> Sampling {
    Sampling {
        temperature: Some(temperature),
        ..Sampling::default()
    }
}

#[test]
fn instructions_that_were_removed_come_back() {
    let mut desk = Desk::new(saying(&["Hello."]));
    desk.say("Hi");
    let id = desk.current().id;
    for chat in [None, Some(id)] {
        let text = Some("Answer like a pirate.".to_owned());
        desk.panel(PanelCommand::SetSystem(chat, text.clone()));
        assert!(desk.state.toasts.is_empty(), "typing is not told");
        desk.panel(PanelCommand::SetSystem(chat, None));
        assert_eq!(desk.state.system_of(chat), None);
        desk.take_back();
        assert_eq!(desk.state.system_of(chat), text.as_deref());
        desk.state.toasts.clear();
    }
}

#[test]
fn values_that_were_reset_come_back() {
    let mut desk = Desk::new(saying(&["Hello."]));
    desk.say("Hi");
    let id = desk.current().id;
    desk.act(Command::SetSampling(warm(0.3)));
    assert!(
        desk.state.toasts.is_empty(),
        "a value that is set is not told"
    );
    desk.act(Command::SetSampling(Sampling::default()));
    desk.take_back();
    assert_eq!(desk.state.settings.sampling, warm(0.3));

    desk.panel(PanelCommand::SetChatSampling(id, Some(warm(1.1))));
    desk.panel(PanelCommand::SetChatSampling(id, None));
    desk.take_back();
    assert_eq!(desk.current().sampling, Some(warm(1.1)));

    let longer = LoadOptions {
        context_tokens: Some(4096),
        ..LoadOptions::default()
    };
    desk.act(Command::SetLoadOptions(longer.clone()));
    desk.act(Command::SetLoadOptions(LoadOptions::default()));
    desk.take_back();
    assert_eq!(desk.state.settings.load, longer);

    desk.panel(PanelCommand::SetBinDays(Some(7)));
    desk.panel(PanelCommand::SetBinDays(None));
    desk.take_back();
    assert_eq!(desk.state.settings.bin_days, Some(7));
}

#[test]
fn an_offer_ends_where_it_would_undo_more_than_it_says() {
    let mut desk = Desk::new(saying(&["Hello."]));
    let creative = PresetId::BuiltIn(BuiltIn::Creative);
    desk.panel(PanelCommand::ChoosePreset(None, Some(creative)));
    let said = desk.state.i18n.text(&desk.state.toasts[0].text);
    assert_eq!(said, "The preset “Creative” is in force.");
    let mut cooler = BuiltIn::Creative.sampling();
    cooler.temperature = Some(0.2);
    desk.act(Command::SetSampling(cooler.clone()));
    assert!(
        desk.state.toasts.is_empty(),
        "it would take the 0.2 away too"
    );
    desk.panel(PanelCommand::ChoosePreset(None, None));
    let said = desk.state.i18n.text(&desk.state.toasts[0].text);
    assert_eq!(said, "The model’s own values are in force.");
    desk.take_back();
    assert_eq!(desk.state.settings.sampling, cooler);
}
