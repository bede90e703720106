//! Commands on recurring entries. Each of their days is dealt with once: what is recorded has an id that follows from the
//! entry and the day, and the entry, written in the same transaction, knows that the day is done with.

use super::{
    book::{Book, Done, same_version},
    derived, expenses, refuse, summary,
};
use crate::{
    domain::{
        CategoryId, Day, Effect, Expense, ExpenseId, Funds, FundsId, Problem, Recurring, RecurringId, User,
        import::EntryKind,
        journal::Via,
        recurring::{MOST, MOST_AHEAD, Mode, RecurringDraft, RecurringEdit},
        text::Note,
    },
    server::{
        clock,
        store::{Key, Record},
    },
};
use std::collections::BTreeSet;
use uuid::Uuid;

pub(super) async fn add(book: &mut Book<'_>, id: RecurringId, draft: &RecurringDraft, today: Day) -> Result<Done, Problem> {
    if book.find::<Recurring>(Key::Recurring(book.owner, id)).await?.is_some() {
        return Err(refuse::id_taken());
    }
    if book.tx.recurring(book.owner).await?.len() >= MOST {
        return Err(refuse::too_many_recurring());
    }
    expenses::choose(book, draft.category_id).await?;
    let RecurringDraft { kind, amount, what, note, category_id, schedule, mode } = draft.clone();
    let entry = Recurring {
        id,
        owner: book.owner,
        kind,
        amount,
        what,
        note,
        category_id,
        schedule,
        mode,
        paused: false,
        done: today.plus(-1),
        settled: BTreeSet::new(),
        version: 1,
        created_at: book.now,
    };
    if entry.next().is_none() {
        return Err(refuse::is_over());
    }
    book.write(None, Some(Record::Recurring(entry.clone())))?;
    let line = summary::recurring_added(book.locale, &entry);
    Ok(Done::new(Effect::Recurring(entry), line))
}

pub(super) async fn edit(
    book: &mut Book<'_>,
    id: RecurringId,
    (edit, today): (&RecurringEdit, Day),
    version: Option<u32>,
) -> Result<Done, Problem> {
    let before: Recurring = book.must(Key::Recurring(book.owner, id)).await?;
    same_version(version, before.version)?;
    if before.kind == EntryKind::Funds && edit.category_id.flatten().is_some() {
        return Err(refuse::funds_have_no_category());
    }
    if let Some(chosen) = edit.category_id
        && chosen != before.category_id
    {
        expenses::choose(book, chosen).await?;
    } else {
        hold(book, before.category_id).await?;
    }
    let mut after = edit.apply(&before, today);
    if after != before {
        after.version += 1;
    }
    book.write(Some(Record::Recurring(before.clone())), Some(Record::Recurring(after.clone())))?;
    let line = summary::recurring_edited(&before, &after);
    Ok(Done::new(Effect::Recurring(after), line))
}

pub(super) async fn delete(book: &mut Book<'_>, id: RecurringId, version: Option<u32>) -> Result<Done, Problem> {
    let entry: Recurring = book.must(Key::Recurring(book.owner, id)).await?;
    same_version(version, entry.version)?;
    book.write(Some(Record::Recurring(entry.clone())), None)?;
    let line = summary::recurring_deleted(&entry);
    Ok(Done::new(Effect::Recurring(entry), line))
}

/// The day that is meant: one that is not dealt with, or the first of those.
fn open_day(entry: &Recurring, day: Option<Day>) -> Result<Day, Problem> {
    match day {
        Some(day) if entry.is_open(day) => Ok(day),
        Some(day) if day <= entry.done || entry.schedule.has(day) => Err(refuse::day_done()),
        Some(_) => Err(refuse::no_such_day()),
        None => entry.next().ok_or_else(refuse::is_over),
    }
}

/// The entry, once a day of it is dealt with.
fn settled(before: &Recurring, day: Day) -> Result<Recurring, Problem> {
    let mut after = before.clone();
    after.settle(day);
    if after.settled.len() > MOST_AHEAD { Err(refuse::too_far_ahead()) } else { Ok(after) }
}

