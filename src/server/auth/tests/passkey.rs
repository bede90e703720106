//! S09, S16: a passkey signs in by itself where its device has verified its owner for this very server, once; and in no other way.

use super::{GOOD, House, OTHER, client, code, config, house, oauth::granting};
use crate::{
    domain::{Code, Problem, Status, User, text::Name},
    server::{
        auth::{Access, Caller, Client, SignedIn},
        config::PasswordGrant,
    },
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as B64};
use p256::{
    ecdsa::{Signature, SigningKey, signature::Signer},
    pkcs8::EncodePublicKey,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// An authenticator with one passkey, and the browser before it.
#[derive(Clone)]
struct Device {
    key: SigningKey,
    id: Vec<u8>,
    user: Vec<u8>,
    counter: u32,
    /// What it claims and where it is; a test changes some of it.
    flags: u8,
    origin: String,
    rp: String,
}

impl Device {
    fn new(options: &str) -> (Self, String) {
        let options: Value = serde_json::from_str(options).expect("JSON");
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        assert_eq!(options["authenticatorSelection"]["userVerification"], "required");
        let device = Self {
            key: SigningKey::from_slice(&rand::random::<[u8; 32]>()).expect("a key"),
            id: rand::random::<[u8; 16]>().to_vec(),
            user: B64.decode(text(&options["user"]["id"])).expect("base64"),
            counter: 0,
            flags: 0b100_0101,
            origin: "http://localhost:3000".into(),
            rp: text(&options["rp"]["id"]),
        };
        (device, text(&options["challenge"]))
    }
    fn said(&self, kind: &str, challenge: &str) -> Vec<u8> {
        json!({ "type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": false }).to_string().into_bytes()
    }
    fn data(&self, attested: bool) -> Vec<u8> {
        let mut data = Sha256::digest(&self.rp).to_vec();
        data.push(self.flags);
        data.extend(self.counter.to_be_bytes());
        if attested {
            data.extend([0; 16]);
            data.extend(u16::try_from(self.id.len()).expect("short").to_be_bytes());
            data.extend(&self.id);
        }
        data
    }
    fn makes(&self, challenge: &str) -> String {
        let key = self.key.verifying_key().to_public_key_der().expect("DER");
        json!({
            "id": B64.encode(&self.id),
            "rawId": B64.encode(&self.id),
            "type": "public-key",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": B64.encode(self.said("webauthn.create", challenge)),
                "authenticatorData": B64.encode(self.data(true)),
                "publicKey": B64.encode(key.as_bytes()),
                "publicKeyAlgorithm": -7,
                "transports": ["internal"],
            },
        })
        .to_string()
    }
    fn signs(&self, kind: &str, challenge: &str) -> Value {
        let (said, data) = (self.said(kind, challenge), self.data(false));
        let message = [data.as_slice(), Sha256::digest(&said).as_slice()].concat();
        let signature: Signature = self.key.sign(&message);
        json!({
            "id": B64.encode(&self.id),
            "type": "public-key",
            "response": {
                "clientDataJSON": B64.encode(said),
                "authenticatorData": B64.encode(data),
                "signature": B64.encode(signature.to_der().as_bytes()),
                "userHandle": B64.encode(&self.user),
            },
        })
    }
    /// An answer to a fresh question of the sign-in page.
    fn answers(&self, house: &House) -> String {
        self.signs("webauthn.get", &asked(house)).to_string()
    }
}

fn asked(house: &House) -> String {
    let options: Value = serde_json::from_str(&house.auth.ask_for_passkey()).expect("JSON");
    assert_eq!((&options["userVerification"], &options["rpId"]), (&json!("required"), &json!("localhost")));
    options["challenge"].as_str().expect("a challenge").to_owned()
}

fn name(text: &str) -> Name {
    Name::parse(text).expect("a name")
}

impl House {
    async fn with_passkey(&self, caller: &Caller, called: &str) -> Device {
        let (device, challenge) = Device::new(&self.auth.begin_passkey(caller, GOOD, "").await.expect("begun"));
        self.auth.add_passkey(caller, name(called), &device.makes(&challenge)).await.expect("added");
        device
    }
    async fn by_passkey(&self, signed: &str) -> Result<SignedIn, Problem> {
        self.auth.sign_in_by_passkey(signed, &client()).await
    }
}

