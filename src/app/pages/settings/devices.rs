//! Where the person is signed in.

use super::Section;
use crate::{
    api::session::{Device, EndSession, devices},
    app::components::{
        form::use_command,
        here::use_me,
        icon::{Icon, IconKind},
        listed::{End, Line, listed, sub},
        read::{Loaded, use_read},
    },
};
use leptos::prelude::*;

#[component]
pub(super) fn Devices() -> impl IntoView {
    let list = use_read(|| (), |()| devices());
    let locale = use_me().with_untracked(|me| me.user.locale);
    let line = move |Device { id, name, address, day, time, this }: Device| {
        let known = sub(format!("{address} · last used {}, {time}", locale.day(day)));
        let end = match this {
            true => view! { <span class="pill up">"This one"</span> }.into_any(),
            false => {
                let (action, what, told) =
                    (use_command::<EndSession>(), ("session", id.to_string()), Some("That device has been signed out."));
                view! { <End action what name=name.clone() text="Sign out" class="btn small" told/> }.into_any()
            }
        };
        view! { <Line name sub=known end=Some(end)/> }.into_any()
    };
    view! {
        <Section id="devices" title="Where you are signed in" lead="Sign out what you do not know.">
            <Loaded data=list view=move |list| listed(list, "Nowhere.", line)/>
            <div class="form-actions">
                <a class="btn" href="/activity"><Icon kind=IconKind::Shield/><span>"Who signed in, and who tried to"</span></a>
            </div>
        </Section>
    }
}
