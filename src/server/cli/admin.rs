//! Commands about people, for whoever has the machine.

use super::{finish, password, stores};
use crate::{
    domain::{Problem, Role, Status, UserId},
    server::{App, config::Config},
};
use clap::Subcommand;
use std::{fmt::Write, process::ExitCode};

#[derive(Subcommand)]
pub enum Admin {
    /// Create an admin
    Create {
        username: String,
        /// Read the password from standard input instead of asking for it
        #[arg(long)]
        password_stdin: bool,
    },
    /// Print a link by which somebody chooses a new password; it works once, within an hour
    Reset { username: String },
    /// Take away the second factor of somebody who has lost it; they are signed out everywhere
    ForgetFactor { username: String },
    /// List everybody: username, role, status, when they joined, when they were last here
    List,
}

pub async fn run(config: Config, asked: Admin) -> Result<ExitCode, String> {
    match asked {
        Admin::Create { username, password_stdin } => {
            let password = password(password_stdin)?;
            let (app, _hold) = stores::open(config).await?;
            let done = app.auth.create_admin(&username, &password).await;
            finish(&app, done.map(|outcome| outcome.summary + "\n")).await
        }
        Admin::Reset { username } => {
            let (app, _hold) = stores::open(config).await?;
            let link = app.auth.reset_link_by_machine(&username).await;
            finish(&app, link.map(|link| format!("{}\nIt works once, until {}.\n", link.url, link.ends_at))).await
        }
        Admin::ForgetFactor { username } => {
            let (app, _hold) = stores::open(config).await?;
            let done = app.auth.forget_factor(&username).await;
            finish(&app, done.map(|()| format!("{username} signs in with the password alone from now on.\n"))).await
        }
        Admin::List => {
            let (app, _hold) = stores::open(config).await?;
            let lines = list(&app).await;
            finish(&app, lines).await
        }
    }
}

async fn list(app: &App) -> Result<String, Problem> {
    let users = app.store.users().await?;
    let presence = app.store.presence(&users.iter().map(|user| user.id).collect::<Vec<UserId>>()).await?;
    let mut lines = String::new();
    for (user, presence) in users.iter().zip(presence) {
        let role = if user.role == Role::Admin { "admin" } else { "user" };
        let status = if user.status == Status::Active { "active" } else { "disabled" };
        let seen = presence.last_seen_at.map_or_else(|| "never".to_owned(), |at| at.day().to_string());
        let joined = user.created_at.day();
        writeln!(lines, "{:32}  {role:5}  {status:8}  {joined}  {seen}", user.username.as_str())
            .map_err(|_| Problem::internal())?;
    }
    Ok(lines)
}
