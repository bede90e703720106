//! The end of deleted people: what is theirs is taken away in many small transactions, so that nobody waits for it. A crash
//! on the way loses nothing but time, as the record that says so is the last to go, and two processes may be at it at once.
//!
//! It must never touch anybody who may still come back.

use super::{
    Ledger, admins,
    book::{BATCH, Book},
    expect_free, refuse,
};
use crate::{
    domain::{Expense, Funds, Instant, Locale, Problem, User, UserId, journal::Via},
    server::store::{self, Key, Lane, Link, Record, Removal, Stage, Tx, sums::SumChanges},
};

impl Ledger {
    /// Takes away what is of people whose time to come back is over. How many are gone now.
    pub async fn purge(&self, now: Instant) -> Result<usize, Problem> {
        let mut gone = 0;
        for removal in self.store.removals().await? {
            if removal.stage != Stage::Going && removal.until > now {
                continue;
            }
            match self.purge_one(removal.user, now).await {
                Ok(done) => gone += usize::from(done),
                Err(problem) => {
                    tracing::warn!(?problem, user = %removal.user, "somebody who was deleted could not be purged yet")
                }
            }
        }
        Ok(gone)
    }

    async fn purge_one(&self, user: UserId, now: Instant) -> Result<bool, Problem> {
        if !self.purge_begin(user, now).await? {
            return Ok(false);
        }
        while self.purge_step(user).await? {}
        tracing::info!(target: "audit", event = "user_purged", about = %user);
        Ok(true)
    }

    /// From here on there is no way back. False when they are there again.
    pub(super) async fn purge_begin(&self, user: UserId, now: Instant) -> Result<bool, Problem> {
        store::transact(&*self.store, Lane::Shared, move |tx| {
            Box::pin(async move {
                let Some(Record::Removal(removal)) = tx.get(Key::Removal(user)).await? else { return Ok(false) };
                if removal.stage == Stage::Going {
                    return Ok(true);
                }
                if removal.until > now {
                    return Ok(false);
                }
                expect_free(tx, user).await?;
                if removal.stage == Stage::Leaving {
                    leave_for_good(tx, user, now).await?;
                }
                tx.put(&[Record::Removal(Removal { stage: Stage::Going, ..removal })]).await?;
                Ok(true)
            })
        })
        .await
    }

    /// Takes some of it away; false when nothing was left, and the account is gone too.
    pub(super) async fn purge_step(&self, user: UserId) -> Result<bool, Problem> {
        let limit = u32::try_from(self.step.min(BATCH)).unwrap_or(u32::MAX);
        store::transact(&*self.store, Lane::User(user), move |tx| {
            Box::pin(async move {
                match tx.get(Key::Removal(user)).await? {
                    Some(Record::Removal(removal)) if removal.stage == Stage::Going => {}
                    _ => return Ok(false),
                }
                let some = tx.belongings(user, limit).await?;
                if !some.is_empty() {
                    take_away(tx, user, some).await?;
                    return Ok(true);
                }
                if tx.forget(user, limit).await? {
                    return Ok(true);
                }
                tx.delete(&[Key::Account(user), Key::Removal(user)]).await?;
                Ok(false)
            })
        })
        .await
    }
}

/// Somebody left and did not come back: nobody can sign in as them any more. The last admin stays (S38).
async fn leave_for_good(tx: &mut dyn Tx, user: UserId, now: Instant) -> Result<(), Problem> {
    let mut book = Book::open(tx, user, (Locale::default(), Via::default()), now);
    let person: Option<User> = book.find(Key::User(user)).await?;
    if let Some(person) = person {
        admins::goes(&mut book, &person).await?;
    }
    tx.end_sessions(user, None).await?;
    tx.end_tokens(user).await?;
    Ok(tx.delete(&[Key::User(user), Key::Credential(user), Key::Link(Link::reset(user))]).await?)
}

/// Deletes records; the balance and the kept sums stay those of what is left (I1).
async fn take_away(tx: &mut dyn Tx, user: UserId, some: Vec<Record>) -> Result<(), Problem> {
    let (mut sums, mut delta) = (SumChanges::default(), 0_i128);
    for record in &some {
        sums.change(Some(record), None);
        delta += match record {
            Record::Expense(Expense { amount, .. }) => i128::from(amount.minor),
            Record::Funds(Funds { amount, .. }) => -i128::from(amount.minor),
            _ => 0,
        };
    }
    tx.delete(&some.iter().map(Record::key).collect::<Vec<_>>()).await?;
    tx.adjust_sums(&sums).await?;
    let delta = i64::try_from(delta).map_err(|_| refuse::balance_out_of_range())?;
    tx.adjust_balance(user, delta).await.map(drop)?;
    Ok(())
}
