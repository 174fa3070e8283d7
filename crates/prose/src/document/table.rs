//! Rows of a table. The widths follow from the longest texts of all its rows, so that the
//! parts of a long table, which are laid out one by one, have the same columns.

use egui::{Rangef, Ui, Vec2};

use super::flow::{self, CELL};
use super::lay::{Back, Laid, Style};
use super::words;
use crate::markdown::{Column, Side, Spans, TablePart};

/// How wide a character is, as a part of the size of the words, and the narrowest column in
/// which words are wrapped.
const CHARACTER: f32 = 0.56;
const NARROWEST: f32 = 72.0;
/// Below a table that is wider than its room is the bar that moves it.
const BAR: f32 = 10.0;
/// The widest a column gets where a table is wider than its room anyhow.
const WIDEST: f32 = 320.0;

/// A part of a table. The first column of one that is read from the right is there.
pub(super) fn block(
    ui: &Ui,
    part: &TablePart,
    width: f32,
    is_rtl: bool,
    style: &Style<'_>,
) -> Laid {
    let widths = widths(&part.columns, width, style.size);
    let whole: f32 = widths.iter().sum();
    let (mut x, sides) = match is_rtl {
        true => {
            let right = whole.max(width);
            (right, Rangef::new(right - whole, right))
        }
        false => (0.0, Rangef::new(0.0, whole)),
    };
    let mut columns = Vec::with_capacity(widths.len());
    for width in &widths {
        let next = if is_rtl { x - width } else { x + width };
        columns.push(Rangef::new(x.min(next), x.max(next)));
        x = next;
    }
    let mut laid = Laid::empty(width);
    let mut rows = vec![0.0];
    let mut chars = 0;
    let head = part.head.iter().map(|row| (row, true));
    for (row, is_head) in head.chain(part.rows.iter().map(|row| (row, false))) {
        let top = rows[rows.len() - 1];
        let bottom = self::row(
            ui,
            &mut laid,
            row,
            part,
            (&columns, is_rtl),
            (top, is_head),
            style,
            &mut chars,
        );
        rows.push(bottom);
    }
    laid.height = rows[rows.len() - 1];
    laid.content_width = whole;
    if part.is_last && laid.content_width > laid.width + 0.5 {
        laid.height += BAR;
    }
    laid.back = Back::Table {
        sides,
        rows,
        has_head: part.head.is_some(),
        is_last: part.is_last,
    };
    laid
}

#[expect(
    clippy::too_many_arguments,
    reason = "a row is where everything about a table meets"
)]
fn row(
    ui: &Ui,
    laid: &mut Laid,
    row: &[Spans],
    part: &TablePart,
    (columns, is_rtl): (&[Rangef], bool),
    (top, is_head): (f32, bool),
    style: &Style<'_>,
    chars: &mut usize,
) -> f32 {
    let mut height = flow::line_height(style.size);
    for (index, cell) in row.iter().enumerate().take(part.columns.len()) {
        let at = Vec2::new(columns[index].min + CELL.x, top + CELL.y);
        let width = columns[index].span() - 2.0 * CELL.x;
        let side = match (part.columns[index].side, is_rtl) {
            (Side::Start, true) => Side::End,
            (side, _) => side,
        };
        let how = (style.size, is_head, side);
        let room = words::add(ui, laid, cell, at, width, how, style, *chars);
        // A tab or a line break stands between two cells.
        *chars += cell.text.chars().count() + 1;
        height = height.max(room.y);
    }
    top + height + 2.0 * CELL.y
}

/// How wide the columns are: as their texts where there is room, else the long ones shrink.
fn widths(columns: &[Column], width: f32, size: f32) -> Vec<f32> {
    #[expect(clippy::cast_precision_loss, reason = "a count of letters is small")]
    let natural: Vec<f32> = columns
        .iter()
        .map(|it| {
            (it.widest_halves as f32 + 1.0).min(400.0) * CHARACTER * size + 2.0 * CELL.x + 4.0
        })
        .collect();
    let total: f32 = natural.iter().sum();
    if total <= width {
        return natural;
    }
    #[expect(clippy::cast_precision_loss, reason = "nobody has so many columns")]
    let fair = width / natural.len().max(1) as f32;
    if fair < NARROWEST {
        return natural.iter().map(|it| it.min(WIDEST)).collect();
    }
    // The wide ones come down to the same width, and the others keep theirs.
    let mut widest = fair;
    let mut by_width = natural.clone();
    by_width.sort_by(f32::total_cmp);
    let mut left = width;
    for (index, column) in by_width.iter().enumerate() {
        #[expect(clippy::cast_precision_loss, reason = "nobody has so many columns")]
        let share = left / (by_width.len() - index) as f32;
        if *column > share {
            widest = share;
            break;
        }
        left -= column;
    }
    natural.iter().map(|it| it.min(widest)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(chars: &[usize]) -> Vec<Column> {
        let column = |&widest_halves: &usize| Column {
            side: Side::Start,
            widest_halves,
        };
        chars.iter().map(column).collect()
    }

    #[test]
    fn a_table_takes_the_room_it_needs_and_no_more_than_there_is() {
        let sum = |widths: &[f32]| widths.iter().sum::<f32>();
        // Two ideographs, which are as wide as they are high, stay on one line.
        let ideographs = widths(&of(&[4]), 700.0, 15.0)[0];
        assert!(ideographs - 2.0 * CELL.x >= 2.0 * 15.0 * 1.1);
        let small = widths(&of(&[3, 8]), 700.0, 15.0);
        assert!(sum(&small) < 200.0 && small[0] < small[1]);
        for chars in [&[3, 300][..], &[120, 120, 120], &[5, 5, 200, 90]] {
            let widths = widths(&of(chars), 700.0, 15.0);
            assert!((sum(&widths) - 700.0).abs() < 0.5, "{chars:?}: {widths:?}");
            assert!(widths.iter().all(|it| *it > 30.0), "{widths:?}");
        }
        // So many columns cannot be squeezed: the table is scrolled to the side.
        let many = widths(&of(&[200; 100]), 700.0, 15.0);
        assert!(many.iter().all(|it| (*it - WIDEST).abs() < 0.1));
    }
}
