//! Sizes of type and space, in points.

/// Text that is read.
pub const BODY: f32 = 15.0;
/// The height of a line of it.
pub const BODY_LINE: f32 = 23.25;
/// Text beside it.
pub const SECONDARY: f32 = 13.5;
/// Small print.
pub const CAPTION: f32 = 12.5;
/// Code.
pub const CODE: f32 = 13.0;
/// The widest column of text that is read with ease.
pub const COLUMN: f32 = 720.0;
/// The corners of boxes.
pub const RADIUS: u8 = 8;
