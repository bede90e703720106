//! Files that are no whole backup: refused, naming the fault, with nothing half done.

use crate::kit::{Room, done, lived_in, names, refused, size, text};
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use std::{
    fs,
    io::{Read, Write},
    path::Path,
};

fn gzip(lines: &str) -> Vec<u8> {
    let mut out = GzEncoder::new(Vec::new(), Compression::fast());
    out.write_all(lines.as_bytes()).expect("written");
    out.finish().expect("ended")
}

/// Restoring these bytes is refused with these words, and leaves nothing.
#[track_caller]
fn is_refused(room: &Room, bytes: &[u8], says: &str) {
    let (file, data) = (room.at("damaged"), room.at("data"));
    fs::write(&file, bytes).expect("written");
    refused(&data, &["restore", text(&file)], says);
    assert_eq!(names(&data), Vec::<String>::new(), "nothing is left");
}

#[tokio::test]
async fn s59_a_damaged_backup_is_refused_and_its_fault_is_named() {
    let (server, _ana) = lived_in().await;
    let room = Room::new();
    let file = room.at("backup");
    done(&server.data_dir(), &["backup", text(&file)]);
    let whole = fs::read(&file).expect("the backup");
    for length in [whole.len() / 3, whole.len() - 200, whole.len() - 1] {
        is_refused(&room, &whole[..length], "is damaged: ");
    }
    for place in [whole.len() / 2, whole.len() - 5] {
        let mut flipped = whole.clone();
        flipped[place] ^= 0x20;
        is_refused(&room, &flipped, "is damaged: ");
    }
    // The first byte behind the header of gzip, made a kind of block that there is not.
    let mut not_unpacked = whole.clone();
    not_unpacked[10] = 0xff;
    is_refused(&room, &not_unpacked, "is damaged: ");
    is_refused(&room, &[&whole[..], b"more"].concat(), "something follows its end");

    let mut lines = String::new();
    GzDecoder::new(&whole[..]).read_to_string(&mut lines).expect("text");
    is_refused(&room, &gzip(&lines.replacen("\"Lunch\"", "\"Lynch\"", 1)), "its sums are not those of its lines");
    let line = lines.lines().find(|line| line.contains("\"expense\"")).expect("an expense");
    is_refused(&room, &gzip(&lines.replacen(&format!("{line}\n"), "", 1)), "its sums are not");
    is_refused(&room, &gzip(&lines.replacen(line, "{\"record\":\"expense\",\"value\":{}}", 1)), "is no record of Outlay");
    let end = lines.lines().last().expect("an end");
    is_refused(&room, &gzip(lines.trim_end().trim_end_matches(end)), "it ends in the middle");
    let newer = lines.replacen("\"outlay_backup\":1", "\"outlay_backup\":2", 1);
    is_refused(&room, &gzip(&newer), "format 2; this one reads 1");
}

/// Nothing in a backup names a file. Archives, which do, are no backups.
#[test]
fn s59_archives_and_bombs_are_refused() {
    let room = Room::new();
    let zip =
        b"PK\x03\x04\x14\x00\x00\x00\x00\x00\x00\x00!\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x04\x00\x00\x00../x";
    is_refused(&room, zip, "is not a backup of Outlay");
    is_refused(&room, b"", "is not a backup of Outlay");
    is_refused(&room, &gzip("../../etc/passwd\n"), "is not a backup of Outlay");
    is_refused(&room, &gzip(&format!("{:\0<512}", "../x")), "is not a backup of Outlay");
    let header = "{\"outlay_backup\":1,\"version\":\"0.1.0\",\"created_at\":\"2026-11-23T00:00:00Z\"}\n";
    is_refused(&room, &gzip(&format!("{header}{{\"record\":\"../x\",\"value\":{{}}}}\n")), "line 2 is no record of Outlay");
    refused(&room.at("data"), &["restore", text(&room.at("no-such-file"))], "cannot be read");
    refused(&room.at("data"), &["restore", text(Path::new("/"))], "is not a backup of Outlay");
}

/// A line of 10 GiB (run short: longer than may be), small as gzip: read only as far as a line may be long.
#[test]
fn s59_an_entry_of_10_gib_is_refused() {
    let room = Room::new();
    let file = room.at("bomb");
    let mut out = GzEncoder::new(fs::File::create(&file).expect("a file"), Compression::fast());
    writeln!(out, "{{\"outlay_backup\":1,\"version\":\"0.1.0\",\"created_at\":\"2026-11-23T00:00:00Z\"}}").expect("written");
    let zeros = vec![b'0'; 1 << 20];
    for _ in 0..size(257, 10 << 10) {
        out.write_all(&zeros).expect("written");
    }
    out.finish().expect("ended");
    refused(&room.at("data"), &["restore", text(&file)], "line 2 has no end");
    assert_eq!(names(&room.at("data")), Vec::<String>::new());
}
