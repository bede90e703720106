//! The questions before something is done to somebody.

use super::ASKS;
use crate::{
    api::people::{ChangePerson, DeletePerson, Invite as MakeInvite, MakeResetLink, PersonChanged, PersonRow, SignOutPerson},
    app::{
        address::Query,
        components::{
            ask::{Ask, AskEnd, leave_when_done},
            field::Field,
            form::{CommandForm, use_command},
            here::{Accepted, Here},
        },
    },
    domain::{person::Person, user::SignUp},
};
use leptos::prelude::*;

impl Accepted for PersonChanged {
    fn settle(&self, here: Here) {
        self.done.settle(here);
        here.tell(self.said.clone());
    }
}

/// The question that the address asks about one of the people shown, if it asks any.
#[component]
pub fn Question(
    people: Vec<PersonRow>,
    query: Memo<Query>,
    /// For how many days people are kept who are deleted now.
    kept_days: u32,
    /// The page's own path.
    path: String,
) -> impl IntoView {
    let asked = Memo::new(move |_| query.with(|q| q.get("ask").map(str::to_owned).zip(q.get("who").map(str::to_owned))));
    move || {
        let (ask, who) = asked.get()?;
        let row = people.iter().find(|row| row.person.id.to_string() == who).cloned()?;
        let back = query.get_untracked().without(&ASKS).link(&path);
        match ask.as_str() {
            "sign-out" => return Some(view! { <SignOut row back/> }.into_any()),
            "reset" => return Some(view! { <ResetLink row back/> }.into_any()),
            // Whoever is gone has no page of their own any more.
            "delete" => return Some(view! { <Delete row kept_days back next=super::PATH.to_owned()/> }.into_any()),
            _ => {}
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

#[component]
fn ResetLink(row: PersonRow, back: String) -> impl IntoView {
    let action = use_command::<MakeResetLink>();
    leave_when_done(action, back.clone());
    let Person { id, display_name, .. } = row.person;
    view! {
        <Ask id="ask" title=format!("A new password for {display_name}?") back=back.clone()>
            <p>
                "You get a link to send them. It works once, within an hour; a link that you made before ends. When they have chosen a new "
                "password, they are signed out everywhere else."
            </p>
            <CommandForm action id="ask-form" about=vec![("user", id.to_string())] key="key" next=back.clone()>
                <AskEnd back=back.clone() yes="Make the link"/>
            </CommandForm>
        </Ask>
    }
}

/// How many expenses and days, in words.
fn counted(n: u64, one: &str) -> String {
    format!("{n} {one}{}", if n == 1 { "" } else { "s" })
}

#[component]
fn Delete(
    row: PersonRow,
    kept_days: u32,
    back: String,
    /// Where to go when they are gone.
    next: String,
) -> impl IntoView {
    let action = use_command::<DeletePerson>();
    leave_when_done(action, next.clone());
    let kept = match kept_days {
        0 => "All of it is taken away within minutes, and cannot be restored.".to_owned(),
        days => format!("All of it is kept for {}, in which you can restore them.", counted(days.into(), "day")),
    };
    let Person { id, display_name, username, version, expenses, .. } = row.person.clone();
    let goes = format!("Their {}, funds, budgets and sessions go with them. {kept}", counted(expenses, "expense"));
    let about = vec![("user", id.to_string()), ("version", version.to_string())];
    view! {
        <Ask id="ask" title=format!("Delete {display_name}?") back=back.clone()>
            <p>{text(&goes, &row)}</p>
            <CommandForm action id="ask-form" class="form ask-typed" about next>
                <Field label=format!("Type {username} to confirm") name="typed" required=true autofocus=true maxlength=32/>
                <AskEnd back=back.clone() yes="Delete user" danger=true/>
            </CommandForm>
        </Ask>
    }
}

/// The question whether to invite somebody, if the address asks it.
#[component]
pub fn Invite(query: Memo<Query>, sign_up: SignUp) -> impl IntoView {
    let asked = Memo::new(move |_| query.with(|q| q.get("ask") == Some("invite")));
    move || {
        asked.get().then(|| {
            let back = query.get_untracked().without(&ASKS).link(super::PATH);
            match sign_up {
                SignUp::Closed => view! { <Closed back/> }.into_any(),
                SignUp::Open | SignUp::Invite => view! { <MakeLink back/> }.into_any(),
            }
        })
    }
}

#[component]
fn MakeLink(back: String) -> impl IntoView {
    let action = use_command::<MakeInvite>();
    leave_when_done(action, back.clone());
    view! {
        <Ask id="ask" title="Invite somebody?" back=back.clone()>
            <p>"You get a link to send them. With it they can make one account of their own, within a week."</p>
            <CommandForm action id="ask-form" key="key" next=back.clone()>
                <AskEnd back=back.clone() yes="Make the link"/>
            </CommandForm>
        </Ask>
    }
}

#[component]
fn Closed(back: String) -> impl IntoView {
    view! {
        <Ask id="ask" title="Sign-up is closed" back=back.clone()>
            <p>"Nobody can make an account, not even by invitation. Let people sign up by invitation first."</p>
            <div class="dialog-actions">
                <a class="btn" href=back data-noscroll="true">"Cancel"</a>
                <a class="btn primary" href="/admin/settings">"Server settings"</a>
            </div>
        </Ask>
    }
}
