//! Undo: for every command the same. What the entry changed goes back to what it was, if it still is
//! what the entry made of it. Undoing an undo redoes.

use super::{
    book::{Book, Done, Mark},
    categories, filters, large, people, recurring, refuse, rights, summary,
    unchanged::{unchanged, version},
};
use crate::{
    domain::{
        Budget, Category, CategoryId, Effect, Entry, Expense, Funds, Problem, Recurring, SavedFilter, Scope, Seq, Trashed, User,
        import::{EntryKind, ImportState},
    },
    server::{
        auth::Caller,
        store::{Change, Import, Key, Record},
    },
};
use std::collections::{BTreeMap, BTreeSet};

pub(super) async fn undo(book: &mut Book<'_>, caller: &Caller, seq: Seq) -> Result<Done, Problem> {
    let (entry, changes) = book.tx.entry(book.owner, seq).await?.ok_or_else(Problem::not_found)?;
    if entry.undone_by.is_some() {
        return Err(refuse::already_undone());
    }
    if !entry.undoable {
        return Err(refuse::not_undoable());
    }
    allowed(book, caller, &changes).await?;
    book.may_overdraw = true;
    let categories = categories_after(book, &changes).await?;
    let keys = changes.iter().rev().map(key).collect::<Option<Vec<_>>>().ok_or_else(Problem::internal)?;
    let mut current = Vec::with_capacity(keys.len());
    for batch in keys.chunks(super::book::BATCH) {
        current.extend(book.tx.get_many(batch).await?);
    }
    let things: Vec<_> = changes.iter().rev().zip(current.iter().map(Option::as_ref)).collect();
    if !unchanged(book, seq, &things).await? {
        return Err(refuse::changed_since());
    }
    let gone = versions_of_gone(book, &things).await?;
    let mut dropped = Vec::new();
    for (change, current) in changes.into_iter().rev().zip(current) {
        if let (None, Some(Record::Category(category))) = (&change.before, &current) {
            dropped.push(category.id);
        }
        let restored = match change.before {
            Some(Record::Recurring(before)) => {
                let before = match (&change.after, &current) {
                    (Some(Record::Recurring(after)), Some(Record::Recurring(now))) => {
                        recurring::taken_back(book, &entry.command, (&before, after), now).await?
                    }
                    _ => before,
                };
                Some(restore(book, Record::Recurring(before), current.as_ref(), (&categories, &gone)).await?)
            }
            Some(before) => Some(restore(book, before, current.as_ref(), (&categories, &gone)).await?),
            None => None,
        };
        book.write(current, restored)?;
    }
    book.flush().await?;
    if book.is_planning() {
        // What drops a category is not done in steps.
        dropped.clear();
    }
    for id in dropped {
        book.tx.seize_category(id).await?;
        let in_use = !book.tx.expenses_in(id, None, 1).await?.is_empty()
            || !book.tx.budgets_of(id).await?.is_empty()
            || !book.tx.recurring_of(id).await?.is_empty();
        if in_use {
            return Err(refuse::category_in_use());
        }
    }
    let marks = marks(book, &entry).await?;
    Ok(Done { undoes: Some(seq), marks, ..Done::new(Effect::Undone { seq }, summary::undone(&entry)) })
}

fn key(change: &Change) -> Option<Key> {
    change.after.as_ref().or(change.before.as_ref()).map(Record::key)
}

/// Undoing needs the same rights as doing.
async fn allowed(book: &mut Book<'_>, caller: &Caller, changes: &[Change]) -> Result<(), Problem> {
    let touches = |kind: fn(&Record) -> bool| changes.iter().any(|c| c.before.iter().chain(&c.after).any(kind));
    if touches(|r| matches!(r, Record::Import(_))) {
        caller.require(Scope::Import)?;
    }
    if touches(|r| matches!(r, Record::Category(_))) {
        caller.require_admin()?;
        rights::still_admin(book, caller).await?;
        if !book.is_planning() {
            large::none_at_work(book.tx).await?;
        }
    }
    Ok(())
}

