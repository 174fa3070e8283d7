//! Formulas as models write them, and as nobody should.

use egui::{Rect, pos2};
use egui_kittest::Harness;

use super::*;
use crate::{Palette, size, testing};

/// As models write them.
const FORMULAS: [&str; 72] = [
    r"E = mc^2",
    r"x = \frac{-b \pm \sqrt{b^2 - 4ac}}{2a}",
    r"\sum_{i=1}^{n} i = \frac{n(n+1)}{2}",
    r"\int_{-\infty}^{\infty} e^{-x^2} \, dx = \sqrt{\pi}",
    r"\lim_{x \to 0} \frac{\sin x}{x} = 1",
    r"e^{i\pi} + 1 = 0",
    r"\prod_{p \text{ primo}} \frac{1}{1 - p^{-s}} = \zeta(s)",
    r"\nabla \times \vec{E} = -\frac{\partial \vec{B}}{\partial t}",
    r"\oint_{\partial \Omega} \mathbf{F} \cdot d\mathbf{r} = \iint_\Omega (\nabla \times \mathbf{F}) \cdot d\mathbf{S}",
    r"\begin{pmatrix} a & b \\ c & d \end{pmatrix} \begin{pmatrix} x \\ y \end{pmatrix} = \begin{pmatrix} ax + by \\ cx + dy \end{pmatrix}",
    r"\begin{bmatrix} 1 & 0 & \cdots & 0 \\ 0 & 1 & \cdots & 0 \\ \vdots & \vdots & \ddots & \vdots \\ 0 & 0 & \cdots & 1 \end{bmatrix}",
    r"\det \begin{vmatrix} a & b \\ c & d \end{vmatrix} = ad - bc",
    r"f(x) = \begin{cases} x^2 & \text{si } x \ge 0 \\ -x & \text{en otro caso} \end{cases}",
    r"\begin{aligned} (a+b)^2 &= a^2 + 2ab + b^2 \\ (a-b)^2 &= a^2 - 2ab + b^2 \end{aligned}",
    r"\begin{align*} x + y &= 3 \\ 2x - y &= 0 \end{align*}",
    r"\begin{array}{c|cc} & A & B \\ \hline 0 & 1 & 2 \\ 1 & 3 & 4 \end{array}",
    r"\text{Área de la función según el año: } A = \pi r^2",
    r"\text{¿Cuántos señores? ¡Muchísimos! El pingüino bebió «vino»}",
    r"P(A \mid B) = \frac{P(B \mid A)\, P(A)}{P(B)}",
    r"\mathbb{E}[X] = \sum_{x \in \mathcal{X}} x \, p(x)",
    r"\operatorname{Var}(X) = \mathbb{E}[X^2] - (\mathbb{E}[X])^2",
    r"\mathrm{softmax}(z)_i = \frac{e^{z_i}}{\sum_{j=1}^{K} e^{z_j}}",
    r"\text{Attention}(Q, K, V) = \text{softmax}\left(\frac{QK^\top}{\sqrt{d_k}}\right)V",
    r"\left( \sum_{k=1}^n a_k b_k \right)^2 \leq \left( \sum_{k=1}^n a_k^2 \right) \left( \sum_{k=1}^n b_k^2 \right)",
    r"\left\{ x \in \mathbb{R} \;\middle|\; x^2 < 2 \right\}",
    r"\left\lfloor \frac{n}{2} \right\rfloor + \left\lceil \frac{n}{2} \right\rceil = n",
    r"\left. \frac{dy}{dx} \right|_{x=0}",
    r"\sqrt[3]{x^3 + y^3} + \sqrt{1 + \sqrt{1 + \sqrt{1 + x}}}",
    r"\hat{x}, \bar{y}, \tilde{z}, \dot{a}, \ddot{b}, \vec{v}, \widehat{abc}, \widetilde{xyz}, \overline{AB}, \underline{cd}",
    r"\overbrace{a + b + \cdots + z}^{26} + \underbrace{1 + 2 + 3}_{6}",
    r"A \xrightarrow{f} B \xleftarrow[\text{abajo}]{\text{arriba}} C",
    r"\overrightarrow{AB} + \overleftarrow{CD}",
    r"p \implies q \iff \neg p \lor q",
    r"\forall \varepsilon > 0 \, \exists \delta > 0 : |x - a| < \delta \Rightarrow |f(x) - L| < \varepsilon",
    r"\alpha\beta\gamma\delta\epsilon\zeta\eta\theta\iota\kappa\lambda\mu\nu\xi\pi\rho\sigma\tau\upsilon\phi\chi\psi\omega",
    r"\Gamma\Delta\Theta\Lambda\Xi\Pi\Sigma\Upsilon\Phi\Psi\Omega\,\varepsilon\vartheta\varpi\varrho\varsigma\varphi",
    r"A \cup B \cap C \setminus D \subseteq E \subset F \supseteq G \in H \notin I \emptyset \varnothing",
    r"a \leq b \geq c \neq d \approx e \equiv f \sim g \simeq h \cong i \propto j \ll k \gg l",
    r"\to \gets \mapsto \rightarrow \Rightarrow \leftrightarrow \Leftrightarrow \uparrow \downarrow \nearrow \hookrightarrow \rightharpoonup",
    r"\times \div \pm \mp \cdot \ast \star \circ \bullet \oplus \otimes \odot \wedge \vee \dagger",
    r"\binom{n}{k} = \frac{n!}{k!(n-k)!}",
    r"\cfrac{1}{1 + \cfrac{1}{1 + \cfrac{1}{1 + x}}}",
    r"\dfrac{a}{b} + \tfrac{c}{d}",
    r"\mathbf{x}^T \mathbf{A} \mathbf{x} \in \mathfrak{g} \quad \mathscr{L} \quad \mathsf{T} \quad \mathtt{code} \quad \mathit{it} \quad \boldsymbol{\beta}",
    r"\sin^2\theta + \cos^2\theta = 1, \quad \log_2 8 = 3, \quad \ln e = 1, \quad \exp(0) = 1",
    r"\max_{x \in [0,1]} f(x), \quad \min_{y} g(y), \quad \arg\max_\theta \mathcal{L}(\theta)",
    r"\frac{\partial^2 u}{\partial t^2} = c^2 \nabla^2 u",
    r"i\hbar \frac{\partial}{\partial t} \Psi(\mathbf{r}, t) = \left[ -\frac{\hbar^2}{2m} \nabla^2 + V(\mathbf{r}, t) \right] \Psi(\mathbf{r}, t)",
    r"R_{\mu\nu} - \tfrac{1}{2} R g_{\mu\nu} + \Lambda g_{\mu\nu} = \frac{8\pi G}{c^4} T_{\mu\nu}",
    r"\langle \psi | \hat{H} | \psi \rangle \quad \| v \|_2 \quad \lvert x \rvert",
    r"\ce{2H2 + O2 -> 2H2O}",
    r"\boxed{x = 42}",
    r"\cancel{x} + \bcancel{y} + \xcancel{z}",
    r"\color{red}{a} + \textcolor{blue}{b} + {\color{#0a0} c} + d",
    r"\overset{!}{=} \quad \underset{x}{y} \quad \stackrel{\text{def}}{=}",
    r"a_{i_{j_k}}^{2^{2^2}}",
    r"x' + y'' = f'''(t)",
    r"90^\circ \quad 50\,\% \quad \$100 \quad \#1 \quad a\_b",
    r"\text{CO}_2 \quad \mathrm{km/h} \quad 3{,}14 \quad 1{.}000",
    r"\sum_{\substack{0 \le i \le m \\ 0 < j < n}} P(i, j)",
    r"\iint \iiint \oint \bigcup_{i} A_i \bigcap_{j} B_j \coprod \bigoplus \bigotimes",
    r"\bigl( \Bigl( \biggl( \Biggl( x \Biggr) \biggr) \Bigr) \bigr)",
    r"\begin{cases} 3x + 2y - z = 1 \\ 2x - 2y + 4z = -2 \\ -x + \tfrac12 y - z = 0 \end{cases}",
    r"\left(\begin{array}{cc|c} 1 & 2 & 3 \\ 4 & 5 & 6 \end{array}\right)",
    r"\begin{Bmatrix} a & b \\ c & d \end{Bmatrix} \begin{Vmatrix} a & b \\ c & d \end{Vmatrix}",
    r"\begin{gathered} a = b \\ c = d + e \end{gathered}",
    r"\therefore \because \ldots \cdots \vdots \ddots \infty \aleph \ell \Re \Im \wp \angle \triangle \square \checkmark",
    r"\displaystyle \sum_{n=0}^\infty \frac{x^n}{n!} \quad \textstyle \sum_{n=0}^\infty \frac{x^n}{n!}",
    r"O(n \log n) \quad \Theta(n^2) \quad \Omega(1)",
    r"\text{si } \Delta > 0 \Rightarrow \text{dos raíces reales}",
    r"∑ α ≤ β → ∞ × ÷ √",
    r"\not\in \nmid \nleq \nsubseteq \nexists",
];

