//! Links by which somebody may sign up, or choose a new password: each works once, for a while, and is worth what the admin
//! is worth who made it. It must never keep what is in a link, only its hash.

use super::{
    book::{Book, Done},
    people, refuse, summary,
};
use crate::{
    domain::{Effect, Instant, Problem, Status, User, UserId, command::Secret, journal::Via},
    server::{
        auth::{Access, Caller},
        store::{Credential, Key, Link, LinkKind, Record},
    },
};
use subtle::ConstantTimeEq;

/// Who answers for a link; nobody for one that was made on the machine itself.
fn maker(caller: &Caller) -> Option<UserId> {
    (caller.access != Access::Local(Via::Cli)).then_some(caller.user.id)
}

pub(super) async fn invite(book: &mut Book<'_>, caller: &Caller, hash: &Secret, ends_at: Instant) -> Result<Done, Problem> {
    keep(book, caller, LinkKind::Invite, hash, ends_at);
    Ok(Done::new(Effect::Nothing, summary::invited()))
}

/// The link of before ends: of a person there is one (S08).
pub(super) async fn reset(book: &mut Book<'_>, caller: &Caller, hash: &Secret, ends_at: Instant) -> Result<Done, Problem> {
    let user: User = book.must(Key::User(book.owner)).await?;
    if user.status != Status::Active {
        return Err(refuse::disabled());
    }
    keep(book, caller, LinkKind::Reset { user: user.id }, hash, ends_at);
    Ok(Done::new(Effect::User(user), summary::reset_link_made()))
}

fn keep(book: &mut Book<'_>, caller: &Caller, kind: LinkKind, hash: &Secret, ends_at: Instant) {
    let (made_by, created_at) = (maker(caller), book.now);
    book.keep(Record::Link(Link { kind, hash: hash.0.clone(), made_by, created_at, ends_at }));
}

/// Takes a link away; 404 unless it is there, not past its time, and its maker an active admin.
async fn spend(book: &mut Book<'_>, id: String, hash: &Secret) -> Result<(), Problem> {
    let link: Option<Link> = book.find(Key::Link(id.clone())).await?;
    let link = link.filter(|link| link.hash.as_bytes().ct_eq(hash.0.as_bytes()).into() && link.ends_at > book.now);
    let link = link.ok_or_else(refuse::dead_link)?;
    if let Some(maker) = link.made_by {
        let maker: Option<User> = book.find(Key::User(maker)).await?;
        if !maker.is_some_and(|maker| maker.is_active_admin()) {
            return Err(refuse::dead_link());
        }
    }
    book.discard(Key::Link(id));
    Ok(())
}

pub(super) async fn use_invite(book: &mut Book<'_>, hash: &Secret) -> Result<(), Problem> {
    spend(book, Link::invite(&hash.0), hash).await
}

/// A new password; every session and grant ends (S16).
pub(super) async fn use_reset(book: &mut Book<'_>, link: &Secret, hash: &Secret) -> Result<Done, Problem> {
    let user: Option<User> = book.find(Key::User(book.owner)).await?;
    if !user.is_some_and(|user| user.status == Status::Active) {
        return Err(refuse::dead_link());
    }
    spend(book, Link::reset(book.owner), link).await?;
    let credential: Credential = book.must(Key::Credential(book.owner)).await?;
    people::new_password(book, credential, hash, None).await?;
    Ok(Done::new(Effect::Nothing, summary::password_reset()))
}
