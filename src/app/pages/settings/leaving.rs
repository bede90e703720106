//! Deleting the own account, with time to come back.

use super::Section;
use crate::{
    api::session::Leave,
    app::components::{
        form::{FormError, PlainForm, Submit},
        password::PasswordField,
    },
    domain::user::GRACE_DAYS,
};
use leptos::prelude::*;

#[component]
pub(super) fn Leaving() -> impl IntoView {
    let lead = format!(
        "You are signed out everywhere, and after {GRACE_DAYS} days all you have recorded is gone for good. Sign in again before, and all of it \
         stays. Download your data first."
    );
    view! {
        <Section id="leaving" title="Delete your account" lead>
            <details class="leaving">
                <summary class="btn danger">"Delete my account…"</summary>
                <PlainForm<Leave> id="leave-form" class="form">
                    <PasswordField label="Your password, to be sure" name="current_password" autocomplete="current-password"/>
                    <FormError/>
                    <div class="form-actions"><Submit class="btn danger primary">"Delete my account"</Submit></div>
                </PlainForm<Leave>>
            </details>
        </Section>
    }
}
