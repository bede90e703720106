//! Commands on categories, which all users share.

use super::{
    book::{BATCH, Book, Done, same_version},
    budgets, large, recurring, refuse, summary,
};
use crate::{
    domain::{Category, CategoryId, Color, Effect, Expense, Problem, fold, text::Name},
    server::store::{Key, Record},
};
use std::collections::BTreeSet;

/// 409 when another category has a name that reads the same.
pub(super) async fn free_name(book: &mut Book<'_>, id: CategoryId, name: &Name) -> Result<(), Problem> {
    match book.tx.category_by_name(&fold::name_key(name)).await? {
        Some(other) if other.id != id => Err(refuse::category_name_taken(&other.name)),
        _ => Ok(()),
    }
}

pub(super) async fn add(book: &mut Book<'_>, id: CategoryId, name: &Name, color: Option<Color>) -> Result<Done, Problem> {
    if book.find::<Category>(Key::Category(id)).await?.is_some() {
        return Err(refuse::id_taken());
    }
    fold::check_script("name", name)?;
    free_name(book, id, name).await?;
    let all = book.tx.categories().await?;
    let color = color.unwrap_or_else(|| least_used(&all));
    // Once there is an order, the new one is the last.
    let last = all.iter().map(|category| category.position).max().unwrap_or(0);
    let position = if last == 0 { 0 } else { last + 1 };
    let category = Category { id, name: name.clone(), color, archived: false, position, version: 1 };
    book.write(None, Some(Record::Category(category.clone())))?;
    let line = summary::category_added(&category);
    Ok(Done::new(Effect::Category(category), line))
}

/// The colour that the fewest categories have; the first of the palette among equals.
fn least_used(categories: &[Category]) -> Color {
    let uses = |color: &Color| categories.iter().filter(|c| c.color == *color).count();
    Color::ALL.into_iter().min_by_key(uses).unwrap_or(Color::Blue)
}

/// Changes to a category; `None` leaves a field as it is.
pub(super) struct Edit<'c> {
    pub name: Option<&'c Name>,
    pub color: Option<Color>,
    pub archived: Option<bool>,
}

pub(super) async fn edit(book: &mut Book<'_>, id: CategoryId, edit: Edit<'_>, version: Option<u32>) -> Result<Done, Problem> {
    let before: Category = book.must(Key::Category(id)).await?;
    same_version(version, before.version)?;
    if let Some(name) = edit.name {
        fold::check_script("name", name)?;
        free_name(book, id, name).await?;
    }
    let mut after = Category {
        name: edit.name.unwrap_or(&before.name).clone(),
        color: edit.color.unwrap_or(before.color),
        archived: edit.archived.unwrap_or(before.archived),
        ..before.clone()
    };
    if after != before {
        after.version += 1;
    }
    book.write(Some(Record::Category(before.clone())), Some(Record::Category(after.clone())))?;
    let line = summary::category_edited(&before, &after);
    Ok(Done::new(Effect::Category(after), line))
}

/// Puts all categories in this order; 409 when there are others by now.
pub(super) async fn order(book: &mut Book<'_>, ids: &[CategoryId]) -> Result<Done, Problem> {
    let there = book.tx.categories().await?;
    let wanted: BTreeSet<CategoryId> = ids.iter().copied().collect();
    if wanted.len() != ids.len() {
        return Err(Problem::field("ids", "duplicate", "Name each category once."));
    }
    if there.iter().map(|category| category.id).collect::<BTreeSet<_>>() != wanted {
        return Err(refuse::changed());
    }
    for (position, id) in (1..).zip(ids) {
        let before = there.iter().find(|category| category.id == *id).ok_or_else(Problem::internal)?.clone();
        if before.position != position {
            let after = Category { position, version: before.version + 1, ..before.clone() };
            book.write(Some(Record::Category(before)), Some(Record::Category(after)))?;
        }
    }
    Ok(Done::new(Effect::Categories, summary::categories_ordered()))
}

pub(super) async fn delete(
    book: &mut Book<'_>,
    id: CategoryId,
    move_to: Option<CategoryId>,
    version: Option<u32>,
) -> Result<Done, Problem> {
    let category: Category = book.must(Key::Category(id)).await?;
    same_version(version, category.version)?;
    large::none_at_work(book.tx).await?;
    book.tx.seize_category(id).await?;
    let target = match move_to {
        None => None,
        Some(to) if to == id => {
            return Err(Problem::field("move_to", "same_category", "Choose another category to move the expenses to."));
        }
        Some(to) => {
            let found = book.hold_categories(&BTreeSet::from([to])).await?.pop();
            Some(found.ok_or_else(|| refuse::unknown_category("move_to"))?)
        }
    };
    let moved = move_expenses(book, id, target.as_ref()).await?;
    recurring::move_all(book, id, move_to).await?;
    budgets::drop_of(book, id).await?;
    book.write(Some(Record::Category(category.clone())), None)?;
    let line = summary::category_deleted(&category, moved, target.as_ref());
    Ok(Done::new(Effect::Category(category), line))
}

/// Moves everybody's expenses of a category; 409 when there are some and no place for them.
async fn move_expenses(book: &mut Book<'_>, from: CategoryId, to: Option<&Category>) -> Result<usize, Problem> {
    let (mut moved, mut after) = (0, None);
    loop {
        let batch = book.tx.expenses_in(from, after, BATCH as u32).await?;
        let Some(last) = batch.last() else { return Ok(moved) };
        let to = to.ok_or_else(refuse::category_in_use)?;
        after = Some((last.owner, last.id));
        for before in batch {
            let after = Expense { category_id: Some(to.id), version: before.version + 1, ..before.clone() };
            book.write(Some(Record::Expense(before)), Some(Record::Expense(after)))?;
            moved += 1;
        }
        book.flush().await?;
    }
}
