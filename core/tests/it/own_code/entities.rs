//! Entities in own operations: what own and generated operations answer is the same, whoever asks.

use async_graphql::{Context, Object, SimpleObject};
use entify::prelude::*;
use entify::rest::ListParams;
use entify::testing::{TestDb, each_database, serve};
use entify::{View, ViewPage};
use poem::web::Data;
use poem::{EndpointExt as _, IntoResponse, Route, get, handler, post};
use poem_openapi::OpenApi;
use poem_openapi::param::{Path, Query as QueryParam};
use poem_openapi::payload::Json as Body;
use serde_json::{Value, json};

use crate::support::openapi;

/// Where tasks belong.
#[derive(Entity)]
#[entity(policy = public)]
pub struct Group {
    #[entity(max_len = 20, filter, sort)]
    name: String,
    #[entity(inverse = group)]
    tasks: Many<Task>,
}

/// Something to do, which its owner sees.
#[derive(Entity)]
#[entity(policy(read = owner(owner) | role("staff"), write = authenticated), order = title)]
pub struct Task {
    #[entity(max_len = 10, filter, sort, search)]
    title: String,
    #[entity(filter, sort)]
    owner: String,
    #[entity(default = Stage::Open, filter, sort)]
    stage: Stage,
    #[entity(policy(read = role("staff")), scale = 2, precision = 10)]
    cost: Option<Decimal>,
    #[entity(write_only, min_len = 8)]
    secret: Option<Password>,
    #[entity(min = 0, max = 5, default = 0, sort)]
    stars: i32,
    day: Option<NaiveDate>,
    hour: Option<NaiveTime>,
    data: Option<Json>,
    #[entity(on_delete = cascade)]
    group: One<Group>,
}

/// How far a task is.
#[derive(EntityEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Open,
    InWork,
    Done,
}

/// An enum that no entity has.
#[derive(EntityEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    VeryGood,
    Bad,
}

fn entities() -> Vec<&'static entify::entity::EntityDef> {
    entify::entities![Group, Task]
}

/// The principal is named by a header: `ada+staff`.
struct ByHeader;

impl Authenticator for ByHeader {
    async fn authenticate(&self, _: &Ctx, request: &poem::Request) -> entify::Result<Option<Principal>> {
        let Some(text) = request.header("x-user") else { return Ok(None) };
        let mut parts = text.split('+');
        let name = parts.next().unwrap_or_default();
        let roles = parts.map(str::to_owned).collect();
        Ok(Some(Subject::new(format!("test:{name}"), name, roles).owning(name).into()))
    }
}

fn as_system(ctx: &Ctx) -> Ctx {
    ctx.with_principal(Principal::System)
}

struct Queries;

#[derive(SimpleObject)]
struct Echo {
    stage: Stage,
    mood: Mood,
    id: Id<Group>,
    price: Decimal,
    day: NaiveDate,
    hours: Vec<NaiveTime>,
    data: Json,
    unique: Uuid,
}

/// An object of the application's own that leads to rows.
struct Desk(Id<Group>);

#[Object]
impl Desk {
    async fn group(&self) -> GroupType {
        self.0.into()
    }

    async fn tasks(&self) -> TaskConnection {
        TaskConnection::of(Query::filter(Task::group().eq(self.0)))
    }
}

#[Object]
impl Queries {
    async fn model(&self, context: &Context<'_>, id: Id<Task>) -> entify::Result<Option<TaskModel>> {
        let system = as_system(context.data::<Ctx>()?);
        TaskService::new(&system).find(id).await
    }

    async fn view(&self, context: &Context<'_>, id: Id<Task>) -> entify::Result<Option<View<Task>>> {
        TaskService::new(context.data::<Ctx>()?).views().find(id).await
    }

    async fn object(&self, id: Id<Task>) -> Option<TaskType> {
        Some(TaskType::new(id))
    }

    async fn required(&self, id: Id<Task>) -> TaskType {
        TaskType::new(id)
    }

    async fn mine(&self, context: &Context<'_>) -> entify::Result<Vec<TaskModel>> {
        let ctx = context.data::<Ctx>()?;
        Ok(TaskService::new(ctx).list(Query::default().first(100)).await?.items)
    }

