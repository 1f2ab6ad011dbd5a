//! The same requests through the service, REST and GraphQL; totals of related rows, one statement for a level.

use entify::entity::{Entity as _, Op};
use entify::query::{
    AggregateQuery, Direction, Group, GroupKey, GroupSortBy, Groups, Having, Measure, Nulls,
};
use entify::service::Records;
use entify::testing::{TestDb, each_database};
use entify::types::{Function, JsonStyle};
use entify::value::Value;
use serde_json::{Map, Value as Json, json};

use super::random::request;
use super::{Dice, Sale, World, entities};
use crate::reads::surfaces::Surfaces;
use poem::http::StatusCode;

fn text(value: &Value, style: JsonStyle) -> Json {
    let mut out = Vec::new();
    value.write_json(style, &mut out);
    serde_json::from_slice(&out).expect("JSON")
}

fn info() -> &'static entify::entity::EntityInfo {
    Sale::def().info()
}

fn name(key: GroupKey) -> String {
    key.name(info(), |column| column.wire)
}

/// The query string of a request.
fn address(query: &AggregateQuery) -> String {
    let mut to = form_urlencoded::Serializer::new("/api/sales/aggregate?".to_owned());
    let list = |names: Vec<String>| names.join(",");
    if !query.group.is_empty() {
        let keys = query.group.iter().map(|key| match key.unit {
            Some(unit) => format!("{}:{}", name(*key), unit.name()),
            None => name(*key),
        });
        to.append_pair("group", &list(keys.collect()));
    }
    if query.measures.contains(&Measure::COUNT) {
        to.append_pair("count", "true");
    }
    for function in Function::OF_FIELDS {
        let fields = query.measures.iter().filter(|measure| measure.function == function);
        let fields: Vec<_> = fields.map(|measure| info().columns[measure.column].wire.to_owned()).collect();
        if !fields.is_empty() {
            to.append_pair(function.name(), &list(fields));
        }
    }
    let Having::All(tests) = &query.having else { panic!("flat") };
    for test in tests {
        let Having::Measure(measure, op) = test else { panic!("flat") };
        let (operator, value) = match op {
            Op::Eq(value) => ("eq", value.to_text()),
            Op::Ne(value) => ("ne", value.to_text()),
            Op::Gt(value) => ("gt", value.to_text()),
            Op::Gte(value) => ("gte", value.to_text()),
            Op::Lt(value) => ("lt", value.to_text()),
            Op::Lte(value) => ("lte", value.to_text()),
            Op::NotIn(values) => {
                ("nin", list(values.iter().map(|value| value.to_text().replace('\\', "\\\\")).collect()))
            }
            Op::IsNull(null) => ("null", null.to_string()),
            other => panic!("not drawn: {other:?}"),
        };
        to.append_pair(&format!("having[{}][{operator}]", measure.name(info())), &value);
    }
    let sorts = query.order.iter().map(|sort| {
        let by = match sort.by {
            GroupSortBy::Key(position) => name(query.group[position]),
            GroupSortBy::Measure(measure) => measure.name(info()),
        };
        if sort.direction == Direction::Desc { format!("-{by}") } else { by }
    });
    let sorts = list(sorts.collect());
    if !sorts.is_empty() {
        to.append_pair("sort", &sorts);
    }
    if let Some(limit) = query.limit {
        to.append_pair("limit", &limit.to_string());
    }
    if !query.per.is_empty() {
        to.append_pair("per", &list(query.per.iter().map(|at| name(query.group[*at])).collect()));
    }
    if let Some(zone) = &query.time_zone {
        to.append_pair("time_zone", zone);
    }
    match filter(query) {
        Some("open") => to.append_pair("open", "true"),
        Some(_) => to.append_pair("pieces[gt]", "2"),
        None => &mut to,
    };
    to.finish()
}

/// The field of the filter: there are two of them.
fn filter(query: &AggregateQuery) -> Option<&'static str> {
    match &query.filter {
        entify::entity::Condition::Column { index, .. } => Some(info().columns[*index].name),
        _ => None,
    }
}

