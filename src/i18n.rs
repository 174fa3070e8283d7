//! Every sentence a person reads, in their language.
//!
//! Messages live in `assets/i18n/<language>/*.ftl` (Project Fluent) and are compiled in.
//! Code names a message by its id through [`Text`]; errors know their own text through
//! [`Localize`], so that the window and the command line say the same thing.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use serde::{Deserialize, Serialize};
use unic_langid::LanguageIdentifier;

/// A language the interface speaks.
#[expect(
    clippy::unsafe_derive_deserialize,
    reason = "the macro `langid!` has the unsafe code, on constants it has checked"
)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    En,
    /// Spanish.
    Es,
}

impl Language {
    /// All languages, in the order in which a menu lists them.
    pub const ALL: [Self; 2] = [Self::Es, Self::En];

    /// The language of the operating system; English when it is none of ours.
    #[must_use]
    pub fn of_system() -> Self {
        // LC_ALL and its kin win over what the desktop says, as for every command-line tool.
        let named = ["LC_ALL", "LC_MESSAGES", "LANG"]
            .iter()
            .filter_map(|name| std::env::var(name).ok())
            .find(|value| !value.is_empty());
        match named.or_else(sys_locale::get_locale) {
            Some(tag) if tag.to_lowercase().starts_with("es") => Self::Es,
            _ => Self::En,
        }
    }

    /// Its own name, as its speakers write it.
    #[must_use]
    pub fn native_name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Es => "Español",
        }
    }

    /// The Fluent sources of this language.
    #[must_use]
    pub fn sources(self) -> [&'static str; 12] {
        match self {
            Self::En => [
                include_str!("../assets/i18n/en/window.ftl"),
                include_str!("../assets/i18n/en/conversation.ftl"),
                include_str!("../assets/i18n/en/composer.ftl"),
                include_str!("../assets/i18n/en/panel.ftl"),
                include_str!("../assets/i18n/en/palette.ftl"),
                include_str!("../assets/i18n/en/errors.ftl"),
                include_str!("../assets/i18n/en/library.ftl"),
                include_str!("../assets/i18n/en/models.ftl"),
                include_str!("../assets/i18n/en/hub.ftl"),
                include_str!("../assets/i18n/en/store.ftl"),
                include_str!("../assets/i18n/en/transfer.ftl"),
                include_str!("../assets/i18n/en/cli.ftl"),
            ],
            Self::Es => [
                include_str!("../assets/i18n/es/window.ftl"),
                include_str!("../assets/i18n/es/conversation.ftl"),
                include_str!("../assets/i18n/es/composer.ftl"),
                include_str!("../assets/i18n/es/panel.ftl"),
                include_str!("../assets/i18n/es/palette.ftl"),
                include_str!("../assets/i18n/es/errors.ftl"),
                include_str!("../assets/i18n/es/library.ftl"),
                include_str!("../assets/i18n/es/models.ftl"),
                include_str!("../assets/i18n/es/hub.ftl"),
                include_str!("../assets/i18n/es/store.ftl"),
                include_str!("../assets/i18n/es/transfer.ftl"),
                include_str!("../assets/i18n/es/cli.ftl"),
            ],
        }
    }

    fn identifier(self) -> LanguageIdentifier {
        match self {
            Self::En => unic_langid::langid!("en"),
            Self::Es => unic_langid::langid!("es"),
        }
    }

    fn decimal_mark(self) -> char {
        match self {
            Self::En => '.',
            Self::Es => ',',
        }
    }

    fn group_mark(self) -> char {
        match self {
            Self::En => ',',
            Self::Es => '.',
        }
    }
}

/// A message and its arguments, not yet in any language.
#[derive(Debug, Clone, PartialEq)]
pub struct Text {
    id: &'static str,
    args: Vec<(&'static str, Arg)>,
}

/// An argument of a message.
#[derive(Debug, Clone, PartialEq)]
pub enum Arg {
    /// Shown as it is.
    Word(String),
    /// Grouped by thousands; chooses the plural form.
    Count(u64),
    /// With this many decimals.
    Decimal(f64, usize),
    /// A size in bytes, shown in MB or GB.
    Bytes(u64),
    /// Another message.
    Text(Box<Text>),
}

impl Text {
    /// A message without arguments. Ids are written as literals: a test reads them.
    #[must_use]
    pub fn new(id: &'static str) -> Self {
        Self {
            id,
            args: Vec::new(),
        }
    }

