//! Commands on people: profile, password, tokens, new users. Secrets reach the store, never the journal.

use super::{
    book::{Book, Done, same_version},
    funds, refuse, summary,
};
use crate::{
    domain::{
        Account, Category, CategoryId, Currency, Day, Effect, FundsId, Problem, Scope, Scopes, SessionId, TokenId, User,
        category::STARTERS,
        command::{ProfileEdit, Secret},
        funds::FundsDraft,
        text::Name,
        token::TokenInfo,
        user::SignUp,
    },
    server::{
        clock,
        store::{Credential, Key, Record, Session, Token, record::Setting},
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

/// Ends every session but the caller's own (S08).
pub(super) async fn change_password(book: &mut Book<'_>, hash: &Secret, own: Option<SessionId>) -> Result<Done, Problem> {
    let credential: Credential = book.must(Key::Credential(book.owner)).await?;
    let token_version = credential.token_version + 1;
    book.tx.end_sessions(book.owner, own).await?;
    if let Some(id) = own {
        let session: Session = book.must(Key::Session(book.owner, id)).await?;
        book.keep(Record::Session(Session { token_version, ..session }));
    }
    book.keep(Record::Credential(Credential {
        password_hash: hash.0.clone(),
        token_version,
        changed_at: book.now,
        ..credential
    }));
    Ok(Done::new(Effect::Nothing, summary::password_changed()))
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
    }));
    book.keep(Record::Account(Account::new(user.id, user.currency)));
    Ok(())
}

pub(super) async fn create_user(book: &mut Book<'_>, user: &User, hash: &Secret) -> Result<Done, Problem> {
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
            let category = Category { id: CategoryId(id), name, color, archived: false, version: 1 };
            book.write(None, Some(Record::Category(category)))?;
        }
    }
    if let Some((opening, id)) = opening.zip(ids.next()) {
        let funds = funds::of_draft(book, FundsId(id), opening);
        book.write(None, Some(Record::Funds(funds)))?;
    }
    book.keep(Record::Setting(Setting { name: "sign_up".into(), value: sign_up.code().into() }));
    Ok(Done::new(Effect::User(user.clone()), summary::set_up()))
}
