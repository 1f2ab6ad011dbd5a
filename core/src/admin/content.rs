//! What an application shows on pages of its own: in panels, on own pages, in tiles.
//!
//! It is data and no HTML, so whatever a text holds is shown as text, in the looks of the admin.

use crate::admin::chart::Bars;

/// Parts of a page, one under the other.
///
/// ```
/// use entify::admin::Content;
///
/// let content = Content::new()
///     .text("Everything is paid.")
///     .fact("Invoices", 412)
///     .link("All invoices", "/admin/invoices")
///     .table(["Country", "Total"], [["Brazil", "190.10"], ["Chile", "46.62"]])
///     .chart("Per month", [("Jan", 12.0), ("Feb", 17.5)]);
/// # let _ = content;
/// ```
#[derive(Debug, Clone, Default)]
pub struct Content {
    pub(super) parts: Vec<Part>,
}

/// A part of a page.
#[derive(Debug, Clone)]
pub(super) enum Part {
    Text(String),
    Fact { name: String, value: String },
    Link { text: String, path: String },
    Table { columns: Vec<String>, rows: Vec<Vec<String>> },
    Chart(Bars),
}

impl Content {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a paragraph.
    #[must_use]
    pub fn text(self, text: impl Into<String>) -> Self {
        self.with(Part::Text(text.into()))
    }

    /// Adds a name with its value.
    #[must_use]
    pub fn fact(self, name: impl Into<String>, value: impl ToString) -> Self {
        self.with(Part::Fact { name: name.into(), value: value.to_string() })
    }

    /// Adds a link to a page of the application: a path like `/admin/invoices`. What is no path of it is shown as text.
    #[must_use]
    pub fn link(self, text: impl Into<String>, path: impl Into<String>) -> Self {
        let (text, path) = (text.into(), path.into());
        self.with(if is_inside(&path) { Part::Link { text, path } } else { Part::Text(text) })
    }

    /// Adds a table.
    #[must_use]
    pub fn table<C, R, V>(
        self,
        columns: impl IntoIterator<Item = C>,
        rows: impl IntoIterator<Item = R>,
    ) -> Self
    where
        C: Into<String>,
        R: IntoIterator<Item = V>,
        V: ToString,
    {
        let rows = rows.into_iter().map(|row| row.into_iter().map(|value| value.to_string()).collect());
        let columns = columns.into_iter().map(Into::into).collect();
        self.with(Part::Table { columns, rows: rows.collect() })
    }

    /// Adds a chart of bars.
    #[must_use]
    pub fn chart<L: Into<String>>(
        self,
        name: impl Into<String>,
        points: impl IntoIterator<Item = (L, f64)>,
    ) -> Self {
        let name = name.into();
        let points = points.into_iter().map(|(label, value)| (label.into(), value));
        self.with(Part::Chart(Bars::of(name, points)))
    }

    fn with(mut self, part: Part) -> Self {
        self.parts.push(part);
        self
    }
}

/// Whether it is a path of the application itself.
pub(super) fn is_inside(path: &str) -> bool {
    path.starts_with('/')
        && !path.starts_with("//")
        && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
}

#[cfg(test)]
mod tests {
    use super::is_inside;

    #[test]
    fn links_stay_inside() {
        assert!(is_inside("/admin/invoices?f.paid=false"));
        for outside in
            ["", "invoices", "//evil.example", "https://evil.example", "/\\evil", "/a b", "javascript:x"]
        {
            assert!(!is_inside(outside), "{outside}");
        }
    }
}
