//! Sign in: plain forms, so that they work before and without WASM; the second asks for the code of whoever has a second factor.

use crate::{
    api::session,
    app::{
        components::{
            field::Field,
            form::{FormError, PlainForm, Submit},
            here::use_here,
            icon::{Icon, IconKind},
            layout::CardPage,
            password::PasswordField,
        },
        effect::effect,
        passkey,
    },
    domain::{Problem, user::SignUp},
};
use leptos::{prelude::*, task::spawn_local};
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
            <PlainForm<session::SignIn> id="sign-in" class="form" next=next.clone()>
                <Field label="Username" name="username" autocomplete="username" required=true autofocus=true/>
                <PasswordField label="Password" name="password" autocomplete="current-password"/>
                <FormError/>
                <Submit class="btn primary wide">"Sign in"</Submit>
            </PlainForm<session::SignIn>>
            <ByPasskey next/>
            {open.then(|| view! {
                <p class="door-foot">"New here? " <a class="link" href="/register">"Create an account"</a></p>
            })}
        </CardPage>
    }
}

/// The page after a right password. `next` as on the page before.
#[component]
pub fn SignInCode() -> impl IntoView {
    let next = use_query_map().with_untracked(|query| query.get("next")).unwrap_or_else(|| "/".to_owned());
    view! {
        <CardPage title="One more step" lead="Enter the code that your app shows for Outlay, or one of your recovery codes.">
            <PlainForm<session::SecondStep> id="second-step" class="form" next=next>
                <Field label="Code" name="code" autocomplete="one-time-code" required=true autofocus=true maxlength=40/>
                <FormError/>
                <Submit class="btn primary wide">"Go on"</Submit>
            </PlainForm<session::SecondStep>>
            <p class="door-foot"><a class="link" href="/sign-in">"Sign in as somebody else"</a></p>
        </CardPage>
    }
}

/// Shown where the browser can do it.
#[component]
fn ByPasskey(next: String) -> impl IntoView {
    let (there, busy) = (RwSignal::new(false), RwSignal::new(false));
    let refused = RwSignal::new(None::<String>);
    effect(move || there.set(passkey::are_there()));
    let on_click = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        refused.set(None);
        let next = next.clone();
        spawn_local(async move {
            // The browser loads a page that knows the new session.
            let entered =
                entered(next).await.and_then(|to| window().location().set_href(&to).map_err(|_| "Reload the page.".to_owned()));
            if let Err(message) = entered {
                refused.set(Some(message));
                busy.set(false);
            }
        });
    };
    view! {
        <div class="door-passkey" hidden=move || !there.get()>
            <p class="door-or">"or"</p>
            <button class="btn wide" type="button" disabled=move || busy.get() on:click=on_click>
                <Icon kind=IconKind::Key/>
                <span>"Use a passkey"</span>
            </button>
            {move || refused.get().map(|message| view! { <p class="form-error" role="alert">{message}</p> })}
        </div>
    }
}

/// Where a sign-in by passkey leads, or why there is none.
async fn entered(next: String) -> Result<String, String> {
    let told = |problem: Problem| problem.detail;
    let options = session::ask_for_passkey().await.map_err(told)?;
    let signed = passkey::sign(options).await.ok_or("No passkey was used. Try again, or sign in with your password.")?;
    session::enter_by_passkey(signed, next).await.map_err(told)
}
