//! What stands where there is nothing yet, or nothing to be had: what to do first.

use super::icon::{Icon, IconKind};
use crate::domain::Problem;
use leptos::prelude::*;

/// An empty state: says what to do first; the button is the children.
#[component]
pub fn Empty(
    icon: IconKind,
    #[prop(into)] title: String,
    #[prop(into)] text: String,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <Icon kind=icon/>
            <p class="empty-title">{title}</p>
            <p class="empty-text">{text}</p>
            {children.map(|children| children())}
        </div>
    }
}

/// Something could not be read.
#[component]
pub fn Refused(problem: Problem) -> impl IntoView {
    view! {
        <div class="empty" role="alert">
            <Icon kind=IconKind::Warning/>
            <p class="empty-title">{problem.code.title()}</p>
            <p class="empty-text">{problem.detail}</p>
        </div>
    }
}
