//! Commands about a whole store: looking it over, backups, restoring, copies.

use super::{say, stores};
use crate::server::{
    backup::{self, Consent, Filled, Noted, Target},
    clock,
    config::Config,
    data_dir::{self, Hold},
    doctor,
    http::Stop,
};
use clap::Args;
use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};
use stores::Place;

#[derive(Args)]
pub struct Restore {
    /// What `outlay backup` wrote
    file: PathBuf,
    /// Set the store that is there aside, into a directory of its own
    #[arg(long)]
    replace: bool,
    /// Restore a store with faults, if that is what the backup holds
    #[arg(long)]
    accept_faults: bool,
}

#[derive(Args)]
pub struct Copy {
    /// A data directory, a mongodb:// URI without a password, or file:<FILE> with a URI in it [default: the store of the settings]
    #[arg(long, value_name = "STORE", value_parser = Place::parse)]
    from: Option<Place>,
    /// Where to: a store that is not there or empty; as above
    #[arg(long, value_name = "STORE", value_parser = Place::parse)]
    to: Option<Place>,
}

/// Exit code 1 on any fault.
pub async fn doctor(config: &Config) -> Result<ExitCode, String> {
    let (mut snapshot, _hold) = stores::snapshot(&Place::of(config)).await?;
    let report = doctor::examine_snapshot(snapshot.as_mut()).await.map_err(|e| format!("the store cannot be examined: {e}"))?;
    tell(&report)
}

pub async fn back_up(config: &Config, file: &Path) -> Result<ExitCode, String> {
    // The server that runs meanwhile goes first. Refused or not, the backup is the same.
    let _as_before = rustix::process::nice(19);
    let (snapshot, _hold) = stores::snapshot_at_rest(&Place::of(config)).await?;
    data_dir::make(&config.data_dir)?;
    let _scratch = Hold::join(&config.data_dir)?;
    let report = unless_stopped(backup::write(snapshot, file, &config.data_dir)).await?;
    let size = file.metadata().map_err(|e| format!("{} is gone: {e}", file.display()))?.len();
    let place = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
    let noted = Noted { at: clock::now(), file: place.display().to_string(), bytes: size, sound: report.is_sound() };
    if let Err(cause) = noted.keep(&config.data_dir) {
        tracing::warn!(%cause, "the backup is made, but admins will not see on their page that it was");
    }
    say(&format!("Backed up to {} ({size} bytes) and restored for a check.\n", file.display()))?;
    tell(&report)
}

pub async fn restore(config: &Config, asked: Restore) -> Result<ExitCode, String> {
    let place = Place::of(config);
    data_dir::make(&config.data_dir)?;
    let _hold = Hold::take(&config.data_dir)?;
    let consent = Consent { replace: asked.replace, faults: asked.accept_faults };
    let filled = unless_stopped(backup::restore(&asked.file, target(&place).await?, consent)).await;
    let Filled { report, kept } = filled.map_err(|e| match place {
        Place::Dir(ref dir) if !asked.replace && dir.join(data_dir::STORE_FILE).exists() => {
            format!("{e}. --replace sets it aside")
        }
        _ => e,
    })?;
    say(&format!("Restored into {}. Everybody signs in again.\n", place.name()))?;
    if let Some(kept) = kept {
        say(&format!("The store that was there is kept in {}.\n", kept.display()))?;
    }
    tell(&report)
}

pub async fn copy(config: &Config, asked: Copy) -> Result<ExitCode, String> {
    let (from, to) = (asked.from.unwrap_or_else(|| Place::of(config)), asked.to.unwrap_or_else(|| Place::of(config)));
    if from == to {
        return Err("a store is copied to another one: say which with --from, --to or both".to_owned());
    }
    let (mut hold_from, mut hold_to) = (None, None);
    if let Place::Dir(dir) = &to {
        data_dir::make(dir)?;
        hold_to = Some(Hold::take(dir)?);
    }
    if let Place::Dir(dir) = &from
        && dir.exists()
    {
        let mut hold = Hold::enter(dir)?;
        if hold.is_alone() {
            hold.share(dir)?;
        } else {
            tracing::warn!("Outlay is running on {}: what is written there from now on is not in the copy", dir.display());
        }
        hold_from = Some(hold);
    }
    let (snapshot, _) = stores::snapshot_at_rest(&from).await?;
    let Filled { report, .. } = unless_stopped(backup::copy(snapshot, target(&to).await?)).await?;
    drop((hold_from, hold_to));
    say(&format!("Copied {} to {}; content {} in both.\n", from.name(), to.name(), report.content))?;
    tell(&report)
}

async fn target(place: &Place) -> Result<Target, String> {
    Ok(match place {
        Place::Dir(dir) => Target::Dir(dir.clone()),
        Place::Uri(uri) => Target::Store(stores::connect(uri).await?),
    })
}

fn tell(report: &doctor::Report) -> Result<ExitCode, String> {
    say(&format!("{report}\n"))?;
    Ok(if report.is_sound() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Runs it to its end, or gives it up on SIGINT and SIGTERM, so that it clears away what is not finished.
async fn unless_stopped<T>(work: impl Future<Output = Result<T, String>>) -> Result<T, String> {
    let mut stop = Stop::new().map_err(|e| format!("no signals: {e}"))?;
    tokio::select! {
        done = work => done,
        () = stop.asked() => Err("stopped before it was done; nothing was kept of it".to_owned()),
    }
}
