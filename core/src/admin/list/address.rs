//! What the address of a list says: search, filters, order, columns and size, as texts that links carry on.

use crate::admin::params::{self, Params};

/// What a filter's parameter starts with; the rest is as in REST: `f.total[gte]=10`, `f.invoices.total[gt]=10`.
pub(in crate::admin) const FILTER: &str = "f.";
/// A filter as a tree in JSON.
pub(in crate::admin) const TREE: &str = "filter";
/// The columns that are shown, in their order.
pub(in crate::admin) const COLUMNS: &str = "cols";
/// The rows of a page.
pub(in crate::admin) const SIZE: &str = "size";
/// With the value [`ONLY`]: rows that are deleted and can come back.
pub(in crate::admin) const DELETED: &str = "deleted";
pub(in crate::admin) const ONLY: &str = "only";

/// The address of a list, without the place in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::admin) struct ListAddress {
    pub(in crate::admin) search: String,
    /// Names, without the prefix, and texts.
    pub(in crate::admin) filters: Vec<(String, String)>,
    pub(in crate::admin) tree: String,
    /// Keys between commas.
    pub(in crate::admin) sort: String,
    /// Fields between commas.
    pub(in crate::admin) columns: String,
    pub(in crate::admin) size: String,
    pub(in crate::admin) deleted: bool,
}

/// Whether a filter is a list, of which several parameters are parts.
fn is_list(name: &str) -> bool {
    name.ends_with("[in]") || name.ends_with("[nin]")
}

impl ListAddress {
    /// Reads the parameters of a list. Of a name that comes twice the last text counts, as in every form; lists add up.
    pub(in crate::admin) fn read(params: &Params) -> Self {
        let mut address = Self::default();
        for (name, text) in params.iter().filter(|(_, text)| !text.trim().is_empty()) {
            match name {
                "q" => address.search = text.trim().to_owned(),
                "sort" => add_part(&mut address.sort, text),
                COLUMNS => add_part(&mut address.columns, text),
                SIZE => address.size = text.trim().to_owned(),
                TREE => address.tree = text.trim().to_owned(),
                DELETED => address.deleted = text == ONLY,
                name => {
                    if let Some(filter) = name.strip_prefix(FILTER) {
                        address.set(filter, text.to_owned());
                    }
                }
            }
        }
        address
    }

    /// Reads the address of a list in its written form.
    pub(in crate::admin) fn parse(query: &str) -> crate::error::Result<Self> {
        Ok(Self::read(&Params::parse(query.as_bytes())?))
    }

    /// Sets a filter in place of one of the same name.
    pub(in crate::admin) fn set(&mut self, name: &str, text: String) {
        if !is_list(name) {
            self.filters.retain(|(known, _)| known != name);
        }
        self.filters.push((name.to_owned(), text));
    }

    /// The parameters.
    pub(in crate::admin) fn pairs(&self) -> Vec<(String, String)> {
        let own = |name: &str, text: &str| (name.to_owned(), text.to_owned());
        let filters = self.filters.iter().map(|(name, text)| (format!("{FILTER}{name}"), text.clone()));
        [own("q", &self.search)]
            .into_iter()
            .chain(filters)
            .chain([
                own(TREE, &self.tree),
                own("sort", &self.sort),
                own(COLUMNS, &self.columns),
                own(SIZE, &self.size),
                own(DELETED, if self.deleted { ONLY } else { "" }),
            ])
            .filter(|(_, text)| !text.is_empty())
            .collect()
    }

    /// The link to a page about this list, with further parameters.
    pub(in crate::admin) fn link_with(&self, path: &str, more: &[(&str, &str)]) -> String {
        let pairs = self.pairs();
        let pairs = pairs.iter().map(|(name, text)| (name.as_str(), text.as_str()));
        params::link(path, pairs.chain(more.iter().copied()))
    }

    /// The link to the first page of this list.
    pub(in crate::admin) fn link(&self, path: &str) -> String {
        self.link_with(path, &[])
    }

    /// The written form, without a path.
    pub(in crate::admin) fn written(&self) -> String {
        self.link("").trim_start_matches('?').to_owned()
    }

    /// Whether some rows are left out.
    pub(in crate::admin) fn is_filtered(&self) -> bool {
        !self.search.is_empty() || !self.filters.is_empty() || !self.tree.is_empty()
    }
}

fn add_part(to: &mut String, text: &str) {
    if !to.is_empty() {
        to.push(',');
    }
    to.push_str(text.trim());
}

#[cfg(test)]
mod tests {
    use super::ListAddress;

    #[test]
    fn an_address_is_read_as_it_is_written() {
        let text = "q=a+b&f.total%5Bgte%5D=10&f.status%5Bin%5D=a&f.status%5Bin%5D=b&filter=%7B%7D&sort=-total%2Cname\
                    &cols=a%2Cb&size=50&deleted=only";
        let address = ListAddress::parse(text).unwrap();
        assert_eq!(address.written(), text);
        assert_eq!(address.filters.len(), 3);
        let twice = ListAddress::parse("f.a=1&f.a=2&sort=b&sort=-c&f.empty=&other=1").unwrap();
        assert_eq!(twice.written(), "f.a=2&sort=b%2C-c");
    }
}
