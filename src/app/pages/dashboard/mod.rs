//! The dashboard: what is there, what went, and where.

mod budgets;
mod cards;
mod line;
mod spending;
mod upcoming;

use super::{entry::FundsForm, quick::QuickForm};
use crate::{
    api::dashboard::dashboard,
    app::{
        address::Query,
        components::{
            amount::Amount,
            category::CategoryChip,
            here::use_me,
            icon::{Icon, IconKind},
            layout::Layout,
            period::{PeriodSwitch, use_on},
            read::{Loaded, use_read},
        },
    },
    domain::{
        Expense,
        report::{self, Length},
    },
};
use budgets::BudgetsCard;
use cards::Cards;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use spending::Spending;
use upcoming::Upcoming;

/// The page.
#[component]
pub fn Dashboard() -> impl IntoView {
    let on = use_on();
    let search = use_location().search;
    let per = Memo::new(move |_| search.with(|s| per(&Query::parse(s))));
    let data = use_read(move || (on.get(), per.get()), |(on, per)| dashboard(on, per));
    let actions = view! {
        <PeriodSwitch path="/" on keep=&["per"]/>
        <a class="btn primary add-link" href="/expenses?add=1">
            <Icon kind=IconKind::Plus/>
            <span>"Add expense"</span>
        </a>
    };
    view! {
        <Layout title="Dashboard" actions=actions.into_any()>
            <section class="quick" aria-label="Add an expense">
                <Icon kind=IconKind::Pencil/>
                <QuickForm id="quick"/>
            </section>
            <Loaded data view=move |report| view! { <Board report/> }/>
        </Layout>
    }
}

/// How long each bar is, by the address: a month where it says nothing that is known.
fn per(query: &Query) -> Length {
    let asked = query.get("per").and_then(|per| per.parse().ok());
    asked.filter(|per| *per != Length::Custom).unwrap_or_default()
}

#[component]
fn Board(report: report::Dashboard) -> impl IntoView {
    if report.empty {
        return view! { <Beginning/> }.into_any();
    }
    let (latest, budgets, coming) = (report.latest.clone(), report.budgets.clone(), report.coming.clone());
    view! {
        <Cards report=report.clone()/>
        <Spending report/>
        <div class="grid two-one">
            <Latest expenses=latest/>
            <div class="grid beside">
                <Upcoming coming/>
                <BudgetsCard report=budgets/>
            </div>
        </div>
    }
    .into_any()
}

/// What to do first.
#[component]
fn Beginning() -> impl IntoView {
    view! {
        <section class="card beginning" aria-labelledby="beginning">
            <h2 id="beginning">"Start here"</h2>
            <ol class="steps">
                <li>
                    <h3>"Say what you have"</h3>
                    <p class="muted">"Your balance is what you add here, less what you spend."</p>
                    <FundsForm id="first-funds" class="entry-form funds-form"/>
                </li>
                <li>
                    <h3>"Add what you spent last"</h3>
                    <p class="muted">"An amount and a word will do. The line above takes it at once."</p>
                    <a class="btn" href="/expenses?add=1"><Icon kind=IconKind::Plus/><span>"Add expense"</span></a>
                </li>
                <li>
                    <h3>"Or bring in your past"</h3>
                    <p class="muted">"Upload a statement of your bank as CSV. You see each row before anything is stored."</p>
                    <a class="btn" href="/import"><Icon kind=IconKind::Import/><span>"Import a statement"</span></a>
                </li>
            </ol>
        </section>
    }
}

#[component]
fn Latest(expenses: Vec<Expense>) -> impl IntoView {
    let locale = use_me().with_untracked(|me| me.user.locale);
    let row = move |expense: Expense| {
        view! {
            <tr>
                <td class="col-date num"><time datetime=expense.date.to_string()>{locale.short_day(expense.date)}</time></td>
                <td class="col-what">
                    <a class="link" href=format!("/expenses/{}", expense.id)><bdi class="what">{expense.what.to_string()}</bdi></a>
                    {expense.note.map(|note| view! { <bdi class="sub note">{note.to_string()}</bdi> })}
                </td>
                <td class="col-category"><CategoryChip category=expense.category_id/></td>
                <td class="col-amount r"><Amount money=-expense.amount/></td>
            </tr>
        }
    };
    view! {
        <section class="card table-card latest" aria-labelledby="latest">
            <header>
                <h2 id="latest">"Latest expenses"</h2>
                <span class="spacer"></span>
                <a class="btn ghost small" href="/expenses">"See all →"</a>
            </header>
            <table class="rows">
                <caption class="sr-only">"Latest expenses"</caption>
                <thead>
                    <tr>
                        <th scope="col" class="col-date">"Date"</th>
                        <th scope="col">"What"</th>
                        <th scope="col" class="col-category">"Category"</th>
                        <th scope="col" class="col-amount r">"Amount"</th>
                    </tr>
                </thead>
                <tbody>{expenses.into_iter().map(row).collect_view()}</tbody>
            </table>
        </section>
    }
}
