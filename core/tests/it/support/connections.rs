//! What requests that came to no end must not leave: open transactions, and connections that do not come back.

use std::time::{Duration, Instant};

use entify::db::{Db, Dialect, Executor, Layout, Statement};
use entify::types::Kind;
use entify::value::Value;

/// What a statement of one cell counts.
pub async fn number(db: &Db, sql: &str) -> i64 {
    let statement = Statement::plain(sql);
    let layout = Layout::default().with_column(Kind::I64);
    match Executor::Pool(db.clone()).write(statement, &layout).await.expect("a row")[0].get(0) {
        Value::Int(number) => *number,
        other => panic!("{other:?}"),
    }
}

/// Waits until no connection is in use, since what runs in tasks of its own ends on its own; then no connection is
/// inside a transaction, and there is none outside the pool.
pub async fn nothing_is_open(db: &Db) {
    let start = Instant::now();
    loop {
        let status = db.pool_status();
        if status.open == status.idle {
            break;
        }
        assert!(start.elapsed() < Duration::from_secs(30), "a connection leaks: {status:?}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    if db.dialect() == Dialect::Postgres {
        let open = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
                    AND pid <> pg_backend_pid() AND state <> 'idle'";
        assert_eq!(number(db, open).await, 0, "an open transaction");
        let connections = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()";
        // Four of the pool, and the one that cancels what is abandoned.
        assert!(number(db, connections).await <= 5, "a connection outside the pool");
    }
}
