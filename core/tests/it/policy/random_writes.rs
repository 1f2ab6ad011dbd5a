//! Random rules against random nested writes, batches and actions, judged in plain Rust, on both databases.
//!
//! Rows, principals and rules are those of [`random`](super::random). Of every case: what the judge allows happens and leaves
//! the rows that the judge says; what it forbids is refused and leaves all rows as they were; and a row that the principal may
//! not read is told of in the same words as one that there is not.

mod judge;
mod store;
mod works;

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use entify::entity::{Entity as _, Registry, Surface};
use entify::policy::Rule;
use entify::prelude::*;
use entify::rest::Rest;
use entify::server::AppState;
use entify::service::{InputForm, Records};
use entify::testing::{TestDb, each_database};
use entify::value::{Assignments, Value};
use poem::http::Method;
use poem::{Endpoint as _, Request, Route};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::random::{Row, Rules, Who, row, rules, who};
use judge::{Judge, NEW, No, Tables, for_every_row};
use store::*;
use works::{ABSENT, LISTS, NOTES, Work, work};

/// Different rows.
const WORLDS: usize = 10;
/// Of each, rules and principals.
const POLICIES: usize = 80;
/// Of each, writes: on each database 10 x 80 x 4 cases.
const WORKS: usize = 4;

/// Code, and the fields with theirs.
type Told = (String, Vec<(String, String)>);

#[each_database(tables())]
async fn random_rules_hold_in_nested_writes_batches_and_actions(test: TestDb) -> entify::Result<()> {
    let seed = match std::env::var("POLICY_SEED") {
        Ok(seed) => seed.parse().expect("a number up to 255"),
        Err(_) => 23_u8,
    };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let registry = Registry::new(&tables()).expect("a registry");
    let state = AppState::new(registry, test.db().clone(), b"a secret for tests");
    let routes = Arc::new(Rest::new().endpoint(&state).expect("routes"));
    let ctx = test.ctx();
    let mut counts = Counts::default();
    for world in 0..WORLDS {
        let tables = random_tables(&mut runner);
        fill(&ctx, &tables).await?;
        for policy in 0..POLICIES {
            let rules =
                (opened(), opened(), opened()).prop_map(|(list, note, others): (Rules, Rules, Rules)| {
                    let Rules { read: act, create, update: act_on_all, delete } = others;
                    let pin = Rules { read: Rule::Public, create, update: Rule::Nobody, delete };
                    CaseRules { list, note, pin, act, act_on_all }
                });
            let (rules, who) = (rules, who()).new_tree(&mut runner).expect("rules").current();
            for number in 0..WORKS {
                let work = work().new_tree(&mut runner).expect("work").current();
                let case = Case { ctx: &ctx, routes: &routes, rules: &rules, who: &who, before: &tables };
                if let Err(wrong) = case.check(&work, &mut counts).await {
                    panic!(
                        "seed {seed}, case {world}.{policy}.{number}: {wrong}\n{work:?}\nas {}\nby {who:?}\n{}\nof {tables:#?}",
                        serde_json::Value::Object(work.members()),
                        described(&rules),
                    );
                }
            }
        }
    }
    println!("{counts:?}");
    let Counts { done, absent, forbidden, dangling, compared, early, .. } = counts;
    assert!([done, absent, forbidden, dangling, compared].iter().all(|count| *count > 50), "{counts:?}");
    assert!(counts.done_of.iter().all(|done| *done > 10), "each kind of write is done: {counts:?}");
    assert!(early * 20 < done, "few writes are refused because they may do nothing: {counts:?}");
    Ok(())
}

#[derive(Debug, Default)]
struct Counts {
    done: usize,
    /// Of writes with rows of a to-many relation, with linked ones, with a to-one relation, of batches and of actions.
    done_of: [usize; 5],
    absent: usize,
    forbidden: usize,
    dangling: usize,
    /// With a hidden row, against an absent one.
    compared: usize,
    /// Refused though no row is forbidden, since there is none of which anything is allowed.
    early: usize,
}

