//! Homes as six other programs leave them.

use std::fs;
use std::sync::atomic::AtomicBool;

use super::super::discover::tests::{model, write};
use super::super::{Listing, scan};
use super::*;

struct Home {
    folder: tempfile::TempDir,
    around: Surroundings,
}

impl Home {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let around = Surroundings {
            home: Some(folder.path().to_owned()),
            variables: HashMap::new(),
        };
        Self { folder, around }
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn put(&self, path: &str, bytes: &[u8]) -> PathBuf {
        write(self.folder.path(), path, bytes)
    }

    fn set(&mut self, variable: &str, path: &str) {
        let path = self.path(path);
        self.around.variables.insert(variable.to_owned(), path);
    }

    fn look(&self) -> Listing {
        let paths = Paths::below(&self.path("charla"));
        let roots = roots(&paths, &ModelFolders::default(), &self.around);
        scan(&roots, None, &AtomicBool::new(false))
    }

    /// Name, maker and origins of what is found.
    fn found(&self) -> Vec<(String, Option<String>, Vec<Origin>)> {
        let entries = self.look().entries.into_iter();
        entries
            .map(|entry| {
                let origins = entry.places.iter().map(|it| it.origin).collect();
                (entry.name, entry.maker, origins)
            })
            .collect()
    }

    #[track_caller]
    fn check(&self, expected: &[(&str, Option<&str>, Origin)]) {
        let found = self.found();
        let found: Vec<_> = found
            .iter()
            .map(|(name, maker, origins)| (name.as_str(), maker.as_deref(), origins[0]))
            .collect();
        assert_eq!(found, expected);
    }
}

const ADA: Option<&str> = Some("Ada & Co.");

#[test]
fn lm_studio_is_found_where_its_pointer_points() {
    let home = Home::new();
    let expected = [("Tiny", ADA, Origin::LmStudio)];
    home.put(".lmstudio/models/pub/repo/tiny.gguf", &model("tiny"));
    home.check(&expected);
    // The older home, once there is one.
    home.put(".cache/lm-studio/models/pub/repo/old.gguf", &model("old"));
    home.check(&[("Old", ADA, Origin::LmStudio)]);
    // The home that was moved away.
    let moved = home.path("disk/lms");
    home.put("disk/lms/models/pub/repo/tiny.gguf", &model("tiny"));
    home.put(
        ".lmstudio-home-pointer",
        format!("{}\n", moved.display()).as_bytes(),
    );
    home.check(&expected);
    // A pointer that makes no sense is none.
    home.put(".lmstudio-home-pointer", b"somewhere");
    home.check(&[("Old", ADA, Origin::LmStudio)]);
}

#[cfg(unix)]
#[test]
fn the_hub_cache_is_found_in_all_its_places() {
    let mut home = Home::new();
    let put = |home: &Home, cache: &str| {
        let repo = format!("{cache}/models--unsloth--tiny-GGUF");
        let blob = home.put(&format!("{repo}/blobs/abc"), &model("tiny"));
        let snapshot = home.path(&format!("{repo}/snapshots/0123"));
        fs::create_dir_all(&snapshot).unwrap();
        std::os::unix::fs::symlink(blob, snapshot.join("tiny-Q4_K_M.gguf")).unwrap();
        home.put(&format!("{repo}/refs/main"), b"0123");
    };
    let expected = [("Tiny", ADA, Origin::HuggingFace)];
    put(&home, ".cache/huggingface/hub");
    home.check(&expected);
    for (variable, value, cache) in [
        ("XDG_CACHE_HOME", "a", "a/huggingface/hub"),
        ("HF_HOME", "b", "b/hub"),
        ("HUGGINGFACE_HUB_CACHE", "c", "c"),
        ("HF_HUB_CACHE", "d", "d"),
        ("LLAMA_CACHE", "e", "e"),
    ] {
        home = Home::new();
        home.set(variable, value);
        put(&home, cache);
        home.check(&expected);
    }
}

