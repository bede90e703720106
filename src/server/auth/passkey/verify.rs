//! What a browser and an authenticator say, checked as WebAuthn level 2 asks (§7.1, §7.2); pure.
//!
//! No attestation is asked for, so a new key is believed as the browser hands it on: what it says of its own device
//! proves nothing, here as in its attestation object.

use crate::domain::passkey::Algorithm;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use p256::ecdsa::signature::Verifier;
use rsa::{Pkcs1v15Sign, RsaPublicKey, pkcs8::DecodePublicKey, traits::PublicKeyParts};
use serde::Deserialize;
use sha2::{Digest, Sha256};

/// Flags of an authenticator (§6.1): somebody was there, and it knew them by a finger, a face or a code.
const PRESENT: u8 = 1;
const VERIFIED: u8 = 1 << 2;
/// It says what it has made.
const ATTESTED: u8 = 1 << 6;
/// The longest credential id (§4), and the shortest RSA modulus that is believed, in bytes.
const LONGEST_ID: usize = 1_023;
const SHORTEST_MODULUS: usize = 256;
/// DER of `DigestInfo` before a SHA-256 (RFC 8017 §9.2).
const SHA_256: [u8; 19] = [48, 49, 48, 13, 6, 9, 96, 134, 72, 1, 101, 3, 4, 2, 1, 5, 0, 4, 32];

/// Whom a ceremony is with: the address of this server.
pub struct Party<'a> {
    /// `https://money.example`.
    pub origin: &'a str,
    /// `money.example`.
    pub id: &'a str,
}

