//! Programs that may ask people for access (OAuth 2.0): registered and removed by admins.

use crate::{
    api::programs::{RegisterProgram, RemoveProgram, programs},
    app::components::{
        empty::Empty,
        field::{ErrorOf, Field, TextField, Tick},
        form::{CommandForm, FormError, Submit, use_command},
        icon::IconKind,
        layout::Layout,
        listed::{End, Line, listed},
        read::{Loaded, use_read},
    },
    domain::Program,
};
use leptos::prelude::*;

/// The page.
#[component]
pub fn Clients() -> impl IntoView {
    let data = use_read(|| (), |()| programs());
    view! {
        <Layout title="Programs">
            <div class="settings">
                <section class="card" aria-labelledby="register-title">
                    <header>
                        <h2 id="register-title">"Register a program"</h2>
                        <p>"It may then ask people for access by the authorization code with PKCE. It needs no secret."</p>
                    </header>
                    <Register/>
                </section>
                <section class="card" aria-labelledby="registered-title">
                    <header><h2 id="registered-title">"Registered programs"</h2></header>
                    <Loaded data view=|list| view! { <List list/> }/>
                </section>
            </div>
        </Layout>
    }
}

#[component]
fn Register() -> impl IntoView {
    let action = use_command::<RegisterProgram>();
    view! {
        <CommandForm action id="register-program" class="form" key="id">
            <Field label="Name" name="name" required=true maxlength=64 hint="People decide by it."/>
            <TextField
                label="Where people are sent back to" name="redirect_uris" rows=2
                hint="One address a line, as the program sends it, to the letter: https://…, http:// on the person’s own machine, or com.example.app:/…"
            />
            <fieldset class="fields">
                <legend>"It may ask to"</legend>
                <div class="ticks">
                    <Tick label="read" name="read" checked=true/>
                    <Tick label="change entries" name="write"/>
                    <Tick label="import statements" name="import"/>
                    <Tick label="act as admin" name="admin"/>
                    <Tick label="manage the account" name="account"/>
                </div>
                <ErrorOf field="scopes"/>
            </fieldset>
            <FormError/>
            <div class="form-actions"><Submit>"Register"</Submit></div>
        </CommandForm>
    }
}

#[component]
fn List(list: Vec<Program>) -> impl IntoView {
    if list.is_empty() {
        let text = "A program that is registered here can ask people for access to their account.";
        return view! { <Empty icon=IconKind::Window title="No programs" text/> }.into_any();
    }
    listed(list, "", line)
}

fn line(program: Program) -> AnyView {
    let addresses = program.redirect_uris.iter().map(ToString::to_string).collect::<Vec<_>>().join(" · ");
    let known = view! {
        <p class="sub">"client_id " <span class="code">{program.id.to_string()}</span></p>
        <p class="sub client-addresses">{addresses}</p>
        <p class="sub">{format!("May ask for: {}", program.scopes.to_string().replace(' ', ", "))}</p>
    };
    let (action, what) = (use_command::<RemoveProgram>(), ("program", program.id.to_string()));
    let end = view! { <End action what name=program.name.to_string() text="Remove" told=None/> };
    view! { <Line name=program.name.to_string() sub=known.into_any() end=Some(end.into_any())/> }.into_any()
}
