//! What a person sees: the document, the routes and what every page shares.

/// A function that is not in the first download. Those of a part come together, in one file: code that parts share is a chunk for
/// each set of them, and a page made of hundreds of chunks is long in coming.
macro_rules! later {
    ($part:ident; $function:item) => {
        #[lazy($part)]
        $function
    };
}

pub mod address;
pub mod ahead;
pub mod charts;
pub mod components;
pub mod effect;
pub mod fold;
pub mod keys;
pub mod live;
pub mod pages;
mod passkey;

use crate::api::{boot::Boot, set_build};
use components::{frame::Frame, here::Here};
use effect::effect;
use leptos::{nonce::use_nonce, prelude::*};
use leptos_meta::{MetaTags, Title, provide_meta_context};
use leptos_router::{
    ChooseView, SsrMode,
    components::{ParentRoute, Route, Router, Routes},
    location::RequestUrl,
    path,
};
use pages::{
    activity::AccountActivity,
    admin::{
        audit::AuditLog, clients::Clients, deleted::Deleted, expenses::ExpensesOfOthers, overview::AdminOverview,
        person::OneUser, server::Server, users::Users,
    },
    budgets::Budgets,
    categories::Categories,
    consent::Consent,
    dashboard::Dashboard,
    expenses::Expenses,
    filters::Filters,
    funds::Funds,
    history::History,
    import::Import,
    more::More,
    not_found::NotFound,
    one_expense::OneExpense,
    recurring::Recurring,
    register::{Invited, Register},
    reports::Reports,
    reset::Reset,
    settings::Settings,
    setup::Setup,
    sign_in::{SignIn, SignInCode},
    trash::Trash,
};
use std::pin::Pin;

/// Makes the page live. Until it is, links and forms are the browser's: a page of which the router took the address away
/// while it becomes live would find another page's elements. Keys of ours that somebody presses meanwhile are held, and
/// come once it is. A chart that is in view has its script fetched meanwhile, after the first paint; the expenses page has what
/// the other pages look like fetched once it is live.
const START: &str = include_str!("start.js");

