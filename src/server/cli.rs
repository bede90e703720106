//! The command line: reads the settings, opens the store, does what was asked. It must never take a
//! secret as an argument: other users of the machine see those (S56).

mod add;
mod admin;
mod demo;
mod export;
mod health;
mod keeping;
mod stores;

use crate::{
    domain::Problem,
    server::{
        App, auth, clock,
        config::{Config, Flags},
        data_dir,
        http::{self, assets::Assets},
        import, recurring,
    },
};
use clap::{Args, Parser, Subcommand};
use std::{
    io::{IsTerminal, Read, Write},
    path::PathBuf,
    process::ExitCode,
    sync::Arc,
    time::Duration,
};
use tokio::net::TcpListener;

/// How often what is past its time is dropped from the store.
const SWEEP: Duration = Duration::from_secs(600);

/// Outlay, a self-hosted expense tracker.
#[derive(Parser)]
#[command(name = "outlay", version, about)]
struct Cli {
    #[command(flatten)]
    settings: Settings,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Args)]
struct Settings {
    /// A TOML file with settings [default: outlay.toml in the data directory]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Where to listen [default: 127.0.0.1:3000]
    #[arg(long, global = true, value_name = "ADDRESS:PORT")]
    addr: Option<String>,
    /// Where Outlay keeps its data
    #[arg(long, global = true, value_name = "DIRECTORY")]
    data_dir: Option<String>,
    /// Under which address people reach the server
    #[arg(long, global = true, value_name = "URL")]
    base_url: Option<String>,
    /// Who may sign up: open, invite or closed
    #[arg(long, global = true, value_name = "WHO")]
    sign_up: Option<String>,
    /// How much to log: error, warn, info, debug or trace
    #[arg(long, global = true, value_name = "LEVEL")]
    log: Option<String>,
    /// Any other setting, such as limit_body=131072
    #[arg(long = "set", global = true, value_name = "NAME=VALUE", value_parser = pair)]
    set: Vec<(String, String)>,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("use NAME=VALUE")?;
    if name == "store" {
        return Err("the store may hold a password; set OUTLAY_STORE or OUTLAY_STORE_FILE instead".to_owned());
    }
    Ok((name.to_ascii_lowercase(), value.to_owned()))
}

impl Settings {
    fn flags(self) -> Flags {
        let named = [
            ("addr", self.addr),
            ("data_dir", self.data_dir),
            ("base_url", self.base_url),
            ("sign_up", self.sign_up),
            ("log", self.log),
        ];
        let named = named.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
        Flags { config: self.config, settings: self.set.into_iter().chain(named).collect() }
    }
}