    /// Whether it is this message, whatever its arguments.
    #[must_use]
    pub fn is(&self, id: &str) -> bool {
        self.id == id
    }

    /// A count that was added under this name.
    #[must_use]
    pub fn count_of(&self, name: &str) -> Option<u64> {
        let mut named = self.args.iter().filter(|(it, _)| *it == name);
        named.find_map(|(_, arg)| match arg {
            Arg::Count(count) => Some(*count),
            _ => None,
        })
    }

    /// Adds an argument.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: Arg) -> Self {
        self.args.push((name, value));
        self
    }

    /// Adds a word or a path.
    #[must_use]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "what is passed is often made for the purpose"
    )]
    pub fn word(self, name: &'static str, value: impl ToString) -> Self {
        self.with(name, Arg::Word(value.to_string()))
    }

    /// Adds a count.
    #[must_use]
    pub fn count(self, name: &'static str, value: impl Into<u64>) -> Self {
        self.with(name, Arg::Count(value.into()))
    }
}

/// Something that can say what it is in the user's language.
pub trait Localize {
    /// The message to show.
    fn text(&self) -> Text;
}

/// The system's words for an error, without the name of a temporary file: the file that the
/// user knows is named by the sentence around them.
#[must_use]
pub fn reason_of(error: &std::io::Error) -> String {
    let reason = error.to_string();
    // So `tempfile` writes it; what it wraps cannot be had from outside.
    match reason.split_once(" at path \"") {
        Some((reason, _)) => reason.to_owned(),
        None => reason,
    }
}

/// The messages of one language.
pub struct I18n {
    language: Language,
    bundle: FluentBundle<FluentResource>,
    /// Messages without arguments, as they have been asked for: a frame asks for many.
    plain: RwLock<HashMap<&'static str, String>>,
}

impl I18n {
    /// Reads the messages of a language. A message that Fluent cannot parse is left out;
    /// the tests make sure that there is none.
    #[must_use]
    pub fn new(language: Language) -> Self {
        let mut bundle = FluentBundle::new_concurrent(vec![language.identifier()]);
        // The marks that isolate arguments for bidirectional text would be drawn as boxes.
        bundle.set_use_isolating(false);
        bundle.set_formatter(Some(match language {
            Language::En => |value, _| grouped(value, Language::En),
            Language::Es => |value, _| grouped(value, Language::Es),
        }));
        for source in language.sources() {
            let resource = match FluentResource::try_new(source.to_owned()) {
                Ok(resource) | Err((resource, _)) => resource,
            };
            bundle.add_resource_overriding(resource);
        }
        Self {
            language,
            bundle,
            plain: RwLock::default(),
        }
    }

    /// The language of these messages.
    #[must_use]
    pub fn language(&self) -> Language {
        self.language
    }

    /// A message without arguments.
    #[must_use]
    pub fn get(&self, id: &'static str) -> String {
        let known = |plain: &HashMap<_, String>| plain.get(id).cloned();
        let read = self.plain.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(message) = known(&read) {
            return message;
        }
        drop(read);
        let message = self.text(&Text::new(id));
        let mut plain = self.plain.write().unwrap_or_else(PoisonError::into_inner);
        plain.insert(id, message.clone());
        message
    }

