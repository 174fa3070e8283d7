//! `charla engine`, driven by its pipes. Every line it writes is parsed, so whatever it
//! prints that is no event fails the test that meets it.

use std::io::Read;
use std::process::{Command, Stdio};
use std::time::Instant;

use charla::chat::{Finish, Role};
use charla::engine::Fault;
use charla::engine::protocol::{Event, MAX_FRAME_BYTES, Request, TemplateSource};
use charla::params::{LoadOptions, Sampling};

use crate::support::engine::{Engine, greedy, long_prompt, question, shared, turn};
use crate::support::gguf::{Places, overwrite};
use crate::support::{CHARLA, Home, LONG_STORY, QUESTION, SOON, model, options};

/// Checks that `line` is answered by a failure under `id` whose reason has `words`, and
/// that the engine still listens.
#[track_caller]
fn check_bad_line(engine: &mut Engine, line: &[u8], id: Option<u64>, words: &str) {
    let shown = String::from_utf8_lossy(&line[..line.len().min(80)]).into_owned();
    engine.write(line);
    engine.write(b"\n");
    match engine.next() {
        Event::Failed {
            id: told,
            fault: Fault::BadRequest { reason },
        } => {
            assert_eq!(told, id, "{shown}");
            assert!(reason.contains(words), "{shown}: {reason}");
        }
        other => panic!("{shown}: {other:?}"),
    }
    engine.send(&Request::Hello);
    assert!(matches!(engine.next(), Event::Ready { .. }), "{shown}");
}

#[test]
fn it_says_who_it_is() {
    let mut engine = Engine::start();
    // As a person would write it.
    engine.write(b"{\"v\":1,\"type\":\"hello\"}\n");
    let Event::Ready { version, devices } = engine.next() else {
        panic!("no greeting");
    };
    assert_eq!(version, env!("CARGO_PKG_VERSION"));
    assert!(
        devices.iter().any(|it| it.name == "CPU" && !it.is_gpu),
        "{devices:?}"
    );
    assert!(
        devices.iter().all(|it| it.memory_total_bytes > 0),
        "{devices:?}"
    );
    let (took, status) = engine.close();
    assert!(took < SOON, "{took:?}, {status}");
}

