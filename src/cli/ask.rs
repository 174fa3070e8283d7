//! `charla ask`: one question, one reply on standard output as it is written.

mod input;
mod talk;

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, anyhow, bail};
use clap::Args;
use serde::Serialize;

use super::values::{self, one_of, whole};
use super::{sampling, say_wrong_use, tell};
use crate::chat::{ChatId, Choice, Finish, Timings};
use crate::encoding::Encoding;
use crate::engine::protocol::{Opening, RequestId, TemplateSource};
use crate::engine::{Launch, Update};
use crate::i18n::I18n;
use crate::params::{FlashAttention, KvType, LoadOptions};
use crate::paths::Paths;
use crate::session::{self, Session};
use crate::settings::Settings;
use talk::Talk;

/// What a shell expects of a program that Ctrl-C has ended.
const INTERRUPTED: u8 = 130;

#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch that stands alone"
)]
#[expect(missing_docs, reason = "their help texts say it in two languages")]
pub struct Arguments {
    #[arg(short, long, value_name = "MODEL")]
    pub model: Option<String>,
    #[arg(long, value_name = "S")]
    pub system: Option<String>,
    #[command(flatten)]
    pub sampling: sampling::Arguments,
    #[arg(long, value_name = "N", value_parser = whole(
        LoadOptions::MIN_CONTEXT_TOKENS..=LoadOptions::MAX_CONTEXT_TOKENS))]
    pub context: Option<u32>,
    #[arg(long, value_name = "N", value_parser = whole(1..=LoadOptions::MAX_THREADS))]
    pub threads: Option<u32>,
    #[arg(long, value_name = "N", value_parser = whole(0..=u32::MAX))]
    pub gpu_layers: Option<u32>,
    #[arg(long, value_name = "TYPE", value_parser = one_of(KvType::ALL, KvType::name))]
    pub kv_type: Option<KvType>,
    #[arg(long, value_name = "WHEN", value_parser = one_of(
        FlashAttention::ALL, FlashAttention::name))]
    pub flash_attention: Option<FlashAttention>,
    #[arg(long)]
    pub no_mmap: bool,
    #[arg(long)]
    pub mlock: bool,
    #[arg(long)]
    pub force: bool,
    #[arg(long, value_name = "ID")]
    pub chat: Option<String>,
    #[arg(long, conflicts_with_all = ["chat", "system"])]
    pub plain: bool,
    #[arg(long)]
    pub show_thinking: bool,
    #[arg(long)]
    pub json: bool,
    #[arg(long, value_name = "N", requires = "json", value_parser = whole(0..=1000))]
    pub alternatives: Option<u32>,
    #[arg(long, value_name = "NAME", value_parser = values::encoding)]
    pub encoding: Option<&'static Encoding>,
    pub prompt: Option<String>,
}

/// The reply with `--json`: one object on one line.
#[derive(Debug, Serialize)]
struct Reply<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    chat: Option<String>,
    model: &'a str,
    text: &'a str,
    /// What the model thought before it said that.
    #[serde(skip_serializing_if = "str::is_empty")]
    reasoning: &'a str,
    finish: Finish,
    seed: u32,
    timings: Timings,
    prompt_tokens_per_second: Option<f64>,
    tokens_per_second: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    choices: Option<&'a [Choice]>,
}

