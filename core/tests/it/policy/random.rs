//! Random policies, principals, rows and operations, against a judge in plain Rust, on both databases.
//!
//! The policies are those of the expression language and of `impl Policy`; each is put in the place of the declared one
//! of the same table.

use std::sync::{Arc, Mutex};

use entify::entity::{
    AdminDef, Entity as _, EntityDef, EntityInfo, GraphqlNames, InfoCell, Skip, Timestamps,
};
use entify::entity::{Condition, Op};
use entify::policy::{Action, DynPolicy, PolicyDef, PolicyOf, Rule};
use entify::prelude::*;
use entify::query::ListQuery;
use entify::service::Records;
use entify::testing::each_database;
use entify::value::{Assignments, Value};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

#[derive(Entity)]
#[entity(policy(read = !role("c"), write = public))]
pub struct Team {
    #[entity(filter)]
    lead: Option<String>,
}

#[derive(Entity)]
#[entity(policy = public)]
pub struct Doc {
    #[entity(filter)]
    owner: Option<String>,
    #[entity(filter)]
    number: Option<i64>,
    #[entity(filter)]
    open: bool,
    team: Option<One<Team>>,
}

/// What only Rust can say: open ones, and those of teams that the principal leads, whoever may read teams.
#[derive(Debug)]
pub struct InRust;

impl Policy<Doc> for InRust {
    fn read(ctx: &Ctx) -> Decision<Doc> {
        let led = ctx.principal().subject().map(|me| Doc::team().is(Team::lead().eq(me)));
        Decision::from(Doc::open().eq(true)) | led.map_or(Decision::Deny, Decision::from)
    }

    fn create(ctx: &Ctx) -> Decision<Doc> {
        Self::read(ctx)
    }

    fn update(ctx: &Ctx) -> Decision<Doc> {
        Self::read(ctx) & !Decision::from(Doc::number().eq(1))
    }
}

static IN_RUST: &dyn DynPolicy = &PolicyOf::<Doc, InRust>::NEW;

// --- random things -------------------------------------------------------------------------------------

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    pub(super) owner: Option<String>,
    pub(super) number: Option<i64>,
    pub(super) open: bool,
    /// Which team, counted from 1.
    pub(super) team: Option<i64>,
}

#[derive(Debug, Clone)]
pub(super) struct Who {
    pub(super) subject: Option<String>,
    pub(super) roles: Vec<String>,
    pub(super) known: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Rules {
    pub(super) read: Rule,
    pub(super) create: Rule,
    pub(super) update: Rule,
    pub(super) delete: Rule,
}

#[derive(Debug, Clone)]
enum Work {
    Read(i64),
    List,
    Create(Row),
    Update(i64, Row, [bool; 4]),
    Delete(i64),
    UpdateOpen(bool, Row, [bool; 4]),
    DeleteOpen(bool),
}

pub(super) const TEAMS: [Option<&str>; 3] = [Some("1"), Some("b"), None];

fn subject() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["1", "2", "b", "01"]).prop_map(str::to_owned)
}

pub(super) fn row() -> impl Strategy<Value = Row> {
    (prop::option::of(subject()), prop::option::of(0..3_i64), any::<bool>(), prop::option::of(1..4_i64))
        .prop_map(|(owner, number, open, team)| Row { owner, number, open, team })
}

pub(super) fn who() -> impl Strategy<Value = Who> {
    let roles = prop::sample::subsequence(vec!["a", "b", "c"], 0..3);
    (prop::option::of(subject()), roles, prop::bool::weighted(0.8)).prop_map(|(subject, roles, known)| Who {
        subject: subject.filter(|_| known),
        roles: roles.into_iter().filter(|_| known).map(str::to_owned).collect(),
        known,
    })
}

