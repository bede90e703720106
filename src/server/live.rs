//! Who listens to which account in this process, and how they are woken: by the store, which knows of every process,
//! and by whoever ends a session.
//!
//! It carries no news itself: whoever is woken reads the journal, after having made sure that they still may.

use crate::{
    domain::{Seq, UserId},
    server::store::{DynStore, Ear},
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{sync::watch, time::sleep};
use tokio_util::sync::CancellationToken;

/// How long a store that cannot be followed is left alone: at first, and at most.
const REST: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(30));

/// An account that somebody listens to.
struct Account {
    head: watch::Sender<Seq>,
    listeners: usize,
}

/// All who listen; one per process.
pub struct Live {
    accounts: Mutex<HashMap<UserId, Account>>,
    shared: watch::Sender<u64>,
    stopped: CancellationToken,
    /// How many may listen to one account.
    most: usize,
}

impl Live {
    pub fn new(most: usize) -> Self {
        Self { accounts: Mutex::default(), shared: watch::Sender::new(0), stopped: CancellationToken::new(), most }
    }

    fn accounts(&self) -> MutexGuard<'_, HashMap<UserId, Account>> {
        self.accounts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins to listen; `None` when as many as may be listen to this account already.
    pub fn listen(self: &Arc<Self>, owner: UserId) -> Option<Listener> {
        let mut accounts = self.accounts();
        let account = accounts.entry(owner).or_insert_with(|| Account { head: watch::Sender::new(0), listeners: 0 });
        if account.listeners >= self.most {
            return None;
        }
        account.listeners += 1;
        Some(Listener { live: Arc::clone(self), owner, head: account.head.subscribe(), shared: self.shared.subscribe() })
    }

    /// Wakes all who listen to the account, as one of them may no longer.
    pub fn look_again(&self, owner: UserId) {
        if let Some(account) = self.accounts().get(&owner) {
            account.head.send_modify(|_| {});
        }
    }

    /// Ends all listening, for good (S55).
    pub fn stop(&self) {
        self.stopped.cancel();
    }

    /// Hears what the store tells, for as long as the process lives.
    pub async fn follow(self: Arc<Self>, store: DynStore) {
        let mut rest = REST.0;
        loop {
            let begun = tokio::time::Instant::now();
            if let Err(cause) = store.follow(&*self).await {
                tracing::warn!(%cause, "open pages learn of changes later: the store cannot be followed for now");
            }
            rest = if begun.elapsed() > REST.1 { REST.0 } else { REST.1.min(rest * 2) };
            sleep(rest).await;
        }
    }
}

impl Ear for Live {
    fn wanted(&self) -> Vec<UserId> {
        self.accounts().keys().copied().collect()
    }
    fn grown(&self, owner: UserId, to: Seq) {
        if let Some(account) = self.accounts().get(&owner) {
            account.head.send_if_modified(|head| {
                let grown = *head < to;
                *head = to.max(*head);
                grown
            });
        }
    }
    fn shared(&self) {
        self.shared.send_modify(|n| *n += 1);
    }
}

/// Why a listener was woken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Woken {
    /// The account may have news, or the listener may no longer have a right to them.
    Account,
    /// The categories have changed.
    Shared,
    /// The process stops.
    Stopped,
}

/// Listens to one account, until it is dropped.
pub struct Listener {
    live: Arc<Live>,
    owner: UserId,
    head: watch::Receiver<Seq>,
    shared: watch::Receiver<u64>,
}

impl Listener {
    /// Waits. What happens meanwhile is not lost.
    pub async fn woken(&mut self) -> Woken {
        // Neither sender goes before its receivers.
        tokio::select! {
            biased;
            () = self.live.stopped.cancelled() => Woken::Stopped,
            _ = self.head.changed() => Woken::Account,
            _ = self.shared.changed() => Woken::Shared,
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let mut accounts = self.live.accounts();
        if let Some(account) = accounts.get_mut(&self.owner) {
            account.listeners -= 1;
            if account.listeners == 0 {
                accounts.remove(&self.owner);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;

    #[tokio::test]
    async fn listeners_hear_of_their_own_account_and_of_what_is_shared() {
        let live = Arc::new(Live::new(2));
        let (ana, bor) = (UserId::new(), UserId::new());
        let (mut first, mut other) = (live.listen(ana).expect("a place"), live.listen(bor).expect("a place"));
        assert_eq!(first.woken().now_or_never(), None);
        live.grown(ana, 3);
        assert_eq!((first.woken().await, other.woken().now_or_never()), (Woken::Account, None));
        live.grown(ana, 3);
        live.grown(ana, 2);
        assert_eq!(first.woken().now_or_never(), None, "nothing new");
        live.look_again(ana);
        live.shared();
        assert_eq!(
            (first.woken().await, first.woken().await, other.woken().await),
            (Woken::Account, Woken::Shared, Woken::Shared)
        );
        live.stop();
        assert_eq!((first.woken().await, first.woken().await), (Woken::Stopped, Woken::Stopped));
    }

    #[tokio::test]
    async fn s54_an_account_has_so_many_listeners_and_forgets_them() {
        let live = Arc::new(Live::new(2));
        let ana = UserId::new();
        let two = [live.listen(ana).expect("a place"), live.listen(ana).expect("a place")];
        assert!(live.listen(ana).is_none());
        assert!(live.listen(UserId::new()).is_some(), "others have their own places");
        assert_eq!(live.wanted(), [ana]);
        drop(two);
        assert!(live.wanted().is_empty());
        assert!(live.listen(ana).is_some());
    }
}
