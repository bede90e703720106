//! The rule of every route: who may call it at all. Pages and server functions are checked against it before they run;
//! REST states its own by the scope of each operation. `outlay routes` lists all of them, and the tests walk that list.
//!
//! What has no rule is shut (S33).

use crate::domain::Scope;
use http::Method;
use serde::{Serialize, Serializer};
use std::fmt;

/// Who may call a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Anybody; what else they need (a password, a link) is in the request.
    Public,
    /// Whoever is not signed in; others are sent on.
    Visitor,
    /// Whoever holds the link that makes the first admin.
    SetupLink,
    /// Whoever is signed in.
    SignedIn,
    /// Admins; for others it is as if it were not there.
    Admin,
    /// A bearer token with this scope; for `admin` the person must be one as well.
    Scope(Scope),
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Public => f.write_str("public"),
            Self::Visitor => f.write_str("visitor"),
            Self::SetupLink => f.write_str("setup_link"),
            Self::SignedIn => f.write_str("signed_in"),
            Self::Admin => f.write_str("admin"),
            Self::Scope(scope) => write!(f, "scope:{}", scope.as_str()),
        }
    }
}

impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

/// What answers a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Page,
    /// A server function, called by the page or by a plain form.
    Function,
    /// A form or a file of the page that is no server function.
    Form,
    Rest,
    /// What is the same for everybody: assets, health.
    File,
}

/// One route as the binary serves it.
#[derive(Clone, Debug, Serialize)]
pub struct Route {
    #[serde(serialize_with = "as_text")]
    pub method: Method,
    pub path: String,
    pub kind: Kind,
    pub rule: Rule,
}

fn as_text<S: Serializer>(method: &Method, s: S) -> Result<S::Ok, S::Error> {
    s.serialize_str(method.as_str())
}

/// Pages, each by its path; a part in braces is any one segment.
const PAGES: &[(&str, Rule)] = &[
    ("/setup", Rule::SetupLink),
    ("/sign-in", Rule::Visitor),
    ("/sign-in/code", Rule::Visitor),
    ("/register", Rule::Visitor),
    ("/register/{token}", Rule::Visitor),
    ("/reset/{token}", Rule::Public),
    ("/", Rule::SignedIn),
    ("/expenses", Rule::SignedIn),
    ("/expenses/{id}", Rule::SignedIn),
    ("/filters", Rule::SignedIn),
    ("/funds", Rule::SignedIn),
    ("/budgets", Rule::SignedIn),
    ("/recurring", Rule::SignedIn),
    ("/reports", Rule::SignedIn),
    ("/import", Rule::SignedIn),
    ("/history", Rule::SignedIn),
    ("/trash", Rule::SignedIn),
    ("/settings", Rule::SignedIn),
    ("/activity", Rule::SignedIn),
    ("/more", Rule::SignedIn),
    ("/oauth/authorize", Rule::SignedIn),
    ("/categories", Rule::Admin),
    ("/admin", Rule::Admin),
    ("/admin/users", Rule::Admin),
    ("/admin/users/{id}", Rule::Admin),
    ("/admin/deleted", Rule::Admin),
    ("/admin/expenses", Rule::Admin),
    ("/admin/audit", Rule::Admin),
    ("/admin/settings", Rule::Admin),
    ("/admin/clients", Rule::Admin),
];

/// Where server functions are.
pub const FUNCTIONS_BELOW: &str = "/api/page/";

