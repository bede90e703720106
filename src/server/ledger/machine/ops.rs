//! What the machine may do, chosen blindly: numbers that mean something only in a world.

use crate::domain::money::MAX_MINOR;
use proptest::{collection::vec, option, prelude::*};

/// Which of somebody's things a command is about.
#[derive(Clone, Copy, Debug)]
pub struct Pick {
    pub n: u8,
    /// Of somebody else: must be as if it was not there (S34).
    pub foreign: bool,
    /// With the version of an earlier state.
    pub stale: bool,
}

#[derive(Clone, Debug)]
pub enum Op {
    Record {
        minor: i64,
        category: u8,
        allow: bool,
        again: bool,
    },
    EditExpense {
        pick: Pick,
        minor: Option<i64>,
        category: Option<u8>,
        allow: bool,
    },
    DeleteExpense {
        pick: Pick,
    },
    Bulk {
        picks: Vec<Pick>,
        category: Option<u8>,
        date: Option<u8>,
        delete: bool,
    },
    BulkFilter {
        from: u8,
        min: i64,
        off: u8,
        date: u8,
        delete: bool,
    },
    AddFunds {
        minor: i64,
        again: bool,
    },
    EditFunds {
        pick: Pick,
        minor: Option<i64>,
        allow: bool,
    },
    DeleteFunds {
        pick: Pick,
        allow: bool,
    },
    SetBudget {
        category: u8,
        key: u8,
        minor: i64,
        rollover: Option<bool>,
        stale: bool,
    },
    CopyBudgets {
        key: u8,
        drafts: Vec<(u8, i64, Option<bool>)>,
    },
    DeleteBudget {
        pick: Pick,
        key: Option<u8>,
    },
    SaveFilter {
        name: u8,
        query: u8,
        again: bool,
    },
    EditFilter {
        pick: Pick,
        name: Option<u8>,
        query: Option<u8>,
    },
    DeleteFilter {
        pick: Pick,
    },
    AddRecurring {
        minor: i64,
        category: u8,
        rhythm: u8,
        /// Bits: propose, funds, again.
        how: u8,
    },
    EditRecurring {
        pick: Pick,
        minor: Option<i64>,
        category: Option<u8>,
        rhythm: Option<u8>,
        paused: Option<bool>,
        propose: Option<bool>,
    },
    SkipRecurring {
        pick: Pick,
        day: Option<u8>,
    },
    PostRecurring {
        pick: Pick,
        day: Option<u8>,
    },
    DeleteRecurring {
        pick: Pick,
    },
    AddCategory {
        name: u8,
    },
    EditCategory {
        pick: Pick,
        name: Option<u8>,
        archived: Option<bool>,
    },
    DeleteCategory {
        pick: Pick,
        to: Option<u8>,
    },
    Import {
        rows: Vec<(u8, i64, u8)>,
        chosen: bool,
        other_digest: bool,
    },
    CommitAgain {
        n: u8,
    },
    Revert {
        n: u8,
    },
    Profile {
        name: u8,
        currency: bool,
        /// Another calendar, for what goes by periods.
        period: Option<u8>,
        stale: bool,
    },
    /// Of what is deleted, or is there.
    Restore {
        n: u8,
        foreign: bool,
        there: bool,
    },
    Undo {
        back: u8,
    },
    /// See `scenes`.
    Scene {
        n: u8,
    },
    /// The command before once more, with the same key.
    Repeat {
        other: bool,
    },
}

#[derive(Clone, Debug)]
pub struct Step {
    pub who: u8,
    pub op: Op,
}

fn pick() -> impl Strategy<Value = Pick> {
    (any::<u8>(), 0..12_u8).prop_map(|(n, odd)| Pick { n, foreign: odd == 0, stale: odd == 1 })
}

