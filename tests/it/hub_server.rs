//! A server on this machine that speaks as the Hub does, and misbehaves when it is told to.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use sha2::{Digest, Sha256};

/// A request as it came in.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) method: String,
    /// Path and query.
    pub(crate) target: String,
    headers: Vec<(String, String)>,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(it, _)| it == name);
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn is_get(&self) -> bool {
        self.method == "GET"
    }

    pub(crate) fn is_head(&self) -> bool {
        self.method == "HEAD"
    }
}

/// What is answered, and how badly.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: Arc<Vec<u8>>,
    from: usize,
    /// What `Content-Length` says, where that is not the truth.
    length: Option<usize>,
    has_length: bool,
    /// Ends after so many bytes of the body.
    cut: Option<usize>,
    /// So many bytes at a time, and the pause after them.
    pace: Option<(usize, Duration)>,
    way: Way,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Answer,
    Silence,
    HangUp,
}

impl Reply {
    pub(crate) fn status(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Arc::default(),
            from: 0,
            length: None,
            has_length: true,
            cut: None,
            pace: None,
            way: Way::Answer,
        }
    }

    pub(crate) fn body(kind: &str, body: impl Into<Vec<u8>>) -> Self {
        let mut reply = Self::status(200).header("content-type", kind);
        reply.body = Arc::new(body.into());
        reply
    }

    pub(crate) fn json(text: &str) -> Self {
        Self::body("application/json; charset=utf-8", text)
    }

    pub(crate) fn redirect(to: &str) -> Self {
        Self::status(302).header("location", to)
    }

    /// Takes the connection and never answers.
    pub(crate) fn silence() -> Self {
        Self {
            way: Way::Silence,
            ..Self::status(200)
        }
    }

    /// Takes the connection and closes it.
    pub(crate) fn hang_up() -> Self {
        Self {
            way: Way::HangUp,
            ..Self::status(200)
        }
    }

    /// A file, or the part of it that is asked for.
    pub(crate) fn file(seen: &Seen, file: &File) -> Self {
        let size = file.bytes.len();
        let mut reply = Self::status(200)
            .header("etag", &file.etag)
            .header("content-type", "application/octet-stream");
        reply.body = Arc::clone(&file.bytes);
        let is_same = seen.header("if-range").is_none_or(|it| it == file.etag);
        let range = seen.header("range").filter(|_| is_same);
        let first = range.and_then(|it| it.strip_prefix("bytes=")?.strip_suffix('-'));
        if let Some(first) = first.and_then(|it| it.parse::<usize>().ok()) {
            if first >= size {
                return Self::status(416).header("content-range", &format!("bytes */{size}"));
            }
            reply.status = 206;
            reply.from = first;
            let range = format!("bytes {first}-{}/{size}", size - 1);
            return reply.header("content-range", &range);
        }
        reply
    }

    /// What the Hub says of a file before it leads to it.
    pub(crate) fn linked(self, file: &File) -> Self {
        self.header("x-linked-etag", &format!("\"{}\"", file.sha256))
            .header("x-linked-size", &file.bytes.len().to_string())
            .header("x-repo-commit", COMMIT)
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(it, _)| it != name);
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn cut(mut self, after_bytes: usize) -> Self {
        self.cut = Some(after_bytes);
        self
    }

    pub(crate) fn claim_length(mut self, bytes: usize) -> Self {
        self.length = Some(bytes);
        self
    }

    pub(crate) fn without_length(mut self) -> Self {
        self.has_length = false;
        self
    }

    pub(crate) fn pace(mut self, bytes: usize, pause_ms: u64) -> Self {
        self.pace = Some((bytes, Duration::from_millis(pause_ms)));
        self
    }

    pub(crate) fn whole(mut self) -> Self {
        self.status = 200;
        self.from = 0;
        self.headers.retain(|(it, _)| it != "content-range");
        self
    }
}

pub(crate) const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

/// A file that can be had.
#[derive(Debug, Clone)]
pub(crate) struct File {
    pub(crate) bytes: Arc<Vec<u8>>,
    pub(crate) sha256: String,
    pub(crate) etag: String,
}

