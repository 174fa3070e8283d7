//! What can go wrong between this machine and a server, and how to say so.

use std::error::Error as _;
use std::io;

use crate::i18n::{Arg, Localize, Text};

/// Why a server did not give what it was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The server's name could not be looked up, or no way leads there.
    #[error("{host} cannot be reached")]
    Offline {
        /// The server.
        host: String,
    },
    /// The server takes no connections.
    #[error("{host} refuses connections")]
    Refused {
        /// The server.
        host: String,
    },
    /// No safe connection could be made.
    #[error("{host}: no safe connection: {reason}")]
    Tls {
        /// The server.
        host: String,
        /// The words of the TLS library.
        reason: String,
    },
    /// The server was silent for too long.
    #[error("{host} was silent for {seconds} s")]
    Silent {
        /// The server.
        host: String,
        /// How long it was waited for.
        seconds: u64,
    },
    /// The connection broke, or what came over it made no sense.
    #[error("{host}: connection broken: {reason}")]
    Broken {
        /// The server.
        host: String,
        /// What the system or the HTTP library said.
        reason: String,
    },
    /// The answer ended before its end.
    #[error("{host}: the answer was cut short")]
    CutShort {
        /// The server.
        host: String,
    },
    /// 401 without a token: there is no such thing, or it is shown to some only.
    #[error("{subject}: not there, or not public")]
    NotPublic {
        /// The repository or file.
        subject: String,
    },
    /// 401 with a token.
    #[error("{host} does not accept the token")]
    Token {
        /// The server.
        host: String,
    },
    /// Conditions have to be accepted first, and nobody has said who asks.
    #[error("{page}: conditions, and no token")]
    NeedsToken {
        /// The page with the conditions.
        page: String,
    },
    /// 403: conditions have not been accepted, or not granted yet.
    #[error("{page}: conditions not accepted")]
    Forbidden {
        /// The page with the conditions.
        page: String,
    },
    /// 404.
    #[error("{subject}: not found")]
    NotFound {
        /// The repository or file.
        subject: String,
    },
    /// 429.
    #[error("{host} asks to wait")]
    Busy {
        /// The server.
        host: String,
        /// How long, where it says so.
        wait_s: Option<u64>,
    },
    /// 5xx.
    #[error("{host} has a fault of its own: {status}")]
    Server {
        /// The server.
        host: String,
        /// The status of HTTP.
        status: u16,
    },
    /// Another status than those above.
    #[error("{host} answers {status}")]
    Status {
        /// The server.
        host: String,
        /// The status of HTTP.
        status: u16,
    },
    /// Something else than the data that was asked for: a page to log in, say.
    #[error("{host}: not the answer to what was asked")]
    Unexpected {
        /// The server.
        host: String,
    },
    /// More than anybody would answer.
    #[error("{host}: more than {limit_bytes} bytes")]
    TooLarge {
        /// The server.
        host: String,
        /// What is taken in at most.
        limit_bytes: u64,
    },
    /// One address leads to another, and that to the next, without end.
    #[error("{host}: redirected in circles")]
    Circles {
        /// The server that was asked first.
        host: String,
    },
    /// An address leads to one that is not asked: plain HTTP, or another protocol.
    #[error("redirected to {address}")]
    UnsafeRedirect {
        /// Where it leads.
        address: String,
    },
    /// What was typed is no name of a repository or a file.
    #[error("{name:?} is no name")]
    Name {
        /// What was typed, or came from the server.
        name: String,
    },
    /// What was typed is no address that can be asked.
    #[error("{address:?} is no address")]
    Address {
        /// What was typed.
        address: String,
    },
    /// The HTTP library could not be set up.
    #[error("no HTTP: {reason}")]
    Setup {
        /// What it said.
        reason: String,
    },
}

