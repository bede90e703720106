//! The rows of a statement with their verdicts, by verdict and by page.

use super::{PATH, count};
use crate::{
    api::imports::{ChooseRow, ROWS},
    app::{
        address::Query,
        components::{
            amount::Amount,
            category::CategoryChip,
            form::{CommandForm, FormError, use_command},
            here::use_me,
        },
        effect::effect,
        pages::row::focus,
    },
    domain::import::{EntryKind, PreviewPage, PreviewRow, Verdict},
};
use leptos::prelude::*;

/// How a verdict is called, and the class of its pill.
fn named(verdict: Verdict) -> (&'static str, &'static str) {
    match verdict {
        Verdict::New => ("New", "pill up"),
        Verdict::Duplicate => ("In the account", "pill muted"),
        Verdict::Error => ("Error", "pill down"),
        Verdict::Ignored => ("Left out", "pill muted"),
    }
}

fn button_id(line: u64) -> String {
    format!("row-{line}")
}

/// The table, its tabs and its pages.
#[component]
pub fn Rows(page: PreviewPage, pressed: RwSignal<Option<u64>>) -> impl IntoView {
    let action = use_command::<ChooseRow>();
    let id = page.preview.id;
    effect(move || {
        if let Some(line) = pressed.get_untracked() {
            focus(&button_id(line));
            pressed.set(None);
        }
    });
    let with_categories = page.preview.mapping.category.is_some();
    let tabs = view! { <Kinds page=page.clone()/> };
    let pager = view! { <Pager page=page.clone()/> };
    let rows = page.preview.rows.into_iter().map(|row| view! { <Row row with_categories pressed/> }).collect_view();
    view! {
        {tabs}
        <CommandForm action id="rows" class="card table-card" about=vec![("id", id.to_string())]>
            <FormError/>
            <table class="rows import-rows">
                <caption class="sr-only">"Rows of the statement"</caption>
                <thead>
                    <tr>
                        <th scope="col" class="col-date">"Date"</th>
                        <th scope="col">"What"</th>
                        {with_categories.then(|| view! { <th scope="col" class="col-category">"Category"</th> })}
                        <th scope="col" class="col-verdict">"What happens"</th>
                        <th scope="col" class="col-amount r">"Amount"</th>
                        <th scope="col" class="col-actions"><span class="sr-only">"Actions"</span></th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </CommandForm>
        {pager}
    }
}

fn address(page: &PreviewPage) -> Query {
    let show = page.asked.verdict.map_or("", Verdict::code);
    Query::default().with("id", &page.preview.id.to_string()).with("show", show)
}

/// Rows by verdict, each with its number.
#[component]
fn Kinds(page: PreviewPage) -> impl IntoView {
    let counts = page.preview.counts;
    let all = address(&page).without(&["show"]);
    let link = |verdict: Option<Verdict>, text: &'static str, number: u64| {
        let current = (page.asked.verdict == verdict).then_some("true");
        let href = verdict.map_or_else(|| all.clone(), |v| all.clone().with("show", v.code())).link(PATH);
        view! { <a href=href aria-current=current><span>{text}</span><span class="kind-count num">{number}</span></a> }
    };
    let kinds = Verdict::ALL.into_iter().filter(|v| counts.of(*v) > 0 || page.asked.verdict == Some(*v));
    view! {
        <nav class="seg kinds" aria-label="Rows by what happens to them">
            {link(None, "All", counts.total())}
            {kinds.map(|v| link(Some(v), named(v).0, counts.of(v))).collect_view()}
        </nav>
    }
}

#[component]
fn Row(row: PreviewRow, with_categories: bool, pressed: RwSignal<Option<u64>>) -> impl IntoView {
    let locale = use_me().with_untracked(|me| me.user.locale);
    let (verdict, class) = named(row.verdict);
    let expense = row.kind == Some(EntryKind::Expense);
    let what = row.what.clone().unwrap_or_else(|| format!("Line {}", row.line));
    let date = row.date.map(|day| view! { <time datetime=day.to_string()>{locale.day(day)}</time> });
    let amount = row.amount.map(|money| {
        let money = if expense { -money } else { money };
        view! { <Amount money signed=!expense/> }
    });
    let dimmed = row.verdict != Verdict::New;
    // What could be read can be taken in, or left out.
    let choice = row.kind.map(|_| if row.verdict == Verdict::New { Verdict::Ignored } else { Verdict::New });
    let line = row.line;
    let button = choice.map(|choice| {
        let text = if choice == Verdict::New { "Take in" } else { "Leave out" };
        view! {
            <button
                class="btn ghost small" type="submit" name="row" id=button_id(line) value=format!("{line}:{}", choice.code())
                on:click=move |_| pressed.set(Some(line))
            >
                {text}
                <span class="sr-only">{format!(": {what}")}</span>
            </button>
        }
    });
    view! {
        <tr class=dimmed.then_some("dimmed")>
            <td class="col-date num">{date}</td>
            <td class="col-what">
                <bdi class="what">{row.what}</bdi>
                {row.note.map(|note| view! { <bdi class="sub note">{note}</bdi> })}
            </td>
            {with_categories
                .then(|| {
                    view! {
                        <td class="col-category">
                            {(expense && !dimmed).then(|| view! { <CategoryChip category=row.category_id/> })}
                        </td>
                    }
                })}
            <td class="col-verdict">
                <span class=class>{verdict}</span>
                {row.message.map(|message| view! { <bdi class="sub">{format!("Line {line}: {message}")}</bdi> })}
            </td>
            <td class=if expense { "col-amount r" } else { "col-amount r up" }>{amount}</td>
            <td class="col-actions">{button}</td>
        </tr>
    }
}

/// Which rows these are, and the way to the others.
#[component]
fn Pager(page: PreviewPage) -> impl IntoView {
    let (from, shown) = (page.asked.from, page.preview.rows.len());
    if from == 0 && shown == page.matching {
        return ().into_any();
    }
    let link = |from: usize| {
        let from = if from == 0 { String::new() } else { from.to_string() };
        address(&page).with("from", &from).link(PATH)
    };
    let before = (from > 0).then(|| link(from.saturating_sub(ROWS)));
    let after = (from + shown < page.matching).then(|| link(from + ROWS));
    view! {
        <nav class="pager" aria-label="Pages">
            {before.map(|href| view! { <a class="btn" rel="prev" href=href>"Rows before"</a> })}
            <span class="pager-text num">
                {format!("{}–{} of {}", (from + 1).min(page.matching), from + shown, count(page.matching as u64, "row", "rows"))}
            </span>
            {after.map(|href| view! { <a class="btn" rel="next" href=href>"Next rows"</a> })}
        </nav>
    }
    .into_any()
}
