use super::*;
use crate::domain::{Color, text::Name};

fn typist(locale: &str) -> Typist {
    // A Sunday.
    Typist { currency: Currency::EUR, locale: locale.parse().expect("a locale"), today: "2026-11-22".parse().expect("a day") }
}

fn categories() -> Vec<Category> {
    let one = |(name, archived)| Category {
        id: CategoryId::new(),
        name: Name::parse(name).expect("a name"),
        color: Color::Blue,
        archived,
        position: 0,
        version: 1,
    };
    [("Eating in", true), ("Eating out", false), ("Fun", false), ("Home", false), ("Home office", false)].map(one).into()
}

/// Amount in cents, what, day, category, note.
fn read(line: &str, locale: &str) -> (Option<i64>, String, Option<String>, Option<String>, String) {
    let categories = categories();
    let quick = Quick::read(line, typist(locale), &categories).expect("short enough");
    let category = quick.category.map(|found| match found {
        Ok(id) => categories.iter().find(|c| Some(c.id) == id).expect("one of them").name.to_string(),
        Err(text) => format!("?{text}"),
    });
    let day = quick.date.map(|day| day.map_or_else(|text| format!("?{text}"), |day| day.to_string()));
    (quick.amount.map(|amount| amount.map_or(-1, |a| a.minor)), quick.what, day, category, quick.note)
}

fn amount(line: &str, locale: &str) -> Option<i64> {
    read(line, locale).0
}
fn day(line: &str, locale: &str) -> Option<String> {
    read(line, locale).2
}

#[test]
fn a_whole_line() {
    let (amount, what, day, category, note) = read("12.50 lunch with the team yesterday #eating @Ana paid", "en-GB");
    assert_eq!((amount, what.as_str(), day.as_deref()), (Some(1250), "lunch with the team", Some("2026-11-21")));
    assert_eq!((category.as_deref(), note.as_str()), (Some("Eating out"), "Ana paid"));
}

#[test]
fn amounts_in_either_style_with_a_sign_and_sums() {
    for (line, minor) in [
        ("12.50 tea", 1250),
        ("12,50 tea", 1250),
        ("tea 12.5", 1250),
        ("€12.50 tea", 1250),
        ("12,50€ tea", 1250),
        ("tea 12.50 EUR", 1250),
        ("tea € 3", 300),
        ("3*4.20+1 tea", 1360),
        ("10-2,50 tea", 750),
        ("1.99*0.345 cheese", 69),
        ("1,234.50 rent", 123_450),
        ("2 coffees 7.40", 740),
        ("lunch for 3 24", 2400),
        ("12 lunch 3 people there", 1200),
        ("iPhone 15 case €20", 2000),
        ("tea ×2 2×1.60", 320),
        ("12.50, lunch", 1250),
        ("lunch 12.50.", 1250),
        ("Lunch: €12.50!", 1250),
        ("12.50 voucher of £5", 1250),
    ] {
        assert_eq!(amount(line, "en-GB"), Some(minor), "{line}");
    }
    assert_eq!(amount("1.234,50 Miete", "de-DE"), Some(123_450));
    assert_eq!(amount("1'234.50 Miete", "de-CH"), Some(123_450));
    assert_eq!(read("2 coffees 7.40", "en-GB").1, "2 coffees");
    assert_eq!(read("Lunch: €12.50!", "en-GB").1, "Lunch:");
    let dollars = Typist { currency: "AUD".parse().expect("a currency"), ..typist("en-AU") };
    for line in ["$12.50 lunch", "lunch A$12.50", "12.50 AUD lunch"] {
        let quick = Quick::read(line, dollars, &[]).expect("short");
        assert_eq!(quick.amount.and_then(Result::ok).map(|a| a.minor), Some(1250), "{line}");
    }
    for foreign in ["$12.50 lunch", "lunch 12USD", "£3 tea for 2"] {
        let quick = Quick::read(foreign, typist("en-GB"), &[]).expect("short");
        assert_eq!(quick.amount, Some(Err(AmountError::OtherCurrency(Currency::EUR))), "{foreign}");
    }
    assert_eq!(amount("lunch", "en-GB"), None);
    for wrong in
        ["0 tea", "1-1 tea", "2-3 tea", "12.505 tea", "99999999999999999999 tea", "9999999999999999*9999999999999999 tea"]
    {
        assert_eq!(amount(wrong, "en-GB"), Some(-1), "{wrong}");
    }
}

