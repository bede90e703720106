//! Records to test with, and short ways to write them.

use super::*;
use crate::domain::text::{Name, Note, Username, What};

pub const EUR: Currency = Currency::EUR;
pub const NOW: Instant = Instant(1_790_000_000_000_000);

pub fn day(text: &str) -> Day {
    text.parse().expect("a day")
}
pub fn name(text: &str) -> Name {
    Name::parse(text).expect("a name")
}

pub fn user(username: &str) -> User {
    User {
        id: UserId::new(),
        username: Username::parse(username).expect("a username"),
        display_name: name(username),
        role: Role::User,
        status: Status::Active,
        currency: EUR,
        time_zone: "Europe/Ljubljana".into(),
        locale: Locale::default(),
        first_weekday: Weekday::Monday,
        period: Period::default(),
        version: 1,
        created_at: NOW,
    }
}
pub fn category(text: &str) -> Category {
    Category { id: CategoryId::new(), name: name(text), color: Color::Blue, archived: false, version: 1 }
}
pub fn expense(owner: UserId, date: &str, minor: i64, what: &str) -> Expense {
    Expense {
        id: ExpenseId::new(),
        owner,
        date: day(date),
        amount: Money::new(minor, EUR),
        what: What::parse(what).expect("a description"),
        note: None,
        category_id: None,
        import_id: None,
        version: 1,
        created_at: NOW,
    }
}
pub fn noted(expense: Expense, note: &str) -> Expense {
    Expense { note: Some(Note::parse(note).expect("a note")), ..expense }
}
pub fn sorted_into(expense: Expense, category: &Category) -> Expense {
    Expense { category_id: Some(category.id), ..expense }
}
pub fn funds(owner: UserId, date: &str, minor: i64) -> Funds {
    Funds {
        id: FundsId::new(),
        owner,
        date: day(date),
        amount: Money::new(minor, EUR),
        note: None,
        import_id: None,
        version: 1,
        created_at: NOW,
    }
}
pub fn entry(owner: UserId, command: &'static str) -> NewEntry {
    NewEntry {
        at: NOW,
        owner,
        actor_id: owner,
        actor: "ana".into(),
        via: journal::Via::Page,
        command,
        summary: format!("Did {command}"),
        undoable: true,
        undoes: None,
    }
}

/// Runs a closure in a transaction; captured variables are cloned for each attempt.
macro_rules! within {
    ($store:expr, $owner:expr, [$($name:ident),*], $tx:ident => $body:block) => {{
        $(let $name = $name.clone();)*
        transact($store.as_ref(), Lane::User($owner), move |$tx: &mut dyn Tx| {
            $(let $name = $name.clone();)*
            let work: BoxFuture<'_, Result<_, Problem>> = Box::pin(async move { $body });
            work
        })
        .await
    }};
}
pub(super) use within;

pub async fn put(store: &DynStore, records: Vec<Record>) {
    let answer = within!(store, UserId::new(), [records], tx => { Ok(tx.put(&records).await?) });
    answer.expect("records are put");
}
pub async fn delete(store: &DynStore, keys: Vec<Key>) {
    within!(store, UserId::new(), [keys], tx => { Ok(tx.delete(&keys).await?) }).expect("records are deleted");
}

/// A person with an account, in the store.
pub async fn person(store: &DynStore, username: &str) -> UserId {
    let user = user(username);
    let id = user.id;
    put(store, vec![Record::Account(Account::new(id, EUR)), Record::User(user)]).await;
    id
}
