//! Reading what a newer Charla may have written. What is not understood is kept apart, and
//! put back when the rest is written: an older Charla beside a newer one loses nothing.
//!
//! Types stay strict (`deny_unknown_fields`), which is how it is found out what they do not
//! know; only what reads a whole file or a whole column reads leniently.

use std::collections::BTreeMap;

use serde::Serialize;
use serde::de::DeserializeOwned;
use toml::de::DeTable;

/// Names and values, in TOML or JSON.
pub trait Table: Clone + Default {
    /// A value in it.
    type Value: Clone + PartialEq;

    /// Its names, in order.
    fn names(&self) -> Vec<String>;
    /// The value of a name.
    fn value(&self, name: &str) -> Option<&Self::Value>;
    /// Sets the value of a name.
    fn set(&mut self, name: &str, value: Self::Value);
    /// A table within a table.
    fn table_of(value: &Self::Value) -> Option<&Self>;
    /// A table as a value.
    fn into_value(self) -> Self::Value;
}

macro_rules! table {
    ($table:ty, $value:ty, $variant:path) => {
        impl Table for $table {
            type Value = $value;

            fn names(&self) -> Vec<String> {
                self.keys().cloned().collect()
            }

            fn value(&self, name: &str) -> Option<&$value> {
                self.get(name)
            }

            fn set(&mut self, name: &str, value: $value) {
                self.insert(name.to_owned(), value);
            }

            fn table_of(value: &$value) -> Option<&Self> {
                match value {
                    $variant(table) => Some(table),
                    _ => None,
                }
            }

            fn into_value(self) -> $value {
                $variant(self)
            }
        }
    };
}

table!(toml::Table, toml::Value, toml::Value::Table);
table!(
    serde_json::Map<String, serde_json::Value>,
    serde_json::Value,
    serde_json::Value::Object
);

/// Splits a table into what is understood and the rest. `required` names what must be there
/// for anything to be understood.
#[must_use]
pub fn split<T: Table>(whole: &T, required: &[&str], is_understood: &dyn Fn(&T) -> bool) -> (T, T) {
    let (mut known, mut rest) = (T::default(), T::default());
    for name in required {
        if let Some(value) = whole.value(name) {
            known.set(name, value.clone());
        }
    }
    let names = whole.names();
    let others: Vec<&str> = names
        .iter()
        .map(String::as_str)
        .filter(|name| !required.contains(name))
        .collect();
    take(whole, &others, &mut known, &mut rest, is_understood);
    (known, rest)
}

/// Takes these names into `known`, as far as they are understood, else into `rest`. Most are,
/// so halves are tried before single ones.
fn take<T: Table>(
    whole: &T,
    names: &[&str],
    known: &mut T,
    rest: &mut T,
    is_understood: &dyn Fn(&T) -> bool,
) {
    let mut with = known.clone();
    for (name, value) in names.iter().filter_map(|it| Some((it, whole.value(it)?))) {
        with.set(name, value.clone());
    }
    if is_understood(&with) {
        *known = with;
        return;
    }
    match names {
        [] => {}
        [name] => {
            let Some(value) = whole.value(name) else {
                return;
            };
            let around = |inner: &T| {
                let mut with = known.clone();
                with.set(name, inner.clone().into_value());
                is_understood(&with)
            };
            match T::table_of(value) {
                Some(table) if around(&T::default()) => {
                    let (inner, inner_rest) = split(table, &[], &around);
                    known.set(name, inner.into_value());
                    rest.set(name, inner_rest.into_value());
                }
                _ => rest.set(name, value.clone()),
            }
        }
        names => {
            let (first, second) = names.split_at(names.len() / 2);
            take(whole, first, known, rest, is_understood);
            take(whole, second, known, rest, is_understood);
        }
    }
}

/// Puts `rest` back into a table. Where that has a value of its own by now, it stays.
pub fn put_back<T: Table>(into: &mut T, rest: &T) {
    restore(into, &T::default(), &Marks::default(), rest);
}

