//! Categories, for admins: add, rename, recolour, put in order, archive, merge, delete.

use super::row::{EditLink, Editing, Editor, EditorEnd, use_editing};
use crate::{
    api::categories::{AddCategory, CategoryUse, DeleteCategory, EditCategory, MoveCategory, list_categories},
    app::{
        address::Query,
        components::{
            category::{Dot, category_choices},
            empty::Empty,
            field::Field,
            form::{Check, CommandForm, Fields, FormError, FormState, Submit, use_command},
            icon::{Icon, IconKind},
            layout::Layout,
            read::{Loaded, use_read},
            select::{Choice, SelectField},
        },
    },
    domain::{Category, Color, form},
};
use leptos::prelude::*;

const PATH: &str = "/categories";

/// The page.
#[component]
pub fn Categories() -> impl IntoView {
    let editing = use_editing();
    let data = use_read(|| (), |()| list_categories());
    view! {
        <Layout title="Categories">
            <Loaded data view=move |all| view! { <AddCard/><List all editing/> }/>
        </Layout>
    }
}

fn check_name() -> Check {
    Callback::new(|fields: Fields| form::category_name(fields.get("name")).map(drop).map_err(|e| vec![e]))
}

#[component]
fn AddCard() -> impl IntoView {
    let action = use_command::<AddCategory>();
    let check = check_name();
    view! {
        <section class="card add-card" aria-labelledby="add-title">
            <header><h2 id="add-title">"Add a category"</h2></header>
            <CommandForm action id="add-category" class="category-form" key="id" check>
                <Field label="Name" name="name" required=true maxlength=64/>
                <Palette chosen=Color::Blue/>
                <FormError/>
                <Submit>"Add"</Submit>
            </CommandForm>
        </section>
    }
}

/// One of the palette's colours.
#[component]
fn Palette(chosen: Color) -> impl IntoView {
    let state = expect_context::<FormState>();
    let chosen = state.typed("color").and_then(|typed| typed.parse().ok()).unwrap_or(chosen);
    let choice = move |color: Color| {
        view! {
            <label class=format!("swatch c-{}", color.code())>
                <input type="radio" name="color" value=color.code() checked=color == chosen/>
                <span class="dot" aria-hidden="true"></span>
                <span class="sr-only">{color.code()}</span>
            </label>
        }
    };
    view! {
        <fieldset class="fields palette">
            <legend>"Colour"</legend>
            <div class="swatches">{Color::ALL.map(choice).collect_view()}</div>
        </fieldset>
    }
}

