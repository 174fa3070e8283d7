//! Replies as they are read: Markdown in all its forms.

use egui::Vec2;
use egui_kittest::kittest::Queryable as _;

use super::*;

/// One of everything.
pub(super) const SHOWCASE: &str = r#"# Sumar a mano

Para sumar **36 + 59** se suman primero las *unidades* y después las ~~docenas~~ **decenas**, con la función `suma()`; más en [la enciclopedia](https://es.wikipedia.org/wiki/Suma).

1. Unidades: $6 + 9 = 15$, y me llevo una.
2. Decenas: $3 + 5 + 1 = 9$.
   - El resultado es **95**.
   - Cuesta entre $5 y $10, no es una fórmula.

- [x] Sumar
- [ ] Restar, con un texto que es tan largo que no cabe en una sola línea de la columna y tiene que continuar en la siguiente

> [!NOTE]
> Una suma no depende del orden: $a + b = b + a$.

> Lo que bien se aprende, tarde se olvida.

```python
def suma(a: int, b: int) -> int:
    """Suma dos números."""
    return a + b  # 95

print(suma(36, 59), "una línea de código que es bastante más ancha que la columna de texto")
```

| Paso | Operación | Resultado |
|:-----|:---------:|----------:|
| Unidades | 6 + 9 | 15 |
| Decenas | 3 + 5 + 1 | 9 |

La solución de $x^2 + px + q = 0$ es

$$x = -\frac{p}{2} \pm \sqrt{\left(\frac{p}{2}\right)^2 - q}$$

y la suma de los primeros números, $\sum_{k=1}^{n} k = \frac{n(n+1)}{2}$, se demuestra por inducción. Una matriz:

\[ A = \begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix} \]

---

### Para terminar

<script>alert("nada")</script> no se ejecuta, y «userRLOnimda» se ve como es.[^1]

[^1]: Una nota al pie.
"#;

pub(super) fn showcase(language: Language, theme: Theme) -> State {
    let mut state = with_chats(state(language, theme));
    let mut chat = Chat::new(ChatId(3), now_unix_ms());
    let question = "¿Cómo se suma a mano?\n```py\nprint(36 + 59)\n```";
    chat.push(MessageId(1), Role::User, question.into(), now_unix_ms());
    let reply = chat.push(
        MessageId(2),
        Role::Assistant,
        SHOWCASE.replace("RLO", "\u{202e}"),
        now_unix_ms(),
    );
    reply.model = Some("SmolLM2 135M".into());
    reply.reasoning = "Piden una suma. Lo explico paso a paso.".into();
    reply.finish = Some(Finish::EndOfReply);
    reply.timings = Some(Timings {
        generated_tokens: 96,
        generation_ms: 660.0,
        reasoning_ms: 1200.0,
        ..Timings::default()
    });
    state.chats.push(chat);
    state.current = Some(ChatId(3));
    state
}

#[test]
fn every_form_is_drawn() {
    for (language, theme, kind) in super::pictures::KINDS {
        let mut window = Window::sized(showcase(language, theme), Vec2::new(1280.0, 2000.0));
        std::thread::sleep(std::time::Duration::from_millis(700));
        window.steps(4);
        super::pictures::draw(&mut window, &format!("reading-{kind}"));
        assert!(window.0.query_by_label("Sumar a mano").is_some());
    }
}

/// A chat whose reply is this text.
fn reading(text: &str) -> Window {
    let mut state = with_chats(state(Language::En, Theme::Light));
    let mut chat = Chat::new(ChatId(3), now_unix_ms());
    chat.push(
        MessageId(1),
        Role::User,
        "A question.".into(),
        now_unix_ms(),
    );
    let reply = chat.push(MessageId(2), Role::Assistant, text.into(), now_unix_ms());
    reply.finish = Some(Finish::EndOfReply);
    state.chats.push(chat);
    state.current = Some(ChatId(3));
    Window::new(state)
}

