//! Rules over relations: `owner(project.company.members.user)`. Members of one company see and write what is theirs, and
//! nothing of another, whatever they ask and wherever.

use entify::entity::{EntityDef, Registry, RegistryError};
use entify::prelude::*;
use entify::testing::{TestDb, each_database};
use reqwest::Method;
use serde_json::{Value as Json, json};

use super::someone;
use super::surfaces::Server;

#[derive(Entity)]
#[entity(
    policy(read = owner(members.user) | role("auditor"), create = nobody, update = owner(members.user), delete = nobody),
    plural = "companies"
)]
pub struct Company {
    #[entity(unique, sort, search)]
    name: String,
    #[entity(inverse = company)]
    members: Many<Membership>,
    #[entity(inverse = company)]
    projects: Many<Project>,
}

/// Who belongs to a company; its own rows decide who may change them.
#[derive(Entity)]
#[entity(policy = owner(company.members.user), unique(company, user))]
pub struct Membership {
    #[entity(on_delete = cascade)]
    company: One<Company>,
    #[entity(index)]
    user: String,
    title: Option<String>,
}

#[derive(Entity)]
#[entity(policy = owner(company.members.user))]
pub struct Project {
    #[entity(on_delete = cascade)]
    company: One<Company>,
    #[entity(unique, sort)]
    code: String,
    #[entity(inverse = project)]
    issues: Many<Issue>,
}

#[derive(Entity)]
#[entity(
    policy(
        read = owner(project.company.members.user) | role("auditor"),
        write = owner(project.company.members.user) & !role("frozen"),
    ),
    history,
    soft_delete
)]
pub struct Issue {
    #[entity(on_delete = cascade)]
    project: One<Project>,
    #[entity(sort, filter, search, max_len = 80)]
    title: String,
    #[entity(unique)]
    number: i32,
    /// Only the reader's own company is told.
    #[entity(filter, policy(read = owner(project.company.members.user)))]
    price: Option<i32>,
}

fn entities() -> Vec<&'static EntityDef> {
    entify::entities![Company, Membership, Project, Issue].to_vec()
}

/// The principal, and the company whose rows are theirs.
const WHO: [(&str, usize); 2] = [("ada", 1), ("bob", 2)];

/// Companies 1 of ada and ann, and 2 of bob, each with two projects of three issues. Issues of a company are those with its number in
/// the hundreds.
async fn fill(ctx: &Ctx) -> entify::Result<()> {
    for (number, members) in [(1, ["ada", "ann"].as_slice()), (2, &["bob"])] {
        let company = CompanyService::new(ctx).create(CompanyInput::new(format!("company {number}"))).await?;
        for user in members {
            MembershipService::new(ctx).create(MembershipInput::new(company.id, *user)).await?;
        }
        for code in 0..2 {
            let project = ProjectInput::new(company.id, format!("{number}-{code}"));
            let project = ProjectService::new(ctx).create(project).await?;
            for issue in 0..3 {
                let number = number * 100 + code * 10 + issue;
                let input = IssueInput {
                    price: Some(number),
                    ..IssueInput::new(project.id, format!("issue {number}"), number)
                };
                IssueService::new(ctx).create(input).await?;
            }
        }
    }
    Ok(())
}

fn is_own(company: usize, issue: &IssueModel) -> bool {
    issue.number as usize / 100 == company
}

