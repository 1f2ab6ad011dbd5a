//! The free-text search, plain and full-text, finds the same rows on both databases.

use entify::db::{Executor, Layout, Statement};
use entify::prelude::*;
use entify::testing::each_database;
use entify::types::Kind;
use entify::value::Value;

/// Words anywhere.
#[derive(Entity)]
#[entity(policy = public)]
pub struct Label {
    #[entity(search)]
    name: String,
}

/// Words by a full-text index.
#[derive(Entity)]
#[entity(policy = public)]
pub struct Article {
    #[entity(search(fulltext), max_len = 200)]
    title: String,
    #[entity(search(fulltext), multiline)]
    body: Option<String>,
    stars: i32,
}

/// Both, under a key that is no number.
#[derive(Entity)]
#[entity(policy = public, key = uuid)]
pub struct Leaflet {
    #[entity(search(fulltext))]
    text: String,
    #[entity(search)]
    code: Option<String>,
}

fn entities() -> Vec<&'static entify::entity::EntityDef> {
    entify::entities![Label, Article, Leaflet].to_vec()
}

async fn labels(ctx: &Ctx, words: &str) -> Vec<String> {
    let query = Query { search: Some(words.to_owned()), ..Query::default() };
    let page = LabelService::new(ctx).list(query.first(100)).await.expect("a page");
    page.items.into_iter().map(|label| label.name).collect()
}

async fn articles(ctx: &Ctx, words: &str) -> Vec<String> {
    let query = Query { search: Some(words.to_owned()), ..Query::default() };
    let page = ArticleService::new(ctx).list(query.first(100)).await.expect("a page");
    page.items.into_iter().map(|article| article.title).collect()
}

async fn leaflets(ctx: &Ctx, words: &str) -> Vec<String> {
    let query = Query { search: Some(words.to_owned()), ..Query::default() };
    let page = LeafletService::new(ctx).list(query.order(Leaflet::text().asc())).await.expect("a page");
    page.items.into_iter().map(|leaflet| leaflet.text).collect()
}

/// Texts, a search that finds exactly that one, and whether only a search for parts of words does.
const LETTERS: [(&str, &[&str], &[&str]); 8] = [
    ("ÄÖÜ Ärger", &["äöü", "ÄÖÜ", "äÖü är", "ÄR"], &["aou", "ae", "arger"]),
    ("Straße", &["straße", "STRAẞE", "stra"], &["strasse", "STRASSE"]),
    ("ΟΔΟΣ Ὀδυσσεύς", &["οδος", "οδοσ", "ΟΔΟ", "ὀδυσσεύσ", "ὈΔΥΣΣΕΎΣ"], &["οδυσσευς"]),
    ("İstanbul", &["istanbul", "ISTANBUL", "İSTAN"], &["ıstanbul"]),
    ("ısparta", &["ısparta", "ıSPARTA"], &["isparta", "ISPARTA"]),
    ("МОСКВА ёлка", &["москва", "Москва Ёл", "ЁЛКА"], &["елка"]),
    ("smørrebrød", &["SMØRREBRØD", "smØrre"], &["smorre"]),
    ("東京タワー", &["東京", "東京タワー"], &["タワーズ"]),
];

#[each_database(entities())]
async fn letters_are_alike_whatever_their_case(ctx: Ctx) {
    for (text, _, _) in LETTERS {
        LabelService::new(&ctx).create(LabelInput::new(text)).await.expect("a label");
        ArticleService::new(&ctx).create(ArticleInput::new(text, 0)).await.expect("an article");
    }
    for (text, found, not_found) in LETTERS {
        for words in found {
            assert_eq!(labels(&ctx, words).await, [text], "{words}");
            assert_eq!(articles(&ctx, words).await, [text], "{words}");
        }
        for words in not_found {
            assert_eq!(labels(&ctx, words).await, [""; 0], "{words}");
            assert_eq!(articles(&ctx, words).await, [""; 0], "{words}");
        }
    }
}