impl File {
    /// Bytes that look like chance, always the same for one seed.
    pub(crate) fn random(size_bytes: usize, seed: u64) -> Self {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut bytes = vec![0; size_bytes];
        random.fill(&mut bytes);
        Self::of(bytes)
    }

    pub(crate) fn of(bytes: Vec<u8>) -> Self {
        use std::fmt::Write as _;
        let mut sha256 = String::new();
        for byte in Sha256::digest(&bytes) {
            write!(sha256, "{byte:02x}").unwrap();
        }
        Self {
            etag: format!("\"{}\"", &sha256[..16]),
            bytes: Arc::new(bytes),
            sha256,
        }
    }

    pub(crate) fn size_bytes(&self) -> u64 {
        self.bytes.len() as u64
    }
}

type Answer = dyn Fn(&Seen) -> Reply + Send + Sync;

#[derive(Default)]
struct State {
    seen: Mutex<Vec<Seen>>,
    sent_bytes: AtomicU64,
    is_over: AtomicBool,
}

/// A server; it ends when this is dropped.
pub(crate) struct Server {
    address: SocketAddr,
    state: Arc<State>,
}

impl Server {
    pub(crate) fn start(answer: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(State::default());
        let answer: Arc<Answer> = Arc::new(answer);
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for stream in listener.incoming() {
                if shared.is_over.load(Ordering::Relaxed) {
                    return;
                }
                let (Ok(stream), state, answer) =
                    (stream, Arc::clone(&shared), Arc::clone(&answer))
                else {
                    continue;
                };
                // Whoever asks may go away at any time.
                thread::spawn(move || serve(&stream, &state, &*answer).ok());
            }
        });
        Self { address, state }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The same server under another name, which makes it another host.
    pub(crate) fn other_url(&self) -> String {
        format!("http://localhost:{}", self.address.port())
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.state.seen.lock().unwrap().clone()
    }

    pub(crate) fn gets(&self) -> usize {
        self.seen().iter().filter(|it| it.is_get()).count()
    }

    /// Bytes of bodies that went out.
    pub(crate) fn sent_bytes(&self) -> u64 {
        self.state.sent_bytes.load(Ordering::Relaxed)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.state.is_over.store(true, Ordering::Relaxed);
        // Wakes the thread that waits for somebody to come.
        let _ = TcpStream::connect(self.address);
    }
}

fn serve(stream: &TcpStream, state: &State, answer: &Answer) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut words = line.split_whitespace().map(str::to_owned);
    let (Some(method), Some(target)) = (words.next(), words.next()) else {
        return Ok(());
    };
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let seen = Seen {
        method,
        target,
        headers,
    };
    state.seen.lock().unwrap().push(seen.clone());
    let reply = answer(&seen);
    match reply.way {
        Way::HangUp => return stream.shutdown(Shutdown::Both),
        Way::Silence => {
            // Until the other side has had enough.
            let _ = reader.read(&mut [0]);
            return Ok(());
        }
        Way::Answer => {}
    }
    send(stream, &seen, &reply, state)
}

fn send(mut stream: &TcpStream, seen: &Seen, reply: &Reply, state: &State) -> std::io::Result<()> {
    let body = &reply.body[reply.from.min(reply.body.len())..];
    let mut head = vec![
        format!("HTTP/1.1 {} It", reply.status),
        "connection: close".to_owned(),
    ];
    if reply.has_length {
        let length = reply.length.unwrap_or(body.len());
        head.push(format!("content-length: {length}"));
    }
    let headers = reply.headers.iter();
    head.extend(headers.map(|(name, value)| format!("{name}: {value}")));
    let head = head.join("\r\n") + "\r\n\r\n";
    stream.write_all(head.as_bytes())?;
    if seen.is_head() {
        return Ok(());
    }
    let body = &body[..reply.cut.unwrap_or(body.len()).min(body.len())];
    let (step, pause) = reply.pace.unwrap_or((64 * 1024, Duration::ZERO));
    for piece in body.chunks(step) {
        stream.write_all(piece)?;
        let sent = piece.len() as u64;
        state.sent_bytes.fetch_add(sent, Ordering::Relaxed);
        if !pause.is_zero() {
            thread::sleep(pause);
        }
    }
    stream.flush()
}