/// Runs the command.
///
/// # Errors
/// One sentence for the user, in their language.
pub fn run(
    arguments: &Arguments,
    paths: &Paths,
    settings: &Settings,
    i18n: &I18n,
) -> anyhow::Result<ExitCode> {
    let prompt = match input::question(arguments, i18n)? {
        Some(prompt) if prompt.trim().is_empty() => bail!(i18n.get("cli-empty-prompt")),
        Some(prompt) => prompt,
        None => return Ok(say_wrong_use("ask", "cli-no-prompt", i18n)),
    };
    let model = session::choose_model(paths, settings, arguments.model.as_deref())
        .map_err(|error| anyhow!(i18n.say(&error)))?;

    let sampling = arguments.sampling.read(i18n)?.or(&settings.sampling);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let mut talk = Talk::open(arguments, prompt, paths, i18n)?;
    let mut session = Session::keeping(
        Launch::this_program()?,
        Arc::new(|| {}),
        talk.keeper.clone(),
    )?;
    session.follow(settings, paths);
    let options = load_options(arguments, &settings.load_of(&model));
    match arguments.force {
        true => session.load_anyway(model.clone(), options),
        false => session.load(model.clone(), options),
    }
    session.show_alternatives(arguments.alternatives);
    let opening = match arguments.plain {
        true => Opening::Plain,
        false => Opening::Reply,
    };
    let question = session.task(&talk.chat, sampling.clone(), None, opening);
    let id = session.reserve();
    let into = talk.answer(&model, sampling);
    runtime.block_on(talk.keep(i18n))?;
    session.route(id, into).generate(id, question);
    let code = talk.keeper.is_some().then_some(talk.chat.id);
    let ending = runtime.block_on(stream(&mut session, id, arguments, code, i18n));
    // What the engine said last is on its way to the disk now.
    drop(session);
    runtime.block_on(talk.end(into, i18n))?;
    ending
}

async fn stream(
    session: &mut Session,
    id: RequestId,
    arguments: &Arguments,
    chat: Option<ChatId>,
    i18n: &I18n,
) -> anyhow::Result<ExitCode> {
    let mut output = Output::new(arguments);
    let mut model = String::new();
    let mut has_template = true;
    let mut choices = Vec::new();
    let mut is_interrupted = false;
    // One that listens all the time: Ctrl-C may come while a slow reader is waited for.
    let mut interrupt = std::pin::pin!(tokio::signal::ctrl_c());
    loop {
        let update = tokio::select! {
            update = session.next() => update,
            _ = interrupt.as_mut() => {
                interrupt.set(tokio::signal::ctrl_c());
                if is_interrupted {
                    output.break_off();
                    return Ok(ExitCode::from(INTERRUPTED));
                }
                is_interrupted = true;
                session.cancel_load();
                session.cancel(id);
                continue;
            }
        };
        match update {
            Some(Update::Loaded(info)) => {
                has_template = info.template == TemplateSource::Model || arguments.plain;
                if !has_template {
                    tell(i18n.get("note-no-template"));
                }
                for notice in &info.notices {
                    tell(i18n.say(notice));
                }
                model = info.name;
            }
            Some(Update::Piece {
                text,
                is_reasoning,
                is_untold,
                choices: new,
                ..
            }) => {
                choices.extend(new);
                if !output
                    .piece(&text, is_reasoning, is_untold)
                    .with_context(|| i18n.get("cli-output"))?
                {
                    // Nobody reads on, `head` say. That is no error.
                    session.cancel(id);
                    return Ok(ExitCode::SUCCESS);
                }
            }
            Some(Update::WereThoughts { .. }) => output.rethink(),
            Some(Update::Done {
                finish,
                timings,
                seed,
                ..
            }) => {
                output
                    .end(|text, reasoning| Reply {
                        chat: chat.map(ChatId::code),
                        model: &model,
                        text,
                        reasoning,
                        finish,
                        seed,
                        prompt_tokens_per_second: timings.prompt_tokens_per_second(),
                        tokens_per_second: timings.tokens_per_second(),
                        timings,
                        choices: (!choices.is_empty()).then_some(&choices),
                    })
                    .with_context(|| i18n.get("cli-output"))?;
                if !is_interrupted && let Some(note) = output.note_if_empty(finish, has_template) {
                    tell(i18n.get(note));
                }
                return Ok(match is_interrupted {
                    true => ExitCode::from(INTERRUPTED),
                    false => ExitCode::SUCCESS,
                });
            }
            Some(Update::Failed { error, .. }) => {
                output.break_off();
                if is_interrupted {
                    return Ok(ExitCode::from(INTERRUPTED));
                }
                bail!(super::said(&error, i18n));
            }
            Some(Update::Notice { notice, .. }) => tell(i18n.say(&notice)),
            Some(update) => {
                if let Some(text) = update.left_out() {
                    tell(i18n.text(&text));
                }
            }
            None => {
                output.break_off();
                bail!(i18n.get("cli-client-ended"));
            }
        }
    }
}

