//! The journal as a person reads it: every change, who made it, and whether it can be undone.

use super::{FieldError, Instant, UserId, calendar::Days};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// The number of an entry in its owner's journal, from 1 without gaps.
pub type Seq = u64;

/// From where a command came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Via {
    #[default]
    Page,
    Api,
    Cli,
    /// The server, on a day of a recurring entry.
    Recurring,
}

impl Via {
    pub const ALL: [Self; 4] = [Self::Page, Self::Api, Self::Cli, Self::Recurring];
    /// The wire name.
    pub fn code(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Api => "api",
            Self::Cli => "cli",
            Self::Recurring => "recurring",
        }
    }
    /// As a person reads it, after what was done.
    pub fn label(self) -> &'static str {
        match self {
            Self::Page => "in the browser",
            Self::Api => "by a program",
            Self::Cli => "on the command line",
            Self::Recurring => "as it recurs",
        }
    }
    pub fn is_page(&self) -> bool {
        *self == Self::Page
    }
}

impl FromStr for Via {
    type Err = FieldError;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|via| via.code() == s)
            .ok_or_else(|| FieldError::new("via", "unknown_value", "Choose page, api, cli or recurring."))
    }
}

/// One accepted command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub seq: Seq,
    pub at: Instant,
    /// Whose journal this is.
    pub owner: UserId,
    pub actor_id: UserId,
    /// The actor's username at that time.
    pub actor: String,
    pub via: Via,
    /// The command's name, such as `record_expense`.
    pub command: String,
    /// For people: `Added “Lunch”, €12.50`.
    pub summary: String,
    /// True while it can be undone: of an undoable kind and not undone yet.
    pub undoable: bool,
    pub undone_by: Option<Seq>,
    /// Set when this entry undid another.
    pub undoes: Option<Seq>,
}

impl Entry {
    /// The entry to undo so that what this one did stands again. A statement that was taken out is not put in again.
    pub fn redo(&self) -> Option<Seq> {
        self.undone_by.filter(|_| self.command != "commit_import")
    }
}

/// One step in the life of one expense: the entry and the expense before and after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExpenseStep {
    #[serde(flatten)]
    pub entry: Entry,
    pub before: Option<super::Expense>,
    pub after: Option<super::Expense>,
}

/// What changes may be asked for together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Expenses,
    Funds,
    Imports,
    Budgets,
    Recurring,
    Categories,
    Account,
    /// Undone, and done again.
    Undo,
}

impl Kind {
    pub const ALL: [Self; 8] =
        [Self::Expenses, Self::Funds, Self::Imports, Self::Budgets, Self::Recurring, Self::Categories, Self::Account, Self::Undo];

    /// The wire name.
    pub fn code(self) -> &'static str {
        match self {
            Self::Expenses => "expenses",
            Self::Funds => "funds",
            Self::Imports => "imports",
            Self::Budgets => "budgets",
            Self::Recurring => "recurring",
            Self::Categories => "categories",
            Self::Account => "account",
            Self::Undo => "undo",
        }
    }
    pub fn label(self) -> &'static str {
        match self {
            Self::Expenses => "Expenses",
            Self::Funds => "Funds",
            Self::Imports => "Imports",
            Self::Budgets => "Budgets",
            Self::Recurring => "Recurring",
            Self::Categories => "Categories",
            Self::Account => "Account",
            Self::Undo => "Undone",
        }
    }
    /// The names of its commands.
    pub fn commands(self) -> &'static [&'static str] {
        match self {
            Self::Expenses => &[
                "record_expense",
                "edit_expense",
                "delete_expense",
                "bulk_expenses",
                "restore_expense",
                "see_expenses",
                "edit_expense_of",
                "delete_expense_of",
            ],
            Self::Funds => &["add_funds", "edit_funds", "delete_funds", "restore_funds"],
            Self::Imports => &["commit_import", "revert_import"],
            Self::Budgets => &["set_budget", "copy_budgets", "delete_budget"],
            Self::Recurring => &["add_recurring", "edit_recurring", "skip_recurring", "post_recurring", "delete_recurring"],
            Self::Categories => &["add_category", "edit_category", "delete_category", "order_categories"],
            Self::Account => &[
                "edit_profile",
                "change_password",
                "create_token",
                "revoke_token",
                "turn_on_factor",
                "turn_off_factor",
                "add_passkey",
                "remove_passkey",
                "register_program",
                "remove_program",
                "create_user",
                "set_up",
                "change_user",
                "sign_out_user",
                "create_invite",
                "create_reset_link",
                "reset_password",
                "delete_user",
                "restore_user",
                "leave",
                "stay",
                "change_server",
                "save_filter",
                "edit_filter",
                "delete_filter",
            ],
            Self::Undo => &["undo"],
        }
    }
}

