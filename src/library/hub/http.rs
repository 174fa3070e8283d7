//! Requests and their answers: redirects followed by hand, so that the token stays with the
//! Hub, and every way to fail as an [`Error`].

use std::collections::HashSet;
use std::time::Duration;

use reqwest::header::{
    ACCEPT_ENCODING, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, LOCATION,
    RETRY_AFTER,
};
use reqwest::{Client, Method, Response, StatusCode, Url};

use super::names::clean;
use super::{Config, Error};

/// How many addresses may lead to one another.
const MAX_HOPS: usize = 10;

/// Longest wait that a server can ask for.
const MAX_WAIT_S: u64 = 24 * 3600;

/// Sends requests to the Hub, and to where it leads.
#[derive(Debug, Clone)]
pub(in crate::library) struct Http {
    client: Client,
    pub(in crate::library) config: Config,
}

/// One request.
pub(in crate::library) struct Ask<'a> {
    pub(in crate::library) method: Method,
    pub(in crate::library) url: Url,
    /// What the user knows it by: a repository, or a file of one.
    pub(in crate::library) subject: &'a str,
    /// Where its conditions can be read and accepted.
    pub(in crate::library) page: &'a str,
    pub(in crate::library) headers: HeaderMap,
}

/// An answer, and what the Hub said about the file on the way there.
pub(in crate::library) struct Answer {
    response: Response,
    host: String,
    silence: Duration,
    /// `X-Linked-Size`: the size of the file behind a redirect.
    pub(in crate::library) linked_size_bytes: Option<u64>,
    /// `X-Linked-ETag`: a SHA-256 where it is one.
    pub(in crate::library) linked_etag: Option<String>,
    /// `X-Repo-Commit`: the commit that the revision stands for.
    pub(in crate::library) commit: Option<String>,
}