fn context() -> Context {
    let ctx = Context::default();
    testing::install(&ctx);
    let mut frame = ctx.run_ui(egui::RawInput::default(), |_| {});
    frame.textures_delta.clear();
    ctx
}

#[test]
fn formulas_of_models_are_laid_out() {
    let ctx = context();
    for tex in FORMULAS {
        for is_display in [false, true] {
            let formula = Formula::new(&ctx, tex, 15.0, is_display);
            let formula =
                formula.unwrap_or_else(|| panic!("{tex}: {:?}", ratex_parser::parse(tex).err()));
            let (size, ascent) = (formula.size(), formula.ascent());
            assert!(size.x > 5.0 && size.y > 5.0, "{tex}: {size}");
            assert!(
                ascent > 0.0 && ascent <= size.y,
                "{tex}: {ascent} of {size}"
            );
            assert!(!formula.marks.is_empty(), "{tex}");
        }
    }
}

#[test]
fn sizes_are_those_of_what_is_drawn() {
    let ctx = context();
    let size = |tex: &str, is_display| Formula::new(&ctx, tex, 15.0, is_display).unwrap().size();
    assert!(size(r"\frac{a}{b}", true).y > 1.8 * size("a", true).y);
    assert!(size(r"\frac{a}{b}", true).y > size(r"\frac{a}{b}", false).y);
    assert!(size(r"\sum_{i=1}^n", true).y > size(r"\sum_{i=1}^n", false).y);
    assert!(size("xx", true).x > 1.9 * size("x", true).x);
    let half = Formula::new(&ctx, "x+y", 7.5, true).unwrap().size();
    assert!((size("x+y", true) - 2.0 * half).length() < 0.01);
}

