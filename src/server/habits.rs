//! What the store knows of a person's habits. Read from the newest expenses each time, so that nothing is kept that could
//! differ from them, and a correction counts at once.

use super::{
    clock,
    store::{Result, Store},
};
use crate::domain::{
    Category, Expense, ExpenseFilter, User, fold,
    habit::{COUNTED, Habits, Model, Suggestion},
    page::PageRequest,
    quick::Quick,
};

/// Of the newest, so many count also without a category: what was left so by hand is to stay so.
const BARE: u32 = 300;

/// The habits of a person.
pub async fn of(store: &dyn Store, user: &User, categories: &[Category]) -> Result<Habits> {
    let open = categories.iter().filter(|c| !c.archived).map(|c| c.id).collect();
    let chosen = ExpenseFilter { categories: open, ..ExpenseFilter::default() };
    let bare = ExpenseFilter { uncategorised: true, ..ExpenseFilter::default() };
    let page = |limit| PageRequest { limit, cursor: None };
    let (chosen_page, bare_page) = (page(COUNTED), page(BARE));
    let (chosen, bare) =
        futures::try_join!(store.expenses(user.id, &chosen, &chosen_page), store.expenses(user.id, &bare, &bare_page))?;
    let all: Vec<Expense> = chosen.items.into_iter().chain(bare.items).collect();
    Ok(Habits::count(&all, categories, clock::today(&user.time_zone), fold::words))
}

/// What the history of somebody suggests for a text and its note.
pub async fn for_text(
    store: &dyn Store,
    user: &User,
    categories: &[Category],
    (what, note): (&str, &str),
) -> Result<Option<Suggestion>> {
    let model = Model::new(of(store, user, categories).await?, fold::words);
    Ok(model.suggest(what, &fold::words(what), &fold::words(note)))
}

/// A line with the category that its author's history suggests, if it says nothing of one and is otherwise complete; and
/// why it is that one.
pub async fn suggested(
    store: &dyn Store,
    user: &User,
    categories: &[Category],
    quick: Quick,
) -> Result<(Quick, Option<Suggestion>)> {
    if quick.category.is_some() || quick.what.is_empty() {
        return Ok((quick, None));
    }
    let found = for_text(store, user, categories, (&quick.what, &quick.note)).await?;
    Ok((quick.suggested(found.as_ref().map(|found| found.category)), found))
}