fn rule(depth: u32) -> BoxedStrategy<Rule> {
    let leaf = prop_oneof![
        1 => Just(Rule::Public),
        1 => Just(Rule::Nobody),
        1 => Just(Rule::Authenticated),
        2 => prop::sample::select(vec!["a", "b", "c"]).prop_map(Rule::Role),
        4 => prop::sample::select(vec!["owner", "number", "team_id", "id"]).prop_map(Rule::Owner),
        2 => Just(Rule::Custom(IN_RUST)),
    ];
    if depth == 0 {
        return leaf.boxed();
    }
    // Rules are declarations, which live as long as the program.
    let some = move || prop::collection::vec(rule(depth - 1), 0..4).prop_map(|rules| &*rules.leak());
    prop_oneof![
        2 => leaf,
        2 => some().prop_map(Rule::Any),
        1 => some().prop_map(Rule::All),
        1 => rule(depth - 1).prop_map(|rule| Rule::Not(Box::leak(Box::new(rule)))),
    ]
    .boxed()
}

pub(super) fn rules() -> impl Strategy<Value = Rules> {
    let open = || prop_oneof![Just(Rule::Public), rule(3)];
    (open(), rule(3), rule(3), rule(3)).prop_map(|(read, create, update, delete)| Rules {
        read,
        create,
        update,
        delete,
    })
}

fn work(rows: i64) -> impl Strategy<Value = Work> {
    let key = 1..rows + 3;
    let fields = || prop::array::uniform4(any::<bool>());
    prop_oneof![
        3 => key.clone().prop_map(Work::Read),
        4 => Just(Work::List),
        2 => row().prop_map(Work::Create),
        4 => (key.clone(), row(), fields()).prop_map(|(key, row, fields)| Work::Update(key, row, fields)),
        2 => key.prop_map(Work::Delete),
        1 => (any::<bool>(), row(), fields()).prop_map(|(open, row, fields)| Work::UpdateOpen(open, row, fields)),
        1 => any::<bool>().prop_map(Work::DeleteOpen),
    ]
}

// --- the judge -----------------------------------------------------------------------------------------

impl Who {
    pub(super) fn principal(&self) -> Principal {
        if !self.known {
            return Principal::Anonymous;
        }
        let subject = Subject::new("jwt:test#1", "x", self.roles.clone());
        self.subject.iter().fold(subject, Subject::owning).into()
    }

    fn is_called(&self, name: Option<&str>) -> bool {
        name.is_some() && self.subject.as_deref() == name
    }

    fn leads(&self, team: Option<i64>) -> bool {
        team.is_some_and(|team| self.is_called(TEAMS[usize::try_from(team - 1).expect("a team")]))
    }

    pub(super) fn may(&self, rule: &Rule, action: Action, key: i64, row: &Row) -> bool {
        let text = |number: Option<i64>| number.map(|number| number.to_string());
        match rule {
            Rule::Public => true,
            Rule::Nobody => false,
            Rule::Authenticated => self.known,
            Rule::Role(role) => self.roles.iter().any(|held| held == role),
            Rule::Owner("owner") => self.is_called(row.owner.as_deref()),
            Rule::Owner("number") => self.is_called(text(row.number).as_deref()),
            Rule::Owner("team_id") => self.is_called(text(row.team).as_deref()),
            Rule::Owner(_) => self.is_called(text(Some(key)).as_deref()),
            Rule::Custom(_) => {
                let seen = row.open || self.leads(row.team);
                match action {
                    Action::Read | Action::Create => seen,
                    Action::Update => seen && row.number != Some(1),
                    Action::Delete => false,
                }
            }
            Rule::Any(rules) => rules.iter().any(|rule| self.may(rule, action, key, row)),
            Rule::All(rules) => rules.iter().all(|rule| self.may(rule, action, key, row)),
            Rule::Not(rule) => !self.may(rule, action, key, row),
        }
    }

    /// A team that the principal may not read cannot be referred to.
    fn may_refer(&self, team: Option<i64>) -> bool {
        team.is_none() || !self.roles.iter().any(|role| role == "c")
    }
}

