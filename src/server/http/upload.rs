//! The page's plain file form: a statement to be previewed.

use super::{Site, forms, problem::Refusal};
use crate::{
    api::reply::{Reply, retry},
    domain::{Code, Problem, import::MappingChoice},
    server::{auth::Caller, ledger::Retry},
};
use axum::{
    Extension,
    extract::{Multipart, State, multipart::MultipartError},
    response::{IntoResponse, Response},
};
use http::HeaderMap;
use sha2::{Digest, Sha256};

/// `POST /import/upload`, fields `file` and `id` (the form's hidden id, for a safe retry).
pub async fn upload(
    State(site): State<Site>,
    caller: Option<Extension<Caller>>,
    headers: HeaderMap,
    form: Result<Multipart, axum::extract::multipart::MultipartRejection>,
) -> Response {
    let caller = caller.map(|Extension(caller)| caller);
    let signed_in = caller.is_some();
    let outcome = match (caller, form) {
        (Some(_), Err(_)) => {
            let detail = "Send the statement as a file of a form (multipart/form-data).";
            return Refusal(Problem::new(Code::UnsupportedMediaType, detail)).into_response();
        }
        (Some(caller), Ok(form)) => preview(&site, &caller, form).await,
        (None, _) => Err(Problem::new(Code::Unauthenticated, "Your session has ended. Sign in and choose the file again.")),
    };
    let reply = match outcome {
        Ok(location) => Reply { location: Some(location), ..Reply::default() },
        Err(problem) => Reply { problem: Some(problem), ..Reply::default() },
    };
    let form = forms::Form { action: "/import/upload".to_owned(), fields: Vec::new(), signed_in };
    forms::answer_form(&site, &headers, form, reply)
}

/// Keeps the file; answers where its preview is.
async fn preview(site: &Site, caller: &Caller, mut form: Multipart) -> Result<String, Problem> {
    let largest = site.app.config.limits.import_body;
    let unread = |e: MultipartError| forms::unread(&e, largest);
    let (mut file, mut id) = (None, None);
    while let Some(field) = form.next_field().await.map_err(unread)? {
        match field.name() {
            Some("file") => {
                let name = field.file_name().unwrap_or_default().to_owned();
                file = Some((name, field.bytes().await.map_err(unread)?));
            }
            Some("id") => id = Some(field.text().await.map_err(unread)?),
            _ => {}
        }
    }
    let (name, content) = file
        .filter(|(_, content)| !content.is_empty())
        .ok_or_else(|| Problem::field("file", "required", "Choose a file that is not empty."))?;
    // The file is part of the key: a page that the browser shows again may send another one.
    let retry = id.map(|id| {
        let file: String = Sha256::digest(&content).iter().map(|b| format!("{b:02x}")).collect();
        let asked = retry("upload", &[&id, &name, &file]);
        Retry { key: format!("upload-{}", asked.request), ..asked }
    });
    let preview = site.app.imports.upload(caller, retry, &name, content.to_vec(), MappingChoice::default()).await?;
    Ok(format!("/import?id={}", preview.id))
}