#[each_database(entities(), row_security)]
async fn reads_stay_within_the_company(test: TestDb) -> entify::Result<()> {
    let system = test.ctx();
    fill(&system).await?;
    let every: Vec<IssueModel> = IssueService::new(&system).list(Query::default().first(50)).await?.items;
    assert_eq!(every.len(), 12);
    let mut cursors = Vec::new();
    for (name, company) in WHO {
        let ctx = system.with_principal(someone(name, &[]));
        let issues = IssueService::new(&ctx);
        let page = issues.list(Query::default().order(Issue::title().asc()).first(50)).await?;
        assert!(page.items.len() == 6 && page.items.iter().all(|issue| is_own(company, issue)));
        assert_eq!(issues.count(Filter::default()).await?, 6);
        for issue in &every {
            let own = is_own(company, issue);
            assert_eq!(issues.find(issue.id).await?.is_some(), own);
            assert_eq!(issues.get_many(&[issue.id]).await?[0].is_some(), own);
            assert_eq!(issues.exists(Issue::number().eq(issue.number)).await?, own);
            assert_eq!(issues.history(issue.id, PageArgs::default()).await.is_ok(), own);
            assert_eq!(issues.get(issue.id).await.is_ok(), own);
        }
        // Words, filters and orders over relations find and tell no more.
        assert_eq!(
            issues
                .list(Query { search: Some("issue".into()), ..Query::default().first(50) })
                .await?
                .items
                .len(),
            6
        );
        let (mine, theirs) = (format!("company {company}"), format!("company {}", 3 - company));
        let of = |name: &str| Issue::project().is(Project::company().is(Company::name().eq(name)));
        assert_eq!((issues.count(of(&mine)).await?, issues.count(of(&theirs)).await?), (6, 0));
        let companies = CompanyService::new(&ctx);
        let with = Company::projects().some(Project::issues().some(Issue::number().gt(0)));
        assert_eq!(companies.count(with).await?, 1);
        let without = Company::projects().none(Project::code().is_not_null());
        assert_eq!(companies.count(without).await?, 0, "not even by what is absent");
        assert_eq!(companies.list(Query::default()).await?.items[0].name, mine);
        let members = MembershipService::new(&ctx).list(Query::default()).await?.items;
        assert!(members.iter().any(|member| member.user == name) && members.len() == 3 - company);
        assert_eq!(ProjectService::new(&ctx).count(Filter::default()).await?, 2);
        let page = issues.list(Query::default().order(Issue::title().asc()).first(2)).await?;
        cursors.push((ctx.clone(), page.end_cursor.expect("a cursor")));
    }
    // The position of another is of no use.
    let (ada, of_bob) = (&cursors[0].0, &cursors[1].1);
    let taken = Query::default().order(Issue::title().asc()).first(2).after(of_bob.as_str());
    assert_eq!(IssueService::new(ada).list(taken).await.unwrap_err().code(), "CURSOR_MISMATCH");
    // Who belongs to no company sees none; a role beside the way sees all, but not what is a member's alone.
    let eve = system.with_principal(someone("eve", &[]));
    assert_eq!(IssueService::new(&eve).count(Filter::default()).await?, 0);
    assert_eq!(CompanyService::new(&eve).count(Filter::default()).await?, 0);
    let nameless = system.with_principal(someone("", &[]));
    assert_eq!(IssueService::new(&nameless).count(Filter::default()).await.unwrap_err().code(), "FORBIDDEN");
    let anyone = system.with_principal(Principal::Anonymous);
    assert_eq!(
        IssueService::new(&anyone).list(Query::default()).await.unwrap_err().code(),
        "UNAUTHENTICATED"
    );
    let auditor = system.with_principal(someone("eve", &["auditor"]));
    let seen = IssueService::new(&auditor).list(Query::default().first(50)).await?.items;
    assert!(seen.len() == 12 && seen.iter().all(|issue| issue.price.is_none()));
    // Membership ends at once.
    MembershipService::new(&system).delete_where(Membership::user().eq("ada")).await?;
    assert_eq!(IssueService::new(ada).count(Filter::default()).await?, 0);
    Ok(())
}

