//! What everyone may make, change, move and delete. Every attempt is looked at afterwards, and taken back.

use std::process::ExitCode;

use entify::entities;
use entify::testing::{TestDb, each_database};
use reqwest::Method;
use serde_json::{Value as Json, json};

use super::caller::{Caller, MISSING, code, credentials, global, new_mark, open};
use super::oracle::{Action, KINDS, Kind, PRINCIPALS, TestPrincipal, World};
use crate::store::Store;

#[each_database(entities![])]
async fn everyone_writes_what_the_rules_allow(db: TestDb) -> ExitCode {
    let store = Store::new(db.url());
    store.run(&["migrate", "up"]);
    let world = World::small(&store);
    let server = open(&store);
    let admin = PRINCIPALS.iter().find(|principal| principal.name == "admin").unwrap();
    let admin = Caller { server: &server, token: credentials(&store, admin) };
    for principal in PRINCIPALS {
        let caller = Caller { server: &server, token: credentials(&store, &principal) };
        let attempts = Attempts { world: &world, principal, caller, admin: &admin };
        for kind in KINDS {
            attempts.changes(kind).await;
            attempts.removals(kind).await;
        }
        attempts.moves().await;
        attempts.new_rows().await;
        attempts.unique_values().await;
    }
    ExitCode::SUCCESS
}

/// Someone's attempts.
struct Attempts<'s> {
    world: &'s World,
    principal: TestPrincipal,
    caller: Caller<'s>,
    /// TestPrincipal looks and takes back.
    admin: &'s Caller<'s>,
}

/// What an answer of REST tells: its status, and the code and field of what is wrong.
fn reported((status, body): (u16, Json)) -> (u16, Json, Vec<(Json, Json)>) {
    let errors = body["errors"].as_array().into_iter().flatten();
    let errors = errors.map(|error| (error["field"].clone(), error["code"].clone())).collect();
    (status, body["code"].clone(), errors)
}

