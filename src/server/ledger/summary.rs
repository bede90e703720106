//! The line of a command in the journal, for the person whose journal it is.

use crate::domain::{
    Category, Day, Entry, Expense, Funds, Instant, Locale, Money, Recurring, Role, SavedFilter, Status, User, budget::Copied,
    command::ServerEdit, text::Name, user::SignUp,
};

/// The longest part of somebody's text that a summary repeats, in characters.
const LONGEST: usize = 60;

/// Text in quotes, cut where it is long.
fn quoted(text: &str) -> String {
    if text.chars().count() <= LONGEST {
        return format!("“{text}”");
    }
    let start: String = text.chars().take(LONGEST - 1).collect();
    format!("“{}…”", start.trim_end())
}

/// `1 expense`, `12 expenses`.
fn count(n: usize, one: &str) -> String {
    format!("{n} {one}{}", if n == 1 { "" } else { "s" })
}

pub(super) fn recorded(locale: Locale, e: &Expense) -> String {
    format!("Added {}, {}", quoted(e.what.as_str()), locale.money(e.amount))
}
pub(super) fn edited(locale: Locale, before: &Expense, after: &Expense) -> String {
    let what = quoted(after.what.as_str());
    if before.amount == after.amount {
        format!("Changed {what}")
    } else {
        format!("Changed {what} from {} to {}", locale.money(before.amount), locale.money(after.amount))
    }
}
pub(super) fn deleted(locale: Locale, e: &Expense) -> String {
    format!("Deleted {}, {} back in your balance", quoted(e.what.as_str()), locale.money(e.amount))
}
pub(super) fn put_back(locale: Locale, e: &Expense) -> String {
    format!("Put back {}, {}", quoted(e.what.as_str()), locale.money(e.amount))
}
pub(super) fn bulk_changed(n: usize) -> String {
    format!("Changed {}", count(n, "expense"))
}
pub(super) fn bulk_deleted(locale: Locale, n: usize, sum: Option<Money>) -> String {
    let back = sum.map_or_else(String::new, |sum| format!(", {} back in your balance", locale.money(sum)));
    format!("Deleted {}{back}", count(n, "expense"))
}

pub(super) fn funds_added(locale: Locale, f: &Funds) -> String {
    format!("Added funds, {}", locale.money(f.amount))
}
pub(super) fn funds_edited(locale: Locale, before: &Funds, after: &Funds) -> String {
    if before.amount == after.amount {
        format!("Changed funds of {}", locale.day(after.date))
    } else {
        format!("Changed funds from {} to {}", locale.money(before.amount), locale.money(after.amount))
    }
}
pub(super) fn funds_deleted(locale: Locale, f: &Funds) -> String {
    format!("Deleted funds, {} out of your balance", locale.money(f.amount))
}
pub(super) fn funds_put_back(locale: Locale, f: &Funds) -> String {
    format!("Put back funds, {}", locale.money(f.amount))
}

/// Of which spending a budget is.
fn budget_of(category: Option<&str>) -> String {
    category.map_or_else(|| "all spending".to_owned(), quoted)
}
pub(super) fn budget_set(locale: Locale, category: Option<&str>, amount: Money, period: &str) -> String {
    format!("Set the budget for {} to {} from {period} on", budget_of(category), locale.money(amount))
}
pub(super) fn budgets_copied(n: usize, copied: Copied, period: &str) -> String {
    let source = match copied {
        Copied::Last => "as in the period before",
        Copied::Average => "to what was spent on average",
    };
    format!("Set {} {source}, from {period} on", count(n, "budget"))
}
pub(super) fn budget_ended(category: Option<&str>, period: &str) -> String {
    format!("Ended the budget for {} from {period} on", budget_of(category))
}

pub(super) fn recurring_added(locale: Locale, r: &Recurring) -> String {
    let rhythm = r.schedule.words(locale);
    let rhythm = rhythm.strip_prefix("Every").map_or_else(|| rhythm.clone(), |rest| format!("every{rest}"));
    format!("Added {}, {}, {}", quoted(r.what.as_str()), locale.money(r.amount), rhythm)
}
pub(super) fn recurring_edited(before: &Recurring, after: &Recurring) -> String {
    let what = quoted(after.what.as_str());
    match (before.paused, after.paused) {
        (false, true) => format!("Paused {what}"),
        (true, false) => format!("Went on with {what}"),
        _ => format!("Changed {what} from now on"),
    }
}
pub(super) fn recurring_skipped(locale: Locale, r: &Recurring, day: Day) -> String {
    format!("Left out {} of {}", quoted(r.what.as_str()), locale.day(day))
}
pub(super) fn recurring_posted(locale: Locale, r: &Recurring, day: Day) -> String {
    format!("Recorded {} of {}, {}", quoted(r.what.as_str()), locale.day(day), locale.money(r.amount))
}
pub(super) fn recurring_deleted(r: &Recurring) -> String {
    format!("{} does not come any more", quoted(r.what.as_str()))
}

pub(super) fn filter_saved(f: &SavedFilter) -> String {
    format!("Saved the filter {}", quoted(f.name.as_str()))
}
pub(super) fn filter_edited(before: &SavedFilter, after: &SavedFilter) -> String {
    let name = quoted(after.name.as_str());
    if before.name != after.name {
        format!("Renamed the filter {} to {name}", quoted(before.name.as_str()))
    } else {
        format!("Changed the filter {name}")
    }
}
pub(super) fn filter_deleted(f: &SavedFilter) -> String {
    format!("Deleted the filter {}", quoted(f.name.as_str()))
}

