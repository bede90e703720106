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
}
