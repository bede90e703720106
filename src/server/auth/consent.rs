//! The authorization code (RFC 6749 §4.1) with PKCE (RFC 7636): a person lets a program act for them. S256 only, addresses to
//! the letter, a code that is good once and for a minute (RFC 9700 §2.1).
//!
//! It must never send anybody to an address that is not registered, and never give more than was agreed to.

use super::{
    Access, Auth, Caller, Client, OAuthError, TokenAnswer,
    audit::{About, Origin},
    oauth::{INVALID_GRANT, LIFE},
    sessions::{Lifetime, note_seen},
    sign_in::Proved,
};
use crate::{
    domain::{Code, Instant, Problem, Program, ProgramId, Scope, Scopes, SessionId, UserId, audit::Event},
    server::{
        clock,
        ledger::Retry,
        store::{Consent, Key, Lane, Record, Session, record::SessionKind, transact},
    },
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use form_urlencoded::Serializer;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use uuid::Uuid;

const PREFIX: &str = "outlay_code_";
/// Seconds for which a code is good.
const CODE: i64 = 60;
/// The longest `state` that comes back.
const LONGEST_STATE: usize = 1_024;

/// What a program asks for, checked.
pub struct Asked {
    pub program: Program,
    pub scopes: Scopes,
    redirect_uri: String,
    challenge: String,
    state: Option<String>,
}

/// Why a program may not ask.
pub enum NotAsked {
    /// For the person only: the address is not known to be the program's.
    Person(Problem),
    /// To be told to the program, at this address.
    Program(String),
}

impl From<Problem> for NotAsked {
    fn from(problem: Problem) -> Self {
        Self::Person(problem)
    }
}

/// A grant that a person gave to a program.
pub struct Granted {
    pub session: SessionId,
    pub program: Program,
    pub scopes: Scopes,
    pub since: Instant,
    pub last_seen_at: Instant,
}

/// What a program sends in exchange for tokens.
pub struct CodeGrant {
    pub code: String,
    pub client_id: String,
    pub redirect_uri: String,
    pub verifier: String,
}

/// What a code came to.
enum Exchange {
    Goes(Scopes),
    /// It was used before: whoever used it loses what they got (RFC 6749 §4.1.2).
    Reused,
    Dead,
}

/// Parameters of a request, each once.
struct Parameters<'a>(&'a [(String, String)]);

impl<'a> Parameters<'a> {
    /// `None` when it is absent or blank.
    fn get(&self, name: &str) -> Option<&'a str> {
        self.0.iter().find(|(found, value)| found == name && !value.is_empty()).map(|(_, value)| value.as_str())
    }
    fn twice(&self, name: &str) -> bool {
        self.0.iter().filter(|(found, _)| found == name).count() > 1
    }
}

fn unknown(detail: &str) -> NotAsked {
    NotAsked::Person(Problem::new(Code::Malformed, detail))
}

/// SHA-256 in base64url: 43 signs of its alphabet (RFC 7636 §4.2).
fn is_challenge(text: &str) -> bool {
    text.len() == 43 && BASE64_URL_SAFE_NO_PAD.decode(text).is_ok_and(|bytes| bytes.len() == 32)
}

/// RFC 7636 §4.1.
fn is_verifier(text: &str) -> bool {
    (43..=128).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b))
}

