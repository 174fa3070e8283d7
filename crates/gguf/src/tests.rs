//! What is read of whole files, and how files that are none or not whole are refused.

mod damage;
mod models;

use std::fmt::Debug;
use std::io::Cursor;

use super::*;
use crate::builder::F32;

fn read_bytes(bytes: &[u8]) -> Result<Header, Error> {
    let size_bytes = bytes.len() as u64;
    read_from(Cursor::new(bytes), size_bytes)
        .map_err(|fault| fault.at(Path::new("m.gguf"), size_bytes))
}

#[track_caller]
fn check_error<T: Debug>(result: Result<T, Error>, expected: &str) {
    let error = result.expect_err("an error was expected");
    assert_eq!(error.to_string(), expected);
}

#[test]
fn a_whole_header_is_read() {
    let bytes = Builder::model().bytes();
    let expected = Header {
        version: 3,
        file_size_bytes: bytes.len() as u64,
        architecture: "llama".to_owned(),
        name: Some("Tiny".to_owned()),
        maker: Some("Ada & Co.".to_owned()),
        licence: Some("mit".to_owned()),
        purpose: Purpose::Chat,
        context_length: Some(2048),
        block_count: Some(2),
        parameters: 256 * 12 + 2 * 256 * 4 + 3,
        weight_bytes: 256 * 12 * 2 + 2 * 576 + 12,
        active_bytes: 256 * 12 * 2 + 2 * 576 + 12,
        weights_start_bytes: bytes.len() as u64 - (256 * 12 * 2 + 576 + 32 + 576),
        quantisation: "Q4_K_M".to_owned(),
        has_chat_template: true,
        vocab_size: Some(5),
        tokenizer: Some("gpt2".to_owned()),
        shape: Shape {
            embedding_length: 256,
            feed_forward_length: 512,
            head_count: 8,
            attended_width: 2 * 4 * (32 + 32),
            ..Shape::default()
        },
        parts: 1,
    };
    assert_eq!(read_bytes(&bytes).unwrap(), expected);
}

#[test]
fn what_may_be_missing_is_none() {
    let header = read_bytes(
        &Builder::empty()
            .text("general.architecture", "flux")
            .bytes(),
    );
    let expected = Header {
        version: 3,
        file_size_bytes: header.as_ref().unwrap().file_size_bytes,
        architecture: "flux".to_owned(),
        purpose: Purpose::Other,
        weights_start_bytes: 96,
        parts: 1,
        ..Header::default()
    };
    assert_eq!(header.unwrap(), expected);
}

#[test]
fn the_file_says_what_its_quantisation_is() {
    let with = |file_type| {
        let bytes = Builder::model().number("general.file_type", file_type);
        read_bytes(&bytes.bytes()).unwrap().quantisation
    };
    assert_eq!(with(14), "Q4_K_S");
    // Rows that do not suit the type are quantised to another, so most may have that one.
    assert_eq!(with(17), "Q5_K_M");
    assert_eq!(
        with(1024 + 15),
        "Q4_K_M",
        "as llama.cpp marks its own guesses"
    );
    // A file that is quantised and says that it is not: the embeddings are F16, and larger,
    // but the layers are Q4_K.
    assert_eq!(with(1), "Q4_K");
    assert_eq!(with(9999), "Q4_K");

    let no_weights = Builder::empty()
        .text("general.architecture", "llama")
        .number("general.file_type", 17);
    assert_eq!(
        read_bytes(&no_weights.bytes()).unwrap().quantisation,
        "Q5_K_M"
    );
}

#[test]
fn version_2_and_other_alignments_are_read() {
    let mut builder = Builder::model().number("general.alignment", 64);
    builder.version = 2;
    builder.alignment = 64;
    assert_eq!(read_bytes(&builder.bytes()).unwrap().version, 2);
}

#[test]
fn the_first_part_of_a_split_model_is_read_and_a_later_one_is_named() {
    let first = Builder::model()
        .short("split.no", 0)
        .short("split.count", 3);
    assert_eq!(read_bytes(&first.bytes()).unwrap().parts, 3);
    let later = Builder::empty()
        .short("split.no", 1)
        .short("split.count", 3);
    check_error(read_bytes(&later.bytes()), "m.gguf: part 2 of 3");
}

#[test]
fn what_is_no_gguf_is_told_apart() {
    check_error(read_bytes(b""), "m.gguf: empty");
    check_error(read_bytes(b"P"), "m.gguf: not a GGUF file");
    check_error(read_bytes(b"GGML0000"), "m.gguf: not a GGUF file");
    check_error(
        read_bytes(b"GG"),
        "m.gguf: truncated, 2 of at least 3 bytes",
    );

    let with = |version| {
        let mut builder = Builder::model();
        builder.version = version;
        read_bytes(&builder.bytes())
    };
    check_error(with(0), "m.gguf: GGUF version 0");
    check_error(with(1), "m.gguf: GGUF version 1");
    check_error(with(4), "m.gguf: GGUF version 4");
    check_error(with(3_u32.swap_bytes()), "m.gguf: big-endian GGUF");
}

#[test]
fn tensors_past_the_end_are_refused() {
    let builder = Builder::empty()
        .text("general.architecture", "llama")
        .tensor("output.weight", &[32], F32);
    let whole = builder.bytes();
    let size = whole.len();
    assert!(read_bytes(&whole).is_ok());
    check_error(
        read_bytes(&whole[..size - 1]),
        &format!("m.gguf: truncated, {} of at least {size} bytes", size - 1),
    );
}

