//! The KV cache: whatever a chat went through (edits, branches, other chats in between,
//! eviction, the disk, another engine), its next reply is the one that an engine gives
//! which has never seen it.

use std::path::{Path, PathBuf};

use charla::chat::{ChatId, Choice, Role};
use charla::engine::Fault;
use charla::engine::protocol::{Request, StateFolder, Task, Turn};
use charla::params::{FlashAttention, LoadOptions};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use tempfile::TempDir;

use crate::support::engine::{Engine, Reply, greedy, turn};
use crate::support::options;
use crate::support::tiny::{Architecture, Tiny};

/// Words that the tiny models have tokens for.
const WORDS: [&str; 8] = [
    "the", "story", "moon", "dragon", "hello", "girl", "fire", "tell",
];

const CHATS: usize = 5;

/// The likeliest tokens that are compared, of twice as many that are told.
const TOLD: usize = 10;

/// What two ways to the same probability may differ by. Without flash attention, they hardly
/// do; with it, values depend on how many tokens are evaluated at a time.
const EXACT: f32 = 0.002;
const FLASH: f32 = 0.02;

/// What happens to the chats.
#[derive(Debug, Clone)]
enum Step {
    /// The user says something, of so many words, and is answered.
    Say { chat: usize, words: Vec<usize> },
    /// The user writes a message anew; what followed it is another version.
    Edit {
        chat: usize,
        at: usize,
        words: Vec<usize>,
    },
    /// The last reply is written once more.
    Regenerate { chat: usize },
    /// A chat becomes a copy of another one.
    Branch { from: usize, to: usize },
    /// Work in the background on a chat, a title say.
    Title { chat: usize },
    /// Several of these at once.
    Together { asked: Vec<Asked> },
    /// The engine ends in good order, and another one goes on.
    Restart,
}

/// What is asked beside others.
#[derive(Debug, Clone)]
struct Asked {
    chat: usize,
    words: Vec<usize>,
    /// Whether it is work in the background.
    is_title: bool,
    /// Whether its tokens may be computed in one batch with those of others.
    is_shared: bool,
    is_cancelled: bool,
}

fn asked() -> impl Strategy<Value = Asked> {
    let words = prop::collection::vec(0..WORDS.len(), 1..90);
    let is = |weight: f64| prop::bool::weighted(weight);
    (0..CHATS, words, is(0.2), is(0.6), is(0.2)).prop_map(
        |(chat, words, is_title, is_shared, is_cancelled)| Asked {
            chat,
            words,
            is_title,
            is_shared,
            is_cancelled,
        },
    )
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let chat = || 0..CHATS;
    let words = || prop::collection::vec(0..WORDS.len(), 1..90);
    let step = prop_oneof![
        6 => (chat(), words()).prop_map(|(chat, words)| Step::Say { chat, words }),
        2 => (chat(), 0..4_usize, words())
            .prop_map(|(chat, at, words)| Step::Edit { chat, at, words }),
        1 => chat().prop_map(|chat| Step::Regenerate { chat }),
        1 => (chat(), chat()).prop_map(|(from, to)| Step::Branch { from, to }),
        1 => chat().prop_map(|chat| Step::Title { chat }),
        3 => prop::collection::vec(asked(), 2..6).prop_map(|asked| Step::Together { asked }),
        1 => Just(Step::Restart),
    ];
    prop::collection::vec(step, 1..24)
}

/// An engine whose chats live on, and one that forgets everything before each reply.
struct Pair {
    path: PathBuf,
    options: LoadOptions,
    warm: Option<Engine>,
    fresh: Engine,
    states: StateFolder,
    chats: Vec<Vec<Turn>>,
    tolerance: f32,
    _folder: TempDir,
}

impl Pair {
    fn new(path: &Path, options: LoadOptions, tolerance: f32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let states = StateFolder {
            folder: folder.path().join("states"),
            limit_bytes: 1 << 30,
        };
        let mut pair = Self {
            path: path.to_owned(),
            options,
            warm: None,
            fresh: Engine::start(),
            states,
            chats: vec![Vec::new(); CHATS],
            tolerance,
            _folder: folder,
        };
        pair.restart();
        pair
    }

