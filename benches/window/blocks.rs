//! What models write: paragraphs, lists, tables, code and formulas, in several languages.

use fastrand::Rng;

use crate::words;

const CODE: [(&str, &str); 6] = [
    (
        "rust",
        "/// Adds up what is even.\npub fn even_sum(values: &[u64]) -> u64 {\n    values.iter().filter(|it| **it % 2 == 0).sum()\n}\n",
    ),
    (
        "python",
        "import math\n\ndef media(valores: list[float]) -> float:\n    \"\"\"La media, o nada.\"\"\"\n    if not valores:\n        return math.nan\n    return sum(valores) / len(valores)\n",
    ),
    (
        "js",
        "export async function load(url) {\n  const answer = await fetch(url, { cache: \"no-store\" });\n  if (!answer.ok) throw new Error(`${answer.status}`);\n  return answer.json();\n}\n",
    ),
    (
        "sql",
        "SELECT chats.id, count(*) AS replies\nFROM chats JOIN messages ON messages.chat = chats.id\nWHERE messages.role = 'assistant' -- only those\nGROUP BY chats.id HAVING replies > 10;\n",
    ),
    (
        "sh",
        "set -euo pipefail\nfor file in *.gguf; do\n  printf '%s\\t%s\\n' \"$(stat -c %s \"$file\")\" \"$file\"\ndone | sort -rn\n",
    ),
    (
        "json",
        "{\n  \"name\": \"Charla\",\n  \"threads\": 8,\n  \"flash_attention\": true,\n  \"folders\": [\"/models\", \"~/models\"]\n}\n",
    ),
];

const MATHS: [&str; 5] = [
    r"$$\int_{-\infty}^{\infty} e^{-x^2}\,dx = \sqrt{\pi}$$",
    r"$$\sum_{k=1}^{n} k = \frac{n(n+1)}{2}$$",
    r"$$\begin{pmatrix} a & b \\ c & d \end{pmatrix}^{-1} = \frac{1}{ad-bc}\begin{pmatrix} d & -b \\ -c & a \end{pmatrix}$$",
    r"\[ P(A \mid B) = \frac{P(B \mid A)\,P(A)}{P(B)} \]",
    r"The roots are $x = \frac{-b \pm \sqrt{b^2 - 4ac}}{2a}$, where $a \neq 0$.",
];

const ELSEWHERE: [&str; 6] = [
    "人工知能は、言語の理解や推論、問題解決などの知的行動を人間に代わってコンピュータに行わせる技術です。",
    "机器学习是人工智能的一个分支，它使计算机能够从数据中学习，而无需明确编程。",
    "인공지능은 인간의 학습 능력과 추론 능력을 컴퓨터 프로그램으로 실현한 기술이다.",
    "Привет! Это пример текста на русском языке, в котором есть несколько слов.",
    "Good idea 👍 — let's ship it 🚀, then celebrate 🎉 with tea 🍵 and a walk 🌳.",
    "Η μηχανική μάθηση είναι κλάδος της τεχνητής νοημοσύνης.",
];

/// What a user asks.
pub(crate) fn question(random: &mut Rng) -> String {
    match random.u8(..10) {
        0 => pick(random, &ELSEWHERE).to_owned(),
        1 => format!("{}\n\n{}", words::text(random, 1), code(random)),
        _ => {
            let sentences = random.usize(1..4);
            words::text(random, sentences)
        }
    }
}

/// What a model answers.
pub(crate) fn reply(random: &mut Rng) -> String {
    let mut blocks = Vec::new();
    for _ in 0..random.usize(1..6) {
        blocks.push(block(random));
    }
    blocks.join("\n\n")
}

/// So many bytes of reply, or a little more.
pub(crate) fn of_length(random: &mut Rng, bytes: usize) -> String {
    let mut text = String::new();
    while text.len() < bytes {
        text.push_str(&block(random));
        text.push_str("\n\n");
    }
    text
}

fn block(random: &mut Rng) -> String {
    match random.u8(..16) {
        0 => format!("## {}", phrase(random)),
        1 => format!("### {}\n\n{}", phrase(random), paragraph(random)),
        2 => list(random, |_| "- ".into()),
        3 => list(random, |at| format!("{}. ", at + 1)),
        4 => list(random, |at| match at % 2 {
            0 => "- [x] ".into(),
            _ => "- [ ] ".into(),
        }),
        5 => table(random),
        6 | 7 => code(random),
        8 => format!("> {}\n>\n> — {}", paragraph(random), phrase(random)),
        9 => pick(random, &MATHS).to_owned(),
        10 => pick(random, &ELSEWHERE).to_owned(),
        11 => format!(
            "{} [{}](https://example.org/{}) {}",
            phrase(random),
            phrase(random),
            random.u32(..1000),
            paragraph(random)
        ),
        12 => words::text(random, 12).replace("\n\n", " "),
        _ => paragraph(random),
    }
}

fn paragraph(random: &mut Rng) -> String {
    let sentences = random.usize(2..5);
    let text = words::text(random, sentences).replace("\n\n", " ");
    // Some of the words stand out.
    let mut marked = String::new();
    for (at, word) in text.split(' ').enumerate() {
        if at > 0 {
            marked.push(' ');
        }
        let mark = match random.u8(..24) {
            0 => "**",
            1 => "*",
            2 => "`",
            _ => "",
        };
        marked.extend([mark, word, mark]);
    }
    marked
}

fn phrase(random: &mut Rng) -> String {
    let sentence = words::text(random, 1);
    let words: Vec<_> = sentence.split_whitespace().take(5).collect();
    words.join(" ").trim_end_matches('.').to_owned()
}

fn list(random: &mut Rng, bullet: impl Fn(usize) -> String) -> String {
    let mut lines = Vec::new();
    for at in 0..random.usize(3..8) {
        let sentences = random.usize(1..3);
        let text = words::text(random, sentences).replace("\n\n", " ");
        lines.push(format!("{}{text}", bullet(at)));
        if random.u8(..5) == 0 {
            lines.push(format!("    - {}", phrase(random)));
        }
    }
    lines.join("\n")
}

fn table(random: &mut Rng) -> String {
    let columns = random.usize(2..6);
    let mut row = || {
        let cells: Vec<_> = (0..columns).map(|_| phrase(random)).collect();
        format!("| {} |", cells.join(" | "))
    };
    let mut lines = vec![row(), format!("|{}", " --- |".repeat(columns))];
    lines.extend((0..6).map(|_| row()));
    lines.join("\n")
}

fn code(random: &mut Rng) -> String {
    let (language, text) = CODE[random.usize(..CODE.len())];
    let repeats = random.usize(1..4);
    format!("```{language}\n{}```", text.repeat(repeats))
}

fn pick<'a>(random: &mut Rng, texts: &[&'a str]) -> &'a str {
    texts[random.usize(..texts.len())]
}
