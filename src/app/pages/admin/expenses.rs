//! Expenses of others: found, corrected, deleted. Whoever is looked at reads that in their history, so nothing is shown
//! before somebody asks.

use super::PEOPLE_TABS;
use crate::{
    api::oversight::{DeleteExpenseOf, EditExpenseOf, ExpenseOf, ExpensesOf, list_expenses_of},
    app::{
        address::Query,
        components::{
            amount::Amount,
            category::{CategoryChip, category_choices},
            empty::Empty,
            field::Field,
            form::{CommandForm, FormError, Submit, use_command},
            here::{use_here, use_me},
            icon::{Icon, IconKind},
            layout::Layout,
            read::{Loaded, use_read},
            select::SelectField,
            tabs::Tabs,
        },
        pages::row::{EditLink, Editing, Editor, EditorEnd, use_editing},
    },
    domain::{Expense, text::Note},
};
use leptos::{prelude::*, web_sys::SubmitEvent};
use leptos_router::hooks::{use_location, use_navigate};

const PATH: &str = "/admin/expenses";

/// The page.
#[component]
pub fn ExpensesOfOthers() -> impl IntoView {
    let search = use_location().search;
    let query = Memo::new(move |_| Query::parse(&search.get()));
    let wanted = Memo::new(move |_| query.get().without(&["edit"]));
    let editing = use_editing();
    let data = use_read(move || wanted.with(Query::text), list_expenses_of);
    view! {
        <Layout title="Expenses of others">
            <Tabs label="People" tabs=&PEOPLE_TABS/>
            <Asked query=wanted/>
            <Loaded data view=move |found| view! { <Found found query=wanted editing/> }/>
        </Layout>
    }
}

/// Whose, which words, which days.
#[component]
fn Asked(query: Memo<Query>) -> impl IntoView {
    let navigate = use_navigate();
    let on_submit = move |event: SubmitEvent| {
        let Some(asked) = Query::of_form(&event) else { return };
        event.prevent_default();
        navigate(&asked.link(PATH), Default::default());
    };
    let value = move |name: &'static str| move || query.with(|q| q.get(name).unwrap_or_default().to_owned());
    let field = move |(name, label, kind): (&'static str, &'static str, &'static str)| {
        let id = format!("of-{name}");
        view! {
            <div class="field">
                <label for=id.clone()>{label}</label>
                <input class="input" id=id type=kind name=name maxlength="200" autocomplete="off" value=value(name) prop:value=value(name)/>
            </div>
        }
    };
    let fields =
        [("user", "Username", "text"), ("q", "Words or amount", "search"), ("from", "From", "date"), ("to", "To", "date")];
    view! {
        <form class="card of-others" method="get" action=PATH role="search" aria-label="Find expenses of others" on:submit=on_submit>
            {fields.map(field).collect_view()}
            <button class="btn primary" type="submit"><Icon kind=IconKind::Search/><span>"Show"</span></button>
            <p class="muted">"Whoever’s expenses you see reads in their history that you looked."</p>
        </form>
    }
}

#[component]
fn Found(found: ExpensesOf, query: Memo<Query>, editing: Editing) -> impl IntoView {
    let ExpensesOf { asked, whose, wrong, first, page } = found;
    let locale = use_me().with_untracked(|me| me.user.locale);
    let head = whose.map(|whose| {
        let count = locale.group(&whose.count.to_string());
        view! {
            <p class="funds-total" role="status">
                <a class="link" href=format!("/admin/users/{}", whose.id)><bdi>{whose.display_name}</bdi></a>
                ": "<b class="num">{count}</b>{if whose.count == 1 { " expense · " } else { " expenses · " }}
                <b><Amount money=whose.sum/></b>
            </p>
        }
    });
    let wrong = wrong.map(|message| view! { <p class="form-error" role="alert">{message}</p> });
    let list = if page.items.is_empty() {
        let (title, text) = match asked {
            true => ("Nothing found", "Nobody has an expense like this on these days."),
            false => {
                ("Whose expenses?", "Say whose expenses you want to see, or which words you look for in those of everybody.")
            }
        };
        view! { <div class="card"><Empty icon=IconKind::Search title text/></div> }.into_any()
    } else {
        view! { <Rows items=page.items query editing/> }.into_any()
    };
    let start = move || query.get().without(&["cursor"]).link(PATH);
    let next = page.next_cursor.map(|cursor| move || query.get().with("cursor", &cursor.0).link(PATH));
    view! {
        {wrong}
        {head}
        {list}
        <nav class="pager" aria-label="Pages">
            {(!first).then(|| view! { <a class="btn" href=start>"First page"</a> })}
            {next.map(|href| view! { <a class="btn" rel="next" href=href>"Next page"</a> })}
        </nav>
    }
}

