//! Commands on budgets. A budget is one record for each category and period from which it holds; what was spent of it
//! is never kept here.

use super::{
    book::{Book, Done, same_version},
    derived, expenses, refuse, summary,
};
use crate::{
    domain::{
        Budget, BudgetId, CategoryId, Day, Effect, Period, Problem, User,
        budget::{BudgetDraft, Copied, MOST, standing},
    },
    server::store::{Key, Record},
};
use std::collections::BTreeSet;

/// The id of the budget of a category from a period on: the same budget always has the same one.
fn id_of(book: &Book<'_>, category: Option<CategoryId>, key: Day) -> BudgetId {
    let category = category.map_or_else(Vec::new, |id| id.0.as_bytes().to_vec());
    BudgetId(derived::id(&[b"budget", book.owner.0.as_bytes(), key.to_string().as_bytes(), &category]))
}

/// What a command on budgets knows of its owner.
struct Plans {
    calendar: Period,
    budgets: Vec<Budget>,
}

impl Plans {
    async fn read(book: &mut Book<'_>) -> Result<Self, Problem> {
        let user: User = book.must(Key::User(book.owner)).await?;
        Ok(Self { calendar: user.period, budgets: book.tx.budgets(book.owner).await? })
    }
    /// The budget of a category that is known for a period, ended or not.
    fn standing(&self, category: Option<CategoryId>, first: Day) -> Option<&Budget> {
        standing(&self.budgets, self.calendar, category, first)
    }

    /// Writes what is to hold from the period known by `key` on: into the period's own budget where there is one, else
    /// into a new one.
    fn write(&mut self, book: &mut Book<'_>, key: Day, after: Budget) -> Result<Budget, Problem> {
        let span = self.calendar.of_key(key);
        let own = self.standing(after.category_id, span.from).filter(|b| self.calendar.of_key(b.from) == span).cloned();
        let from = self.calendar.key(span);
        let mut after = match &own {
            Some(own) => Budget { id: own.id, from: own.from, version: own.version, ..after },
            None if self.budgets.len() >= MOST => return Err(refuse::too_many_budgets()),
            None => Budget { id: id_of(book, after.category_id, from), from, version: 1, ..after },
        };
        if own.as_ref().is_some_and(|own| *own != after) {
            after.version += 1;
        }
        self.budgets.retain(|budget| budget.id != after.id);
        self.budgets.push(after.clone());
        book.write(own.map(Record::Budget), Some(Record::Budget(after.clone())))?;
        Ok(after)
    }

    async fn set(&mut self, book: &mut Book<'_>, key: Day, draft: &BudgetDraft, seen: Option<u32>) -> Result<Budget, Problem> {
        let BudgetDraft { category_id, amount, rollover } = *draft;
        let known = self.standing(category_id, self.calendar.of_key(key).from).cloned();
        if seen.is_some() {
            same_version(seen, known.as_ref().map_or(0, |budget| budget.version))?;
        }
        let now = known.filter(|budget| budget.amount.is_some());
        match (category_id, &now) {
            (Some(id), Some(_)) => {
                let there = book.hold_categories(&BTreeSet::from([id])).await?;
                if there.is_empty() {
                    return Err(refuse::unknown_category("category_id"));
                }
            }
            (chosen, _) => expenses::choose(book, chosen).await?,
        }
        let rollover = rollover.unwrap_or_else(|| now.is_some_and(|budget| budget.rollover));
        let owner = book.owner;
        let after = Budget { id: BudgetId::new(), owner, category_id, from: key, amount: Some(amount), rollover, version: 1 };
        self.write(book, key, after)
    }
}

/// The category's name, for the journal.
async fn name_of(book: &mut Book<'_>, category: Option<CategoryId>) -> Result<Option<String>, Problem> {
    let Some(id) = category else { return Ok(None) };
    let found: Option<crate::domain::Category> = book.find(Key::Category(id)).await?;
    Ok(found.map(|category| category.name.to_string()))
}

pub(super) async fn set(book: &mut Book<'_>, key: Day, draft: &BudgetDraft, version: Option<u32>) -> Result<Done, Problem> {
    let mut plans = Plans::read(book).await?;
    let after = plans.set(book, key, draft, version).await?;
    let name = name_of(book, after.category_id).await?;
    let period = plans.calendar.name(plans.calendar.of_key(key));
    let line = summary::budget_set(book.locale, name.as_deref(), draft.amount, &period);
    Ok(Done::new(Effect::Budget(after), line))
}

pub(super) async fn copy(book: &mut Book<'_>, key: Day, copied: Copied, drafts: &[BudgetDraft]) -> Result<Done, Problem> {
    if drafts.is_empty() {
        return Err(refuse::nothing_to_copy(copied));
    }
    let mut plans = Plans::read(book).await?;
    let before = plans.budgets.clone();
    for draft in drafts {
        plans.set(book, key, draft, None).await?;
    }
    let changed = plans.budgets.iter().filter(|budget| !before.contains(budget)).count();
    let line = summary::budgets_copied(drafts.len(), copied, &plans.calendar.name(plans.calendar.of_key(key)));
    Ok(Done::new(Effect::Bulk { changed: changed as u64 }, line))
}

/// Ends a budget. What it was before stays: the past is not changed by what comes.
pub(super) async fn delete(book: &mut Book<'_>, id: BudgetId, key: Option<Day>, version: Option<u32>) -> Result<Done, Problem> {
    let budget: Budget = book.must(Key::Budget(book.owner, id)).await?;
    if budget.amount.is_none() {
        return Err(Problem::not_found());
    }
    same_version(version, budget.version)?;
    let mut plans = Plans::read(book).await?;
    let key = key.map_or(budget.from, |key| key.max(budget.from));
    let span = plans.calendar.of_key(key);
    if plans.standing(budget.category_id, span.from) != Some(&budget) {
        return Err(refuse::changed());
    }
    let ended = plans.write(book, key, Budget { amount: None, rollover: false, ..budget.clone() })?;
    let name = name_of(book, budget.category_id).await?;
    let line = summary::budget_ended(name.as_deref(), &plans.calendar.name(span));
    Ok(Done::new(Effect::Budget(ended), line))
}

/// Takes away everybody's budgets of a category that goes.
pub(super) async fn drop_of(book: &mut Book<'_>, category: CategoryId) -> Result<(), Problem> {
    for budget in book.tx.budgets_of(category).await? {
        book.write(Some(Record::Budget(budget)), None)?;
    }
    Ok(())
}
