//! Names and titles on a single line.

use super::*;
use crate::text::single::display_order;

#[test]
fn a_single_line_for_a_label_is_put_into_display_order() {
    assert!(matches!(
        display_order("Hola, mundo"),
        std::borrow::Cow::Borrowed(_)
    ));
    for (text, wanted) in [
        ("abc שלום עולם def", "abc עולם שלום def"),
        ("שלום (עולם)", "(עולם) שלום"),
        ("שלום abc 12", "abc 12 שלום"),
        ("12 עולם", "עולם 12"),
    ] {
        assert_eq!(display_order(text), wanted);
    }
}

#[test]
fn emoji_and_digits_of_a_label_keep_their_order() {
    // Arabic digits are read from left to right among words that are not, and what parts
    // them from the word keeps the shaper from turning both round.
    let shown = display_order("مرحبا ١٢");
    let visible: String = shown.chars().filter(|&it| it != '\u{200b}').collect();
    assert_eq!(visible, "١٢ مرحبا");
    let family = "שלום 👨\u{200d}👩\u{200d}👧";
    assert_eq!(display_order(family), "👨\u{200d}👩\u{200d}👧 שלום");
}

#[test]
fn the_end_of_a_long_name_is_cut_off_whichever_way_it_is_read() {
    let ctx = context();
    let cut = |text: &str, width: f32| {
        with_ui(&ctx, |ui| {
            one_line(ui, text, FontId::proportional(15.0), width)
        })
    };
    let short = cut("שלום", 200.0);
    assert!(!short.elided);
    assert_eq!(short.text(), "שלום");
    let long = cut("שלום עולם ועוד הרבה מילים", 100.0);
    assert!(long.elided && long.size().x <= 100.0);
    assert!(
        long.text().starts_with('…') && long.text().ends_with("שלום"),
        "{}",
        long.text()
    );
    let latin = cut("Una receta de pan sin amasar", 100.0);
    assert!(latin.elided && latin.rows[0].text().starts_with("Una"));
    assert!(cut("שלום", 0.0).elided);
}
