//! Bytes to text: UTF-8, UTF-16 with its mark, Windows-1252, and nothing else.
//!
//! It must never guess silently: what is not surely one of these is refused with what to do about it.

use super::limits::MAX_BYTES;
use crate::domain::{Code, Problem};
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// A statement as text.
#[derive(Debug, PartialEq, Eq)]
pub struct Decoded {
    pub text: String,
    /// `UTF-8`, `UTF-16LE`, `UTF-16BE` or `windows-1252`.
    pub encoding: &'static str,
}

/// The first bytes of what people upload by mistake, and what to say.
const NOT_TEXT: [(&[u8], &str); 9] = [
    (b"PK\x03\x04", "This is an Excel workbook or a zip file. Save the sheet as CSV, or unpack the file, and upload that."),
    (b"PK\x05\x06", "This is an empty zip file. Unpack the statement and upload that."),
    (b"\x1f\x8b", "This file is compressed (gzip). Unpack it and upload the statement itself."),
    (b"BZh", "This file is compressed (bzip2). Unpack it and upload the statement itself."),
    (b"\xfd7zXZ\0", "This file is compressed (xz). Unpack it and upload the statement itself."),
    (b"\x28\xb5\x2f\xfd", "This file is compressed (zstd). Unpack it and upload the statement itself."),
    (b"7z\xbc\xaf\x27\x1c", "This file is compressed (7z). Unpack it and upload the statement itself."),
    (b"%PDF-", "This is a PDF. Download the statement from your bank as CSV and upload that."),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "This is an old Excel workbook. Save the sheet as CSV and upload that."),
];

/// The first characters of texts that are no tables of values.
const NOT_CSV: [(&str, &str); 8] = [
    ("OFXHEADER", "OFX"),
    ("<OFX", "OFX"),
    ("<?XML", "XML"),
    ("<!DOCTYPE", "HTML"),
    ("<HTML", "HTML"),
    ("!TYPE:", "QIF"),
    ("!ACCOUNT", "QIF"),
    (":20:", "MT940"),
];

/// Reads the bytes as text; 413, 415 or 422 on `file` otherwise.
pub fn decode(content: Vec<u8>) -> Result<Decoded, Problem> {
    if content.len() > MAX_BYTES {
        return Err(Problem::new(
            Code::TooLarge,
            "The file is larger than 10 MiB. Ask your bank for a shorter period and upload the parts.",
        ));
    }
    if let Some((_, message)) = NOT_TEXT.iter().find(|(magic, _)| content.starts_with(magic)) {
        return Err(Problem::new(Code::UnsupportedMediaType, *message));
    }
    let decoded = by_mark(content)?;
    if decoded.text.contains('\0') {
        return Err(refused("not_text", "This is not a text file. Download the statement as CSV and upload that."));
    }
    if decoded.text.trim().is_empty() {
        return Err(refused("empty_file", "The file is empty. Choose the statement again."));
    }
    refuse_other_formats(&decoded.text)?;
    Ok(decoded)
}

fn refused(code: &str, message: impl Into<String>) -> Problem {
    Problem::field("file", code, message)
}

fn refuse_other_formats(text: &str) -> Result<(), Problem> {
    let start: String = text.trim_start().chars().take(12).collect::<String>().to_ascii_uppercase();
    match NOT_CSV.iter().find(|(mark, _)| start.starts_with(mark)) {
        None => Ok(()),
        Some((_, name)) => Err(Problem::new(
            Code::UnsupportedMediaType,
            format!("This looks like {name}. For now Outlay reads CSV: choose that when you download the statement."),
        )),
    }
}

/// By the byte order mark where there is one (Unicode 16, section 23.8).
fn by_mark(content: Vec<u8>) -> Result<Decoded, Problem> {
    match content.as_slice() {
        [0xef, 0xbb, 0xbf, ..] => match String::from_utf8(content) {
            Ok(mut text) => {
                text.drain(..'\u{feff}'.len_utf8());
                Ok(Decoded { text, encoding: "UTF-8" })
            }
            Err(_) => Err(damaged("UTF-8")),
        },
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => Err(unknown("UTF-32")),
        [0xff, 0xfe, rest @ ..] => utf16(rest, UTF_16LE),
        [0xfe, 0xff, rest @ ..] => utf16(rest, UTF_16BE),
        [b'+', b'/', b'v', b'8' | b'9' | b'+' | b'/', ..] => Err(unknown("UTF-7")),
        _ => unmarked(content),
    }
}

fn utf16(rest: &[u8], encoding: &'static Encoding) -> Result<Decoded, Problem> {
    match encoding.decode_without_bom_handling_and_without_replacement(rest) {
        Some(text) => Ok(Decoded { text: text.into_owned(), encoding: encoding.name() }),
        None => Err(damaged(encoding.name())),
    }
}

fn unmarked(content: Vec<u8>) -> Result<Decoded, Problem> {
    let content = match String::from_utf8(content) {
        Ok(text) => return Ok(Decoded { text, encoding: "UTF-8" }),
        Err(e) => e.into_bytes(),
    };
    if content.contains(&0) {
        return Err(refused(
            "not_text",
            "This is not a text file, or UTF-16 without its mark. Save the statement as CSV (UTF-8) and upload that.",
        ));
    }
    if is_damaged_utf8(&content) {
        return Err(damaged("UTF-8"));
    }
    let guess = guess(&content);
    if guess != WINDOWS_1252 {
        return Err(unknown(guess.name()));
    }
    match WINDOWS_1252.decode_without_bom_handling_and_without_replacement(&content) {
        Some(text) => Ok(Decoded { text: text.into_owned(), encoding: "windows-1252" }),
        None => Err(damaged("windows-1252")),
    }
}

