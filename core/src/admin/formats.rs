//! How values are shown that have a declared format: `admin(format = money("USD"))`. What cannot be shown so is shown as it is.

use pulldown_cmark::{CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd, html};

use crate::admin::cell::{Cell, Extent};
use crate::admin::reader::Reader;
use crate::admin::texts::Language;
use crate::entity::{AdminFormat, CodeLanguage, Currency, DurationUnit};
use crate::types::{Decimal, shorten};
use crate::value::Value;

/// Characters of a Markdown text in a list.
const LIST_LENGTH: usize = 80;
/// Bytes of Markdown that are laid out; what is longer is shown as it is.
const MAX_MARKDOWN: usize = 200_000;

/// The cell of a value in a format; `None` where the value cannot have it.
pub(super) fn cell(format: AdminFormat, value: &Value, extent: Extent) -> Option<Cell> {
    let text = match (format, value) {
        (AdminFormat::Date, Value::DateTime(time)) => {
            let iso = value.to_text();
            let day = time.with_timezone(&Reader::current().zone).format("%Y-%m-%d").to_string();
            return Some(Cell::Time { iso, text: day });
        }
        (AdminFormat::Markdown, Value::Text(text)) => return markdown_cell(text, extent),
        (AdminFormat::Image, Value::Text(text)) => return is_web(text).then(|| Cell::Picture(text.clone())),
        (AdminFormat::Color, Value::Text(text)) => {
            return is_colour(text).then(|| Cell::Colour(text.clone()));
        }
        (AdminFormat::Code(CodeLanguage::Json), Value::Text(text)) => return json_cell(text, extent),
        (AdminFormat::Money(Currency(code)), _) => format!("{} {code}", grouped(&value.to_text())?),
        (AdminFormat::Duration(unit), _) => duration(number(value)?, unit)?,
        (AdminFormat::Bytes, _) => bytes(number(value)?)?,
        (AdminFormat::Percent, _) => {
            let percent = number(value)?.checked_mul(Decimal::ONE_HUNDRED)?.normalize();
            format!("{} %", grouped(&percent.to_string())?)
        }
        _ => return None,
    };
    Some(Cell::Formatted { text, exact: value.to_text() })
}

fn number(value: &Value) -> Option<Decimal> {
    value.to_text().parse().ok()
}

/// Digits in groups of three, as the reader's language writes them.
fn grouped(text: &str) -> Option<String> {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let plain = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !plain(whole) || !plain(part) {
        return None;
    }
    let (group, point) = match Reader::current().language {
        Language::English => (',', '.'),
        Language::German => ('.', ','),
    };
    let mut written = sign.to_owned();
    for (position, digit) in whole.chars().enumerate() {
        if position > 0 && (whole.len() - position).is_multiple_of(3) {
            written.push(group);
        }
        written.push(digit);
    }
    if !part.is_empty() {
        written.push(point);
        written.push_str(part);
    }
    Some(written)
}

/// `3:25`, `1:02:03`.
fn duration(number: Decimal, unit: DurationUnit) -> Option<String> {
    let per_second = match unit {
        DurationUnit::Ms => Decimal::ONE_THOUSAND,
        DurationUnit::S => Decimal::ONE,
    };
    let seconds: i64 = number.checked_div(per_second)?.round().try_into().ok()?;
    let (sign, seconds) = if seconds < 0 { ("-", seconds.checked_neg()?) } else { ("", seconds) };
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    Some(match hours {
        0 => format!("{sign}{minutes}:{seconds:02}"),
        hours => format!("{sign}{hours}:{minutes:02}:{seconds:02}"),
    })
}

/// `3.4 MB`: a thousand bytes are a kilobyte.
fn bytes(number: Decimal) -> Option<String> {
    let mut left = number;
    let mut unit = "B";
    for next in ["kB", "MB", "GB", "TB", "PB"] {
        if left.abs() < Decimal::ONE_THOUSAND {
            break;
        }
        left = left.checked_div(Decimal::ONE_THOUSAND)?;
        unit = next;
    }
    Some(format!("{} {unit}", grouped(&left.round_dp(1).normalize().to_string())?))
}

fn is_web(text: &str) -> bool {
    let web = text.starts_with("https://") || text.starts_with("http://");
    web && !text.contains(|letter: char| letter.is_whitespace() || letter.is_control())
}

/// `#rgb`, `#rrggbb`, each also with transparency, or a name.
fn is_colour(text: &str) -> bool {
    match text.strip_prefix('#') {
        Some(digits) => {
            matches!(digits.len(), 3 | 4 | 6 | 8) && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
        }
        None => (3..=20).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphabetic()),
    }
}