#[test]
fn days_as_people_write_them() {
    for (line, at) in [
        ("5 tea yesterday", "2026-11-21"),
        ("5 tea mon", "2026-11-16"),
        ("mon 5 tea", "2026-11-16"),
        ("5 tea sunday", "2026-11-22"),
        ("5 tea last sunday", "2026-11-15"),
        ("5 tea on last Friday", "2026-11-20"),
        ("5 tea 12.3.", "2026-03-12"),
        ("5 tea 12.3.2025", "2025-03-12"),
        ("5 tea 12.3.25", "2025-03-12"),
        ("5 tea 3/12", "2026-12-03"),
        ("5 tea 24/12", "2025-12-24"),
        ("5 tea 2026-03-12", "2026-03-12"),
        ("5 tea tomorrow", "2026-11-23"),
        ("5 tea TODAY", "2026-11-22"),
        ("5 tea 2026-3-5", "2026-03-05"),
        ("5 tea 30.2.", "?30.2."),
        ("5 tea 2026-02-30", "?2026-02-30"),
        ("5 tea 30/2/2026", "?30/2/2026"),
    ] {
        let (amount, what, day, ..) = read(line, "en-GB");
        assert_eq!((amount, what.as_str(), day.as_deref()), (Some(500), "tea", Some(at)), "{line}");
    }
    assert_eq!(day("5 tea 3/12", "en-US").as_deref(), Some("2026-03-12"));
    assert_eq!(day("5 tea 13/3", "en-US").as_deref(), Some("2026-03-13"), "can only be meant so");
    assert_eq!(day("5 tea 3/12", "en-CA").as_deref(), Some("2026-03-12"));
    assert_eq!(read("5 sun cream for Ana", "en-GB").1, "sun cream for Ana");
    assert_eq!(day("5 tea", "en-GB"), None);
}

#[test]
fn categories_by_their_beginning() {
    for (line, name, what) in [
        ("5 tea #eat", "Eating out", "tea"),
        ("5 #eating out tea", "Eating out", "tea"),
        ("5 #out tea", "Eating out", "tea"),
        ("5 #home office chair", "Home office", "chair"),
        ("5 #home chair", "Home", "chair"),
        ("5 #FUN tea", "Fun", "tea"),
        ("5 #nothing tea", "?nothing", "tea"),
        ("5 #eating in tea", "Eating out", "in tea"),
    ] {
        let read = read(line, "en-GB");
        assert_eq!((read.3.as_deref(), read.1.as_str()), (Some(name), what), "{line}");
    }
    assert_eq!(read("5 tea # 1", "en-GB").3, None);
}

#[test]
fn parts_can_be_corrected() {
    let categories = categories();
    let read = || Quick::read("12 lunch 3.4. #fun @late", typist("en-GB"), &categories).expect("short");
    let by = |by: Corrections<'_>| read().corrected(by, typist("en-GB"));
    assert_eq!(by(Corrections::default()), Ok(read()));
    let out = categories[1].id.to_string();
    let all = Corrections { amount: "€ 3*4,10", what: " Dinner ", date: "2026-11-01", category_id: &out, note: "early" };
    let draft = by(all).expect("corrected").draft(typist("en-GB").today).expect("complete");
    assert_eq!((draft.amount.minor, draft.what.as_str(), draft.date.to_string()), (1230, "Dinner", "2026-11-01".to_owned()));
    assert_eq!((draft.category_id, draft.note.map(|n| n.to_string())), (Some(categories[1].id), Some("early".to_owned())));
    let none = by(Corrections { category_id: NO_CATEGORY, ..Corrections::default() }).expect("corrected");
    assert_eq!(none.clone().suggested(Some(categories[1].id)), none, "no category, said so");
    for (field, by) in [
        ("date", by(Corrections { date: "2026-02-30", ..Corrections::default() })),
        ("category_id", by(Corrections { category_id: "x", ..Corrections::default() })),
    ] {
        assert_eq!(by.expect_err("refused").field, field);
    }
    let wrong = by(Corrections { amount: "ten", ..Corrections::default() }).expect("read");
    assert_eq!(wrong.amount, Some(Err(AmountError::NotANumber)));
}

