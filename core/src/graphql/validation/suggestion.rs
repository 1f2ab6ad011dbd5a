//! "Did you mean": the known names that are nearest to a wrong one.

/// Names suggested at once.
const MAX_SUGGESTIONS: usize = 3;
/// Longer names are compared with nothing.
const MAX_LENGTH: usize = 100;

/// `; did you mean …?`, or nothing.
pub(super) fn of<'n>(name: &str, known: impl IntoIterator<Item = &'n String>) -> String {
    if name.len() > MAX_LENGTH {
        return String::new();
    }
    let near = (name.len() / 3).max(1);
    let mut found: Vec<(usize, &str)> = known
        .into_iter()
        .filter(|known| known.len() <= MAX_LENGTH)
        .map(|known| (distance(name, known), known.as_str()))
        .filter(|(distance, _)| *distance <= near)
        .collect();
    found.sort_unstable();
    let found: Vec<_> = found.iter().take(MAX_SUGGESTIONS).map(|(_, known)| format!("`{known}`")).collect();
    if found.is_empty() { String::new() } else { format!("; did you mean {}?", found.join(" or ")) }
}

/// How many letters are to be put in, taken out or replaced, upper and lower case alike (Levenshtein).
fn distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (above, left) in from.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = above + 1;
        for (at, right) in to.bytes().enumerate() {
            let replaced = diagonal + usize::from(!left.eq_ignore_ascii_case(&right));
            diagonal = row[at + 1];
            row[at + 1] = replaced.min(row[at] + 1).min(diagonal + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_nearest_are_suggested() {
        let known = ["email", "emailVerified", "status", "id"].map(str::to_owned);
        assert_eq!(super::of("emial", &known), "");
        assert_eq!(super::of("emal", &known), "; did you mean `email`?");
        assert_eq!(super::of("STATUS", &known), "; did you mean `status`?");
        assert_eq!(super::distance("kitten", "sitting"), 3);
    }
}
