//! What can be done with a message: quiet words below it, or icons where the column is
//! narrow. They show where somebody points or has the keyboard, and below the last message; each
//! has its place, whatever else there is to do and however many versions there are.

use egui::{Align, Direction, FontId, Layout, Popup, Response, Ui, Vec2};

use super::editor::Edits;
use super::message::Drawn;
use super::{again, details};
use crate::app::command::{Action, Command};
use crate::app::components::{
    QuietAction, action_button, caption, clicked_once, colored_caption, menu_item, plain_button,
};
use crate::app::icons;
use crate::app::state::{ModelState, State};
use crate::app::theme::{Palette, font};
use crate::app::views::too_long::{self, Way, Ways};
use crate::chat::{Finish, MessageId, Role};
use crate::engine::protocol::TemplateSource;
use crate::i18n::Text;
use crate::params::Overflow;
use crate::store::Target;

/// The space between two actions.
const SPACE: f32 = 2.0;

/// The width of the button of one step between versions.
const STEP: f32 = 26.0;

/// Why nothing can be written now: the message id of the reason.
pub(super) fn why_not(state: &State) -> Option<&'static str> {
    match (state.current_reply(), &state.model) {
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
            ui.spacing_mut().item_spacing.x = SPACE;
            if it.message.edited_unix_ms.is_some() {
                let faint = Palette::of(ui).faint;
                colored_caption(ui, it.state.i18n.get("edited"), faint);
                ui.add_space(6.0);
            }
            // From the right the rest has its places, so these come first.
            let command = versions(ui, it);
            quieten(ui, it);
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
    let ending = ending(it);
    let is_interrupted = it.message.finish == Some(Finish::Interrupted);
    let is_whole = matches!(
        it.message.finish,
        Some(Finish::EndOfReply | Finish::StopString) | None
    );
    // Only the end of the branch can go on, from words or from thoughts.
    let is_last = it.chat.leaf() == Some(it.message.id);
    let is_reply = it.message.role == Role::Assistant;
    let has_begun = !it.message.text.is_empty() || !it.message.reasoning.is_empty();
    let can_go_on = is_reply && is_last && !is_whole && has_begun;
    let mut command = None;
    if is_interrupted {
        command = interrupted(ui, it, can_go_on);
    } else if let Some(ending) = ending {
        caption(ui, i18n.text(&ending));
    }
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = SPACE;
        // The words of the first action begin where the text does.
        ui.add_space(if it.is_narrow { -4.0 } else { -6.0 });
        let done = ui.scope(|ui| {
            quieten(ui, it);
            reply_actions(ui, it, edits, can_go_on)
        });
        command = command.take().or(done.inner);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            command = command.take().or(versions(ui, it));
            quieten(ui, it);
            details::cost(ui, it);
        });
    });
    command
}

/// What is to be said of how a reply ended: the message id.
fn ending(it: &Drawn<'_>) -> Option<Text> {
    let is_empty = it.message.text.trim().is_empty();
    let name = match it.message.finish? {
        Finish::Cancelled => "finish-cancelled",
        Finish::ContextFull => "finish-context-full",
        Finish::Interrupted => "finish-interrupted",
        Finish::Length if it.message.is_silent() => silence(it),
        Finish::Length => "finish-length",
        Finish::StopString if is_empty => "finish-empty-stopped",
        Finish::EndOfReply if is_empty => silence(it),
        Finish::EndOfReply | Finish::StopString => return None,
        Finish::Other(name) => return Some(Text::new("finish-unknown").word("name", name)),
    };
    Some(Text::new(name))
}

