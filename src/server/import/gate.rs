//! How many statements are read at once: one per person and two per server (S47).
//!
//! It must never let anybody wait without end.

use crate::domain::{Code, Problem, UserId};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    sync::{OwnedMutexGuard, OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

/// How many are read at once on the server.
const AT_ONCE: usize = 2;
/// How long a turn is waited for.
const WAIT: Duration = Duration::from_secs(20);

type Turns = HashMap<UserId, Arc<tokio::sync::Mutex<()>>>;

/// Hands out turns.
#[derive(Clone)]
pub struct Gate {
    server: Arc<Semaphore>,
    people: Arc<Mutex<Turns>>,
    wait: Duration,
}

/// The right to read a statement, until it is dropped.
pub struct Turn {
    _person: OwnedMutexGuard<()>,
    _server: OwnedSemaphorePermit,
}

impl Default for Gate {
    fn default() -> Self {
        Self { server: Arc::new(Semaphore::new(AT_ONCE)), people: Arc::default(), wait: WAIT }
    }
}

impl Gate {
    /// Waits for the person's turn and then the server's; 429 or 503 when that takes too long.
    pub async fn enter(&self, person: UserId) -> Result<Turn, Problem> {
        let own = self.turn_of(person);
        let busy = |code, detail: &str| Problem { retry_after: Some(5), ..Problem::new(code, detail) };
        let own = timeout(self.wait, own.lock_owned())
            .await
            .map_err(|_| busy(Code::Throttled, "Another statement of yours is still being read. Try again when it is done."))?;
        let server = timeout(self.wait, Arc::clone(&self.server).acquire_owned()).await;
        match server {
            Ok(Ok(server)) => Ok(Turn { _person: own, _server: server }),
            _ => Err(busy(Code::Busy, "The server is reading other statements. Nothing was changed; try again in a moment.")),
        }
    }

    fn turn_of(&self, person: UserId) -> Arc<tokio::sync::Mutex<()>> {
        let mut people = self.people.lock().unwrap_or_else(PoisonError::into_inner);
        people.retain(|_, turn| Arc::strong_count(turn) > 1);
        Arc::clone(people.entry(person).or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn s47_one_per_person_and_two_per_server() {
        let gate = Gate { wait: Duration::from_millis(20), ..Gate::default() };
        let [a, b, c] = [UserId::new(), UserId::new(), UserId::new()];
        let first = gate.enter(a).await.expect("a turn");
        let refused = |r: Result<Turn, Problem>| r.err().map(|p| (p.code, p.retry_after));
        assert_eq!(refused(gate.enter(a).await), Some((Code::Throttled, Some(5))));
        let second = gate.enter(b).await.expect("a turn");
        assert_eq!(refused(gate.enter(c).await), Some((Code::Busy, Some(5))));
        drop(first);
        assert!(gate.enter(c).await.is_ok());
        drop(second);
        assert!(gate.enter(b).await.is_ok());
    }
}
