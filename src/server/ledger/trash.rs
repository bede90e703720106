//! Putting back one thing that was deleted, whatever deleted it: a command of its own, with an entry of its own.

use super::{
    book::{Book, Done, Kept},
    refuse, summary,
};
use crate::{
    domain::{
        Effect, Expense, ExpenseId, Funds, FundsId, ImportId, Problem, Trashed,
        import::{EntryKind, ImportState},
        trash::Thing,
    },
    server::store::{Fingerprint, Import, Key, Record},
};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Puts it back as it was. Never refused for the balance, as an undo is not.
pub(super) async fn put_back(book: &mut Book<'_>, kind: EntryKind, id: Uuid) -> Result<Done, Problem> {
    let row = match kind {
        EntryKind::Expense => Key::Expense(book.owner, ExpenseId(id)),
        EntryKind::Funds => Key::Funds(book.owner, FundsId(id)),
    };
    if book.tx.get(row).await?.is_some() {
        return Err(refuse::not_deleted());
    }
    let trashed: Trashed = book.must(Key::Trashed(book.owner, kind, id)).await?;
    book.may_overdraw = true;
    let (import, done) = match trashed.thing {
        Thing::Expense(e) => {
            // One whose category has gone since has none (I9).
            let wanted = e.category_id.into_iter().collect::<BTreeSet<_>>();
            let category_id = book.hold_categories(&wanted).await?.pop().map(|category| category.id);
            let back = Expense { category_id, version: e.version + 1, ..e };
            book.write(None, Some(Record::Expense(back.clone())))?;
            let line = summary::put_back(book.locale, &back);
            (back.import_id, Done::new(Effect::Expense(back), line))
        }
        Thing::Funds(f) => {
            let back = Funds { version: f.version + 1, ..f };
            book.write(None, Some(Record::Funds(back.clone())))?;
            let line = summary::funds_put_back(book.locale, &back);
            (back.import_id, Done::new(Effect::Funds(back), line))
        }
    };
    if let Some(import) = import {
        know_again(book, import, trashed.seq, id).await?;
    }
    Ok(done)
}

/// What came with a statement that was taken out since is known again to later statements.
async fn know_again(book: &mut Book<'_>, import: ImportId, seq: u64, row: Uuid) -> Result<(), Problem> {
    let import: Option<Import> = book.find(Key::Import(book.owner, import)).await?;
    if import.is_none_or(|import| import.state != ImportState::Reverted) {
        return Ok(());
    }
    let (_, changes) = book.tx.entry(book.owner, seq).await?.ok_or_else(Problem::internal)?;
    let known = changes.into_iter().filter_map(|change| change.before.and_then(Fingerprint::of)).find(|known| known.row == row);
    if let Some(known) = known
        && book.find::<Fingerprint>(Key::Fingerprint(book.owner, known.fingerprint.clone())).await?.is_none()
    {
        book.write(None, Some(Record::Fingerprint(known)))?;
    }
    Ok(())
}
