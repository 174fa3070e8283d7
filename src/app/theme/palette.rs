//! The colours of the two themes.

use egui::Color32;
use prose::Syntax;

/// The colours of one theme.
#[derive(Debug, Clone, Copy)]
pub(in crate::app) struct Palette {
    /// Behind the conversation.
    pub(in crate::app) background: Color32,
    /// Behind the panels.
    pub(in crate::app) panel: Color32,
    /// Behind boxes to type in, and what floats.
    pub(in crate::app) card: Color32,
    /// Text.
    pub(in crate::app) ink: Color32,
    /// Text that is there when looked for.
    pub(in crate::app) soft: Color32,
    /// Hints.
    pub(in crate::app) faint: Color32,
    /// Lines.
    pub(in crate::app) line: Color32,
    /// What can be acted on, and what is chosen.
    pub(in crate::app) accent: Color32,
    /// Text on the accent.
    pub(in crate::app) on_accent: Color32,
    /// Behind what is chosen.
    pub(in crate::app) accent_wash: Color32,
    /// Behind the user's messages.
    pub(in crate::app) bubble: Color32,
    /// Behind words that were looked for.
    pub(in crate::app) mark: Color32,
    /// Something to know.
    pub(in crate::app) warning: Color32,
    /// Something that went wrong.
    pub(in crate::app) danger: Color32,
    /// Behind code.
    pub(in crate::app) code: Color32,
    /// The parts of code.
    pub(in crate::app) syntax: Syntax,
    /// Whether hints and lines stand out more.
    is_stark: bool,
}

pub(super) const LIGHT: Palette = Palette {
    background: hex(0xfa_f9_f7),
    panel: hex(0xf3_f1_ed),
    card: hex(0xff_ff_ff),
    ink: hex(0x1f_1d_1a),
    soft: hex(0x6b_66_5e),
    faint: hex(0x76_70_67),
    line: hex(0xe4_e0_d9),
    accent: hex(0x0f_76_6e),
    on_accent: hex(0xff_ff_ff),
    accent_wash: hex(0xd9_ef_ec),
    bubble: hex(0xe9_f3_f1),
    mark: hex(0xfa_e9_b8),
    warning: hex(0xb4_53_09),
    danger: hex(0xdc_26_26),
    code: hex(0xf6_f4_f0),
    syntax: Syntax {
        comment: hex(0x70_6a_60),
        keyword: hex(0x7c_3a_9e),
        string: hex(0x3d_6f_17),
        number: hex(0xa8_40_0f),
        function: hex(0x1d_5f_a8),
        kind: hex(0x0f_69_70),
        constant: hex(0xa3_2f_52),
        attribute: hex(0x80_58_00),
        inserted: hex(0x1e_70_35),
        deleted: hex(0xc0_26_26),
    },
    is_stark: false,
};

pub(super) const DARK: Palette = Palette {
    background: hex(0x17_16_14),
    panel: hex(0x1e_1c_1a),
    card: hex(0x24_22_20),
    ink: hex(0xec_e8_e1),
    soft: hex(0xa8_a1_96),
    faint: hex(0x96_90_84),
    line: hex(0x33_30_2c),
    accent: hex(0x2d_d4_bf),
    on_accent: hex(0x17_16_14),
    accent_wash: hex(0x17_3a_37),
    bubble: hex(0x1d_30_2e),
    mark: hex(0x43_34_17),
    warning: hex(0xf5_9e_0b),
    danger: hex(0xf8_71_71),
    code: hex(0x1c_1a_18),
    syntax: Syntax {
        comment: hex(0x96_90_84),
        keyword: hex(0xc8_a2_f0),
        string: hex(0xa3_c9_7a),
        number: hex(0xf0_a8_78),
        function: hex(0x7d_b7_f2),
        kind: hex(0x66_cf_c4),
        constant: hex(0xf0_93_b0),
        attribute: hex(0xdc_bf_6a),
        inserted: hex(0x7f_d1_8b),
        deleted: hex(0xf5_8a_8a),
    },
    is_stark: false,
};

const fn hex(rgb: u32) -> Color32 {
    let [_, red, green, blue] = rgb.to_be_bytes();
    Color32::from_rgb(red, green, blue)
}

impl Palette {
    /// Over what a dialog keeps from being used: it steps back and can still be read.
    pub(in crate::app) fn veil(&self) -> Color32 {
        self.background.gamma_multiply(0.7)
    }

    /// Behind what is selected.
    pub(in crate::app) fn selection(&self) -> Color32 {
        self.accent.gamma_multiply(0.28)
    }

