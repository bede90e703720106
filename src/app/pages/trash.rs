//! The trash: what was deleted, when and from where, each with its way back.

use super::history::day_name;
use crate::{
    api::trash::{Gone, RestoreExpense, RestoreFunds, TrashList, list_trash},
    app::{
        address::Query,
        components::{
            amount::Amount,
            empty::Empty,
            form::{CommandForm, FormError, Submit, use_command},
            here::use_me,
            icon::{Icon, IconKind},
            layout::Layout,
            pages::{Grows, Next, Pages, use_pages},
            read::Loaded,
            tabs::{ENTRY_TABS, Tabs},
        },
    },
    domain::{Cursor, Locale, trash::Thing},
};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

const PATH: &str = "/trash";

impl Grows for TrashList {
    fn next(&self) -> Option<&Cursor> {
        self.page.next()
    }
    fn append(&mut self, next: Self) {
        self.page.append(next.page);
    }
}

/// The page.
#[component]
pub fn Trash() -> impl IntoView {
    let search = use_location().search;
    let from = Memo::new(move |_| search.with(|s| Query::parse(s).get("cursor").map(str::to_owned)).unwrap_or_default());
    let pages = use_pages(
        move || from.get(),
        |from: String, cursor: Option<Cursor>| list_trash(cursor.map_or(from, |Cursor(cursor)| cursor)),
    );
    view! {
        <Layout title="Trash">
            <Tabs label="Entries" tabs=&ENTRY_TABS/>
            <Loaded data=pages.data view=move |list| view! { <List list pages/> }/>
        </Layout>
    }
}

#[component]
fn List(list: TrashList, pages: Pages<TrashList>) -> impl IntoView {
    let TrashList { first, page } = list;
    let newest = (!first).then(|| view! { <a class="btn" href=PATH>"Newest"</a> });
    if page.items.is_empty() {
        return view! {
            <div class="card">
                <Empty
                    icon=IconKind::Trash title="Nothing is deleted"
                    text="Expenses and funds that you delete stay here, and can be put back at any time."
                >
                    <a class="btn" href="/history">"Show the history"</a>
                </Empty>
            </div>
            <nav class="pager" aria-label="Pages">{newest}</nav>
        }
        .into_any();
    }
    let rows = page.items.into_iter().map(|gone| view! { <Row gone/> }).collect_view();
    let older = page.next_cursor.map(|cursor| {
        let href = Query::default().with("cursor", &cursor.0).link(PATH);
        view! { <Next pages cursor href text="Older"/> }
    });
    view! {
        <p class="trash-about">"What you delete stays here until you put it back."</p>
        <div class="card table-card">
            <table class="rows steady trash-rows">
                <caption class="sr-only">"Deleted expenses and funds, the last deleted first"</caption>
                <thead>
                    <tr>
                        <th scope="col" class="col-date">"Date"</th>
                        <th scope="col">"What"</th>
                        <th scope="col" class="col-amount r">"Amount"</th>
                        <th scope="col" class="col-gone">"Deleted"</th>
                        <th scope="col" class="col-actions"><span class="sr-only">"Actions"</span></th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        <nav class="pager" aria-label="Pages">{newest}{older}</nav>
    }
    .into_any()
}

#[component]
fn Row(gone: Gone) -> impl IntoView {
    let me = use_me().get_untracked();
    let locale = me.user.locale;
    let Gone { trashed, day, time } = gone;
    let (seq, how, from) = (trashed.seq, trashed.how(), trashed.via.label());
    let when = format!("{}, {time}", day_name(day, &me));
    let (date, amount) = match &trashed.thing {
        Thing::Expense(e) => (e.date, view! { <td class="col-amount r"><Amount money=-e.amount/></td> }.into_any()),
        Thing::Funds(f) => (f.date, view! { <td class="col-amount r up"><Amount money=f.amount signed=true/></td> }.into_any()),
    };
    let (what, back) = match trashed.thing {
        Thing::Expense(e) => {
            let (href, name) = (format!("/expenses/{}", e.id), e.what.to_string());
            let back = view! { <PutBackExpense id=e.id.to_string() name=name.clone()/> }.into_any();
            let note = e.note.map(|note| view! { <bdi class="sub note">{note.to_string()}</bdi> });
            (view! { <a class="link" href=href><bdi class="what">{name}</bdi></a>{note} }.into_any(), back)
        }
        Thing::Funds(f) => {
            let name = funds_name(locale, &f);
            let back = view! { <PutBackFunds id=f.id.to_string() name/> }.into_any();
            let what = match f.note {
                Some(note) => view! { <bdi class="what note">{note.to_string()}</bdi> }.into_any(),
                None => view! { <span class="faint">"Funds added"</span> }.into_any(),
            };
            (what, back)
        }
    };
    view! {
        <tr>
            <td class="col-date num"><time datetime=date.to_string()>{locale.day(date)}</time></td>
            <td class="col-what">{what}</td>
            {amount}
            <td class="col-gone">
                <a class="link" href=format!("/history?entry={seq}")>{when}</a>
                <span class="sub">{format!("{how} {from}")}</span>
            </td>
            <td class="col-actions"><div class="row-actions">{back}</div></td>
        </tr>
    }
}

/// What funds are called: they have no name of their own.
fn funds_name(locale: Locale, funds: &crate::domain::Funds) -> String {
    format!("{} of {}", locale.money(funds.amount), locale.day(funds.date))
}

/// The button that puts an expense back, in a form that works without WASM; says in place why it cannot be.
#[component]
pub fn PutBackExpense(id: String, name: String) -> impl IntoView {
    let action = use_command::<RestoreExpense>();
    view! {
        <CommandForm action id=format!("back-{id}") class="turn" about=vec![("id", id)] key="key">
            <PutBack name/>
        </CommandForm>
    }
}

#[component]
fn PutBackFunds(id: String, name: String) -> impl IntoView {
    let action = use_command::<RestoreFunds>();
    view! {
        <CommandForm action id=format!("back-{id}") class="turn" about=vec![("id", id)] key="key">
            <PutBack name/>
        </CommandForm>
    }
}

#[component]
fn PutBack(name: String) -> impl IntoView {
    view! {
        <Submit class="btn small">
            <Icon kind=IconKind::Undo/>
            <span>"Put back"<span class="sr-only">{format!(" {name}")}</span></span>
        </Submit>
        <FormError/>
    }
}
