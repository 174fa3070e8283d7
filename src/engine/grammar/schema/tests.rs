//! Schemas that are well, those that are not, and those that would end llama.cpp.

use std::fmt::Write as _;

use super::*;

#[track_caller]
fn fails(schema: &str, words: &str) {
    let shown: String = schema.chars().take(80).collect();
    // As in the engine: going deep takes room.
    let schema = schema.to_owned();
    let roomy = std::thread::Builder::new().stack_size(64 << 20);
    let checked = roomy.spawn(move || check(&schema)).unwrap().join().unwrap();
    match checked {
        Ok(()) => panic!("it passes: {shown}"),
        Err(reason) => assert!(reason.contains(words), "{shown}: {reason}"),
    }
}

#[test]
fn what_llama_cpp_takes_passes() {
    for schema in [
        "{}",
        r#"{"type":"object","properties":{"a":{"type":"string","maxLength":5}},"required":["a"]}"#,
        r#"{"type":["string","null"],"format":"date"}"#,
        r##"{"$ref":"#/$defs/tree","$defs":{"tree":{"type":"object","properties":
            {"child":{"$ref":"#/$defs/tree"},"all":{"type":"array","items":{"$ref":"#/$defs/tree"}}}}}}"##,
        r##"{"allOf":[{"$ref":"#/d/a"},{"properties":{"y":{"enum":[1,null]}}}],"d":{"a":{"properties":{"x":{}}}}}"##,
        r#"{"type":"integer","minimum":-5,"exclusiveMaximum":10.5}"#,
        r#"{"prefixItems":[{"const":1},{"type":"boolean"}]}"#,
        r#"{"type":"string","pattern":"^[a-z]{2,5}$"}"#,
    ] {
        check(schema).unwrap();
    }
}

#[test]
fn what_is_no_schema_is_told() {
    for (schema, words) in [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[]", "schema must be an object (at #)"),
        ("true", "schema must be an object"),
        (r#"{"type":"strnig"}"#, "unrecognized type strnig"),
        (r#"{"type":5}"#, "type must be a string"),
        (r#"{"type":[]}"#, "type must not be empty"),
        (r#"{"type":["string",5]}"#, "type must be a string"),
        (r#"{"enum":[]}"#, "enum must be a non-empty array"),
        (r#"{"enum":"a"}"#, "enum must be a non-empty array"),
        (r#"{"anyOf":[]}"#, "anyOf must not be empty"),
        (r#"{"oneOf":{}}"#, "must be an array of schemas"),
        (r#"{"properties":[]}"#, "properties must be an object"),
        (
            r#"{"properties":{"a":{"items":7}}}"#,
            "schema must be an object (at #/properties/a/items)",
        ),
        (
            r#"{"additionalProperties":7}"#,
            "must be a boolean or a schema",
        ),
        (r#"{"type":"array","minItems":-1}"#, "non-negative integer"),
        (
            r#"{"type":"array","minItems":5,"maxItems":2}"#,
            "above maxItems 2",
        ),
        (r#"{"minLength":5,"maxLength":2}"#, "above maxLength 2"),
        (r#"{"type":"integer","minimum":"a"}"#, "must be a number"),
        (r#"{"type":"integer","minimum":5,"maximum":2}"#, "no number"),
        (r#"{"format":5}"#, "format must be a string"),
        (r#"{"pattern":5}"#, "pattern must be a string"),
        (r#"{"pattern":"^\\d$"}"#, "unsupported escape"),
        (r#"{"$ref":5}"#, "$ref must be a string"),
        (r##"{"$ref":"#"}"##, "unsupported $ref #"),
        (
            r#"{"$ref":"https://example.org/s"}"#,
            "only references into the same",
        ),
        (r##"{"$ref":"#/$defs/a"}"##, "$defs not found"),
        (r##"{"$ref":"#/a/9","a":[{}]}"##, "9 not found"),
        ("{\"const\":\"a\\u0000\"}", "NUL"),
    ] {
        fails(schema, words);
    }
}

#[test]
fn what_llama_cpp_would_not_survive_is_refused() {
    fails(&"[".repeat(100_000), "recursion limit");
    fails(
        r##"{"allOf":[{"$ref":"#/d/a"}],"d":{"a":{"$ref":"#/d/a"}}}"##,
        "leads back to itself",
    );
    fails(
        r##"{"allOf":[{"$ref":"#/b"}],"b":{"properties":{"x":{"allOf":[{"$ref":"#/b"}]}}}}"##,
        "takes in itself",
    );
    // 2^40 parts, as each of two types is visited on its own.
    let mut nested = String::from("{}");
    for _ in 0..40 {
        nested = format!(r#"{{"type":["object","object"],"properties":{{"a":{nested}}}}}"#);
    }
    fails(&nested, "more than 20000 parts");
    let properties: Vec<_> = (0..300).map(|at| format!(r#""p{at}":{{}}"#)).collect();
    let properties = properties.join(",");
    fails(
        &format!(r#"{{"properties":{{{properties}}}}}"#),
        "more than 256",
    );
    fails(
        &format!(r#"{{"allOf":[{{"properties":{{{properties}}}}}]}}"#),
        "more than 256",
    );
    let name = "é".repeat(300);
    fails(
        &format!(r#"{{"properties":{{"{name}":{{}}}}}}"#),
        "a name has",
    );
    fails(
        &format!(r#"{{"const":"{}"}}"#, "x".repeat(MAX_BYTES)),
        "bytes",
    );
    let mut chain = String::from(r##"{"$ref":"#/a0""##);
    for at in 0..2000 {
        write!(chain, r##","a{at}":{{"$ref":"#/a{}"}}"##, at + 1).unwrap();
    }
    fails(&(chain + r#","a2000":{}}"#), "deeper than 1000 levels");
}
