//! What a formula may be before anything is made of it: models write what they like, and
//! files from elsewhere can hold anything.

/// The longest formula, in bytes; what is longer is no formula that anybody reads.
const MAX_BYTES: usize = 4_000;

/// How deep groups may lie in each other.
const MAX_DEPTH: usize = 24;

/// The most opening marks of any kind: each may cost a walk over what lies in it.
const MAX_GROUPS: usize = 600;

/// Whether a formula is short and flat enough to be laid out.
pub(super) fn is_modest(tex: &str) -> bool {
    if tex.len() > MAX_BYTES {
        return false;
    }
    let (mut depth, mut groups) = (0_usize, 0_usize);
    let mut rest = tex;
    while let Some(at) = rest.find(['{', '}', '\\', '[', ']']) {
        let (mark, after) = rest[at..].split_at(1);
        rest = after;
        let opens = match mark {
            "{" | "[" => true,
            "}" | "]" => false,
            _ => {
                let word = rest.split(|it: char| !it.is_ascii_alphabetic()).next();
                // What follows a backslash is no group, whatever it is.
                let escaped = match word {
                    Some("") | None => rest.chars().next().map_or(0, char::len_utf8),
                    Some(word) => word.len(),
                };
                let opens = match word {
                    Some("left" | "begin") => true,
                    Some("right" | "end") => false,
                    _ => {
                        rest = &rest[escaped..];
                        continue;
                    }
                };
                rest = &rest[escaped..];
                opens
            }
        };
        match opens {
            true => {
                depth += 1;
                groups += 1;
            }
            false => depth = depth.saturating_sub(1),
        }
        if depth > MAX_DEPTH || groups > MAX_GROUPS {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_long_or_deep_is_no_formula() {
        assert!(is_modest(r"\frac{a}{\sqrt[3]{b}} + \left( c \right]"));
        assert!(is_modest(&r"\{".repeat(100)), "braces that are drawn");
        assert!(is_modest(&r"\left(x\right)".repeat(100)));
        assert!(!is_modest(&"x".repeat(MAX_BYTES + 1)));
        assert!(!is_modest(&"{".repeat(MAX_DEPTH + 1)));
        assert!(!is_modest(&r"\left(".repeat(MAX_DEPTH + 1)));
        assert!(!is_modest(&r"\begin{matrix}".repeat(MAX_DEPTH + 1)));
        assert!(!is_modest(&"{}".repeat(MAX_GROUPS + 1)));
        assert!(is_modest("\\"), "nothing follows");
        assert!(is_modest("\\ñ{ñ}"));
    }
}
