//! Names of constraints and indexes: `pk_user`, `uq_user_email`, `fk_post_author_id_user`, `ck_user_status`.
//!
//! One place, because DDL writes them and errors are mapped back through them.

use sha2::{Digest as _, Sha256};

/// The longest identifier PostgreSQL keeps; it cuts longer ones silently.
const LONGEST: usize = 63;

/// The primary key: `pk_user`.
#[must_use]
pub(crate) fn primary_key(table: &str) -> String {
    join("pk", table, &[])
}

/// A unique rule: `uq_user_email`.
#[must_use]
pub(crate) fn unique(table: &str, columns: &[&str]) -> String {
    join("uq", table, columns)
}

/// An index: `ix_post_status_created_at`.
#[must_use]
pub(crate) fn index(table: &str, columns: &[&str]) -> String {
    join("ix", table, columns)
}

/// A check on one column: `ck_post_stars`.
#[must_use]
pub(crate) fn check(table: &str, column: &str) -> String {
    join("ck", table, &[column])
}

/// A foreign key: `fk_post_author_id_user`.
#[must_use]
pub(crate) fn foreign_key(table: &str, column: &str, target: &str) -> String {
    join("fk", table, &[column, target])
}

/// The hidden column that holds a row's words on PostgreSQL.
pub(crate) const FULLTEXT_COLUMN: &str = "entify_search";

/// A full-text index: `ft_post`. On SQLite it is a table.
#[must_use]
pub(crate) fn fulltext(table: &str) -> String {
    join("ft", table, &[])
}

/// On SQLite, the table that maps the numbers of the full-text table to keys: `ft_post_keys`.
#[must_use]
pub(crate) fn fulltext_keys(table: &str) -> String {
    format!("{}_keys", fulltext(table))
}

fn join(prefix: &str, table: &str, rest: &[&str]) -> String {
    let mut name = format!("{prefix}_{table}");
    for part in rest {
        name.push('_');
        name.push_str(part);
    }
    shorten(name)
}

/// A name that fits: a long one ends in a digest of the whole, so that two long names stay two.
fn shorten(name: String) -> String {
    if name.len() <= LONGEST {
        return name;
    }
    let digest = Sha256::digest(name.as_bytes());
    let tail: String = digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    let mut end = LONGEST - tail.len() - 1;
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}_{tail}", &name[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_contract() {
        assert_eq!(primary_key("user"), "pk_user");
        assert_eq!(unique("user", &["email"]), "uq_user_email");
        assert_eq!(foreign_key("post", "author_id", "user"), "fk_post_author_id_user");
        assert_eq!(index("user", &["status", "created_at"]), "ix_user_status_created_at");
    }

    #[test]
    fn long_names_fit_and_stay_different() {
        let long = "a".repeat(40);
        let first = unique(&long, &["one_rather_long_column_name"]);
        let second = unique(&long, &["one_rather_long_column_nama"]);
        assert_eq!(first.len(), LONGEST);
        assert_ne!(first, second);
        assert_eq!(first, unique(&long, &["one_rather_long_column_name"]));
    }

    #[test]
    fn a_cut_falls_between_characters() {
        assert!(unique(&"é".repeat(40), &["x"]).len() <= LONGEST);
    }
}
