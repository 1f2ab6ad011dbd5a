//! What opens a socket, and what does not.

use entify::auth::create_token;
use entify::testing::{TestDb, each_database};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::client::Socket;
use super::{Settings, Stage, settings, tables};

/// The status of a handshake that opens nothing.
async fn refused(stage: &Stage, headers: &[(&str, &str)]) -> u16 {
    match Socket::open(stage.address, headers).await {
        Ok(_) => panic!("opened with {headers:?}"),
        Err(refused) => {
            assert!(refused.body.contains("\"code\""), "{refused:?}");
            refused.status
        }
    }
}

#[tokio::test]
async fn the_subprotocol_is_required() {
    let test = TestDb::sqlite(&tables()).await;
    let stage = Stage::new(&test).await;
    let mut socket = Socket::shake(stage.address, &[]).await.expect("a socket");
    socket.ends(4406, "graphql-transport-ws").await;

    let offered = [("sec-websocket-protocol", "graphql-ws, graphql-transport-ws")];
    let mut socket = Socket::shake(stage.address, &offered).await.expect("a socket");
    socket.introduce(json!({})).await;
    assert_eq!(socket.me().await, "anonymous - []");

    // A client that offers another only: by the wire, since libraries give up before they read the code.
    let mut stream = TcpStream::connect(stage.address).await.expect("a connection");
    let head = "GET /graphql/ws HTTP/1.1\r\nHost: test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
                Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
                Sec-WebSocket-Protocol: graphql-ws\r\n\r\n";
    stream.write_all(head.as_bytes()).await.expect("sent");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.expect("read");
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").expect("a head") + 4;
    let head = String::from_utf8_lossy(&answer[..end]).to_lowercase();
    assert!(head.starts_with("http/1.1 101") && !head.contains("sec-websocket-protocol"), "{head}");
    assert_eq!((answer[end], u16::from_be_bytes([answer[end + 2], answer[end + 3]])), (0x88, 4406));
}

#[tokio::test]
async fn what_is_no_handshake_is_told_so() {
    let test = TestDb::sqlite(&tables()).await;
    let stage = Stage::new(&test).await;
    let client = reqwest::Client::new();
    let plain = client.get(stage.url("/graphql/ws")).send().await.expect("an answer");
    assert_eq!((plain.status().as_u16(), &plain.headers()["upgrade"]), (426, &"websocket".parse().unwrap()));
    assert_eq!(plain.headers()["content-type"], "application/json");
    let post = client.post(stage.url("/graphql/ws")).body("{}").send().await.expect("an answer");
    assert_eq!(
        (post.status().as_u16(), &post.headers()["allow"]),
        (405, &"GET, HEAD, OPTIONS".parse().unwrap())
    );
    for (name, value) in [("sec-websocket-version", "8"), ("upgrade", "h2c")] {
        let headers = [(name, value)];
        assert_eq!(refused(&stage, &headers).await, 400, "{name}");
    }
}

#[tokio::test]
async fn pages_of_other_origins_open_nothing() {
    let test = TestDb::sqlite(&tables()).await;
    let listed = Settings { cors_origins: vec!["https://shop.example".to_owned()], ..settings() };
    let (none, some) = (Stage::new(&test).await, Stage::with(&test, listed).await);
    let any = Stage::with(&test, Settings { cors_origins: vec!["*".to_owned()], ..settings() }).await;
    let cookie = ("cookie", "entify-session=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    for stage in [&none, &some] {
        for origin in
            ["https://evil.example", "null", "https://shop.example.evil.example", "http://127.0.0.1"]
        {
            assert_eq!(refused(stage, &[("origin", origin)]).await, 403, "{origin}");
            assert_eq!(refused(stage, &[("origin", origin), cookie]).await, 403, "{origin} with a cookie");
        }
        for site in ["cross-site", "same-site"] {
            assert_eq!(refused(stage, &[("sec-fetch-site", site)]).await, 403, "{site}");
        }
    }
    assert_eq!(refused(&none, &[("origin", "https://shop.example")]).await, 403);
    let own = format!("http://{}", none.address);
    let good: [(&Stage, Vec<(&str, &str)>); 4] = [
        (&none, vec![("origin", &own)]),
        (&none, vec![("origin", &own), ("sec-fetch-site", "same-origin")]),
        (&some, vec![("origin", "https://shop.example"), ("sec-fetch-site", "cross-site")]),
        (&any, vec![("origin", "https://anyone.example")]),
    ];
    for (stage, headers) in good {
        let mut socket = stage.open_with(&headers).await;
        socket.introduce(json!(null)).await;
    }
}

#[tokio::test]
async fn there_are_so_many_sockets_at_most() {
    let test = TestDb::sqlite(&tables()).await;
    let stage = Stage::with(&test, Settings { max_sockets: 2, ..settings() }).await;
    let (first, mut second) = (stage.open().await, stage.open().await);
    assert_eq!(refused(&stage, &[]).await, 503);
    second.introduce(json!({})).await;
    drop(first);
    let mut third = None;
    for _ in 0..200 {
        third = Socket::open(stage.address, &[]).await.ok();
        if third.is_some() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    third.expect("a place that became free").introduce(json!({})).await;
    assert_eq!(second.me().await, "anonymous - []");
}

#[each_database(tables())]
async fn a_header_of_the_handshake_counts_as_over_http(test: TestDb) {
    let stage = Stage::new(&test).await;
    let (token, plain) = create_token(&test.ctx(), "api", vec!["staff".into()], None).await.expect("a token");
    let bearer = format!("Bearer {plain}");
    let mut socket = stage.open_with(&[("authorization", &bearer)]).await;
    socket.introduce(json!({})).await;
    assert_eq!(socket.me().await, format!("token:{} - [staff]", token.id));
    // The same once more is the same; another is a contradiction.
    let mut socket = stage.open_with(&[("authorization", &bearer)]).await;
    socket.introduce(json!({ "authorization": bearer })).await;
    let mut socket = stage.open_with(&[("authorization", &bearer)]).await;
    socket.init(json!({ "authorization": "Bearer other" })).await;
    socket.ends(4400, "Authorization").await;
    for bad in ["Bearer nonsense", "Basic YTpi", "Bearer "] {
        assert_eq!(refused(&stage, &[("authorization", bad)]).await, 401, "{bad}");
    }
}
