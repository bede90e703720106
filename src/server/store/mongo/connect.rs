//! The way to the database: what the URI may say, and what the server must be (R14). It must never show the
//! URI, which may hold a password.

use super::{
    super::StoreError,
    ask::PATIENCE,
    batch::write_concern,
    error::{Result, Trouble},
};
use mongodb::{
    Client, Database,
    bson::{Document, doc},
    options::{Acknowledgment, ClientOptions, ReadConcern, ReadConcernLevel, ReadPreference, SelectionCriteria, Tls},
};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// How long a server is waited for before a command gives up; less than [`PATIENCE`], which is the last word.
const SELECTION: Duration = Duration::from_secs(3);

fn refuse<T>(line: &str) -> Result<T> {
    Err(Trouble::Final(StoreError::Failed(line.to_owned())))
}

/// What the URI says, made safe; a line that says what to change where it asks for less.
pub async fn options(uri: &str) -> Result<ClientOptions> {
    let Ok(mut options) = ClientOptions::parse(uri).await else {
        return refuse(
            "OUTLAY_STORE is not a MongoDB URI. Write mongodb://user:password@host:27017/outlay?replicaSet=name, with signs such as @ : / % in the password as %40 %3A %2F %25 (mongodb+srv is not known: name the hosts).",
        );
    };
    if options.default_database.is_none() {
        return refuse("OUTLAY_STORE names no database. Add one after the hosts, such as mongodb://host:27017/outlay.");
    }
    if let Some(concern) = &options.write_concern {
        if concern.w.as_ref().is_some_and(|w| *w != Acknowledgment::Majority) {
            return refuse(
                "OUTLAY_STORE asks for a weak w: an answered expense could be lost. Take w out of the URI, or write w=majority.",
            );
        }
        if concern.journal == Some(false) {
            return refuse("OUTLAY_STORE asks for journal=false: an answered expense could be lost. Take it out of the URI.");
        }
    }
    if options.retry_writes == Some(false) {
        return refuse("OUTLAY_STORE asks for retryWrites=false. Take it out of the URI.");
    }
    let strong = [ReadConcernLevel::Majority, ReadConcernLevel::Snapshot, ReadConcernLevel::Linearizable];
    if options.read_concern.as_ref().is_some_and(|concern| !strong.contains(&concern.level)) {
        return refuse(
            "OUTLAY_STORE asks for a weak readConcernLevel. Take it out of the URI, or write readConcernLevel=majority.",
        );
    }
    match options.selection_criteria {
        None | Some(SelectionCriteria::ReadPreference(ReadPreference::Primary)) => {}
        Some(_) => {
            return refuse("OUTLAY_STORE asks to read from secondaries, which lag behind. Take readPreference out of the URI.");
        }
    }
    if let Some(Tls::Enabled(tls)) = &options.tls
        && tls.allow_invalid_certificates == Some(true)
    {
        tracing::warn!("OUTLAY_STORE allows invalid certificates: whoever is in between can read and change everything");
    }
    options.app_name.get_or_insert_with(|| "outlay".to_owned());
    options.write_concern = Some(write_concern());
    options.read_concern = Some(ReadConcern::majority());
    options.selection_criteria = Some(SelectionCriteria::ReadPreference(ReadPreference::Primary));
    options.retry_writes = Some(true);
    options.server_selection_timeout = Some(SELECTION);
    options.connect_timeout = Some(SELECTION);
    options.heartbeat_freq.get_or_insert(Duration::from_secs(2));
    options.max_pool_size.get_or_insert(64);
    Ok(options)
}

/// The database, once it answers, and whether it is on a sharded cluster; after `wait` at the latest it is given up (R12).
pub async fn connect(options: ClientOptions, wait: Duration) -> Result<(Database, bool)> {
    let hosts = options.hosts.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
    let client = Client::with_options(options)?;
    let Some(db) = client.default_database() else { return refuse("OUTLAY_STORE names no database.") };
    let until = Instant::now() + wait;
    let mut said = false;
    loop {
        let left = until.saturating_duration_since(Instant::now()).min(PATIENCE);
        let cause = match tokio::time::timeout(left, db.run_command(doc! { "hello": 1 })).await {
            Ok(Ok(hello)) => return check(&hello).map(|sharded| (db, sharded)),
            Ok(Err(error)) => error.to_string(),
            Err(_) => "no answer in time".to_owned(),
        };
        if Instant::now() >= until {
            return refuse(&format!(
                "MongoDB at {hosts} has no primary that answers within {} s ({cause}). Is it running, is it a replica set (rs.initiate()), \
                 and does OUTLAY_STORE name its hosts as the set itself does?",
                wait.as_secs()
            ));
        }
        if !said {
            tracing::warn!(%cause, "waiting for MongoDB at {hosts}");
            said = true;
        }
        sleep(Duration::from_millis(200)).await;
    }
}

/// Transactions need a replica set or a sharded cluster; whether it is the latter.
fn check(hello: &Document) -> Result<bool> {
    let sharded = hello.get_str("msg").is_ok_and(|msg| msg == "isdbgrid");
    if !sharded && hello.get_str("setName").is_err() {
        return refuse(
            "This MongoDB is a standalone server, which has no transactions. Start it with --replSet and run rs.initiate() once: one node is enough.",
        );
    }
    if hello.get_i32("maxWireVersion").unwrap_or_default() < OLDEST_WIRE {
        return refuse("This MongoDB is too old: 6.0 is the oldest that Outlay is tested with.");
    }
    Ok(sharded)
}

/// MongoDB 6.0.
const OLDEST_WIRE: i32 = 17;

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn r14_weak_uris_are_refused() {
        for (uri, says) in [
            ("mongodb://h/outlay?w=1", "w=majority"),
            ("mongodb://h/outlay?w=2", "w=majority"),
            ("mongodb://h/outlay?w=0", "w=majority"),
            ("mongodb://h/outlay?journal=false", "journal=false"),
            ("mongodb://h/outlay?retryWrites=false", "retryWrites=false"),
            ("mongodb://h/outlay?readConcernLevel=local", "readConcernLevel"),
            ("mongodb://h/outlay?readPreference=secondary", "readPreference"),
            ("mongodb://h", "names no database"),
            ("mongodb://", "not a MongoDB URI"),
            ("mongodb://ana:se/cret@h/outlay", "not a MongoDB URI"),
        ] {
            let line = StoreError::from(options(uri).await.expect_err(uri)).to_string();
            assert!(line.contains(says) && !line.contains("cret@"), "{uri}: {line}");
        }
        for uri in ["mongodb://h/outlay", "mongodb://h:27018/outlay?w=majority&journal=true&retryWrites=true&replicaSet=rs"] {
            let options = options(uri).await.expect(uri);
            assert_eq!(options.write_concern, Some(write_concern()));
            assert_eq!(options.read_concern, Some(ReadConcern::majority()));
        }
    }
}
