//! What is asked for, and what is compared with it.

use super::*;
use crate::{
    domain::{MonthStart, Role, Weekday},
    server::ledger::testing::user,
};
use proptest::prelude::*;

fn day(s: &str) -> Day {
    s.parse().expect("a day")
}
fn span(from: &str, to: &str) -> Span {
    Span { from: day(from), to: day(to) }
}
fn ana(period: Period) -> User {
    User { period, first_weekday: Weekday::Monday, ..user("ana", Role::User) }
}
fn asked(query: &str, user: &User) -> Result<Asked, Vec<String>> {
    let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    Asked::read(pairs.iter().map(|(n, v)| (n.as_str(), v.as_str())), user, day("2026-11-24"))
        .map_err(|errors| errors.into_iter().map(|e| format!("{} {}", e.field, e.code)).collect())
}

#[test]
fn periods_of_every_length() {
    let ana = ana(Period::default());
    for (query, want, name) in [
        ("", span("2026-11-01", "2026-11-30"), "November 2026"),
        ("date=2026-02-10", span("2026-02-01", "2026-02-28"), "February 2026"),
        ("period=week", span("2026-11-23", "2026-11-29"), "23 Nov – 29 Nov 2026"),
        ("period=quarter", span("2026-10-01", "2026-12-31"), "Q4 2026"),
        ("period=year&date=2024-02-29", span("2024-01-01", "2024-12-31"), "2024"),
        ("period=custom&from=2025-12-30&to=2026-01-02", span("2025-12-30", "2026-01-02"), "30 Dec 2025 – 2 Jan 2026"),
        ("period=custom&from=2026-01-02&to=2026-01-02", span("2026-01-02", "2026-01-02"), "2 Jan 2026"),
    ] {
        let asked = asked(query, &ana).expect(query);
        assert_eq!((asked.span, asked.name(asked.span, &ana).as_str()), (want, name), "{query}");
    }
}

#[test]
fn s54_what_cannot_be_asked_says_why() {
    let ana = ana(Period::default());
    for (query, want) in [
        ("period=decade", &["period unknown_value"][..]),
        ("n=1", &["n out_of_range"]),
        ("n=13", &["n out_of_range"]),
        ("by=user&compare=x&stack=day", &["by unknown_value", "compare unknown_value", "stack unknown_value"]),
        ("period=custom", &["from required", "to required"]),
        ("period=custom&from=2026-01-02", &["to required"]),
        ("period=custom&from=2026-01-02&to=2026-01-01", &["to before_from"]),
        ("period=custom&from=2016-01-01&to=2026-01-02", &["to too_long"]),
        ("period=custom&date=2026-01-01&from=2026-01-01&to=2026-01-02", &["date not_allowed"]),
        ("from=2026-01-02", &["from not_allowed"]),
        ("date=2026-02-30", &["date invalid_date"]),
    ] {
        assert_eq!(asked(query, &ana).expect_err(query), want, "{query}");
    }
    assert!(asked("period=custom&from=2016-01-01&to=2025-12-31", &ana).is_ok(), "ten years");
}

#[test]
fn compared_with_what_is_alike() {
    let ana25 = ana(Period::Month { start_day: MonthStart::Day(25) });
    let compared = |query: &str| asked(query, &ana25).expect(query).compared(&ana25);
    assert_eq!(compared(""), [span("2026-09-25", "2026-10-24")]);
    assert_eq!(compared("date=2026-11-25&compare=last_year"), [span("2025-11-25", "2025-12-24")]);
    assert_eq!(compared("period=week&compare=last_year"), [span("2025-11-24", "2025-11-30")], "from Monday to Sunday as well");
    assert_eq!(compared("period=year&compare=last_year"), [span("2025-01-25", "2026-01-24")]);
    assert_eq!(
        compared("period=quarter&compare=average"),
        [span("2026-01-25", "2026-04-24"), span("2026-04-25", "2026-07-24"), span("2026-07-25", "2026-10-24")]
    );
    assert_eq!(compared("compare=average&n=2"), [span("2026-08-25", "2026-09-24"), span("2026-09-25", "2026-10-24")]);
    assert_eq!(compared("period=custom&from=2026-03-11&to=2026-03-20"), [span("2026-03-01", "2026-03-10")]);
}

#[test]
fn the_last_periods_of_every_length() {
    let ana = ana(Period::default());
    let last = |length: Length, n| {
        let names = |span: &Span| (length.name(*span, &ana), length.short_name(*span, &ana));
        length.last(n, day("2026-11-24"), &ana).iter().map(names).collect::<Vec<_>>()
    };
    let pair = |name: &str, short: &str| (name.to_owned(), short.to_owned());
    assert_eq!(last(Length::Week, 2), [pair("16 Nov – 22 Nov 2026", "16 Nov"), pair("23 Nov – 29 Nov 2026", "23 Nov")]);
    assert_eq!(last(Length::Month, 2), [pair("October 2026", "Oct"), pair("November 2026", "Nov")]);
    assert_eq!(last(Length::Quarter, 2), [pair("Q3 2026", "Q3"), pair("Q4 2026", "Q4")]);
    assert_eq!(last(Length::Year, 2), [pair("2025", "2025"), pair("2026", "2026")]);
    assert_eq!(Length::Year.last(3, day("1901-05-05"), &ana).len(), 2, "there is nothing before 1900");
    let month = asked("date=2026-11-03", &ana).expect("a month");
    assert_eq!(month.of_length(Length::Week, &ana, day("2026-11-24")).span, span("2026-11-23", "2026-11-29"));
    assert_eq!(month.of_length(Length::Week, &ana, day("2027-11-24")).span, span("2026-10-26", "2026-11-01"));
    assert_eq!(month.of_length(Length::Custom, &ana, day("2026-11-24")).span, month.span);
}

proptest! {
    /// The parts of a report tile its days, and it is read back from its own pairs.
    #[test]
    fn parts_tile_and_pairs_read_back(offset in 5_000_i64..100_000, length in 0..5_usize, by in 0..4_usize, start in 1..29_i8, compare in 0..3_usize, n in AVERAGES) {
        let ana = ana(Period::Month { start_day: MonthStart::Day(start) });
        let date = Day::MIN.plus(offset);
        let (length, by, compare) = (Length::ALL[length], By::ALL[by], Compare::ALL[compare]);
        let days = match length {
            Length::Custom => format!("from={date}&to={}", date.plus(offset % 700)),
            _ => format!("date={date}"),
        };
        let asked = asked(&format!("period={}&by={}&compare={}&n={n}&{days}", length.code(), by.code(), compare.code()), &ana).expect("asked");
        prop_assert!(asked.span.contains(date));
        let parts = asked.parts(&ana);
        prop_assert_eq!((parts[0].from, parts[parts.len() - 1].to), (asked.span.from, asked.span.to));
        for pair in parts.windows(2) {
            prop_assert_eq!(pair[0].to.plus(1), pair[1].from);
        }
        let pairs = asked.pairs();
        let again = Asked::read(pairs.iter().map(|(n, v)| (*n, v.as_str())), &ana, date.plus(-500)).expect("asked");
        prop_assert_eq!(&again, &asked);
        prop_assert_eq!(asked.earlier(&ana).to.plus(1), asked.span.from);
        prop_assert_eq!(asked.later(&ana).from, asked.span.to.plus(1));
    }
}
