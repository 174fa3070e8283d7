//! Texts whose encoding was guessed, on their cards.

use super::composer::sent;
use super::*;
use crate::app::attachment::Attachment;
use crate::encoding;

/// A Russian text that was taken for a western one.
pub(super) fn misread(words: &str) -> Attachment {
    let (bytes, ..) = encoding_rs::KOI8_R.encode(words);
    let guessed = encoding::Decoded {
        text: encoding::decode_as(&bytes, encoding_rs::WINDOWS_1252).unwrap(),
        encoding: encoding_rs::WINDOWS_1252,
        is_guess: true,
    };
    Attachment::decoded("notes.txt", bytes.into_owned(), &guessed)
}

#[test]
fn a_wrong_encoding_is_put_right_on_the_card() {
    let words = "Привет, мир: как твои дела?";
    let mut window = Window::new(with_conversation(with_chats(english())));
    let chat = window.state().current;
    window.state().attached = vec![(chat, misread(words))];
    window.steps(1);
    window.state().attached.clear();
    window.steps(2);
    window
        .0
        .get_by_label_contains("was read as windows-1252")
        .click();
    window.steps(4);
    assert!(window.shows("ISO-8859-2"));
    assert!(!window.shows("UTF-16"), "that has a NUL in each space");
    // It may lie below what is shown of the list.
    window.0.get_by_label("KOI8-R").click_accesskit();
    window.steps(4);
    assert!(window.shows("was read as KOI8-R"));
    window.click("Send");
    let text = format!("`notes.txt`:\n```txt\n{words}\n```");
    assert_eq!(window.asked().last(), sent(&text).last());
}
