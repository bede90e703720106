//! What somebody has, out again and streamed: CSV for spreadsheets and other programs, JSON without loss.
//!
//! It must never hold more than a page of rows in memory, nor show anybody else's.

mod audit;
mod csv;
mod json;
mod report;

pub use audit::audit;
pub use report::report;

use crate::{
    domain::{
        CategoryId, Currency, Cursor, Expense, ExpenseFilter, FieldError, Funds, Problem, Scope, audit::Event, calendar::Days,
        page::PageRequest, text::Name,
    },
    server::{auth::Caller, clock, http::noted::Note, store::DynStore},
};
use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use futures::{Stream, TryStreamExt, stream};
use std::{collections::HashMap, str::FromStr};

/// How many rows are read at once.
const PAGE: u32 = 500;

/// The format of a file that goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportFormat {
    Json,
    Csv,
}

impl ExportFormat {
    fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Csv => "text/csv; charset=utf-8; header=present",
        }
    }
    fn extension(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Csv => "csv",
        }
    }
}

impl FromStr for ExportFormat {
    type Err = FieldError;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        match s {
            "json" => Ok(Self::Json),
            "csv" => Ok(Self::Csv),
            _ => Err(FieldError::new("format", "unknown_value", "Choose json or csv.")),
        }
    }
}

/// Names of the categories, archived ones too.
type Names = HashMap<CategoryId, Name>;

/// A part of what goes out.
enum Part {
    /// Before the first row.
    Head(Currency),
    Funds(Vec<Funds>),
    Expenses(Vec<Expense>),
    /// Nothing follows.
    Tail,
}

/// Writes parts as bytes, in the order of [`Part`].
trait Form: Send + Sync {
    fn write(&mut self, part: Part, names: &Names) -> Result<Vec<u8>, Problem>;
}

/// Where the reading is.
enum Place {
    Head,
    Funds(Option<Cursor>),
    Expenses(Option<Cursor>),
    /// Those that were chosen one by one.
    Chosen(Vec<Expense>),
    Tail,
    Over,
}

/// Funds (newest first), then the expenses that match in the filter's order. Funds have days only: a filter by
/// anything else leaves them out.
///
/// Each page is read as the account is then; a row that is there from start to end, and is not moved, comes once.
/// Needs scope `read`. A failure after the first part ends the stream with the error.
pub async fn export(
    store: DynStore,
    caller: &Caller,
    filter: ExpenseFilter,
    format: ExportFormat,
) -> Result<impl Stream<Item = Result<Vec<u8>, Problem>> + Send + use<>, Problem> {
    parts(store, caller, filter, None, format).await
}

/// As [`export`]; with `chosen`, these expenses alone.
async fn parts(
    store: DynStore,
    caller: &Caller,
    filter: ExpenseFilter,
    chosen: Option<Vec<Expense>>,
    format: ExportFormat,
) -> Result<impl Stream<Item = Result<Vec<u8>, Problem>> + Send + use<>, Problem> {
    caller.require(Scope::Read)?;
    let names = store.categories().await?.into_iter().map(|category| (category.id, category.name)).collect();
    let form: Box<dyn Form> = match format {
        ExportFormat::Json => Box::<json::Json>::default(),
        ExportFormat::Csv => Box::new(csv::Csv),
    };
    let (owner, currency) = (caller.user.id, caller.user.currency);
    let reader = Reader { store, owner, currency, filter, chosen, names, form };
    Ok(stream::try_unfold((reader, Place::Head), |(mut reader, place)| async move {
        let Some((part, next)) = reader.part(place).await? else { return Ok(None) };
        let bytes = reader.form.write(part, &reader.names)?;
        Ok(Some((bytes, (reader, next))))
    }))
}

struct Reader {
    store: DynStore,
    owner: crate::domain::UserId,
    currency: Currency,
    filter: ExpenseFilter,
    chosen: Option<Vec<Expense>>,
    names: Names,
    form: Box<dyn Form>,
}

impl Reader {
    /// What stands at this place, and the next one.
    async fn part(&mut self, place: Place) -> Result<Option<(Part, Place)>, Problem> {
        let page = |cursor| PageRequest { limit: PAGE, cursor };
        let found = match place {
            Place::Head => {
                let next = match self.chosen.take() {
                    Some(rows) => Place::Chosen(rows),
                    None if self.filter.has_days_only() => Place::Funds(None),
                    None => Place::Expenses(None),
                };
                (Part::Head(self.currency), next)
            }
            Place::Funds(cursor) => {
                let days = Days { from: self.filter.from, to: self.filter.to };
                let found = self.store.funds_list(self.owner, days.span(), &page(cursor)).await?;
                let next = found.next_cursor.map_or(Place::Expenses(None), |cursor| Place::Funds(Some(cursor)));
                (Part::Funds(found.items), next)
            }
            Place::Expenses(cursor) => {
                let found = self.store.expenses(self.owner, &self.filter, &page(cursor)).await?;
                let next = found.next_cursor.map_or(Place::Tail, |cursor| Place::Expenses(Some(cursor)));
                (Part::Expenses(found.items), next)
            }
            Place::Chosen(rows) => (Part::Expenses(rows), Place::Tail),
            Place::Tail => (Part::Tail, Place::Over),
            Place::Over => return Ok(None),
        };
        Ok(Some(found))
    }
}

/// The export as a file to save, under a name of the server's making (S46).
pub async fn answer(store: DynStore, caller: &Caller, filter: ExpenseFilter, format: ExportFormat) -> Result<Response, Problem> {
    file(caller, format, export(store, caller, filter, format).await?)
}

/// These expenses as a file to save.
pub async fn answer_chosen(
    store: DynStore,
    caller: &Caller,
    chosen: Vec<Expense>,
    format: ExportFormat,
) -> Result<Response, Problem> {
    file(caller, format, parts(store, caller, ExpenseFilter::default(), Some(chosen), format).await?)
}

fn file(
    caller: &Caller,
    format: ExportFormat,
    parts: impl Stream<Item = Result<Vec<u8>, Problem>> + Send + 'static,
) -> Result<Response, Problem> {
    as_file(caller, "outlay", format.extension(), format.content_type(), parts)
}

/// Parts as a file to save, named after the day.
fn as_file(
    caller: &Caller,
    name: &str,
    extension: &str,
    content_type: &'static str,
    parts: impl Stream<Item = Result<Vec<u8>, Problem>> + Send + 'static,
) -> Result<Response, Problem> {
    let today = clock::today(&caller.user.time_zone);
    let name = format!("attachment; filename=\"{name}-{today}.{extension}\"");
    let logged = parts.inspect_err(|problem| tracing::warn!(code = problem.code.as_str(), "an export broke off"));
    let body = Body::from_stream(logged.map_err(|problem| std::io::Error::other(problem.to_string())));
    let mut response = ([(header::CONTENT_TYPE, HeaderValue::from_static(content_type))], body).into_response();
    let name = HeaderValue::try_from(name).map_err(|_| Problem::internal())?;
    response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    response.extensions_mut().insert(Note(Event::Exported));
    Ok(response)
}