    async fn every(&self, context: &Context<'_>) -> entify::Result<Vec<Option<TaskModel>>> {
        let system = as_system(context.data::<Ctx>()?);
        let all = TaskService::new(&system).list(Query::default().first(100)).await?;
        Ok(all.items.into_iter().map(Some).collect())
    }

    async fn filtered(
        &self,
        context: &Context<'_>,
        filter: Option<TaskFilter>,
        order_by: Option<Vec<TaskOrder>>,
    ) -> entify::Result<Vec<View<Task>>> {
        let query = Query::filter(filter.unwrap_or_default());
        let query = query.order(order_by.unwrap_or_default().into_iter().collect());
        Ok(TaskService::new(context.data::<Ctx>()?).views().list(query).await?.items)
    }

    async fn open_tasks(&self) -> TaskConnection {
        TaskConnection::of(Query::filter(Task::stage().eq(Stage::Open)))
    }

    async fn desks(&self, context: &Context<'_>) -> entify::Result<Vec<Desk>> {
        let ctx = context.data::<Ctx>()?;
        let groups = GroupService::new(ctx).list(Query::default()).await?;
        Ok(groups.items.into_iter().map(|group| Desk(group.id)).collect())
    }

    #[expect(clippy::too_many_arguments)]
    async fn echo(
        &self,
        stage: Stage,
        #[graphql(default_with = "Mood::VeryGood")] mood: Mood,
        id: Id<Group>,
        price: Decimal,
        day: NaiveDate,
        hours: Vec<NaiveTime>,
        data: Json,
        unique: Uuid,
    ) -> Echo {
        Echo { stage, mood, id, price, day, hours, data, unique }
    }
}

struct Mutations;

#[Object]
impl Mutations {
    async fn add_task(&self, context: &Context<'_>, input: TaskInput) -> entify::Result<TaskModel> {
        TaskService::new(&as_system(context.data::<Ctx>()?)).create(input).await
    }

    async fn change_task(
        &self,
        context: &Context<'_>,
        id: Id<Task>,
        input: TaskPatch,
    ) -> entify::Result<View<Task>> {
        TaskService::new(context.data::<Ctx>()?).views().update(id, input).await
    }
}

struct Api;

#[derive(poem_openapi::Object)]
struct Summary {
    stage: Stage,
    first: Option<Id<Task>>,
    row: Option<View<Task>>,
}

#[OpenApi]
impl Api {
    #[oai(path = "/own/tasks", method = "get", operation_id = "own_tasks")]
    async fn list(&self, ctx: Data<&Ctx>, list: ListParams<Task>) -> entify::Result<ViewPage<Task>> {
        TaskService::new(&ctx).views().list(list.0).await
    }

    #[oai(path = "/own/groups/:name/tasks-of", method = "get", operation_id = "own_tasks_of")]
    async fn list_of(
        &self,
        ctx: Data<&Ctx>,
        name: Path<String>,
        group: QueryParam<Id<Group>>,
        list: ListParams<Task>,
    ) -> entify::Result<Body<ViewPage<Task>>> {
        TaskService::new(&ctx)
            .views()
            .list(list.0.and(Task::group().eq(group.0) & Task::group().is(Group::name().eq(name.0))))
            .await
            .map(Body)
    }

    #[oai(path = "/own/tasks", method = "post", operation_id = "own_create")]
    async fn create(&self, ctx: Data<&Ctx>, input: Body<TaskInput>) -> entify::Result<Body<View<Task>>> {
        TaskService::new(&ctx).views().create(input.0).await.map(Body)
    }

    #[oai(path = "/own/tasks/:id", method = "get", operation_id = "own_task")]
    async fn get(&self, ctx: Data<&Ctx>, id: Path<Id<Task>>) -> entify::Result<View<Task>> {
        TaskService::new(&ctx).views().get(id.0).await
    }

    #[oai(path = "/own/tasks/:id", method = "patch", operation_id = "own_update")]
    async fn update(
        &self,
        ctx: Data<&Ctx>,
        id: Path<Id<Task>>,
        patch: Body<TaskPatch>,
    ) -> entify::Result<Body<View<Task>>> {
        TaskService::new(&ctx).views().update(id.0, patch.0).await.map(Body)
    }

