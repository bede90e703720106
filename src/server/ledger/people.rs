//! Commands on people: profile, password, tokens, new users. Secrets reach the store, never the journal.

use super::{
    admins,
    affairs::SIGN_UP,
    book::{Book, Done, same_version},
    funds, links, refuse, summary,
};
use crate::{
    domain::{
        Account, Category, CategoryId, Currency, Day, Effect, FundsId, Instant, Passkey, PasskeyId, Problem, Scope, Scopes,
        SessionId, TokenId, User,
        category::STARTERS,
        command::{ProfileEdit, Secret},
        funds::FundsDraft,
        passkey::MOST_PASSKEYS,
        text::Name,
        token::TokenInfo,
        user::SignUp,
    },
    server::{
        clock,
        store::{Credential, Factor, Key, Link, Record, Removal, Session, Stage, Token, record::Setting},
    },
};
use uuid::Uuid;

pub(super) async fn edit_profile(book: &mut Book<'_>, edit: &ProfileEdit, version: Option<u32>) -> Result<Done, Problem> {
    if edit.time_zone.as_ref().is_some_and(|name| !clock::is_time_zone(name)) {
        return Err(Problem::field("time_zone", "unknown_time_zone", "Choose a time zone, such as Europe/Ljubljana."));
    }
    if edit.period.is_some_and(|period| !period.is_valid()) {
        return Err(Problem::field("period", "out_of_range", "A month begins on day 1 to 28; a pay period has 2 or 4 weeks."));
    }
    let before: User = book.must(Key::User(book.owner)).await?;
    same_version(version, before.version)?;
    let wanted = edit.clone();
    let mut after = User {
        display_name: wanted.display_name.unwrap_or_else(|| before.display_name.clone()),
        currency: wanted.currency.unwrap_or(before.currency),
        time_zone: wanted.time_zone.unwrap_or_else(|| before.time_zone.clone()),
        locale: wanted.locale.unwrap_or(before.locale),
        first_weekday: wanted.first_weekday.unwrap_or(before.first_weekday),
        period: wanted.period.unwrap_or(before.period),
        ..before.clone()
    };
    if after != before {
        after.version += 1;
    }
    set_currency(book, before.currency, after.currency).await?;
    book.write(Some(Record::User(before)), Some(Record::User(after.clone())))?;
    Ok(Done::new(Effect::User(after), summary::profile_edited()))
}

/// Gives the account the person's new currency; 409 once it has had an entry.
pub(super) async fn set_currency(book: &mut Book<'_>, from: Currency, to: Currency) -> Result<(), Problem> {
    if from == to {
        return Ok(());
    }
    let account: Account = book.must(Key::Account(book.owner)).await?;
    if account.opened {
        return Err(refuse::currency_fixed());
    }
    book.keep(Record::Account(Account { balance: crate::domain::Money::zero(to), ..account }));
    Ok(())
}

/// Ends every session but the caller's own (S08, S16); the credential by which that one goes on.
async fn end_others(book: &mut Book<'_>, credential: Credential, own: Option<SessionId>) -> Result<Credential, Problem> {
    let token_version = credential.token_version + 1;
    book.tx.end_sessions(book.owner, own).await?;
    if let Some(id) = own {
        let session: Session = book.must(Key::Session(book.owner, id)).await?;
        book.keep(Record::Session(Session { token_version, ..session }));
    }
    Ok(Credential { token_version, ..credential })
}

pub(super) async fn change_password(book: &mut Book<'_>, hash: &Secret, own: Option<SessionId>) -> Result<Done, Problem> {
    let credential: Credential = book.must(Key::Credential(book.owner)).await?;
    new_password(book, credential, hash, own).await?;
    Ok(Done::new(Effect::Nothing, summary::password_changed()))
}

/// Writes a new password, and ends every session but one.
pub(super) async fn new_password(
    book: &mut Book<'_>,
    credential: Credential,
    hash: &Secret,
    own: Option<SessionId>,
) -> Result<(), Problem> {
    let credential = end_others(book, credential, own).await?;
    let changed = Credential { password_hash: hash.0.clone(), changed_at: book.now, ..credential };
    book.keep(Record::Credential(changed));
    // A link that was made before is no way around this.
    book.discard(Key::Link(Link::reset(book.owner)));
    Ok(())
}

