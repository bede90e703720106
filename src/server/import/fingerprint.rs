//! What makes a row itself again in a later file (S48).
//!
//! It must never depend on where in the file a row stands, nor on how the bank spaces or accents its texts.

use crate::domain::{Day, fold};
use sha2::{Digest, Sha256};
use std::{collections::HashMap, fmt::Write};

/// Hands out fingerprints; equal rows of one file get different ones, by their number among their equals.
#[derive(Default)]
pub struct Fingerprints {
    seen: HashMap<[u8; 32], u32>,
}

impl Fingerprints {
    /// SHA-256, hex, over the day, the signed amount in minor units, the folded words of the text, the
    /// bank's reference and the number of equal rows before it.
    pub fn of(&mut self, date: Day, minor: i64, text: &str, reference: &str) -> String {
        let mut hash = Sha256::new();
        hash.update(date.to_string());
        hash.update(minor.to_le_bytes());
        for part in [fold::search_text(text), fold::search_text(reference)] {
            hash.update(part.len().to_le_bytes());
            hash.update(part);
        }
        let row: [u8; 32] = hash.finalize().into();
        let before = self.seen.entry(row).or_default();
        let mut hash = Sha256::new();
        hash.update(row);
        hash.update(before.to_le_bytes());
        *before += 1;
        hex(&hash.finalize())
    }
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a string cannot fail.
        let _ = write!(out, "{byte:02x}");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    #[test]
    fn s48_the_same_row_again_has_the_same_fingerprint() {
        let of = |date: &str, minor, text: &str, reference: &str| Fingerprints::default().of(day(date), minor, text, reference);
        let row = of("2026-01-02", -150, "Café  Noir, Ljubljana", "A1");
        assert_eq!(row.len(), 64);
        assert_eq!(row, of("2026-01-02", -150, "CAFE NOIR Ljubljana", "a1"));
        for other in [
            of("2026-01-03", -150, "Café Noir Ljubljana", "A1"),
            of("2026-01-02", 150, "Café Noir Ljubljana", "A1"),
            of("2026-01-02", -150, "Café Noir", "A1"),
            of("2026-01-02", -150, "Café Noir Ljubljana", "A2"),
            of("2026-01-02", -150, "Café Noir Ljubljana A1", ""),
        ] {
            assert_ne!(row, other);
        }
    }

    #[test]
    fn s48_equal_rows_of_one_file_differ_and_repeat() {
        let file = || {
            let mut fingerprints = Fingerprints::default();
            [0; 3].map(|_| fingerprints.of(day("2026-01-02"), -150, "Coffee", ""))
        };
        let [a, b, c] = file();
        assert!(a != b && b != c && a != c);
        assert_eq!(file(), [a, b, c]);
    }
}