    #[oai(path = "/own/summary/:stage", method = "get", operation_id = "own_summary")]
    async fn summary(&self, ctx: Data<&Ctx>, stage: Path<Stage>) -> entify::Result<Body<Summary>> {
        let query = Query::filter(Task::stage().eq(stage.0)).first(1);
        let mut page = TaskService::new(&ctx).views().list(query).await?;
        let row = page.items.pop();
        Ok(Body(Summary { stage: stage.0, first: row.as_ref().map(View::id), row }))
    }
}

#[handler]
async fn task(
    Data(ctx): Data<&Ctx>,
    poem::web::Path(id): poem::web::Path<Id<Task>>,
) -> poem::Result<View<Task>> {
    Ok(TaskService::new(ctx).views().get(id).await?)
}

#[handler]
async fn tasks(Data(ctx): Data<&Ctx>, uri: &poem::http::Uri) -> poem::Result<ViewPage<Task>> {
    let list = ListParams::read(ctx, uri.query().unwrap_or_default())?;
    Ok(TaskService::new(ctx).views().list(list.0).await?)
}

#[handler]
async fn create(
    Data(ctx): Data<&Ctx>,
    poem::web::Json(input): poem::web::Json<TaskInput>,
) -> poem::Result<impl IntoResponse> {
    Ok(TaskService::new(ctx).views().create(input).await?)
}

/// Who asks, in the tests.
const PRINCIPALS: [&str; 4] = ["", "ada", "bob", "sam+staff"];

struct Client {
    base: String,
    http: reqwest::Client,
    test: TestDb,
}

impl Client {
    async fn of(test: TestDb) -> Self {
        let mounted = Route::new()
            .at("/tasks", get(tasks).post(create))
            .at("/tasks/:id", get(task))
            .at("/nothing", post(create))
            .map_to_response();
        let app = App::new(entities())
            .authenticator(ByHeader)
            .query(Queries)
            .mutation(Mutations)
            .api(Api)
            .mount("/mounted", mounted);
        let address = serve(app, &test).await;
        seed(&test.ctx()).await.expect("rows");
        Self { base: format!("http://{address}"), http: reqwest::Client::new(), test }
    }

    async fn send(&self, who: &str, method: &str, path: &str, body: Option<&str>) -> (u16, String) {
        let method = method.parse().expect("a method");
        let mut request = self.http.request(method, format!("{}{path}", self.base));
        if !who.is_empty() {
            request = request.header("x-user", who);
        }
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_owned());
        }
        let answer = request.send().await.expect("an answer");
        (answer.status().as_u16(), answer.text().await.expect("a body"))
    }

    async fn get(&self, who: &str, path: &str) -> (u16, String) {
        self.send(who, "GET", path, None).await
    }

    async fn graphql(&self, who: &str, query: &str) -> Value {
        let body = json!({ "query": query }).to_string();
        let (_, text) = self.send(who, "POST", "/graphql", Some(&body)).await;
        serde_json::from_str(&text).expect("JSON")
    }

    /// How many statements a query costs.
    async fn statements(&self, who: &str, query: &str) -> u64 {
        let before = self.test.db().statements();
        let answer = self.graphql(who, query).await;
        assert_eq!(answer["errors"], Value::Null, "{answer}");
        self.test.db().statements() - before
    }
}

async fn seed(ctx: &Ctx) -> entify::Result<()> {
    let groups = GroupService::new(ctx);
    let groups = groups.create_many(["home", "work"].map(GroupInput::new)).await?;
    for position in 0..6_usize {
        let owner = ["ada", "bob"][position % 2];
        let input = TaskInput {
            cost: Some(Decimal::new(1250, 2)),
            secret: Some("a long secret".into()),
            day: NaiveDate::from_ymd_opt(2024, 12, 31),
            hour: NaiveTime::from_hms_opt(23, 59, 0),
            data: Some(json!({"a": [1, null]})),
            stage: Some(if position < 4 { Stage::Open } else { Stage::InWork }),
            ..TaskInput::new(format!("task {position}"), owner, groups[position / 3].id)
        };
        TaskService::new(ctx).create(input).await?;
    }
    Ok(())
}

fn global(kind: &str, key: i64) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(format!("{kind}:{key}"))
}