/// Server functions: those of a resource (`expenses/`), or a single one (`session/sign-in`).
const FUNCTIONS: &[(&str, Rule)] = &[
    ("session/sign-in", Rule::Public),
    ("session/second-step", Rule::Public),
    ("session/ask-passkey", Rule::Public),
    ("session/passkey", Rule::Public),
    ("session/register", Rule::Public),
    ("session/set-up", Rule::Public),
    ("session/is-invited", Rule::Public),
    ("session/reset-holder", Rule::Public),
    ("session/reset-password", Rule::Public),
    ("session/", Rule::SignedIn),
    ("activity/", Rule::SignedIn),
    ("profile/", Rule::SignedIn),
    ("factor/", Rule::SignedIn),
    ("passkeys/", Rule::SignedIn),
    ("consent/", Rule::SignedIn),
    ("tokens/", Rule::SignedIn),
    ("dashboard", Rule::SignedIn),
    ("expenses/", Rule::SignedIn),
    ("budgets/", Rule::SignedIn),
    ("filters/", Rule::SignedIn),
    ("funds/", Rule::SignedIn),
    ("imports/", Rule::SignedIn),
    ("journal/", Rule::SignedIn),
    ("recurring/", Rule::SignedIn),
    ("reports/", Rule::SignedIn),
    ("trash/", Rule::SignedIn),
    ("categories/", Rule::Admin),
    ("people/", Rule::Admin),
    ("server/", Rule::Admin),
    ("oversight/", Rule::Admin),
    ("programs/", Rule::Admin),
];

/// The rule of a page; `None` for a path that is none.
pub fn of_page(path: &str) -> Option<Rule> {
    PAGES.iter().find(|(known, _)| fits(known, path)).map(|(_, rule)| *rule)
}

fn fits(known: &str, path: &str) -> bool {
    let (mut known, mut path) = (known.split('/'), path.split('/'));
    loop {
        match (known.next(), path.next()) {
            (None, None) => return true,
            (Some(part), Some(given)) if part == given || (part.starts_with('{') && !given.is_empty()) => {}
            _ => return false,
        }
    }
}

/// The rule of a server function, by its path.
pub fn of_function(path: &str) -> Option<Rule> {
    let name = path.strip_prefix(FUNCTIONS_BELOW)?;
    let fits = |known: &str| if known.ends_with('/') { name.starts_with(known) } else { name == known };
    FUNCTIONS.iter().find(|(known, _)| fits(known)).map(|(_, rule)| *rule)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{app::App, server::http};
    use leptos::server_fn::axum::server_fn_paths;

    #[test]
    fn s33_every_route_states_its_rule() {
        let pages: Vec<String> = leptos_axum::generate_route_list(App).iter().map(|page| page.path().to_owned()).collect();
        let functions: Vec<String> = server_fn_paths().map(|(path, _)| path.to_owned()).collect();
        assert!(pages.len() > 10 && functions.len() > 30, "the app is linked into this test");
        for page in &pages {
            assert!(of_page(page).is_some(), "{page} has no rule: state it in PAGES");
        }
        for function in &functions {
            assert!(of_function(function).is_some(), "{function} has no rule: state it in FUNCTIONS");
        }
        for (page, _) in PAGES {
            assert!(pages.iter().any(|path| path == page), "{page} is no page any more");
        }
        for (known, _) in FUNCTIONS {
            let mine = |path: &String| of_function(path).is_some() && path[FUNCTIONS_BELOW.len()..].starts_with(known);
            assert!(functions.iter().any(mine), "{known} is no server function any more");
        }
        let listed = http::routes();
        for path in pages.iter().chain(&functions) {
            assert!(listed.iter().any(|route| route.path == *path), "{path} is not listed");
        }
    }

    #[test]
    fn the_nearest_rule_holds() {
        assert_eq!(of_function("/api/page/session/sign-in"), Some(Rule::Public));
        assert_eq!(of_function("/api/page/session/sign-in-x"), Some(Rule::SignedIn));
        assert_eq!(of_function("/api/page/session/end"), Some(Rule::SignedIn));
        assert_eq!(of_function("/api/page/people/list"), Some(Rule::Admin));
        for unknown in ["/api/page/dashboards", "/api/page/secrets/list", "/api/v1/expenses/x", "/api/page/"] {
            assert_eq!(of_function(unknown), None, "{unknown}");
        }
        assert_eq!((of_page("/expenses/x"), of_page("/expenses/"), of_page("/expenses/x/y")), (Some(Rule::SignedIn), None, None));
        assert_eq!(
            (of_page("/admin/users"), of_page("/admin"), of_page("/sign-in/")),
            (Some(Rule::Admin), Some(Rule::Admin), None)
        );
    }
}