#[each_database(entities(), row_security)]
async fn writes_stay_within_the_company(test: TestDb) -> entify::Result<()> {
    let system = test.ctx();
    fill(&system).await?;
    let ctx = system.with_principal(someone("ada", &[]));
    let issues = IssueService::new(&ctx);
    let of = async |company: usize| -> entify::Result<(ProjectModel, IssueModel)> {
        let project = ProjectService::new(&system).one(Project::code().eq(format!("{company}-0"))).await?;
        let issue = IssueService::new(&system).one(Issue::number().eq(company as i32 * 100)).await?;
        Ok((project, issue))
    };
    let ((mine, issue), (theirs, foreign)) = (of(1).await?, of(2).await?);
    // Into one's own company, and into that of others: their projects are not there for her.
    issues.create(IssueInput::new(mine.id, "new", 1)).await?;
    let refused = |error: Error| {
        assert!(
            ["FORBIDDEN", "NOT_FOUND", "VALIDATION_FAILED", "CONFLICT"].contains(&error.code()),
            "{error:?}"
        );
    };
    refused(issues.create(IssueInput::new(theirs.id, "forged", 2)).await.unwrap_err());
    let both = [IssueInput::new(mine.id, "good", 3), IssueInput::new(theirs.id, "forged", 4)];
    refused(issues.create_many(both).await.unwrap_err());
    let moved = |project| IssuePatch { project_id: Change::Set(project), ..IssuePatch::default() };
    refused(issues.update(issue.id, moved(theirs.id)).await.unwrap_err());
    refused(issues.update_many(Issue::id().eq(issue.id), moved(theirs.id)).await.unwrap_err());
    // Of others: absent.
    let renamed = || IssuePatch { title: Change::Set("stolen".into()), ..IssuePatch::default() };
    for error in [
        issues.update(foreign.id, renamed()).await.unwrap_err(),
        issues.update(foreign.id, moved(mine.id)).await.unwrap_err(),
        issues.delete(foreign.id).await.unwrap_err(),
    ] {
        assert_eq!(error.code(), "NOT_FOUND");
    }
    assert_eq!(issues.update_many(Issue::number().gte(200), renamed()).await?, 0);
    assert_eq!(issues.delete_where(Issue::number().gte(200)).await?, 0);
    // A value that is taken there is refused, and neither changed nor shown.
    let taken = IssueInput::new(mine.id, "taken", foreign.number);
    refused(issues.create(taken).await.unwrap_err());
    let taken = IssueInput::new(mine.id, "stolen", foreign.number);
    refused(issues.upsert(Issue::number(), taken).await.unwrap_err());
    // Whole companies and projects move neither.
    let projects = ProjectService::new(&ctx);
    let away = ProjectPatch { company_id: Change::Set(theirs.company_id), ..ProjectPatch::default() };
    refused(projects.update(mine.id, away).await.unwrap_err());
    refused(projects.create(ProjectInput::new(theirs.company_id, "forged")).await.unwrap_err());
    // A role that is taken away by `&`, and what goes well.
    let frozen = system.with_principal(someone("ada", &["frozen"]));
    assert_eq!(IssueService::new(&frozen).update(issue.id, renamed()).await.unwrap_err().code(), "FORBIDDEN");
    issues.update(issue.id, renamed()).await?;
    issues.delete(issue.id).await?;
    let all = IssueService::new(&system).list(Query::default().first(50)).await?.items;
    assert_eq!(all.iter().filter(|issue| issue.number >= 200 && issue.title.starts_with("issue")).count(), 6);
    assert_eq!(all.len(), 12);
    Ok(())
}

/// Nobody becomes a member by saying so: neither by a new row, nor by moving one's own.
#[each_database(entities(), row_security)]
async fn a_row_entitles_no_one_to_write_itself(test: TestDb) -> entify::Result<()> {
    let system = test.ctx();
    fill(&system).await?;
    let company = async |name: &str| CompanyService::new(&system).one(Company::name().eq(name)).await;
    let (mine, theirs) = (company("company 1").await?.id, company("company 2").await?.id);
    for name in ["ada", "eve"] {
        let ctx = system.with_principal(someone(name, &[]));
        let members = MembershipService::new(&ctx);
        assert!(members.create(MembershipInput::new(theirs, name)).await.is_err(), "{name}");
        let both = [MembershipInput::new(theirs, "x"), MembershipInput::new(theirs, name)];
        assert!(members.create_many(both).await.is_err(), "{name}");
        let upserted = MembershipInput::new(theirs, name);
        assert!(
            members.upsert((Membership::company(), Membership::user()), upserted).await.is_err(),
            "{name}"
        );
    }
    let ctx = system.with_principal(someone("ada", &[]));
    let members = MembershipService::new(&ctx);
    let own = members.one(Membership::user().eq("ada")).await?;
    let to = |company| MembershipPatch { company_id: Change::Set(company), ..MembershipPatch::default() };
    assert!(members.update(own.id, to(theirs)).await.is_err());
    assert!(members.update_many(Membership::user().eq("ada"), to(theirs)).await.is_err());
    assert_eq!(MembershipService::new(&system).count(Membership::company().eq(theirs)).await?, 1);
    // What does not touch the way is hers to change, and so is who else belongs.
    let titled = MembershipPatch { title: Change::Set(Some("head".into())), ..MembershipPatch::default() };
    members.update(own.id, titled).await?;
    members.create(MembershipInput::new(mine, "new")).await?;
    let ann = members.one(Membership::user().eq("ann")).await?;
    let other = MembershipPatch { user: Change::Set("eve".into()), ..MembershipPatch::default() };
    members.update(ann.id, other).await?;
    Ok(())
}

