//! `docs/security.md` names what proves each of its lines; this holds it to that.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

/// Every `.rs` below a directory, as text.
fn sources(dir: &Path, into: &mut String) {
    for entry in fs::read_dir(dir).expect("a directory") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|end| end == "rs") {
            into.push_str(&fs::read_to_string(&path).expect("text"));
        }
    }
}

/// True for the name of a test with a number: `s09_…`, `r20_…`.
fn is_numbered(name: &str) -> bool {
    let Some((number, rest)) = name.split_once('_') else { return false };
    let digits = number.strip_prefix(['s', 'r']).unwrap_or_default();
    digits.len() == 2 && digits.bytes().all(|b| b.is_ascii_digit()) && !rest.is_empty()
}

#[test]
fn every_test_that_this_page_names_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("docs/security.md")).expect("the page");
    let mut code = String::new();
    sources(&root.join("src"), &mut code);
    sources(&root.join("tests"), &mut code);
    let tests: BTreeSet<&str> = code
        .split("fn ")
        .skip(1)
        .filter_map(|rest| rest.split(['(', '<']).next())
        .filter(|name| is_numbered(name) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'))
        .collect();
    assert!(tests.len() > 250, "{}", tests.len());
    let named: BTreeSet<&str> = page.split('`').skip(1).step_by(2).filter(|word| is_numbered(word)).collect();
    assert!(named.len() > 90, "{}", named.len());
    let gone: Vec<&&str> = named.iter().filter(|name| !tests.contains(**name)).collect();
    assert!(gone.is_empty(), "docs/security.md names tests that are gone: {gone:?}");

    // Each number that any test carries stands on the page, with at least one of its tests.
    let mut numbers: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for name in &tests {
        for part in name.split('_').take_while(|part| is_numbered(&format!("{part}_x"))) {
            numbers.entry(part.to_uppercase()).or_default().push(name);
        }
    }
    for (number, of_it) in numbers {
        assert!(page.contains(&number), "{number} is not on docs/security.md; it is proved by {of_it:?}");
        assert!(of_it.iter().any(|name| named.contains(name)), "{number} names none of its tests: {of_it:?}");
    }
    for journey in page.split([' ', ',', '`', '|', '(']).filter(|word| word.ends_with(".spec")) {
        assert!(root.join(format!("end2end/tests/{journey}.ts")).exists(), "{journey}");
    }
}
