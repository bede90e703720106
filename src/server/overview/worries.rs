//! What of the server's health asks for somebody, in words that say what to do.

use super::{
    Health,
    words::{lasting, size, took},
};
use crate::server::store::health::{Disk, Members};
use std::time::Duration;

/// A backup that is older than this many seconds was missed: they are made each night.
const MISSED: i64 = 2 * 86_400;
/// With less free than this many bytes, or than the twentieth part of the disk, it is soon full.
const LITTLE: u64 = 1_000_000_000;
/// A store that takes longer is not well.
const SLOW: Duration = Duration::from_millis(500);

/// A sentence or two for each; none when all is well.
pub fn worries(health: &Health) -> Vec<String> {
    let mut found: Vec<String> = health.fleeting.iter().cloned().collect();
    found.extend(health.disk.and_then(|disk| little_room(disk, health.in_data_dir)));
    found.extend(backup(health));
    if health.answered_after > SLOW {
        found.push(format!(
            "The store took {} to answer. Look whether its disk or its machine is busy with something else.",
            took(health.answered_after)
        ));
    }
    found.extend(members(&health.members));
    if health.plain {
        found.push(format!(
            "Passwords can be read on the way to {}, as it is plain HTTP. Put a proxy with TLS before it, and set OUTLAY_BASE_URL to its https:// address.",
            health.base_url
        ));
    }
    found
}

fn little_room(disk: Disk, in_data_dir: bool) -> Option<String> {
    let Disk { free, all } = disk;
    let what = if in_data_dir { "move the data directory to a larger one" } else { "give MongoDB a larger one" };
    (free < LITTLE.min(all / 2) || free < all / 20).then(|| {
        format!(
            "The disk of the data has {} left of {}. When it is full nothing can be recorded: make room, or {what}.",
            size(free),
            size(all)
        )
    })
}

fn backup(health: &Health) -> Option<String> {
    let how = "Let “outlay backup” run each night, such as by deploy/outlay-backup.timer.";
    let noted = match &health.backup {
        Ok(Some(noted)) => noted,
        Ok(None) if health.in_data_dir => return Some(format!("No backup was made yet. {how}")),
        Ok(None) => return Some(format!("No backup was made on this machine yet, with this data directory. {how}")),
        Err(cause) => {
            return Some(format!(
                "When the last backup was made cannot be read ({cause}). Make one with “outlay backup”, and this is written anew."
            ));
        }
    };
    let age = health.at.seconds() - noted.at.seconds();
    if !noted.sound {
        return Some(
            "The store in the last backup has faults. Run “outlay doctor”, which lists them, and keep the backups of before."
                .to_owned(),
        );
    }
    (age > MISSED).then(|| format!("The last backup is {} old. {how}", lasting(age)))
}

fn members(members: &Members) -> Vec<String> {
    let Members::Set(members) = members else { return Vec::new() };
    let down = members.iter().filter(|member| !member.is_up);
    down.map(|member| {
        format!(
            "{} of the replica set is not up ({}). Start it again: without the majority of its {} members nothing can be recorded.",
            member.name,
            member.state,
            members.len()
        )
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::Instant,
        server::{backup::Noted, store::health::Member},
    };

    const NOW: Instant = Instant(1_790_000_000_000_000);

    fn noted(hours: i64) -> Noted {
        Noted { at: NOW.plus_seconds(-3_600 * hours), file: "/b".into(), bytes: 1, sound: true }
    }
    fn well() -> Health {
        Health {
            version: "1",
            at: NOW,
            started_at: NOW,
            base_url: "http://money.example".into(),
            plain: false,
            memory: None,
            data_dir: "/data".into(),
            in_data_dir: true,
            fleeting: None,
            backup: Ok(Some(noted(47))),
            engine: "SQLite 3".into(),
            schema: 8,
            bytes: 1,
            disk: Some(Disk { free: 50_000_000_000, all: 100_000_000_000 }),
            answered_after: Duration::from_millis(500),
            members: Members::None,
        }
    }
    fn member(name: &str, state: &str, is_up: bool) -> Member {
        Member { name: name.into(), state: state.into(), is_up }
    }

    #[test]
    fn each_fault_is_told_and_nothing_else() {
        assert_eq!(worries(&well()), [] as [String; 0]);
        let disk = |free, all| Health { disk: Some(Disk { free, all }), ..well() };
        let up = vec![member("a:1", "PRIMARY", true), member("b:2", "not reachable/healthy", false)];
        let faults = [
            (Health { fleeting: Some("THE DATA WILL BE LOST".into()), ..well() }, "THE DATA WILL BE LOST"),
            (disk(999_999_999, 10_000_000_000), "999 MB left of 10.0 GB"),
            (disk(4_900_000_000, 100_000_000_000), "move the data directory"),
            (Health { in_data_dir: false, ..disk(1, 100_000_000_000) }, "give MongoDB a larger one"),
            (Health { backup: Ok(None), ..well() }, "No backup was made yet. Let “outlay backup” run each night"),
            (Health { backup: Ok(None), in_data_dir: false, ..well() }, "on this machine"),
            (Health { backup: Ok(Some(noted(49))), ..well() }, "The last backup is 2 days old."),
            (Health { backup: Ok(Some(Noted { sound: false, ..noted(1) })), ..well() }, "Run “outlay doctor”"),
            (Health { backup: Err("EOF".into()), ..well() }, "cannot be read (EOF)"),
            (Health { answered_after: Duration::from_millis(1_234), ..well() }, "took 1.2 s to answer"),
            (Health { members: Members::Set(up), ..well() }, "b:2 of the replica set is not up (not reachable/healthy)"),
            (Health { plain: true, ..well() }, "set OUTLAY_BASE_URL"),
        ];
        for (health, says) in faults {
            let told = worries(&health);
            assert!(told.len() == 1 && told[0].contains(says), "{says}: {told:?}");
        }
        let fine = [
            disk(5_000_000_000, 100_000_000_000),
            // A small disk, of which half is free.
            disk(600_000_000, 1_000_000_000),
            Health { disk: None, members: Members::Hidden, ..well() },
            Health { members: Members::Set(vec![member("a:1", "PRIMARY", true), member("b:2", "SECONDARY", true)]), ..well() },
        ];
        for health in fine {
            assert_eq!(worries(&health), [] as [String; 0], "{health:?}");
        }
    }
}
