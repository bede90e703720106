//! Funds: money added to the balance. Add, find by days, change in place, delete with undo.

use super::{
    entry::{FundsEditor, FundsForm},
    row::{EditLink, Editing, use_editing},
};
use crate::{
    api::funds::{DeleteFunds, FundsList, list_funds},
    app::{
        address::Query,
        components::{
            amount::Amount,
            asked::{AskedDays, AskedForm},
            empty::Empty,
            form::{CommandForm, FormError, Submit, use_command},
            here::{use_here, use_me},
            icon::{Icon, IconKind},
            layout::Layout,
            pages::{Grows, Next, Pages, use_pages},
            read::Loaded,
            tabs::{ENTRY_TABS, Tabs},
        },
    },
    domain::{Cursor, Funds as Added, Total},
};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

const PATH: &str = "/funds";

impl Grows for FundsList {
    fn next(&self) -> Option<&Cursor> {
        self.page.next()
    }
    fn append(&mut self, next: Self) {
        self.page.append(next.page);
    }
}

/// The page.
#[component]
pub fn Funds() -> impl IntoView {
    let me = use_me();
    let search = use_location().search;
    let query = Memo::new(move |_| search.with(|s| Query::parse(s)).without(&["edit"]));
    let editing = use_editing();
    let pages = use_pages(
        move || query.get().text(),
        |wanted: String, cursor| {
            let wanted = Query::parse(&wanted);
            list_funds(match cursor {
                None => wanted.text(),
                Some(Cursor(cursor)) => wanted.with("cursor", &cursor).text(),
            })
        },
    );
    view! {
        <Layout title="Funds">
            <Tabs label="Entries" tabs=&ENTRY_TABS/>
            <section class="card add-card" aria-labelledby="add-title">
                <header>
                    <h2 id="add-title">"Add funds"</h2>
                    <span class="spacer"></span>
                    <p class="muted">"Balance "<b>{move || view! { <Amount money=me.get().balance/> }}</b></p>
                </header>
                <FundsForm id="add-funds" class="entry-form funds-form"/>
            </section>
            <div class="asked-line">
                <div class="filter-chips"><AskedDays path=PATH query/></div>
                <AskedForm path=PATH label="Filter the funds" query/>
            </div>
            <Loaded data=pages.data view=move |list| view! { <List list pages query editing/> }/>
        </Layout>
    }
}

#[component]
fn List(list: FundsList, pages: Pages<FundsList>, query: Memo<Query>, editing: Editing) -> impl IntoView {
    let FundsList { days, first, page, total } = list;
    if page.items.is_empty() {
        return view! { <Nothing asked=!days.is_empty() || !first/> }.into_any();
    }
    let rows = page.items.into_iter().map(move |funds| view! { <Row funds query editing/> }).collect_view();
    let newest = (!first).then(|| {
        let href = query.with_untracked(|query| query.clone().without(&["cursor"]).link(PATH));
        view! { <a class="btn" href=href>"Newest"</a> }
    });
    let older = page.next_cursor.map(|cursor| {
        let href = query.with_untracked(|query| query.clone().with("cursor", &cursor.0).link(PATH));
        view! { <Next pages cursor href text="Older"/> }
    });
    view! {
        <Sum total/>
        <div class="card table-card">
            <table class="rows">
                <caption class="sr-only">"Funds, newest first"</caption>
                <thead>
                    <tr>
                        <th scope="col" class="col-date">"Date"</th>
                        <th scope="col">"Note"</th>
                        <th scope="col" class="col-amount r">"Amount"</th>
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

/// How many there are on these days, and what they sum to.
#[component]
fn Sum(total: Total) -> impl IntoView {
    view! {
        <p class="funds-total" role="status">
            <b class="num">{total.count}</b>
            {if total.count == 1 { " entry · " } else { " entries · " }}
            <b><Amount money=total.sum/></b>
        </p>
    }
}

#[component]
fn Nothing(
    /// Some were asked for, not all.
    asked: bool,
) -> impl IntoView {
    let empty = if asked {
        view! {
            <Empty icon=IconKind::Search title="No funds on these days" text="Choose other days, or look at all funds.">
                <a class="btn" href=PATH>"Show all funds"</a>
            </Empty>
        }
        .into_any()
    } else {
        view! {
            <Empty
                icon=IconKind::Wallet title="No funds yet"
                text="Add what you have now as the first funds: it is your opening balance. Later add wages, gifts and refunds."
            />
        }
        .into_any()
    };
    view! { <div class="card">{empty}</div> }
}

#[component]
fn Row(funds: Added, query: Memo<Query>, editing: Editing) -> impl IntoView {
    let open = editing.is(funds.id.0);
    move || {
        let funds = funds.clone();
        if open.get() {
            let back = query.get_untracked().link(PATH);
            view! {
                <tr class="editing">
                    <td colspan="4"><FundsEditor funds back editing/></td>
                </tr>
            }
            .into_any()
        } else {
            view! { <Shown funds query editing/> }.into_any()
        }
    }
}

#[component]
fn Shown(funds: Added, query: Memo<Query>, editing: Editing) -> impl IntoView {
    let locale = use_me().with_untracked(|me| me.user.locale);
    let id = funds.id;
    let name = format!("{} of {}", locale.money(funds.amount), locale.day(funds.date));
    let edit = Signal::derive(move || query.get().with("edit", &id.to_string()).link(PATH));
    let delete = use_command::<DeleteFunds>();
    let about = vec![("id", id.to_string()), ("version", funds.version.to_string())];
    let fresh = use_here().is_fresh(id.0);
    view! {
        <tr class:fresh=fresh>
            <td class="col-date num"><time datetime=funds.date.to_string()>{locale.day(funds.date)}</time></td>
            <td class="col-what">
                {match funds.note {
                    Some(note) => view! { <bdi class="what note">{note.to_string()}</bdi> }.into_any(),
                    None => view! { <span class="faint">"Funds added"</span> }.into_any(),
                }}
            </td>
            <td class="col-amount r up"><Amount money=funds.amount signed=true/></td>
            <td class="col-actions">
                <div class="row-actions">
                    <EditLink editing id=id.0 href=edit name=name.clone()/>
                    <CommandForm action=delete id=format!("delete-{id}") class="row-form" about>
                        <Submit class="icon-btn">
                            <Icon kind=IconKind::Trash/>
                            <span class="sr-only">{format!("Delete {name}")}</span>
                        </Submit>
                        <FormError anyway="Delete anyway"/>
                    </CommandForm>
                </div>
            </td>
        </tr>
    }
}
