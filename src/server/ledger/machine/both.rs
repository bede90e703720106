//! R18: the same commands give the same answers on every engine, and so do lists and sums afterwards. On MongoDB most
//! commands on several rows are done in steps.
//!
//! `OUTLAY_R18=1000` tells as many stories as promised; without it there are few.

use super::{super::testing::MongoHome, *};
use crate::domain::{Day, ExpenseFilter, Sort, Span, calendar::Days};
use proptest::test_runner::{Config, TestRunner};
use std::collections::HashMap;

impl Machine {
    /// Reads everything that has an order or a sum.
    pub async fn read_all(&mut self) {
        for owner in self.people {
            for sort in Sort::ALL {
                let (filter, mut cursor) = (ExpenseFilter { sort, ..ExpenseFilter::default() }, None);
                loop {
                    let page = self.store.expenses(owner, &filter, &PageRequest { limit: 4, cursor }).await.expect("a page");
                    self.said.push(json!(page.items));
                    cursor = page.next_cursor;
                    if cursor.is_none() {
                        break;
                    }
                }
            }
            let searched = ExpenseFilter { q: "lun".into(), min: Some(5), uncategorised: true, ..ExpenseFilter::default() };
            self.said.push(json!(self.store.expense_total(owner, &searched).await.expect("a total")));
            let funds = self.store.funds_list(owner, Days::default().span(), &PageRequest::default()).await.expect("funds");
            self.said.push(json!(funds.items));
            let trash = self.store.trash(owner, &PageRequest { limit: 200, cursor: None }).await.expect("a trash");
            self.said.push(json!(trash.items));
            let mut budgets = self.store.budgets(owner).await.expect("budgets");
            budgets.sort_by_key(|b| (b.from, b.category_id));
            self.said.push(json!(budgets));
            self.said.push(json!(self.store.filters(owner).await.expect("filters")));
            self.said.push(json!(self.store.recurring(owner).await.expect("recurring entries")));
            let all = Span { from: Day::MIN, to: Day::MAX };
            self.said.push(json!(self.store.spending(owner, &[all]).await.expect("groups")));
            self.said.push(json!(self.store.daily_net(owner, Day::MIN).await.expect("days")));
            let mut days: Vec<_> = self.store.daily_spending(owner, all).await.expect("days");
            days.sort_by_key(|(day, group)| (*day, group.total.sum.minor, group.total.count));
            self.said.push(json!(days.iter().map(|(day, group)| (day, group.total)).collect::<Vec<_>>()));
            for expense in self.world.expenses().filter(|e| e.owner == owner).map(|e| e.id).collect::<Vec<_>>() {
                self.said.push(json!(self.store.expense_history(owner, expense).await.expect("a history")));
            }
        }
        self.said.push(json!(self.store.due_recurring(Day::MAX, None, 1_000).await.expect("what is due")));
        self.said.push(json!(self.store.categories().await.expect("categories")));
    }
}

/// The same without what differs by run: ids are numbered as they come, times are left out.
fn plain_words(said: Vec<Value>) -> Vec<Value> {
    fn plain(value: Value, ids: &mut HashMap<Uuid, usize>) -> Value {
        match value {
            Value::String(text) => match Uuid::try_parse(&text) {
                Ok(id) => {
                    let next = ids.len();
                    json!(format!("id {}", ids.entry(id).or_insert(next)))
                }
                Err(_) => Value::String(text),
            },
            Value::Array(items) => items.into_iter().map(|item| plain(item, ids)).collect(),
            Value::Object(map) => {
                let kept = map.into_iter().filter(|(name, _)| !["at", "created_at"].contains(&name.as_str()));
                kept.map(|(name, value)| (name, plain(value, ids))).collect()
            }
            other => other,
        }
    }
    let mut ids = HashMap::new();
    said.into_iter().map(|value| plain(value, &mut ids)).collect()
}

#[test]
fn r18_both_engines_give_the_same_answers() {
    let stories = std::env::var("OUTLAY_R18").ok().and_then(|n| n.parse().ok()).unwrap_or(20);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let mongo = MongoHome::new();
    let config = Config { cases: stories, max_shrink_iters: 500, failure_persistence: None, ..Config::default() };
    let told = TestRunner::new(config).run(&steps(), |steps| {
        runtime.block_on(async {
            let sqlite = SqliteHome::new();
            let here = run(sqlite.open().await, steps.clone(), BATCH).await;
            let there = run(mongo.open().await, steps, 2).await;
            mongo.empty().await;
            for (n, (here, there)) in plain_words(here).iter().zip(&plain_words(there)).enumerate() {
                assert_eq!(here, there, "answer {n}: SQLite's, then MongoDB's");
            }
        });
        Ok(())
    });
    told.expect("the same answers");
}
