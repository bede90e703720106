//! A hint on the strength of a password, for the person who chooses one.
//!
//! It measures length, variety and obvious patterns only. It knows no list of leaked passwords: the
//! server's check has the last word.

/// Fewer code points are refused (S03).
pub const MIN_CHARS: usize = 8;

/// A rough idea of how hard a password is to guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    TooShort,
    Weak,
    Fair,
    Good,
    Strong,
}

impl Strength {
    /// 0–4, for a meter.
    pub fn score(self) -> u8 {
        match self {
            Self::TooShort => 0,
            Self::Weak => 1,
            Self::Fair => 2,
            Self::Good => 3,
            Self::Strong => 4,
        }
    }
    pub fn text(self) -> &'static str {
        match self {
            Self::TooShort => "Too short",
            Self::Weak => "Easy to guess",
            Self::Fair => "Fair: longer is better",
            Self::Good => "Good",
            Self::Strong => "Strong",
        }
    }
}

/// Rates a password of somebody called `username` by the characters that carry surprise: repeats and
/// runs (`aaa`, `abc`, `321`) count once, and so does the person's own name.
pub fn strength(password: &str, username: &str) -> Strength {
    if password.chars().count() < MIN_CHARS {
        return Strength::TooShort;
    }
    let lower = password.to_lowercase();
    let name = username.trim().to_lowercase();
    let rest = if name.chars().count() < 3 { lower } else { lower.replace(&name, "·") };
    let chars: Vec<char> = rest.chars().collect();
    let surprising = chars.windows(2).filter(|pair| !follows(pair[0], pair[1])).count() + 1;
    let mut kinds: Vec<char> = chars.clone();
    kinds.sort_unstable();
    kinds.dedup();
    match surprising.min(kinds.len().saturating_mul(2)) {
        0..=7 => Strength::Weak,
        8..=10 => Strength::Fair,
        11..=14 => Strength::Good,
        _ => Strength::Strong,
    }
}

/// The second character is the first again, or its neighbour in the alphabet or among the digits.
fn follows(a: char, b: char) -> bool {
    u32::from(a).abs_diff(u32::from(b)) <= 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn patterns_and_names_do_not_count() {
        for weak in ["12345678", "aaaaaaaaaaaa", "abcdefghij", "mira.kovac", "abababababab"] {
            assert_eq!(strength(weak, "mira.kovac"), Strength::Weak, "{weak}");
        }
        assert_eq!(strength("short", ""), Strength::TooShort);
        assert!(strength("tr0ub4dor&x", "mira") >= Strength::Fair);
        assert_eq!(strength("correct horse battery staple", "mira"), Strength::Strong);
        assert_eq!(strength("čšž ćđ вода 日本語 ключ", "mira"), Strength::Strong);
    }

    proptest! {
        #[test]
        fn any_text_has_a_strength(password in "\\PC{0,200}", username in "\\PC{0,40}") {
            let found = strength(&password, &username);
            prop_assert_eq!(found == Strength::TooShort, password.chars().count() < MIN_CHARS);
        }
    }
}
