//! JSON: one object with every field of every entry, categories by name, so that another server can take it in.

use super::{Form, Names, Part};
use crate::{
    domain::{
        Currency, Day, Expense, ExpenseId, Funds, FundsId, Instant, Problem,
        text::{Name, Note, What},
    },
    server::store::StoreError,
};
use serde::Serialize;

/// What the object says it is, so that an import knows it.
pub const FORMAT: &str = "outlay";
/// Of the object's shape.
pub const VERSION: u32 = 1;

#[derive(Serialize)]
struct FundsRow {
    id: FundsId,
    date: Day,
    /// Decimal string, more than zero.
    amount: String,
    note: Option<Note>,
    created_at: Instant,
}

#[derive(Serialize)]
struct ExpenseRow<'a> {
    id: ExpenseId,
    date: Day,
    amount: String,
    what: What,
    note: Option<Note>,
    /// Its name.
    category: Option<&'a Name>,
    created_at: Instant,
}

/// Where the writing is.
#[derive(Default, PartialEq)]
enum List {
    #[default]
    None,
    Funds,
    Expenses,
}

/// Writes the object, a row to a line.
#[derive(Default)]
pub struct Json {
    list: List,
    /// A row stands before the next one.
    follows: bool,
}

impl Json {
    /// Goes on to a list, past those before it.
    fn enter(&mut self, out: &mut Vec<u8>, list: List) {
        if self.list == list {
            return;
        }
        if self.list == List::None {
            out.extend_from_slice(b"\"funds\":[");
        }
        if list == List::Expenses {
            out.extend_from_slice(b"\n],\"expenses\":[");
        }
        (self.list, self.follows) = (list, false);
    }

    fn row(&mut self, out: &mut Vec<u8>, row: &impl Serialize) -> Result<(), Problem> {
        out.extend_from_slice(if self.follows { b",\n" } else { b"\n" });
        self.follows = true;
        Ok(serde_json::to_writer(&mut *out, row).map_err(StoreError::from)?)
    }
}

impl Form for Json {
    fn write(&mut self, part: Part, names: &Names) -> Result<Vec<u8>, Problem> {
        let mut out = Vec::new();
        match part {
            Part::Head(currency) => out.extend_from_slice(head(currency).as_bytes()),
            Part::Funds(rows) => {
                self.enter(&mut out, List::Funds);
                for Funds { id, date, amount, note, created_at, .. } in rows {
                    self.row(&mut out, &FundsRow { id, date, amount: amount.decimal(), note, created_at })?;
                }
            }
            Part::Expenses(rows) => {
                self.enter(&mut out, List::Expenses);
                for Expense { id, date, amount, what, note, category_id, created_at, .. } in rows {
                    let category = category_id.and_then(|id| names.get(&id));
                    self.row(&mut out, &ExpenseRow { id, date, amount: amount.decimal(), what, note, category, created_at })?;
                }
            }
            Part::Tail => {
                self.enter(&mut out, List::Expenses);
                out.extend_from_slice(b"\n]}\n");
            }
        }
        Ok(out)
    }
}

fn head(currency: Currency) -> String {
    format!("{{\"format\":\"{FORMAT}\",\"version\":{VERSION},\"currency\":\"{currency}\",\n")
}