#[component]
fn List(all: Vec<CategoryUse>, editing: Editing) -> impl IntoView {
    if all.is_empty() {
        return view! {
            <div class="card">
                <Empty icon=IconKind::Tag title="No categories" text="Add the first one above. Everybody who uses this Outlay can choose it."/>
            </div>
        }
        .into_any();
    }
    let categories: Vec<Category> = all.iter().map(|used| used.category.clone()).collect();
    let rows = all
        .into_iter()
        .map(move |used| {
            let others = categories.iter().filter(|c| c.id != used.category.id).cloned().collect::<Vec<_>>();
            let open = editing.is(used.category.id.0);
            move || {
                let used = used.clone();
                if open.get() {
                    view! {
                        <tr class="editing">
                            <td colspan="3"><CategoryEditor category=used.category editing/></td>
                        </tr>
                    }
                    .into_any()
                } else {
                    view! { <Shown used others=others.clone() editing/> }.into_any()
                }
            }
        })
        .collect_view();
    view! {
        <div class="card table-card">
            <table class="rows steady">
                <caption class="sr-only">"Categories in their order"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Name"</th>
                        <th scope="col" class="col-amount r">"Expenses"</th>
                        <th scope="col" class="col-actions"><span class="sr-only">"Actions"</span></th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

#[component]
fn Shown(used: CategoryUse, others: Vec<Category>, editing: Editing) -> impl IntoView {
    let category = used.category.clone();
    let (id, name) = (category.id, category.name.to_string());
    let edit = Query::default().with("edit", &id.to_string()).link(PATH);
    view! {
        <tr>
            <td class="col-what">
                <span class="category-name">
                    <Dot category=category.clone()/>
                    <bdi class="what">{name.clone()}</bdi>
                    {category.archived.then(|| view! { <span class="pill muted">"archived"</span> })}
                </span>
            </td>
            <td class="col-amount r num">{used.expenses}</td>
            <td class="col-actions">
                <div class="row-actions">
                    <MoveButton category=category.clone() up=true/>
                    <MoveButton category=category.clone() up=false/>
                    <EditLink editing id=id.0 href=edit name=name.clone()/>
                    <ArchiveButton category=category.clone()/>
                    <Delete used others/>
                </div>
            </td>
        </tr>
    }
}

#[component]
fn ArchiveButton(category: Category) -> impl IntoView {
    let action = use_command::<EditCategory>();
    let id = category.id;
    let about =
        vec![("id", id.to_string()), ("version", category.version.to_string()), ("archived", (!category.archived).to_string())];
    let verb = if category.archived { "Offer again" } else { "Archive" };
    view! {
        <CommandForm action id=format!("archive-{id}") class="row-form" about>
            <Submit class="icon-btn">
                <Icon kind=if category.archived { IconKind::Undo } else { IconKind::Archive }/>
                <span class="sr-only">{format!("{verb}: {}", category.name)}</span>
            </Submit>
            <FormError/>
        </CommandForm>
    }
}

/// Moves it one place in the list.
#[component]
fn MoveButton(category: Category, up: bool) -> impl IntoView {
    let action = use_command::<MoveCategory>();
    let id = category.id;
    let about = vec![("id", id.to_string()), ("up", up.to_string())];
    let (way, kind) = if up { ("up", IconKind::SortUp) } else { ("down", IconKind::SortDown) };
    view! {
        <CommandForm action id=format!("move-{way}-{id}") class="row-form" about>
            <Submit class="icon-btn">
                <Icon kind/>
                <span class="sr-only">{format!("Move {} {way}", category.name)}</span>
            </Submit>
            <FormError/>
        </CommandForm>
    }
}

/// Deletes at once what nobody uses; else asks where its expenses go.
#[component]
fn Delete(used: CategoryUse, others: Vec<Category>) -> impl IntoView {
    let action = use_command::<DeleteCategory>();
    let category = used.category;
    let id = category.id;
    let about = vec![("id", id.to_string()), ("version", category.version.to_string())];
    let name = category.name.to_string();
    if used.expenses == 0 {
        return view! {
            <CommandForm action id=format!("delete-{id}") class="row-form" about>
                <Submit class="icon-btn">
                    <Icon kind=IconKind::Trash/>
                    <span class="sr-only">{format!("Delete {name}")}</span>
                </Submit>
                <FormError/>
            </CommandForm>
        }
        .into_any();
    }
    let choices: Vec<Choice> = category_choices(&others, None).into_iter().filter(|choice| !choice.value.is_empty()).collect();
    let first = choices.first().map(|choice| choice.value.clone()).unwrap_or_default();
    let label =
        if used.expenses == 1 { "Move its 1 expense to".to_owned() } else { format!("Move its {} expenses to", used.expenses) };
    view! {
        <details class="pop">
            <summary class="icon-btn">
                <Icon kind=IconKind::Trash/>
                <span class="sr-only">{format!("Delete {name}…")}</span>
            </summary>
            <div class="pop-panel card">
                <CommandForm action id=format!("delete-{id}") class="form" about>
                    <SelectField label name="move_to" choices value=first/>
                    <FormError/>
                    <Submit class="btn danger">{format!("Move and delete {name}")}</Submit>
                </CommandForm>
            </div>
        </details>
    }
    .into_any()
}

#[component]
fn CategoryEditor(category: Category, editing: Editing) -> impl IntoView {
    let action = use_command::<EditCategory>();
    editing.close_when_done(action);
    let id = category.id;
    let check = check_name();
    view! {
        <Editor editing first=format!("edit-{id}-name")>
            <CommandForm action id=format!("edit-{id}") class="category-form" about=vec![("id", id.to_string())] check next=PATH clear=false>
                <input type="hidden" name="version" value=category.version/>
                <Field label="Name" name="name" value=category.name.to_string() required=true maxlength=64 quiet=true/>
                <Palette chosen=category.color/>
                <EditorEnd editing back=PATH.to_owned() now=format!("{PATH}?edit={id}")/>
            </CommandForm>
        </Editor>
    }
}