#[each_database(entities())]
async fn a_plain_search_finds_parts_and_knows_no_patterns(ctx: Ctx) {
    for name in ["100%_Bob\\", "a*b?c[d]", "^x.y$|(z)", "{2} + \"q\" 'p'", "plain"] {
        LabelService::new(&ctx).create(LabelInput::new(name)).await.expect("a label");
    }
    for (words, found) in [
        ("%", &["100%_Bob\\"][..]),
        ("_B", &["100%_Bob\\"]),
        ("\\", &["100%_Bob\\"]),
        ("b\\", &["100%_Bob\\"]),
        ("*", &["a*b?c[d]"]),
        ("A*B", &["a*b?c[d]"]),
        ("?C[D", &["a*b?c[d]"]),
        ("]", &["a*b?c[d]"]),
        ("X.Y", &["^x.y$|(z)"]),
        ("^X", &["^x.y$|(z)"]),
        ("$|(Z)", &["^x.y$|(z)"]),
        ("x.", &["^x.y$|(z)"]),
        ("{2} Q", &["{2} + \"q\" 'p'"]),
        ("'P'", &["{2} + \"q\" 'p'"]),
        ("LAI", &["plain"]),
        ("in pl", &["plain"]),
        ("in px", &[]),
        (".", &["^x.y$|(z)"]),
    ] {
        assert_eq!(labels(&ctx, words).await, found, "{words}");
    }
    assert_eq!(labels(&ctx, " \t ").await.len(), 5, "no word, no condition");
}

#[each_database(entities())]
async fn a_search_is_bounded(ctx: Ctx) {
    let search = |words: String| {
        let ctx = ctx.clone();
        async move {
            let query = Query { search: Some(words), ..Query::default() };
            LabelService::new(&ctx).list(query).await.map(drop).map_err(|error| error.to_string())
        }
    };
    assert_eq!(search("ä".repeat(400)).await, Ok(()));
    assert_eq!(search("ä".repeat(401)).await, Err("a search has at most 400 characters".to_owned()));
    assert_eq!(search("a ".repeat(16)).await, Ok(()));
    assert_eq!(search("a ".repeat(17)).await, Err("a search has at most 16 words".to_owned()));
    assert_eq!(search("a\0".into()).await, Err("a search must not contain NUL characters".to_owned()));
}

#[each_database(entities())]
async fn a_full_text_search_finds_words_by_their_beginning(ctx: Ctx) {
    let articles_ = ArticleService::new(&ctx);
    let rows = [
        ("The quick fox", Some("jumps over the lazy dog; e-mail a.b@example.org, 3.14 and 007.")),
        ("Quicksilver", Some("don't \"quote\" OR NEAR this: AND NOT that*")),
        ("Nothing", None),
    ];
    let mut made = Vec::new();
    for (title, body) in rows {
        let input = ArticleInput { body: body.map(str::to_owned), ..ArticleInput::new(title, 0) };
        made.push(articles_.create(input).await.expect("an article").id);
    }
    for (words, found) in [
        ("quick", &["The quick fox", "Quicksilver"][..]),
        ("QUICKS", &["Quicksilver"]),
        ("icksilver", &[]),
        ("fox dog", &["The quick fox"]),
        ("fox silver", &[]),
        ("the", &["The quick fox"]),
        ("mail", &["The quick fox"]),
        ("e-mail", &["The quick fox"]),
        ("example.org", &["The quick fox"]),
        ("a.b@example.org", &["The quick fox"]),
        ("007", &["The quick fox"]),
        ("7", &[]),
        ("\"quote\"", &["Quicksilver"]),
        ("OR", &["The quick fox", "Quicksilver"]),
        ("fox OR quicksilver", &[]),
        ("NEAR(this)", &["Quicksilver"]),
        ("quick NOT the", &[]),
        ("quick NOT that", &["Quicksilver"]),
        ("title:quick", &[]),
        ("don't", &["Quicksilver"]),
        ("quote & 'or' | !x", &[]),
        ("quote & 'or'", &["Quicksilver"]),
        ("th:*", &["The quick fox", "Quicksilver"]),
        ("%", &[]),
        ("'' \\ * ^ \" ( ) : - {", &[]),
    ] {
        assert_eq!(articles(&ctx, words).await, found, "{words}");
    }

    // The index follows the rows.
    articles_
        .update(made[0], ArticlePatch { stars: 5.into(), ..ArticlePatch::default() })
        .await
        .expect("updated");
    assert_eq!(articles(&ctx, "fox").await.len(), 1);
    let patch = ArticlePatch { title: "The slow snail".to_owned().into(), ..ArticlePatch::default() };
    articles_.update(made[0], patch).await.expect("updated");
    assert_eq!(articles(&ctx, "fox").await, [""; 0]);
    assert_eq!(articles(&ctx, "snail dog").await, ["The slow snail"]);
    articles_.delete(made[0]).await.expect("deleted");
    assert_eq!(articles(&ctx, "snail").await, [""; 0]);
    assert_eq!(articles(&ctx, "dog").await, [""; 0]);
    let total = articles_.list(Query { search: Some("quick".into()), ..Query::default() }.with_total()).await;
    assert_eq!(total.expect("a page").total, Some(1));
}

