//! Budgets and what became of them, from the sums that are kept: as quick for a million expenses as for ten.

#[cfg(test)]
mod tests;

use super::{ahead::due, total};
use crate::{
    domain::{
        Category, CategoryId, Day, Me, Problem, Span,
        budget::{self, AVERAGED, BudgetDraft, BudgetLine, BudgetReport, Copied, Left, Planned, safe_to_spend},
        report::CategorySum,
    },
    server::store::Store,
};

/// The budgets of the period that holds `on`.
pub async fn budgets(store: &dyn Store, me: &Me, on: Day) -> Result<BudgetReport, Problem> {
    let (owner, calendar) = (me.user.id, me.user.period);
    let span = calendar.containing(on);
    let budgets = store.budgets(owner).await?;
    let averaged = calendar.last(AVERAGED, calendar.before(span.from).from);
    let planned = budget::plan(&budgets, calendar, span);
    let (spent, lines, others) = lines(store, me, span, planned, &averaged).await?;
    let (whole, mut lines): (Vec<_>, Vec<_>) = lines.into_iter().partition(|line| line.budget.category_id.is_none());
    let whole = whole.into_iter().next();
    let categories = store.categories().await?;
    lines.sort_by_key(|line| place(&categories, line.budget.category_id));
    let unbudgeted = spent.iter().filter(|group| !lines.iter().any(|line| line.budget.category_id == group.category_id));
    let total_left = budget::total(whole.as_ref(), &lines);
    let safe = match total_left {
        Some(total) if span.contains(me.today) => {
            let due = due(&store.recurring(owner).await?, me, span, whole.is_some(), &lines);
            safe_to_spend(total.left, due, span, me.today)
        }
        _ => None,
    };
    let copies = [
        (Copied::Last, !budget::as_before(&budgets, calendar, span).is_empty()),
        (Copied::Average, !budget::on_average(&others, whole.is_some()).is_empty()),
    ];
    Ok(BudgetReport {
        span,
        key: calendar.key(span),
        name: calendar.name(span),
        total: total_left,
        safe,
        spent: total(&spent, me.user.currency)?.sum,
        unbudgeted: unbudgeted.cloned().collect(),
        copies: copies.into_iter().filter(|(_, possible)| *possible).map(|(copied, _)| copied).collect(),
        whole,
        lines,
    })
}

/// Where a category stands in the list of all.
fn place(categories: &[Category], id: Option<CategoryId>) -> Option<usize> {
    categories.iter().position(|category| Some(category.id) == id)
}

type Groups = Vec<CategorySum>;

/// What was spent in a period, what became of the budgets planned for it, and what was spent in some other days.
async fn lines(
    store: &dyn Store,
    me: &Me,
    span: Span,
    planned: Vec<Planned>,
    others: &[Span],
) -> Result<(Groups, Vec<BudgetLine>, Vec<Groups>), Problem> {
    let mut runs: Vec<Span> = planned.iter().filter_map(Planned::carried_from).collect();
    runs.sort_by_key(|run| run.from);
    runs.dedup();
    let spans: Vec<Span> = [span].into_iter().chain(runs.iter().copied()).chain(others.iter().copied()).collect();
    let mut sums = store.spending(me.user.id, &spans).await?;
    let others = sums.split_off(1 + runs.len());
    let before = sums.split_off(1);
    let spent = sums.pop().ok_or_else(Problem::internal)?;
    let line = |planned: Planned| {
        let run = planned.carried_from().and_then(|run| runs.iter().position(|other| *other == run));
        planned.line(&spent, run.and_then(|run| before.get(run)).map_or(&[][..], Vec::as_slice))
    };
    let lines = planned.into_iter().map(line).collect();
    Ok((spent, lines, others))
}

/// What is left of the budgets that an expense of `on` counts against.
pub async fn left(store: &dyn Store, me: &Me, on: Day) -> Result<Left, Problem> {
    let span = me.user.period.containing(on);
    let planned = budget::plan(&store.budgets(me.user.id).await?, me.user.period, span);
    if planned.is_empty() {
        return Ok(Left { span, left: Vec::new() });
    }
    let (_, lines, _) = lines(store, me, span, planned, &[]).await?;
    Ok(Left { span, left: lines.into_iter().map(|line| (line.budget.category_id, line.allowance.left)).collect() })
}

/// The budgets of the period known by `key`, as they are copied.
pub async fn copies(store: &dyn Store, me: &Me, key: Day, copied: Copied) -> Result<Vec<BudgetDraft>, Problem> {
    let calendar = me.user.period;
    let span = calendar.of_key(key);
    let budgets = store.budgets(me.user.id).await?;
    let categories = store.categories().await?;
    let kept = |id| categories.iter().any(|category| category.id == id && !category.archived);
    let mut drafts = match copied {
        Copied::Last => budget::as_before(&budgets, calendar, span),
        Copied::Average => {
            let before = calendar.last(AVERAGED, calendar.before(span.from).from);
            let whole = budget::plan(&budgets, calendar, span).iter().any(|planned| planned.budget.category_id.is_none());
            budget::on_average(&store.spending(me.user.id, &before).await?, whole)
        }
    };
    drafts.retain(|draft| draft.category_id.is_none_or(kept));
    Ok(drafts)
}
