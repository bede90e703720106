//! The one way to a user: every use case takes a `Caller`, made from the store's rows on each request.

use crate::domain::{Code, Locale, Problem, Scope, Scopes, SessionId, TokenId, User, journal::Via};
use std::net::IpAddr;

/// How a caller proved who they are, and so what they may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access {
    /// A page's session: everything the role allows.
    Page(SessionId),
    /// An OAuth access token.
    OAuth(SessionId, Scopes),
    /// A personal access token.
    Token(TokenId, Scopes),
    /// The command line, or the server itself on behalf of somebody who asked this way.
    Local(Via),
}

/// Who is calling. The role is the store's, read on this request (S37).
#[derive(Clone, Debug)]
pub struct Caller {
    pub user: User,
    pub access: Access,
}

impl Caller {
    /// The command line on behalf of `user`.
    pub fn local(user: User) -> Self {
        Self::served(user, Via::Cli)
    }
    /// The server itself on behalf of `user`, who has no session yet or none here.
    pub fn served(user: User, via: Via) -> Self {
        Self { user, access: Access::Local(via) }
    }
    pub fn via(&self) -> Via {
        match self.access {
            Access::Page(_) => Via::Page,
            Access::OAuth(..) | Access::Token(..) => Via::Api,
            Access::Local(via) => via,
        }
    }
    /// What of it the ledger's lines and rows say.
    pub fn from(&self) -> (Locale, Via) {
        (self.user.locale, self.via())
    }
    pub fn session(&self) -> Option<SessionId> {
        match self.access {
            Access::Page(id) | Access::OAuth(id, _) => Some(id),
            Access::Token(..) | Access::Local(_) => None,
        }
    }
    /// The session of a page; 403 for whatever else calls: no program changes how somebody signs in (S22).
    pub fn page(&self) -> Result<SessionId, Problem> {
        match self.access {
            Access::Page(id) => Ok(id),
            _ => Err(Problem::new(Code::Forbidden, "How somebody signs in is changed on the page only.")),
        }
    }
    /// 403 `insufficient_scope` unless the credential carries the scope.
    pub fn require(&self, scope: Scope) -> Result<(), Problem> {
        let allowed = match &self.access {
            Access::Page(_) | Access::Local(_) => true,
            Access::OAuth(_, scopes) => scopes.contains(scope),
            Access::Token(_, scopes) => scope != Scope::Account && scopes.contains(scope),
        };
        if allowed {
            Ok(())
        } else {
            Err(Problem::new(Code::InsufficientScope, format!("This needs a token with the scope “{}”.", scope.as_str())))
        }
    }
    /// 403 unless the user is an admin and the credential carries the scope `admin`.
    pub fn require_admin(&self) -> Result<(), Problem> {
        if !self.user.is_admin() {
            return Err(Problem::new(Code::Forbidden, "Only an admin may do this."));
        }
        self.require(Scope::Admin)
    }
}

/// Where a request came from.
#[derive(Clone, Debug)]
pub struct Client {
    /// The peer, or what a trusted proxy says of it (S06).
    pub address: IpAddr,
    /// `User-Agent`, at most 200 bytes.
    pub agent: String,
    pub via: Via,
    /// The id of the request.
    pub request_id: String,
}

/// The part of a `User-Agent` that a person knows, such as `Firefox on Linux`; else all of it.
pub fn device_name(agent: &str) -> String {
    // In this order: each also names those before it.
    let browsers = [("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];
    let systems = [
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "Mac"),
        ("Linux", "Linux"),
    ];
    let find = |names: &[(&str, &'static str)]| names.iter().find(|(part, _)| agent.contains(part)).map(|(_, name)| *name);
    match (find(&browsers), find(&systems)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        _ if agent.is_empty() => "Unnamed program".to_owned(),
        _ => agent.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::device_name;

    #[test]
    fn devices_have_names_people_know() {
        let chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
        assert_eq!(device_name(chrome), "Chrome on Linux");
        assert_eq!(device_name(&format!("{chrome} Edg/140.0")), "Edge on Linux");
        assert_eq!(device_name("Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"), "Firefox on Android");
        assert_eq!((device_name("curl/8.0"), device_name("")), ("curl/8.0".into(), "Unnamed program".into()));
    }
}
