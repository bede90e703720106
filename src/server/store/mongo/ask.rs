//! One conversation with the database, in a transaction or outside of one. It must never wait for a server
//! that says nothing for longer than [`PATIENCE`].

use super::error::{Result, Trouble};
use futures::future::BoxFuture;
use mongodb::{
    ClientSession, Database,
    bson::{
        Bson, Document, RawArrayBuf, RawDocument, RawDocumentBuf, Uuid, doc,
        raw::{CStr, cstr},
        rawdoc,
    },
    options::{AggregateOptions, FindOptions},
};
use std::{future::IntoFuture, iter::Peekable, pin::pin, time::Duration};
use tokio::time::{Instant, timeout, timeout_at};

/// How long the store may give no answer (R12: five seconds, with some to spare).
pub const PATIENCE: Duration = Duration::from_millis(4_500);
/// How long one question may take when the store answers others meanwhile.
const LONGEST: Duration = Duration::from_secs(25);

/// How many documents one command writes, and how many bytes.
const WRITTEN_AT_ONCE: usize = 1_000;
const BYTES_AT_ONCE: usize = 8 << 20;

/// Until when the store may say nothing. Every answer begins it anew.
#[derive(Clone, Copy, Debug)]
pub struct Patience(Instant);

impl Patience {
    pub fn new() -> Self {
        Self(Instant::now() + PATIENCE)
    }
    pub fn is_over(self) -> bool {
        Instant::now() >= self.0
    }
    /// The answer as the driver gives it; `None` when it did not come in time.
    pub async fn wait<T>(self, question: impl Future<Output = mongodb::error::Result<T>>) -> Option<mongodb::error::Result<T>> {
        timeout_at(self.0, question).await.ok()
    }
    /// The answer in time, but not yet a sign of life: the driver may have given it by itself.
    pub async fn hear<T>(self, question: impl Future<Output = mongodb::error::Result<T>>) -> Result<T> {
        match self.wait(question).await {
            Some(answer) => Ok(answer?),
            None => Err(Trouble::Away("no answer in time".into())),
        }
    }
    /// The server's answer. One that is at work on it, as it answers others meanwhile, is given more time.
    pub async fn keep<T>(&mut self, db: &Database, question: impl Future<Output = mongodb::error::Result<T>>) -> Result<T> {
        let longest = Instant::now() + LONGEST;
        let mut question = pin!(question);
        loop {
            match timeout_at(self.0, question.as_mut()).await {
                Ok(answer) => {
                    let answer = answer?;
                    *self = Self::new();
                    return Ok(answer);
                }
                Err(_) if Instant::now() < longest && lives(db).await => *self = Self::new(),
                Err(_) => return Err(Trouble::Away("no answer in time".into())),
            }
        }
    }
}

/// True when the database answers at once.
pub async fn lives(db: &Database) -> bool {
    timeout(Duration::from_millis(300), db.run_command(doc! { "ping": 1 })).await.is_ok_and(|answer| answer.is_ok())
}

/// Asks a database; with a session, inside the session's transaction.
pub struct Ask<'s> {
    pub db: &'s Database,
    pub session: Option<&'s mut ClientSession>,
    pub patience: Patience,
    /// Updates have to name the owner too, by whom collections are sharded. Elsewhere a key alone is found without a plan.
    pub sharded: bool,
}

impl<'s> Ask<'s> {
    pub fn new(db: &'s Database) -> Self {
        Self { db, session: None, patience: Patience::new(), sharded: true }
    }