/// What is to be said of a reply without a word.
fn silence(it: &Drawn<'_>) -> &'static str {
    let has_no_template = matches!(&it.state.model,
        ModelState::Loaded(model) if model.template == TemplateSource::ChatMl);
    match (it.message.is_silent(), has_no_template) {
        (false, _) => "finish-thoughts-only",
        (true, false) => "finish-empty",
        (true, true) => "finish-empty-without-template",
    }
}

fn reply_actions(
    ui: &mut Ui,
    it: &Drawn<'_>,
    edits: &mut Edits,
    can_go_on: bool,
) -> Option<Command> {
    let is_interrupted = it.message.finish == Some(Finish::Interrupted);
    let is_reply = it.message.role == Role::Assistant;
    let mut command = copy(ui, it);
    if !is_interrupted && is_reply {
        let once_more = writing_action(ui, it, icons::REFRESH, "regenerate", it.is_narrow);
        if once_more.clicked() {
            command = Some(Command::Regenerate(it.message.id));
        }
        command = command.or(again::menu(ui, it));
    }
    edit(ui, it, edits);
    command = command.or(branch(ui, it)).or(delete(ui, it));
    // Most replies need not go on, so this comes last.
    if can_go_on
        && !is_interrupted
        && writing_action(ui, it, icons::PLAY, "continue", it.is_narrow).clicked()
    {
        command = Some(Command::Continue(it.message.id));
    }
    command
}

/// Leaves what comes next in its place and does not show it, where nobody looks.
fn quieten(ui: &mut Ui, it: &Drawn<'_>) {
    if !it.shows_actions() {
        ui.set_opacity(0.0);
    }
}

/// A reply that broke off says so, and offers the ways on in plain sight.
fn interrupted(ui: &mut Ui, it: &Drawn<'_>, can_go_on: bool) -> Option<Command> {
    let palette = Palette::of(ui);
    let i18n = &it.state.i18n;
    let why_not = why_not(it.state);
    let why = why_not.map(|why| i18n.get(why)).unwrap_or_default();
    let mut command = None;
    let failure = it.state.failures.get(&(it.chat.id, it.message.id));
    if let Some(failure) = failure.filter(|failure| too_long::is_why(failure)) {
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
    Some(
        match Ways::of(it.state, tokens, has_before).show(ui, it.state)? {
            Way::Longer(commands) => Command::All(commands.into_iter().chain([again]).collect()),
            Way::LeaveOut => Command::All(vec![Command::SetOverflow(Overflow::DropOldest), again]),
            Way::NewChat => {
                let text = question.map(|question| question.text.clone())?;
                Command::All(vec![Command::Do(Action::NewChat), Command::Send(text)])
            }
        },
    )
}

fn action(ui: &mut Ui, it: &Drawn<'_>, icon: &str, name: &'static str, is_icon: bool) -> Response {
    let action = QuietAction {
        icon,
        name: &it.state.i18n.get(name),
        is_icon: is_icon || it.is_narrow,
        is_strong: it.is_hot,
        is_enabled: true,
    };
    let response = action_button(ui, &action);
    it.note(&response);
    response
}

/// An action that makes the model write, which it can only do where nothing else does.
pub(super) fn writing_action(
    ui: &mut Ui,
    it: &Drawn<'_>,
    icon: &str,
    name: &'static str,
    is_icon: bool,
) -> Response {
    let why_not = why_not(it.state);
    let action = QuietAction {
        icon,
        name: &it.state.i18n.get(name),
        is_icon,
        is_strong: it.is_hot,
        is_enabled: why_not.is_none(),
    };
    let response = action_button(ui, &action);
    it.note(&response);
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
    let button = button.on_hover_text(it.state.i18n.get("branch-hint"));
    (clicked_once(&button) && !is_writing)
        .then_some(Command::BranchToNewChat(it.chat.id, it.message.id))
}

fn delete(ui: &mut Ui, it: &Drawn<'_>) -> Option<Command> {
    let i18n = &it.state.i18n;
    let button = action(ui, it, icons::TRASH, "delete", false);
    let (chat, message) = (it.chat.id, it.message.id);
    // The end of a chat can only go alone; that needs no choice, and can be taken back.
    if it.chat.leaf() == Some(message) {
        let target = Target::Message(chat, message);
        return clicked_once(&button).then_some(Command::Delete(target));
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

/// Which version this is, and the ways to those beside it: as wide for the ninth as for the
/// first, so that a second click hits the same button.
fn versions(ui: &mut Ui, it: &Drawn<'_>) -> Option<Command> {
    let versions = it.versions;
    if versions.len() < 2 {
        return None;
    }
    let index = versions.iter().position(|id| *id == it.message.id)?;
    let i18n = &it.state.i18n;
    let count = |id: &'static str, number: usize| {
        let text = Text::new(id)
            .count("number", number as u64)
            .count("total", versions.len() as u64);
        i18n.text(&text)
    };
    let before = index.checked_sub(1).and_then(|it| versions.get(it));
    let after = versions.get(index + 1);
    let palette = Palette::of(ui);
    let ink = match it.is_hot {
        true => palette.soft,
        false => palette.faint,
    };
    let widest = count("version", versions.len());
    let font = FontId::proportional(font::CAPTION);
    let widest = ui.painter().layout_no_wrap(widest, font, ink).size();
    let width = widest.x.ceil() + 2.0 * (STEP + SPACE);
    let size = Vec2::new(width, ui.available_height());
    let layout = Layout::left_to_right(Align::Center);
    let drawn = ui.allocate_ui_with_layout(size, layout, |ui| {
        ui.set_width(width);
        let mut command = step(ui, it, icons::CHEVRON_LEFT, "version-before", before);
        let room = Vec2::new(widest.x.ceil(), ui.available_height());
        let middle = Layout::centered_and_justified(Direction::LeftToRight);
        ui.allocate_ui_with_layout(room, middle, |ui| {
            let number = colored_caption(ui, count("version", index + 1), ink);
            number.on_hover_text(count("version-spoken", index + 1));
        });
        if let Some(next) = step(ui, it, icons::CHEVRON_RIGHT, "version-after", after) {
            command = Some(next);
        }
        command
    });
    ui.add_space(4.0);
    drawn.inner
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
    let button = action_button(ui, &action);
    it.note(&button);
    to.filter(|_| button.clicked())
        .map(|&to| Command::ChooseVersion(to))
}
