//! Shell blocks in Markdown, and what they print.

/// A block of `sh`.
#[derive(Debug, PartialEq)]
pub struct Block {
    /// The line of its fence, from 1.
    pub line: usize,
    pub code: String,
    /// What follows it.
    pub printed: Option<Printed>,
    /// Why it is not run, if it is not.
    pub not_run: Option<String>,
    /// A program that a machine may lack, without which it is not run.
    pub needs: Option<String>,
}

/// What a block prints.
#[derive(Debug, PartialEq)]
pub enum Printed {
    Text(String),
    Json(String),
}

/// The Markdown of a Rust file's `//!` lines. Other lines are empty ones, so that lines keep their numbers.
pub fn docs(rust: &str) -> String {
    let lines = rust.lines().map(|line| line.strip_prefix("//!").unwrap_or_default());
    lines
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
        .fold(String::new(), |text, line| text + line + "\n")
}

/// The shell blocks of a text, in order.
pub fn of(markdown: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut lines = markdown.lines().enumerate();
    // Whether nothing but empty lines came since the last shell block.
    let mut follows = false;
    while let Some((number, line)) = lines.next() {
        let Some(info) = line.strip_prefix("```") else {
            follows &= line.trim().is_empty();
            continue;
        };
        let inside = lines.by_ref().map(|(_, line)| line).take_while(|line| *line != "```");
        let code: String = inside.flat_map(|line| [line, "\n"]).collect();
        let (language, rest) = info.split_once(' ').unwrap_or((info, ""));
        match (language, blocks.last_mut()) {
            ("sh", _) => {
                let after = |word| rest.strip_prefix(word).map(|rest| rest.trim().to_owned());
                let (not_run, needs) = (after("not-run:"), after("needs:"));
                assert!(
                    rest.is_empty() || not_run.is_some() || needs.is_some(),
                    "line {}: `{rest}` after `sh`; a block that is not run says `sh not-run: why`, one that wants a \
                     program `sh needs: it`",
                    number + 1
                );
                blocks.push(Block { line: number + 1, code, printed: None, not_run, needs });
            }
            ("text", Some(block)) if follows => block.printed = Some(Printed::Text(code)),
            ("json", Some(block)) if follows => block.printed = Some(Printed::Json(code)),
            _ => {}
        }
        follows = language == "sh";
    }
    blocks
}

#[test]
fn blocks_are_found_with_what_they_print() {
    let text = "a\n```sh\none\n```\n\n```json\n{}\n```\n```text\nnot this\n```\n```sh not-run: a reason\ntwo\n```\nwords\n```text\nno\n```\n```sh needs: it\n```\n";
    let found = of(text);
    assert_eq!((found.len(), found[2].needs.as_deref(), found[1].needs.as_deref()), (3, Some("it"), None));
    assert_eq!((found[0].line, &*found[0].code), (2, "one\n"));
    assert_eq!(found[0].printed, Some(Printed::Json("{}\n".to_owned())));
    assert_eq!((found[1].not_run.as_deref(), &found[1].printed), (Some("a reason"), &None));
    assert_eq!(docs("//! ```sh\n//!   a\n//!\nuse b;\n"), "```sh\n  a\n\n\n");
}
