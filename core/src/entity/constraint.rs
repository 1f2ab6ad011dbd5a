//! The names of constraints and indexes: `pk_user`, `uq_user_email`, `fk_post_author_id_user`.
//!
//! The migrations write them and the service reads them back from the database's errors, so they are made here
//! and nowhere else.

use sha2::{Digest as _, Sha256};

use crate::entity::{ColumnInfo, EntityDef, EntityInfo, IndexDef};

/// The longest identifier PostgreSQL keeps, in bytes.
const LONGEST: usize = 63;

/// A name made of parts; a long one is cut and made unique by a digest of the whole.
fn name(prefix: &str, parts: &[&str]) -> String {
    let whole = format!("{prefix}_{}", parts.join("_"));
    if whole.len() <= LONGEST {
        return whole;
    }
    let digest = Sha256::digest(whole.as_bytes());
    let tail: String = digest[..4].iter().map(|byte| format!("{byte:02x}")).collect();
    let mut cut = LONGEST - tail.len() - 1;
    while !whole.is_char_boundary(cut) {
        cut -= 1;
    }
    format!("{}_{tail}", &whole[..cut])
}

/// `pk_user`
#[must_use]
pub fn primary_key(def: &EntityDef) -> String {
    name("pk", &[def.table])
}

/// `uq_user_email`
#[must_use]
pub fn unique(def: &EntityDef, columns: &[&str]) -> String {
    name("uq", &[&[def.table], columns].concat())
}

/// `ix_post_author_id`
#[must_use]
pub fn index(def: &EntityDef, columns: &[&str]) -> String {
    name("ix", &[&[def.table], columns].concat())
}

/// `fk_post_author_id_user`, when the column is a reference.
#[must_use]
pub fn foreign_key(def: &EntityDef, column: &ColumnInfo) -> Option<String> {
    let relation = column.field?.relation.as_ref()?;
    Some(name("fk", &[def.table, column.column, (relation.target)().table]))
}

/// `ck_user_status`: the rule that the column's own declaration implies (choices, bounds).
#[must_use]
pub fn check(def: &EntityDef, column: &ColumnInfo) -> String {
    name("ck", &[def.table, column.column])
}

/// Every unique rule beside the primary key, by name, with its columns.
#[must_use]
pub fn uniques(info: &EntityInfo) -> Vec<(String, Vec<&ColumnInfo>)> {
    let single = info
        .columns
        .iter()
        .filter(|column| column.field.is_some_and(|field| field.unique));
    let single = single.map(|column| (unique(info.def, &[column.column]), vec![column]));
    let several = info.def.uniques.iter().map(|rule| {
        let columns = columns_of(info, rule);
        (
            unique(
                info.def,
                &columns.iter().map(|column| column.column).collect::<Vec<_>>(),
            ),
            columns,
        )
    });
    single.chain(several).collect()
}

/// The columns of an index or unique rule.
#[must_use]
pub fn columns_of<'i>(info: &'i EntityInfo, rule: &IndexDef) -> Vec<&'i ColumnInfo> {
    rule.fields
        .iter()
        .filter_map(|part| info.by_name(part.field))
        .collect()
}
