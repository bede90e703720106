//! Imports: server functions. The upload itself is a plain multipart form (`/import/upload`).

use super::{Answer, done::Done};
use crate::domain::{
    Day, ImportId,
    import::{ImportInfo, PreviewPage},
};
use leptos::{prelude::*, server_fn::codec::GetUrl};
use serde::{Deserialize, Serialize};

/// Rows on one page of a preview.
pub const ROWS: usize = 100;

/// A statement, and the day it was uploaded where the reader lives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatedImport {
    pub import: ImportInfo,
    pub day: Day,
}

/// The person's statements so far, newest first.
#[server(prefix = "/api/page", endpoint = "imports/list", client = super::Browser, output = super::Json, input = GetUrl)]
pub async fn list_imports() -> Answer<Vec<DatedImport>> {
    use super::reply;
    use crate::server::clock;
    let caller = reply::caller()?;
    let all = reply::app().imports.list(&caller).await?;
    let dated = |import: ImportInfo| {
        let (day, _) = clock::local(import.created_at, &caller.user.time_zone);
        DatedImport { import, day }
    };
    Ok(all.into_iter().map(dated).collect())
}

/// One upload with a page of its rows: those with this verdict, or all (`show` blank), from row `from` on.
#[server(prefix = "/api/page", endpoint = "imports/look", client = super::Browser, output = super::Json, input = GetUrl)]
pub async fn look_at_import(id: String, #[server(default)] show: String, #[server(default)] from: String) -> Answer<PreviewPage> {
    use super::reply;
    use crate::domain::{Problem, import::RowsAsked};
    let caller = reply::caller()?;
    let id: ImportId = id.parse().map_err(|_| Problem::not_found())?;
    // What an address says wrongly is as if it said nothing.
    let asked = RowsAsked { verdict: show.parse().ok(), from: from.parse().unwrap_or(0), limit: ROWS };
    reply::app().imports.page(&caller, id, asked).await
}

/// Which column of a select is meant: blank is none.
#[cfg(feature = "ssr")]
fn column(field: &str, value: &str) -> Answer<Option<usize>> {
    use crate::domain::Problem;
    match value {
        "" => Ok(None),
        number => number.parse().map(Some).map_err(|_| Problem::field(field, "no_such_column", "Choose a column from the list.")),
    }
}

/// Reads the statement as the form says. Another `delimiter` than `was` makes other columns, so they are
/// all found anew.
#[server(prefix = "/api/page", endpoint = "imports/map", client = super::Browser, output = super::Json)]
pub async fn map_import(
    id: ImportId,
    was: String,
    delimiter: String,
    #[server(default)] date: String,
    #[server(default)] day_order: String,
    #[server(default)] amounts: String,
    #[server(default)] amount: String,
    #[server(default)] positive: String,
    #[server(default)] direction: String,
    #[server(default)] debit: String,
    #[server(default)] credit: String,
    #[server(default)] decimal: String,
    #[server(default)] what: String,
    #[server(default)] note: String,
    #[server(default)] category: String,
    #[server(default)] currency: String,
    #[server(default)] reference: String,
) -> Answer<()> {
    use super::reply;
    use crate::domain::import::{AmountColumns, DELIMITERS, DayOrder, MappingChoice};
    let caller = reply::caller()?;
    let named = DELIMITERS.iter().find(|(_, name)| *name == delimiter).map(|(delimiter, _)| *delimiter);
    let amount_columns = match amounts.as_str() {
        "debit_credit" => column("debit", &debit)?
            .zip(column("credit", &credit)?)
            .map(|(debit, credit)| AmountColumns::DebitCredit { debit, credit }),
        "marked" => column("amount", &amount)?
            .zip(column("direction", &direction)?)
            .map(|(column, direction)| AmountColumns::Marked { column, direction }),
        _ => column("amount", &amount)?.map(|column| AmountColumns::Signed { column, negate: positive == "out" }),
    };
    let choice = if delimiter == was {
        MappingChoice {
            delimiter: named,
            decimal_comma: Some(decimal == "comma"),
            date: column("date", &date)?,
            day_order: DayOrder::ALL.into_iter().find(|order| order.code() == day_order),
            amount: amount_columns,
            what: Some(column("what", &what)?.into_iter().collect()),
            note: Some(column("note", &note)?),
            category: Some(column("category", &category)?),
            currency: Some(column("currency", &currency)?),
            reference: Some(column("reference", &reference)?),
        }
    } else {
        MappingChoice { delimiter: named, ..MappingChoice::default() }
    };
    reply::app().imports.change(&caller, id, choice, Vec::new()).await?;
    Ok(())
}

/// Takes a row in, or leaves it out: `row` is `<line>:<verdict>`.
#[server(prefix = "/api/page", endpoint = "imports/choose", client = super::Browser, output = super::Json)]
pub async fn choose_row(id: ImportId, row: String) -> Answer<()> {
    use super::reply;
    use crate::domain::{
        Code, Problem,
        import::{MappingChoice, RowChoice, Verdict},
    };
    let caller = reply::caller()?;
    let read =
        |(line, verdict): (&str, &str)| Some(RowChoice { line: line.parse().ok()?, verdict: verdict.parse::<Verdict>().ok()? });
    let choice = row
        .split_once(':')
        .and_then(read)
        .ok_or_else(|| Problem::new(Code::Malformed, "The row could not be told. Reload the page and try again."))?;
    reply::app().imports.change(&caller, id, MappingChoice::default(), vec![choice]).await?;
    Ok(())
}

/// Stores what the preview says, all or nothing.
#[server(prefix = "/api/page", endpoint = "imports/commit", client = super::Browser, output = super::Json)]
pub async fn commit_import(id: ImportId, #[server(default)] key: String) -> Answer<Done> {
    use super::reply;
    reply::command(async {
        let caller = reply::caller()?;
        let retry = (!key.is_empty()).then(|| reply::retry(&key, &["commit", &id.to_string()]));
        reply::app().imports.commit(&caller, id, retry).await
    })
    .await
}

/// Takes everything of a statement out again.
#[server(prefix = "/api/page", endpoint = "imports/revert", client = super::Browser, output = super::Json)]
pub async fn revert_import(id: ImportId, #[server(default)] key: String) -> Answer<Done> {
    use super::reply;
    reply::command(async {
        let caller = reply::caller()?;
        let retry = (!key.is_empty()).then(|| reply::retry(&key, &["revert", &id.to_string()]));
        reply::app().imports.revert(&caller, id, retry).await
    })
    .await
}

/// Forgets an upload nobody committed; a plain form goes on to the list.
#[server(prefix = "/api/page", endpoint = "imports/discard", client = super::Browser, output = super::Json)]
pub async fn discard_import(id: ImportId) -> Answer<()> {
    use super::reply;
    let caller = reply::caller()?;
    reply::app().imports.discard(&caller, id).await?;
    reply::go_to("/import");
    Ok(())
}
