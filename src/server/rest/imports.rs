//! `/imports`: a statement is uploaded, previewed row by row, and committed all or nothing.

use super::{
    body::{Bare, Strict},
    extract::{Id, Importer, Reader},
    list::{List, Query},
    problem::Answer,
    reply::Created,
    schema,
    upload::Upload,
};
use crate::{
    domain::{
        CategoryId, Currency, Day, Effect, ImportId, Instant, Problem,
        import::{
            Counts, EntryKind, Format, ImportInfo, ImportState, Mapping, MappingChoice, Preview, PreviewRow, RowChoice, Verdict,
        },
    },
    server::App,
};
use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// An upload, and what would become of each of its rows.
#[derive(Serialize, ToSchema)]
#[schema(as = ImportPreview)]
pub struct PreviewBody {
    #[schema(value_type = String, format = Uuid)]
    id: ImportId,
    file_name: String,
    #[schema(value_type = String, example = "csv")]
    format: Format,
    #[schema(example = "UTF-8")]
    encoding: String,
    #[schema(schema_with = schema::mapping)]
    mapping: Mapping,
    /// The header's names, by column.
    columns: Vec<String>,
    /// What must be answered, by a PATCH of the mapping, before it can be committed.
    questions: Vec<QuestionBody>,
    #[schema(inline, value_type = CountsBody)]
    counts: Counts,
    rows: Vec<RowBody>,
    #[schema(schema_with = schema::import_state)]
    state: ImportState,
}

/// A question about the mapping.
#[derive(Serialize, ToSchema)]
#[schema(as = ImportQuestion)]
pub struct QuestionBody {
    /// A field of the mapping.
    field: String,
    code: String,
    message: String,
}

/// Rows by verdict; they add up to the file's rows.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the counts for the OpenAPI document")]
pub struct CountsBody {
    new: u64,
    duplicate: u64,
    error: u64,
    ignored: u64,
}

/// One row of the file.
#[derive(Serialize, ToSchema)]
#[schema(as = ImportRow)]
pub struct RowBody {
    /// The line in the file on which the row begins, from 1.
    line: u64,
    #[schema(schema_with = schema::verdict)]
    verdict: Verdict,
    /// Stable, such as `other_currency`.
    #[schema(required = true)]
    reason: Option<String>,
    /// The reason for people.
    #[schema(required = true)]
    message: Option<String>,
    #[schema(value_type = Option<String>, format = Date, required = true)]
    date: Option<Day>,
    /// Decimal string.
    #[schema(required = true)]
    amount: Option<String>,
    #[schema(value_type = Option<String>, required = true)]
    currency: Option<Currency>,
    #[schema(required = true)]
    what: Option<String>,
    #[schema(required = true)]
    note: Option<String>,
    #[schema(value_type = Option<String>, format = Uuid, required = true)]
    category_id: Option<CategoryId>,
    /// The expense or funds that this row already is.
    #[schema(value_type = Option<String>, format = Uuid, required = true)]
    duplicate_of: Option<Uuid>,
    /// `expense` or `funds`.
    #[schema(value_type = Option<String>, required = true)]
    kind: Option<EntryKind>,
}

impl From<PreviewRow> for RowBody {
    fn from(r: PreviewRow) -> Self {
        Self {
            line: r.line,
            verdict: r.verdict,
            reason: r.reason,
            message: r.message,
            date: r.date,
            amount: r.amount.map(|m| m.decimal()),
            currency: r.amount.map(|m| m.currency),
            what: r.what,
            note: r.note,
            category_id: r.category_id,
            duplicate_of: r.duplicate_of,
            kind: r.kind,
        }
    }
}

impl From<Preview> for PreviewBody {
    fn from(p: Preview) -> Self {
        let question = |q: crate::domain::FieldError| QuestionBody { field: q.field, code: q.code, message: q.message };
        Self {
            id: p.id,
            file_name: p.file_name,
            format: p.format,
            encoding: p.encoding,
            mapping: p.mapping,
            columns: p.columns,
            questions: p.questions.into_iter().map(question).collect(),
            counts: p.counts,
            rows: p.rows.into_iter().map(RowBody::from).collect(),
            state: p.state,
        }
    }
}

/// An import in the list.
#[derive(Serialize, ToSchema)]
#[schema(as = Import)]
pub struct ImportBody {
    #[schema(value_type = String, format = Uuid)]
    id: ImportId,
    file_name: String,
    #[schema(schema_with = schema::import_state)]
    state: ImportState,
    #[schema(value_type = String, format = DateTime)]
    created_at: Instant,
    /// Rows added, once committed.
    added: u64,
}

impl From<ImportInfo> for ImportBody {
    fn from(i: ImportInfo) -> Self {
        Self { id: i.id, file_name: i.file_name, state: i.state, created_at: i.created_at, added: i.added }
    }
}

/// The form of an upload.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the form for the OpenAPI document")]
pub struct UploadForm {
    /// The statement, with its file name.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// `csv`; detected when absent.
    #[schema(nullable = false, pattern = "^csv$")]
    format: Option<String>,
    /// JSON; detected when absent.
    #[schema(schema_with = schema::mapping_choice, required = false)]
    mapping: Option<MappingChoice>,
}