#[tokio::test]
async fn s09_a_passkey_signs_in_once_for_each_question() {
    let house = house(config());
    let ana = house.joined("ana").await;
    let (page, other) = (house.sign_in("ana", GOOD).await.expect("one"), house.sign_in("ana", GOOD).await.expect("two"));
    let device = house.with_passkey(&page.caller, "Phone").await;
    assert!(house.alive(&page.cookie).await.is_some(), "the session that added it goes on");
    assert!(house.alive(&other.cookie).await.is_none(), "S16: every other has ended");

    let answer = device.answers(&house);
    let signed_in = house.by_passkey(&answer).await.expect("signed in");
    assert_eq!(house.alive(&signed_in.cookie).await.expect("alive").user.id, ana.id);
    assert_eq!(code(house.by_passkey(&answer).await), Code::WrongCredentials, "the same answer again");
    let answer = device.answers(&house);
    let all = futures::future::join_all((0..5).map(|_| house.by_passkey(&answer))).await;
    assert_eq!(all.iter().filter(|answer| answer.is_ok()).count(), 1, "of five at once, one");
    let kept = house.auth.passkeys(&page.caller).await.expect("a list");
    assert!(kept.len() == 1 && kept[0].last_used_at.is_some() && kept[0].name == name("Phone"));
    house.sign_in("ana", GOOD).await.expect("the password goes on working");

    house.auth.remove_passkey(&page.caller, kept[0].id).await.expect("removed");
    assert_eq!(code(house.by_passkey(&device.answers(&house)).await), Code::WrongCredentials);
    assert!(house.alive(&signed_in.cookie).await.is_none(), "S16");
    assert_eq!(code(house.auth.remove_passkey(&page.caller, kept[0].id).await), Code::NotFound);
}

#[tokio::test]
async fn s09_only_what_was_signed_for_this_server_by_a_device_that_knew_its_owner() {
    let house = house(config());
    house.joined("ana").await;
    house.joined("bor").await;
    let page = house.sign_in("ana", GOOD).await.expect("signed in");
    let device = house.with_passkey(&page.caller, "Phone").await;
    let bors = house.with_passkey(&house.sign_in("bor", GOOD).await.expect("signed in").caller, "Phone").await;
    let refused = async |answer: String, why: &str| {
        assert_eq!(code(house.by_passkey(&answer).await), Code::WrongCredentials, "{why}");
    };
    for (why, other) in [
        ("another page", Device { origin: "http://localhost:3001".into(), ..device.clone() }),
        ("another server", Device { rp: "evil.example".into(), ..device.clone() }),
        ("nobody was there", Device { flags: 0b100, ..device.clone() }),
        ("nobody was verified", Device { flags: 0b001, ..device.clone() }),
        ("another key", Device { key: bors.key.clone(), ..device.clone() }),
        ("another person's id", Device { user: bors.user.clone(), ..device.clone() }),
        ("nobody's id", Device { user: vec![7; 16], ..device.clone() }),
        ("no id", Device { user: Vec::new(), ..device.clone() }),
    ] {
        refused(other.answers(&house), why).await;
    }
    refused(device.signs("webauthn.create", &asked(&house)).to_string(), "another ceremony").await;
    refused(device.signs("webauthn.get", "AAAA").to_string(), "no question of ours").await;
    let (_, to_add) = Device::new(&house.auth.begin_passkey(&page.caller, GOOD, "").await.expect("begun"));
    refused(device.signs("webauthn.get", &to_add).to_string(), "the question for a new passkey").await;
    let mut framed = device.signs("webauthn.get", &asked(&house));
    let said = json!({ "type": "webauthn.get", "challenge": asked(&house), "origin": device.origin, "crossOrigin": true });
    framed["response"]["clientDataJSON"] = B64.encode(said.to_string()).into();
    refused(framed.to_string(), "in a frame").await;
    for (part, with) in
        [("signature", "MAYCAQECAQE"), ("authenticatorData", "AAAA"), ("clientDataJSON", "e30"), ("signature", "")]
    {
        let mut answer = device.signs("webauthn.get", &asked(&house));
        answer["response"][part] = with.into();
        refused(answer.to_string(), part).await;
    }
    for nonsense in ["", "{}", "[]", "null", "{\"id\":\"AA\",\"response\":{}}"] {
        refused(nonsense.to_owned(), nonsense).await;
    }
    house.by_passkey(&device.answers(&house)).await.expect("and yet it works");
}

#[tokio::test]
async fn s09_a_device_that_counts_must_count_on() {
    let house = house(config());
    house.joined("ana").await;
    let page = house.sign_in("ana", GOOD).await.expect("signed in");
    let device = house.with_passkey(&page.caller, "Key").await;
    let at = |counter| Device { counter, ..device.clone() };
    house.by_passkey(&at(5).answers(&house)).await.expect("counted");
    for copied in [5, 4, 0] {
        assert_eq!(code(house.by_passkey(&at(copied).answers(&house)).await), Code::WrongCredentials, "{copied}");
    }
    house.by_passkey(&at(6).answers(&house)).await.expect("counted on");
}

