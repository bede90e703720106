//! Lists against a model in plain Rust: the same rows in the same order, whatever the size of the page.

use super::*;
use crate::domain::{calendar::Days, expense::Added, fold, journal::Via};

const IMPORT: ImportId = ImportId(uuid::Uuid::from_u128(7));

/// Expenses with many ties in day, amount and category, of two people.
async fn many(store: &DynStore) -> (UserId, Vec<Category>, Vec<Expense>) {
    let (owner, other) = (person(store, "ana").await, person(store, "bor").await);
    let categories = ["Rent", "Groceries", "Fun"].map(category).to_vec();
    let texts = ["Lunch with Ana", "Crème brûlée", "Bus ticket", "lunch", "Brunch", "100% cotton_shirt", "ΜΠΟΥΓΆΤΣΑ"];
    let mut rows = Vec::new();
    for n in 0..60_usize {
        let date = day("2026-10-28").plus(i64::try_from(n * 7 % 11).expect("small")).to_string();
        let minor = [100, 250, 250, 999, 10_000][n * 3 % 5];
        let row = expense(owner, &date, minor, texts[n % texts.len()]);
        let row = if n % 4 == 0 { row } else { sorted_into(row, &categories[n % 3]) };
        let row = Expense { import_id: (n % 5 == 0).then_some(IMPORT), via: Via::ALL[n % 3], ..row };
        rows.push(if n % 6 == 0 { noted(row, "Paid in cash at the CAFÉ") } else { row });
    }
    let theirs = rows.iter().map(|e| Expense { id: ExpenseId::new(), owner: other, ..e.clone() });
    put(store, rows.iter().cloned().chain(theirs).map(Record::Expense).collect()).await;
    put(store, categories.iter().cloned().map(Record::Category).collect()).await;
    (owner, categories, rows)
}

/// What reading every row finds.
pub fn model(rows: &[Expense], filter: &ExpenseFilter) -> Vec<Expense> {
    let matches = |e: &Expense| {
        let category = e.category_id.map_or(filter.uncategorised, |c| filter.categories.contains(&c));
        filter.from.is_none_or(|d| e.date >= d)
            && filter.to.is_none_or(|d| e.date <= d)
            && filter.min.is_none_or(|m| e.amount.minor >= m)
            && filter.max.is_none_or(|m| e.amount.minor <= m)
            && filter.import_id.is_none_or(|id| e.import_id == Some(id))
            && (filter.added.is_empty() || filter.added.contains(&e.added()))
            && (filter.every_category() || category)
            && says(e, &filter.q)
    };
    let mut found: Vec<_> = rows.iter().filter(|e| matches(e)).cloned().collect();
    found.sort_by(|a, b| match filter.sort {
        Sort::DateUp => (a.date, a.id).cmp(&(b.date, b.id)),
        Sort::DateDown => (b.date, b.id).cmp(&(a.date, a.id)),
        Sort::AmountUp => (a.amount.minor, a.id).cmp(&(b.amount.minor, b.id)),
        Sort::AmountDown => (b.amount.minor, b.id).cmp(&(a.amount.minor, a.id)),
    });
    found
}

/// Every word of `q` begins one of the expense's, or is its amount.
fn says(e: &Expense, q: &str) -> bool {
    let text = format!("{} {}", e.what.as_str(), e.note.as_ref().map_or("", text::Note::as_str));
    let words = fold::words(&text);
    let begins = |word: &String| words.iter().any(|of_text| of_text.starts_with(word.as_str()));
    q.split_whitespace().all(|typed| {
        let plain = typed.trim_matches('€').replace(',', ".");
        fold::words(typed).iter().all(begins) || Money::parse_positive(&plain, EUR) == Ok(e.amount)
    })
}

pub async fn all_pages(store: &DynStore, owner: UserId, filter: &ExpenseFilter, limit: u32) -> Vec<Expense> {
    pages(async |page| store.expenses(owner, filter, &page).await, limit).await
}

