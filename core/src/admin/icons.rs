//! Small drawings beside the names of entities: one set, of our own, in one stroke.

/// A drawing by its name, and the words in an entity's name that it stands for.
struct Drawing {
    name: &'static str,
    words: &'static [&'static str],
    /// An SVG path within 24 by 24.
    path: &'static str,
}

/// The set. The first that fits is taken.
const DRAWINGS: [Drawing; 24] = [
    Drawing {
        name: "person",
        words: &[
            "user", "person", "customer", "member", "author", "artist", "contact", "account", "patient",
            "student",
        ],
        path: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4 20c1.2-3.4 4.2-5 8-5s6.8 1.6 8 5",
    },
    Drawing {
        name: "people",
        words: &[
            "team",
            "group",
            "organisation",
            "organization",
            "company",
            "department",
            "employee",
            "staff",
            "role",
        ],
        path: "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM2.5 19c.8-3 3.3-4.5 6.5-4.5s5.7 1.5 6.5 4.5M16 4.5a3.5 3.5 0 0 1 0 6.5M18 14.800c1.8.7 3 2.1 3.5 4.2",
    },
    Drawing {
        name: "invoice",
        words: &["invoice", "bill", "receipt", "order", "quote"],
        path: "M6 3h12v18l-3-2-3 2-3-2-3 2V3ZM9.5 8h5M9.5 12h5",
    },
    Drawing {
        name: "list",
        words: &["line", "item", "entry", "playlist", "list", "task", "todo"],
        path: "M9 6h11M9 12h11M9 18h11M4.5 6h.01M4.5 12h.01M4.5 18h.01",
    },
    Drawing {
        name: "money",
        words: &["payment", "price", "money", "salary", "transaction", "budget"],
        path: "M3 7h18v10H3V7ZM12 14.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM6 10v.01M18 14v.01",
    },
    Drawing {
        name: "music",
        words: &["track", "song", "music"],
        path: "M9 18V5l11-2v13M9 18a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0ZM20 16a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0Z",
    },
    Drawing {
        name: "disc",
        words: &["album", "media", "disc", "record"],
        path: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 14a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z",
    },
    Drawing {
        name: "tag",
        words: &["tag", "label", "genre", "category", "kind", "type"],
        path: "M3 12V4h8l10 10-8 8L3 12ZM7.5 8.5v.01",
    },
    Drawing {
        name: "text",
        words: &["post", "article", "note", "page", "document", "story"],
        path: "M6 3h8l4 4v14H6V3ZM14 3v4h4M9 12h6M9 16h6",
    },
    Drawing {
        name: "speech",
        words: &["comment", "message", "review", "reply", "chat"],
        path: "M4 5h16v11h-9l-4 4v-4H4V5Z",
    },
    Drawing {
        name: "bug",
        words: &["issue", "bug", "ticket", "problem", "incident"],
        path: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 8v5M12 16v.01",
    },
    Drawing {
        name: "folder",
        words: &["project", "folder", "collection", "archive"],
        path: "M3 6h6l2 2h10v11H3V6Z",
    },
    Drawing {
        name: "box",
        words: &["product", "stock", "article", "asset", "package", "shipment", "inventory"],
        path: "m12 3 8 4.5v9L12 21l-8-4.5v-9L12 3ZM4 7.5l8 4.5 8-4.5M12 12v9",
    },
    Drawing {
        name: "cart",
        words: &["cart", "basket", "purchase", "sale", "shop"],
        path: "M3 4h2l2.5 11h10L20 7H6M9 20v.01M16 20v.01",
    },
    Drawing {
        name: "calendar",
        words: &["event", "date", "appointment", "booking", "reservation", "schedule", "calendar"],
        path: "M4 6h16v14H4V6ZM4 10h16M8 3v4M16 3v4",
    },
    Drawing {
        name: "clock",
        words: &["time", "shift", "session", "log", "history", "visit"],
        path: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 7v5l3.5 2",
    },
    Drawing {
        name: "place",
        words: &["address", "place", "location", "city", "country", "store", "site"],
        path: "M12 21c4.5-5 7-8.3 7-11.5a7 7 0 0 0-14 0C5 12.7 7.5 16 12 21ZM12 12a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z",
    },
    Drawing {
        name: "mail",
        words: &["mail", "email", "newsletter", "letter"],
        path: "M3 6h18v12H3V6ZM3 7l9 6 9-6",
    },
    Drawing {
        name: "picture",
        words: &["image", "picture", "photo", "gallery"],
        path: "M4 4h16v16H4V4ZM4 16l5-5 4 4 3-3 4 4M15 8.5v.01",
    },
    Drawing {
        name: "file",
        words: &["file", "attachment", "upload", "export", "report"],
        path: "M6 3h8l4 4v14H6V3ZM14 3v4h4",
    },
    Drawing {
        name: "key",
        words: &["key", "token", "permission", "secret", "licence", "license"],
        path: "M8 18a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM11 11l9-9M16 6l3 3",
    },
    Drawing {
        name: "gear",
        words: &["setting", "option", "config", "feature", "parameter"],
        path: "M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM12 2.5v3M12 18.5v3M2.5 12h3M18.5 12h3M5.3 5.300l2.1 2.100M16.6 16.600l2.1 2.100M18.7 5.300l-2.1 2.100M7.4 16.600l-2.1 2.1",
    },
    Drawing {
        name: "star",
        words: &["rating", "favourite", "favorite", "like", "vote"],
        path: "m12 3 2.7 5.7 6.3.8-4.6 4.3 1.2 6.2-5.6-3-5.6 3 1.2-6.200L3 9.5l6.3-.8L12 3Z",
    },
    Drawing { name: "table", words: &[], path: "M4 5h16v14H4V5ZM4 10h16M4 14.5h16M10 5v14" },
];