impl Row {
    pub(super) fn changed(&self, to: &Row, fields: [bool; 4]) -> Row {
        Row {
            owner: if fields[0] { to.owner.clone() } else { self.owner.clone() },
            number: if fields[1] { to.number } else { self.number },
            open: if fields[2] { to.open } else { self.open },
            team: if fields[3] { to.team } else { self.team },
        }
    }

    fn values(&self, fields: [bool; 4]) -> Assignments {
        let number = |number: Option<i64>| number.map_or(Value::Null, Value::Int);
        let cells = [
            self.owner.clone().map_or(Value::Null, Value::Text),
            number(self.number),
            Value::Bool(self.open),
            number(self.team),
        ];
        let mut values = Assignments::new();
        for (index, cell) in cells.into_iter().enumerate().filter(|(index, _)| fields[*index]) {
            values.set(index + 1, cell);
        }
        values
    }
}

/// What came of it.
#[derive(Debug, Clone, PartialEq)]
enum Outcome {
    /// The keys of rows, or their number.
    Rows(Vec<i64>),
    Count(u64),
    /// Refused: as absent, or as not allowed.
    Absent,
    Refused,
    /// Refused because of what it refers to, or for another reason: there are several, and any may be told.
    Other,
}

/// What should come of it; several where the order of checks is open.
fn expected(work: &Work, rows: &[Row], rules: &Rules, who: &Who) -> Vec<Outcome> {
    let all = || (1..).zip(rows);
    let read = |key: i64, row: &Row| who.may(&rules.read, Action::Read, key, row);
    let update = |key: i64, row: &Row| who.may(&rules.update, Action::Update, key, row);
    let delete = |key: i64, row: &Row| who.may(&rules.delete, Action::Delete, key, row);
    let found = |key: i64| all().find(|(there, row)| *there == key && read(key, row)).map(|(_, row)| row);
    match work {
        Work::List => {
            vec![Outcome::Rows(all().filter(|(key, row)| read(*key, row)).map(|(key, _)| key).collect())]
        }
        Work::Read(key) => match found(*key) {
            Some(_) => vec![Outcome::Rows(vec![*key])],
            None => vec![Outcome::Absent],
        },
        Work::Create(row) => {
            let key = i64::MAX;
            match (who.may(&rules.create, Action::Create, key, row), who.may_refer(row.team)) {
                (true, true) => vec![Outcome::Count(1)],
                (true, false) => vec![Outcome::Other],
                (false, true) => vec![Outcome::Refused],
                (false, false) => vec![Outcome::Refused, Outcome::Other],
            }
        }
        Work::Update(key, to, fields) => {
            let refers = !fields[3] || who.may_refer(to.team);
            match found(*key) {
                None if refers => vec![Outcome::Absent],
                None => vec![Outcome::Absent, Outcome::Other],
                Some(row) if update(*key, row) && update(*key, &row.changed(to, *fields)) => {
                    vec![if refers { Outcome::Rows(vec![*key]) } else { Outcome::Other }]
                }
                Some(_) if refers => vec![Outcome::Refused],
                Some(_) => vec![Outcome::Refused, Outcome::Other],
            }
        }
        Work::Delete(key) => match found(*key) {
            None => vec![Outcome::Absent],
            Some(row) if delete(*key, row) => vec![Outcome::Rows(vec![*key])],
            Some(_) => vec![Outcome::Refused],
        },
        Work::UpdateOpen(open, to, fields) => {
            let refers = !fields[3] || who.may_refer(to.team);
            let reached: Vec<_> = all()
                .filter(|(key, row)| row.open == *open && read(*key, row) && update(*key, row))
                .collect();
            let stays = reached.iter().all(|(key, row)| update(*key, &row.changed(to, *fields)));
            match (stays, refers) {
                (true, true) => vec![Outcome::Count(reached.len() as u64)],
                (true, false) if reached.is_empty() => vec![Outcome::Count(0), Outcome::Other],
                (true, false) => vec![Outcome::Other],
                (false, true) => vec![Outcome::Refused],
                (false, false) => vec![Outcome::Refused, Outcome::Other],
            }
        }
        Work::DeleteOpen(open) => {
            let reached =
                all().filter(|(key, row)| row.open == *open && read(*key, row) && delete(*key, row));
            vec![Outcome::Count(reached.count() as u64)]
        }
    }
}