impl Error {
    /// Whether the same request may well succeed a little later.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Offline { .. }
            | Self::Refused { .. }
            | Self::Silent { .. }
            | Self::Broken { .. }
            | Self::CutShort { .. }
            | Self::Busy { .. }
            | Self::Server { .. } => true,
            Self::Status { status, .. } => matches!(status, 408 | 425),
            _ => false,
        }
    }

    /// How long the server wants to be left alone, in seconds.
    #[must_use]
    pub fn wait_s(&self) -> Option<u64> {
        match self {
            Self::Busy { wait_s, .. } => *wait_s,
            _ => None,
        }
    }

    /// What became of a request that got no answer.
    pub(in crate::library) fn of_request(error: &reqwest::Error, host: &str, wait_s: u64) -> Self {
        let host = host.to_owned();
        if error.is_timeout() {
            return Self::Silent {
                host,
                seconds: wait_s,
            };
        }
        let mut reason = error.to_string();
        let mut cause = error.source();
        while let Some(inner) = cause {
            reason = inner.to_string();
            if let Some(tls) = inner.downcast_ref::<rustls::Error>() {
                let reason = tls.to_string();
                return Self::Tls { host, reason };
            }
            if reason.contains("dns error") || reason.contains("failed to lookup") {
                return Self::Offline { host };
            }
            cause = inner.source();
            let Some(io) = inner.downcast_ref::<io::Error>() else {
                continue;
            };
            match io.kind() {
                io::ErrorKind::ConnectionRefused => return Self::Refused { host },
                io::ErrorKind::NetworkUnreachable
                | io::ErrorKind::HostUnreachable
                | io::ErrorKind::NetworkDown => return Self::Offline { host },
                io::ErrorKind::UnexpectedEof if error.is_body() => return Self::CutShort { host },
                io::ErrorKind::TimedOut => {
                    return Self::Silent {
                        host,
                        seconds: wait_s,
                    };
                }
                _ => {}
            }
            // What an `io::Error` holds is not its source; that is the source of what it holds.
            if let Some(held) = io.get_ref() {
                cause = Some(held);
            }
        }
        if reason.contains("end of file before message length") {
            return Self::CutShort { host };
        }
        Self::Broken { host, reason }
    }
}

/// A message about a server. `HF_ENDPOINT` is only named where it may be to blame: a newcomer,
/// whom the public Hub does not answer, has never heard of it.
fn of_host(message: &'static str, host: &str) -> Text {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let is_public = ["huggingface.co", "hf.co"].iter().any(|public| {
        let before = name.strip_suffix(public);
        before.is_some_and(|before| before.is_empty() || before.ends_with('.'))
    });
    let mirror = if is_public { "no" } else { "yes" };
    Text::new(message).word("host", host).word("mirror", mirror)
}

impl Localize for Error {
    fn text(&self) -> Text {
        match self {
            Self::Offline { host } => of_host("hub-offline", host),
            Self::Refused { host } => of_host("hub-refused", host),
            Self::Tls { host, reason } => Text::new("hub-tls")
                .word("host", host)
                .word("reason", reason),
            Self::Silent { host, seconds } => Text::new("hub-silent")
                .word("host", host)
                .count("seconds", *seconds),
            Self::Broken { host, reason } => Text::new("hub-broken")
                .word("host", host)
                .word("reason", reason),
            Self::CutShort { host } => Text::new("hub-cut-short").word("host", host),
            Self::NotPublic { subject } => Text::new("hub-not-public").word("subject", subject),
            Self::Token { host } => Text::new("hub-token").word("host", host),
            Self::NeedsToken { page } => Text::new("hub-needs-token").word("page", page),
            Self::Forbidden { page } => Text::new("hub-forbidden").word("page", page),
            Self::NotFound { subject } => Text::new("hub-not-found").word("subject", subject),
            Self::Busy { host, wait_s } => match wait_s {
                Some(seconds) => Text::new("hub-busy-for")
                    .word("host", host)
                    .count("seconds", *seconds),
                None => Text::new("hub-busy").word("host", host),
            },
            Self::Server { host, status } => Text::new("hub-server")
                .word("host", host)
                .word("status", status),
            Self::Status { host, status } => Text::new("hub-status")
                .word("host", host)
                .word("status", status),
            Self::Unexpected { host } => of_host("hub-unexpected", host),
            Self::TooLarge { host, limit_bytes } => {
                of_host("hub-too-large", host).with("limit", Arg::Bytes(*limit_bytes))
            }
            Self::Circles { host } => of_host("hub-circles", host),
            Self::UnsafeRedirect { address } => {
                Text::new("hub-unsafe-redirect").word("address", address)
            }
            Self::Name { name } => Text::new("hub-name").word("name", name),
            Self::Address { address } => Text::new("hub-address").word("address", address),
            Self::Setup { reason } => Text::new("hub-setup").word("reason", reason),
        }
    }
}
