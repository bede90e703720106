//! A program asks for access: who it is, what it may then do, and the person's word. A plain form, for its answer leads to the
//! program.

use crate::{
    api::consent::{AccessRequest, asked},
    app::components::{
        here::use_here,
        layout::CardPage,
        read::{Loaded, use_read},
    },
    domain::Scope,
};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// The page.
#[component]
pub fn Consent() -> impl IntoView {
    let search = use_location().search.get_untracked();
    let data = use_read(|| (), move |()| asked(search.trim_start_matches('?').to_owned()));
    let who = use_here().me.with_untracked(|me| me.as_ref().map(|me| me.user.username.to_string()));
    view! {
        <CardPage title="A program asks for access">
            <Loaded data view=move |request| view! { <Question request/> }/>
            {who.map(|who| view! { <p class="door-foot">"You are signed in as " <strong>{who}</strong>"."</p> })}
        </CardPage>
    }
}

#[component]
fn Question(request: AccessRequest) -> impl IntoView {
    let AccessRequest { name, scopes, leads_to, pairs } = request;
    let promise = |scope: Scope| view! { <li>{scope.promise()}</li> };
    view! {
        <p class="door-lead"><strong>{name.to_string()}</strong>" wants to act for you. It may then:"</p>
        <ul class="consent-scopes">{scopes.iter().map(promise).collect_view()}</ul>
        <p class="consent-to">"You will be sent to " <strong>{leads_to}</strong>". You can end this at any time on your Settings page."</p>
        <form class="form consent-form" method="post" action="/oauth/authorize">
            {pairs.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect_view()}
            <button class="btn primary wide" type="submit" name="decision" value="allow">"Allow"</button>
            <button class="btn wide" type="submit" name="decision" value="deny">"Do not allow"</button>
        </form>
    }
}
