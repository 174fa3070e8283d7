//! Text out of bytes that do not say which encoding they are in.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{UTF_8, UTF_16BE, UTF_16LE};

pub use encoding_rs::Encoding;

/// How documents begin that have text in them, but are none.
const NO_TEXTS: [&[u8]; 2] = [b"%PDF-", b"{\\rtf"];

/// One character in so many may be a control character or unreadable.
const STRANGE_SHARE: usize = 50;

/// Broken UTF-8 has at least so many whole characters beyond ASCII for each broken one. A
/// text in another encoding has far more broken ones than whole ones.
const WHOLE_FOR_EACH_BROKEN: usize = 10;

/// What is offered in place of a wrong guess: those that texts are still found in, by script.
const OFFERED: [&Encoding; 31] = [
    UTF_8,
    UTF_16LE,
    UTF_16BE,
    encoding_rs::WINDOWS_1252,
    encoding_rs::ISO_8859_15,
    encoding_rs::MACINTOSH,
    encoding_rs::WINDOWS_1250,
    encoding_rs::ISO_8859_2,
    encoding_rs::WINDOWS_1251,
    encoding_rs::KOI8_R,
    encoding_rs::KOI8_U,
    encoding_rs::IBM866,
    encoding_rs::ISO_8859_5,
    encoding_rs::X_MAC_CYRILLIC,
    encoding_rs::WINDOWS_1253,
    encoding_rs::ISO_8859_7,
    encoding_rs::WINDOWS_1254,
    encoding_rs::WINDOWS_1255,
    encoding_rs::ISO_8859_8,
    encoding_rs::WINDOWS_1256,
    encoding_rs::ISO_8859_6,
    encoding_rs::WINDOWS_1257,
    encoding_rs::WINDOWS_1258,
    encoding_rs::WINDOWS_874,
    encoding_rs::SHIFT_JIS,
    encoding_rs::EUC_JP,
    encoding_rs::ISO_2022_JP,
    encoding_rs::GBK,
    encoding_rs::GB18030,
    encoding_rs::BIG5,
    encoding_rs::EUC_KR,
];

/// A text, and the encoding it was read in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The text, without a byte order mark.
    pub text: String,
    /// What it was read as.
    pub encoding: &'static Encoding,
    /// Whether the bytes themselves did not say so: they have no byte order mark and are
    /// not valid UTF-8.
    pub is_guess: bool,
}

/// The text in these bytes. `None` where they are no text.
#[must_use]
pub fn decode(bytes: &[u8]) -> Option<Decoded> {
    if NO_TEXTS.iter().any(|begin| bytes.starts_with(begin)) {
        return None;
    }
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        let text = decode_as(bytes, encoding)?;
        return Some(Decoded {
            text,
            encoding,
            is_guess: false,
        });
    }
    let is_certain = !bytes.contains(&0) && str::from_utf8(bytes).is_ok();
    let encoding = match is_certain {
        true => UTF_8,
        false => guess(bytes)?,
    };
    Some(Decoded {
        text: decode_as(bytes, encoding)?,
        encoding,
        is_guess: !is_certain,
    })
}

/// The text in these bytes, read in this encoding. `None` where that gives no text.
#[must_use]
pub fn decode_as(bytes: &[u8], encoding: &'static Encoding) -> Option<String> {
    let (text, has_errors) = encoding.decode_with_bom_removal(bytes);
    is_text(&text, has_errors).then(|| text.into_owned())
}

/// The encodings in which these bytes are a text, to choose from where a guess was wrong.
#[must_use]
pub fn readings(bytes: &[u8]) -> Vec<&'static Encoding> {
    // Two bytes of any text are some letter of UTF-16, but words have NULs between them.
    let may_be_utf16 = bytes.contains(&0);
    let may_be_utf8 = is_broken_utf8(bytes);
    let is_one = |encoding: &&'static Encoding| {
        let is_utf16 = [UTF_16LE, UTF_16BE].contains(encoding);
        let (text, has_errors) = encoding.decode_with_bom_removal(bytes);
        let is_whole = !has_errors || (*encoding == UTF_8 && may_be_utf8);
        is_whole && is_text(&text, has_errors) && is_utf16 == may_be_utf16
    };
    OFFERED.into_iter().filter(is_one).collect()
}

