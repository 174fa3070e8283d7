//! Where links lead. What a link says of itself is a stranger's word: it is read as a browser
//! reads it, and only then looked at.

use url::{Host, Url};

/// More of an address than this is not shown.
const MOST_CHARS: usize = 200;

/// Endings by which a word among others is taken for an address.
const ENDINGS: [&str; 28] = [
    "com", "org", "net", "es", "mx", "ar", "cl", "co", "pe", "uk", "us", "eu", "de", "fr", "it",
    "pt", "br", "io", "ai", "app", "dev", "info", "gov", "gob", "edu", "bank", "xyz", "online",
];

/// What can be followed, as a browser or a mail program will read it; `None` for all else.
/// Nothing that leads to a file passes, nor what a browser would have to guess at.
pub fn followed(target: &str) -> Option<Url> {
    let mut url = Url::parse(target.trim()).ok()?;
    match url.scheme() {
        "http" | "https" if url.has_host() => Some(url),
        "mailto" => {
            // Some programs attach files that a link names.
            let kept: Vec<(String, String)> = url
                .query_pairs()
                .filter(|(name, _)| matches!(&*name.to_ascii_lowercase(), "subject" | "body"))
                .map(|(name, value)| (name.into_owned(), value.into_owned()))
                .collect();
            url.set_query(None);
            if !kept.is_empty() {
                url.query_pairs_mut().extend_pairs(kept);
            }
            Some(url)
        }
        _ => None,
    }
}

/// The target as it is shown: as it will be opened.
pub fn shown(target: &str) -> String {
    let address = followed(target).map_or_else(|| target.to_owned(), String::from);
    shown_words(&address)
}

/// What a link says, on one line, without what deceives.
pub fn shown_words(address: &str) -> String {
    let is_seen = |it: &char| !it.is_control() && !is_invisible(*it);
    let mut shown: String = address.chars().filter(is_seen).take(MOST_CHARS).collect();
    if address.chars().nth(MOST_CHARS).is_some() {
        shown.push('…');
    }
    shown
}

/// Whether the words name an address, and the link leads to another one.
pub fn misleads(words: &str, target: &Url) -> bool {
    let leads_to = machine(target);
    let is_one_word = words.split_whitespace().count() == 1;
    words.split_whitespace().any(|word| {
        let word: String = word.chars().filter(|it| !is_invisible(*it)).collect();
        let is_around = |it: char| !it.is_alphanumeric() && it != '/';
        let said = address_in(word.trim_matches(is_around), is_one_word);
        said.is_some_and(|said| Some(said) != leads_to)
    })
}

/// The machine that a word names, where it is an address.
fn address_in(word: &str, is_alone: bool) -> Option<String> {
    let has_scheme = ["http://", "https://", "mailto:"].iter().any(|scheme| {
        word.get(..scheme.len())
            .is_some_and(|it| it.eq_ignore_ascii_case(scheme))
    });
    let url = match has_scheme {
        true => Url::parse(word).ok()?,
        false => Url::parse(&format!("https://{word}")).ok()?,
    };
    let name = machine(&url)?;
    let (before, ending) = name.rsplit_once('.')?;
    let is_name = !before.is_empty() && ending.len() >= 2 && !ending.contains(char::is_numeric);
    let is_number = matches!(url.host(), Some(Host::Ipv4(_))) && word.split('.').count() >= 4;
    let is_address = match is_alone || has_scheme || name.starts_with("www.") {
        true => is_name || ending.starts_with("xn--") || is_number,
        false => ENDINGS.contains(&ending) || ending.starts_with("xn--") || is_number,
    };
    is_address.then_some(name)
}

/// The machine that an address leads to, by the name a browser gives it.
fn machine(url: &Url) -> Option<String> {
    let name = match url.scheme() {
        "mailto" => url.path().rsplit_once('@')?.1.to_ascii_lowercase(),
        _ => url.host_str()?.trim_end_matches('.').to_owned(),
    };
    Some(
        name.strip_prefix("www.")
            .map_or(name.clone(), str::to_owned),
    )
}

/// Characters that nobody sees, and that turn the order of others around.
fn is_invisible(letter: char) -> bool {
    matches!(letter,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_misleads_where_its_words_name_another_place() {
        for (words, target, expected) in [
            ("https://banco.es", "https://banco.es/entrar", false),
            ("banco.es", "https://www.banco.es", false),
            ("BANCO.es", "https://banco.es", false),
            ("www.banco.es/ayuda", "http://banco.es:8080/x?y#z", false),
            ("banco.es", "https://banco.es.malo.com", true),
            ("https://banco.es", "https://banco.es@malo.com", true),
            ("https://banco.es", r"https://malo.com\@banco.es", true),
            ("(banco.es)", "https://malo.com", true),
            ("banco.es.", "https://malo.com", true),
            ("banco\u{200b}.es", "https://malo.com", true),
            ("entra en https://banco.es ya", "https://malo.com", true),
            ("entra en banco.es ya", "https://malo.com", true),
            ("entra en banco.es ya", "https://banco.es/ya", false),
            ("10.0.0.1", "https://10.0.0.2", true),
            ("mi banco", "https://malo.com", false),
            ("v1.5", "https://example.com/v1.5", false),
            ("the Node.js docs", "https://nodejs.org", false),
            ("yo@banco.es", "mailto:yo@banco.es", false),
            ("yo@banco.es", "mailto:otro@malo.com", true),
            ("README.md", "https://github.com/x/README.md", true),
            ("аррӏе.com", "https://apple.com", true),
        ] {
            let url = followed(target).unwrap();
            assert_eq!(misleads(words, &url), expected, "{words} → {target}");
        }
    }

    #[test]
    fn only_what_a_browser_and_a_mail_program_open_is_followed() {
        for target in [
            "file:///etc/passwd",
            "/etc/passwd",
            "https://x:99999/../../../../etc/passwd",
            "https://",
            "javascript:alert(1)",
            "smb://host/share",
            "",
        ] {
            assert_eq!(followed(target), None, "{target}");
        }
        let mail = "mailto:a@b.es?subject=Hola&attach=/home/u/.ssh/id_rsa";
        assert_eq!(
            followed(mail).unwrap().as_str(),
            "mailto:a@b.es?subject=Hola"
        );
    }

    #[test]
    fn a_target_is_shown_as_it_is_opened() {
        assert_eq!(shown("HTTPS://Banco.es"), "https://banco.es/");
        assert_eq!(shown("https://аррӏе.com"), "https://xn--80ak6aa92e.com/");
        assert_eq!(shown("odd\u{202e}\n:thing"), "odd:thing");
        assert!(shown(&format!("https://b.es/{}", "x".repeat(9_000))).ends_with("x…"));
    }
}
