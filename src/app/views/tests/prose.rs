//! What replies hold that is easily drawn wrongly, written below `target/pictures` for a
//! person to look at.

use super::*;

const PROSE: &str = r"It checks if `n` is less than `2`, then presses <kbd>Ctrl</kbd>+<kbd>C</kbd>; H<sub>2</sub>O and E = mc<sup>2</sup>. See https://en.wikipedia.org/wiki/Foo_(bar).

设$x^2$为实数，则$f(x)$连续。 함수 $f(x)$는, 関数$f$の値, the $n$th. **Charla（シャルラ）**は, 这是**“重点”**内容。 **주의(필독)**를

- Trattoria ($$)
- Bistro 12 ($$), rated $$ for moderate and $$$ for expensive.

\begin{align}
a &= b + c \\
- d &= e
\end{align}

```math
\int_0^1 x^2 \, dx = \frac{1}{3}
```

    echo \(x\) $$ price
    $$

| 名称 | 说明 |
|---|---|

| Formula | Means |
|---|---|
| `(1 \| group)` | one<br>two |
| `(1 | group)` | a `|` bar |
| $|x|$ | absolute | and more | here |

1. हिन्दी में words
2. $\frac{a}{b}$ first
10. Ten

> שלום, this is read from the right.

1. שלום עולם
2. hello
   - [x] עוד
   - פריט עם `code` בפנים

| שם | כמות |
|---|--:|
| תפוח | 3 |

";

#[test]
fn what_is_easily_drawn_wrongly_can_be_drawn() {
    for (language, theme, kind) in super::pictures::KINDS {
        let start = |text: &str| {
            let mut state = with_chats(state(language, theme));
            let mut chat = Chat::new(ChatId(3), now_unix_ms());
            let question = "Does `n` in https://a.org/x hold?".to_owned();
            chat.push(MessageId(1), Role::User, question, now_unix_ms());
            let reply = chat.push(MessageId(2), Role::Assistant, text.into(), now_unix_ms());
            reply.finish = Some(Finish::EndOfReply);
            state.chats.push(chat);
            state.current = Some(ChatId(3));
            state
        };
        let drawn = |state: State, size: Vec2| {
            let mut window = Window::sized(start(""), size);
            crate::app::fonts::use_system_now(&window.0.ctx);
            // Not every machine has the fonts for all of it.
            let policy = egui::epaint::text::MissingGlyphPolicy::Tofu;
            window.0.ctx.set_missing_glyph_policy(policy);
            *window.state() = state;
            window
        };
        let mut window = drawn(start(PROSE), Vec2::new(1000.0, 1500.0));
        super::pictures::draw(&mut window, &format!("prose-{kind}"));
        let code = "let x = 1; // a line\n".repeat(300);
        let text = format!("First.\n\n```rust\n{code}```\n\nThat is all.");
        let mut window = drawn(start(&text), Vec2::new(700.0, 500.0));
        super::pictures::draw(&mut window, &format!("prose-code-{kind}"));
        let mut state = start(PROSE);
        state.jump = Some((ChatId(3), MessageId(1)));
        state.shelves.query.text = "hold".into();
        let mut window = drawn(state, Vec2::new(700.0, 500.0));
        super::pictures::draw(&mut window, &format!("prose-marks-{kind}"));
    }
}