#[test]
fn the_flat_folders_are_found() {
    let home = Home::new();
    home.put(".cache/llama.cpp/ggml-org_tiny_tiny-Q8_0.gguf", &model("a"));
    home.put(".cache/llama.cpp/manifest=x.json", b"{}");
    home.put(".local/share/nomic.ai/GPT4All/orca.gguf", &model("b"));
    home.put(".local/share/nomic.ai/GPT4All/incomplete-x.gguf", b"half");
    home.check(&[
        ("Ggml Org Tiny Tiny", ADA, Origin::LlamaCpp),
        ("Orca", ADA, Origin::Gpt4All),
    ]);
}

fn ollama(home: &Home, root: &str) {
    let hash = "ab".repeat(32);
    home.put(&format!("{root}/blobs/sha256-{hash}"), &model("blob"));
    let manifest = |digest: &str| {
        format!(
            r#"{{"schemaVersion":2,"layers":[
            {{"mediaType":"application/vnd.ollama.image.template","digest":"sha256:00"}},
            {{"mediaType":"application/vnd.ollama.image.model","digest":"{digest}","size":9}}]}}"#
        )
    };
    let put = |path: &str, text: &str| {
        home.put(&format!("{root}/manifests/{path}"), text.as_bytes());
    };
    put(
        "registry.ollama.ai/library/gemma3/1b",
        &manifest(&format!("sha256:{hash}")),
    );
    put(
        "registry.ollama.ai/library/evil/latest",
        &manifest("sha256:../../../etc/passwd"),
    );
    put(
        "registry.ollama.ai/library/gone/latest",
        &manifest(&format!("sha256:{}", "0".repeat(64))),
    );
    put("registry.ollama.ai/library/broken/latest", "{");
}

#[test]
fn ollama_names_what_it_keeps_under_hashes() {
    let mut home = Home::new();
    let expected = [("Gemma3 1B", ADA, Origin::Ollama)];
    ollama(&home, ".ollama/models");
    home.check(&expected);
    home = Home::new();
    home.set("OLLAMA_MODELS", "big");
    ollama(&home, "big");
    home.check(&expected);
}

#[test]
fn jan_describes_what_it_keeps() {
    let mut home = Home::new();
    let data = ".local/share/Jan/data";
    let far = home.put("elsewhere/far.gguf", &model("far"));
    home.put(
        &format!("{data}/llamacpp/models/owner/near/model.gguf"),
        &model("near"),
    );
    home.put(
        &format!("{data}/llamacpp/models/owner/near/model.yml"),
        b"model_path: llamacpp/models/owner/near/model.gguf\nname: 'Near 1B'\nsize_bytes: 3\n",
    );
    let path = format!("model_path: \"{}\"\n", far.display());
    home.put(
        &format!("{data}/llamacpp/models/far/model.yml"),
        path.as_bytes(),
    );
    home.put(
        &format!("{data}/llamacpp/models/odd/model.yml"),
        b"nothing: here",
    );
    let expected = [("Far", ADA, Origin::Jan), ("Near 1B", ADA, Origin::Jan)];
    home.check(&expected);
    home.set("JAN_DATA_FOLDER", "moved");
    home.check(&[]);
}

#[test]
fn one_model_in_three_programs_is_one_entry() {
    let home = Home::new();
    home.put("charla/data/models/mine.gguf", &model("blob"));
    home.put(".lmstudio/models/pub/repo/theirs.gguf", &model("blob"));
    ollama(&home, ".ollama/models");
    let [(name, _, origins)] = home.found().try_into().unwrap();
    assert_eq!(name, "Mine");
    assert_eq!(origins, [Origin::Charla, Origin::LmStudio, Origin::Ollama]);
}

#[test]
fn nobody_is_asked_who_was_not_to_be() {
    let home = Home::new();
    home.put(".lmstudio/models/pub/repo/theirs.gguf", &model("a"));
    let added = home.path("added");
    home.put("added/mine.gguf", &model("b"));
    let folders = ModelFolders {
        added: vec![added.clone(), added],
        without_others: true,
    };
    let paths = Paths::below(&home.path("charla"));
    let origins: Vec<Origin> = roots(&paths, &folders, &home.around)
        .iter()
        .map(|root| root.origin)
        .collect();
    assert_eq!(origins, [Origin::Charla, Origin::Added]);
    // Without a home, as in a test or on a stick.
    let nowhere = roots(&paths, &ModelFolders::default(), &Surroundings::default());
    assert!(nowhere.iter().all(|root| root.origin.is_ours()));
}
