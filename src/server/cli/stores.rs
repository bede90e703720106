//! From settings and arguments to stores: which engine, opened how, and who may use it meanwhile.

use crate::server::{
    App, backup,
    config::Config,
    data_dir::{self, Hold, STORE_FILE},
    ledger,
    store::{
        DynStore, Snapshot,
        mongo::MongoStore,
        sqlite::{self, SqliteStore},
    },
};
use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use tokio::time::{Instant, sleep};

/// How long the end of large commands is waited for.
const REST: Duration = Duration::from_secs(60);

/// Where a store is.
#[derive(Clone, PartialEq, Eq)]
pub enum Place {
    /// A data directory with an SQLite file.
    Dir(PathBuf),
    /// The address of a database; may be a secret.
    Uri(String),
}

impl Place {
    /// The store of the settings.
    pub fn of(config: &Config) -> Self {
        if config.store == "sqlite" { Self::Dir(config.data_dir.clone()) } else { Self::Uri(config.store.clone()) }
    }

    /// A store named on the command line, where other users of the machine could see a password (S56).
    pub fn parse(text: &str) -> Result<Self, String> {
        if let Some(path) = text.strip_prefix("file:") {
            let uri = fs::read_to_string(path).map_err(|e| format!("{path} cannot be read: {e}"))?;
            return match uri.trim() {
                uri if is_uri(uri) => Ok(Self::Uri(uri.to_owned())),
                _ => Err(format!("{path} does not hold a mongodb:// URI")),
            };
        }
        if !is_uri(text) {
            return Ok(Self::Dir(PathBuf::from(text)));
        }
        let authority = text.split_once("://").map_or(text, |(_, rest)| rest);
        match authority.rsplit_once('@') {
            Some((user, _)) if user.contains(':') => {
                Err("other users of this machine can see the password: put the URI into a file and write file:<path> instead"
                    .to_owned())
            }
            _ => Ok(Self::Uri(text.to_owned())),
        }
    }

    /// For messages; never a password.
    pub fn name(&self) -> String {
        match self {
            Self::Dir(dir) => dir.display().to_string(),
            Self::Uri(_) => "the MongoDB database".to_owned(),
        }
    }
}

fn is_uri(text: &str) -> bool {
    text.starts_with("mongodb://") || text.starts_with("mongodb+srv://")
}

/// The parts over the store of the settings, made or brought up to date when needed. The hold is kept
/// for as long as they are in use.
pub async fn open(config: Config) -> Result<(App, Hold), String> {
    data_dir::make(&config.data_dir)?;
    let mut hold = Hold::enter(&config.data_dir)?;
    let store = match Place::of(&config) {
        Place::Dir(dir) => {
            let store = open_file(&dir, &hold)?;
            if hold.is_alone() {
                ledger::release_jobs(store.as_ref()).await.map_err(|problem| problem.to_string())?;
            }
            hold.share(&dir)?;
            store
        }
        Place::Uri(uri) => {
            hold.share(&config.data_dir)?;
            connect(&uri).await?
        }
    };
    backup::expect_whole(store.as_ref()).await?;
    let app = App::new(config, store)?;
    app.ledger.resume().await.map_err(|problem| problem.to_string())?;
    Ok((app, hold))
}

/// A file that must change its version is only touched when nobody else uses it.
fn open_file(dir: &Path, hold: &Hold) -> Result<DynStore, String> {
    let file = dir.join(STORE_FILE);
    let failed = |e| format!("{} cannot be opened: {e}", file.display());
    if !hold.is_alone() && sqlite::needs_upgrade(&file).map_err(failed)? {
        return Err(format!("the store in {} needs an upgrade, but Outlay is running on it: stop it first", dir.display()));
    }
    Ok(Arc::new(SqliteStore::open(&file).map_err(failed)?))
}

/// A store behind the network; waited for when it is not there yet.
pub async fn connect(uri: &str) -> Result<DynStore, String> {
    Ok(Arc::new(MongoStore::open(uri).await.map_err(|e| e.to_string())?))
}

/// All of a store at this moment; nothing of it is changed. With the hold of its data directory.
pub async fn snapshot(place: &Place) -> Result<(Box<dyn Snapshot>, Option<Hold>), String> {
    let failed = |e| format!("the store in {} cannot be read: {e}", place.name());
    match place {
        Place::Dir(dir) => {
            let file = dir.join(STORE_FILE);
            if !file.exists() {
                return Err(format!(
                    "there is no store in {}: set OUTLAY_DATA_DIR to where Outlay keeps its data",
                    dir.display()
                ));
            }
            let hold = Hold::join(dir)?;
            Ok((sqlite::snapshot(&file).await.map_err(failed)?, Some(hold)))
        }
        Place::Uri(uri) => Ok((connect(uri).await?.snapshot().await.map_err(failed)?, None)),
    }
}

/// As [`snapshot`], of a moment when no large command is at work: half of one must not be copied.
pub async fn snapshot_at_rest(place: &Place) -> Result<(Box<dyn Snapshot>, Option<Hold>), String> {
    let until = Instant::now() + REST;
    loop {
        let (mut snapshot, hold) = snapshot(place).await?;
        if snapshot.jobs().await.map_err(|e| e.to_string())?.is_empty() {
            return Ok((snapshot, hold));
        }
        if Instant::now() > until {
            return Err(format!(
                "a large change is at work in {}, or a crash cut it short: start the server, which ends it, and try again",
                place.name()
            ));
        }
        sleep(REST / 200).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s56_a_password_is_no_argument() {
        for text in ["mongodb://ana:secret@db/outlay", "mongodb+srv://ana:@db"] {
            let refused = Place::parse(text).err().expect("refused");
            assert!(refused.contains("file:") && !refused.contains("secret"), "{refused}");
        }
        for text in ["mongodb://db:27017,db2:27017/outlay?replicaSet=rs", "mongodb://ana@db/outlay"] {
            assert!(Place::parse(text) == Ok(Place::Uri(text.to_owned())));
        }
        assert!(Place::parse("/var/lib/outlay") == Ok(Place::Dir("/var/lib/outlay".into())));
        let dir = tempfile::tempdir().expect("a directory");
        let file = dir.path().join("uri");
        let parse = || Place::parse(&format!("file:{}", file.display()));
        assert!(parse().err().expect("refused").contains("cannot be read"));
        fs::write(&file, "mongodb://ana:secret@db/outlay\n").expect("written");
        assert!(parse() == Ok(Place::Uri("mongodb://ana:secret@db/outlay".to_owned())));
        fs::write(&file, "secret").expect("written");
        assert!(parse().err().is_some_and(|refused| !refused.contains("secret")));
    }
}
