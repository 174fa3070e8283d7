//! The ways in which models mark their thoughts.

/// How marks and texts follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// A reply may begin with one block of thoughts.
    Blocks,
    /// A reply is several messages, each on a channel.
    Channels,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Family {
    pub(super) style: Style,
    pub(super) open: &'static str,
    pub(super) close: &'static str,
    /// What a template has beside the marks, where these alone do not tell.
    beside: &'static str,
    /// Whether models write `open` without being told by the template.
    pub(super) opens_untold: bool,
    /// What stands between `open` and the thoughts, where the template does not show it.
    pub(super) lead: &'static str,
    /// What stands between the thoughts and the reply.
    pub(super) seam: &'static str,
    /// What a reply without thoughts begins with.
    pub(super) reply_head: &'static str,
    /// What else may come before the words of a reply, and is none of them.
    pub(super) before_reply: &'static [&'static str],
    /// What may come after the words of a reply.
    pub(super) after_reply: &'static [&'static str],
    /// Texts of the control tokens in all that.
    pub(super) special: &'static [&'static str],
}

const PLAIN: Family = Family {
    style: Style::Blocks,
    open: "",
    close: "",
    beside: "",
    opens_untold: false,
    lead: "",
    seam: "",
    reply_head: "",
    before_reply: &[],
    after_reply: &[],
    special: &[],
};

/// The first that fits is taken, so those that need more come first.
pub(super) static FAMILIES: [Family; 18] = [
    // gpt-oss. https://cookbook.openai.com/articles/openai-harmony
    Family {
        style: Style::Channels,
        open: "<|channel|>analysis<|message|>",
        close: "<|end|>",
        seam: "<|end|><|start|>assistant<|channel|>final<|message|>",
        reply_head: "<|channel|>final<|message|>",
        special: &[
            "<|channel|>",
            "<|message|>",
            "<|start|>",
            "<|end|>",
            "<|constrain|>",
        ],
        ..PLAIN
    },
    // Gemma 4.
    Family {
        open: "<|channel>thought",
        close: "<channel|>",
        lead: "\n",
        seam: "\n<channel|>",
        special: &["<|channel>", "<channel|>"],
        ..PLAIN
    },
    // Kimi K3.
    Family {
        open: "<|open|>think<|sep|>",
        close: "<|close|>think<|sep|>",
        seam: "<|close|>think<|sep|><|open|>response<|sep|>",
        before_reply: &["<|open|>response<|sep|>"],
        after_reply: &["<|close|>response<|sep|>", "<|close|>message<|sep|>"],
        special: &["<|open|>", "<|close|>", "<|sep|>"],
        ..PLAIN
    },
    // Solar Open.
    Family {
        open: "<|think|>",
        close: "<|end|>",
        beside: "<|begin|>assistant",
        seam: "<|end|><|begin|>assistant<|content|>",
        reply_head: "<|content|>",
        before_reply: &["<|begin|>assistant<|content|>", "<|content|>"],
        after_reply: &["<|end|>"],
        special: &["<|think|>", "<|end|>", "<|begin|>", "<|content|>"],
        ..PLAIN
    },
    // Command R7B.
    Family {
        beside: "<|START_RESPONSE|>",
        seam: "<|END_THINKING|><|START_RESPONSE|>",
        reply_head: "<|START_RESPONSE|>",
        before_reply: &["<|START_RESPONSE|>"],
        after_reply: &["<|END_RESPONSE|>"],
        special: &[
            "<|START_THINKING|>",
            "<|END_THINKING|>",
            "<|START_RESPONSE|>",
            "<|END_RESPONSE|>",
        ],
        ..COHERE
    },
    // Command A and later.
    Family {
        beside: "<|START_TEXT|>",
        seam: "<|END_THINKING|><|START_TEXT|>",
        reply_head: "<|START_TEXT|>",
        before_reply: &["<|START_TEXT|>"],
        after_reply: &["<|END_TEXT|>"],
        special: &[
            "<|START_THINKING|>",
            "<|END_THINKING|>",
            "<|START_TEXT|>",
            "<|END_TEXT|>",
        ],
        ..COHERE
    },
    COHERE,
    // Apriel.
    Family {
        open: "Here are my reasoning steps:",
        close: "[BEGIN FINAL RESPONSE]",
        opens_untold: true,
        lead: "\n",
        seam: "\n[BEGIN FINAL RESPONSE]\n",
        after_reply: &["[END FINAL RESPONSE]"],
        special: &["[BEGIN FINAL RESPONSE]", "[END FINAL RESPONSE]"],
        ..PLAIN
    },
    // Magistral, Ministral.
    Family {
        open: "[THINK]",
        close: "[/THINK]",
        seam: "[/THINK]",
        special: &["[THINK]", "[/THINK]"],
        ..PLAIN
    },
    // Seed-OSS.
    Family {
        open: "<seed:think>",
        close: "</seed:think>",
        seam: "</seed:think>",
        special: &["<seed:think>", "</seed:think>"],
        ..PLAIN
    },
    // Apertus.
    Family {
        open: "<|inner_prefix|>",
        close: "<|inner_suffix|>",
        seam: "<|inner_suffix|>",
        special: &["<|inner_prefix|>", "<|inner_suffix|>"],
        ..PLAIN
    },
    // Kimi VL Thinking.
    Family {
        open: "◁think▷",
        close: "◁/think▷",
        seam: "◁/think▷",
        special: &["◁think▷", "◁/think▷"],
        ..PLAIN
    },
    // LongCat.
    Family {
        open: "<longcat_think>",
        close: "</longcat_think>",
        lead: "\n",
        seam: "\n</longcat_think>\n",
        special: &["<longcat_think>", "</longcat_think>"],
        ..PLAIN
    },
    // Qwen 3, DeepSeek R1, GLM, MiniMax, and most others.
    THINK,
    Family {
        open: "<thinking>",
        close: "</thinking>",
        lead: "\n",
        seam: "\n</thinking>\n\n",
        special: &["<thinking>", "</thinking>"],
        ..PLAIN
    },
    // EXAONE Deep.
    Family {
        open: "<thought>",
        close: "</thought>",
        lead: "\n",
        seam: "\n</thought>\n\n",
        special: &["<thought>", "</thought>"],
        ..PLAIN
    },
    // Reka Flash 3.
    Family {
        open: "<reasoning>",
        close: "</reasoning>",
        lead: "\n",
        seam: "\n</reasoning>\n\n",
        special: &["<reasoning>", "</reasoning>"],
        ..PLAIN
    },
    // OpenThinker.
    Family {
        open: "<|begin_of_thought|>",
        close: "<|end_of_thought|>",
        lead: "\n\n",
        seam: "\n\n<|end_of_thought|>\n\n<|begin_of_solution|>\n\n",
        before_reply: &["<|begin_of_solution|>"],
        after_reply: &["<|end_of_solution|>"],
        special: &[
            "<|begin_of_thought|>",
            "<|end_of_thought|>",
            "<|begin_of_solution|>",
            "<|end_of_solution|>",
        ],
        ..PLAIN
    },
];