/// True when there are more whole multi-byte characters than broken ones: chance does not make those.
fn is_damaged_utf8(content: &[u8]) -> bool {
    let (mut whole, mut broken) = (0_usize, 0_usize);
    for chunk in content.utf8_chunks() {
        whole += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    whole > broken
}

/// The encoding by the frequency of its letters.
fn guess(content: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(content, true);
    detector.guess(None, Utf8Detection::Deny)
}

fn damaged(encoding: &str) -> Problem {
    refused(
        "damaged_text",
        format!("The file begins as {encoding} text but is damaged or cut off. Download it again and upload that."),
    )
}

fn unknown(encoding: &str) -> Problem {
    refused(
        "unknown_encoding",
        format!(
            "The letters of this file look like {encoding}, which Outlay does not read. Open it in a spreadsheet, save it as CSV (UTF-8) and upload that."
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(bytes: &[u8]) -> Result<(String, &'static str), (u16, String)> {
        decode(bytes.to_vec())
            .map(|d| (d.text, d.encoding))
            .map_err(|p| (p.status(), p.errors.first().map_or_else(|| p.code.as_str().to_owned(), |e| e.code.clone())))
    }
    fn utf16(text: &str, little: bool) -> Vec<u8> {
        let units = std::iter::once(0xfeff).chain(text.encode_utf16());
        units.flat_map(|u| if little { u.to_le_bytes() } else { u.to_be_bytes() }).collect()
    }

    #[test]
    fn the_encodings_banks_use() {
        let text = "Datum;Empfänger\n1.1.2026;Bäckerei Süß – 3,20 €\n";
        assert_eq!(read(text.as_bytes()), Ok((text.into(), "UTF-8")));
        assert_eq!(read(format!("\u{feff}{text}").as_bytes()), Ok((text.into(), "UTF-8")));
        assert_eq!(read(&utf16(text, true)), Ok((text.into(), "UTF-16LE")));
        assert_eq!(read(&utf16(text, false)), Ok((text.into(), "UTF-16BE")));
        for text in [
            text,
            "Date;Libellé;Débit\n01/02/2026;Boulangerie à côté, crème brûlée;3,20\n",
            "Fecha;Concepto\n1/2/2026;Farmacia Muñoz, pensión año 2026 — señal\n",
            "Date,Description\n02/01/2026,Café Noir £4.20\n",
            "Datum;Text\n1.2.2026;Gebühr\n",
            "Dato;Tekst\n1.2.2026;Kjøp Smørbrød på Åsane\n",
        ] {
            let (bytes, _, lossy) = WINDOWS_1252.encode(text);
            assert!(!lossy);
            assert_eq!(read(&bytes), Ok((text.into(), "windows-1252")), "{text}");
        }
    }

    #[test]
    fn s47_what_is_no_text_is_refused() {
        for magic in ["PK\x03\x04", "\x1f\u{8b}", "BZh9", "%PDF-1.7"] {
            let bytes: Vec<u8> = magic.chars().map(|c| c as u8).chain([1, 2, 3]).collect();
            assert_eq!(read(&bytes), Err((415, "unsupported_media_type".into())), "{magic:?}");
        }
        assert_eq!(read(b"\xfd7zXZ\0\0\x04").map_err(|e| e.0), Err(415));
        assert_eq!(read(b"\x28\xb5\x2f\xfd\0").map_err(|e| e.0), Err(415));
        assert_eq!(read(&vec![b'a'; MAX_BYTES + 1]).map_err(|e| e.0), Err(413));
        for (bytes, code) in [
            (&b""[..], "empty_file"),
            (b" \r\n\t", "empty_file"),
            (b"\xff\xfe", "empty_file"),
            (b"Date,Amount\n2026-01-02,1\0", "not_text"),
            (b"D\0a\0t\0e\0", "not_text"),
            (b"D\0a\0t\0e\0\xe4\0", "not_text"),
            (b"\xff\xfeD\0a", "damaged_text"),
            (b"\xff\xfe\x00\xd8a\0", "damaged_text"),
            ("Büro, Größe, Café".as_bytes().split_last().expect("not empty").1, "damaged_text"),
            (b"+/v8-Date,Amount", "unknown_encoding"),
            (b"\xff\xfe\0\0D\0\0\0", "unknown_encoding"),
        ] {
            assert_eq!(read(bytes), Err((422, code.into())), "{bytes:?}");
        }
        let (cyrillic, ..) = encoding_rs::WINDOWS_1251.encode("Дата;Сумма;Назначение платежа\n01.02.2026;100;Продукты");
        assert_eq!(read(&cyrillic), Err((422, "unknown_encoding".into())));
    }

    #[test]
    fn other_formats_are_named() {
        for text in ["OFXHEADER:100\n", "<?xml version=\"1.0\"?>", "!Type:Bank\nD1/2/26\n", ":20:STARTUMS\n", "<!doctype html>"] {
            assert_eq!(read(text.as_bytes()).map_err(|e| e.0), Err(415), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let _ = decode(bytes);
        }

        #[test]
        fn utf8_reads_back(text in "[\\PC\n]{1,80}") {
            if let Ok(decoded) = decode(text.clone().into_bytes()) {
                prop_assert_eq!(decoded.text, text.strip_prefix('\u{feff}').unwrap_or(&text));
            }
        }
    }
}
