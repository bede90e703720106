//! How the server is: its process, its store, where it keeps its data.

use super::words::{lasting, size, took};
use crate::{
    domain::{Instant, Problem},
    server::{
        App,
        backup::Noted,
        clock, data_dir,
        store::health::{Disk, Member, Members, StoreHealth},
    },
};
use std::{fs, time::Duration};
use tokio::time::Instant as Moment;

/// The process, and the store behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    pub version: &'static str,
    pub at: Instant,
    pub started_at: Instant,
    /// Under which address people reach it.
    pub base_url: String,
    /// True when passwords can be read on the way.
    pub plain: bool,
    /// What the process takes of the machine's memory, in bytes; `None` where the system does not say.
    pub memory: Option<u64>,
    /// The data directory.
    pub data_dir: String,
    /// True when the store is a file in the data directory.
    pub in_data_dir: bool,
    /// Why what is written to the data directory will be lost.
    pub fleeting: Option<String>,
    /// The last backup that was made from this data directory, or why it is not known.
    pub backup: Result<Option<Noted>, String>,
    pub engine: String,
    pub schema: u32,
    /// What the store takes on disk, in bytes.
    pub bytes: u64,
    pub disk: Option<Disk>,
    /// How long the store took to say that it is there.
    pub answered_after: Duration,
    pub members: Members,
}

impl Health {
    /// Name, value and what it is of, of what matters most; `moment` writes an instant for its reader.
    pub fn figures(&self, moment: impl Fn(Instant) -> String) -> Vec<[String; 3]> {
        let text = |name: &str, value: String, note: String| [name.to_owned(), value, note];
        let mut all = vec![
            text("Store answers in", took(self.answered_after), self.engine.clone()),
            text("Data", size(self.bytes), format!("version {} of the schema", self.schema)),
        ];
        all.extend(self.disk.map(|disk| text("Free disk", size(disk.free), format!("of {}", size(disk.all)))));
        let up = lasting(self.at.seconds() - self.started_at.seconds());
        all.push(text("Up for", up, format!("since {}", moment(self.started_at))));
        all
    }

    /// Name and value of the rest.
    pub fn facts(&self, moment: impl Fn(Instant) -> String) -> Vec<(&'static str, String)> {
        let place = if self.in_data_dir { format!("{}, in the data directory", self.engine) } else { self.engine.clone() };
        let backup = match &self.backup {
            Ok(Some(backup)) => format!("{}, {}, in {}", moment(backup.at), size(backup.bytes), backup.file),
            Ok(None) => "none".to_owned(),
            Err(_) => "not known".to_owned(),
        };
        let mut all = vec![
            ("Outlay", self.version.to_owned()),
            ("Address", self.base_url.clone()),
            ("Store", place),
            ("Data directory", self.data_dir.clone()),
            ("Memory of the process", self.memory.map_or_else(|| "not known on this system".to_owned(), size)),
            ("Last backup", backup),
        ];
        all.extend(match &self.members {
            Members::None => None,
            Members::Sharded => Some(("Members", "a sharded cluster".to_owned())),
            Members::Hidden => {
                Some(("Members", "not told: that needs the role clusterMonitor for the user in OUTLAY_STORE".to_owned()))
            }
            Members::Set(members) => {
                let each = |member: &Member| format!("{} {}", member.name, member.state.to_lowercase());
                Some(("Members of the replica set", members.iter().map(each).collect::<Vec<_>>().join(", ")))
            }
        });
        all
    }
}

pub(super) async fn health(app: &App) -> Result<Health, Problem> {
    let asked = Moment::now();
    app.store.ready().await?;
    let answered_after = asked.elapsed();
    let StoreHealth { engine, schema, bytes, disk, members } = app.store.health().await?;
    let (config, dir) = (&app.config, &app.config.data_dir);
    let in_data_dir = config.store == "sqlite";
    Ok(Health {
        version: env!("CARGO_PKG_VERSION"),
        at: clock::now(),
        started_at: app.started_at,
        base_url: config.base_url.clone(),
        plain: !config.is_https() && !config.is_loopback(),
        memory: memory(),
        data_dir: dir.display().to_string(),
        in_data_dir,
        fleeting: in_data_dir.then(|| data_dir::fleeting(dir)).flatten(),
        backup: Noted::last(dir).map_err(|e| e.to_string()),
        engine,
        schema,
        bytes,
        disk,
        answered_after,
        members,
    })
}

/// What of the process is in memory. Linux says so in `/proc/self/statm`, in pages (proc_pid_statm(5)).
fn memory() -> Option<u64> {
    let pages: u64 = fs::read_to_string("/proc/self/statm").ok()?.split(' ').nth(1)?.parse().ok()?;
    pages.checked_mul(u64::try_from(rustix::param::page_size()).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn a_process_is_in_memory() {
        let now = memory().expect("Linux says");
        assert!((1 << 20..1 << 40).contains(&now), "{now}");
    }
}