/// All that is answered page by page.
pub async fn pages(ask: impl AsyncFn(PageRequest) -> Result<Page<Expense>>, limit: u32) -> Vec<Expense> {
    let (mut found, mut cursor) = (Vec::new(), None);
    loop {
        let page = ask(PageRequest { limit, cursor }).await.expect("a page");
        assert!(page.items.len() <= limit as usize);
        found.extend(page.items);
        cursor = page.next_cursor;
        let Some(next) = &cursor else { return found };
        let fits = next.0.len() <= 200 && next.0.bytes().all(|b| b.is_ascii_alphanumeric() || b"._~-".contains(&b));
        assert!(fits, "{next:?}");
    }
}

fn filters(categories: &[Category]) -> Vec<ExpenseFilter> {
    let base = ExpenseFilter::default;
    let ids: Vec<_> = categories.iter().map(|c| c.id).collect();
    let added = |ways: &[Added]| ExpenseFilter { added: ways.iter().copied().collect(), ..base() };
    let q = |q: &str| ExpenseFilter { q: q.into(), ..base() };
    vec![
        base(),
        ExpenseFilter { from: Some(day("2026-10-30")), ..base() },
        ExpenseFilter { to: Some(day("2026-11-01")), ..base() },
        ExpenseFilter { from: Some(day("2026-11-01")), to: Some(day("2026-11-01")), ..base() },
        ExpenseFilter { from: Some(day("2026-11-02")), to: Some(day("2026-11-01")), ..base() },
        ExpenseFilter { min: Some(250), ..base() },
        ExpenseFilter { max: Some(250), from: Some(day("2026-10-31")), ..base() },
        ExpenseFilter { min: Some(101), max: Some(999), categories: ids[..2].to_vec(), ..base() },
        ExpenseFilter { categories: vec![ids[1]], ..base() },
        ExpenseFilter { categories: vec![ids[1]], q: "l".into(), to: Some(day("2026-11-03")), ..base() },
        ExpenseFilter { categories: vec![CategoryId::new()], ..base() },
        ExpenseFilter { uncategorised: true, ..base() },
        ExpenseFilter { uncategorised: true, categories: vec![ids[0]], min: Some(200), ..base() },
        ExpenseFilter { uncategorised: true, categories: ids, ..base() },
        ExpenseFilter { import_id: Some(IMPORT), ..base() },
        ExpenseFilter { import_id: Some(IMPORT), min: Some(250), to: Some(day("2026-11-03")), q: "l".into(), ..base() },
        ExpenseFilter { import_id: Some(ImportId::new()), ..base() },
        added(&[Added::Page]),
        added(&[Added::Api, Added::Cli]),
        added(&[Added::Import]),
        added(&Added::ALL),
        ExpenseFilter { min: Some(250), q: "l".into(), uncategorised: true, ..added(&[Added::Cli, Added::Import]) },
        q("lunch"),
        q("LUN an"),
        q("crem brul"),
        q("cafe"),
        q("café paid"),
        q("unch"),
        q("μπουγατσα"),
        q("lunch zzz"),
        q("2.50"),
        q("2,50 lunch"),
        q("100"),
    ]
}

pub async fn pages_add_up_to_the_list(home: &impl Home) {
    let store = home.open().await;
    let (owner, categories, rows) = many(&store).await;
    for sort in Sort::ALL {
        for filter in filters(&categories) {
            let filter = ExpenseFilter { sort, ..filter };
            let expected = model(&rows, &filter);
            for limit in [1, 3, 7, 59, 60, 200] {
                let found = all_pages(&store, owner, &filter, limit).await;
                assert_eq!(found, expected, "{limit} at once of {filter:?}");
            }
        }
    }
    let full = PageRequest { limit: 60, cursor: None };
    let page = store.expenses(owner, &ExpenseFilter::default(), &full).await.expect("a page");
    assert_eq!(page.next_cursor, None, "a last page that is full has none after it");
}

