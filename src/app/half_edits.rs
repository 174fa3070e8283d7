//! Changes of messages that were begun and are not finished, as they are kept with the draft of
//! their chat.

use crate::chat::MessageId;

/// How a draft begins that has some: how many of them follow.
const MARK: &str = "<!-- charla: changing ";
const MARK_END: &str = " -->\n";

/// What is said of the one whose box was open.
const OPEN: &str = "open";
const LEFT: &str = "left";

/// A message that is being changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::app) struct HalfEdit {
    pub(in crate::app) message: MessageId,
    /// What stands in its place so far.
    pub(in crate::app) text: String,
    /// Whether its box is open, not only what was written in it kept.
    pub(in crate::app) is_open: bool,
}

/// The draft of a chat with the half-made changes before it; the draft itself where there are
/// none.
pub(in crate::app) fn with_draft(edits: &[HalfEdit], draft: String) -> String {
    if edits.is_empty() && !draft.starts_with(MARK) {
        return draft;
    }
    let mut kept = format!("{MARK}{}{MARK_END}", edits.len());
    for edit in edits {
        let state = if edit.is_open { OPEN } else { LEFT };
        let head = format!("{} {} {state}\n", edit.message.0, edit.text.len());
        kept.extend([head.as_str(), &edit.text, "\n"]);
    }
    kept + &draft
}

/// What was kept, taken apart again. What makes no sense is a draft.
pub(in crate::app) fn split(kept: &str) -> (Vec<HalfEdit>, &str) {
    read(kept).unwrap_or((Vec::new(), kept))
}

fn read(kept: &str) -> Option<(Vec<HalfEdit>, &str)> {
    let (count, mut rest) = kept.strip_prefix(MARK)?.split_once(MARK_END)?;
    let mut edits = Vec::new();
    for _ in 0..count.parse::<usize>().ok()? {
        let (head, after) = rest.split_once('\n')?;
        let mut head = head.split(' ');
        let message = MessageId(head.next()?.parse().ok()?);
        let bytes = head.next()?.parse::<usize>().ok()?;
        let is_open = head.next()? == OPEN;
        let text = after.get(..bytes)?.to_owned();
        rest = after.get(bytes..)?.strip_prefix('\n')?;
        edits.push(HalfEdit {
            message,
            text,
            is_open,
        });
    }
    Some((edits, rest))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_draft_alone_is_kept_as_it_is() {
        assert_eq!(with_draft(&[], "¿Qué?".into()), "¿Qué?");
        for typed in [
            format!("{MARK}1{MARK_END}"),
            format!("{MARK}x{MARK_END}"),
            format!("{MARK}1{MARK_END}5 99 open\nshort\n"),
        ] {
            let kept = with_draft(&[], typed.clone());
            assert_eq!(split(&kept), (Vec::new(), typed.as_str()));
            assert_eq!(split(&typed), (Vec::new(), typed.as_str()));
        }
    }

    proptest! {
        #[test]
        fn what_was_kept_comes_back(
            edits in prop::collection::vec((any::<u64>(), "[a\n é<]{0,20}", any::<bool>()), 0..4),
            draft in "[a\n<!é]{0,20}",
        ) {
            let edits: Vec<_> = edits
                .into_iter()
                .map(|(id, text, is_open)| HalfEdit { message: MessageId(id), text, is_open })
                .collect();
            let kept = with_draft(&edits, draft.clone());
            prop_assert_eq!(split(&kept), (edits, draft.as_str()));
        }
    }
}
