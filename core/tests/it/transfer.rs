//! Files of rows: one reading of each text, and what is exported comes back as what it was.

use entify::entity::Entity as _;
use entify::prelude::*;
use entify::testing::each_database;
use entify::transfer::{self, FileFormat};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

#[derive(Entity)]
#[entity(policy = public)]
pub struct Card {
    #[entity(min_len = 0)]
    title: String,
    note: Option<String>,
    done: Option<bool>,
    image: Option<Bytes>,
    amount: Option<Decimal>,
    ratio: Option<f64>,
    document: Option<Json>,
    tags: Option<Vec<String>>,
    day: Option<NaiveDate>,
}

fn all() -> Vec<&'static entify::entity::EntityDef> {
    entify::entities![Card].to_vec()
}

async fn import(ctx: &Ctx, format: FileFormat, text: &[u8]) -> entify::Result<u64> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("rows");
    std::fs::write(&path, text).expect("a file");
    transfer::import(ctx, Card::def().info(), &path, format, ()).await
}

async fn export(ctx: &Ctx, format: FileFormat) -> String {
    let mut out = Vec::new();
    transfer::export(ctx, Card::def().info(), format, &mut out, &()).await.expect("an export");
    String::from_utf8(out).expect("UTF-8")
}

async fn clear(ctx: &Ctx) {
    CardService::new(ctx).delete_where(Card::id().gt(Id::new(0))).await.expect("no rows");
}

async fn cards(ctx: &Ctx) -> Vec<CardModel> {
    CardService::new(ctx).list(Query::default()).await.expect("cards").items
}

#[each_database(all())]
async fn both_formats_take_what_spreadsheets_write(ctx: Ctx) {
    for end in ["\n", "\r\n", "\r"] {
        for mark in ["", "\u{feff}"] {
            let csv =
                format!("{mark}title,done{end}a,TRUE{end}b,True{end}c,1{end}d,FALSE{end}e,0{end}f,false");
            let lines = ["a|\"TRUE\"", "b|\"True\"", "c|1", "d|\"FALSE\"", "e|0", "f|false"];
            let line = |line: &str| {
                line.split_once('|')
                    .map(|(title, done)| format!("{{\"title\":\"{title}\",\"done\":{done}}}{end}"))
            };
            let jsonl = format!("{mark}{}", lines.iter().filter_map(|text| line(text)).collect::<String>());
            for (format, text) in [(FileFormat::Csv, csv), (FileFormat::Jsonl, jsonl)] {
                assert_eq!(import(&ctx, format, text.as_bytes()).await, Ok(6), "{text:?}");
                let done: Vec<_> = cards(&ctx).await.iter().map(|card| card.done).collect();
                assert_eq!(done, [true, true, true, false, false, false].map(Some), "{text:?}");
                clear(&ctx).await;
            }
        }
    }
}

#[each_database(all())]
async fn an_empty_text_is_not_null(ctx: Ctx) {
    let csv = "title,note,image\na,,\nb,\"\",\"\"\n\"\",\"x\ny\r\nz\",\n";
    assert_eq!(import(&ctx, FileFormat::Csv, csv.as_bytes()).await, Ok(3));
    let cards = cards(&ctx).await;
    let notes: Vec<_> = cards.iter().map(|card| card.note.as_deref()).collect();
    assert_eq!(notes, [None, Some(""), Some("x\ny\r\nz")]);
    assert_eq!(cards[0].image, None);
    assert_eq!(cards[1].image, Some(Bytes::new()));
    assert_eq!(cards[2].title, "");
    // What is always there is not NULL, quoted or not; a number that is quoted and empty is none.
    assert_eq!(import(&ctx, FileFormat::Csv, b"title,amount\n,\"\"\n").await, Ok(1));
}