pub async fn filters_choose_what_they_say(home: &impl Home) {
    let store = home.open().await;
    let (owner, categories, rows) = many(&store).await;
    for filter in filters(&categories) {
        let expected = model(&rows, &filter);
        let total = store.expense_total(owner, &filter).await.expect("a total");
        let sum = expected.iter().map(|e| e.amount.minor).sum();
        assert_eq!((total.count, total.sum), (expected.len() as u64, Money::new(sum, EUR)), "{filter:?}");
    }
    let nobody = person(&store, "eva").await;
    let empty = store.expenses(nobody, &ExpenseFilter::default(), &PageRequest::default()).await.expect("a page");
    assert_eq!(empty, Page { items: Vec::new(), next_cursor: None });
}

pub async fn search_takes_signs_as_they_are(home: &impl Home) {
    let store = home.open().await;
    let owner = person(&store, "ana").await;
    let texts = ["100% cotton", "1000 nails", "a_b", "axb", "O'Neil", "\"quoted\"", "back\\slash", "Ａｎａ"];
    let rows: Vec<_> = texts.iter().map(|t| expense(owner, "2026-11-02", 100, t)).collect();
    put(&store, rows.iter().cloned().map(Record::Expense).collect()).await;
    let cases: [(&str, &[usize]); 12] = [
        ("100%", &[0, 1]),
        ("100% cotton", &[0]),
        ("a_b", &[2]),
        ("a%b", &[2]),
        ("o'neil", &[4]),
        ("neil", &[4]),
        ("' OR '1'='1", &[]),
        ("\"quoted\"", &[5]),
        ("slash", &[6]),
        ("\\", &[0, 1, 2, 3, 4, 5, 6, 7]),
        ("ANA", &[7]),
        ("ax", &[3]),
    ];
    for (q, expected) in cases {
        let filter = ExpenseFilter { q: q.into(), sort: Sort::DateUp, ..ExpenseFilter::default() };
        let page = store.expenses(owner, &filter, &PageRequest::default()).await.expect("a page");
        let expected: Vec<_> = expected.iter().map(|n| rows[*n].clone()).collect();
        assert_eq!(page.items, expected, "{q:?}");
    }
}

/// Rows that were put, changed and deleted, as they are in the end.
pub async fn rows_that_moved(store: &DynStore) -> Vec<Expense> {
    let (_, categories, mut rows) = many(store).await;
    let gone = rows.split_off(50);
    delete(store, gone.iter().map(|e| Key::Expense(e.owner, e.id)).collect()).await;
    for row in rows.iter_mut().take(20) {
        let moved = Expense { date: row.date.plus(3), version: 2, ..row.clone() };
        *row = noted(sorted_into(moved, &categories[0]), "Lunch again");
    }
    put(store, rows.iter().cloned().map(Record::Expense).collect()).await;
    rows
}

/// The rows are found by their terms, and no others.
pub async fn searches_find(store: &DynStore, rows: &[Expense]) {
    let owner = rows[0].owner;
    for sort in Sort::ALL {
        for q in ["lunch", "lunch again", "brul", "2.50", "2,5 lun", "l", "zzz"] {
            let filter = ExpenseFilter { q: q.into(), sort, ..ExpenseFilter::default() };
            assert_eq!(all_pages(store, owner, &filter, 7).await, model(rows, &filter), "{filter:?}");
            let imported = ExpenseFilter { added: [Added::Import].into(), ..filter };
            assert_eq!(all_pages(store, owner, &imported, 7).await, model(rows, &imported), "{imported:?}");
        }
    }
}

