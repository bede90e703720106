//! The first run: the first admin, their money and calendar, and who may sign up. Reached by the one-time
//! link that the server prints; everybody else is told so.

use crate::{
    api::{profile, session},
    app::components::{
        field::{Field, Radio},
        form::{FormError, PlainForm, Submit},
        guess::{Guess, use_guess},
        layout::CardPage,
        password::PasswordField,
        read::{Loaded, use_read},
        select::{SelectField, currency_choices, locale_choices, time_zone_choices},
    },
    domain::{Currency, Locale, Money},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// The page.
#[component]
pub fn Setup() -> impl IntoView {
    let token = use_query_map().with_untracked(|query| query.get("token")).filter(|token| !token.is_empty());
    match token {
        Some(token) => view! { <Wizard token/> }.into_any(),
        None => view! {
            <CardPage
                title="Set up Outlay"
                lead="The server printed a one-time link when it started. Open that link to set up Outlay. If it is gone, restart the server."
            >
                <p class="door-foot"><a class="link" href="/">"Go to Outlay"</a></p>
            </CardPage>
        }
        .into_any(),
    }
}

#[component]
fn Wizard(token: String) -> impl IntoView {
    let guess = use_guess();
    view! {
        <CardPage title="Set up Outlay" lead="You will be the first admin. The first entry fixes the currency; nearly all else can be changed later." wide=true>
            <PlainForm<session::SetUp> id="set-up" class="form" about=vec![("token", token)]>
                <You/>
                <Place guess/>
                <Purse guess/>
                <Others/>
                <FormError/>
                <Submit class="btn primary wide">"Start using Outlay"</Submit>
            </PlainForm<session::SetUp>>
        </CardPage>
    }
}

#[component]
fn You() -> impl IntoView {
    let username = RwSignal::new(String::new());
    view! {
        <section class="door-section" aria-labelledby="set-up-you">
            <h2 id="set-up-you">"You"</h2>
            <div class="form-grid">
                <Field
                    label="Username" name="username" autocomplete="username" required=true autofocus=true maxlength=32
                    hint="Small letters, digits, dot, dash, underscore."
                    on_input=Callback::new(move |typed| username.set(typed))
                />
                <Field label="Your name (optional)" name="display_name" autocomplete="name" maxlength=64 hint="As the page calls you."/>
            </div>
            <PasswordField label="Password" name="password" autocomplete="new-password" username/>
        </section>
    }
}

#[component]
fn Place(guess: Guess) -> impl IntoView {
    let zones = use_read(|| (), |()| profile::time_zones());
    view! {
        <section class="door-section" aria-labelledby="set-up-place">
            <h2 id="set-up-place">"Where you live"</h2>
            <Loaded data=zones view=move |zones| view! {
                <div class="form-grid">
                    <SelectField
                        label="Time zone" name="time_zone" choices=time_zone_choices(&zones) value=guess.time_zone
                        hint="Decides when your day begins."
                    />
                    <SelectField
                        label="Numbers and dates" name="locale" choices=locale_choices() value=guess.locale
                        hint="How amounts and days are written."
                    />
                </div>
            }/>
        </section>
    }
}

#[component]
fn Purse(guess: Guess) -> impl IntoView {
    let example = move || {
        let locale = guess.locale.with(|code| code.parse::<Locale>()).unwrap_or_default();
        locale.input(Money::new(125_000, Currency::EUR))
    };
    view! {
        <section class="door-section" aria-labelledby="set-up-money">
            <h2 id="set-up-money">"Your money"</h2>
            <div class="form-grid">
                <SelectField label="Currency" name="currency" choices=currency_choices() value=guess.currency/>
                <Field
                    label="Opening balance (optional)" name="amount" inputmode="decimal"
                    hint=Signal::derive(move || format!("What you have now, such as {}.", example()))
                />
            </div>
        </section>
    }
}

#[component]
fn Others() -> impl IntoView {
    view! {
        <fieldset class="fields" role="radiogroup" aria-labelledby="set-up-others">
            <div class="door-section">
                <h2 id="set-up-others">"Who may create an account"</h2>
                <Radio name="sign_up" value="closed" label="Nobody" note="Accounts are made on the server, with “outlay admin create”." checked=true/>
                <Radio name="sign_up" value="invite" label="Whoever you invite" note="You make a link for each of them, under Users."/>
                <Radio name="sign_up" value="open" label="Anybody who can open this page" note="For a server that only people you know can reach."/>
            </div>
        </fieldset>
    }
}
