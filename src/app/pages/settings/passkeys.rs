//! Passkeys: listed, added by a device, removed.

use super::Section;
use crate::{
    api::{
        done::Done,
        passkey::{Asked, BeginPasskey, PasskeyLine, PasskeyList, RemovePasskey, add_passkey, passkeys},
    },
    app::{
        components::{
            field::Field,
            form::{CommandForm, FormError, Submit, on_answer, use_command},
            here::{Accepted, Here, use_here, use_me},
            listed::{End, Line, listed, sub},
            password::PasswordField,
            read::{Followed, use_read},
        },
        effect::effect,
        passkey,
    },
    domain::{Locale, Problem},
};
use leptos::{prelude::*, task::spawn_local};

/// Nothing has happened yet: the device is asked.
impl Accepted for Asked {
    fn settle(&self, _here: Here) {}
}

#[component]
pub(super) fn Passkeys() -> impl IntoView {
    let data = use_read(|| (), |()| passkeys());
    let all = RwSignal::new(PasskeyList { list: Vec::new(), needs_code: false });
    let locale = use_me().with_untracked(|me| me.user.locale);
    let lead = "Sign in with your phone or computer, by finger, face or its code, and without a password.";
    let needs_code = Memo::new(move |_| all.with(|all| all.needs_code));
    let lines = move || listed(all.with(|all| all.list.clone()), "You have no passkeys.", |one| line(one, locale));
    view! {
        <Section id="passkeys" title="Passkeys" lead=lead>
            <Followed
                data
                into=Callback::new(move |now| all.set(now))
                view=move || view! { {lines} <Add needs_code/> }
            />
        </Section>
    }
}

/// A line of the list.
fn line(PasskeyLine { id, name, since, last_used }: PasskeyLine, locale: Locale) -> AnyView {
    let used = last_used.map_or_else(|| "never used".to_owned(), |day| format!("last used {}", locale.day(day)));
    let known = format!("since {} · {used}", locale.day(since));
    let (action, what) = (use_command::<RemovePasskey>(), ("passkey", id.to_string()));
    let told = Some("The passkey is removed. Every other device has been signed out.");
    let end = view! { <End action what name=name.clone() text="Remove" told/> };
    view! { <Line name sub=sub(known) end=Some(end.into_any())/> }.into_any()
}

/// Shown where the browser can do it.
#[component]
fn Add(needs_code: Memo<bool>) -> impl IntoView {
    let here = use_here();
    let there = RwSignal::new(None::<bool>);
    effect(move || there.set(Some(passkey::are_there())));
    let action = use_command::<BeginPasskey>();
    on_answer(action, move |answer| {
        let Ok(Asked { options, name }) = answer.clone() else { return };
        spawn_local(async move {
            match added(options, name).await {
                Ok(done) => {
                    done.settle(here);
                    here.tell("The passkey is added. Every other device has been signed out.");
                }
                Err(message) => here.tell(message),
            }
        });
    });
    view! {
        {move || {
            let text = match there.get() {
                None => "To add one, allow scripts for this page: the browser asks your device by them.",
                Some(false) => "This browser makes no passkeys for this address. They need https, or localhost, and a browser of the last few years.",
                Some(true) => return None,
            };
            Some(view! { <p class="muted">{text}</p> })
        }}
        <div hidden=move || there.get() != Some(true)>
            <CommandForm action id="passkey-form" class="form token-form">
                <h3>"A new passkey"</h3>
                <div class="form-grid">
                    <Field label="Name" name="name" required=true maxlength=64 hint="Of the device that will hold it."/>
                    <PasswordField label="Current password" name="current_password" autocomplete="current-password"/>
                    {move || needs_code.get().then(|| view! {
                        <Field label="Code of the app, or a recovery code" name="code" autocomplete="one-time-code" required=true maxlength=40/>
                    })}
                </div>
                <FormError/>
                <div class="form-actions"><Submit class="btn">"Add a passkey"</Submit></div>
            </CommandForm>
        </div>
    }
}

async fn added(options: String, name: String) -> Result<Done, String> {
    let made = passkey::make(options).await.ok_or("No passkey was made. Try again when your device is at hand.")?;
    add_passkey(name, made).await.map_err(|problem: Problem| problem.detail)
}
