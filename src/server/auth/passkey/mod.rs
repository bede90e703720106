//! Passkeys: added with the password (and the code beside it, if there is one), and then as good as both (S09). A passkey is what
//! somebody has; the device lets only them use it, by a finger, a face or a code, and says so.
//!
//! It must never take an answer twice, or one that was given to another server, or without the device knowing its owner.

mod verify;

use super::{
    Auth, Caller, Client, SignedIn,
    audit::{About, Origin, event},
    sign_in::Proved,
    throttle::hex,
};
use crate::{
    domain::{
        Code, Command, Instant, Outcome, Passkey, PasskeyId, Problem, Scope, SessionId, Status, UserId, audit::Event,
        passkey::Algorithm, text::Name,
    },
    server::{
        clock,
        store::{Idempotent, Key, Lane, Record, transact},
    },
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::json;
use sha2::{Digest, Sha256};
use uuid::Uuid;
use verify::{Made, Party, Signed};

/// Seconds within which a device must answer.
const PATIENCE: i64 = 300;
const ADD: &str = "passkey-add";
const ENTER: &str = "passkey-enter";
/// Until when, chance, whose and in which session; then the tag.
const CHALLENGE: usize = 8 + 24 + 16 + 16;

fn not_made() -> Problem {
    Problem::field("name", "not_made", "The passkey could not be made, or it took too long. Try again.")
}

fn not_known() -> Problem {
    let detail = "This passkey is not known here, or it took too long. Try again, or sign in with your password.";
    Problem::new(Code::WrongCredentials, detail)
}

impl Auth {
    fn party(&self) -> Party<'_> {
        let origin = self.config.base_url.as_str();
        let authority = origin.split_once("://").map_or(origin, |(_, authority)| authority);
        let id = match authority.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
            _ => authority,
        };
        Party { origin, id }
    }

    /// What a device is to sign. It needs no place in the store: it says itself for whom and until when it is.
    fn challenge(&self, label: &str, user: UserId, session: SessionId) -> String {
        let mut bytes = clock::now().plus_seconds(PATIENCE).seconds().to_be_bytes().to_vec();
        bytes.extend(rand::random::<[u8; 24]>());
        bytes.extend(user.0.as_bytes());
        bytes.extend(session.0.as_bytes());
        bytes.extend(self.keys.mac(label, &bytes));
        BASE64_URL_SAFE_NO_PAD.encode(bytes)
    }

    /// For whom a challenge is; `None` when it is not ours, of another kind, or too old.
    fn read_challenge(&self, label: &str, challenge: &str) -> Option<(UserId, SessionId)> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(challenge).ok()?;
        let (message, tag) = bytes.split_at_checked(CHALLENGE)?;
        self.keys.is_mac(label, message, tag).then_some(())?;
        let until = i64::from_be_bytes(*message.first_chunk()?);
        (until > clock::now().seconds()).then_some(())?;
        let id = |at: usize| Uuid::from_slice(message.get(at..at + 16)?).ok();
        Some((UserId(id(32)?), SessionId(id(48)?)))
    }

    /// The caller's, in the order in which they were added. Needs scope `account`.
    pub async fn passkeys(&self, caller: &Caller) -> Result<Vec<Passkey>, Problem> {
        caller.require(Scope::Account)?;
        Ok(self.store.credential(caller.user.id).await?.map(|credential| credential.passkeys).unwrap_or_default())
    }

    /// What the browser asks a device for, as JSON (`PublicKeyCredentialCreationOptionsJSON`). 422 on `current_password`, and on
    /// `code` for whoever has a second factor. From a page only.
    pub async fn begin_passkey(&self, caller: &Caller, password: &str, code: &str) -> Result<String, Problem> {
        let session = caller.page()?;
        let user = &caller.user;
        self.confirm_password(caller, password).await?;
        let credential = self.store.credential(user.id).await?.ok_or_else(Problem::not_found)?;
        if credential.second_factor().is_some() {
            let attempt = self.use_code(user.id, code, Origin::Unsaid(caller.via())).await?;
            self.accounts.succeeded(attempt).await?;
        }
        let others: Vec<_> = credential.passkeys.iter().map(|p| json!({ "type": "public-key", "id": p.credential })).collect();
        let kinds = Algorithm::ALL.map(|algorithm| json!({ "type": "public-key", "alg": algorithm.number() }));
        Ok(json!({
            "rp": { "id": self.party().id, "name": "Outlay" },
            "user": {
                "id": BASE64_URL_SAFE_NO_PAD.encode(user.id.0.as_bytes()),
                "name": user.username.as_str(),
                "displayName": user.display_name.as_str(),
            },
            "challenge": self.challenge(ADD, user.id, session),
            "pubKeyCredParams": kinds,
            "timeout": PATIENCE * 1_000,
            "excludeCredentials": others,
            "authenticatorSelection": { "residentKey": "required", "requireResidentKey": true, "userVerification": "required" },
            "attestation": "none",
        })
        .to_string())
    }

    /// Keeps what the device has made; every other session ends. 422 on `name`, 409 `already_done`.
    pub async fn add_passkey(&self, caller: &Caller, name: Name, made: &str) -> Result<Outcome, Problem> {
        let session = caller.page()?;
        let made = serde_json::from_str::<Made>(made).ok().and_then(|made| made.check(&self.party())).ok_or_else(not_made)?;
        if self.read_challenge(ADD, &made.challenge) != Some((caller.user.id, session)) {
            return Err(not_made());
        }
        let passkey = Passkey {
            id: PasskeyId::new(),
            name,
            credential: made.credential,
            key: made.key,
            algorithm: made.algorithm,
            counter: made.counter,
            created_at: clock::now(),
            last_used_at: None,
        };
        let outcome = self.ledger.execute(caller, None, Command::AddPasskey { passkey }).await?;
        event("authn_passkey_added", About::User(caller.user.id), None);
        self.live.look_again(caller.user.id);
        Ok(outcome)
    }

    /// It signs nobody in any more; every other session ends. 404 when the caller has none of this id.
    pub async fn remove_passkey(&self, caller: &Caller, id: PasskeyId) -> Result<Outcome, Problem> {
        caller.page()?;
        let outcome = self.ledger.execute(caller, None, Command::RemovePasskey { id }).await?;
        event("authn_passkey_removed", About::User(caller.user.id), None);
        self.live.look_again(caller.user.id);
        Ok(outcome)
    }

    /// What the browser asks a device for, as JSON (`PublicKeyCredentialRequestOptionsJSON`). The device knows whose it is.
    pub fn ask_for_passkey(&self) -> String {
        json!({
            "rpId": self.party().id,
            "challenge": self.challenge(ENTER, UserId(Uuid::nil()), SessionId(Uuid::nil())),
            "timeout": PATIENCE * 1_000,
            "allowCredentials": [],
            "userVerification": "required",
        })
        .to_string()
    }

    /// Signs in by what a device has signed; it is both factors, so no code is asked for. 401, whatever is wrong; throttled by
    /// address (S05).
    pub async fn sign_in_by_passkey(&self, signed: &str, client: &Client) -> Result<SignedIn, Problem> {
        self.check_address(client)?;
        let refused = |user: Option<UserId>| {
            self.note(Event::Failed, user.map_or(About::Nobody, About::User), Origin::Client(client));
            not_known()
        };
        let party = self.party();
        let signed: Signed = serde_json::from_str(signed).map_err(|_| refused(None))?;
        let challenge = signed.challenge(&party).filter(|text| self.read_challenge(ENTER, text).is_some());
        let challenge = challenge.ok_or_else(|| refused(None))?;
        let user = signed.user().and_then(|bytes| Uuid::from_slice(&bytes).ok()).map(UserId).ok_or_else(|| refused(None))?;
        let (person, credential) = futures::try_join!(self.store.user(user), self.store.credential(user))?;
        let (Some(person), Some(credential)) = (person, credential) else { return Err(refused(None)) };
        let passkey = credential.passkeys.iter().find(|passkey| passkey.credential == signed.id);
        let counter = passkey.and_then(|passkey| signed.check(&party, passkey.algorithm, &passkey.key));
        let (Some(passkey), Some(counter), Status::Active) = (passkey, counter, person.status) else {
            return Err(refused(Some(user)));
        };
        if !self.spend_answer((user, passkey.id), counter, &challenge).await? {
            return Err(refused(Some(user)));
        }
        self.begin_page_session(Proved { user: person, credential, rehashed: None, attempt: None }, client).await
    }

    /// True when the answer comes for the first time, and from the one device that counts on; then it is used.
    async fn spend_answer(&self, (user, id): (UserId, PasskeyId), counter: u32, challenge: &str) -> Result<bool, Problem> {
        let key = format!("passkey:{}", hex(&Sha256::digest(challenge)));
        let now = clock::now();
        transact(&*self.store, Lane::User(user), move |tx| {
            let key = key.clone();
            Box::pin(async move {
                if tx.get(Key::Idempotent(user, key.clone())).await?.is_some() {
                    return Ok(false);
                }
                let Some(Record::Credential(mut kept)) = tx.get(Key::Credential(user)).await? else { return Ok(false) };
                let Some(passkey) = kept.passkeys.iter_mut().find(|passkey| passkey.id == id) else { return Ok(false) };
                // One that counts has counted on, unless it is a copy (§6.1.1).
                if (counter, passkey.counter) != (0, 0) && counter <= passkey.counter {
                    return Ok(false);
                }
                (passkey.counter, passkey.last_used_at) = (counter, Some(now));
                let spent = spent(user, key, now);
                tx.put(&[Record::Credential(kept), Record::Idempotent(spent)]).await?;
                Ok(true)
            })
        })
        .await
    }
}

/// That a challenge was answered; kept for longer than it is good.
fn spent(owner: UserId, key: String, at: Instant) -> Idempotent {
    Idempotent { owner, key, request: String::new(), outcome: None, at }
}
