//! Personal access tokens: made, shown once, listed, revoked.

use super::Section;
use crate::{
    api::tokens::{CreateToken, NewToken, RevokeToken, tokens},
    app::components::{
        field::{Field, Tick},
        form::{CommandForm, FormError, FormState, Submit, on_answer, use_command},
        here::{Accepted, Here, use_here, use_me},
        read::{Loaded, use_read},
    },
    domain::{Day, Me, token::TokenInfo},
};
use leptos::prelude::*;

impl Accepted for NewToken {
    fn settle(&self, here: Here) {
        self.done.settle(here);
        here.shown_once.set(Some(self.token.clone()));
    }
}

#[component]
pub(super) fn Tokens() -> impl IntoView {
    let list = use_read(|| (), |()| tokens());
    let lead = "For scripts and other programs that use Outlay in your name. Each may only do what you tick.";
    view! {
        <Section id="tokens" title="Personal access tokens" lead=lead>
            <NewOne/>
            <Loaded data=list view=|list| view! { <List list/> }/>
            <Create/>
        </Section>
    }
}

/// The token that has just been made.
#[component]
fn NewOne() -> impl IntoView {
    let shown = use_here().shown_once;
    move || {
        shown.get().filter(|shown| shown.starts_with("outlay_pat_")).map(|token| {
            view! {
                <div class="token-new" role="status">
                    <p>"Copy your new token now. It is not kept and will not be shown again."</p>
                    <p class="token-text code" tabindex="0">{token}</p>
                </div>
            }
        })
    }
}

#[component]
fn List(list: Vec<TokenInfo>) -> impl IntoView {
    if list.is_empty() {
        return view! { <p class="muted rows-none">"You have no tokens."</p> }.into_any();
    }
    let me = use_me().get_untracked();
    view! { <ul class="rows">{list.into_iter().map(|token| view! { <OneToken token me=me.clone()/> }).collect_view()}</ul> }
        .into_any()
}

#[component]
fn OneToken(token: TokenInfo, me: Me) -> impl IntoView {
    let here = use_here();
    let action = use_command::<RevokeToken>();
    on_answer(action, move |answer| match answer {
        Ok(()) => here.tell("The token is revoked."),
        Err(problem) => here.tell(problem.detail.clone()),
    });
    let day = |day: Day| me.user.locale.day(day);
    let used = token.last_used_at.map_or_else(|| "never used".to_owned(), |at| format!("last used {}", day(at.day())));
    let ended = token.expires_on < me.today;
    let until = if ended { format!("ended {}", day(token.expires_on)) } else { format!("until {}", day(token.expires_on)) };
    let name = token.name.to_string();
    view! {
        <li>
            <div class="rows-main">
                <p class="what">{name.clone()}</p>
                <p class="sub">{format!("{} · {until} · {used}", token.scopes.to_string().replace(' ', ", "))}</p>
            </div>
            <CommandForm action id=format!("revoke-{}", token.id) about=vec![("revoked", token.id.to_string())]>
                <Submit class="btn small danger">"Revoke"<span class="sr-only">{format!(" {name}")}</span></Submit>
            </CommandForm>
        </li>
    }
}

#[component]
fn Create() -> impl IntoView {
    let me = use_me();
    let action = use_command::<CreateToken>();
    let (admin, until) = me.with_untracked(|me| (me.user.is_admin(), me.today.plus(90).to_string()));
    view! {
        <CommandForm action id="token-form" class="form token-form" key="key">
            <h3>"A new token"</h3>
            <div class="form-grid">
                <Field label="Name" name="name" required=true maxlength=64 hint="Where you will use it."/>
                <Field label="Works until" name="expires_on" kind="date" value=until/>
            </div>
            <fieldset class="fields">
                <legend>"It may"</legend>
                <div class="ticks">
                    <Tick label="read everything of yours" name="read" checked=true/>
                    <Tick label="change entries" name="write"/>
                    <Tick label="import statements" name="import"/>
                    {admin.then(|| view! { <Tick label="act as admin" name="admin"/> })}
                </div>
                <ScopesError/>
            </fieldset>
            <FormError/>
            <div class="form-actions"><Submit class="btn">"Make the token"</Submit></div>
        </CommandForm>
    }
}

#[component]
fn ScopesError() -> impl IntoView {
    let state = expect_context::<FormState>();
    state.show_errors_of("scopes");
    move || state.error("scopes").map(|message| view! { <p class="field-error" role="alert">{message}</p> })
}
