//! What an action means for what is in view, or why it means nothing now.

use super::{Action, Command, Shelf};
use crate::app::state::{ModelState, State};
use crate::chat::{Chat, Finish, Message, Role};
use crate::store::Target;
use crate::store::transfer::Format;

impl Action {
    /// The command that does it, which is the action itself where it is about nothing in
    /// particular.
    ///
    /// # Errors
    /// The message id of the reason why it cannot be done now.
    pub(in crate::app) fn meaning(self, state: &State) -> Result<Command, &'static str> {
        let chat = || state.current_chat().filter(|chat| !chat.is_empty());
        let open = || state.current.ok_or("no-chat-open");
        let itself = Ok(Command::Do(self));
        match self {
            Self::PreviousChat | Self::NextChat => {
                let page = state.shelves.page.as_ref();
                let has_chats = page.is_some_and(|page| !page.chats.is_empty());
                if has_chats { itself } else { Err("no-chats") }
            }
            Self::RenameChat => open().and(itself),
            Self::ExportChat => Ok(Command::Export(vec![open()?], Format::Markdown)),
            Self::DeleteChat => Ok(Command::Delete(Target::Chats(vec![open()?]))),
            Self::Undo if state.undo.is_none() => Err("nothing-to-undo"),
            Self::Stop if state.current_reply().is_none() => Err("nothing-to-stop"),
            Self::Regenerate => {
                let reply = last_reply(chat()).ok_or("no-reply")?;
                can_write(state)?;
                Ok(Command::Regenerate(reply.id))
            }
            Self::Continue => {
                let chat = chat();
                let reply = last_reply(chat).ok_or("no-reply")?;
                can_write(state)?;
                let is_whole = matches!(
                    reply.finish,
                    None | Some(Finish::EndOfReply | Finish::StopString)
                );
                let is_last = chat.and_then(Chat::leaf) == Some(reply.id);
                match is_whole || !is_last || reply.text.is_empty() {
                    true => Err("reply-is-whole"),
                    false => Ok(Command::Continue(reply.id)),
                }
            }
            Self::PreviousVersion => version(state, chat(), |index| index.checked_sub(1)),
            Self::NextVersion => version(state, chat(), |index| index.checked_add(1)),
            Self::CopyReply => {
                let reply = last_reply(chat()).filter(|it| !it.text.is_empty());
                let reply = reply.ok_or("no-reply")?;
                Ok(Command::Copy(reply.text.clone()))
            }
            Self::EditLast => {
                let mut path = chat().ok_or("no-message")?.path();
                let is_theirs = path.any(|message| message.role == Role::User);
                if is_theirs { itself } else { Err("no-message") }
            }
            Self::ToStart
            | Self::ToEnd
            | Self::FindInChat
            | Self::FindNext
            | Self::FindPrevious => chat().ok_or("no-chat-open").and(itself),
            Self::ReloadModel => match state.model {
                ModelState::None => Err("send-no-model"),
                ModelState::Loading { .. } => Err("model-is-loading"),
                _ => Ok(Command::ReloadModel),
            },
            Self::Import => Ok(Command::Import),
            Self::ExportAll => Ok(Command::Export(Vec::new(), Format::Json)),
            Self::ShowArchive => Ok(Command::Show(Shelf::Archive)),
            Self::ShowBin => Ok(Command::Show(Shelf::Bin)),
            Self::ShowBackups => Ok(Command::Show(Shelf::Backups)),
            _ => itself,
        }
    }
}

/// The last reply of the branch that is read.
fn last_reply(chat: Option<&Chat>) -> Option<&Message> {
    let mut path = chat?.path().rev();
    path.find(|message| message.role == Role::Assistant)
}

fn can_write(state: &State) -> Result<(), &'static str> {
    match (state.current_reply(), &state.model) {
        (Some(_), _) => Err("wait-for-reply"),
        (None, ModelState::None) => Err("send-no-model"),
        (None, _) => Ok(()),
    }
}

/// Another version of the last message that has several.
fn version(
    state: &State,
    chat: Option<&Chat>,
    step: impl Fn(usize) -> Option<usize>,
) -> Result<Command, &'static str> {
    let chat = chat.ok_or("no-versions")?;
    if state.current_reply().is_some() {
        return Err("wait-for-reply");
    }
    let id = chat.last_with_versions().ok_or("no-versions")?;
    let versions = chat.versions(id);
    let index = versions.iter().position(|it| *it == id);
    let index = index.ok_or("no-versions")?;
    let next = step(index).and_then(|index| versions.get(index).copied());
    next.map(Command::ChooseVersion).ok_or("no-more-versions")
}
