//! The programs that may act for the person.

use super::Section;
use crate::{
    api::consent::{Connected, Disconnect, list_connected},
    app::components::{
        form::use_command,
        here::use_me,
        listed::{End, Line, listed, sub},
        read::{Loaded, use_read},
    },
};
use leptos::prelude::*;

#[component]
pub(super) fn Programs() -> impl IntoView {
    let list = use_read(|| (), |()| list_connected());
    let locale = use_me().with_untracked(|me| me.user.locale);
    let line = move |Connected { session, name, scopes, since, last_used }: Connected| {
        let scopes = scopes.to_string().replace(' ', ", ");
        let known = format!("{scopes} · since {} · last used {}", locale.day(since), locale.day(last_used));
        let (action, what) = (use_command::<Disconnect>(), ("session", session.to_string()));
        let told = Some("That program may no longer act for you.");
        let end = view! { <End action what name=name.to_string() text="Disconnect" told/> };
        view! { <Line name=name.to_string() sub=sub(known) end=Some(end.into_any())/> }.into_any()
    };
    view! {
        <Section id="programs" title="Connected programs" lead="Programs that you let act for you. Each may only do what you agreed to.">
            <Loaded data=list view=move |list| listed(list, "No program acts for you.", line)/>
        </Section>
    }
}