/// What stands beside the name of an entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Icon {
    /// A drawing: the path of an SVG within 24 by 24.
    Drawing(&'static str),
    /// A text of the application's own: an emoji, a letter.
    Text(&'static str),
}

impl Icon {
    /// The declared one: a drawing by its name, or a text. Without one, the drawing that the words of the name suggest.
    pub(super) fn of(declared: Option<&'static str>, singular: &str) -> Self {
        match declared {
            Some(text) => named(text).map_or(Self::Text(text), Self::Drawing),
            None => Self::Drawing(suggested(singular)),
        }
    }
}

fn named(name: &str) -> Option<&'static str> {
    DRAWINGS.iter().find(|drawing| drawing.name == name).map(|drawing| drawing.path)
}

/// The last word says what a thing is: an `invoice_line` is a line.
fn suggested(singular: &str) -> &'static str {
    let of_word = |word: &str| DRAWINGS.iter().find(|drawing| drawing.words.contains(&word));
    let found = singular.rsplit('_').find_map(of_word);
    found.or(DRAWINGS.last()).map_or("", |drawing| drawing.path)
}

#[cfg(test)]
mod tests {
    use super::{DRAWINGS, Icon, named};

    #[test]
    fn names_suggest_drawings() {
        let of = |singular: &str| Icon::of(None, singular);
        assert_eq!(of("invoice_line"), Icon::Drawing(named("list").unwrap()));
        assert_eq!(of("customer"), Icon::Drawing(named("person").unwrap()));
        assert_eq!(of("zebra"), Icon::Drawing(named("table").unwrap()));
        assert_eq!(Icon::of(Some("star"), "customer"), Icon::Drawing(named("star").unwrap()));
        assert_eq!(Icon::of(Some("♫"), "customer"), Icon::Text("♫"));
    }

    #[test]
    fn drawings_have_names_of_their_own() {
        for (position, drawing) in DRAWINGS.iter().enumerate() {
            assert!(DRAWINGS[..position].iter().all(|other| other.name != drawing.name), "{}", drawing.name);
            assert!(drawing.path.starts_with(['M', 'm']));
        }
    }
}
