//! Ids that follow from what a thing is, so that it cannot come to be there twice.

use sha2::{Digest, Sha256};
use uuid::{Builder, Uuid};

/// A UUID (version 8) that is always the same for the same parts, in their order.
pub(super) fn id(parts: &[&[u8]]) -> Uuid {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    }
    let hash: [u8; 32] = hash.finalize().into();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    Builder::from_custom_bytes(bytes).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::id;

    #[test]
    fn equal_parts_have_equal_ids() {
        assert_eq!(id(&[b"a", b"b"]), id(&[b"a", b"b"]));
        for other in [id(&[b"ab"]), id(&[b"b", b"a"]), id(&[b"a", b"b", b""])] {
            assert_ne!(id(&[b"a", b"b"]), other);
            assert_eq!(other.get_version_num(), 8);
        }
    }
}
