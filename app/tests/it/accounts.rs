//! Accounts and tokens by the command line, and what the server makes of them.

use crate::store::{Store, raw};

#[test]
fn an_account_lives_through_its_commands() {
    let store = Store::sqlite();
    let piped = |arguments: &[&str], password: &str| {
        let output = store.output(arguments, password);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let email = "ada@store.example";
    piped(
        &["account", "create", email, "--role", "staff", "--subject", "42", "--password-stdin"],
        "correct horse\n",
    );
    assert_eq!(store.run(&["account", "list"]), format!("{email}\tactive\tstaff\t42\n"));
    let output = store.run(&["account", "roles", email, "admin", "editor"]);
    assert_eq!(output, format!("account {email} holds admin, editor\n"));
    assert_eq!(
        store.run(&["account", "subject", email]),
        format!("account {email} is nobody for `owner(…)`\n")
    );
    let output = piped(&["account", "password", email, "--password-stdin"], "battery staple\n");
    assert_eq!(output, format!("account {email} has a new password and is signed out everywhere\n"));
    let short = store.output(&["account", "password", email, "--password-stdin"], "short\n");
    assert!(!short.status.success());
    store.run(&["account", "disable", email]);
    assert_eq!(store.run(&["account", "list"]), format!("{email}\tdisabled\tadmin,editor\t\n"));
    store.run(&["account", "enable", email]);
    assert_eq!(store.run(&["account", "list"]), format!("{email}\tactive\tadmin,editor\t\n"));
}

#[tokio::test]
async fn a_token_is_shown_once_and_its_use_is_listed() {
    let store = Store::sqlite();
    let arguments =
        ["token", "create", "--name", "x", "--role", "staff", "--subject", "42", "--expires", "30d"];
    let token = store.run(&arguments);
    let token = token.trim();
    let listed = store.run(&["token", "list"]);
    assert!(listed.contains("\tstaff\t42\tuntil ") && listed.ends_with("\tnever used\n"), "{listed}");
    assert!(!listed.contains(token));
    let server = store.serve();
    server.get("/api/artists", token).await;
    let listed = store.run(&["token", "list"]);
    assert!(listed.contains("\tused 20"), "{listed}");
    store.run(&["token", "revoke", "1"]);
    assert!(store.run(&["token", "list"]).contains("\trevoked "));
    // Another process sees it within seconds.
    let refused = async || {
        let request = server.client.get(server.url("/api/artists")).bearer_auth(token);
        request.send().await.unwrap().status() == 401
    };
    for _ in 0..100 {
        if refused().await {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("a revoked token is still good");
}

#[test]
fn a_huge_token_is_refused_and_the_server_goes_on() {
    let store = Store::sqlite();
    let server = store.serve();
    for size in [9_000, 100_000, 1_000_000] {
        let token = "e".repeat(size);
        let request = format!(
            "GET /api/artists HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
        );
        let answer = raw(&server, request.as_bytes());
        // The largest is more than the HTTP server reads of a head; it may also close while the client still writes.
        let status = answer.get(9..12).unwrap_or_default();
        let expected: &[&str] = if size < 1_000_000 { &["401"] } else { &["401", "431", ""] };
        assert!(expected.contains(&status), "{size}: {status}");
    }
    let whole = raw(&server, b"GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assert!(whole.starts_with("HTTP/1.1 200"), "{whole}");
}

#[test]
fn settings_that_let_anyone_in_are_refused() {
    let store = Store::sqlite();
    for (name, value, expected) in [
        ("JWT_SECRET", "short", "error: `JWT_SECRET` must be at least 32 bytes long"),
        (
            "JWT_SECRET",
            "a secret of the tests, long enough to be one",
            "error: `JWT_SECRET` must not be `SECRET_KEY`",
        ),
        ("JWT_KEYS", "none.json", "error: `JWT_KEYS` cannot be used: none.json"),
        ("JWT_ISSUER", "https://login.example", "error: `JWT_ISSUER` and `JWT_AUDIENCE` need a key"),
        ("PASSWORD_MEMORY", "64K", "error: `PASSWORD_MEMORY` must be"),
    ] {
        for command in ["check", "serve"] {
            let output = store.command(&[command]).env(name, value).output().unwrap();
            let stderr = String::from_utf8(output.stderr).unwrap();
            assert!(!output.status.success() && stderr.contains(expected), "{name}: {stderr}");
        }
    }
}