/// Rules of which many leave the rest to the others, so that a write of several rows is often done.
fn opened() -> impl Strategy<Value = Rules> {
    let open = || prop::array::uniform4(prop::bool::weighted(0.55));
    (rules(), open()).prop_map(|(rules, open)| {
        let of = |rule: Rule, open: bool| if open { Rule::Public } else { rule };
        Rules {
            read: of(rules.read, open[0]),
            create: of(rules.create, open[1]),
            update: of(rules.update, open[2]),
            delete: of(rules.delete, open[3]),
        }
    })
}

fn described(rules: &CaseRules) -> String {
    let of = |name: &str, Rules { read, create, update, delete }: &Rules| {
        format!("{name}: read {read}\n  create {create}\n  update {update}\n  delete {delete}\n")
    };
    let CaseRules { list, note, pin, act, act_on_all } = rules;
    let all = [of("list", list), of("note", note), of("pin", pin)].concat();
    format!("{all}carry {act}\nput {act_on_all}")
}

fn random_tables(runner: &mut TestRunner) -> Tables {
    let mut rows = |many: i64| {
        let rows = prop::collection::vec(row(), usize::try_from(many).expect("few"));
        (1..).zip(rows.new_tree(runner).expect("rows").current()).collect()
    };
    let (lists, notes) = (rows(LISTS), rows(NOTES));
    let pins = prop::collection::btree_set((1..=LISTS, 1..=NOTES), 4..12);
    let pins = pins.new_tree(runner).expect("pins").current();
    let mut tables = Tables { lists, notes, pins };
    tables.lists.values_mut().for_each(|list| list.team = None);
    tables
}

fn values(row: &Row, key: i64, is_note: bool) -> Assignments {
    let number = |number: Option<i64>| number.map_or(Value::Null, Value::Int);
    let owner = row.owner.clone().map_or(Value::Null, Value::Text);
    let mut values = Assignments::new();
    let cells = [Value::Int(key), owner, number(row.number), Value::Bool(row.open), number(row.team)];
    for (index, cell) in cells.into_iter().enumerate().take(if is_note { 5 } else { 4 }) {
        values.set(index, cell);
    }
    values
}

/// These rows and no others.
async fn fill(ctx: &Ctx, tables: &Tables) -> entify::Result<()> {
    NoteService::new(ctx).delete_where(Note::id().gt(Id::new(0))).await?;
    ListService::new(ctx).delete_where(List::id().gt(Id::new(0))).await?;
    for (info, rows, is_note) in
        [(List::def().info(), &tables.lists, false), (Note::def().info(), &tables.notes, true)]
    {
        let records = Records::new(ctx, info);
        records.create_many(rows.iter().map(|(key, row)| values(row, *key, is_note)).collect()).await?;
        records.continue_keys().await?;
    }
    let pin = |(list, note): &(i64, i64)| PinInput::new(Id::<List>::new(*list), Id::<Note>::new(*note));
    PinService::new(ctx).create_many(tables.pins.iter().map(pin).collect::<Vec<_>>()).await?;
    Ok(())
}

/// The rows as they are in this transaction. New ones have keys from [`NEW`] on.
async fn tables_of(ctx: &Ctx) -> entify::Result<Tables> {
    let ctx = ctx.with_principal(Principal::System);
    let lists = ListService::new(&ctx).list(Query::default().order(List::id().asc()).first(100)).await?;
    let (mut new_lists, mut new_notes) = (HashMap::new(), HashMap::new());
    let mut tables = Tables::default();
    for list in lists.items {
        let key = renumbered(list.id.get(), LISTS, tables.lists.keys().copied().max());
        new_lists.insert(list.id.get(), key);
        tables.lists.insert(key, Row { owner: list.owner, number: list.number, open: list.open, team: None });
    }
    let notes = NoteService::new(&ctx).list(Query::default().order(Note::id().asc()).first(100)).await?;
    for note in notes.items {
        let key = renumbered(note.id.get(), NOTES, tables.notes.keys().copied().max());
        new_notes.insert(note.id.get(), key);
        let team = note.list_id.map(|list| new_lists[&list.get()]);
        tables.notes.insert(key, Row { owner: note.owner, number: note.number, open: note.open, team });
    }
    let pins = PinService::new(&ctx).list(Query::default().first(100)).await?.items;
    let pin = |pin: PinModel| (new_lists[&pin.list_id.get()], new_notes[&pin.note_id.get()]);
    tables.pins = pins.into_iter().map(pin).collect();
    Ok(tables)
}

