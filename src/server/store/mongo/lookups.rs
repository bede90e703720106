//! Lookups by one field that wait together are one question: while one is on its way, those that come meanwhile gather.
//! Each is answered by a question that was asked after it came, so that it must never miss what was committed before.

use super::{
    super::{Result, StoreError},
    ask::{Ask, PATIENCE},
    error::Trouble,
    kind::Kind,
};
use mongodb::{
    Database,
    bson::{Bson, RawDocumentBuf, doc},
    options::FindOptions,
};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::{sync::oneshot, time::timeout};

/// How many are asked for at once, at most.
const MOST: usize = 256;

type Answer = Result<Option<RawDocumentBuf>>;

#[derive(Default)]
struct Waiting {
    asked: Vec<(Bson, oneshot::Sender<Answer>)>,
    /// A question is on its way.
    busy: bool,
}

struct Inner {
    db: Database,
    kind: Kind,
    field: &'static str,
    waiting: Mutex<Waiting>,
}

/// The documents of a collection by a field in which each is alone.
pub struct Lookups(Arc<Inner>);

impl Lookups {
    pub fn new(db: &Database, kind: Kind, field: &'static str) -> Self {
        Self(Arc::new(Inner { db: db.clone(), kind, field, waiting: Mutex::default() }))
    }

    /// The document in which the field is `value`.
    pub async fn one(&self, value: impl Into<Bson>) -> Answer {
        let (answer, answered) = oneshot::channel();
        if self.0.push(value.into(), answer) {
            tokio::spawn(ask_all(Arc::clone(&self.0)));
        }
        match timeout(PATIENCE, answered).await {
            Ok(Ok(answer)) => answer,
            _ => Err(StoreError::Away("no answer in time".into())),
        }
    }
}

impl Inner {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// True when nothing is on its way that would ask for it.
    fn push(&self, value: Bson, answer: oneshot::Sender<Answer>) -> bool {
        let mut waiting = self.waiting();
        waiting.asked.push((value, answer));
        !std::mem::replace(&mut waiting.busy, true)
    }

    /// Some of those that wait; with none left, nothing is on its way any more.
    fn take(&self) -> Vec<(Bson, oneshot::Sender<Answer>)> {
        let mut waiting = self.waiting();
        // Who has gone need not be answered.
        waiting.asked.retain(|(_, answer)| !answer.is_closed());
        waiting.busy = !waiting.asked.is_empty();
        let some = waiting.asked.len().min(MOST);
        waiting.asked.drain(..some).collect()
    }

    async fn find(&self, values: Vec<Bson>) -> std::result::Result<Vec<(Bson, RawDocumentBuf)>, Trouble> {
        let filter = match &values[..] {
            [value] => doc! { self.field: value },
            values => doc! { self.field: { "$in": values } },
        };
        let options = FindOptions::builder().batch_size(1_000).build();
        let mut ask = Ask::new(&self.db);
        let read = |d: &mongodb::bson::RawDocument| {
            let value = d.get(self.field)?.map_or(Ok(Bson::Null), Bson::try_from)?;
            Ok((value, d.to_owned()))
        };
        ask.find(self.kind.name(), filter, options, read).await
    }
}

async fn ask_all(lookups: Arc<Inner>) {
    loop {
        let asked = lookups.take();
        if asked.is_empty() {
            return;
        }
        let mut values: Vec<Bson> = Vec::with_capacity(asked.len());
        for (value, _) in &asked {
            if !values.contains(value) {
                values.push(value.clone());
            }
        }
        let found = lookups.find(values).await.map_err(StoreError::from);
        for (value, answer) in asked {
            let of = |found: &Vec<(Bson, RawDocumentBuf)>| found.iter().find(|(v, _)| *v == value).map(|(_, d)| d.clone());
            // Whoever asked may have gone.
            let _gone = answer.send(found.as_ref().map(of).map_err(Clone::clone));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::store::mongod::MongoSet;
    use futures::future::join_all;
    use mongodb::{Client, bson::Document};

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn many_at_once_are_each_answered_with_their_own() {
        let client = Client::with_uri_str(MongoSet::shared().await.fresh_uri()).await.expect("a client");
        let db = client.default_database().expect("a database");
        let tokens = db.collection::<Document>(Kind::Token.name());
        tokens.insert_many((0..300).map(|n| doc! { "hash": format!("h{n}") })).await.expect("tokens");
        let lookups = Lookups::new(&db, Kind::Token, "hash");
        for round in 0..3 {
            // Everybody twice, and some who are not there.
            let asked = (0..700).map(|n| format!("h{}", n % 350)).collect::<Vec<_>>();
            let answers = join_all(asked.iter().map(|hash| lookups.one(hash.as_str()))).await;
            for (n, (hash, answer)) in asked.iter().zip(answers).enumerate() {
                let found = answer.expect("an answer").map(|d| d.get_str("hash").expect("a hash").to_owned());
                let there = (round..300).contains(&(n % 350));
                assert_eq!(found, there.then(|| hash.clone()), "round {round}");
            }
            // Whoever asks after this is answered after this.
            tokens.delete_one(doc! { "hash": format!("h{round}") }).await.expect("deleted");
            assert!(lookups.one(format!("h{round}")).await.expect("an answer").is_none());
        }
    }
}
