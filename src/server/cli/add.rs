//! `outlay add`: an expense in one line, read as the page reads it.

use crate::{
    domain::{
        Command, ExpenseId, Problem,
        quick::{Quick, Typist},
    },
    server::{App, clock, habits},
};
use clap::Args;

#[derive(Args)]
pub struct Add {
    /// Such as "12.50 lunch with the team yesterday #eating @Ana paid"
    line: String,
    #[arg(long, value_name = "USERNAME")]
    user: String,
    /// Record it even when it takes the balance below zero
    #[arg(long)]
    anyway: bool,
}

/// Records the expense and answers how it was read. 404 for an unknown user, 422 for what is missing or wrong.
pub async fn run(app: &App, asked: Add) -> Result<String, Problem> {
    let caller = app.auth.local(&asked.user).await?;
    let typist = Typist::new(&caller.user, clock::today(&caller.user.time_zone));
    let categories = app.store.categories().await?;
    let quick = Quick::read(&asked.line, typist, &categories).map_err(|e| Problem::invalid(vec![e]))?;
    let (quick, suggestion) = habits::suggested(&*app.store, &caller.user, &categories, quick).await?;
    let draft = quick.draft(typist.today).map_err(Problem::invalid)?;
    let category = draft.category_id.and_then(|id| categories.iter().find(|c| c.id == id));
    let category = category.map_or_else(|| "no category".to_owned(), |category| category.name.to_string());
    let category = match suggestion {
        Some(suggestion) => format!("{category} ({})", suggestion.why.sentence(&category)),
        None => category,
    };
    let command = Command::RecordExpense { id: ExpenseId::new(), draft: draft.clone(), allow_overdraft: asked.anyway };
    let outcome = app.ledger.execute(&caller, None, command).await?;
    let money = |money| typist.locale.money(money);
    Ok(format!(
        "{}: {}, {category}, {}. The balance is {}.\n",
        draft.date,
        draft.what,
        money(draft.amount),
        money(outcome.balance)
    ))
}
