//! How much one GraphQL request may ask for.

/// How much one GraphQL request may ask for. What is counted in a document is counted with its fragments written out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GraphqlLimits {
    /// Bytes of a document.
    pub length: usize,
    /// Tokens of a document.
    pub tokens: usize,
    /// Fields within each other. graphql-js's full introspection needs 15.
    pub depth: usize,
    /// Fields of a document.
    pub fields: u64,
    /// Fields of an operation's root type, each under a name of its own.
    pub root_fields: usize,
    /// Aliases of a document.
    pub aliases: u64,
    /// Directives of a document.
    pub directives: u64,
    /// The price of a request: the values that its answer may have (fields times rows, along every path), and what the
    /// database does besides.
    pub complexity: u64,
    /// Operations of one batch.
    pub batch: usize,
}

impl GraphqlLimits {
    /// The most fields within each other that the settings may allow: what walks over documents may recurse.
    pub(crate) const DEEPEST: usize = 60;
}

impl Default for GraphqlLimits {
    fn default() -> Self {
        Self {
            length: 64 * 1024,
            tokens: 10_000,
            depth: 20,
            fields: 5_000,
            root_fields: 100,
            aliases: 100,
            directives: 200,
            complexity: 200_000,
            batch: 10,
        }
    }
}