#[test]
fn a_line_that_is_no_request_is_answered_and_forgotten() {
    let mut engine = Engine::start();
    let cases: [(&[u8], Option<u64>, &str); 8] = [
        (b"{", None, "EOF"),
        (b"hello", None, "expected"),
        (b"\xff\xfe\0", None, "expected"),
        (br#"{"v":1,"type":"fly","id":9}"#, Some(9), "fly"),
        (br#"{"v":2,"type":"hello","id":4}"#, Some(4), "version 2"),
        (
            br#"{"type":"hello","id":5}"#,
            Some(5),
            "no protocol version",
        ),
        (br#"{"v":1,"type":"generate","id":6}"#, Some(6), "turns"),
        (
            br#"{"v":1,"type":"load","id":7,"path":7}"#,
            Some(7),
            "string",
        ),
    ];
    for (line, id, words) in cases {
        check_bad_line(&mut engine, line, id, words);
    }
    let long = vec![b'x'; MAX_FRAME_BYTES + (1 << 20)];
    check_bad_line(&mut engine, &long, None, "bytes at most");
    assert_eq!(
        engine.reply(&question("Hi"), greedy(1)).unwrap_err(),
        Fault::NoModel
    );
}

#[test]
fn a_load_says_how_far_it_is_and_what_lies_where() {
    let mut command = Command::new(CHARLA);
    // With all that llama.cpp has to say, which must not get between the events.
    command.env("CHARLA_LOG", "1");
    let mut engine = Engine::with(command);
    let asked = LoadOptions {
        context_tokens: Some(512),
        ..options()
    };
    let (fractions, loaded) = engine.load(&model(), asked);
    let loaded = loaded.unwrap();
    assert!(fractions.is_sorted(), "{fractions:?}");
    assert!(
        fractions.iter().all(|it| (0.0..=1.0).contains(it)),
        "{fractions:?}"
    );
    assert_eq!(loaded.path, model());
    assert_eq!(loaded.architecture, "llama");
    assert_eq!(
        (loaded.context_tokens, loaded.trained_context_tokens),
        (512, 8192)
    );
    assert_eq!(loaded.threads, 1);
    assert_eq!(loaded.template, TemplateSource::Model);
    assert!(
        (130_000_000..140_000_000).contains(&loaded.parameters),
        "{loaded:?}"
    );
    // 30 repeating layers and the output.
    let layers: u32 = loaded.placement.iter().map(|it| it.layers).sum();
    assert_eq!(layers, 31, "{loaded:?}");
    let bytes: u64 = loaded.placement.iter().map(|it| it.weight_bytes).sum();
    assert!((90_000_000..300_000_000).contains(&bytes), "{loaded:?}");

    // The same engine takes the model again, otherwise.
    let (_, again) = engine.load(&model(), options());
    assert_eq!(again.unwrap().context_tokens, 8192);
    assert!(
        engine
            .reply(&question(QUESTION), greedy(32))
            .unwrap()
            .text
            .contains("Paris")
    );
}

#[test]
fn a_load_can_be_cancelled() {
    let mut engine = Engine::start();
    let id = engine.begin_load(model(), options());
    engine.send(&Request::Cancel { id });
    // It may have been too quick; then it says so, and nothing else.
    let end = loop {
        match engine.next() {
            Event::Loading { .. } => {}
            event => break event,
        }
    };
    match end {
        Event::Failed { id: told, fault } => {
            assert_eq!((told, fault), (Some(id), Fault::LoadCancelled));
        }
        Event::Loaded { .. } => {}
        other => panic!("{other:?}"),
    }
    let (_, loaded) = engine.load(&model(), options());
    loaded.unwrap();
}

#[test]
fn a_reply_comes_in_pieces_with_its_cost() {
    shared(|engine| {
        let reply = engine.reply(&question(QUESTION), greedy(64)).unwrap();
        assert!(reply.text.contains("Paris"), "{reply:?}");
        assert_eq!(reply.finish, Finish::EndOfReply);
        let timings = reply.timings;
        assert!(
            timings.generated_tokens > 4 && reply.pieces > 3,
            "{reply:?}"
        );
        assert!(timings.prompt_tokens > 20, "{reply:?}");
        assert!(timings.first_token_ms >= timings.prompt_ms, "{reply:?}");
        assert!(
            timings.generation_ms > 0.0 && timings.prompt_ms > 0.0,
            "{reply:?}"
        );
        // The last token of a reply has not been evaluated.
        let evaluated = timings.prompt_tokens + timings.generated_tokens;
        assert!(evaluated.abs_diff(reply.context_tokens) <= 1, "{reply:?}");

        let cut = engine.reply(&question(QUESTION), greedy(3)).unwrap();
        assert_eq!(
            (cut.finish, cut.timings.generated_tokens),
            (Finish::Length, 3)
        );
        assert!(reply.text.starts_with(&cut.text), "{cut:?} {reply:?}");
    });
}

#[test]
fn pieces_are_whole_characters() {
    shared(|engine| {
        let asked = "Repeat exactly: ñandú 👩‍👩‍👧 日本語 ¿qué?";
        let hot = Sampling {
            temperature: Some(1.5),
            seed: Some(3),
            max_tokens: Some(96),
            ..Sampling::default()
        };
        // JSON text is UTF-8, so only a replacement mark could tell of a broken character.
        for sampling in [greedy(48), hot] {
            let reply = engine.reply(&question(asked), sampling).unwrap();
            assert!(!reply.text.is_empty(), "{reply:?}");
        }
    });
}

#[test]
fn a_reply_stops_when_it_is_told_to() {
    shared(|engine| {
        let id = engine.begin(&question(LONG_STORY), greedy(2000));
        while !matches!(engine.first_event(id), Event::Piece { .. }) {}
        let begun = Instant::now();
        engine.send(&Request::Cancel { id });
        let reply = engine.finish(id).unwrap();
        assert_eq!(reply.finish, Finish::Cancelled);
        assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
        assert!(reply.timings.generated_tokens < 1000, "{reply:?}");

        // A cancel of what has ended, and of what never was, changes nothing.
        engine.send(&Request::Cancel { id });
        engine.send(&Request::Cancel { id: 1 << 40 });
        let next = engine.reply(&question(QUESTION), greedy(32)).unwrap();
        assert!(next.text.contains("Paris"), "{next:?}");
    });
}

#[test]
fn a_prompt_stops_being_read_when_it_is_told_to() {
    shared(|engine| {
        let id = engine.begin(&question(&long_prompt(4000)), greedy(8));
        let mut how_far = || {
            let Event::Prefill {
                done_tokens,
                total_tokens,
                ..
            } = engine.first_event(id)
            else {
                panic!("a long prompt tells how far it is");
            };
            (done_tokens, total_tokens)
        };
        let (before, _) = how_far();
        let (done_tokens, total_tokens) = how_far();
        assert!(done_tokens > before, "told before anything is read");
        assert!(
            total_tokens > 4000 && done_tokens < total_tokens / 4,
            "{done_tokens} of {total_tokens}"
        );
        let begun = Instant::now();
        engine.send(&Request::Cancel { id });
        let reply = engine.finish(id).unwrap();
        assert_eq!(
            (reply.finish, reply.timings.generated_tokens),
            (Finish::Cancelled, 0)
        );
        assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
        assert!(
            reply.prefills.iter().all(|(done, _)| *done < total_tokens),
            "{reply:?}"
        );

        // What has been read need not be read again.
        let id = engine.begin(&question(&long_prompt(4000)), greedy(8));
        let again = engine.first_event(id);
        assert!(
            matches!(again, Event::Prefill { done_tokens: done, .. } if done >= done_tokens),
            "{again:?}"
        );
        engine.send(&Request::Cancel { id });
        let reply = engine.finish(id).unwrap();
        assert!(reply.timings.cached_tokens >= done_tokens, "{reply:?}");
    });
}

#[test]
fn a_request_that_waits_can_be_cancelled() {
    shared(|engine| {
        let first = engine.begin(&question(LONG_STORY), greedy(2000));
        let second = engine.begin(&question(QUESTION), greedy(32));
        engine.send(&Request::Cancel { id: second });
        engine.send(&Request::Cancel { id: first });
        for reply in engine.finish_all(&[first, second]) {
            assert_eq!(reply.unwrap().finish, Finish::Cancelled);
        }
    });
}

#[test]
fn a_second_turn_reads_only_what_is_new() {
    shared(|engine| {
        let mut turns = question("What is the capital of Spain?");
        let first = engine.reply(&turns, greedy(32)).unwrap();
        turns.push(turn(Role::Assistant, &first.text));
        turns.push(turn(Role::User, "And of Italy?"));
        let second = engine.reply(&turns, greedy(32)).unwrap();
        let timings = second.timings;
        assert!(
            timings.cached_tokens >= first.timings.prompt_tokens,
            "{first:?} {second:?}"
        );
        assert!(timings.cached_tokens < timings.prompt_tokens, "{second:?}");

        // The same again: all but the last token is there, and the reply is the same.
        let again = engine.reply(&turns, greedy(32)).unwrap();
        assert_eq!(again.text, second.text);
        assert_eq!(again.timings.cached_tokens, timings.prompt_tokens - 1);
    });
}

#[test]
fn a_message_is_never_control_tokens() {
    let prompt_tokens = |engine: &mut Engine, content: &str| {
        let reply = engine.reply(&question(content), greedy(1)).unwrap();
        reply.timings.prompt_tokens
    };
    shared(|engine| {
        let plain = prompt_tokens(engine, "Hi");
        for control in ["<|im_end|>", "<|im_start|>", "<|endoftext|>", "<repo_name>"] {
            let more = prompt_tokens(engine, &format!("Hi{control}")) - plain;
            assert!(more > 1, "{control} became {more} tokens");
        }
    });
    // A template that cuts a message, as those of models that think do, must not turn the
    // rest of the conversation inside out.
    let home = Home::new();
    let path = home.copy_of_model("thinking.gguf");
    let places = Places::of(&path);
    let own = places.value("tokenizer.chat_template");
    let cutting = "{% for m in messages %}{{ '<|im_start|>' + m.role + '\n' + m.content\
        .split('</think>')[-1] + '<|im_end|>\n' }}{% endfor %}{{ '<|im_start|>assistant\n' }}";
    let padding = own.bytes.len() - cutting.len();
    let template = format!("{cutting}{{#{}#}}", " ".repeat(padding - 4));
    overwrite(&path, own, template.as_bytes());
    let mut engine = Engine::start();
    engine.load(&path, options()).1.unwrap();
    let mut tokens = |reply: &str, question: &str| {
        let turns = [
            turn(Role::User, "Hi"),
            turn(Role::Assistant, &format!("Hm</think>{reply}")),
            turn(Role::User, question),
        ];
        engine
            .reply(&turns, greedy(1))
            .unwrap()
            .timings
            .prompt_tokens
    };
    let once = "<|im_end|><|im_start|><|endoftext|>";
    let twice = once.repeat(2);
    for (one, two) in [
        (tokens("Hello", once), tokens("Hello", &twice)),
        (tokens(once, "Hi"), tokens(&twice, "Hi")),
    ] {
        assert!(
            two - one > 10,
            "three control tokens became {} tokens",
            two - one
        );
    }
}

#[test]
fn a_full_context_ends_the_reply_or_refuses_the_prompt() {
    let (mut engine, model) = Engine::loaded(LoadOptions {
        context_tokens: Some(256),
        ..options()
    });
    assert_eq!(model.context_tokens, 256);
    let reply = engine.reply(&question(LONG_STORY), greedy(2000)).unwrap();
    assert_eq!(reply.finish, Finish::ContextFull);
    assert_eq!(reply.context_tokens, 256);
    match engine
        .reply(&question(&long_prompt(300)), greedy(8))
        .unwrap_err()
    {
        Fault::PromptTooLong {
            prompt_tokens,
            context_tokens: 256,
            trained_context_tokens,
        } => {
            assert!(trained_context_tokens >= 2048, "{trained_context_tokens}");
            assert!(prompt_tokens > 300, "{prompt_tokens}");
        }
        other => panic!("{other:?}"),
    }
    let next = engine.reply(&question(QUESTION), greedy(32)).unwrap();
    assert!(next.text.contains("Paris"), "{next:?}");
}

#[test]
fn the_end_of_its_input_ends_it() {
    // In good order where there is time for it, else by force: both are well.
    let (engine, _) = Engine::loaded(options());
    let (took, status) = engine.close();
    assert!(took < SOON, "idle: {took:?}, {status}");

    let (mut engine, _) = Engine::loaded(options());
    let id = engine.begin(&question(LONG_STORY), greedy(2000));
    engine.first_event(id);
    let (took, status) = engine.close();
    assert!(took < SOON, "in a reply: {took:?}, {status}");

    let (mut engine, _) = Engine::loaded(options());
    let id = engine.begin(&question(&long_prompt(4000)), greedy(8));
    engine.first_event(id);
    let (took, status) = engine.close();
    assert!(took < SOON, "in a prompt: {took:?}, {status}");
}

#[test]
fn it_ends_when_it_is_asked_to() {
    let begun = Instant::now();
    let status = Engine::start().shut_down();
    assert!(status.success(), "{status}");
    let (mut engine, _) = Engine::loaded(options());
    engine.reply(&question(QUESTION), greedy(4)).unwrap();
    let status = engine.shut_down();
    assert!(status.success(), "{status}");
    // Its pipe need not end for that.
    let (mut engine, _) = Engine::loaded(options());
    engine.send(&Request::Shutdown);
    let status = engine.end();
    assert!(status.success(), "{status}");
    assert!(begun.elapsed() < SOON * 2, "{:?}", begun.elapsed());
}

/// Nobody reads what it writes: it must not go on for ever.
#[test]
fn the_end_of_its_output_ends_it() {
    let mut child = Command::new(CHARLA)
        .arg("engine")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut input = child.stdin.take().unwrap();
    std::io::Write::write_all(&mut input, b"{\"v\":1,\"type\":\"hello\"}\n").unwrap();
    let mut said = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut said)
        .unwrap();
    assert!(!child.wait().unwrap().success(), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    drop(input);
}
