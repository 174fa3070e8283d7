//! How a model's maker would have it sampled: the keys `general.sampling.*` of its file.

use std::str::FromStr;

use llama_cpp_2::model::LlamaModel;

use crate::params::Sampling;

/// What the file of a model recommends; what it does not say is not set. The order of the
/// samplers that it may name as well is not followed.
pub(super) fn of(model: &LlamaModel) -> Sampling {
    read(|key| model.meta_val_str(key).ok())
}

fn read(value: impl Fn(&str) -> Option<String>) -> Sampling {
    let text = |key: &str| value(&format!("general.sampling.{key}"));
    let decimal = |key: &str| number::<f32>(&text(key)?).filter(|it| it.is_finite());
    let whole = |key: &str| number::<i64>(&text(key)?);
    let count = |key: &str| whole(key).map(|it| u32::try_from(it.max(0)).unwrap_or(u32::MAX));
    Sampling {
        top_k: count("top_k"),
        top_p: decimal("top_p"),
        min_p: decimal("min_p"),
        xtc_probability: decimal("xtc_probability"),
        xtc_threshold: decimal("xtc_threshold"),
        temperature: decimal("temp"),
        // Below zero it means the whole context.
        repeat_last_n: whole("penalty_last_n")
            .map(|it| u32::try_from(it).unwrap_or(Sampling::MAX_LAST_N)),
        repeat_penalty: decimal("penalty_repeat"),
        // The first version has gone out of use; whoever asks for it is given the second.
        mirostat: whole("mirostat").map(|version| version > 0),
        mirostat_tau: decimal("mirostat_tau"),
        mirostat_eta: decimal("mirostat_eta"),
        ..Sampling::default()
    }
}

fn number<T: FromStr>(text: &str) -> Option<T> {
    text.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_file_says_is_what_is_set() {
        let file = [
            ("top_k", "20"),
            ("temp", "0.600000"),
            ("penalty_last_n", "-1"),
            ("mirostat", "2"),
            ("top_p", "nan"),
            ("min_p", "a lot"),
        ];
        let recommended = read(|key| {
            let key = key.strip_prefix("general.sampling.")?;
            let found = file.iter().find(|(name, _)| *name == key)?;
            Some(found.1.to_owned())
        });
        let wanted = Sampling {
            top_k: Some(20),
            temperature: Some(0.6),
            repeat_last_n: Some(Sampling::MAX_LAST_N),
            mirostat: Some(true),
            ..Sampling::default()
        };
        assert_eq!(recommended, wanted);
        assert_eq!(read(|_| None), Sampling::default());
    }
}
