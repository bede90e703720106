//! What money, days, categories, expenses and commands *are*.
//!
//! Pure and shared: compiles for the browser and for the server, does no I/O, reads no clock, and makes
//! wrong values impossible to build. It must never know about HTTP, SQL, BSON or HTML.

pub mod audit;
pub mod budget;
pub mod calendar;
pub mod category;
mod civil;
pub mod command;
pub mod currency;
pub mod day;
pub mod expense;
pub mod factor;
pub mod filter;
#[cfg(feature = "ssr")]
pub mod fold;
pub mod forecast;
pub mod form;
pub mod funds;
pub mod habit;
pub mod id;
pub mod import;
pub mod journal;
pub mod locale;
pub mod money;
pub mod page;
pub mod passkey;
pub mod password;
pub mod person;
pub mod problem;
pub mod program;
pub mod quick;
pub mod recurring;
pub mod report;
pub mod saved;
pub mod text;
pub mod token;
pub mod trash;
pub mod user;

pub use budget::Budget;
pub use calendar::{MonthStart, Period, Span};
pub use category::{Category, Color};
pub use command::{Command, Effect, Outcome};
pub use currency::Currency;
pub use day::{Day, Weekday};
pub use expense::Expense;
pub use filter::{ExpenseFilter, Sort};
pub use funds::Funds;
pub use id::{
    BudgetId, CategoryId, EventId, ExpenseId, FilterId, FundsId, ImportId, PasskeyId, ProgramId, RecurringId, SessionId, TokenId,
    UserId,
};
pub use journal::{Entry, Seq};
pub use locale::Locale;
pub use money::Money;
pub use page::{Cursor, Page, Total};
pub use passkey::Passkey;
pub use problem::{Code, FieldError, Problem};
pub use program::Program;
pub use recurring::Recurring;
pub use saved::SavedFilter;
pub use token::{Scope, Scopes};
pub use trash::Trashed;
pub use user::{Account, Me, Role, Status, User};

/// An instant in UTC, microseconds since the Unix epoch. Written as RFC 3339 on the wire.
pub use day::Instant;
