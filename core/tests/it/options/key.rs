//! `key = uuid`: every operation, relations to and between such entities, and every surface.

use entify::prelude::*;
#[cfg(any(feature = "graphql", feature = "rest"))]
use entify::testing::TestDb;
use entify::testing::each_database;
#[cfg(any(feature = "graphql", feature = "rest"))]
use serde_json::json;

#[cfg(feature = "graphql")]
use crate::graphql;
#[cfg(feature = "rest")]
use crate::rest;

#[derive(Entity)]
#[entity(policy = public, key = uuid)]
pub struct Planet {
    #[entity(unique, sort, filter)]
    name: String,
    #[entity(inverse = planet)]
    moons: Many<Moon>,
    #[entity(through = Visit)]
    probes: Many<Probe>,
}

/// A key of the other kind.
#[derive(Entity)]
#[entity(policy = public)]
pub struct Moon {
    name: String,
    #[entity(on_delete = cascade, filter)]
    planet: One<Planet>,
}

#[derive(Entity)]
#[entity(policy = public, key = uuid)]
pub struct Probe {
    name: String,
    #[entity(on_delete = set_null)]
    successor: Option<One<Probe>>,
    #[entity(through = Visit)]
    planets: Many<Planet>,
}

#[derive(Entity)]
#[entity(policy = public, key = uuid, unique(planet, probe))]
pub struct Visit {
    #[entity(on_delete = cascade)]
    planet: One<Planet>,
    #[entity(on_delete = cascade)]
    probe: One<Probe>,
}

fn entities() -> Vec<&'static entify::entity::EntityDef> {
    entify::entities![Planet, Moon, Probe, Visit]
}

#[each_database(entities())]
async fn every_operation_takes_them(ctx: Ctx) {
    let planets = PlanetService::new(&ctx);
    let mars = planets.create(PlanetInput::new("Mars")).await.expect("a planet");
    let venus = planets.create(PlanetInput::new("Venus")).await.expect("a planet");
    assert_eq!((mars.id.get().get_version_num(), venus.id.get().get_version_num()), (7, 7));
    assert!(mars.id < venus.id, "made later, sorted later");
    assert_eq!(planets.get(mars.id).await.as_ref(), Ok(&mars));
    assert_eq!(planets.find(Id::new(Uuid::nil())).await, Ok(None));
    assert_eq!(planets.get(Id::new(Uuid::nil())).await.expect_err("none").code(), "NOT_FOUND");
    let error = planets.create(PlanetInput::new("Mars")).await.expect_err("taken");
    assert_eq!(error.fields()[0].field, "name");
    let patch = PlanetPatch { name: "Ares".to_owned().into() };
    assert_eq!(planets.update(mars.id, patch).await.expect("a change").name, "Ares");

    let moon = MoonService::new(&ctx).create(MoonInput::new("Phobos", mars.id)).await.expect("a moon");
    assert_eq!(moon.planet_id, mars.id);
    let nowhere = MoonService::new(&ctx).create(MoonInput::new("X", Id::new(Uuid::nil()))).await;
    assert_eq!(nowhere.expect_err("no planet").fields()[0].field, "planet_id");
    assert_eq!(planets.count(Planet::moons().some(Moon::name().eq("Phobos"))).await, Ok(1));
    assert_eq!(MoonService::new(&ctx).count(Moon::planet().is(Planet::name().eq("Ares"))).await, Ok(1));

    let probes = ProbeService::new(&ctx);
    let second = probes.create(ProbeInput::new("Two")).await.expect("a probe");
    let input = ProbeInput { successor_id: Some(second.id), ..ProbeInput::new("One") };
    let first = probes.create(input).await.expect("a probe");
    let visits = VisitService::new(&ctx);
    visits.create(VisitInput::new(mars.id, first.id)).await.expect("a visit");
    let error = visits.create(VisitInput::new(mars.id, first.id)).await.expect_err("taken");
    let fields: Vec<_> = error.fields().iter().map(|error| error.field.as_ref()).collect();
    assert_eq!(fields, ["planet_id", "probe_id"]);
    assert_eq!(probes.count(Probe::planets().some(Planet::name().eq("Ares"))).await, Ok(1));

    probes.delete(second.id).await.expect("a removal");
    assert_eq!(probes.get(first.id).await.expect("the probe").successor_id, None);
    planets.delete(mars.id).await.expect("a removal");
    assert_eq!(MoonService::new(&ctx).count(Filter::all()).await, Ok(0));
    assert_eq!(visits.count(Filter::all()).await, Ok(0));
}

