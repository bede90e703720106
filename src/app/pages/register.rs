//! Create an account for oneself: where the admin lets anybody do so, or by the link of an invitation.

use crate::{
    api::session::{self, is_invited},
    app::components::{
        field::Field,
        form::{FormError, PlainForm, Submit},
        guess::use_guess,
        here::use_here,
        layout::CardPage,
        password::PasswordField,
        read::{Loaded, use_read},
    },
    domain::user::SignUp,
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

/// The page.
#[component]
pub fn Register() -> impl IntoView {
    match use_here().sign_up() {
        SignUp::Open => view! { <Open/> }.into_any(),
        SignUp::Invite => view! { <InviteOnly/> }.into_any(),
        SignUp::Closed => view! { <Closed/> }.into_any(),
    }
}

/// The page of an invitation, whose token the address holds.
#[component]
pub fn Invited() -> impl IntoView {
    let params = use_params_map();
    let token = Memo::new(move |_| params.with(|params| params.get("token").unwrap_or_default()));
    let data = use_read(move || token.get(), is_invited);
    view! {
        <Loaded data view=move |good| match good {
            true => view! { <Open invite=token.get_untracked()/> }.into_any(),
            false => view! { <Dead/> }.into_any(),
        }/>
    }
}

#[component]
fn Dead() -> impl IntoView {
    view! {
        <CardPage title="This invitation is not valid any more" lead="It was used, or is too old. Ask who sent it for a new one.">
            <p class="door-foot"><a class="link" href="/sign-in">"Go to sign-in"</a></p>
        </CardPage>
    }
}

#[component]
fn InviteOnly() -> impl IntoView {
    view! {
        <CardPage title="Sign-up is by invitation" lead="Ask the person who runs this Outlay for a link.">
            <p class="door-foot"><a class="link" href="/sign-in">"Back to sign-in"</a></p>
        </CardPage>
    }
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
fn Open(
    /// What is in the link of an invitation.
    #[prop(optional)]
    invite: String,
) -> impl IntoView {
    let guess = use_guess();
    let username = RwSignal::new(String::new());
    view! {
        <CardPage title="Create an account" lead="Know where it went.">
            <PlainForm<session::Register> id="register" class="form" key="key" about=vec![("invite_token", invite)]>
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
