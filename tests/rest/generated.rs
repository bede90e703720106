//! R20, S40, S50: requests that schemathesis makes up from the OpenAPI document, good ones and bad ones: no server error, and no
//! answer that the document does not describe. Short here; `cargo make bench` gives it its time (`OUTLAY_FULL=1`).

use crate::common::{Server, fund};
use serde_json::json;
use std::{
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// What an answer is held to.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,\
    response_schema_conformance,ignored_auth,use_after_free,object_level_authorization,unsupported_method";

/// What would end the very token that asks.
const LEFT_OUT: [&str; 3] = ["DELETE /me/sessions/{id}", "POST /me/password", "POST /oauth/revoke"];

/// Schemathesis below `target/tools`, installed when it is missing; the error says why it is not to be had.
fn schemathesis() -> Result<PathBuf, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (home, wanted) = (root.join("target/tools/schemathesis"), root.join("tools/schemathesis.txt"));
    let (program, done) = (home.join("bin/schemathesis"), home.join("installed.txt"));
    let asked = std::fs::read(&wanted).map_err(|e| e.to_string())?;
    if program.exists() && std::fs::read(&done).is_ok_and(|installed| installed == asked) {
        return Ok(program);
    }
    let run = |command: &mut Command| match command.output() {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
        Err(e) => Err(e.to_string()),
    };
    run(Command::new("python3").args(["-m", "venv"]).arg(&home)).map_err(|e| format!("python3 with venv is needed: {e}"))?;
    run(Command::new(home.join("bin/pip")).args(["install", "--quiet", "--disable-pip-version-check", "-r"]).arg(&wanted))?;
    std::fs::write(&done, asked).map_err(|e| e.to_string())?;
    Ok(program)
}

fn made_up(program: &Path, server: &Server, token: &str, seconds: u32) -> Output {
    let mut command = Command::new(program);
    command.args(["run", &format!("{}/api/v1/openapi.json", server.url), "--checks", CHECKS, "--seed", "20"]);
    command.args(["--max-time", &seconds.to_string(), "--request-timeout", "20", "--max-failures", "30", "--workers", "1"]);
    command.args(["--header", &format!("Authorization: Bearer {token}"), "--no-color", "--warnings", "off"]);
    for operation in LEFT_OUT {
        command.args(["--exclude-name", operation]);
    }
    command.current_dir(server.data_dir()).output().expect("schemathesis runs")
}

#[tokio::test(flavor = "multi_thread")]
async fn r20_made_up_requests_find_no_server_error_and_no_undescribed_answer() {
    let program = match schemathesis() {
        Ok(program) => program,
        Err(why) => {
            writeln!(std::io::stderr(), "\n!!! r20 WAS NOT RUN: schemathesis is not to be had: {why}\n").expect("standard error");
            return;
        }
    };
    let server = Server::with(&[("OUTLAY_LOG", "warn"), ("OUTLAY_LIMIT_SIGN_IN_FAILURES", "1000000")]).await;
    server.setup_admin().await;
    server.create_user("ana").await;
    let ana = server.program_of("ana").await;
    fund(&ana, "1000.00").await;
    assert_eq!(ana.post("/api/v1/expenses", &json!({"amount": "5.00", "what": "Tea"})).await.0, 201);
    let seconds = if std::env::var("OUTLAY_FULL").is_ok() { 600 } else { 20 };
    let mut faults = Vec::new();
    for (who, token) in [
        ("user", server.access_token("ana", "read write import account").await),
        ("read token", server.personal_token("ana", "read").await),
        ("admin", server.personal_token("admin", "read write import admin").await),
    ] {
        let output = made_up(&program, &server, &token, seconds);
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            faults.push(format!("as {who}:\n{said}{}", String::from_utf8_lossy(&output.stderr)));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
    assert!(!server.log().contains("ERROR"), "{}", server.log());
    server.assert_sound();
}
