//! Texts as HTML.

use std::fmt::{self, Write as _};

pub(super) use crate::http::html::Escaped;

/// The paragraphs of a description: what of Markdown doc comments are made of, which is paragraphs, lists, code.
pub(super) fn markdown(out: &mut String, text: &str) -> fmt::Result {
    let mut blocks = text.split("\n\n");
    while let Some(block) = blocks.next() {
        let block = block.trim_matches('\n');
        if let Some(code) = block.strip_prefix("```") {
            write_code(out, code, &mut blocks)?;
            continue;
        }
        let is_item = |line: &str| line.starts_with("- ") || line.starts_with("* ");
        if !block.is_empty() && block.lines().all(is_item) {
            out.push_str("<ul>");
            for line in block.lines() {
                out.push_str("<li>");
                inline(out, line[2..].trim())?;
                out.push_str("</li>");
            }
            out.push_str("</ul>\n");
        } else if !block.trim().is_empty() {
            out.push_str("<p>");
            inline(out, block)?;
            out.push_str("</p>\n");
        }
    }
    Ok(())
}

/// A block of code, which goes on to its closing fence through blank lines.
fn write_code<'t>(out: &mut String, first: &'t str, more: &mut impl Iterator<Item = &'t str>) -> fmt::Result {
    let mut code = first.split_once('\n').map_or("", |(_, code)| code).to_owned();
    while !code.trim_end().ends_with("```") {
        let Some(block) = more.next() else { break };
        code.push_str("\n\n");
        code.push_str(block);
    }
    let code = code.trim_end();
    writeln!(
        out,
        "<pre tabindex=\"0\"><code>{}</code></pre>",
        Escaped(code.strip_suffix("```").unwrap_or(code))
    )
}

/// A line: text, and code between backticks.
pub(super) fn inline(out: &mut String, text: &str) -> fmt::Result {
    for (position, part) in text.split('`').enumerate() {
        match position % 2 {
            0 => write!(out, "{}", Escaped(part))?,
            _ => write!(out, "<code>{}</code>", Escaped(part))?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(text: &str) -> String {
        let mut out = String::new();
        markdown(&mut out, text).expect("written");
        out
    }

    #[test]
    fn nothing_of_a_text_is_markup() {
        assert_eq!(html("<b> & \"`<i>`"), "<p>&lt;b&gt; &amp; &quot;<code>&lt;i&gt;</code></p>\n");
        assert_eq!(Escaped("'\"><script>").to_string(), "&#39;&quot;&gt;&lt;script&gt;");
    }

    #[test]
    fn paragraphs_lists_and_code() {
        assert_eq!(html("a\nb\n\nc"), "<p>a\nb</p>\n<p>c</p>\n");
        assert_eq!(html("- a\n- `b`"), "<ul><li>a</li><li><code>b</code></li></ul>\n");
        assert_eq!(
            html("```json\n{\n\n}\n```\n\nx"),
            "<pre tabindex=\"0\"><code>{\n\n}\n</code></pre>\n<p>x</p>\n"
        );
        assert_eq!(html("```\nopen"), "<pre tabindex=\"0\"><code>open</code></pre>\n");
        assert_eq!(html(""), "");
    }
}
