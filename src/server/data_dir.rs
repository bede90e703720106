//! The data directory: private (S56), held while it is in use, and told when it does not last.
//!
//! Who uses the store holds the directory together with others; who changes its files under them (a
//! restore, a migration) holds it alone.

mod lasting;

pub use lasting::fleeting;
use std::{
    fs::{self, DirBuilder, File, OpenOptions, TryLockError},
    io,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::Path,
    thread,
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// SQLite's file in the data directory.
pub const STORE_FILE: &str = "outlay.db";

/// Locked while the directory is in use; empty, and never deleted.
const LOCK_FILE: &str = "lock";
/// How long another's start or end is waited for.
const PATIENCE: Duration = Duration::from_secs(5);
/// What directories that are gone with their command are called.
const SCRATCH: &str = ".scratch-";

/// Makes a directory that nobody else can look into. The error is a line for the operator.
pub fn make(dir: &Path) -> Result<(), String> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(dir)
        .map_err(|e| format!("the data directory {} cannot be created: {e}", dir.display()))?;
    let probe = dir.join(".writable");
    fs::write(&probe, b"").and_then(|()| fs::remove_file(&probe)).map_err(|e| unwritable(dir, &e))
}

/// A directory inside it for what is not finished; deleted when dropped.
pub fn scratch(dir: &Path) -> Result<TempDir, String> {
    tempfile::Builder::new().prefix(SCRATCH).tempdir_in(dir).map_err(|e| unwritable(dir, &e))
}

fn unwritable(dir: &Path, e: &io::Error) -> String {
    format!("the data directory {} cannot be written to: {e}", dir.display())
}

/// A data directory in use; given back when dropped, or when the process ends in any way.
#[derive(Debug)]
pub struct Hold {
    file: File,
    alone: bool,
}

impl Hold {
    /// Together with others, or alone when there are none: then what an interrupted command left behind is
    /// cleared away. Errors are lines for the operator.
    pub fn enter(dir: &Path) -> Result<Self, String> {
        match Self::alone(dir) {
            Ok(Some(hold)) => Ok(hold),
            Ok(None) => Self::join(dir),
            Err(e) => Err(unwritable(dir, &e)),
        }
    }

    /// Together with others.
    pub fn join(dir: &Path) -> Result<Self, String> {
        let file = lock_file(dir).map_err(|e| unwritable(dir, &e))?;
        let mut hold = Self { file, alone: false };
        hold.wait(dir)?;
        Ok(hold)
    }

    /// Alone, or not at all.
    pub fn take(dir: &Path) -> Result<Self, String> {
        match Self::alone(dir) {
            Ok(Some(hold)) => Ok(hold),
            Ok(None) => Err(format!("Outlay is running on {}: stop it first", dir.display())),
            Err(e) => Err(unwritable(dir, &e)),
        }
    }

    fn alone(dir: &Path) -> io::Result<Option<Self>> {
        let file = lock_file(dir)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(e)) => return Err(e),
        }
        for entry in fs::read_dir(dir)? {
            let entry = entry?;
            if entry.file_name().to_string_lossy().starts_with(SCRATCH) {
                fs::remove_dir_all(entry.path())?;
            }
        }
        Ok(Some(Self { file, alone: true }))
    }

    /// Whether nobody else can be in.
    pub fn is_alone(&self) -> bool {
        self.alone
    }

    /// Lets others in.
    pub fn share(&mut self, dir: &Path) -> Result<(), String> {
        if !self.alone {
            return Ok(());
        }
        self.file.unlock().map_err(|e| unwritable(dir, &e))?;
        self.alone = false;
        self.wait(dir)
    }

    fn wait(&mut self, dir: &Path) -> Result<(), String> {
        let until = Instant::now() + PATIENCE;
        loop {
            match self.file.try_lock_shared() {
                Ok(()) => return Ok(()),
                Err(TryLockError::WouldBlock) if Instant::now() < until => thread::sleep(Duration::from_millis(20)),
                Err(TryLockError::WouldBlock) => {
                    return Err(format!("a restore or an upgrade is at work in {}: wait for its end", dir.display()));
                }
                Err(TryLockError::Error(e)) => return Err(unwritable(dir, &e)),
            }
        }
    }
}

fn lock_file(dir: &Path) -> io::Result<File> {
    OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(dir.join(LOCK_FILE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_share_or_one_is_alone() {
        let home = tempfile::tempdir().expect("a directory");
        let dir = home.path();
        let left = dir.join(".scratch-left");
        fs::create_dir_all(left.join("deep")).expect("made");
        let mut first = Hold::enter(dir).expect("entered");
        assert!(first.is_alone() && !left.exists(), "what an interrupted command left is cleared");
        first.share(dir).expect("shared");
        let scratch = scratch(dir).expect("a scratch directory");
        let second = Hold::enter(dir).expect("entered");
        assert!(!second.is_alone() && scratch.path().exists(), "what another works on stays");
        let refused = Hold::take(dir).expect_err("in use");
        assert!(refused.contains("stop it first"), "{refused}");
        drop((first, second));
        let alone = Hold::take(dir).expect("nobody is in");
        let (asked, dir) = (Instant::now(), dir.to_owned());
        let waiting = thread::spawn(move || Hold::join(&dir));
        thread::sleep(Duration::from_millis(150));
        drop(alone);
        waiting.join().expect("a thread").expect("entered");
        assert!(asked.elapsed() < PATIENCE);
    }

    #[test]
    fn what_is_taken_alone_keeps_others_out() {
        let home = tempfile::tempdir().expect("a directory");
        let _alone = Hold::take(home.path()).expect("alone");
        let refused = Hold::enter(home.path()).expect_err("refused");
        assert!(refused.contains("a restore or an upgrade is at work"), "{refused}");
    }
}