pub(super) async fn skip(book: &mut Book<'_>, id: RecurringId, day: Option<Day>) -> Result<Done, Problem> {
    let before: Recurring = book.must(Key::Recurring(book.owner, id)).await?;
    let day = open_day(&before, day)?;
    let after = settled(&before, day)?;
    hold(book, before.category_id).await?;
    book.write(Some(Record::Recurring(before)), Some(Record::Recurring(after.clone())))?;
    let line = summary::recurring_skipped(book.locale, &after, day);
    Ok(Done::new(Effect::Recurring(after), line))
}

/// Records what comes on a day. The server itself only records what it is to.
pub(super) async fn post(book: &mut Book<'_>, id: RecurringId, day: Option<Day>, today: Day) -> Result<Done, Problem> {
    let before: Recurring = book.must(Key::Recurring(book.owner, id)).await?;
    let day = open_day(&before, day)?;
    if book.via == Via::Recurring && before.due().is_none_or(|due| due > day) {
        return Err(refuse::day_done());
    }
    let after = settled(&before, day)?;
    let category_id = hold(book, before.category_id).await?;
    let id = derived::id(&[b"recurring", before.id.0.as_bytes(), day.to_string().as_bytes()]);
    let row = row_of(book, &before, id, (day.min(today), category_id));
    let there = book.tx.get(row.key()).await?.is_some();
    book.write(Some(Record::Recurring(before)), Some(Record::Recurring(after.clone())))?;
    let line = summary::recurring_posted(book.locale, &after, day);
    if there {
        return Ok(Done::new(Effect::Recurring(after), line));
    }
    book.may_overdraw = true;
    book.write(None, Some(row.clone()))?;
    let effect = match row {
        Record::Expense(expense) => Effect::Expense(expense),
        Record::Funds(funds) => Effect::Funds(funds),
        _ => return Err(Problem::internal()),
    };
    Ok(Done::new(effect, line))
}

/// The category, if it is there: it stays until the end of the transaction. One that was archived since goes on.
async fn hold(book: &mut Book<'_>, category: Option<CategoryId>) -> Result<Option<CategoryId>, Problem> {
    let wanted = category.into_iter().collect();
    Ok(book.hold_categories(&wanted).await?.pop().map(|category| category.id))
}

/// What is recorded of an entry.
fn row_of(book: &Book<'_>, entry: &Recurring, id: Uuid, (date, category_id): (Day, Option<CategoryId>)) -> Record {
    let (owner, created_at, version, import_id) = (book.owner, book.now, 1, None);
    let Recurring { kind, amount, what, note, .. } = entry.clone();
    match kind {
        EntryKind::Expense => Record::Expense(Expense {
            id: ExpenseId(id),
            owner,
            date,
            amount,
            what,
            note,
            category_id,
            import_id,
            via: Via::Recurring,
            version,
            created_at,
        }),
        EntryKind::Funds => {
            let note = Note::of_both(&what, note.as_ref());
            Record::Funds(Funds { id: FundsId(id), owner, date, amount, note, import_id, version, created_at })
        }
    }
}

/// Moves everybody's entries of a category that goes; 409 when there are some and no place for them.
pub(super) async fn move_all(book: &mut Book<'_>, from: CategoryId, to: Option<CategoryId>) -> Result<(), Problem> {
    for before in book.tx.recurring_of(from).await? {
        let to = to.ok_or_else(refuse::category_in_use)?;
        let after = Recurring { category_id: Some(to), version: before.version + 1, ..before.clone() };
        book.write(Some(Record::Recurring(before)), Some(Record::Recurring(after)))?;
    }
    Ok(())
}

/// The entry as it is to be when what an entry of the journal made of it is undone. What the server recorded by itself is
/// not recorded again when it is taken out.
pub(super) async fn taken_back(
    book: &mut Book<'_>,
    command: &str,
    (before, after): (&Recurring, &Recurring),
    now: &Recurring,
) -> Result<Recurring, Problem> {
    let user: User = book.must(Key::User(book.owner)).await?;
    let (today, _) = clock::local(book.now, &user.time_zone);
    let posted = command == "post_recurring" && before.mode == Mode::Post;
    Ok(now.restored(before, after, |day| posted && day <= today))
}
