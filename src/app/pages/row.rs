//! Rows that are changed in their place. `?edit=<id>` opens a row's editor, so it works as a link too;
//! with WASM it opens without another page, Escape leaves it and Enter saves.

use crate::{
    app::{
        address::Query,
        components::{
            form::{FormError, FormState, Post, Submit, on_answer},
            here::use_here,
            icon::{Icon, IconKind},
        },
        effect::effect,
    },
    domain::Code,
};
use leptos::{
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{FocusOptions, HtmlElement},
};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};
use uuid::Uuid;

/// Which row of the page is being changed.
#[derive(Clone, Copy)]
pub struct Editing {
    id: RwSignal<Option<Uuid>>,
    /// The field that was asked for; `None`: the first one.
    field: StoredValue<Option<&'static str>>,
    close: Callback<()>,
}

/// The row that the address asks for, and the one chosen since.
pub fn use_editing() -> Editing {
    let location = use_location();
    let asked = Memo::new(move |_| {
        location.search.with(|search| Query::parse(search).get("edit").and_then(|id| Uuid::try_parse(id).ok()))
    });
    let id = RwSignal::new(asked.get_untracked());
    effect(move || {
        if let Some(asked) = asked.get() {
            id.set(Some(asked));
        }
    });
    let (navigate, here) = (use_navigate(), use_here());
    let close = Callback::new(move |()| {
        if let Some(id) = id.get_untracked() {
            // On a phone the pencil is beside the row, which must not move away for it.
            let in_place = FocusOptions::new();
            in_place.set_prevent_scroll(true);
            focus_with(&pencil(id), in_place);
            // What was typed and refused goes with the editor.
            here.flash.maybe_update(|flash| flash.take_if(|flash| flash.value("id") == Some(&id.to_string())).is_some());
        }
        id.set(None);
        if asked.get_untracked().is_some() {
            let home = location.search.with_untracked(|search| Query::parse(search).without(&["edit"]));
            let stay = NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
            navigate(&home.link(&location.pathname.get_untracked()), stay);
        }
    });
    Editing { id, field: StoredValue::new(None), close }
}

impl Editing {
    /// Begins to change a row, in this field.
    pub fn open(self, id: Uuid, field: Option<&'static str>) {
        self.field.set_value(field);
        self.id.set(Some(id));
    }
    /// The row that is being changed, if any; `None` when the page has been left.
    pub fn row_now(self) -> Option<Option<Uuid>> {
        self.id.try_get_untracked()
    }
    /// The field to begin in, once.
    pub fn field(self) -> Option<&'static str> {
        self.field.try_update_value(Option::take).flatten()
    }
    /// True while this row is being changed.
    pub fn is(self, id: Uuid) -> Memo<bool> {
        Memo::new(move |_| self.id.get() == Some(id))
    }
    pub fn close(self) {
        self.close.run(());
    }
    /// Leaves the editor once its change was accepted.
    pub fn close_when_done<T: Send + Sync>(self, action: Post<T>) {
        on_answer(action, move |answer| {
            if answer.is_ok() {
                self.close();
            }
        });
    }
}

/// The DOM id of a row's pencil.
pub fn pencil(id: Uuid) -> String {
    format!("pencil-{id}")
}

/// The pencil that opens a row's editor.
#[component]
pub fn EditLink(
    editing: Editing,
    id: Uuid,
    /// The address that opens it without WASM.
    #[prop(into)]
    href: Signal<String>,
    /// Whose row it is, for screen readers.
    name: String,
) -> impl IntoView {
    view! {
        <a
            class="icon-btn" id=pencil(id) href=href aria-label=format!("Edit {name}")
            on:click=move |event| {
                event.prevent_default();
                editing.open(id, None);
            }
        >
            <Icon kind=IconKind::Pencil/>
        </a>
    }
}

/// What stands around an editor's form.
#[component]
pub fn Editor(
    editing: Editing,
    /// The DOM id of the field that takes the caret.
    first: String,
    children: Children,
) -> impl IntoView {
    effect(move || focus(&first));
    view! {
        <div
            class="editor"
            on:keydown=move |event| {
                if event.key() == "Escape" {
                    editing.close();
                }
            }
        >
            {children()}
        </div>
    }
}

/// The end of an editor's form: what was wrong, the way out, and the button.
#[component]
pub fn EditorEnd(
    editing: Editing,
    /// The page without the editor.
    back: String,
    /// The editor on what is stored now.
    now: String,
    /// The button that goes on though the balance does not suffice.
    #[prop(optional)]
    anyway: Option<&'static str>,
) -> impl IntoView {
    let state = expect_context::<FormState>();
    let stale = Memo::new(move |_| state.refused.with(|p| p.as_ref().is_some_and(|p| p.code == Code::VersionConflict)));
    view! {
        <div class="editor-end">
            {match anyway {
                Some(anyway) => view! { <FormError anyway/> }.into_any(),
                None => view! { <FormError/> }.into_any(),
            }}
            {move || {
                stale.get().then(|| view! { <a class="btn small" href=now.clone() rel="external">"Show it as it is now"</a> })
            }}
            <a
                class="btn ghost" href=back
                on:click=move |event| {
                    event.prevent_default();
                    editing.close();
                }
            >
                "Cancel"
            </a>
            <Submit>"Save"</Submit>
        </div>
    }
}

/// Puts the caret into what has just appeared, once it is there.
pub fn focus(id: &str) {
    focus_with(id, FocusOptions::new());
}

fn focus_with(id: &str, options: FocusOptions) {
    let id = id.to_owned();
    request_animation_frame(move || {
        let found = document().get_element_by_id(&id);
        if let Some(found) = found.and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
            // It can only fail on an element that is gone again.
            let _ = found.focus_with_options(&options);
        }
    });
}
