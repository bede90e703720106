//! Slows guessing: per account in the store, per address and per token in memory (S05).
//!
//! It must never lock anybody out for good, and never treat a name that exists differently from one that does not.

use crate::{
    domain::{Code, Instant, Problem, UserId},
    server::{
        clock,
        store::{DynStore, Key, Lane, Record, Throttle, transact},
    },
};
use governor::{
    DefaultKeyedRateLimiter, Quota,
    clock::{Clock, DefaultClock},
};
use sha2::{Digest, Sha256};
use std::{
    hash::Hash,
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};
use tokio::sync::{Mutex, OwnedMutexGuard};

/// Seconds of the longest delay.
const LONGEST: i64 = 900;
/// Seconds without an attempt after which old failures no longer count.
const FORGOTTEN: i64 = 86_400;
/// Checks between two clean-ups of a limiter.
const CLEAN_EVERY: u32 = 512;

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// A name as typed, as it is compared and hashed.
pub(super) fn folded(typed: &str) -> String {
    typed.trim().to_lowercase()
}

fn refused(wait: u64) -> Problem {
    Problem {
        retry_after: Some(wait),
        ..Problem::new(Code::Throttled, format!("Too many attempts. Try again in {}.", spoken(wait)))
    }
}

fn spoken(seconds: u64) -> String {
    match seconds {
        1 => "a second".into(),
        2..=90 => format!("{seconds} seconds"),
        _ => format!("{} minutes", seconds.div_ceil(60)),
    }
}

/// So many a minute and so many at once, for each key; in memory.
pub(super) struct Limiter<K: Hash + Eq + Clone> {
    limiter: DefaultKeyedRateLimiter<K>,
    clock: DefaultClock,
    checks: AtomicU32,
}

impl<K: Hash + Eq + Clone> Limiter<K> {
    pub(super) fn new(per_minute: u32, burst: u32) -> Self {
        let at_least_one = |n| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::per_minute(at_least_one(per_minute)).allow_burst(at_least_one(burst));
        Self { limiter: DefaultKeyedRateLimiter::keyed(quota), clock: DefaultClock::default(), checks: AtomicU32::new(1) }
    }

    /// 429 with the seconds to wait.
    pub(super) fn check(&self, key: &K) -> Result<(), Problem> {
        if self.checks.fetch_add(1, Ordering::Relaxed).is_multiple_of(CLEAN_EVERY) {
            self.limiter.retain_recent();
        }
        self.limiter.check_key(key).map_err(|not_until| {
            let wait = not_until.wait_time_from(self.clock.now());
            refused(wait.as_millis().div_ceil(1_000).try_into().unwrap_or(1).max(1))
        })
    }
}

/// What counts as one address: an IPv4 address, or the /64 that an IPv6 subscriber is given.
pub(super) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & (u128::MAX << 64))),
        v4 => v4,
    }
}

/// Failed attempts of each account, in the store: they outlive a restart and are one for all nodes.
pub(super) struct Accounts {
    store: DynStore,
    /// Failures before the first delay.
    free: u32,
    /// Attempts on one account are looked at one after the other.
    turns: Vec<Arc<Mutex<()>>>,
}

/// One attempt, counted as failed from the start, so that many at once gain nothing.
pub(super) struct Attempt {
    /// The hash of the name, hex.
    pub(super) name_hash: String,
    subject: String,
    failures: u32,
    _turn: OwnedMutexGuard<()>,
}

impl Attempt {
    /// What to delete in the transaction that lets the person in.
    pub(super) fn key(&self) -> Key {
        Key::Throttle(self.subject.clone())
    }
}

/// Seconds to wait after so many failures: 0 for the first ones, then 1, 2, 4 … up to 15 minutes.
fn delay(failures: u32, free: u32) -> i64 {
    failures.checked_sub(free).map_or(0, |doublings| (1 << doublings.min(10)).min(LONGEST))
}

impl Accounts {
    pub(super) fn new(store: DynStore, free: u32) -> Self {
        Self { store, free, turns: (0..64).map(|_| Arc::default()).collect() }
    }

    /// 429 while the account is slowed, whatever the password.
    pub(super) async fn begin(&self, typed: &str) -> Result<Attempt, Problem> {
        self.begin_at("user", &folded(typed)).await
    }