impl Auth {
    /// Reads what a program asks a person for; whoever may not have the scope `admin` cannot give it.
    pub async fn asked(&self, caller: &Caller, pairs: &[(String, String)]) -> Result<Asked, NotAsked> {
        let given = Parameters(pairs);
        let id = given.get("client_id").filter(|_| !given.twice("client_id")).and_then(|id| id.parse::<ProgramId>().ok());
        let known = match id {
            Some(id) => self.store.program(id).await.map_err(Problem::from)?,
            None => None,
        };
        let program =
            known.ok_or_else(|| unknown("This program is not registered here. An admin of this Outlay can register it."))?;
        let redirect_uri = given.get("redirect_uri").filter(|uri| !given.twice("redirect_uri") && program.has(uri));
        let redirect_uri = redirect_uri
            .ok_or_else(|| {
                unknown("The program wants you sent to an address that is not registered for it. Nothing was given to it.")
            })?
            .to_owned();
        let state = given.get("state");
        let fits = state.is_none_or(|state| state.len() <= LONGEST_STATE && !state.chars().any(char::is_control));
        let refused = |error: &str| {
            let state = state.filter(|_| fits);
            NotAsked::Program(self.answer_to(&redirect_uri, &[("error", error)], state))
        };
        let twice = ["response_type", "scope", "state", "code_challenge", "code_challenge_method"];
        if !fits || twice.iter().any(|name| given.twice(name)) {
            return Err(refused("invalid_request"));
        }
        match given.get("response_type") {
            Some("code") => {}
            Some(_) => return Err(refused("unsupported_response_type")),
            None => return Err(refused("invalid_request")),
        }
        let challenge = given.get("code_challenge").filter(|text| is_challenge(text));
        let (Some(challenge), Some("S256")) = (challenge, given.get("code_challenge_method")) else {
            return Err(refused("invalid_request"));
        };
        let scopes = match given.get("scope").map(str::parse::<Scopes>) {
            None => Scopes::of(&[Scope::Read]),
            Some(Ok(scopes)) if !scopes.is_empty() => scopes,
            Some(_) => return Err(refused("invalid_scope")),
        };
        if !scopes.within(program.scopes) || scopes.contains(Scope::Admin) && !caller.user.is_admin() {
            return Err(refused("invalid_scope"));
        }
        let (challenge, state) = (challenge.to_owned(), state.map(str::to_owned));
        Ok(Asked { program, scopes, redirect_uri, challenge, state })
    }

    /// An address of the program's with an answer; says who answers (RFC 9207).
    fn answer_to(&self, redirect_uri: &str, answer: &[(&str, &str)], state: Option<&str>) -> String {
        let mut query = Serializer::new(String::new());
        query.extend_pairs(answer);
        query.extend_pairs(state.map(|state| ("state", state)));
        query.append_pair("iss", &self.config.base_url);
        let join = if redirect_uri.contains('?') { '&' } else { '?' };
        format!("{redirect_uri}{join}{}", query.finish())
    }

    /// The person said no. Where they are sent.
    pub fn denied(&self, asked: &Asked) -> String {
        self.answer_to(&asked.redirect_uri, &[("error", "access_denied")], asked.state.as_deref())
    }

    /// The person said yes: a code for the program. Where they are sent. From a page only.
    pub async fn allowed(&self, caller: &Caller, asked: &Asked, client: &Client) -> Result<String, Problem> {
        let Access::Page(_) = caller.access else {
            return Err(Problem::new(Code::Forbidden, "Only a person can let a program act for them."));
        };
        let user = caller.user.clone();
        let credential = self.store.credential(user.id).await?.ok_or_else(Problem::not_found)?;
        let consent = Consent {
            program: asked.program.id,
            redirect_uri: asked.redirect_uri.clone(),
            challenge: asked.challenge.clone(),
            code_until: clock::now().plus_seconds(CODE),
            spent: false,
        };
        let kind = SessionKind::OAuth { scopes: asked.scopes, counter: 0, grace_until: None, consent: Some(consent) };
        let about = user.id;
        let proved = Proved { user, credential, rehashed: None, attempt: None };
        let life = Lifetime { idle: CODE, absolute: LIFE.absolute };
        let session = self.open_session(proved, kind, life, None, client).await?;
        self.note(Event::ProgramAllowed, About::User(about), Origin::Client(client));
        Ok(self.answer_to(&asked.redirect_uri, &[("code", &self.code(session.id))], asked.state.as_deref()))
    }

    /// Opaque: the grant, and a tag that only the server can make. So no code is stored.
    fn code(&self, grant: SessionId) -> String {
        let mut bytes = grant.0.as_bytes().to_vec();
        bytes.extend(self.keys.mac("code", grant.0.as_bytes()));
        format!("{PREFIX}{}", BASE64_URL_SAFE_NO_PAD.encode(bytes))
    }

