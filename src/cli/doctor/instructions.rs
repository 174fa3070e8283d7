//! The instructions that make llama.cpp fast: those of this processor, and those that the
//! engine was compiled to use, which may be fewer.

/// An instruction set: what people call it, what ggml's build calls it, and whether this
/// program itself was compiled for it, which ggml then was too.
struct Set {
    name: &'static str,
    option: &'static str,
    is_compiled_for: bool,
}

macro_rules! sets {
    ($(($name:literal, $option:literal, $feature:tt)),* $(,)?) => {
        /// All sets that are told of.
        const SETS: &[Set] = &[$(Set {
            name: $name,
            option: $option,
            is_compiled_for: cfg!(target_feature = $feature),
        }),*];

        /// Whether this processor has each of them.
        #[cfg(target_arch = "x86_64")]
        fn detected() -> Vec<bool> {
            vec![$(std::is_x86_feature_detected!($feature)),*]
        }
    };
}

sets![
    ("AVX", "AVX", "avx"),
    ("AVX2", "AVX2", "avx2"),
    ("FMA", "FMA", "fma"),
    ("F16C", "F16C", "f16c"),
    ("AVX-512", "AVX512", "avx512f"),
    ("VNNI", "AVX512_VNNI", "avx512vnni"),
    ("AVX-VNNI", "AVX_VNNI", "avxvnni"),
];

/// Other processors have theirs by their name alone.
#[cfg(not(target_arch = "x86_64"))]
fn detected() -> Vec<bool> {
    Vec::new()
}

/// Those of this processor.
pub(super) fn of_processor() -> Vec<&'static str> {
    let detected = SETS.iter().zip(detected());
    detected
        .filter_map(|(set, has)| has.then_some(set.name))
        .collect()
}

/// Those that the engine uses on this processor. None where the build does not say.
pub(super) fn of_engine() -> Vec<&'static str> {
    match option_env!("CHARLA_ENGINE_OPTIONS") {
        Some(options) => used(options, &of_processor()),
        None => Vec::new(),
    }
}

/// What these options of ggml's build make it use of what a processor has.
fn used(options: &str, has: &[&str]) -> Vec<&'static str> {
    let options: Vec<&str> = options.split(',').collect();
    let is_used = |set: &&Set| {
        (set.is_compiled_for || options.contains(&set.option)) && has.contains(&set.name)
    };
    SETS.iter().filter(is_used).map(|set| set.name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_engine_may_use_less_than_the_processor_has() {
        let has = ["AVX", "AVX2", "FMA", "F16C", "AVX-512", "VNNI"];
        let options = "ALL_WARNINGS,AVX,AVX2,BMI2,CPU,F16C,FMA,SSE42";
        let names = |used: Vec<&'static str>| -> Vec<&'static str> {
            // Where this test itself is compiled for more, that is used as well.
            let is_more =
                |name: &&str| SETS.iter().any(|it| it.name == *name && it.is_compiled_for);
            used.into_iter().filter(|it| !is_more(it)).collect()
        };
        assert_eq!(
            names(used(options, &has)),
            names(vec!["AVX", "AVX2", "FMA", "F16C"])
        );
        assert_eq!(
            names(used("AVX512,AVX512_VNNI", &has)),
            names(vec!["AVX-512", "VNNI"])
        );
        assert_eq!(used(options, &[]), [""; 0]);
    }
}