fn texts<'j>(rows: &'j Json, name: &str) -> Vec<&'j str> {
    rows.as_array().expect("rows").iter().filter_map(|row| row[name].as_str()).collect()
}

#[each_database(entities(), row_security)]
async fn surfaces_stay_within_the_company(test: TestDb) -> entify::Result<()> {
    fill(&test.ctx()).await?;
    let server = Server::of(&test, &entities()).await;
    let get = async |who: &'static str, path: &'static str| server.send(who, Method::GET, path, None).await;
    for (name, company) in WHO {
        let own = format!("issue {company}");
        let (status, listed) = get(name, "/api/issues?count=exact&sort=-title&limit=50").await;
        assert_eq!((status, &listed["page"]["total"]), (200, &json!(6)));
        assert!(texts(&listed["items"], "title").iter().all(|title| title.starts_with(&own)));
        let (_, searched) = get(name, "/api/issues?q=issue&limit=50").await;
        assert_eq!(texts(&searched["items"], "title").len(), 6);
        let ids: Vec<i64> =
            listed["items"].as_array().expect("items").iter().filter_map(|row| row["id"].as_i64()).collect();
        for id in 1..=12 {
            let (status, _) = server.send(name, Method::GET, &format!("/api/issues/{id}"), None).await;
            assert_eq!(status, if ids.contains(&id) { 200 } else { 404 }, "{name} {id}");
            let (status, _) =
                server.send(name, Method::DELETE, &format!("/api/issues/{}", id + 1000), None).await;
            assert_eq!(status, 404);
        }
        let query = "{ companies { totalCount nodes { name projects { totalCount nodes { code \
                     issues(first: 50) { totalCount nodes { title price project { company { name } } } } } } \
                     members { nodes { user } } } } }";
        let told = server.graphql(name, query.to_owned()).await;
        let companies = &told["data"]["companies"];
        assert_eq!(companies["totalCount"], 1, "{told}");
        assert_eq!(companies["nodes"][0]["projects"]["totalCount"], 2);
        let other = format!("company {}", 3 - company);
        assert!(
            !told.to_string().contains(&other)
                && !told.to_string().contains(&format!("issue {}", 3 - company))
        );
        let query = "{ issues(first: 50, filter: {project: {company: {name: {contains: \"company\"}}}}, \
                     orderBy: [{projectId: ASC}]) { totalCount nodes { title } } }";
        let told = server.graphql(name, query.to_owned()).await;
        assert_eq!(told["data"]["issues"]["totalCount"], 6, "{told}");
        // A project of others is one that is not there.
        let mut answers = Vec::new();
        for project in [if company == 1 { 3 } else { 1 }, 4711] {
            let body = json!({"project_id": project, "title": "forged", "number": 999});
            let (status, answer) = server.send(name, Method::POST, "/api/issues", Some(body)).await;
            answers.push((status, answer["code"].clone(), answer["errors"].clone()));
        }
        assert_eq!(answers[0].0, 409, "{answers:?}");
        assert_eq!(answers[0], answers[1]);
    }
    let (status, _) = get("", "/api/issues").await;
    assert_eq!(status, 401);
    Ok(())
}

mod wrong {
    use entify::prelude::*;

    #[derive(EntityEnum)]
    pub enum Mood {
        Good,
        Bad,
    }

    #[derive(Entity)]
    #[entity(policy = public)]
    pub struct Team {
        name: String,
        mood: Mood,
    }

