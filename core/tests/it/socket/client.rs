//! A client that speaks `graphql-transport-ws` message by message.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value as Json, json};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::{HeaderName, HeaderValue};
use tokio_tungstenite::tungstenite::{Error, Message};

const PATIENCE: Duration = Duration::from_secs(20);

/// The client's end of a socket.
pub struct Socket {
    pub stream: WebSocketStream<TcpStream>,
}

/// An answer to a handshake that opens nothing.
#[derive(Debug)]
pub struct Refused {
    pub status: u16,
    pub body: String,
}

impl Socket {
    /// Opens a socket as a client of the protocol does, with these headers besides.
    pub async fn open(address: SocketAddr, headers: &[(&str, &str)]) -> Result<Self, Refused> {
        let with_protocol = [("sec-websocket-protocol", "graphql-transport-ws")];
        let headers: Vec<_> = with_protocol.iter().chain(headers).copied().collect();
        Self::shake(address, &headers).await
    }

    /// Opens a socket with exactly these headers.
    pub async fn shake(address: SocketAddr, headers: &[(&str, &str)]) -> Result<Self, Refused> {
        let mut request = format!("ws://{address}/graphql/ws").into_client_request().expect("a request");
        for (name, value) in headers {
            let name: HeaderName = name.parse().expect("a name");
            request.headers_mut().insert(name, HeaderValue::from_str(value).expect("a value"));
        }
        let stream = TcpStream::connect(address).await.expect("a connection");
        match tokio_tungstenite::client_async(request, stream).await {
            Ok((stream, _)) => Ok(Self { stream }),
            Err(Error::Http(response)) => Err(Refused {
                status: response.status().as_u16(),
                body: String::from_utf8_lossy(response.body().as_deref().unwrap_or_default()).into_owned(),
            }),
            Err(error) => panic!("{error}"),
        }
    }

    pub async fn send(&mut self, message: Json) {
        self.say(&message.to_string()).await;
    }

    pub async fn say(&mut self, text: &str) {
        self.stream.send(Message::text(text)).await.expect("sent");
    }

    /// What comes next, whatever it is.
    pub async fn next(&mut self) -> Option<Result<Message, Error>> {
        tokio::time::timeout(PATIENCE, self.stream.next()).await.expect("nothing comes")
    }

    /// The next message of the protocol.
    pub async fn receive(&mut self) -> Json {
        loop {
            match self.next().await {
                Some(Ok(Message::Text(text))) => return serde_json::from_str(&text).expect("JSON"),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                other => panic!("no message but {other:?}"),
            }
        }
    }

    /// The code and the reason of the close, which comes next.
    pub async fn closed(&mut self) -> (u16, String) {
        loop {
            match self.next().await {
                Some(Ok(Message::Close(Some(close)))) => {
                    return (close.code.into(), close.reason.to_string());
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                other => panic!("no close but {other:?}"),
            }
        }
    }

    /// Whether the socket is closed next, with this code and a reason that says so much.
    #[track_caller]
    pub fn ends(&mut self, code: u16, reason: &str) -> impl Future<Output = ()> {
        let caller = std::panic::Location::caller();
        async move {
            let (found, said) = self.closed().await;
            assert!(found == code && said.contains(reason), "{caller}: {found} {said:?}");
        }
    }

    /// Sends `connection_init`.
    pub async fn init(&mut self, payload: Json) {
        self.send(json!({ "type": "connection_init", "payload": payload })).await;
    }

    /// Says who it is, and is believed.
    pub async fn introduce(&mut self, payload: Json) {
        self.init(payload).await;
        assert_eq!(self.receive().await, json!({ "type": "connection_ack" }));
    }

    pub async fn subscribe(&mut self, id: &str, query: &str) {
        self.send(json!({ "id": id, "type": "subscribe", "payload": { "query": query } })).await;
    }

    pub async fn complete(&mut self, id: &str) {
        self.send(json!({ "id": id, "type": "complete" })).await;
    }

    /// Runs an operation that nothing else runs beside; answers what came, `next` or `error`.
    pub async fn run(&mut self, payload: &Json) -> (String, Json) {
        self.send(json!({ "id": "run", "type": "subscribe", "payload": payload })).await;
        let mut answer = self.receive().await;
        let kind = answer["type"].as_str().expect("a type").to_owned();
        assert_eq!(answer["id"], "run");
        if kind == "next" {
            assert_eq!(self.receive().await, json!({ "id": "run", "type": "complete" }));
        }
        (kind, answer["payload"].take())
    }

    /// The data of a query that succeeds.
    pub async fn data(&mut self, query: &str) -> Json {
        let (kind, mut payload) = self.run(&json!({ "query": query })).await;
        assert!(kind == "next" && payload.get("errors").is_none(), "{payload}");
        payload["data"].take()
    }

    /// Who the server takes this for.
    pub async fn me(&mut self) -> String {
        self.data("{ me }").await["me"].as_str().expect("a text").to_owned()
    }
}
