//! The filter `tojson` as transformers has it: JSON the way Python's `json.dumps` writes
//! it, which is what templates were tested with. A space follows commas and colons, and
//! nothing is escaped for HTML, nor outside ASCII.

use std::io;

use minijinja::value::{Kwargs, Value};
use minijinja::{Error, ErrorKind, State};
use serde::Serialize as _;
use serde_json::ser::{Formatter, PrettyFormatter, Serializer};

/// Bytes of JSON that a unit of fuel pays for: a sixteenth of what it costs to copy them,
/// as minijinja counts it too.
const BYTES_A_UNIT: u64 = 4;

/// The deepest indentation, in spaces.
const MAX_INDENT: usize = 16;

#[expect(clippy::needless_pass_by_value, reason = "minijinja calls it so")]
pub(super) fn tojson(
    state: &State,
    value: &Value,
    indent: Option<usize>,
    options: Kwargs,
) -> Result<String, Error> {
    let indent = indent.or(options.get::<Option<usize>>("indent")?);
    let fuel = state.fuel_levels().map_or(0, |(_, remaining)| remaining);
    let mut json = Limited {
        bytes: Vec::new(),
        limit: usize::try_from(fuel.saturating_mul(BYTES_A_UNIT)).unwrap_or(usize::MAX),
    };
    let written = match indent {
        Some(width) => {
            let spaces = " ".repeat(width.min(MAX_INDENT));
            let formatter = PrettyFormatter::with_indent(spaces.as_bytes());
            value.serialize(&mut Serializer::with_formatter(&mut json, formatter))
        }
        None => value.serialize(&mut Serializer::with_formatter(&mut json, PythonStyle)),
    };
    // A list may hold itself many times over, so its JSON is cut off while it is written.
    state.consume_fuel(json.bytes.len() as u64 / BYTES_A_UNIT)?;
    let bad = |error: String| Error::new(ErrorKind::BadSerialization, error);
    written.map_err(|error| bad(error.to_string()))?;
    String::from_utf8(json.bytes).map_err(|error| bad(error.to_string()))
}

/// Takes bytes up to a limit, and fails after that.
struct Limited {
    bytes: Vec<u8>,
    limit: usize,
}

impl io::Write for Limited {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.len() > self.limit - self.bytes.len() {
            return Err(io::Error::other("engine ran out of fuel"));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct PythonStyle;

impl PythonStyle {
    fn comma<W: ?Sized + io::Write>(writer: &mut W, is_first: bool) -> io::Result<()> {
        match is_first {
            true => Ok(()),
            false => writer.write_all(b", "),
        }
    }
}

impl Formatter for PythonStyle {
    fn begin_array_value<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        Self::comma(writer, first)
    }

    fn begin_object_key<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        Self::comma(writer, first)
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b": ")
    }
}
