//! Sign-in over a real store.

mod consent;
mod factor;
mod oauth;
mod passkey;
mod people;
mod sessions;
mod sign_in;
mod tokens;

use super::{Caller, Client, Entered, NewPerson, SignedIn};
use crate::{
    domain::{Code, Effect, Problem, Status, User, journal::Via, user::SignUp},
    server::{
        App,
        config::Config,
        store::{Key, Lane, Record, sqlite::SqliteStore, transact},
    },
};
use std::sync::Arc;
use tempfile::TempDir;

pub(super) const GOOD: &str = "a good long passphrase";
pub(super) const OTHER: &str = "another long passphrase";

/// A server without HTTP, in a directory of its own.
pub(super) struct House {
    pub(super) home: TempDir,
    pub(super) app: App,
}

impl std::ops::Deref for House {
    type Target = App;
    fn deref(&self) -> &App {
        &self.app
    }
}

/// The limits that a test does not test are raised.
pub(super) fn config() -> Config {
    let mut config = Config::default();
    config.sign_up = Some(SignUp::Open);
    config.limits.sign_in_per_min = 100_000;
    config.limits.sign_in_burst = 100_000;
    config
}

fn open(home: &TempDir, mut config: Config) -> App {
    config.data_dir = home.path().to_owned();
    let store = SqliteStore::open(&home.path().join("outlay.db")).expect("store");
    App::new(config, Arc::new(store)).expect("app")
}

pub(super) fn house(config: Config) -> House {
    let home = tempfile::tempdir().expect("dir");
    let app = open(&home, config);
    House { home, app }
}

impl House {
    /// Stops and starts again over the same directory.
    pub(super) async fn restarted(self, config: Config) -> Self {
        self.app.store.close().await;
        let Self { home, app } = self;
        drop(app);
        let app = open(&home, config);
        Self { home, app }
    }

    pub(super) async fn joined(&self, username: &str) -> User {
        let outcome = self.auth.register(person(username), None, &client()).await.expect("registered");
        match outcome.effect {
            Effect::User(user) => user,
            other => panic!("{other:?}"),
        }
    }

    pub(super) async fn first_admin(&self) -> SignedIn {
        let token = self.auth.setup_token().await.expect("store").expect("no admin yet");
        self.auth.set_up(&token, person("root-admin"), None, SignUp::Closed, &client()).await.expect("set up")
    }

    pub(super) async fn sign_in(&self, username: &str, password: &str) -> Result<SignedIn, Problem> {
        self.auth.sign_in(username, password, &client()).await.map(session)
    }

    pub(super) async fn alive(&self, cookie: &str) -> Option<Caller> {
        self.auth.by_cookie(cookie).await.expect("store")
    }

    /// Changes one record behind the server's back.
    pub(super) async fn change(&self, key: Key, change: impl Fn(&mut Record) + Clone + Send + Sync + 'static) {
        transact(&*self.store, Lane::Shared, move |tx| {
            let (key, change) = (key.clone(), change.clone());
            Box::pin(async move {
                let mut record = tx.get(key).await?.expect("the record");
                change(&mut record);
                Ok(tx.put(&[record]).await?)
            })
        })
        .await
        .expect("changed");
    }

    pub(super) async fn set_status(&self, user: &User, status: Status) {
        let change = move |record: &mut Record| match record {
            Record::User(user) => user.status = status,
            _ => unreachable!(),
        };
        self.change(Key::User(user.id), change).await;
    }

    /// As if the person and all that is theirs had been deleted.
    pub(super) async fn remove(&self, user: &User) {
        let id = user.id;
        transact(&*self.store, Lane::Shared, move |tx| {
            Box::pin(async move { Ok(tx.delete(&[Key::User(id), Key::Credential(id), Key::Account(id)]).await?) })
        })
        .await
        .expect("removed");
    }
}

/// The session of somebody of whom no code is asked.
pub(super) fn session(entered: Entered) -> SignedIn {
    match entered {
        Entered::In(signed_in) => *signed_in,
        Entered::Code(_) => panic!("a code is asked for"),
    }
}

pub(super) fn client() -> Client {
    Client { address: [127, 0, 0, 1].into(), agent: "Test/1.0".into(), via: Via::Page, request_id: "00ff".into() }
}

pub(super) fn person(username: &str) -> NewPerson {
    NewPerson {
        username: username.into(),
        password: GOOD.into(),
        display_name: None,
        currency: None,
        time_zone: None,
        locale: None,
        invite: None,
    }
}

/// The code of a refusal.
pub(super) fn code<T>(answer: Result<T, Problem>) -> Code {
    answer.err().expect("a refusal").code
}
