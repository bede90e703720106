//! Create an account for oneself, where the admin lets people do so.

use crate::{
    api::session,
    app::components::{
        field::Field,
        form::{FormError, PlainForm, Submit},
        guess::use_guess,
        here::use_here,
        layout::CardPage,
        password::PasswordField,
    },
    domain::user::SignUp,
};
use leptos::prelude::*;

/// The page.
#[component]
pub fn Register() -> impl IntoView {
    let here = use_here();
    if here.sign_up() == SignUp::Open { view! { <Open/> }.into_any() } else { view! { <Closed/> }.into_any() }
}

#[component]
fn Closed() -> impl IntoView {
    view! {
        <CardPage title="Sign-up is closed" lead="Nobody can sign up here by themselves. Ask the person who runs this Outlay for an account.">
            <p class="door-foot"><a class="link" href="/sign-in">"Back to sign-in"</a></p>
        </CardPage>
    }
}

#[component]
fn Open() -> impl IntoView {
    let guess = use_guess();
    let username = RwSignal::new(String::new());
    view! {
        <CardPage title="Create an account" lead="Know where it went.">
            <PlainForm<session::Register> id="register" class="form" key="key">
                <Field
                    label="Username" name="username" autocomplete="username" required=true autofocus=true maxlength=32
                    hint="3 to 32 characters: small letters a to z, digits, dot, dash and underscore."
                    on_input=Callback::new(move |typed| username.set(typed))
                />
                <Field label="Your name (optional)" name="display_name" autocomplete="name" maxlength=64/>
                <PasswordField label="Password" name="password" autocomplete="new-password" username/>
                <input type="hidden" name="currency" value=move || guess.currency.get()/>
                <input type="hidden" name="time_zone" value=move || guess.time_zone.get()/>
                <input type="hidden" name="locale" value=move || guess.locale.get()/>
                <FormError/>
                <Submit class="btn primary wide">"Create the account"</Submit>
            </PlainForm<session::Register>>
            <p class="door-foot">"You have an account? " <a class="link" href="/sign-in">"Sign in"</a></p>
        </CardPage>
    }
}
