//! The process: how it starts, stops, is watched, and what it keeps.

use crate::common::{PASSWORD, Server, cli, cli_env};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

#[tokio::test]
async fn health_says_nothing_but_ok() {
    let server = Server::start().await;
    for path in ["/livez", "/readyz"] {
        let answer = server
            .visitor()
            .http
            .get(format!("{}{path}", server.url))
            .header("host", "10.0.0.7")
            .send()
            .await
            .expect("an answer");
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.text().await.expect("text"), "ok");
    }
}

#[tokio::test]
async fn an_expense_in_one_line_on_the_command_line() {
    let server = Server::start().await;
    let browser = server.setup_admin().await;
    let add = |line: &str, more: &[&str]| server.cli(&[&["add", line, "--user", "admin"], more].concat(), "");
    let (status, _, err) = add("3*4.20 lunch on 2026-03-12 #eat", &[]);
    assert!(!status.success() && err.contains("balance"), "there is no balance: {err}");
    let (status, out, err) = add("3*4.20 lunch on 2026-03-12 #eat", &["--anyway"]);
    assert!(status.success(), "{err}");
    assert_eq!(out, "2026-03-12: lunch, Eating out, €12.60. The balance is −€12.60.\n");
    for (line, wrong) in [("lunch", "Enter an amount"), ("5 lunch 30.2.", "30.2."), ("5 lunch #zzz", "zzz")] {
        let (status, _, err) = add(line, &["--anyway"]);
        assert!(status.code() == Some(1) && err.contains(wrong), "{line}: {err}");
    }
    // Of yesterday, for what is old counts less.
    assert!(add("8 brunch yesterday #eat", &["--anyway"]).0.success());
    let (_, out, _) = add("9 Brunch at home yesterday", &["--anyway"]);
    assert!(out.contains("Eating out (the one “brunch” before was Eating out), €9.00"), "suggested from the history: {out}");
    let (_, out, _) = add("9 Brunch at home yesterday #groceries", &["--anyway"]);
    assert!(out.contains("Brunch at home, Groceries, €9.00"), "what was said counts: {out}");
    let (_, out, _) = add("9 brunch at home", &["--anyway"]);
    assert!(out.contains("Groceries (the last “Brunch at home” was Groceries)"), "a correction is learnt at once: {out}");
    let (status, _, err) = server.cli(&["add", "5 tea", "--user", "nobody"], "");
    assert!(status.code() == Some(1) && err.contains("no user “nobody”"), "{err}");

    let quick = async |line: &str, id: &str, date: &str| {
        let fields = [("line", line), ("id", id), ("date", date), ("allow_overdraft", "true")];
        browser.call("/api/page/expenses/quick", &fields).await
    };
    let id = "019aa000-0000-7000-8000-000000000001";
    let answer = quick("5 tea yesterday", id, "2026-01-02").await;
    assert_eq!(answer.status(), 200);
    assert!(answer.text().await.expect("text").contains("2026-01-02"), "what was set beside the line counts");
    assert_eq!(quick("5 tea yesterday", id, "2026-01-02").await.status(), 200, "a retry");
    let answer = quick("tea", "019aa000-0000-7000-8000-000000000002", "").await;
    assert_eq!(answer.status(), 422);
    assert!(answer.text().await.expect("text").contains("\"line\""));

    // A plain form says nothing of the category, so the server suggests; one that says there is none is believed.
    for (category, id, there) in
        [("", "019aa000-0000-7000-8000-000000000003", true), ("none", "019aa000-0000-7000-8000-000000000004", false)]
    {
        let fields =
            [("line", "4 brunch at home"), ("id", id), ("category_id", category), ("amount", "3*2"), ("allow_overdraft", "true")];
        let text = browser.call("/api/page/expenses/quick", &fields).await.text().await.expect("text");
        let outcome: serde_json::Value = serde_json::from_str(&text).expect("an outcome");
        assert_eq!(outcome["expense"]["category_id"].is_string(), there, "{text}");
        assert_eq!(outcome["expense"]["amount"], "6.00", "what was set beside the line counts");
    }
}

#[tokio::test]
async fn s55_sigterm_finishes_and_exits_with_0() {
    let mut server = Server::start().await;
    // Connections that are open and idle must not hold the stop up.
    let idle = tokio::net::TcpStream::connect(("127.0.0.1", server.port())).await.expect("a connection");
    let visitor = server.visitor();
    assert_eq!(visitor.get("/livez").await.status(), 200);
    let asked = Instant::now();
    server.signal("TERM");
    assert_eq!(server.ended(Duration::from_secs(10)).await.code(), Some(0));
    assert!(asked.elapsed() < Duration::from_secs(3), "took {:?}", asked.elapsed());
    drop(idle);
}