    /// The colours of prose among them.
    pub(super) fn of_prose(&self) -> prose::Palette {
        prose::Palette {
            ink: self.ink,
            soft: self.soft,
            faint: self.faint,
            line: self.line,
            card: self.card,
            accent: self.accent,
            on_accent: self.on_accent,
            mark: self.mark,
            selection: self.selection(),
            warning: self.warning,
            danger: self.danger,
            code: self.code,
            code_wash: self.line.gamma_multiply(0.55),
            syntax: self.syntax,
        }
    }

    /// The colours in use.
    pub(in crate::app) fn of(ui: &egui::Ui) -> Self {
        let palette = match ui.visuals().dark_mode {
            true => DARK,
            false => LIGHT,
        };
        // The line around menus is that of the palette from which the style was made.
        match ui.visuals().window_stroke.color == palette.line {
            true => palette,
            false => palette.stark(),
        }
    }

    /// Behind a row that is pointed at: a breath of the line's colour.
    pub(in crate::app) fn hover(&self) -> Color32 {
        self.line
            .gamma_multiply(if self.is_stark { 0.25 } else { 0.6 })
    }

    /// With hints and lines that stand out more.
    pub(super) fn stark(self) -> Self {
        Self {
            soft: self.soft.lerp_to_gamma(self.ink, 0.6),
            faint: self.faint.lerp_to_gamma(self.ink, 0.5),
            line: self.line.lerp_to_gamma(self.ink, 0.55),
            is_stark: true,
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use prose::contrast;

    use super::*;

    #[test]
    fn text_can_be_read_on_everything_it_is_drawn_on() {
        for palette in [LIGHT, DARK] {
            for behind in [palette.background, palette.card] {
                for text in [palette.ink, palette.soft, palette.faint, palette.accent] {
                    let contrast = contrast(text, behind);
                    assert!(contrast >= 4.5, "{text:?} on {behind:?}: {contrast}");
                }
            }
            assert!(contrast(palette.ink, palette.bubble) >= 4.5);
            assert!(contrast(palette.ink, palette.accent_wash) >= 4.5);
            for text in [palette.ink, palette.soft, palette.accent] {
                let contrast = contrast(text, palette.mark);
                assert!(contrast >= 4.5, "{text:?} that was looked for: {contrast}");
            }
            // Words that were looked for have a line below them, which is seen everywhere.
            let flash = palette.background.lerp_to_gamma(palette.accent_wash, 0.5);
            for behind in [palette.mark, palette.bubble, palette.background, flash] {
                let contrast = contrast(palette.warning, behind);
                assert!(contrast >= 3.0, "the line on {behind:?}: {contrast}");
            }
            assert!(contrast(palette.on_accent, palette.accent) >= 4.5);
            assert!(contrast(palette.soft, palette.panel) >= 4.5);
            let Syntax {
                comment,
                keyword,
                string,
                number,
                function,
                kind,
                constant,
                attribute,
                inserted,
                deleted,
            } = palette.syntax;
            for text in [
                palette.ink,
                palette.soft,
                comment,
                keyword,
                string,
                number,
                function,
                kind,
                constant,
                attribute,
                inserted,
                deleted,
            ] {
                let contrast = contrast(text, palette.code);
                assert!(contrast >= 4.5, "{text:?} in code: {contrast}");
            }
        }
    }

    #[test]
    fn more_contrast_is_more() {
        for palette in [LIGHT.stark(), DARK.stark()] {
            for behind in [palette.background, palette.panel, palette.card] {
                assert!(contrast(palette.soft, behind) >= 7.0, "{palette:?}");
                assert!(contrast(palette.faint, behind) >= 7.0, "{palette:?}");
                assert!(contrast(palette.line, behind) >= 3.0, "{palette:?}");
            }
        }
    }

    #[test]
    fn colours_from_elsewhere_can_be_read() {
        for palette in [LIGHT, DARK] {
            for rgb in [
                [0, 0, 0],
                [255, 255, 255],
                [255, 255, 0],
                [0, 0, 255],
                [128, 128, 128],
            ] {
                let color = prose::legible(rgb, palette.ink);
                assert!(
                    contrast(color, palette.background) >= 4.5,
                    "{rgb:?}: {color:?}"
                );
            }
        }
        let blue = prose::legible([0, 0, 255], LIGHT.ink);
        assert_eq!(blue, hex(0x00_00_ff), "what can be read is left as it is");
    }
}
