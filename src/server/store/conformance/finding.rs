//! Whatever is written, edited and deleted: each filter finds what reading every row would find, in every order, page by
//! page, and its total is theirs.

#![expect(clippy::inconsistent_digit_grouping, reason = "cents stand apart: 12_50 is €12.50")]

use super::{
    lists::{all_pages, model, pages},
    *,
};
use crate::{
    domain::{expense::Added, journal::Via},
    server::finding::Finder,
};
use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};

/// Words that people write, and that programs trip over.
const WORDS: [&str; 28] = [
    "a", "A", "lunch", "Lunch", "lunchbox", "LUNCHES", "café", "Cafe\u{301}", "ΜΠΟΥΓΆΤΣΑ", "Straße", "日本語", "テスト", "طعام",
    "ארוחה", "🍕", "👩‍👩‍👧", "12", "12.50", "12,50", "1250", "€5", "100%", "it's", "--", "ﬁne", "ＡＢＣ", "İstanbul", "o_o",
];
/// What is searched beside the words.
const SEARCHES: [&str; 10] = ["l", "lu", "1", "5", "125", "0", "caf", "مرحبا", "\u{301}", "' OR 1=1 --"];
const AMOUNTS: [i64; 8] = [5, 500, 1_200, 1_250, 1_250, 100_000, 125_000, money::MAX_MINOR];

struct Scene {
    store: DynStore,
    owner: UserId,
    categories: Vec<Category>,
    imports: [ImportId; 2],
    rng: StdRng,
}

impl Scene {
    async fn new(store: DynStore, seed: u64) -> Self {
        let owner = person(&store, "ana").await;
        let categories = ["Rent", "Groceries", "Fun"].map(category).to_vec();
        put(&store, categories.iter().cloned().map(Record::Category).collect()).await;
        let imports = [ImportId::new(), ImportId::new()];
        Self { store, owner, categories, imports, rng: StdRng::seed_from_u64(seed) }
    }

    fn one<T: Clone>(&mut self, of: &[T]) -> T {
        of.choose(&mut self.rng).expect("some").clone()
    }
    fn maybe(&mut self) -> bool {
        self.rng.random()
    }

    fn text(&mut self) -> String {
        let n = self.rng.random_range(1..5);
        let mut words: Vec<&str> = (0..n).map(|_| self.one(&WORDS)).collect();
        if self.rng.random_range(0..3) > 0 {
            words.push("card");
        }
        words.join(if self.maybe() { " " } else { "-" })
    }

    fn row(&mut self) -> Expense {
        let date = day("2026-10-28").plus(self.rng.random_range(0..12)).to_string();
        let (minor, what) = (self.one(&AMOUNTS), self.text());
        let category_id = self.maybe().then(|| self.categories.clone()).map(|all| self.one(&all).id);
        let import_id = if self.rng.random_range(0..3) == 0 { Some(self.one(&self.imports.clone())) } else { None };
        let row = expense(self.owner, &date, minor, &what);
        let row = Expense { category_id, import_id, via: self.one(&Via::ALL), ..row };
        if self.maybe() { row } else { noted(row, &self.text()) }
    }

    /// Rows that were put, changed, and deleted; the same rows of somebody else stay as they were.
    async fn rows(&mut self, n: usize) -> Vec<Expense> {
        let other = person(&self.store, "bor").await;
        let mut rows: Vec<Expense> = (0..n).map(|_| self.row()).collect();
        let theirs = rows.iter().map(|e| Expense { owner: other, ..e.clone() });
        put(&self.store, rows.iter().cloned().chain(theirs).map(Record::Expense).collect()).await;
        let gone: Vec<Expense> = rows.drain(..n / 8).collect();
        delete(&self.store, gone.iter().map(|e| Key::Expense(self.owner, e.id)).collect()).await;
        let changed = rows.len() / 4;
        for row in rows.iter_mut().take(changed) {
            *row = Expense { id: row.id, version: 2, ..self.row() };
        }
        put(&self.store, rows[..changed].iter().cloned().map(Record::Expense).collect()).await;
        // Some come back, as by an undo; some are put again as they are.
        let back = &gone[..gone.len() / 2];
        put(&self.store, back.iter().chain(&rows[changed..changed * 2]).cloned().map(Record::Expense).collect()).await;
        rows.extend_from_slice(back);
        rows
    }

    fn filter(&mut self) -> ExpenseFilter {
        let mut filter = ExpenseFilter { sort: self.one(&Sort::ALL), ..ExpenseFilter::default() };
        if self.rng.random_range(0..4) > 0 {
            let n = self.rng.random_range(1..4);
            let asked: Vec<&str> = (0..n).map(|_| if self.maybe() { self.one(&WORDS) } else { self.one(&SEARCHES) }).collect();
            filter.q = asked.join(" ");
        }
        if self.rng.random_range(0..3) == 0 {
            let first = day("2026-10-26").plus(self.rng.random_range(0..12));
            filter.from = self.maybe().then_some(first);
            filter.to = self.maybe().then(|| first.plus(self.rng.random_range(0..6)));
        }
        if self.rng.random_range(0..3) == 0 {
            filter.min = self.maybe().then(|| self.one(&AMOUNTS));
            filter.max = self.maybe().then(|| self.one(&AMOUNTS));
        }
        if self.rng.random_range(0..3) == 0 {
            let n = self.rng.random_range(0..3);
            filter.categories = self.categories[..n].iter().map(|c| c.id).collect();
            filter.uncategorised = self.maybe();
        }
        if self.rng.random_range(0..5) == 0 {
            filter.import_id = Some(self.one(&self.imports.clone()));
        }
        if self.rng.random_range(0..4) == 0 {
            filter.added = Added::ALL.into_iter().filter(|_| self.maybe()).collect();
        }
        filter
    }

