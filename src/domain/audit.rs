//! The audit log as an admin reads it: everybody's entries, and beside them what bears on security and is no command (S57).

use super::{
    FieldError, UserId,
    calendar::Days,
    journal::{Kind, asked},
};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// What happened, by its name in the OWASP Logging Vocabulary where that has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Event {
    #[serde(rename = "authn_login_success")]
    SignedIn,
    #[serde(rename = "authn_login_fail")]
    Failed,
    #[serde(rename = "authn_login_lock")]
    Slowed,
    #[serde(rename = "authn_recovery_code_used")]
    RecoveryCode,
    #[serde(rename = "authz_program_allowed")]
    ProgramAllowed,
    #[serde(rename = "authn_grant_created")]
    Granted,
    #[serde(rename = "authn_token_reuse")]
    Reused,
    #[serde(rename = "authn_grant_revoked")]
    Revoked,
    #[serde(rename = "authn_reset_link_fail")]
    ResetFailed,
    #[serde(rename = "authn_setup_fail")]
    SetupFailed,
    /// Asked what neither role nor scope allows.
    #[serde(rename = "authz_fail")]
    Denied,
    #[serde(rename = "malicious_csrf")]
    CrossSite,
    #[serde(rename = "data_export")]
    Exported,
}

impl Event {
    pub const ALL: [Self; 13] = [
        Self::SignedIn,
        Self::Failed,
        Self::Slowed,
        Self::RecoveryCode,
        Self::ProgramAllowed,
        Self::Granted,
        Self::Reused,
        Self::Revoked,
        Self::ResetFailed,
        Self::SetupFailed,
        Self::Denied,
        Self::CrossSite,
        Self::Exported,
    ];
    /// The wire name.
    pub fn code(self) -> &'static str {
        match self {
            Self::SignedIn => "authn_login_success",
            Self::Failed => "authn_login_fail",
            Self::Slowed => "authn_login_lock",
            Self::RecoveryCode => "authn_recovery_code_used",
            Self::ProgramAllowed => "authz_program_allowed",
            Self::Granted => "authn_grant_created",
            Self::Reused => "authn_token_reuse",
            Self::Revoked => "authn_grant_revoked",
            Self::ResetFailed => "authn_reset_link_fail",
            Self::SetupFailed => "authn_setup_fail",
            Self::Denied => "authz_fail",
            Self::CrossSite => "malicious_csrf",
            Self::Exported => "data_export",
        }
    }
    /// As an admin reads it, and whom it is about.
    pub fn told(self) -> &'static str {
        match self {
            Self::SignedIn => "Signed in",
            Self::Failed => "Failed to sign in",
            Self::Slowed => "Has to wait after failing to sign in",
            Self::RecoveryCode => "Used a recovery code",
            Self::ProgramAllowed => "Let a program act",
            Self::Granted => "A program was given tokens",
            Self::Reused => "A spent code or refresh token came again, and its grant ended",
            Self::Revoked => "A program gave its tokens back",
            Self::ResetFailed => "Tried a link for a new password that is not good",
            Self::SetupFailed => "Tried a wrong setup link",
            Self::Denied => "Asked for what they may not",
            Self::CrossSite => "Another site sent a request, which was refused",
            Self::Exported => "Downloaded data",
        }
    }
    /// True for what somebody can cause as often as they like.
    pub fn is_at_will(self) -> bool {
        self == Self::Exported || (self.is_refusal() && self != Self::Reused)
    }
    /// True for what did not come to pass.
    pub fn is_refusal(self) -> bool {
        matches!(
            self,
            Self::Failed | Self::Slowed | Self::Reused | Self::ResetFailed | Self::SetupFailed | Self::Denied | Self::CrossSite
        )
    }
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.code() == code)
    }
}

/// What a line of the audit log is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    Change(Kind),
    /// Signing in, what programs are given, what was refused, what went out.
    Security,
}

impl About {
    pub fn all() -> impl Iterator<Item = Self> {
        Kind::ALL.into_iter().map(Self::Change).chain([Self::Security])
    }
    /// The wire name.
    pub fn code(self) -> &'static str {
        match self {
            Self::Change(kind) => kind.code(),
            Self::Security => "security",
        }
    }
    pub fn label(self) -> &'static str {
        match self {
            Self::Change(kind) => kind.label(),
            Self::Security => "Security",
        }
    }
    /// Of a command or an event; `None` for a name that is neither.
    pub fn of(name: &str) -> Option<Self> {
        if Event::of_code(name).is_some() {
            return Some(Self::Security);
        }
        Kind::ALL.into_iter().find(|kind| kind.commands().contains(&name)).map(Self::Change)
    }
    /// The names of all commands and events.
    pub fn names() -> impl Iterator<Item = &'static str> {
        Kind::ALL.iter().flat_map(|kind| kind.commands()).copied().chain(Event::ALL.map(Event::code))
    }
}