fn renumbered(key: i64, known: i64, last: Option<i64>) -> i64 {
    if key <= known { key } else { last.map_or(NEW, |last| NEW.max(last + 1)) }
}

struct Case<'c> {
    ctx: &'c Ctx,
    routes: &'c Arc<Route>,
    rules: &'c CaseRules,
    who: &'c Who,
    before: &'c Tables,
}

impl Case<'_> {
    /// Does the work and compares with the judge; what is wrong, if something is.
    async fn check(&self, work: &Work, counts: &mut Counts) -> Result<(), String> {
        let mut judge = Judge { rules: self.rules, who: self.who, now: self.before.clone() };
        let expected = judge.run(work);
        let (told, after) = self.attempt(work, expected.is_ok()).await;
        match (&expected, &told) {
            (Ok(()), Ok(())) if after == judge.now => {
                counts.done += 1;
                let kind = match work {
                    Work::CreateList(..) | Work::UpdateList(..) => 0,
                    Work::CreateBoard(..) | Work::Pin(..) => 1,
                    Work::CreateNote(..) | Work::UpdateNote(..) => 2,
                    Work::Batch(_) => 3,
                    Work::Carry(..) | Work::Put(..) => 4,
                };
                counts.done_of[kind] += 1;
            }
            (Ok(()), Ok(())) => return Err(format!("left {after:#?}, not {:#?}", judge.now)),
            (Ok(()), Err((code, _))) if self.may_be_early(work, code) => counts.early += 1,
            (Ok(()), Err(told)) => return Err(format!("refused, which is allowed: {told:?}")),
            (Err(why), Ok(())) => return Err(format!("done, which is forbidden: {why:?}; left {after:#?}")),
            (Err(why), Err(_)) => match why {
                No::Absent => counts.absent += 1,
                No::Forbidden => counts.forbidden += 1,
                No::Dangling => counts.dangling += 1,
            },
        }
        if let Err(told) = &told {
            if after != *self.before {
                return Err(format!("refused with {told:?}, but it left {after:#?}"));
            }
            self.compare_with_absent(work, told, counts).await?;
        }
        Ok(())
    }

    /// Whether what does nothing may be refused: the notes of a list are set by whoever may read none.
    fn may_be_early(&self, work: &Work, code: &str) -> bool {
        let sets = matches!(work, Work::UpdateList(_, _, _, many) if many.set.is_some());
        let reads_none = for_every_row(&self.rules.note.read, self.who) == Some(false);
        sets && reads_none && matches!(code, "FORBIDDEN" | "UNAUTHENTICATED")
    }

    /// With absent rows in place of those that the principal may not read, the same is told.
    async fn compare_with_absent(&self, work: &Work, told: &Told, counts: &mut Counts) -> Result<(), String> {
        let judge = Judge { rules: self.rules, who: self.who, now: self.before.clone() };
        let mut other = work.clone();
        let (lists, notes) = other.named();
        let mut hidden = 0;
        for (keys, is_note) in [(lists, false), (notes, true)] {
            for key in keys.into_iter().filter(|key| judge.hides(is_note, **key)) {
                // Who is pinned where is known to all.
                if is_note && self.before.pins.iter().any(|(_, note)| note == key) {
                    return Ok(());
                }
                // A rule may look at the key itself, which then says what it says of the other one.
                if self.who.subject.as_deref() == Some(&*key.to_string()) {
                    return Ok(());
                }
                *key += ABSENT;
                hidden += 1;
            }
        }
        if hidden == 0 {
            return Ok(());
        }
        counts.compared += 1;
        let (of_absent, _) = self.attempt(&other, false).await;
        match of_absent {
            Err(of_absent) if of_absent == *told => Ok(()),
            other => Err(format!("{told:?} of hidden rows, but {other:?} of absent ones")),
        }
    }

    /// Does the work and looks at the tables. What should be done is taken back; what should be refused runs as it does for
    /// a client, so that nothing but the engine takes back what it did.
    async fn attempt(&self, work: &Work, is_allowed: bool) -> (Result<(), Told>, Tables) {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let name = format!("case-{}", NEXT.fetch_add(1, Ordering::Relaxed));
        begin(&name, self.rules.clone());
        let ctx = self.ctx.with_request_id(name.clone()).with_principal(self.who.principal());
        let (told, after) = if is_allowed {
            let found = Arc::new(Mutex::new(None));
            let (work, routes, keep) = (work.clone(), Arc::clone(self.routes), Arc::clone(&found));
            let undone = ctx.transaction(async move |ctx: Ctx| {
                let told = perform(&ctx, &routes, &work).await;
                let after = if told.is_ok() { Some(tables_of(&ctx).await?) } else { None };
                *keep.lock().expect("what was found") = Some((told, after));
                Err::<(), _>(Error::bad_request("taken back"))
            });
            assert_eq!(undone.await, Err(Error::bad_request("taken back")));
            found.lock().expect("what was found").take().expect("an answer")
        } else {
            (perform(&ctx, self.routes, work).await, None)
        };
        end(&name);
        let after = match after {
            Some(after) => after,
            None => tables_of(self.ctx).await.expect("the tables"),
        };
        (told, after)
    }
}