/// What is told, without what is different in each request.
fn told(text: &str) -> Value {
    let mut value: Value = serde_json::from_str(text).unwrap_or_else(|_| panic!("no JSON: {text}"));
    if let Some(object) = value.as_object_mut() {
        object.remove("request_id");
    }
    value
}

const ROW: &str = "{ id title owner stage cost stars day hour data createdAt groupId group { name tasks { nodes { title } } } }";

#[each_database(entities())]
async fn rows_of_own_resolvers_are_those_of_generated_fields(test: TestDb) {
    let client = Client::of(test).await;
    for who in PRINCIPALS {
        for key in [1, 2, 999] {
            let id = global("Task", key);
            let generated = client.graphql(who, &format!("{{ row: taskById(id: \"{id}\") {ROW} }}")).await;
            for field in ["model", "view", "object"] {
                if who.is_empty() && field != "object" && field != "model" {
                    continue;
                }
                let own = client.graphql(who, &format!("{{ row: {field}(id: \"{id}\") {ROW} }}")).await;
                if generated.get("errors").is_none() {
                    assert_eq!(own, generated, "{field} of {key} for {who:?}");
                } else {
                    assert_eq!(own["data"], generated["data"], "{field} of {key} for {who:?}");
                }
            }
        }
    }
    let hidden = client.graphql("sam+staff", "{ mine { cost } }").await;
    assert_eq!(hidden["data"]["mine"][0]["cost"], "12.50");
    let hidden = client.graphql("ada", "{ mine { cost } }").await;
    assert_eq!(hidden["data"]["mine"], json!([{"cost": null}, {"cost": null}, {"cost": null}]));
}

#[each_database(entities())]
async fn a_row_that_is_hidden_is_null_or_an_error(test: TestDb) {
    let client = Client::of(test).await;
    let every = client.graphql("ada", "{ every { title } }").await;
    let titles = |key: usize| {
        if key.is_multiple_of(2) { json!({"title": format!("task {key}")}) } else { json!(null) }
    };
    assert_eq!(every, json!({"data": {"every": (0..6).map(titles).collect::<Vec<_>>()}}));
    let id = global("Task", 2);
    let required = client.graphql("ada", &format!("{{ required(id: \"{id}\") {{ title }} }}")).await;
    assert_eq!(required["data"], Value::Null);
    assert_eq!(required["errors"][0]["path"], json!(["required"]));
    assert_eq!(required["errors"][0]["extensions"]["code"], "NOT_FOUND");
}

#[each_database(entities())]
async fn the_rows_of_a_list_are_read_together(test: TestDb) {
    let client = Client::of(test).await;
    let who = "sam+staff";
    let one = client.statements(who, "{ mine { title } }").await;
    assert_eq!(one, 2, "the resolver's own, and one for all six rows");
    let nested = "{ mine { title group { name tasks { nodes { title } } } } }";
    assert_eq!(client.statements(who, nested).await, 4, "one more for each level");
    let listed = client.graphql(who, nested).await;
    assert_eq!(listed["data"]["mine"][5]["group"]["tasks"]["nodes"][0]["title"], "task 3");
    // Rows below different parents too.
    assert_eq!(client.statements(who, "{ desks { group { name } } }").await, 2);
    let twice = "{ a: mine { title } b: mine { title } c: every { id } }";
    assert_eq!(client.statements(who, twice).await, 6);
}

