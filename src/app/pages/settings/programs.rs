//! The programs that may act for the person.

use super::Section;
use crate::{
    api::consent::{Connected, Disconnect, list_connected},
    app::components::{
        form::{CommandForm, Submit, on_answer, use_command},
        here::{use_here, use_me},
        read::{Loaded, use_read},
    },
    domain::Locale,
};
use leptos::prelude::*;

#[component]
pub(super) fn Programs() -> impl IntoView {
    let list = use_read(|| (), |()| list_connected());
    let locale = use_me().with_untracked(|me| me.user.locale);
    view! {
        <Section id="programs" title="Connected programs" lead="Programs that you let act for you. Each may only do what you agreed to.">
            <Loaded data=list view=move |list| {
                if list.is_empty() {
                    return view! { <p class="muted rows-none">"No program acts for you."</p> }.into_any();
                }
                view! { <ul class="rows">{list.into_iter().map(|one| view! { <One one locale/> }).collect_view()}</ul> }.into_any()
            }/>
        </Section>
    }
}

#[component]
fn One(one: Connected, locale: Locale) -> impl IntoView {
    let here = use_here();
    let action = use_command::<Disconnect>();
    on_answer(action, move |answer| match answer {
        Ok(()) => here.tell("That program may no longer act for you."),
        Err(problem) => here.tell(problem.detail.clone()),
    });
    let Connected { session, name, scopes, since, last_used } = one;
    let scopes = scopes.to_string().replace(' ', ", ");
    let sub = format!("{scopes} · since {} · last used {}", locale.day(since), locale.day(last_used));
    let name = name.to_string();
    view! {
        <li>
            <div class="rows-main">
                <p class="what">{name.clone()}</p>
                <p class="sub">{sub}</p>
            </div>
            <CommandForm action id=format!("disconnect-{session}") about=vec![("session", session.to_string())]>
                <Submit class="btn small danger">"Disconnect"<span class="sr-only">{format!(" {name}")}</span></Submit>
            </CommandForm>
        </li>
    }
}
