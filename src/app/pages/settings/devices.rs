//! Where the person is signed in.

use super::Section;
use crate::{
    api::session::{Device, EndSession, devices},
    app::components::{
        form::{CommandForm, Submit, on_answer, use_command},
        here::{use_here, use_me},
        read::{Loaded, use_read},
    },
    domain::Locale,
};
use leptos::prelude::*;

#[component]
pub(super) fn Devices() -> impl IntoView {
    let list = use_read(|| (), |()| devices());
    let locale = use_me().with_untracked(|me| me.user.locale);
    view! {
        <Section id="devices" title="Where you are signed in" lead="Sign out what you do not know.">
            <Loaded data=list view=move |list| view! {
                <ul class="rows">{list.into_iter().map(|device| view! { <OneDevice device locale/> }).collect_view()}</ul>
            }/>
        </Section>
    }
}

#[component]
fn OneDevice(device: Device, locale: Locale) -> impl IntoView {
    let name = if device.agent.is_empty() { "Unnamed program".to_owned() } else { browser_name(&device.agent) };
    let seen = format!("{} · last used {}, {}", device.address, locale.day(device.day), device.time);
    let end = (!device.this).then(|| view! { <EndDevice device=device.clone() name=name.clone()/> });
    view! {
        <li>
            <div class="rows-main">
                <p class="what">{name.clone()}</p>
                <p class="sub">{seen}</p>
            </div>
            {device.this.then(|| view! { <span class="pill up">"This one"</span> })}
            {end}
        </li>
    }
}

#[component]
fn EndDevice(device: Device, name: String) -> impl IntoView {
    let here = use_here();
    let action = use_command::<EndSession>();
    on_answer(action, move |answer| match answer {
        Ok(()) => here.tell("That device has been signed out."),
        Err(problem) => here.tell(problem.detail.clone()),
    });
    view! {
        <CommandForm action id=format!("end-{}", device.id) about=vec![("session", device.id.to_string())]>
            <Submit class="btn small">"Sign out"<span class="sr-only">{format!(" {name}")}</span></Submit>
        </CommandForm>
    }
}

/// The part of a `User-Agent` that a person knows, such as `Firefox on Linux`; else all of it.
fn browser_name(agent: &str) -> String {
    // In this order: each also names those before it.
    let browsers = [("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];
    let systems = [
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "Mac"),
        ("Linux", "Linux"),
    ];
    let find = |names: &[(&str, &'static str)]| names.iter().find(|(part, _)| agent.contains(part)).map(|(_, name)| *name);
    match (find(&browsers), find(&systems)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        _ => agent.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::browser_name;

    #[test]
    fn devices_have_names_people_know() {
        let chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
        assert_eq!(browser_name(chrome), "Chrome on Linux");
        assert_eq!(browser_name(&format!("{chrome} Edg/140.0")), "Edge on Linux");
        assert_eq!(browser_name("Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"), "Firefox on Android");
        assert_eq!(browser_name("curl/8.0"), "curl/8.0");
    }
}
