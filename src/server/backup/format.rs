//! The file of a backup: gzip over lines of JSON. First a header, then one line for each record and each
//! journal entry, last an end with counts and a SHA-256. It holds no names of files, so none can lead
//! anywhere (S59). What was read must never be believed before the end was.

use crate::{
    domain::{Entry, Instant},
    server::store::{
        Change,
        walk::{Batch, Content, entry_line, record_line},
    },
};
use flate2::{Compression, bufread::GzDecoder, write::GzEncoder};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{
    fs::File,
    io::{self, BufRead, BufReader, BufWriter, ErrorKind, Read, Write},
    path::Path,
};

const FORMAT: u32 = 1;
/// The longest line that is read: a statement of 190 MB, in base64.
const LONGEST: u64 = 256 * 1024 * 1024;
/// How much one batch holds before it is handed on.
const LINES: usize = 20_000;
const BYTES: usize = 8 * 1024 * 1024;

#[derive(Serialize, Deserialize)]
struct Header {
    outlay_backup: u32,
    /// Of the Outlay that wrote it.
    version: String,
    created_at: Instant,
}

/// What a walk through a store, or a whole backup, came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub records: u64,
    pub entries: u64,
    pub content: Content,
}

#[derive(Serialize, Deserialize)]
struct End {
    end: Sums,
}

#[derive(Serialize, Deserialize, PartialEq, Eq)]
struct Sums {
    records: u64,
    entries: u64,
    content: String,
    /// Of all lines before, hex.
    sha256: String,
}

impl Sums {
    fn new(tally: &Tally, digest: &Sha256) -> Self {
        let sha256 = digest.clone().finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Self { records: tally.records, entries: tally.entries, content: tally.content.to_string(), sha256 }
    }
}

/// Writes a backup. Its errors are lines for the operator.
pub struct Writer {
    out: GzEncoder<BufWriter<File>>,
    name: String,
    digest: Sha256,
    tally: Tally,
}

impl Writer {
    /// Writes into an empty file, which errors call `name`.
    pub fn new(file: File, name: String, now: Instant) -> Result<Self, String> {
        let out = GzEncoder::new(BufWriter::new(file), Compression::fast());
        let mut writer = Self { out, name, digest: Sha256::new(), tally: Tally::default() };
        let header = Header { outlay_backup: FORMAT, version: env!("CARGO_PKG_VERSION").to_owned(), created_at: now };
        let header = serde_json::to_vec(&header).map_err(|e| e.to_string())?;
        writer.line(&header)?;
        Ok(writer)
    }

    pub fn put(&mut self, batch: &Batch) -> Result<(), String> {
        for record in &batch.records {
            let line = record_line(record).map_err(|e| e.to_string())?;
            self.tally.records += 1;
            self.tally.content.add(&line);
            self.line(&line)?;
        }
        for (entry, changes) in &batch.entries {
            let line = entry_line(entry, changes).map_err(|e| e.to_string())?;
            self.tally.entries += 1;
            self.tally.content.add(&line);
            self.line(&line)?;
        }
        Ok(())
    }

    fn line(&mut self, line: &[u8]) -> Result<(), String> {
        for bytes in [line, b"\n"] {
            self.digest.update(bytes);
            self.out.write_all(bytes).map_err(|e| unwritten(&self.name, &e))?;
        }
        Ok(())
    }

    /// Writes the end, and waits until all of it is on the disk.
    pub fn finish(mut self) -> Result<Tally, String> {
        let end = End { end: Sums::new(&self.tally, &self.digest) };
        let end = serde_json::to_vec(&end).map_err(|e| e.to_string())?;
        self.line(&end)?;
        let written = self.out.finish().and_then(|out| out.into_inner().map_err(io::IntoInnerError::into_error));
        written.and_then(|file| file.sync_all()).map_err(|e| unwritten(&self.name, &e))?;
        Ok(self.tally)
    }
}

fn unwritten(name: &str, e: &io::Error) -> String {
    format!("{name} cannot be written: {e}")
}

/// Reads a backup. Its errors are lines for the operator.
pub struct Reader {
    lines: BufReader<GzDecoder<BufReader<File>>>,
    name: String,
    /// Lines read so far.
    line: u64,
    digest: Sha256,
    tally: Tally,
    ended: bool,
}