    /// A message by an id that is put together at run time, if there is one.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<String> {
        self.format(id, None)
    }

    /// A message with its arguments; its id where it is missing, so that it is seen.
    #[must_use]
    pub fn text(&self, text: &Text) -> String {
        let mut args = FluentArgs::new();
        for (name, value) in &text.args {
            args.set(*name, self.value(value));
        }
        self.format(text.id, Some(&args))
            .unwrap_or_else(|| text.id.to_owned())
    }

    /// What `item` has to say.
    #[must_use]
    pub fn say(&self, item: &impl Localize) -> String {
        self.text(&item.text())
    }

    /// A whole number, grouped by thousands.
    #[must_use]
    pub fn integer(&self, value: u64) -> String {
        group(value, self.language.group_mark())
    }

    /// A number with a fixed count of decimals.
    #[must_use]
    pub fn decimal(&self, value: f64, decimals: usize) -> String {
        format!("{value:.decimals$}").replace('.', &self.language.decimal_mark().to_string())
    }

    /// A number as the user may have typed it, with either decimal mark.
    #[must_use]
    pub fn parse_decimal(&self, typed: &str) -> Option<f64> {
        typed.trim().replace(',', ".").parse().ok()
    }

    /// A size in decimal units, as file managers show it: "3 kB", "94 MB", "5.0 GB".
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        reason = "two digits are shown of a number of bytes"
    )]
    pub fn bytes(&self, size_bytes: u64) -> String {
        let megabytes = size_bytes as f64 / 1e6;
        if size_bytes < 100_000 {
            return format!("{} kB", self.integer(size_bytes.div_ceil(1000)));
        }
        if megabytes >= 1000.0 {
            format!("{} GB", self.decimal(megabytes / 1000.0, 1))
        } else if megabytes >= 10.0 {
            format!("{} MB", self.decimal(megabytes, 0))
        } else {
            format!("{} MB", self.decimal(megabytes, 1))
        }
    }

    /// A count of weights as models are called by it: "135M", "0.6B", "70B".
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "two digits are shown")]
    pub fn parameters(&self, count: u64) -> String {
        let billions = count as f64 / 1e9;
        if billions < 0.5 {
            let millions = count as f64 / 1e6;
            let decimals = usize::from(millions < 10.0);
            return format!("{}M", self.decimal(millions, decimals));
        }
        let tenths = (billions * 10.0).round();
        let is_whole = billions >= 100.0 || tenths % 10.0 < 0.5;
        format!("{}B", self.decimal(billions, usize::from(!is_whole)))
    }

    fn value(&self, arg: &Arg) -> FluentValue<'static> {
        match arg {
            Arg::Word(word) => word.clone().into(),
            Arg::Count(count) => (*count).into(),
            Arg::Decimal(value, decimals) => self.decimal(*value, *decimals).into(),
            Arg::Bytes(size_bytes) => self.bytes(*size_bytes).into(),
            Arg::Text(text) => self.text(text).into(),
        }
    }

    fn format(&self, id: &str, args: Option<&FluentArgs<'_>>) -> Option<String> {
        let pattern = self.bundle.get_message(id)?.value()?;
        let mut errors = Vec::new();
        let shown = self.bundle.format_pattern(pattern, args, &mut errors);
        Some(shown.into_owned())
    }
}

fn grouped(value: &FluentValue<'_>, language: Language) -> Option<String> {
    match value {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "Fluent keeps numbers as f64; only counts are passed as numbers"
        )]
        FluentValue::Number(number) => Some(group(number.value as u64, language.group_mark())),
        _ => None,
    }
}

fn group(value: u64, mark: char) -> String {
    let digits = value.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(mark);
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_follow_the_language() {
        let (en, es) = (I18n::new(Language::En), I18n::new(Language::Es));
        assert_eq!(en.decimal(0.8, 2), "0.80");
        assert_eq!(es.decimal(0.8, 2), "0,80");
        assert_eq!(en.integer(8192), "8,192");
        assert_eq!(es.integer(1_234_567), "1.234.567");
        assert_eq!(es.bytes(98_362_432), "98 MB");
        assert_eq!(es.bytes(4_980_000_000), "5,0 GB");
        assert_eq!(es.bytes(8), "1 kB");
        assert_eq!(es.bytes(140_000), "0,1 MB");
        for (count, short) in [
            (135_000_000, "135M"),
            (7_500_000, "7.5M"),
            (630_167_424, "0.6B"),
            (1_000_000_000, "1B"),
            (7_615_616_512, "7.6B"),
            (671_026_419_200, "671B"),
        ] {
            assert_eq!(en.parameters(count), short);
        }
        assert_eq!(es.parameters(630_167_424), "0,6B");
        assert_eq!(es.parse_decimal(" 0,95 "), Some(0.95));
        assert_eq!(en.parse_decimal("0.95"), Some(0.95));
    }

    #[test]
    fn a_reason_names_no_temporary_file() {
        let folder = tempfile::tempdir().unwrap();
        let error = tempfile::tempfile_in(folder.path().join("missing")).unwrap_err();
        let error = match error.to_string().contains("missing") {
            true => error,
            false => tempfile::NamedTempFile::new_in(folder.path().join("missing")).unwrap_err(),
        };
        assert!(error.to_string().contains("missing"), "{error}");
        let reason = reason_of(&error);
        assert!(!reason.contains("missing") && reason.len() > 5, "{reason}");
    }

    #[test]
    fn a_missing_message_shows_its_id() {
        assert_eq!(I18n::new(Language::En).get("no-such-id"), "no-such-id");
    }
}
