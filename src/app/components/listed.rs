//! Short lists of things that can be ended: what each is, what is known of it, and the button that ends it.

use super::{
    form::{CommandForm, Post, Submit, on_answer},
    here::use_here,
};
use leptos::prelude::*;

/// A line for each; where there are none, a sentence that says so.
pub fn listed<T>(list: Vec<T>, none: &'static str, line: impl Fn(T) -> AnyView) -> AnyView {
    if list.is_empty() {
        return view! { <p class="muted rows-none">{none}</p> }.into_any();
    }
    view! { <ul class="rows">{list.into_iter().map(line).collect_view()}</ul> }.into_any()
}

/// One line.
#[component]
pub fn Line(
    #[prop(into)] name: String,
    /// What is known of it.
    sub: AnyView,
    /// What can be done with it.
    #[prop(optional_no_strip)]
    end: Option<AnyView>,
) -> impl IntoView {
    view! {
        <li>
            <div class="rows-main">
                <p class="what">{name}</p>
                {sub}
            </div>
            {end}
        </li>
    }
}

/// What is known of a line, in a sentence.
pub fn sub(text: String) -> AnyView {
    view! { <p class="sub">{text}</p> }.into_any()
}

/// The button that ends something, and says what came of it.
#[component]
pub fn End<T: Send + Sync + 'static>(
    action: Post<T>,
    /// What ends: the argument of the function, and its value.
    what: (&'static str, String),
    /// What it is called, for screen readers.
    #[prop(into)]
    name: String,
    text: &'static str,
    #[prop(default = "btn small danger")] class: &'static str,
    /// What is said when it has ended, where the answer itself does not.
    #[prop(optional_no_strip)]
    told: Option<&'static str>,
) -> impl IntoView {
    let here = use_here();
    on_answer(action, move |answer| match (answer, told) {
        (Ok(_), Some(told)) => here.tell(told),
        (Ok(_), None) => {}
        (Err(problem), _) => here.tell(problem.detail.clone()),
    });
    view! {
        <CommandForm action id=format!("{}-{}", what.0, what.1) about=vec![what]>
            <Submit class=class>{text}<span class="sr-only">{format!(" {name}")}</span></Submit>
        </CommandForm>
    }
}