/// The caller is signed out everywhere for good, and goes after `until` unless they sign in again. 409 `last_admin`.
pub(super) async fn leave(book: &mut Book<'_>, until: Instant) -> Result<Done, Problem> {
    let user: User = book.must(Key::User(book.owner)).await?;
    admins::may_go(book, &user).await?;
    let credential: Credential = book.must(Key::Credential(book.owner)).await?;
    book.keep(Record::Credential(Credential { token_version: credential.token_version + 1, ..credential }));
    book.discard(Key::Link(Link::reset(user.id)));
    book.keep(Record::Removal(Removal { user: user.id, at: book.now, until, stage: Stage::Leaving }));
    book.tx.end_sessions(book.owner, None).await?;
    book.tx.end_tokens(book.owner).await?;
    Ok(Done::new(Effect::Nothing, summary::leaves(until)))
}

/// 404 unless they are leaving.
pub(super) async fn stay(book: &mut Book<'_>) -> Result<Done, Problem> {
    let removal: Removal = book.must(Key::Removal(book.owner)).await?;
    if removal.stage != Stage::Leaving {
        return Err(Problem::not_found());
    }
    book.discard(Key::Removal(book.owner));
    Ok(Done::new(Effect::Nothing, summary::stays()))
}

/// Refused unless the session that began the second factor confirms it, in time.
pub(super) async fn turn_on_factor(
    book: &mut Book<'_>,
    sealed: &Secret,
    last_step: u64,
    recovery: &[Secret],
    own: Option<SessionId>,
) -> Result<Done, Problem> {
    let credential: Credential = book.must(Key::Credential(book.owner)).await?;
    let begun = |factor: &Factor| {
        factor.sealed == sealed.0 && factor.enrolling.is_some_and(|open| Some(open.by) == own && open.until > book.now)
    };
    if !credential.factor.as_ref().is_some_and(begun) {
        return Err(refuse::factor_not_begun());
    }
    let credential = end_others(book, credential, own).await?;
    let recovery = recovery.iter().map(|hash| hash.0.clone()).collect();
    let factor = Factor { sealed: sealed.0.clone(), enrolling: None, since: book.now, last_step, recovery };
    book.keep(Record::Credential(Credential { factor: Some(factor), ..credential }));
    Ok(Done::new(Effect::Nothing, summary::factor_turned_on()))
}

/// 404 when there is none.
pub(super) async fn turn_off_factor(book: &mut Book<'_>, own: Option<SessionId>) -> Result<Done, Problem> {
    let credential: Credential = book.must(Key::Credential(book.owner)).await?;
    if credential.second_factor().is_none() {
        return Err(Problem::not_found());
    }
    let credential = end_others(book, credential, own).await?;
    book.keep(Record::Credential(Credential { factor: None, ..credential }));
    Ok(Done::new(Effect::Nothing, summary::factor_turned_off()))
}

/// 409 `already_done` when it is there, 422 when there are as many as there may be.
pub(super) async fn add_passkey(book: &mut Book<'_>, passkey: &Passkey, own: Option<SessionId>) -> Result<Done, Problem> {
    let credential: Credential = book.must(Key::Credential(book.owner)).await?;
    if credential.passkeys.iter().any(|other| other.credential == passkey.credential) {
        return Err(refuse::passkey_known());
    }
    if credential.passkeys.len() >= MOST_PASSKEYS {
        return Err(refuse::too_many_passkeys());
    }
    let mut credential = end_others(book, credential, own).await?;
    credential.passkeys.push(passkey.clone());
    book.keep(Record::Credential(credential));
    Ok(Done::new(Effect::Nothing, summary::passkey_added(&passkey.name)))
}