/// What REST answers.
fn in_rest(query: &AggregateQuery, groups: &Groups) -> Json {
    let item = |group: &Group| {
        let mut item = Map::new();
        if !query.group.is_empty() {
            let keys = query.group.iter().zip(&group.keys);
            let keys = keys.map(|(key, value)| (name(*key), text(value, JsonStyle::Rest)));
            item.insert("key".to_owned(), Json::Object(keys.collect()));
        }
        for (measure, value) in query.measures.iter().zip(&group.measures) {
            let value = text(value, JsonStyle::Rest);
            match measure.function {
                Function::Count => {
                    item.insert("count".to_owned(), value);
                }
                function => {
                    let of = item.entry(function.name()).or_insert_with(|| json!({}));
                    of[info().columns[measure.column].wire] = value;
                }
            }
        }
        Json::Object(item)
    };
    let mut answer = json!({ "items": groups.items.iter().map(item).collect::<Vec<_>>() });
    if !query.group.is_empty() && query.per.is_empty() {
        answer["page"] = json!({ "limit": groups.limit, "has_next": groups.has_more });
    }
    answer
}

/// A key as GraphQL nests it, around what stands within.
fn nested(key: GroupKey, within: &str) -> String {
    match key.path.is_empty() {
        true => format!("{{ {}: {within} }}", info().columns[key.column].graphql),
        false => format!("{{ shop: {{ country: {within} }} }}"),
    }
}

fn literal(value: &Value) -> String {
    text(value, JsonStyle::Graphql).to_string()
}

fn having(query: &Having) -> String {
    let all = |parts: &[Having]| parts.iter().map(having).collect::<Vec<_>>().join(", ");
    match query {
        Having::All(parts) => format!("{{ and: [{}] }}", all(parts)),
        Having::Any(parts) => format!("{{ or: [{}] }}", all(parts)),
        Having::Not(inner) => format!("{{ not: {} }}", having(inner)),
        Having::Measure(measure, op) => {
            let test = match op {
                Op::Eq(value) => format!("eq: {}", literal(value)),
                Op::Ne(value) => format!("ne: {}", literal(value)),
                Op::Gt(value) => format!("gt: {}", literal(value)),
                Op::Gte(value) => format!("gte: {}", literal(value)),
                Op::Lt(value) => format!("lt: {}", literal(value)),
                Op::Lte(value) => format!("lte: {}", literal(value)),
                Op::NotIn(values) => {
                    format!("notIn: [{}]", values.iter().map(literal).collect::<Vec<_>>().join(", "))
                }
                Op::IsNull(null) => format!("isNull: {null}"),
                other => panic!("not drawn: {other:?}"),
            };
            match measure.function {
                Function::Count => format!("{{ count: {{ {test} }} }}"),
                function => {
                    format!(
                        "{{ {}: {{ {}: {{ {test} }} }} }}",
                        function.name(),
                        info().columns[measure.column].graphql
                    )
                }
            }
        }
    }
}

fn document(query: &AggregateQuery) -> String {
    let mut arguments = Vec::new();
    match filter(query) {
        Some("open") => arguments.push("filter: { open: { eq: true } }".to_owned()),
        Some(_) => arguments.push("filter: { pieces: { gt: 2 } }".to_owned()),
        None => {}
    }
    let mut selected = Vec::new();
    for measure in &query.measures {
        selected.push(match measure.function {
            Function::Count => "count".to_owned(),
            function => format!("{} {{ {} }}", function.name(), info().columns[measure.column].graphql),
        });
    }
    if query.group.is_empty() {
        let arguments =
            if arguments.is_empty() { String::new() } else { format!("({})", arguments.join(", ")) };
        return format!("{{ found: salesAggregate{arguments} {{ {} }} }}", selected.join(" "));
    }
    let by = |key: &GroupKey| {
        nested(*key, &key.unit.map_or_else(|| "true".to_owned(), |unit| unit.name().to_ascii_uppercase()))
    };
    arguments.push(format!("by: [{}]", query.group.iter().map(by).collect::<Vec<_>>().join(", ")));
    arguments.push(format!("having: {}", having(&query.having)));
    let sorts = query.order.iter().map(|sort| {
        let direction = match (sort.direction, sort.nulls) {
            (Direction::Asc, Nulls::First) => "ASC_NULLS_FIRST",
            (Direction::Asc, Nulls::Last) => "ASC",
            (Direction::Desc, Nulls::First) => "DESC_NULLS_FIRST",
            (Direction::Desc, Nulls::Last) => "DESC",
        };
        match sort.by {
            GroupSortBy::Key(position) => format!("{{ key: {} }}", nested(query.group[position], direction)),
            GroupSortBy::Measure(Measure { function: Function::Count, .. }) => {
                format!("{{ count: {direction} }}")
            }
            GroupSortBy::Measure(measure) => format!(
                "{{ {}: {{ {}: {direction} }} }}",
                measure.function.name(),
                info().columns[measure.column].graphql
            ),
        }
    });
    arguments.push(format!("orderBy: [{}]", sorts.collect::<Vec<_>>().join(", ")));
    if let Some(limit) = query.limit {
        arguments.push(format!("first: {limit}"));
    }
    if !query.per.is_empty() {
        let per = query.per.iter().map(|at| by(&query.group[*at])).collect::<Vec<_>>();
        arguments.push(format!("per: [{}]", per.join(", ")));
    }
    if let Some(zone) = &query.time_zone {
        arguments.push(format!("timeZone: \"{zone}\""));
    }
    let keys = query.group.iter().map(|key| match key.path.is_empty() {
        true => info().columns[key.column].graphql.to_owned(),
        false => "shop { country }".to_owned(),
    });
    let keys = keys.collect::<Vec<_>>().join(" ");
    format!(
        "{{ found: salesGrouped({}) {{ key {{ {keys} }} {} }} }}",
        arguments.join(", "),
        selected.join(" ")
    )
}