#[test]
fn hostile_formulas_do_no_harm() {
    let ctx = context();
    let deep = |open: &str, close: &str, times: usize| {
        format!("{}x{}", open.repeat(times), close.repeat(times))
    };
    let mut hostile = vec![
        "{".repeat(100_000),
        "x".repeat(100_000),
        r"\def\a{\a\a}\a".into(),
        r"\def\a#1{\a{#1#1}}\a{x}".into(),
        r"\newcommand{\f}[1]{\f{#1}\f{#1}}\f{x}".into(),
        r"\let\a\b\let\b\a\a".into(),
        r"\edef\a{\a}\a".into(),
        r"\begin{matrix}".repeat(200),
        r"\left(".repeat(500),
        "x^".repeat(1_000),
        "x_{".repeat(500),
        "^".into(),
        r"\frac".into(),
        r"\".into(),
        r"\begin{".into(),
        r"\rule{99999em}{99999em}".into(),
        r"\kern-99999em x".into(),
        r"\raisebox{1e300em}{x}".into(),
        r"\hspace{1e309em}x".into(),
        r"\char999999999999".into(),
        r"\text{".into(),
        "\0\u{202e}\u{feff}".into(),
        "& & \\\\ &".into(),
        r"\begin{array}{".to_owned() + &"c".repeat(3_000) + r"}1\end{array}",
        "'".repeat(3_000),
        r"\sqrt".repeat(600),
        r"\overbrace".repeat(300) + "x",
        r"\ce{".to_owned() + &"A->".repeat(900) + "}",
    ];
    for times in [10, 20, 24, 30, 100, 400] {
        hostile.push(deep("{", "}", times));
        hostile.push(deep(r"\sqrt{", "}", times));
        hostile.push(deep(r"\frac{1}{", "}", times));
        hostile.push(deep(r"\left(", r"\right)", times));
        hostile.push(deep("x^{", "}", times));
        hostile.push(deep(r"\text{", "}", times));
        hostile.push(deep(r"\widehat{", "}", times));
        hostile.push(deep(r"\begin{matrix}", r"\end{matrix}", times));
    }
    for tex in hostile {
        for is_display in [false, true] {
            let begun = std::time::Instant::now();
            let formula = Formula::new(&ctx, &tex, 15.0, is_display);
            let name: String = tex.chars().take(40).collect();
            println!("{:?} {} {name:?}", begun.elapsed(), formula.is_some());
            if let Some(formula) = formula {
                assert!(formula.size().is_finite(), "{name}");
            }
        }
    }
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config {
        cases: std::env::var("PROPTEST_CASES").ok().and_then(|it| it.parse().ok()).unwrap_or(200),
        failure_persistence: None,
        ..Default::default()
    })]

    /// Whatever is put together of TeX's own words is laid out or turned down.
    #[test]
    fn no_formula_is_a_reason_to_panic(
        words in proptest::collection::vec(proptest::sample::select(&WORDS[..]), 0..12),
        formulas in proptest::collection::vec(proptest::sample::select(&FORMULAS[..]), 0..3),
        from in 0.0..1.0_f64,
        length in 0_usize..12,
    ) {
        thread_local! {
            static CONTEXT: Context = context();
        }
        let mut letters: Vec<char> = formulas.concat().chars().collect();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
        let from = (from * letters.len() as f64) as usize;
        let to = (from + length).min(letters.len());
        letters.splice(from..to, words.concat().chars());
        let tex: String = letters.into_iter().collect();
        CONTEXT.with(|ctx| Formula::new(ctx, &tex, 15.0, length % 2 == 0));
    }
}

