//! Every comment as lines of JSON, in pieces of a few kilobytes.

use std::io;

use futures_util::{Stream, StreamExt as _, stream};
use tokio::sync::mpsc;

use crate::store::Store;

/// Bytes of a piece.
const PIECE: usize = 16 * 1024;
/// Pieces that wait for the client.
const WAITING: usize = 4;

type Piece = io::Result<Vec<u8>>;

/// The lines. The statement ends when nobody reads them any more.
pub(crate) fn lines(store: Store) -> impl Stream<Item = Piece> + Send + 'static {
    let (sender, receiver) = mpsc::channel(WAITING);
    tokio::spawn(async move {
        if let Err(error) = write(&store, &sender).await {
            // Nobody may be left to be told.
            let _ = sender.send(Err(error)).await;
        }
    });
    stream::unfold(receiver, |mut receiver| async move { Some((receiver.recv().await?, receiver)) })
}

async fn write(store: &Store, to: &mpsc::Sender<Piece>) -> io::Result<()> {
    let gone = |_| io::Error::from(io::ErrorKind::BrokenPipe);
    let mut piece = Vec::with_capacity(PIECE + 1024);
    let mut comments = std::pin::pin!(store.every_comment());
    while let Some(comment) = comments.next().await {
        serde_json::to_writer(&mut piece, &comment.map_err(io::Error::other)?)?;
        piece.push(b'\n');
        if piece.len() >= PIECE {
            to.send(Ok(std::mem::replace(&mut piece, Vec::with_capacity(PIECE + 1024))))
                .await
                .map_err(gone)?;
        }
    }
    to.send(Ok(piece)).await.map_err(gone)
}
