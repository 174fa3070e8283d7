//! Finds out which instructions of the processor ggml is compiled for, for `charla doctor`.
//! The crate that wraps llama.cpp has no way to ask ggml itself; but ggml installs a file for
//! `CMake` that names all options it was configured with.

use std::path::Path;
use std::{env, fs};

/// The variable that the program reads when it is compiled.
const VARIABLE: &str = "CHARLA_ENGINE_OPTIONS";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // Set by the build of llama.cpp; there is none without the feature `llama`.
    let Some(folder) = env::var_os("DEP_LLAMA_GGML_CMAKE_DIR") else {
        return;
    };
    let path = Path::new(&folder).join("ggml/ggml-config.cmake");
    match fs::read_to_string(&path) {
        Ok(config) => println!(
            "cargo::rustc-env={VARIABLE}={}",
            switched_on(&config).join(",")
        ),
        // `doctor` then leaves the line out, which is better than a guess.
        Err(error) => println!("cargo::warning={}: {error}", path.display()),
    }
}

/// The names in lines like `set(GGML_AVX2 "ON")`.
fn switched_on(config: &str) -> Vec<&str> {
    let options = config.lines().filter_map(|line| {
        let (name, value) = line.trim().strip_prefix("set(GGML_")?.split_once(' ')?;
        (value == "\"ON\")").then_some(name)
    });
    options.collect()
}