/// A text without the byte order mark that some programs begin one with.
#[must_use]
pub fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

fn guess(bytes: &[u8]) -> Option<&'static Encoding> {
    // Of the encodings that a text comes in, only UTF-16 has NULs.
    if bytes.contains(&0) {
        return utf16_without_mark(bytes);
    }
    if is_broken_utf8(bytes) {
        return Some(UTF_8);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes, true);
    Some(detector.guess(None, Utf8Detection::Deny))
}

/// A line end or a space is enough to tell: its high byte is the NUL.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let (pairs, _) = bytes.as_chunks::<2>();
    let low_first = pairs.iter().any(|[_, high]| *high == 0);
    let high_first = pairs.iter().any(|[high, _]| *high == 0);
    let encoding = match (low_first, high_first) {
        (true, false) => UTF_16LE,
        (false, true) => UTF_16BE,
        _ => return None,
    };
    // Machine code and pictures may have their NULs in even places too, but no words.
    let (text, has_errors) = encoding.decode_without_bom_handling(bytes);
    let is_usual = |it: char| it.is_alphanumeric() || it.is_whitespace() || it.is_ascii_graphic();
    let usual = text.chars().filter(|&it| is_usual(it)).count();
    (!has_errors && usual * 10 >= text.chars().count() * 9).then_some(encoding)
}

