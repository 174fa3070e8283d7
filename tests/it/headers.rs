//! What is told of a model before it is loaded, against what llama.cpp says and takes.

use std::path::Path;

use charla::engine::protocol::ModelInfo;
use charla::params::{KvType, LoadOptions};
use gguf::{Estimate, Header, Purpose};

use crate::support::engine::{Engine, greedy, long_prompt, question};
use crate::support::tiny::{Architecture, Shape, Tiny, Weights};
use crate::support::{model, options};

fn with(context_tokens: u32, kv_type: KvType) -> LoadOptions {
    LoadOptions {
        context_tokens: Some(context_tokens),
        kv_type: Some(kv_type),
        ..options()
    }
}

/// Every value that both know must be the same.
#[track_caller]
fn check_values(header: &Header, loaded: &ModelInfo) {
    assert_eq!(header.architecture, loaded.architecture);
    assert_eq!(header.parameters, loaded.parameters);
    assert_eq!(header.name.as_deref(), Some(loaded.name.as_str()));
    let trained = u64::from(loaded.trained_context_tokens);
    assert_eq!(header.context_length, Some(trained));
    // One more than the repeating layers: the output.
    let layers: u32 = loaded.placement.iter().map(|it| it.layers).sum();
    assert_eq!(
        header.block_count.map(|count| count + 1),
        Some(layers.into())
    );
    assert_eq!(header.weight_bytes, loaded.size_bytes);
}

#[track_caller]
fn check_near(what: &str, told: u64, taken: u64) {
    // Below a megabyte, a page more or less is more than a tenth.
    let off = told.abs_diff(taken).saturating_sub(1 << 20);
    assert!(off * 10 <= taken, "{what}: {told} told, {taken} taken");
}

#[track_caller]
fn check_memory(path: &Path, engine: &mut Engine, context_tokens: u32, kv_type: KvType) {
    let header = gguf::read(path).unwrap();
    let loaded = engine.load(path, with(context_tokens, kv_type)).1.unwrap();
    check_values(&header, &loaded);
    let told = Estimate::of(&header, context_tokens, kv_type.block_bytes());
    let taken = loaded.memory;
    check_near("weights", told.weight_bytes, taken.weight_bytes);
    check_near("KV cache", told.kv_bytes, taken.kv_bytes);
    check_near("all", told.needed_bytes(), taken.total_bytes());
}

#[test]
fn the_header_says_what_llama_cpp_says_of_the_real_model() {
    let mut engine = Engine::start();
    for kv_type in KvType::ALL {
        for context in [256, 2048, 8192] {
            check_memory(&model(), &mut engine, context, kv_type);
        }
    }
}

#[test]
fn the_header_says_what_llama_cpp_says_of_every_way_to_remember() {
    let folder = tempfile::tempdir().unwrap();
    let mut engine = Engine::start();
    for architecture in [
        Architecture::Llama,
        Architecture::Gemma3,
        Architecture::Mamba,
        Architecture::Hybrid,
    ] {
        let path = folder.path().join(format!("{architecture:?}.gguf"));
        let tiny = Tiny {
            architecture,
            control: &["<|im_start|>", "<|im_end|>"],
            context_tokens: 16_384,
            weights: Weights::F16,
            shape: Shape {
                embedding: 512,
                layers: 8,
                heads: 8,
                kv_heads: 4,
                feed_forward: 2048,
                words: 20_000,
            },
            ..Tiny::default()
        };
        tiny.write(&path);
        for context in [2048, 16_384] {
            check_memory(&path, &mut engine, context, KvType::F16);
        }
    }
    let path = folder.path().join("bert.gguf");
    let tiny = Tiny {
        architecture: Architecture::Bert,
        ..Tiny::default()
    };
    tiny.write(&path);
    let header = gguf::read(&path).unwrap();
    assert_eq!(header.purpose, Purpose::Embedding);
    assert_eq!(
        Estimate::of(&header, 512, KvType::F16.block_bytes()).kv_bytes,
        0
    );
}

/// Seen from outside: what the system says the process has held.
#[cfg(target_os = "linux")]
#[test]
fn a_full_context_takes_what_was_told() {
    for context_tokens in [512, 1536] {
        let header = gguf::read(&model()).unwrap();
        let told = Estimate::of(&header, context_tokens, KvType::F16.block_bytes());
        let mut engine = Engine::loaded(with(context_tokens, KvType::F16)).0;
        let prompt = long_prompt(context_tokens as usize - 80);
        engine.reply(&question(&prompt), greedy(40)).unwrap();
        let taken = engine.peak_bytes();
        println!(
            "{context_tokens}: {} told, {taken} taken",
            told.resident_bytes()
        );
        check_near("the process", told.resident_bytes(), taken);
    }
}
