//! What the person is called.

use super::Section;
use crate::{
    api::profile::Rename,
    app::components::{
        field::Field,
        form::{CommandForm, FormError, Submit, use_command},
        here::use_me,
    },
};
use leptos::prelude::*;

#[component]
pub(super) fn Profile() -> impl IntoView {
    let me = use_me();
    let action = use_command::<Rename>();
    let version = Signal::derive(move || me.with(|me| me.user.version));
    let (username, name) = me.with_untracked(|me| (me.user.username.to_string(), me.user.display_name.to_string()));
    view! {
        <Section id="profile" title="Profile" lead=format!("You sign in as “{username}”.")>
            <CommandForm action id="profile-form" class="form" version clear=false>
                <Field label="Your name" name="display_name" value=name autocomplete="name" required=true maxlength=64/>
                <FormError/>
                <div class="form-actions"><Submit>"Save"</Submit></div>
            </CommandForm>
        </Section>
    }
}