/// Drags from just before the first text to just behind the other one.
fn drag(window: &mut Window, from: &str, to: &str) {
    let from = window.0.get_by_label(from).rect();
    let to = window.0.get_by_label(to).rect();
    let button = |pos, pressed| egui::Event::PointerButton {
        pos,
        button: egui::PointerButton::Primary,
        pressed,
        modifiers: egui::Modifiers::NONE,
    };
    let (start, end) = (from.left_center() + Vec2::new(1.0, 0.0), to.right_center());
    let start = egui::pos2(start.x, from.top() + 8.0);
    let end = egui::pos2(end.x - 1.0, to.bottom() - 6.0);
    window.0.hover_at(start);
    window.steps(1);
    window.0.event(button(start, true));
    window.steps(1);
    window.0.hover_at(start.lerp(end, 0.5));
    window.steps(1);
    window.0.hover_at(end);
    window.steps(1);
    window.0.event(button(end, false));
    window.steps(2);
}

/// What Ctrl+C puts on the clipboard.
fn copied(window: &mut Window) -> Option<String> {
    window.0.event(egui::Event::Copy);
    window.0.step();
    let commands = &window.0.output().platform_output.commands;
    commands.iter().find_map(|command| match command {
        egui::OutputCommand::CopyText(text) => Some(text.clone()),
        _ => None,
    })
}

#[test]
fn a_selection_goes_across_messages_and_code() {
    let text = "First *words*.\n\n```py\nx = 1\ny = 2\n```\n\n- one\n- two\n\n| a | b |\n|---|---|\n| c | d |\n\n$$x^2$$\n\nLast.";
    let mut window = reading(text);
    assert_eq!(copied(&mut window), None);
    drag(&mut window, "A question.", "Last.");
    let expected = "A question.\n\nFirst words.\n\nx = 1\ny = 2\n\n• one\n• two\n\na\tb\nc\td\n\n$$x^2$$\n\nLast.";
    assert_eq!(copied(&mut window).as_deref(), Some(expected));

    // The menu copies what the words were made of.
    let at = window.0.get_by_label("Last.").rect().left_center() + Vec2::new(5.0, 0.0);
    for pressed in [true, false] {
        window.0.hover_at(at);
        window.0.event(egui::Event::PointerButton {
            pos: at,
            button: egui::PointerButton::Secondary,
            pressed,
            modifiers: egui::Modifiers::NONE,
        });
        window.steps(1);
    }
    window.steps(3);
    window.asked();
    window.click("Copy as Markdown");
    let source = format!("A question.\n\n{text}");
    assert_eq!(window.asked(), [Command::Copy(source)]);

    // A click elsewhere ends it.
    window.click("Message");
    assert_eq!(copied(&mut window), None);
}

#[test]
fn the_escape_that_closes_a_menu_leaves_what_is_selected() {
    let mut window = reading("First words.\n\nLast.");
    drag(&mut window, "First words.", "Last.");
    let at = window.0.get_by_label("Last.").rect().left_center() + Vec2::new(5.0, 0.0);
    for pressed in [true, false] {
        window.0.hover_at(at);
        window.0.event(egui::Event::PointerButton {
            pos: at,
            button: egui::PointerButton::Secondary,
            pressed,
            modifiers: egui::Modifiers::NONE,
        });
        window.steps(1);
    }
    window.steps(3);
    assert!(window.shows("Copy as Markdown"));
    window.0.key_press(egui::Key::Escape);
    window.steps(3);
    assert!(!window.shows("Copy as Markdown"), "the menu is closed");
    assert!(
        copied(&mut window).is_some(),
        "the words are still selected"
    );
    window.0.key_press(egui::Key::Escape);
    window.steps(3);
    assert_eq!(copied(&mut window), None);
}

/// What the last frame handed on for the middle button.
fn settled(window: &Window) -> Option<String> {
    let commands = &window.0.output().platform_output.commands;
    commands.iter().find_map(|command| match command {
        egui::OutputCommand::TextSelectionSettled(text) => Some(text.clone()),
        _ => None,
    })
}