#[each_database(entities())]
async fn a_connection_takes_what_generated_lists_take(test: TestDb) {
    let client = Client::of(test).await;
    let page =
        "{ nodes { title cost } pageInfo { hasNextPage hasPreviousPage } totalCount edges { cursor } }";
    for who in ["ada", "bob", "sam+staff"] {
        for arguments in
            ["first: 1", "last: 1", "orderBy: [{title: DESC}], first: 3", "search: \"task\", first: 2"]
        {
            let own = client.graphql(who, &format!("{{ list: openTasks({arguments}) {page} }}")).await;
            let filter = "filter: {stage: {eq: OPEN}}";
            let generated =
                client.graphql(who, &format!("{{ list: tasks({arguments}, {filter}) {page} }}")).await;
            assert_eq!(own["errors"], Value::Null, "{own}");
            for part in ["nodes", "pageInfo", "totalCount"] {
                assert_eq!(
                    own["data"]["list"][part], generated["data"]["list"][part],
                    "{arguments} for {who}"
                );
            }
        }
    }
    let filtered = "{ openTasks(filter: {title: {eq: \"task 2\"}}) { nodes { title } } }";
    assert_eq!(
        client.graphql("ada", filtered).await["data"]["openTasks"]["nodes"],
        json!([{"title": "task 2"}])
    );
    let first = client.graphql("ada", "{ openTasks(first: 1) { pageInfo { endCursor } } }").await;
    let cursor = first["data"]["openTasks"]["pageInfo"]["endCursor"].as_str().expect("a cursor").to_owned();
    let next = format!("{{ openTasks(first: 1, after: \"{cursor}\") {{ nodes {{ title }} }} }}");
    let next = client.graphql("ada", &next).await;
    assert_eq!(next["data"]["openTasks"]["nodes"], json!([{"title": "task 2"}]));
    let desks = client.graphql("sam+staff", "{ desks { tasks(first: 1) { nodes { title } } } }").await;
    assert_eq!(desks["data"]["desks"][1]["tasks"]["nodes"], json!([{"title": "task 3"}]));
    let refused = client.graphql("ada", "{ openTasks(first: 1000) { nodes { title } } }").await;
    let generated = client.graphql("ada", "{ tasks(first: 1000) { nodes { title } } }").await;
    assert_eq!(refused["errors"][0]["message"], generated["errors"][0]["message"]);
    assert_eq!(refused["errors"][0]["extensions"]["code"], "BAD_REQUEST");
    let own = client
        .graphql(
            "sam+staff",
            "{ filtered(filter: {stage: {eq: IN_WORK}}, orderBy: [{title: DESC}]) { title } }",
        )
        .await;
    assert_eq!(own["data"]["filtered"], json!([{"title": "task 5"}, {"title": "task 4"}]));
}

#[each_database(entities())]
async fn values_have_the_names_and_forms_of_the_schema(test: TestDb) {
    let client = Client::of(test).await;
    let unique = "0191f0c8-5d3e-7a52-9c3b-6a1f2e4d5c6b";
    let group = global("Group", 1);
    let arguments = format!(
        "stage: IN_WORK, id: \"{group}\", price: \"12.50\", day: \"2024-12-31\", hours: [\"23:59:59\"], \
         data: {{a: [1, null]}}, unique: \"{unique}\""
    );
    let query = format!("{{ echo({arguments}) {{ stage mood id price day hours data unique }} }}");
    let answer = client.graphql("", &query).await;
    assert_eq!(
        answer["data"]["echo"],
        json!({
            "stage": "IN_WORK", "mood": "VERY_GOOD", "id": group, "price": "12.50", "day": "2024-12-31",
            "hours": ["23:59:59"], "data": {"a": [1, null]}, "unique": unique,
        }),
        "{answer}"
    );
    let other = client.graphql("", &query.replace(&group, &global("Task", 1))).await;
    assert_eq!(other["errors"][0]["extensions"]["code"], "BAD_REQUEST", "{other}");
    assert_eq!(other["errors"][0]["message"], "this is the id of another type; expected the id of a `Group`");
    let types = client
        .graphql("", "{ __type(name: \"Echo\") { fields { name type { ofType { name ofType { ofType { name } } } } } } }")
        .await;
    let fields = types["data"]["__type"]["fields"].as_array().expect("fields");
    let name = |name: &str| {
        let field = fields.iter().find(|field| field["name"] == name).expect("a field");
        field["type"]["ofType"]["name"]
            .as_str()
            .or(field["type"]["ofType"]["ofType"]["ofType"]["name"].as_str())
            .expect("a name")
            .to_owned()
    };
    let names: Vec<_> = ["stage", "mood", "id", "price", "day", "hours", "data", "unique"]
        .iter()
        .map(|field| name(field))
        .collect();
    assert_eq!(names, ["Stage", "Mood", "ID", "Decimal", "Date", "Time", "JSON", "UUID"]);
}

