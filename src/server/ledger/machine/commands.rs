//! What an operation means in the world as it is.

use super::{
    Machine,
    ops::{Op, Pick},
};
use crate::{
    domain::{
        BudgetId, CategoryId, Color, Command, Currency, Day, ExpenseFilter, ExpenseId, FilterId, FundsId, ImportId, Money,
        MonthStart, Period, RecurringId,
        budget::{BudgetDraft, Copied},
        calendar::NamedStart,
        command::{BulkChange, Posting, ProfileEdit, Selection},
        expense::ExpenseEdit,
        funds::FundsEdit,
        import::EntryKind,
        recurring::{Mode, MonthDay, Parts, RecurringDraft, RecurringEdit, Schedule, Unit},
        text::Name,
    },
    server::{
        ledger::{
            model::{another, plain},
            testing::{day, draft, fill, filter_query, funds, note, preview, what},
        },
        store::{Key, Record},
    },
};
use std::collections::BTreeMap;
use uuid::Uuid;

fn nth<T: Clone>(all: &[T], n: u8) -> Option<T> {
    (!all.is_empty()).then(|| all[usize::from(n) % all.len()].clone())
}

/// One of a few schedules; some are over soon, some before they begin.
fn rhythm_of(n: u8) -> Schedule {
    let (unit, on) = match n % 4 {
        0 => (Unit::Day, None),
        1 => (Unit::Week, None),
        2 => (Unit::Month, Some(MonthDay::LastWorking)),
        _ => (Unit::Month, Some(MonthDay::Day(31))),
    };
    let count = n.is_multiple_of(3).then_some(u32::from(n % 9) + 1);
    Schedule::try_from(Parts { every: u16::from(n % 5) + 1, unit, on, from: day(n % 16), until: None, count })
        .expect("a schedule")
}

impl Machine {
    fn category(&self, n: u8) -> Option<CategoryId> {
        let all: Vec<CategoryId> = self.world.categories().map(|c| c.id).collect();
        match n {
            0 => None,
            7 => Some(CategoryId(Uuid::from_u128(7))),
            n => nth(&all, n),
        }
    }
    fn version(pick: Pick, now: Option<u32>) -> Option<u32> {
        let now = now?;
        if pick.stale { Some(now + 1) } else { pick.n.is_multiple_of(2).then_some(now) }
    }
    fn expense(&self, who: usize, pick: Pick) -> (ExpenseId, Option<u32>) {
        let owner = self.people[if pick.foreign { (who + 1) % 3 } else { who }];
        let all: Vec<_> = self.world.expenses().filter(|e| e.owner == owner).map(|e| (e.id, e.version)).collect();
        let found = nth(&all, pick.n);
        (found.map_or(ExpenseId(Uuid::from_u128(9)), |f| f.0), Self::version(pick, found.map(|f| f.1)))
    }
    fn funds(&self, who: usize, pick: Pick) -> (FundsId, Option<u32>) {
        let owner = self.people[if pick.foreign { (who + 1) % 3 } else { who }];
        let all: Vec<_> = self.world.funds().filter(|f| f.owner == owner).map(|f| (f.id, f.version)).collect();
        let found = nth(&all, pick.n);
        (found.map_or(FundsId(Uuid::from_u128(9)), |f| f.0), Self::version(pick, found.map(|f| f.1)))
    }
    fn filter(&self, who: usize, pick: Pick) -> (FilterId, Option<u32>) {
        let owner = self.people[if pick.foreign { (who + 1) % 3 } else { who }];
        let all: Vec<_> = self.world.filters().filter(|f| f.owner == owner).map(|f| (f.id, f.version)).collect();
        let found = nth(&all, pick.n);
        (found.map_or(FilterId(Uuid::from_u128(9)), |f| f.0), Self::version(pick, found.map(|f| f.1)))
    }
    fn recurring(&self, who: usize, pick: Pick) -> (RecurringId, Option<u32>) {
        let owner = self.people[if pick.foreign { (who + 1) % 3 } else { who }];
        let all: Vec<_> = self.world.recurring().filter(|r| r.owner == owner).map(|r| (r.id, r.version)).collect();
        let found = nth(&all, pick.n);
        (found.map_or(RecurringId(Uuid::from_u128(9)), |f| f.0), Self::version(pick, found.map(|f| f.1)))
    }
    fn picked_category(&self, pick: Pick) -> (CategoryId, Option<u32>) {
        let all: Vec<_> = self.world.categories().map(|c| (c.id, c.version)).collect();
        let found = nth(&all, pick.n).filter(|_| !pick.foreign);
        (found.map_or(CategoryId(Uuid::from_u128(9)), |f| f.0), Self::version(pick, found.map(|f| f.1)))
    }
    fn an_import(&self, who: usize, n: u8) -> ImportId {
        let all: Vec<_> = self.world.imports().filter(|i| i.owner == self.people[who]).map(|i| i.id).collect();
        nth(&all, n).unwrap_or(ImportId(Uuid::from_u128(9)))
    }
    /// A day from September 2026 to February 2027.
    fn key(n: u8) -> Day {
        day(0).plus_months(-2).plus(i64::from(n % 32) * 5)
    }
    pub fn name(n: u8) -> Name {
        Name::parse(["Food", "FOOD", "Rent", "Fun", "Trips", "Pets"][usize::from(n) % 6]).expect("a name")
    }

