//! The audit log: who did what, over everybody's journals, and beside it what bears on security and is no command (S57).
//!
//! It must never tell what somebody spent on.

use super::{
    App,
    auth::Caller,
    clock,
    store::{
        self, Happened, HappenedFilter, JournalFilter, Stage,
        place::{EntryPlace, event_cursor, seq_cursor},
    },
};
use crate::domain::{
    Cursor, Entry, Page, Problem, Scope, UserId,
    audit::{About, AuditFilter},
    journal::Kind,
    page::PageRequest,
    text::Username,
};
use std::collections::{BTreeMap, btree_map};

/// A line of the audit log, and the name of whose journal it is in, or of whom it is about.
pub struct Line {
    /// Of an event the number is 0.
    pub entry: Entry,
    pub owner: Option<Username>,
    /// Of an event: the id of the request that caused it.
    pub request_id: Option<String>,
}

impl From<Entry> for Line {
    fn from(entry: Entry) -> Self {
        Self { entry, owner: None, request_id: None }
    }
}

/// Who an event is of that is nobody's; no username looks like it.
const UNKNOWN: &str = "(unknown)";

/// Where a list begins: `None`: it is over; `Some(None)`: at its first entry.
type Began = Option<Option<Cursor>>;

/// A part of a list that is read beside others.
struct Listed {
    began: Began,
    /// Newest first, each with the place after it.
    items: Vec<(Line, Cursor)>,
    /// There are more.
    more: bool,
}

impl Listed {
    const OVER: Self = Self { began: None, items: Vec::new(), more: false };

    async fn read<T>(
        began: Began,
        limit: u32,
        ask: impl AsyncFnOnce(PageRequest) -> store::Result<Page<T>>,
        item: impl Fn(T) -> (Line, Cursor),
    ) -> Result<Self, Problem> {
        let Some(cursor) = began.clone() else { return Ok(Self::OVER) };
        let page = ask(PageRequest { limit, cursor }).await?;
        Ok(Self { began, more: page.next_cursor.is_some(), items: page.items.into_iter().map(item).collect() })
    }
}

/// Who did what, everybody's, newest first. What was done is told, what somebody spent on is not. Admins only.
pub async fn audit(app: &App, caller: &Caller, asked: &AuditFilter, page: &PageRequest) -> Result<Page<Line>, Problem> {
    caller.require_admin()?;
    let nobody = Page { items: Vec::new(), next_cursor: None };
    let user = match (&asked.user_id, &asked.user) {
        (Some(id), _) => Some(*id),
        (None, Some(name)) => match id_of(app, name).await? {
            Some(id) => Some(id),
            None => return Ok(nobody),
        },
        (None, None) => None,
    };
    let actor = match &asked.actor {
        Some(name) => match id_of(app, name).await? {
            Some(id) => Some(id),
            None => return Ok(nobody),
        },
        None => None,
    };
    let [own, others, events] = places(page.cursor.as_ref())?;
    let zone = &caller.user.time_zone;
    let from = asked.days.from.and_then(|day| clock::start_of(day, zone));
    let before = asked.days.to.and_then(|day| clock::start_of(day.plus(1), zone));
    let (own, others) = match asked.commands() {
        Some(commands) => {
            let filter = JournalFilter { commands, via: None, actor, from, before };
            journals(app, (user, actor), filter, (own, others), page.limit).await?
        }
        None => (Listed::OVER, Listed::OVER),
    };
    let events = match (asked.events(), user, actor) {
        // What happened to somebody is of themselves.
        (_, Some(user), Some(actor)) if user != actor => Listed::OVER,
        (None, ..) => Listed::OVER,
        (Some(of), ..) => {
            let filter = HappenedFilter { events: of, about: user.or(actor), from, before };
            Listed::read(events, page.limit, async |page| app.store.happened(&filter, &page).await, told).await?
        }
    };
    let found = merged([own, others, events], page.limit as usize);
    let mut names: BTreeMap<UserId, Option<Username>> = BTreeMap::new();
    let mut items = Vec::with_capacity(found.items.len());
    for mut line in found.items {
        let entry = &mut line.entry;
        if let btree_map::Entry::Vacant(place) = names.entry(entry.owner) {
            place.insert(name_of(app, entry.owner).await?);
        }
        line.owner = names.get(&entry.owner).cloned().flatten();
        if About::of(&entry.command) == Some(About::Security) {
            entry.actor = line.owner.as_ref().map_or_else(|| UNKNOWN.to_owned(), ToString::to_string);
        }
        if let Some(veil) = Kind::veiled(&entry.command) {
            veil.clone_into(&mut entry.summary);
        }
        items.push(line);
    }
    Ok(Page { items, next_cursor: found.next_cursor })
}

