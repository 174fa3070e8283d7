//! The icons: characters of the Lucide font, in the font family [`super::theme::ICONS`].
//! They are drawn beside or in place of words; the words stay for screen readers.

/// Something new.
pub(in crate::app) const PLUS: &str = "\u{e13d}";
/// A menu opens, or a group is open.
pub(in crate::app) const CHEVRON_DOWN: &str = "\u{e06d}";
/// What is before.
pub(in crate::app) const CHEVRON_UP: &str = "\u{e070}";
/// A group is folded.
pub(in crate::app) const CHEVRON_RIGHT: &str = "\u{e06f}";
/// The panel on the left.
pub(in crate::app) const PANEL_LEFT: &str = "\u{e12a}";
/// The panel on the right.
pub(in crate::app) const PANEL_RIGHT: &str = "\u{e431}";
/// Close.
pub(in crate::app) const X: &str = "\u{e1b2}";
/// Chosen, or done.
pub(in crate::app) const CHECK: &str = "\u{e06c}";
/// Open a file.
pub(in crate::app) const FOLDER_OPEN: &str = "\u{e247}";
/// The Enter key.
pub(in crate::app) const CORNER_DOWN_LEFT: &str = "\u{e0a1}";
/// Stop.
pub(in crate::app) const SQUARE: &str = "\u{e167}";
/// A line each.
pub(in crate::app) const LIST: &str = "\u{e106}";
/// Back to the default.
pub(in crate::app) const ROTATE_CCW: &str = "\u{e148}";
/// Preferences.
pub(in crate::app) const SETTINGS: &str = "\u{e154}";
/// Dark colours.
pub(in crate::app) const MOON: &str = "\u{e11e}";
/// The system's colours.
pub(in crate::app) const MONITOR: &str = "\u{e11d}";
/// The language.
pub(in crate::app) const LANGUAGES: &str = "\u{e0fe}";
/// Something to know.
pub(in crate::app) const TRIANGLE_ALERT: &str = "\u{e193}";
/// A chat.
pub(in crate::app) const MESSAGE_SQUARE: &str = "\u{e117}";
/// Something went wrong.
pub(in crate::app) const CIRCLE_ALERT: &str = "\u{e077}";
/// To the end.
pub(in crate::app) const ARROW_DOWN: &str = "\u{e042}";
/// Look for something.
pub(in crate::app) const SEARCH: &str = "\u{e151}";
/// What else can be done.
pub(in crate::app) const ELLIPSIS: &str = "\u{e0b6}";
/// Back, or the one before.
pub(in crate::app) const CHEVRON_LEFT: &str = "\u{e06e}";
/// Stands above the others.
pub(in crate::app) const PIN: &str = "\u{e259}";
/// A folder.
pub(in crate::app) const FOLDER: &str = "\u{e0d7}";
/// What is put away.
pub(in crate::app) const ARCHIVE: &str = "\u{e041}";
/// The bin, or into it.
pub(in crate::app) const TRASH: &str = "\u{e18e}";
/// As it was at another time.
pub(in crate::app) const HISTORY: &str = "\u{e1f5}";
/// In from a file.
pub(in crate::app) const DOWNLOAD: &str = "\u{e0b2}";
/// Out into a file.
pub(in crate::app) const UPLOAD: &str = "\u{e19e}";
/// Change the words.
pub(in crate::app) const PENCIL: &str = "\u{e1f9}";
/// Onto the clipboard.
pub(in crate::app) const COPY: &str = "\u{e09e}";
/// Once more.
pub(in crate::app) const REFRESH: &str = "\u{e145}";
/// On from here.
pub(in crate::app) const PLAY: &str = "\u{e13c}";
/// Out of this program.
pub(in crate::app) const EXTERNAL_LINK: &str = "\u{e0b9}";
/// A model.
pub(in crate::app) const BOT: &str = "\u{e1bb}";
/// Another way from here.
pub(in crate::app) const GIT_BRANCH: &str = "\u{e0e2}";
/// How much is left to chance.
pub(in crate::app) const THERMOMETER: &str = GAUGE;
/// A measure.
pub(in crate::app) const GAUGE: &str = "\u{e1bf}";
/// A file to go with the message.
pub(in crate::app) const PAPERCLIP: &str = "\u{e12d}";
/// A text.
pub(in crate::app) const FILE_TEXT: &str = "\u{e0cc}";
/// What is saved to be used again with one key.
pub(in crate::app) const ZAP: &str = "\u{e1b4}";
/// Take it back.
pub(in crate::app) const UNDO: &str = "\u{e2a1}";
/// The keys.
pub(in crate::app) const KEYBOARD: &str = "\u{e284}";
/// What can be done.
pub(in crate::app) const COMMAND: &str = "\u{e09a}";
/// A model.
pub(in crate::app) const CPU: &str = "\u{e0a9}";
/// Above the others.
pub(in crate::app) const STAR: &str = "\u{e176}";
/// A closer look.
pub(in crate::app) const INFO: &str = "\u{e0f9}";
/// As it should be.
pub(in crate::app) const CIRCLE_CHECK: &str = "\u{e226}";
/// To the beginning.
pub(in crate::app) const ARROW_UP: &str = "\u{e04a}";