/// Whether this is UTF-8 that was cut in the middle of a character, or has one of another
/// encoding among its own.
fn is_broken_utf8(bytes: &[u8]) -> bool {
    let (mut whole, mut broken) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        whole += chunk.valid().chars().filter(|it| !it.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    whole > broken * WHOLE_FOR_EACH_BROKEN
}

fn is_text(text: &str, has_errors: bool) -> bool {
    let is_strange = |it: char| match it {
        '\t' | '\n' | '\r' | '\x0c' => false,
        char::REPLACEMENT_CHARACTER => has_errors,
        other => other.is_control(),
    };
    // Escape sequences of a terminal's log are no reason to refuse it; a NUL is.
    let strange = text.chars().filter(|&it| is_strange(it)).count();
    !text.contains('\0') && strange * STRANGE_SHARE <= text.len()
}

/// The first words of these bytes that are not plain ASCII, which is where encodings differ,
/// as this one reads them.
#[must_use]
pub fn sample(bytes: &[u8], encoding: &'static Encoding, max_chars: usize) -> String {
    let unit = if [UTF_16LE, UTF_16BE].contains(&encoding) {
        2
    } else {
        1
    };
    let telling = bytes.iter().position(|it| !it.is_ascii()).unwrap_or(0);
    // No byte below 0x30 is a part of a longer character, but in UTF-16.
    let before = &bytes[..telling];
    let begin = before.iter().rposition(|it| *it == b'\n' || *it == b' ');
    let begin = begin.map_or(0, |index| index + 1) / unit * unit;
    let end = bytes.len().min(begin + max_chars * 4);
    let (text, _) = encoding.decode_without_bom_handling(&bytes[begin..end]);
    let text: Cow<'_, str> = text;
    let shown = text
        .chars()
        .map(|it| if it.is_control() { ' ' } else { it });
    shown.take(max_chars).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Some words of each, long enough for their language to show.
    const TEXTS: [(&Encoding, &str); 9] = [
        (
            encoding_rs::WINDOWS_1251,
            "Съешь же ещё этих мягких французских булок, да выпей чаю.",
        ),
        (
            encoding_rs::KOI8_U,
            "Чуєш їх, доцю, га? Кумедна ж ти, прощайся без ґольфів!",
        ),
        (
            encoding_rs::SHIFT_JIS,
            "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。",
        ),
        (
            encoding_rs::EUC_JP,
            "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。",
        ),
        (
            encoding_rs::GBK,
            "床前明月光，疑是地上霜。举头望明月，低头思故乡。",
        ),
        (
            encoding_rs::BIG5,
            "床前明月光，疑是地上霜。舉頭望明月，低頭思故鄉。",
        ),
        (
            encoding_rs::EUC_KR,
            "모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다.",
        ),
        (
            encoding_rs::WINDOWS_1253,
            "Ξεσκεπάζω την ψυχοφθόρα βδελυγμία και πηγαίνω στην αγορά.",
        ),
        (
            encoding_rs::WINDOWS_1252,
            "El pingüino Wenceslao hizo kilómetros bajo exhaustiva lluvia y frío; añoraba.",
        ),
    ];

    #[test]
    fn the_encoding_of_a_text_is_found_out() {
        for (encoding, text) in TEXTS {
            let (bytes, _, _) = encoding.encode(text);
            let decoded = decode(&bytes).unwrap();
            assert_eq!(decoded.text, text, "{}", encoding.name());
            assert!(decoded.is_guess);
            assert!(readings(&bytes).contains(&encoding), "{}", encoding.name());
            assert_eq!(decode_as(&bytes, encoding).as_deref(), Some(text));
        }
    }

    #[test]
    fn what_says_its_encoding_itself_is_no_guess() {
        let text = "¿Ñu? 🦀";
        let utf16 = |unit: fn(u16) -> [u8; 2], text: &str| -> Vec<u8> {
            text.encode_utf16().flat_map(unit).collect()
        };
        let marked = format!("\u{feff}{text}");
        for bytes in [
            text.as_bytes().to_vec(),
            marked.as_bytes().to_vec(),
            utf16(u16::to_le_bytes, &marked),
            utf16(u16::to_be_bytes, &marked),
        ] {
            let decoded = decode(&bytes).unwrap();
            assert_eq!((decoded.text.as_str(), decoded.is_guess), (text, false));
        }
        for unit in [u16::to_le_bytes, u16::to_be_bytes] {
            let decoded = decode(&utf16(unit, "Año nuevo\r\nвот")).unwrap();
            assert_eq!(decoded.text, "Año nuevo\r\nвот");
            assert!(decoded.is_guess);
            assert!(readings(&utf16(unit, "Año nuevo")).contains(&decoded.encoding));
        }
    }

    #[test]
    fn a_short_western_text_keeps_its_quotation_marks() {
        let decoded = decode(b"A\xf1o \x93nuevo\x94: 5 \x80").unwrap();
        assert_eq!(decoded.text, "Año “nuevo”: 5 €");
    }

    #[test]
    fn utf8_with_a_broken_character_stays_utf8() {
        let mut bytes = "Ñandú, cigüeña y avestruz: añádeme más vocales, á é í ó ú"
            .as_bytes()
            .to_vec();
        bytes.pop();
        let decoded = decode(&bytes).unwrap();
        assert_eq!(decoded.encoding, UTF_8);
        assert!(decoded.text.starts_with("Ñandú, cigüeña"));
        assert!(decoded.text.ends_with("ó \u{fffd}"), "{}", decoded.text);
        assert!(readings(&bytes).contains(&UTF_8));
    }

    #[test]
    fn what_is_no_text_is_refused() {
        let noise: Vec<u8> = (0..4000_u32)
            .map(|it| it.wrapping_mul(2_654_435_761).to_le_bytes()[3])
            .collect();
        for bytes in [
            &b"\x7fELF\x02\x01\x01\x00\x00"[..],
            b"%PDF-1.7\nstream",
            b"{\\rtf1 text}",
            b"\x89PNG\r\n\x1a\n\x01\x02",
            b"\xff\xfea",
            b"\x1f\x8b\x08\x01\x02\x03\x04\x05",
            b"\xd0\x00\xcf\x01\x11\x00\xe0\x02",
            &noise,
        ] {
            assert_eq!(decode(bytes), None, "{bytes:x?}");
        }
    }

    #[test]
    fn a_sample_shows_where_encodings_differ() {
        let text = "Plain line\nand then Привет, мир and more";
        let (bytes, ..) = encoding_rs::WINDOWS_1251.encode(text);
        let of = |encoding| sample(&bytes, encoding, 11);
        assert_eq!(of(encoding_rs::WINDOWS_1251), "Привет, мир");
        assert_eq!(of(encoding_rs::WINDOWS_1252), "Ïðèâåò, ìèð");
        assert_eq!(sample(b"", UTF_8, 5), "");
    }

    #[test]
    fn a_mark_is_no_part_of_the_text() {
        assert_eq!(without_mark("\u{feff}Hi"), "Hi");
        assert_eq!(without_mark("Hi"), "Hi");
    }
}