const WORDS: [&str; 96] = [
    "x",
    "1",
    " ",
    "{",
    "}",
    "{",
    "}",
    "[",
    "]",
    "^",
    "_",
    "&",
    "\\\\",
    "'",
    "~",
    "%",
    "#",
    "$",
    "ñ",
    "日",
    "😀",
    "(",
    ")",
    "|",
    "=",
    "+",
    ",",
    "\n",
    r"\frac",
    r"\sqrt",
    r"\sum",
    r"\int",
    r"\lim",
    r"\limits",
    r"\nolimits",
    r"\left",
    r"\right",
    r"\middle",
    r"\left(",
    r"\right)",
    r"\big",
    r"\text",
    r"\text{a}",
    r"\mathrm",
    r"\mathbb",
    r"\boldsymbol",
    r"\operatorname",
    r"\operatorname*",
    r"\hat",
    r"\widehat",
    r"\vec",
    r"\overline",
    r"\underbrace",
    r"\overbrace",
    r"\xrightarrow",
    r"\overset",
    r"\stackrel",
    r"\begin{matrix}",
    r"\end{matrix}",
    r"\begin{cases}",
    r"\end{cases}",
    r"\begin{align}",
    r"\end{align}",
    r"\begin{array}{c|c}",
    r"\end{array}",
    r"\hline",
    r"\cline{1-2}",
    r"\tag{1}",
    r"\color{red}",
    r"\textcolor{blue}",
    r"\colorbox{red}",
    r"\boxed",
    r"\cancel",
    r"\phantom",
    r"\smash",
    r"\rule{1em}{1em}",
    r"\kern1em",
    r"\hspace{-9em}",
    r"\raisebox{1em}",
    r"\def\a{\b}",
    r"\a",
    r"\newcommand{\b}[1]{#1}",
    r"\b",
    r"\ce{H2O}",
    r"\ce{",
    r"\substack",
    r"\binom",
    r"\genfrac",
    r"\not",
    r"\displaystyle",
    r"\tiny",
    r"\Huge",
    r"\verb|x|",
    r"\char`x",
    r"\url{x}",
    r"\mathchoice",
];

/// The sheet of all formulas, for a person to look at.
#[test]
fn formulas_can_be_drawn() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/pictures");
    std::fs::create_dir_all(&folder).unwrap();
    for (theme, name) in [(egui::Theme::Light, "light"), (egui::Theme::Dark, "dark")] {
        for scale in [1.0, 2.0] {
            for (part, formulas) in FORMULAS.chunks(24).enumerate() {
                let mut harness = Harness::builder()
                    .with_size(Vec2::new(1300.0, 1000.0))
                    .with_pixels_per_point(scale)
                    .with_theme(theme)
                    .with_context_setup(testing::install)
                    .build_ui(move |ui| sheet(ui, formulas));
                harness.run_steps(3);
                let picture = harness.render().unwrap();
                let file = format!("maths-{name}-{scale}x-{part}.png");
                picture.save(folder.join(file)).unwrap();
            }
        }
    }
}

fn sheet(ui: &mut egui::Ui, formulas: &[&str]) {
    let palette = Palette::of(ui);
    let painter = ui.painter().clone();
    let all = ui.max_rect();
    painter.rect_filled(all, 0.0, palette.code);
    let mut at = all.min + vec2(12.0, 12.0);
    let mut column_bottom = at.y;
    for (index, tex) in formulas.iter().enumerate() {
        if index == formulas.len() / 2 {
            at = pos2(all.center().x, all.min.y + 12.0);
        }
        let ctx = ui.ctx();
        let inline = Formula::new(ctx, tex, size::BODY, false).unwrap();
        let display = Formula::new(ctx, tex, size::BODY, true).unwrap();
        let words = painter.layout_no_wrap(
            "Así: ".to_owned(),
            FontId::proportional(size::BODY),
            palette.ink,
        );
        let baseline = words.rows[0].glyphs[0].pos.y;
        let height = inline.ascent().max(baseline);
        let line = at.y + height;
        let x = at.x + words.size().x;
        painter.galley(pos2(at.x, line - baseline), words, palette.ink);
        inline.paint(&painter, pos2(x, line - inline.ascent()), palette.ink);
        at.y = line + (inline.size().y - inline.ascent()).max(5.0) + 5.0;
        display.paint(&painter, pos2(at.x + 20.0, at.y), palette.ink);
        at.y += display.size().y + 12.0;
        column_bottom = column_bottom.max(at.y);
    }
    ui.allocate_rect(
        Rect::from_min_max(all.min, pos2(all.max.x, column_bottom)),
        egui::Sense::hover(),
    );
}