#[each_database(entities())]
async fn both_kinds_of_search_work_together(ctx: Ctx) {
    let service = LeafletService::new(&ctx);
    let mut made = Vec::new();
    for (text, code) in
        [("Green apples", Some("AB-1234")), ("Red apples", Some("CD-12%")), ("Blue plums", None)]
    {
        let input = LeafletInput { code: code.map(str::to_owned), ..LeafletInput::new(text) };
        made.push(service.create(input).await.expect("a leaflet").id);
    }
    for (words, found) in [
        ("app", &["Green apples", "Red apples"][..]),
        ("pples", &[]),
        ("12", &["Green apples", "Red apples"]),
        ("apples b-1", &["Green apples"]),
        ("%", &["Red apples"]),
        ("plum 12", &[]),
        ("blu", &["Blue plums"]),
    ] {
        assert_eq!(leaflets(&ctx, words).await, found, "{words}");
    }
    let patch = LeafletPatch { text: "Green pears".to_owned().into(), ..LeafletPatch::default() };
    service.update(made[0], patch).await.expect("updated");
    service.delete(made[1]).await.expect("deleted");
    assert_eq!(leaflets(&ctx, "app").await, [""; 0]);
    assert_eq!(leaflets(&ctx, "pear 34").await, ["Green pears"]);
}

#[each_database(entities())]
async fn texts_of_any_size_are_indexed(ctx: Ctx) {
    let service = ArticleService::new(&ctx);
    let words: String = (0..60_000).map(|number| format!("word{number} ")).collect();
    let input = ArticleInput { body: Some(words), ..ArticleInput::new("many", 0) };
    service.create(input).await.expect("an article");
    let input = ArticleInput { body: Some("漢".repeat(300_000)), ..ArticleInput::new("long", 0) };
    service.create(input).await.expect("an article");
    assert_eq!(articles(&ctx, "word5000").await, ["many"]);
    assert_eq!(articles(&ctx, "word59999").await, [""; 0], "beyond what is looked at");
    assert_eq!(articles(&ctx, "long").await, ["long"]);
}

/// On PostgreSQL alone: FTS5 knows no other way.
#[each_database(entities(), only(postgres))]
async fn a_large_table_is_searched_by_its_index(ctx: Ctx) {
    for sql in [
        "INSERT INTO article (title, stars) SELECT 'common ' || md5(n::text), 0 FROM generate_series(1, 20000) n",
        "INSERT INTO article (title, stars) VALUES ('common needle', 1)",
        "VACUUM ANALYZE article",
    ] {
        Executor::Pool(ctx.db().clone()).execute(Statement::new(sql, none())).await.expect("executed");
    }
    let scans = || async {
        let sql = "SELECT pg_stat_get_numscans('ft_article'::regclass)";
        let rows = Executor::Pool(ctx.db().clone())
            .read(Statement::new(sql, none()), &Layout::default().with_column(Kind::I64))
            .await;
        rows.expect("a row")[0].get(0).clone()
    };
    assert_eq!(articles(&ctx, "needle comm").await, ["common needle"]);
    // Connections report their counts after a second.
    for _ in 0..100 {
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        assert_eq!(articles(&ctx, "needle").await.len(), 1);
        if scans().await != Value::Int(0) {
            return;
        }
    }
    let sql =
        "EXPLAIN SELECT id FROM article WHERE entify_search @@ 'needle:*'::tsquery ORDER BY id LIMIT 101";
    let plan = Executor::Pool(ctx.db().clone())
        .read(Statement::new(sql, none()), &Layout::default().with_column(Kind::Text))
        .await;
    let plan: Vec<String> = plan.expect("a plan").iter().map(|row| row.get(0).to_text()).collect();
    panic!("the index was not used:\n{}", plan.join("\n"));
}

fn none() -> sea_query::Values {
    sea_query::Values(Vec::new())
}
