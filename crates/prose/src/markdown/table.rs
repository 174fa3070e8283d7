//! A table, row by row.

use std::ops::Range;

use super::kinds::trim_end;
use super::letters::widest_halves;
use super::{Column, Leaf, Side, Spans, TablePart};

/// A table as it is being read.
pub(super) struct Table {
    sides: Vec<Side>,
    head: Vec<Spans>,
    rows: Vec<Vec<Spans>>,
    row: Vec<Spans>,
    pub(super) range: Range<usize>,
}

impl Table {
    pub(super) fn new(sides: Vec<Side>, range: Range<usize>) -> Self {
        Self {
            sides,
            head: Vec::new(),
            rows: Vec::new(),
            row: Vec::new(),
            range,
        }
    }

    pub(super) fn cell(&mut self, mut words: Spans) {
        trim_end(&mut words);
        self.row.push(words);
    }

    pub(super) fn end_head(&mut self) {
        self.head = std::mem::take(&mut self.row);
    }

    pub(super) fn end_row(&mut self) {
        self.rows.push(std::mem::take(&mut self.row));
    }

    /// The whole table. It has as many columns as its longest row.
    pub(super) fn finish(mut self) -> Leaf {
        let longest = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let count = self.sides.len().max(longest);
        self.sides.resize(count, Side::Start);
        self.head.resize(count, Spans::default());
        let widest = |index: usize| {
            let rows = std::iter::once(&self.head).chain(&self.rows);
            let cells = rows.filter_map(|row| row.get(index));
            cells
                .map(|cell| widest_halves(&cell.text))
                .max()
                .unwrap_or(0)
        };
        let columns = self.sides.iter().enumerate().map(|(index, &side)| Column {
            side,
            widest_halves: widest(index),
        });
        Leaf::Table(TablePart {
            columns: columns.collect(),
            head: Some(self.head),
            rows: self.rows,
            is_last: true,
        })
    }
}
