//! `/docs/try`: Swagger UI with its assets inside, in our colours and with names for its controls.

/// The colours: Swagger UI's own are too faint for WCAG 2.2 AA.
const STYLE: &str = include_str!("../../../assets/docs/docs.css");
/// What Swagger UI leaves out for keyboards and screen readers.
const SCRIPT: &str = include_str!("../../../assets/docs/docs.js");

/// The page that shows `spec`. Nothing is loaded from elsewhere.
pub(in crate::rest) fn docs_page(title: &str, spec: &str) -> String {
    let empty = poem_openapi::OpenApiService::new((), title, "");
    // `<` stands only inside JSON strings, where the escape means the same and cannot end the script.
    let spec = spec.replace('<', "\\u003c");
    let title = title.replace('&', "&amp;").replace('<', "&lt;");
    let head = format!(
        "<title>{title}</title>\n    <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n    \
         <link rel=\"icon\" href=\"data:,\">"
    );
    let body = format!("</style>\n<script>{SCRIPT}</script>\n</head>\n<body>\n\n<main id=\"ui\"></main>");
    let mut page = empty.swagger_ui_html();
    for (theirs, ours) in [
        ("<html charset=\"UTF-8\">", "<!doctype html>\n<html lang=\"en\">"),
        ("<title>Swagger UI</title>", &head),
        ("</head>\n<body>\n\n<div id=\"ui\"></div>", &format!("<style>{STYLE}{body}")),
        ("        deepLinking: true,\n", "        deepLinking: true,\n        plugins: [plainPaths],\n"),
    ] {
        page = page.replacen(theirs, ours, 1);
    }
    page.trim_start().replacen(&empty.spec(), &spec, 1)
}

#[cfg(test)]
mod tests {
    use super::docs_page;

    #[test]
    fn swagger_ui_is_completed() {
        let page = docs_page("A & B", "{\"marker\": \"</script>\"}");
        assert!(page.starts_with("<!doctype html>\n<html lang=\"en\">"), "{}", &page[..200]);
        for part in [
            "<title>A &amp; B</title>",
            "<main id=\"ui\">",
            "plugins: [plainPaths],",
            "const plainPaths =",
            "let spec = {\"marker\": \"\\u003c/script>\"};",
        ] {
            assert_eq!(page.matches(part).count(), 1, "{part}");
        }
    }
}
