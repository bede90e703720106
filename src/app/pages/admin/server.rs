//! The server's settings: what admins decide here, and what is decided where the server is started.

use crate::{
    api::server::{ChangeServer, ServerKnown, server_settings},
    app::components::{
        field::{Field, Radio},
        form::{CommandForm, FormError, Submit, use_command},
        layout::Layout,
        read::{Loaded, use_read},
    },
    domain::user::SignUp,
};
use leptos::prelude::*;

/// The page.
#[component]
pub fn Server() -> impl IntoView {
    let data = use_read(|| (), |()| server_settings());
    view! {
        <Layout title="Server settings">
            <Loaded data view=|known| view! { <Cards known/> }/>
        </Layout>
    }
}

const POLICIES: [(SignUp, &str, &str); 3] = [
    (SignUp::Invite, "Whoever is invited", "An admin makes a link for each of them, under Users."),
    (SignUp::Open, "Anybody who can open this page", "For a server that only people you know can reach."),
    (SignUp::Closed, "Nobody", "Accounts are made on the server, with “outlay admin create”."),
];

#[component]
fn Cards(known: ServerKnown) -> impl IntoView {
    let ServerKnown { sign_up, sign_up_fixed, deleted_kept_days, fixed } = known;
    view! {
        <div class="settings">
            <section class="card" aria-labelledby="server-sign-up">
                <header><h2 id="server-sign-up">"Who may create an account"</h2></header>
                {match sign_up_fixed {
                    true => view! { <FixedPolicy sign_up/> }.into_any(),
                    false => view! { <Policy sign_up/> }.into_any(),
                }}
            </section>
            <section class="card" aria-labelledby="server-deleted">
                <header>
                    <h2 id="server-deleted">"Deleted people"</h2>
                    <p>"Whoever an admin deletes is kept with all that is theirs, so that they can be restored. Afterwards it is gone for good."</p>
                </header>
                <KeptDays days=deleted_kept_days/>
            </section>
            <section class="card" aria-labelledby="server-fixed">
                <header>
                    <h2 id="server-fixed">"Decided at the start"</h2>
                    <p>"These come from the environment, a file or flags. Change them there, and start the server again."</p>
                </header>
                <dl class="known-facts">
                    {fixed.into_iter().map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> }).collect_view()}
                </dl>
            </section>
        </div>
    }
}

#[component]
fn FixedPolicy(sign_up: SignUp) -> impl IntoView {
    let name = POLICIES.iter().find(|(policy, ..)| *policy == sign_up).map_or("", |(_, name, _)| *name);
    view! {
        <p><strong>{name}</strong></p>
        <p class="muted">"The server was started with this (OUTLAY_SIGN_UP), so it cannot be changed here."</p>
    }
}

#[component]
fn Policy(sign_up: SignUp) -> impl IntoView {
    let action = use_command::<ChangeServer>();
    let choice = move |(policy, label, note): (SignUp, &'static str, &'static str)| {
        view! { <Radio name="sign_up" value=policy.code() label note checked=policy == sign_up/> }
    };
    view! {
        <CommandForm action id="policy-form" class="form" clear=false>
            <fieldset class="fields policy" role="radiogroup" aria-labelledby="server-sign-up">{POLICIES.map(choice).collect_view()}</fieldset>
            <FormError/>
            <div class="form-actions"><Submit>"Save"</Submit></div>
        </CommandForm>
    }
}

#[component]
fn KeptDays(days: u32) -> impl IntoView {
    let action = use_command::<ChangeServer>();
    view! {
        <CommandForm action id="kept-form" class="form" clear=false>
            <Field label="Kept for so many days" name="deleted_kept_days" inputmode="numeric" value=days.to_string() required=true maxlength=3 hint="0 to 365. Who is deleted already is kept for as long as was said then."/>
            <FormError/>
            <div class="form-actions"><Submit>"Save"</Submit></div>
        </CommandForm>
    }
}
