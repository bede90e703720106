//! Commands on expenses.

use super::{
    book::{Book, Done, same_version},
    refuse, summary,
};
use crate::{
    domain::{
        CategoryId, Effect, Expense, ExpenseId, Money, Problem,
        command::{BulkChange, Selection},
        expense::{ExpenseDraft, ExpenseEdit},
    },
    server::store::{Key, Record},
};
use std::collections::BTreeSet;

/// The most ids in one bulk command, and the most rows that its filter may select.
const MOST_IDS: usize = 1_000;
const MOST_ROWS: u32 = 100_000;

/// 422 unless a person may choose this category now.
pub(super) async fn choose(book: &mut Book<'_>, id: Option<CategoryId>) -> Result<(), Problem> {
    let Some(id) = id else { return Ok(()) };
    match book.hold_categories(&BTreeSet::from([id])).await?.pop() {
        None => Err(refuse::unknown_category("category_id")),
        Some(category) if category.archived => Err(refuse::archived_category(&category.name)),
        Some(_) => Ok(()),
    }
}

pub(super) async fn record(book: &mut Book<'_>, id: ExpenseId, draft: &ExpenseDraft) -> Result<Done, Problem> {
    if book.find::<Expense>(Key::Expense(book.owner, id)).await?.is_some() {
        return Err(refuse::id_taken());
    }
    choose(book, draft.category_id).await?;
    let ExpenseDraft { date, amount, what, note, category_id } = draft.clone();
    let expense = Expense {
        id,
        owner: book.owner,
        date,
        amount,
        what,
        note,
        category_id,
        import_id: None,
        via: book.via,
        version: 1,
        created_at: book.now,
    };
    book.write(None, Some(Record::Expense(expense.clone())))?;
    let line = summary::recorded(book.locale, &expense);
    Ok(Done::new(Effect::Expense(expense), line))
}

/// Writes the expense with these changes; answers it as it now is.
fn revise(book: &mut Book<'_>, before: &Expense, edit: &ExpenseEdit) -> Result<Expense, Problem> {
    let after = edit.apply(before);
    book.write(Some(Record::Expense(before.clone())), Some(Record::Expense(after.clone())))?;
    Ok(after)
}

pub(super) async fn edit(book: &mut Book<'_>, id: ExpenseId, edit: &ExpenseEdit, version: Option<u32>) -> Result<Done, Problem> {
    let before: Expense = book.must(Key::Expense(book.owner, id)).await?;
    same_version(version, before.version)?;
    if let Some(chosen) = edit.category_id
        && chosen != before.category_id
    {
        choose(book, chosen).await?;
    }
    let after = revise(book, &before, edit)?;
    let line = summary::edited(book.locale, &before, &after);
    Ok(Done::new(Effect::Expense(after), line))
}

pub(super) async fn delete(book: &mut Book<'_>, id: ExpenseId, version: Option<u32>) -> Result<Done, Problem> {
    let expense: Expense = book.must(Key::Expense(book.owner, id)).await?;
    same_version(version, expense.version)?;
    book.write(Some(Record::Expense(expense.clone())), None)?;
    let line = summary::deleted(book.locale, &expense);
    Ok(Done::new(Effect::Expense(expense), line))
}

/// The expenses a bulk command is about: all of them, or a refusal.
async fn selected(book: &mut Book<'_>, select: &Selection) -> Result<Vec<Expense>, Problem> {
    match select {
        Selection::Ids(ids) => {
            let ids: BTreeSet<ExpenseId> = ids.iter().copied().collect();
            if !(1..=MOST_IDS).contains(&ids.len()) {
                return Err(Problem::field("ids", "out_of_range", "Choose 1 to 1,000 expenses."));
            }
            let keys: Vec<Key> = ids.into_iter().map(|id| Key::Expense(book.owner, id)).collect();
            let found = book.find_all(&keys).await?;
            found.into_iter().collect::<Option<Vec<_>>>().ok_or_else(Problem::not_found)
        }
        Selection::Filter { filter, expected_count } => {
            let expected = u32::try_from(*expected_count)
                .ok()
                .filter(|n| *n <= MOST_ROWS)
                .ok_or_else(|| Problem::field("expected_count", "out_of_range", "Change at most 100,000 expenses at once."))?;
            let found = book.tx.matching(book.owner, filter, expected + 1).await?;
            let expected = expected as usize;
            match found.len() {
                n if n == expected => Ok(found),
                n if n > expected => Err(refuse::count_mismatch(None)),
                n => Err(refuse::count_mismatch(Some(n))),
            }
        }
    }
}

pub(super) async fn bulk(book: &mut Book<'_>, select: &Selection, change: &BulkChange) -> Result<Done, Problem> {
    if let BulkChange::Set { category_id, date } = change {
        if category_id.is_none() && date.is_none() {
            return Err(Problem::field("set", "required", "Choose a category or a date to set."));
        }
        choose(book, category_id.flatten()).await?;
    }
    let expenses = selected(book, select).await?;
    let mut changed = 0;
    let line = match change {
        BulkChange::Set { category_id, date } => {
            let edit = ExpenseEdit { category_id: *category_id, date: *date, ..ExpenseEdit::default() };
            for before in &expenses {
                if revise(book, before, &edit)? != *before {
                    changed += 1;
                }
            }
            summary::bulk_changed(changed)
        }
        BulkChange::Delete => {
            let mut sum = expenses.first().map(|e| Money::zero(e.amount.currency));
            for expense in expenses {
                sum = sum.and_then(|s| s.checked_add(expense.amount));
                book.write(Some(Record::Expense(expense)), None)?;
                changed += 1;
            }
            summary::bulk_deleted(book.locale, changed, sum)
        }
    };
    Ok(Done::new(Effect::Bulk { changed: changed as u64 }, line))
}
