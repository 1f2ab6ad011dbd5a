//! Why a socket is closed: a code of WebSocket's or of the protocol, and a reason for people.

use std::borrow::Cow;
use std::io;

use poem::web::websocket::Message;

use crate::auth::Refusal;
use crate::error::Error;

/// Bytes of the longest reason: a control frame holds no more.
const LONGEST_REASON: usize = 123;

/// A code and a reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Close {
    code: u16,
    reason: Cow<'static, str>,
}

impl Close {
    const fn new(code: u16, reason: &'static str) -> Self {
        Self { code, reason: Cow::Borrowed(reason) }
    }

    /// The server stops.
    pub(super) fn going_away() -> Self {
        Self::new(1001, "the server stops; connect again")
    }

    /// A message, or a frame, that is too large.
    pub(super) fn too_large(limit: usize) -> Self {
        Self { code: 1009, reason: format!("a message may have {limit} bytes").into() }
    }

    /// A message that the protocol does not know.
    pub(super) fn malformed(reason: impl Into<Cow<'static, str>>) -> Self {
        Self { code: 4400, reason: reason.into() }
    }

    /// An operation before its time.
    pub(super) fn unauthorized() -> Self {
        Self::new(4401, "send `connection_init` first, and wait for `connection_ack`")
    }

    /// A handshake without the protocol.
    pub(super) fn subprotocol_not_acceptable() -> Self {
        Self::new(4406, "the subprotocol must be `graphql-transport-ws`")
    }

    /// No `connection_init`.
    pub(super) fn init_timeout() -> Self {
        Self::new(4408, "`connection_init` did not come in time")
    }

    /// The id of an operation that runs.
    pub(super) fn duplicate_operation(id: &str) -> Self {
        let id = crate::types::shorten(id, 60);
        Self { code: 4409, reason: format!("an operation with the id `{id}` runs already").into() }
    }

    /// A second `connection_init`.
    pub(super) fn too_many_inits() -> Self {
        Self::new(4429, "`connection_init` may come once")
    }

    /// What went wrong has nothing to do with the client, and may pass.
    pub(super) fn try_again() -> Self {
        Self::new(1013, "the service is not available; try again later")
    }

    /// Who asks is not, or no longer, known.
    pub(super) fn refused(refusal: &Refusal) -> Self {
        match refusal {
            Refusal::Malformed => Self::malformed(refusal.error().to_string()),
            Refusal::Expired => Self::new(4403, "the credentials have expired; connect again with new ones"),
            Refusal::Invalid => Self::new(4403, "the credentials are not valid"),
            Refusal::Failed(error) if is_transient(error) => Self::try_again(),
            Refusal::Failed(Error::Internal | Error::UnreadableValue) => {
                Self::new(4500, "an internal error occurred")
            }
            Refusal::Failed(error) => Self { code: 4403, reason: error.to_string().into() },
        }
    }

    /// What poem says of a stream that cannot be read on; nothing when the client has gone. Of the errors of the
    /// protocol it keeps the text alone.
    pub(super) fn unreadable(error: &io::Error, limit: usize) -> Option<Self> {
        if error.kind() != io::ErrorKind::Other {
            return None;
        }
        let error = error.to_string();
        if error.contains("without closing handshake") {
            None
        } else if error.starts_with("Space limit exceeded") {
            Some(Self::too_large(limit))
        } else if error.starts_with("UTF-8") {
            Some(Self::new(1007, "the text is not UTF-8"))
        } else {
            Some(Self::new(1002, "the frames are not those of a WebSocket"))
        }
    }
}

/// Whether an error is none of the client's, and may be gone at the next try.
pub(super) fn is_transient(error: &Error) -> bool {
    matches!(error, Error::Unavailable | Error::RateLimited { .. })
}

impl From<Close> for Message {
    fn from(Close { code, reason }: Close) -> Self {
        let mut end = reason.len().min(LONGEST_REASON);
        while !reason.is_char_boundary(end) {
            end -= 1;
        }
        Message::close_with(code, &reason[..end])
    }
}

#[cfg(test)]
mod tests {
    use super::{Close, Message};

    #[test]
    fn a_long_reason_is_cut_between_letters() {
        let Message::Close(Some((code, reason))) = Close::malformed("ä".repeat(100)).into() else {
            panic!("no close");
        };
        assert_eq!((u16::from(code), reason.as_str()), (4400, "ä".repeat(61).as_str()));
    }
}
