//! What can be done with a message: quiet words below it, or icons where the column is
//! narrow.

use egui::{Align, Layout, Popup, Response, Ui};

use super::editor::Edits;
use super::message::Drawn;
use super::{again, details};
use crate::app::command::{Action, Command};
use crate::app::components::{
    QuietAction, action_button, caption, colored_caption, menu_item, plain_button,
};
use crate::app::icons;
use crate::app::state::ModelState;
use crate::app::theme::Palette;
use crate::app::views::too_long::{self, Way};
use crate::chat::{Finish, MessageId};
use crate::i18n::Text;
use crate::params::Overflow;
use crate::store::Target;

/// Why nothing can be written now: the message id of the reason.
pub(super) fn why_not(it: &Drawn<'_>) -> Option<&'static str> {
    match (&it.state.reply, &it.state.model) {
        (Some(_), _) => Some("wait-for-reply"),
        (None, ModelState::None) => Some("send-no-model"),
        (None, _) => None,
    }
}

/// The actions below the user's message, at the right like the message.
pub(super) fn of_user(ui: &mut Ui, it: &Drawn<'_>, edits: &mut Edits) -> Option<Command> {
    // They read from left to right, so their width has to be known before they are drawn.
    let key = ui.scope_id().with("actions");
    let width = ui.data(|data| data.get_temp::<f32>(key)).unwrap_or(0.0);
    ui.horizontal(|ui| {
        ui.add_space((ui.available_width() - width).max(0.0));
        let drawn = ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 2.0;
            if it.message.edited_unix_ms.is_some() {
                let faint = Palette::of(ui).faint;
                colored_caption(ui, it.state.i18n.get("edited"), faint);
                ui.add_space(6.0);
            }
            let command = versions(ui, it);
            let copied = copy(ui, it);
            edit(ui, it, edits);
            command.or(copied).or(branch(ui, it)).or(delete(ui, it))
        });
        let now = drawn.response.rect.width();
        if (now - width).abs() > 0.5 {
            ui.data_mut(|data| data.insert_temp(key, now));
            ui.ctx().request_discard("the actions have another width");
        }
        drawn.inner
    })
    .inner
}

/// How the reply ended, what it cost, and what can be done with it.
pub(super) fn of_reply(ui: &mut Ui, it: &Drawn<'_>, edits: &mut Edits) -> Option<Command> {
    let i18n = &it.state.i18n;
    let ending = match it.message.finish {
        Some(Finish::Length) => Some("finish-length"),
        Some(Finish::Cancelled) => Some("finish-cancelled"),
        Some(Finish::ContextFull) => Some("finish-context-full"),
        Some(Finish::Interrupted) => Some("finish-interrupted"),
        Some(Finish::EndOfReply | Finish::StopString) | None => None,
    };
    let is_interrupted = it.message.finish == Some(Finish::Interrupted);
    // Only the end of the branch can go on.
    let is_last = it.chat.leaf() == Some(it.message.id);
    let can_go_on = is_last && ending.is_some() && !it.message.text.is_empty();
    let mut command = None;
    if is_interrupted {
        command = interrupted(ui, it, can_go_on);
    } else if let Some(ending) = ending {
        caption(ui, i18n.get(ending));
    }
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        // The words of the first action begin where the text does.
        let has_versions = it.versions.len() > 1;
        ui.add_space(if has_versions || it.is_narrow {
            -4.0
        } else {
            -6.0
        });
        command = command.take().or(versions(ui, it)).or(copy(ui, it));
        if !is_interrupted {
            let once_more = writing_action(ui, it, icons::REFRESH, "regenerate");
            if once_more.clicked() {
                command = Some(Command::Regenerate(it.message.id));
            }
            command = command.take().or(again::menu(ui, it));
            if can_go_on && writing_action(ui, it, icons::PLAY, "continue").clicked() {
                command = Some(Command::Continue(it.message.id));
            }
        }
        edit(ui, it, edits);
        command = command.take().or(branch(ui, it)).or(delete(ui, it));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            details::cost(ui, it);
        });
    });
    command
}

/// A reply that broke off says so, and offers the ways on in plain sight.
fn interrupted(ui: &mut Ui, it: &Drawn<'_>, can_go_on: bool) -> Option<Command> {
    let palette = Palette::of(ui);
    let i18n = &it.state.i18n;
    let why_not = why_not(it);
    let why = why_not.map(|why| i18n.get(why)).unwrap_or_default();
    let mut command = None;
    let failure = it.state.failures.get(&(it.chat.id, it.message.id));
    if let Some(failure) = failure.filter(|failure| failure.is(too_long::FAULT)) {
        return ways_on(ui, it, failure);
    }
    ui.horizontal_wrapped(|ui| {
        let icon = egui::RichText::new(icons::TRIANGLE_ALERT)
            .font(crate::app::theme::font::icon(14.0))
            .color(palette.warning);
        ui.add(egui::Label::new(icon).selectable(false));
        colored_caption(ui, i18n.get("finish-interrupted"), palette.ink);
        ui.add_space(4.0);
        let is_enabled = why_not.is_none();
        if can_go_on {
            let go_on = plain_button(ui, &i18n.get("continue"), icons::PLAY, is_enabled);
            if go_on.on_disabled_hover_text(&why).clicked() {
                command = Some(Command::Continue(it.message.id));
            }
        }
        let again = plain_button(ui, &i18n.get("regenerate"), icons::REFRESH, is_enabled);
        if again.on_disabled_hover_text(&why).clicked() {
            command = Some(Command::Regenerate(it.message.id));
        }
    });
    command
}

