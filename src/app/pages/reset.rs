//! A new password by a link that an admin has made.

use crate::{
    api::session::{self, LinkHolder, reset_holder},
    app::components::{
        form::{FormError, PlainForm, Submit},
        layout::CardPage,
        password::PasswordField,
        read::{Loaded, use_read},
    },
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

/// The page; the address holds the link's token.
#[component]
pub fn Reset() -> impl IntoView {
    let params = use_params_map();
    let token = Memo::new(move |_| params.with(|params| params.get("token").unwrap_or_default()));
    let data = use_read(move || token.get(), reset_holder);
    view! {
        <Loaded data view=move |holder| match holder {
            Some(holder) => view! { <Choose holder token=token.get_untracked()/> }.into_any(),
            None => view! { <Dead/> }.into_any(),
        }/>
    }
}

#[component]
fn Choose(holder: LinkHolder, token: String) -> impl IntoView {
    let LinkHolder { username, display_name } = holder;
    let name = username.clone();
    view! {
        <CardPage title="A new password" lead=format!("For {display_name}, who signs in as {username}.")>
            <PlainForm<session::ResetPassword> id="reset" class="form" about=vec![("token", token)]>
                <input class="sr-only" type="text" name="username" value=username autocomplete="username" readonly tabindex="-1" aria-hidden="true"/>
                <PasswordField label="New password" name="new_password" autocomplete="new-password" username=name/>
                <FormError/>
                <Submit class="btn primary wide">"Set the password"</Submit>
            </PlainForm<session::ResetPassword>>
            <p class="door-foot">"You are signed out everywhere, and sign in with the new one."</p>
        </CardPage>
    }
}

#[component]
fn Dead() -> impl IntoView {
    view! {
        <CardPage title="This link is not valid any more" lead="It was used, is too old, or a newer one was made. Ask an admin for a new link.">
            <p class="door-foot"><a class="link" href="/sign-in">"Go to sign-in"</a></p>
        </CardPage>
    }
}