#[test]
fn what_is_selected_in_a_reply_can_be_pasted_with_the_middle_button() {
    let mut window = reading("First *words*.\n\nLast.");
    let from = window.0.get_by_label("First words.").rect();
    let start = egui::pos2(from.left() + 1.0, from.top() + 8.0);
    let end = egui::pos2(from.right() - 1.0, from.top() + 8.0);
    let button = |pos, pressed| egui::Event::PointerButton {
        pos,
        button: egui::PointerButton::Primary,
        pressed,
        modifiers: egui::Modifiers::NONE,
    };
    window.0.hover_at(start);
    window.steps(1);
    window.0.event(button(start, true));
    window.steps(1);
    window.0.hover_at(end);
    window.steps(1);
    assert_eq!(settled(&window), None, "not while it is being dragged");
    window.0.event(button(end, false));
    window.0.step();
    assert_eq!(settled(&window).as_deref(), Some("First words."));
    window.0.step();
    assert_eq!(settled(&window), None, "only once");
}

#[test]
fn code_is_copied_and_its_lines_are_wrapped() {
    let line = "a very long line ".repeat(20);
    let mut window = reading(&format!("```\n{line}\n```"));
    let height = |window: &Window| {
        window
            .0
            .get_by_label_contains("a very long line")
            .rect()
            .height()
    };
    let before = height(&window);
    window.click("Copy the code");
    assert_eq!(window.asked(), [Command::Copy(line.clone())]);
    window.click("Wrap lines");
    window.steps(3);
    assert!(height(&window) > before + 30.0);
    window.click("Do not wrap");
    window.steps(3);
    assert!((height(&window) - before).abs() < 1.0);
}

#[test]
fn a_long_block_can_be_copied_from_its_end() {
    let code = "let x = 1;\n".repeat(300);
    let mut window = reading(&format!("First.\n\n```rust\n{code}```\n\nThat is all."));
    assert!(window.shows("That is all.") && !window.shows("First."));
    window.asked();
    window.click("Copy the code");
    assert_eq!(window.asked(), [Command::Copy(code.trim_end().into())]);
}

#[test]
fn a_bare_address_is_a_link() {
    let mut window = reading("Look at https://a.org/b_c.");
    window.asked();
    window.click("https://a.org/b_c");
    assert_eq!(
        window.asked(),
        [Command::OpenLink("https://a.org/b_c".into())]
    );
}

#[test]
fn a_link_is_opened_by_a_click_and_asks_where_it_deceives() {
    let mut window = reading(
        "[the bank](https://bank.es/a) [https://bank.es](https://evil.example) [run](file:///bin/sh)",
    );
    window.asked();
    window.click("the bank");
    assert_eq!(
        window.asked(),
        [Command::OpenLink("https://bank.es/a".into())]
    );
    window.click("https://bank.es");
    assert_eq!(window.asked(), []);
    assert!(window.shows("leads to https://evil.example"));
    window.click("Cancel");
    window.click("run");
    assert!(window.shows("file:///bin/sh") && !window.shows("Open anyway"));
    window.click("Copy the address");
    assert_eq!(window.asked(), [Command::Copy("file:///bin/sh".into())]);
}

#[test]
fn thoughts_are_folded_until_they_are_opened() {
    let mut window = Window::new(showcase(Language::En, Theme::Light));
    window.state().jump = Some((ChatId(3), MessageId(1)));
    window.steps(4);
    assert!(!window.shows("Piden una suma."));
    window.click("Thought for 1.2 s");
    assert!(window.shows("Piden una suma."));
    window.click("Thought for 1.2 s");
    assert!(!window.shows("Piden una suma."));
}

#[test]
fn a_reply_is_written_again_in_another_way_and_a_chat_branches() {
    let mut window = reading("Some words.");
    window.state().model = ModelState::Asleep {
        path: PathBuf::from("/models/a.gguf"),
    };
    window.steps(2);
    window.asked();
    window.click("Regenerate in another way");
    window.click("1.2 · daring");
    let with = crate::app::command::With {
        temperature: Some(1.2),
        ..Default::default()
    };
    assert_eq!(
        window.asked(),
        [Command::RegenerateWith(MessageId(2), with)]
    );
    window
        .0
        .query_all_by_label("Branch")
        .last()
        .unwrap()
        .click();
    window.steps(3);
    assert_eq!(
        window.asked(),
        [Command::BranchToNewChat(ChatId(3), MessageId(2))]
    );
}
