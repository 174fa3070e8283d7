//! Lines of code, in the colours of their language once these are known.

use egui::text::{LayoutJob, TextFormat};
use egui::{Color32, FontId, Ui, Vec2};

use super::flow::{CODE_EDGE, CODE_HEAD, CODE_LINE};
use super::lay::{Back, Fragment, Laid, Style};
use crate::markdown::{CodePart, Token, TokenKind};
use crate::text::Shaped;
use crate::{Palette, size};

/// The space to the left and right of code.
pub(super) const SIDE: f32 = 12.0;

/// A part of a code block. `tokens` are of the whole block.
pub(super) fn block(
    ui: &Ui,
    part: &CodePart,
    width: f32,
    style: &Style<'_>,
    tokens: &[Token],
) -> Laid {
    let text = &part.block.text[part.range.clone()];
    let mut job = LayoutJob {
        break_on_newline: true,
        ..LayoutJob::default()
    };
    job.wrap.max_width = match style.wraps {
        true => width - 2.0 * SIDE,
        false => f32::INFINITY,
    };
    let plain = TextFormat {
        line_height: Some(CODE_LINE),
        ..TextFormat::simple(FontId::monospace(size::CODE), style.palette.ink)
    };
    let mut done = part.range.start;
    for token in tokens_of(tokens, part) {
        let start = token.range.start.max(done);
        let end = token.range.end.min(part.range.end);
        if start >= end {
            continue;
        }
        append(&mut job, &part.block.text[done..start], &plain);
        let format = TextFormat {
            color: color(token.kind, style.palette),
            ..plain.clone()
        };
        append(&mut job, &part.block.text[start..end], &format);
        done = end;
    }
    append(&mut job, &part.block.text[done..part.range.end], &plain);
    if job.text.is_empty() {
        job.append("", 0.0, plain);
    }
    let shaped = Shaped::new(ui, job, Vec::new());
    let room = shaped.size();
    let top = match part.is_first {
        true => CODE_HEAD + CODE_EDGE,
        false => 0.0,
    };
    let bottom = match part.is_last {
        true => CODE_EDGE,
        false => 0.0,
    };
    Laid {
        height: top + room.y.max(CODE_LINE) + bottom,
        content_width: room.x + 2.0 * SIDE,
        fragments: vec![Fragment {
            at: Vec2::new(SIDE, top),
            text: shaped,
            chars: 0..text.chars().count(),
            boxed: Vec::new(),
        }],
        back: Back::Code {
            is_first: part.is_first,
            is_last: part.is_last,
            colours: tokens.len(),
        },
        ..Laid::empty(width)
    }
}

/// Those that touch the part.
fn tokens_of<'a>(tokens: &'a [Token], part: &CodePart) -> &'a [Token] {
    let first = tokens.partition_point(|it| it.range.end <= part.range.start);
    let end = tokens.partition_point(|it| it.range.start < part.range.end);
    tokens.get(first..end).unwrap_or_default()
}

fn append(job: &mut LayoutJob, text: &str, format: &TextFormat) {
    if !text.is_empty() {
        job.append(text, 0.0, format.clone());
    }
}

fn color(kind: TokenKind, palette: &Palette) -> Color32 {
    let syntax = &palette.syntax;
    match kind {
        TokenKind::Comment => syntax.comment,
        TokenKind::Keyword => syntax.keyword,
        TokenKind::String => syntax.string,
        TokenKind::Number => syntax.number,
        TokenKind::Function => syntax.function,
        TokenKind::Type => syntax.kind,
        TokenKind::Constant => syntax.constant,
        TokenKind::Attribute => syntax.attribute,
        TokenKind::Inserted => syntax.inserted,
        TokenKind::Deleted => syntax.deleted,
    }
}