impl Kind {
    /// What an admin reads of a command on somebody's money, whose own line would tell what they spent on; `None` where that
    /// line may be read.
    pub fn veiled(command: &str) -> Option<&'static str> {
        Some(match command {
            "record_expense" => "Added an expense",
            "edit_expense" => "Changed an expense",
            "delete_expense" => "Deleted an expense",
            "restore_expense" => "Put an expense back",
            "bulk_expenses" => "Changed many expenses",
            "edit_expense_of" => "Changed an expense of somebody",
            "delete_expense_of" => "Deleted an expense of somebody",
            "add_funds" => "Added funds",
            "edit_funds" => "Changed funds",
            "delete_funds" => "Deleted funds",
            "restore_funds" => "Put funds back",
            "commit_import" => "Imported a statement",
            "revert_import" => "Took out a statement",
            "set_budget" => "Set a budget",
            "copy_budgets" => "Copied budgets",
            "delete_budget" => "Ended a budget",
            "add_recurring" => "Added a recurring entry",
            "edit_recurring" => "Changed a recurring entry",
            "skip_recurring" => "Skipped a day of a recurring entry",
            "post_recurring" => "Recorded a recurring entry",
            "delete_recurring" => "Deleted a recurring entry",
            "save_filter" => "Saved a filter",
            "edit_filter" => "Changed a saved filter",
            "delete_filter" => "Deleted a saved filter",
            "undo" => "Undid a change",
            _ if Self::ALL
                .iter()
                .any(|kind| kind.is_of_money() && kind.commands().contains(&command) && command != "see_expenses") =>
            {
                "Changed something of their own"
            }
            _ => return None,
        })
    }
    fn is_of_money(self) -> bool {
        matches!(self, Self::Expenses | Self::Funds | Self::Imports | Self::Budgets | Self::Recurring | Self::Undo)
    }
}

impl FromStr for Kind {
    type Err = FieldError;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|kind| kind.code() == s).ok_or_else(|| {
            let names: Vec<_> = Self::ALL.iter().map(|kind| kind.code()).collect();
            FieldError::new("kind", "unknown_value", format!("Choose one of {}.", names.join(", ")))
        })
    }
}

/// Which changes of somebody's history. Days are those of the reader's time zone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryFilter {
    pub kind: Option<Kind>,
    pub via: Option<Via>,
    pub days: Days,
}

/// The names [`HistoryFilter::read`] understands.
pub const HISTORY_FIELDS: [&str; 4] = ["kind", "via", "from", "to"];

impl HistoryFilter {
    /// Reads the query's pairs. Pairs with other names are left to the caller; blank values are as absent.
    pub fn read<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, Vec<FieldError>> {
        let mut filter = Self::default();
        let days = asked(pairs, |name, value| match name {
            "kind" => value.parse().map(|kind| filter.kind = Some(kind)),
            "via" => value.parse().map(|via| filter.via = Some(via)),
            _ => Ok(()),
        })?;
        Ok(Self { days, ..filter })
    }
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Reads a query's pairs: the days, and by `field` each of the others that is not blank. All that is wrong is told at once.
pub(super) fn asked<'a>(
    pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
    mut field: impl FnMut(&'a str, &'a str) -> Result<(), FieldError>,
) -> Result<Days, Vec<FieldError>> {
    let pairs: Vec<_> = pairs.into_iter().collect();
    let filled = pairs.iter().map(|(name, value)| (*name, value.trim())).filter(|(_, value)| !value.is_empty());
    let mut errors: Vec<_> = filled.filter_map(|(name, value)| field(name, value).err()).collect();
    let days = Days::read(pairs).unwrap_or_else(|wrong| {
        errors.extend(wrong);
        Days::default()
    });
    if errors.is_empty() { Ok(days) } else { Err(errors) }
}

/// What became of a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    Added,
    Changed,
    Deleted,
}

/// What one entry did to one thing, in words for its reader.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    pub deed: Deed,
    /// What it is: `Expense`.
    pub thing: String,
    /// What it is called now, or was called last.
    pub name: String,
    /// The page about it, if it has one.
    pub path: Option<String>,
    /// Only what differs.
    pub fields: Vec<FieldTold>,
}

/// A field before and after; `None` where it has nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldTold {
    pub name: String,
    pub before: Option<String>,
    pub after: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_history_is_asked_for() {
        let read = |pairs: &[(&str, &str)]| HistoryFilter::read(pairs.iter().copied());
        let filter = read(&[("kind", "funds"), ("via", " cli "), ("from", "2026-11-01"), ("open", "7")]).expect("a filter");
        assert_eq!((filter.kind, filter.via, filter.days.from.is_some()), (Some(Kind::Funds), Some(Via::Cli), true));
        assert!(read(&[("kind", ""), ("to", " ")]).expect("a filter").is_empty());
        let wrong = read(&[("kind", "Funds"), ("via", "web"), ("to", "2026-13-01")]).expect_err("three errors");
        assert_eq!(wrong.iter().map(|e| e.field.as_str()).collect::<Vec<_>>(), ["kind", "via", "to"]);
    }

    #[test]
    fn s40_nothing_of_money_is_told_to_admins() {
        for kind in [Kind::Expenses, Kind::Funds, Kind::Imports, Kind::Budgets, Kind::Recurring, Kind::Undo] {
            for command in kind.commands().iter().filter(|command| **command != "see_expenses") {
                assert!(Kind::veiled(command).is_some(), "{command}");
            }
        }
        for told in ["change_user", "create_token", "add_category", "see_expenses", "delete_user"] {
            assert_eq!(Kind::veiled(told), None, "{told}");
        }
    }

    #[test]
    fn a_command_is_of_one_kind() {
        let mut all: Vec<_> = Kind::ALL.iter().flat_map(|kind| kind.commands()).collect();
        let named = all.len();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), named);
    }
}