#[derive(Subcommand)]
enum Command {
    /// Serve the page and the REST interface (this is what happens without a command)
    Serve,
    /// Record an expense that is described in one line
    Add(add::Add),
    /// Import a bank's statement into somebody's account
    Import {
        file: PathBuf,
        #[arg(long, value_name = "USERNAME")]
        user: String,
        /// Show what would happen and store nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Write somebody's funds and expenses to standard output
    Export(export::Export),
    /// Recompute every balance and check the whole store; exit code 1 on any fault
    Doctor,
    /// Write everything to one new file, also while the server runs, and restore it for a check
    Backup { file: PathBuf },
    /// Fill an empty data directory or database from a backup, with the server stopped
    Restore(keeping::Restore),
    /// Copy everything from one store to another that is empty
    Copy(keeping::Copy),
    /// Serve a filled store to look at, in a temporary directory that is gone when it stops
    Demo,
    /// Ask the server on this machine whether it is ready; exit code 1 when it is not
    Health,
    /// Administer people
    #[command(subcommand)]
    Admin(admin::Admin),
    /// List every route of the page and of REST with the rule that says who may call it
    Routes {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// The keys that sign sessions
    #[command(subcommand)]
    Keys(Keys),
}

#[derive(Subcommand)]
enum Keys {
    /// From the next start on, sign with a fresh key; nobody is signed out, as the key before goes on verifying
    Rotate,
}

/// Runs the command of the process's arguments and answers its exit code: 0 done, 1 failed, 2 wrong usage.
pub fn run(assets: Assets) -> ExitCode {
    let cli = Cli::parse();
    match start(cli, assets) {
        Ok(code) => code,
        Err(line) => {
            complain(&line);
            ExitCode::FAILURE
        }
    }
}

fn complain(line: &str) {
    eprintln!("outlay: {line}");
}

fn start(cli: Cli, assets: Assets) -> Result<ExitCode, String> {
    let (config, warnings) = Config::load(cli.settings.flags()).map_err(|e| e.to_string())?;
    log_to_stderr(&config.log)?;
    for warning in warnings {
        tracing::warn!("{warning}");
    }
    let cores = std::thread::available_parallelism().map_or(2, |n| n.get());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(cores.max(2))
        .enable_all()
        .build()
        .map_err(|e| format!("no threads: {e}"))?;
    runtime.block_on(async move {
        match cli.command.unwrap_or(Command::Serve) {
            Command::Serve => serve(config, assets, Filled::AsItIs).await,
            Command::Demo => {
                let dir = tempfile::Builder::new().prefix("outlay-demo-").tempdir();
                let dir = dir.map_err(|e| format!("no temporary directory: {e}"))?;
                let mut config = config;
                config.data_dir = dir.path().to_owned();
                "sqlite".clone_into(&mut config.store);
                serve(config, assets, Filled::WithADemo).await
            }
            Command::Add(asked) => {
                let (app, _hold) = stores::open(config).await?;
                let done = add::run(&app, asked).await;
                finish(&app, done).await
            }
            Command::Import { file, user, dry_run } => {
                let (app, _hold) = stores::open(config).await?;
                let done = import::cli::run(&app, &file, &user, dry_run).await;
                finish(&app, done).await
            }
            Command::Export(asked) => {
                let (app, _hold) = stores::open(config).await?;
                let done = export::run(&app, asked).await;
                finish(&app, done.map(|()| String::new())).await
            }
            Command::Doctor => keeping::doctor(&config).await,
            Command::Backup { file } => keeping::back_up(&config, &file).await,
            Command::Restore(asked) => keeping::restore(&config, asked).await,
            Command::Copy(asked) => keeping::copy(&config, asked).await,
            Command::Health => health::health(&config).await,
            Command::Routes { json } => routes(json),
            Command::Keys(Keys::Rotate) => rotate_keys(&config),
            Command::Admin(asked) => admin::run(config, asked).await,
        }
    })
}

fn routes(json: bool) -> Result<ExitCode, String> {
    let all = http::routes();
    let line = |route: &http::Route| format!("{:6} {:48} {}\n", route.method.as_str(), route.path, route.rule);
    say(&match json {
        true => serde_json::to_string_pretty(&all).map_err(|e| e.to_string())? + "\n",
        false => all.iter().map(line).collect(),
    })?;
    Ok(ExitCode::SUCCESS)
}

fn rotate_keys(config: &Config) -> Result<ExitCode, String> {
    let kid = auth::Keys::rotate(&config.data_dir)?;
    println!(
        "From the next start on, the key {kid} signs. Rotate again once sessions of before have ended, to drop the old one."
    );
    Ok(ExitCode::SUCCESS)
}

/// Our own lines at the level asked for; those of libraries, which know nothing of secrets, only
/// from `warn` on, unless a full filter is given (S58). Security events always (S57).
fn log_to_stderr(level: &str) -> Result<(), String> {
    let filter = if level.contains(['=', ',']) { level.to_owned() } else { format!("warn,outlay={level}") };
    let filter = format!("audit=info,{filter}");
    let filter = tracing_subscriber::EnvFilter::try_new(filter).map_err(|e| e.to_string())?;
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false)
        .try_init()
        .map_err(|e| e.to_string())
}

fn password(from_stdin: bool) -> Result<String, String> {
    let read = if from_stdin {
        let mut text = String::new();
        std::io::stdin().take(64 * 1024).read_to_string(&mut text).map(|_| text)
    } else {
        rpassword::prompt_password("Password: ")
    };
    let text = read.map_err(|e| format!("no password was read: {e}"))?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

/// Closes the store and tells what came of a command.
async fn finish(app: &App, done: Result<String, Problem>) -> Result<ExitCode, String> {
    app.store.close().await;
    say(&done.map_err(|problem| problem.to_string())?)?;
    Ok(ExitCode::SUCCESS)
}

/// Prints to standard output at once.
fn say(text: &str) -> Result<(), String> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|e| format!("standard output is closed: {e}"))
}