/// The journals that are asked for: one person's, what somebody did in their own and in others', or everybody's.
async fn journals(
    app: &App,
    (user, actor): (Option<UserId>, Option<UserId>),
    filter: JournalFilter,
    (own, others): (Began, Began),
    limit: u32,
) -> Result<(Listed, Listed), Problem> {
    let numbered = |entry: Entry| {
        let place = seq_cursor(entry.seq);
        (Line::from(entry), place)
    };
    let timed = |entry: Entry| {
        let place = EntryPlace::of(&entry).cursor();
        (Line::from(entry), place)
    };
    let (store, filter) = (&app.store, &filter);
    match (user, actor) {
        (Some(of), _) => {
            let own = Listed::read(own, limit, async |page| store.journal(of, filter, &page).await, numbered).await?;
            Ok((own, Listed::OVER))
        }
        (None, Some(of)) => {
            let own = Listed::read(own, limit, async |page| store.journal(of, filter, &page).await, numbered).await?;
            let others = Listed::read(others, limit, async |page| store.deeds(filter, &page).await, timed).await?;
            Ok((own, others))
        }
        (None, None) => {
            let all = || Kind::ALL.iter().flat_map(|kind| kind.commands()).map(|name| (*name).to_owned()).collect();
            let commands = if filter.commands.is_empty() { all() } else { filter.commands.clone() };
            let filter = &JournalFilter { commands, ..filter.clone() };
            Ok((Listed::read(own, limit, async |page| store.journals(filter, &page).await, timed).await?, Listed::OVER))
        }
    }
}

/// An event as a line among those of journals.
fn told(event: Happened) -> (Line, Cursor) {
    let entry = Entry {
        seq: 0,
        at: event.at,
        owner: event.owner,
        actor_id: event.owner,
        actor: String::new(),
        via: event.via,
        command: event.event.code().to_owned(),
        summary: in_words(&event),
        undoable: false,
        undone_by: None,
        undoes: None,
    };
    (Line { entry, owner: None, request_id: event.request_id }, event_cursor(event.id))
}

fn in_words(event: &Happened) -> String {
    let target = event.target.as_ref().map(|target| format!(": {target}")).unwrap_or_default();
    let address = event.address.as_ref().map(|address| format!(", from {address}")).unwrap_or_default();
    format!("{}{target}{address}", event.event.told())
}

/// What happened with the caller's own account and is no change of theirs, newest first.
pub async fn activity(app: &App, caller: &Caller, page: &PageRequest) -> Result<Page<Happened>, Problem> {
    caller.require(Scope::Read)?;
    let filter = HappenedFilter { about: Some(caller.user.id), ..HappenedFilter::default() };
    Ok(app.store.happened(&filter, page).await?)
}

/// Who has this name, or had it when they were deleted.
async fn id_of(app: &App, name: &str) -> Result<Option<UserId>, Problem> {
    if let Some(user) = app.store.user_by_name(name).await? {
        return Ok(Some(user.id));
    }
    let deleted = app.store.removals().await?.into_iter().find_map(|removal| match removal.stage {
        Stage::Deleted { person, .. } if person.username.as_str() == name => Some(person.id),
        _ => None,
    });
    Ok(deleted)
}

async fn name_of(app: &App, id: UserId) -> Result<Option<Username>, Problem> {
    if let Some(user) = app.store.user(id).await? {
        return Ok(Some(user.username));
    }
    let deleted = app.store.removal(id).await?.and_then(|removal| match removal.stage {
        Stage::Deleted { person, .. } => Some(person.username),
        _ => None,
    });
    Ok(deleted)
}

/// Where each list goes on.
fn places(cursor: Option<&Cursor>) -> Result<[Began; 3], Problem> {
    let Some(cursor) = cursor else { return Ok([Some(None), Some(None), Some(None)]) };
    Ok(cursor.split()?.map(|text: &str| match text {
        "" => None,
        "0" => Some(None),
        text => Some(Some(Cursor(text.replace('_', "~")))),
    }))
}

/// The newest of all lists; the cursor is a place in each.
fn merged<const N: usize>(lists: [Listed; N], limit: usize) -> Page<Line> {
    let mut items = Vec::new();
    let mut lists = lists.map(|list| {
        let Listed { began, items, more } = list;
        (began, items.into_iter().peekable(), more)
    });
    while items.len() < limit {
        let newest = lists
            .iter_mut()
            .filter_map(|list| Some((list.1.peek()?.0.entry.at, list)))
            .reduce(|a, b| if b.0 > a.0 { b } else { a });
        let Some((_, (began, rest, _))) = newest else { break };
        let Some((line, place)) = rest.next() else { break };
        *began = Some(Some(place));
        items.push(line);
    }
    let places = lists.map(|(began, mut rest, more)| match began {
        // A list is over when all of its last page was taken.
        _ if rest.peek().is_none() && !more => String::new(),
        None => String::new(),
        Some(None) => "0".to_owned(),
        Some(Some(Cursor(place))) => place.replace('~', "_"),
    });
    let next_cursor = places.iter().any(|place| !place.is_empty()).then(|| Cursor::join(&places.each_ref().map(String::as_str)));
    Page { items, next_cursor }
}
