//! A copy of the file before its schema changes, so that there is a way back to the release before. Copies
//! lie beside the file, named by version; the newest few stay. It must never leave half of one.

use super::{
    super::{Result, StoreError},
    connect::private_file,
};
use rusqlite::{Connection, MAIN_DB, backup::Progress};
use std::{fs, io, path::Path};

/// How many copies stay.
const KEPT: usize = 3;

/// Copies the store of `c`, which is the file at `path` and of this version, to `outlay.v<version>.db`.
pub fn keep(c: &Connection, path: &Path, version: usize) -> Result<()> {
    let (copy, draft) = (path.with_extension(format!("v{version}.db")), path.with_extension(format!("v{version}.part")));
    let failed = |e: io::Error| match e.kind() {
        io::ErrorKind::StorageFull => StoreError::Full(format!("{} needs as much room as the store", draft.display())),
        _ => StoreError::Away(format!("{}: {e}", draft.display())),
    };
    if draft.exists() {
        fs::remove_file(&draft).map_err(failed)?;
    }
    private_file(&draft).map_err(failed)?;
    c.backup(MAIN_DB, &draft, None::<fn(Progress)>)?;
    let checked = Connection::open(&draft)?;
    let fault: String = checked.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    checked.close().map_err(|(_, e)| e)?;
    if fault != "ok" {
        return Err(StoreError::Failed(format!("the store is damaged, so its schema was left alone: {fault}")));
    }
    fs::File::open(&draft).and_then(|file| file.sync_all()).map_err(failed)?;
    fs::rename(&draft, &copy).map_err(failed)?;
    prune(path).map_err(failed)?;
    tracing::info!(version, copy = %copy.display(), "the store was copied before its upgrade");
    Ok(())
}

/// Deletes all copies but the newest versions, and makes what is there durable.
fn prune(path: &Path) -> io::Result<()> {
    let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let mut copies = Vec::new();
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let name = entry.file_name();
        let rest = name.to_str().and_then(|name| name.strip_prefix(&*stem)?.strip_prefix(".v")?.strip_suffix(".db"));
        if let Some(version) = rest.and_then(|version| version.parse::<usize>().ok()) {
            copies.push((version, entry.path()));
        }
    }
    copies.sort_by(|a, b| b.cmp(a));
    for (_, old) in copies.into_iter().skip(KEPT) {
        fs::remove_file(old)?;
    }
    fs::File::open(dir)?.sync_all()
}
