//! What the machine could do at most: the same work without Outlay.

use argon2::{Algorithm, Argon2, Params, Version};
use futures::future::join_all;
use mongodb::{
    Client,
    bson::{Document, doc},
    options::{Acknowledgment, WriteConcern},
};
use rusqlite::{Connection, params};
use std::{
    thread,
    time::{Duration, Instant},
};
use uuid::Uuid;

/// Expenses a second into SQLite as Outlay sets it up (its tables, write-ahead log, every commit on the disk), `batch` in
/// each commit, on one connection, without HTTP, rules, journal or keys.
pub fn sqlite_inserts(batch: u64, time: Duration) -> f64 {
    let dir = tempfile::tempdir().expect("a directory");
    let c = Connection::open(dir.path().join("bare.db")).expect("a database");
    c.pragma_update(None, "journal_mode", "WAL").expect("a log");
    c.pragma_update(None, "synchronous", "FULL").expect("every commit on the disk");
    c.execute_batch(include_str!("../../src/server/store/sqlite/schema_1.sql")).expect("the tables");
    let mut insert = c
        .prepare(
            "INSERT INTO expenses (owner, id, date, amount, currency, version, created_at, what, search)
             VALUES (?, ?, 20261101, 100, 'EUR', 1, 0, 'Bench lunch', ' bench lunch')",
        )
        .expect("a statement");
    let owner = Uuid::now_v7().into_bytes();
    let begun = Instant::now();
    let mut rows = 0;
    while begun.elapsed() < time {
        c.execute_batch("BEGIN IMMEDIATE").expect("a transaction");
        for _ in 0..batch {
            insert.execute(params![owner, Uuid::now_v7().into_bytes()]).expect("a row");
        }
        c.execute_batch("COMMIT").expect("a commit");
        rows += batch;
    }
    rows as f64 / begun.elapsed().as_secs_f64()
}

/// How many insert at once into MongoDB, as many as Outlay has transactions at once.
const MONGODB_WRITERS: usize = 8;

/// The same into MongoDB: `batch` in each command, acknowledged when a majority has it on disk.
pub async fn mongodb_inserts(uri: &str, batch: usize, time: Duration) -> f64 {
    let client = Client::with_uri_str(uri).await.expect("a client");
    let db = client.default_database().expect("the name of a database");
    let expenses = db.collection::<Document>("bare");
    let indexes = [doc! { "owner": 1, "date": 1, "_id": 1 }, doc! { "owner": 1, "amount": 1, "_id": 1 }, doc! { "category": 1 }];
    expenses.create_indexes(indexes.map(|keys| mongodb::IndexModel::builder().keys(keys).build())).await.expect("indexes");
    let durable = WriteConcern::builder().w(Acknowledgment::Majority).journal(true).build();
    let begun = Instant::now();
    let write = async || {
        let owner = Uuid::now_v7().to_string();
        let mut rows = 0_usize;
        while begun.elapsed() < time {
            let row = |_| {
                doc! {
                    "_id": Uuid::now_v7().to_string(), "owner": &owner, "date": 20_261_101, "amount": 100_i64, "currency": "EUR",
                    "version": 1, "created_at": 0_i64, "what": "Bench lunch", "search": " bench lunch",
                }
            };
            expenses.insert_many((0..batch).map(row)).write_concern(durable.clone()).await.expect("rows");
            rows += batch;
        }
        rows
    };
    let rows: usize = join_all((0..MONGODB_WRITERS).map(|_| write())).await.into_iter().sum();
    rows as f64 / begun.elapsed().as_secs_f64()
}

/// Argon2id hashes a second on all cores, with the cost that Outlay's passwords have by default.
pub fn hashes(time: Duration) -> f64 {
    let cores = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let begun = Instant::now();
    let threads: Vec<_> = (0..cores)
        .map(|_| {
            thread::spawn(move || {
                let params = Params::new(Params::DEFAULT_M_COST, 2, 1, None).expect("the cost");
                let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
                let mut hashes = 0_u32;
                while begun.elapsed() < time {
                    hasher.hash_password_into(b"a long walk by the river", b"sixteen bytes 16", &mut [0; 32]).expect("a hash");
                    hashes += 1;
                }
                hashes
            })
        })
        .collect();
    let hashes: u32 = threads.into_iter().map(|thread| thread.join().expect("a thread")).sum();
    f64::from(hashes) / begun.elapsed().as_secs_f64()
}