#[test]
fn a_suggestion_counts_where_nothing_was_said() {
    let categories = categories();
    let (out, fun) = (categories[1].id, categories[2].id);
    let draft = |line: &str| {
        let quick = Quick::read(line, typist("en-GB"), &categories).expect("short").suggested(Some(out));
        quick.draft(typist("en-GB").today).map(|draft| draft.category_id)
    };
    assert_eq!(draft("12 lunch"), Ok(Some(out)));
    assert_eq!(draft("12 lunch #fun"), Ok(Some(fun)), "what was said wins");
    assert!(draft("12 lunch #nothing").is_err(), "also when it is wrong");
}

#[test]
fn what_was_entered_before_is_completed_within_the_line() {
    let categories = categories();
    let what = What::parse("Lunch with Ana").expect("a text");
    let done = |line: &str| Quick::read(line, typist("en-GB"), &categories).expect("short").completed(&what, "12.50");
    assert_eq!(done("lun"), "12.50 Lunch with Ana");
    assert_eq!(done("€7 lun"), "€7 Lunch with Ana");
    assert_eq!(done("lun on last friday 3*2 #eating out @late"), "3*2 Lunch with Ana on last friday #eating out @late");
}

#[test]
fn what_is_missing_is_named() {
    let today = typist("en-GB").today;
    let fields = |line: &str| -> Vec<String> {
        let wrong = Quick::read(line, typist("en-GB"), &[]).expect("short").draft(today).expect_err("incomplete");
        wrong.into_iter().map(|e| e.field).collect()
    };
    assert_eq!(fields(""), ["amount", "what"]);
    assert_eq!(fields("lunch"), ["amount"]);
    assert_eq!(fields("12"), ["what"]);
    assert_eq!(fields("12 lunch 30.2. #x"), ["date", "category_id"]);
    let huge = Quick::read(&"9 ".repeat(5_000_000), typist("en-GB"), &[]).expect_err("too long");
    assert_eq!((huge.field.as_str(), huge.code.as_str()), ("line", "too_long"));
    let draft = Quick::read("12 lunch", typist("en-GB"), &[]).expect("short").draft(today).expect("complete");
    assert_eq!((draft.amount.minor, draft.date, draft.category_id, draft.note), (1200, today, None, None));
}

proptest::proptest! {
    #[test]
    fn no_line_breaks_it(line in "\\PC{0,80}") {
        let categories = categories();
        let quick = Quick::read(&line, typist("en-GB"), &categories).expect("short");
        let parts = line.split_whitespace().count();
        proptest::prop_assert!(quick.what.split_whitespace().count() <= parts);
        let by = Corrections { amount: &line, what: &line, note: &line, ..Corrections::default() };
        drop(quick.clone().corrected(by, typist("en-GB")).expect("nothing to refuse").draft(typist("en-GB").today));
        drop(quick.draft(typist("en-GB").today));
    }

    #[test]
    fn words_without_figures_stay_as_they_are(words in proptest::collection::vec("[b-e]{1,8}", 1..6), cents in 1_i64..1_000_000) {
        let line = format!("{}.{:02} {}", cents / 100, cents % 100, words.join(" "));
        let quick = Quick::read(&line, typist("en-GB"), &[]).expect("short");
        proptest::prop_assert_eq!(quick.amount.and_then(Result::ok).map(|a| a.minor), Some(cents));
        proptest::prop_assert_eq!(quick.what, words.join(" "));
    }
}