/// Upload a statement and preview it. Nothing enters the account.
#[utoipa::path(post, path = "/imports", tag = "imports",
    request_body(content = inline(UploadForm), content_type = "multipart/form-data"),
    responses((status = 201, body = PreviewBody)), security(("bearer" = ["import"])))]
pub async fn upload_import(State(app): State<App>, Importer(caller): Importer, upload: Upload) -> Answer<Created<PreviewBody>> {
    let preview = app.imports.upload(&caller, upload.retry, &upload.file_name, upload.content, upload.mapping).await?;
    let body = PreviewBody::from(preview);
    Ok(Created { path: format!("/imports/{}", body.id), version: None, body })
}

/// List the imports.
#[utoipa::path(get, path = "/imports", tag = "imports", params(super::list::PageParams),
    responses((status = 200, body = List<ImportBody>)), security(("bearer" = ["read"])))]
pub async fn list_imports(State(app): State<App>, Reader(caller): Reader, query: Query) -> Answer<Json<List<ImportBody>>> {
    let all = app.imports.list(&caller).await?;
    Ok(Json(List::of(query.part(all, |i| i.id)?, ImportBody::from)))
}

/// Read an import with its rows.
#[utoipa::path(get, path = "/imports/{id}", tag = "imports", params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = PreviewBody)), security(("bearer" = ["read"])))]
pub async fn get_import(State(app): State<App>, Reader(caller): Reader, Id(id): Id<ImportId>) -> Answer<Json<PreviewBody>> {
    Ok(Json(app.imports.preview(&caller, id).await?.into()))
}

/// Another mapping, or other verdicts for single rows.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({"rows": [{"line": 2, "verdict": "ignored"}]}))]
#[serde(deny_unknown_fields)]
pub struct ImportChanges {
    #[serde(default)]
    #[schema(schema_with = schema::mapping_choice, required = false)]
    mapping: MappingChoice,
    #[serde(default)]
    #[schema(required = false)]
    rows: Vec<ChoiceBody>,
}

/// A row to take in (`new`), or to leave out (`ignored`).
#[derive(Deserialize, ToSchema)]
#[schema(as = ImportChoice)]
#[serde(deny_unknown_fields)]
pub struct ChoiceBody {
    line: u64,
    #[schema(schema_with = schema::choice)]
    verdict: Verdict,
}

/// Change the mapping or single verdicts.
#[utoipa::path(patch, path = "/imports/{id}", tag = "imports", params(("id" = String, Path, format = Uuid)),
    request_body = ImportChanges, responses((status = 200, body = PreviewBody)), security(("bearer" = ["import"])))]
pub async fn change_import(
    State(app): State<App>,
    Importer(caller): Importer,
    Id(id): Id<ImportId>,
    Strict(body): Strict<ImportChanges>,
) -> Answer<Json<PreviewBody>> {
    if let Some(i) = body.rows.iter().position(|c| !matches!(c.verdict, Verdict::New | Verdict::Ignored)) {
        let field = format!("rows[{i}].verdict");
        return Err(Problem::field(&field, "unknown_value", "Choose new or ignored.").into());
    }
    let choices = body.rows.into_iter().map(|c| RowChoice { line: c.line, verdict: c.verdict }).collect();
    Ok(Json(app.imports.change(&caller, id, body.mapping, choices).await?.into()))
}

/// What a commit did.
#[derive(Serialize, ToSchema)]
pub struct Committed {
    added: u64,
    skipped: u64,
    balance: String,
}

/// Store exactly what the preview said, all or nothing.
#[utoipa::path(post, path = "/imports/{id}/commit", tag = "imports", params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = Committed)), security(("bearer" = ["import"])))]
pub async fn commit_import(
    State(app): State<App>,
    Importer(caller): Importer,
    Id(id): Id<ImportId>,
    Bare(retry): Bare,
) -> Answer<Json<Committed>> {
    let outcome = app.imports.commit(&caller, id, retry).await?;
    let Effect::Import { added, skipped, .. } = outcome.effect else { return Err(Problem::internal().into()) };
    Ok(Json(Committed { added, skipped, balance: outcome.balance.decimal() }))
}

/// What a revert did.
#[derive(Serialize, ToSchema)]
pub struct Reverted {
    summary: String,
    balance: String,
}

/// Take all rows of an import out again, also those edited since.
#[utoipa::path(post, path = "/imports/{id}/revert", tag = "imports", params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = Reverted)), security(("bearer" = ["import"])))]
pub async fn revert_import(
    State(app): State<App>,
    Importer(caller): Importer,
    Id(id): Id<ImportId>,
    Bare(retry): Bare,
) -> Answer<Json<Reverted>> {
    let outcome = app.imports.revert(&caller, id, retry).await?;
    Ok(Json(Reverted { summary: outcome.summary, balance: outcome.balance.decimal() }))
}
