//! The sources of `entify`, as tokens: paths and literals with their lines. Comments are none, and what is compiled for
//! tests alone is left out.

use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// One file under `core/src`.
pub(super) struct SourceFile {
    /// `service/write.rs`
    pub(super) path: String,
    /// The first segment of its module path: `service`; empty for `lib.rs`.
    pub(super) room: String,
    tokens: TokenStream,
    /// How many modules it lies below the crate.
    depth: usize,
}

/// A path that starts at the crate, or another name, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) name: String,
    pub(super) line: usize,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// A file beside the workspace's `Cargo.toml`.
pub(super) fn document(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every file under `core/src`.
pub(super) fn files() -> Vec<SourceFile> {
    let mut files = Vec::new();
    let mut folders = vec![folder()];
    while let Some(within) = folders.pop() {
        for entry in fs::read_dir(&within).expect("a folder of sources") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(SourceFile::read(&path));
            }
        }
    }
    assert!(files.len() > 200, "the sources were not found");
    files.sort_by(|one, other| one.path.cmp(&other.path));
    files
}

impl SourceFile {
    fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).expect("a source");
        let tokens: TokenStream = text.parse().unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let relative = path.strip_prefix(folder()).expect("under src");
        let modules: Vec<String> = relative
            .with_extension("")
            .components()
            .map(|part| part.as_os_str().to_string_lossy().into_owned())
            .collect();
        let facade = modules == ["lib"];
        Self {
            path: relative.to_string_lossy().into_owned(),
            room: if facade { String::new() } else { modules[0].clone() },
            depth: if facade { 0 } else { modules.len() },
            tokens: without_tests(tokens),
        }
    }

    /// The rooms that the file names: `crate::room::…`, also within braces, and by way of `super`.
    pub(super) fn rooms_named(&self) -> Vec<Named> {
        let mut named = Vec::new();
        self.walk(&self.tokens, self.depth, &mut named);
        named
    }

    fn walk(&self, tokens: &TokenStream, depth: usize, named: &mut Vec<Named>) {
        let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
        let mut at = 0;
        while at < tokens.len() {
            match &tokens[at] {
                TokenTree::Ident(word) if word == "mod" => {
                    // An inline module lies one deeper.
                    if let Some(TokenTree::Group(body)) = tokens.get(at + 2) {
                        self.walk(&body.stream(), depth + 1, named);
                        at += 3;
                        continue;
                    }
                }
                TokenTree::Ident(word) if word == "crate" || word == "entify" => {
                    if let Some(after) = after_colons(&tokens, at) {
                        name_rooms(&tokens[after..], named);
                    }
                }
                TokenTree::Ident(word) if word == "super" => {
                    let (mut up, mut after) = (1, after_colons(&tokens, at));
                    while let Some(next) = after
                        && matches!(&tokens[next], TokenTree::Ident(word) if word == "super")
                    {
                        up += 1;
                        at = next;
                        after = after_colons(&tokens, next);
                    }
                    if let Some(after) = after.filter(|_| up == depth) {
                        name_rooms(&tokens[after..], named);
                    }
                }
                TokenTree::Group(group) => self.walk(&group.stream(), depth, named),
                _ => {}
            }
            at += 1;
        }
    }

    /// Every literal text in the code; attributes, which documentation is too, are left out.
    pub(super) fn texts(&self) -> Vec<Named> {
        fn collect(tokens: TokenStream, texts: &mut Vec<Named>) {
            let mut after_hash = false;
            for token in tokens {
                match token {
                    TokenTree::Literal(literal) if literal.to_string().contains('"') => {
                        let line = literal.span().start().line;
                        texts.push(Named { name: literal.to_string(), line });
                        after_hash = false;
                    }
                    TokenTree::Group(group) if after_hash && group.delimiter() == Delimiter::Bracket => {
                        after_hash = false;
                    }
                    TokenTree::Group(group) => collect(group.stream(), texts),
                    TokenTree::Punct(sign) => {
                        after_hash =
                            matches!(sign.as_char(), '#' | '!') && (sign.as_char() == '#' || after_hash);
                    }
                    _ => after_hash = false,
                }
            }
        }
        let mut texts = Vec::new();
        collect(self.tokens.clone(), &mut texts);
        texts
    }

    /// Where a run of words and signs stands, written with one space between any two: `. transaction`.
    pub(super) fn places_of(&self, words: &str) -> Vec<usize> {
        fn flatten(tokens: TokenStream, flat: &mut Vec<(String, usize)>) {
            for token in tokens {
                match token {
                    TokenTree::Group(group) => {
                        let (open, close) = match group.delimiter() {
                            Delimiter::Parenthesis => ("(", ")"),
                            Delimiter::Brace => ("{", "}"),
                            Delimiter::Bracket => ("[", "]"),
                            Delimiter::None => ("", ""),
                        };
                        flat.push((open.to_owned(), group.span_open().start().line));
                        flatten(group.stream(), flat);
                        flat.push((close.to_owned(), group.span_close().start().line));
                    }
                    token => {
                        let line = token.span().start().line;
                        flat.push((token.to_string(), line));
                    }
                }
            }
        }
        let mut flat = Vec::new();
        flatten(self.tokens.clone(), &mut flat);
        let words: Vec<&str> = words.split(' ').collect();
        let stand_at = |run: &[(String, usize)]| run.iter().map(|(word, _)| word).eq(words.iter());
        flat.windows(words.len()).filter(|run| stand_at(run)).map(|run| run[0].1).collect()
    }
}

/// The index after `::` that follows a word.
fn after_colons(tokens: &[TokenTree], word: usize) -> Option<usize> {
    let colon =
        |index: usize| matches!(tokens.get(index), Some(TokenTree::Punct(sign)) if sign.as_char() == ':');
    (colon(word + 1) && colon(word + 2) && word + 3 < tokens.len()).then_some(word + 3)
}

/// The first words of what follows `crate::`: one, or those within braces.
fn name_rooms(tokens: &[TokenTree], named: &mut Vec<Named>) {
    match tokens.first() {
        Some(TokenTree::Ident(word)) => {
            named.push(Named { name: word.to_string(), line: word.span().start().line });
        }
        Some(TokenTree::Group(group)) => {
            let parts: Vec<TokenTree> = group.stream().into_iter().collect();
            let is_comma =
                |token: &TokenTree| matches!(token, TokenTree::Punct(sign) if sign.as_char() == ',');
            for part in parts.split(is_comma) {
                name_rooms(part, named);
            }
        }
        _ => {}
    }
}

/// The tokens without items under `#[cfg(test)]`.
fn without_tests(tokens: TokenStream) -> TokenStream {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut kept = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while at < tokens.len() {
        let attribute = match (&tokens[at], tokens.get(at + 1)) {
            (TokenTree::Punct(sign), Some(TokenTree::Group(group))) if sign.as_char() == '#' => {
                Some(group.stream().to_string().replace(' ', ""))
            }
            _ => None,
        };
        if attribute.as_deref() == Some("cfg(test)") {
            // Up to the end of the item: its body, or a semicolon.
            at += 2;
            while at < tokens.len() {
                let ends = match &tokens[at] {
                    TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
                    TokenTree::Punct(sign) => sign.as_char() == ';',
                    _ => false,
                };
                at += 1;
                if ends {
                    break;
                }
            }
            continue;
        }
        kept.push(tokens[at].clone());
        at += 1;
    }
    kept.into_iter().collect()
}
