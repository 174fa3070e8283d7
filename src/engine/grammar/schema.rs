//! Looks at a JSON schema before llama.cpp does. What comes back from there of one that it
//! refuses is that it refuses; some it takes and never comes back from.
//!
//! The walk is llama.cpp's: the same keywords in the same order, and whatever it visits
//! more than once is visited as often here, so that a count tells what it will cost.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::gbnf::MAX_BYTES;
use super::pattern;

/// How often a part of the schema may be visited.
const MAX_VISITS: usize = 20_000;

/// How deep the parts may lie in each other once references are followed.
const MAX_DEPTH: usize = 1000;

/// llama.cpp's time grows with the third power of the properties of an object.
const MAX_PROPERTIES: usize = 256;

/// The longest name of a property, and the longest reference.
const MAX_NAME_BYTES: usize = 500;

/// Checks a schema.
///
/// # Errors
/// What is wrong with it, where llama.cpp has words for it in those.
pub(super) fn check(schema: &str) -> Result<(), String> {
    if schema.len() > MAX_BYTES {
        return Err(format!("it has more than {MAX_BYTES} bytes"));
    }
    // At most 128 levels deep, which is what serde_json takes.
    let root: Value =
        serde_json::from_str(schema).map_err(|error| format!("it is not JSON: {error}"))?;
    check_strings(&root)?;
    let mut walk = Walk {
        root: &root,
        references: HashSet::new(),
        path: "#".into(),
        visits: 0,
        depth: 0,
    };
    walk.node(&root)
}

/// C would end such a text at the NUL, and llama.cpp searches long names by recursion.
fn check_strings(value: &Value) -> Result<(), String> {
    let check = |text: &str| match text.contains('\0') {
        true => Err("it has a NUL character".to_owned()),
        false => Ok(()),
    };
    match value {
        Value::String(text) => check(text),
        Value::Array(values) => values.iter().try_for_each(check_strings),
        Value::Object(values) => values.iter().try_for_each(|(name, value)| {
            if name.len() > MAX_NAME_BYTES {
                return Err(format!("a name has more than {MAX_NAME_BYTES} bytes"));
            }
            check(name)?;
            check_strings(value)
        }),
        _ => Ok(()),
    }
}

type Object = Map<String, Value>;
type Checked = Result<(), String>;

struct Walk<'s> {
    root: &'s Value,
    /// Those that have been followed.
    references: HashSet<&'s str>,
    path: String,
    visits: usize,
    depth: usize,
}

impl<'s> Walk<'s> {
    fn fail<T>(&self, message: &str) -> Result<T, String> {
        Err(format!("{message} (at {})", self.path))
    }

    /// Visits a part that lies at `path` below this one.
    fn below(&mut self, path: &str, schema: &'s Value) -> Checked {
        let length = self.path.len();
        self.path.push('/');
        self.path.push_str(path);
        let checked = self.node(schema);
        self.path.truncate(length);
        checked
    }

    fn node(&mut self, schema: &'s Value) -> Checked {
        let Some(object) = schema.as_object() else {
            return self.fail("schema must be an object");
        };
        if self.depth >= MAX_DEPTH {
            return Err(format!(
                "it goes deeper than {MAX_DEPTH} levels, or allOf takes in itself"
            ));
        }
        self.depth += 1;
        let checked = self.of_type(object, object.get("type").unwrap_or(&Value::Null));
        self.depth -= 1;
        checked
    }

