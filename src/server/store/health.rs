//! How a store is, for whoever looks after it.

/// What an engine says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreHealth {
    /// Its name and version, such as `SQLite 3.54.1`.
    pub engine: String,
    /// The version of the schema.
    pub schema: u32,
    /// What it takes on disk, in bytes: rows, indexes, logs.
    pub bytes: u64,
    /// Of the disk that this is on; `None` where the engine does not know.
    pub disk: Option<Disk>,
    pub members: Members,
}

/// A disk, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Disk {
    /// What may still be written.
    pub free: u64,
    pub all: u64,
}

/// The processes that keep the data together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Members {
    /// There is this process alone.
    None,
    /// A sharded cluster, whose members know themselves.
    Sharded,
    /// Of a replica set, which says it only to whom may ask.
    Hidden,
    Set(Vec<Member>),
}

/// A member of a replica set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Host and port.
    pub name: String,
    /// Such as `PRIMARY`.
    pub state: String,
    pub is_up: bool,
}
