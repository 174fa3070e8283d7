//! The icons: characters of the Lucide font, in the font family [`super::theme::ICONS`].
//! They are drawn beside or in place of words; the words stay for screen readers.

/// Something new.
pub(in crate::app) const PLUS: &str = "\u{e13d}";
/// A menu opens, or a group is open.
pub(in crate::app) const CHEVRON_DOWN: &str = "\u{e06d}";
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
/// Back to the default.
pub(in crate::app) const ROTATE_CCW: &str = "\u{e148}";
/// Light colours.
pub(in crate::app) const SUN: &str = "\u{e178}";
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