fn op() -> impl Strategy<Value = Op> {
    let minor = || prop_oneof![20 => 1..2_000_i64, 1 => Just(MAX_MINOR), 1 => Just(MAX_MINOR - 500)];
    let some = || option::of(0..8_u8);
    prop_oneof![
        6 => (minor(), 0..8_u8, any::<bool>(), prop::bool::weighted(0.05))
            .prop_map(|(minor, category, allow, again)| Op::Record { minor, category, allow, again }),
        4 => (pick(), option::of(minor()), some(), any::<bool>())
            .prop_map(|(pick, minor, category, allow)| Op::EditExpense { pick, minor, category, allow }),
        3 => pick().prop_map(|pick| Op::DeleteExpense { pick }),
        2 => (vec(pick(), 0..4), some(), some(), any::<bool>())
            .prop_map(|(picks, category, date, delete)| Op::Bulk { picks, category, date, delete }),
        1 => (0..8_u8, 1..1_000_i64, 0..4_u8, 0..8_u8, any::<bool>())
            .prop_map(|(from, min, off, date, delete)| Op::BulkFilter { from, min, off, date, delete }),
        4 => (minor(), prop::bool::weighted(0.05)).prop_map(|(minor, again)| Op::AddFunds { minor, again }),
        2 => (pick(), option::of(minor()), any::<bool>()).prop_map(|(pick, minor, allow)| Op::EditFunds { pick, minor, allow }),
        1 => (pick(), any::<bool>()).prop_map(|(pick, allow)| Op::DeleteFunds { pick, allow }),
        3 => (0..8_u8, any::<u8>(), minor(), option::of(any::<bool>()), prop::bool::weighted(0.1))
            .prop_map(|(category, key, minor, rollover, stale)| Op::SetBudget { category, key, minor, rollover, stale }),
        1 => (any::<u8>(), vec((0..8_u8, minor(), option::of(any::<bool>())), 0..4))
            .prop_map(|(key, drafts)| Op::CopyBudgets { key, drafts }),
        2 => (pick(), option::of(any::<u8>())).prop_map(|(pick, key)| Op::DeleteBudget { pick, key }),
        2 => (0..6_u8, 0..3_u8, prop::bool::weighted(0.05))
            .prop_map(|(name, query, again)| Op::SaveFilter { name, query, again }),
        2 => (pick(), option::of(0..6_u8), option::of(0..3_u8))
            .prop_map(|(pick, name, query)| Op::EditFilter { pick, name, query }),
        1 => pick().prop_map(|pick| Op::DeleteFilter { pick }),
        2 => (minor(), 0..8_u8, any::<u8>(), 0..8_u8)
            .prop_map(|(minor, category, rhythm, how)| Op::AddRecurring { minor, category, rhythm, how }),
        2 => (pick(), option::of(minor()), some(), option::of(any::<u8>()), option::of(any::<bool>()), option::of(any::<bool>()))
            .prop_map(|(pick, minor, category, rhythm, paused, propose)| {
                Op::EditRecurring { pick, minor, category, rhythm, paused, propose }
            }),
        1 => (pick(), option::of(0..40_u8)).prop_map(|(pick, day)| Op::SkipRecurring { pick, day }),
        4 => (pick(), option::weighted(0.3, 0..40_u8)).prop_map(|(pick, day)| Op::PostRecurring { pick, day }),
        1 => pick().prop_map(|pick| Op::DeleteRecurring { pick }),
        1 => (0..6_u8).prop_map(|name| Op::AddCategory { name }),
        2 => (pick(), option::of(0..6_u8), option::of(any::<bool>()))
            .prop_map(|(pick, name, archived)| Op::EditCategory { pick, name, archived }),
        2 => (pick(), some()).prop_map(|(pick, to)| Op::DeleteCategory { pick, to }),
        2 => (vec((0..6_u8, 1..2_000_i64, 0..8_u8), 0..5), prop::bool::weighted(0.3), prop::bool::weighted(0.05))
            .prop_map(|(rows, chosen, other_digest)| Op::Import { rows, chosen, other_digest }),
        1 => any::<u8>().prop_map(|n| Op::CommitAgain { n }),
        1 => any::<u8>().prop_map(|n| Op::Revert { n }),
        1 => (0..6_u8, prop::bool::weighted(0.3), option::of(0..4_u8), prop::bool::weighted(0.1))
            .prop_map(|(name, currency, period, stale)| Op::Profile { name, currency, period, stale }),
        4 => (any::<u8>(), prop::bool::weighted(0.1), prop::bool::weighted(0.1))
            .prop_map(|(n, foreign, there)| Op::Restore { n, foreign, there }),
        8 => (0..5_u8).prop_map(|back| Op::Undo { back }),
        2 => any::<u8>().prop_map(|n| Op::Scene { n }),
        1 => any::<bool>().prop_map(|other| Op::Repeat { other }),
    ]
}

/// Sequences of steps; the first person is an admin.
pub fn steps() -> impl Strategy<Value = Vec<Step>> {
    let most = std::env::var("OUTLAY_STEPS").ok().and_then(|n| n.parse().ok()).unwrap_or(40);
    vec((prop_oneof![3 => Just(0), 2 => Just(1), 1 => Just(2)], op()).prop_map(|(who, op)| Step { who, op }), 1..most)
}
