//! The multipart form of an import: one file, and perhaps how to read it.

use super::{
    body::{parse, retry, too_large, typed},
    extract::idempotency_key,
    problem::Refusal,
};
use crate::{
    domain::{Code, FieldError, Problem, import::MappingChoice},
    server::ledger::Retry,
};
use axum::{
    body::Bytes,
    extract::{
        FromRequest, Multipart, Request,
        multipart::{Field, MultipartError},
    },
    http::{StatusCode, header},
};

/// An uploaded statement.
pub struct Upload {
    pub file_name: String,
    pub content: Vec<u8>,
    pub mapping: MappingChoice,
    pub retry: Option<Retry>,
}

/// The parts as they came, each at most once.
#[derive(Default)]
struct Parts {
    file: Option<(String, Bytes)>,
    format: Option<Bytes>,
    mapping: Option<Bytes>,
}

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = Refusal;
    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let key = idempotency_key(request.headers())?;
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("");
        if !kind.split(';').next().is_some_and(|t| t.trim().eq_ignore_ascii_case("multipart/form-data")) {
            let detail = "Send the statement as multipart/form-data, in the field file.";
            return Err(Problem::new(Code::UnsupportedMediaType, detail).into());
        }
        let route = request.uri().path().to_owned();
        let form = Multipart::from_request(request, state).await.map_err(|_| malformed())?;
        let parts = read(form).await?;
        let (file_name, content) = parts
            .file
            .filter(|(_, content)| !content.is_empty())
            .ok_or_else(|| Problem::field("file", "required", "Send a file that is not empty, in the field file."))?;
        if parts.format.as_ref().is_some_and(|format| format.as_ref() != b"csv") {
            return Err(Problem::field("format", "unknown_value", "Choose csv, or leave it out.").into());
        }
        let given = parts.mapping.as_deref().unwrap_or_default();
        let retry = key.map(|key| retry(key, &route, &[file_name.as_bytes(), &content, given]));
        let mapping = parts.mapping.map(|text| parse(&text).and_then(typed).map_err(in_mapping)).transpose()?.unwrap_or_default();
        Ok(Self { file_name, content: content.into(), mapping, retry })
    }
}

async fn read(mut form: Multipart) -> Result<Parts, Problem> {
    let mut parts = Parts::default();
    while let Some(field) = form.next_field().await.map_err(|e| unread(&e))? {
        let name = field.name().unwrap_or("").to_owned();
        let file_name = field.file_name().unwrap_or("").to_owned();
        let twice = match name.as_str() {
            "file" => parts.file.replace((file_name, content(field).await?)).is_some(),
            "format" => parts.format.replace(content(field).await?).is_some(),
            "mapping" => parts.mapping.replace(content(field).await?).is_some(),
            _ => {
                let message = "There is no such field. Send file, and perhaps format or mapping.";
                let errors = vec![FieldError::new(name, "unknown_field", message)];
                return Err(Problem { errors, ..Problem::new(Code::UnknownField, message) });
            }
        };
        if twice {
            return Err(Problem::field(&name, "given_twice", "Send this field once."));
        }
    }
    Ok(parts)
}

async fn content(field: Field<'_>) -> Result<Bytes, Problem> {
    field.bytes().await.map_err(|e| unread(&e))
}

fn unread(e: &MultipartError) -> Problem {
    if e.status() == StatusCode::PAYLOAD_TOO_LARGE { too_large() } else { malformed() }
}

fn malformed() -> Problem {
    Problem::new(Code::Malformed, "The form did not arrive whole. Send it again.")
}

/// Names the fields of the mapping by their place in the form.
fn in_mapping(problem: Problem) -> Problem {
    let place = |e: FieldError| FieldError { field: format!("mapping.{}", e.field), ..e };
    Problem { errors: problem.errors.into_iter().map(place).collect(), ..problem }
}
