//! Readers of the values of arguments. Their errors say what is allowed in no language, for
//! `usage.rs` puts the sentence around it.

use std::ops::RangeInclusive;

use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::encoding::Encoding;
use crate::params::{Biased, LogitBias};

/// Reads a whole number in a range.
pub(super) fn whole(
    range: RangeInclusive<u32>,
) -> impl Fn(&str) -> Result<u32, String> + Clone + Send + Sync {
    move |typed| match typed.parse::<u32>() {
        Ok(value) if range.contains(&value) => Ok(value),
        _ => Err(format!("{} – {}", range.start(), range.end())),
    }
}

/// Reads a number in a range.
pub(super) fn between(
    low: f32,
    high: f32,
) -> impl Fn(&str) -> Result<f32, String> + Clone + Send + Sync {
    move |typed| match typed.parse::<f32>() {
        Ok(value) if (low..=high).contains(&value) => Ok(value),
        _ => Err(format!("{low} – {high}")),
    }
}

/// Reads one of a few names; the help and the error list them.
pub(super) fn one_of<T: Copy + Send + Sync + 'static>(
    all: [T; 3],
    name: fn(T) -> &'static str,
) -> impl TypedValueParser<Value = T> {
    PossibleValuesParser::new(all.map(name)).try_map(move |typed| {
        let wanted = |it: &T| name(*it) == typed;
        all.into_iter().find(wanted).ok_or("no such name")
    })
}

/// Reads a token's number or its text, an equals sign, and the bias.
pub(super) fn bias(typed: &str) -> Result<LogitBias, String> {
    // A text may have an equals sign of its own.
    let parts = typed
        .rsplit_once('=')
        .map(|(token, bias)| (token, bias.parse()));
    match parts {
        Some((token, Ok(bias))) if !token.is_empty() && f32::is_finite(bias) => Ok(LogitBias {
            token: match token.parse() {
                Ok(number) => Biased::Token(number),
                Err(_) => Biased::Text(token.to_owned()),
            },
            bias,
        }),
        _ => Err("TOKEN=-100 – TOKEN=100".into()),
    }
}

/// Reads the name of an encoding, as the Web has them.
pub(super) fn encoding(typed: &str) -> Result<&'static Encoding, &'static str> {
    Encoding::for_label(typed.as_bytes())
        .ok_or("utf-8, utf-16le, windows-1252, windows-1251, koi8-r, shift_jis, gb18030, big5, …")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bias_is_a_token_and_a_number() {
        let cases = [
            ("42=-100", Biased::Token(42), -100.0),
            (" the=1.5", Biased::Text(" the".into()), 1.5),
            ("a=b=2", Biased::Text("a=b".into()), 2.0),
        ];
        for (typed, token, value) in cases {
            let wanted = LogitBias { token, bias: value };
            assert_eq!(bias(typed), Ok(wanted), "{typed}");
        }
        for typed in ["", "42", "=1", "42=", "42=much", "42=NaN", "42=inf"] {
            bias(typed).unwrap_err();
        }
    }

    #[test]
    fn an_error_says_what_is_allowed() {
        assert_eq!(whole(1..=8)("8"), Ok(8));
        assert_eq!(whole(1..=8)("-1").unwrap_err(), "1 – 8");
        assert_eq!(
            whole(0..=u32::MAX)("5000000000").unwrap_err(),
            "0 – 4294967295"
        );
        assert_eq!(between(0.0, 1.0)("-0.5").unwrap_err(), "0 – 1");
        assert_eq!(encoding("Windows-1251"), Ok(encoding_rs::WINDOWS_1251));
        encoding("klingon").unwrap_err();
    }
}
