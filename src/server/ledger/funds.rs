//! Commands on funds.

use super::{
    book::{Book, Done, same_version},
    refuse, summary,
};
use crate::{
    domain::{
        Effect, Funds, FundsId, Problem,
        funds::{FundsDraft, FundsEdit},
    },
    server::store::{Key, Record},
};

pub(super) async fn add(book: &mut Book<'_>, id: FundsId, draft: &FundsDraft) -> Result<Done, Problem> {
    if book.find::<Funds>(Key::Funds(book.owner, id)).await?.is_some() {
        return Err(refuse::id_taken());
    }
    let funds = of_draft(book, id, draft);
    book.write(None, Some(Record::Funds(funds.clone())))?;
    let line = summary::funds_added(book.locale, &funds);
    Ok(Done::new(Effect::Funds(funds), line))
}

/// New funds of the book's owner.
pub(super) fn of_draft(book: &Book<'_>, id: FundsId, draft: &FundsDraft) -> Funds {
    let FundsDraft { date, amount, note } = draft.clone();
    Funds { id, owner: book.owner, date, amount, note, import_id: None, version: 1, created_at: book.now }
}

pub(super) async fn edit(book: &mut Book<'_>, id: FundsId, edit: &FundsEdit, version: Option<u32>) -> Result<Done, Problem> {
    let before: Funds = book.must(Key::Funds(book.owner, id)).await?;
    same_version(version, before.version)?;
    let after = edit.apply(&before);
    book.write(Some(Record::Funds(before.clone())), Some(Record::Funds(after.clone())))?;
    let line = summary::funds_edited(book.locale, &before, &after);
    Ok(Done::new(Effect::Funds(after), line))
}

pub(super) async fn delete(book: &mut Book<'_>, id: FundsId, version: Option<u32>) -> Result<Done, Problem> {
    let funds: Funds = book.must(Key::Funds(book.owner, id)).await?;
    same_version(version, funds.version)?;
    book.write(Some(Record::Funds(funds.clone())), None)?;
    let line = summary::funds_deleted(book.locale, &funds);
    Ok(Done::new(Effect::Funds(funds), line))
}