/// What GraphQL answers.
fn in_graphql(query: &AggregateQuery, groups: &Groups) -> Json {
    use base64::Engine as _;
    let item = |group: &Group| {
        let mut item = json!({});
        for (key, value) in query.group.iter().zip(&group.keys) {
            let json = match (value, info().columns[key.column].name) {
                (Value::Int(id), "shop_id") => {
                    json!(base64::engine::general_purpose::STANDARD.encode(format!("Shop:{id}")))
                }
                (value, _) => text(value, JsonStyle::Graphql),
            };
            match key.path.is_empty() {
                true => item["key"][info().columns[key.column].graphql] = json,
                false => item["key"]["shop"] = json!({ "country": json }),
            }
        }
        for (measure, value) in query.measures.iter().zip(&group.measures) {
            match measure.function {
                Function::Count => item["count"] = text(value, JsonStyle::Graphql),
                function => {
                    let big = measure.kind(info()) == Some(entify::types::Kind::I64);
                    let json = text(value, JsonStyle::Graphql);
                    let json = if big && !json.is_null() { json!(json.to_string()) } else { json };
                    item[function.name()][info().columns[measure.column].graphql] = json;
                }
            }
        }
        item
    };
    match query.group.is_empty() {
        true => item(&groups.items[0]),
        false => groups.items.iter().map(item).collect(),
    }
}

fn leaves(having: &Having) -> Vec<Having> {
    match having {
        Having::All(parts) | Having::Any(parts) => parts.iter().flat_map(leaves).collect(),
        Having::Not(inner) => leaves(inner),
        leaf => vec![leaf.clone()],
    }
}

#[each_database(entities())]
async fn every_surface_answers_the_same(test: TestDb) {
    let ctx = test.ctx();
    let mut dice = Dice(0x1234_5678_9abc_def1);
    World::new(&mut dice, &ctx, 40).await;
    let reader = ctx.with_principal(super::someone("ada", &[]));
    let surfaces = Surfaces::new(&test, &entities(), &reader);
    for case in 0..250 {
        let (query, _) = request(&mut dice);
        // Tests of a parameter come once, and all hold.
        let mut flat = query.clone();
        let mut tests: Vec<Having> = Vec::new();
        for test in leaves(&query.having) {
            let parameter = |having: &Having| match having {
                Having::Measure(measure, op) => (*measure, std::mem::discriminant(op)),
                _ => panic!("a leaf"),
            };
            if tests.iter().all(|known| parameter(known) != parameter(&test)) {
                tests.push(test);
            }
        }
        flat.having = Having::All(tests);
        flat.order.iter_mut().for_each(|sort| sort.nulls = Nulls::Last);
        let groups = Records::new(&reader, info()).aggregate(&flat).await.expect("groups");
        let (status, answer) = surfaces.get(&address(&flat)).await;
        assert_eq!(
            (status, &answer),
            (StatusCode::OK, &in_rest(&flat, &groups)),
            "case {case}: {}",
            address(&flat)
        );
        let groups = Records::new(&reader, info()).aggregate(&query).await.expect("groups");
        let document = document(&query);
        let answer = surfaces.graphql(&document).await;
        assert_eq!(
            answer,
            json!({ "data": { "found": in_graphql(&query, &groups) } }),
            "case {case}: {document}"
        );
    }
}