/// What is known of a table of which only a part was understood, and of those within it.
#[derive(Debug, Clone, Default, PartialEq)]
struct Marks {
    /// Whether it is written also while it says nothing, as the entry of a list is: where it
    /// is not written any more, somebody has taken it away.
    is_entry: bool,
    within: BTreeMap<String, Marks>,
}

impl Marks {
    /// Those of the tables that `known` and `rest` share. `written` gives what is written of a
    /// table in place of `known`, `required` what of that it cannot do without.
    fn of<T: Table>(known: &T, rest: &T, required: &T, written: &dyn Fn(&T) -> Option<T>) -> Self {
        let mut marks = Self::default();
        for name in rest.names() {
            let table = |of: &T| of.value(&name).and_then(T::table_of).cloned();
            let (Some(inner), Some(inner_rest)) = (table(known), table(rest)) else {
                continue;
            };
            let inner_written = |inner: &T| {
                let mut with = required.clone();
                with.set(&name, inner.clone().into_value());
                table(&written(&with)?)
            };
            let mut mark = Self::of(&inner, &inner_rest, &T::default(), &inner_written);
            mark.is_entry = inner_written(&T::default()).is_some();
            marks.within.insert(name, mark);
        }
        marks
    }
}

/// Puts `rest` back into a table. Where that has a value of its own by now, it stays, unless
/// it is still the one that was read (`was`) in place of what was not understood. What was
/// taken away is not made anew to hold what was not understood of it.
fn restore<T: Table>(into: &mut T, was: &T, marks: &Marks, rest: &T) {
    for name in rest.names() {
        let Some(kept) = rest.value(&name) else {
            continue;
        };
        let marks = marks.within.get(&name);
        let was_within = || was.value(&name).and_then(T::table_of).cloned();
        let Some(now) = into.value(&name) else {
            match (T::table_of(kept), marks) {
                (Some(_), Some(marks)) if marks.is_entry => {}
                (Some(kept), Some(marks)) => {
                    let mut now = T::default();
                    restore(&mut now, &was_within().unwrap_or_default(), marks, kept);
                    if !now.names().is_empty() {
                        into.set(&name, now.into_value());
                    }
                }
                _ => into.set(&name, kept.clone()),
            }
            continue;
        };
        match (T::table_of(now), T::table_of(kept)) {
            (Some(now), Some(kept)) => {
                let mut now = now.clone();
                let was = was_within().unwrap_or_default();
                let none = Marks::default();
                restore(&mut now, &was, marks.unwrap_or(&none), kept);
                into.set(&name, now.into_value());
            }
            _ if was.value(&name) == Some(now) => into.set(&name, kept.clone()),
            _ => {}
        }
    }
}

/// What of a TOML file was not understood.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rest {
    kept: toml::Table,
    /// What was understood in its place, as it would be written.
    was: toml::Table,
    marks: Marks,
}

impl Rest {
    /// The names of it, those of tables within tables with dots between: `sampling.top_q`.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        fn collect(table: &toml::Table, before: &str, names: &mut Vec<String>) {
            for (name, value) in table {
                let name = format!("{before}{name}");
                match value {
                    toml::Value::Table(inner) if !inner.is_empty() => {
                        collect(inner, &format!("{name}."), names);
                    }
                    _ => names.push(name),
                }
            }
        }
        let mut names = Vec::new();
        collect(&self.kept, "", &mut names);
        names
    }

    /// Whether everything was understood.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// The same, put back also into entries that are not written any more: for a list that
    /// drops those which say nothing it knows of.
    #[must_use]
    pub fn with_entries(mut self) -> Self {
        self.marks = Marks::default();
        self
    }

    /// What is to be written of `item`, with this put back.
    ///
    /// # Errors
    /// Where `item` cannot be written as TOML.
    pub fn with(&self, item: &impl Serialize) -> Result<toml::Table, toml::ser::Error> {
        let mut table = table_of(item)?;
        restore(&mut table, &self.was, &self.marks, &self.kept);
        Ok(table)
    }
}