pub(super) fn category_added(c: &Category) -> String {
    format!("Added the category {}", quoted(c.name.as_str()))
}
pub(super) fn category_edited(before: &Category, after: &Category) -> String {
    let name = quoted(after.name.as_str());
    if before.name != after.name {
        format!("Renamed the category {} to {name}", quoted(before.name.as_str()))
    } else if before.archived != after.archived {
        format!("{} the category {name}", if after.archived { "Archived" } else { "Brought back" })
    } else {
        format!("Changed the category {name}")
    }
}
pub(super) fn category_deleted(c: &Category, moved: usize, to: Option<&Category>) -> String {
    let name = quoted(c.name.as_str());
    match to {
        Some(to) if moved > 0 => {
            format!("Deleted the category {name}, {} moved to {}", count(moved, "expense"), quoted(to.name.as_str()))
        }
        _ => format!("Deleted the category {name}"),
    }
}

pub(super) fn imported(rows: usize, file_name: &str) -> String {
    format!("Imported {} from {}", count(rows, "row"), quoted(file_name))
}
pub(super) fn reverted(rows: usize, file_name: &str) -> String {
    format!("Took out {} of {}", count(rows, "row"), quoted(file_name))
}

pub(super) fn profile_edited() -> String {
    "Changed your profile".into()
}
pub(super) fn password_changed() -> String {
    "Changed your password".into()
}
pub(super) fn token_created(name: &Name) -> String {
    format!("Made the token {}", quoted(name.as_str()))
}
pub(super) fn token_revoked(name: &Name) -> String {
    format!("Revoked the token {}", quoted(name.as_str()))
}
pub(super) fn factor_turned_on() -> String {
    "Turned on the second factor".into()
}
pub(super) fn factor_turned_off() -> String {
    "Turned off the second factor".into()
}
pub(super) fn passkey_added(name: &Name) -> String {
    format!("Added the passkey {}", quoted(name.as_str()))
}
pub(super) fn passkey_removed(name: &Name) -> String {
    format!("Removed the passkey {}", quoted(name.as_str()))
}
pub(super) fn program_registered(name: &Name) -> String {
    format!("Registered the program {}", quoted(name.as_str()))
}
pub(super) fn program_removed(name: &Name) -> String {
    format!("Removed the program {}", quoted(name.as_str()))
}
/// What an admin did to a person, for that person.
pub(super) fn user_changed(before: &User, after: &User) -> String {
    let mut done = Vec::new();
    match (before.role, after.role) {
        (Role::User, Role::Admin) => done.push("Made an admin".to_owned()),
        (Role::Admin, Role::User) => done.push("No longer an admin".to_owned()),
        _ => {}
    }
    match (before.status, after.status) {
        (Status::Active, Status::Disabled) => done.push("Disabled".to_owned()),
        (Status::Disabled, Status::Active) => done.push("Enabled again".to_owned()),
        _ => {}
    }
    if before.display_name != after.display_name {
        done.push(format!("Renamed to {}", quoted(after.display_name.as_str())));
    }
    if done.is_empty() { "Changed nothing".into() } else { done.join(", ") }
}
pub(super) fn signed_out() -> String {
    "Signed out everywhere".into()
}
pub(super) fn invited() -> String {
    "Made a link to invite somebody".into()
}
pub(super) fn reset_link_made() -> String {
    "Made a link to choose a new password".into()
}
pub(super) fn password_reset() -> String {
    "Chose a new password by a link".into()
}
pub(super) fn user_deleted(until: Instant) -> String {
    format!("Deleted; kept until {}", until.day())
}
pub(super) fn user_restored() -> String {
    "Restored".into()
}
pub(super) fn leaves(until: Instant) -> String {
    format!("Left; all of it is deleted after {}", until.day())
}
pub(super) fn stays() -> String {
    "Came back, and stays".into()
}
/// For the person whose expenses an admin has looked at.
pub(super) fn expenses_seen(shown: usize) -> String {
    format!("Looked at {}", count(shown, "expense"))
}
pub(super) fn server_changed(edit: ServerEdit) -> String {
    let mut done = Vec::new();
    if let Some(policy) = edit.sign_up {
        done.push(
            match policy {
                SignUp::Open => "Let anybody sign up",
                SignUp::Invite => "Let people sign up by invitation",
                SignUp::Closed => "Closed sign-up",
            }
            .to_owned(),
        );
    }
    if let Some(days) = edit.deleted_kept_days {
        done.push(format!("Deleted people are kept for {days} days"));
    }
    if done.is_empty() { "Changed nothing".into() } else { done.join(", ") }
}
pub(super) fn categories_ordered() -> String {
    "Put the categories in order".into()
}
pub(super) fn joined() -> String {
    "Joined".into()
}
pub(super) fn set_up() -> String {
    "Set up Outlay".into()
}

/// `Undid: …`, and for an undo that is undone `Redid: …`.
pub(super) fn undone(entry: &Entry) -> String {
    if entry.undoes.is_some() {
        if let Some(first) = entry.summary.strip_prefix("Undid: ") {
            return format!("Redid: {first}");
        }
        if let Some(first) = entry.summary.strip_prefix("Redid: ") {
            return format!("Undid: {first}");
        }
    }
    format!("Undid: {}", entry.summary)
}