    #[derive(Entity)]
    #[entity(policy(read = owner(team.mood), write = owner(team.name)))]
    pub struct Task {
        team: One<Team>,
        #[entity(policy(read = owner(team.mood) | role("staff")))]
        cost: Option<i32>,
    }
}

/// Names are checked by the compiler (`ui/policy/way_elsewhere.rs`), which does not know what an own type holds.
#[test]
fn a_way_to_what_holds_no_subject_is_told_at_start() {
    let entities = entify::entities![wrong::Team, wrong::Task];
    let error: RegistryError = Registry::new(&entities).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`owner(team.mood)` of `Task`: `Team.mood` does not hold a subject; a reference, a text, a number or a UUID does; \
         there are `name`"
    );
}

#[each_database(entities(), only(row_security))]
async fn the_wall_stands_where_the_engine_does_not_look(test: TestDb) -> entify::Result<()> {
    use sqlx::Connection as _;

    fill(&test.ctx()).await?;
    let mut raw = sqlx::PgConnection::connect(test.url()).await.expect("a connection");
    let mut inside = raw.begin().await.expect("a transaction");
    sqlx::query(
        "SELECT set_config('entify.authenticated', 'on', true), set_config('entify.subject', 'bob', true), \
         set_config('entify.roles', '{}', true), set_config('entify.open', '{}', true)",
    )
    .execute(&mut *inside)
    .await
    .expect("settings");
    let seen: Vec<i32> = sqlx::query_scalar("SELECT number FROM issue ORDER BY number")
        .fetch_all(&mut *inside)
        .await
        .expect("rows");
    assert_eq!(seen, [200, 201, 202, 210, 211, 212]);
    let users: Vec<String> =
        sqlx::query_scalar("SELECT \"user\" FROM membership").fetch_all(&mut *inside).await.expect("rows");
    assert_eq!(users, ["bob"]);
    // The function acted for the engine, and for bob again after it.
    let system: Option<String> =
        sqlx::query_scalar("SELECT nullif(current_setting('entify.system', true), 'off')")
            .fetch_one(&mut *inside)
            .await
            .expect("a setting");
    assert!(system.is_none_or(|system| system.is_empty()));
    let forged = sqlx::query("INSERT INTO membership (company_id, \"user\") VALUES (1, 'bob')");
    assert!(forged.execute(&mut *inside).await.is_err());
    Ok(())
}

/// The functions that the policies call come and go with them, by the files, and `check` finds what it needs.
#[each_database(entify::entities![], only(postgres))]
async fn migrations_bring_the_functions_of_the_wall(test: TestDb) -> entify::Result<()> {
    use entify::db::{Executor, Layout, Statement};
    use entify::migrate::{self, Migrations};
    use entify::types::Kind;
    use entify::value::Value;

    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("postgres")).expect("a folder");
    let registry = Registry::new(&entities()).expect("entities");
    migrate::make(folder.path(), None, &registry).expect("tables");
    let made = migrate::make_row_security(folder.path(), None, &registry).expect("policies").expect("a file");
    assert!(
        ["company", "membership", "project", "issue"]
            .iter()
            .all(|table| made.secured.iter().any(|one| one == table))
    );
    let count = async || -> i64 {
        let sql = "SELECT count(*) FROM pg_proc WHERE proname LIKE 'entify\\_owner\\_%'";
        let layout = Layout::default().with_column(Kind::I64);
        let rows =
            Executor::Pool(test.db().clone()).read(Statement::plain(sql), &layout).await.expect("a count");
        if let Value::Int(count) = rows[0].get(0) { *count } else { 0 }
    };
    let migrations = Migrations::load(folder.path(), test.db().dialect()).expect("migrations");
    migrations.up(test.db()).await.expect("applied");
    // One for each way of a table: however many actions have it.
    assert_eq!(count().await, 4);
    migrations.down(test.db(), 1).await.expect("taken back");
    assert_eq!(count().await, 0);
    migrations.up(test.db()).await.expect("applied again");
    assert_eq!(migrate::make_row_security(folder.path(), None, &registry).expect("no change"), None);
    Ok(())
}