#[component]
fn Rows(items: Vec<ExpenseOf>, query: Memo<Query>, editing: Editing) -> impl IntoView {
    let row = move |item: ExpenseOf| {
        let open = editing.is(item.expense.id.0);
        move || {
            let item = item.clone();
            if open.get() {
                view! {
                    <tr class="editing">
                        <td colspan="6"><EditorOf item query editing/></td>
                    </tr>
                }
                .into_any()
            } else {
                view! { <Row item query editing/> }.into_any()
            }
        }
    };
    view! {
        <div class="card table-card">
            <table class="rows steady of-rows">
                <caption class="sr-only">"Expenses of others"</caption>
                <thead>
                    <tr>
                        <th scope="col" class="col-date">"Date"</th>
                        <th scope="col" class="col-whose">"Whose"</th>
                        <th scope="col">"What"</th>
                        <th scope="col" class="col-category">"Category"</th>
                        <th scope="col" class="col-amount r">"Amount"</th>
                        <th scope="col" class="col-actions"><span class="sr-only">"Actions"</span></th>
                    </tr>
                </thead>
                <tbody>{items.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}

#[component]
fn Row(item: ExpenseOf, query: Memo<Query>, editing: Editing) -> impl IntoView {
    let locale = use_me().with_untracked(|me| me.user.locale);
    let ExpenseOf { username, expense } = item;
    let Expense { id, owner, date, amount, what, note, category_id, version, .. } = expense;
    let name = format!("{what} of {username}");
    let edit = Signal::derive(move || query.get().with("edit", &id.to_string()).link(PATH));
    let delete = use_command::<DeleteExpenseOf>();
    let about = vec![("user", owner.to_string()), ("id", id.to_string()), ("version", version.to_string())];
    view! {
        <tr>
            <td class="col-date num"><time datetime=date.to_string()>{locale.day(date)}</time></td>
            <td class="col-whose"><bdi>{username}</bdi></td>
            <td class="col-what">
                <bdi class="what">{what.to_string()}</bdi>
                {note.map(|note| view! { <span class="sub note">{note.to_string()}</span> })}
            </td>
            <td class="col-category"><CategoryChip category=category_id/></td>
            <td class="col-amount r"><Amount money=amount/></td>
            <td class="col-actions">
                <div class="row-actions">
                    <EditLink editing id=id.0 href=edit name=name.clone()/>
                    <CommandForm action=delete id=format!("delete-{id}") class="row-form" about>
                        <Submit class="icon-btn">
                            <Icon kind=IconKind::Trash/>
                            <span class="sr-only">{format!("Delete {name}")}</span>
                        </Submit>
                        <FormError/>
                    </CommandForm>
                </div>
            </td>
        </tr>
    }
}

#[component]
fn EditorOf(item: ExpenseOf, query: Memo<Query>, editing: Editing) -> impl IntoView {
    let action = use_command::<EditExpenseOf>();
    editing.close_when_done(action);
    let locale = use_me().with_untracked(|me| me.user.locale);
    let Expense { id, owner, date, amount, what, note, category_id, version, .. } = item.expense;
    let choices = use_here().categories.with_untracked(|all| category_choices(all, category_id));
    let about = vec![("user", owner.to_string()), ("id", id.to_string())];
    let back = query.get_untracked().link(PATH);
    let now = query.get_untracked().with("edit", &id.to_string()).link(PATH);
    let category = category_id.map(|id| id.to_string()).unwrap_or_default();
    view! {
        <Editor editing first=format!("edit-{id}-what")>
            <CommandForm action id=format!("edit-{id}") class="form" about next=back.clone() clear=false>
                <input type="hidden" name="version" value=version/>
                <div class="form-grid">
                    <Field label="Day" name="date" kind="date" value=date.to_string() required=true/>
                    <Field label="Amount" name="amount" inputmode="decimal" value=locale.input(amount) required=true/>
                    <Field label="What" name="what" value=what.to_string() required=true maxlength=500/>
                    <SelectField label="Category" name="category_id" choices value=category/>
                </div>
                <Field label="Note" name="note" value=note.as_ref().map(Note::to_string).unwrap_or_default() maxlength=4_000/>
                <EditorEnd editing back now/>
            </CommandForm>
        </Editor>
    }
}