pub async fn cursors_of_other_lists_are_refused(home: &impl Home) {
    let store = home.open().await;
    let (owner, ..) = many(&store).await;
    let page = |sort, cursor| {
        let (store, filter) = (Arc::clone(&store), ExpenseFilter { sort, ..ExpenseFilter::default() });
        async move { store.expenses(owner, &filter, &PageRequest { limit: 5, cursor }).await }
    };
    let by_date = page(Sort::DateDown, None).await.expect("a page").next_cursor;
    assert!(page(Sort::DateDown, by_date.clone()).await.is_ok());
    let made_up = ["", "x", "~~", "-date~2026-11-02~1", "-date~2026-13-02~00000000-0000-0000-0000-000000000000"];
    for cursor in made_up.map(|c| Cursor(c.into())).into_iter().chain(by_date) {
        for sort in [Sort::DateUp, Sort::AmountUp, Sort::AmountDown] {
            let answer = page(sort, Some(cursor.clone())).await.map_err(|e| Problem::from(e).errors);
            assert_eq!(answer, Err(vec![Cursor::invalid()]), "{cursor:?}");
        }
        let request = PageRequest { limit: 5, cursor: Some(cursor.clone()) };
        let funds = store.funds_list(owner, Days::default().span(), &request).await;
        assert!(matches!(funds, Err(StoreError::Refused(_))), "{cursor:?}");
        let journal = store.journal(owner, &JournalFilter::default(), &request).await;
        assert!(matches!(journal, Err(StoreError::Refused(_))), "{cursor:?}");
    }
}

pub async fn funds_newest_first(home: &impl Home) {
    let store = home.open().await;
    let (owner, other) = (person(&store, "ana").await, person(&store, "bor").await);
    let mut rows: Vec<_> = (0..12).map(|n| funds(owner, ["2026-11-01", "2026-10-01", "2026-12-01"][n % 3], 100)).collect();
    put(&store, rows.iter().cloned().chain([funds(other, "2026-11-01", 1)]).map(Record::Funds).collect()).await;
    rows.sort_by_key(|f| std::cmp::Reverse((f.date, f.id)));
    let spans = [
        Days::default().span(),
        Span { from: day("2026-11-01"), to: day("2026-12-01") },
        Span { from: day("2026-10-01"), to: day("2026-10-01") },
        Span { from: day("2026-10-02"), to: day("2026-10-31") },
        Span { from: day("2026-12-01"), to: day("2026-10-01") },
    ];
    for (span, limit) in spans.into_iter().flat_map(|span| (1..=13).map(move |limit| (span, limit))) {
        let (mut found, mut cursor) = (Vec::new(), None);
        loop {
            let page = store.funds_list(owner, span, &PageRequest { limit, cursor }).await.expect("a page");
            found.extend(page.items);
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        let wanted: Vec<_> = rows.iter().filter(|f| span.contains(f.date)).cloned().collect();
        assert_eq!(found, wanted, "{limit} at once of {span:?}");
    }
    // A cursor of other days begins at these, or has nothing after it.
    let newest = store.funds_list(owner, spans[0], &PageRequest { limit: 1, cursor: None }).await.expect("a page").next_cursor;
    let oldest = store.funds_list(owner, spans[2], &PageRequest { limit: 1, cursor: None }).await.expect("a page").next_cursor;
    let october = PageRequest { limit: 20, cursor: newest };
    assert_eq!(store.funds_list(owner, spans[2], &october).await.expect("a page").items.len(), 4);
    let november = PageRequest { limit: 20, cursor: oldest };
    assert!(store.funds_list(owner, spans[1], &november).await.expect("a page").items.is_empty());
}

pub async fn matching_by_id(home: &impl Home) {
    let store = home.open().await;
    let (owner, categories, rows) = many(&store).await;
    for filter in filters(&categories) {
        let mut expected = model(&rows, &filter);
        expected.sort_by_key(|e| e.id);
        for limit in [1_000, 5, 1] {
            expected.truncate(limit as usize);
            let found = within!(store, owner, [filter], tx => { Ok(tx.matching(owner, &filter, limit).await?) });
            assert_eq!(found, Ok(expected.clone()), "{limit} of {filter:?}");
        }
    }
}

pub async fn some_by_their_ids(home: &impl Home) {
    let store = home.open().await;
    let (owner, _, rows) = many(&store).await;
    let wanted = [rows[7].clone(), rows[0].clone(), rows[31].clone(), rows[7].clone()];
    let ids = [wanted[0].id, ExpenseId::new(), wanted[1].id, wanted[2].id, wanted[0].id];
    assert_eq!(store.expenses_of(owner, &ids).await.expect("expenses"), wanted);
    assert_eq!(store.expenses_of(person(&store, "cem").await, &ids).await.expect("expenses"), []);
}
