//! `history`: every write is recorded. More is in `service/history.rs`.

use crate::support::connections::number;
use entify::history::HistoryRow;
use entify::prelude::*;
use entify::testing::{TestDb, each_database};
use serde_json::json;

use super::rest;

#[derive(Entity)]
#[entity(policy = public, history)]
pub struct HistorySample {
    text: String,
}

#[each_database(entities![HistorySample])]
async fn every_write_is_recorded(test: TestDb) {
    let db = test.db().clone();
    let api = rest(test, &[HistorySample::def(), HistoryRow::def()]).await;
    let key = api.made("/api/history-samples", json!({"text": "x"})).await;
    let path = format!("/api/history-samples/{key}");
    assert_eq!(api.patch(&path, json!({"text": "y"})).await.status, 200);
    assert_eq!(api.delete(&path).await.status, 204);
    let entries =
        format!("SELECT count(*) FROM entify_history WHERE entity = 'history_sample' AND key = '{key}'");
    assert_eq!(number(&db, &entries).await, 3);
}
