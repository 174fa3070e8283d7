//! What is not set, what is out of range, and what a model recommends.

use super::*;

#[track_caller]
fn close(got: f32, wanted: f32) {
    assert!((got - wanted).abs() < 1e-6, "{got}, not {wanted}");
}

#[test]
fn what_is_not_set_follows_the_default_and_is_not_written() {
    let sampling = Sampling {
        top_p: Some(0.5),
        ..Sampling::default()
    };
    close(sampling.temperature(), 0.8);
    close(sampling.top_p(), 0.5);
    let json = serde_json::to_string(&sampling).unwrap();
    assert_eq!(json, r#"{"top_p":0.5}"#);
    assert_eq!(serde_json::to_string(&Sampling::default()).unwrap(), "{}");
}

#[test]
fn every_field_is_written_as_it_is_read() {
    let json = r#"{"temperature":1.5,"dynamic_temperature_range":0.5,"dynamic_temperature_exponent":2.0,"top_p":0.5,"top_k":7,"min_p":0.25,"top_n_sigma":1.0,"typical_p":0.5,"xtc_probability":0.5,"xtc_threshold":0.25,"repeat_penalty":1.5,"frequency_penalty":0.5,"presence_penalty":0.5,"repeat_last_n":9,"dry_multiplier":0.5,"dry_base":2.0,"dry_allowed_length":3,"dry_last_n":8,"dry_breakers":["."],"mirostat":true,"mirostat_tau":4.0,"mirostat_eta":0.5,"seed":3,"max_tokens":5,"stop":["x"],"grammar":"root ::= \"a\"","json_schema":"{}","logit_bias":[{"token":7,"bias":-1.0},{"token":"no","bias":2.0}]}"#;
    let sampling: Sampling = serde_json::from_str(json).unwrap();
    assert_eq!(serde_json::to_string(&sampling).unwrap(), json);
    assert_eq!(sampling.logit_bias[1].token, Biased::Text("no".into()));
    // The settings file is TOML, where tables come last.
    let file = toml::to_string(&sampling).unwrap();
    assert_eq!(toml::from_str::<Sampling>(&file).unwrap(), sampling);
    serde_json::from_str::<Sampling>(r#"{"top_q":1}"#).unwrap_err();

    // Whoever has set everything takes no advice; whoever has set nothing takes all.
    assert_eq!(sampling.or(&Sampling::default()), sampling);
    assert_eq!(Sampling::default().or(&sampling), sampling);
}

#[test]
fn a_recommendation_holds_where_nothing_is_set() {
    let user = Sampling {
        temperature: Some(0.0),
        json_schema: Some("{}".into()),
        ..Sampling::default()
    };
    let recommended = Sampling {
        temperature: Some(0.6),
        top_k: Some(20),
        grammar: Some("root ::= \"a\"".into()),
        ..Sampling::default()
    };
    let both = user.or(&recommended);
    assert_eq!((both.temperature, both.top_k), (Some(0.0), Some(20)));
    assert_eq!((both.top_p, both.grammar), (None, None));
}

/// Sets every number to `value`.
fn all(value: f32) -> Sampling {
    let it = Some(value);
    Sampling {
        temperature: it,
        dynamic_temperature_range: it,
        dynamic_temperature_exponent: it,
        top_p: it,
        min_p: it,
        top_n_sigma: it,
        typical_p: it,
        xtc_probability: it,
        xtc_threshold: it,
        repeat_penalty: it,
        frequency_penalty: it,
        presence_penalty: it,
        dry_multiplier: it,
        dry_base: it,
        mirostat_tau: it,
        mirostat_eta: it,
        ..Sampling::default()
    }
}

/// The values in force, in the order of [`all`].
fn in_force(sampling: &Sampling) -> [f32; 16] {
    [
        sampling.temperature(),
        sampling.dynamic_temperature_range(),
        sampling.dynamic_temperature_exponent(),
        sampling.top_p(),
        sampling.min_p(),
        sampling.top_n_sigma(),
        sampling.typical_p(),
        sampling.xtc_probability(),
        sampling.xtc_threshold(),
        sampling.repeat_penalty(),
        sampling.frequency_penalty(),
        sampling.presence_penalty(),
        sampling.dry_multiplier(),
        sampling.dry_base(),
        sampling.mirostat_tau(),
        sampling.mirostat_eta(),
    ]
}

#[test]
fn only_usable_numbers_reach_a_sampler() {
    let defaults = [
        0.8, 0.0, 1.0, 0.95, 0.05, 0.0, 1.0, 0.0, 0.1, 1.0, 0.0, 0.0, 0.0, 1.75, 5.0, 0.1,
    ];
    let least = [
        0.0, 0.0, 0.01, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.1, -10.0, -10.0, 0.0, 1.0, 0.0, 0.0,
    ];
    let most = [
        10.0, 10.0, 10.0, 1.0, 1.0, 100.0, 1.0, 1.0, 1.0, 10.0, 10.0, 10.0, 100.0, 10.0, 100.0, 1.0,
    ];
    let cases = [
        (Sampling::default(), defaults),
        (all(f32::NAN), defaults),
        (all(f32::INFINITY), defaults),
        (all(f32::NEG_INFINITY), defaults),
        (all(f32::MIN), least),
        (all(f32::MAX), most),
    ];
    for (sampling, wanted) in cases {
        let got = in_force(&sampling);
        let are_close = got
            .iter()
            .zip(&wanted)
            .all(|(got, wanted)| (got - wanted).abs() < 1e-6);
        assert!(are_close, "{:?}: {got:?}", sampling.temperature);
    }
    let far = Sampling {
        repeat_last_n: Some(u32::MAX),
        dry_last_n: Some(u32::MAX),
        dry_allowed_length: Some(u32::MAX),
        dry_breakers: Some(vec![String::new(), "\0".into(), "x".into()]),
        ..Sampling::default()
    };
    let limit = Sampling::MAX_LAST_N;
    assert_eq!((far.repeat_last_n(), far.dry_last_n()), (limit, limit));
    assert_eq!(far.dry_allowed_length(), limit);
    assert_eq!(far.dry_breakers(), ["x"]);
    assert_eq!(Sampling::default().dry_breakers(), Sampling::DRY_BREAKERS);
    for (bias, wanted) in [
        (f32::NAN, 0.0),
        (f32::NEG_INFINITY, -1000.0),
        (f32::MAX, 1000.0),
        (-1.5, -1.5),
    ] {
        let token = Biased::Token(1);
        close(LogitBias { token, bias }.bias(), wanted);
    }
}

#[test]
fn what_is_no_number_is_refused() {
    for text in ["temperature = nan", "top_p = inf", "dry_base = -inf"] {
        let read = toml::from_str::<Sampling>(text);
        assert!(read.is_err(), "{text}: {read:?}");
    }
    let read = toml::from_str::<Sampling>("temperature = 0.5").unwrap();
    assert_eq!((read.temperature, read.top_p), (Some(0.5), None));
}