impl Http {
    pub(in crate::library) fn new(config: Config) -> Result<Self, Error> {
        // Fails where one is there already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = Client::builder()
            .user_agent(concat!("charla/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(config.connect_timeout)
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .tcp_nodelay(true);
        if config.is_direct {
            builder = builder.no_proxy();
        }
        let client = builder.build().map_err(|error| Error::Setup {
            reason: error.to_string(),
        })?;
        Ok(Self { client, config })
    }

    /// Sends a request and follows where it leads. Dropping the future gives it up.
    pub(in crate::library) async fn send(&self, ask: Ask<'_>) -> Result<Answer, Error> {
        let first_host = host_of(&ask.url);
        if !self.config.may_ask(&ask.url) {
            return Err(Error::Address {
                address: clean(ask.url.as_str()),
            });
        }
        let mut url = ask.url.clone();
        let mut seen = HashSet::new();
        let mut linked = (None, None, None);
        for _ in 0..MAX_HOPS {
            if !seen.insert(url.clone()) {
                break;
            }
            let response = self.once(&ask, &url).await?;
            let host = host_of(&url);
            if self.config.is_own(&url) {
                let text = |name: &str| text_of(response.headers(), name);
                let size = text("x-linked-size").and_then(|it| it.parse().ok());
                linked.0 = size.or(linked.0);
                linked.1 = text("x-linked-etag").or(linked.1);
                linked.2 = text("x-repo-commit").or(linked.2);
            }
            let next = next_hop(&response, &url)?;
            let is_known = linked.0.is_some() && ask.method == Method::HEAD;
            let answer = |response| Answer {
                response,
                host,
                silence: self.config.silence_timeout,
                linked_size_bytes: linked.0,
                linked_etag: linked.1.clone(),
                commit: linked.2.clone(),
            };
            match next {
                None => {
                    self.check(&response, &ask, &url, &first_host)?;
                    return Ok(answer(response));
                }
                // Where a file is stored is asked with GET only: its address is signed for that.
                Some(next) if is_known && !self.config.is_own(&next) => {
                    return Ok(answer(response));
                }
                Some(next) => {
                    let is_downgrade = url.scheme() == "https" && next.scheme() != "https";
                    if is_downgrade || !self.config.may_ask(&next) {
                        let address = clean(next.as_str());
                        return Err(Error::UnsafeRedirect { address });
                    }
                    url = next;
                }
            }
        }
        Err(Error::Circles { host: first_host })
    }

    async fn once(&self, ask: &Ask<'_>, url: &Url) -> Result<Response, Error> {
        let mut request = self
            .client
            .request(ask.method.clone(), url.clone())
            .headers(ask.headers.clone())
            // What arrives is to be what is stored, byte for byte.
            .header(ACCEPT_ENCODING, "identity");
        if let Some(token) = &self.config.token
            && self.config.may_know_token(url)
            && let Ok(mut value) = HeaderValue::from_str(&format!("Bearer {}", token.as_str()))
        {
            value.set_sensitive(true);
            request = request.header(AUTHORIZATION, value);
        }
        let silence = self.config.silence_timeout;
        let host = host_of(url);
        let seconds = self.config.connect_timeout.as_secs();
        match tokio::time::timeout(silence + self.config.connect_timeout, request.send()).await {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(error)) => Err(Error::of_request(&error, &host, seconds)),
            Err(_) => Err(Error::Silent {
                host,
                seconds: silence.as_secs(),
            }),
        }
    }

    /// Makes an error of a status that is one.
    fn check(
        &self,
        response: &Response,
        ask: &Ask<'_>,
        url: &Url,
        first_host: &str,
    ) -> Result<(), Error> {
        let status = response.status();
        let host = host_of(url);
        let is_own = self.config.is_own(url);
        let code = text_of(response.headers(), "x-error-code").unwrap_or_default();
        let has_token = self.config.token.is_some() && self.config.may_know_token(url);
        let subject = || clean(ask.subject);
        let page = || clean(ask.page);
        Err(match status {
            status if status.is_success() => return Ok(()),
            // Whoever asks with a range is told so; it is for them to know what it means.
            StatusCode::RANGE_NOT_SATISFIABLE => return Ok(()),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN if is_own && code == "GatedRepo" => {
                match has_token {
                    true => Error::Forbidden { page: page() },
                    false => Error::NeedsToken { page: page() },
                }
            }
            StatusCode::UNAUTHORIZED if is_own && has_token => Error::Token { host },
            StatusCode::UNAUTHORIZED if is_own || host == first_host => {
                Error::NotPublic { subject: subject() }
            }
            StatusCode::FORBIDDEN if is_own => Error::Forbidden { page: page() },
            StatusCode::NOT_FOUND | StatusCode::GONE => Error::NotFound { subject: subject() },
            StatusCode::TOO_MANY_REQUESTS => Error::Busy {
                host,
                wait_s: wait_s(response.headers()),
            },
            status if status.is_server_error() => Error::Server {
                host,
                status: status.as_u16(),
            },
            status => Error::Status {
                host,
                status: status.as_u16(),
            },
        })
    }
}

impl Answer {
    /// Its status.
    pub(in crate::library) fn status(&self) -> StatusCode {
        self.response.status()
    }

    /// The server that gave it.
    pub(in crate::library) fn host(&self) -> &str {
        &self.host
    }

    /// A header, where it is there and is text.
    pub(in crate::library) fn header(&self, name: &str) -> Option<String> {
        text_of(self.response.headers(), name)
    }

    /// How long its body is, where it says so. Not what the HTTP library thinks: the answer to
    /// HEAD has no body, but says how long it would be.
    pub(in crate::library) fn content_length_bytes(&self) -> Option<u64> {
        self.header("content-length")?.trim().parse().ok()
    }

    /// Whether it says of itself that it is a page for people.
    pub(in crate::library) fn is_page(&self) -> bool {
        let kind = self.header(CONTENT_TYPE.as_str()).unwrap_or_default();
        kind.trim_start()
            .to_ascii_lowercase()
            .starts_with("text/html")
    }

