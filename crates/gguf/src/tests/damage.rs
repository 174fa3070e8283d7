//! Files that are wrong in one way each, and what is said of them.

use super::read_bytes;
use crate::builder::{Builder, F16, F32, Q4_K, string};
use crate::{Damage, Error};

#[track_caller]
fn check_damage(builder: &Builder, expected: &Damage) {
    match read_bytes(&builder.bytes()) {
        Err(Error::Damaged { damage, .. }) => assert_eq!(&damage, expected),
        other => panic!("{expected:?} was expected, {other:?} came"),
    }
}

fn field(name: &str) -> Damage {
    Damage::field(name)
}

#[test]
fn duplicate_words_are_found() {
    let duplicate = |words: &[&str], word: &str| {
        check_damage(
            &Builder::model().words("tokenizer.ggml.tokens", words),
            &Damage::DuplicateToken {
                word: word.to_owned(),
            },
        );
    };
    duplicate(&["a", "b", "c", "b"], "b");
    duplicate(&["a", "b\0", "c", "b\0d"], "b");
    duplicate(&["[EMPTY_1]", ""], "[EMPTY_1]");

    // Empty words get names of their own.
    let empties = Builder::model().words("tokenizer.ggml.tokens", &["", "\0", ""]);
    assert_eq!(read_bytes(&empties.bytes()).unwrap().vocab_size, Some(3));
    // Without a tokenizer, nobody looks at them.
    let unused = Builder::model()
        .words("tokenizer.ggml.tokens", &["a", "a"])
        .text("tokenizer.ggml.model", "none");
    assert!(read_bytes(&unused.bytes()).is_ok());
}

#[test]
fn counts_that_llama_asserts_are_refused() {
    let model = Builder::model;
    for value in [0, 513, u32::MAX] {
        check_damage(
            &model().number("llama.block_count", value),
            &Damage::BlockCount { value },
        );
    }
    assert!(read_bytes(&model().number("llama.block_count", 512).bytes()).is_ok());

    let experts = |count, used| {
        model()
            .number("llama.expert_count", count)
            .number("llama.expert_used_count", used)
    };
    assert!(read_bytes(&experts(8, 2).bytes()).is_ok());
    check_damage(&experts(1025, 2), &field("llama.expert_count"));
    check_damage(&experts(8, 9), &field("llama.expert_used_count"));
    check_damage(&experts(8, 0), &field("llama.expert_used_count"));
    check_damage(
        &model().number("llama.nextn_predict_layers", 3),
        &field("llama.nextn_predict_layers"),
    );
    check_damage(
        &model().text("llama.rope.scaling.type", "bent"),
        &field("llama.rope.scaling.type"),
    );
    check_damage(&experts(0, 1), &field("llama.expert_used_count"));
    check_damage(
        &model().number("llama.expert_count", 8),
        &field("llama.expert_used_count"),
    );
    let each = |used: &[u32]| {
        model()
            .number("llama.expert_count", 8)
            .numbers("llama.expert_used_count", used)
    };
    assert!(read_bytes(&each(&[0, 2]).bytes()).is_ok());
    check_damage(&each(&[2, 9]), &field("llama.expert_used_count"));

    let groups = |groups, used| {
        experts(8, 2)
            .number("llama.expert_group_count", groups)
            .number("llama.expert_group_used_count", used)
    };
    assert!(read_bytes(&groups(4, 2).bytes()).is_ok());
    assert!(read_bytes(&groups(1, 1).bytes()).is_ok());
    for (count, used) in [(3, 1), (8, 1), (16, 1)] {
        check_damage(&groups(count, used), &field("llama.expert_group_count"));
    }
    for used in [0, 4, 5] {
        check_damage(&groups(4, used), &field("llama.expert_group_used_count"));
    }
}

#[test]
fn sizes_that_llama_asserts_are_refused() {
    let model = Builder::model;
    for value in [1 << 31, u32::MAX] {
        check_damage(
            &model().number("llama.context_length", value),
            &field("llama.context_length"),
        );
    }
    check_damage(
        &model().number("llama.rope.dimension_count", 63),
        &field("llama.rope.dimension_count"),
    );
    for epsilon in [-1e-5, f32::NAN, f32::INFINITY] {
        for name in [
            "llama.attention.layer_norm_rms_epsilon",
            "llama.attention.layer_norm_epsilon",
        ] {
            check_damage(&model().float(name, epsilon), &field(name));
        }
    }
    let gemma = |layers| {
        model()
            .text("general.architecture", "gemma3")
            .number("gemma3.block_count", layers)
            .number("gemma3.attention.sliding_window", 512)
    };
    assert!(read_bytes(&gemma(12).bytes()).is_ok());
    let name = "gemma3.attention.sliding_window_pattern";
    check_damage(&gemma(12).number(name, 1), &field(name));
    check_damage(&gemma(2).array(name, 7, 2, &[0, 0]), &field(name));
    assert!(read_bytes(&gemma(2).array(name, 7, 2, &[1, 0]).bytes()).is_ok());
}

