//! Folding of text, so that names that look alike are one name and a search finds what is meant.
//! On the server only: the Unicode tables are large.

use super::{FieldError, text::Name};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
use unicode_security::MixedScript;

/// The key under which a name is unique: NFKC, lower case, single spaces (S44).
pub fn name_key(name: &Name) -> String {
    let folded: String = name.as_str().nfkc().flat_map(char::to_lowercase).nfkc().collect();
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Refuses a name that mixes scripts so that it could pass for another (UTS 39).
pub fn check_script(field: &str, name: &Name) -> Result<(), FieldError> {
    let fine = name.as_str().split_whitespace().all(|word| {
        let letters: String = word.chars().filter(|c| c.is_alphabetic()).collect();
        letters.as_str().is_single_script()
    });
    if fine { Ok(()) } else { Err(FieldError::new(field, "mixed_script", "Write each word of the name in one script.")) }
}

/// The words of a text, lower case and without accents, each after a space: ` lunch with ana`.
/// A word of a search is found when `" " + word` is in it.
pub fn search_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 1);
    for word in words(text) {
        out.push(' ');
        out.push_str(&word);
    }
    out
}

/// The folded words of a text.
pub fn words(text: &str) -> Vec<String> {
    let folded: String = text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect();
    folded.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(s: &str) -> Name {
        Name::parse(s).expect("a name")
    }

    #[test]
    fn alike_names_share_a_key() {
        assert_eq!(name_key(&name("Ｇroceries")), name_key(&name("GROCERIES")));
        assert_eq!(name_key(&name("Eating  out")), "eating out");
        assert!(check_script("name", &name("аdmin")).is_err());
        assert!(check_script("name", &name("Кафе Bar")).is_ok());
        assert!(check_script("name", &name("日本語 テスト")).is_ok());
    }

    #[test]
    fn words_are_folded() {
        assert_eq!(search_text("Crème brûlée, 2×"), " creme brulee 2");
    }
}
