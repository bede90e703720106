//! The first page of admins: who is here, what happened last, and how the server is.

use crate::{
    api::{
        oversight::AuditLine,
        overview::{Figure, Overview, RecordedOn, SeenRow, see_overview},
    },
    app::{
        address::Query,
        components::{
            here::use_me,
            icon::{Icon, IconKind},
            layout::Layout,
            read::{Loaded, use_read},
        },
    },
    domain::person::PeopleCount,
};
use leptos::{ev::MouseEvent, prelude::*};

const PATH: &str = "/admin";
const AUDIT: &str = "/admin/audit";
const PEOPLE: &str = "/admin/users";

/// The page.
#[component]
pub fn AdminOverview() -> impl IntoView {
    let data = use_read(|| (), |()| see_overview());
    // A link, so that it looks again without scripts, too.
    let again = move |event: MouseEvent| {
        event.prevent_default();
        data.refetch();
    };
    let actions = view! { <a class="btn" href=PATH on:click=again><Icon kind=IconKind::Refresh/><span>"Refresh"</span></a> };
    view! {
        <Layout title="Overview" actions=actions.into_any()>
            <Loaded data view=|known| view! { <Board known/> }/>
        </Layout>
    }
}

#[component]
fn Board(known: Overview) -> impl IntoView {
    let Overview { at, worries, figures, people, seen, latest, recorded, facts } = known;
    view! {
        <Worries worries at/>
        <div class="grid overview-figures">{figures.into_iter().map(|figure| view! { <FigureCard figure/> }).collect_view()}</div>
        <div class="grid two-one">
            <Latest latest/>
            <People people seen/>
        </div>
        <div class="grid two-one">
            <Recorded recorded/>
            <section class="card" aria-labelledby="overview-server">
                <header>
                    <h2 id="overview-server">"Server"</h2>
                    <span class="spacer"></span>
                    <a class="btn ghost small" href="/admin/settings">"Settings →"</a>
                </header>
                <dl class="known-facts">
                    {facts.into_iter().map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> }).collect_view()}
                </dl>
            </section>
        </div>
    }
}

/// What asks for somebody comes first, and it is said when nothing does.
#[component]
fn Worries(worries: Vec<String>, at: String) -> impl IntoView {
    let looked = view! { <span class="faint overview-at">{format!("As of {at}")}</span> };
    if worries.is_empty() {
        return view! {
            <p class="overview-well" role="status"><span class="pill up">"All is well"</span>" "{looked}</p>
        }
        .into_any();
    }
    view! {
        <section class="card worries" aria-labelledby="worries">
            <header><h2 id="worries">"What needs you"</h2><span class="spacer"></span>{looked}</header>
            <ul>
                {worries
                    .into_iter()
                    .map(|worry| view! { <li><Icon kind=IconKind::Warning/><span>{worry}</span></li> })
                    .collect_view()}
            </ul>
        </section>
    }
    .into_any()
}

#[component]
fn FigureCard(figure: Figure) -> impl IntoView {
    let Figure { name, value, note } = figure;
    view! {
        <section class="card kpi" aria-label=name>
            <h2 class="k">{name.clone()}</h2>
            <p class="v num">{value}</p>
            <p class="d">{note}</p>
        </section>
    }
}

