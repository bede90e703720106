//! The server has no devices.

/// See the browser's.
pub fn are_there() -> bool {
    false
}
/// See the browser's.
pub async fn make(_options: String) -> Option<String> {
    None
}
/// See the browser's.
pub async fn sign(_options: String) -> Option<String> {
    None
}
