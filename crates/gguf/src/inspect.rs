//! A whole header, to be looked at: every field and every tensor.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;

use super::error::{Error, shown};
use super::metadata::{Keep, Value};
use super::tensors::TensorLine;
use super::{Header, read_all};

/// Everything that a header says.
#[derive(Debug, Clone, Serialize)]
pub struct Details {
    /// What matters of it.
    pub header: Header,
    /// The fields, in the order of the file.
    pub fields: Vec<Field>,
    /// How a chat is written for this model.
    pub chat_template: Option<String>,
    /// The tensors, in the order of the file.
    pub tensors: Vec<TensorLine>,
}

/// One field, as it can be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Its value, or the beginning of it.
    pub value: String,
    /// How many values it has, where it is an array.
    pub count: Option<u64>,
}

const TEMPLATE: &str = "tokenizer.chat_template";

/// Reads the header of the model at `path` to be shown, with the tensors of all its files.
///
/// # Errors
///
/// As [`super::read`].
pub fn inspect(path: &Path) -> Result<Details, Error> {
    let (parsed, header) = read_all(path, Keep::Shown)?;
    let mut fields = Vec::new();
    let mut chat_template = None;
    for (name, value) in parsed.metadata.in_order() {
        match value {
            Value::Text(text) if name == TEMPLATE => chat_template = Some(text.clone()),
            value => fields.push(field(name, value)),
        }
    }
    Ok(Details {
        header,
        fields,
        chat_template,
        tensors: parsed.tensors.lines,
    })
}

impl Details {
    /// How many tensors have each type, the most frequent first: `Q4_K × 120, F32 × 61`.
    #[must_use]
    pub fn types(&self) -> String {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for tensor in &self.tensors {
            *counts.entry(tensor.kind).or_default() += 1;
        }
        let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
        counts.sort_by_key(|(_, count)| Reverse(*count));
        let parts: Vec<String> = counts
            .iter()
            .map(|(kind, count)| format!("{kind} × {count}"))
            .collect();
        parts.join(", ")
    }
}

fn field(name: &str, value: &Value) -> Field {
    let listed = |items: Vec<String>, count: u64| match items.len() as u64 == count {
        true => items.join(", "),
        false if items.is_empty() => "…".to_owned(),
        false => format!("{}, …", items.join(", ")),
    };
    let (value, count) = match value {
        Value::Scalar(scalar) => (scalar.to_string(), None),
        Value::Text(text) => (printable(text), None),
        Value::LongText { .. } => ("…".to_owned(), None),
        Value::Numbers { count, items } => {
            let items = items.iter().map(ToString::to_string).collect();
            (listed(items, *count), Some(*count))
        }
        Value::Texts { count, items } => {
            let items = items.iter().map(|text| shown(text.as_bytes())).collect();
            (listed(items, *count), Some(*count))
        }
    };
    let name = shown(name.as_bytes());
    Field { name, value, count }
}

/// Without what would move a terminal's cursor.
fn printable(text: &str) -> String {
    let is_safe = |c: &char| !c.is_control() || *c == '\n';
    text.chars().filter(is_safe).collect()
}