    /// Every document that matches, read by `read`.
    pub fn find<'f, T: Send + 'f>(
        &'f mut self,
        collection: &str,
        filter: Document,
        options: FindOptions,
        read: impl Fn(&RawDocument) -> Result<T> + Send + 'f,
    ) -> BoxFuture<'f, Result<Vec<T>>> {
        let collection = self.db.collection::<RawDocumentBuf>(collection);
        Box::pin(async move {
            let find = collection.find(filter).with_options(options);
            let mut out = Vec::new();
            match &mut self.session {
                None => {
                    let mut cursor = self.patience.keep(self.db, find.into_future()).await?;
                    while self.patience.keep(self.db, cursor.advance()).await? {
                        out.push(read(cursor.current())?);
                    }
                }
                Some(session) => {
                    let mut cursor = self.patience.keep(self.db, find.session(&mut **session).into_future()).await?;
                    while self.patience.keep(self.db, cursor.advance(session)).await? {
                        out.push(read(cursor.current())?);
                    }
                }
            }
            Ok(out)
        })
    }

    /// The first document that matches.
    pub fn one<'f, T: Send + 'f>(
        &'f mut self,
        collection: &str,
        filter: Document,
        read: impl Fn(&RawDocument) -> Result<T> + Send + 'f,
    ) -> BoxFuture<'f, Result<Option<T>>> {
        let found = self.find(collection, filter, FindOptions::builder().limit(-1).build(), read);
        Box::pin(async move { Ok(found.await?.pop()) })
    }

    /// What an aggregation over `collection` answers.
    pub fn aggregate<'f, T: Send + 'f>(
        &'f mut self,
        collection: &str,
        pipeline: Vec<Document>,
        options: AggregateOptions,
        read: impl Fn(&RawDocument) -> Result<T> + Send + 'f,
    ) -> BoxFuture<'f, Result<Vec<T>>> {
        let collection = self.db.collection::<RawDocumentBuf>(collection);
        Box::pin(async move {
            let aggregate = collection.aggregate(pipeline).with_options(options);
            let mut out = Vec::new();
            match &mut self.session {
                None => {
                    let mut cursor = self.patience.keep(self.db, aggregate.into_future()).await?;
                    while self.patience.keep(self.db, cursor.advance()).await? {
                        out.push(read(cursor.current())?);
                    }
                }
                Some(session) => {
                    let mut cursor = self.patience.keep(self.db, aggregate.session(&mut **session).into_future()).await?;
                    while self.patience.keep(self.db, cursor.advance(session)).await? {
                        out.push(read(cursor.current())?);
                    }
                }
            }
            Ok(out)
        })
    }

    /// Finds what is updated by its key.
    pub fn keyed(&self, id: impl Into<Bson>, owner: Uuid) -> Document {
        let mut key = doc! { "_id": id };
        if self.sharded {
            key.insert("owner", owner);
        }
        key
    }

    /// Inserts new documents.
    pub async fn insert(&mut self, collection: &'static str, documents: Vec<RawDocumentBuf>) -> Result<()> {
        self.write(cstr!("insert"), cstr!("documents"), collection, documents).await.map(drop)
    }
    /// Runs update statements, and answers which of them inserted.
    pub async fn update(&mut self, collection: &'static str, statements: Vec<RawDocumentBuf>) -> Result<Vec<usize>> {
        self.write(cstr!("update"), cstr!("updates"), collection, statements).await
    }
    /// Runs delete statements.
    pub async fn delete(&mut self, collection: &'static str, statements: Vec<RawDocumentBuf>) -> Result<()> {
        self.write(cstr!("delete"), cstr!("deletes"), collection, statements).await.map(drop)
    }

    /// A write command with its many statements, in as few messages as the server takes.
    fn write<'f>(
        &'f mut self,
        command: &'static CStr,
        field: &'static CStr,
        collection: &'static str,
        all: Vec<RawDocumentBuf>,
    ) -> BoxFuture<'f, Result<Vec<usize>>> {
        Box::pin(async move {
            let (mut upserted, mut before) = (Vec::new(), 0);
            let mut statements = all.into_iter().peekable();
            while statements.peek().is_some() {
                let (some, n) = next_message(&mut statements);
                let mut message = RawDocumentBuf::new();
                message.append(command, collection);
                message.append(field, some);
                let run = self.db.run_raw_command(message);
                let reply = match &mut self.session {
                    None => self.patience.keep(self.db, run.into_future()).await?,
                    Some(session) => self.patience.keep(self.db, run.session(&mut **session).into_future()).await?,
                };
                upserted.extend(indexes(&reply)?.into_iter().map(|index| before + index));
                before += n;
            }
            Ok(upserted)
        })
    }
}

/// As many statements as go into one message, and how many these are.
fn next_message(statements: &mut Peekable<impl Iterator<Item = RawDocumentBuf>>) -> (RawArrayBuf, usize) {
    let (mut some, mut n, mut bytes) = (RawArrayBuf::new(), 0, 0);
    while let Some(next) =
        statements.next_if(|next| n == 0 || (n < WRITTEN_AT_ONCE && bytes + next.as_bytes().len() <= BYTES_AT_ONCE))
    {
        bytes += next.as_bytes().len();
        n += 1;
        some.push(next);
    }
    (some, n)
}

/// Which statements inserted; the first error of a statement is the error of all.
fn indexes(reply: &Document) -> Result<Vec<usize>> {
    if let Some(Bson::Document(error)) = reply.get_array("writeErrors").ok().and_then(|errors| errors.first()) {
        let code = error.get_i32("code").unwrap_or_default();
        return Err(Trouble::of_code(code, error.get_str("errmsg").unwrap_or("a write was refused").to_owned()));
    }
    let upserted = reply.get_array("upserted").map_or(&[][..], Vec::as_slice);
    let index = |entry: &Bson| entry.as_document().and_then(|entry| entry.get_i32("index").ok());
    Ok(upserted.iter().filter_map(index).filter_map(|n| usize::try_from(n).ok()).collect())
}

/// A statement that puts `document` in the place of the one with its `_id`, or inserts it; see [`Ask::sharded`].
pub fn replacement(document: RawDocumentBuf, sharded: bool) -> Result<RawDocumentBuf> {
    let mut key = rawdoc! {};
    for field in [cstr!("_id"), cstr!("owner")].into_iter().take(if sharded { 2 } else { 1 }) {
        if let Some(value) = document.get(field.as_str())? {
            key.append(field, value);
        }
    }
    Ok(rawdoc! { "q": key, "u": document, "upsert": true })
}
