//! What models are for and how they are built, and what is shown of a header.

use super::{inspect, read_bytes};
use crate::builder::{Builder, F16, F32};
use crate::{Purpose, Shape};

fn purpose(builder: &Builder) -> Purpose {
    read_bytes(&builder.bytes()).unwrap().purpose
}

fn of(architecture: &str) -> Builder {
    let mut builder = Builder::model().text("general.architecture", architecture);
    // The table of words, which all of them have.
    builder.tensors.truncate(1);
    builder
}

#[test]
fn models_are_told_apart_by_what_they_are_for() {
    let template = "tokenizer.chat_template";
    let plain = || Builder::model().without(template);
    assert_eq!(purpose(&Builder::model()), Purpose::Chat);
    assert_eq!(purpose(&plain()), Purpose::Base);
    let named = |name| plain().text("general.name", name);
    assert_eq!(purpose(&named("Tiny Instruct 1B")), Purpose::Chat);
    assert_eq!(purpose(&named("gemma-2b-it")), Purpose::Chat);
    assert_eq!(purpose(&named("Italic")), Purpose::Base);
    let base = Builder::model().text("general.name", "Qwen3 0.6B Base");
    assert_eq!(purpose(&base), Purpose::Base);

    for architecture in ["bert", "nomic-bert", "gemma-embedding"] {
        assert_eq!(purpose(&of(architecture)), Purpose::Embedding);
    }
    let pooled = |kind| of("qwen3").number("qwen3.pooling_type", kind);
    assert_eq!(purpose(&pooled(0)), Purpose::Chat);
    assert_eq!(purpose(&pooled(3)), Purpose::Embedding);
    assert_eq!(purpose(&pooled(4)), Purpose::Reranking);
    let judges = of("bert").tensor("cls.output.weight", &[1], F32);
    assert_eq!(purpose(&judges), Purpose::Reranking);

    assert_eq!(purpose(&of("clip")), Purpose::Projector);
    let of_type = |kind| Builder::model().text("general.type", kind);
    assert_eq!(purpose(&of_type("mmproj")), Purpose::Projector);
    assert_eq!(purpose(&of_type("adapter")), Purpose::Other);
    assert_eq!(purpose(&of_type("model")), Purpose::Chat);
    assert_eq!(purpose(&of("flux")), Purpose::Other);
    assert!(Purpose::Base.can_chat() && !Purpose::Embedding.can_chat());
}

fn shape(builder: &Builder) -> Shape {
    read_bytes(&builder.bytes()).unwrap().shape
}

/// A model with heads of 32 numbers, four of them for keys and values.
fn layers(architecture: &str, count: u32) -> Builder {
    let key = |field: &str| format!("{architecture}.{field}");
    of(architecture)
        .number(&key("block_count"), count)
        .number(&key("embedding_length"), 256)
        .number(&key("attention.head_count"), 8)
        .number(&key("attention.head_count_kv"), 4)
}

#[test]
fn what_a_token_takes_is_counted_layer_by_layer() {
    let width = 4 * (32 + 32);
    assert_eq!(shape(&layers("qwen3", 6)).attended_width, 6 * width);
    let wide = layers("qwen3", 6)
        .number("qwen3.attention.key_length", 128)
        .number("qwen3.attention.value_length", 64);
    assert_eq!(shape(&wide).attended_width, 6 * 4 * (128 + 64));
    let each = layers("qwen3", 3).numbers("qwen3.attention.head_count_kv", &[4, 2, 1]);
    assert_eq!(shape(&each).attended_width, 7 * 64);
    let ahead = layers("qwen3", 6).number("qwen3.nextn_predict_layers", 1);
    assert_eq!(shape(&ahead).attended_width, 5 * width);
    let latent = layers("deepseek2", 2)
        .number("deepseek2.attention.head_count_kv", 1)
        .number("deepseek2.attention.key_length", 576)
        .number("deepseek2.attention.key_length_mla", 192);
    assert_eq!(shape(&latent).attended_width, 2 * 576);
    assert_eq!(shape(&layers("bert", 6)).attended_width, 0);
}