#[component]
fn People(people: PeopleCount, seen: Vec<SeenRow>) -> impl IntoView {
    let PeopleCount { active, disabled, leaving, deleted, admins } = people;
    let locale = use_me().with_untracked(|me| me.user.locale);
    let number = move |n: u64| locale.group(&n.to_string());
    let counts = [
        ("Active", active, format!("{PEOPLE}?status=active")),
        ("Admins", admins, format!("{PEOPLE}?role=admin")),
        ("Disabled", disabled, format!("{PEOPLE}?status=disabled")),
        ("Leaving", leaving, PEOPLE.to_owned()),
        ("Deleted, kept", deleted, "/admin/deleted".to_owned()),
    ];
    let count = move |(name, n, href): (&'static str, u64, String)| {
        view! { <div><dt>{name}</dt><dd class="num"><a class="figure" href=href>{number(n)}</a></dd></div> }
    };
    let row = |SeenRow { id, display_name, initials, seen }: SeenRow| {
        view! {
            <li>
                <span class="avatar" aria-hidden="true">{initials}</span>
                <a class="person-link" href=format!("{PEOPLE}/{id}")><bdi>{display_name}</bdi></a>
                <span class="faint">{seen}</span>
            </li>
        }
    };
    view! {
        <section class="card" aria-labelledby="overview-people">
            <header>
                <h2 id="overview-people">"Users"</h2>
                <span class="spacer"></span>
                <a class="btn ghost small" href=PEOPLE>"See all →"</a>
            </header>
            <dl class="known-facts people-counts">{counts.map(count).into_iter().collect_view()}</dl>
            <h3>"Here last"</h3>
            <ul class="seen-last">{seen.into_iter().map(row).collect_view()}</ul>
        </section>
    }
}

#[component]
fn Latest(latest: Vec<AuditLine>) -> impl IntoView {
    let locale = use_me().with_untracked(|me| me.user.locale);
    let row = move |AuditLine { entry, owner, day, time, .. }: AuditLine| {
        let own = entry.actor_id == entry.owner;
        let about = (!own).then(|| owner.unwrap_or_else(|| "somebody who is gone".to_owned()));
        view! {
            <tr>
                <td class="col-when num"><time datetime=entry.at.to_string()>{format!("{}, {time}", locale.short_day(day))}</time></td>
                <td class="col-actor"><bdi>{entry.actor}</bdi></td>
                <td class="col-done">
                    <bdi>{entry.summary}</bdi>
                    {about.map(|name| view! { <span class="sub">"about "<bdi>{name}</bdi></span> })}
                </td>
            </tr>
        }
    };
    view! {
        <section class="card table-card latest" aria-labelledby="overview-latest">
            <header>
                <h2 id="overview-latest">"What happened last"</h2>
                <span class="spacer"></span>
                <a class="btn ghost small" href=AUDIT>"Audit log →"</a>
            </header>
            <table class="rows steady audit">
                <caption class="sr-only">"What was done last, newest first"</caption>
                <thead>
                    <tr>
                        <th scope="col" class="col-when">"When"</th>
                        <th scope="col" class="col-actor">"Who"</th>
                        <th scope="col">"What"</th>
                    </tr>
                </thead>
                <tbody>{latest.into_iter().map(row).collect_view()}</tbody>
            </table>
        </section>
    }
}

#[component]
fn Recorded(recorded: Vec<RecordedOn>) -> impl IntoView {
    let locale = use_me().with_untracked(|me| me.user.locale);
    let most = recorded.iter().map(|on| on.count).max().unwrap_or(0).max(1);
    let row = move |RecordedOn { day, count, more }: RecordedOn| {
        let href = Query::default().with("command", "record_expense").with("from", &day.to_string()).with("to", &day.to_string());
        let number = format!("{}{}", locale.group(&count.to_string()), if more { "+" } else { "" });
        let share = format!("{}%", u64::from(count) * 100 / u64::from(most));
        view! {
            <li>
                <a href=href.link(AUDIT)>
                    <span class="num">{locale.short_day(day)}</span>
                    <svg class="bar" aria-hidden="true">
                        <rect class="bar-track" width="100%" height="100%" rx="4"></rect>
                        <rect class="bar-fill" width=share height="100%" rx="4"></rect>
                    </svg>
                    <span class="num r">{number}<span class="sr-only">" expenses"</span></span>
                </a>
            </li>
        }
    };
    view! {
        <section class="card" aria-labelledby="overview-recorded">
            <header><h2 id="overview-recorded">"Expenses recorded a day"</h2></header>
            <ol class="per-day" reversed>{recorded.into_iter().rev().map(row).collect_view()}</ol>
            <p class="sub">"One by one, on the page or by a program. A statement that was imported is not counted."</p>
        </section>
    }
}
