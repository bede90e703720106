//! Passkeys: keys in somebody's devices that sign them in without a password (WebAuthn). Only their public halves are known here.

use super::{Instant, PasskeyId, text::Name};
use serde::{Deserialize, Serialize};

/// How many a person may have.
pub const MOST_PASSKEYS: usize = 20;

/// How a passkey signs, by its number in the registry of COSE algorithms (RFC 9053, RFC 8812).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Algorithm {
    /// ECDSA on P-256 with SHA-256; what nearly every device has.
    Es256,
    /// RSASSA-PKCS1-v1_5 with SHA-256; what some computers' own chips have.
    Rs256,
}

impl Algorithm {
    pub const ALL: [Self; 2] = [Self::Es256, Self::Rs256];
    pub fn number(self) -> i64 {
        match self {
            Self::Es256 => -7,
            Self::Rs256 => -257,
        }
    }
    pub fn of_number(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.number() == number)
    }
}

/// A passkey of somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passkey {
    pub id: PasskeyId,
    /// As its owner calls it.
    pub name: Name,
    /// As the device calls it: the credential id, base64url.
    pub credential: String,
    /// The public key: SubjectPublicKeyInfo (RFC 5280) in DER, base64url.
    pub key: String,
    pub algorithm: Algorithm,
    /// How often it has signed, where the device counts; 0 where it does not.
    pub counter: u32,
    pub created_at: Instant,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<Instant>,
}