#[each_database(entities())]
async fn pages_follow_the_order_of_creation(ctx: Ctx) {
    let planets = PlanetService::new(&ctx);
    let mut made = Vec::new();
    for number in 0..50 {
        made.push(planets.create(PlanetInput::new(format!("p{number}"))).await.expect("a planet").id);
    }
    assert!(made.is_sorted());
    let (mut seen, mut cursor) = (Vec::new(), None);
    loop {
        let query = Query::default().first(7);
        let query = match cursor.take() {
            Some(cursor) => query.after(cursor),
            None => query,
        };
        let page = planets.list(query).await.expect("a page");
        seen.extend(page.items.iter().map(|planet| planet.id));
        if !page.has_next {
            break;
        }
        cursor = page.end_cursor;
    }
    assert_eq!(seen, made);
}

#[cfg(feature = "rest")]
#[each_database(entities())]
async fn rest_takes_them_in_paths_bodies_and_conditions(test: TestDb) {
    let api = rest::Api::of_entities(test, &entities(), entify::rest::Rest::new()).await;
    let answer = api.post("/api/planets", json!({"name": "Mars"})).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let planet = answer.json()["id"].as_str().expect("a UUID").to_owned();
    assert_eq!(answer.header("location"), Some(format!("/api/planets/{planet}").as_str()));
    let moon = api.post("/api/moons", json!({"name": "Phobos", "planet_id": planet})).await;
    assert_eq!(moon.json()["planet_id"], planet.as_str());
    assert_eq!(api.get(&format!("/api/planets/{planet}")).await.json()["name"], "Mars");
    let found = api.get(&format!("/api/moons?planet_id={planet}")).await.json();
    assert_eq!(found["items"][0]["name"], "Phobos");
    let changed = api.patch(&format!("/api/planets/{planet}"), json!({"name": "Ares"})).await;
    assert_eq!(changed.json()["name"], "Ares");
    assert_eq!(api.get(&format!("/api/planets/{}", Uuid::nil())).await.status, 404);
    assert_eq!(api.get("/api/planets/1").await.status, 404, "not a key, so no such row");
    let wrong = api.post("/api/moons", json!({"name": "X", "planet_id": 1})).await;
    assert_eq!(wrong.broken(422, "VALIDATION_FAILED"), [("planet_id".to_owned(), "type".to_owned())]);
    let missing = api.post("/api/moons", json!({"name": "X", "planet_id": Uuid::nil()})).await;
    assert_eq!(missing.broken(409, "CONFLICT"), [("planet_id".to_owned(), "reference".to_owned())]);
    assert_eq!(api.delete(&format!("/api/planets/{planet}")).await.status, 204);
    assert_eq!(api.get("/api/moons").await.json()["items"], json!([]));
}