#[test]
fn layers_that_look_back_a_short_way_are_counted_apart() {
    let width = 4 * (32 + 32);
    let windowed = |builder: &Builder| {
        let shape = shape(builder);
        let layers = (shape.attended_width / width, shape.windowed_width / width);
        (layers, shape.window_tokens)
    };
    let window = |architecture: &str, count| {
        let field = format!("{architecture}.attention.sliding_window");
        layers(architecture, count).number(&field, 512)
    };
    assert_eq!(windowed(&window("gemma3", 14)), ((2, 12), 512));
    assert_eq!(windowed(&layers("gemma3", 14)), ((14, 0), 0));
    assert_eq!(windowed(&layers("gemma2", 4)), ((2, 2), 4096));
    assert_eq!(windowed(&window("gpt-oss", 5)), ((2, 3), 512));
    // The first of four, not the last.
    assert_eq!(windowed(&window("cohere2moe", 5)), ((2, 3), 512));
    // A window that llama.cpp does not use for this family.
    assert_eq!(windowed(&window("qwen2", 4)), ((4, 0), 0));
    let pattern = "gemma3.attention.sliding_window_pattern";
    let said = window("gemma3", 4).array(pattern, 7, 4, &[1, 0, 1, 1]);
    assert_eq!(windowed(&said), ((1, 3), 512));
    let period = window("gemma3", 4).number(pattern, 2);
    assert_eq!(windowed(&period), ((2, 2), 512));
}

#[test]
fn recurrent_layers_keep_a_state_and_no_keys() {
    let mamba = |architecture: &str, builder: Builder| {
        let key = |field: &str| format!("{architecture}.{field}");
        builder
            .number(&key("ssm.conv_kernel"), 4)
            .number(&key("ssm.inner_size"), 512)
            .number(&key("ssm.state_size"), 16)
            .number(&key("ssm.group_count"), 1)
    };
    let state = 3 * (512 + 2 * 16) + 16 * 512;
    let pure = shape(&mamba("mamba2", layers("mamba2", 3)));
    assert_eq!((pure.attended_width, pure.state_width), (0, 3 * state));
    let mixed = layers("jamba", 3).numbers("jamba.attention.head_count_kv", &[0, 4, 0]);
    let mixed = shape(&mamba("jamba", mixed));
    assert_eq!((mixed.attended_width, mixed.state_width), (256, 2 * state));
    let every_fourth = shape(&mamba("qwen3next", layers("qwen3next", 8)));
    assert_eq!(every_fourth.attended_width, 2 * 256);
    assert_eq!(every_fourth.state_width, 6 * state);
    let lfm = layers("lfm2", 2)
        .numbers("lfm2.attention.head_count_kv", &[0, 4])
        .number("lfm2.shortconv.l_cache", 3);
    assert_eq!(shape(&lfm).state_width, 2 * 256);
    let both = shape(&mamba("falcon-h1", layers("falcon-h1", 3)));
    assert_eq!(
        (both.attended_width, both.state_width),
        (3 * 256, 3 * state)
    );
    for (architecture, keeps_state) in [("kimi-linear", true), ("mamba2", true), ("llama", false)] {
        let shape = shape(&layers(architecture, 2));
        assert_eq!(shape.keeps_state, keeps_state, "{architecture}");
    }
}

#[test]
fn experts_widen_a_layer_as_far_as_they_are_used() {
    let experts = layers("qwen3moe", 2)
        .number("qwen3moe.expert_count", 64)
        .number("qwen3moe.expert_used_count", 8)
        .number("qwen3moe.expert_feed_forward_length", 768);
    assert_eq!(shape(&experts).feed_forward_length, 8 * 768);
    let before = read_bytes(&experts.bytes()).unwrap().active_bytes;
    let grown = experts.tensor("blk.0.ffn_up_exps.weight", &[256, 4, 64], F32);
    let after = read_bytes(&grown.bytes()).unwrap();
    assert_eq!(after.active_bytes - before, 256 * 4 * 8 * 4, "8 of 64");
    // The words are looked up, not read, where the output has weights of its own.
    let output = Builder::model().tensor("output.weight", &[256, 12], F16);
    let header = read_bytes(&output.bytes()).unwrap();
    assert_eq!(header.weight_bytes - header.active_bytes, 256 * 12 * 2);
}

