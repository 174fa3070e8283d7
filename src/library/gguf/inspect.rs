//! A whole header, to be looked at: every field and every tensor.

use std::path::Path;

use serde::Serialize;

use super::error::{Error, shown};
use super::metadata::{Keep, Value};
use super::tensors::TensorLine;
use super::{Header, header, open, parse};

/// Everything that a header says.
#[derive(Debug, Clone, Serialize)]
pub struct Details {
    /// What Charla takes from it.
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

/// Reads the header of the file at `path` to be shown.
///
/// # Errors
///
/// As [`super::read`].
pub fn inspect(path: &Path) -> Result<Details, Error> {
    let (file, size_bytes) = open(path).map_err(|fault| fault.at(path, 0))?;
    let read = || {
        let parsed = parse(file, size_bytes, Keep::Shown)?;
        let header = header(size_bytes, &parsed)?;
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
    };
    read().map_err(|fault: super::Fault| fault.at(path, size_bytes))
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
