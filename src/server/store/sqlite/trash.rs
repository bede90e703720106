//! The trash as it is kept.

use super::{
    super::{Key, Record, Result, numbers::int, place::TrashPlace, trash::thing},
    error::damaged,
    rows::id,
    sql::{all, count, instant, one, run, uuid, via},
};
use crate::domain::{Page, Seq, Trashed, UserId, import::EntryKind, page::PageRequest};
use rusqlite::{Connection, Row, params};
use uuid::Uuid;

const COLUMNS: &str = "seq, at, via, command, thing";

fn read(row: &Row<'_>) -> Result<Trashed> {
    let record: Record = serde_json::from_str(row.get_ref(4)?.as_str().map_err(rusqlite::Error::from)?)?;
    Ok(Trashed {
        thing: thing(record).ok_or_else(|| damaged("what was deleted"))?,
        seq: count(row, 0)?,
        at: instant(row, 1)?,
        via: via(row, 2)?,
        command: row.get(3)?,
    })
}

pub fn get(c: &Connection, owner: UserId, kind: EntryKind, row: Uuid) -> Result<Option<Record>> {
    let sql = format!("SELECT {COLUMNS} FROM trash WHERE owner = ? AND kind = ? AND id = ?");
    Ok(one(c, &sql, params![id(owner.0), kind.code(), id(row)], read)?.map(Record::Trashed))
}

pub fn put(c: &Connection, r: &Trashed) -> Result<usize> {
    run(
        c,
        "INSERT INTO trash (owner, kind, id, seq, at, via, command, thing) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (owner, kind, id) DO UPDATE SET seq = excluded.seq, at = excluded.at, via = excluded.via,
         command = excluded.command, thing = excluded.thing",
        params![
            id(r.thing.owner().0),
            r.thing.kind().code(),
            id(r.thing.id()),
            int(r.seq),
            r.at.0,
            r.via.code(),
            r.command,
            serde_json::to_string(&Record::from(r.thing.clone()))?,
        ],
    )
}

pub fn delete(c: &Connection, owner: UserId, kind: EntryKind, row: Uuid) -> Result<usize> {
    run(c, "DELETE FROM trash WHERE owner = ? AND kind = ? AND id = ?", params![id(owner.0), kind.code(), id(row)])
}

/// Of the newest entry first.
pub fn list(c: &Connection, owner: UserId, page: &PageRequest) -> Result<Page<Trashed>> {
    let place = page.cursor.as_ref().map(TrashPlace::parse).transpose()?;
    let (seq, row, kind) = place.map_or((i64::MAX, Uuid::max(), ""), |place| (int(place.seq), place.id, place.kind.code()));
    let sql = format!(
        "SELECT {COLUMNS} FROM trash INDEXED BY trash_by_seq WHERE owner = ? AND (seq, id, kind) < (?, ?, ?)
         ORDER BY seq DESC, id DESC, kind DESC LIMIT ?"
    );
    let limit = i64::from(page.limit).saturating_add(1);
    let mut items = all(c, &sql, params![id(owner.0), seq, id(row), kind, limit], read)?;
    let more = items.len() > page.limit as usize;
    items.truncate(page.limit as usize);
    let next_cursor = items.last().filter(|_| more).map(|last| TrashPlace::of(last).cursor());
    Ok(Page { items, next_cursor })
}

/// What is in everybody's, and the entry by which it is.
pub fn everybodys(c: &Connection) -> Result<Vec<(Key, Seq)>> {
    all(c, "SELECT owner, kind, id, seq FROM trash", [], |row| {
        let code = row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?;
        let kind = EntryKind::ALL.into_iter().find(|kind| kind.code() == code).ok_or_else(|| damaged("a kind"))?;
        Ok((Key::Trashed(UserId(uuid(row, 0)?), kind, uuid(row, 2)?), count(row, 3)?))
    })
}