// --- the engine ----------------------------------------------------------------------------------------

/// The same entity under other rules.
pub(super) fn under(rules: &Rules) -> &'static EntityInfo {
    let EntityDef { name, docs, table, plural, singular, rest_path, graphql, key, fields, many, .. } =
        Doc::def();
    let graphql = GraphqlNames { ..*graphql };
    let Rules { read, create, update, delete } = *rules;
    let def = EntityDef {
        name,
        docs,
        table,
        was: None,
        deprecated: None,
        plural,
        singular,
        rest_path,
        graphql,
        key: *key,
        key_column: None,
        key_sql: None,
        timestamps: Timestamps::Both,
        external: false,
        fields,
        many,
        indexes: &[],
        uniques: &[],
        checks: &[],
        order: &[],
        policy: PolicyDef { read, create, update, delete },
        skip: Skip::default(),
        admin: AdminDef::default(),
        version: false,
        version_required: false,
        soft_delete: false,
        history: false,
        framework: false,
        hooks: None,
        values: None,
        actions: &[],
        info: InfoCell::new(),
    };
    let def: &'static EntityDef = Box::leak(Box::new(def));
    def.info()
}

fn keys(rows: &[entify::value::Record]) -> Vec<i64> {
    rows.iter().map(|row| if let Value::Int(key) = row.key() { *key } else { 0 }).collect()
}

async fn run(ctx: &Ctx, info: &'static EntityInfo, work: Work) -> entify::Result<Outcome> {
    let records = Records::new(ctx, info);
    let open = |open: bool| {
        Condition::column(info.by_name("open").expect("a column").index, Op::Eq(Value::Bool(open)))
    };
    Ok(match work {
        Work::Read(key) => Outcome::Rows(keys(&[records.get(&Value::Int(key)).await?])),
        Work::List => {
            let page = records.list(&ListQuery::new(info.all())).await?;
            assert_eq!(records.count(&Condition::TRUE).await?, page.items.len() as u64);
            assert_eq!(records.exists(&Condition::TRUE).await?, !page.items.is_empty());
            Outcome::Rows(keys(&page.items))
        }
        Work::Create(row) => {
            records.create(row.values([true; 4])).await?;
            Outcome::Count(1)
        }
        Work::Update(key, row, fields) => {
            let row = records.update(&Value::Int(key), row.values(fields)).await?;
            Outcome::Rows(keys(&[row]))
        }
        Work::Delete(key) => Outcome::Rows(keys(&[records.delete(&Value::Int(key)).await?])),
        Work::UpdateOpen(which, row, fields) => {
            Outcome::Count(records.update_many(&open(which), row.values(fields)).await?)
        }
        Work::DeleteOpen(which) => Outcome::Count(records.delete_where(&open(which)).await?),
    })
}

fn outcome(result: entify::Result<Outcome>) -> Outcome {
    match result {
        Ok(outcome) => outcome,
        Err(Error::NotFound(_)) => Outcome::Absent,
        Err(Error::Forbidden | Error::Unauthenticated) => Outcome::Refused,
        Err(_) => Outcome::Other,
    }
}

/// Whether the answer is one of those that should come; where the rules leave nothing to anyone, that may be told at
/// once instead.
fn fits(answer: &Outcome, expected: &[Outcome], work: &Work, rules: &Rules, who: &Who) -> bool {
    let never = |rule: &Rule| rule.for_all_rows(&who.principal()) == Some(false);
    // A rule may also turn out to hold for no row though it looks at them; then no row passes it here either.
    let denied = match work {
        Work::Read(_) | Work::List => &rules.read,
        Work::Create(_) => &rules.create,
        Work::Update(..) | Work::UpdateOpen(..) => &rules.update,
        Work::Delete(_) | Work::DeleteOpen(_) => &rules.delete,
    };
    let nothing = expected.iter().all(|outcome| match outcome {
        Outcome::Rows(rows) => rows.is_empty(),
        Outcome::Count(count) => *count == 0,
        Outcome::Absent | Outcome::Refused | Outcome::Other => true,
    });
    expected.contains(answer)
        || (*answer == Outcome::Refused
            && (never(denied) || never(&rules.read) || folds(denied) || folds(&rules.read))
            && nothing)
}