    /// Visits a part as if its type were `kind`: one that has several is visited as each.
    fn of_type(&mut self, schema: &'s Object, kind: &'s Value) -> Checked {
        self.visits += 1;
        if self.visits > MAX_VISITS {
            return Err(format!("it comes to more than {MAX_VISITS} parts"));
        }
        if let Some(reference) = schema.get("$ref") {
            return self.reference(reference);
        }
        for key in ["oneOf", "anyOf"] {
            if let Some(schemas) = schema.get(key) {
                return self.several(key, schemas);
            }
        }
        if let Value::Array(kinds) = kind {
            if kinds.is_empty() {
                return self.fail("type must not be empty");
            }
            return kinds.iter().try_for_each(|it| self.of_type(schema, it));
        }
        if schema.contains_key("const") {
            return Ok(());
        }
        if let Some(values) = schema.get("enum") {
            return match values.as_array() {
                Some(values) if !values.is_empty() => Ok(()),
                _ => self.fail("enum must be a non-empty array"),
            };
        }
        let additional = schema.get("additionalProperties");
        let has_properties = schema.contains_key("properties")
            || additional.is_some_and(|it| *it != Value::Bool(true));
        let has = |keys: &[&str]| keys.iter().any(|key| schema.contains_key(*key));
        match kind {
            Value::Null if has_properties => self.object(schema),
            Value::Null if has(&["allOf"]) => self.all_of(schema),
            Value::Null if has(&["items", "prefixItems"]) => self.array(schema),
            Value::Null if has(&["pattern", "minLength", "maxLength", "format"]) => {
                self.string(schema)
            }
            Value::Null => Ok(()),
            Value::String(kind) => match kind.as_str() {
                "object" if !has_properties && has(&["allOf"]) => self.all_of(schema),
                "object" => self.object(schema),
                "string" if has(&["allOf"]) => self.all_of(schema),
                "string" => self.string(schema),
                "array" => self.array(schema),
                "integer" => self.integer(schema),
                "number" | "boolean" | "null" => Ok(()),
                other => self.fail(&format!("unrecognized type {other}")),
            },
            _ => self.fail("type must be a string or an array of strings"),
        }
    }

    fn reference(&mut self, reference: &'s Value) -> Checked {
        let Some(reference) = reference.as_str() else {
            return self.fail("$ref must be a string");
        };
        let target = self.resolve(reference)?;
        if !self.references.insert(reference) {
            return Ok(());
        }
        let path = std::mem::replace(&mut self.path, reference.to_owned());
        let checked = self.node(target);
        self.path = path;
        checked
    }