#[test]
fn a_split_model_is_judged_by_all_its_files() {
    let folder = tempfile::tempdir().unwrap();
    let path = |part| folder.path().join(format!("big-{part:05}-of-00002.gguf"));
    let mut first = Builder::model()
        .short("split.no", 0)
        .short("split.count", 2);
    let mut second = Builder::empty()
        .short("split.no", 1)
        .short("split.count", 2)
        .tensor("output.weight", &[256, 12], F16);
    second.tensors.extend(first.tensors.drain(1..));
    std::fs::write(path(1), first.bytes()).unwrap();
    std::fs::write(path(2), second.bytes()).unwrap();
    let header = super::read(&path(1)).unwrap();
    let whole = Builder::model().tensor("output.weight", &[256, 12], F16);
    let whole = read_bytes(&whole.bytes()).unwrap();
    assert_eq!(header.parameters, whole.parameters);
    assert_eq!(header.weight_bytes, whole.weight_bytes);
    // The words are looked up, since the output has weights of its own: in the other file.
    assert_eq!(header.active_bytes, whole.active_bytes);
    assert_eq!(header.quantisation, "Q4_K_M");
    let sizes = [path(1), path(2)].map(|it| it.metadata().unwrap().len());
    assert_eq!(header.file_size_bytes, sizes.iter().sum::<u64>());
    let details = inspect(&path(1)).unwrap();
    assert_eq!((details.header, details.tensors.len()), (header, 5));

    let foreign = second.tensor("blk.0.of_another_model.weight", &[4], F32);
    std::fs::write(path(2), foreign.bytes()).unwrap();
    let error = super::read(&path(1)).unwrap_err().to_string();
    assert!(error.contains("-00002-of-00002.gguf: damaged"), "{error}");
    std::fs::remove_file(path(2)).unwrap();
    let error = super::read(&path(1)).unwrap_err().to_string();
    assert!(error.contains("is missing"), "{error}");
}

#[test]
fn what_this_llama_cpp_does_not_know_is_said_before_it_is_loaded() {
    let unknown = read_bytes(&of("llama9").bytes()).unwrap_err();
    assert_eq!(
        unknown.to_string(),
        "m.gguf: unknown architecture \"llama9\""
    );
    // Gemma writes with the words it reads with.
    let tied = || of("gemma").tensor("blk.0.attn_q.weight", &[4], F32);
    assert!(read_bytes(&tied().bytes()).is_ok());
    let error = read_bytes(&tied().tensor("output.weight", &[4], F32).bytes()).unwrap_err();
    assert_eq!(
        std::error::Error::source(&error).unwrap().to_string(),
        "tensor output.weight is none of the architecture gemma"
    );
    assert_eq!(purpose(&of("eagle3")), Purpose::Draft);
}

#[test]
fn a_whole_header_can_be_shown() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tiny.gguf");
    let long = "x".repeat(100_000);
    let builder = Builder::model()
        .text("tokenizer.chat_template", &long)
        .text("general.description", "one\ntwo\x1b[2J")
        .float("llama.rope.freq_base", 500_000.0)
        .tensor("output.weight", &[256, 2], F16);
    std::fs::write(&path, builder.bytes()).unwrap();
    let details = inspect(&path).unwrap();
    assert_eq!(details.header, super::read(&path).unwrap());
    assert_eq!(details.types(), "F16 × 2, Q4_K × 2, F32 × 1");
    assert_eq!(details.chat_template.as_deref(), Some(long.as_str()));
    let value = |name: &str| {
        let field = details.fields.iter().find(|it| it.name == name).unwrap();
        (field.value.as_str(), field.count)
    };
    assert_eq!(value("general.description"), ("one\ntwo[2J", None));
    assert_eq!(value("llama.rope.freq_base"), ("500000", None));
    assert_eq!(value("tokenizer.ggml.merges"), ("a b", Some(1)));
    assert_eq!(value("tokenizer.ggml.tokens"), ("…", Some(5)));
    assert_eq!(value("tokenizer.ggml.token_type").1, Some(5));
    assert_eq!(details.fields[0].name, "general.architecture");
    let last = details.tensors.last().unwrap();
    assert_eq!((last.name.as_str(), last.kind), ("output.weight", "F16"));
    assert_eq!(
        (last.shape.as_slice(), last.size_bytes),
        (&[256, 2][..], 1024)
    );
}
