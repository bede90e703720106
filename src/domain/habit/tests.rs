use super::*;
use crate::domain::{Color, Currency, ExpenseId, ImportId, Instant, Money, UserId, fold, journal::Via, text::Name};
use proptest::prelude::*;

const TODAY: &str = "2026-11-24";

fn today() -> Day {
    TODAY.parse().expect("a day")
}

fn categories() -> Vec<Category> {
    let one = |(n, name): (u128, &str)| Category {
        id: CategoryId(uuid::Uuid::from_u128(n)),
        name: Name::parse(name).expect("a name"),
        color: Color::Blue,
        archived: name == "Old",
        position: 0,
        version: 1,
    };
    [(1, "Eating out"), (2, "Groceries"), (3, "Transport"), (4, "Old")].map(one).into()
}

/// Entered one after the other; `age` is in days.
fn expenses(rows: &[(&str, Option<u128>, i64)]) -> Vec<Expense> {
    let row = |(n, (what, category, age)): (usize, &(&str, Option<u128>, i64))| Expense {
        id: ExpenseId(uuid::Uuid::from_u128(n as u128 + 1)),
        owner: UserId(uuid::Uuid::nil()),
        date: today().plus(-age),
        amount: Money::new(100 + i64::try_from(n).expect("few"), Currency::EUR),
        what: What::parse(what).expect("a text"),
        note: None,
        category_id: category.map(|n| CategoryId(uuid::Uuid::from_u128(n))),
        import_id: None,
        via: Via::Page,
        version: 1,
        created_at: Instant(i64::try_from(n).expect("few")),
    };
    rows.iter().enumerate().map(row).collect()
}

fn model(expenses: &[Expense]) -> Model {
    let habits = Habits::count(expenses, &categories(), today(), fold::words);
    let sent: Habits = serde_json::from_str(&serde_json::to_string(&habits).expect("json")).expect("what was sent");
    assert_eq!(sent, habits);
    Model::new(sent, fold::words)
}

/// The number of the suggested category and why.
fn asked(model: &Model, what: &str) -> Option<(u128, String)> {
    let found = model.suggest(what, &fold::words(what), &[])?;
    let name = categories().into_iter().find(|c| c.id == found.category).expect("one of them").name.to_string();
    Some((found.category.0.as_u128(), found.why.sentence(&name)))
}

fn lunches() -> Vec<(&'static str, Option<u128>, i64)> {
    let mut rows = vec![("Lunch with Bo", Some(2), 40)];
    rows.extend([("Lunch with the team", Some(1), 20); 14]);
    rows
}

#[test]
fn a_word_says_what_it_was_mostly() {
    let model = model(&expenses(&lunches()));
    assert_eq!(asked(&model, "lunch alone"), Some((1, "14 of 15 “lunch” were Eating out".into())));
    assert_eq!(asked(&model, "LÜNCH"), Some((1, "14 of 15 “lunch” were Eating out".into())));
    assert_eq!(asked(&model, "dinner"), None);
    assert_eq!(asked(&model, ""), None);
    assert_eq!(asked(&model, "with the"), None, "fillers say nothing");
}

#[test]
fn the_very_same_text_goes_by_the_last_time() {
    let mut rows = lunches();
    let of = |rows: &[_]| model(&expenses(rows));
    assert_eq!(asked(&of(&rows), "lunch with bo"), Some((2, "“Lunch with Bo” was Groceries the last time".into())));
    assert_eq!(asked(&of(&rows), "Lunch with the team"), Some((1, "all 14 “Lunch with the team” were Eating out".into())));
    // A suggestion that was corrected is learnt at once.
    rows.push(("lunch with the TEAM", Some(3), 0));
    assert_eq!(asked(&of(&rows), "Lunch with the team"), Some((3, "the last “lunch with the TEAM” was Transport".into())));
    rows.push(("Lunch with the team", None, 0));
    assert_eq!(asked(&of(&rows), "Lunch with the team"), None, "left without a category by hand");
    assert_eq!(asked(&of(&rows), "lunch with Eve").map(|found| found.0), Some(1));
}

#[test]
fn what_a_statement_brought_without_a_category_says_nothing() {
    let mut all = expenses(&[("Tram pass", Some(3), 30), ("Tram pass", None, 1)]);
    all[1].import_id = Some(ImportId::new());
    assert_eq!(asked(&model(&all), "tram pass").map(|found| found.0), Some(3));
}