fn json_cell(text: &str, extent: Extent) -> Option<Cell> {
    let json: serde_json::Value = serde_json::from_str(text).ok()?;
    Some(Cell::Code(match extent {
        Extent::Full => format!("{json:#}"),
        Extent::Short => shorten(&json.to_string(), LIST_LENGTH).into_owned(),
    }))
}

fn markdown_cell(text: &str, extent: Extent) -> Option<Cell> {
    if text.len() > MAX_MARKDOWN {
        return None;
    }
    Some(match extent {
        Extent::Full => Cell::Markup(markup(text)),
        Extent::Short => Cell::Text(shorten(&words(text), LIST_LENGTH).into_owned()),
    })
}

/// Markdown as HTML. HTML within it is shown as text, links lead to the web, to mail or into the application, and
/// pictures are links: nothing is loaded.
fn markup(text: &str) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let safe = Parser::new_ext(text, options).map(|event| match event {
        Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
        Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => Event::Start(Tag::Link {
            link_type: LinkType::Inline,
            dest_url: if may_lead(&dest_url) { dest_url } else { CowStr::Borrowed("#") },
            title: CowStr::Borrowed(""),
            id: CowStr::Borrowed(""),
        }),
        Event::End(TagEnd::Image) => Event::End(TagEnd::Link),
        // A heading of a text stands below those of the page.
        Event::Start(Tag::Heading { classes, attrs, .. }) => {
            Event::Start(Tag::Heading { level: HeadingLevel::H3, id: None, classes, attrs })
        }
        Event::End(TagEnd::Heading(_)) => Event::End(TagEnd::Heading(HeadingLevel::H3)),
        event => event,
    });
    let mut written = String::new();
    html::push_html(&mut written, safe);
    written
}

fn may_lead(url: &str) -> bool {
    let inside = url.starts_with('/') && !url.starts_with("//") && !url.contains('\\');
    ["https://", "http://", "mailto:"].iter().any(|scheme| url.starts_with(scheme)) || inside
}

/// The words of a Markdown text, in one line.
fn words(text: &str) -> String {
    let mut words = String::new();
    for event in Parser::new(text) {
        match event {
            Event::Text(text) | Event::Code(text) => words.push_str(&text),
            Event::SoftBreak | Event::HardBreak | Event::End(_) => words.push(' '),
            _ => {}
        }
        if words.len() > 4 * LIST_LENGTH {
            break;
        }
    }
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_for_people() {
        assert_eq!(grouped("-1234567.50").as_deref(), Some("-1,234,567.50"));
        assert_eq!(grouped("999").as_deref(), Some("999"));
        assert_eq!(grouped("1e9"), None);
        let whole = |number: i64| Decimal::from(number);
        assert_eq!(duration(whole(205_000), DurationUnit::Ms).as_deref(), Some("3:25"));
        assert_eq!(duration(whole(-3723), DurationUnit::S).as_deref(), Some("-1:02:03"));
        assert_eq!(duration(Decimal::MAX, DurationUnit::S), None);
        assert_eq!(bytes(whole(999)).as_deref(), Some("999 B"));
        assert_eq!(bytes(whole(3_420_000)).as_deref(), Some("3.4 MB"));
        assert!(bytes(Decimal::MAX).is_some_and(|text| text.ends_with(" PB")));
    }

    #[test]
    fn markdown_runs_and_loads_nothing() {
        let text = "# Title\n\n<script>alert(1)</script>\n\n**bold** <img src=x onerror=a> [x](javascript:alert(1)) \
                    ![pic](https://a.example/p.png) [in](/admin) [out](//evil.example) <javascript:alert(1)>";
        let html = markup(text);
        for gone in ["<script", "<img", "href=\"javascript", "href=\"//", "onerror=a>"] {
            assert!(!html.contains(gone), "{gone} in {html}");
        }
        for kept in
            ["<strong>bold</strong>", "&lt;script&gt;", "href=\"https://a.example/p.png\"", "href=\"/admin\""]
        {
            assert!(html.contains(kept), "no {kept} in {html}");
        }
        assert_eq!(words("# A\n\n- *b* `c`\n<i>d"), "A b c d");
    }

    #[test]
    fn pictures_and_colours_are_what_they_should_be() {
        assert!(is_web("https://a.example/x.png") && !is_web("javascript:x") && !is_web("https://a b"));
        assert!(
            is_colour("#1a7f5a") && is_colour("rebeccapurple") && !is_colour("#12") && !is_colour("url(x)")
        );
    }
}