/// A value as it would be written. By way of its text, since 0.7 of 32 bits is
/// 0.699999988079071 as a value of 64.
fn table_of(item: &impl Serialize) -> Result<toml::Table, toml::ser::Error> {
    toml::from_str(&toml::to_string(item)?).map_err(serde::ser::Error::custom)
}

/// Reads a table, and keeps what is not understood.
///
/// # Errors
/// Where one of the `required` names is missing or not understood.
pub fn of_table<T: DeserializeOwned + Serialize>(
    table: &toml::Table,
    required: &[&str],
) -> Result<(T, Rest), toml::de::Error> {
    let strict = table.clone().try_into::<T>();
    if let Ok(item) = strict {
        return Ok((item, Rest::default()));
    }
    let is_understood = |table: &toml::Table| table.clone().try_into::<T>().is_ok();
    let (known, kept) = split(table, required, &is_understood);
    let written = |table: &toml::Table| table_of(&table.clone().try_into::<T>().ok()?).ok();
    let mut needed = known.clone();
    needed.retain(|name, _| required.contains(&name));
    let marks = Marks::of(&known, &kept, &needed, &written);
    let item: T = known.try_into()?;
    let was = table_of(&item).unwrap_or_default();
    Ok((item, Rest { kept, was, marks }))
}

/// Reads the text of a TOML file, and keeps what is not understood.
///
/// # Errors
/// Where it is no TOML, or one of the `required` names is missing or not understood.
pub fn of_toml<T: DeserializeOwned + Serialize>(
    text: &str,
    required: &[&str],
) -> Result<(T, Rest), toml::de::Error> {
    let table: toml::Table = toml::from_str(text)?;
    of_table(&table, required).map_err(|error| {
        // Read from the text, an error knows its line.
        let whole = DeTable::parse(text).ok().and_then(|mut whole| {
            let names = std::mem::take(whole.get_mut()).into_iter();
            let is_required = |name: &str| required.contains(&name);
            let names = names.filter(|(name, _)| is_required(name.get_ref()));
            *whole.get_mut() = names.collect();
            T::deserialize(toml::Deserializer::from(whole)).err()
        });
        whole.unwrap_or(error)
    })
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(default, deny_unknown_fields)]
    struct Inner {
        warm: Option<f32>,
        cold: Option<u32>,
    }

    #[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Colour {
        #[default]
        Red,
        Blue,
    }

    #[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Outer {
        name: String,
        #[serde(default)]
        colour: Colour,
        #[serde(default)]
        inner: Inner,
        #[serde(default)]
        each: BTreeMap<String, Inner>,
    }

    #[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(default, deny_unknown_fields)]
    struct Sparse {
        #[serde(skip_serializing_if = "BTreeMap::is_empty")]
        list: BTreeMap<String, Inner>,
        #[serde(skip_serializing_if = "is_usual")]
        usual: Inner,
        #[serde(skip_serializing_if = "Option::is_none")]
        maybe: Option<Inner>,
    }

    fn is_usual(inner: &Inner) -> bool {
        *inner == Inner::default()
    }

    const NEWER: &str = r#"name = "a"