#[test]
fn what_is_unsure_is_not_suggested() {
    assert_eq!(asked(&model(&expenses(&[("Ana taxi", Some(3), 1), ("Ana lunch", Some(1), 1)])), "ana"), None, "even");
    assert_eq!(asked(&model(&expenses(&[("Ferry tickets", Some(3), 2_000)])), "ferry"), None, "once, long ago");
    assert_eq!(asked(&model(&expenses(&[("Ferry tickets", Some(3), 10)])), "ferry").map(|found| found.0), Some(3));
    assert_eq!(asked(&model(&expenses(&[("Ferry", Some(4), 10)])), "ferry"), None, "an archived category");
    assert_eq!(asked(&model(&expenses(&[("747 12", Some(3), 10)])), "747"), None, "numbers are no words");
}

#[test]
fn recent_uses_count_more() {
    let mut rows = vec![("Kiosk old", Some(1), 1_200); 6];
    rows.extend([("Kiosk new", Some(2), 5); 4]);
    let found = asked(&model(&expenses(&rows)), "kiosk");
    assert_eq!(found, Some((2, "lately most “kiosk” were Groceries".into())));
}

#[test]
fn notes_count_as_well() {
    let mut all = expenses(&[("Card payment", Some(2), 3), ("Card payment", Some(1), 2), ("Card payment", None, 1)]);
    all[0].note = Some(crate::domain::text::Note::parse("Market hall").expect("a note"));
    let model = model(&all);
    let found = model.suggest("Card", &fold::words("Card"), &fold::words("market")).expect("a suggestion");
    assert_eq!(found.category.0.as_u128(), 2);
}

#[test]
fn texts_without_words_are_known_too() {
    let model = model(&expenses(&[("🍕", Some(1), 1)]));
    assert_eq!(asked(&model, "🍕").map(|found| found.0), Some(1));
    assert_eq!(asked(&model, "🍔"), None);
}

#[test]
fn what_was_entered_before_can_be_completed() {
    let model = model(&expenses(&lunches()));
    let begun = |text: &str| -> Vec<(String, i64, Option<u128>)> {
        let known = model.begun(&fold::words(text), 5).into_iter();
        known.map(|known| (known.what.to_string(), known.minor, known.category.map(|c| c.0.as_u128()))).collect()
    };
    assert_eq!(begun("lun"), [("Lunch with the team".to_owned(), 114, Some(1)), ("Lunch with Bo".to_owned(), 100, Some(2))]);
    assert_eq!(begun("bo lun").len(), 1);
    assert!(begun("").is_empty() && begun("xyz").is_empty());
}

fn rows() -> impl Strategy<Value = Vec<(String, Option<u128>, i64)>> {
    let what = prop::collection::vec(prop::sample::select(vec!["tea", "Bus", "lunch", "with", "Ana", "🍕", "7", "č"]), 1..4);
    prop::collection::vec((what.prop_map(|words| words.join(" ")), prop::option::of(1..5_u128), 0..1_500_i64), 0..40)
}

fn entered(rows: &[(String, Option<u128>, i64)]) -> Vec<Expense> {
    expenses(&rows.iter().map(|(what, category, age)| (what.as_str(), *category, *age)).collect::<Vec<_>>())
}

proptest! {
    #[test]
    fn a_category_that_was_chosen_is_suggested_for_the_same_words(rows in rows(), what in "[a-z]{2,6}( [a-z]{1,6}){0,3}", chosen in 1..4_u128) {
        let mut rows = rows;
        rows.push((what.clone(), Some(chosen), 0));
        prop_assert_eq!(asked(&model(&entered(&rows)), &what.to_uppercase()).map(|found| found.0), Some(chosen));
    }

    #[test]
    fn only_open_categories_are_suggested_whatever_is_typed(rows in rows(), what in "\\PC{0,40}") {
        let model = model(&entered(&rows));
        if let Some((category, _)) = asked(&model, &what) {
            prop_assert!((1..4).contains(&category));
        }
        prop_assert!(model.begun(&fold::words(&what), 5).len() <= 5);
    }

    #[test]
    fn the_order_in_which_they_are_read_does_not_count(rows in rows(), turned in any::<prop::sample::Index>()) {
        let mut all = entered(&rows);
        let straight = Habits::count(&all, &categories(), today(), fold::words);
        if !all.is_empty() {
            let by = turned.index(all.len());
            all.rotate_left(by);
        }
        prop_assert_eq!(Habits::count(&all, &categories(), today(), fold::words), straight);
    }
}
