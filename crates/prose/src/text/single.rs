//! Names and titles on a single line, which egui itself lays out.

use std::borrow::Cow;
use std::sync::Arc;

use egui::text::{LayoutJob, TextFormat, TextWrapping};
use egui::{Color32, FontId, Galley, Ui};
use unicode_bidi::Level;
use unicode_segmentation::UnicodeSegmentation as _;

use super::bidi::{self, Directions};
use super::{emoji, scripts};

/// A space without width.
const NOTHING: char = '\u{200B}';

/// Text on one line, its end cut off where it does not fit, whichever way it is read.
pub fn one_line(ui: &Ui, text: &str, font_id: FontId, width: f32) -> Arc<Galley> {
    let width = width.max(0.0);
    let format = TextFormat::simple(font_id, Color32::PLACEHOLDER);
    let lay_out = |text: &str, wrap: TextWrapping| {
        let mut job = LayoutJob::single_section(text.to_owned(), format.clone());
        job.break_on_newline = false;
        job.wrap = wrap;
        ui.fonts_mut(|fonts| {
            emoji::split(fonts, &mut job);
            fonts.layout_job(job)
        })
    };
    let cut = TextWrapping::truncate_at_width(width);
    if !scripts::has_rtl(text) {
        return lay_out(text, cut);
    }
    let whole = lay_out(&display_order(text), TextWrapping::no_max_width());
    if whole.size().x <= width {
        return whole;
    }
    // egui would cut what stands on the right, which need not be the end.
    let ends: Vec<usize> = text.grapheme_indices(true).map(|(at, _)| at).collect();
    let cut_at = |end: usize| {
        let kept = format!("{}…", text[..end].trim_end());
        lay_out(&display_order(&kept), TextWrapping::no_max_width())
    };
    let fitting = ends.partition_point(|&end| cut_at(end).size().x <= width);
    let end = fitting.checked_sub(1).and_then(|last| ends.get(last));
    let mut galley = cut_at(end.copied().unwrap_or_default());
    Arc::make_mut(&mut galley).elided = true;
    galley
}

/// A single line in the order in which it stands on the screen, for what egui itself lays
/// out: words that are read from right to left keep their letters in the order in which
/// they are read, since the shaper turns each of them round.
pub(crate) fn display_order(line: &str) -> Cow<'_, str> {
    if !scripts::has_rtl(line) {
        return Cow::Borrowed(line);
    }
    let info = Directions::of(line.chars().map(|chr| (chr, false)));
    let mut parts: Vec<(Level, bool, String)> = Vec::new();
    let mut at = 0;
    for grapheme in line.graphemes(true) {
        let level = info.levels.get(at).copied().unwrap_or(info.base);
        at += grapheme.chars().count();
        let Some(first) = grapheme.chars().next() else {
            continue;
        };
        let is_letter = scripts::is_rtl_letter(first) && level.is_rtl();
        let is_plain = level.is_ltr() && !scripts::is_of_rtl_script(first);
        match parts.last_mut() {
            Some((last, was_letter, text))
                if *last == level && *was_letter == is_letter && (is_letter || is_plain) =>
            {
                text.push_str(grapheme);
            }
            _ if level.is_rtl() && !is_letter => {
                let mirrored = grapheme.chars().map(scripts::mirrored).collect();
                parts.push((level, is_letter, mirrored));
            }
            _ => parts.push((level, is_letter, grapheme.to_owned())),
        }
    }
    let levels: Vec<Level> = parts.iter().map(|part| part.0).collect();
    let mut text = String::with_capacity(line.len() + 8);
    for part in bidi::visual_order(&levels) {
        let part = parts[part].2.as_str();
        let is_rtl = |chr: Option<char>| chr.is_some_and(scripts::is_of_rtl_script);
        if is_rtl(text.chars().next_back()) && is_rtl(part.chars().next()) {
            // Else the shaper would turn both round as one.
            text.push(NOTHING);
        }
        text.push_str(part);
    }
    Cow::Owned(text)
}
