//! Statements in, and out again. It must never decide what a row of a file means.

use super::{
    book::{Book, Done, Kept, Mark},
    refuse, summary,
};
use crate::{
    domain::{
        CategoryId, Effect, Expense, ExpenseId, Funds, FundsId, ImportId, Problem,
        command::Posting,
        import::{EntryKind, ImportState},
        text::Note,
    },
    server::store::{Fingerprint, Import, Key, Record},
};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Stores exactly `postings`, each under the id of the same place.
pub(super) async fn commit(
    book: &mut Book<'_>,
    id: ImportId,
    digest: &str,
    (postings, ids): (&[Posting], &[Uuid]),
    skipped: u64,
) -> Result<Done, Problem> {
    let import: Import = book.must(Key::Import(book.owner, id)).await?;
    if import.state != ImportState::Preview {
        return Err(refuse::import_not_open());
    }
    if import.digest != digest {
        return Err(refuse::preview_outdated());
    }
    let wanted: BTreeSet<CategoryId> = postings.iter().filter_map(|p| p.category_id).collect();
    if book.hold_categories(&wanted).await?.len() != wanted.len() {
        return Err(refuse::preview_outdated());
    }
    let mut known = known_fingerprints(book, postings).await?;
    book.may_overdraw = true;
    for (posting, row) in postings.iter().zip(ids) {
        let fingerprint = Fingerprint {
            owner: book.owner,
            fingerprint: posting.fingerprint.clone(),
            kind: posting.kind,
            row: *row,
            import: id,
        };
        let before = known.remove(&posting.fingerprint).map(Record::Fingerprint);
        book.write(None, Some(row_of(book, id, *row, posting)))?;
        book.write(before, Some(Record::Fingerprint(fingerprint)))?;
    }
    let added = postings.len() as u64;
    let after = Import { state: ImportState::Committed, content: Vec::new(), added, ..import.clone() };
    book.write(Some(Record::Import(import)), Some(Record::Import(after.clone())))?;
    let line = summary::imported(postings.len(), &after.file_name);
    Ok(Done { import: Some(after), ..Done::new(Effect::Import { id, added, skipped }, line) })
}

/// The fingerprints of `postings` that the account knows, all of which may be written over; 409 when
/// one may not, because its row has come to be there since the preview.
async fn known_fingerprints(book: &mut Book<'_>, postings: &[Posting]) -> Result<BTreeMap<String, Fingerprint>, Problem> {
    let mut chosen: BTreeMap<&str, bool> = BTreeMap::new();
    for posting in postings {
        if chosen.insert(&posting.fingerprint, posting.chosen).is_some() {
            return Err(refuse::preview_outdated());
        }
    }
    let keys: Vec<Key> = chosen.keys().map(|f| Key::Fingerprint(book.owner, (*f).to_owned())).collect();
    let known: Vec<Fingerprint> = book.find_all(&keys).await?.into_iter().flatten().collect();
    let unchosen = known.iter().filter(|f| chosen.get(f.fingerprint.as_str()) != Some(&true));
    let (mut expenses, mut funds) = (Vec::new(), Vec::new());
    for fingerprint in unchosen {
        match fingerprint.kind {
            EntryKind::Expense => expenses.push(Key::Expense(book.owner, ExpenseId(fingerprint.row))),
            EntryKind::Funds => funds.push(Key::Funds(book.owner, FundsId(fingerprint.row))),
        }
    }
    let there = book.find_all::<Expense>(&expenses).await?.iter().any(Option::is_some)
        || book.find_all::<Funds>(&funds).await?.iter().any(Option::is_some);
    if there {
        return Err(refuse::preview_outdated());
    }
    Ok(known.into_iter().map(|f| (f.fingerprint.clone(), f)).collect())
}

/// What a posting becomes.
fn row_of(book: &Book<'_>, import: ImportId, row: Uuid, posting: &Posting) -> Record {
    let (owner, created_at, version, import_id) = (book.owner, book.now, 1, Some(import));
    let Posting { date, amount, what, note, category_id, .. } = posting.clone();
    match posting.kind {
        EntryKind::Expense => Record::Expense(Expense {
            id: ExpenseId(row),
            owner,
            date,
            amount,
            what,
            note,
            category_id,
            import_id,
            via: book.via,
            version,
            created_at,
        }),
        EntryKind::Funds => {
            let note = Note::of_both(&what, note.as_ref());
            Record::Funds(Funds { id: FundsId(row), owner, date, amount, note, import_id, version, created_at })
        }
    }
}

/// Takes out whatever is still there of an import, edited or not.
pub(super) async fn revert(book: &mut Book<'_>, id: ImportId) -> Result<Done, Problem> {
    let import: Import = book.must(Key::Import(book.owner, id)).await?;
    if import.state != ImportState::Committed {
        return Err(refuse::import_not_stored());
    }
    book.may_overdraw = true;
    let (expenses, funds) = book.tx.rows_of_import(book.owner, id).await?;
    let rows = expenses.len() + funds.len();
    let fingerprints = book.tx.fingerprints_of_import(book.owner, id).await?;
    for record in expenses.into_iter().map(Record::Expense).chain(funds.into_iter().map(Record::Funds)) {
        book.write(Some(record), None)?;
    }
    let mut earlier = written_over(book, &import).await?;
    for fingerprint in fingerprints {
        let back = earlier.remove(&fingerprint.fingerprint).map(Record::Fingerprint);
        book.write(Some(Record::Fingerprint(fingerprint)), back)?;
    }
    let after = Import { state: ImportState::Reverted, ..import.clone() };
    let line = summary::reverted(rows, &import.file_name);
    let marks = import.seq.map(|seq| (seq, Mark::UndoneByThis)).into_iter().collect();
    book.write(Some(Record::Import(import)), Some(Record::Import(after)))?;
    Ok(Done { marks, ..Done::new(Effect::Import { id, added: 0, skipped: 0 }, line) })
}

/// The fingerprints of other statements, still in the account, that this import wrote over: their rows
/// are to be known again.
async fn written_over(book: &mut Book<'_>, import: &Import) -> Result<BTreeMap<String, Fingerprint>, Problem> {
    let Some(seq) = import.seq else { return Ok(BTreeMap::new()) };
    let (_, changes) = book.tx.entry(book.owner, seq).await?.ok_or_else(Problem::internal)?;
    let before = changes.into_iter().filter_map(|change| change.before);
    let earlier: Vec<Fingerprint> = before.filter_map(Kept::of).collect();
    let from: BTreeSet<ImportId> = earlier.iter().map(|f| f.import).collect();
    let keys: Vec<Key> = from.into_iter().map(|id| Key::Import(book.owner, id)).collect();
    let imports: Vec<Import> = book.find_all(&keys).await?.into_iter().flatten().collect();
    let stands = |f: &Fingerprint| imports.iter().any(|i| i.id == f.import && i.state == ImportState::Committed);
    Ok(earlier.into_iter().filter(stands).map(|f| (f.fingerprint.clone(), f)).collect())
}
