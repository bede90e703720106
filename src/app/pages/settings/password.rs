//! Change the password.

use super::Section;
use crate::{
    api::session::ChangePassword,
    app::components::{
        form::{CommandForm, FormError, Submit, on_answer, use_command},
        here::{use_here, use_me},
        password::PasswordField,
    },
};
use leptos::prelude::*;

#[component]
pub(super) fn Password() -> impl IntoView {
    let (here, me) = (use_here(), use_me());
    let action = use_command::<ChangePassword>();
    on_answer(action, move |answer| {
        if answer.is_ok() {
            here.tell("Your password is changed. Every other device has been signed out.");
        }
    });
    let username = Signal::derive(move || me.with(|me| me.user.username.to_string()));
    view! {
        <Section id="password" title="Password" lead="Changing it signs out every other device of yours.">
            <CommandForm action id="password-form" class="form">
                <input class="sr-only" type="text" name="username" value=username autocomplete="username" readonly tabindex="-1" aria-hidden="true"/>
                <div class="form-grid">
                    <PasswordField label="Current password" name="current_password" autocomplete="current-password"/>
                    <PasswordField label="New password" name="new_password" autocomplete="new-password" username/>
                </div>
                <FormError/>
                <div class="form-actions"><Submit>"Change the password"</Submit></div>
            </CommandForm>
        </Section>
    }
}