impl Reader {
    /// Opens the file, which errors call `name`, and reads the header.
    pub fn open(path: &Path, name: String) -> Result<Self, String> {
        let file = File::open(path).map_err(|e| format!("{name} cannot be read: {e}"))?;
        let lines = BufReader::with_capacity(256 * 1024, GzDecoder::new(BufReader::with_capacity(64 * 1024, file)));
        let mut reader = Self { lines, name, line: 0, digest: Sha256::new(), tally: Tally::default(), ended: false };
        // A file of gzip that cannot be unpacked is not told from a backup that is damaged.
        if let (Err(e), true) = (reader.lines.fill_buf().map(drop), reader.lines.get_ref().header().is_some()) {
            return Err(reader.damaged(&format!("at its start, {e}")));
        }
        let header = reader.next_line().map_err(|_| reader.foreign())?;
        reader.digest_line(&header);
        #[derive(Deserialize)]
        struct Format {
            outlay_backup: u32,
        }
        match serde_json::from_slice::<Format>(&header) {
            Ok(Format { outlay_backup: FORMAT }) => Ok(reader),
            Ok(Format { outlay_backup }) => Err(format!(
                "{} was written by another Outlay (format {outlay_backup}; this one reads {FORMAT}). Restore it with that one.",
                reader.name
            )),
            Err(_) => Err(reader.foreign()),
        }
    }

    /// The next lines; `None` at the end, which has then been checked.
    pub fn next_batch(&mut self) -> Result<Option<Batch>, String> {
        let (mut batch, mut bytes) = (Batch::default(), 0);
        while !self.ended && batch.records.len() + batch.entries.len() < LINES && bytes < BYTES {
            let line = self.next_line()?;
            bytes += line.len();
            if line.starts_with(b"{\"end\":") {
                self.check_end(&line)?;
                self.ended = true;
                break;
            }
            self.digest_line(&line);
            self.tally.content.add(&line);
            if line.starts_with(b"{\"entry\":") {
                #[derive(Deserialize)]
                struct Line {
                    entry: Entry,
                    changes: Vec<Change>,
                }
                let Line { entry, changes } = self.parse(&line)?;
                self.tally.entries += 1;
                batch.entries.push((entry, changes));
            } else {
                batch.records.push(self.parse(&line)?);
                self.tally.records += 1;
            }
        }
        Ok(if batch.records.is_empty() && batch.entries.is_empty() { None } else { Some(batch) })
    }

    /// What has been read.
    pub fn tally(&self) -> Tally {
        self.tally
    }

    fn parse<'l, T: Deserialize<'l>>(&self, line: &'l [u8]) -> Result<T, String> {
        serde_json::from_slice(line).map_err(|e| self.damaged(&format!("line {} is no record of Outlay ({e})", self.line)))
    }

    fn digest_line(&mut self, line: &[u8]) {
        self.digest.update(line);
        self.digest.update(b"\n");
    }

    fn next_line(&mut self) -> Result<Vec<u8>, String> {
        let mut line = Vec::new();
        let read = (&mut self.lines).take(LONGEST).read_until(b'\n', &mut line);
        match read {
            Ok(_) if line.pop() == Some(b'\n') => {
                self.line += 1;
                Ok(line)
            }
            Ok(n) if n as u64 == LONGEST => Err(self.damaged(&format!("line {} has no end", self.line + 1))),
            Ok(_) => Err(self.cut_short()),
            Err(e) if e.kind() == ErrorKind::UnexpectedEof => Err(self.cut_short()),
            Err(e) => Err(self.damaged(&format!("after line {}, {e}", self.line))),
        }
    }

    /// Counts and sums, and that nothing follows.
    fn check_end(&mut self, line: &[u8]) -> Result<(), String> {
        let End { end } = self.parse(line)?;
        if end != Sums::new(&self.tally, &self.digest) {
            return Err(self.damaged("its sums are not those of its lines"));
        }
        // Reading on to the end of the stream is what checks the sum of gzip.
        let after = self.lines.fill_buf().map(<[u8]>::is_empty);
        let behind = after.and_then(|none| Ok(none && self.lines.get_mut().get_mut().fill_buf()?.is_empty()));
        match behind {
            Ok(true) => Ok(()),
            Ok(false) => Err(self.damaged("something follows its end")),
            Err(e) => Err(self.damaged(&format!("at its end, {e}"))),
        }
    }

    fn foreign(&self) -> String {
        format!("{} is not a backup of Outlay. `outlay backup` writes one.", self.name)
    }
    fn cut_short(&self) -> String {
        self.damaged(&format!("it ends in the middle, after line {}", self.line))
    }
    fn damaged(&self, fault: &str) -> String {
        format!("{} is damaged: {fault}. Nothing was restored; use another backup.", self.name)
    }
}
