//! The embedded engine: SQLite in WAL mode, one writer with group commit, read-only readers.