#[tokio::test]
async fn s09_adding_one_needs_the_password_the_code_and_the_device() {
    let house = house(granting(PasswordGrant::Users));
    let ana = house.joined("ana").await;
    let page = house.sign_in("ana", GOOD).await.expect("signed in");
    assert_eq!(code(house.auth.begin_passkey(&page.caller, OTHER, "").await), Code::Invalid);
    let grant = house.by_password("ana", GOOD, Some("read account")).await.expect("granted");
    let program = house.auth.by_bearer(&grant.access_token).await.expect("works");
    assert_eq!(code(house.auth.begin_passkey(&program, GOOD, "").await), Code::Forbidden, "S22");

    let begin = async |caller: &Caller| Device::new(&house.auth.begin_passkey(caller, GOOD, "").await.expect("begun"));
    let add = async |caller: &Caller, made: String| house.auth.add_passkey(caller, name("Phone"), &made).await;
    let other = house.sign_in("ana", GOOD).await.expect("signed in");
    let (device, challenge) = begin(&page.caller).await;
    assert_eq!(code(add(&other.caller, device.makes(&challenge)).await), Code::Invalid, "in another session");
    for (why, wrong) in [
        ("another page", Device { origin: "https://evil.example".into(), ..device.clone() }),
        ("another server", Device { rp: "evil.example".into(), ..device.clone() }),
        ("nobody was verified", Device { flags: 0b100_0001, ..device.clone() }),
        ("nothing was made", Device { flags: 0b101, ..device.clone() }),
    ] {
        assert_eq!(code(add(&page.caller, wrong.makes(&challenge)).await), Code::Invalid, "{why}");
    }
    assert_eq!(code(add(&page.caller, device.makes(&asked(&house))).await), Code::Invalid, "the question of the sign-in page");
    let mut renamed: Value = serde_json::from_str(&device.makes(&challenge)).expect("JSON");
    renamed["id"] = "AAAA".into();
    assert_eq!(code(add(&page.caller, renamed.to_string()).await), Code::Invalid, "another id than the device says");
    renamed = serde_json::from_str(&device.makes(&challenge)).expect("JSON");
    renamed["response"]["publicKeyAlgorithm"] = json!(-8);
    assert_eq!(code(add(&page.caller, renamed.to_string()).await), Code::Invalid, "an algorithm that was not asked for");
    add(&page.caller, device.makes(&challenge)).await.expect("added");
    assert_eq!(code(add(&page.caller, device.makes(&challenge)).await), Code::AlreadyDone, "once");

    let (app, _) = house.with_factor(&page.caller).await;
    assert_eq!(code(house.auth.begin_passkey(&page.caller, GOOD, "000000").await), Code::Invalid, "the code is asked for too");
    let options = house.auth.begin_passkey(&page.caller, GOOD, &app.code(0)).await.expect("begun");
    assert!(options.contains(&B64.encode(&device.id)), "the device is told which it has already");
    house.by_passkey(&device.answers(&house)).await.expect("a passkey is both factors");
    house.set_status(&ana, Status::Disabled).await;
    assert_eq!(code(house.by_passkey(&device.answers(&house)).await), Code::WrongCredentials, "S16");
}

#[tokio::test]
async fn s09_coming_back_by_a_passkey_takes_a_leave_back() {
    let house = house(config());
    let ana: User = house.joined("ana").await;
    let page = house.sign_in("ana", GOOD).await.expect("signed in");
    let device = house.with_passkey(&page.caller, "Phone").await;
    house.auth.leave(&page.caller, None, GOOD, &client()).await.expect("leaves");
    assert!(house.store.removal(ana.id).await.expect("store").is_some());
    house.by_passkey(&device.answers(&house)).await.expect("came back");
    assert!(house.store.removal(ana.id).await.expect("store").is_none());
}

#[tokio::test]
async fn s05_passkeys_are_slowed_by_address() {
    let mut config = config();
    config.limits.sign_in_per_min = 5;
    config.limits.sign_in_burst = 5;
    let house = house(config);
    house.joined("ana").await;
    let from = Client { address: [192, 0, 2, 9].into(), ..client() };
    for _ in 0..5 {
        assert_eq!(code(house.auth.sign_in_by_passkey("{}", &from).await), Code::WrongCredentials);
    }
    assert_eq!(code(house.auth.sign_in_by_passkey("{}", &from).await), Code::Throttled);
    let page = house.sign_in("ana", GOOD).await.expect("another address");
    assert!(matches!(page.caller.access, Access::Page(_)));
}
