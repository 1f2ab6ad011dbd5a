//! The GraphQL room as its source text shows it: async-graphql's hidden items are named in the adapter alone, and every
//! file keeps to its layer.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// The version of async-graphql whose hidden items are listed here. With another one, look the lists over: they are
/// what `#[doc(hidden)]` stands before in the sources of async-graphql, async-graphql-value and async-graphql-parser.
const VERSION: &str = "7.2.1";

/// Items that async-graphql hides from its documentation, or that lie in a module it hides.
const HIDDEN_ITEMS: &[&str] = &[
    "ComplexObject",
    "ContextSelectionSet",
    "CustomDirectiveFactory",
    "Deprecation",
    "MergedObject",
    "MergedObjectTail",
    "MetaDirective",
    "MetaEnumValue",
    "MetaField",
    "MetaInputValue",
    "MetaType",
    "QueryEnv",
    "QueryEnvInner",
    "SchemaEnv",
    "SchemaEnvInner",
    "SchemaInner",
    "TypeDirective",
    "VisitorContext",
    "add_implements",
    "create_context",
    "create_fake_input_type",
    "create_fake_output_type",
    "create_field_stream",
    "execute_data",
    "federation_fields",
    "get_param_value",
    "location_traits",
    "oneof_param_value",
    "param_value",
    "query_env",
    "schema_env",
    "set_error_path",
    "value_internal",
    "with_field",
    "with_selection_set",
];

/// Hidden items whose names are too common to look for alone.
const HIDDEN_TEXTS: &[&str] = &[".item", "fn is_empty()"];

/// Hidden modules of async-graphql.
const HIDDEN_MODULES: &[&str] =
    &["async_trait", "futures_util", "indexmap", "registry", "static_assertions_next", "validators"];

/// What the adapter is known to use; the search must find it there.
const USED_BY_THE_ADAPTER: &[&str] =
    &["ContextSelectionSet", "MetaType", "query_env", "set_error_path", ".item", "fn is_empty()", "registry"];

/// The text of a file, line by line, without comments and tests.
struct Source {
    /// The path below `src`, without `.rs`.
    name: String,
    lines: Vec<String>,
}

fn source_folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))
}

fn sources() -> Vec<Source> {
    let mut found = Vec::new();
    let mut folders = vec![source_folder().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of sources") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).expect("a source");
                let name = path.strip_prefix(source_folder()).expect("a path below `src`").with_extension("");
                found.push(Source { name: name.to_string_lossy().into_owned(), lines: code(&text) });
            }
        }
    }
    found.sort_by(|left, right| left.name.cmp(&right.name));
    found
}

fn code(text: &str) -> Vec<String> {
    let before_tests = text.split("#[cfg(test)]").next().unwrap_or_default();
    before_tests.lines().map(|line| line.split("//").next().unwrap_or_default().to_owned()).collect()
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// Whether a line has a name as a whole word. What starts or ends with another sign may stand beside words there.
fn names(line: &str, name: &str) -> bool {
    line.match_indices(name).any(|(at, _)| {
        let before = line[..at].chars().next_back().is_some_and(is_word) && name.starts_with(is_word);
        let after = line[at + name.len()..].chars().next().is_some_and(is_word) && name.ends_with(is_word);
        !before && !after
    })
}

/// The hidden items that a file names, each with its line.
fn hidden_items(source: &Source) -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    let mut importing = false;
    for (number, line) in source.lines.iter().enumerate() {
        let place = || format!("{}.rs:{}: {}", source.name, number + 1, line.trim());
        let named = HIDDEN_ITEMS.iter().chain(HIDDEN_TEXTS).filter(|name| names(line, name));
        found.extend(named.map(|name| (*name, place())));
        // Names of modules are common words: they count where something of async-graphql's is named.
        importing |= line.contains("async_graphql::") || line.contains("async_graphql_value::");
        if importing {
            let named = HIDDEN_MODULES.iter().filter(|name| names(line, name));
            found.extend(named.map(|name| (*name, place())));
        }
        importing &= line.trim_start().starts_with("use ") || line.starts_with(' ');
        importing &= !line.contains(';');
    }
    found
}

#[test]
fn hidden_items_of_async_graphql_are_named_in_the_adapter_alone() {
    let lock =
        fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.lock")).expect("a lock file");
    let locked = format!("name = \"async-graphql\"\nversion = \"{VERSION}\"\n");
    assert!(
        lock.contains(&locked),
        "async-graphql is not {VERSION} any more: look the lists in this file over"
    );

    let mut in_adapter = BTreeSet::new();
    let mut elsewhere = Vec::new();
    for source in sources() {
        let room = source.name == "graphql" || source.name.starts_with("graphql/");
        if !room && !source.lines.iter().any(|line| line.contains("async_graphql")) {
            continue;
        }
        let found = hidden_items(&source);
        if source.name == "graphql/adapter" || source.name.starts_with("graphql/adapter/") {
            in_adapter.extend(found.into_iter().map(|(name, _)| name));
        } else {
            elsewhere.extend(found.into_iter().map(|(name, line)| format!("`{name}` in {line}")));
        }
    }
    for name in USED_BY_THE_ADAPTER {
        assert!(
            in_adapter.contains(name),
            "`{name}` is not found in the adapter: does the search still work?"
        );
    }
    assert!(elsewhere.is_empty(), "only `graphql/adapter` may name these:\n{}", elsewhere.join("\n"));
}

