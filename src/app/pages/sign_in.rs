//! Sign in: one plain form, so that it works before and without WASM.

use crate::{
    api::session,
    app::components::{
        field::Field,
        form::{FormError, PlainForm, Submit},
        here::use_here,
        layout::CardPage,
        password::PasswordField,
    },
    domain::user::SignUp,
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// The page. `next` in the address leads back to where the person wanted to go.
#[component]
pub fn SignIn() -> impl IntoView {
    let here = use_here();
    let next = use_query_map().with_untracked(|query| query.get("next")).unwrap_or_else(|| "/".to_owned());
    let open = here.sign_up() == SignUp::Open;
    let notice = move || here.notice.get().map(|notice| view! { <p class="door-notice" role="status">{notice.message}</p> });
    view! {
        <CardPage title="Sign in" lead="Know where it went.">
            {notice}
            <PlainForm<session::SignIn> id="sign-in" class="form" next=next>
                <Field label="Username" name="username" autocomplete="username" required=true autofocus=true/>
                <PasswordField label="Password" name="password" autocomplete="current-password"/>
                <FormError/>
                <Submit class="btn primary wide">"Sign in"</Submit>
            </PlainForm<session::SignIn>>
            {open.then(|| view! {
                <p class="door-foot">"New here? " <a class="link" href="/register">"Create an account"</a></p>
            })}
        </CardPage>
    }
}