/// Values that break rules, as GraphQL and REST spell them.
const BROKEN: [(&str, &str); 3] = [
    (
        "title: \"far too long a title\", owner: \"ada\", stars: 9, cost: \"x\", groupId: \"R3JvdXA6MQ==\"",
        r#"{"title": "far too long a title", "owner": "ada", "stars": 9, "cost": "x", "group_id": 1}"#,
    ),
    (
        "title: \"far too long a title\", owner: \"ada\", stars: 9, groupId: \"R3JvdXA6MQ==\"",
        r#"{"title": "far too long a title", "owner": "ada", "stars": 9, "group_id": 1}"#,
    ),
    (
        "title: \"a title\", owner: \"ada\", groupId: \"R3JvdXA6OTk5\"",
        r#"{"title": "a title", "owner": "ada", "group_id": 999}"#,
    ),
];

#[each_database(entities())]
async fn values_that_own_operations_take_obey_the_same_rules(test: TestDb) {
    let client = Client::of(test).await;
    let who = "sam+staff";
    for (graphql, rest) in BROKEN {
        let own =
            client.graphql(who, &format!("mutation {{ addTask(input: {{{graphql}}}) {{ id }} }}")).await;
        let generated =
            client.graphql(who, &format!("mutation {{ createTask(input: {{{graphql}}}) {{ id }} }}")).await;
        let (own, generated) = (&own["errors"][0], &generated["errors"][0]);
        assert!(own["extensions"]["fields"].as_array().is_some_and(|fields| !fields.is_empty()), "{own}");
        for part in ["/message", "/extensions/code", "/extensions/fields"] {
            assert_eq!(own.pointer(part), generated.pointer(part), "{graphql}");
        }
        assert_eq!(own["path"], json!(["addTask"]));
        let generated = client.send(who, "POST", "/api/tasks", Some(rest)).await;
        for path in ["/api/own/tasks", "/mounted/tasks"] {
            let own = client.send(who, "POST", path, Some(rest)).await;
            assert_eq!((own.0, told(&own.1)), (generated.0, told(&generated.1)), "{path}: {rest}");
        }
    }
    for broken in [
        r#"{"zzzzzzzzzzzz": 1, "stars": "many", "title": null}"#,
        r#"{"id": 1, "created_at": "2024-12-31T00:00:00Z"}"#,
        r#"{"stage": "nothing"}"#,
        "{}",
    ] {
        let generated = client.send(who, "POST", "/api/tasks", Some(broken)).await;
        assert_eq!(generated.0, 422);
        for path in ["/api/own/tasks", "/mounted/tasks"] {
            let own = client.send(who, "POST", path, Some(broken)).await;
            assert_eq!((own.0, told(&own.1)), (generated.0, told(&generated.1)), "{path}: {broken}");
        }
    }
    for patch in [r#"{"stars": 9, "title": null}"#, r#"{"stars": "x", "zzzzzzzzzz": 1, "secret": "short"}"#] {
        let own = client.send(who, "PATCH", "/api/own/tasks/1", Some(patch)).await;
        let generated = client.send(who, "PATCH", "/api/tasks/1", Some(patch)).await;
        assert_eq!((own.0, told(&own.1)), (generated.0, told(&generated.1)), "{patch}");
    }
    // Who may not write is told so.
    let own = client.send("", "POST", "/api/own/tasks", Some(BROKEN[2].1)).await;
    let generated = client.send("", "POST", "/api/tasks", Some(BROKEN[2].1)).await;
    assert_eq!((own.0, told(&own.1)), (generated.0, told(&generated.1)));
}

