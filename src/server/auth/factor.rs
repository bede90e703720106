//! The second factor: codes of an app (RFC 6238), and recovery codes for the day the app is gone (S09).
//!
//! It must never keep a secret in the clear or a recovery code at all, and never take a code twice.

use super::{
    Access, Auth, Caller, Client, Halfway, SignedIn,
    audit::{About, Origin, event},
    sign_in::Proved,
    throttle::{Attempt, hex},
};
use crate::{
    domain::{
        Code, Command, Outcome, Problem, Scope, Status, UserId,
        audit::Event,
        command::Secret,
        factor::{Enrolment, FactorState, RECOVERY_CODES, TypedCode, in_fours, read_code},
    },
    server::{
        clock,
        store::{Credential, Enrolling, Factor, Key, Lane, Record, transact},
    },
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use data_encoding::BASE32_NOPAD;
use qrcodegen::{QrCode, QrCodeEcc};
use sha2::{Digest, Sha256};
use totp_rs::{Builder, Totp};
use uuid::Uuid;

/// What is sealed, to the keys.
const LABEL: &str = "totp";
const HALFWAY: &str = "outlay_halfway_";
/// Seconds within which a code must follow the password.
const PATIENCE: i64 = 600;
/// Seconds within which what was begun must be confirmed.
const ENROLLING: i64 = 900;
/// Bytes of a secret (RFC 4226 §4: 160 bits), and of a recovery code.
const SECRET: usize = 20;
const RECOVERY: usize = 10;
/// The light rim of a QR code, in modules (ISO/IEC 18004 §6.3.8).
const RIM: i32 = 4;
/// How many people are read at once.
const READ_AT_ONCE: u32 = 500;

/// What a right code uses up.
#[derive(Clone)]
enum Spends {
    Step(u64),
    Recovery(String),
}

/// SHA-1, six digits, thirty seconds, one step to either side: what every app can do.
fn codes_of(secret: [u8; SECRET]) -> Option<Totp> {
    Builder::new().with_secret(secret).build().ok()
}

fn recovery_hash(user: UserId, code: &str) -> String {
    hex(&Sha256::digest(format!("{user} {code}")))
}

fn wrong_code() -> Problem {
    Problem::field("code", "wrong_code", "This code is not right, or it was used already. Wait for the next one and try again.")
}

fn too_long_ago() -> Problem {
    Problem::new(Code::WrongCredentials, "That took too long. Enter your username and password again.")
}

impl Auth {
    /// After a right password: what remembers it until the code comes. Wrong codes of before stay counted.
    pub(super) async fn ask_for_code(&self, proved: Proved) -> Result<Halfway, Problem> {
        let Proved { user, credential, rehashed, attempt } = proved;
        if let Some(hash) = rehashed {
            let (user, before) = (user.id, credential.password_hash);
            transact(&*self.store, Lane::User(user), move |tx| {
                let (hash, before) = (hash.clone(), before.clone());
                Box::pin(async move {
                    if let Some(Record::Credential(kept)) = tx.get(Key::Credential(user)).await?
                        && kept.password_hash == before
                    {
                        tx.put(&[Record::Credential(Credential { password_hash: hash.0, ..kept })]).await?;
                    }
                    Ok(())
                })
            })
            .await?;
        }
        if let Some(attempt) = attempt {
            self.accounts.succeeded(attempt).await?;
        }
        let until = clock::now().plus_seconds(PATIENCE).seconds();
        let mut bytes = halfway(user.id, credential.token_version, until).to_vec();
        bytes.extend(self.keys.mac("halfway", &bytes));
        Ok(Halfway { cookie: format!("{HALFWAY}{}", BASE64_URL_SAFE_NO_PAD.encode(bytes)), max_age: PATIENCE })
    }

    /// Whose password was right, and with which version of their credential; `None` when it is too long ago, or forged.
    fn read_halfway(&self, cookie: &str) -> Option<(UserId, u32)> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(cookie.strip_prefix(HALFWAY)?).ok()?;
        let (message, tag) = bytes.split_at_checked(28)?;
        if !self.keys.is_mac("halfway", message, tag) {
            return None;
        }
        let user = UserId(Uuid::from_slice(message.get(..16)?).ok()?);
        let version = u32::from_be_bytes(message.get(16..20)?.try_into().ok()?);
        let until = i64::from_be_bytes(message.get(20..)?.try_into().ok()?);
        (until > clock::now().seconds()).then_some((user, version))
    }

    /// The second step of a sign-in; throttled by address and by account (S05). 422 on `code`.
    pub async fn finish_sign_in(&self, cookie: &str, typed: &str, client: &Client) -> Result<SignedIn, Problem> {
        self.check_address(client)?;
        let (id, version) = self.read_halfway(cookie).ok_or_else(too_long_ago)?;
        let (user, credential) = futures::try_join!(self.store.user(id), self.store.credential(id))?;
        let (Some(user), Some(credential)) = (user, credential) else { return Err(too_long_ago()) };
        if user.status != Status::Active || credential.token_version != version {
            return Err(too_long_ago());
        }
        let attempt = self.use_code(id, typed, Origin::Client(client)).await?;
        self.begin_page_session(Proved { user, credential, rehashed: None, attempt: Some(attempt) }, client).await
    }

    /// Uses up a right code; 422 on `code` otherwise, and it counts as failed. Whoever calls ends the attempt.
    pub(super) async fn use_code(&self, user: UserId, typed: &str, origin: Origin<'_>) -> Result<Attempt, Problem> {
        let attempt = self.accounts.begin_code(user).await?;
        if self.spend(user, typed, origin).await? {
            return Ok(attempt);
        }
        self.note(Event::Failed, About::User(user), origin);
        if self.accounts.failed(attempt).await? {
            self.note(Event::Slowed, About::User(user), origin);
        }
        Err(wrong_code())
    }

    /// True when the code is right and was not used before; then it is used.
    async fn spend(&self, user: UserId, typed: &str, origin: Origin<'_>) -> Result<bool, Problem> {
        let Some(typed) = read_code(typed) else { return Ok(false) };
        let Some(credential) = self.store.credential(user).await? else { return Ok(false) };
        let Some(factor) = credential.second_factor() else { return Ok(false) };
        let spends = match typed {
            TypedCode::App(digits) => match self.step_of(user, factor, &digits) {
                Some(step) => Spends::Step(step),
                None => return Ok(false),
            },
            TypedCode::Recovery(code) => Spends::Recovery(recovery_hash(user, &code)),
        };
        let sealed = factor.sealed.clone();
        let fresh = self.sealed_anew(user, factor);
        let recovery = matches!(spends, Spends::Recovery(_));
        let spent = transact(&*self.store, Lane::User(user), move |tx| {
            let (spends, sealed, fresh) = (spends.clone(), sealed.clone(), fresh.clone());
            Box::pin(async move {
                let Some(Record::Credential(mut kept)) = tx.get(Key::Credential(user)).await? else { return Ok(false) };
                let factor = kept.factor.as_mut().filter(|factor| factor.enrolling.is_none() && factor.sealed == sealed);
                let Some(factor) = factor else { return Ok(false) };
                match spends {
                    Spends::Step(step) if step > factor.last_step => factor.last_step = step,
                    Spends::Recovery(hash) if factor.recovery.contains(&hash) => factor.recovery.retain(|left| *left != hash),
                    _ => return Ok(false),
                }
                if let Some(fresh) = fresh {
                    factor.sealed = fresh;
                }
                tx.put(&[Record::Credential(kept)]).await?;
                Ok(true)
            })
        })
        .await?;
        if spent && recovery {
            self.note(Event::RecoveryCode, About::User(user), origin);
        }
        Ok(spent)
    }

    /// The step whose code these digits are; one step to either side of now will do.
    fn step_of(&self, user: UserId, factor: &Factor, digits: &str) -> Option<u64> {
        let secret = self.secret_of(user, factor)?;
        codes_of(secret)?.check(digits, u64::try_from(clock::now().seconds()).ok()?)
    }

    fn secret_of(&self, user: UserId, factor: &Factor) -> Option<[u8; SECRET]> {
        let secret = self.keys.unseal(LABEL, user.0.as_bytes(), &factor.sealed);
        if secret.is_none() {
            tracing::warn!(%user, "a second factor cannot be read with the keys of this server; only its recovery codes work");
        }
        secret?.try_into().ok()
    }

    /// Sealed by the key that signs now, when it is not yet.
    fn sealed_anew(&self, user: UserId, factor: &Factor) -> Option<String> {
        if self.keys.is_fresh(&factor.sealed) {
            return None;
        }
        self.keys.seal(LABEL, user.0.as_bytes(), &self.secret_of(user, factor)?)
    }

    /// Seals all second factors by the key that signs now: after the next rotation the key before is gone.
    pub async fn seal_anew(&self) -> Result<(), Problem> {
        let mut after = String::new();
        while self.keys.rotated() {
            let some = self.store.users_after(&after, READ_AT_ONCE).await?;
            let Some(last) = some.last() else { break };
            after = last.username.to_string();
            for user in some.into_iter().map(|user| user.id) {
                let Some(credential) = self.store.credential(user).await? else { continue };
                let Some(factor) = credential.factor else { continue };
                let Some(fresh) = self.sealed_anew(user, &factor) else { continue };
                transact(&*self.store, Lane::User(user), move |tx| {
                    let (before, fresh) = (factor.sealed.clone(), fresh.clone());
                    Box::pin(async move {
                        if let Some(Record::Credential(mut kept)) = tx.get(Key::Credential(user)).await?
                            && let Some(factor) = kept.factor.as_mut()
                            && factor.sealed == before
                        {
                            factor.sealed = fresh;
                            tx.put(&[Record::Credential(kept)]).await?;
                        }
                        Ok(())
                    })
                })
                .await?;
            }
        }
        Ok(())
    }

    /// What the caller's Settings show of it. Needs scope `account`.
    pub async fn factor(&self, caller: &Caller) -> Result<FactorState, Problem> {
        caller.require(Scope::Account)?;
        let credential = self.store.credential(caller.user.id).await?;
        let Some(factor) = credential.and_then(|credential| credential.factor) else { return Ok(FactorState::Off) };
        match factor.enrolling {
            None => {
                let (since, _) = clock::local(factor.since, &caller.user.time_zone);
                Ok(FactorState::On { since, codes: factor.recovery.len() })
            }
            Some(open) if is_own(open, caller) && open.until > clock::now() => {
                let secret = self.secret_of(caller.user.id, &factor).ok_or_else(Problem::internal)?;
                Ok(FactorState::Begun(Box::new(enrolment(caller.user.username.as_str(), &secret)?)))
            }
            Some(_) => Ok(FactorState::Off),
        }
    }

    /// Makes a secret for the caller's app; it holds once a code has confirmed it. 422 on `current_password`, 409 `already_done`
    /// when there is a second factor. From a page only.
    pub async fn begin_factor(&self, caller: &Caller, password: &str) -> Result<(), Problem> {
        let by = caller.page()?;
        self.confirm_password(caller, password).await?;
        let (user, now) = (caller.user.id, clock::now());
        let secret = rand::random::<[u8; SECRET]>();
        let sealed = self.keys.seal(LABEL, user.0.as_bytes(), &secret).ok_or_else(Problem::internal)?;
        let enrolling = Some(Enrolling { by, until: now.plus_seconds(ENROLLING) });
        let begun = Factor { sealed, enrolling, since: now, last_step: 0, recovery: Vec::new() };
        transact(&*self.store, Lane::User(user), move |tx| {
            let begun = begun.clone();
            Box::pin(async move {
                let Some(Record::Credential(kept)) = tx.get(Key::Credential(user)).await? else {
                    return Err(Problem::not_found());
                };
                if kept.second_factor().is_some() {
                    return Err(Problem::new(Code::AlreadyDone, "You have a second factor already. Remove it first."));
                }
                Ok(tx.put(&[Record::Credential(Credential { factor: Some(begun), ..kept })]).await?)
            })
        })
        .await
    }

    /// Turns on what was begun, with a code of the app; every other session ends. Answers the recovery codes, which are kept
    /// nowhere. 422 on `code`.
    pub async fn confirm_factor(&self, caller: &Caller, typed: &str) -> Result<(Outcome, Vec<String>), Problem> {
        caller.page()?;
        let user = caller.user.id;
        let credential = self.store.credential(user).await?;
        let begun = credential.and_then(|credential| credential.factor).filter(|factor| factor.enrolling.is_some());
        let attempt = self.accounts.begin_code(user).await?;
        let step = match (&begun, read_code(typed)) {
            (Some(factor), Some(TypedCode::App(digits))) => self.step_of(user, factor, &digits),
            _ => None,
        };
        let (Some(factor), Some(last_step)) = (begun, step) else {
            self.accounts.failed(attempt).await?;
            return Err(wrong_code());
        };
        let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| recovery_code()).collect();
        let recovery = codes.iter().map(|code| Secret(recovery_hash(user, code))).collect();
        let command = Command::TurnOnFactor { sealed: Secret(factor.sealed), last_step, recovery };
        let outcome = self.ledger.execute(caller, None, command).await?;
        self.accounts.succeeded(attempt).await?;
        event("authn_factor_added", About::User(user), None);
        self.live.look_again(user);
        Ok((outcome, codes.iter().map(|code| in_fours(code, "-")).collect()))
    }

    /// The password is all again; every other session ends. 422 on `current_password` and `code`.
    pub async fn remove_factor(&self, caller: &Caller, password: &str, typed: &str) -> Result<Outcome, Problem> {
        caller.page()?;
        let user = caller.user.id;
        self.confirm_password(caller, password).await?;
        let attempt = self.use_code(user, typed, Origin::Unsaid(caller.via())).await?;
        let outcome = self.ledger.execute(caller, None, Command::TurnOffFactor).await?;
        self.accounts.succeeded(attempt).await?;
        event("authn_factor_removed", About::User(user), None);
        self.live.look_again(user);
        Ok(outcome)
    }

    /// For `outlay admin forget-factor`: for somebody who has lost the app and the recovery codes.
    pub async fn forget_factor(&self, username: &str) -> Result<(), Problem> {
        let caller = self.local(username).await?;
        self.ledger.execute(&caller, None, Command::TurnOffFactor).await?;
        event("authn_factor_removed", About::User(caller.user.id), None);
        Ok(())
    }
}

