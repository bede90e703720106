//! Saved filters: keep what the expenses page asks for under a name, rename, replace and delete.
//!
//! `?from=` is the query of the expenses page from which one comes.

use super::{
    expenses::in_words,
    row::{EditLink, Editing, Editor, EditorEnd, use_editing},
};
use crate::{
    api::filters::{DeleteFilter, RenameFilter, ReplaceFilter, SaveFilter, Shortcut, list_filters},
    app::{
        address::Query,
        components::{
            empty::Empty,
            field::Field,
            form::{CommandForm, Fields, FormError, Submit, on_answer, use_command},
            here::{use_here, use_me},
            icon::{Icon, IconKind},
            layout::Layout,
            read::{Loaded, use_read},
        },
    },
    domain::{FieldError, text::Name},
};
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_navigate};

const PATH: &str = "/filters";
const EXPENSES: &str = "/expenses";

/// The page.
#[component]
pub fn Filters() -> impl IntoView {
    let search = use_location().search;
    let asked = Memo::new(move |_| {
        let from = search.with(|search| Query::parse(search).get("from").map(Query::parse));
        from.map(|from| from.without(&["cursor"])).filter(|from| !from.text().is_empty())
    });
    let editing = use_editing();
    let data = use_read(|| (), |()| list_filters());
    let back = move || asked.get().unwrap_or_default().link(EXPENSES);
    let actions = view! { <a class="btn" href=back><Icon kind=IconKind::Left/><span>"Expenses"</span></a> };
    view! {
        <Layout title="Saved filters" actions=actions.into_any()>
            {move || asked.get().map(|asked| view! { <SaveCard asked/> })}
            <Loaded data view=move |all| view! { <List all asked=asked.get_untracked() editing/> }/>
        </Layout>
    }
}

fn check(name: &str) -> Result<(), Vec<FieldError>> {
    Name::parse(name).map(drop).map_err(|e| vec![e.of("name")])
}

/// What a query asks for, in words.
fn words(query: &Query) -> String {
    let (me, categories) = (use_me().get_untracked(), use_here().categories.get_untracked());
    in_words(query, me, categories)
}

#[component]
fn SaveCard(asked: Query) -> impl IntoView {
    let action = use_command::<SaveFilter>();
    let (text, next) = (asked.text(), asked.link(EXPENSES));
    let (navigate, home) = (use_navigate(), next.clone());
    on_answer(action, move |answer| {
        if answer.is_ok() {
            navigate(&home, Default::default());
        }
    });
    let check = Callback::new(|form: Fields| check(form.get("name")));
    view! {
        <section class="card add-card" aria-labelledby="save-title">
            <header><h2 id="save-title">"Save this filter"</h2><small><bdi>{words(&asked)}</bdi></small></header>
            <CommandForm action id="save-filter" class="filter-form" key="id" about=vec![("query", text)] check next clear=false>
                <Field label="Name" name="name" required=true maxlength=64 autofocus=true placeholder="Eating out this month"/>
                <FormError/>
                <Submit>"Save"</Submit>
            </CommandForm>
        </section>
    }
}

#[component]
fn List(all: Vec<Shortcut>, asked: Option<Query>, editing: Editing) -> impl IntoView {
    if all.is_empty() {
        let text = "Filter the expenses by what you look at often, then choose Save: it stays above the list, one click away.";
        return view! {
            <div class="card">
                <Empty icon=IconKind::Filter title="No saved filters" text>
                    <a class="btn primary" href=EXPENSES>"To the expenses"</a>
                </Empty>
            </div>
        }
        .into_any();
    }
    let row = move |saved: Shortcut| {
        let (open, asked) = (editing.is(saved.id.0), asked.clone());
        move || {
            let (saved, asked) = (saved.clone(), asked.clone());
            if open.get() {
                view! { <tr class="editing"><td colspan="2"><Rename saved asked editing/></td></tr> }.into_any()
            } else {
                view! { <Shown saved asked editing/> }.into_any()
            }
        }
    };
    view! {
        <div class="card table-card">
            <table class="rows steady">
                <caption class="sr-only">"Saved filters"</caption>
                <thead>
                    <tr><th scope="col">"Name"</th><th scope="col" class="col-actions"><span class="sr-only">"Actions"</span></th></tr>
                </thead>
                <tbody>{all.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// The page's address, with what is to be saved.
fn here(asked: Option<&Query>) -> Query {
    asked.map_or_else(Query::default, |asked| Query::default().with("from", &asked.text()))
}

#[component]
fn Shown(saved: Shortcut, asked: Option<Query>, editing: Editing) -> impl IntoView {
    let Shortcut { id, name, query, version } = saved;
    let (name, query) = (name.to_string(), Query::parse(&query));
    let about = vec![("id", id.to_string()), ("version", version.to_string())];
    let edit = here(asked.as_ref()).with("edit", &id.to_string()).link(PATH);
    let delete = use_command::<DeleteFilter>();
    let named = format!(" {name} with this filter");
    let replace = asked.filter(|asked| !asked.is_same(&query)).map(|asked| {
        let action = use_command::<ReplaceFilter>();
        let about = about.iter().cloned().chain([("query", asked.text())]).collect::<Vec<_>>();
        view! {
            <CommandForm action id=format!("replace-{id}") class="row-form" about next=asked.link(EXPENSES)>
                <Submit class="btn small">"Replace"<span class="sr-only">{named}</span></Submit>
                <FormError/>
            </CommandForm>
        }
    });
    view! {
        <tr>
            <td class="col-what">
                <a class="what link" href=query.link(EXPENSES)><bdi>{name.clone()}</bdi></a>
                <bdi class="sub note">{words(&query)}</bdi>
            </td>
            <td class="col-actions">
                <div class="row-actions">
                    {replace}
                    <EditLink editing id=id.0 href=edit name=name.clone()/>
                    <CommandForm action=delete id=format!("delete-{id}") class="row-form" about>
                        <Submit class="icon-btn"><Icon kind=IconKind::Trash/><span class="sr-only">{format!("Delete {name}")}</span></Submit>
                        <FormError/>
                    </CommandForm>
                </div>
            </td>
        </tr>
    }
}

#[component]
fn Rename(saved: Shortcut, asked: Option<Query>, editing: Editing) -> impl IntoView {
    let action = use_command::<RenameFilter>();
    editing.close_when_done(action);
    let check = Callback::new(|form: Fields| check(form.get("name")));
    let (id, home) = (saved.id, here(asked.as_ref()));
    let (back, now) = (home.link(PATH), home.with("edit", &id.to_string()).link(PATH));
    view! {
        <Editor editing first=format!("edit-{id}-name")>
            <CommandForm action id=format!("edit-{id}") class="filter-form" about=vec![("id", id.to_string())] check next=back.clone() clear=false>
                <input type="hidden" name="version" value=saved.version/>
                <Field label="Name" name="name" value=saved.name.to_string() required=true maxlength=64 quiet=true/>
                <EditorEnd editing back now/>
            </CommandForm>
        </Editor>
    }
}