colour = "mauve"
mood = { at = 2020-01-01, of = ["x"] }
[inner]
warm = 0.5
cold = "very"
tepid = nan
[each.one]
cold = 3
[each.two]
cold = 4
damp = true
"#;

    #[test]
    fn what_is_understood_is_read_and_the_rest_is_kept() {
        let (mut read, rest) = of_toml::<Outer>(NEWER, &["name"]).unwrap();
        assert_eq!((read.name.as_str(), read.colour), ("a", Colour::Red));
        assert_eq!((read.inner.warm, read.inner.cold), (Some(0.5), None));
        assert_eq!(read.each["one"].cold, Some(3));
        assert_eq!(read.each["two"].cold, Some(4));
        let names = ["colour", "each.two.damp", "inner.cold", "inner.tepid"];
        assert_eq!(rest.names()[..4], names);

        // Unchanged, it says what it said.
        let whole: toml::Table = toml::from_str(NEWER).unwrap();
        let written = rest.with(&read).unwrap().to_string();
        assert_eq!(written, whole.to_string());

        // What is set here wins; what is taken away here takes nothing else along.
        read.colour = Colour::Blue;
        read.inner.cold = Some(1);
        read.each.remove("one");
        let written = rest.with(&read).unwrap();
        assert_eq!(written["colour"].as_str(), Some("blue"));
        assert_eq!(written["inner"]["cold"].as_integer(), Some(1));
        assert!(written["inner"]["tepid"].as_float().unwrap().is_nan());
        assert_eq!(written["each"]["two"]["damp"].as_bool(), Some(true));
        assert!(written["each"].get("one").is_none());
        assert!(written["mood"]["at"].is_datetime());
    }

    #[test]
    fn what_was_taken_away_does_not_come_back_for_what_was_not_understood() {
        let (mut read, rest) = of_toml::<Outer>(NEWER, &["name"]).unwrap();
        read.each.remove("two");
        read.inner = Inner::default();
        let written = rest.with(&read).unwrap();
        assert!(written["each"].get("two").is_none(), "{written}");
        assert!(written["inner"]["tepid"].is_float());
        assert_eq!(written["inner"]["cold"].as_str(), Some("very"));
        // A list that drops what says nothing has taken nothing away.
        let written = rest.with_entries().with(&read).unwrap();
        assert_eq!(written["each"]["two"]["damp"].as_bool(), Some(true));

        // Also where it was the last of a list, or the only one of its kind; what is not
        // written while it is as usual is no such thing.
        let text = "[list]\nthree = 3\n[list.one]\nwarm = 1.0\ndamp = 1\n\
            [usual]\nwarm = 1.0\ndamp = 2\n[maybe]\nwarm = 1.0\ndamp = 3\n";
        let (read, rest) = of_toml::<Sparse>(text, &[]).unwrap();
        assert!(read.maybe.is_some() && read.list.len() == 1);
        assert_eq!(rest.names().len(), 4);
        let written = rest.with(&Sparse::default()).unwrap().to_string();
        assert_eq!(written, "[list]\nthree = 3\n\n[usual]\ndamp = 2\n");
    }

    #[test]
    fn what_is_required_must_be_there() {
        let missing = of_toml::<Outer>("colour = \"mauve\"", &["name"]).unwrap_err();
        assert!(missing.message().contains("name"), "{missing}");
        let wrong = of_toml::<Outer>("mood = 1\n\nname = 3\n", &["name"]).unwrap_err();
        assert!(wrong.span().is_some(), "{wrong}");
        assert!(of_toml::<Outer>("name = ", &["name"]).is_err());
    }

    #[test]
    fn one_strange_entry_among_many_costs_little() {
        let mut text = String::from("name = \"a\"\n");
        for index in 0..2000 {
            writeln!(text, "[each.m{index}]\ncold = 1").unwrap();
        }
        text.push_str("damp = true\n");
        let tries = std::cell::Cell::new(0);
        let whole: toml::Table = toml::from_str(&text).unwrap();
        let is_understood = |table: &toml::Table| {
            tries.set(tries.get() + 1);
            table.clone().try_into::<Outer>().is_ok()
        };
        let (known, rest) = split(&whole, &["name"], &is_understood);
        assert_eq!(known["each"].as_table().unwrap().len(), 2000);
        assert_eq!(rest["each"]["m1999"]["damp"].as_bool(), Some(true));
        assert!(tries.get() < 60, "{} tries", tries.get());
    }
}
