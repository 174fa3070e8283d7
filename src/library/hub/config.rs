//! Where the Hub is and who asks: from the environment, as the Hub's own tools read it.

use std::env;
use std::fmt;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use reqwest::Url;

use super::Error;

/// Where the Hub is where nothing else is said.
const PUBLIC_ENDPOINT: &str = "https://huggingface.co";

/// Longest token that is believed.
const MAX_TOKEN_BYTES: u64 = 4096;

/// Whom to ask, and how patiently.
#[derive(Debug, Clone)]
pub struct Config {
    /// The Hub, or a mirror of it.
    pub endpoint: Url,
    /// What the user shows the Hub, and nobody else.
    pub token: Option<Token>,
    /// How long a connection may take to come about.
    pub connect_timeout: Duration,
    /// How long a server may be silent.
    pub silence_timeout: Duration,
    /// Whether the proxies of the environment and of the system are left out.
    pub is_direct: bool,
}

/// A secret. It is not shown, not even for debugging.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// Takes a token as it was set or read; `None` where it is empty or could not be sent.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        let can_be_sent = text.bytes().all(|byte| byte.is_ascii_graphic());
        (!text.is_empty() && can_be_sent).then(|| Self(text.to_owned()))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Token(…)")
    }
}

impl Config {
    /// What the environment says: `HF_ENDPOINT`, `HF_TOKEN`, and the token that the Hub's own
    /// program has saved (`HF_TOKEN_PATH`, `HF_HOME`, `~/.cache/huggingface`).
    ///
    /// # Errors
    ///
    /// Where `HF_ENDPOINT` is no address.
    pub fn of_environment() -> Result<Self, Error> {
        let named = env::var("HF_ENDPOINT").unwrap_or_default();
        let endpoint = match named.trim() {
            "" => PUBLIC_ENDPOINT,
            named => named,
        };
        let token = match env::var("HF_TOKEN") {
            Ok(token) if !token.trim().is_empty() => Token::new(&token),
            _ => saved_token(),
        };
        Self::new(endpoint, token)
    }

    /// A Hub at this address.
    ///
    /// # Errors
    ///
    /// Where it is no address of HTTP.
    pub fn new(endpoint: &str, token: Option<Token>) -> Result<Self, Error> {
        let wrong = || Error::Address {
            address: super::clean(endpoint),
        };
        let mut endpoint: Url = endpoint.parse().map_err(|_| wrong())?;
        if !matches!(endpoint.scheme(), "http" | "https") || endpoint.host_str().is_none() {
            return Err(wrong());
        }
        endpoint.set_query(None);
        endpoint.set_fragment(None);
        Ok(Self {
            endpoint,
            token,
            connect_timeout: Duration::from_secs(15),
            silence_timeout: Duration::from_secs(30),
            is_direct: false,
        })
    }

    /// What is meant by the address of a repository, as people and other programs write it:
    /// `hf.co/owner/name:Q4_K_M` and `https://huggingface.co/owner/name/tree/main` are
    /// `owner/name:Q4_K_M` and `owner/name`. Nothing for other addresses, those of files among
    /// them.
    #[must_use]
    pub fn repository(&self, typed: &str) -> Option<String> {
        let rest = typed.split_once("://").map_or(typed, |(_, rest)| rest);
        let (host, path) = rest.split_once('/')?;
        let public = ["hf.co", "huggingface.co", "www.huggingface.co"];
        let own = self.endpoint.host_str().unwrap_or_default();
        let own = match self.endpoint.port() {
            Some(port) => format!("{own}:{port}"),
            None => own.to_owned(),
        };
        // Without a scheme, a name may just look like the host of a Hub of one's own.
        let is_own = typed.contains("://") && own.eq_ignore_ascii_case(host);
        if !is_own && !public.iter().any(|it| it.eq_ignore_ascii_case(host)) {
            return None;
        }
        let path = path.split(['?', '#']).next()?.trim_end_matches('/');
        let parts: Vec<&str> = path.split('/').collect();
        match parts.as_slice() {
            [_, _] => Some(path.to_owned()),
            [owner, name, "tree", ..] => Some(format!("{owner}/{name}")),
            [_, _, "resolve" | "blob", ..] | [] | [_] => None,
            // A file of the repository, which is asked for by its path.
            _ if !typed.contains("://") => Some(path.to_owned()),
            _ => None,
        }
    }

    /// The address of something on the Hub, with whatever needs to be escaped in its names.
    pub(in crate::library) fn address(&self, path: &str) -> Url {
        let mut url = self.endpoint.clone();
        // An address of HTTP always has a path, so this does not fail.
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path.split('/'));
        }
        url
    }

    /// Whether an address is the Hub's own.
    pub(in crate::library) fn is_own(&self, url: &Url) -> bool {
        url.origin() == self.endpoint.origin()
    }

    /// Whether an address may be asked at all: everything that is encrypted, and in plain
    /// text only this machine and an endpoint that the user has named.
    pub(in crate::library) fn may_ask(&self, url: &Url) -> bool {
        match url.scheme() {
            "https" => url.host_str().is_some(),
            "http" => is_loopback(url) || self.is_own(url),
            _ => false,
        }
    }

    /// Whether the token may be sent along: to the Hub itself, and not in plain text over a
    /// network.
    pub(super) fn may_know_token(&self, url: &Url) -> bool {
        self.is_own(url) && (url.scheme() == "https" || is_loopback(url))
    }
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || host
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

fn saved_token() -> Option<Token> {
    let of = |name: &str| env::var_os(name).filter(|it| !it.is_empty());
    let path = match (of("HF_TOKEN_PATH"), of("HF_HOME"), of("XDG_CACHE_HOME")) {
        (Some(path), ..) => PathBuf::from(path),
        (_, Some(home), _) => PathBuf::from(home).join("token"),
        (.., Some(cache)) => PathBuf::from(cache).join("huggingface/token"),
        _ => directories::BaseDirs::new()?
            .home_dir()
            .join(".cache/huggingface/token"),
    };
    let is_small = fs::metadata(&path).is_ok_and(|it| it.is_file() && it.len() <= MAX_TOKEN_BYTES);
    let text = is_small.then(|| fs::read_to_string(&path).ok()).flatten()?;
    Token::new(&text)
}
