//! The grammar of `include`:
//!
//! ```text
//! include = path *("," path)
//! path    = step *("." step)
//! step    = name [ "(" option *("," option) ")" ]
//! option  = ("limit" / "sort" / "count") ":" text
//! ```

use crate::error::{Error, Result};
use crate::types::shorten;

/// A relation, and which of its rows.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Step<'t> {
    pub(super) name: &'t str,
    pub(super) page: Option<Vec<(&'t str, &'t str)>>,
}

/// Reads the paths of an `include`.
///
/// # Errors
/// `BadRequest` with what is not understood.
pub(super) fn steps(text: &str) -> Result<Vec<Vec<Step<'_>>>> {
    if text.is_empty() {
        return Err(Error::bad_request("`include` names none; leave it out"));
    }
    let wrong =
        |at: &str, what: &str| Error::bad_request(format!("`include`: {what} at `{}`", shorten(at, 40)));
    let mut paths = vec![Vec::new()];
    let mut rest = text;
    loop {
        let end = rest.find(['.', ',', '(', ')', ':']).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        if name.is_empty() {
            return Err(wrong(rest, "a relation is expected"));
        }
        rest = after;
        let mut page = None;
        if let Some(inside) = rest.strip_prefix('(') {
            let (options, after) = inside.split_once(')').ok_or_else(|| wrong(rest, "a `)` is missing"))?;
            let mut read = Vec::new();
            for option in options.split(',') {
                let pair = option.split_once(':').filter(|(name, _)| !name.is_empty());
                read.push(pair.ok_or_else(|| wrong(option, "an option like `limit:5` is expected"))?);
            }
            page = Some(read);
            rest = after;
        }
        if let Some(path) = paths.last_mut() {
            path.push(Step { name, page });
        }
        let mut letters = rest.chars();
        match letters.next() {
            None => return Ok(paths),
            Some('.') => {}
            Some(',') => paths.push(Vec::new()),
            Some(_) => return Err(wrong(rest, "a `,` or a `.` is expected")),
        }
        rest = letters.as_str();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read() {
        let step = |name, page: Option<&[(&'static str, &'static str)]>| Step {
            name,
            page: page.map(<[_]>::to_vec),
        };
        let read = steps("author,comments(limit:5,sort:-created_at,sort:id).author.team,tags").unwrap();
        let options: &[_] = &[("limit", "5"), ("sort", "-created_at"), ("sort", "id")];
        assert_eq!(
            read,
            [
                vec![step("author", None)],
                vec![step("comments", Some(options)), step("author", None), step("team", None)],
                vec![step("tags", None)],
            ]
        );
    }

    #[test]
    fn what_is_no_path_is_refused() {
        for text in [
            "",
            ",",
            "a,",
            "a..b",
            ".a",
            "a.",
            "a(",
            "a()",
            "a(limit)",
            "a(:5)",
            "a)b",
            "a(limit:5)b",
            "a:b",
            "a,,b",
        ] {
            steps(text).expect_err(text);
        }
    }
}