fn is_own(open: Enrolling, caller: &Caller) -> bool {
    matches!(caller.access, Access::Page(id) if id == open.by)
}

fn halfway(user: UserId, version: u32, until: i64) -> [u8; 28] {
    let mut bytes = [0; 28];
    bytes[..16].copy_from_slice(user.0.as_bytes());
    bytes[16..20].copy_from_slice(&version.to_be_bytes());
    bytes[20..].copy_from_slice(&until.to_be_bytes());
    bytes
}

fn recovery_code() -> String {
    BASE32_NOPAD.encode(&rand::random::<[u8; RECOVERY]>()).to_ascii_lowercase()
}

/// What an app scans: `otpauth://totp/…`, as every app reads it, as a picture and as text.
fn enrolment(username: &str, secret: &[u8]) -> Result<Enrolment, Problem> {
    let secret = BASE32_NOPAD.encode(secret);
    let address = format!("otpauth://totp/Outlay:{username}?secret={secret}&issuer=Outlay");
    let picture = QrCode::encode_text(&address, QrCodeEcc::Medium).map_err(|_| Problem::internal())?;
    let mut path = String::new();
    for y in 0..picture.size() {
        let mut x = 0;
        while x < picture.size() {
            let dark = (x..picture.size()).take_while(|x| picture.get_module(*x, y)).count();
            let dark = i32::try_from(dark).map_err(|_| Problem::internal())?;
            if dark > 0 {
                path.push_str(&format!("M{} {}h{dark}v1h-{dark}z", x + RIM, y + RIM));
            }
            x += dark.max(1);
        }
    }
    let size = u32::try_from(picture.size() + 2 * RIM).map_err(|_| Problem::internal())?;
    Ok(Enrolment { secret: in_fours(&secret, " "), size, path })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, the last six digits of SHA-1's.
    #[test]
    fn s09_codes_are_those_of_the_standard() {
        let codes = codes_of(*b"12345678901234567890").expect("a secret");
        for (at, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(codes.generate(at).to_string(), code);
            assert_eq!(codes.check(code, at), Some(at / 30));
            assert_eq!(codes.check(code, at + 30), Some(at / 30), "one step later");
            assert_eq!(codes.check(code, at + 90), None, "three steps later");
        }
    }

    #[test]
    fn s09_recovery_codes_are_long_and_differ() {
        let (one, two) = (recovery_code(), recovery_code());
        assert_ne!(one, two);
        assert_eq!(read_code(&in_fours(&one, "-")), Some(TypedCode::Recovery(one)));
    }

    #[test]
    fn the_picture_has_a_rim() {
        let picture = enrolment("ana", &[7; SECRET]).expect("a picture");
        assert!(picture.size > 30 && picture.path.starts_with("M4 4h7v1h-7z"), "the corner's square");
        assert_eq!(picture.secret.replace(' ', "").len(), 32);
    }
}