const THINK: Family = Family {
    open: "<think>",
    close: "</think>",
    lead: "\n",
    seam: "\n</think>\n\n",
    special: &["<think>", "</think>"],
    ..PLAIN
};

/// The marks of models whose template names none at all: a template need not know of the
/// thoughts to have a model that writes them.
pub(super) static UNTOLD: Family = THINK;

const COHERE: Family = Family {
    open: "<|START_THINKING|>",
    close: "<|END_THINKING|>",
    seam: "<|END_THINKING|>",
    special: &["<|START_THINKING|>", "<|END_THINKING|>"],
    ..PLAIN
};

impl Family {
    /// Whether a text has its marks: a template's source, or what one wrote.
    pub(super) fn is_in(&self, text: &str) -> bool {
        let opens = self.opens_untold || text.contains(self.open);
        let closes = text.contains(self.close) || text.trim_end().ends_with(self.open);
        opens && closes && text.contains(self.beside)
    }

    /// Whether a template's source has one of its marks, where a single one tells: templates
    /// that only cut thoughts out of replies name the closing mark alone.
    pub(super) fn is_hinted_in(&self, source: &str) -> bool {
        // Phi and others end their messages with what ends a message on a channel.
        let tells = self.style == Style::Blocks && self.beside.is_empty() && !self.opens_untold;
        tells && (source.contains(self.open) || source.contains(self.close))
    }

    /// What a template wrote before and after the thoughts in an example.
    pub(super) fn written<'a>(
        &self,
        example: &'a str,
        reasoning: &str,
        reply: &str,
    ) -> Option<(&'a str, &'a str)> {
        let (before, after) = example.split_once(reasoning)?;
        let (_, lead) = before.rsplit_once(self.open)?;
        let (seam, _) = after.split_once(reply)?;
        (lead.trim().is_empty() && seam.contains(self.close)).then_some((lead, seam))
    }
}
