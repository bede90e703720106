//! What a person sees: the document, the routes and what every page shares.

pub mod address;
pub mod charts;
pub mod components;
pub mod fold;
pub mod keys;
pub mod live;
pub mod pages;

use crate::api::{boot::Boot, set_build};
use components::{frame::Frame, here::Here};
use leptos::{nonce::use_nonce, prelude::*};
use leptos_meta::{MetaTags, Title, provide_meta_context};
use leptos_router::{
    Lazy, LazyRoute, SsrMode,
    components::{ParentRoute, Route, Router, Routes},
    lazy_route, path,
};
use pages::{
    admin::users::Users, budgets::Budgets, categories::Categories, dashboard::Dashboard, expenses::Expenses, funds::Funds,
    history::History, import::Import, more::More, not_found::NotFound, register::Register, settings::Settings, setup::Setup,
    sign_in::SignIn,
};

/// The document. Emits its own preload and module tags, each with the nonce, from the one bundle of assets.
pub fn shell() -> impl IntoView {
    let assets = use_context::<Boot>().map(|boot| boot.assets).unwrap_or_default();
    let nonce = use_nonce();
    let file = |name: &str| format!("{assets}/{name}");
    let start = format!("import init from '{0}/app.js';init({{module_or_path:'{0}/app.wasm'}}).then(m=>m.hydrate())", assets);
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover"/>
                <meta name="color-scheme" content="dark"/>
                <meta name="theme-color" content="#0b0d12"/>
                <link rel="stylesheet" href=file("app.css")/>
                <link rel="icon" href=file("icon.svg") type="image/svg+xml"/>
                <link rel="apple-touch-icon" href=file("icon-180.png")/>
                <link rel="manifest" href=file("manifest.webmanifest")/>
                <link rel="modulepreload" href=file("app.js") nonce=nonce.clone()/>
                <link rel="preload" href=file("app.wasm") r#as="fetch" r#type="application/wasm" crossorigin="anonymous" nonce=nonce.clone()/>
                <script type="module" nonce=nonce inner_html=start></script>
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

/// The routes. Every page is rendered whole on the server (`Async`), so each works without WASM.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    if let Some(boot) = SharedValue::new(use_context::<Boot>).into_inner() {
        let assets = boot.assets.clone();
        Effect::new(move |_| set_build(&assets));
        provide_context(Here::new(boot));
    }
    view! {
        <Title formatter=|page: String| if page.is_empty() { "Outlay".to_owned() } else { format!("{page} · Outlay") }/>
        <Router>
            <Routes fallback=NotFound>
                <Route path=path!("/sign-in") view={Lazy::<SignInRoute>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/register") view={Lazy::<RegisterRoute>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/setup") view={Lazy::<SetupRoute>::new()} ssr=SsrMode::Async/>
                <ParentRoute path=path!("") view=Frame ssr=SsrMode::Async>
                    <Route path=path!("/") view={Lazy::<DashboardRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/expenses") view=Expenses ssr=SsrMode::Async/>
                    <Route path=path!("/funds") view={Lazy::<FundsRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/budgets") view={Lazy::<BudgetsRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/import") view={Lazy::<ImportRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/history") view={Lazy::<HistoryRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/admin/users") view={Lazy::<UsersRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/categories") view={Lazy::<CategoriesRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/settings") view={Lazy::<SettingsRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/more") view={Lazy::<MoreRoute>::new()} ssr=SsrMode::Async/>
                </ParentRoute>
            </Routes>
        </Router>
    }
}

/// A page that is not in the first download.
macro_rules! lazy_page {
    ($route:ident, $page:ident) => {
        struct $route;
        #[lazy_route]
        impl LazyRoute for $route {
            fn data() -> Self {
                Self
            }
            fn view(_this: Self) -> AnyView {
                view! { <$page/> }.into_any()
            }
        }
    };
}
lazy_page!(SignInRoute, SignIn);
lazy_page!(RegisterRoute, Register);
lazy_page!(SetupRoute, Setup);
lazy_page!(DashboardRoute, Dashboard);
lazy_page!(FundsRoute, Funds);
lazy_page!(BudgetsRoute, Budgets);
lazy_page!(ImportRoute, Import);
lazy_page!(HistoryRoute, History);
lazy_page!(UsersRoute, Users);
lazy_page!(CategoriesRoute, Categories);
lazy_page!(SettingsRoute, Settings);
lazy_page!(MoreRoute, More);
