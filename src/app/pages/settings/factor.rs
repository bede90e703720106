//! The second factor: begun with the password, scanned, confirmed by a code; recovery codes shown once; removed.

use super::Section;
use crate::{
    api::factor::{BeginFactor, ConfirmFactor, RemoveFactor, TurnedOn, factor},
    app::components::{
        field::Field,
        form::{CommandForm, FormError, Submit, on_answer, use_command},
        here::{Accepted, Here, use_here, use_me},
        password::PasswordField,
        read::{Followed, use_read},
    },
    domain::{
        Day,
        factor::{Enrolment, FactorState, RECOVERY_CODES, recovery_codes},
    },
};
use leptos::prelude::*;

/// The recovery codes that were just made.
impl Accepted for TurnedOn {
    fn settle(&self, here: Here) {
        here.shown_once.set(Some(self.recovery_codes.join(" ")));
        self.done.settle(here);
    }
}

#[component]
pub(super) fn Factor() -> impl IntoView {
    let data = use_read(|| (), |()| factor());
    let state = RwSignal::new(FactorState::Off);
    // What is half typed stays while nothing is different.
    let into = Callback::new(move |now: FactorState| {
        if state.with_untracked(|before| *before != now) {
            state.set(now);
        }
    });
    let shown = move || match state.get() {
        FactorState::Off => view! { <Off/> }.into_any(),
        FactorState::Begun(enrolment) => view! { <Begun enrolment=*enrolment/> }.into_any(),
        FactorState::On { since, codes } => view! { <On since codes/> }.into_any(),
    };
    view! {
        <Section id="factor" title="Second factor" lead="A code from an app on your phone, asked for after your password.">
            <NewCodes/>
            <Followed data into view=move || shown/>
        </Section>
    }
}

#[component]
fn NewCodes() -> impl IntoView {
    let shown = use_here().shown_once;
    move || {
        shown.get().as_deref().and_then(recovery_codes).map(|codes| {
            view! {
                <div class="token-new" role="status">
                    <p>"Keep these recovery codes where you find them without your phone. Each lets you in once; they will not be shown again."</p>
                    <ul class="factor-codes code" tabindex="0" aria-label="Recovery codes">
                        {codes.into_iter().map(|code| view! { <li>{code}</li> }).collect_view()}
                    </ul>
                </div>
            }
        })
    }
}

#[component]
fn Off() -> impl IntoView {
    let action = use_command::<BeginFactor>();
    view! {
        <CommandForm action id="factor-begin" class="form">
            <PasswordField label="Current password" name="current_password" autocomplete="current-password"/>
            <FormError/>
            <div class="form-actions"><Submit class="btn">"Set up a second factor"</Submit></div>
        </CommandForm>
    }
}

#[component]
fn Begun(enrolment: Enrolment) -> impl IntoView {
    let here = use_here();
    let action = use_command::<ConfirmFactor>();
    on_answer(action, move |answer| {
        if answer.is_ok() {
            here.tell("The second factor is on. Every other device has been signed out.");
        }
    });
    let Enrolment { secret, size, path } = enrolment;
    view! {
        <div class="factor-scan">
            <svg class="factor-picture" viewBox=format!("0 0 {size} {size}") role="img" aria-label="QR code for your app" shape-rendering="crispEdges">
                <rect width=size height=size fill="#fff"/>
                <path d=path fill="#000"/>
            </svg>
            <div>
                <p>"Scan this with your app, or type this into it:"</p>
                <p class="token-text code" tabindex="0">{secret}</p>
            </div>
        </div>
        <CommandForm action id="factor-confirm" class="form">
            <Field
                label="The code that the app shows" name="code" autocomplete="one-time-code" inputmode="numeric" required=true maxlength=10
            />
            <FormError/>
            <div class="form-actions"><Submit>"Turn it on"</Submit></div>
        </CommandForm>
    }
}

#[component]
fn On(since: Day, codes: usize) -> impl IntoView {
    let here = use_here();
    let action = use_command::<RemoveFactor>();
    on_answer(action, move |answer| {
        if answer.is_ok() {
            here.shown_once.set(None);
            here.tell("The second factor is off. Every other device has been signed out.");
        }
    });
    let since = use_me().with_untracked(|me| me.user.locale.day(since));
    let left = format!("On since {since}. {codes} of {RECOVERY_CODES} recovery codes are left.");
    view! {
        <p class="factor-on">{left}</p>
        <CommandForm action id="factor-remove" class="form">
            <div class="form-grid">
                <PasswordField label="Current password" name="current_password" autocomplete="current-password"/>
                <Field label="Code of the app, or a recovery code" name="code" autocomplete="one-time-code" required=true maxlength=40/>
            </div>
            <FormError/>
            <div class="form-actions"><Submit class="btn danger">"Remove the second factor"</Submit></div>
        </CommandForm>
    }
}