#[test]
fn vocabularies_that_llama_cannot_write_with_are_refused() {
    let hex: Vec<String> = (0..=255).map(|byte| format!("<0x{byte:02X}>")).collect();
    let words = |count: usize| {
        let words: Vec<&str> = hex.iter().take(count).map(String::as_str).collect();
        Builder::model()
            .text("tokenizer.ggml.model", "llama")
            .words("tokenizer.ggml.tokens", &words)
    };
    assert!(read_bytes(&words(256).bytes()).is_ok());
    check_damage(&words(255), &Damage::NoBytes);
    check_damage(&words(0), &Damage::NoBytes);

    let byte_token = [1_i32, 6, 1, 1, 1].map(i32::to_le_bytes).concat();
    let with = |tokenizer| {
        Builder::model()
            .text("tokenizer.ggml.model", tokenizer)
            .array("tokenizer.ggml.token_type", 5, 5, &byte_token)
    };
    for tokenizer in ["gpt2", "bert"] {
        check_damage(&with(tokenizer), &field("tokenizer.ggml.token_type"));
    }
    assert!(read_bytes(&with("t5").bytes()).is_ok());
}

#[test]
fn fields_of_the_wrong_kind_are_refused() {
    let model = Builder::model;
    let cases = [
        model().text("llama.block_count", "2"),
        model().number("general.architecture", 1),
        model().field("general.name", 8, &string(b"\xff")),
        model().text("general.name", &"long ".repeat(1000)),
        model().number("tokenizer.ggml.tokens", 5),
        model().array("tokenizer.ggml.scores", 9, 0, &[]),
        model().array("tokenizer.ggml.scores", 77, 0, &[]),
        model().field("general.alignment", 10, &32_u64.to_le_bytes()),
        model().field("general.flag", 13, &[]),
        model().number("", 1),
    ];
    let names = [
        "llama.block_count",
        "general.architecture",
        "general.name",
        "general.name",
        "tokenizer.ggml.tokens",
        "tokenizer.ggml.scores",
        "tokenizer.ggml.scores",
        "general.alignment",
        "general.flag",
        "",
    ];
    for (builder, name) in cases.iter().zip(names) {
        check_damage(builder, &field(name));
    }

    let missing = Damage::MissingField {
        name: "general.architecture".to_owned(),
    };
    check_damage(&model().without("general.architecture"), &missing);
    check_damage(&model().text("general.architecture", ""), &missing);

    let mut twice = model();
    twice.fields.push(twice.fields[1].clone());
    let name = "general.name".to_owned();
    check_damage(&twice, &Damage::DuplicateKey { name });

    for value in [0, 33] {
        check_damage(
            &model().number("general.alignment", value),
            &Damage::Alignment { value },
        );
    }
}

#[test]
fn sizes_that_overflow_are_refused() {
    let overflow = Damage::overflow;
    let huge = (1_u64 << 30) + 1;
    let model = Builder::model;
    check_damage(
        &model().array("tokenizer.ggml.tokens", 8, huge, &[]),
        &overflow("tokenizer.ggml.tokens"),
    );
    check_damage(
        &model().array("tokenizer.ggml.scores", 6, u64::MAX, &[]),
        &overflow("tokenizer.ggml.scores"),
    );
    check_damage(
        &model().field("general.name", 8, &u64::MAX.to_le_bytes()),
        &overflow("general.name"),
    );
    for shape in [
        &[1 << 62, 4][..],
        &[1 << 63],
        &[u64::MAX, 1],
        &[1 << 20, 1 << 20, 1 << 20, 1 << 20],
    ] {
        check_damage(
            &model().odd_tensor("t", shape, F16, None, 0),
            &overflow("t"),
        );
    }
    // As many elements as fit, in more bytes than do.
    check_damage(
        &model().odd_tensor("t", &[1 << 62], F32, None, 0),
        &overflow("t"),
    );

    let counts = |place: usize, field: &str| {
        let mut bytes = model().bytes();
        bytes[place..place + 8].copy_from_slice(&u64::MAX.to_le_bytes());
        let error = read_bytes(&bytes).unwrap_err();
        assert!(
            matches!(&error, Error::Damaged { damage, .. } if *damage == overflow(field)),
            "{error:?}"
        );
    };
    counts(8, "tensor count");
    counts(16, "field count");
}

#[test]
fn wrong_tensors_are_refused() {
    let name = || "t".to_owned();
    let with =
        |shape: &[u64], kind, offset| Builder::model().odd_tensor("t", shape, kind, offset, 0);
    for value in [4, 5, 31, 36, 43, u32::MAX] {
        let expected = Damage::TensorType {
            name: name(),
            value,
        };
        check_damage(&with(&[256], value, None), &expected);
    }
    let shape = Damage::TensorShape { name: name() };
    check_damage(&with(&[255, 2], Q4_K, None), &shape);
    check_damage(&with(&[1; 5], F32, None), &shape);
    check_damage(
        &with(&[0], F32, Some(0)),
        &Damage::TensorOffset { name: name() },
    );
    check_damage(
        &with(&[0], F32, None).tensor("t", &[1], F32),
        &Damage::DuplicateTensor { name: name() },
    );
    check_damage(
        &Builder::model().tensor(&"t".repeat(64), &[1], F32),
        &field("tensor name"),
    );
}
