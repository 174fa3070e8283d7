//! Units as plain text, in which selections are counted and which is copied.

use std::borrow::Cow;

use super::{Frame, Leaf, Marker, Unit};

impl Unit {
    /// The words, without marks: cells stand between tabs, rows on lines.
    pub(crate) fn text(&self) -> Cow<'_, str> {
        match &self.leaf {
            Leaf::Paragraph(spans) | Leaf::Heading(_, spans) => Cow::Borrowed(&spans.text),
            Leaf::Code(part) => Cow::Borrowed(&part.block.text[part.range.clone()]),
            Leaf::Table(part) => {
                let rows = part.head.iter().chain(&part.rows);
                let row = |row: &Vec<super::Spans>| {
                    let cells: Vec<&str> = row.iter().map(|cell| cell.text.as_str()).collect();
                    cells.join("\t")
                };
                Cow::Owned(rows.map(row).collect::<Vec<_>>().join("\n"))
            }
            Leaf::Maths(tex) => Cow::Owned(format!("$${tex}$$")),
            Leaf::Rule => Cow::Borrowed(""),
        }
    }

    /// What stands before the words: how far they are set in, and their mark.
    pub(crate) fn prefix(&self) -> String {
        let mut prefix = String::new();
        let last = self.frames.len().saturating_sub(1);
        for (depth, frame) in self.frames.iter().enumerate() {
            match frame {
                Frame::Item(Some(Marker::Number(number))) => {
                    prefix.extend([number.to_string().as_str(), ". "]);
                }
                Frame::Item(Some(Marker::Task(true))) => prefix.push_str("☑ "),
                Frame::Item(Some(Marker::Task(false))) => prefix.push_str("☐ "),
                Frame::Item(Some(Marker::Bullet)) => prefix.push_str("• "),
                Frame::Item(None) if depth < last => prefix.push_str("  "),
                Frame::Footnote(Some(label)) => prefix.extend(["[", label, "] "]),
                Frame::Item(None) | Frame::Footnote(None) => {}
                Frame::Quote(_) => prefix.push_str("> "),
            }
        }
        prefix
    }
}

/// What stands between two units in plain text.
pub(crate) fn separator(before: &Unit, after: &Unit) -> &'static str {
    match (&before.leaf, &after.leaf) {
        (Leaf::Code(_), Leaf::Code(part)) if !part.is_first => "\n",
        (Leaf::Table(_), Leaf::Table(part)) if part.head.is_none() => "\n",
        _ if after.is_tight
            && after.prefix().trim().is_empty()
            && after.frames == before.frames =>
        {
            ""
        }
        _ if after.is_tight && !before.frames.is_empty() => "\n",
        _ => "\n\n",
    }
}
