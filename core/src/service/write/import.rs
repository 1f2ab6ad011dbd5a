//! What an import needs beside its rows: references to later rows, and a sequence that continues.

use crate::db::Dialect;
use crate::entity::KeyKind;
use crate::error::Result;
use crate::service::Records;
use crate::sql::dml;

impl Records<'_> {
    /// Defers the checks of references to the end of the transaction, so that a row may come before the one it
    /// refers to. Outside a transaction this does nothing.
    ///
    /// # Errors
    /// As of the database.
    pub async fn defer_references(&self) -> Result<()> {
        let statement = dml::defer_references(self.dialect());
        self.ctx.engine().execute(statement).await?;
        Ok(())
    }

    /// Lets the unique_key column continue after the greatest key, once rows were inserted with keys of their own.
    ///
    /// # Errors
    /// As of the database.
    pub async fn continue_keys(&self) -> Result<()> {
        // SQLite's AUTOINCREMENT continues by itself.
        if self.info.def.key != KeyKind::Identity || self.dialect() != Dialect::Postgres {
            return Ok(());
        }
        let statement = dml::continue_identity(self.info);
        self.ctx.engine().execute(statement).await?;
        Ok(())
    }
}
