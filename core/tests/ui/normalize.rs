//! Messages of rustc without what differs between machines and what changes with files that they only look into.

/// Lines that say nothing of the file.
const LEFT_OUT: [&str; 6] = [
    "error: aborting due to ",
    "Some errors have detailed explanations:",
    "For more information about ",
    "= note: the full name for the type has been written to ",
    "= note: the full type name has been written to ",
    "= note: consider using `--verbose` to print the full type name",
];

/// How many types are shown of a list of those that implement a trait, as rustc does when it is not asked for more.
const LISTED: usize = 8;

/// How deep the lines of such a list are indented at least.
const LIST_INDENT: usize = 10;

/// The messages with paths relative to the package, and with line numbers of the files in `folder` alone.
pub(crate) fn normalize(said: &str, folder: &str, package: &str) -> String {
    let said = said.replace("\r\n", "\n");
    let lines = said.lines().map(str::trim_end);
    let lines: Vec<&str> =
        lines.filter(|line| !LEFT_OUT.iter().any(|start| line.trim_start().starts_with(start))).collect();
    let messages = lines.split(|line| line.is_empty()).filter(|message| !message.is_empty());
    let messages: Vec<String> = messages.map(|message| normalize_message(message, folder, package)).collect();
    messages.join("\n")
}

/// One error with its notes, which share the width of their line numbers.
fn normalize_message(lines: &[&str], folder: &str, package: &str) -> String {
    let mut shown = Vec::new();
    // Whether the snippet is of a file whose lines move.
    let mut elsewhere = false;
    let (mut width, mut kept_width) = (0, 1);
    for line in &shorten_lists(lines) {
        if let Some((arrow, place)) = arrow(line) {
            let path = relative(place, package);
            elsewhere = !path.starts_with(folder);
            width = width.max(arrow.len() - "--> ".len());
            let path = if elsewhere { without_position(&path) } else { &path };
            shown.push(format!("{arrow}{path}"));
        } else if let Some(digits) = line_number(line) {
            width = width.max(digits);
            if elsewhere {
                shown.push(format!("{}{}", " ".repeat(digits), &line[digits..]));
            } else {
                kept_width = kept_width.max(line[..digits].trim_start().len());
                shown.push(line.clone());
            }
        } else {
            shown.push(line.clone());
        }
    }
    let mut text = String::new();
    let mut in_heading = false;
    for line in &shown {
        if line.starts_with(|first: char| first.is_alphabetic()) {
            in_heading = true;
        } else if is_gutter(line) {
            in_heading = false;
        }
        let extra = if in_heading { 0 } else { width.saturating_sub(kept_width) };
        let spaces = line.len() - line.trim_start_matches(' ').len();
        text.push_str(&line[extra.min(spaces)..]);
        text.push('\n');
    }
    text
}

/// `  --> path:1:2` as its arrow and its place.
fn arrow(line: &str) -> Option<(&str, &str)> {
    let trimmed = line.trim_start_matches(' ');
    let is_arrow = trimmed.starts_with("--> ") || trimmed.starts_with("::: ");
    is_arrow.then(|| line.split_at(line.len() - trimmed.len() + "--> ".len()))
}

/// How wide the number at the beginning of a line of source text is.
fn line_number(line: &str) -> Option<usize> {
    let end = line.find(|char: char| char != ' ' && !char.is_ascii_digit())?;
    let digits = line[..end].trim_end();
    let of_source = !digits.is_empty()
        && [" | ", " - ", " + ", " ~ "].iter().any(|bar| line[digits.len()..].starts_with(bar));
    (of_source || (!digits.is_empty() && line[digits.len()..] == *" |")).then_some(digits.len())
}

fn is_gutter(line: &str) -> bool {
    let trimmed = line.trim_start();
    arrow(line).is_some()
        || line_number(line).is_some()
        || ["|", "= ", "..."].iter().any(|start| trimmed.starts_with(start))
}

/// The path in the package, in the standard library or in a package of the registry, in whatever folder those are.
fn relative(place: &str, package: &str) -> String {
    let place = place.replace('\\', "/");
    if let Some(path) = place.strip_prefix(package).and_then(|rest| rest.strip_prefix('/')) {
        return path.to_owned();
    }
    if let Some((_, path)) = place.split_once("/library/").filter(|(before, _)| before.contains("rust")) {
        return format!("$RUST/{path}");
    }
    if let Some((_, path)) = place.split_once("/registry/src/") {
        return format!("$CARGO/{}", path.split_once('/').map_or(path, |(_, path)| path));
    }
    place
}

/// `path:1:2` as `path`.
fn without_position(place: &str) -> &str {
    place.trim_end_matches(|char: char| char == ':' || char.is_ascii_digit())
}

/// Lists of the types that implement a trait, no longer than [`LISTED`]: that the framework has more types changes
/// nothing in the message.
fn shorten_lists(lines: &[&str]) -> Vec<String> {
    let mut shortened = Vec::new();
    let mut listed = None;
    for line in lines {
        let text = line.trim_start();
        if text.starts_with("= help: the following ") && text.contains("types implement trait ") {
            listed = Some(0);
        } else if let Some(count) = listed.as_mut().filter(|_| line.len() - text.len() >= LIST_INDENT) {
            *count += 1;
            if *count > LISTED {
                if *count == LISTED + 1 {
                    let indent = " ".repeat(line.len() - text.len() - 2);
                    shortened.push(format!("{indent}and $N others"));
                }
                continue;
            }
        } else {
            listed = None;
        }
        shortened.push((*line).to_owned());
    }
    shortened
}