#[test]
fn a_truncated_file_is_incomplete_and_never_a_panic() {
    let builder = Builder::model();
    let whole = builder.bytes();
    // The last tensor ends here: what follows is padding, which llama.cpp can do without.
    let (_, _, last_bytes) = builder.tensors[3];
    let padding = usize::try_from(last_bytes.next_multiple_of(32) - last_bytes).unwrap();
    for size in 1..whole.len() - padding {
        match read_bytes(&whole[..size]) {
            Err(Error::Truncated {
                size_bytes,
                needed_bytes,
                ..
            }) => {
                assert_eq!(size_bytes, size as u64);
                assert!(needed_bytes > size_bytes && needed_bytes <= whole.len() as u64);
            }
            other => panic!("cut at {size}: {other:?}"),
        }
    }
}

#[test]
fn random_damage_is_never_a_panic() {
    let whole = Builder::model().bytes();
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below as u64).unwrap()
    };
    // What follows the table of tensors is never looked at.
    let header_bytes = whole.len() - (256 * 12 * 2 + 576 + 32 + 576);
    let (mut read, mut refused) = (0, 0);
    for _ in 0..2000 {
        let mut bytes = whole.clone();
        for _ in 0..=random(4) {
            let place = random(header_bytes);
            bytes[place] = match random(3) {
                0 => 0,
                1 => 0xff,
                _ => u8::try_from(random(256)).unwrap(),
            };
        }
        match read_bytes(&bytes) {
            Ok(_) => read += 1,
            Err(error) => {
                assert!(!error.to_string().is_empty());
                refused += 1;
            }
        }
    }
    assert!(read > 0 && refused > 500, "{read} read, {refused} refused");
}

#[test]
fn only_regular_files_are_opened() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("empty.gguf"), "").unwrap();
    std::fs::write(path("tiny.gguf"), Builder::model().bytes()).unwrap();

    assert!(matches!(read(&path("no.gguf")), Err(Error::Missing { .. })));
    assert!(matches!(read(folder.path()), Err(Error::Folder { .. })));
    assert!(matches!(
        read(&path("empty.gguf")),
        Err(Error::Empty { .. })
    ));
    assert!(read(&path("tiny.gguf")).is_ok());

    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(path("tiny.gguf"), path("link.gguf")).unwrap();
        assert!(read(&path("link.gguf")).is_ok());
        std::os::unix::fs::symlink("/dev/zero", path("zero.gguf")).unwrap();
        assert!(matches!(
            read(&path("zero.gguf")),
            Err(Error::NotAFile { .. })
        ));
        // To open a FIFO would wait for its writer.
        let made = std::process::Command::new("mkfifo")
            .arg(path("fifo.gguf"))
            .status();
        if made.is_ok_and(|status| status.success()) {
            assert!(matches!(
                read(&path("fifo.gguf")),
                Err(Error::NotAFile { .. })
            ));
        }
        let _socket = std::os::unix::net::UnixListener::bind(path("socket.gguf")).unwrap();
        assert!(matches!(
            read(&path("socket.gguf")),
            Err(Error::NotAFile { .. })
        ));
    }
}

#[test]
fn the_real_model_is_read() {
    let path = Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../models/SmolLM2-135M-Instruct.Q4_1.gguf"
    ));
    assert!(
        path.is_file(),
        "{} is missing. Run script/bootstrap, which fetches it.",
        path.display()
    );
    let expected = Header {
        version: 3,
        file_size_bytes: 98_362_432,
        architecture: "llama".to_owned(),
        name: Some("Smollm2 135M 8k Lc100K Mix1 Ep2".to_owned()),
        maker: Some("HuggingFaceTB".to_owned()),
        licence: Some("apache-2.0".to_owned()),
        purpose: Purpose::Chat,
        context_length: Some(8192),
        block_count: Some(30),
        parameters: 134_515_008,
        weight_bytes: 96_576_768,
        active_bytes: 96_576_768,
        weights_start_bytes: 1_785_664,
        quantisation: "Q4_1".to_owned(),
        has_chat_template: true,
        vocab_size: Some(49_152),
        tokenizer: Some("gpt2".to_owned()),
        shape: Shape {
            embedding_length: 576,
            feed_forward_length: 1536,
            head_count: 9,
            attended_width: 30 * 3 * (64 + 64),
            ..Shape::default()
        },
        parts: 1,
    };
    assert_eq!(read(path).unwrap(), expected);
}

#[test]
fn names_from_a_file_are_safe_to_show() {
    assert_eq!(
        error::shown(b"tok\x1b[2J\xffen"),
        "tok\u{fffd}[2J\u{fffd}en"
    );
    let long = error::shown("ñ".repeat(5000).as_bytes());
    assert_eq!(long, format!("{}…", "ñ".repeat(64)));
}

/// Where the fuzzer begins: whole files, and files that end after each of their parts.
#[test]
#[ignore = "writes the seeds of the fuzzer"]
fn seeds() {
    let folder = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/fuzz/corpus/gguf_header"
    );
    std::fs::create_dir_all(folder).unwrap();
    let split = Builder::model()
        .short("split.no", 0)
        .short("split.count", 3);
    let experts = Builder::model()
        .number("llama.expert_count", 8)
        .numbers("llama.expert_used_count", &[2, 2]);
    let windows = Builder::model()
        .text("general.architecture", "gemma3")
        .number("gemma3.block_count", 2)
        .number("gemma3.attention.sliding_window", 512)
        .array("gemma3.attention.sliding_window_pattern", 7, 2, &[1, 0]);
    for (name, builder) in [
        ("model", Builder::model()),
        ("empty", Builder::empty()),
        ("split", split),
        ("experts", experts),
        ("windows", windows),
    ] {
        let bytes = builder.bytes();
        for (part, size) in [bytes.len(), bytes.len() / 2, 24].into_iter().enumerate() {
            let path = format!("{folder}/{name}-{part}");
            std::fs::write(path, &bytes[..size.min(bytes.len())]).unwrap();
        }
    }
}
