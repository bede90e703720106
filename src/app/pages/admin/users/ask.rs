//! The questions before something is done to somebody.

use super::{ASKS, PATH};
use crate::{
    api::people::{ChangePerson, PersonChanged, PersonRow, SignOutPerson},
    app::{
        address::Query,
        components::{
            ask::{Ask, AskEnd, leave_when_done},
            form::{CommandForm, use_command},
            here::{Accepted, Here},
        },
    },
    domain::person::Person,
};
use leptos::prelude::*;

impl Accepted for PersonChanged {
    fn settle(&self, here: Here) {
        self.outcome.settle(here);
        here.tell(self.said.clone());
    }
}

/// The question that the address asks about one of the people shown, if it asks any.
#[component]
pub fn Question(people: Vec<PersonRow>, query: Memo<Query>) -> impl IntoView {
    let asked = Memo::new(move |_| query.with(|q| q.get("ask").map(str::to_owned).zip(q.get("who").map(str::to_owned))));
    move || {
        let (ask, who) = asked.get()?;
        let row = people.iter().find(|row| row.person.id.to_string() == who).cloned()?;
        let back = query.get_untracked().without(&ASKS).link(PATH);
        if ask == "sign-out" {
            return Some(view! { <SignOut row back/> }.into_any());
        }
        let change = CHANGES.iter().find(|change| change.ask == ask)?;
        Some(view! { <ChangeForm change row back/> }.into_any())
    }
}

/// A change of a role or a status.
struct Change {
    ask: &'static str,
    field: (&'static str, &'static str),
    title: fn(&str) -> String,
    /// What follows from it.
    text: &'static str,
    yes: &'static str,
    danger: bool,
}

const CHANGES: [Change; 4] = [
    Change {
        ask: "promote",
        field: ("role", "admin"),
        title: |name| format!("Make {name} an admin?"),
        text: "Admins manage everybody’s accounts, the categories, and this server.",
        yes: "Make admin",
        danger: false,
    },
    Change {
        ask: "demote",
        field: ("role", "user"),
        title: |name| format!("Make {name} a user?"),
        text: "The pages of admins are closed to them at once. Their own entries stay as they are.",
        yes: "Make user",
        danger: false,
    },
    Change {
        ask: "disable",
        field: ("status", "disabled"),
        title: |name| format!("Disable {name}?"),
        text: "They are signed out everywhere at once and cannot sign in; their access tokens end for good. Their entries stay.",
        yes: "Disable",
        danger: true,
    },
    Change {
        ask: "enable",
        field: ("status", "active"),
        title: |name| format!("Enable {name} again?"),
        text: "They can sign in with their password again. Access tokens of before stay ended.",
        yes: "Enable",
        danger: false,
    },
];

/// Says so where somebody is about to do it to themselves.
fn text(text: &str, row: &PersonRow) -> String {
    if row.this { format!("This is you. {text}") } else { text.to_owned() }
}

#[component]
fn ChangeForm(change: &'static Change, row: PersonRow, back: String) -> impl IntoView {
    let action = use_command::<ChangePerson>();
    leave_when_done(action, back.clone());
    let text = text(change.text, &row);
    let Person { id, display_name, version, .. } = row.person;
    let about = vec![("user", id.to_string()), ("version", version.to_string()), (change.field.0, change.field.1.to_owned())];
    view! {
        <Ask id="ask" title=(change.title)(display_name.as_str()) back=back.clone()>
            <p>{text}</p>
            <CommandForm action id="ask-form" about next=back.clone()>
                <AskEnd back=back.clone() yes=change.yes danger=change.danger/>
            </CommandForm>
        </Ask>
    }
}

#[component]
fn SignOut(row: PersonRow, back: String) -> impl IntoView {
    let action = use_command::<SignOutPerson>();
    leave_when_done(action, back.clone());
    let text =
        text("Every browser and program that they are signed in with is signed out. Their personal access tokens stay.", &row);
    let Person { id, display_name, .. } = row.person;
    view! {
        <Ask id="ask" title=format!("Sign {display_name} out everywhere?") back=back.clone()>
            <p>{text}</p>
            <CommandForm action id="ask-form" about=vec![("user", id.to_string())] key="key" next=back.clone()>
                <AskEnd back=back.clone() yes="Sign out everywhere"/>
            </CommandForm>
        </Ask>
    }
}