/// 404 when there is none of this id.
pub(super) async fn remove_passkey(book: &mut Book<'_>, id: PasskeyId, own: Option<SessionId>) -> Result<Done, Problem> {
    let credential: Credential = book.must(Key::Credential(book.owner)).await?;
    let gone = credential.passkeys.iter().find(|passkey| passkey.id == id).cloned().ok_or_else(Problem::not_found)?;
    let mut credential = end_others(book, credential, own).await?;
    credential.passkeys.retain(|passkey| passkey.id != id);
    book.keep(Record::Credential(credential));
    Ok(Done::new(Effect::Nothing, summary::passkey_removed(&gone.name)))
}

pub(super) async fn create_token(
    book: &mut Book<'_>,
    id: TokenId,
    (name, scopes, expires_on): (&Name, Scopes, Day),
    hash: &Secret,
) -> Result<Done, Problem> {
    if scopes.is_empty() || scopes.contains(Scope::Account) {
        return Err(Problem::field("scopes", "unknown_scope", "Choose from read, write, import and admin."));
    }
    if book.find::<Token>(Key::Token(book.owner, id)).await?.is_some() {
        return Err(refuse::secret_given());
    }
    let token = Token {
        id,
        user: book.owner,
        name: name.clone(),
        scopes,
        hash: hash.0.clone(),
        expires_on,
        created_at: book.now,
        last_used_at: None,
    };
    book.keep(Record::Token(token));
    let info = TokenInfo { id, name: name.clone(), scopes, expires_on, created_at: book.now, last_used_at: None };
    Ok(Done::new(Effect::Token(info), summary::token_created(name)))
}

pub(super) async fn revoke_token(book: &mut Book<'_>, id: TokenId) -> Result<Done, Problem> {
    let key = Key::Token(book.owner, id);
    let token: Token = book.must(key.clone()).await?;
    book.discard(key);
    Ok(Done::new(Effect::Nothing, summary::token_revoked(&token.name)))
}

/// Writes a person, their password and their account.
async fn add_person(book: &mut Book<'_>, user: &User, hash: &Secret) -> Result<(), Problem> {
    if book.tx.user_by_name(user.username.as_str()).await?.is_some() {
        return Err(refuse::username_taken(user.username.as_str()));
    }
    if book.find::<User>(Key::User(user.id)).await?.is_some() {
        return Err(refuse::id_taken());
    }
    book.write(None, Some(Record::User(user.clone())))?;
    book.keep(Record::Credential(Credential {
        user: user.id,
        password_hash: hash.0.clone(),
        token_version: 0,
        changed_at: book.now,
        last_seen_at: None,
        factor: None,
        passkeys: Vec::new(),
    }));
    book.keep(Record::Account(Account::new(user.id, user.currency)));
    Ok(())
}

pub(super) async fn create_user(
    book: &mut Book<'_>,
    user: &User,
    hash: &Secret,
    invite: Option<&Secret>,
) -> Result<Done, Problem> {
    if let Some(invite) = invite {
        links::use_invite(book, invite).await?;
    }
    add_person(book, user, hash).await?;
    Ok(Done::new(Effect::User(user.clone()), summary::joined()))
}

/// The first admin. Refused like something that is not there once there is one (S07).
pub(super) async fn set_up(
    book: &mut Book<'_>,
    (user, hash): (&User, &Secret),
    opening: Option<&FundsDraft>,
    sign_up: SignUp,
    ids: &[Uuid],
) -> Result<Done, Problem> {
    if book.tx.active_admins().await? > 0 {
        return Err(Problem::not_found());
    }
    add_person(book, user, hash).await?;
    let mut ids = ids.iter().copied();
    if book.tx.categories().await?.is_empty() {
        for ((name, color), id) in STARTERS.into_iter().zip(&mut ids) {
            let name = Name::parse(name).map_err(|_| Problem::internal())?;
            let category = Category { id: CategoryId(id), name, color, archived: false, position: 0, version: 1 };
            book.write(None, Some(Record::Category(category)))?;
        }
    }
    if let Some((opening, id)) = opening.zip(ids.next()) {
        let funds = funds::of_draft(book, FundsId(id), opening);
        book.write(None, Some(Record::Funds(funds)))?;
    }
    book.keep(Record::Setting(Setting { name: SIGN_UP.into(), value: sign_up.code().into() }));
    Ok(Done::new(Effect::User(user.clone()), summary::set_up()))
}