#[each_database(entities())]
async fn what_own_operations_write_is_what_generated_ones_write(test: TestDb) {
    let client = Client::of(test).await;
    let values = r#"{"title": "new", "owner": "ada", "cost": "3.10", "secret": "a long secret", "stage": "in_work", "group_id": 2}"#;
    let without_key = |text: &str| {
        let mut row = told(text);
        let object = row.as_object_mut().expect("a row");
        for member in ["id", "created_at", "updated_at"] {
            object.remove(member);
        }
        row
    };
    let generated = client.send("ada", "POST", "/api/tasks", Some(values)).await;
    for path in ["/api/own/tasks", "/mounted/tasks"] {
        let own = client.send("ada", "POST", path, Some(values)).await;
        assert_eq!(without_key(&own.1), without_key(&generated.1));
        assert_eq!(told(&own.1)["cost"], Value::Null, "hidden from who has written it");
        assert_eq!(told(&own.1).get("secret"), None);
    }
    let patched = client.send("ada", "PATCH", "/api/own/tasks/1", Some(r#"{"stars": 4, "day": null}"#)).await;
    assert_eq!(
        (patched.0, &told(&patched.1)["stars"], &told(&patched.1)["day"]),
        (200, &json!(4), &Value::Null)
    );
    assert_eq!(told(&patched.1), told(&client.get("ada", "/api/tasks/1").await.1));
    let id = global("Task", 1);
    let query = format!(
        "mutation {{ changeTask(id: \"{id}\", input: {{stars: 2, groupId: \"{}\"}}) {{ stars group {{ name }} }} }}",
        global("Group", 2)
    );
    let changed = client.graphql("ada", &query).await;
    assert_eq!(changed, json!({"data": {"changeTask": {"stars": 2, "group": {"name": "work"}}}}));
    let added = format!(
        "mutation {{ addTask(input: {{title: \"b\", owner: \"bob\", groupId: \"{}\"}}) {{ title cost }} }}",
        global("Group", 2)
    );
    assert_eq!(
        client.graphql("bob", &added).await,
        json!({"data": {"addTask": {"title": "b", "cost": null}}})
    );
}

#[each_database(entities())]
async fn rows_and_lists_of_own_endpoints_are_those_of_generated_ones(test: TestDb) {
    let client = Client::of(test).await;
    for who in PRINCIPALS {
        for key in [1, 2, 999] {
            let generated = client.get(who, &format!("/api/tasks/{key}")).await;
            for path in ["/api/own/tasks", "/mounted/tasks"] {
                let own = client.get(who, &format!("{path}/{key}")).await;
                match generated.0 {
                    200 => assert_eq!(own, generated, "byte for byte"),
                    status => assert_eq!((own.0, told(&own.1)), (status, told(&generated.1))),
                }
            }
        }
        for query in [
            "",
            "?limit=2",
            "?limit=2&sort=-title&count=exact",
            "?stage=in_work",
            "?title[contains]=1&q=task",
            "?id[in]=1,2&id[in]=3",
            "?limit=0",
            "?nothing=1",
            "?sort=nothing",
            "?cursor=x",
        ] {
            let generated = client.get(who, &format!("/api/tasks{query}")).await;
            for path in ["/api/own/tasks", "/mounted/tasks"] {
                let own = client.get(who, &format!("{path}{query}")).await;
                assert_eq!(
                    (own.0, told(&own.1)),
                    (generated.0, told(&generated.1)),
                    "{path}{query} for {who:?}"
                );
            }
        }
    }
    let first = told(&client.get("ada", "/api/own/tasks?limit=1").await.1);
    let cursor = first["page"]["next_cursor"].as_str().expect("a cursor");
    let own = client.get("ada", &format!("/api/own/tasks?limit=1&cursor={cursor}")).await;
    assert_eq!(own, client.get("ada", &format!("/api/tasks?limit=1&cursor={cursor}")).await);
    assert_eq!(told(&own.1)["items"][0]["title"], "task 2");
}

#[each_database(entities())]
async fn an_own_list_has_parameters_of_its_own_too(test: TestDb) {
    let client = Client::of(test).await;
    let own = client.get("sam+staff", "/api/own/groups/home/tasks-of?group=1&sort=-title&limit=2").await;
    let titles = |text: &str| -> Vec<String> {
        let page = told(text);
        let items = page["items"].as_array().unwrap_or_else(|| panic!("no page: {page}"));
        items.iter().map(|item| item["title"].as_str().expect("a title").to_owned()).collect()
    };
    assert_eq!(titles(&own.1), ["task 2", "task 1"]);
    let refused = client.get("sam+staff", "/api/own/groups/home/tasks-of?group=1&groups=2").await;
    assert_eq!((refused.0, &told(&refused.1)["code"]), (400, &json!("BAD_REQUEST")));
    let summary = told(&client.get("bob", "/api/own/summary/in_work").await.1);
    assert_eq!((&summary["stage"], &summary["first"]), (&json!("in_work"), &json!(6)));
    assert_eq!(summary["row"], told(&client.get("bob", "/api/tasks/6").await.1));
    let wrong = client.get("bob", "/api/own/summary/nothing").await;
    assert_eq!(wrong.0, 400, "{wrong:?}");
}

#[each_database(entities(), only(sqlite))]
async fn own_operations_are_described_by_the_schemas_of_generated_ones(test: TestDb) {
    let client = Client::of(test).await;
    let description = openapi::read(&client.get("", "/openapi.json").await.1);
    let at = |path: &str, method: &str| description["paths"][path][method].clone();
    let generated = at("/api/tasks", "get");
    // What is shown of the rows is the operation's own.
    let mut parameters = generated["parameters"].as_array().expect("parameters").clone();
    parameters.retain(|one| !["fields", "include", "ids"].contains(&one["name"].as_str().expect("a name")));
    assert_eq!(at("/api/own/tasks", "get")["parameters"], Value::from(parameters));
    let schema = |operation: &Value| {
        let content = operation["responses"]["200"]["content"].as_object().expect("content").clone();
        content.values().next().expect("a media type")["schema"].clone()
    };
    // `fields` may leave some of a generated one out.
    let whole = |operation: &Value| schema(operation)["anyOf"][0].clone();
    assert_eq!(schema(&at("/api/own/tasks", "get")), schema(&generated));
    assert_eq!(schema(&at("/api/own/tasks/{id}", "get")), whole(&at("/api/tasks/{id}", "get")));
    let of =
        at("/api/own/groups/{name}/tasks-of", "get")["parameters"].as_array().expect("parameters").clone();
    // Two of its own, and not the three that say what is shown.
    assert_eq!(of.len() + 1, generated["parameters"].as_array().expect("parameters").len());
    assert_eq!(
        (&of[1]["name"], &of[1]["schema"]),
        (&json!("group"), &json!({"type": "integer", "format": "int64"}))
    );
    let body = |path: &str, method: &str| {
        let content = at(path, method)["requestBody"]["content"].as_object().expect("content").clone();
        content.values().next().expect("a media type")["schema"].clone()
    };
    assert_eq!(body("/api/own/tasks", "post"), json!({"$ref": "#/components/schemas/TaskInput"}));
    assert_eq!(body("/api/own/tasks/{id}", "patch"), body("/api/tasks/{id}", "patch"));
    let schemas = &description["components"]["schemas"];
    assert_eq!(schemas["TaskInput"]["additionalProperties"], false, "it stays closed");
    assert_eq!(schemas["Summary"]["properties"]["stage"]["enum"], json!(["open", "in_work", "done"]));
    assert_eq!(
        schemas["Summary"]["properties"]["row"]["$ref"]
            .as_str()
            .or(schemas["Summary"]["properties"]["row"]["allOf"][0]["$ref"].as_str()),
        Some("#/components/schemas/Task")
    );
}

#[test]
fn inputs_patches_enums_and_ids_are_types_of_serde() {
    let input: TaskInput = serde_json::from_value(
        json!({"title": "a", "owner": "ada", "stage": "in_work", "cost": "1.50", "group_id": 7}),
    )
    .expect("an input");
    assert_eq!((input.stage, input.stars, input.group_id), (Some(Stage::InWork), None, Id::new(7)));
    let patch: TaskPatch = serde_json::from_value(json!({"stars": 3, "day": null})).expect("a patch");
    assert_eq!((patch.stars, patch.day, patch.title), (Change::Set(3), Change::Set(None), Change::Keep));
    let refused = serde_json::from_value::<TaskInput>(
        json!({"title": "far too long a title", "stars": "x", "more": 1}),
    );
    let refused = refused.map(|_| ()).expect_err("refused").to_string();
    for part in ["title", "stars", "owner: is required", "group_id: is required", "more: is not a field here"]
    {
        assert!(refused.contains(part), "{part}: {refused}");
    }
    assert_eq!(serde_json::to_value(Stage::InWork).expect("JSON"), json!("in_work"));
    assert_eq!(serde_json::from_value::<Stage>(json!("done")).expect("a stage"), Stage::Done);
    serde_json::from_value::<Stage>(json!("DONE")).expect_err("not its name");
    let id: Id<Task> = serde_json::from_value(json!(7)).expect("an id");
    assert_eq!(serde_json::to_value(id).expect("JSON"), json!(7));
    serde_json::from_value::<Id<Task>>(json!("x")).expect_err("no id");
}
