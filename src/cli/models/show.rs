//! How models are printed.

use std::io::Write;
use std::path::Path;

use serde::Serialize;

use crate::cli::harmless;
use crate::i18n::{I18n, Text};
use crate::library::{Entry, Machine, Verdict, draft_of};
use crate::session;
use crate::settings::Settings;
use gguf::Details;

/// A model as scripts see it.
#[derive(Serialize)]
struct Row<'a> {
    name: &'a str,
    path: &'a Path,
    places: Vec<PlaceRow<'a>>,
    maker: Option<&'a str>,
    purpose: gguf::Purpose,
    quantisation: &'a str,
    parameters: u64,
    size_bytes: u64,
    context_length: Option<u64>,
    licence: Option<&'a str>,
    fingerprint: Option<String>,
    needed_bytes: Option<u64>,
    fits: Option<bool>,
    problem: Option<String>,
}

#[derive(Serialize)]
struct PlaceRow<'a> {
    origin: crate::library::Origin,
    path: &'a Path,
}

fn verdict(
    entry: &Entry,
    entries: &[Entry],
    settings: &Settings,
    machine: &Machine,
) -> Option<Verdict> {
    let header = entry.header.as_ref()?;
    let options = settings.load_of(&entry.path);
    let draft = draft_of(entries, &options);
    Some(Verdict::of(header, draft, &options, machine))
}

pub(super) fn list_as_json(
    entries: &[Entry],
    settings: &Settings,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let machine = session::machine();
    let rows: Vec<Row<'_>> = entries
        .iter()
        .map(|entry| {
            let verdict = verdict(entry, entries, settings, &machine);
            let places = entry.places.iter();
            Row {
                name: &entry.name,
                path: &entry.path,
                places: places
                    .map(|place| PlaceRow {
                        origin: place.origin,
                        path: &place.path,
                    })
                    .collect(),
                maker: entry.maker.as_deref(),
                purpose: entry.purpose(),
                quantisation: &entry.quantisation,
                parameters: entry.parameters,
                size_bytes: entry.size_bytes,
                context_length: entry.context_length,
                licence: entry.header.as_ref().and_then(|it| it.licence.as_deref()),
                fingerprint: entry.fingerprint.as_ref().map(ToString::to_string),
                needed_bytes: verdict.map(|it| it.estimate.needed_bytes()),
                fits: verdict.map(|it| it.fits()),
                problem: entry.problem.as_ref().map(ToString::to_string),
            }
        })
        .collect();
    serde_json::to_writer_pretty(&mut *out, &rows).map_err(std::io::Error::from)?;
    writeln!(out)?;
    Ok(())
}

/// Two lines for each model: what it is, and whether it fits.
pub(super) fn list(
    entries: &[Entry],
    settings: &Settings,
    i18n: &I18n,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let machine = session::machine();
    for entry in entries {
        let size = i18n.bytes(entry.size_bytes);
        let parts = [
            entry.maker.clone().unwrap_or_default(),
            entry.quantisation.clone(),
            size,
            i18n.get(
                entry
                    .places
                    .first()
                    .map_or("origin-added", |it| it.origin.message()),
            ),
        ];
        let parts: Vec<String> = parts.into_iter().filter(|it| !it.is_empty()).collect();
        let line = format!("{}  {}", entry.name, parts.join(" · "));
        writeln!(out, "{}", harmless(&line))?;
        let second = match (&entry.problem, verdict(entry, entries, settings, &machine)) {
            (Some(problem), _) => i18n.say(problem),
            (None, Some(verdict)) => i18n.say(&verdict),
            (None, None) => String::new(),
        };
        writeln!(out, "  {}", harmless(&second))?;
    }
    Ok(())
}

/// What there is to tell of one model.
pub(super) struct Told<'a> {
    pub(super) path: &'a Path,
    pub(super) entry: Option<&'a Entry>,
    pub(super) entries: &'a [Entry],
    pub(super) details: &'a Details,
    pub(super) settings: &'a Settings,
    pub(super) machine: &'a Machine,
}

/// One line for each thing that is known.
pub(super) fn info(told: &Told<'_>, i18n: &I18n, out: &mut impl Write) -> anyhow::Result<()> {
    let header = &told.details.header;
    let name = told.entry.map(|it| it.name.clone());
    let name = name.or_else(|| header.name.clone()).unwrap_or_default();
    writeln!(out, "{}", harmless(&name))?;
    let unknown = || i18n.get("models-info-unknown");
    let said = |text: &Option<String>| text.clone().unwrap_or_else(unknown);
    let number = |value: Option<u64>| value.map_or_else(unknown, |it| i18n.integer(it));
    let template = match header.has_chat_template {
        true => "models-info-has-template",
        false => "models-info-no-template",
    };
    let options = told.settings.load_of(told.path);
    let draft = draft_of(told.entries, &options);
    let verdict = Verdict::of(header, draft, &options, told.machine);
    let context = header.context_length.map_or_else(unknown, |tokens| {
        i18n.text(&Text::new("models-info-context-tokens").count("tokens", tokens))
    });
    let vocabulary = header.vocab_size.map_or_else(unknown, |count| {
        i18n.text(&Text::new("models-info-words").count("count", count))
    });
    let maker = told.entry.and_then(|it| it.maker.clone());
    let size = told
        .entry
        .map_or(header.file_size_bytes, |it| it.size_bytes);
    for (name, value) in [
        (
            "models-info-maker",
            said(&maker.or_else(|| header.maker.clone())),
        ),
        ("models-info-purpose", i18n.say(&header.purpose)),
        ("models-info-architecture", header.architecture.clone()),
        ("models-info-parameters", i18n.parameters(header.parameters)),
        ("models-info-quantisation", header.quantisation.clone()),
        ("models-info-types", told.details.types()),
        ("models-info-size", i18n.bytes(size)),
        ("models-info-context", context),
        ("models-info-layers", number(header.block_count)),
        ("models-info-vocabulary", vocabulary),
        ("models-info-licence", said(&header.licence)),
        ("models-info-template", i18n.get(template)),
        ("models-info-memory", i18n.text(&verdict.memory_text())),
        ("models-info-verdict", i18n.say(&verdict)),
    ] {
        let line = format!("  {}: {value}", i18n.get(name));
        writeln!(out, "{}", harmless(&line))?;
    }
    writeln!(out, "  {}:", i18n.get("models-info-places"))?;
    let mut places: Vec<&Path> = Vec::new();
    places.extend(
        told.entry
            .iter()
            .flat_map(|it| &it.places)
            .map(|it| it.path.as_path()),
    );
    if places.is_empty() {
        places.push(told.path);
    }
    for place in places {
        writeln!(out, "    {}", harmless(&place.display().to_string()))?;
    }
    Ok(())
}

/// Every field of the header, as it stands there.
pub(super) fn metadata(details: &Details, out: &mut impl Write) -> anyhow::Result<()> {
    for field in &details.fields {
        let count = field.count.map(|count| format!(" [{count}]"));
        let line = format!(
            "{}{} = {}",
            field.name,
            count.unwrap_or_default(),
            field.value
        );
        writeln!(out, "{}", harmless(&line))?;
    }
    for tensor in &details.tensors {
        let shape: Vec<String> = tensor.shape.iter().map(ToString::to_string).collect();
        let line = format!("{}  {}  {}", tensor.name, shape.join(" × "), tensor.kind);
        writeln!(out, "{line}")?;
    }
    Ok(())
}
