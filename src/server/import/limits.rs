//! How large a statement may be (S47). The bounds hold before anything is kept.

/// Bytes of the file.
pub const MAX_BYTES: usize = 10 * 1024 * 1024;
/// Rows, the header and what stands before it included.
pub const MAX_ROWS: usize = 100_000;
/// Columns of a row.
pub const MAX_COLUMNS: usize = 256;
/// Bytes of one field.
pub const MAX_FIELD: usize = 1024 * 1024;
/// Uploads a person may have waiting for a decision; the oldest goes when another comes.
pub const MAX_OPEN: usize = 10;
