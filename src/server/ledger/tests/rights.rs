//! Who may give which command.

use super::*;
use crate::{
    domain::{
        Day, FundsId, Instant, Role, Scope, Scopes, SessionId, TokenId, UserId,
        command::{ProfileEdit, ServerEdit, UserEdit},
        token::Scope::*,
    },
    server::{
        auth::{Access, Caller},
        store::Record,
    },
};

const NEVER: Instant = Instant(i64::MAX);

fn with(house: &House, who: usize, scopes: &[Scope]) -> [Caller; 2] {
    let user = house.people[who].clone();
    let scopes = Scopes::of(scopes);
    [Access::Token(TokenId::new(), scopes), Access::OAuth(SessionId::new(), scopes)]
        .map(|access| Caller { user: user.clone(), access })
}

fn commands() -> Vec<(Scope, Command)> {
    let (id, hash) = (TokenId::new(), secret());
    vec![
        (Write, Command::AddFunds { id: FundsId::new(), draft: funds(eur(5)) }),
        (Write, Command::EditProfile { edit: ProfileEdit::default(), version: None }),
        (Write, Command::Undo { seq: 1 }),
        (Import, Command::RevertImport { id: crate::domain::ImportId::new() }),
        (Admin, Command::AddCategory { id: CategoryId::new(), name: name("Pets"), color: None }),
        (Admin, Command::ChangeUser { user: UserId::new(), edit: UserEdit::default(), version: None }),
        (Admin, Command::SignOutUser { user: UserId::new() }),
        (Admin, Command::CreateInvite { hash: secret(), ends_at: NEVER }),
        (Admin, Command::CreateResetLink { user: UserId::new(), hash: secret(), ends_at: NEVER }),
        (Admin, Command::DeleteUser { user: UserId::new(), version: None, until: NEVER }),
        (Admin, Command::RestoreUser { user: UserId::new(), username: None }),
        (Admin, Command::SeeExpenses { user: UserId::new(), shown: 1 }),
        (Admin, Command::DeleteExpenseOf { user: UserId::new(), id: ExpenseId::new(), version: None }),
        (Admin, Command::ChangeServer { edit: ServerEdit::default() }),
        (Admin, Command::OrderCategories { ids: Vec::new() }),
        (Account, Command::Leave { until: NEVER }),
        (Account, Command::ChangePassword { hash: secret() }),
        (Account, Command::CreateToken { id, name: name("t"), scopes: Scopes::of(&[Read]), expires_on: Day::MAX, hash }),
        (Account, Command::RevokeToken { id }),
    ]
}

#[tokio::test]
async fn s22_a_credential_does_only_what_its_scopes_say() {
    let house = House::new().await;
    for (needed, command) in commands() {
        let others: Vec<Scope> = Scope::ALL.into_iter().filter(|s| *s != needed).collect();
        for caller in with(&house, 0, &others) {
            let answer = house.ledger.execute(&caller, None, command.clone()).await;
            assert_eq!(refused(answer), Code::InsufficientScope, "{command:?} by {:?}", caller.access);
        }
    }
    let [token, _] = with(&house, 0, &Scope::ALL);
    for (_, command) in commands().into_iter().filter(|(scope, _)| *scope == Account) {
        let answer = house.ledger.execute(&token, None, command).await;
        assert_eq!(refused(answer), Code::InsufficientScope, "never by a personal access token");
    }
}

#[tokio::test]
async fn s36_categories_are_the_admins() {
    let house = House::new().await;
    let add = Command::AddCategory { id: CategoryId::new(), name: name("Pets"), color: None };
    assert_eq!(refused(house.run(1, add).await), Code::Forbidden);
}

#[tokio::test]
async fn s37_the_role_is_the_stores_at_the_moment_of_the_change() {
    let house = House::new().await;
    let add = |text: &str| Command::AddCategory { id: CategoryId::new(), name: name(text), color: None };
    let added = house.run(0, add("Pets")).await.expect("an admin's");
    let demoted = crate::domain::User { role: Role::User, version: 2, ..house.people[0].clone() };
    fill(&house.store, vec![Record::User(demoted)]).await;
    assert_eq!(refused(house.run(0, add("Books")).await), Code::Forbidden);
    assert_eq!(refused(house.undo(0, added.seq).await), Code::Forbidden, "undoing needs the rights of doing");
}

#[tokio::test]
async fn undo_needs_the_scope_of_what_it_undoes() {
    let house = House::new().await;
    let add = Command::AddCategory { id: CategoryId::new(), name: name("Pets"), color: None };
    let seq = house.run(0, add).await.expect("added").seq;
    let import = preview(house.people[0].id);
    fill(&house.store, vec![Record::Import(import.clone())]).await;
    let commit = Command::CommitImport { id: import.id, digest: "seen".into(), postings: Vec::new(), skipped: 0 };
    let imported = house.run(0, commit).await.expect("committed").seq;
    for caller in with(&house, 0, &[Write]) {
        for seq in [seq, imported] {
            let answer = house.ledger.execute(&caller, None, Command::Undo { seq }).await;
            assert_eq!(refused(answer), Code::InsufficientScope);
        }
    }
}

#[tokio::test]
async fn only_the_server_itself_makes_users() {
    let house = House::new().await;
    let command = || Command::CreateUser { user: user("eve", Role::Admin), hash: secret(), invite: None };
    let page = Caller { user: house.people[0].clone(), access: Access::Page(SessionId::new()) };
    assert_eq!(refused(house.ledger.execute(&page, None, command()).await), Code::Forbidden);
    for caller in with(&house, 0, &Scope::ALL) {
        assert_eq!(refused(house.ledger.execute(&caller, None, command()).await), Code::Forbidden);
    }
}
