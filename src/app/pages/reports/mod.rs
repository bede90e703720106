//! Reports: what was spent in any days, divided and compared, and each number opened. The address is the question.

mod board;
mod question;
mod tables;

use crate::{
    api::reports::read_report,
    app::{
        address::Query,
        charts::PATTERNS,
        components::{
            here::use_me,
            icon::{Icon, IconKind},
            layout::Layout,
            read::{Loaded, use_read},
        },
        keys::{Group, use_key},
    },
    domain::{
        FieldError, Me,
        report::{ASKED_FIELDS, Asked, Report},
    },
};
use board::Board;
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_navigate};
use question::{Question, Unclear};

/// The page's own path.
const PATH: &str = "/reports";

/// What the address asks for, or what is wrong with it.
type Answered = Result<Asked, Vec<FieldError>>;

/// The page.
#[component]
pub fn Reports() -> impl IntoView {
    let search = use_location().search;
    let (me, query) = (use_me(), Memo::new(move |_| search.with(|s| Query::parse(s))));
    let asked: Memo<Answered> = Memo::new(move |_| me.with(|me| query.with(|q| Asked::read(q.pairs(), &me.user, me.today))));
    let text = Memo::new(move |_| asked.with(Result::is_ok).then(|| query.with(question_of).text()));
    let data = use_read(
        move || text.get(),
        |text| async move {
            match text {
                Some(text) => read_report(text).await.map(Some),
                None => Ok(None),
            }
        },
    );
    let actions = view! { <Steps asked query/> };
    let board = move |report: Option<Report>| report.map(|report| view! { <Board report query=query.get_untracked()/> });
    view! {
        <Layout title="Reports" actions=actions.into_any()>
            <Question asked query/>
            <Unclear asked/>
            <Loaded data view=board/>
        </Layout>
    }
}

/// The part of an address that is about the report and not about the page.
fn question_of(query: &Query) -> Query {
    let own = query.pairs().filter(|(name, _)| ASKED_FIELDS.contains(name));
    own.fold(Query::default(), |question, (name, value)| question.with(name, value))
}

/// The page with another question; what is about the page stays.
fn link(asked: &Asked, query: &Query) -> String {
    let pairs = asked.pairs().into_iter().fold(Query::default(), |query, (name, value)| query.with(name, &value));
    pairs.with(PATTERNS, query.get(PATTERNS).unwrap_or_default()).link(PATH)
}

/// To another report of the same question, where there is one.
type Step = fn(&Asked, &Me) -> Option<Asked>;

/// Links to the report before and after, and to that of today.
#[component]
fn Steps(asked: Memo<Answered>, query: Memo<Query>) -> impl IntoView {
    let me = use_me();
    let to = move |step: Step| {
        let stepped = me.with(|me| asked.with(|asked| step(asked.as_ref().ok()?, me)))?;
        Some(query.with(|query| link(&stepped, query)))
    };
    for (key, label, step) in [("[", "Earlier", earlier as Step), ("]", "Later", later as Step)] {
        let navigate = use_navigate();
        use_key(key, label, Group::Page, move || {
            if let Some(href) = untrack(|| to(step)) {
                navigate(&href, Default::default());
            }
        });
    }
    let name = move || me.with(|me| asked.with(|asked| asked.as_ref().map(|a| a.name(a.span, &me.user)).unwrap_or_default()));
    let step = move |href: Option<String>, label: &'static str, icon| match href {
        Some(href) => view! { <a href=href aria-label=label><Icon kind=icon/></a> }.into_any(),
        None => view! { <span class="seg-end" aria-hidden="true"><Icon kind=icon/></span> }.into_any(),
    };
    let steps = move || {
        view! {
            <nav class="seg period" aria-label="Period">
                {step(to(earlier), "Earlier", IconKind::Left)}
                <a class="period-name" href=to(present).unwrap_or_else(|| PATH.to_owned()) aria-current="true">{name()}</a>
                {step(to(later), "Later", IconKind::Right)}
            </nav>
        }
    };
    move || asked.with(Result::is_ok).then(steps)
}

fn earlier(asked: &Asked, me: &Me) -> Option<Asked> {
    Some(Asked { span: asked.earlier(&me.user), ..asked.clone() })
}

/// Not of days that are all still to come.
fn later(asked: &Asked, me: &Me) -> Option<Asked> {
    (asked.span.to < me.today).then(|| Asked { span: asked.later(&me.user), ..asked.clone() })
}

fn present(asked: &Asked, me: &Me) -> Option<Asked> {
    Some(Asked { span: asked.length.around(me.today, &me.user), ..asked.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{domain::Role, server::ledger::testing::user};

    #[test]
    fn a_link_is_the_question_and_what_is_about_the_page() {
        let ana = user("ana", Role::User);
        let query = Query::parse("period=week&date=2026-11-24&by=day&patterns=1&x=2");
        assert_eq!(question_of(&query).text(), "period=week&date=2026-11-24&by=day");
        let asked = Asked::read(query.pairs(), &ana, "2026-11-24".parse().expect("a day")).expect("a question");
        assert_eq!(link(&asked, &query), "/reports?period=week&date=2026-11-23&by=day&patterns=1");
        assert_eq!(link(&asked, &Query::default()), "/reports?period=week&date=2026-11-23&by=day");
    }
}
