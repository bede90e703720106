//! The audit log: who did what and when, over everybody's journals, and who signed in or failed to. What somebody spent on is not
//! told here.

use crate::{
    api::oversight::{Audit, AuditLine, list_audit},
    app::{
        address::Query,
        components::{
            asked::{AskedChip, AskedDays, AskedForm},
            empty::Empty,
            here::use_me,
            icon::{Icon, IconKind},
            layout::Layout,
            pages::{Grows, Next, Pages, use_pages},
            read::Loaded,
        },
    },
    domain::{Cursor, audit::About},
};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

const PATH: &str = "/admin/audit";

impl Grows for Audit {
    fn next(&self) -> Option<&Cursor> {
        self.page.next()
    }
    fn append(&mut self, next: Self) {
        self.page.append(next.page);
    }
}

/// The page.
#[component]
pub fn AuditLog() -> impl IntoView {
    let search = use_location().search;
    let query = Memo::new(move |_| Query::parse(&search.get()));
    let pages = use_pages(
        move || query.get().text(),
        move |wanted: String, cursor| {
            let asked = match cursor {
                None => query.get_untracked(),
                Some(Cursor(cursor)) => Query::parse(&wanted).with("cursor", &cursor),
            };
            list_audit(asked.text())
        },
    );
    let file = move || query.get().without(&["cursor"]).link("/admin/audit/export");
    let actions = view! {
        <a class="btn" href=file rel="external" download><Icon kind=IconKind::Export/><span>"Download as CSV"</span></a>
    };
    view! {
        <Layout title="Audit log" actions=actions.into_any()>
            <Filter query/>
            <Loaded data=pages.data view=move |part| view! { <Lines part pages query/> }/>
        </Layout>
    }
}

/// What names people in the address, and how a person reads that.
const PEOPLE: [(&str, &str); 2] = [("actor", "Done by"), ("user", "About")];

#[component]
fn Filter(query: Memo<Query>) -> impl IntoView {
    let value = move |name: &'static str| move || query.with(|q| q.get(name).unwrap_or_default().to_owned());
    let field = move |(name, label): (&'static str, &'static str)| {
        let id = format!("asked-{name}");
        view! {
            <div class="field">
                <label for=id.clone()>{label}</label>
                <input
                    class="input" id=id name=name placeholder="Username" maxlength="32" autocomplete="off" autocapitalize="none"
                    value=value(name) prop:value=value(name)
                />
            </div>
        }
    };
    let chip = move |(name, label): (&'static str, &'static str)| {
        move || {
            let query = query.get();
            let text = query.get(name).map(|value| format!("{label} {value}"));
            let href = query.clone().without(&[name, "cursor"]).link(PATH);
            text.map(|text| view! { <AskedChip text href/> })
        }
    };
    view! {
        <div class="asked-line">
            <Kinds query/>
            <AskedForm path=PATH label="Filter the audit log" query kept="kind">{PEOPLE.map(field).collect_view()}</AskedForm>
        </div>
        <div class="filter-chips asked-chips">
            {PEOPLE.map(chip).collect_view()}
            <AskedDays path=PATH query/>
        </div>
    }
}

#[component]
fn Kinds(query: Memo<Query>) -> impl IntoView {
    let link = move |kind: Option<About>| {
        let code = kind.map(About::code);
        let current = move || query.with(|q| q.get("kind") == code).then_some("true");
        let href = move || {
            let rest = query.get().without(&["cursor", "kind", "command"]);
            code.map_or_else(|| rest.clone().link(PATH), |code| rest.clone().with("kind", code).link(PATH))
        };
        view! { <a href=href aria-current=current>{kind.map_or("All", About::label)}</a> }
    };
    view! {
        <nav class="seg" aria-label="Kind of change">
            {std::iter::once(None).chain(About::all().map(Some)).map(link).collect_view()}
        </nav>
    }
}

#[component]
fn Lines(part: Audit, pages: Pages<Audit>, query: Memo<Query>) -> impl IntoView {
    if part.page.items.is_empty() {
        let empty = match part.filtered {
            true => view! {
                <Empty icon=IconKind::Search title="Nothing like this" text="Take a part of the filter away, or look at all of it.">
                    <a class="btn" href=PATH>"Show all"</a>
                </Empty>
            }
            .into_any(),
            false => view! { <Empty icon=IconKind::History title="Nothing yet" text="Who signs in, and whatever anybody changes, is told here."/> }.into_any(),
        };
        return view! { <div class="card">{empty}</div> }.into_any();
    }
    let locale = use_me().with_untracked(|me| me.user.locale);
    let start = move || query.get().without(&["cursor"]).link(PATH);
    let next = part.page.next_cursor.clone().map(|cursor| {
        let href = query.get_untracked().with("cursor", &cursor.0).link(PATH);
        view! { <Next pages cursor href text="Older ones"/> }
    });
    let row = move |line: AuditLine| {
        let AuditLine { entry, owner, kind, request_id, day, time } = line;
        let own = entry.actor_id == entry.owner;
        let request = request_id.map(|id| format!(" · request {id}")).unwrap_or_default();
        let about = match owner {
            Some(name) if own => view! { <span class="faint"><bdi>{name}</bdi></span> }.into_any(),
            Some(name) => view! { <a class="link" href=format!("/admin/users/{}", entry.owner)><bdi>{name}</bdi></a> }.into_any(),
            None if own => view! { <span class="faint">"—"</span> }.into_any(),
            None => view! { <span class="faint">"gone"</span> }.into_any(),
        };
        view! {
            <tr>
                <td class="col-when num"><time datetime=entry.at.to_string()>{format!("{}, {time}", locale.day(day))}</time></td>
                <td class="col-actor"><bdi>{entry.actor}</bdi></td>
                <td class="col-done">
                    <bdi>{entry.summary}</bdi>
                    <span class="sub">{format!("{} · {}{request}", kind.map_or("Other", About::label), entry.via.label())}</span>
                </td>
                <td class="col-about">{about}</td>
            </tr>
        }
    };
    view! {
        <div class="card table-card">
            <table class="rows steady audit">
                <caption class="sr-only">"What was done, newest first"</caption>
                <thead>
                    <tr>
                        <th scope="col" class="col-when">"When"</th>
                        <th scope="col" class="col-actor">"Who"</th>
                        <th scope="col">"What"</th>
                        <th scope="col" class="col-about">"Whose account"</th>
                    </tr>
                </thead>
                <tbody>{part.page.items.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
        <nav class="pager" aria-label="Pages">
            {(!part.first).then(|| view! { <a class="btn" href=start>"Newest"</a> })}
            {next}
        </nav>
    }
    .into_any()
}