    /// As [`Accounts::begin`] for a code beside the password. Counted apart: a right password must not forgive wrong codes.
    pub(super) async fn begin_code(&self, user: UserId) -> Result<Attempt, Problem> {
        self.begin_at("code", &user.to_string()).await
    }

    async fn begin_at(&self, kind: &str, name: &str) -> Result<Attempt, Problem> {
        let digest = Sha256::digest(name);
        let turn = Arc::clone(&self.turns[usize::from(digest[0]) % self.turns.len()]).lock_owned().await;
        let name_hash = hex(&digest);
        let (subject, free, now) = (format!("{kind}:{name_hash}"), self.free, clock::now());
        let counted_at = subject.clone();
        let counted = transact(&*self.store, Lane::Shared, move |tx| {
            let subject = counted_at.clone();
            Box::pin(async move {
                let before = match tx.get(Key::Throttle(subject.clone())).await? {
                    Some(Record::Throttle(row)) if row.updated_at.plus_seconds(FORGOTTEN) > now => Some(row),
                    _ => None,
                };
                if let Some(row) = &before
                    && row.until > now
                {
                    return Ok(Err(row.until));
                }
                let failures = before.map_or(0, |row| row.failures).saturating_add(1);
                let until = now.plus_seconds(delay(failures, free));
                let row = Throttle { subject, failures, until, updated_at: now };
                tx.put(&[Record::Throttle(row)]).await?;
                Ok(Ok(failures))
            })
        })
        .await?;
        match counted {
            Ok(failures) => Ok(Attempt { name_hash, subject, failures, _turn: turn }),
            Err(until) => Err(refused(seconds_until(until, now))),
        }
    }

    /// The attempt has failed: the delay runs from now. Answers whether the account is now slowed.
    pub(super) async fn failed(&self, attempt: Attempt) -> Result<bool, Problem> {
        let delay = delay(attempt.failures, self.free);
        if delay == 0 {
            return Ok(false);
        }
        let (key, now) = (attempt.key(), clock::now());
        transact(&*self.store, Lane::Shared, move |tx| {
            let key = key.clone();
            Box::pin(async move {
                if let Some(Record::Throttle(row)) = tx.get(key).await? {
                    let until = row.until.max(now.plus_seconds(delay));
                    tx.put(&[Record::Throttle(Throttle { until, updated_at: now, ..row })]).await?;
                }
                Ok(())
            })
        })
        .await?;
        Ok(true)
    }

    /// The attempt has succeeded: all is forgiven.
    pub(super) async fn succeeded(&self, attempt: Attempt) -> Result<(), Problem> {
        let key = attempt.key();
        transact(&*self.store, Lane::Shared, move |tx| {
            let key = key.clone();
            Box::pin(async move { Ok(tx.delete(&[key]).await?) })
        })
        .await
    }
}

fn seconds_until(until: Instant, now: Instant) -> u64 {
    u64::try_from((until.0 - now.0 + 999_999).div_euclid(1_000_000)).unwrap_or(1).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s05_the_delay_doubles_to_a_quarter_of_an_hour() {
        let delays: Vec<i64> = (1..=17).map(|failures| delay(failures, 5)).collect();
        assert_eq!(delays, [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]);
        assert_eq!(delay(u32::MAX, 5), 900);
    }

    #[test]
    fn s05_an_ipv6_subscriber_is_one_address() {
        let of = |text: &str| network(text.parse().expect("address"));
        assert_eq!(of("2001:db8:1:2:3::4"), of("2001:db8:1:2:ffff::1"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:192.0.2.7"), of("192.0.2.7"));
        assert_ne!(of("192.0.2.7"), of("192.0.2.8"));
    }

    #[test]
    fn s05_a_burst_then_a_wait() {
        let limiter = Limiter::new(10, 10);
        for _ in 0..10 {
            assert!(limiter.check(&"one").is_ok());
        }
        let refused = limiter.check(&"one").expect_err("refused");
        assert_eq!(refused.code, Code::Throttled);
        assert!((1..=6).contains(&refused.retry_after.expect("a wait")));
        assert!(limiter.check(&"other").is_ok());
    }
}