impl Judge<'_> {
    /// Whether there is such a row, and not for the principal.
    fn hides(&self, is_note: bool, key: i64) -> bool {
        let (is_there, is_read) = match is_note {
            true => (self.now.notes.contains_key(&key), self.note(key).is_ok()),
            false => (self.now.lists.contains_key(&key), self.list(key).is_ok()),
        };
        is_there && !is_read
    }
}

async fn perform(ctx: &Ctx, routes: &Route, work: &Work) -> Result<(), Told> {
    let members = work.members();
    let (list, note) = (List::def().info(), Note::def().info());
    let new = |info| InputForm::create(info, Surface::Rest).with_related();
    let changed = |info| InputForm::update(info, Surface::Rest).with_related();
    let done = match work {
        Work::CreateList(..) | Work::CreateBoard(..) => {
            Records::new(ctx, list).create(new(list).read_json(members)).await.map(drop)
        }
        Work::CreateNote(..) => Records::new(ctx, note).create(new(note).read_json(members)).await.map(drop),
        Work::UpdateList(key, ..) | Work::Pin(key, _) => {
            let changes = changed(list).read_json(members);
            Records::new(ctx, list).update(&Value::Int(*key), changes).await.map(drop)
        }
        Work::UpdateNote(key, ..) => {
            let changes = changed(note).read_json(members);
            Records::new(ctx, note).update(&Value::Int(*key), changes).await.map(drop)
        }
        Work::Carry(key, list, number) => {
            let input = Moving { list: list.map(|list| Id::<List>::new(list).into()), number: *number };
            NoteService::new(ctx).act::<_, ()>("carry", Id::new(*key), input).await
        }
        Work::Put(list, number) => {
            let input = Moving { list: list.map(|list| Id::<List>::new(list).into()), number: *number };
            NoteService::new(ctx).act_on_all::<_, ()>("put", input).await
        }
        Work::Batch(_) => return batch(ctx, routes, members).await,
    };
    done.map_err(|error| {
        let field = |field: &entify::error::FieldError| (field.field.to_string(), field.code.to_owned());
        (error.code().to_owned(), error.fields().iter().map(field).collect())
    })
}

/// `POST /api/batch`, in the transaction of the case.
async fn batch(
    ctx: &Ctx,
    routes: &Route,
    members: serde_json::Map<String, serde_json::Value>,
) -> Result<(), Told> {
    let request = Request::builder().method(Method::POST).uri_str("/api/batch");
    let body = serde_json::Value::Object(members).to_string();
    let mut request = request.content_type("application/json").body(body);
    request.set_data(ctx.clone());
    let answer = routes.get_response(request).await;
    if answer.status().is_success() {
        return Ok(());
    }
    let body = answer.into_body().into_bytes().await.expect("a body");
    let problem: serde_json::Value = serde_json::from_slice(&body).expect("a problem");
    let text = |json: &serde_json::Value| json.as_str().unwrap_or_default().to_owned();
    let errors = problem["errors"].as_array().into_iter().flatten();
    Err((text(&problem["code"]), errors.map(|error| (text(&error["field"]), text(&error["code"]))).collect()))
}