/// The categories that restored expenses, budgets and recurring entries may have: those there are, and those that come back too (I9).
async fn categories_after(book: &mut Book<'_>, changes: &[Change]) -> Result<BTreeSet<CategoryId>, Problem> {
    let (mut wanted, mut back) = (BTreeSet::new(), BTreeSet::new());
    for change in changes {
        match &change.before {
            Some(Record::Expense(e)) => wanted.extend(e.category_id),
            Some(Record::Budget(b)) => wanted.extend(b.category_id),
            Some(Record::Recurring(r)) => wanted.extend(r.category_id),
            Some(Record::Category(c)) => {
                back.insert(c.id);
            }
            _ => {}
        }
    }
    let there = book.hold_categories(&wanted).await?;
    back.extend(there.into_iter().map(|c| c.id));
    Ok(back)
}

/// The last version of each expense and of funds that are to come back and are not there: since this entry they may have been
/// put back, changed and deleted again.
async fn versions_of_gone(book: &mut Book<'_>, things: &[(&Change, Option<&Record>)]) -> Result<BTreeMap<Key, u32>, Problem> {
    let back = things.iter().filter(|(_, now)| now.is_none()).filter_map(|(change, _)| change.before.as_ref());
    let keys: Vec<Key> = back
        .filter_map(|before| match before {
            Record::Expense(e) => Some(Key::Trashed(e.owner, EntryKind::Expense, e.id.0)),
            Record::Funds(f) => Some(Key::Trashed(f.owner, EntryKind::Funds, f.id.0)),
            _ => None,
        })
        .collect();
    let trashed = book.find_all::<Trashed>(&keys).await?;
    let of = |trashed: Trashed| Record::from(trashed.thing);
    Ok(trashed.into_iter().flatten().map(of).filter_map(|record| Some((record.key(), version(&record)?))).collect())
}

/// The record as it is to be written again. Versions only ever rise.
async fn restore(
    book: &mut Book<'_>,
    before: Record,
    current: Option<&Record>,
    (categories, gone): (&BTreeSet<CategoryId>, &BTreeMap<Key, u32>),
) -> Result<Record, Problem> {
    let last = current.and_then(version).or_else(|| version(&before).max(gone.get(&before.key()).copied()));
    let version = last.map_or(1, |v| v + 1);
    Ok(match before {
        Record::Expense(e) => {
            let category_id = e.category_id.filter(|id| categories.contains(id));
            Record::Expense(Expense { category_id, version, ..e })
        }
        Record::Funds(f) => Record::Funds(Funds { version, ..f }),
        // Without its category it would be of all spending.
        Record::Budget(b) if b.category_id.is_some_and(|id| !categories.contains(&id)) => return Err(refuse::changed_since()),
        Record::Budget(b) => Record::Budget(Budget { version, ..b }),
        Record::Recurring(r) => {
            let category_id = r.category_id.filter(|id| categories.contains(id));
            Record::Recurring(Recurring { category_id, version, ..r })
        }
        Record::Filter(f) => {
            filters::fits(book, f.id, &f.name).await?;
            Record::Filter(SavedFilter { version, ..f })
        }
        Record::Category(c) => {
            categories::free_name(book, c.id, &c.name).await?;
            Record::Category(Category { version, ..c })
        }
        Record::User(profile) => {
            let Some(Record::User(now)) = current else { return Err(refuse::changed_since()) };
            people::set_currency(book, now.currency, profile.currency).await?;
            Record::User(User { role: now.role, status: now.status, version, ..profile })
        }
        // The file's bytes are gone once it was stored: it cannot be a preview again.
        Record::Import(i) => {
            let Some(Record::Import(now)) = current else { return Err(refuse::changed_since()) };
            let state = if i.state == ImportState::Preview { ImportState::Reverted } else { i.state };
            Record::Import(Import { state, seq: now.seq, ..i })
        }
        Record::Fingerprint(f) => Record::Fingerprint(f),
        _ => return Err(Problem::internal()),
    })
}

/// What an undo had undone stands again when it is undone itself, and so on down the chain.
async fn marks(book: &mut Book<'_>, entry: &Entry) -> Result<Vec<(Seq, Mark)>, Problem> {
    let mut marks = vec![(entry.seq, Mark::UndoneByThis)];
    let (mut above, mut next, mut above_stands) = (entry.seq, entry.undoes, false);
    while let Some(seq) = next {
        marks.push((seq, if above_stands { Mark::UndoneBy(above) } else { Mark::Stands }));
        above_stands = !above_stands;
        above = seq;
        next = book.tx.entry(book.owner, seq).await?.and_then(|(entry, _)| entry.undoes);
    }
    Ok(marks)
}