/// What helps where the chat was too long for the context: the same again would not.
fn ways_on(ui: &mut Ui, it: &Drawn<'_>, failure: &Text) -> Option<Command> {
    let tokens = failure.count_of("prompt");
    let tokens = tokens.and_then(|tokens| u32::try_from(tokens).ok());
    let question = it.message.parent.and_then(|id| it.chat.message(id));
    let has_before = question.is_some_and(|question| question.parent.is_some());
    let again = Command::Regenerate(it.message.id);
    Some(match too_long::ways(ui, it.state, tokens, has_before)? {
        Way::Longer(commands) => Command::All(commands.into_iter().chain([again]).collect()),
        Way::LeaveOut => Command::All(vec![Command::SetOverflow(Overflow::DropOldest), again]),
        Way::NewChat => {
            let text = question.map(|question| question.text.clone())?;
            Command::All(vec![Command::Do(Action::NewChat), Command::Send(text)])
        }
    })
}

pub(super) fn action(
    ui: &mut Ui,
    it: &Drawn<'_>,
    icon: &str,
    name: &'static str,
    is_icon: bool,
) -> Response {
    let action = QuietAction {
        icon,
        name: &it.state.i18n.get(name),
        is_icon: is_icon || it.is_narrow,
        is_strong: it.is_hot,
        is_enabled: true,
    };
    action_button(ui, &action)
}

/// An action that makes the model write, which it can only do where nothing else does.
fn writing_action(ui: &mut Ui, it: &Drawn<'_>, icon: &str, name: &'static str) -> Response {
    let why_not = why_not(it);
    let action = QuietAction {
        icon,
        name: &it.state.i18n.get(name),
        is_icon: it.is_narrow,
        is_strong: it.is_hot,
        is_enabled: why_not.is_none(),
    };
    let response = action_button(ui, &action);
    match why_not {
        Some(why) => response.on_disabled_hover_text(it.state.i18n.get(why)),
        None => response,
    }
}

fn copy(ui: &mut Ui, it: &Drawn<'_>) -> Option<Command> {
    (!it.message.text.is_empty() && action(ui, it, icons::COPY, "copy", false).clicked())
        .then(|| Command::Copy(it.message.text.clone()))
}

fn edit(ui: &mut Ui, it: &Drawn<'_>, edits: &mut Edits) {
    if action(ui, it, icons::PENCIL, "edit", false).clicked() {
        edits.begin(it.chat.id, it.message);
    }
}

/// Makes a chat of its own of what leads here.
fn branch(ui: &mut Ui, it: &Drawn<'_>) -> Option<Command> {
    let is_writing = it.writing().is_some();
    let button = action(ui, it, icons::GIT_BRANCH, "branch", false);
    let is_clicked = button
        .on_hover_text(it.state.i18n.get("branch-hint"))
        .clicked();
    (is_clicked && !is_writing).then_some(Command::BranchToNewChat(it.chat.id, it.message.id))
}

fn delete(ui: &mut Ui, it: &Drawn<'_>) -> Option<Command> {
    let i18n = &it.state.i18n;
    let button = action(ui, it, icons::TRASH, "delete", false);
    let (chat, message) = (it.chat.id, it.message.id);
    // The end of a chat can only go alone; that needs no choice, and can be taken back.
    if it.chat.leaf() == Some(message) {
        let target = Target::Message(chat, message);
        return button.clicked().then_some(Command::Delete(target));
    }
    let mut command = None;
    Popup::menu(&button).width(220.0).gap(2.0).show(|ui| {
        ui.set_width(220.0);
        let hint = i18n.get("delete-message-hint");
        let name = i18n.get("delete-message");
        if menu_item(ui, icons::TRASH, &name, &hint, true).clicked() {
            command = Some(Command::Delete(Target::Message(chat, message)));
        }
        let name = i18n.get("delete-branch");
        if menu_item(ui, icons::TRASH, &name, "", true).clicked() {
            command = Some(Command::Delete(Target::Branch(chat, message)));
        }
        if command.is_some() {
            ui.close();
        }
    });
    command
}

/// Which version this is, and the ways to those beside it.
fn versions(ui: &mut Ui, it: &Drawn<'_>) -> Option<Command> {
    let versions = it.versions;
    if versions.len() < 2 {
        return None;
    }
    let index = versions.iter().position(|id| *id == it.message.id)?;
    let i18n = &it.state.i18n;
    let count = |id: &'static str| {
        let text = Text::new(id)
            .count("number", index as u64 + 1)
            .count("total", versions.len() as u64);
        i18n.text(&text)
    };
    let before = index.checked_sub(1).and_then(|it| versions.get(it));
    let after = versions.get(index + 1);
    let mut command = step(ui, it, icons::CHEVRON_LEFT, "version-before", before);
    let palette = Palette::of(ui);
    let ink = match it.is_hot {
        true => palette.soft,
        false => palette.faint,
    };
    let number = colored_caption(ui, count("version"), ink);
    number.on_hover_text(count("version-spoken"));
    if let Some(next) = step(ui, it, icons::CHEVRON_RIGHT, "version-after", after) {
        command = Some(next);
    }
    ui.add_space(4.0);
    command
}

fn step(
    ui: &mut Ui,
    it: &Drawn<'_>,
    icon: &str,
    name: &'static str,
    to: Option<&MessageId>,
) -> Option<Command> {
    // The reply that is being written belongs to the branch that is read.
    let is_writing = it.state.current_reply().is_some();
    let action = QuietAction {
        icon,
        name: &it.state.i18n.get(name),
        is_icon: true,
        is_strong: it.is_hot,
        is_enabled: to.is_some() && !is_writing,
    };
    let is_clicked = action_button(ui, &action).clicked();
    to.filter(|_| is_clicked)
        .map(|&to| Command::ChooseVersion(to))
}
