//! What everyone finds: alone, in lists, counted, through `node`, from the other side of a relation, by a filter.

use std::collections::BTreeSet;
use std::process::ExitCode;

use entify::entities;
use entify::testing::{TestDb, each_database};
use serde_json::{Value as Json, json};

use super::caller::{Caller, MISSING, code, credentials, global, open};
use super::oracle::{Action, KINDS, Kind, PRINCIPALS, TestPrincipal, World};
use crate::chinook;
use crate::store::Store;

#[each_database(entities![])]
async fn everyone_reads_what_the_rules_show(db: TestDb) -> ExitCode {
    let store = Store::new(db.url());
    store.run(&["migrate", "up"]);
    let world = World::small(&store);
    reads(&store, &world).await;
    ExitCode::SUCCESS
}

#[each_database(entities![])]
async fn the_real_rows_are_read_by_the_same_rules(db: TestDb) -> ExitCode {
    let Some(folder) = chinook::folder() else { return ExitCode::SUCCESS };
    let store = Store::new(db.url());
    store.run(&["migrate", "up"]);
    chinook::import(&store, &folder);
    let world = World::chinook(&folder);
    reads(&store, &world).await;
    ExitCode::SUCCESS
}

async fn reads(store: &Store, world: &World) {
    let server = open(store);
    for principal in PRINCIPALS {
        let caller = Caller { server: &server, token: credentials(store, &principal) };
        for kind in KINDS {
            lists(&caller, world, &principal, kind).await;
            rows(&caller, world, &principal, kind).await;
        }
        relations(&caller, world, &principal).await;
        from_what_is_public(&caller, world, &principal).await;
        fields(&caller, world, &principal).await;
    }
}

async fn lists(caller: &Caller<'_>, world: &World, principal: &TestPrincipal, kind: Kind) {
    let names = kind.names();
    let seen = world.seen(principal, kind);
    let (status, listed) = caller.get(&format!("{}?count=exact&limit=100&sort=id", names.path)).await;
    let query =
        format!("{{ {} (first: 100, orderBy: [{{id: ASC}}]) {{ totalCount nodes {{ id }} }} }}", names.many);
    let graphql = caller.graphql(&query).await;
    if !principal.ever(Action::Read, kind) {
        let expected = if principal.authenticated { (403, "FORBIDDEN") } else { (401, "UNAUTHENTICATED") };
        assert_eq!((status, code(&graphql)), expected, "{} {kind:?}: {listed}", principal.name);
        return;
    }
    let page: Vec<i64> = seen.iter().copied().take(100).collect();
    let keys: Vec<i64> =
        listed["items"].as_array().expect("items").iter().map(|row| row["id"].as_i64().unwrap()).collect();
    assert_eq!(
        (keys, &listed["page"]["total"]),
        (page.clone(), &json!(seen.len())),
        "{} {kind:?}",
        principal.name
    );
    let nodes: Vec<Json> = page.iter().map(|key| json!({"id": global(names.name, *key)})).collect();
    let expected = json!({"totalCount": seen.len(), "nodes": nodes});
    assert_eq!(graphql["data"][names.many], expected, "{} {kind:?}: {graphql}", principal.name);
}

