//! The migrations of the framework's own tables.

use entify::entity::EntityDef;
use entify::migrate::{Migrations, Origin, State};
use entify::testing::{TestDb, each_database};

/// No tables: the migrations make them.
const EMPTY: &[&EntityDef] = &[];

each_database! {
    EMPTY,

    async fn they_go_forth_and_back(test: TestDb) {
        let migrations = Migrations::framework(test.db().dialect());
        let steps = migrations.up(test.db()).await.unwrap();
        assert_eq!(steps[0].name, "accounts");
        let status = migrations.status(test.db()).await.unwrap();
        assert!(status.iter().all(|one| one.origin == Some(Origin::Framework) && one.state == State::Applied));
        assert_eq!(migrations.down(test.db(), 100).await.unwrap().len(), steps.len());
        assert_eq!(migrations.up(test.db()).await.unwrap().len(), steps.len());
    }
}
