//! A statement before it is added: what it is, what must be answered, how it was read, and its rows.

use super::{PATH, columns::Columns, count, rows::Rows};
use crate::{
    api::imports::{CommitImport, DiscardImport},
    app::components::{
        amount::Amount,
        form::{CommandForm, FormError, Submit, on_answer, use_command, use_post},
        here::use_me,
        icon::{Icon, IconKind},
    },
    domain::{
        Total,
        import::{AmountColumns, PreviewPage},
    },
};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

/// The whole preview.
#[component]
pub fn Preview(page: PreviewPage, pressed: RwSignal<Option<u64>>) -> impl IntoView {
    let asks = !page.preview.questions.is_empty();
    view! {
        <Head page=page.clone()/>
        {asks.then(|| view! { <Questions page=page.clone()/> })}
        <Columns preview=page.preview.clone()/>
        {(!asks).then(|| view! { <Rows page pressed/> })}
    }
}

/// The file, what would be added, and the two ways on.
#[component]
fn Head(page: PreviewPage) -> impl IntoView {
    let preview = page.preview;
    let (id, new, asks) = (preview.id, preview.counts.new, !preview.questions.is_empty());
    let rows = count(preview.counts.total(), "row", "rows");
    let about = || vec![("id", id.to_string())];
    let commit = use_command::<CommitImport>();
    // Nothing of the page is to be read again: the statement is gone.
    let discard = use_post::<DiscardImport>();
    let navigate = use_navigate();
    on_answer(discard, move |answer| {
        if answer.is_ok() {
            navigate(PATH, Default::default());
        }
    });
    let one_sided = page.expenses.is_some_and(|t| t.count == 0)
        && page.funds.is_some_and(|t| t.count > 0)
        && matches!(preview.mapping.amount, Some(AmountColumns::Signed { negate: false, .. }));
    view! {
        <section class="card statement-head" aria-labelledby="statement-title">
            <div class="statement-name">
                <Icon kind=IconKind::File/>
                <div>
                    <h2 id="statement-title"><bdi>{preview.file_name}</bdi></h2>
                    <p class="sub">{format!("{rows} · {}", preview.encoding)}</p>
                </div>
            </div>
            <div class="statement-acts">
                <CommandForm action=discard id="discard" class="row-form" about=about()>
                    <Submit class="btn ghost">"Discard"</Submit>
                    <FormError/>
                </CommandForm>
                {(new > 0 && !asks)
                    .then(|| {
                        view! {
                            <CommandForm action=commit id="commit" class="row-form" about=about() key="key">
                                <Submit>{format!("Add {}", count(new, "entry", "entries"))}</Submit>
                                <FormError/>
                            </CommandForm>
                        }
                    })}
            </div>
            {(!asks).then(|| view! { <Summary new expenses=page.expenses funds=page.funds/> })}
            {one_sided
                .then(|| {
                    view! {
                        <p class="note-line">
                            <Icon kind=IconKind::Info/>
                            <span>
                                "No amount in this file is negative, so every row counts as money in. If these are purchases, choose “money out” for positive amounts under “How it was read”."
                            </span>
                        </p>
                    }
                })}
        </section>
    }
}

#[component]
fn Summary(new: u64, expenses: Option<Total>, funds: Option<Total>) -> impl IntoView {
    let balance = use_me().with_untracked(|me| me.balance);
    if new == 0 {
        return view! { <p class="statement-sum muted">"Nothing in this statement is new to your account."</p> }.into_any();
    }
    let after = expenses
        .zip(funds)
        .and_then(|(expenses, funds)| balance.checked_sub(expenses.sum).and_then(|left| left.checked_add(funds.sum)));
    view! {
        <dl class="statement-sum">
            {expenses
                .filter(|t| t.count > 0)
                .map(|t| view! { <div><dt>{format!("Expenses ({})", t.count)}</dt><dd><Amount money=-t.sum/></dd></div> })}
            {funds
                .filter(|t| t.count > 0)
                .map(|t| {
                    view! { <div><dt>{format!("Funds ({})", t.count)}</dt><dd class="up"><Amount money=t.sum signed=true/></dd></div> }
                })}
            {after.map(|money| view! { <div><dt>"Balance afterwards"</dt><dd><Amount money/></dd></div> })}
        </dl>
    }
    .into_any()
}

/// What must be answered before anything can be added.
#[component]
fn Questions(page: PreviewPage) -> impl IntoView {
    let questions = page.preview.questions;
    view! {
        <section class="ask" aria-labelledby="ask-title">
            <Icon kind=IconKind::Info/>
            <div>
                <h2 id="ask-title">"Before the rows can be read"</h2>
                <ul>{questions.into_iter().map(|q| view! { <li><bdi>{q.message}</bdi></li> }).collect_view()}</ul>
                <p class="muted">"Answer below, then read the file again."</p>
            </div>
        </section>
    }
}
