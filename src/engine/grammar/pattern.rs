//! Looks at a regular expression of a JSON schema. llama.cpp lets any string pass where it
//! cannot follow one, and says so where nobody reads it.

/// llama.cpp's own limit.
const MAX_DEPTH: usize = 100;

/// What a regular expression escapes and a grammar does not.
const ESCAPED: &str = "^$.[](){}|*+?";

/// What a grammar knows by a backslash and a letter alone.
const SHORT: &str = "trn\\\"[]-";

/// Checks a regular expression.
///
/// # Errors
/// llama.cpp's reason why it cannot follow it.
pub(super) fn check(pattern: &str) -> Result<(), String> {
    if pattern.is_empty() {
        return Ok(());
    }
    let inner = pattern
        .strip_prefix('^')
        .and_then(|it| it.strip_suffix('$'));
    let Some(inner) = inner else {
        return Err("not anchored with '^' and '$'".into());
    };
    let mut rest = inner;
    // For each group that is open, whether there is anything in it to repeat.
    let mut groups = vec![false];
    while let Some(letter) = rest.chars().next() {
        let after = rest.get(letter.len_utf8()..).unwrap_or_default();
        let has_item = groups.last().copied().unwrap_or(false);
        let mut is_item = true;
        rest = match letter {
            '(' => {
                is_item = false;
                let after = after.strip_prefix("?:").unwrap_or(after);
                if after.starts_with('?') {
                    return Err("unsupported group syntax".into());
                }
                groups.push(false);
                if groups.len() > MAX_DEPTH {
                    return Err("pattern nesting too deep".into());
                }
                after
            }
            ')' => {
                groups.pop();
                if groups.is_empty() {
                    return Err("unbalanced parentheses".into());
                }
                after
            }
            '^' | '$' => return Err("anchor inside the pattern".into()),
            ']' | '}' => return Err(format!("unsupported character: {letter}")),
            '*' | '+' | '?' | '{' if !has_item => return Err("nothing to repeat".into()),
            '[' => class(after)?,
            '{' => counts(after)?,
            '\\' => escape(after)?,
            _ => after,
        };
        if is_item && let Some(group) = groups.last_mut() {
            *group = true;
        }
    }
    match groups.len() {
        1 => Ok(()),
        _ => Err("unbalanced parentheses".into()),
    }
}

/// What follows a class that has just been opened.
fn class(mut rest: &str) -> Result<&str, String> {
    loop {
        let Some(letter) = rest.chars().next() else {
            return Err("unterminated character class".into());
        };
        let after = rest.get(letter.len_utf8()..).unwrap_or_default();
        rest = match letter {
            ']' => return Ok(after),
            '\\' => match known(after) {
                Some(length) => after.get(length..).unwrap_or_default(),
                None => {
                    let escaped = after.chars().next().unwrap_or(' ');
                    return Err(format!(
                        "unsupported escape in character class: \\{escaped}"
                    ));
                }
            },
            _ => after,
        };
    }
}

/// What follows a backslash's letter.
fn escape(after: &str) -> Result<&str, String> {
    let Some(letter) = after.chars().next() else {
        return Err("trailing backslash".into());
    };
    let length = match ESCAPED.contains(letter) {
        true => Some(letter.len_utf8()),
        false => known(after),
    };
    match length.and_then(|length| after.get(length..)) {
        Some(rest) => Ok(rest),
        None => Err(format!("unsupported escape: \\{letter}")),
    }
}

/// The length of an escape that a grammar knows too, without its backslash.
fn known(after: &str) -> Option<usize> {
    let letter = after.chars().next()?;
    let digits = match letter {
        'x' => 2,
        'u' => 4,
        'U' => 8,
        it if SHORT.contains(it) => return Some(1),
        _ => return None,
    };
    let hex = after.get(1..=digits)?;
    let is_hex = hex.bytes().all(|it| it.is_ascii_hexdigit());
    is_hex.then_some(digits + 1)
}

/// What follows a repetition's counts.
fn counts(after: &str) -> Result<&str, String> {
    let Some((counts, rest)) = after.split_once('}') else {
        return Err("unterminated curly brackets".into());
    };
    let numbers: Vec<&str> = counts.split(',').collect();
    let is_number = |it: &str| it.parse::<i32>().is_ok_and(|it| it >= 0);
    match numbers.as_slice() {
        [one] if is_number(one) => Ok(rest),
        [least, most] => {
            let is_fine = |it: &str| it.is_empty() || is_number(it);
            match is_fine(least) && is_fine(most) {
                true => Ok(rest),
                false => Err("invalid number in curly brackets".into()),
            }
        }
        [_] => Err("invalid number in curly brackets".into()),
        _ => Err("wrong number of values in curly brackets".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_followed_passes() {
        for pattern in [
            "",
            "^$",
            "^[a-z]+$",
            "^(?:a|b)*c{2,3}d{4}e{,5}\\.\\x41\\-\\\"$",
            "^[\\]\\\\ñ]{1,}.$",
            "^(yes|no)?$",
        ] {
            check(pattern).unwrap();
        }
    }

    #[test]
    fn what_cannot_is_told() {
        for (pattern, words) in [
            ("a", "not anchored"),
            ("^", "not anchored"),
            ("^\\d+$", "unsupported escape: \\d"),
            ("^[\\d]$", "in character class: \\d"),
            ("^(?=a)$", "group syntax"),
            ("^(?<n>a)$", "group syntax"),
            ("^a^b$", "anchor inside"),
            ("^(a$", "unbalanced"),
            ("^a)$", "unbalanced"),
            ("^[a$", "unterminated character class"),
            ("^*a$", "nothing to repeat"),
            ("^(+)$", "nothing to repeat"),
            ("^a{$", "unterminated curly"),
            ("^a{1,2,3}$", "wrong number"),
            ("^a{x}$", "invalid number"),
            ("^a{-1,2}$", "invalid number"),
            ("^a}$", "unsupported character: }"),
            ("^a\\$", "trailing backslash"),
        ] {
            let reason = check(pattern).unwrap_err();
            assert!(reason.contains(words), "{pattern}: {reason}");
        }
        let deep = format!("^{}a{}$", "(".repeat(101), ")".repeat(101));
        assert!(check(&deep).unwrap_err().contains("too deep"));
    }
}
