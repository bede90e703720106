//! Commands on saved filters.

use super::{
    book::{Book, Done, same_version},
    refuse, summary,
};
use crate::{
    domain::{
        Effect, FilterId, Problem, SavedFilter, fold,
        saved::{FilterQuery, MOST},
        text::Name,
    },
    server::store::{Key, Record},
};

/// 409 when another filter of the owner has a name that reads the same; 422 when there are as many as are kept.
pub(super) async fn fits(book: &mut Book<'_>, id: FilterId, name: &Name) -> Result<(), Problem> {
    let others: Vec<SavedFilter> = book.tx.filters(book.owner).await?.into_iter().filter(|other| other.id != id).collect();
    let key = fold::name_key(name);
    match others.iter().find(|other| fold::name_key(&other.name) == key) {
        Some(other) => Err(refuse::filter_name_taken(&other.name)),
        None if others.len() >= MOST => Err(refuse::too_many_filters()),
        None => Ok(()),
    }
}

pub(super) async fn save(book: &mut Book<'_>, id: FilterId, name: &Name, query: &FilterQuery) -> Result<Done, Problem> {
    if book.find::<SavedFilter>(Key::Filter(book.owner, id)).await?.is_some() {
        return Err(refuse::id_taken());
    }
    fold::check_script("name", name)?;
    fits(book, id, name).await?;
    let filter = SavedFilter { id, owner: book.owner, name: name.clone(), query: query.clone(), version: 1 };
    book.write(None, Some(Record::Filter(filter.clone())))?;
    let line = summary::filter_saved(&filter);
    Ok(Done::new(Effect::Filter(filter), line))
}

/// `None` leaves a field as it is.
pub(super) async fn edit(
    book: &mut Book<'_>,
    id: FilterId,
    (name, query): (Option<&Name>, Option<&FilterQuery>),
    version: Option<u32>,
) -> Result<Done, Problem> {
    let before: SavedFilter = book.must(Key::Filter(book.owner, id)).await?;
    same_version(version, before.version)?;
    if let Some(name) = name {
        fold::check_script("name", name)?;
        fits(book, id, name).await?;
    }
    let (name, query) = (name.unwrap_or(&before.name).clone(), query.unwrap_or(&before.query).clone());
    let mut after = SavedFilter { name, query, ..before.clone() };
    if after != before {
        after.version += 1;
    }
    book.write(Some(Record::Filter(before.clone())), Some(Record::Filter(after.clone())))?;
    let line = summary::filter_edited(&before, &after);
    Ok(Done::new(Effect::Filter(after), line))
}

pub(super) async fn delete(book: &mut Book<'_>, id: FilterId, version: Option<u32>) -> Result<Done, Problem> {
    let filter: SavedFilter = book.must(Key::Filter(book.owner, id)).await?;
    same_version(version, filter.version)?;
    book.write(Some(Record::Filter(filter.clone())), None)?;
    let line = summary::filter_deleted(&filter);
    Ok(Done::new(Effect::Filter(filter), line))
}