#[each_database(all())]
async fn what_is_wrong_names_its_line(ctx: Ctx) {
    let cases: [(FileFormat, &[u8], &str); 9] = [
        (FileFormat::Csv, b"", "the file is empty; its first line must name the fields"),
        (FileFormat::Csv, b"\xef\xbb\xbf", "the file is empty; its first line must name the fields"),
        (FileFormat::Csv, b"\xff\xfet\0", "the file is UTF-16; save it as UTF-8"),
        (FileFormat::Csv, b"title\r\"a\rb\"\rc,d", "line 4: has 2 cells; the first line has 1"),
        (FileFormat::Csv, b"title,done\na,yes\n", "line 2: done: must be true or false"),
        (
            FileFormat::Jsonl,
            b"{\"title\":\"a\"}\r{\"title\":\"a\",\"title\":\"b\"}",
            "line 2: cannot be read: the key `title` comes twice",
        ),
        (
            FileFormat::Jsonl,
            b"{\"title\":\"a\",\"document\":{\"x\":1,\"x\":2}}",
            "line 1: cannot be read: the key `x` comes twice",
        ),
        (FileFormat::Jsonl, b"\n[]\n", "line 2: must be a JSON object"),
        (FileFormat::Jsonl, b"{\"title\":\"a\"", "line 1: cannot be read: EOF while parsing an object"),
    ];
    for (format, text, expected) in cases {
        let error = import(&ctx, format, text).await.expect_err(expected).to_string();
        assert_eq!(error, expected, "{}", String::from_utf8_lossy(text));
    }
    assert_eq!(import(&ctx, FileFormat::Csv, b"title,done\r\n").await, Ok(0));
    assert_eq!(import(&ctx, FileFormat::Jsonl, b"").await, Ok(0));
}

fn text() -> impl Strategy<Value = String> {
    proptest::collection::vec(
        prop_oneof![
            Just(','),
            Just('"'),
            Just('\n'),
            Just('\r'),
            Just(' '),
            Just('\u{feff}'),
            Just('é'),
            Just('\\'),
            Just('a')
        ],
        0..6,
    )
    .prop_map(String::from_iter)
}

fn card() -> impl Strategy<Value = CardInput> {
    use proptest::option::of;
    let document = prop_oneof![
        Just(serde_json::json!({"a": [1, null, "x,\"y\""], "b": 1.5})),
        Just(serde_json::from_str("123456789012345678901234567890.125").expect("a number")),
        text().prop_map(Json::String),
    ];
    (
        text(),
        of(text()),
        of(any::<bool>()),
        of(proptest::collection::vec(any::<u8>(), 0..5)),
        of((any::<i64>(), 0_u32..28).prop_map(|(digits, scale)| Decimal::new(digits, scale))),
        of(proptest::num::f64::NORMAL),
        of(document),
        of(proptest::collection::vec(text(), 0..3)),
        of((0_i32..3_000_000).prop_map(|days| {
            NaiveDate::from_ymd_opt(1, 1, 1).unwrap() + chrono::TimeDelta::days(days.into())
        })),
    )
        .prop_map(|(title, note, done, image, amount, ratio, document, tags, day)| CardInput {
            note,
            done,
            image: image.map(Bytes::from),
            amount,
            ratio,
            document,
            tags,
            day,
            ..CardInput::new(title)
        })
}

#[each_database(all())]
async fn what_is_exported_comes_back_as_what_it_was(ctx: Ctx) {
    let mut runner = TestRunner::deterministic();
    let inputs = proptest::collection::vec(card(), 300).new_tree(&mut runner).expect("cards").current();
    CardService::new(&ctx).create_many(inputs).await.expect("cards");
    let before = cards_by_key(&ctx).await;
    for format in [FileFormat::Csv, FileFormat::Jsonl] {
        let first = export(&ctx, format).await;
        clear(&ctx).await;
        assert_eq!(import(&ctx, format, first.as_bytes()).await, Ok(300));
        assert_eq!(export(&ctx, format).await, first);
        assert_eq!(cards_by_key(&ctx).await, before);
        // As a spreadsheet would save it.
        if format == FileFormat::Csv {
            clear(&ctx).await;
            assert_eq!(import(&ctx, format, format!("\u{feff}{first}").as_bytes()).await, Ok(300));
        }
    }
}

async fn cards_by_key(ctx: &Ctx) -> Vec<CardModel> {
    let query = Query { order: Card::id().asc(), ..Query::default() };
    CardService::new(ctx).list(query).await.expect("cards").items
}