/// The document. Emits its own preload and module tags, each with the nonce, from the one bundle of assets.
pub fn shell() -> impl IntoView {
    let assets = use_context::<Boot>().map(|boot| boot.assets).unwrap_or_default();
    let nonce = use_nonce();
    let file = |name: &str| format!("{assets}/{name}");
    let start = START.replace("{assets}", &assets);
    let url = use_context::<RequestUrl>().and_then(|url| url.parse().ok());
    let path = url.as_ref().map_or("", |url| url.path());
    let part = LATER.iter().find(|(route, ..)| opens(route, path)).map(|(_, part, _)| part);
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover"/>
                <meta name="color-scheme" content="dark"/>
                <meta name="theme-color" content="#0b0d12"/>
                <link rel="stylesheet" href=file("app.css")/>
                {(path != pages::expenses::PATH).then(|| {
                    view! { <link id="pages-style" rel="stylesheet" href=file("pages.css")/> }
                })}
                <link rel="icon" href=file("icon.svg") type="image/svg+xml"/>
                <link rel="apple-touch-icon" href=file("icon-180.png")/>
                <link rel="manifest" href=file("manifest.webmanifest")/>
                <link rel="preload" href=file("fonts/inter-latin.woff2") r#as="font" r#type="font/woff2" crossorigin="anonymous"/>
                <link rel="modulepreload" href=file("app.js") nonce=nonce.clone()/>
                <link rel="modulepreload" href=file("chunks.js") nonce=nonce.clone()/>
                <link rel="preload" href=file("app.wasm") r#as="fetch" r#type="application/wasm" crossorigin="anonymous" nonce=nonce.clone()/>
                {part.map(|part| view! { <link id="part" rel="preload" href=file(&format!("{part}.part")) r#as="fetch" crossorigin="anonymous"/> })}
                <script type="module" nonce=nonce inner_html=start></script>
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

/// What every page shares, and the pages. Each is rendered whole on the server (`Async`), so each works without WASM.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    if let Some(boot) = SharedValue::new(use_context::<Boot>).into_inner() {
        let assets = boot.assets.clone();
        effect(move || set_build(&assets));
        provide_context(Here::new(boot));
    }
    view! {
        <Title formatter=|page: String| if page.is_empty() { "Outlay".to_owned() } else { format!("{page} · Outlay") }/>
        <Router>
            <Pages/>
        </Router>
    }
}

/// A page that is not in the first download.
#[derive(Clone, Copy)]
struct Later {
    view: fn() -> Coming<AnyView>,
    #[cfg(feature = "hydrate")]
    fetch: fn() -> Coming<()>,
}

type Coming<T> = Pin<Box<dyn Future<Output = T>>>;

impl ChooseView for Later {
    async fn choose(self) -> AnyView {
        (self.view)().await
    }
    async fn preload(&self) {
        #[cfg(feature = "hydrate")]
        (self.fetch)().await;
    }
}

/// The routes of the pages that are not in the first download, by the part they come with: those of their own, and those in the
/// frame with the one that is.
macro_rules! pages {
    (
        alone { $($alone_part:ident { $($alone:tt $alone_name:ident $alone_page:ident;)+ })+ }
        framed { $($part:ident { $($framed:tt $name:ident $page:ident;)+ })+ }
    ) => {
        #[component]
        fn Pages() -> impl IntoView {
            view! {
                <Routes fallback=NotFound>
                    $($(<Route path=path!($alone) view={later::$alone_name::PAGE} ssr=SsrMode::Async/>)+)+
                    <ParentRoute path=path!("") view=Frame ssr=SsrMode::Async>
                        <Route path=path!("/expenses") view=Expenses ssr=SsrMode::Async/>
                        $($(<Route path=path!($framed) view={later::$name::PAGE} ssr=SsrMode::Async/>)+)+
                    </ParentRoute>
                </Routes>
            }
        }

        /// Where each of them is, and the part it comes with.
        const LATER: &[(&str, &str, Later)] = &[
            $($(($alone, stringify!($alone_part), later::$alone_name::PAGE),)+)+
            $($(($framed, stringify!($part), later::$name::PAGE),)+)+
        ];

        mod later {
            $($(later_page!($alone_part, $alone_name, $alone_page);)+)+
            $($(later_page!($part, $name, $page);)+)+
        }
    };
}

macro_rules! later_page {
    ($part:ident, $name:ident, $page:ident) => {
        pub mod $name {
            use super::super::{Later, $page};
            use leptos::prelude::*;

            pub const PAGE: Later = Later {
                view: || Box::pin(view()),
                #[cfg(feature = "hydrate")]
                fetch: || Box::pin(__preload_view()),
            };

            later! {
                $part;
                fn view() -> AnyView {
                    view! { <$page/> }.into_any()
                }
            }
        }
    };
}

pages! {
    alone {
        door {
            "/sign-in" sign_in SignIn;
            "/sign-in/code" sign_in_code SignInCode;
            "/register" register Register;
            "/register/:token" invited Invited;
            "/reset/:token" reset Reset;
            "/setup" setup Setup;
            "/oauth/authorize" consent Consent;
        }
    }
    framed {
        dashboard {
            "/" dashboard Dashboard;
        }
        plans {
            "/funds" funds Funds;
            "/budgets" budgets Budgets;
            "/recurring" recurring Recurring;
            "/reports" reports Reports;
        }
        past {
            "/expenses/:id" one_expense OneExpense;
            "/filters" filters Filters;
            "/history" history History;
            "/trash" trash Trash;
        }
        import {
            "/import" import Import;
        }
        account {
            "/settings" settings Settings;
            "/activity" activity AccountActivity;
            "/more" more More;
        }
        admin {
            "/admin" admin_overview AdminOverview;
            "/admin/users" users Users;
            "/admin/users/:id" one_user OneUser;
            "/admin/deleted" deleted Deleted;
            "/admin/expenses" expenses_of_others ExpensesOfOthers;
            "/admin/audit" audit_log AuditLog;
            "/admin/settings" server Server;
            "/admin/clients" clients Clients;
            "/categories" categories Categories;
        }
    }
}

/// Whether a route's path, in which a part may be a parameter, is that of the page at `path`.
fn opens(route: &str, path: &str) -> bool {
    let (mut route, mut path) =
        (route.split('/').filter(|part| !part.is_empty()), path.split('/').filter(|part| !part.is_empty()));
    loop {
        match (route.next(), path.next()) {
            (None, None) => return true,
            (Some(route), Some(part)) if route == part || route.starts_with(':') => {}
            _ => return false,
        }
    }
}

/// Fetches what this address shows beyond the first download. What the server has rendered is made live in one go, so all of it
/// must be there before.
#[cfg(feature = "hydrate")]
pub async fn fetch_first() {
    let location = window().location();
    let (path, search) = (location.pathname().unwrap_or_default(), location.search().unwrap_or_default());
    for (.., page) in LATER.iter().filter(|(route, ..)| opens(route, &path)) {
        page.preload().await;
    }
    pages::expenses::fetch_first(&path, &search).await;
}

#[cfg(test)]
mod tests {
    use super::opens;

    #[test]
    fn a_path_opens_one_route() {
        assert!(opens("/", "/") && opens("/funds", "/funds") && opens("/funds", "/funds/"));
        assert!(opens("/expenses/:id", "/expenses/1") && opens("/admin/users/:id", "/admin/users/1"));
        assert!(!opens("/", "/funds") && !opens("/expenses/:id", "/expenses") && !opens("/register", "/register/1"));
    }
}