async fn rows(caller: &Caller<'_>, world: &World, principal: &TestPrincipal, kind: Kind) {
    let names = kind.names();
    let one = async |key: i64| {
        let rest = caller.get(&format!("{}/{key}", names.path)).await;
        let listed = caller.get(&format!("{}?id={key}&count=exact", names.path)).await;
        let id = global(names.name, key);
        let query = format!(
            "{{ one: {}ById(id: \"{id}\") {{ id }} node(id: \"{id}\") {{ id }} nodes(ids: [\"{id}\"]) {{ id }}
                list: {}(filter: {{id: {{eq: \"{id}\"}}}}) {{ totalCount nodes {{ id }} }} }}",
            names.one, names.many
        );
        (rest, listed, caller.graphql(&query).await)
    };
    let missing = one(MISSING).await;
    for key in world.keys(kind).into_iter().take(9) {
        let found = one(key).await;
        if !principal.ever(Action::Read, kind) || !world.allows(principal, Action::Read, kind, key) {
            assert_eq!(found, missing, "{}: {kind:?} {key} is as if absent", principal.name);
            let status = match principal.ever(Action::Read, kind) {
                true => 404,
                false if principal.authenticated => 403,
                false => 401,
            };
            assert_eq!(found.0.0, status, "{} {kind:?} {key}", principal.name);
            continue;
        }
        let (rest, listed, graphql) = found;
        let id = json!({"id": global(names.name, key)});
        assert_eq!((rest.0, &rest.1["id"]), (200, &json!(key)), "{} {kind:?} {key}", principal.name);
        assert_eq!(listed.1["page"]["total"], 1);
        assert_eq!(
            graphql["data"],
            json!({"one": id, "node": id, "nodes": [id], "list": {"totalCount": 1, "nodes": [id]}}),
            "{} {kind:?} {key}",
            principal.name
        );
    }
}

/// Down from the customers, and up from the lines.
async fn relations(caller: &Caller<'_>, world: &World, principal: &TestPrincipal) {
    if !principal.ever(Action::Read, Kind::Customer) {
        return;
    }
    let query = "{ customers(first: 100, orderBy: [{id: ASC}]) { nodes { id invoices(first: 100) { totalCount
        nodes { lines { totalCount } } } } } }";
    let answer = caller.graphql(query).await;
    let nodes = answer["data"]["customers"]["nodes"].as_array().unwrap_or_else(|| panic!("{answer}"));
    let seen = world.seen(principal, Kind::Customer);
    assert_eq!(nodes.len(), seen.len());
    for (node, customer) in nodes.iter().zip(seen) {
        let of = |invoice: &i64| world.invoices[invoice] == customer;
        let invoices: Vec<_> = world.seen(principal, Kind::Invoice).into_iter().filter(of).collect();
        assert_eq!(node["invoices"]["totalCount"], invoices.len(), "{} {customer}", principal.name);
        let lines =
            world.seen(principal, Kind::Line).into_iter().filter(|line| of(&world.lines[line].0)).count();
        let counted = node["invoices"]["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|node| node["lines"]["totalCount"].as_u64().unwrap());
        assert_eq!(counted.sum::<u64>(), lines as u64, "{} {customer}", principal.name);
    }
    let query =
        "{ invoiceLines(first: 50, orderBy: [{id: ASC}]) { nodes { id invoice { id customer { id } } } } }";
    let answer = caller.graphql(query).await;
    let nodes = answer["data"]["invoiceLines"]["nodes"].as_array().unwrap_or_else(|| panic!("{answer}"));
    for (node, line) in nodes.iter().zip(world.seen(principal, Kind::Line)) {
        let invoice = world.lines[&line].0;
        let customer = world.invoices[&invoice];
        let expected = json!({"id": global("InvoiceLine", line), "invoice": {
            "id": global("Invoice", invoice), "customer": {"id": global("Customer", customer)}}});
        assert_eq!(node, &expected, "{}", principal.name);
    }
    // Filters look through the same rules.
    let some: BTreeSet<_> =
        world.seen(principal, Kind::Invoice).into_iter().map(|invoice| world.invoices[&invoice]).collect();
    let query = "{ customers(filter: {invoices: {some: {total: {gte: \"0\"}}}}) { totalCount } }";
    let answer = caller.graphql(query).await;
    let seen = world.seen(principal, Kind::Customer);
    let expected = some.iter().filter(|customer| seen.contains(customer)).count();
    assert_eq!(answer["data"]["customers"]["totalCount"], expected, "{}: {answer}", principal.name);
}

/// Tracks are public; who bought them is not.
async fn from_what_is_public(caller: &Caller<'_>, world: &World, principal: &TestPrincipal) {
    let seen = world.seen(principal, Kind::Line);
    for track in [1, 2] {
        let query = format!(
            "{{ trackById(id: \"{}\") {{ name invoiceLines(first: 100) {{ totalCount nodes {{ id }} }} }} }}",
            global("Track", track)
        );
        let answer = caller.graphql(&query).await;
        let lines = seen.iter().filter(|line| world.lines[line].1 == track).count();
        let found = &answer["data"]["trackById"]["invoiceLines"];
        assert_eq!(found["totalCount"], lines, "{}: {answer}", principal.name);
        assert_eq!(found["nodes"].as_array().map(Vec::len), Some(lines));
    }
    let sold = seen.iter().map(|line| world.lines[line].1).collect::<BTreeSet<_>>().len();
    let lines =
        |quantifier| format!("tracks(filter: {{invoiceLines: {{{quantifier}: {{id: {{isNull: false}}}}}}}})");
    let query = format!(
        "{{ all: tracks {{ totalCount }} some: {} {{ totalCount }} none: {} {{ totalCount }} }}",
        lines("some"),
        lines("none")
    );
    let answer = caller.graphql(&query).await;
    let all = answer["data"]["all"]["totalCount"].as_u64().unwrap_or_else(|| panic!("{answer}"));
    assert_eq!(answer["data"]["some"]["totalCount"], sold, "{}: {answer}", principal.name);
    assert_eq!(answer["data"]["none"]["totalCount"], all - sold as u64, "{}", principal.name);
}

/// The rows that are answered, with the keys that they should have.
fn each<'a>(answered: &'a Json, keys: &'a [i64]) -> impl Iterator<Item = (&'a Json, i64)> {
    let answered = answered.as_array().expect("rows");
    assert_eq!(answered.len(), keys.len().min(100));
    answered.iter().zip(keys.iter().copied())
}

async fn fields(caller: &Caller<'_>, world: &World, principal: &TestPrincipal) {
    if principal.ever(Action::Read, Kind::Customer) {
        let (_, listed) = caller.get("customers?limit=100&sort=id").await;
        for (row, key) in each(&listed["items"], &world.seen(principal, Kind::Customer)) {
            let expected = world.customers[&key].filter(|_| principal.sees_support());
            assert_eq!(row["support_rep_id"], json!(expected), "{} {key}", principal.name);
        }
        let asked = [
            caller.get("customers?support_rep_id=3").await,
            caller.get("customers?support_rep_id[null]=true").await,
            caller.get("customers?sort=support_rep_id").await,
        ];
        for (status, answer) in asked {
            assert_eq!(
                status,
                if principal.sees_support() { 200 } else { 400 },
                "{}: {answer}",
                principal.name
            );
        }
        let query =
            "{ customers(first: 100, orderBy: [{id: ASC}]) { nodes { supportRepId supportRep { id } } } }";
        let answer = caller.graphql(query).await;
        let nodes = &answer["data"]["customers"]["nodes"];
        for (node, key) in each(nodes, &world.seen(principal, Kind::Customer)) {
            let support = world.customers[&key].filter(|_| principal.sees_support());
            let visible =
                support.filter(|employee| world.allows(principal, Action::Read, Kind::Employee, *employee));
            assert_eq!(
                node["supportRepId"],
                json!(support.map(|key| global("Employee", key))),
                "{}",
                principal.name
            );
            assert_eq!(
                node["supportRep"]["id"],
                json!(visible.map(|key| global("Employee", key))),
                "{}",
                principal.name
            );
        }
    }
    if principal.ever(Action::Read, Kind::Employee) {
        let (_, listed) = caller.get("employees?limit=100&sort=id").await;
        for (row, key) in each(&listed["items"], &world.seen(principal, Kind::Employee)) {
            let expected = world.employees[&key].as_deref().filter(|_| principal.sees_birthday(key));
            assert_eq!(
                row["birth_date"].as_str().map(|date| &date[..10]),
                expected.map(|date| &date[..10]),
                "{} {key}",
                principal.name
            );
        }
    }
}