impl FromStr for About {
    type Err = FieldError;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        Self::all().find(|about| about.code() == s).ok_or_else(|| {
            let names: Vec<_> = Self::all().map(Self::code).collect();
            FieldError::new("kind", "unknown_value", format!("Choose one of {}.", names.join(", ")))
        })
    }
}

/// Which lines of the audit log an admin asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// The username of who did it.
    pub actor: Option<String>,
    /// Whose journal, by id or by username.
    pub user_id: Option<UserId>,
    pub user: Option<String>,
    pub kind: Option<About>,
    /// One command or event alone.
    pub command: Option<&'static str>,
    pub days: Days,
}

/// The names [`AuditFilter::read`] understands.
pub const AUDIT_FIELDS: [&str; 7] = ["actor", "user_id", "user", "kind", "command", "from", "to"];

impl AuditFilter {
    /// Reads the query's pairs. Pairs with other names are left to the caller; blank values are as absent.
    pub fn read<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, Vec<FieldError>> {
        let mut filter = Self::default();
        let name = |field: &str, value: &str| match value.len() {
            ..=64 => Ok(Some(value.to_lowercase())),
            _ => Err(FieldError::new(field, "too_long", "A username has at most 32 characters.")),
        };
        let days = asked(pairs, |field, value| match field {
            "actor" => name(field, value).map(|actor| filter.actor = actor),
            "user" => name(field, value).map(|user| filter.user = user),
            "user_id" => {
                let id = value.parse().map_err(|_| FieldError::new(field, "invalid_id", "This is not the id of a person."));
                id.map(|id| filter.user_id = Some(id))
            }
            "kind" => value.parse().map(|kind| filter.kind = Some(kind)),
            "command" => {
                filter.command = About::names().find(|known| *known == value);
                let unknown =
                    || FieldError::new(field, "unknown_value", "There is no such command; they are such as record_expense.");
                filter.command.map(|_| ()).ok_or_else(unknown)
            }
            _ => Ok(()),
        })?;
        Ok(Self { days, ..filter })
    }
    /// The commands that were asked for, none meaning all; `None`: nothing that is in a journal.
    pub fn commands(&self) -> Option<Vec<String>> {
        match (self.command, self.kind) {
            (_, Some(About::Security)) => None,
            (Some(name), kind) => match About::of(name) {
                Some(about @ About::Change(_)) if kind.is_none_or(|kind| kind == about) => Some(vec![name.to_owned()]),
                _ => None,
            },
            (None, Some(About::Change(kind))) => Some(kind.commands().iter().map(|name| (*name).to_owned()).collect()),
            (None, None) => Some(Vec::new()),
        }
    }
    /// The events that were asked for, none meaning all; `None`: nothing but what is in a journal.
    pub fn events(&self) -> Option<Vec<Event>> {
        match (self.command, self.kind) {
            (_, Some(About::Change(_))) => None,
            (Some(name), _) => Event::of_code(name).map(|event| vec![event]),
            (None, _) => Some(Vec::new()),
        }
    }
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_audit_is_asked_for() {
        let read = |pairs: &[(&str, &str)]| AuditFilter::read(pairs.iter().copied());
        let filter =
            read(&[("actor", " Ana "), ("command", "change_user"), ("to", "2026-11-01"), ("cursor", "x")]).expect("a filter");
        assert_eq!(filter.actor.as_deref(), Some("ana"));
        assert_eq!((filter.commands(), filter.events()), (Some(vec!["change_user".to_owned()]), None));
        assert!(read(&[("user", ""), ("kind", " ")]).expect("a filter").is_empty());
        let both = |pairs: &[(&str, &str)]| {
            let filter = read(pairs).expect("a filter");
            (filter.commands(), filter.events())
        };
        let of_funds = Kind::Funds.commands().iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(both(&[("kind", "funds")]), (Some(of_funds), None));
        assert_eq!(both(&[("kind", "funds"), ("command", "undo")]), (None, None));
        assert_eq!(both(&[("kind", "security")]), (None, Some(Vec::new())));
        assert_eq!(both(&[("kind", "security"), ("command", "undo")]), (None, None));
        assert_eq!(both(&[("command", "authn_login_fail")]), (None, Some(vec![Event::Failed])));
        assert_eq!(both(&[("kind", "funds"), ("command", "authn_login_fail")]), (None, None));
        assert_eq!(both(&[]), (Some(Vec::new()), Some(Vec::new())));
        let wrong = read(&[("user_id", "x"), ("kind", "x"), ("command", "x"), ("from", "x"), ("user", &"x".repeat(65))])
            .expect_err("five");
        assert_eq!(wrong.iter().map(|e| e.field.as_str()).collect::<Vec<_>>(), ["user_id", "kind", "command", "user", "from"]);
    }

    #[test]
    fn s57_an_event_is_written_as_it_is_called_and_is_no_command() {
        for event in Event::ALL {
            assert_eq!(serde_json::to_value(event).expect("JSON"), event.code());
            assert_eq!(About::of(event.code()), Some(About::Security));
            assert!(Kind::ALL.iter().all(|kind| !kind.commands().contains(&event.code())));
        }
    }
}