    /// What is read page by page, of the store and of an index in memory.
    async fn found(&self, finder: &Finder, filter: &ExpenseFilter, limit: u32) -> [Vec<Expense>; 2] {
        let by_index = pages(async |page| finder.expenses(self.owner, filter, &page).await, limit).await;
        [all_pages(&self.store, self.owner, filter, limit).await, by_index]
    }

    async fn compare(&mut self, rows: &[Expense], filters: usize, seed: u64) {
        let finder = Finder::of_accounts_from(0, Arc::clone(&self.store));
        finder.ready(self.owner).await;
        for _ in 0..filters {
            let (filter, limit) = (self.filter(), self.one(&[7, 50, 200]));
            let expected = model(rows, &filter);
            let ids = |rows: &[Expense]| rows.iter().map(|e| (e.what.to_string(), e.id)).collect::<Vec<_>>();
            for found in self.found(&finder, &filter, limit).await {
                let (found_ids, ids) = (ids(&found), ids(&expected));
                assert!(found == expected, "seed {seed}: {limit} at once of {filter:?}: {found_ids:?}, not {ids:?}");
            }
            let sum: i128 = expected.iter().map(|e| i128::from(e.amount.minor)).sum();
            let totals = [self.store.expense_total(self.owner, &filter).await, finder.expense_total(self.owner, &filter).await];
            for total in totals {
                let total = total.expect("a total");
                assert_eq!((total.count, i128::from(total.sum.minor)), (expected.len() as u64, sum), "seed {seed}: {filter:?}");
            }
        }
    }
}

pub async fn every_filter_finds_what_reading_every_row_finds(home: &impl Home) {
    let seed = rand::random();
    let mut scene = Scene::new(home.open().await, seed).await;
    let rows = scene.rows(240).await;
    scene.compare(&rows, 160, seed).await;
    let faults = scene.store.snapshot().await.expect("a snapshot").check().await.expect("a check");
    assert_eq!(faults, Vec::<String>::new(), "seed {seed}");
}

pub async fn a_number_finds_amounts_too(home: &impl Home) {
    let store = home.open().await;
    let owner = person(&store, "ana").await;
    let texts = [("Lunch", 12_50), ("Table 12 of 50", 1_00), ("Rent", 1_234_50), ("12 eggs", 3_00), ("Coffee", 12_00), ("Box 1250", 7_00)];
    let rows: Vec<_> = texts.iter().map(|(what, minor)| expense(owner, "2026-11-02", *minor, what)).collect();
    put(&store, rows.iter().cloned().map(Record::Expense).collect()).await;
    let cases: [(&str, &[usize]); 10] = [
        ("12.50", &[0, 1]),
        ("12,50", &[0, 1]),
        ("€12.50", &[0, 1]),
        ("12.50 lunch", &[0]),
        ("12", &[1, 3, 4, 5]),
        ("1,234.50", &[2]),
        ("1.234,50", &[2]),
        ("1250", &[5]),
        ("1234.5", &[2]),
        ("12.5 table", &[1]),
    ];
    for (q, expected) in cases {
        let filter = ExpenseFilter { q: q.into(), sort: Sort::DateUp, ..ExpenseFilter::default() };
        let page = store.expenses(owner, &filter, &PageRequest::default()).await.expect("a page");
        let expected: Vec<_> = expected.iter().map(|n| rows[*n].clone()).collect();
        assert_eq!(page.items, expected, "{q:?}");
        let total = store.expense_total(owner, &filter).await.expect("a total");
        assert_eq!(total.count, expected.len() as u64, "{q:?}");
    }
}

/// Words without end: a thousand marks, as many letters and words as a text may hold, more words that begin alike than
/// are looked up one by one, and everything that may be asked at once.
pub async fn long_texts_are_found(home: &impl Home) {
    let store = home.open().await;
    let owner = person(&store, "ana").await;
    let marked = format!("e{}clair", "\u{301}".repeat(480));
    let long = "ß".repeat(490);
    let many = (0..600).map(|n| format!("w{n}")).collect::<Vec<_>>().join(" ");
    let rows = [
        expense(owner, "2026-11-01", 1, &marked),
        expense(owner, "2026-11-02", 2, &long),
        noted(expense(owner, "2026-11-03", 3, "Many"), &many),
        noted(expense(owner, "2026-11-04", 4, "Marks"), &"\u{301}".repeat(1_000)),
        noted(expense(owner, "2026-11-05", 5, "Letters"), &"ü".repeat(4_000)),
    ];
    put(&store, rows.iter().cloned().map(Record::Expense).collect()).await;
    let letters: String = ('a'..='z').flat_map(|c| [c, ' ']).collect();
    let (sharp, accents) = ("ß".repeat(200), "u".repeat(200));
    let cases: [(&str, &[usize]); 9] = [
        ("eclair", &[0]),
        ("éclair", &[0]),
        ("\u{301}", &[0, 1, 2, 3, 4]),
        (&sharp, &[1]),
        ("w", &[2]),
        ("w1 w59 w2 w3 w4 w5 w6 w7 w8 w9 many", &[2]),
        ("w600", &[]),
        (&accents, &[4]),
        (&letters, &[]),
    ];
    for sort in Sort::ALL {
        for (q, expected) in cases {
            let filter = ExpenseFilter { q: q.into(), sort, ..ExpenseFilter::default() };
            let mut found = all_pages(&store, owner, &filter, 2).await;
            found.sort_by_key(|e| e.date);
            let expected: Vec<_> = expected.iter().map(|n| rows[*n].clone()).collect();
            assert_eq!(found, expected, "{q:?}");
        }
    }
}