    fn restart(&mut self) {
        if let Some(engine) = self.warm.take() {
            let status = engine.shut_down();
            assert!(status.success(), "{status}");
        }
        let mut engine = Engine::start();
        engine.states = Some(self.states.clone());
        let (_, loaded) = engine.load(&self.path, self.options.clone());
        loaded.unwrap();
        self.warm = Some(engine);
    }

    fn carry_out(&mut self, step: &Step) {
        match step {
            Step::Say { chat, words } => {
                self.chats[*chat].push(turn(Role::User, &text(words)));
                self.answer(*chat);
            }
            Step::Edit { chat, at, words } => {
                let questions = self.chats[*chat].len() / 2;
                if questions > 0 {
                    self.chats[*chat].truncate(at % questions * 2);
                    self.chats[*chat].push(turn(Role::User, &text(words)));
                    self.answer(*chat);
                }
            }
            Step::Regenerate { chat } => {
                if self.chats[*chat].pop().is_some() {
                    self.answer(*chat);
                }
            }
            Step::Branch { from, to } => self.chats[*to] = self.chats[*from].clone(),
            Step::Title { chat } => {
                let mut turns = self.chats[*chat].clone();
                turns.push(turn(Role::User, "tell the story"));
                self.reply(*chat, turns, true);
            }
            Step::Together { asked } => self.answer_all(asked),
            Step::Restart => self.restart(),
        }
    }

    /// Has several answered at once, one of each chat. Those that are cancelled were never
    /// asked.
    fn answer_all(&mut self, asked: &[Asked]) {
        let mut tasks: Vec<(&Asked, Task)> = Vec::new();
        for it in asked {
            let is_new = |(other, _): &(&Asked, Task)| other.chat != it.chat;
            if !it.is_title && !tasks.iter().all(is_new) {
                continue;
            }
            let mut turns = self.chats[it.chat].clone();
            turns.push(turn(Role::User, &text(&it.words)));
            let mut task = task(it.chat, turns, it.is_title);
            if it.is_shared {
                // The likeliest of one is the likeliest, and nobody can know.
                task.sampling.temperature = Some(1.0);
                task.sampling.top_k = Some(1);
            }
            tasks.push((it, task));
        }
        let engine = self.warm.as_mut().unwrap();
        let begin = |(_, task): &(&Asked, Task)| engine.begin_task(task.clone());
        let ids: Vec<_> = tasks.iter().map(begin).collect();
        for ((it, _), &id) in tasks.iter().zip(&ids) {
            if it.is_cancelled {
                engine.send(&Request::Cancel { id });
            }
        }
        let replies = engine.finish_all(&ids);
        for ((it, task), warm) in tasks.into_iter().zip(replies) {
            if it.is_cancelled {
                continue;
            }
            let turns = task.turns.clone();
            let reply = self.compare(task, warm);
            if it.is_title {
                continue;
            }
            self.chats[it.chat] = match reply {
                Some(reply) => [turns, vec![turn(Role::Assistant, &reply.text)]].concat(),
                None => Vec::new(),
            };
        }
    }

    /// Has the last message of a chat answered.
    fn answer(&mut self, chat: usize) {
        let turns = self.chats[chat].clone();
        match self.reply(chat, turns, false) {
            Some(reply) => self.chats[chat].push(turn(Role::Assistant, &reply.text)),
            // It no longer fits: the user begins anew.
            None => self.chats[chat].clear(),
        }
    }

    /// Both engines' reply, which must be the same.
    fn reply(&mut self, chat: usize, turns: Vec<Turn>, background: bool) -> Option<Reply> {
        let task = task(chat, turns, background);
        let warm = self.warm.as_mut().unwrap().carry_out(task.clone());
        self.compare(task, warm)
    }