    fn read_code(&self, code: &str) -> Option<SessionId> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(code.strip_prefix(PREFIX)?).ok()?;
        let (grant, tag) = bytes.split_at_checked(16)?;
        self.keys.is_mac("code", grant, tag).then(|| Uuid::from_slice(grant).ok().map(SessionId)).flatten()
    }

    /// Tokens for a code; good once, and what came of it ends when it comes again.
    pub(super) async fn code_grant(
        &self,
        given: CodeGrant,
        retry: Option<Retry>,
        client: &Client,
    ) -> Result<TokenAnswer, OAuthError> {
        if !is_verifier(&given.verifier) {
            return Err(INVALID_GRANT);
        }
        let id = self.read_code(&given.code).ok_or(INVALID_GRANT)?;
        let Some(session) = self.store.session(id).await.map_err(Problem::from)? else { return Err(INVALID_GRANT) };
        let user = session.user;
        if self.standing_session(id, user).await?.is_none() {
            return Err(INVALID_GRANT);
        }
        match self.exchange((user, id), given, retry, client).await? {
            Exchange::Goes(scopes) => {
                self.note(Event::Granted, About::User(user), Origin::Client(client));
                Ok(self.answer(user, id, 0, scopes)?)
            }
            Exchange::Dead => Err(INVALID_GRANT),
            Exchange::Reused => {
                self.note(Event::Reused, About::User(user), Origin::Client(client));
                self.live.look_again(user);
                Err(INVALID_GRANT)
            }
        }
    }

    /// Spends a code, all in one transaction.
    async fn exchange(
        &self,
        (user, id): (UserId, SessionId),
        given: CodeGrant,
        retry: Option<Retry>,
        client: &Client,
    ) -> Result<Exchange, Problem> {
        let now = clock::now();
        let proof = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(&given.verifier));
        let (agent, address) = (super::sessions::agent_of(client), client.address.to_canonical().to_string());
        let asked = (given.client_id, given.redirect_uri);
        transact(&*self.store, Lane::User(user), move |tx| {
            let (retry, asked, proof) = (retry.clone(), asked.clone(), proof.clone());
            let (agent, address) = (agent.clone(), address.clone());
            Box::pin(async move {
                if let Some(retry) = &retry {
                    retry.replay_in(tx, user).await?;
                }
                let key = Key::Session(user, id);
                let Some(Record::Session(mut row)) = tx.get(key.clone()).await? else { return Ok(Exchange::Dead) };
                let SessionKind::OAuth { scopes, consent: Some(consent), .. } = &mut row.kind else { return Ok(Exchange::Dead) };
                if consent.spent {
                    tx.delete(&[key]).await?;
                    return Ok(Exchange::Reused);
                }
                let same = asked == (consent.program.to_string(), consent.redirect_uri.clone());
                let proved = bool::from(proof.as_bytes().ct_eq(consent.challenge.as_bytes()));
                if !same || !proved || consent.code_until <= now {
                    return Ok(Exchange::Dead);
                }
                consent.spent = true;
                let scopes = *scopes;
                let idle_until = now.plus_seconds(LIFE.idle).min(row.ends_at);
                row = Session { last_seen_at: now, idle_until, agent, address, ..row };
                if let Some(retry) = retry {
                    tx.put(&[Record::Idempotent(retry.kept(user, None, now))]).await?;
                }
                tx.put(&[Record::Session(row)]).await?;
                note_seen(tx, user, now).await?;
                Ok(Exchange::Goes(scopes))
            })
        })
        .await
    }

    /// The programs that may act for the caller, newest first. Needs scope `account`.
    pub async fn granted(&self, caller: &Caller) -> Result<Vec<Granted>, Problem> {
        let programs = self.store.programs().await?;
        let sessions = self.sessions(caller).await?;
        let granted = |session: Session| {
            let SessionKind::OAuth { scopes, consent: Some(consent), .. } = session.kind else { return None };
            let program = programs.iter().find(|program| program.id == consent.program)?.clone();
            let (since, last_seen_at) = (session.created_at, session.last_seen_at);
            Some(Granted { session: session.id, program, scopes, since, last_seen_at })
        };
        Ok(sessions.into_iter().filter_map(granted).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7636, appendix B.
    #[test]
    fn s20_challenges_and_verifiers() {
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        assert_eq!(BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)), challenge);
        assert!(is_verifier(verifier) && is_challenge(challenge));
        for bad in ["", "short", &"a".repeat(129), &"a b".repeat(20), &"ä".repeat(30)] {
            assert!(!is_verifier(bad), "{bad}");
        }
        for bad in ["", &challenge[1..], &format!("{challenge}="), &"+".repeat(43)] {
            assert!(!is_challenge(bad), "{bad}");
        }
    }
}