/// Where the reply goes: piece by piece, or as JSON when it is whole. Thoughts are no part
/// of it; on request they go to standard error.
struct Output {
    as_json: bool,
    shows_thinking: bool,
    text: String,
    /// How much of that is printed, in bytes. What may turn out to be thoughts is not: it
    /// could not be taken back.
    printed: usize,
    reasoning: String,
}

impl Output {
    fn new(arguments: &Arguments) -> Self {
        Self {
            as_json: arguments.json,
            shows_thinking: arguments.show_thinking,
            text: String::new(),
            printed: 0,
            reasoning: String::new(),
        }
    }

    /// Takes a piece; `false` where nobody reads the output any more.
    fn piece(&mut self, text: &str, is_reasoning: bool, is_untold: bool) -> io::Result<bool> {
        if is_reasoning {
            self.reasoning.push_str(text);
            if self.shows_thinking {
                // Whoever closed it has seen enough of them; the reply goes on.
                let _ = io::stderr().write_all(text.as_bytes());
            }
            return Ok(true);
        }
        if self.text.is_empty() && !text.is_empty() {
            self.end_thoughts();
        }
        self.text.push_str(text);
        if self.as_json || is_untold {
            return Ok(true);
        }
        match self.print() {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
            result => result.map(|()| true),
        }
    }

    /// Prints what was said and is not printed yet.
    fn print(&mut self) -> io::Result<()> {
        let text = self.text.get(self.printed..).unwrap_or_default();
        let mut stdout = io::stdout().lock();
        stdout.write_all(text.as_bytes())?;
        self.printed = self.text.len();
        stdout.flush()
    }

    /// All that was said so far were thoughts.
    fn rethink(&mut self) {
        self.text.trim().clone_into(&mut self.reasoning);
        self.text.clear();
        if self.shows_thinking {
            let _ = io::stderr().write_all(self.reasoning.as_bytes());
        }
    }

    /// What follows the thoughts on a terminal begins below them.
    fn end_thoughts(&self) {
        if self.shows_thinking && !self.reasoning.is_empty() {
            let _ = io::stderr().write_all(b"\n\n");
        }
    }

    fn end<'a>(&'a mut self, reply: impl FnOnce(&'a str, &'a str) -> Reply<'a>) -> io::Result<()> {
        if self.text.is_empty() {
            self.end_thoughts();
        }
        let written = if self.as_json {
            // In one go, so that all there is to go wrong is seen below.
            let mut line = serde_json::to_vec(&reply(&self.text, &self.reasoning))?;
            line.push(b'\n');
            io::stdout().write_all(&line)
        } else {
            if !self.text.ends_with('\n') {
                self.text.push('\n');
            }
            self.print()
        };
        match written.and_then(|()| io::stdout().flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            result => result,
        }
    }

    /// What to say of a reply without a word.
    fn note_if_empty(&self, finish: Finish, has_template: bool) -> Option<&'static str> {
        let has_thoughts = !self.reasoning.is_empty();
        let is_empty = self.text.trim().is_empty();
        is_empty.then_some(match finish {
            Finish::StopString => "note-empty-stopped",
            Finish::Length | Finish::ContextFull if has_thoughts => "note-thoughts-cut",
            _ if has_thoughts => "note-thoughts-only",
            _ if has_template => "note-empty-reply",
            _ => "note-empty-without-template",
        })
    }

    /// What was said is printed to its end. The error is to begin on a line of its own.
    fn break_off(&mut self) {
        if self.as_json || self.text.is_empty() {
            return;
        }
        // Something has gone wrong before, and that is what is told.
        let _ = self.print();
        if io::stdout().is_terminal() {
            let _ = writeln!(io::stdout());
        }
    }
}

fn load_options(arguments: &Arguments, settings: &LoadOptions) -> LoadOptions {
    LoadOptions {
        context_tokens: arguments.context.or(settings.context_tokens),
        threads: arguments.threads.or(settings.threads),
        gpu_layers: arguments.gpu_layers.or(settings.gpu_layers),
        kv_type: arguments.kv_type.or(settings.kv_type),
        flash_attention: arguments.flash_attention.or(settings.flash_attention),
        mmap: arguments.no_mmap.then_some(false).or(settings.mmap),
        mlock: arguments.mlock.then_some(true).or(settings.mlock),
        ..settings.clone()
    }
}