#[cfg(feature = "graphql")]
#[each_database(entities())]
async fn graphql_wraps_them_in_global_ids(test: TestDb) {
    let api = graphql::Api::of(&test, &entities(), Principal::Anonymous, |schema| schema).await;
    let made = api.data(r#"mutation { createPlanet(input: {name: "Mars"}) { id name } }"#).await;
    let planet = made["createPlanet"]["id"].as_str().expect("an id").to_owned();
    let key = PlanetService::new(&api.ctx).list(Query::default()).await.expect("a page").items[0].id;
    assert_eq!(planet, graphql::id("Planet", key));
    let make = "mutation($planet: ID!) { createMoon(input: {name: \"Phobos\", planetId: $planet}) \
                { planetId planet { id moons { nodes { name } } } } }";
    let made = api.data_with(make, json!({"planet": planet})).await;
    assert_eq!(made["createMoon"]["planetId"], planet.as_str());
    assert_eq!(made["createMoon"]["planet"]["moons"]["nodes"][0]["name"], "Phobos");
    let read = "query($id: ID!) { node(id: $id) { id ... on Planet { name } } }";
    assert_eq!(api.data_with(read, json!({"id": planet})).await["node"]["name"], "Mars");
    let other = graphql::id("Probe", key);
    assert_eq!(api.data_with(read, json!({"id": other})).await["node"], json!(null), "no probe has this key");
    let wrong = "query($id: ID!) { planetById(id: $id) { name } }";
    let (code, _) = api.error(wrong, json!({"id": other})).await;
    assert_eq!(code, "BAD_REQUEST", "an id of another type is an error, not a lookup");
    let (code, _) = api.error(wrong, json!({"id": graphql::id("Planet", 1)})).await;
    assert_eq!(code, "BAD_REQUEST", "a number is no key of a planet");
    let remove = "mutation($id: ID!) { deletePlanet(id: $id) { id } }";
    assert_eq!(api.data_with(remove, json!({"id": planet})).await["deletePlanet"]["id"], planet.as_str());
}

#[test]
fn it_is_declared() {
    assert_eq!(super::def().key, entify::entity::KeyKind::Uuid);
    assert_eq!(super::Product::def().key, entify::entity::KeyKind::Identity);
    let _: Id<super::InvoiceLine> = Uuid::nil().into();
    let _: Id<super::Product> = 5.into();
}

#[derive(Entity)]
#[entity(policy = public, key = uuid)]
pub struct KeyFolder {
    name: String,
}

#[derive(Entity)]
#[entity(policy = public)]
pub struct KeyFile {
    folder: One<KeyFolder>,
    other: Option<One<KeyFolder>>,
    copy_of: Option<One<KeyFile>>,
}

/// References are written and read without the type of their keys.
#[each_database(entities![KeyFolder, KeyFile])]
async fn a_reference_is_a_value_like_any_other(ctx: Ctx) -> entify::Result<()> {
    let folder = KeyFolderService::new(&ctx).create(KeyFolderInput::new("first")).await?.id;
    let files = KeyFileService::new(&ctx);
    let given = KeyFileInput { other_id: Some(folder), ..KeyFileInput::new(folder) };
    assert_eq!(format!("{given:?}"), format!("{:?}", given.clone()));
    let file = files.create(given).await?;
    assert_eq!((file.folder_id, file.other_id, file.copy_of_id), (folder, Some(folder), None));
    assert_eq!(file, file.clone());
    let patch = KeyFilePatch {
        other_id: Change::Set(None),
        copy_of_id: Change::Set(Some(file.id)),
        ..KeyFilePatch::default()
    };
    let changed = files.update(file.id, patch.clone()).await?;
    assert_ne!(file, changed);
    assert_eq!((changed.folder_id, changed.other_id, changed.copy_of_id), (folder, None, Some(file.id)));
    let missing = Id::new(Uuid::from_u128(7));
    let wrong = KeyFilePatch { folder_id: missing.into(), ..KeyFilePatch::default() };
    assert!(format!("{wrong:?}").contains("folder_id: Set("), "{wrong:?}");
    assert_eq!(files.update(file.id, wrong).await.expect_err("no such folder").code(), "CONFLICT");
    assert_eq!((missing.get(), changed.copy_of_id.map(Id::get)), (Uuid::from_u128(7), Some(1)));
    assert!(missing > Id::new(Uuid::from_u128(6)) && Id::<KeyFile>::new(-1) < Id::new(1));
    Ok(())
}
