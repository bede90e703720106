//! Funds: money added to the balance. Add, change in place, delete with undo.

use super::{
    entry::{FundsEditor, FundsForm},
    row::{EditLink, Editing, use_editing},
};
use crate::{
    api::funds::{DeleteFunds, list_funds},
    app::{
        address::Query,
        components::{
            amount::Amount,
            empty::Empty,
            form::{CommandForm, FormError, Submit, use_command},
            here::{use_here, use_me},
            icon::{Icon, IconKind},
            layout::Layout,
            read::{Loaded, use_read},
            tabs::{ENTRY_TABS, Tabs},
        },
    },
    domain::{Funds as Added, Page},
};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

const PATH: &str = "/funds";

/// The page.
#[component]
pub fn Funds() -> impl IntoView {
    let me = use_me();
    let search = use_location().search;
    let cursor = Memo::new(move |_| search.with(|s| Query::parse(s).get("cursor").unwrap_or_default().to_owned()));
    let editing = use_editing();
    let data = use_read(move || cursor.get(), list_funds);
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
            <Loaded data view=move |page| view! { <List page cursor editing/> }/>
        </Layout>
    }
}

#[component]
fn List(page: Page<Added>, cursor: Memo<String>, editing: Editing) -> impl IntoView {
    let first = cursor.with_untracked(String::is_empty);
    if page.items.is_empty() && first {
        return view! {
            <div class="card">
                <Empty
                    icon=IconKind::Wallet title="No funds yet"
                    text="Add what you have now as the first funds: it is your opening balance. Later add wages, gifts and refunds."
                />
            </div>
        }
        .into_any();
    }
    let rows = page.items.into_iter().map(move |funds| view! { <Row funds editing/> }).collect_view();
    let next = page.next_cursor.map(|c| Query::default().with("cursor", &c.0).link(PATH));
    view! {
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
        <nav class="pager" aria-label="Pages">
            {(!first).then(|| view! { <a class="btn" href=PATH>"First page"</a> })}
            {next.map(|href| view! { <a class="btn" rel="next" href=href>"Next page"</a> })}
        </nav>
    }
    .into_any()
}

#[component]
fn Row(funds: Added, editing: Editing) -> impl IntoView {
    let open = editing.is(funds.id.0);
    move || {
        let funds = funds.clone();
        if open.get() {
            view! {
                <tr class="editing">
                    <td colspan="4"><FundsEditor funds back=PATH.to_owned() editing/></td>
                </tr>
            }
            .into_any()
        } else {
            view! { <Shown funds editing/> }.into_any()
        }
    }
}

#[component]
fn Shown(funds: Added, editing: Editing) -> impl IntoView {
    let locale = use_me().with_untracked(|me| me.user.locale);
    let id = funds.id;
    let name = format!("{} of {}", locale.money(funds.amount), locale.day(funds.date));
    let edit = Query::default().with("edit", &id.to_string()).link(PATH);
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
