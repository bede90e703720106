//! Uploaded statements, and the fingerprints of the rows they brought.

use super::{
    super::{Fingerprint, Import, Result},
    error::damaged,
    rows::id,
    sql::{all, body, one, run, uuid},
};
use crate::domain::{
    ImportId, UserId,
    import::{EntryKind, ImportInfo, ImportState},
};
use rusqlite::{Connection, Row, params};

/// The body is the record without its bytes, which have a column of their own.
pub fn read(row: &Row<'_>) -> Result<Import> {
    Ok(Import { content: row.get(1)?, ..body(row)? })
}

pub fn get(c: &Connection, owner: UserId, import: ImportId) -> Result<Option<Import>> {
    one(c, "SELECT body, content FROM imports WHERE owner = ? AND id = ?", [id(owner.0), id(import.0)], read)
}

pub fn put(c: &Connection, r: &Import) -> Result<()> {
    let bare = Import {
        content: Vec::new(),
        file_name: r.file_name.clone(),
        mapping: r.mapping.clone(),
        choices: r.choices.clone(),
        shown: r.shown.clone(),
        digest: r.digest.clone(),
        ..*r
    };
    run(
        c,
        "INSERT INTO imports (owner, id, preview, created_at, body, content) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (owner, id) DO UPDATE SET preview = excluded.preview, created_at = excluded.created_at,
         body = excluded.body, content = excluded.content",
        params![
            id(r.owner.0),
            id(r.id.0),
            r.state == ImportState::Preview,
            r.created_at.0,
            serde_json::to_string(&bare)?,
            r.content
        ],
    )
    .map(drop)
}

pub fn list(c: &Connection, owner: UserId) -> Result<Vec<ImportInfo>> {
    all(c, "SELECT body FROM imports WHERE owner = ? ORDER BY id DESC", [id(owner.0)], |row| {
        let Import { id, file_name, state, created_at, added, .. } = body(row)?;
        Ok(ImportInfo { id, file_name, state, created_at, added })
    })
}

/// What [`read_fingerprint`] reads.
pub const FINGERPRINT: &str = "owner, fingerprint, kind, row, import";

pub fn read_fingerprint(row: &Row<'_>) -> Result<Fingerprint> {
    let kind: String = row.get(2)?;
    let kind = EntryKind::ALL.into_iter().find(|known| known.code() == kind);
    Ok(Fingerprint {
        owner: UserId(uuid(row, 0)?),
        fingerprint: row.get(1)?,
        kind: kind.ok_or_else(|| damaged("a fingerprint"))?,
        row: uuid(row, 3)?,
        import: ImportId(uuid(row, 4)?),
    })
}

pub fn put_fingerprint(c: &Connection, r: &Fingerprint) -> Result<()> {
    run(
        c,
        "INSERT INTO fingerprints (owner, fingerprint, kind, row, import) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (owner, fingerprint) DO UPDATE SET kind = excluded.kind, row = excluded.row, import = excluded.import",
        params![id(r.owner.0), r.fingerprint, r.kind.code(), id(r.row), id(r.import.0)],
    )
    .map(drop)
}

pub fn fingerprints_of(c: &Connection, owner: UserId, import: ImportId) -> Result<Vec<Fingerprint>> {
    let sql = format!("SELECT {FINGERPRINT} FROM fingerprints WHERE owner = ? AND import = ? ORDER BY fingerprint");
    all(c, &sql, [id(owner.0), id(import.0)], read_fingerprint)
}

/// The known ones among `wanted`, in that order, each with whether its row is still there.
pub fn known(c: &Connection, owner: UserId, wanted: &[String]) -> Result<Vec<(Fingerprint, bool)>> {
    let sql = "SELECT f.owner, f.fingerprint, f.kind, f.row, f.import, CASE f.kind
               WHEN 'expense' THEN EXISTS (SELECT 1 FROM expenses r WHERE r.owner = f.owner AND r.id = f.row)
               ELSE EXISTS (SELECT 1 FROM funds r WHERE r.owner = f.owner AND r.id = f.row) END
               FROM fingerprints f WHERE f.owner = ? AND f.fingerprint = ?";
    let mut out = Vec::new();
    for fingerprint in wanted {
        out.extend(one(c, sql, params![id(owner.0), fingerprint], |row| Ok((read_fingerprint(row)?, row.get(5)?)))?);
    }
    Ok(out)
}