/// `PublicKeyCredential.toJSON()` of a passkey that was just made.
#[derive(Deserialize)]
pub struct Made {
    id: String,
    response: MadeBy,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MadeBy {
    #[serde(rename = "clientDataJSON")]
    client_data: String,
    authenticator_data: String,
    public_key: String,
    public_key_algorithm: i64,
}

/// `PublicKeyCredential.toJSON()` of a passkey that has signed.
#[derive(Deserialize)]
pub struct Signed {
    pub id: String,
    response: SignedBy,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SignedBy {
    #[serde(rename = "clientDataJSON")]
    client_data: String,
    authenticator_data: String,
    signature: String,
    user_handle: Option<String>,
}

/// What a browser says of a ceremony (§5.8.1).
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ClientData {
    r#type: String,
    challenge: String,
    origin: String,
    #[serde(default)]
    cross_origin: bool,
}

/// A key that was made for this server, and the challenge it was made for.
pub struct NewKey {
    pub credential: String,
    pub key: String,
    pub algorithm: Algorithm,
    pub counter: u32,
    pub challenge: String,
}

fn bytes(text: &str) -> Option<Vec<u8>> {
    BASE64_URL_SAFE_NO_PAD.decode(text).ok()
}

/// The challenge, if this is of such a ceremony with this server and of no frame in somebody else's page.
fn client_data(bytes: &[u8], kind: &str, party: &Party<'_>) -> Option<String> {
    let said: ClientData = serde_json::from_slice(bytes).ok()?;
    (said.r#type == kind && said.origin == party.origin && !said.cross_origin).then_some(said.challenge)
}

/// The counter and what follows it, if the authenticator speaks to this server and has verified somebody.
fn authenticator_data<'a>(bytes: &'a [u8], party: &Party<'_>) -> Option<(u8, u32, &'a [u8])> {
    let (hash, rest) = bytes.split_at_checked(32)?;
    let (&[flags, a, b, c, d], rest) = rest.split_first_chunk::<5>()?;
    let fits = hash == Sha256::digest(party.id).as_slice() && flags & (PRESENT | VERIFIED) == PRESENT | VERIFIED;
    fits.then(|| (flags, u32::from_be_bytes([a, b, c, d]), rest))
}

/// The credential id in attested credential data (§6.5.1): after 16 bytes of the model, its length and itself.
fn credential_id(rest: &[u8]) -> Option<&[u8]> {
    let (_, rest) = rest.split_at_checked(16)?;
    let (length, rest) = rest.split_first_chunk::<2>()?;
    let length = usize::from(u16::from_be_bytes(*length));
    (1..=LONGEST_ID).contains(&length).then_some(())?;
    rest.get(..length)
}

impl Made {
    /// `None` unless it was made for this server, by an authenticator that verified somebody, and is a key we can read.
    pub fn check(&self, party: &Party<'_>) -> Option<NewKey> {
        let said = &self.response;
        let challenge = client_data(&bytes(&said.client_data)?, "webauthn.create", party)?;
        let data = bytes(&said.authenticator_data)?;
        let (flags, counter, rest) = authenticator_data(&data, party)?;
        let named = bytes(&self.id)?;
        let algorithm = Algorithm::of_number(said.public_key_algorithm)?;
        let key = bytes(&said.public_key)?;
        let whole = flags & ATTESTED != 0 && credential_id(rest)? == named && PublicKey::read(algorithm, &key).is_some();
        let encoded = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
        whole.then(|| NewKey { credential: encoded(&named), key: encoded(&key), algorithm, counter, challenge })
    }
}

impl Signed {
    /// Whose the device says it is: what it was told when the passkey was made.
    pub fn user(&self) -> Option<Vec<u8>> {
        bytes(self.response.user_handle.as_deref()?)
    }
    /// The challenge, before anything else is known to be true of it.
    pub fn challenge(&self, party: &Party<'_>) -> Option<String> {
        client_data(&bytes(&self.response.client_data)?, "webauthn.get", party)
    }
    /// The counter, if this key has signed what is said.
    pub fn check(&self, party: &Party<'_>, algorithm: Algorithm, key: &str) -> Option<u32> {
        let client = bytes(&self.response.client_data)?;
        client_data(&client, "webauthn.get", party)?;
        let data = bytes(&self.response.authenticator_data)?;
        let (_, counter, _) = authenticator_data(&data, party)?;
        let message = [data.as_slice(), Sha256::digest(&client).as_slice()].concat();
        let signature = bytes(&self.response.signature)?;
        PublicKey::read(algorithm, &bytes(key)?)?.has_signed(&message, &signature).then_some(counter)
    }
}

enum PublicKey {
    P256(p256::ecdsa::VerifyingKey),
    Rsa(RsaPublicKey),
}

impl PublicKey {
    fn read(algorithm: Algorithm, der: &[u8]) -> Option<Self> {
        Some(match algorithm {
            Algorithm::Es256 => Self::P256(p256::ecdsa::VerifyingKey::from_public_key_der(der).ok()?),
            Algorithm::Rs256 => {
                let key = RsaPublicKey::from_public_key_der(der).ok()?;
                (key.size() >= SHORTEST_MODULUS).then_some(())?;
                Self::Rsa(key)
            }
        })
    }
    fn has_signed(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::P256(key) => {
                p256::ecdsa::Signature::from_der(signature).is_ok_and(|signature| key.verify(message, &signature).is_ok())
            }
            Self::Rsa(key) => {
                let scheme = Pkcs1v15Sign { hash_len: Some(32), prefix: SHA_256.into() };
                key.verify(scheme, Sha256::digest(message).as_slice(), signature).is_ok()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made by OpenSSL: two public keys, and what the first has signed.
    const RSA_2048: &str = "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAi9H9VBEPhduTYFTcd-NNsYhRSRlpVnH4pXkaVrZIqNCzE0Q2c0w3rXpDdC3dzFAmwdM2iXQJXQfG_9Uq2bWUsGkyNf-KpyNoNggDo0tVbVHa2KoT2drpY0Qi1t_tRn63AHLRkErAtPF2jsoaK3dwzAQF19exc03mHvkzURnCLhxgIOhsq1oPKe2tFgQ9A4Xlo0vhNws6KlCRfhUK7RwYJQRIVqzdIS_lOcRUg0LmqGHlfAteX_vazjyUVuXtxys0iguHBChSFgDkWxR01e0fo8AtJCLkinqCLw-smlS02JQ5KXh4L8kEeQnm-6XRQrpFeUYP5eMrdMS6oSQbYDxTfQIDAQAB";
    const RSA_1024: &str = "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDdoohHrQLCYhR944Q45yTxJl3bIViVKh8pU9-LrYoZ3h3yDnyCeZ6YISzhuCMw84fHtlEUg6RdNUu-xWibQALCiLjIdlk7885-_cy8AU8uV5IRzX7NJLGL4XtrR5CYB1dyPEMpjqmg0u0ScuFVa1m3yMIf-F6pnxDxAcGi0dseRwIDAQAB";
    const SIGNATURE: &str = "RrdqofLWoyPRLMe8U6bmgVxR--hljAVgjVkfoNjC5b0CRVjr2CQdLh0o_qFmKmyJHxSf8HROW_hNngz4lVpooILLNiEmaqLLsdWkOKfhJ5ju4JPKVnSPilKgfk1ObymwwyPwQi_UGC5Og0WDq5KwwNMQHcDvijmZYvaz0iEBIO9LwjLWtzmu2kl4qijRR39e-DdIiI0AmgAhdVWpbyNe_1B4WgERDZxoXPqqxhOZ50nZxQYBOJJG5paNsZZdwlKLNHQn0s3V7DFUwvqdDO95vqmJRY6jDAIYu7MfY4Jji5rgWtm0TdYP60EQqd3zrSgVIDTxcVCICX24ULQKs6T6qg";

    #[test]
    fn s09_rsa_signatures_are_checked_and_short_keys_refused() {
        let key = bytes(RSA_2048).expect("base64");
        let signature = bytes(SIGNATURE).expect("base64");
        let read = PublicKey::read(Algorithm::Rs256, &key).expect("a key");
        assert!(read.has_signed(b"what is signed", &signature));
        assert!(!read.has_signed(b"what was signed", &signature));
        assert!(!read.has_signed(b"what is signed", &signature[1..]) && !read.has_signed(b"what is signed", &[]));
        assert!(PublicKey::read(Algorithm::Es256, &key).is_none(), "another algorithm");
        assert!(PublicKey::read(Algorithm::Rs256, &bytes(RSA_1024).expect("base64")).is_none(), "too short");
        assert!(PublicKey::read(Algorithm::Rs256, &key[..key.len() - 1]).is_none());
    }

    #[test]
    fn s09_credential_ids_are_read_whole_or_not_at_all() {
        let data = |length: u16, id: &[u8]| [&[0; 16][..], &length.to_be_bytes(), id].concat();
        assert_eq!(credential_id(&data(3, b"abcde")), Some(&b"abc"[..]));
        for wrong in [data(0, b"abc"), data(4, b"abc"), data(1_024, &[7; 1_024]), vec![0; 17], Vec::new()] {
            assert_eq!(credential_id(&wrong), None);
        }
    }
}