#[tokio::test]
async fn s55_what_was_begun_is_finished() {
    let mut server = Server::start().await;
    server.setup_admin().await;
    let port = server.port();
    let body = "username=nobody&password=wrong-but-long-enough";
    let head = format!(
        "POST /api/page/session/sign-in HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {}\r\n\r\n{}",
        body.len(),
        &body[..10]
    );
    let mut socket = tokio::net::TcpStream::connect(("127.0.0.1", port)).await.expect("a connection");
    socket.write_all(head.as_bytes()).await.expect("sent");
    tokio::time::sleep(Duration::from_millis(200)).await;
    server.signal("TERM");
    server.wait_for("stopping").await;
    assert!(tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err(), "nothing new is accepted");
    socket.write_all(&body.as_bytes()[10..]).await.expect("sent");
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
    assert_eq!(server.ended(Duration::from_secs(5)).await.code(), Some(0));
}

#[tokio::test]
async fn s55_a_second_signal_stops_at_once() {
    let mut server = Server::start().await;
    let port = server.port();
    let head = format!("POST /api/page/session/sign-in HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Length: 10\r\n\r\n");
    let mut socket = tokio::net::TcpStream::connect(("127.0.0.1", server.port())).await.expect("a connection");
    socket.write_all(head.as_bytes()).await.expect("sent");
    tokio::time::sleep(Duration::from_millis(200)).await;
    server.signal("INT");
    server.wait_for("stopping").await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let asked = Instant::now();
    server.signal("INT");
    assert_eq!(server.ended(Duration::from_secs(3)).await.code(), Some(0));
    assert!(asked.elapsed() < Duration::from_secs(1));
}

#[tokio::test]
async fn doctor_finds_a_fresh_store_sound_and_an_empty_directory_no_store() {
    let server = Server::start().await;
    server.setup_admin().await;
    let (status, out, err) = server.cli(&["doctor"], "");
    assert!(status.success() && out.contains("All is well."), "{out}{err}");
    let dir = tempfile::tempdir().expect("a directory");
    let (status, _, err) = cli(&cli_env(dir.path()), &["doctor"], "");
    assert!(status.code() == Some(1) && err.contains("there is no store"), "{err}");
}

#[tokio::test]
async fn a_restart_keeps_everything() {
    let server = Server::start().await;
    server.setup_admin().await;
    let browser = server.sign_in("admin").await;
    let server = server.restart().await;
    assert_eq!(browser.get("/").await.status(), 200, "the session is still alive");
    server.sign_in("admin").await;
    assert!(!server.log().contains("/setup?token="));
}

#[test]
fn clear_lines_for_what_cannot_work() {
    let dir = tempfile::tempdir().expect("a directory");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let addr = taken.local_addr().expect("an address").to_string();
    let file = dir.path().join("file");
    std::fs::write(&file, "x").expect("a file");
    let below_a_file = file.join("data").display().to_string();
    for (settings, says) in [
        (vec![("OUTLAY_ADDR", addr.as_str())], "is in use"),
        (vec![("OUTLAY_ADDR", "nonsense")], "OUTLAY_ADDR: use an address and port"),
        (vec![("OUTLAY_ADDR", "127.0.0.1:0"), ("OUTLAY_DATA_DIR", below_a_file.as_str())], "data directory"),
        (vec![("OUTLAY_BASE_URL", "http://192.0.2.1")], "OUTLAY_INSECURE_HTTP"),
    ] {
        let mut env = cli_env(&dir.path().join("data"));
        env.extend(settings.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())));
        let (status, out, err) = cli(&env, &["serve"], "");
        assert_eq!(status.code(), Some(1), "{settings:?}: {out}{err}");
        let complaint = err.lines().find(|line| line.starts_with("outlay: ")).unwrap_or_default();
        assert!(complaint.contains(says), "{settings:?}: {err}");
    }
}

#[tokio::test]
async fn an_admin_can_be_made_by_the_command_line() {
    let server = Server::start().await;
    let (status, out, err) = server.cli(&["admin", "create", "root", "--password-stdin"], &format!("{PASSWORD}\n"));
    assert!(status.success(), "{out}{err}");
    server.sign_in("root").await;
    let (status, _, err) = server.cli(&["admin", "create", "root", "--password-stdin"], PASSWORD);
    assert_eq!(status.code(), Some(1));
    assert!(err.starts_with("outlay: ") && !err.contains(PASSWORD), "{err}");
}

#[tokio::test]
async fn s56_the_data_directory_is_private() {
    use std::os::unix::fs::PermissionsExt;
    let server = Server::start().await;
    let mode = std::fs::metadata(server.data_dir()).expect("a directory").permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
    for entry in std::fs::read_dir(server.data_dir()).expect("entries") {
        let entry = entry.expect("an entry");
        let mode = entry.metadata().expect("metadata").permissions().mode();
        assert_eq!(mode & 0o077, 0, "{:?} is open to others", entry.file_name());
    }
}

#[tokio::test]
async fn an_unknown_setting_is_warned_of() {
    let server = Server::with(&[("OUTLAY_SIGNUP", "open")]).await;
    server.wait_for("OUTLAY_SIGNUP is not a setting").await;
}