#[each_database(entities())]
async fn measures_of_related_rows_cost_one_statement_a_level(test: TestDb) {
    let ctx = test.ctx();
    let mut dice = Dice(77);
    World::new(&mut dice, &ctx, 60).await;
    let reader = ctx.with_principal(super::someone("ada", &["all"]));
    let surfaces = Surfaces::new(&test, &entities(), &reader);
    let query = "{ shops { nodes { id
        salesAggregate(filter: { open: { eq: true } }) { count sum { big total } max { at } }
        salesGrouped(by: [{ state: true }], orderBy: [{ count: DESC }], first: 2) { key { state } count avg { pieces } }
    } } }";
    surfaces.graphql(query).await;
    let before = ctx.db().statements();
    let answer = surfaces.graphql(query).await;
    assert_eq!(
        ctx.db().statements() - before,
        3,
        "the shops, and one statement for each of the two: {answer}"
    );
    let shops = answer["data"]["shops"]["nodes"].as_array().expect("shops");
    assert_eq!(shops.len(), 5, "{answer}");
    for shop in shops {
        let id = shop["id"].as_str().expect("an id");
        let alone = format!(
            "{{ whole: salesAggregate(filter: {{ open: {{ eq: true }}, shopId: {{ eq: \"{id}\" }} }}) {{ count sum {{ big total }} max {{ at }} }}
            groups: salesGrouped(by: [{{ state: true }}], filter: {{ shopId: {{ eq: \"{id}\" }} }}, orderBy: [{{ count: DESC }}], first: 2)
            {{ key {{ state }} count avg {{ pieces }} }} }}"
        );
        let alone = surfaces.graphql(&alone).await;
        assert_eq!(shop["salesAggregate"], alone["data"]["whole"]);
        assert_eq!(shop["salesGrouped"], alone["data"]["groups"]);
    }
}

#[each_database(entities())]
async fn mistakes_are_told_with_the_way_out(test: TestDb) {
    let surfaces = Surfaces::new(&test, &entities(), &test.ctx());
    for (query, told) in [
        ("", "ask for a measure"),
        ("count=yes", "`count` is `true` or `false`"),
        ("sum=note", "unknown field of `sum` `note`"),
        ("sum=totl", "did you mean `total`?"),
        ("sum=total,total", "`sum` names `total` twice"),
        ("group=weight", "unknown group field `weight`"),
        ("group=shop.nothing", "unknown group field `nothing`"),
        ("group=shop", "unknown group field `shop`"),
        ("group=at&count=true", "say by what span of time `at` is grouped"),
        ("group=at:decade", "`decade` is no span of time; those are year, month"),
        ("group=state:month", "`state` is no time"),
        ("group=state,state", "rows are grouped by `state` twice"),
        ("group=state&sort=seller", "`seller` is none of them"),
        ("group=state&sort=count,-count", "`sort` names `count` twice"),
        ("group=state&per=seller", "`per` names `seller`"),
        ("group=state&limit=0", "`limit` must be from 1 to 1000"),
        ("group=state&limit=1001", "`limit` must be from 1 to 1000"),
        ("group=state&time_zone=Mars/Olympus", "there is no time zone `Mars/Olympus`"),
        ("group=state&having[count]=3", "is no test of groups"),
        ("group=state&having[count][is]=3", "`is` is not an operator of `count`"),
        ("group=state&having[sum.total][gt]=much", "must be a decimal number"),
        ("count=true&having[count][gt]=3", "say by what rows are grouped"),
        ("count=true&nothing=1", "unknown parameter `nothing`"),
        ("count=true&count=true", "comes twice"),
    ] {
        let (status, answer) = surfaces.get(&format!("/api/sales/aggregate?{query}")).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{query}: {answer}");
        let detail = answer["detail"].as_str().unwrap_or_default();
        assert!(detail.contains(told), "{query}: {detail}");
    }
    for (query, told) in [
        ("salesGrouped(by: []) { count }", "names no key"),
        ("salesGrouped(by: [{ state: false }]) { count }", "is `true`, or left out"),
        ("salesGrouped(by: [{ state: true }]) { key { seller } count }", "rows are not grouped `by` it"),
        ("salesGrouped(by: [{ day: HOUR }]) { count }", "`day` has no `hour`"),
        ("salesGrouped(by: [{ state: true }], per: [{ seller: true }]) { count }", "`per` names a key"),
        ("salesGrouped(by: [{ state: true }], first: 0) { count }", "`first` must be from 1 to 1000"),
    ] {
        let answer = surfaces.graphql(&format!("{{ {query} }}")).await;
        let message = answer["errors"][0]["message"].as_str().unwrap_or_default();
        assert!(message.contains(told), "{query}: {answer}");
    }
}
