//! The messages of `graphql-transport-ws`, as JSON text.

use poem::web::websocket::Message;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value as Json};

use crate::graphql::endpoint::read_request;
use crate::graphql::execute::GraphqlRequest;
use crate::graphql::response::GraphqlResponse;
use crate::graphql::socket::close::Close;
use crate::types::{shorten, write_json_str};

/// Bytes of the longest id of an operation.
const LONGEST_ID: usize = 255;

/// A message of a client.
#[derive(Debug)]
pub(super) enum Incoming<'a> {
    /// `connection_init`: the first of all.
    Init(Option<Map<String, Json>>),
    /// `ping`, to be answered with the same payload.
    Ping(Option<&'a RawValue>),
    /// `pong`.
    Pong,
    /// `subscribe`: run an operation.
    Subscribe {
        /// The client's name for it.
        id: String,
        request: GraphqlRequest,
    },
    /// `complete`: stop an operation.
    Complete {
        /// The client's name for it.
        id: String,
    },
}

/// Any message, before it is known which one.
#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(rename = "type")]
    kind: Option<String>,
    id: Option<String>,
    #[serde(borrow)]
    payload: Option<&'a RawValue>,
}

impl Envelope<'_> {
    fn id(&mut self) -> Result<String, Close> {
        self.id.take().filter(|id| (1..=LONGEST_ID).contains(&id.len())).ok_or_else(|| {
            Close::malformed(format!("the operation needs an `id` of 1 to {LONGEST_ID} bytes"))
        })
    }
}

/// Reads a message.
pub(super) fn read(text: &str) -> Result<Incoming<'_>, Close> {
    let mut envelope: Envelope<'_> = serde_json::from_str(text).map_err(|error| {
        let reason = error.to_string();
        Close::malformed(format!("not a message: {}", shorten(&reason, 90)))
    })?;
    match envelope.kind.as_deref() {
        Some("connection_init") => envelope
            .payload
            .map(|payload| serde_json::from_str(payload.get()))
            .transpose()
            .map(Incoming::Init)
            .map_err(|_| Close::malformed("the payload of `connection_init` must be an object")),
        Some("ping") => Ok(Incoming::Ping(envelope.payload)),
        Some("pong") => Ok(Incoming::Pong),
        Some("subscribe") => {
            let id = envelope.id()?;
            let payload = envelope.payload.map(RawValue::get).unwrap_or_default();
            let request =
                read_request(payload.as_bytes()).map_err(|error| Close::malformed(error.to_string()))?;
            Ok(Incoming::Subscribe { id, request })
        }
        Some("complete") => Ok(Incoming::Complete { id: envelope.id()? }),
        Some(other) => Err(Close::malformed(format!("there is no message `{}`", shorten(other, 40)))),
        None => Err(Close::malformed("the message has no `type`")),
    }
}

/// `connection_ack`: the client is known.
pub(super) fn acknowledge() -> Message {
    Message::text(r#"{"type":"connection_ack"}"#)
}

/// `pong`.
pub(super) fn pong(payload: Option<&RawValue>) -> Message {
    Message::text(match payload {
        Some(payload) => format!(r#"{{"type":"pong","payload":{}}}"#, payload.get()),
        None => r#"{"type":"pong"}"#.to_owned(),
    })
}

/// What an operation answers: `next`; or `error`, after which no more comes, when it was refused as a whole.
pub(super) fn next_or_error(id: &str, response: &GraphqlResponse) -> Message {
    match response.executed {
        true => of_operation(id, "next", Some(&response.body)),
        false => of_operation(id, "error", Some(response.errors())),
    }
}

/// `complete`: the operation has answered all.
pub(super) fn complete(id: &str) -> Message {
    of_operation(id, "complete", None)
}

fn of_operation(id: &str, kind: &str, payload: Option<&[u8]>) -> Message {
    let mut text = Vec::with_capacity(48 + id.len() + payload.map_or(0, <[u8]>::len));
    text.extend_from_slice(br#"{"id":"#);
    write_json_str(id, &mut text);
    text.extend_from_slice(br#","type":""#);
    text.extend_from_slice(kind.as_bytes());
    text.push(b'"');
    if let Some(payload) = payload {
        text.extend_from_slice(br#","payload":"#);
        text.extend_from_slice(payload);
    }
    text.push(b'}');
    // Always UTF-8: it was written as JSON.
    Message::Text(
        String::from_utf8(text)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()),
    )
}
