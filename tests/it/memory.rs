//! What a model takes of memory: told before and after, refused where it is too much, and
//! how it can be made less.

use std::process::Command;

use charla::engine::fault::Fit;
use charla::engine::notice::DraftProblem;
use charla::engine::protocol::{MemoryUse, ModelInfo};
use charla::engine::{Fault, Notice};
use charla::i18n::{I18n, Language};
use charla::params::{FlashAttention, KvType, LoadOptions};

use crate::support::engine::{Engine, greedy, question};
use crate::support::{CHARLA, Home, QUESTION, model, options, run};

const GIB: u64 = 1 << 30;

/// An engine that takes no more than this as free, however much there is.
fn limited(limit_bytes: u64) -> Engine {
    let mut command = Command::new(CHARLA);
    command.env("CHARLA_MEMORY_LIMIT_BYTES", limit_bytes.to_string());
    Engine::with(command)
}

fn with(context_tokens: u32, kv_type: KvType) -> LoadOptions {
    LoadOptions {
        context_tokens: Some(context_tokens),
        kv_type: Some(kv_type),
        ..options()
    }
}

/// What would be taken, as the refusal says it.
#[track_caller]
fn estimate(options: LoadOptions) -> (MemoryUse, Vec<Fit>) {
    match limited(1).load(&model(), options).1 {
        Err(Fault::NotEnoughMemory {
            needed_bytes,
            weight_bytes,
            kv_bytes,
            compute_bytes,
            fits,
            ..
        }) => {
            let estimate = MemoryUse {
                weight_bytes,
                kv_bytes,
                compute_bytes,
            };
            assert_eq!(estimate.total_bytes(), needed_bytes);
            (estimate, fits)
        }
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn check_near(estimated: u64, taken: u64) {
    let off = estimated.abs_diff(taken);
    assert!(off * 10 <= taken, "{estimated} estimated, {taken} taken");
}

#[test]
fn the_estimate_is_what_llama_cpp_then_takes() {
    let mut engine = Engine::start();
    for kv_type in KvType::ALL {
        for context in [512, 8192] {
            let asked = with(context, kv_type);
            let (estimate, fits) = estimate(asked.clone());
            assert_eq!(fits, [], "nothing fits into one byte");
            let taken = engine.load(&model(), asked).1.unwrap().memory;
            check_near(estimate.weight_bytes, taken.weight_bytes);
            check_near(estimate.kv_bytes, taken.kv_bytes);
            check_near(estimate.compute_bytes, taken.compute_bytes);
        }
    }
}

#[test]
fn a_packed_cache_takes_less_and_still_answers() {
    let mut engine = Engine::start();
    let mut last = u64::MAX;
    for kv_type in KvType::ALL {
        let info = engine.load(&model(), with(2048, kv_type)).1.unwrap();
        assert!(info.memory.kv_bytes < last / 10 * 6, "{info:?}");
        last = info.memory.kv_bytes;
        // What a model of this size knows does not survive the packing.
        let reply = engine.reply(&question(QUESTION), greedy(32)).unwrap();
        assert!(!reply.text.is_empty(), "{kv_type:?}: {reply:?}");
    }
    let without_flash = LoadOptions {
        flash_attention: Some(FlashAttention::Off),
        ..with(2048, KvType::Q8_0)
    };
    let refused = engine.load(&model(), without_flash.clone()).1;
    assert_eq!(
        refused.unwrap_err(),
        Fault::NeedsFlashAttention {
            kv_type: KvType::Q8_0
        }
    );
    for choice in FlashAttention::ALL {
        let unpacked = LoadOptions {
            kv_type: None,
            flash_attention: Some(choice),
            ..without_flash.clone()
        };
        engine.load(&model(), unpacked).1.unwrap();
        let reply = engine.reply(&question(QUESTION), greedy(32)).unwrap();
        assert!(!reply.text.is_empty(), "{choice:?}: {reply:?}");
    }
}

#[test]
fn a_refusal_for_memory_can_be_overruled() {
    let home = Home::new();
    let ask = |force: &[&str]| {
        let usual = ["--seed", "1", "-n", "8", "--context", "512"];
        let mut command = home.ask(&[&usual[..], force, &[QUESTION]].concat());
        command.env("CHARLA_MEMORY_LIMIT_BYTES", (220 << 20).to_string());
        run(command, b"")
    };
    let refused = ask(&[]);
    assert_eq!(refused.code, Some(1));
    assert!(
        refused.stderr.contains("With --force"),
        "{}",
        refused.stderr
    );
    assert!(
        refused.stderr.contains("from the disk"),
        "{}",
        refused.stderr
    );
    let forced = ask(&["--force"]);
    assert_eq!((forced.code, forced.stderr.as_str()), (Some(0), ""));
    assert!(!forced.stdout.trim().is_empty());
}

#[test]
fn the_limit_counts_in_the_lists_too() {
    let home = Home::new();
    let fits = |limit_bytes: u64| {
        let mut command = home.charla(&["models", "info"]);
        command.env("CHARLA_MEMORY_LIMIT_BYTES", limit_bytes.to_string());
        command.arg(model());
        run(command, b"").stdout
    };
    assert!(
        fits(100 << 20).contains("Does not fit"),
        "{}",
        fits(100 << 20)
    );
    assert!(!fits(2 * GIB).contains("Does not fit"), "{}", fits(2 * GIB));
}

#[test]
fn a_draft_model_without_room_is_left_out() {
    let with_draft = LoadOptions {
        draft_model: Some(model()),
        ..with(512, KvType::F16)
    };
    let (alone, _) = estimate(with(512, KvType::F16));
    // Enough for the model and the margin, not for two.
    let mut engine = limited((alone.total_bytes() + (65 << 20)) / 19 * 20);
    let info = engine.load(&model(), with_draft.clone()).1.unwrap();
    let is_left_out = |info: &ModelInfo| {
        let mut notices = info.notices.iter();
        notices.any(|it| {
            let reason = match it {
                Notice::DraftRefused { reason, .. } => Some(reason),
                _ => None,
            };
            matches!(reason, Some(DraftProblem::NoRoom { short_bytes }) if *short_bytes > 0)
        })
    };
    assert!(is_left_out(&info), "{info:?}");
    let info = limited(4 * GIB).load(&model(), with_draft).1.unwrap();
    assert!(!is_left_out(&info), "{info:?}");
}

/// 23 KB a token: a context of a million takes 24 GB.
#[test]
fn what_cannot_fit_is_refused_before_it_is_tried() {
    let mut engine = limited(16 * GIB);
    let refused = engine.load(&model(), with(1 << 20, KvType::F16)).1;
    let fault = refused.unwrap_err();
    let Fault::NotEnoughMemory {
        device,
        needed_bytes,
        free_bytes,
        kv_bytes,
        context_tokens,
        fits,
        ..
    } = &fault
    else {
        panic!("{fault:?}");
    };
    assert_eq!((device.as_str(), *context_tokens), ("CPU", 1 << 20));
    assert_eq!(*kv_bytes, 23_040 << 20);
    assert!(
        *needed_bytes > *kv_bytes && *free_bytes < 16 * GIB,
        "{fault:?}"
    );
    // How much is offered depends on what is really free here.
    let Some(Fit::Context {
        context_tokens,
        kv_type: KvType::F16,
    }) = fits.first()
    else {
        panic!("{fits:?}");
    };
    assert!((65_536..1 << 20).contains(context_tokens), "{fits:?}");
    for (language, words) in [
        (
            Language::En,
            ["needs 25.3 GB of memory on CPU", "1,048,576 tokens", "fits"],
        ),
        (
            Language::Es,
            ["25,3 GB de memoria en CPU", "1.048.576 tokens", "Cabe"],
        ),
    ] {
        let said = I18n::new(language).say(&fault);
        for word in words {
            assert!(said.contains(word), "{said}");
        }
        assert!(!said.contains('\n'), "{said}");
    }
    // The engine is as good as before.
    engine.load(&model(), options()).1.unwrap();
}

#[test]
fn what_is_offered_works() {
    let limit_bytes = 300 << 20;
    let mut engine = limited(limit_bytes);
    let refused = engine.load(&model(), with(8192, KvType::F16)).1;
    let Err(Fault::NotEnoughMemory { fits, .. }) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(fits.len(), 3, "{fits:?}");
    for fit in fits {
        let Fit::Context {
            context_tokens,
            kv_type,
        } = fit
        else {
            panic!("{fit:?}");
        };
        let info = engine
            .load(&model(), with(context_tokens, kv_type))
            .1
            .unwrap();
        assert_eq!(info.context_tokens, context_tokens);
        assert!(info.memory.total_bytes() < limit_bytes, "{info:?}");
    }
}

#[test]
fn weights_can_be_read_instead_of_mapped() {
    let load = |mmap| {
        let asked = LoadOptions {
            mmap,
            ..with(512, KvType::F16)
        };
        let (mut engine, info) = Engine::loaded(asked);
        let reply = engine.reply(&question(QUESTION), greedy(32)).unwrap();
        assert!(reply.text.contains("Paris"), "{mmap:?}: {reply:?}");
        (engine, info)
    };
    for mmap in [None, Some(true), Some(false)] {
        let (_engine, info) = load(mmap);
        check_near(info.memory.weight_bytes, 96_600_000);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn weights_that_cannot_be_locked_are_told() {
    let asked = |mlock| LoadOptions {
        mlock,
        ..with(512, KvType::F16)
    };
    let notices = |info: ModelInfo| info.notices;
    // Who may lock what they like is not held to a limit, so that right is given up.
    let mut command = Command::new("setpriv");
    command
        .args([
            "--inh-caps=-all",
            "--bounding-set=-ipc_lock",
            "prlimit",
            "--memlock=4096:4096",
        ])
        .arg(CHARLA);
    let mut engine = Engine::with(command);
    let (_, loaded) = engine.load(&model(), asked(Some(true)));
    assert_eq!(notices(loaded.unwrap()), [Notice::NotLocked]);
    let (_, loaded) = engine.load(&model(), asked(None));
    assert_eq!(notices(loaded.unwrap()), []);
}

#[test]
fn a_context_beyond_the_training_is_told() {
    let home = Home::new();
    let short = ["--temperature", "0", "-n", "4"];
    let outcome = run(
        home.ask(&[&short[..], &["--context", "16384", QUESTION]].concat()),
        b"",
    );
    assert_eq!(outcome.code, Some(0), "{outcome:?}");
    assert_eq!(outcome.stderr.lines().count(), 1, "{outcome:?}");
    for words in ["16,384 tokens", "trained for 8,192"] {
        assert!(outcome.stderr.contains(words), "{outcome:?}");
    }
    // An engine takes what makes no sense for the nearest that does; a person is told.
    let (_, info) = Engine::loaded(with(0, KvType::F16));
    assert_eq!((info.context_tokens, info.notices), (256, vec![]));
    for context in ["0", "4000000000"] {
        let outcome = run(home.ask(&["--context", context, "Hi"]), b"");
        assert_eq!(outcome.code, Some(2), "{outcome:?}");
    }
}

#[test]
fn ask_passes_on_how_to_load() {
    let home = Home::new();
    let ask = |arguments: &[&str]| {
        let short = ["--temperature", "0", "-n", "16", "--context", "512"];
        run(home.ask(&[&short, arguments, &[QUESTION]].concat()), b"")
    };
    let outcome = ask(&["--kv-type", "f16", "--flash-attention", "on", "--no-mmap"]);
    assert_eq!(outcome.code, Some(0), "{outcome:?}");
    assert!(outcome.stdout.contains("Paris"), "{outcome:?}");
    let outcome = ask(&["--kv-type", "q8_0", "--flash-attention", "off"]);
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
    assert!(
        outcome.stderr.contains("needs flash attention"),
        "{outcome:?}"
    );
    let outcome = ask(&["--kv-type", "q3"]);
    assert_eq!(outcome.code, Some(2), "{outcome:?}");
    assert!(outcome.stderr.contains("f16, q8_0, q4_0"), "{outcome:?}");

    let mut command = home.ask(&["--context", "65536", QUESTION]);
    command.env("CHARLA_MEMORY_LIMIT_BYTES", (GIB / 2).to_string());
    let outcome = run(command, b"");
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
    assert_eq!(outcome.stderr.lines().count(), 1, "{outcome:?}");
    assert!(outcome.stderr.contains("This needs 1.8 GB"), "{outcome:?}");
}