    /// The reply of the engine whose chats live on, which must be the one that the other
    /// engine gives.
    fn compare(&mut self, task: Task, warm: Result<Reply, Fault>) -> Option<Reply> {
        let (_, loaded) = self.fresh.load(&self.path, self.options.clone());
        loaded.unwrap();
        let background = task.background;
        let fresh = self.fresh.carry_out(task);
        let (warm, fresh) = match (warm, fresh) {
            (Ok(warm), Ok(fresh)) => (warm, fresh),
            // Only work in the background may find no room that a fresh engine has.
            (Err(_), Ok(_)) if background => return None,
            (warm, fresh) => {
                assert_eq!(warm.err(), fresh.err());
                return None;
            }
        };
        assert_eq!(fresh.timings.cached_tokens, 0);
        check_same(&warm, &fresh, self.tolerance);
        Some(warm)
    }
}

fn text(words: &[usize]) -> String {
    let words: Vec<&str> = words.iter().map(|&at| WORDS[at]).collect();
    words.join(" ")
}

fn task(chat: usize, turns: Vec<Turn>, background: bool) -> Task {
    Task {
        chat: Some(ChatId(chat as u64)),
        background,
        turns,
        sampling: greedy(6),
        alternatives: Some(20),
        ..Task::default()
    }
}

/// Two replies to the same prompt: the same tokens, each as likely in both. Where two tokens
/// are as likely as each other within the tolerance, either may be chosen, and what follows
/// is another text.
#[track_caller]
fn check_same(one: &Reply, other: &Reply, tolerance: f32) {
    for (a, b) in one.choices.iter().zip(&other.choices) {
        let likely = |choice: &Choice, token: i32| {
            let all = choice.alternatives.iter();
            let found = all.clone().find(|it| it.token == token);
            found.map_or(0.0, |it| it.probability)
        };
        for it in &a.alternatives[..TOLD] {
            let off = (it.probability - likely(b, it.token)).abs();
            assert!(off <= tolerance, "{off}: {a:?} {b:?}");
        }
        if a.token != b.token {
            let gap = likely(a, a.token) - likely(a, b.token);
            assert!(gap <= 2.0 * tolerance, "{gap}: {a:?} {b:?}");
            return;
        }
    }
    assert_eq!(one.text, other.text);
}

/// Runs random histories with a model; the engines live for one history each.
fn check_histories(architecture: Architecture, options: &LoadOptions, cases: u32, tolerance: f32) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tiny.gguf");
    let tiny = Tiny {
        architecture,
        control: &["<|im_start|>", "<|im_end|>"],
        context_tokens: 4096,
        ..Tiny::default()
    };
    tiny.write(&path);
    let config = Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: 60,
        ..Config::default()
    };
    // The same histories each time: a test that fails now and then is of no use.
    let random = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config, random);
    let result = runner.run(&steps(), |steps| {
        let mut pair = Pair::new(&path, options.clone(), tolerance);
        for step in &steps {
            pair.carry_out(step);
        }
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}

fn small(context_tokens: u32, flash_attention: FlashAttention) -> LoadOptions {
    LoadOptions {
        context_tokens: Some(context_tokens),
        flash_attention: Some(flash_attention),
        ..options()
    }
}

#[test]
fn a_chat_with_a_past_is_answered_like_a_new_one() {
    use FlashAttention::{Auto, Off};
    check_histories(Architecture::Llama, &small(1024, Off), 24, EXACT);
    check_histories(Architecture::Llama, &small(1024, Auto), 12, FLASH);
}

#[test]
fn so_it_is_where_a_model_cannot_go_back() {
    use FlashAttention::{Auto, Off};
    check_histories(Architecture::Mamba, &small(1024, Off), 8, EXACT);
    check_histories(Architecture::Hybrid, &small(1024, Off), 8, EXACT);
    check_histories(Architecture::Hybrid, &small(1024, Auto), 4, FLASH);
}

#[test]
fn so_it_is_where_a_model_looks_back_a_short_way_only() {
    use FlashAttention::{Auto, Off};
    check_histories(Architecture::Gemma3, &small(2048, Off), 10, EXACT);
    check_histories(Architecture::Gemma3, &small(2048, Auto), 4, FLASH);
}