impl Attempts<'_> {
    /// What comes of an attempt on a row: its status in REST, and its code in GraphQL.
    fn expected(&self, action: Action, kind: Kind, key: i64) -> (u16, &'static str) {
        let allows = |action| self.world.allows(&self.principal, action, kind, key);
        match () {
            () if !self.principal.authenticated => (401, "UNAUTHENTICATED"),
            () if !self.principal.ever(action, kind) => (403, "FORBIDDEN"),
            () if !allows(Action::Read) => (404, "NOT_FOUND"),
            () if !allows(action) => (403, "FORBIDDEN"),
            () => (200, ""),
        }
    }

    /// A row as it is.
    async fn row(&self, kind: Kind, key: i64) -> Json {
        let (status, row) = self.admin.get(&format!("{}/{key}", kind.names().path)).await;
        assert_eq!(status, 200, "{} took {kind:?} {key} away", self.principal.name);
        row
    }

    async fn patch(&self, kind: Kind, key: i64, body: &Json) -> (u16, Json) {
        self.caller.rest(Method::PATCH, &format!("{}/{key}", kind.names().path), Some(body.clone())).await
    }

    async fn changes(&self, kind: Kind) {
        let names = kind.names();
        let body = |mark: &Json| json!({names.harmless: mark});
        let mutation = |key: i64, mark: &Json| {
            let field = names.harmless.replace("billing_city", "billingCity");
            let id = global(names.name, key);
            format!("mutation {{ update{}(id: \"{id}\", input: {{{field}: {mark}}}) {{ id }} }}", names.name)
        };
        let mark = new_mark(kind);
        let missing = self.patch(kind, MISSING, &body(&mark)).await;
        let missing_there = self.caller.graphql(&mutation(MISSING, &mark)).await;
        for key in self.world.keys(kind) {
            let (status, expected_code) = self.expected(Action::Update, kind, key);
            let mark = new_mark(kind);
            let answer = self.patch(kind, key, &body(&mark)).await;
            assert_eq!(answer.0, status, "{} {kind:?} {key}: {}", self.principal.name, answer.1);
            assert_eq!(
                self.row(kind, key).await[names.harmless] == mark,
                status == 200,
                "{} {kind:?} {key}",
                self.principal.name
            );
            let mark = new_mark(kind);
            let there = self.caller.graphql(&mutation(key, &mark)).await;
            assert_eq!(code(&there), expected_code, "{} {kind:?} {key}: {there}", self.principal.name);
            assert_eq!(
                self.row(kind, key).await[names.harmless] == mark,
                status == 200,
                "{} {kind:?} {key}",
                self.principal.name
            );
            if status == 404 {
                assert_eq!(
                    (&answer, &there),
                    (&missing, &missing_there),
                    "{} {kind:?} {key}",
                    self.principal.name
                );
                // What the body says is not told before whether the row is there.
                let senseless = json!({"nonsense": 1});
                let both =
                    (self.patch(kind, key, &senseless).await, self.patch(kind, MISSING, &senseless).await);
                assert_eq!(both.0, both.1, "{} {kind:?} {key}", self.principal.name);
            }
        }
    }

    async fn removals(&self, kind: Kind) {
        let names = kind.names();
        if self.principal.ever(Action::Delete, kind) {
            // Of a row that nothing refers to.
            let (status, made) = self.admin.rest(Method::POST, names.path, Some(self.fresh(kind))).await;
            assert_eq!(status, 201, "{made}");
            let path = format!("{}/{}", names.path, made["id"]);
            assert_eq!(
                self.caller.rest(Method::DELETE, &path, None).await.0,
                204,
                "{} {kind:?}",
                self.principal.name
            );
            assert_eq!(self.admin.get(&path).await.0, 404);
            return;
        }
        for key in self.world.keys(kind) {
            let (status, expected_code) = self.expected(Action::Delete, kind, key);
            let answer = self.caller.rest(Method::DELETE, &format!("{}/{key}", names.path), None).await;
            assert_eq!(answer.0, status, "{} {kind:?} {key}: {}", self.principal.name, answer.1);
            let id = global(names.name, key);
            let one = format!("mutation {{ delete{}(id: \"{id}\") {{ id }} }}", names.name);
            let many = names.many[..1].to_uppercase() + &names.many[1..];
            let many = format!("mutation {{ delete{many}(ids: [\"{id}\"]) {{ id }} }}");
            for mutation in [one, many] {
                let there = self.caller.graphql(&mutation).await;
                assert_eq!(code(&there), expected_code, "{} {kind:?} {key}: {there}", self.principal.name);
            }
            self.row(kind, key).await;
        }
    }

    /// The values of a new row that anyone may create who may create any.
    fn fresh(&self, kind: Kind) -> Json {
        let email = format!("{}@mail.example", new_mark(kind).to_string().replace([' ', '"'], ""));
        match kind {
            Kind::Employee | Kind::Customer => {
                json!({"first_name": "New", "last_name": "One", "email": email})
            }
            Kind::Invoice => json!({"customer_id": 1, "invoice_date": "2024-05-05T00:00:00Z", "total": "1"}),
            Kind::Line => json!({"invoice_id": 1, "track_id": 1, "unit_price": "1"}),
        }
    }

    /// Rows given to someone else: the rule must hold before and after.
    async fn moves(&self) {
        for kind in [Kind::Invoice, Kind::Line] {
            let (field, targets) = match kind {
                Kind::Invoice => ("customer_id", self.world.keys(Kind::Customer)),
                _ => ("invoice_id", self.world.keys(Kind::Invoice)),
            };
            let target_kind = if kind == Kind::Invoice { Kind::Customer } else { Kind::Invoice };
            for key in self.world.keys(kind) {
                let before = self.row(kind, key).await[field].clone();
                let missing = reported(self.patch(kind, key, &json!({field: MISSING})).await);
                for target in targets.iter().copied().filter(|target| before != *target) {
                    let customer = if kind == Kind::Invoice { target } else { self.world.invoices[&target] };
                    let may = self.world.allows(&self.principal, Action::Update, kind, key)
                        && self.world.allows_of(&self.principal, Action::Update, kind, customer);
                    let answer = self.patch(kind, key, &json!({field: target})).await;
                    let after = self.row(kind, key).await[field].clone();
                    let about = format!("{} {kind:?} {key} to {target}: {}", self.principal.name, answer.1);
                    assert_eq!((answer.0 == 200, after == target), (may, may), "{about}");
                    if may {
                        self.admin
                            .rest(
                                Method::PATCH,
                                &format!("{}/{key}", kind.names().path),
                                Some(json!({field: before})),
                            )
                            .await;
                    } else if !self.world.allows(&self.principal, Action::Read, target_kind, target) {
                        assert_eq!(reported(answer), missing, "{about}");
                    }
                }
            }
        }
        for (key, before) in &self.world.customers {
            let may = self.principal.sets_support()
                && self.world.allows(&self.principal, Action::Update, Kind::Customer, *key);
            let target = if *before == Some(4) { 3 } else { 4 };
            let (status, answer) = self.patch(Kind::Customer, *key, &json!({"support_rep_id": target})).await;
            let after = self.row(Kind::Customer, *key).await["support_rep_id"] == target;
            assert_eq!((status == 200, after), (may, may), "{} {key}: {answer}", self.principal.name);
            if may {
                self.patch(Kind::Customer, *key, &json!({"support_rep_id": before})).await;
            }
        }
    }

    async fn new_rows(&self) {
        for kind in KINDS {
            let (field, targets) = match kind {
                Kind::Employee | Kind::Customer => ("", vec![0]),
                Kind::Invoice => ("customer_id", self.world.keys(Kind::Customer)),
                Kind::Line => ("invoice_id", self.world.keys(Kind::Invoice)),
            };
            for target in targets {
                let to = |target: i64| {
                    let mut body = self.fresh(kind);
                    if !field.is_empty() {
                        body[field] = json!(target);
                    }
                    body
                };
                let may = self.principal.ever(Action::Create, kind)
                    && match kind {
                        Kind::Employee | Kind::Customer => true,
                        Kind::Invoice => self.world.allows_of(&self.principal, Action::Create, kind, target),
                        Kind::Line => self.world.allows_of(
                            &self.principal,
                            Action::Create,
                            kind,
                            self.world.invoices[&target],
                        ),
                    };
                let answer = self.caller.rest(Method::POST, kind.names().path, Some(to(target))).await;
                let about = format!("{} {kind:?} for {target}: {}", self.principal.name, answer.1);
                assert_eq!(answer.0 == 201, may, "{about}");
                let target_kind = if kind == Kind::Invoice { Kind::Customer } else { Kind::Invoice };
                if may {
                    let path = format!("{}/{}", kind.names().path, answer.1["id"]);
                    assert_eq!(self.admin.rest(Method::DELETE, &path, None).await.0, 204);
                } else if !self.principal.ever(Action::Create, kind) {
                    assert_eq!(answer.0, if self.principal.authenticated { 403 } else { 401 }, "{about}");
                } else if !self.world.allows(&self.principal, Action::Read, target_kind, target) {
                    let missing = self.caller.rest(Method::POST, kind.names().path, Some(to(MISSING))).await;
                    assert_eq!(reported(answer), reported(missing), "{about}");
                }
            }
            let (_, counted) = self.admin.get(&format!("{}?count=exact&limit=1", kind.names().path)).await;
            assert_eq!(
                counted["page"]["total"],
                self.world.keys(kind).len(),
                "{} {kind:?}",
                self.principal.name
            );
        }
    }

    /// An address that a row has which the writer may not see is refused, but not as taken.
    async fn unique_values(&self) {
        for key in self.world.seen(&self.principal, Kind::Customer) {
            for other in self.world.keys(Kind::Customer).into_iter().filter(|other| *other != key) {
                let email = json!({"email": World::email(other)});
                let (status, code, _) = reported(self.patch(Kind::Customer, key, &email).await);
                let expected = match self.world.allows(&self.principal, Action::Read, Kind::Customer, other) {
                    true => (409, json!("CONFLICT")),
                    false => (403, json!("FORBIDDEN")),
                };
                assert_eq!((status, code), expected, "{} {key} as {other}", self.principal.name);
            }
        }
    }
}