    fn resolve(&self, reference: &str) -> Result<&'s Value, String> {
        if reference.len() > MAX_NAME_BYTES {
            return Err(format!("a $ref has more than {MAX_NAME_BYTES} bytes"));
        }
        let Some(names) = reference.strip_prefix("#/") else {
            return self.fail(&format!(
                "unsupported $ref {reference}, only references into the same document are supported"
            ));
        };
        let mut target = self.root;
        // llama.cpp knows no escapes in there.
        for name in names.split('/') {
            let found = match target {
                Value::Object(object) => object.get(name),
                Value::Array(array) => name.parse().ok().and_then(|at: usize| array.get(at)),
                _ => None,
            };
            let Some(found) = found else {
                return self.fail(&format!(
                    "cannot resolve $ref {reference}, {name} not found"
                ));
            };
            target = found;
        }
        Ok(target)
    }

    fn several(&mut self, key: &str, schemas: &'s Value) -> Checked {
        let Some(schemas) = schemas.as_array() else {
            return self.fail(&format!("{key} must be an array of schemas"));
        };
        if schemas.is_empty() {
            return self.fail(&format!("{key} must not be empty"));
        }
        let mut schemas = schemas.iter().enumerate();
        schemas.try_for_each(|(at, schema)| self.below(&format!("{key}/{at}"), schema))
    }

    /// llama.cpp takes the properties of all parts into one object, through references, and
    /// does not notice when a part takes in itself.
    fn all_of(&mut self, schema: &'s Object) -> Checked {
        let Some(schemas) = schema.get("allOf") else {
            return Ok(());
        };
        self.several("allOf", schemas)?;
        let mut count = 0;
        for part in schemas.as_array().into_iter().flatten() {
            let inner = part.get("oneOf").or_else(|| part.get("anyOf"));
            match inner.and_then(Value::as_array) {
                Some(parts) if part.get("$ref").is_none() => {
                    for part in parts {
                        self.taken_in(part, &mut count)?;
                    }
                }
                _ => self.taken_in(part, &mut count)?,
            }
        }
        Ok(())
    }

    fn taken_in(&mut self, part: &'s Value, count: &mut usize) -> Checked {
        let mut part = part;
        let mut steps = 0;
        while let Some(reference) = part.get("$ref").and_then(Value::as_str) {
            steps += 1;
            if steps > MAX_DEPTH {
                return self.fail(&format!("$ref {reference} leads back to itself"));
            }
            part = self.resolve(reference)?;
        }
        let Some(properties) = part.get("properties").and_then(Value::as_object) else {
            return Ok(());
        };
        *count += properties.len();
        if *count > MAX_PROPERTIES {
            return self.fail(&format!("more than {MAX_PROPERTIES} properties"));
        }
        let mut properties = properties.iter();
        properties.try_for_each(|(name, property)| self.below(name, property))
    }

    fn object(&mut self, schema: &'s Object) -> Checked {
        if let Some(properties) = schema.get("properties") {
            let Some(properties) = properties.as_object() else {
                return self.fail("properties must be an object");
            };
            if properties.len() > MAX_PROPERTIES {
                return self.fail(&format!("more than {MAX_PROPERTIES} properties"));
            }
            for (name, property) in properties {
                self.below(&format!("properties/{name}"), property)?;
            }
        }
        match schema.get("additionalProperties") {
            None | Some(Value::Bool(_)) => Ok(()),
            Some(additional @ Value::Object(_)) => self.below("additionalProperties", additional),
            Some(_) => self.fail("additionalProperties must be a boolean or a schema"),
        }
    }

    fn array(&mut self, schema: &'s Object) -> Checked {
        for key in ["items", "prefixItems"] {
            match schema.get(key) {
                None => continue,
                Some(Value::Array(items)) => {
                    for (at, item) in items.iter().enumerate() {
                        self.below(&format!("{key}/{at}"), item)?;
                    }
                }
                Some(item) => self.below(key, item)?,
            }
            break;
        }
        self.counts(schema, "minItems", "maxItems")
    }

    fn string(&mut self, schema: &'s Object) -> Checked {
        if schema.get("format").is_some_and(|it| !it.is_string()) {
            return self.fail("format must be a string");
        }
        if let Some(pattern) = schema.get("pattern") {
            let Some(pattern) = pattern.as_str() else {
                return self.fail("pattern must be a string");
            };
            if let Err(reason) = pattern::check(pattern) {
                return self.fail(&format!("pattern {pattern}: {reason}"));
            }
        }
        self.counts(schema, "minLength", "maxLength")
    }

    /// A least and a greatest count. llama.cpp fills the memory where they contradict.
    fn counts(&self, schema: &Object, least: &str, most: &str) -> Checked {
        let count = |key: &str| match schema.get(key) {
            None => Ok(None),
            Some(value) => match value.as_u64() {
                Some(count) if i32::try_from(count).is_ok() => Ok(Some(count)),
                _ => self.fail(&format!("{key} must be a non-negative integer")),
            },
        };
        match (count(least)?, count(most)?) {
            (Some(low), Some(high)) if low > high => {
                self.fail(&format!("{least} {low} is above {most} {high}"))
            }
            _ => Ok(()),
        }
    }

    fn integer(&self, schema: &Object) -> Checked {
        let mut bounds = [None, None];
        let keys = [
            ["minimum", "exclusiveMinimum"],
            ["maximum", "exclusiveMaximum"],
        ];
        for (bound, keys) in bounds.iter_mut().zip(keys) {
            let Some(key) = keys.iter().find(|key| schema.contains_key(**key)) else {
                continue;
            };
            let value = schema.get(*key).and_then(Value::as_f64);
            if value.is_none() {
                return self.fail(&format!("{key} must be a number"));
            }
            *bound = value;
        }
        match bounds {
            [Some(low), Some(high)] if low > high => self.fail(&format!(
                "no number is both {low} or more and {high} or less"
            )),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