    /// The next piece of its body; `None` at its end.
    pub(in crate::library) async fn chunk(&mut self) -> Result<Option<Chunk>, Error> {
        let seconds = self.silence.as_secs();
        match tokio::time::timeout(self.silence, self.response.chunk()).await {
            Ok(Ok(chunk)) => Ok(chunk.map(Chunk)),
            Ok(Err(error)) => Err(Error::of_request(&error, &self.host, seconds)),
            Err(_) => Err(Error::Silent {
                host: self.host.clone(),
                seconds,
            }),
        }
    }

    /// Reads the body up to a limit; also says whether there is more.
    pub(super) async fn read(mut self, limit_bytes: usize) -> Result<(Vec<u8>, bool), Error> {
        let mut body = Vec::new();
        while let Some(chunk) = self.chunk().await? {
            let room = limit_bytes - body.len();
            if chunk.as_ref().len() > room {
                body.extend_from_slice(&chunk.as_ref()[..room]);
                return Ok((body, true));
            }
            body.extend_from_slice(chunk.as_ref());
        }
        Ok((body, false))
    }

    /// Reads the body as JSON.
    pub(super) async fn json(self, limit_bytes: usize) -> Result<serde_json::Value, Error> {
        let host = self.host.clone();
        if self.is_page() {
            return Err(Error::Unexpected { host });
        }
        let (body, is_cut) = self.read(limit_bytes).await?;
        if is_cut {
            let limit_bytes = limit_bytes as u64;
            return Err(Error::TooLarge { host, limit_bytes });
        }
        serde_json::from_slice(&body).map_err(|_| Error::Unexpected { host })
    }
}

/// A piece of a body.
pub(in crate::library) struct Chunk(bytes::Bytes);

impl AsRef<[u8]> for Chunk {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// Where an answer leads, if it does.
fn next_hop(response: &Response, url: &Url) -> Result<Option<Url>, Error> {
    let is_redirect = matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308);
    let Some(location) = response.headers().get(LOCATION).filter(|_| is_redirect) else {
        return Ok(None);
    };
    let text = String::from_utf8_lossy(location.as_bytes());
    let next = url.join(&text).map_err(|_| Error::UnsafeRedirect {
        address: clean(&text),
    })?;
    Ok(Some(next))
}

/// `Retry-After` in seconds or as a date, or what the Hub's own `RateLimit` says.
fn wait_s(headers: &HeaderMap) -> Option<u64> {
    let after = text_of(headers, RETRY_AFTER.as_str());
    let by_date = |text: &str| {
        let until = jiff::fmt::rfc2822::parse(text).ok()?;
        let seconds = until.timestamp().as_second() - jiff::Timestamp::now().as_second();
        u64::try_from(seconds).ok()
    };
    let by_limit = || {
        let limit = text_of(headers, "ratelimit")?;
        let mut fields = limit.split(';').map(str::trim);
        fields.find_map(|it| it.strip_prefix("t="))?.parse().ok()
    };
    let asked = after.and_then(|text| text.trim().parse().ok().or_else(|| by_date(&text)));
    asked.or_else(by_limit).map(|wait| wait.min(MAX_WAIT_S))
}

fn text_of(headers: &HeaderMap, name: &str) -> Option<String> {
    Some(headers.get(name)?.to_str().ok()?.to_owned())
}

/// The name of a server, and its port where it is not the usual one.
pub(in crate::library) fn host_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

/// One header more.
pub(in crate::library) fn with(mut headers: HeaderMap, name: HeaderName, value: &str) -> HeaderMap {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
    headers
}

/// The address behind `rel="next"` in a `Link` header.
pub(super) fn next_link(header: &str) -> Option<&str> {
    let mut rest = header;
    loop {
        // Commas and semicolons may stand within the address, so it is looked for first.
        let (_, from) = rest.split_once('<')?;
        let (address, after) = from.split_once('>')?;
        let parameters = after.split('<').next().unwrap_or_default();
        let is_next = parameters.split([';', ',']).any(|it| {
            let (name, value) = it.split_once('=').unwrap_or_default();
            let value = value.trim().trim_matches('"');
            name.trim().eq_ignore_ascii_case("rel") && value.split(' ').any(|it| it == "next")
        });
        if is_next {
            return Some(address);
        }
        rest = after;
    }
}
