//! Who was deleted and is still kept, and the way back.

use super::PEOPLE_TABS;
use crate::{
    api::people::{DeletedRow, RestorePerson, list_deleted},
    app::components::{
        empty::Empty,
        field::Field,
        form::{CommandForm, FormError, FormState, Submit, use_command},
        here::use_me,
        icon::IconKind,
        layout::Layout,
        read::{Loaded, use_read},
        tabs::Tabs,
    },
    domain::Code,
};
use leptos::prelude::*;

/// The page.
#[component]
pub fn Deleted() -> impl IntoView {
    let data = use_read(|| (), |()| list_deleted());
    view! {
        <Layout title="Deleted users">
            <Tabs label="People" tabs=&PEOPLE_TABS/>
            <Loaded data view=|rows| view! { <List rows/> }/>
        </Layout>
    }
}

#[component]
fn List(rows: Vec<DeletedRow>) -> impl IntoView {
    if rows.is_empty() {
        return view! {
            <div class="card">
                <Empty
                    icon=IconKind::Users title="Nobody is deleted"
                    text="Whom an admin deletes is kept here for a while, with all that is theirs, and can be restored."
                />
            </div>
        }
        .into_any();
    }
    view! {
        <div class="card">
            <ul class="rows">{rows.into_iter().map(|row| view! { <One row/> }).collect_view()}</ul>
        </div>
    }
    .into_any()
}

#[component]
fn One(row: DeletedRow) -> impl IntoView {
    let action = use_command::<RestorePerson>();
    let locale = use_me().with_untracked(|me| me.user.locale);
    let DeletedRow { person, deleted, kept_until } = row;
    let name = person.display_name.to_string();
    let count = locale.group(&person.expenses.to_string());
    let about = vec![("user", person.id.to_string())];
    view! {
        <li>
            <div class="rows-main">
                <p class="what"><bdi>{name.clone()}</bdi></p>
                <p class="sub">
                    {format!("{} · {count} expenses · deleted {deleted} · kept until {kept_until}", person.username)}
                </p>
            </div>
            <CommandForm action id=format!("restore-{}", person.id) class="restore" about key="key" clear=false>
                <OtherName username=person.username.to_string()/>
                <FormError/>
                <Submit class="btn small">"Restore"<span class="sr-only">{format!(" {name}")}</span></Submit>
            </CommandForm>
        </li>
    }
}

/// Asked for when somebody else has the name by now.
#[component]
fn OtherName(username: String) -> impl IntoView {
    let refused = expect_context::<FormState>().refused;
    let taken = Memo::new(move |_| {
        refused.with(|p| p.as_ref().is_some_and(|p| p.code == Code::DuplicateName || p.message_for("username").is_some()))
    });
    move || {
        taken.get().then(|| view! { <Field label="Restore under the name" name="username" value=username.clone() maxlength=32/> })
    }
}