    /// The command an operation means in the world as it is.
    pub async fn command(&mut self, who: usize, op: Op) -> Command {
        let owner = self.people[who];
        let currency = self.world.user(owner).currency;
        let money = |minor: i64| Money::new(minor, currency);
        match op {
            Op::Record { minor, category, allow, again } => {
                let id = if again { self.expense(who, Pick { n: 0, foreign: false, stale: false }).0 } else { ExpenseId::new() };
                let draft = draft(money(minor), self.category(category), category);
                Command::RecordExpense { id, draft, allow_overdraft: allow }
            }
            Op::EditExpense { pick, minor, category, allow } => {
                let (id, version) = self.expense(who, pick);
                let edit = ExpenseEdit {
                    amount: minor.map(money),
                    category_id: category.map(|c| self.category(c)),
                    what: (pick.n % 3 == 0).then(|| what(pick.n)),
                    ..ExpenseEdit::default()
                };
                Command::EditExpense { id, edit, version, allow_overdraft: allow }
            }
            Op::DeleteExpense { pick } => {
                let (id, version) = self.expense(who, pick);
                Command::DeleteExpense { id, version }
            }
            Op::Bulk { picks, category, date, delete } => {
                let mut ids: Vec<_> = picks.into_iter().map(|p| self.expense(who, p).0).collect();
                ids.sort();
                ids.dedup();
                let category_id = category.map(|c| self.category(c));
                let date = date.map(day).or(category_id.is_none().then(|| day(1)));
                let change = if delete { BulkChange::Delete } else { BulkChange::Set { category_id, date } };
                Command::BulkExpenses { select: Selection::Ids(ids), change }
            }
            Op::BulkFilter { from, min, off, date, delete } => {
                let filter = ExpenseFilter { from: Some(day(from)), min: Some(min), ..ExpenseFilter::default() };
                let mine = self.world.expenses().filter(|e| e.owner == owner && e.date >= day(from) && e.amount.minor >= min);
                let expected_count = mine.count() as u64 + u64::from(off / 3);
                let change =
                    if delete { BulkChange::Delete } else { BulkChange::Set { category_id: None, date: Some(day(date)) } };
                Command::BulkExpenses { select: Selection::Filter { filter, expected_count }, change }
            }
            Op::AddFunds { minor, again } => {
                let id = if again { self.funds(who, Pick { n: 0, foreign: false, stale: false }).0 } else { FundsId::new() };
                Command::AddFunds { id, draft: funds(money(minor)) }
            }
            Op::EditFunds { pick, minor, allow } => {
                let (id, version) = self.funds(who, pick);
                let edit = FundsEdit { amount: minor.map(money), note: Some(note(pick.n)), date: None };
                Command::EditFunds { id, edit, version, allow_overdraft: allow }
            }
            Op::DeleteFunds { pick, allow } => {
                let (id, version) = self.funds(who, pick);
                Command::DeleteFunds { id, version, allow_overdraft: allow }
            }
            Op::SetBudget { category, key, minor, rollover, stale } => {
                let category_id = self.category(category);
                let draft = BudgetDraft { category_id, amount: money(minor), rollover };
                let mine = self.world.budgets().filter(|b| b.owner == owner && b.category_id == category_id);
                let version = stale.then(|| mine.map(|b| b.version).max().unwrap_or(0) + key.is_multiple_of(2) as u32);
                Command::SetBudget { key: Self::key(key), draft, version }
            }
            Op::CopyBudgets { key, drafts } => {
                let drafts: BTreeMap<_, _> = drafts
                    .into_iter()
                    .map(|(category, minor, rollover)| {
                        let category_id = self.category(category);
                        (category_id, BudgetDraft { category_id, amount: money(minor), rollover })
                    })
                    .collect();
                let copied = if key.is_multiple_of(2) { Copied::Last } else { Copied::Average };
                Command::CopyBudgets { key: Self::key(key), copied, drafts: drafts.into_values().collect() }
            }
            Op::DeleteBudget { pick, key } => {
                let owner = self.people[if pick.foreign { (who + 1) % 3 } else { who }];
                // Their ids do not tell which of them came first.
                let mut all: Vec<_> = self.world.budgets().filter(|b| b.owner == owner).collect();
                all.sort_by_key(|b| (b.from, b.category_id));
                let all: Vec<_> = all.into_iter().map(|b| (b.id, b.version)).collect();
                let found = nth(&all, pick.n);
                let id = found.map_or(BudgetId(Uuid::from_u128(9)), |f| f.0);
                Command::DeleteBudget { id, key: key.map(Self::key), version: Self::version(pick, found.map(|f| f.1)) }
            }
            Op::SaveFilter { name, query, again } => {
                let id = if again { self.filter(who, Pick { n: 0, foreign: false, stale: false }).0 } else { FilterId::new() };
                Command::SaveFilter { id, name: Self::name(name), query: filter_query(query) }
            }
            Op::EditFilter { pick, name, query } => {
                let (id, version) = self.filter(who, pick);
                Command::EditFilter { id, name: name.map(Self::name), query: query.map(filter_query), version }
            }
            Op::DeleteFilter { pick } => {
                let (id, version) = self.filter(who, pick);
                Command::DeleteFilter { id, version }
            }
            Op::AddRecurring { minor, category, rhythm, how } => {
                let nothing = Pick { n: 0, foreign: false, stale: false };
                let id = if how == 7 { self.recurring(who, nothing).0 } else { RecurringId::new() };
                let kind = if how & 2 == 0 { EntryKind::Expense } else { EntryKind::Funds };
                let category_id = self.category(category).filter(|_| kind == EntryKind::Expense);
                let mode = if how & 1 == 0 { Mode::Post } else { Mode::Propose };
                let (amount, schedule, n) = (money(minor), rhythm_of(rhythm), rhythm);
                let draft = RecurringDraft { kind, amount, what: what(n), note: note(n), category_id, schedule, mode };
                Command::AddRecurring { id, draft, today: day(5) }
            }
            Op::EditRecurring { pick, minor, category, rhythm, paused, propose } => {
                let (id, version) = self.recurring(who, pick);
                let edit = RecurringEdit {
                    amount: minor.map(money),
                    category_id: category.map(|c| self.category(c)),
                    schedule: rhythm.map(rhythm_of),
                    mode: propose.map(|propose| if propose { Mode::Propose } else { Mode::Post }),
                    paused,
                    ..RecurringEdit::default()
                };
                Command::EditRecurring { id, edit, today: day(pick.n % 20), version }
            }
            Op::SkipRecurring { pick, day: n } => Command::SkipRecurring { id: self.recurring(who, pick).0, day: n.map(day) },
            Op::PostRecurring { pick, day: n } => {
                Command::PostRecurring { id: self.recurring(who, pick).0, day: n.map(day), today: day(pick.n % 20) }
            }
            Op::DeleteRecurring { pick } => {
                let (id, version) = self.recurring(who, pick);
                Command::DeleteRecurring { id, version }
            }
            Op::AddCategory { name } => {
                Command::AddCategory { id: CategoryId::new(), name: Self::name(name), color: Some(Color::Blue) }
            }
            Op::EditCategory { pick, name, archived } => {
                let (id, version) = self.picked_category(pick);
                Command::EditCategory { id, name: name.map(Self::name), color: None, archived, version }
            }
            Op::DeleteCategory { pick, to } => {
                let (id, version) = self.picked_category(pick);
                Command::DeleteCategory { id, move_to: to.and_then(|n| self.category(n)), version }
            }
            Op::Import { rows, chosen, other_digest } => self.upload(who, &rows, chosen, other_digest, currency).await,
            Op::CommitAgain { n } => {
                let id = self.an_import(who, n);
                Command::CommitImport { id, digest: "seen".into(), postings: Vec::new(), skipped: 0 }
            }
            Op::Revert { n } => Command::RevertImport { id: self.an_import(who, n) },
            Op::Profile { name, currency: other, period, stale } => {
                let version = self.world.user(owner).version;
                let edit = ProfileEdit {
                    display_name: Some(Self::name(name)),
                    currency: other.then(|| another(currency)),
                    period: period.map(|n| match n {
                        0 => Period::Weeks { anchor: day(3), weeks: 2 },
                        1 => Period::Month { start_day: MonthStart::Day(25) },
                        2 => Period::Month { start_day: MonthStart::Named(NamedStart::LastWorkingDay) },
                        _ => Period::default(),
                    }),
                    ..ProfileEdit::default()
                };
                Command::EditProfile { edit, version: Some(if stale { version + 1 } else { version }) }
            }
            Op::Restore { n, foreign, there } => {
                let whose = self.people[if foreign { (who + 1) % 3 } else { who }];
                let rows =
                    self.world.rows.keys().filter(|key| matches!(key, Key::Expense(o, _) | Key::Funds(o, _) if *o == whose));
                let keys: Vec<Key> = if there {
                    rows.cloned().collect()
                } else {
                    self.world.trash(whose).into_iter().map(|(key, _)| key).collect()
                };
                match nth(&keys, n) {
                    Some(Key::Funds(_, id)) => Command::RestoreFunds { id },
                    Some(Key::Expense(_, id)) => Command::RestoreExpense { id },
                    _ => Command::RestoreExpense { id: ExpenseId(Uuid::from_u128(9)) },
                }
            }
            Op::Undo { back } => {
                let last = self.world.journals.get(&owner).map_or(0, Vec::len) as u64;
                Command::Undo { seq: last.saturating_sub(u64::from(back)) }
            }
            Op::Repeat { .. } | Op::Scene { .. } => unreachable!("these are no single command"),
        }
    }

    /// Keeps a preview as the importer would, and answers the command that commits it.
    async fn upload(&mut self, who: usize, rows: &[(u8, i64, u8)], chosen: bool, other: bool, currency: Currency) -> Command {
        let import = preview(self.people[who]);
        fill(&self.store, vec![Record::Import(import.clone())]).await;
        let kept = plain(&Record::Import(import.clone()));
        self.world.rows.insert(kept.key(), kept);
        let postings: BTreeMap<u8, Posting> = rows
            .iter()
            .map(|(n, minor, category)| {
                let posting = Posting {
                    kind: if n % 2 == 0 { EntryKind::Expense } else { EntryKind::Funds },
                    date: day(*n),
                    amount: Money::new(*minor, currency),
                    what: what(*n),
                    note: None,
                    category_id: self.category(*category).filter(|_| n % 2 == 0),
                    fingerprint: format!("row {n}"),
                    chosen,
                };
                (*n, posting)
            })
            .collect();
        let digest = if other { "not seen" } else { "seen" }.to_owned();
        Command::CommitImport { id: import.id, digest, postings: postings.into_values().collect(), skipped: 0 }
    }
}
