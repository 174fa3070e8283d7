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
