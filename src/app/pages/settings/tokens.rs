//! Personal access tokens: made, shown once, listed, revoked.

use super::Section;
use crate::{
    api::tokens::{CreateToken, NewToken, RevokeToken, tokens},
    app::components::{
        field::{ErrorOf, Field, Tick},
        form::{CommandForm, FormError, Submit, use_command},
        here::{Accepted, Here, use_here, use_me},
        listed::{End, Line, listed, sub},
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
    let (list, me) = (use_read(|| (), |()| tokens()), use_me());
    let lead = "For scripts and other programs that use Outlay in your name. Each may only do what you tick.";
    view! {
        <Section id="tokens" title="Personal access tokens" lead=lead>
            <NewOne/>
            <p class="muted rows-none">
                "What they may be used for, with examples to copy: "
                <a class="link" href="/api/docs" rel="external">"the API"</a> "."
            </p>
            <Loaded data=list view=move |list| listed(list, "You have no tokens.", |token| line(token, &me.get_untracked()))/>
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

/// A line of the list.
fn line(token: TokenInfo, me: &Me) -> AnyView {
    let day = |day: Day| me.user.locale.day(day);
    let used = token.last_used_at.map_or_else(|| "never used".to_owned(), |at| format!("last used {}", day(at.day())));
    let ended = token.expires_on < me.today;
    let until = if ended { format!("ended {}", day(token.expires_on)) } else { format!("until {}", day(token.expires_on)) };
    let known = format!("{} · {until} · {used}", token.scopes.to_string().replace(' ', ", "));
    let (action, what) = (use_command::<RevokeToken>(), ("revoked", token.id.to_string()));
    let end = view! { <End action what name=token.name.to_string() text="Revoke" told=Some("The token is revoked.")/> };
    view! { <Line name=token.name.to_string() sub=sub(known) end=Some(end.into_any())/> }.into_any()
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
                <ErrorOf field="scopes"/>
            </fieldset>
            <FormError/>
            <div class="form-actions"><Submit class="btn">"Make the token"</Submit></div>
        </CommandForm>
    }
}
