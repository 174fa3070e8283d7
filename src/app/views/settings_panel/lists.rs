//! A list of texts as lines to type: one a line, with `\n` and `\t` for what cannot be seen.

use egui::Ui;

/// The texts as they are typed.
pub(super) fn shown<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let lines: Vec<String> = texts
        .map(|text| {
            text.replace('\\', "\\\\")
                .replace('\n', "\\n")
                .replace('\t', "\\t")
        })
        .collect();
    lines.join("\n")
}

/// The texts that were typed; empty lines are none.
pub(super) fn read(typed: &str) -> Vec<String> {
    let lines = typed.split('\n').filter(|line| !line.is_empty());
    lines.map(unescaped).collect()
}

fn unescaped(line: &str) -> String {
    let mut text = String::new();
    let mut rest = line.chars();
    while let Some(letter) = rest.next() {
        if letter != '\\' {
            text.push(letter);
            continue;
        }
        match rest.next() {
            Some('n') => text.push('\n'),
            Some('t') => text.push('\t'),
            Some('\\') | None => text.push('\\'),
            Some(other) => text.extend(['\\', other]),
        }
    }
    text
}

/// What to show in the box: what was typed last, while it says what is set. So an empty
/// line that has just been begun is still there in the next frame.
pub(super) fn draft(ui: &Ui, name: &str, set: String) -> String {
    let id = ui.scope_id().with(("list", name));
    let typed = ui.data(|data| data.get_temp::<String>(id));
    let is_it = |typed: &String| read(typed) == read(&set);
    typed.filter(is_it).unwrap_or(set)
}

/// Keeps what was typed for the next frame.
pub(super) fn keep(ui: &Ui, name: &str, typed: String) {
    let id = ui.scope_id().with(("list", name));
    ui.data_mut(|data| data.insert_temp(id, typed));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_can_be_typed() {
        let texts = ["\n", "</s>", "a\tb", "back\\slash", "\\n"];
        let typed = shown(texts.into_iter());
        assert_eq!(typed, "\\n\n</s>\na\\tb\nback\\\\slash\n\\\\n");
        assert_eq!(read(&typed), texts);
        assert_eq!(read("one\n\n two\n"), ["one", " two"]);
        assert_eq!(read("\\d \\"), ["\\d \\"]);
    }
}
