//! When the last backup was made, for who looks after the server: a small file in the data directory, which is not a part of the
//! store, so that a backup leaves the store as it was.

use crate::domain::Instant;
use serde::{Deserialize, Serialize};
use std::{fs, io, path::Path};

/// The file's name.
const FILE: &str = "last-backup.json";

/// A backup that was made, and restored for a check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Noted {
    pub at: Instant,
    /// Where it was written to.
    pub file: String,
    pub bytes: u64,
    /// False when the store that is in it has faults.
    pub sound: bool,
}

impl Noted {
    /// Takes the place of the one before in one step.
    pub fn keep(&self, data_dir: &Path) -> io::Result<()> {
        let mut draft = tempfile::Builder::new().prefix(FILE).tempfile_in(data_dir)?;
        serde_json::to_writer(&mut draft, self)?;
        draft.persist(data_dir.join(FILE)).map(drop).map_err(|e| e.error)
    }

    /// The last one that was made from this data directory.
    pub fn last(data_dir: &Path) -> io::Result<Option<Self>> {
        match fs::read(data_dir.join(FILE)) {
            Ok(text) => Ok(Some(serde_json::from_slice(&text)?)),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(e),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_one_counts() {
        let home = tempfile::tempdir().expect("a directory");
        assert_eq!(Noted::last(home.path()).expect("read"), None);
        for bytes in [1, 2] {
            let noted =
                Noted { at: Instant(1_790_000_000_000_000), file: "/var/backups/a b.outlay".into(), bytes, sound: bytes == 1 };
            noted.keep(home.path()).expect("kept");
            assert_eq!(Noted::last(home.path()).expect("read"), Some(noted));
        }
        assert_eq!(fs::read_dir(home.path()).expect("a directory").count(), 1, "no draft is left");
        fs::write(home.path().join(FILE), "{").expect("written");
        assert!(Noted::last(home.path()).is_err(), "what cannot be read is not taken for none");
    }
}