/// The layers that `graphql.rs` lists: for each file or folder of the room, how high it stands.
fn layers() -> BTreeMap<String, usize> {
    let text = fs::read_to_string(source_folder().join("graphql.rs")).expect("the room's own file");
    // An entry may go on in the next line.
    let text = text.replace("\n//!    ", " ");
    let mut layers = BTreeMap::new();
    for line in text.lines().filter_map(|line| line.strip_prefix("//! ")) {
        let Some((number, rest)) = line.split_once(". ") else { continue };
        let Ok(number) = number.parse() else { continue };
        let files = rest.split(':').next().unwrap_or_default();
        layers.extend(files.split('`').skip(1).step_by(2).map(|file| (file.to_owned(), number)));
    }
    layers
}

/// The paths that a text which starts behind `crate::graphql::` names: `a::{b, c::d}` names `a/b` and `a/c/d`.
fn paths(text: &str) -> Vec<String> {
    let name: String = text.chars().take_while(|letter| is_word(*letter)).collect();
    let Some(rest) = text[name.len()..].strip_prefix("::") else {
        return vec![name];
    };
    let inner = match rest.strip_prefix('{') {
        None => paths(rest),
        Some(group) => members(group).into_iter().flat_map(|member| paths(member.trim())).collect(),
    };
    inner.into_iter().map(|path| format!("{name}/{path}")).collect()
}

/// The parts between the commas of a group whose opening bracket is behind us.
fn members(group: &str) -> Vec<&str> {
    let (mut depth, mut start, mut found) = (0, 0, Vec::new());
    for (at, letter) in group.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => {
                found.push(&group[start..at]);
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                found.push(&group[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    found.retain(|member| !member.trim().is_empty());
    found
}

/// What one file of the room uses of others: the file, and the line that says so.
fn used(source: &Source, files: &BTreeSet<String>) -> Vec<(String, String)> {
    let own = source.name.strip_prefix("graphql/").unwrap_or_default();
    let text = source.lines.join("\n");
    let place = |at: usize| {
        let number = text[..at].matches('\n').count();
        format!("{}.rs:{}: {}", source.name, number + 1, source.lines[number].trim())
    };
    let mut used = Vec::new();
    for start in ["crate::graphql::", "super::"] {
        for (at, _) in text.match_indices(start) {
            let behind = &text[at + start.len()..];
            // A group directly behind the room's name.
            let all = match behind.strip_prefix('{') {
                Some(group) => members(group).into_iter().flat_map(|member| paths(member.trim())).collect(),
                None => paths(behind),
            };
            for path in all {
                let mut file = path.as_str();
                while start == "crate::graphql::" && !files.contains(file) {
                    file = file.rsplit_once('/').map_or("", |(folder, _)| folder);
                    if file.is_empty() {
                        break;
                    }
                }
                let known = start == "crate::graphql::" && !file.is_empty();
                assert!(known, "name the file that has `{path}`, from `crate::graphql::` on: {}", place(at));
                used.push((file.to_owned(), place(at)));
            }
        }
    }
    // A file stands above its submodules.
    for (at, _) in text.match_indices("mod ") {
        let name: String = text[at + 4..].chars().take_while(|letter| is_word(*letter)).collect();
        let file = format!("{own}/{name}");
        if files.contains(&file) {
            used.push((file, place(at)));
        }
    }
    used.retain(|(file, _)| file != own);
    used
}

/// The room's files but its first, and what each uses of the others.
fn room() -> BTreeMap<String, Vec<(String, String)>> {
    let sources: Vec<Source> =
        sources().into_iter().filter(|source| source.name.starts_with("graphql/")).collect();
    let own = |source: &Source| source.name["graphql/".len()..].to_owned();
    let files: BTreeSet<String> = sources.iter().map(own).collect();
    sources.iter().map(|source| (own(source), used(source, &files))).collect()
}

#[test]
fn files_of_the_graphql_room_use_what_is_below_them() {
    let layers = layers();
    let room = room();
    let layer = |file: &str| {
        let top = file.split('/').next().unwrap_or_default();
        *layers.get(top).unwrap_or_else(|| panic!("`graphql.rs` lists no layer for `{top}`"))
    };
    let mut checked = 0;
    for (file, uses) in &room {
        for (other, line) in uses {
            checked += 1;
            assert!(layer(other) <= layer(file), "`{file}` stands below `{other}`, which it uses: {line}");
        }
    }
    assert!(checked > 100, "{checked} uses found: does the search still work?");
    for file in layers.keys() {
        assert!(room.contains_key(file), "`graphql.rs` lists `{file}`, which is not there");
    }
}

#[test]
fn files_of_the_graphql_room_are_in_no_cycle() {
    let mut room = room();
    // Files that use nothing that is left are in no cycle; when none is left, there is none.
    loop {
        let left: BTreeSet<String> = room.keys().cloned().collect();
        for uses in room.values_mut() {
            uses.retain(|(file, _)| left.contains(file));
        }
        let before = room.len();
        room.retain(|_, uses| !uses.is_empty());
        if room.len() == before {
            break;
        }
    }
    // What is left leads to a cycle: a way along it comes back to where it was.
    let Some(mut file) = room.keys().next() else { return };
    let mut way: Vec<(&str, &str)> = Vec::new();
    while !way.iter().any(|(known, _)| known == file) {
        let (next, line) = &room[file][0];
        way.push((file, line));
        file = next;
    }
    let cycle: Vec<_> = way.iter().skip_while(|(known, _)| known != file).map(|(_, line)| *line).collect();
    panic!("these uses are a cycle:\n{}", cycle.join("\n"));
}

#[test]
fn the_search_reads_groups() {
    let read = |text: &str| paths(text).join(" ");
    assert_eq!(read("plan::FetchPlan;"), "plan/FetchPlan");
    assert_eq!(read("a::{b, c::{self, d}, e as f};"), "a/b a/c/self a/c/d a/e");
    assert!(names("    context.item.node", ".item") && !names("page.items", ".item"));
    assert!(names("query_env.x", "query_env") && !names("my_query_env", "query_env"));
}
