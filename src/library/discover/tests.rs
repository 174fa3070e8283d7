//! Folders made by hand, and names as people write them.

use std::fs;

use super::super::gguf::tests::Builder;
use super::*;
use crate::i18n::{I18n, Language};

fn write(folder: &Path, name: &str, bytes: &[u8]) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

fn names(entries: &[Entry]) -> Vec<&str> {
    entries.iter().map(|entry| entry.name.as_str()).collect()
}

#[test]
fn models_are_found_and_sorted() {
    let folder = tempfile::tempdir().unwrap();
    let model = Builder::model().bytes();
    let projector = Builder::empty()
        .text("general.architecture", "clip")
        .bytes();
    let files: [(&str, &[u8]); 15] = [
        ("zebra-1B-Q4_K_M.gguf", &model),
        ("Org/Repo/Apple_2B.GGUF", &model),
        ("broken.gguf", b"what?"),
        ("1/2/3/4/deep.gguf", &model),
        ("1/2/3/4/5/too-deep.gguf", &model),
        ("big-00001-of-00003.gguf", &model),
        ("big-00002-of-00003.gguf", b"12345"),
        ("big-00003-of-00003.gguf", b"123"),
        ("half.gguf.part", &model),
        ("incomplete-half.gguf", &model),
        ("mmproj-model-f16.gguf", &model),
        ("vision.gguf", &projector),
        ("._apple.gguf", &model),
        (".hidden/model.gguf", &model),
        ("notes.txt", b""),
    ];
    for (name, bytes) in files {
        write(folder.path(), name, bytes);
    }
    let missing = folder.path().join("no such folder");
    let entries = scan(&[folder.path().to_owned(), missing, folder.path().to_owned()]);
    assert_eq!(
        names(&entries),
        ["Apple 2B", "big", "broken", "deep", "zebra 1B"]
    );

    let [_, big, broken, _, zebra] = entries.as_slice() else {
        unreachable!();
    };
    assert_eq!(big.size_bytes, model.len() as u64 + 5 + 3);
    assert!(matches!(broken.problem, Some(Error::NotGguf { .. })));
    assert!(zebra.problem.is_none());
    assert_eq!(zebra.quantisation, "Q4_K_M");
    assert_eq!(zebra.context_length, Some(2048));
    assert_eq!(zebra.parameters, 5123);
}

#[cfg(unix)]
#[test]
fn links_are_followed_once() {
    use std::os::unix::fs::symlink;

    let folder = tempfile::tempdir().unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    write(elsewhere.path(), "linked.gguf", &Builder::model().bytes());
    write(elsewhere.path(), "blob", &Builder::model().bytes());
    symlink(folder.path(), elsewhere.path().join("back")).unwrap();
    symlink(elsewhere.path(), folder.path().join("models")).unwrap();
    symlink(elsewhere.path(), folder.path().join("again")).unwrap();
    // As in the Hub's cache: the blob has no ending, the link does.
    symlink(
        elsewhere.path().join("blob"),
        folder.path().join("cached.gguf"),
    )
    .unwrap();
    symlink("/dev/zero", folder.path().join("zero.gguf")).unwrap();
    symlink("nowhere", folder.path().join("broken.gguf")).unwrap();

    let entries = scan(&[folder.path().to_owned()]);
    assert_eq!(names(&entries), ["cached", "linked"]);
}

#[test]
fn names_are_tidy() {
    let check = |stem: &str, general_name: Option<&str>, expected: &str| {
        assert_eq!(display_name(stem, general_name), expected, "{stem}");
    };
    check(
        "SmolLM2-135M-Instruct.Q4_1",
        Some("Smollm2 135M 8k Lc100K Mix1 Ep2"),
        "SmolLM2 135M Instruct",
    );
    check(
        "Llama-3.2-3B-Instruct-Q4_K_M",
        None,
        "Llama 3.2 3B Instruct",
    );
    check("Qwen3-4B-iq4_xs", None, "Qwen3 4B");
    check("gpt-oss-20b-mxfp4", None, "gpt oss 20b");
    check("Qwen2.5-0.5B", None, "Qwen2.5 0.5B");
    check("big-Q8_0-00001-of-00003", None, "big");
    check("ggml-model-f16", Some(" Tiny\n Llama "), "Tiny Llama");
    check("model", None, "model");
    check("Q8_0", Some("Tiny"), "Tiny");
    check("--", None, "--");
}

fn entry_named(path: &str) -> Entry {
    let path = PathBuf::from(path);
    Entry {
        name: display_name(&file_stem(&path), None),
        path,
        quantisation: String::new(),
        size_bytes: 0,
        parameters: 0,
        context_length: None,
        problem: None,
    }
}

#[test]
fn a_model_is_named_by_path_name_or_part() {
    let entries = [
        entry_named("/a/Llama-3.2-1B-Q4_K_M.gguf"),
        entry_named("/a/Llama-3.2-1B-Q8_0.gguf"),
        entry_named("/a/SmolLM2-135M-Instruct.Q4_1.gguf"),
        entry_named("/b/qwen.gguf"),
        entry_named("/b/qwen-coder.gguf"),
        entry_named("/c/twin.gguf"),
        entry_named("/d/twin.gguf"),
    ];
    let path = |wanted: &str| resolve(&entries, wanted).map(|path| path.display().to_string());
    for (wanted, expected) in [
        ("smol", "/a/SmolLM2-135M-Instruct.Q4_1.gguf"),
        (
            "smollm2 135m instruct",
            "/a/SmolLM2-135M-Instruct.Q4_1.gguf",
        ),
        ("1b-q8", "/a/Llama-3.2-1B-Q8_0.gguf"),
        ("Llama-3.2-1B-Q8_0.gguf", "/a/Llama-3.2-1B-Q8_0.gguf"),
        ("qwen", "/b/qwen.gguf"),
        ("some/where", "some/where"),
        ("nowhere.gguf", "nowhere.gguf"),
    ] {
        assert_eq!(path(wanted).as_deref(), Ok(expected), "{wanted}");
    }
    for (wanted, expected) in [
        ("llama", ["Llama-3.2-1B-Q4_K_M", "Llama-3.2-1B-Q8_0"]),
        ("Llama 3.2 1B", ["Llama-3.2-1B-Q4_K_M", "Llama-3.2-1B-Q8_0"]),
        ("twin", ["/c/twin.gguf", "/d/twin.gguf"]),
    ] {
        let error = ResolveError::Several {
            wanted: wanted.to_owned(),
            matches: expected.map(str::to_owned).to_vec(),
        };
        assert_eq!(path(wanted), Err(error));
    }
    assert!(matches!(path(""), Err(ResolveError::None { .. })));
}

#[test]
fn what_is_not_found_is_said() {
    let entries: Vec<Entry> = (0..12)
        .map(|n| entry_named(&format!("m{n:02}.gguf")))
        .collect();
    let (en, es) = (I18n::new(Language::En), I18n::new(Language::Es));
    assert_eq!(
        en.say(&resolve(&entries, "phi").unwrap_err()),
        "No model is called “phi”. Choose one of these: \
         m00, m01, m02, m03, m04, m05, m06, m07, m08, m09, …"
    );
    assert_eq!(
        es.say(&resolve(&entries[..2], "m0").unwrap_err()),
        "«m0» coincide con varios modelos (m00, m01). \
         Escribe más parte del nombre o la ruta del archivo."
    );
    assert_eq!(
        es.say(&resolve(&[], "phi").unwrap_err()),
        "Ningún modelo se llama «phi» y todavía no tienes modelos. \
         Indica la ruta de un archivo .gguf."
    );
}
