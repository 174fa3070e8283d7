//! A client and what it measures: the clock is that of whoever waits for the reply.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use charla::chat::{ChatId, Role, Timings};
use charla::engine::protocol::{ModelInfo, Opening, RequestId, StateFolder, Task, Turn};
use charla::engine::{Client, Launch, Update};
use charla::params::{LoadOptions, Sampling};
use tokio::runtime::Runtime;
use tokio::time::timeout;

use super::Outcome;

/// How long anything may take before the run is given up.
const PATIENCE: Duration = Duration::from_mins(5);

/// Each of these is one token of either model, with a space before it.
const WORDS: [&str; 8] = [
    "the", "dragon", "and", "the", "girl", "tell", "the", "story",
];

/// A client with its engine.
pub(crate) struct Talk {
    client: Client,
    runtime: Runtime,
}

/// A reply and what it cost.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) text: String,
    pub(crate) timings: Timings,
    /// From the request to the first piece.
    pub(crate) first_ms: f64,
    /// Tokens a second from the first piece to the end.
    pub(crate) speed: f64,
}

impl Answer {
    /// Tokens of the prompt that had to be evaluated.
    pub(crate) fn evaluated(&self) -> u32 {
        self.timings.prompt_tokens - self.timings.cached_tokens
    }
}

impl Talk {
    /// A client without a model.
    pub(crate) fn new() -> Outcome<Self> {
        let launch = Launch::Program(env!("CARGO_BIN_EXE_charla").into());
        Ok(Self {
            client: Client::start(launch, Arc::new(|_: &Path| Ok(())), Arc::new(|| {}))?,
            runtime: tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?,
        })
    }

    /// A client with a model.
    pub(crate) fn with(model: &Path, options: LoadOptions) -> Outcome<Self> {
        let mut talk = Self::new()?;
        talk.load(model, options, None)?;
        Ok(talk)
    }

    /// Asks for a model without waiting for it.
    pub(crate) fn begin_load(
        &mut self,
        model: &Path,
        options: LoadOptions,
        states: Option<&StateFolder>,
    ) {
        self.client.load(model.to_owned(), options, states.cloned());
    }

    pub(crate) fn load(
        &mut self,
        model: &Path,
        options: LoadOptions,
        states: Option<&StateFolder>,
    ) -> Outcome<ModelInfo> {
        self.begin_load(model, options, states);
        loop {
            match self.next()? {
                Update::Loaded(info) => return Ok(*info),
                Update::LoadFailed { error, .. } => return Err(Box::new(error)),
                _ => {}
            }
        }
    }

    /// A whole reply.
    pub(crate) fn ask(&mut self, task: Task) -> Outcome<Answer> {
        let begun = Instant::now();
        let wanted = self.client.generate(task);
        let mut text = String::new();
        let mut first: Option<(Instant, u32)> = None;
        loop {
            match self.next()? {
                Update::Piece {
                    id,
                    text: more,
                    generated_tokens,
                    ..
                } if id == wanted => {
                    text.push_str(&more);
                    first.get_or_insert_with(|| (Instant::now(), generated_tokens));
                }
                Update::Done { id, timings, .. } if id == wanted => {
                    let (first, first_tokens) = first.ok_or("a reply without a word")?;
                    let rest = timings.generated_tokens - first_tokens;
                    return Ok(Answer {
                        text,
                        timings,
                        first_ms: (first - begun).as_secs_f64() * 1000.0,
                        speed: f64::from(rest) / first.elapsed().as_secs_f64(),
                    });
                }
                Update::Failed { id, error } if id == wanted => return Err(Box::new(error)),
                Update::LoadFailed { error, .. } => return Err(Box::new(error)),
                _ => {}
            }
        }
    }

    /// Asks for a reply without waiting for it.
    pub(crate) fn begin(&self, task: Task) -> RequestId {
        self.client.generate(task)
    }

    /// Stops a reply, and waits for its end.
    pub(crate) fn stop(&mut self, wanted: RequestId) -> Outcome<()> {
        self.client.cancel(wanted);
        self.end(&[wanted]).map(drop)
    }

    /// Waits for the first piece of any of these.
    pub(crate) fn first(&mut self, wanted: &[RequestId]) -> Outcome<()> {
        loop {
            match self.next()? {
                Update::Piece { id, .. } if wanted.contains(&id) => return Ok(()),
                Update::Failed { error, .. } => return Err(Box::new(error)),
                _ => {}
            }
        }
    }

    /// Waits for the ends of these. Returns how many tokens they have.
    pub(crate) fn end(&mut self, wanted: &[RequestId]) -> Outcome<u32> {
        let (mut ended, mut tokens) = (0, 0);
        while ended < wanted.len() {
            match self.next()? {
                Update::Done { id, timings, .. } if wanted.contains(&id) => {
                    ended += 1;
                    tokens += timings.generated_tokens;
                }
                Update::Failed { error, .. } => return Err(Box::new(error)),
                _ => {}
            }
        }
        Ok(tokens)
    }

    /// A text of about so many tokens that begins as no other does; exactly so many where
    /// the model has [`WORDS`].
    pub(crate) fn text(&mut self, number: u32, tokens: u32) -> Outcome<String> {
        let make = |words: u32| {
            let words = (0..words).zip(WORDS.iter().cycle()).map(|(_, word)| *word);
            format!("{number} {}", words.collect::<Vec<_>>().join(" "))
        };
        let mut words = tokens;
        for _ in 0..8 {
            let text = make(words);
            let found = self.count(&text)?;
            if found == tokens {
                break;
            }
            words = (words + tokens).saturating_sub(found).max(1);
        }
        Ok(make(words))
    }

    fn count(&mut self, text: &str) -> Outcome<u32> {
        let turns = vec![Turn::new(Role::User, text)];
        let wanted = self.client.count(turns, Opening::Plain);
        loop {
            match self.next()? {
                Update::Counted {
                    id, prompt_tokens, ..
                } if id == wanted => return Ok(prompt_tokens),
                Update::Failed { id, error } if id == wanted => return Err(Box::new(error)),
                _ => {}
            }
        }
    }

    fn next(&mut self) -> Outcome<Update> {
        let next = async { timeout(PATIENCE, self.client.next()).await };
        let next = self.runtime.block_on(next)?;
        next.ok_or_else(|| "the client's thread has ended".into())
    }
}

/// A plain text to go on with, the likeliest token each time.
pub(crate) fn plain(text: &str, tokens: u32) -> Task {
    Task {
        opening: Opening::Plain,
        ..chat(None, vec![Turn::new(Role::User, text)], tokens)
    }
}

/// A plain text to go on with as chats are by default: any likely token, another one each
/// time. Only such a reply may change the number of threads while it is written.
pub(crate) fn free(text: &str, tokens: u32) -> Task {
    let greedy = plain(text, tokens);
    Task {
        sampling: Sampling {
            temperature: None,
            ..greedy.sampling
        },
        ..greedy
    }
}

/// A conversation to go on with, the likeliest token each time.
pub(crate) fn chat(number: Option<u64>, turns: Vec<Turn>, tokens: u32) -> Task {
    Task {
        chat: number.map(ChatId),
        turns,
        sampling: Sampling {
            temperature: Some(0.0),
            max_tokens: Some(tokens),
            ..Sampling::default()
        },
        ..Task::default()
    }
}

/// So many threads, whatever else the machine does, and nothing guessed.
pub(crate) fn fixed(threads: u32) -> LoadOptions {
    LoadOptions {
        threads: Some(threads),
        speculation: Some(false),
        ..LoadOptions::default()
    }
}