/// What is put into a store before it is served.
#[derive(Clone, Copy, PartialEq)]
enum Filled {
    AsItIs,
    WithADemo,
}

async fn serve(config: Config, assets: Assets, filled: Filled) -> Result<ExitCode, String> {
    let listener = TcpListener::bind(config.addr).await.map_err(|e| match e.kind() {
        std::io::ErrorKind::AddrInUse => format!("{} is in use: stop what listens there, or set OUTLAY_ADDR", config.addr),
        _ => format!("{} cannot be listened on: {e}", config.addr),
    })?;
    let addr = listener.local_addr().map_err(|e| e.to_string())?;
    let (app, _hold) = stores::open(config.bound(addr)).await?;
    if filled == Filled::WithADemo {
        say(&demo::fill(&app).await.map_err(|problem| problem.to_string())?)?;
    }
    greet(&app, &assets).await?;
    let sealer = tokio::spawn(seal_anew(app.clone()));
    let sweeper = tokio::spawn(sweep(app.clone()));
    let roller = tokio::spawn(app.ledger.clone().keep_rolling());
    let poster = tokio::spawn(recurring::keep_posting(app.ledger.clone()));
    let follower = tokio::spawn(Arc::clone(&app.live).follow(app.store.clone()));
    let router = http::router(app.clone(), assets);
    let served = http::serve(listener, router, &app).await;
    sealer.abort();
    sweeper.abort();
    roller.abort();
    poster.abort();
    follower.abort();
    app.store.close().await;
    served.map_err(|e| e.to_string())?;
    tracing::info!("stopped");
    Ok(ExitCode::SUCCESS)
}

/// What the operator needs to know at each start.
async fn greet(app: &App, assets: &Assets) -> Result<(), String> {
    let config = &app.config;
    if assets.missing() {
        tracing::warn!("this binary was built without the front end: pages work, but without style and scripts");
    }
    if config.store == "sqlite"
        && let Some(warning) = data_dir::fleeting(&config.data_dir)
    {
        tracing::warn!("{warning}");
    }
    if config.store != "sqlite" && !app.auth.keys_agree().await.map_err(|problem| problem.to_string())? {
        tracing::warn!(
            "the process that was started on this database before signs with a key that this one does not have: if both run, people are \
             signed in at one of them only. Give all of them the same keys.json"
        );
    }
    if !config.is_https() && !config.is_loopback() {
        tracing::warn!("plain HTTP: passwords can be read on the way to {}", config.base_url);
    }
    let setup = app.auth.setup_token().await.map_err(|problem| problem.to_string())?;
    let next = match setup {
        Some(token) => format!("There is no admin yet. Open {}/setup?token={token}", config.base_url),
        None => format!("Open {}", config.base_url),
    };
    let home = stores::Place::of(config).name();
    say(&format!("Outlay listens on {} and keeps its data in {home}\n{next}\n", config.addr))
}

/// After a rotation of the keys.
async fn seal_anew(app: App) {
    if let Err(problem) = app.auth.seal_anew().await {
        tracing::warn!(%problem, "second factors are not yet sealed by the new key; do not rotate again before the next start");
    }
}

async fn sweep(app: App) {
    let mut ticks = tokio::time::interval(SWEEP);
    loop {
        ticks.tick().await;
        app.finder.sweep();
        if let Err(cause) = app.store.sweep(clock::now()).await {
            tracing::warn!(%cause, "what is past its time could not be dropped");
        }
        if let Err(problem) = app.ledger.purge(clock::now()).await {
            tracing::warn!(?problem, "deleted people could not be looked for");
        }
    }
}