/// Whether a part of the rule is decided by code, of which only the engine knows when it comes to nothing.
fn folds(rule: &Rule) -> bool {
    match rule {
        Rule::Custom(_) | Rule::Owner(_) => true,
        Rule::Any(rules) | Rule::All(rules) => rules.iter().any(folds),
        Rule::Not(rule) => folds(rule),
        _ => false,
    }
}

#[each_database(entify::entities![Team, Doc], row_security)]
async fn random_policies_allow_what_plain_rust_allows(ctx: Ctx) -> entify::Result<()> {
    const WORLDS: usize = 10;
    const POLICIES: usize = 250;
    const WORKS: usize = 4;
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[11; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    for lead in TEAMS {
        TeamService::new(&ctx).create(TeamInput { lead: lead.map(str::to_owned) }).await?;
    }
    let mut told = [0_usize; 5];
    for _ in 0..WORLDS {
        let rows = prop::collection::vec(row(), 6).new_tree(&mut runner).expect("rows").current();
        store(&ctx, &rows).await?;
        for _ in 0..POLICIES {
            let policy = (rules(), who()).new_tree(&mut runner).expect("a policy").current();
            let (rules, who) = policy;
            let info = under(&rules);
            for _ in 0..WORKS {
                let work = work(6).new_tree(&mut runner).expect("work").current();
                let answer = attempted(&ctx, info, who.principal(), work.clone()).await;
                let expected = expected(&work, &rows, &rules, &who);
                assert!(
                    fits(&answer, &expected, &work, &rules, &who),
                    "{work:?}\nby {who:?}\nread {}\ncreate {}\nupdate {}\ndelete {}\nanswered {answer:?}, not {expected:?}\nof {rows:#?}",
                    rules.read,
                    rules.create,
                    rules.update,
                    rules.delete,
                );
                told[match answer {
                    Outcome::Rows(_) => 0,
                    Outcome::Count(_) => 1,
                    Outcome::Absent => 2,
                    Outcome::Refused => 3,
                    Outcome::Other => 4,
                }] += 1;
            }
        }
    }
    assert!(told.iter().all(|count| *count > 50), "every outcome is met: {told:?}");
    Ok(())
}

/// These rows and no others, with keys from 1.
pub(super) async fn store(ctx: &Ctx, rows: &[Row]) -> entify::Result<()> {
    let docs = Records::new(ctx, Doc::def().info());
    docs.delete_where(&Condition::column(0, Op::IsNull(false))).await?;
    let with_key = |(key, row): (i64, &Row)| {
        let mut values = row.values([true; 4]);
        values.set(0, Value::Int(key));
        values
    };
    docs.create_many((1..).zip(rows).map(with_key).collect()).await?;
    docs.continue_keys().await
}

/// Does the work and takes everything back.
async fn attempted(ctx: &Ctx, info: &'static EntityInfo, who: Principal, work: Work) -> Outcome {
    let answer = Arc::new(Mutex::new(None));
    let told = Arc::clone(&answer);
    let undone = ctx
        .with_principal(who)
        .transaction(async move |ctx: Ctx| {
            let done = run(&ctx, info, work).await;
            *told.lock().expect("the answer") = Some(outcome(done));
            Err::<(), _>(Error::bad_request("taken back"))
        })
        .await;
    assert_eq!(undone, Err(Error::bad_request("taken back")));
    answer.lock().expect("the answer").take().expect("an answer")
}
